//! The files that sources name: `file("rules.json")`, `manifests("vendor/*.yaml")`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use plat_diagnostics::{CodeInfo, Diagnostic, FileId, Span, codes};
use plat_kubernetes::manifest::{Tree, TreeValue, read_objects};
use plat_semantics::db::{Asset, AssetKey, SourceFile};
use plat_semantics::items::{AssetItem, AssetKind, parse};
use plat_syntax::{AstNode as _, TextRange, ast};
use rustc_hash::FxHashMap;
use salsa::{Durability, Setter as _};
use serde_json::Value;

use super::schemas::span;
use super::{Workspace, folder_of};
use crate::Files;
use crate::embedded;
use crate::project::{
    Unreadable, below, files_matching, pattern_matches, read_text, text_of_bytes, would_be_source,
};

/// Why a source does not get the files that it names.
#[derive(Debug, Clone)]
pub(super) struct AssetProblem {
    from: SourceFile,
    literal: String,
    code: &'static CodeInfo,
    message: String,
    help: Option<String>,
    /// The place in the named file, if that is to blame.
    at: Option<Span>,
}

impl AssetProblem {
    fn new(from: SourceFile, item: &AssetItem, failure: Failure) -> Self {
        Self {
            from,
            literal: item.literal.to_string(),
            code: failure.code,
            message: failure.message,
            help: failure.help.map(str::to_owned),
            at: None,
        }
    }
}

/// Why a path gives no text.
#[derive(Debug, Clone)]
struct Failure {
    code: &'static CodeInfo,
    message: String,
    help: Option<&'static str>,
}

impl Failure {
    fn not_found(message: String) -> Self {
        Self {
            code: &codes::FILE_NOT_FOUND,
            message,
            help: Some("paths start at the folder of the file that names them"),
        }
    }

    fn outside(message: String) -> Self {
        Self {
            code: &codes::OUTSIDE_PROJECT,
            message,
            help: Some("copy the file into the package"),
        }
    }
}

/// What stands instead of some files on disk.
pub(crate) trait Overlay: Send + Sync + std::fmt::Debug {
    /// What stands instead of the file at a path, if that is nothing: `Some(None)`. `None` for a file that is as on disk.
    fn at(&self, path: &Path) -> Option<Option<Vec<u8>>>;

    /// The paths below a folder at which it has other files than the disk, with `/`.
    fn below(&self, folder: &Path) -> Vec<String>;
}

/// The texts that were read for this round, by package and path, so that a file named often is read once.
type Cache = BTreeMap<(usize, String), Result<Arc<str>, Failure>>;

impl Workspace {
    /// Reads every file that a source names, and writes the result if it changed.
    pub(super) fn load_assets(&mut self) {
        let mut cache = Cache::new();
        let mut problems = Vec::new();
        let mut files = std::mem::take(&mut self.files);
        let assets: FxHashMap<AssetKey, Asset> = self
            .index
            .assets()
            .map(|(from, item)| {
                let key = AssetKey {
                    from,
                    literal: item.literal.clone(),
                };
                (
                    key,
                    self.asset(from, item, &mut cache, &mut files, &mut problems),
                )
            })
            .collect();
        self.files = files;
        self.asset_problems = problems;
        if **self.project.assets(&self.db) != assets {
            self.project
                .set_assets(&mut self.db)
                .with_durability(Durability::MEDIUM)
                .to(Arc::new(assets));
        }
    }

    fn asset(
        &self,
        from: SourceFile,
        item: &AssetItem,
        cache: &mut Cache,
        files: &mut Files,
        problems: &mut Vec<AssetProblem>,
    ) -> Asset {
        let mut asset = match self.texts(from, item, cache) {
            Ok(texts) => Asset {
                files: texts,
                ..Asset::default()
            },
            Err(failure) => {
                let problem = Some(failure.message.clone());
                problems.push(AssetProblem::new(from, item, failure));
                return Asset {
                    problem,
                    ..Asset::default()
                };
            }
        };
        if item.kind == AssetKind::File {
            return asset;
        }
        let prefix = &self.packages[self.sources[&from].package].prefix;
        for (path, text) in &asset.files {
            let (objects, faults) = read_objects(text);
            asset
                .objects
                .extend(objects.iter().map(|object| value(&object.tree)));
            for fault in faults {
                let file = named_file(files, &format!("{prefix}{path}"), text);
                let failure = Failure {
                    code: &codes::BAD_YAML,
                    message: fault.message,
                    help: None,
                };
                asset.problem.get_or_insert_with(|| failure.message.clone());
                problems.push(AssetProblem {
                    help: fault.help,
                    at: Some(span(file, text, fault.span)),
                    ..AssetProblem::new(from, item, failure)
                });
            }
        }
        asset
    }

