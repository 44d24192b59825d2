//! Terraform's own plan, as `terraform show -json` writes it, as changes of the same report.
//!
//! The format is documented with Terraform's JSON output; formats 0.1 up to, not including, 2.0 are read. What Terraform calls
//! sensitive is never kept, and what it does not know stays unknown with its reason.

mod document;
mod rules;
mod values;

use std::fmt;

use plat_model::change::{ChangeRules as _, Impact};
use plat_model::schema::{Schema, SchemaId, Schemas, VersionId};
use plat_model::tree::Tree;

use crate::diff::Comparison;
use crate::plan::{Action, Change, Drift, ObjectName, Previous, Taken, Target, Unknown};
use crate::state::{DeclarationName, ObjectState, Source, State};
use document::{Document, ResourceChange};
use rules::{Provider, says_tag};
use values::Secrets;

/// Why a document is no plan of Terraform's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It is no JSON, or not of this shape: what was expected, and where.
    Malformed(String),
    /// It is of a format that is not known.
    Format(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "this is no plan of Terraform's: {why}"),
            Self::Format(found) => write!(
                f,
                "the plan has format version `{found}`; versions 0.1 up to 1.x are known"
            ),
        }
    }
}

impl std::error::Error for ReadError {}

/// What stands for the environment of a resource that names none.
const NOWHERE: &str = "terraform";

/// Reads a plan. Its resources belong to the declarations of `head`, or else of `base`, that their tags name.
///
/// # Errors
/// When the text is not the JSON of a plan.
pub fn read(text: &str, base: &State, head: &State) -> Result<Taken, ReadError> {
    let document: Document =
        serde_json::from_str(text).map_err(|error| ReadError::Malformed(error.to_string()))?;
    let format = document.format_version.as_str();
    let major = format.split_once('.').map_or(format, |(major, _)| major);
    if !matches!(major, "0" | "1") {
        return Err(ReadError::Format(format.to_owned()));
    }
    let outputs: Vec<ResourceChange> = document
        .output_changes
        .iter()
        .map(|(name, change)| ResourceChange::output(name, change))
        .collect();
    let mut secrets = Secrets::default();
    let resources = || document.resource_changes.iter().chain(&outputs);
    for resource in resources().chain(&document.resource_drift) {
        secrets.collect(&resource.change);
    }
    let mut taken = Taken::default();
    for resource in resources() {
        take(resource, &secrets, base, head, &mut taken);
    }
    for resource in &document.resource_drift {
        drift(resource, &secrets, &mut taken);
    }
    for deferred in &document.deferred_changes {
        taken.unknown.push(Unknown {
            what: deferred.resource_change.address.clone(),
            because: format!("Terraform put it off ({})", words(&deferred.reason)),
        });
    }
    let whole = |because: &str| Unknown {
        what: "what else Terraform will do".to_owned(),
        because: because.to_owned(),
    };
    if document.errored {
        taken.unknown.push(whole("its plan ended with an error"));
    } else if document.complete == Some(false) {
        taken.unknown.push(whole("its plan is not complete"));
    }
    Ok(taken)
}

fn take(
    resource: &ResourceChange,
    secrets: &Secrets<'_>,
    base: &State,
    head: &State,
    taken: &mut Taken,
) {
    let change = &resource.change;
    let actions: Vec<&str> = change.actions.iter().map(String::as_str).collect();
    let moved = resource.previous_address.as_deref();
    let action = match actions.as_slice() {
        // Data is read again at every plan: that changes nothing.
        ["read"] => return,
        ["no-op"] if moved.is_none() && change.importing.is_none() => return,
        ["no-op"] => Action::NoOp,
        ["create"] => Action::Create,
        ["update"] => Action::Update,
        ["delete"] | ["forget"] => Action::Delete,
        ["delete", "create"] | ["create", "delete"] | ["create", "forget"] => Action::Replace,
        other => {
            taken.unknown.push(Unknown {
                what: resource.address.clone(),
                because: format!("Terraform plans `{}`", other.join(", ")),
            });
            return;
        }
    };
    let (before, after) = values::both(change, secrets);
    let object = object(resource);
    let at = |body| state(resource, &object, body);
    let (before, after) = (before.map(at), after.map(at));
    let provider = Provider {
        replaced: change.replace_paths.as_slice(),
    };
    let mut fields = Vec::new();
    let mut impact = Impact::None;
    if let (Some(before), Some(after), Action::Update | Action::Replace) = (&before, &after, action)
    {
        let comparison = Comparison {
            schemas: &Untyped,
            rules: &provider,
        };
        fields = comparison.fields(before, after);
        let effective = fields.iter().filter(|field| field.equal.is_none());
        impact = effective
            .map(|field| field.verdict.impact)
            .max()
            .unwrap_or_default();
    }
    let whole = match (action, &before, &after) {
        (Action::Create, _, Some(after)) => Some(provider.created(after.as_ref())),
        (Action::Delete | Action::Replace, Some(before), _) => {
            Some(provider.deleted(before.as_ref()))
        }
        _ => None,
    };
    if actions == ["forget"] {
        impact = Impact::Unknown;
    } else if let Some(verdict) = &whole {
        impact = impact.max(verdict.impact);
    }
    let reason = [
        actions
            .contains(&"forget")
            .then(|| "Terraform forgets it, and it goes on existing".to_owned()),
        moved.map(|from| format!("its address changed, from `{from}`")),
        change
            .importing
            .is_some()
            .then(|| "it exists and is imported".to_owned()),
        resource.action_reason.as_deref().map(words),
        whole
            .map(|verdict| verdict.reason.into_owned())
            .filter(|reason| !reason.is_empty() && !actions.contains(&"forget")),
    ];
    let reason: Vec<String> = reason.into_iter().flatten().collect();
    let body = after.as_ref().or(before.as_ref()).map(|state| &state.body);
    let tag = |name| body.and_then(|body| says_tag(body, name));
    let (declaration, source) = declared(tag("service"), resource, base, head);
    let environment: Box<str> = tag("environment").unwrap_or(NOWHERE).into();
    let owner = tag("owner").map(Into::into).or_else(|| {
        let names = head.declarations_by_name();
        names.get(&declaration)?.owner.clone()
    });
    for field in &mut fields {
        field.why = source.iter().cloned().collect();
    }
    let production = head
        .environments
        .iter()
        .any(|known| known.name == environment && known.production);
    taken.changes.push(Change {
        address: resource.address.clone(),
        declaration,
        environment,
        production,
        owner,
        previous: moved.map(|address| Previous {
            address: address.to_owned(),
            object: object.clone(),
        }),
        object,
        action,
        reason: reason.join("; "),
        impact,
        fields,
        why: source.iter().cloned().collect(),
        source,
    });
}

