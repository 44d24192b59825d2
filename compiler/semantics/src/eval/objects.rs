//! Objects: what an emission's block says, patches on top, in the shape of its schema.

use plat_diagnostics::{Fault, codes};
use plat_model::schema::{ObjectFinding, ObjectFindingKind, VersionId};
use plat_model::{Field, Node, Object, Origin, Value};

use super::conform::Sink;
use super::draft::Draft;
use super::{Cx, Eval, FrameId, Poison, Session};
use crate::db::Project;
use crate::hir::{EmitDecl, PatchDecl};
use crate::problem::{Anchor, Problem};

impl<'a> Session<'a> {
    /// One object: what its block says, patches on top, in the shape of its schema.
    pub(super) fn object(
        &mut self,
        cx: Cx<'a>,
        emit: &'a EmitDecl,
        kind: &'a str,
        path: &str,
        patches: &[(&'a PatchDecl, u32)],
    ) -> Eval<Object<'a>> {
        // Patches and the binders of an emission for each entry are not among what is compared.
        if !patches.is_empty() || self.locals.len() != self.local_base {
            return self.object_anew(cx, emit, kind, path, patches);
        }
        if let Some(object) = self.object_before(cx, emit, path) {
            return Ok(object);
        }
        let mark = self.mark();
        let object = self.object_anew(cx, emit, kind, path, patches)?;
        self.keep_object(cx, emit, object, mark);
        Ok(object)
    }

    fn object_anew(
        &mut self,
        cx: Cx<'a>,
        emit: &'a EmitDecl,
        kind: &'a str,
        path: &str,
        patches: &[(&'a PatchDecl, u32)],
    ) -> Eval<Object<'a>> {
        let origin = Origin {
            body: cx.unit.origin,
            node: emit.node.0,
        };
        let body = self.entries_record(cx, &emit.entries, origin)?;
        let body = self.patched(cx, path, patches, body)?;
        let db = self.db;
        let project = Project::get(db);
        let store: &'a dyn plat_model::schema::Schemas = &*project.kubernetes(db).0;
        let (version, text) = self.target_version(cx)?;
        let Some(schema) = store.resolve(version, kind) else {
            let others: Vec<&str> = store
                .versions()
                .iter()
                .enumerate()
                .filter(|(index, _)| store.resolve(VersionId(*index as u16), kind).is_some())
                .map(|(_, version)| version.as_str())
                .collect();
            let problem = Problem::new(
                &codes::UNKNOWN_OBJECT_TYPE,
                format!("Kubernetes {text} has no `{kind}`"),
            )
            .note(format!("it exists in {}", others.join(", ")))
            .fault(Fault::Capability);
            self.blame_at(problem, origin, "emitted here");
            return Err(Poison);
        };
        let sink = Sink {
            store,
            kind,
            version: text,
        };
        let Some(body) = self.conform(&sink, body, schema, None)? else {
            return Err(Poison);
        };
        let object = store.schema(schema).object.as_ref().ok_or(Poison)?;
        let rest = body.value.fields().unwrap_or_default();
        let mut fields = self.list_of(rest.len() + 2);
        let named = |key, text: &'a str| Field {
            key,
            node: Node::new(Value::Str(text), origin),
        };
        fields.push(named("apiVersion", &object.api_version));
        fields.push(named("kind", &object.kind));
        fields.extend(
            rest.iter()
                .filter(|field| !matches!(field.key, "apiVersion" | "kind")),
        );
        let top = Node::new(Value::Record(self.keep(fields)?), origin);
        let body = self.tagged_like(top, &body);
        let object = Object {
            path: self.text(path)?,
            schema,
            body,
        };
        for finding in store.object_findings(&object) {
            self.object_finding(&object, finding);
        }
        Ok(object)
    }

    /// Says what the target would refuse of an object.
    fn object_finding(&mut self, object: &Object<'a>, finding: ObjectFinding) {
        let code = match finding.kind {
            ObjectFindingKind::Name => &codes::BAD_OBJECT_NAME,
            ObjectFindingKind::Value => &codes::BAD_OBJECT_VALUE,
            ObjectFindingKind::ReadOnly => &codes::READ_ONLY_FIELD,
            ObjectFindingKind::Contradiction => &codes::OBJECT_CONTRADICTION,
        };
        let mut problem = Problem::new(code, finding.message)
            .note(format!("at `{}` of `{}`", finding.path, object.path));
        if let Some(help) = finding.help {
            problem = problem.help(help);
        }
        if let Some((origin, label)) = finding.related
            && let Some(at) = self.anchor(origin)
        {
            problem = problem.also(at, label);
        }
        self.blame_at(problem, finding.origin, "made here");
    }

    /// The version of the target in the environment, and its text.
    fn target_version(&mut self, cx: Cx<'a>) -> Eval<(VersionId, &'a str)> {
        let environment = cx
            .frame
            .map_or(self.environment, |frame| self.frame(frame).environment);
        let frame = self.fact_frame(environment, environment);
        let store: &'a dyn plat_model::schema::Schemas =
            &*Project::get(self.db).kubernetes(self.db).0;
        let versions = store.versions();
        let Some(place) = self.frame(frame).layout.root("kubernetes") else {
            let last = versions.len().saturating_sub(1);
            return Ok((
                VersionId(last as u16),
                versions.get(last).map_or("", String::as_str),
            ));
        };
        let node = self.place(frame, place)?;
        let Value::Str(wanted) = node.value else {
            return Err(Poison);
        };
        match versions.iter().position(|version| version == wanted) {
            Some(index) => Ok((VersionId(index as u16), wanted)),
            None => {
                let problem = Problem::new(
                    &codes::UNSUPPORTED_VERSION,
                    format!("Kubernetes {wanted:?} is not known to this compiler"),
                )
                .note(format!("it knows {}", versions.join(", ")));
                let at = self.anchor(node.origin);
                let problem = match at {
                    Some(at) => problem.at(at, "unknown version"),
                    None => problem.at(Anchor::name(environment), "of this environment"),
                };
                // One finding for the environment, whoever meets it.
                self.report(problem.subject(environment.name(self.db).to_string()));
                Err(Poison)
            }
        }
    }

    /// An object with the patches of its path on top.
    fn patched(
        &mut self,
        cx: Cx<'a>,
        path: &str,
        patches: &[(&'a PatchDecl, u32)],
        body: Node<'a>,
    ) -> Eval<Node<'a>> {
        if patches.is_empty() {
            return Ok(body);
        }
        let plain = plain_path(path);
        let root = cx.frame.map_or(FrameId(0), |frame| self.root_of(frame));
        let mut draft = Draft::Leaf(body);
        for (patch, _) in patches {
            if patch.target.text().replace('.', "/") != plain {
                continue;
            }
            let unit = self.unit(self.frame(root).decl);
            let cx = Cx {
                frame: Some(root),
                unit,
            };
            self.with_locals(&[], |session| {
                session.entries(cx, &patch.entries, &mut draft)
            })?;
        }
        self.finish(draft, body.origin)
    }
}

/// The path without keys.
fn plain_path(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => plain.push(c),
            _ => {}
        }
    }
    plain
}
