//! Why a name means nothing, and how that is said.

use plat_diagnostics::codes;

use super::folder::Folder;
use super::imports::dotted;
use super::suggest::Hint;
use super::{Namespace, Resolution, Site};
use crate::db::{Db, DeclId, Name};
use crate::problem::{Anchor, Problem, ProblemFix};

/// Why a path does not lead where it should. The index is that of the segment at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// Nothing has that name.
    Unknown {
        /// The segment.
        index: usize,
        /// The folder that was looked into; `None` for everything in scope.
        folder: Option<Folder>,
    },
    /// It is there, for its own package only.
    Private {
        /// The segment.
        index: usize,
        /// The declaration.
        decl: DeclId,
    },
    /// It is something else.
    WrongKind {
        /// The segment.
        index: usize,
        /// What it is.
        found: Resolution,
    },
    /// The path goes on behind something that has no members.
    NotAFolder {
        /// The segment that ought to be a folder.
        index: usize,
        /// What it is.
        found: Resolution,
    },
    /// It is a fact of another folder than the path says.
    OtherFolder {
        /// The segment.
        index: usize,
        /// The facts.
        found: Vec<DeclId>,
    },
    /// `pub use`s hand the name to each other, and none declares it.
    Ring {
        /// The segment.
        index: usize,
    },
    /// Facts of several kinds have that name.
    Ambiguous {
        /// The segment.
        index: usize,
        /// The facts.
        found: Vec<DeclId>,
    },
    /// The place that is to blame is another one, where it is reported.
    Reported,
}

impl Unresolved {
    /// The finding, for a path written at `site` whose segments stand at `anchors`; `None` if it is reported elsewhere.
    #[must_use]
    pub fn problem(
        &self,
        db: &dyn Db,
        site: Site,
        path: &[Name],
        anchors: &[Anchor],
        wanted: Namespace,
    ) -> Option<Problem> {
        let place = |index: usize| {
            Some((
                path.get(index)?,
                anchors.get(index).or(anchors.last())?.clone(),
            ))
        };
        Some(match self {
            Self::Reported => return None,
            Self::Unknown { index, folder } => {
                let (name, at) = place(*index)?;
                let message = match (folder, wanted) {
                    // A path through folders that fails at once: neither a folder nor a package is called so.
                    (Some(_), _) if *index == 0 => {
                        format!("there is no folder or package `{name}`")
                    }
                    (Some(folder), _) => format!("`{}` has no `{name}`", folder.text(db)),
                    (None, Namespace::Value) => format!("nothing here is called `{name}`"),
                    (None, _) => format!("there is no {} `{name}`", bare(wanted)),
                };
                let code = match folder {
                    Some(_) if *index == 0 || *index + 1 < path.len() => &codes::UNKNOWN_MODULE,
                    _ => &codes::UNKNOWN_NAME,
                };
                let hint = Hint::new(site, name.clone(), at.clone(), wanted).within(folder.clone());
                Problem::new(code, message).at(at, "not found").hint(hint)
            }
            Self::Private { index, decl } => {
                let (name, at) = place(*index)?;
                let package = decl.file(db).module(db).package(db).name(db);
                Problem::new(
                    &codes::NOT_PUBLIC,
                    format!("`{name}` is private to the package `{package}`"),
                )
                .at(at, "not visible here")
                .also(Anchor::name(*decl), "declared without `pub`")
                .help("if other packages may depend on it, its declaration begins with `pub`")
            }
            Self::WrongKind { index, found } => {
                let (name, at) = place(*index)?;
                let message = format!("`{name}` is {}, not {}", describe(db, found), wanted.noun());
                let problem = Problem::new(&codes::WRONG_KIND, message)
                    .at(at, format!("{} is needed here", wanted.noun()));
                declared(found).fold(problem, |problem, decl| {
                    problem.also(Anchor::name(decl), "declared here")
                })
            }
            Self::NotAFolder { index, found } => {
                let (name, at) = place(*index)?;
                let message = format!(
                    "`{name}` is {}, not a folder, so nothing can be taken out of it",
                    describe(db, found)
                );
                let problem = Problem::new(&codes::UNKNOWN_MODULE, message).at(at, "not a folder");
                declared(found).fold(problem, |problem, decl| {
                    problem.also(Anchor::name(decl), "declared here")
                })
            }
            Self::OtherFolder { index, found } => {
                let (name, at) = place(*index)?;
                let folder = dotted(&path[..*index]);
                let problem = Problem::new(
                    &codes::UNKNOWN_NAME,
                    format!("`{folder}` has no {} `{name}`", bare(wanted)),
                )
                .at(at, "not in this folder")
                .help(format!(
                    "facts are known by their bare names: write `{name}`"
                ));
                found.iter().fold(problem, |problem, decl| {
                    problem.also(Anchor::name(*decl), "declared here")
                })
            }
            Self::Ring { index } => {
                let (name, at) = place(*index)?;
                Problem::new(
                    &codes::UNKNOWN_NAME,
                    format!("`{name}` is handed on in a ring, and nothing declares it"),
                )
                .at(at, "leads back to itself")
                .help("name the folder that declares it")
            }
            Self::Ambiguous { index, found } => {
                let (name, at) = place(*index)?;
                let kinds: Vec<&str> = found.iter().map(|decl| decl.kind(db).a_word()).collect();
                let message = format!(
                    "`{name}` is {} here: which one is meant?",
                    kinds.join(" and ")
                );
                let problem = Problem::new(&codes::AMBIGUOUS_NAME, message)
                    .at(at, "several facts have this name")
                    .help("rename one of them");
                found.iter().fold(problem, |problem, decl| {
                    problem.also(
                        Anchor::name(*decl),
                        format!("{} of this name", decl.kind(db).a_word()),
                    )
                })
            }
        })
    }

