//! All artifacts of a project, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use plat_diagnostics::{Report, codes};
use plat_kubernetes::output::{SourceMap, json, yaml};
use plat_model::{Field, Node, Origin, Value};
use plat_semantics::db::{Db as _, DeclId, Name, Project};
use plat_semantics::eval::{Emission, emit};
use plat_semantics::items::ItemKind;
use plat_semantics::problem::{Anchor, Problem};
use rayon::prelude::*;

use super::environments::{self, Chosen, Refused};
use super::layout::{Layout, SOURCE_MAPS};
use super::source_map;
use crate::check::{self, Addresses, CheckOptions};
use crate::{Database, Workspace};

/// How objects are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ArtifactFormat {
    /// As people write them.
    #[default]
    Yaml,
    /// For programs.
    Json,
}

impl ArtifactFormat {
    /// Every format with its name.
    pub const ALL: [(&'static str, Self); 2] = [("yaml", Self::Yaml), ("json", Self::Json)];

    /// The extension of its files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
        }
    }
}

/// What is rendered.
#[derive(Clone, Debug, Default)]
pub struct RenderOptions {
    /// The environments; when there are none, all but those that need a key and have none.
    pub environments: BTreeSet<String>,
    /// How objects are written.
    pub format: ArtifactFormat,
    /// Whether each file gets a map from its lines to the sources.
    pub source_maps: bool,
    /// How findings are judged.
    pub check: CheckOptions,
}

/// A file below the output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its path, with `/`.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// How many objects it holds.
    pub objects: usize,
}

/// What the sources come to.
#[derive(Debug)]
pub struct Rendered {
    /// All findings. With an error among them the artifacts mean nothing.
    pub report: Report,
    /// The files, sorted by path.
    pub artifacts: Vec<Artifact>,
    /// The environments that were rendered, sorted.
    pub environments: Vec<String>,
    /// Those that were left out since there is one per key and none was given, sorted.
    pub without_key: Vec<String>,
    /// Whether everything was rendered that can be.
    pub complete: bool,
}

impl Rendered {
    /// The folders that the artifacts speak for; nothing if they speak for all of the output.
    #[must_use]
    pub fn scope(&self) -> Option<Vec<String>> {
        let layout = Layout {
            format: ArtifactFormat::default(),
        };
        (!self.complete).then(|| {
            self.environments
                .iter()
                .map(|name| layout.folder(name))
                .flat_map(|folder| [format!("{SOURCE_MAPS}/{folder}"), folder])
                .collect()
        })
    }
}

/// Renders a project. Each declaration is evaluated once per environment, and nothing of that is kept.
///
/// # Errors
/// When an environment is asked for that cannot be built.
pub fn render(workspace: &Workspace, options: &RenderOptions) -> Result<Rendered, Refused> {
    let db = workspace.db();
    let Chosen {
        environments,
        without_key,
        complete,
    } = environments::choose(db, &options.environments)?;

    let files = check::checked_files(workspace, options.check.standard_library);
    let mut problems = check::text_problems(workspace, &files, options.check.today);
    let declarations = check::evaluated(workspace, &files);
    let units: Vec<(DeclId, DeclId)> = environments
        .iter()
        .flat_map(|environment| {
            declarations
                .iter()
                .map(|declaration| (*declaration, *environment))
        })
        .collect();
    let layout = Layout {
        format: options.format,
    };
    let paths = workspace.paths();
    let rendered: Vec<Unit> = units
        .par_iter()
        .map_with(db.clone(), |db, (declaration, environment)| {
            let header = header(paths.of(declaration.file(db)));
            let mut map = options.source_maps.then(LineMap::default);
            let mut unit = unit(
                db,
                *declaration,
                *environment,
                layout,
                &header,
                map.as_mut(),
            );
            if let (Some(artifact), Some(map)) = (&unit.artifact, &map) {
                unit.map = Some(source_map::document(db, paths, artifact, map));
            }
            unit
        })
        .collect();

    let mut artifacts: BTreeMap<String, Artifact> = BTreeMap::new();
    let mut addresses = Addresses::default();
    for (unit, (declaration, _)) in rendered.into_iter().zip(&units) {
        problems.extend(unit.problems);
        addresses.take(*declaration, &unit.addresses);
        if let Some(artifact) = unit.artifact
            && let Some(other) = artifacts.insert(artifact.path.clone(), artifact)
        {
            problems.push(collision(*declaration, &other.path));
        }
        if let Some(map) = unit.map {
            artifacts.insert(map.path.clone(), map);
        }
    }
    problems.extend(addresses.problems(db, &environments));
    problems.extend(check::exposed_twice(db, &declarations, &environments));
    for environment in &environments {
        let artifact = kustomization(layout, environment.name(db), &artifacts);
        artifacts.insert(artifact.path.clone(), artifact);
    }
    Ok(Rendered {
        report: check::report(workspace, &problems),
        artifacts: artifacts.into_values().collect(),
        environments: environments
            .iter()
            .map(|environment| environment.name(db).to_string())
            .collect(),
        without_key,
        complete,
    })
}

/// What one declaration comes to in one environment.
#[derive(Default)]
pub(super) struct Unit {
    pub(super) artifact: Option<Artifact>,
    /// What made each line of it, if that was asked for.
    map: Option<Artifact>,
    pub(super) problems: Vec<Problem>,
    /// Hashes of the addresses of its objects in the cluster.
    addresses: Vec<u64>,
}

