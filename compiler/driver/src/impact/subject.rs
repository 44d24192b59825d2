//! What would change.

use std::path::PathBuf;

use plat_diagnostics::{Diagnostic, LineIndex, Span, codes};
use plat_semantics::db::{DeclId, Project};
use plat_semantics::hir::{self, NodeId};
use plat_semantics::items::{ItemKind, item_tree};
use plat_semantics::program::signature;
use plat_semantics::scope::distance::nearest;
use rustc_hash::FxHashSet;
use text_size::TextRange;

use crate::Workspace;
use crate::explain::address;

/// What would change, as places in the sources.
#[derive(Debug)]
pub(super) struct Subject {
    /// What it is called.
    pub(super) address: String,
    /// What it is.
    pub(super) kind: String,
    /// Where it stands.
    pub(super) declared: Span,
    /// The declarations that hold it.
    pub(super) decls: Vec<DeclId>,
    /// The parts of them that would change; all of them if there are none.
    pub(super) nodes: FxHashSet<(DeclId, NodeId)>,
    /// For an input of a capability: whose it is, and its path.
    pub(super) input: Option<(DeclId, Vec<String>)>,
    /// The environments that count.
    pub(super) environments: Vec<DeclId>,
}

type Found<T> = Result<T, Box<Diagnostic>>;

/// Reads `checkout`, `checkout@prod`, `HttpService`, `HttpService.timeout`, `HttpService:scale.min`, `platform/http.plat:12`.
pub(super) fn find(workspace: &Workspace, text: &str) -> Found<Subject> {
    if let Some((path, line)) = file_and_line(text) {
        return at_line(workspace, &path, line);
    }
    let parsed = address::parse(text)?;
    match address::find(workspace, &parsed) {
        Ok(found) if parsed.value.is_empty() => Ok(declaration(workspace, text, &found)),
        Ok(found) => value(
            workspace,
            text,
            found.decl,
            &parsed.value,
            found.environments,
        ),
        Err(finding) => {
            // `HttpService.timeout`: what looks like a module is a capability.
            let Some((last, path)) = parsed
                .path
                .split_last()
                .filter(|(_, path)| !path.is_empty())
            else {
                return Err(finding);
            };
            let around = plat_syntax::Address {
                path: path.to_vec(),
                ..parsed.clone()
            };
            let Ok(found) = address::find(workspace, &around) else {
                return Err(finding);
            };
            let path: Vec<String> = [last].into_iter().chain(&parsed.value).cloned().collect();
            value(workspace, text, found.decl, &path, found.environments)
        }
    }
}

fn file_and_line(text: &str) -> Option<(PathBuf, u32)> {
    let (path, line) = text.rsplit_once(':')?;
    let path = PathBuf::from(path);
    (path.is_file()).then_some((path, line.parse().ok()?))
}

fn declaration(workspace: &Workspace, text: &str, found: &address::Found) -> Subject {
    let db = workspace.db();
    let decl = found.decl;
    let is_environment = decl.kind(db) == ItemKind::Environment;
    Subject {
        address: text.to_owned(),
        kind: decl.kind(db).word().to_owned(),
        declared: workspace.span(decl, NodeId::NAME),
        decls: vec![decl],
        nodes: FxHashSet::default(),
        input: None,
        environments: if is_environment {
            vec![decl]
        } else {
            found.environments.clone()
        },
    }
}

