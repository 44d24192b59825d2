//! What a cluster would make of a state: each object is offered to the API server as a server-side apply that is only tried
//! (`dryRun=All`), and what would come of it is compared with what is there.
//!
//! The API server fills in defaults and runs its admission, so that the comparison is of like with like. What another field
//! manager owns is drift, not a change. Nothing is written.
//!
//! This crate does not know sources, the language or how a plan is shown.

mod connect;
mod document;
mod drift;
mod kinds;
mod orphans;
mod probe;
mod unreachable;

use std::collections::BTreeMap;

use futures::StreamExt as _;
use kube::Client;
use plat_model::change::ChangeRules;
use plat_plan::plan::{Taken, Unknown};
use plat_plan::state::{DeclarationName, Instance, ObjectState, State};

use connect::{Connection, connect};
use kinds::Kinds;
use probe::{Access, Probe};
pub use unreachable::Unreachable;

/// How a cluster is asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The field manager in whose name is applied: that of whoever really applies, such as `argocd-controller`.
    pub field_manager: String,
    /// What people call the cluster.
    pub label: String,
}

/// The field manager where nobody says another.
pub const FIELD_MANAGER: &str = "platc";

/// A state as a cluster has it, and as it would have it after applying.
#[derive(Debug)]
pub struct Observed {
    /// What is there.
    pub base: State,
    /// What would be there: what was wanted, with everything that the API server and others add.
    pub head: State,
    /// What others did, and what could not be compared.
    pub taken: Taken,
}

/// Requests that are under way at once.
const CONCURRENCY: usize = 16;

/// Asks a cluster what it would make of the objects that a state has in an environment. They must be loaded.
///
/// # Errors
/// When the API server does not answer at all, or lets nothing be read. What it refuses of single objects is [`Taken::unknown`].
pub async fn observe(
    client: &Client,
    wanted: &State,
    environment: &str,
    rules: &dyn ChangeRules,
    options: &Options,
) -> Result<Observed, Unreachable> {
    let version = client
        .apiserver_version()
        .await
        .map_err(|error| Unreachable::asking(&error))?;
    let instances: Vec<&Instance> = wanted
        .instances
        .iter()
        .filter(|instance| *instance.environment == *environment)
        .collect();
    let objects: Vec<(&Instance, &ObjectState)> = instances
        .iter()
        .flat_map(|instance| {
            let objects = instance.objects.iter().flatten();
            objects.map(|object| (*instance, object))
        })
        .collect();

    let mut taken = Taken::default();
    let kinds = Kinds::discover(client, objects.iter().map(|(_, object)| *object)).await;
    let probes: Vec<Probe> =
        futures::stream::iter(objects.iter().map(|(instance, object)| {
            probe::probe(client, &kinds, instance, object, rules, options)
        }))
        .buffered(CONCURRENCY)
        .collect()
        .await;
    if let Some(words) = nothing_is_open(&probes) {
        return Err(Unreachable::Forbidden(words.to_owned()));
    }

    let mut before = Side::default();
    let mut after = Side::default();
    for ((instance, _), probe) in objects.iter().zip(probes) {
        before.add(&instance.declaration, probe.before);
        after.add(&instance.declaration, probe.after);
        taken.drift.extend(probe.drift);
        taken.unknown.extend(probe.unknown);
    }
    for (declaration, object) in orphans::find(client, &kinds, &instances, &mut taken).await {
        before.add(&declaration, Some(object));
    }
    let state = |label: String, side: Side| State {
        label,
        environments: wanted
            .environments
            .iter()
            .filter(|known| *known.name == *environment)
            .cloned()
            .collect(),
        declarations: wanted.declarations.clone(),
        instances: side.instances(environment, &instances),
        sources: wanted.sources.clone(),
        unknown: Vec::new(),
    };
    Ok(Observed {
        base: state(
            format!("{} ({})", options.label, version.git_version),
            before,
        ),
        head: state(wanted.label.clone(), after),
        taken,
    })
}

/// The server's words where it let nothing be read of all that it could be asked for.
fn nothing_is_open(probes: &[Probe]) -> Option<&str> {
    let mut words = None;
    for probe in probes {
        match &probe.access {
            Access::Open => return None,
            Access::Unasked => {}
            Access::Forbidden(said) => words = words.or(Some(said.as_str())),
        }
    }
    words
}

/// As [`observe`], for callers that wait: for a context of the kubeconfig, or the current one.
///
/// # Errors
/// When there is no usable configuration, or the API server does not answer.
pub fn observe_now(
    context: Option<&str>,
    field_manager: &str,
    wanted: &State,
    environment: &str,
    rules: &dyn ChangeRules,
) -> Result<Observed, Unreachable> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Unreachable::Server(error.to_string()))?;
    runtime.block_on(async {
        let Connection { client, label, url } = connect(context).await?;
        let options = Options {
            field_manager: field_manager.to_owned(),
            label,
        };
        observe(&client, wanted, environment, rules, &options)
            .await
            .map_err(|unreachable| unreachable.at(&url))
    })
}

/// The objects of one side, by declaration.
#[derive(Default)]
struct Side(BTreeMap<DeclarationName, Vec<ObjectState>>);

impl Side {
    fn add(&mut self, declaration: &DeclarationName, object: Option<ObjectState>) {
        if let Some(object) = object {
            self.0.entry(declaration.clone()).or_default().push(object);
        }
    }

    fn instances(self, environment: &str, wanted: &[&Instance]) -> Vec<Instance> {
        let reads = |declaration: &DeclarationName| {
            let of = wanted
                .iter()
                .find(|instance| instance.declaration == *declaration);
            of.map_or_else(Vec::new, |instance| instance.reads.clone())
        };
        self.0
            .into_iter()
            .map(|(declaration, objects)| Instance {
                reads: reads(&declaration),
                digest: document::digest(&objects),
                declaration,
                environment: environment.into(),
                objects: Some(objects),
            })
            .collect()
    }
}

/// What is unknown of an object.
fn unknown(what: &str, because: impl Into<String>) -> Unknown {
    Unknown {
        what: what.to_owned(),
        because: because.into(),
    }
}
