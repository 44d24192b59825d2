//! One object: what is there, and what applying would make of it.

use kube::api::{Api, DynamicObject, Patch, PatchParams};
use kube::core::Status;
use kube::{Client, Error};
use plat_model::change::{ChangeRules, Path};
use plat_model::tree::{Tree, TreeValue};
use plat_plan::plan::{Drift, ObjectName, Target, Unknown};
use plat_plan::state::{Instance, ObjectState};
use serde_json::Value;

use crate::drift::{Conflict, at, locate, put};
use crate::kinds::Kinds;
use crate::unreachable::said;
use crate::{Options, document, unknown};

/// What came of asking about an object.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    /// As it is.
    pub(crate) before: Option<ObjectState>,
    /// As it would be.
    pub(crate) after: Option<ObjectState>,
    pub(crate) drift: Vec<Drift>,
    pub(crate) unknown: Option<Unknown>,
    pub(crate) access: Access,
}

/// Whether an object could be read.
#[derive(Debug, Default)]
pub(crate) enum Access {
    /// It was asked for, and answered.
    #[default]
    Open,
    /// It could not be asked for.
    Unasked,
    /// Who asks may not read it; the server's words.
    Forbidden(String),
}

impl Probe {
    fn unknown(what: &str, because: impl Into<String>) -> Self {
        Self {
            unknown: Some(unknown(what, because)),
            ..Self::default()
        }
    }
}

pub(crate) async fn probe(
    client: &Client,
    kinds: &Kinds,
    instance: &Instance,
    object: &ObjectState,
    rules: &dyn ChangeRules,
    options: &Options,
) -> Probe {
    let address = address(instance, object);
    let api = match kinds.api(client, object) {
        Ok(api) => api,
        Err(why) => {
            return Probe {
                access: Access::Unasked,
                ..Probe::unknown(&address, why)
            };
        }
    };
    let live = match api.get_opt(&object.name).await {
        Ok(live) => live.and_then(|live| serde_json::to_value(live).ok()),
        Err(error) if is_forbidden(&error) => {
            let words = said(&error);
            return Probe {
                access: Access::Forbidden(words.clone()),
                ..Probe::unknown(&address, words)
            };
        }
        Err(error) => return Probe::unknown(&address, said(&error)),
    };
    let Some(wanted) = document::applied(&object.body) else {
        let because = "its values are secret, and are not sent to be compared";
        return Probe::unknown(&address, because);
    };
    let Some(live) = live else {
        return create(&api, &address, object, &wanted, options).await;
    };
    let before = document::observed(live, Some(&object.body));
    let (merged, conflicts) = match apply(&api, object, &wanted, options, false).await {
        Ok(merged) => (merged, Vec::new()),
        Err(Error::Api(status)) if status.is_conflict() => {
            match apply(&api, object, &wanted, options, true).await {
                Ok(merged) => (merged, conflicts(&status)),
                Err(error) => return Probe::unknown(&address, refused(&error)),
            }
        }
        Err(error) => return Probe::unknown(&address, refused(&error)),
    };
    let mut after = document::observed(merged, Some(&object.body));
    let mut drift = Vec::new();
    for conflict in conflicts {
        let located = locate(&conflict.field, &before);
        let (expected, actual) = match &located {
            // What somebody else owns is not changed: the plan says what is there on both sides.
            Some(path) => {
                let actual = at(&before, path).cloned();
                let expected = at(&after, path).cloned();
                if let Some(actual) = &actual {
                    put(&mut after, path, actual.clone());
                }
                (expected, actual)
            }
            None => (None, None),
        };
        let hidden = |tree: Option<Tree>| tree.map(|tree| hide(tree, object, &located, rules));
        drift.push(Drift {
            address: address.clone(),
            object: name(object),
            expected: hidden(expected),
            actual: hidden(actual),
            path: located,
            by: conflict.manager,
        });
    }
    let state = |body| ObjectState {
        body,
        ..object.clone()
    };
    Probe {
        before: Some(state(before)),
        after: Some(state(after)),
        drift,
        ..Probe::default()
    }
}

/// An object that is not there: whether the API server would take it.
async fn create(
    api: &Api<DynamicObject>,
    address: &str,
    object: &ObjectState,
    wanted: &Value,
    options: &Options,
) -> Probe {
    let unknown = match apply(api, object, wanted, options, true).await {
        Ok(_) => None,
        // Its namespace, or the definition of its kind, is made by the same change.
        Err(Error::Api(status)) if status.is_not_found() => None,
        Err(error) => Some(unknown(address, refused(&error))),
    };
    Probe {
        after: Some(object.clone()),
        unknown,
        ..Probe::default()
    }
}

async fn apply(
    api: &Api<DynamicObject>,
    object: &ObjectState,
    wanted: &Value,
    options: &Options,
    force: bool,
) -> Result<Value, Error> {
    let params = PatchParams {
        dry_run: true,
        force,
        field_manager: Some(options.field_manager.clone()),
        field_validation: None,
    };
    let merged = api
        .patch(&object.name, &params, &Patch::Apply(wanted))
        .await?;
    serde_json::to_value(merged).map_err(Error::SerdeError)
}

fn conflicts(status: &Status) -> Vec<Conflict> {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    causes
        .map(|cause| Conflict::new(&cause.field, &cause.message))
        .collect()
}

fn is_forbidden(error: &Error) -> bool {
    matches!(error, Error::Api(status) if status.is_forbidden())
}

/// Why an object could not be tried. Admission says that it is forbidden in other words than the lack of a right.
fn refused(error: &Error) -> String {
    let words = said(error);
    match error {
        _ if is_forbidden(error) && words.contains("is forbidden: User ") => {
            format!("you may not try it: {words}")
        }
        Error::Api(status) if status.code == 400 && words.contains("does not support dry run") => {
            format!("it cannot be tried: {words}")
        }
        Error::Api(_) => format!("the cluster would refuse it: {words}"),
        _ => words,
    }
}

fn hide(tree: Tree, object: &ObjectState, path: &Option<Path>, rules: &dyn ChangeRules) -> Tree {
    let secret = path
        .as_ref()
        .is_some_and(|path| rules.is_secret(&object.api_version, &object.kind, path));
    if !secret {
        return tree;
    }
    let text = document::applied(&tree).map(|value| value.to_string());
    let hash = blake3::hash(text.unwrap_or_default().as_bytes());
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash.as_bytes()[..16]);
    Tree::new(TreeValue::Secret(digest))
}

fn address(instance: &Instance, object: &ObjectState) -> String {
    format!(
        "{}@{}/{}",
        instance.declaration.name, instance.environment, object.path
    )
}

fn name(object: &ObjectState) -> ObjectName {
    ObjectName {
        target: Target::Kubernetes,
        api_version: object.api_version.clone(),
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
    }
}
