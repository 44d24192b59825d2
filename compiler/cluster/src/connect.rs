//! The way to a cluster.

use std::time::Duration;

use kube::config::{Config, KubeConfigOptions};
use kube::{Client, Error};

use crate::Unreachable;

/// How long a cluster may take to be reached, and to answer one request.
const CONNECT: Duration = Duration::from_secs(10);
const READ: Duration = Duration::from_secs(60);

/// A client for a context of the kubeconfig; without one, for the current context, or for the cluster that this runs in. Answers
/// the name of the context too.
///
/// # Errors
/// When no configuration is found, or it cannot be used.
pub async fn connect(context: Option<&str>) -> Result<(Client, String), Unreachable> {
    let unusable = |error: &dyn std::error::Error| Unreachable::Configuration(chain(error));
    let mut config = match context {
        Some(context) => {
            let options = KubeConfigOptions {
                context: Some(context.to_owned()),
                ..KubeConfigOptions::default()
            };
            Config::from_kubeconfig(&options)
                .await
                .map_err(|error| unusable(&error))?
        }
        None => Config::infer().await.map_err(|error| unusable(&error))?,
    };
    config.connect_timeout = Some(CONNECT);
    config.read_timeout = Some(READ);
    let label = context.map_or_else(
        || format!("cluster {}", config.cluster_url.host().unwrap_or_default()),
        |context| format!("cluster {context}"),
    );
    let client = Client::try_from(config).map_err(|error| unusable(&error))?;
    Ok((client, label))
}

/// What went wrong with a request, with its causes: the outermost error alone says nothing.
pub(crate) fn said(error: &Error) -> String {
    match error {
        Error::Api(status) if !status.message.is_empty() => status.message.clone(),
        other => chain(other),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
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
