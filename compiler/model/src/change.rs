//! Changes between two states of an object, and what a target knows about them.
//!
//! The comparison itself is the same for every target; what a changed field does to what runs is the target's knowledge, behind
//! [`ChangeRules`].

use std::borrow::Cow;
use std::fmt;

use crate::tree::Tree;

/// What a change does to what runs, from harmless to grave: the order is the order in which people should look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Impact {
    /// Nothing: the target does the same as before.
    #[default]
    None,
    /// Labels, annotations and the like: nothing restarts.
    Metadata,
    /// More or fewer of the same.
    Scale,
    /// What runs is replaced gradually by a new version of itself.
    Restart,
    /// Nobody can say before it is done.
    Unknown,
    /// It is deleted, and made again if it still exists: it is away in between.
    Replace,
    /// Somebody may do more than before, or less.
    Permission,
    /// It can be reached from where it could not be, or no longer.
    Exposure,
    /// Stored data is lost.
    DataLoss,
}

impl Impact {
    /// Every class, harmless first.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Metadata,
        Self::Scale,
        Self::Restart,
        Self::Unknown,
        Self::Replace,
        Self::Permission,
        Self::Exposure,
        Self::DataLoss,
    ];

    /// The name in arguments and documents, such as `data-loss`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Metadata => "metadata",
            Self::Scale => "scale",
            Self::Restart => "restart",
            Self::Unknown => "unknown",
            Self::Replace => "replace",
            Self::Permission => "permission",
            Self::Exposure => "exposure",
            Self::DataLoss => "data-loss",
        }
    }

    /// The words for people, such as `rolling restart`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "no effect",
            Self::Metadata => "metadata only",
            Self::Restart => "rolling restart",
            Self::DataLoss => "data loss",
            other => other.name(),
        }
    }

    /// The class of that [name](Self::name).
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|impact| impact.name() == name)
    }
}

/// A step of the path to a changed value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// A declared field.
    Field(Box<str>),
    /// An entry of a free map, such as a label.
    Entry(Box<str>),
    /// An element of a list whose elements have keys: the key fields and their values, as text.
    Element(Box<[(Box<str>, Box<str>)]>),
    /// An element of a set, by its text.
    Member(Box<str>),
    /// The how-manyth element of any other list, from 0.
    Index(usize),
}

/// The path to a changed value, from the object's root.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The names of its fields and entries, elements left out: `spec.template.spec.containers.image` for the image of any
    /// container. What rules are written by.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        self.0
            .iter()
            .filter_map(|step| match step {
                Step::Field(name) | Step::Entry(name) => Some(&**name),
                Step::Element(_) | Step::Member(_) | Step::Index(_) => None,
            })
            .collect()
    }

    /// A path with one step more.
    #[must_use]
    pub fn with(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }
}

/// As people write it: `spec.containers[name=app].ports[0]`, entries quoted where a dot would mislead:
/// `metadata.labels["app.kubernetes.io/name"]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            match step {
                Step::Field(name) => write!(f, "{dot}{name}")?,
                Step::Entry(name) if is_word(name) => write!(f, "{dot}{name}")?,
                Step::Entry(name) => write!(f, "[{name:?}]")?,
                Step::Element(keys) => {
                    f.write_str("[")?;
                    for (place, (key, value)) in keys.iter().enumerate() {
                        let comma = if place == 0 { "" } else { "," };
                        write!(f, "{comma}{key}={value}")?;
                    }
                    f.write_str("]")?;
                }
                Step::Member(text) => write!(f, "[{text:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// An object of a target, whole, as rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct ObjectRef<'a> {
    /// `apps/v1`, or `v1` for the core group.
    pub api_version: &'a str,
    /// `Deployment`.
    pub kind: &'a str,
    /// The object.
    pub body: &'a Tree,
}

/// What a target says of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it does to what runs.
    pub impact: Impact,
    /// Whether the target refuses to change it in place, so that the object is deleted and made again.
    pub replaces: bool,
    /// Why, in a short clause: `selectors cannot be changed`. Empty when there is nothing to explain.
    pub reason: Cow<'static, str>,
}

impl Verdict {
    /// A change in place.
    #[must_use]
    pub const fn new(impact: Impact, reason: &'static str) -> Self {
        Self {
            impact,
            replaces: false,
            reason: Cow::Borrowed(reason),
        }
    }

    /// A change that the target makes only by making the object anew.
    #[must_use]
    pub const fn replace(impact: Impact, reason: &'static str) -> Self {
        Self {
            impact,
            replaces: true,
            reason: Cow::Borrowed(reason),
        }
    }
}

/// What a target knows of changes to its objects.
pub trait ChangeRules: Send + Sync {
    /// What the target fills in where a field is absent, if it always fills in the same: writing it out changes nothing.
    fn default_of(&self, object: ObjectRef<'_>, path: &Path) -> Option<Tree>;

    /// What a changed value does. `None` stands for an absent one. `before` and `after` hold the whole objects.
    fn changed(
        &self,
        objects: (ObjectRef<'_>, ObjectRef<'_>),
        path: &Path,
        before: Option<&Tree>,
        after: Option<&Tree>,
    ) -> Verdict;

    /// What a new object does.
    fn created(&self, object: ObjectRef<'_>) -> Verdict;

    /// What it does that an object goes away.
    fn deleted(&self, object: ObjectRef<'_>) -> Verdict;

    /// Whether an object says something of the other objects of its instance and of nothing else, such as a network policy of its
    /// pods: when all of them come or go together, it changes nothing that runs.
    fn accompanies(&self, _object: ObjectRef<'_>) -> bool {
        false
    }

    /// Whether the values at a path are never shown, such as the data of a Secret.
    fn is_secret(&self, api_version: &str, kind: &str, path: &Path) -> bool;

    /// Whether an empty list or free map at a path means the same as an absent one.
    fn empty_is_absent(&self, _object: ObjectRef<'_>, _path: &Path) -> bool {
        false
    }

    /// Whether the text at a path is a duration, which can be written in several ways (`60s`, `1m`).
    fn is_duration(&self, _object: ObjectRef<'_>, _path: &Path) -> bool {
        false
    }

    /// Whether the order of a list counts although its elements have keys.
    fn order_matters(&self, _object: ObjectRef<'_>, _path: &Path) -> bool {
        false
    }
}
