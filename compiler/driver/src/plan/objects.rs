//! The objects of instances, copied out of the evaluations that make them, with the source lines that made their values.

use std::sync::Arc;

use plat_diagnostics::LineIndex;
use plat_model::schema::{SchemaId, VersionId};
use plat_model::tree::{SourceId, Tree, TreeValue};
use plat_model::{Object, Origin};
use plat_plan::state::{ObjectState, Source};
use plat_semantics::db::{DeclId, Project, SourceFile};
use plat_semantics::eval::{Emission, emit};
use plat_semantics::hir::{NodeId, source};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::skeleton::{Skeleton, Unit, declaration_name};
use crate::{Database, Workspace};

/// What one instance comes to.
struct Loaded {
    objects: Vec<ObjectState>,
    /// The expressions that its trees speak of, by number.
    made: Vec<(DeclId, NodeId)>,
    /// The declarations that were read.
    read: Vec<DeclId>,
}

impl Skeleton {
    /// Loads the objects of some instances, by their places in the state. The workspace must be the one that the skeleton was
    /// made from, as it was then.
    pub(super) fn load(&mut self, workspace: &Workspace, wanted: &[usize]) {
        let units: Vec<(usize, Unit)> = wanted
            .iter()
            .filter_map(|place| Some((*place, *self.units.get(*place)?)))
            .collect();
        let mut loaded: Vec<(usize, Loaded)> = units
            .into_par_iter()
            .map_with(workspace.db().clone(), |db, (place, unit)| {
                (place, load(db, unit))
            })
            .collect();
        let mut sources = Sources::new(workspace);
        let numbers: Vec<Vec<SourceId>> = loaded
            .iter()
            .map(|(_, loaded)| {
                let made = loaded.made.iter();
                made.map(|(decl, node)| sources.id(*decl, *node)).collect()
            })
            .collect();
        self.state.sources = sources.table;
        loaded
            .par_iter_mut()
            .zip(&numbers)
            .for_each(|((_, loaded), numbers)| {
                for object in &mut loaded.objects {
                    renumber(&mut object.body, numbers);
                }
            });
        for (place, loaded) in loaded {
            let instance = &mut self.state.instances[place];
            let mut reads: Vec<u32> = loaded
                .read
                .iter()
                .filter_map(|decl| self.places.get(decl).copied())
                .collect();
            reads.sort_unstable();
            reads.dedup();
            instance.reads = reads;
            instance.objects = Some(loaded.objects);
        }
    }
}

impl Skeleton {
    /// Makes the types of the loaded objects those of another workspace, with which they are going to be compared.
    pub(super) fn adopt_schemas(&mut self, own: &Workspace, other: &Workspace) {
        let store = |workspace: &Workspace| {
            Arc::clone(&Project::get(workspace.db()).kubernetes(workspace.db()).0)
        };
        let (own, other) = (store(own), store(other));
        let same = |id: SchemaId| {
            let path = own.path(id)?;
            if other.path(id) == Some(path) {
                return Some(id);
            }
            let newest = other.versions().len().checked_sub(1)?;
            (0..=newest)
                .rev()
                .filter_map(|version| u16::try_from(version).ok())
                .find_map(|version| other.resolve(VersionId(version), path))
        };
        let objects = self.state.instances.iter_mut();
        for object in objects
            .filter_map(|instance| instance.objects.as_mut())
            .flatten()
        {
            object.schema = object.schema.and_then(same);
        }
    }
}

/// Evaluates an instance for its objects. The numbers of sources are those of the result's own table.
fn load(db: &Database, unit: Unit) -> Loaded {
    let mut loaded = Loaded {
        objects: Vec::new(),
        made: Vec::new(),
        read: Vec::new(),
    };
    // What is wrong with it has been found when it was digested.
    let _ = emit(db, unit.decl, unit.environment, &mut |emission| {
        let mut known: FxHashMap<Origin, SourceId> = FxHashMap::default();
        let made = &mut loaded.made;
        let mut number = |origin: Origin| {
            let decl = decl_of(emission, origin)?;
            Some(*known.entry(origin).or_insert_with(|| {
                made.push((decl, NodeId(origin.node)));
                SourceId(u32::try_from(made.len() - 1).unwrap_or(u32::MAX))
            }))
        };
        let objects = emission.objects.iter();
        loaded.objects = objects
            .filter_map(|object| object_state(db, object, &mut number))
            .collect();
        loaded.read.clone_from(&emission.bodies);
    });
    loaded
}

/// The declaration that an origin speaks of, if a source made the value.
fn decl_of(emission: &Emission<'_>, origin: Origin) -> Option<DeclId> {
    let place = (origin.body as usize).checked_sub(1)?;
    emission.bodies.get(place).copied()
}

fn object_state(
    db: &Database,
    object: &Object<'_>,
    number: &mut dyn FnMut(Origin) -> Option<SourceId>,
) -> Option<ObjectState> {
    let store = &Project::get(db).kubernetes(db).0;
    let kind = store.schema(object.schema).object.as_ref()?;
    let meta = object.meta();
    Some(ObjectState {
        path: object.path.into(),
        api_version: kind.api_version.clone(),
        kind: kind.kind.clone(),
        namespace: meta.namespace.into(),
        name: meta.name.into(),
        schema: Some(object.schema),
        body: Tree::of(&object.body, number)?,
    })
}

/// Replaces the numbers of one table by those of another. Trees are as deep as the copy that made them allows.
fn renumber(tree: &mut Tree, numbers: &[SourceId]) {
    tree.source = tree
        .source
        .and_then(|source| numbers.get(source.0 as usize).copied());
    match &mut tree.value {
        TreeValue::List(items) => items.iter_mut().for_each(|item| renumber(item, numbers)),
        TreeValue::Map(entries) => {
            for (_, tree) in entries {
                renumber(tree, numbers);
            }
        }
        _ => {}
    }
}

/// The places in the sources that a state speaks of, each once.
struct Sources<'w> {
    workspace: &'w Workspace,
    table: Vec<Source>,
    known: FxHashMap<(DeclId, NodeId), SourceId>,
    lines: FxHashMap<SourceFile, (LineIndex, Arc<str>)>,
}

impl<'w> Sources<'w> {
    fn new(workspace: &'w Workspace) -> Self {
        Self {
            workspace,
            table: Vec::new(),
            known: FxHashMap::default(),
            lines: FxHashMap::default(),
        }
    }

    fn id(&mut self, decl: DeclId, node: NodeId) -> SourceId {
        if let Some(known) = self.known.get(&(decl, node)) {
            return *known;
        }
        let (workspace, db) = (self.workspace, self.workspace.db());
        let file = decl.file(db);
        let (lines, path) = self.lines.entry(file).or_insert_with(|| {
            (
                LineIndex::new(file.text(db)),
                Arc::from(workspace.path(file)),
            )
        });
        let start = source::node_range(db, decl, node).start();
        let id = SourceId(u32::try_from(self.table.len()).unwrap_or(u32::MAX));
        self.table.push(Source {
            path: Arc::clone(path),
            line: u32::try_from(lines.line(start) + 1).unwrap_or(u32::MAX),
            declaration: declaration_name(db, decl),
            foreign: workspace.paths().is_foreign(file),
        });
        self.known.insert((decl, node), id);
        id
    }
}
