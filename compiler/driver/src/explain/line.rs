//! Lines: of the output, and of sources.

use std::fs;
use std::path::{Path, PathBuf};

use plat_diagnostics::{Diagnostic, LineIndex, codes};
use plat_semantics::db::{DeclId, Project, SourceFile};
use plat_semantics::environments::declared_in;
use plat_semantics::hir::{self, BodyKind, Entry, EntryOp, NodeId, SegmentKind, source};
use plat_semantics::items::{Item, item_tree};
use text_size::TextRange;

use super::{Explanation, OutputLine, Place, SourceLine, value};
use crate::build::{KUBERNETES, OriginError, trace_line};
use crate::{Workspace, shown_path};

/// Explains a line (from 1) of a file that exists: of the output, or of a source.
///
/// # Errors
/// When nothing is known about it.
pub fn explain_line(
    workspace: &Workspace,
    file: &Path,
    line: u32,
) -> Result<Explanation, Box<Diagnostic>> {
    let absolute = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
    let own = workspace.sources().into_iter().find(|source| {
        workspace
            .disk_path(*source)
            .and_then(|path| path.canonicalize().ok())
            .is_some_and(|path| path == absolute)
    });
    match own {
        Some(source) => source_line(workspace, source, line).map(Explanation::SourceLine),
        None => output_line(workspace, file, &absolute, line).map(Explanation::OutputLine),
    }
}

fn output_line(
    workspace: &Workspace,
    file: &Path,
    absolute: &Path,
    line: u32,
) -> Result<OutputLine, Box<Diagnostic>> {
    let shown = shown_path(file);
    let unknown = |why: String| Box::new(Diagnostic::new(&codes::UNKNOWN_ADDRESS, why));
    let below = below_output(absolute).ok_or_else(|| {
        let help = "name a file of the output folder, or a source of the project";
        Box::new(
            Diagnostic::new(
                &codes::UNKNOWN_ADDRESS,
                format!("`{shown}` is no file of the output"),
            )
            .help(help),
        )
    })?;
    let present = fs::read_to_string(file)
        .map_err(|error| unknown(format!("cannot read `{shown}`: {error}")))?;
    let origin = trace_line(workspace, &below, &present, line).map_err(|error| match error {
        OriginError::Errors(problems) => {
            let first = workspace
                .resolve(&problems)
                .into_iter()
                .find(Diagnostic::is_error);
            first.map_or_else(
                || unknown(format!("what makes `{shown}` has errors")),
                Box::new,
            )
        }
        OriginError::OutOfDate => Box::new(
            Diagnostic::new(
                &codes::OUT_OF_DATE,
                format!("`{shown}` is not what the sources give"),
            )
            .help("run `platc build` first: line numbers would mean something else"),
        ),
        other => unknown(format!("`{shown}`: {other}")),
    })?;
    Ok(OutputLine {
        at: format!("{shown}:{line}"),
        text: origin.text,
        instance: origin.instance,
        declared: Place::of(workspace, origin.declared),
        origin: origin.span.map(|span| Place::of(workspace, span)),
        holder: origin
            .decl
            .map(|decl| decl.name(workspace.db()).to_string()),
    })
}

/// The path below the output folder: from the folder of the target on.
fn below_output(path: &Path) -> Option<String> {
    let mut below = PathBuf::new();
    let components: Vec<_> = path.components().collect();
    let start = components
        .iter()
        .rposition(|component| component.as_os_str() == KUBERNETES)?;
    below.extend(&components[start..]);
    below.to_str().map(|text| text.replace('\\', "/"))
}

fn source_line(
    workspace: &Workspace,
    file: SourceFile,
    line: u32,
) -> Result<SourceLine, Box<Diagnostic>> {
    let db = workspace.db();
    let text = file.text(db);
    let index = LineIndex::new(text);
    let shown = workspace.path(file);
    let start = (line as usize)
        .checked_sub(1)
        .and_then(|line| index.start(line));
    let nothing = || {
        Box::new(Diagnostic::new(
            &codes::UNKNOWN_ADDRESS,
            format!("nothing is declared on line {line} of `{shown}`"),
        ))
    };
    let start = start.ok_or_else(|| {
        let message = format!("`{shown}` has {} lines", index.lines());
        Box::new(Diagnostic::new(&codes::UNKNOWN_ADDRESS, message))
    })?;
    let end = index.start(line as usize).unwrap_or(text.len());
    let item = around(workspace, file, end).ok_or_else(nothing)?;
    let decl = item.id;
    let environments: Vec<DeclId> = Project::get(db)
        .environments(db)
        .iter()
        .copied()
        .filter(|environment| declared_in(db, decl, *environment))
        .collect();
    let mut values = Vec::new();
    if item.kind.is_fact() {
        for path in paths_on(workspace, decl, start, end) {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            values.extend(value::of_path(workspace, decl, &environments, &path));
        }
    }
    Ok(SourceLine {
        at: format!("{shown}:{line}"),
        address: item.name.to_string(),
        kind: item.kind.word().to_owned(),
        values,
    })
}

/// The last declaration that begins before the end of the line.
fn around(workspace: &Workspace, file: SourceFile, end: usize) -> Option<&Item> {
    let db = workspace.db();
    item_tree(db, file)
        .items
        .iter()
        .rfind(|item| usize::from(source::decl_start(db, item.id)) < end)
}

/// The paths that entries on a line set.
fn paths_on(workspace: &Workspace, decl: DeclId, start: usize, end: usize) -> Vec<Vec<String>> {
    let db = workspace.db();
    let body = hir::body(db, decl);
    let mut found = Vec::new();
    let on_line = |node: NodeId| {
        let range: TextRange = source::node_range(db, decl, node);
        (start..end).contains(&usize::from(range.start()))
    };
    let blocks: Vec<&[Entry]> = match &body.kind {
        BodyKind::Service(service) => {
            let blocks = service
                .in_blocks
                .iter()
                .map(|block| block.entries.as_slice());
            std::iter::once(service.entries.as_slice())
                .chain(blocks)
                .collect()
        }
        BodyKind::Fact(fact) => {
            let blocks = fact.in_blocks.iter().map(|block| block.entries.as_slice());
            std::iter::once(fact.entries.as_slice())
                .chain(blocks)
                .collect()
        }
        _ => Vec::new(),
    };
    let mut todo: Vec<(Vec<String>, &Entry)> = blocks
        .into_iter()
        .flatten()
        .map(|entry| (Vec::new(), entry))
        .collect();
    while let Some((prefix, entry)) = todo.pop() {
        let Some(path) = entry_path(prefix, entry) else {
            continue;
        };
        match &entry.op {
            EntryOp::Into(entries) => {
                todo.extend(entries.iter().map(|inner| (path.clone(), inner)))
            }
            EntryOp::Set(_) | EntryOp::Append(_) if on_line(entry.node) => found.push(path),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The path of an entry below a prefix, if it is made of plain names.
fn entry_path(mut prefix: Vec<String>, entry: &Entry) -> Option<Vec<String>> {
    for segment in &entry.path {
        match &segment.kind {
            SegmentKind::Name(name) => prefix.push(name.to_string()),
            SegmentKind::Computed(_) | SegmentKind::Index(_) => return None,
        }
    }
    (!prefix.is_empty()).then_some(prefix)
}
