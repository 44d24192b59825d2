//! The kinds of a cluster: which of those that are wanted it knows, and how they are asked for.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use kube::api::{Api, DynamicObject};
use kube::core::GroupVersionKind;
use kube::discovery::{ApiResource, Scope, pinned_kind};
use kube::{Client, Error};
use plat_plan::state::ObjectState;

use crate::unreachable::said;

/// A kind, or why it cannot be asked for.
type Kind = Result<(ApiResource, Scope), String>;

/// The kinds of a cluster, by API version and kind.
#[derive(Debug, Default)]
pub(crate) struct Kinds(BTreeMap<(Box<str>, Box<str>), Kind>);

impl Kinds {
    /// Asks for the kinds of these objects, each once.
    pub(crate) async fn discover<'o>(
        client: &Client,
        objects: impl Iterator<Item = &'o ObjectState>,
    ) -> Self {
        let mut kinds = Self::default();
        for object in objects {
            let key = (object.api_version.clone(), object.kind.clone());
            if let Entry::Vacant(kind) = kinds.0.entry(key) {
                kind.insert(ask(client, &object.api_version, &object.kind).await);
            }
        }
        kinds
    }

    /// The way to objects of a kind and namespace.
    pub(crate) fn api(
        &self,
        client: &Client,
        object: &ObjectState,
    ) -> Result<Api<DynamicObject>, String> {
        let key = (object.api_version.clone(), object.kind.clone());
        match self.0.get(&key) {
            Some(Ok((resource, Scope::Namespaced))) if !object.namespace.is_empty() => Ok(
                Api::namespaced_with(client.clone(), &object.namespace, resource),
            ),
            Some(Ok((resource, Scope::Namespaced))) => {
                Ok(Api::default_namespaced_with(client.clone(), resource))
            }
            Some(Ok((resource, Scope::Cluster))) => Ok(Api::all_with(client.clone(), resource)),
            Some(Err(why)) => Err(why.clone()),
            None => Err("its kind was not asked for".to_owned()),
        }
    }

    /// All kinds that the cluster knows.
    pub(crate) fn known(&self) -> impl Iterator<Item = (&ApiResource, &Scope)> {
        let kinds = self.0.values().filter_map(|kind| kind.as_ref().ok());
        kinds.map(|(resource, scope)| (resource, scope))
    }
}

async fn ask(client: &Client, api_version: &str, kind: &str) -> Kind {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let wanted = GroupVersionKind::gvk(group, version, kind);
    match pinned_kind(client, &wanted).await {
        Ok((resource, capabilities)) => Ok((resource, capabilities.scope)),
        Err(Error::Discovery(_)) => Err(missing(api_version, kind)),
        // Of a group that it does not have a server says so in plain text, which has no reason.
        Err(Error::Api(status)) if status.code == 404 => Err(missing(api_version, kind)),
        Err(error) => Err(said(&error)),
    }
}

fn missing(api_version: &str, kind: &str) -> String {
    format!("the cluster has no `{kind}` of `{api_version}`")
}
