//! What a cluster has, and what it would make of the working tree.

use plat_cluster::{FIELD_MANAGER, observe_now};
use plat_diagnostics::{Diagnostic, codes};
use plat_kubernetes::change::Changes;

use super::{Failure, Request, States, present};
use crate::Workspace;

/// The cluster that is asked.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    /// The context of the kubeconfig; the current one without it.
    pub context: Option<String>,
    /// In whose name is applied; `platc` without it.
    pub field_manager: Option<String>,
}

/// The states of a cluster and of what it would come to with the working tree, for the one environment that is asked for. Nothing
/// is written to the cluster.
///
/// # Errors
/// When not exactly one environment is meant, the cluster cannot be asked, or the working tree has errors.
pub fn since_cluster(
    workspace: &Workspace,
    request: &Request,
    cluster: &Cluster,
) -> Result<States, Failure> {
    let (wanted, report) = present(workspace, request)?;
    let [environment] = wanted.environments.as_slice() else {
        let names: Vec<&str> = wanted
            .environments
            .iter()
            .map(|environment| &*environment.name)
            .collect();
        let finding = Diagnostic::new(
            &codes::NO_BASE,
            "a cluster is compared with one environment, and the project has several",
        )
        .note(format!("there are {}", names.join(", ")))
        .help("say which one runs there: `--env NAME`");
        return Err(Box::new(finding).into());
    };
    let observed = observe_now(
        cluster.context.as_deref(),
        cluster.field_manager.as_deref().unwrap_or(FIELD_MANAGER),
        &wanted,
        &environment.name,
        &Changes,
    )
    .map_err(|unreachable| {
        let finding = Diagnostic::new(&codes::NO_BASE, unreachable.to_string())
            .help(unreachable.help())
            .help("to compare without a cluster: `--base REF`, `--against PATH`");
        Failure::Finding(Box::new(finding))
    })?;
    Ok(States {
        base: observed.base,
        head: observed.head,
        taken: observed.taken,
        report,
    })
}