/// The line that says where a file comes from. It names no date and no version: a file changes only when what it says changes.
pub(super) fn header(source: &str) -> String {
    format!("Generated by platc from {source}. Changes belong there.")
}

/// Evaluates and writes one declaration in one environment.
pub(super) fn unit(
    db: &Database,
    declaration: DeclId,
    environment: DeclId,
    layout: Layout,
    header: &str,
    map: Option<&mut LineMap>,
) -> Unit {
    let mut unit = Unit::default();
    let mut unwritable = None;
    let mut map = map;
    unit.problems = emit(db, declaration, environment, &mut |emission| {
        if emission.objects.is_empty() {
            return;
        }
        unit.addresses = emission
            .objects
            .iter()
            .filter_map(|object| address(db, environment, object))
            .collect();
        let mut lines = map.is_some().then(SourceMap::new);
        let mut bytes = Vec::with_capacity(1024 * emission.objects.len());
        let written = match layout.format {
            ArtifactFormat::Yaml => write_yaml(emission, header, &mut bytes, lines.as_mut()),
            ArtifactFormat::Json => write_json(emission, &mut bytes, lines.as_mut()),
        };
        if let Err(why) = written {
            unwritable = Some(why);
            return;
        }
        if let (Some(map), Some(lines)) = (&mut map, lines) {
            map.lines = lines;
            map.bodies.clone_from(&emission.bodies);
        }
        let name = declaration.name(db);
        let path = layout.folder(environment.name(db)) + &layout.file(declaration.kind(db), name);
        unit.artifact = Some(Artifact {
            path,
            bytes,
            objects: emission.objects.len(),
        });
    });
    if let Some(why) = unwritable {
        unit.problems.push(
            Problem::new(
                &codes::COMPILER_BUG,
                format!(
                    "an object of `{}` cannot be written: {}",
                    declaration.name(db),
                    why.reason
                ),
            )
            .at(Anchor::name(declaration), "emitted here")
            .help("please report it, with this declaration"),
        );
    }
    unit
}

/// What made each line of a file.
#[derive(Debug, Default)]
pub(super) struct LineMap {
    pub(super) lines: SourceMap,
    /// The declarations that origins speak of, by their number less one.
    pub(super) bodies: Vec<DeclId>,
}

fn write_yaml(
    emission: &Emission<'_>,
    header: &str,
    bytes: &mut Vec<u8>,
    map: Option<&mut SourceMap>,
) -> Result<(), plat_kubernetes::output::Unwritable> {
    let mut writer = yaml::Writer::new(bytes, map);
    writer.comment(header);
    emission
        .objects
        .iter()
        .try_for_each(|object| writer.document(&object.body))
}

/// JSON has one document per file: several objects make a `List`.
fn write_json(
    emission: &Emission<'_>,
    bytes: &mut Vec<u8>,
    map: Option<&mut SourceMap>,
) -> Result<(), plat_kubernetes::output::Unwritable> {
    let made = |value| Node::new(value, Origin::COMPILER);
    let items: Vec<Node<'_>> = emission.objects.iter().map(|object| object.body).collect();
    let fields = [
        Field {
            key: "apiVersion",
            node: made(Value::Str("v1")),
        },
        Field {
            key: "kind",
            node: made(Value::Str("List")),
        },
        Field {
            key: "items",
            node: made(Value::List(&items)),
        },
    ];
    json::write(bytes, map, &made(Value::Record(&fields)))
}

/// The hash of an object's address in the cluster.
fn address(db: &Database, environment: DeclId, object: &plat_model::Object<'_>) -> Option<u64> {
    let store = &Project::get(db).kubernetes(db).0;
    let kind = store.schema(object.schema).object.as_ref()?;
    let meta = object.meta();
    Some(Addresses::hash(
        environment,
        &kind.api_version,
        &kind.kind,
        meta.namespace,
        meta.name,
    ))
}

fn collision(declaration: DeclId, path: &str) -> Problem {
    Problem::new(
        &codes::OUTPUT_COLLISION,
        format!("two declarations are written to `{path}`"),
    )
    .at(Anchor::name(declaration), "the second one")
    .help("rename one of them, or let each exist in environments of its own")
}

/// The list of an environment's files, for Kustomize and what is built on it.
fn kustomization(
    layout: Layout,
    environment: &Name,
    artifacts: &BTreeMap<String, Artifact>,
) -> Artifact {
    let folder = layout.folder(environment);
    let mut text =
        String::from("# Generated by platc from the whole project. Changes belong there.\n");
    text.push_str("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n");
    let files: Vec<&str> = artifacts
        .keys()
        .filter_map(|path| path.strip_prefix(&folder))
        .collect();
    if files.is_empty() {
        text.push_str("resources: []\n");
    } else {
        text.push_str("resources:\n");
        for file in files {
            let _ = writeln!(text, "- {file}");
        }
    }
    Artifact {
        path: layout.kustomization(environment),
        bytes: text.into_bytes(),
        objects: 0,
    }
}

/// The declaration that a file's path names.
pub(super) fn declaration(
    workspace: &Workspace,
    kind: ItemKind,
    name: &str,
    environment: DeclId,
) -> Option<DeclId> {
    let db = workspace.db();
    let entry = db.fleet().name_entry(db, kind, &Name::new(name));
    let found = entry.declarations(db);
    found
        .iter()
        .copied()
        .find(|decl| plat_semantics::environments::declared_in(db, *decl, environment))
        .or_else(|| found.first().copied())
}
