//! All artifacts of a project, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use plat_diagnostics::{Report, codes};
use plat_kubernetes::output::{SourceMap, Unwritable, json, yaml};
use plat_model::{Field, Node, Origin, Value};
use plat_semantics::db::{Db as _, DeclId, Name, Project};
use plat_semantics::eval::{Emission, Judgement, emit_each};
use plat_semantics::items::ItemKind;
use plat_semantics::problem::{Anchor, Problem};
use plat_semantics::rules::{Contribution, Judged, Scope, Waiver, sound_waivers};
use rayon::prelude::*;

use super::admission::{self, Admission, Seen};
use super::environments::{self, Chosen, Refused};
use super::layout::{Layout, SOURCE_MAPS};
use super::source_map;
use crate::check::{self, Addresses, CheckOptions, Rules};
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
    /// What clusters keep of the guardrails, if the project lets them.
    pub admission: Option<Admission>,
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

/// Renders a project. Each declaration is evaluated once, in all its environments, and nothing of that is kept.
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
    let layout = Layout {
        format: options.format,
    };
    let paths = workspace.paths();
    let waivers = workspace.manifest().admission.then(|| sound_waivers(db));
    let wanted = Wanted {
        layout,
        maps: options.source_maps,
        waivers: waivers.as_deref(),
    };
    let rendered: Vec<Units> = declarations
        .par_iter()
        .map_with(db.clone(), |db, declaration| {
            let header = header(paths.of(declaration.file(db)));
            let mut units = units(db, *declaration, &environments, wanted, &header);
            for unit in &mut units.units {
                if let (Some(artifact), Some(lines)) = (&unit.artifact, unit.lines.take()) {
                    unit.map = Some(source_map::document(db, paths, artifact, &lines));
                }
            }
            units
        })
        .collect();

    let mut artifacts: BTreeMap<String, Artifact> = BTreeMap::new();
    let mut addresses = Addresses::default();
    let mut rules = Rules::default();
    let mut rendered: Vec<_> = rendered
        .into_iter()
        .map(|units| {
            rules.take(units.judged, &units.contributions);
            units.units.into_iter()
        })
        .collect();
    let in_order = environments.iter().enumerate().flat_map(|(index, _)| {
        let units = declarations.iter().zip(&mut rendered);
        let units =
            units.filter_map(|(declaration, units)| Some((index, declaration, units.next()?)));
        units.collect::<Vec<_>>()
    });
    let mut seen = vec![Seen::default(); environments.len()];
    for (index, declaration, unit) in in_order {
        seen[index].merge(unit.seen);
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
    let scope = Scope {
        environments: &environments,
        complete: complete && without_key.is_empty(),
    };
    let told = rules.findings(db, &declarations, scope, options.check.today);
    problems.extend(told.problems);
    let admission = waivers.is_some().then(|| {
        let made = admission::policies(workspace, &environments, &seen, layout);
        let summary = made.summary();
        problems.extend(made.problems);
        let policies = made.artifacts.into_iter();
        artifacts.extend(policies.map(|policy| (policy.path.clone(), policy)));
        summary
    });
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
        admission,
    })
}

/// What is made of each declaration.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Where files lie, and how objects are written.
    pub(super) layout: Layout,
    /// Whether each file gets a map of its lines.
    pub(super) maps: bool,
    /// What is waived, if clusters keep guardrails.
    pub(super) waivers: Option<&'a [Waiver]>,
}

/// What one declaration comes to in one environment.
#[derive(Default)]
pub(super) struct Unit {
    pub(super) artifact: Option<Artifact>,
    /// What made each line of it, if that was asked for.
    pub(super) lines: Option<LineMap>,
    /// The same as a file.
    map: Option<Artifact>,
    pub(super) problems: Vec<Problem>,
    /// Hashes of the addresses of its objects in the cluster.
    addresses: Vec<u64>,
    /// What policies have to know of its objects.
    seen: Seen,
}

