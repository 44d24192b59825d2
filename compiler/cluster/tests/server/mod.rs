//! A real API server beside an etcd, from the binaries that the environment names, on free ports of this machine.
//!
//! A shell holds both: it kills them and removes their folder once this process is gone, however that happens, since then its
//! input ends.

use std::env;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use http::Request;
use kube::config::{Config, KubeConfigOptions, Kubeconfig};
use kube::{Client, Error};
use serde_json::{Value, json};

/// The binary of the API server, of any version that has server-side apply.
const API_SERVER: &str = "PLATC_TEST_KUBE_APISERVER";
const ETCD: &str = "PLATC_TEST_ETCD";

/// How long the servers may take to be ready, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);

/// Arguments: folder, etcd, its port, another port of it, the API server, its port.
const HOLD: &str = r#"
cd "$1" || exit
"$2" --data-dir=etcd --listen-client-urls="http://127.0.0.1:$3" --advertise-client-urls="http://127.0.0.1:$3" \
  --listen-peer-urls="http://127.0.0.1:$4" --initial-advertise-peer-urls="http://127.0.0.1:$4" \
  --initial-cluster="default=http://127.0.0.1:$4" >etcd.log 2>&1 &
etcd=$!
# It makes its certificate and key itself, and signs tokens with that key too: none is used.
"$5" --etcd-servers="http://127.0.0.1:$3" --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --secure-port="$6" \
  --cert-dir=certificates --token-auth-file=tokens.csv --authorization-mode=RBAC --endpoint-reconciler-type=none \
  --service-cluster-ip-range=10.0.0.0/24 --service-account-issuer=https://localhost \
  --service-account-key-file=certificates/apiserver.key --service-account-signing-key-file=certificates/apiserver.key \
  >server.log 2>&1 &
server=$!
read -r _
kill -9 "$server" "$etcd"
wait
rm -rf "$1"
"#;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum User {
    /// May do everything.
    Admin,
    /// May do what the guide says is needed.
    Planner,
    /// May do nothing.
    Stranger,
}

impl User {
    const ALL: [Self; 3] = [Self::Admin, Self::Planner, Self::Stranger];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Planner => "planner",
            Self::Stranger => "stranger",
        }
    }
}

/// A running API server.
#[derive(Debug)]
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    /// Its input is what keeps the servers alive.
    _held: Child,
}

/// The server that all tests of this process share. `None`, said aloud, where the environment names no binaries.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Result<Server, String>>> = OnceLock::new();
    let server = SERVER.get_or_init(|| match (env::var_os(API_SERVER), env::var_os(ETCD)) {
        (Some(api_server), Some(etcd)) => Some(Server::start(api_server.as_ref(), etcd.as_ref())),
        _ => {
            // Not `eprintln!`: what a passing test prints is not shown.
            let said = format!(
                "\nSKIPPED: no API server was asked; {API_SERVER} and {ETCD} name the binaries of one and of its etcd\n"
            );
            std::io::stderr()
                .write_all(said.as_bytes())
                .expect("it is written");
            None
        }
    });
    let started = server.as_ref()?.as_ref();
    Some(started.unwrap_or_else(|log| panic!("the API server is not ready:\n{log}")))
}

impl Server {
    fn start(api_server: &Path, etcd: &Path) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a folder").keep();
        let tokens: String = User::ALL
            .iter()
            .map(|user| match user {
                User::Admin => "admin,admin,admin,system:masters\n".to_owned(),
                user => format!("{name},{name},{name}\n", name = user.name()),
            })
            .collect();
        fs::write(folder.join("tokens.csv"), tokens).expect("the tokens are written");
        let [port, etcd_port, peer_port] = free_ports();
        let held = Command::new("sh")
            .args(["-c", HOLD, "hold"])
            .arg(&folder)
            .arg(etcd)
            .args([etcd_port, peer_port].map(|port| port.to_string()))
            .arg(api_server)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let server = Self {
            folder,
            port,
            _held: held,
        };
        server.wait()?;
        Ok(server)
    }

    fn wait(&self) -> Result<(), String> {
        let started = Instant::now();
        let runtime = runtime();
        loop {
            // There is no certificate before it begins.
            let ready = self.folder.join("certificates/apiserver.crt").exists()
                && runtime.block_on(async {
                    let ready = Request::get("/readyz").body(Vec::new()).expect("a request");
                    let client = self.client(User::Admin).await;
                    client.request_text(ready).await.is_ok()
                });
            if ready {
                return Ok(());
            }
            if started.elapsed() > PATIENCE {
                return Err(fs::read_to_string(self.folder.join("server.log")).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// A client of a user, within a runtime.
    pub(crate) async fn client(&self, user: User) -> Client {
        let kubeconfig: Kubeconfig = serde_json::from_value(json!({
            "clusters": [{ "name": "test", "cluster": {
                "server": format!("https://127.0.0.1:{}", self.port),
                "certificate-authority": self.folder.join("certificates/apiserver.crt"),
            } }],
            "users": [{ "name": "test", "user": { "token": user.name() } }],
            "contexts": [{ "name": "test", "context": { "cluster": "test", "user": "test" } }],
            "current-context": "test",
        }))
        .expect("a kubeconfig");
        let options = KubeConfigOptions::default();
        let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
        Client::try_from(config.expect("a usable kubeconfig")).expect("a client")
    }

    /// Applies an object, written as JSON or YAML, as the administrator, in the name of a field manager.
    pub(crate) async fn apply(&self, manager: &str, path: &str, object: &str) -> Value {
        let request = Request::patch(format!("{path}?fieldManager={manager}&force=true"))
            .header("Content-Type", "application/apply-patch+yaml")
            .body(object.as_bytes().to_vec())
            .expect("a request");
        let answer = self.client(User::Admin).await.request(request).await;
        answer.expect("the object is applied")
    }

    /// What is at a path.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Error> {
        let request = Request::get(path).body(Vec::new()).expect("a request");
        self.client(User::Admin).await.request(request).await
    }
}

/// A runtime for one test.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Ports that nobody has: taken together, so that they differ, and given back.
fn free_ports<const N: usize>() -> [u16; N] {
    let taken = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    taken.map(|listener| listener.local_addr().expect("its address").port())
}
