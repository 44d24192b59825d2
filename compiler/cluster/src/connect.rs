//! The way to a cluster.

use std::time::Duration;

use kube::config::{Config, KubeConfigOptions, Kubeconfig};
use kube::{Client, Error};

use crate::unreachable::{Unreachable, chain, said};

/// How long a cluster may take to be reached, and to answer one request.
const CONNECT: Duration = Duration::from_secs(10);
const READ: Duration = Duration::from_secs(60);

/// The way to a cluster.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) client: Client,
    /// What people call the cluster.
    pub(crate) label: String,
    /// Where it is asked.
    pub(crate) url: String,
}

/// The way to the cluster of a context of the kubeconfig; without one, for the current context, or for the cluster that this runs in where
/// there is no kubeconfig.
///
/// # Errors
/// When no configuration is found, or it cannot be used.
pub(crate) async fn connect(context: Option<&str>) -> Result<Connection, Unreachable> {
    let (mut config, label) = match Kubeconfig::read().map_err(Unreachable::reading) {
        Ok(kubeconfig) => {
            let context = chosen(&kubeconfig, context)?;
            let options = KubeConfigOptions {
                context: Some(context.clone()),
                ..KubeConfigOptions::default()
            };
            let config = Config::from_custom_kubeconfig(kubeconfig, &options)
                .await
                .map_err(|error| Unreachable::Configuration(chain(&error)))?;
            (config, format!("cluster {context}"))
        }
        // Only where there is none: one that is broken may mean another cluster.
        Err(Unreachable::NoKubeconfig(path)) if context.is_none() => {
            let config = Config::incluster().map_err(|_| Unreachable::NoKubeconfig(path))?;
            (config, "the cluster around this".to_owned())
        }
        Err(unreachable) => return Err(unreachable),
    };
    config.connect_timeout = Some(CONNECT);
    config.read_timeout = Some(READ);
    let url = config.cluster_url.to_string();
    let client = Client::try_from(config).map_err(|error| match &error {
        Error::Auth(_) => Unreachable::Credentials(said(&error)),
        other => Unreachable::Configuration(said(other)),
    })?;
    Ok(Connection { client, label, url })
}

/// The context that is meant, which the kubeconfig has.
fn chosen(kubeconfig: &Kubeconfig, context: Option<&str>) -> Result<String, Unreachable> {
    let current = || kubeconfig.current_context.as_deref();
    let wanted = context.or_else(current).filter(|name| !name.is_empty());
    let known = || kubeconfig.contexts.iter().map(|context| &context.name);
    match wanted {
        Some(wanted) if known().any(|name| name == wanted) => Ok(wanted.to_owned()),
        _ => Err(Unreachable::NoContext {
            wanted: wanted.map(str::to_owned),
            known: known().cloned().collect(),
        }),
    }
}