/// What one declaration comes to in each environment, and what was judged of it.
#[derive(Default)]
pub(super) struct Units {
    pub(super) units: Vec<Unit>,
    judged: Vec<Judged>,
    contributions: Vec<Contribution>,
}

/// The line that says where a file comes from. It names no date and no version: a file changes only when what it says changes.
pub(super) fn header(source: &str) -> String {
    format!("Generated by platc from {source}. Changes belong there.")
}

/// Evaluates and writes one declaration in each of the environments.
pub(super) fn units(
    db: &Database,
    declaration: DeclId,
    environments: &[DeclId],
    wanted: Wanted<'_>,
    header: &str,
) -> Units {
    let mut units: Vec<Unit> = Vec::with_capacity(environments.len());
    let mut judgement = Judgement::default();
    let problems = emit_each(
        db,
        declaration,
        environments,
        Some(&mut judgement),
        &mut |environment, emission| {
            units.push(written(
                db,
                declaration,
                environment,
                wanted,
                header,
                emission,
            ));
        },
    );
    for (unit, problems) in units.iter_mut().zip(problems) {
        unit.problems.splice(0..0, problems);
    }
    Units {
        units,
        judged: judgement.judged,
        contributions: judgement.contributions,
    }
}

/// Writes what a declaration emits in one environment.
fn written(
    db: &Database,
    declaration: DeclId,
    environment: DeclId,
    Wanted {
        layout,
        maps,
        waivers,
    }: Wanted<'_>,
    header: &str,
    emission: &Emission<'_>,
) -> Unit {
    let mut unit = Unit::default();
    if emission.objects.is_empty() {
        return unit;
    }
    unit.addresses = emission
        .objects
        .iter()
        .filter_map(|object| address(db, environment, object))
        .collect();
    let name = declaration.name(db);
    if let Some(waivers) = waivers {
        let instance = format!("{name}@{}", environment.name(db));
        unit.seen = Seen::of(db, &instance, &emission.objects, waivers);
    }
    let mut lines = maps.then(SourceMap::new);
    let mut bytes = Vec::with_capacity(1024 * emission.objects.len());
    let objects: Vec<Node<'_>> = emission.objects.iter().map(|object| object.body).collect();
    let result = write(layout.format, &objects, header, &mut bytes, lines.as_mut());
    if let Err(why) = result {
        unit.problems.push(
            Problem::new(
                &codes::COMPILER_BUG,
                format!("an object of `{name}` cannot be written: {}", why.reason),
            )
            .at(Anchor::name(declaration), "emitted here")
            .help("please report it, with this declaration"),
        );
        return unit;
    }
    unit.lines = lines.map(|lines| LineMap {
        lines,
        bodies: emission.bodies.clone(),
    });
    let path = layout.folder(environment.name(db)) + &layout.file(declaration.kind(db), name);
    unit.artifact = Some(Artifact {
        path,
        bytes,
        objects: emission.objects.len(),
    });
    unit
}

/// What made each line of a file.
#[derive(Debug, Default)]
pub(super) struct LineMap {
    pub(super) lines: SourceMap,
    /// The declarations that origins speak of, by their number less one.
    pub(super) bodies: Vec<DeclId>,
}

/// Writes objects in a format. JSON has one document per file: several objects make a `List`.
pub(super) fn write(
    format: ArtifactFormat,
    objects: &[Node<'_>],
    header: &str,
    bytes: &mut Vec<u8>,
    map: Option<&mut SourceMap>,
) -> Result<(), Unwritable> {
    match format {
        ArtifactFormat::Yaml => {
            let mut writer = yaml::Writer::new(bytes, map);
            writer.comment(header);
            objects
                .iter()
                .try_for_each(|object| writer.document(object))
        }
        ArtifactFormat::Json => {
            let field = |key, value| Field {
                key,
                node: Node::new(value, Origin::COMPILER),
            };
            let fields = [
                field("apiVersion", Value::Str("v1")),
                field("kind", Value::Str("List")),
                field("items", Value::List(objects)),
            ];
            let list = Node::new(Value::Record(&fields), Origin::COMPILER);
            json::write(bytes, map, &list)
        }
    }
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
