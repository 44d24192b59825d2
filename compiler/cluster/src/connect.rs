//! The way to a cluster.

use std::time::Duration;

use kube::Client;
use kube::config::{Config, KubeConfigOptions, Kubeconfig};

use crate::unreachable::{Unreachable, chain};

/// How long a cluster may take to be reached, and to answer one request.
const CONNECT: Duration = Duration::from_secs(10);
const READ: Duration = Duration::from_secs(60);

/// A client for a context of the kubeconfig; without one, for the current context, or for the cluster that this runs in where
/// there is no kubeconfig. Answers what the cluster is called too.
///
/// # Errors
/// When no configuration is found, or it cannot be used.
pub async fn connect(context: Option<&str>) -> Result<(Client, String), Unreachable> {
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
    let client =
        Client::try_from(config).map_err(|error| Unreachable::Configuration(chain(&error)))?;
    Ok((client, label))
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