    /// The files that a literal stands for: path below the package and text.
    fn texts(
        &self,
        from: SourceFile,
        item: &AssetItem,
        cache: &mut Cache,
    ) -> Result<Vec<(String, Arc<str>)>, Failure> {
        let place = self.sources[&from].package;
        let literal = &item.literal;
        let path = below(folder_of(from.path(&self.db)), literal)
            .ok_or_else(|| Failure::outside(format!("`{literal}` leads out of the package")))?;
        let is_pattern = path.contains(['*', '?', '[', '{']);
        let paths = if item.kind == AssetKind::Manifests && is_pattern {
            let paths = self
                .matching(place, &path)
                .map_err(|why| Failure::not_found(format!("`{literal}` is no pattern: {why}")))?;
            if paths.is_empty() {
                return Err(Failure::not_found(format!("no file matches `{literal}`")));
            }
            paths
        } else {
            vec![path]
        };
        let mut texts = Vec::with_capacity(paths.len());
        for path in paths {
            let text = cache
                .entry((place, path.clone()))
                .or_insert_with(|| self.asset_text(place, &path));
            texts.push((path, text.clone()?));
        }
        Ok(texts)
    }

    /// The text of a file of a package.
    fn asset_text(&self, place: usize, path: &str) -> Result<Arc<str>, Failure> {
        let Some(root) = &self.packages[place].root else {
            let missing = || format!("there is no file `{path}` in the standard library");
            let text = embedded::text(path).map(Arc::from);
            return text.ok_or_else(|| Failure::not_found(missing()));
        };
        let full = root.join(path);
        let missing = || Failure::not_found(format!("there is no file `{path}`"));
        let unreadable = |unreadable: Unreadable| Failure {
            code: unreadable.code,
            message: format!("`{path}` {}", unreadable.why),
            help: None,
        };
        if let Some(instead) = self.overlay.as_ref().and_then(|overlay| overlay.at(&full)) {
            let text = text_of_bytes(instead.ok_or_else(missing)?);
            return text.map(Arc::from).map_err(unreadable);
        }
        if !full.exists() {
            return Err(missing());
        }
        if !is_within(root, &full) {
            let message = format!("the link `{path}` leads out of the package");
            return Err(Failure::outside(message));
        }
        if full.is_dir() {
            return Err(Failure::not_found(format!(
                "`{path}` is a folder, not a file"
            )));
        }
        read_text(&full).map(Arc::from).map_err(unreadable)
    }

    fn matching(&self, place: usize, pattern: &str) -> Result<Vec<String>, String> {
        let package = &self.packages[place];
        let Some(root) = &package.root else {
            return Ok(Vec::new());
        };
        let output = root.join(&package.manifest.output);
        let mut files = files_matching(root, &output, pattern)?;
        if let Some(overlay) = &self.overlay {
            files.retain(|path| overlay.at(&root.join(path)) != Some(None));
            let is_matching = |path: &String| {
                pattern_matches(pattern, path) && would_be_source(root, &output, path)
            };
            files.extend(overlay.below(root).into_iter().filter(is_matching));
            files.sort_unstable();
            files.dedup();
        }
        Ok(files)
    }

    /// What is wrong with the files that sources name, whether or not anything uses them.
    pub(crate) fn asset_findings(&self) -> Vec<Diagnostic> {
        let finding = |problem: &AssetProblem| {
            let range = literal_range(self, problem.from, &problem.literal);
            let named = Span::new(self.file_id(problem.from), range);
            let finding = Diagnostic::new(problem.code, problem.message.clone());
            let finding = match problem.at {
                Some(at) => finding.at(at, "").also(named, "read from here"),
                None => finding.at(named, "named here"),
            };
            match &problem.help {
                Some(help) => finding.help(help.clone()),
                None => finding,
            }
        };
        self.asset_problems.iter().map(finding).collect()
    }
}

/// Where a source first names a file; the start of the source if it does not any more.
fn literal_range(workspace: &Workspace, from: SourceFile, literal: &str) -> TextRange {
    let root = parse(workspace.db(), from).syntax();
    root.descendants()
        .filter_map(ast::CallExpr::cast)
        .filter_map(|call| match call.arg_list()?.args().next()?.value()? {
            ast::Expr::Str(string) => Some(string),
            _ => None,
        })
        .find(|string| string.plain().is_some_and(|plain| plain.text == literal))
        .map_or_else(TextRange::default, |string| string.syntax().text_range())
}

/// The number of a file that a finding points into.
fn named_file(files: &mut Files, path: &str, text: &Arc<str>) -> FileId {
    match files.find(path) {
        Some(file) => {
            files.set_text(file, Arc::clone(text));
            file
        }
        None => files.add(path, Arc::clone(text)),
    }
}

/// A node of a document as plain data. Documents are nested only as deep as their reader allows.
fn value(tree: &Tree) -> Value {
    match &tree.value {
        TreeValue::Null => Value::Null,
        TreeValue::Bool(value) => Value::Bool(*value),
        TreeValue::Int(value) => Value::from(*value),
        TreeValue::Float(value) => Value::from(*value),
        TreeValue::Text(text) => Value::String(text.to_string()),
        TreeValue::List(elements) => elements.iter().map(value).collect(),
        TreeValue::Map(entries) => {
            let entry = |entry: &plat_kubernetes::manifest::Entry| {
                (entry.key.to_string(), value(&entry.tree))
            };
            Value::Object(entries.iter().map(entry).collect())
        }
    }
}

/// Whether a path still lies within the package once links are followed.
fn is_within(root: &Path, path: &Path) -> bool {
    let (Ok(root), Ok(path)) = (root.canonicalize(), path.canonicalize()) else {
        return false;
    };
    path.starts_with(root)
}
