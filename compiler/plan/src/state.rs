//! States: everything about a compiled project that a plan compares.
//!
//! A state is plain data. It comes from sources, from an output folder, from a recorded snapshot or from a cluster, and what
//! only sources can know (who owns what, where a value was made, who calls whom) may be missing from it.

use std::fmt;
use std::sync::Arc;

use plat_model::change::ObjectRef;
use plat_model::schema::SchemaId;
use plat_model::tree::{Digest, Tree};

use rustc_hash::FxHashMap;

use crate::plan::Unknown;

/// A project as it is, was or would be.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What people call it: `main`, `the working tree`, `out/`.
    pub label: String,
    /// The environments, sorted by name.
    pub environments: Vec<Environment>,
    /// All declarations, sorted by kind and name. Empty when only objects are known.
    pub declarations: Vec<Declaration>,
    /// All instances, sorted by declaration and environment.
    pub instances: Vec<Instance>,
    /// Where values were made: what a [`SourceId`](plat_model::tree::SourceId) stands for.
    pub sources: Vec<Source>,
    /// What of the project is not in it, and why.
    pub unknown: Vec<Unknown>,
}

/// An environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: Box<str>,
    /// Whether it says `production = true`.
    pub production: bool,
}

/// What kind of declaration, and its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeclarationName {
    /// The keyword: `service`, `capability`, `defaults`.
    pub kind: Box<str>,
    /// Its name; for what has none, what identifies it.
    pub name: Box<str>,
}

/// A declaration.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Its kind and name.
    pub name: DeclarationName,
    /// Where it stands.
    pub source: Option<Source>,
    /// The team that owns it.
    pub owner: Option<Box<str>>,
    /// The system that it belongs to.
    pub system: Option<Box<str>>,
    /// The capability behind it.
    pub capability: Option<Box<str>>,
    /// What it depends on, sorted by alias.
    pub edges: Vec<Edge>,
    /// Digest of what it says: its tokens without spaces and comments, and the files that it names.
    pub digest: Digest,
    /// The same with its own name left out: equal for a declaration that was only renamed.
    pub nameless: Digest,
    /// Its lines as written, the first being the one that [`source`](Self::source) names; nothing in a recorded state.
    pub text: Option<Arc<str>>,
}

/// A dependency of a declaration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Edge {
    /// The name under which the consumer knows it.
    pub alias: Box<str>,
    /// `calls` or `needs`.
    pub kind: Box<str>,
    /// The name of the service, resource or external; of an owned instance, its address (`checkout/orders`).
    pub target: Box<str>,
    /// The environments in which it exists, sorted; empty for all.
    pub environments: Vec<Box<str>>,
}

/// A declaration in an environment.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The declaration.
    pub declaration: DeclarationName,
    /// The environment's name.
    pub environment: Box<str>,
    /// Digest of its objects' identities and contents.
    pub digest: Digest,
    /// Its objects. Not loaded where both states have the same digest.
    pub objects: Option<Vec<ObjectState>>,
    /// Every declaration that was read to make it, as indices into [`State::declarations`], sorted. Empty when unknown.
    pub reads: Vec<u32>,
}

/// An object of a target.
#[derive(Clone, Debug)]
pub struct ObjectState {
    /// The address below the instance: `deployment`, `server/volume["x"]`. Empty when unknown.
    pub path: Box<str>,
    /// `apps/v1`, or `v1` for the core group.
    pub api_version: Box<str>,
    /// `Deployment`.
    pub kind: Box<str>,
    /// The namespace; empty for none.
    pub namespace: Box<str>,
    /// The name.
    pub name: Box<str>,
    /// Its schema, in the store that both states share.
    pub schema: Option<SchemaId>,
    /// The object.
    pub body: Tree,
}

impl ObjectState {
    /// The object as rules look at it.
    #[must_use]
    pub fn as_ref(&self) -> ObjectRef<'_> {
        ObjectRef {
            api_version: &self.api_version,
            kind: &self.kind,
            body: &self.body,
        }
    }
}

/// A place in the sources.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// The file, as people read it.
    pub path: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The declaration that it lies in.
    pub declaration: DeclarationName,
    /// Whether it is part of the standard library, or of another package than the project's own.
    pub foreign: bool,
}

/// Digest of a whole state: equal for states of which a plan says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateHash(pub [u8; 32]);

/// In hexadecimal digits.
impl fmt::Display for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl State {
    /// The declarations by name.
    #[must_use]
    pub fn declarations_by_name(&self) -> FxHashMap<&DeclarationName, &Declaration> {
        let declarations = self.declarations.iter();
        declarations
            .map(|declaration| (&declaration.name, declaration))
            .collect()
    }

    /// Its hash: over every instance's address and digest.
    #[must_use]
    pub fn hash(&self) -> StateHash {
        let mut hasher = blake3::Hasher::new();
        for instance in &self.instances {
            for text in [
                &instance.declaration.kind,
                &instance.declaration.name,
                &instance.environment,
            ] {
                hasher.update(&(text.len() as u64).to_le_bytes());
                hasher.update(text.as_bytes());
            }
            hasher.update(&instance.digest);
        }
        StateHash(*hasher.finalize().as_bytes())
    }
}
