//! Objects that carry the compiler's mark and that nothing in the sources makes any more.

use std::collections::BTreeSet;

use kube::Client;
use kube::api::{Api, DynamicObject, ListParams};
use kube::discovery::Scope;
use plat_plan::plan::Taken;
use plat_plan::state::{DeclarationName, Instance, ObjectState};
use serde_json::Value;

use crate::kinds::Kinds;
use crate::unreachable::said;
use crate::{document, unknown};

/// The mark: what the standard library writes on everything.
const MANAGED: &str = "app.kubernetes.io/managed-by=platc";
const NAME: &str = "app.kubernetes.io/name";

/// The marked objects in the namespaces of these instances, of the kinds that they have, that are none of theirs.
pub(crate) async fn find(
    client: &Client,
    kinds: &Kinds,
    instances: &[&Instance],
    taken: &mut Taken,
) -> Vec<(DeclarationName, ObjectState)> {
    let objects = || instances.iter().flat_map(|i| i.objects.iter().flatten());
    let namespaces: BTreeSet<&str> = objects()
        .map(|object| &*object.namespace)
        .filter(|namespace| !namespace.is_empty())
        .collect();
    let wanted: BTreeSet<(&str, &str, &str)> = objects()
        .map(|object| (&*object.kind, &*object.namespace, &*object.name))
        .collect();
    let mut found = Vec::new();
    for (resource, scope) in kinds.known() {
        if *scope == Scope::Cluster {
            // Whose they are cannot be told: other environments and projects mark theirs alike.
            continue;
        }
        for namespace in &namespaces {
            let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), namespace, resource);
            let list = match api.list(&ListParams::default().labels(MANAGED)).await {
                Ok(list) => list,
                Err(error) => {
                    let what = format!("what is left of `{}` in `{namespace}`", resource.plural);
                    taken.unknown.push(unknown(&what, said(&error)));
                    continue;
                }
            };
            for item in list.items {
                let Some(name) = item.metadata.name.clone() else {
                    continue;
                };
                // What a controller made of one of ours goes when ours goes.
                let owned = item.metadata.owner_references.as_ref();
                if wanted.contains(&(&*resource.kind, *namespace, &*name))
                    || owned.is_some_and(|owners| !owners.is_empty())
                {
                    continue;
                }
                let labels = item.metadata.labels.clone().unwrap_or_default();
                let Ok(Value::Object(mut object)) = serde_json::to_value(item) else {
                    continue;
                };
                // The items of a list do not say what they are.
                object.insert("apiVersion".into(), resource.api_version.clone().into());
                object.insert("kind".into(), resource.kind.clone().into());
                let service = labels.get(NAME).map_or(name.as_str(), String::as_str);
                let declaration = DeclarationName {
                    kind: "service".into(),
                    name: service.into(),
                };
                found.push((
                    declaration,
                    ObjectState {
                        path: "".into(),
                        api_version: resource.api_version.as_str().into(),
                        kind: resource.kind.as_str().into(),
                        namespace: (*namespace).into(),
                        name: name.as_str().into(),
                        schema: None,
                        body: document::observed(Value::Object(object), None),
                    },
                ));
            }
        }
    }
    found
}
