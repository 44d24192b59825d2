//! What a plan says: every change with its reasons, and above the changes what a reader needs first.

use plat_model::change::{Impact, Path, Verdict};
use plat_model::tree::Tree;

use crate::state::{DeclarationName, Edge, Environment, Source, State, StateHash};

/// What a change of a project will do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The state before.
    pub base: StateName,
    /// The state after.
    pub head: StateName,
    /// The environments of both states, sorted by name.
    pub environments: Vec<Environment>,
    /// Every change of an object, the gravest first, then by environment and address.
    pub changes: Vec<Change>,
    /// What changed in the declarations themselves, sorted by name.
    pub declarations: Vec<DeclarationChange>,
    /// The changes of sources that made the changes of objects, the gravest and farthest-reaching first. Every change that is no
    /// no-op belongs to at least one; those that nobody can explain share one without a source.
    pub causes: Vec<Cause>,
    /// Who depends on what changes, and does not change itself; nearest first.
    pub reached: Vec<Reached>,
    /// What runs differs from the state before without any change of the project: somebody else did that. Sorted by address.
    pub drift: Vec<Drift>,
    /// What could not be compared, and why.
    pub unknown: Vec<Unknown>,
    /// What guardrails find in the state after, or in the change itself; what must not be first.
    pub broken: Vec<Broken>,
    /// The numbers above everything.
    pub summary: Summary,
}

/// A state by name and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateName {
    /// What people call it.
    pub label: String,
    /// Its hash.
    pub hash: StateHash,
}

/// A change of one object.
#[derive(Clone, Debug)]
pub struct Change {
    /// The address: `checkout@prod/deployment`.
    pub address: String,
    /// The declaration behind it.
    pub declaration: DeclarationName,
    /// The environment.
    pub environment: Box<str>,
    /// Whether that is a production environment.
    pub production: bool,
    /// The team that owns it.
    pub owner: Option<Box<str>>,
    /// The object.
    pub object: ObjectName,
    /// What it was before, where it is not the same object or has another address.
    pub previous: Option<Previous>,
    /// What is done.
    pub action: Action,
    /// Why it is that action, in a clause; empty when it is obvious.
    pub reason: String,
    /// The gravest of what it does.
    pub impact: Impact,
    /// The changed values, in the order of the object; of a new or deleted object, none.
    pub fields: Vec<FieldChange>,
    /// Where the object is emitted.
    pub source: Option<Source>,
    /// The source lines behind a change of the whole object (create, delete, move), the deciding one first.
    pub why: Vec<Source>,
}

/// What identifies an object of a target.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectName {
    /// Whose object it is.
    pub target: Target,
    /// `apps/v1`, or `v1` for the core group; of Terraform, the provider.
    pub api_version: Box<str>,
    /// `Deployment`; of Terraform, the resource type.
    pub kind: Box<str>,
    /// The namespace; empty for none. Of Terraform, the module's address.
    pub namespace: Box<str>,
    /// The name.
    pub name: Box<str>,
}

/// The targets that objects belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// A Kubernetes cluster.
    Kubernetes,
    /// Terraform's state.
    Terraform,
}

/// What an object was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Its address.
    pub address: String,
    /// What identified it.
    pub object: ObjectName,
}

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// It differs in writing only, or only its address changed.
    NoOp,
    /// It is new.
    Create,
    /// It changes in place.
    Update,
    /// It is deleted and made anew under its name.
    Replace,
    /// It is deleted and made anew under another name.
    Move,
    /// It goes away.
    Delete,
}

/// A changed value.
#[derive(Clone, Debug)]
pub struct FieldChange {
    /// Where.
    pub path: Path,
    /// The value before; `None` when it was absent.
    pub before: Option<Tree>,
    /// The value after; `None` when it is absent.
    pub after: Option<Tree>,
    /// Why it only looks like a change (`1000m is 1`); such a change has no effect.
    pub equal: Option<String>,
    /// What it does.
    pub verdict: Verdict,
    /// The source lines that decided the value after, or before it was absent, the deciding one first.
    pub why: Vec<Source>,
}

/// A change of a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclarationChange {
    /// The declaration, by its name after the change if it still exists.
    pub name: DeclarationName,
    /// Who owns it.
    pub owner: Option<Box<str>>,
    /// Where it stands; stood, if it is gone.
    pub source: Option<Source>,
    /// What changed.
    pub edits: Vec<DeclarationEdit>,
}

/// What changed in a declaration, as far as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclarationEdit {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It had another name.
    Renamed {
        /// That name.
        from: Box<str>,
    },
    /// Another team owns it.
    Owner {
        /// The team before.
        before: Option<Box<str>>,
        /// The team after.
        after: Option<Box<str>>,
    },
    /// Another capability is behind it.
    Capability {
        /// The capability before.
        before: Option<Box<str>>,
        /// The capability after.
        after: Option<Box<str>>,
    },
    /// It depends on something more.
    EdgeAdded(Edge),
    /// It no longer depends on something.
    EdgeRemoved(Edge),
}