/// A value: of a capability, what it is where nobody says otherwise; of an instance, what is read of it.
fn value(
    workspace: &Workspace,
    text: &str,
    decl: DeclId,
    path: &[String],
    environments: Vec<DeclId>,
) -> Found<Subject> {
    let db = workspace.db();
    if decl.kind(db) != ItemKind::Capability {
        let message = format!("`{text}` is a value of a single {}", decl.kind(db).word());
        return Err(Box::new(
            Diagnostic::new(&codes::UNKNOWN_ADDRESS, message)
                .at(workspace.span(decl, NodeId::NAME), "declared here")
                .help(format!(
                    "ask for all of `{}`, or for the line that sets it: FILE:LINE",
                    decl.name(db)
                )),
        ));
    }
    let name = path.first().map(String::as_str).unwrap_or_default();
    let signature = signature(db, decl);
    let Some(input) = signature.input(name) else {
        let message = format!("`{}` has no input `{name}`", decl.name(db));
        let known = signature
            .inputs
            .iter()
            .map(|input| input.field.name.as_str());
        let finding = Diagnostic::new(&codes::UNKNOWN_ADDRESS, message)
            .at(workspace.span(decl, NodeId::NAME), "declared here");
        return Err(Box::new(match nearest(name, known) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!(
                "`platc explain {}` lists its inputs",
                decl.name(db)
            )),
        }));
    };
    let mut decls = vec![decl];
    let mut nodes = FxHashSet::default();
    let mut declared = input.field.declared;
    if let Some((owner, value)) = input.defaults.last() {
        let node = hir::body(db, *owner).expr_nodes[value.0 as usize];
        declared = Some((*owner, node));
        decls.push(*owner);
        nodes.extend(nodes_within(
            workspace,
            *owner,
            workspace.span(*owner, node).range,
        ));
    }
    if let Some((owner, node)) = input.field.declared {
        decls.push(owner);
        nodes.insert((owner, node));
    }
    decls.sort_by_key(|decl| (decl.file(db).path(db).clone(), decl.name(db).clone()));
    decls.dedup();
    let (owner, node) = declared.unwrap_or((decl, NodeId::NAME));
    Ok(Subject {
        address: text.to_owned(),
        kind: "input of a capability".to_owned(),
        declared: workspace.span(owner, node),
        decls,
        nodes,
        input: Some((decl, path.to_vec())),
        environments,
    })
}

/// What stands on a line of a source.
fn at_line(workspace: &Workspace, path: &std::path::Path, line: u32) -> Found<Subject> {
    let db = workspace.db();
    let shown = crate::shown_path(path);
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let file = workspace.sources().into_iter().find(|source| {
        let disk = workspace.disk_path(*source);
        disk.and_then(|disk| disk.canonicalize().ok()) == Some(absolute.clone())
    });
    let nothing =
        |message: String| {
            Box::new(Diagnostic::new(&codes::UNKNOWN_ADDRESS, message).help(
                "name a line of a source of the project on which something is declared or set",
            ))
        };
    let file = file.ok_or_else(|| nothing(format!("`{shown}` is no source of the project")))?;
    let text = file.text(db);
    let index = LineIndex::new(text);
    let range = (line as usize).checked_sub(1).and_then(|line| {
        let start = index.start(line)?;
        Some((start, index.start(line + 1).unwrap_or(text.len())))
    });
    let (start, end) = range.ok_or_else(|| nothing(format!("`{shown}` has no line {line}")))?;
    let on_line = |range: TextRange| {
        let at = usize::from(range.start());
        start <= at && at < end && !range.is_empty()
    };
    for item in &item_tree(db, file).items {
        let whole = workspace.span(item.id, NodeId::NAME).range;
        let nodes: FxHashSet<(DeclId, NodeId)> = all_nodes(workspace, item.id)
            .filter(|(_, range)| on_line(*range))
            .map(|(node, _)| (item.id, node))
            .collect();
        if nodes.is_empty() {
            continue;
        }
        return Ok(Subject {
            address: format!("{shown}:{line}"),
            kind: format!("line of {} `{}`", item.kind.a_word(), item.name),
            declared: Span::new(workspace.file_id(file), {
                let first = nodes
                    .iter()
                    .map(|(decl, node)| workspace.span(*decl, *node).range);
                first.min_by_key(|range| range.start()).unwrap_or(whole)
            }),
            decls: vec![item.id],
            // The line of the name is the whole declaration.
            nodes: if on_line(whole) {
                FxHashSet::default()
            } else {
                nodes
            },
            input: None,
            environments: Project::get(db).environments(db).clone(),
        });
    }
    Err(nothing(format!(
        "nothing stands on line {line} of `{shown}`"
    )))
}

/// The nodes of a declaration that lie within a range of its file.
fn nodes_within(workspace: &Workspace, decl: DeclId, range: TextRange) -> Vec<(DeclId, NodeId)> {
    all_nodes(workspace, decl)
        .filter(|(_, node)| range.contains_range(*node))
        .map(|(node, _)| (decl, node))
        .collect()
}

fn all_nodes(workspace: &Workspace, decl: DeclId) -> impl Iterator<Item = (NodeId, TextRange)> {
    let count = hir::source_map(workspace.db(), decl).ranges.len();
    (0..count).map(move |node| {
        let node = NodeId(u32::try_from(node).unwrap_or(u32::MAX));
        (node, workspace.span(decl, node).range)
    })
}
