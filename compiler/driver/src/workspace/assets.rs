//! The files that sources name: `file("rules.json")`, `manifests("vendor/*.yaml")`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use plat_semantics::db::{Asset, AssetKey, SourceFile};
use plat_semantics::items::{AssetItem, AssetKind};
use rustc_hash::FxHashMap;
use salsa::{Durability, Setter as _};

use super::{Workspace, folder_of};
use crate::embedded;
use crate::project::{below, files_matching, read_text};

/// The texts that were read for this round, by package and path, so that a file named often is read once.
type Cache = BTreeMap<(usize, String), Result<Arc<str>, String>>;

impl Workspace {
    /// Reads every file that a source names, and writes the result if it changed.
    pub(super) fn load_assets(&mut self) {
        let mut cache = Cache::new();
        let assets: FxHashMap<AssetKey, Asset> = self
            .index
            .assets()
            .map(|(from, item)| {
                let asset = self.asset(from, item, &mut cache);
                (
                    AssetKey {
                        from,
                        literal: item.literal.clone(),
                    },
                    asset,
                )
            })
            .collect();
        if **self.project.assets(&self.db) != assets {
            self.project
                .set_assets(&mut self.db)
                .with_durability(Durability::MEDIUM)
                .to(Arc::new(assets));
        }
    }

    fn asset(&self, from: SourceFile, item: &AssetItem, cache: &mut Cache) -> Asset {
        let failed = |problem: String| Asset {
            problem: Some(problem),
            ..Asset::default()
        };
        let place = self.sources[&from].package;
        let Some(path) = below(folder_of(from.path(&self.db)), &item.literal) else {
            return failed(format!("`{}` leads out of the package", item.literal));
        };
        let paths = match item.kind {
            AssetKind::Manifests if path.contains(['*', '?', '[', '{']) => {
                match self.matching(place, &path) {
                    Ok(paths) if paths.is_empty() => {
                        return failed(format!("no file matches `{}`", item.literal));
                    }
                    Ok(paths) => paths,
                    Err(why) => return failed(format!("`{}` is no pattern: {why}", item.literal)),
                }
            }
            _ => vec![path],
        };
        let mut asset = Asset::default();
        for path in paths {
            let text = cache
                .entry((place, path.clone()))
                .or_insert_with(|| self.asset_text(place, &path));
            match text {
                Ok(text) => asset.files.push((path, Arc::clone(text))),
                Err(why) => return failed(why.clone()),
            }
        }
        asset
    }

    /// The text of a file of a package, or why there is none.
    fn asset_text(&self, place: usize, path: &str) -> Result<Arc<str>, String> {
        let Some(root) = &self.packages[place].root else {
            let text = embedded::text(path).map(Arc::from);
            return text
                .ok_or_else(|| format!("there is no file `{path}` in the standard library"));
        };
        let full = root.join(path);
        if !full.exists() {
            return Err(format!("there is no file `{path}`"));
        }
        if !is_within(root, &full) {
            return Err(format!("the link `{path}` leads out of the package"));
        }
        if full.is_dir() {
            return Err(format!("`{path}` is a folder"));
        }
        read_text(&full)
            .map(Arc::from)
            .map_err(|unreadable| format!("`{path}` {}", unreadable.why))
    }

    fn matching(&self, place: usize, pattern: &str) -> Result<Vec<String>, String> {
        let package = &self.packages[place];
        match &package.root {
            Some(root) => files_matching(root, &root.join(&package.manifest.output), pattern),
            None => Ok(Vec::new()),
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