/// A change of a source, and all that it comes to.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The line; nothing when it is unknown why something changed.
    pub source: Option<Source>,
    /// The gravest of what it does.
    pub impact: Impact,
    /// What it does to objects, each kind of change once; the gravest first.
    pub effects: Vec<Effect>,
    /// The changes that it has a part in: indices into [`Plan::changes`], ascending.
    pub changes: Vec<usize>,
    /// The instances that it reaches, sorted: declaration's name, environment.
    pub instances: Vec<(Box<str>, Box<str>)>,
    /// The teams that own them, sorted.
    pub owners: Vec<Box<str>>,
}

/// One kind of change that a cause makes, possibly many times.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What is done to the objects.
    pub action: Action,
    /// Their kind.
    pub kind: Box<str>,
    /// The changed path; nothing for whole objects.
    pub path: Option<Path>,
    /// The value before; `Err` holds how many different ones there are.
    pub before: Result<Option<Tree>, usize>,
    /// The value after, likewise.
    pub after: Result<Option<Tree>, usize>,
    /// What it does, and why.
    pub verdict: Verdict,
    /// How many times.
    pub count: usize,
}

/// Who depends on what changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The declaration.
    pub name: DeclarationName,
    /// Who owns it.
    pub owner: Option<Box<str>>,
    /// What it depends on, from itself to what changes: `[web, checkout, orders]`.
    pub through: Vec<Box<str>>,
    /// The gravest impact on what it depends on.
    pub impact: Impact,
}

/// A difference that somebody else made: a value that differs in what runs, or that another manager owns.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The address of the object, by the project's name for it if it has one.
    pub address: String,
    /// The object.
    pub object: ObjectName,
    /// Where; nothing when the whole object is meant.
    pub path: Option<Path>,
    /// What the project says there.
    pub expected: Option<Tree>,
    /// What there is.
    pub actual: Option<Tree>,
    /// Who made it, if the target knows: a field manager.
    pub by: Option<String>,
}

/// What could not be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What: an address, an environment, a file.
    pub what: String,
    /// Why, as a clause that follows "unknown because".
    pub because: String,
}

/// A guardrail that the state after, or the change itself, breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Whether it must not be: else it is a warning.
    pub denied: bool,
    /// The guardrail's message.
    pub message: String,
    /// The addresses that it speaks of, sorted.
    pub subjects: Vec<String>,
    /// The line that decided: `payments/checkout.plat:8`.
    pub place: Option<String>,
    /// Why the guardrail is there, and who stands behind it.
    pub notes: Vec<String>,
}

/// What another source than the two states adds to a plan.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Changes of objects.
    pub changes: Vec<Change>,
    /// What differs without any change of the project.
    pub drift: Vec<Drift>,
    /// What could not be read or compared.
    pub unknown: Vec<Unknown>,
}

/// The numbers above everything. No-ops are not counted but by their own number.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Summary {
    /// Objects by what is done to them: created, updated, replaced, moved, deleted.
    pub created: usize,
    /// Changed in place.
    pub updated: usize,
    /// Deleted and made anew.
    pub replaced: usize,
    /// Made anew under another name.
    pub moved: usize,
    /// Gone.
    pub deleted: usize,
    /// Written differently, with no effect.
    pub unaffected: usize,
    /// Objects by impact, the gravest first; impacts that do not occur are left out.
    pub impacts: Vec<(Impact, usize)>,
    /// Declarations of which an object changes.
    pub declarations: usize,
    /// The environments in which something changes, with the number of objects.
    pub environments: Vec<(Box<str>, usize)>,
    /// The teams whose objects change, with the number of objects; those without owner are left out.
    pub owners: Vec<(Box<str>, usize)>,
    /// Objects that change and have no owner.
    pub ownerless: usize,
}

impl Action {
    /// The name in documents: `create`, `no-op`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoOp => "no-op",
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Move => "move",
            Self::Delete => "delete",
        }
    }

    /// The sign before a line: `+`, `~`, `-`, `±`, `→`.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::NoOp => "=",
            Self::Create => "+",
            Self::Update => "~",
            Self::Replace => "±",
            Self::Move => "→",
            Self::Delete => "-",
        }
    }
}

impl Plan {
    /// Takes in changes of other targets between the same states: they are ranked with the others, and count.
    pub fn take(&mut self, base: &State, head: &State, more: Taken) {
        self.changes.extend(more.changes);
        self.drift.extend(more.drift);
        self.unknown.extend(more.unknown);
        crate::build::complete(self, base, head);
    }

    /// Whether nothing changes. What is only written differently is no change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.effective().next().is_none()
    }

    /// The changes that have an effect.
    pub fn effective(&self) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(|change| change.action != Action::NoOp)
    }

    /// The gravest impact.
    #[must_use]
    pub fn impact(&self) -> Impact {
        self.effective()
            .map(|change| change.impact)
            .max()
            .unwrap_or_default()
    }
}
