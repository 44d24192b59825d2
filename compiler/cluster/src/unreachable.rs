//! Why a cluster cannot be asked at all, and what to do about it.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::path::PathBuf;

use kube::Error;
use kube::config::KubeconfigError;

/// Why a cluster cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// There is no kubeconfig there, nor does this run in a cluster.
    NoKubeconfig(Option<PathBuf>),
    /// The kubeconfig has not the context that was asked for, or, where none was, no current one.
    NoContext {
        /// What was asked for.
        wanted: Option<String>,
        /// What it has.
        known: Vec<String>,
    },
    /// The kubeconfig cannot be used.
    Configuration(String),
    /// The credentials that the kubeconfig speaks of cannot be had.
    Credentials(String),
    /// The API server does not answer.
    Server(String),
    /// What answers is not known to be the API server.
    Untrusted(String),
    /// The API server does not know who asks.
    Unauthorized(String),
    /// Who asks may read none of the objects.
    Forbidden(String),
}

impl Unreachable {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::NoKubeconfig(_) => "set `KUBECONFIG` to where yours is".to_owned(),
            Self::NoContext { known, .. } if known.is_empty() => {
                "it has no contexts at all: see whether `KUBECONFIG` names the right file"
                    .to_owned()
            }
            Self::NoContext { known, .. } => {
                let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                format!("choose one of its own with `--context`: {}", known.join(", "))
            }
            Self::Configuration(_) => {
                "see what `kubectl config view` says of it".to_owned()
            }
            Self::Credentials(_) => {
                "see whether `kubectl get namespaces` gets them with the same context".to_owned()
            }
            Self::Server(_) => {
                "see whether `kubectl get namespaces` answers with the same context: the cluster may need a VPN or a proxy".to_owned()
            }
            Self::Untrusted(_) => {
                "take the cluster's `certificate-authority` into the kubeconfig anew; where the certificate has expired, it has to be renewed in the cluster".to_owned()
            }
            Self::Unauthorized(_) => {
                "the token or client certificate in the kubeconfig may have expired: log in again".to_owned()
            }
            Self::Forbidden(_) => {
                "ask for the rights to get, list, patch and create these objects; platc only tries, and writes nothing".to_owned()
            }
        }
    }

    /// Where nobody answered, or somebody else.
    pub(crate) fn at(self, url: &str) -> Self {
        let place = |why: String| format!("{}: {why}", url.trim_end_matches('/'));
        match self {
            Self::Server(why) => Self::Server(place(why)),
            Self::Untrusted(why) => Self::Untrusted(place(why)),
            other => other,
        }
    }

    /// Of a kubeconfig that cannot be read.
    pub(crate) fn reading(error: KubeconfigError) -> Self {
        match error {
            KubeconfigError::FindPath => Self::NoKubeconfig(None),
            KubeconfigError::ReadConfig(error, path) if error.kind() == io::ErrorKind::NotFound => {
                Self::NoKubeconfig(Some(path))
            }
            other => Self::Configuration(chain(&other)),
        }
    }

    /// Of the first request.
    pub(crate) fn asking(error: &Error) -> Self {
        let words = said(error);
        match error {
            Error::Api(status) if status.code == 401 => Self::Unauthorized(words),
            Error::Api(status) if status.is_forbidden() => Self::Forbidden(words),
            Error::Auth(_) => Self::Credentials(words),
            _ if is_untrusted(error) => Self::Untrusted(words),
            _ => Self::Server(words),
        }
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKubeconfig(Some(path)) => {
                write!(
                    f,
                    "there is no kubeconfig: `{}` does not exist",
                    path.display()
                )
            }
            Self::NoKubeconfig(None) => f.write_str("there is no kubeconfig"),
            Self::NoContext {
                wanted: Some(name), ..
            } => {
                write!(f, "the kubeconfig has no context `{name}`")
            }
            Self::NoContext { wanted: None, .. } => {
                f.write_str("the kubeconfig says of no context that it is the current one")
            }
            Self::Configuration(why) => write!(f, "the kubeconfig cannot be used: {why}"),
            Self::Credentials(why) => {
                write!(f, "the credentials for the cluster cannot be had: {why}")
            }
            Self::Server(why) => write!(f, "the cluster does not answer: {why}"),
            Self::Untrusted(why) => {
                write!(f, "the cluster's certificate cannot be trusted: {why}")
            }
            Self::Unauthorized(why) => {
                write!(f, "the cluster does not accept the credentials: {why}")
            }
            Self::Forbidden(why) => write!(f, "the cluster lets you read nothing of this: {why}"),
        }
    }
}

impl std::error::Error for Unreachable {}

/// What went wrong with a request: the server's words, or the innermost cause. What is around it only says that a request failed.
pub(crate) fn said(error: &Error) -> String {
    match error {
        Error::Api(status) if !status.message.is_empty() => on_one_line(&status.message),
        Error::Auth(error) => chain(error),
        Error::Service(_) | Error::HyperError(_) => root(error),
        other => chain(other),
    }
}

/// Words that a server may have spread over lines: `errors:`, then one a line, in no order.
fn on_one_line(words: &str) -> String {
    let mut lines: Vec<&str> = words.lines().map(str::trim).collect();
    lines.retain(|line| !line.is_empty());
    match lines.as_mut_slice() {
        [head, errors @ ..] if head.ends_with(':') => {
            errors.sort_unstable();
            format!("{head} {}", errors.join("; "))
        }
        lines => lines.join(" "),
    }
}

/// TLS does not tell its errors apart but in words.
fn is_untrusted(error: &Error) -> bool {
    matches!(error, Error::Service(_) | Error::HyperError(_))
        && root(error).contains("invalid peer certificate")
}

fn root(error: &Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = error.to_string();
        cause = error.source();
    }
    words
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}
