//! What the compiler provides under a fixed name: `name`, `environment`, `self`, `inputs`, `exposures`, `pod` …

use plat_model::{Field, Late, LateForm, Node, Origin, Stage, Value};

use super::passes::Read;
use super::{Cx, Eval, FrameId, Poison, Session};
use crate::environments;
use crate::hir::{self, BodyKind};
use crate::infer::{Context, POD_FIELDS};
use crate::names;
use crate::ty::{Type, TypeKind};

impl<'a> Session<'a> {
    pub(super) fn context(
        &mut self,
        cx: Cx<'a>,
        context: Context,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let node = |value| Ok(Node::new(value, origin));
        if context == Context::Pod {
            return self.pod(origin);
        }
        let Some(frame) = cx.frame else {
            return Err(Poison);
        };
        match context {
            Context::Name => {
                self.look_at_name(frame);
                node(Value::Str(self.frame(frame).name))
            }
            Context::Environment => {
                let environment = self.frame(frame).environment;
                self.note_environment(environment);
                let id = self.fact_frame(environment, environment);
                node(Value::Entity(id.0))
            }
            Context::SelfInstance => node(Value::Entity(frame.0)),
            Context::Inputs => self.inputs(frame, origin),
            Context::Edges => self.edges(cx, None, origin),
            Context::Callers => self.callers(cx, None, origin),
            Context::Externals => self.externals(cx, origin),
            Context::Exposures => self.exposures(frame, origin),
            Context::Parts => self.parts(frame, origin),
            Context::Edge => self.parts_context().map(|(edge, _)| edge),
            Context::Consumer => self.parts_context().map(|(_, consumer)| consumer),
            Context::Today => match crate::db::Project::get(self.db).today(self.db) {
                Some(today) => node(Value::Date(today)),
                None => Err(Poison),
            },
            Context::Pod | Context::Collection(_) => Err(Poison),
        }
    }

    /// What `parts` are evaluated for: not a value that others could read.
    fn parts_context(&mut self) -> Eval<(Node<'a>, Node<'a>)> {
        self.note(Read::Other);
        self.parts_for.ok_or(Poison)
    }

    fn pod(&mut self, origin: Origin) -> Eval<Node<'a>> {
        let mut fields = Vec::with_capacity(POD_FIELDS.len());
        for (key, path) in POD_FIELDS {
            let late = self.arena.alloc(Late {
                stage: Stage::Run,
                secret: false,
                form: LateForm::Field(path),
            });
            fields.push(Field {
                key,
                node: Node::new(Value::Late(late), origin),
            });
        }
        Ok(Node::new(Value::Record(self.slice(&fields)?), origin))
    }

    /// The inputs that a layer above the first sets, for `..inputs`.
    fn inputs(&mut self, frame: FrameId, origin: Origin) -> Eval<Node<'a>> {
        self.note(Read::Other);
        self.look_at_inputs(frame);
        let layout = self.frame(frame).layout;
        let floor = self.frame(frame).base.layer_one as u32;
        let mut fields = Vec::new();
        for (name, place) in layout.root_names() {
            if layout.place(place).input && self.frame(frame).touched[place.0 as usize] > floor {
                let node = self.place(frame, place)?;
                fields.push(Field {
                    key: name.as_str(),
                    node,
                });
            }
        }
        Ok(Node::new(Value::Record(self.slice(&fields)?), origin))
    }

    /// The exposures of an instance that hold in its environment. What a service owns is not exposed by it.
    pub(super) fn exposures(&mut self, frame: FrameId, origin: Origin) -> Eval<Node<'a>> {
        self.note(Read::Other);
        self.look_beyond("its exposures");
        let root = self.instance_of(frame);
        let (decl, environment) = (self.frame(root).decl, self.frame(root).environment);
        let BodyKind::Service(service) = &hir::body(self.db, decl).kind else {
            return Ok(Node::new(Value::List(&[]), origin));
        };
        if !self.is_declared(root) {
            return Ok(Node::new(Value::List(&[]), origin));
        }
        let unit = self.unit(decl);
        let cx = Cx {
            frame: Some(root),
            unit,
        };
        let ty = names::prelude_type(self.db, "Exposure").unwrap_or(Type::record(Vec::new()));
        let ty: &'a Type = self.arena.alloc(ty);
        let mut list = Vec::new();
        for expose in &service.exposes {
            if !environments::present(self.db, decl, expose.only.as_ref(), environment) {
                continue;
            }
            let at = Origin {
                body: unit.origin,
                node: expose.node.0,
            };
            let node = self.with_locals(&[], |session| {
                let host = match expose.host {
                    Some(host) => session.eval(cx, host)?,
                    None => Node::new(Value::None, at),
                };
                let block = session.entries_record(cx, &expose.entries, at)?;
                let block = match ty.kind {
                    TypeKind::Record(_) => session.complete(block, ty)?,
                    _ => block,
                };
                let mut fields = block.value.fields().unwrap_or_default().to_vec();
                fields.push(Field {
                    key: "visibility",
                    node: Node::new(Value::Str(expose.visibility.as_str()), at),
                });
                fields.push(Field {
                    key: "host",
                    node: host,
                });
                Ok(Node::new(Value::Record(session.slice(&fields)?), at))
            })?;
            list.push(node);
        }
        Ok(Node::new(Value::List(self.slice(&list)?), origin))
    }
}
