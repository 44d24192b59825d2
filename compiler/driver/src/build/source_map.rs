//! Source maps: for each line of an artifact, the expression that made it. Written on request only: most readers ask
//! `platc explain FILE:LINE`, which computes the same anew and so is never out of date.

use plat_diagnostics::LineIndex;
use plat_semantics::db::SourceFile;
use plat_semantics::hir::{NodeId, source};
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::layout::SOURCE_MAPS;
use super::render::{Artifact, LineMap};
use crate::Database;
use crate::workspace::Paths;

/// The name and version of the format; `docs/reference/json.md` describes it.
const SCHEMA: &str = "platc.source-map/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    artifact: &'a str,
    sources: Vec<&'a str>,
    /// First line in the artifact; then, unless the compiler itself made it: place in `sources`, line, column.
    lines: Vec<Line>,
}

#[derive(Serialize, PartialEq)]
#[serde(untagged)]
enum Line {
    Compiler([u32; 1]),
    Source([u32; 4]),
}

/// The map of an artifact, as an artifact of its own.
pub(super) fn document(
    db: &Database,
    paths: Paths<'_>,
    artifact: &Artifact,
    map: &LineMap,
) -> Artifact {
    let mut sources: Vec<SourceFile> = Vec::new();
    let mut indices: FxHashMap<SourceFile, LineIndex> = FxHashMap::default();
    let mut lines: Vec<Line> = Vec::new();
    for entry in map.lines.entries() {
        let decl = (entry.origin.body as usize)
            .checked_sub(1)
            .and_then(|body| map.bodies.get(body));
        let Some(decl) = decl else {
            lines.push(Line::Compiler([entry.line]));
            continue;
        };
        let file = decl.file(db);
        let text = file.text(db);
        let index = indices.entry(file).or_insert_with(|| LineIndex::new(text));
        let start = source::node_range(db, *decl, NodeId(entry.origin.node)).start();
        let at = index.position(text, start);
        let place = sources
            .iter()
            .position(|known| *known == file)
            .unwrap_or_else(|| {
                sources.push(file);
                sources.len() - 1
            });
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        lines.push(Line::Source([entry.line, place, at.line, at.column]));
    }
    let document = Document {
        schema: SCHEMA,
        artifact: &artifact.path,
        sources: sources.iter().map(|file| paths.of(*file)).collect(),
        lines,
    };
    // Only maps with other than text keys make this fail; there are none.
    let mut bytes = serde_json::to_vec(&document).unwrap_or_default();
    bytes.push(b'\n');
    Artifact {
        path: format!("{SOURCE_MAPS}/{}.json", artifact.path),
        bytes,
        objects: 0,
    }
}