/// What somebody changed behind Terraform's back.
fn drift(resource: &ResourceChange, secrets: &Secrets<'_>, taken: &mut Taken) {
    let (before, after) = values::both(&resource.change, secrets);
    let object = object(resource);
    let at = |body| state(resource, &object, body);
    match (before.map(at), after.map(at)) {
        (Some(before), Some(after)) => {
            let provider = Provider { replaced: &[] };
            let comparison = Comparison {
                schemas: &Untyped,
                rules: &provider,
            };
            for field in comparison.fields(&before, &after) {
                taken.drift.push(Drift {
                    address: resource.address.clone(),
                    object: object.clone(),
                    path: Some(field.path),
                    expected: field.before,
                    actual: field.after,
                    by: None,
                });
            }
        }
        _ => taken.drift.push(Drift {
            address: resource.address.clone(),
            object,
            path: None,
            expected: None,
            actual: None,
            by: None,
        }),
    }
}

fn object(resource: &ResourceChange) -> ObjectName {
    let name = match &resource.index {
        Some(index) => format!("{}[{index}]", resource.name),
        None => resource.name.clone(),
    };
    ObjectName {
        target: Target::Terraform,
        api_version: resource.provider_name.as_str().into(),
        kind: resource.kind.as_str().into(),
        namespace: resource
            .module_address
            .as_deref()
            .unwrap_or_default()
            .into(),
        name: name.into(),
    }
}

fn state(resource: &ResourceChange, object: &ObjectName, body: Tree) -> ObjectState {
    ObjectState {
        path: resource.address.as_str().into(),
        api_version: object.api_version.clone(),
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
        schema: None,
        body,
    }
}

/// The declaration that a resource belongs to: the one that its tags name, else Terraform's own module.
fn declared(
    service: Option<&str>,
    resource: &ResourceChange,
    base: &State,
    head: &State,
) -> (DeclarationName, Option<Source>) {
    let known = service.and_then(|service| {
        let mut all = head.declarations.iter().chain(&base.declarations);
        all.find(|declaration| {
            *declaration.name.name == *service
                && matches!(&*declaration.name.kind, "service" | "resource")
        })
    });
    match known {
        Some(declaration) => (declaration.name.clone(), declaration.source.clone()),
        None => {
            let module = resource.module_address.as_deref();
            let name = DeclarationName {
                kind: "module".into(),
                name: module.unwrap_or("root").into(),
            };
            (name, None)
        }
    }
}

/// `replace_because_cannot_update` as people say it.
fn words(reason: &str) -> String {
    reason.replace('_', " ")
}

/// Terraform says what is unknown and what is replaced: its values need no types to be compared.
#[derive(Debug)]
struct Untyped;

impl Schemas for Untyped {
    fn root(&self) -> &str {
        "terraform"
    }

    fn versions(&self) -> &[String] {
        &[]
    }

    fn resolve(&self, _version: VersionId, _path: &str) -> Option<SchemaId> {
        None
    }

    fn paths(&self, _version: VersionId) -> Vec<&str> {
        Vec::new()
    }

    fn schema(&self, _id: SchemaId) -> &Schema {
        &rules::ANY
    }

    fn path(&self, _id: SchemaId) -> Option<&str> {
        None
    }
}
