//! What a file declares, without offsets: equal as long as only bodies, comments and white space change.

use smol_str::SmolStr;

use super::ItemKind;
use crate::db::{DeclId, Name};
use crate::problem::UsePart;

/// The items of a file, and the few facts about them that the driver keeps as inputs.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ItemTree {
    /// The declarations, in the order of the file.
    pub items: Vec<Item>,
    /// What its tests declare for themselves, in the order of the file.
    pub tests: Vec<TestItems>,
    /// The `use`s, in the order of the file.
    pub uses: Vec<UseItem>,
    /// The files that it names by literals, sorted, each once.
    pub assets: Vec<AssetItem>,
}

/// The declarations of a test: seen by that test and by each other, by nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestItems {
    /// The test.
    pub test: DeclId,
    /// Its declarations, in the order of the file.
    pub items: Vec<Item>,
}

/// A declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its identity.
    pub id: DeclId,
    /// What it declares.
    pub kind: ItemKind,
    /// Its name, or what identifies it.
    pub name: Name,
    /// `pub`.
    pub public: bool,
    /// The environments of `only in`; `None` for everywhere.
    pub only: Option<Vec<Name>>,
    /// `like` of an environment.
    pub like: Option<Name>,
    /// The edges of a service or resource to other facts, in the order of the file.
    pub edges: Vec<EdgeItem>,
}

/// An edge to another fact; a backing resource of its own (`needs n: C`) is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeItem {
    /// The last segment of the target's path: its name in the fleet.
    pub target: Name,
    /// The path as written.
    pub path: SmolStr,
    /// `calls` rather than `needs`.
    pub calls: bool,
    /// The environment behind `@`, if the target is one of another environment.
    pub elsewhere: Option<Name>,
    /// The environments of `only in`; `None` for everywhere.
    pub only: Option<Vec<Name>>,
}

/// A literal that names files of the package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AssetItem {
    /// How the files are read.
    pub kind: AssetKind,
    /// The literal: a path, for `manifests` perhaps with wildcards, relative to the source file's folder.
    pub literal: SmolStr,
}

/// How files that a source names are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssetKind {
    /// `file("x")`.
    File,
    /// `manifests("x/*.yaml")`.
    Manifests,
}

/// A `use`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseItem {
    /// Counts the `use`s of the file from 0.
    pub index: u32,
    /// The path before the braces.
    pub path: Vec<Name>,
    /// The names between the braces; `None` without braces.
    pub group: Option<Vec<Name>>,
    /// `as`.
    pub alias: Option<Name>,
    /// `pub`: its names are names of the module too.
    pub public: bool,
    /// Which of its [`bindings`](Self::bindings) the rest of the file mentions, in their order.
    pub mentioned: Vec<bool>,
}

/// A name that a `use` brings into scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The name in this file.
    pub name: Name,
    /// The full path of what it stands for.
    pub path: Vec<Name>,
    /// Where in the `use` the last segment of the path stands.
    pub part: UsePart,
}

impl UseItem {
    /// The names that it brings into scope, in the order of the source.
    #[must_use]
    pub fn bindings(&self) -> Vec<Binding> {
        match &self.group {
            Some(group) => (0u32..)
                .zip(group)
                .map(|(place, name)| Binding {
                    name: name.clone(),
                    path: self.path.iter().chain([name]).cloned().collect(),
                    part: UsePart::Name(place),
                })
                .collect(),
            None => self
                .path
                .last()
                .map(|last| Binding {
                    name: self.alias.as_ref().unwrap_or(last).clone(),
                    path: self.path.clone(),
                    part: segment(self.path.len() - 1),
                })
                .into_iter()
                .collect(),
        }
    }

    /// The piece of the `use` in which a segment of a binding's path stands.
    #[must_use]
    pub fn part_of(&self, binding: &Binding, index: usize) -> UsePart {
        if index < self.path.len() {
            segment(index)
        } else {
            binding.part
        }
    }
}

fn segment(index: usize) -> UsePart {
    UsePart::Segment(u32::try_from(index).unwrap_or(u32::MAX))
}
