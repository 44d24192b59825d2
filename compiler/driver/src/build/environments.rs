//! Which environments are built: those that were asked for, and of those that exist once per something, the copies with a key.

use std::collections::BTreeSet;

use plat_diagnostics::{Diagnostic, codes};
use plat_semantics::db::{Db, DeclId, Project};
use plat_semantics::eval::exists_per_key;
use plat_semantics::scope::distance::nearest;

/// The environments of a build.
#[derive(Debug)]
pub(crate) struct Chosen {
    /// Those that are built.
    pub(crate) environments: Vec<DeclId>,
    /// The names of those that are not, since there is one per key and none was given.
    pub(crate) without_key: Vec<String>,
    /// Whether everything is built that can be.
    pub(crate) complete: bool,
}

/// Why nothing is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// An environment was asked for that does not exist.
    Unknown(UnknownEnvironment),
    /// An environment was asked for that exists once per something, without the key that says which copy is meant.
    WithoutKey(String),
}

impl Refused {
    /// The finding about it.
    #[must_use]
    pub fn finding(&self) -> Diagnostic {
        match self {
            Self::Unknown(unknown) => unknown.finding(),
            Self::WithoutKey(name) => Diagnostic::new(
                &codes::KEY_MISSING,
                format!("environment `{name}` needs a key"),
            )
            .note("there is a copy for each key; without one, all copies would have the same names")
            .help(format!(
                "add the key, such as the number of the pull request: `--key {name}=pr-12`"
            )),
        }
    }
}

/// An environment that was asked for and does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEnvironment {
    /// What was asked for.
    pub asked: String,
    /// Those that there are.
    pub known: Vec<String>,
}

impl UnknownEnvironment {
    /// The finding about it.
    #[must_use]
    pub fn finding(&self) -> Diagnostic {
        let known: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
        let help = match nearest(&self.asked, self.known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => {
                "the project declares no environment: `environment prod { }`".to_owned()
            }
            None => format!("there are {}", known.join(", ")),
        };
        Diagnostic::new(
            &codes::UNKNOWN_ENVIRONMENT,
            format!("there is no environment `{}`", self.asked),
        )
        .help(help)
    }
}

/// Chooses what to build; nothing asked for means everything.
pub(crate) fn choose(db: &dyn Db, asked: &BTreeSet<String>) -> Result<Chosen, Refused> {
    let project = Project::get(db);
    let all = project.environments(db);
    let known: BTreeSet<&str> = all.iter().map(|known| known.name(db).as_str()).collect();
    if let Some(unknown) = asked.iter().find(|asked| !known.contains(asked.as_str())) {
        return Err(Refused::Unknown(UnknownEnvironment {
            asked: unknown.clone(),
            known: known.into_iter().map(str::to_owned).collect(),
        }));
    }
    let keys = project.environment_keys(db);
    let (without_key, possible): (Vec<DeclId>, Vec<DeclId>) = all.iter().partition(|known| {
        keys.iter().all(|(name, _)| name != known.name(db)) && exists_per_key(db, **known)
    });
    let is_asked = |decl: &&DeclId| asked.contains(decl.name(db).as_str());
    if let Some(refused) = without_key.iter().find(is_asked) {
        return Err(Refused::WithoutKey(refused.name(db).to_string()));
    }
    let environments: Vec<DeclId> = match asked.is_empty() {
        true => possible.clone(),
        false => possible.iter().filter(is_asked).copied().collect(),
    };
    Ok(Chosen {
        complete: environments.len() == possible.len(),
        environments,
        without_key: without_key
            .iter()
            .map(|decl| decl.name(db).to_string())
            .collect(),
    })
}
