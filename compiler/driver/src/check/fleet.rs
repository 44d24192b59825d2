//! What only the whole fleet can show: two objects of one address in a cluster, two services at one address outside of it.

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};

use plat_diagnostics::codes;
use plat_semantics::db::{Db, DeclId};
use plat_semantics::eval::{ObjectKey, evaluate, exposed};
use plat_semantics::problem::{Anchor, Problem};
use rustc_hash::{FxHashMap, FxHasher};

/// What tells two ways in apart: visibility, host and path.
type WayIn = (Box<str>, Box<str>, Box<str>);

/// An object and the declaration that emits it.
#[derive(Clone, Debug)]
struct ObjectPlace {
    owner: DeclId,
    key: ObjectKey,
}

/// The addresses that objects take, as hashes: fleets have many objects and nearly never two of one address, so that names are
/// only looked at where two hashes are equal.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    taken: FxHashMap<u64, DeclId>,
    suspects: Vec<DeclId>,
}

impl Addresses {
    /// The hash of an object's address.
    pub(crate) fn hash_of(key: &ObjectKey) -> u64 {
        Self::hash(
            key.environment,
            &key.api_version,
            &key.kind,
            &key.namespace,
            &key.name,
        )
    }

    /// The hash of an address. A group's versions are one address: the API server converts between them.
    pub(crate) fn hash(
        environment: DeclId,
        api_version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> u64 {
        let mut hasher = FxHasher::default();
        (environment, group(api_version), kind, namespace, name).hash(&mut hasher);
        hasher.finish()
    }

    /// Takes the addresses of a declaration's objects.
    pub(crate) fn take(&mut self, owner: DeclId, hashes: &[u64]) {
        for hash in hashes {
            if let Some(first) = self.taken.insert(*hash, owner) {
                for suspect in [first, owner] {
                    if !self.suspects.contains(&suspect) {
                        self.suspects.push(suspect);
                    }
                }
            }
        }
    }

    /// The findings about objects that two emissions make in one of these environments.
    pub(crate) fn problems(&self, db: &dyn Db, environments: &[DeclId]) -> Vec<Problem> {
        let mut objects = Vec::new();
        for &owner in &self.suspects {
            let keys = &evaluate(db, owner).objects;
            let keys = keys
                .iter()
                .filter(|key| environments.contains(&key.environment));
            objects.extend(keys.map(|key| ObjectPlace {
                owner,
                key: key.clone(),
            }));
        }
        duplicate_objects(db, objects)
    }
}

/// How many emissions beside the first are named for one address: a capability that makes it thousands of times has one mistake.
const MAX_PER_ADDRESS: usize = 16;

fn group(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

fn duplicate_objects(db: &dyn Db, objects: Vec<ObjectPlace>) -> Vec<Problem> {
    let mut by_address: BTreeMap<Address, Vec<ObjectPlace>> = BTreeMap::new();
    for object in objects {
        by_address
            .entry(Address::of(db, &object.key))
            .or_default()
            .push(object);
    }
    let mut problems = Vec::new();
    for (address, mut places) in by_address {
        if places.len() < 2 {
            continue;
        }
        places.sort_by_cached_key(|place| {
            (place.owner.file(db).path(db).clone(), address_of(db, place))
        });
        let first = &places[0];
        for again in places[1..].iter().take(MAX_PER_ADDRESS) {
            problems.push(duplicate(db, &address, first, again));
        }
    }
    problems
}

/// The findings about hosts and paths at which two exposures wait in one environment.
pub(crate) fn exposed_twice(
    db: &dyn Db,
    declarations: &[DeclId],
    environments: &[DeclId],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for environment in environments {
        let mut taken: BTreeMap<WayIn, (DeclId, Anchor)> = BTreeMap::new();
        for decl in declarations {
            for one in exposed(db, *decl, *environment) {
                let subject = format!("{}@{}", decl.name(db), environment.name(db));
                let address = format!("{}{}", one.host, one.path.trim_end_matches('/'));
                let key = (one.visibility, one.host, one.path);
                let Some((other, at)) = taken.get(&key) else {
                    taken.insert(key, (*decl, one.at));
                    continue;
                };
                let message = format!(
                    "`{}` is exposed at `{address}`, where `{}` is already",
                    decl.name(db),
                    other.name(db)
                );
                problems.push(
                    Problem::new(&codes::EXPOSED_TWICE, message)
                        .at(one.at, "the second one")
                        .also(at.clone(), "the first one")
                        .help("give one of them another host, or paths of its own: `paths = [\"/…\"]`")
                        .subject(subject),
                );
            }
        }
    }
    problems
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Address {
    environment: String,
    group: String,
    kind: String,
    namespace: String,
    name: String,
}

impl Address {
    fn of(db: &dyn Db, key: &ObjectKey) -> Self {
        Self {
            environment: key.environment.name(db).to_string(),
            group: group(&key.api_version).to_owned(),
            kind: key.kind.to_string(),
            namespace: key.namespace.to_string(),
            name: key.name.to_string(),
        }
    }

    fn shown(&self) -> String {
        if self.namespace.is_empty() {
            format!("{} `{}`", self.kind, self.name)
        } else {
            format!("{} `{}/{}`", self.kind, self.namespace, self.name)
        }
    }
}

/// The address of an emitted object: `checkout@prod/deployment`.
fn address_of(db: &dyn Db, place: &ObjectPlace) -> String {
    format!(
        "{}@{}/{}",
        place.owner.name(db),
        place.key.environment.name(db),
        place.key.path
    )
}

fn duplicate(db: &dyn Db, address: &Address, first: &ObjectPlace, again: &ObjectPlace) -> Problem {
    // The emission is often the same line of a capability for both: who emits it tells them apart.
    let name = Anchor::name;
    let mut problem = Problem::new(
        &codes::DUPLICATE_OBJECT,
        format!("two emissions make the {}", address.shown()),
    )
    .at(
        name(again.owner),
        format!("`{}` is one of them", again.key.path),
    )
    .subject(address_of(db, again));
    if first.owner != again.owner {
        problem = problem.also(
            name(first.owner),
            format!("`{}` is the other one", first.key.path),
        );
    }
    for place in [again, first] {
        if let Some(at) = place.key.at.clone().filter(|at| *at != name(place.owner)) {
            problem = problem.also(at, "the name is made here");
            break;
        }
    }
    problem
        .note(format!("the other one is `{}`", address_of(db, first)))
        .help("the cluster would keep the one that is applied last: give one of them another name or namespace")
}