    /// The same for a path of which the first segments have been cut off.
    pub(super) fn shifted(mut self, by: usize) -> Self {
        match &mut self {
            Self::Unknown { index, .. }
            | Self::Private { index, .. }
            | Self::WrongKind { index, .. }
            | Self::NotAFolder { index, .. }
            | Self::OtherFolder { index, .. }
            | Self::Ring { index }
            | Self::Ambiguous { index, .. } => *index += by,
            Self::Reported => {}
        }
        self
    }
}

fn describe(db: &dyn Db, resolution: &Resolution) -> String {
    match resolution {
        Resolution::Decl(decl) => decl.kind(db).a_word().to_owned(),
        Resolution::Facts(facts) => facts.first().map_or_else(
            || "a fact".to_owned(),
            |fact| fact.kind(db).a_word().to_owned(),
        ),
        Resolution::Folder(folder) => format!("the folder `{}`", folder.text(db)),
        Resolution::Schema(_) => "a type of the target".to_owned(),
        Resolution::Type(_) => "a built-in type".to_owned(),
        Resolution::Function(_) => "a built-in function".to_owned(),
    }
}

/// What is wanted, without an article.
fn bare(wanted: Namespace) -> &'static str {
    let noun = wanted.noun();
    noun.split_once(' ').map_or(noun, |(_, noun)| noun)
}

fn declared(resolution: &Resolution) -> impl Iterator<Item = DeclId> + '_ {
    match resolution {
        Resolution::Decl(decl) => std::slice::from_ref(decl),
        Resolution::Facts(facts) => facts.as_slice(),
        _ => &[],
    }
    .iter()
    .copied()
}

/// A fix that writes the name that was meant.
pub(super) fn respell(at: &Anchor, name: &str) -> ProblemFix {
    ProblemFix::replace(at.clone(), name, format!("write `{name}`")).maybe()
}

/// A `use` of a path.
pub(super) fn use_line(path: &[Name]) -> String {
    format!("use {}", dotted(path))
}
