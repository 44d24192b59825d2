//! What is wrong with the names that a file declares and uses.

use plat_diagnostics::{Tag, codes};

use super::{file_imports, module_scope};
use crate::db::{Db, DeclId, Name, Project, SourceFile};
use crate::environments;
use crate::items::{ItemKind, item, item_tree};
use crate::problem::{Anchor, Problem, ProblemFix, UsePart};

/// The findings about the names of a file: two declarations of one name, and `use`s that fail or bring nothing.
#[salsa::tracked(returns(ref))]
pub fn file_problems(db: &dyn Db, file: SourceFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    let scope = module_scope(db, file.module(db));
    for duplicate in scope
        .duplicates
        .iter()
        .filter(|duplicate| duplicate.again.file(db) == file)
    {
        problems.push(duplicate_name(db, duplicate.first, duplicate.again));
    }
    for item in item_tree(db, file)
        .items
        .iter()
        .filter(|item| item.kind.is_fact() && !item.name.is_empty())
    {
        problems.extend(duplicate_fact(db, item.id));
    }
    let imports = file_imports(db, file);
    problems.extend(imports.problems.iter().cloned());
    for (name, import) in &imports.names {
        let Some(entry) = scope.names.get(name) else {
            continue;
        };
        let uses = &item_tree(db, file).uses;
        if uses
            .get(import.index as usize)
            .is_some_and(|item| !item.public)
        {
            problems.push(
                Problem::new(
                    &codes::UNUSED_USE,
                    format!(
                        "this folder declares its own `{name}`, which hides the one brought here"
                    ),
                )
                .at(
                    Anchor::Use(file, import.index, import.part),
                    "never meant in this file",
                )
                .also(
                    Anchor::name(entry.decl),
                    "what the name means in this folder",
                )
                .help("give it another name here with `as`, or remove the `use`")
                .tag(Tag::Unnecessary),
            );
        }
    }
    problems.extend(unused_uses(db, file));
    problems
}

fn duplicate_name(db: &dyn Db, first: DeclId, again: DeclId) -> Problem {
    let name = again.name(db);
    let problem = Problem::new(
        &codes::DUPLICATE_NAME,
        format!("`{name}` is declared twice in this folder"),
    )
    .at(Anchor::name(again), "again here")
    .also(Anchor::name(first), "first declared here")
    .help("rename one of them");
    if first.file(db) == again.file(db) {
        problem
    } else {
        problem.note("all `.plat` files of a folder share one namespace")
    }
}

/// The finding about a fact whose name an earlier one of the same kind has in some environment.
fn duplicate_fact(db: &dyn Db, fact: DeclId) -> Option<Problem> {
    let (kind, name) = (fact.kind(db), fact.name(db));
    let same_name = db.fleet().name_entry(db, kind, name).declarations(db);
    let first = *same_name
        .iter()
        .take_while(|other| **other != fact)
        .find(|other| overlap(db, **other, fact))?;
    let problem = Problem::new(
        &codes::FACT_COLLISION,
        format!("two {}s are called `{name}`", kind.word()),
    )
    .at(Anchor::name(fact), "the second one")
    .also(Anchor::name(first), "the first one")
    .note("facts are names of the whole fleet, whatever folder or package declares them");
    Some(match kind {
        ItemKind::Service | ItemKind::Resource => problem
            .help("rename one of them, or let each exist in environments of its own: `only in staging`, `only in prod`"),
        _ => problem.help("rename one of them"),
    })
}

fn overlap(db: &dyn Db, a: DeclId, b: DeclId) -> bool {
    let only = |decl: DeclId| item(db, decl).and_then(|item| item.only.as_ref());
    let (Some(in_a), Some(in_b)) = (only(a), only(b)) else {
        return true;
    };
    let named = |names: &[Name], environment: DeclId| names.contains(environment.name(db));
    let shared = |environment: &DeclId| {
        let chain = environments::like_chain(db, *environment);
        let within = |names: &[Name]| chain.iter().any(|like| named(names, *like));
        within(in_a) && within(in_b)
    };
    in_a.iter().any(|environment| in_b.contains(environment))
        || Project::get(db).environments(db).iter().any(shared)
}

fn unused_uses(db: &dyn Db, file: SourceFile) -> Vec<Problem> {
    let imports = file_imports(db, file);
    let mut problems = Vec::new();
    for item in item_tree(db, file).uses.iter().filter(|item| !item.public) {
        let bindings = item.bindings();
        let unused = |place: usize| !item.mentioned.get(place).copied().unwrap_or(true);
        let all = (0..bindings.len()).all(unused) && !bindings.is_empty();
        for (place, binding) in bindings
            .iter()
            .enumerate()
            .filter(|(place, _)| unused(*place))
        {
            // A `use` that leads nowhere, or whose name another one holds, has its finding already.
            let holds = imports
                .names
                .get(&binding.name)
                .is_some_and(|import| import.index == item.index && import.resolution.is_some());
            if !holds {
                continue;
            }
            let at = |part| Anchor::Use(file, item.index, part);
            let problem = Problem::new(
                &codes::UNUSED_USE,
                format!("nothing in this file mentions `{}`", binding.name),
            )
            .tag(Tag::Unnecessary);
            let part = if item.group.is_some() {
                binding.part
            } else {
                UsePart::Whole
            };
            let problem = problem.at(at(part), "brought and never used");
            problems.push(match (&item.group, all) {
                (None, _) => {
                    problem.fix(ProblemFix::delete(at(UsePart::Line), "remove this `use`"))
                }
                (Some(_), true) if place == 0 => {
                    problem.fix(ProblemFix::delete(at(UsePart::Line), "remove this `use`"))
                }
                (Some(_), true) => problem,
                (Some(_), false) => {
                    let name = UsePart::NameAndComma(u32::try_from(place).unwrap_or(u32::MAX));
                    problem.fix(ProblemFix::delete(
                        at(name),
                        format!("remove `{}`", binding.name),
                    ))
                }
            });
        }
    }
    problems
}
