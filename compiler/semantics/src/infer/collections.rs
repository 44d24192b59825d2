//! What guardrails walk: the collections of the model.

use std::sync::Arc;

use plat_diagnostics::codes;
use plat_model::schema::SchemaId;

use super::access::Dotted;
use super::subjects::element_of;
use super::{Checker, Context, Meaning};
use crate::db::DeclId;
use crate::hir::{Arg, Expr, ExprId, Path};
use crate::names::{self, Namespace};
use crate::problem::Problem;
use crate::scope::Resolution;
use crate::scope::distance::nearest;
use crate::ty::{Type, TypeKind};

/// A collection of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Collection {
    /// Every service, judged in each of its environments and told once.
    Services,
    /// Every service in each of its environments.
    Instances,
    /// Every resource, shared or owned, in each of its environments.
    Resources,
    /// Every emitted object.
    Objects,
    /// Every pod template of every object.
    Pods,
    /// Every container of those.
    Containers,
    /// Every edge of every instance.
    Edges,
    /// Every environment.
    Environments,
    /// Every system.
    Systems,
    /// Every team.
    Teams,
    /// Every capability that an instance has.
    Capabilities,
    /// Every change of a plan.
    Changes,
}

impl Collection {
    /// Every collection, by the name under which rules walk it.
    pub const ALL: [(&'static str, Self); 12] = [
        ("services", Self::Services),
        ("instances", Self::Instances),
        ("resources", Self::Resources),
        ("objects", Self::Objects),
        ("pods", Self::Pods),
        ("containers", Self::Containers),
        ("edges", Self::Edges),
        ("environments", Self::Environments),
        ("systems", Self::Systems),
        ("teams", Self::Teams),
        ("capabilities", Self::Capabilities),
        ("changes", Self::Changes),
    ];

    /// The name under which rules walk it.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, known)| *known == self);
        found.map_or("", |(name, _)| name)
    }

    /// Whether its elements are found in one instance, so that a rule over them folds into the evaluation of that instance.
    #[must_use]
    pub fn is_of_instances(self) -> bool {
        matches!(
            self,
            Self::Services
                | Self::Instances
                | Self::Resources
                | Self::Objects
                | Self::Pods
                | Self::Containers
                | Self::Edges
        )
    }

    /// What its argument is, if it takes one: `instances(C)`, `objects(T)`.
    fn takes(self) -> Option<Takes> {
        match self {
            Self::Services | Self::Instances | Self::Resources | Self::Edges => {
                Some(Takes::Capability)
            }
            Self::Objects | Self::Changes => Some(Takes::Object),
            _ => None,
        }
    }
}

/// What the argument of a collection is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Capability,
    Object,
}

/// A collection as a rule walks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walked {
    /// Which.
    pub collection: Collection,
    /// Of which capability: `instances(C)`.
    pub capability: Option<DeclId>,
    /// Of which type of objects, by its path below the target's root: `objects(T)`.
    pub object: Option<(Arc<str>, SchemaId)>,
}

impl Checker<'_> {
    /// The collection that the source of a `for` walks; `None` when it is something else.
    pub(super) fn walked(&mut self, source: ExprId) -> Option<Walked> {
        let (callee, args): (ExprId, Option<&[Arg]>) = match self.expr(source) {
            Expr::Name(_) => (source, None),
            Expr::Call { callee, args } => (*callee, Some(args)),
            _ => return None,
        };
        let Expr::Name(name) = self.expr(callee) else {
            return None;
        };
        // `edges` of an opened subject are its own.
        if args.is_none() && self.opened(source, name).is_some() {
            return None;
        }
        let (meaning, _) = self.local_or_member(name)?;
        let Meaning::Context(Context::Collection(collection)) = meaning else {
            return None;
        };
        self.set_meaning(callee, meaning.clone());
        let mut walked = Walked {
            collection,
            capability: None,
            object: None,
        };
        if let Some(args) = args {
            self.argument(callee, args, &mut walked);
        }
        self.set_meaning(source, meaning);
        let element = element_of(self.db, &walked);
        self.set_type(source, Type::list(element));
        self.out.walked.insert(source, walked.clone());
        Some(walked)
    }

    fn argument(&mut self, callee: ExprId, args: &[Arg], walked: &mut Walked) {
        let name = walked.collection.name();
        let wanted = match walked.collection.takes() {
            Some(Takes::Capability) => "one capability",
            Some(Takes::Object) => "one type of objects",
            None => "no argument",
        };
        let ([arg], Some(takes)) = (args, walked.collection.takes()) else {
            self.problem(
                Problem::new(&codes::WRONG_ARGUMENTS, format!("`{name}` takes {wanted}")).at_node(
                    self.decl,
                    self.node(callee),
                    "other arguments",
                ),
            );
            return;
        };
        let Some(Dotted { names, anchors }) = self.dotted(arg.value) else {
            self.problem(
                Problem::new(&codes::WRONG_KIND, format!("`{name}` takes {wanted}")).at_node(
                    self.decl,
                    self.node(arg.value),
                    "not a name",
                ),
            );
            return;
        };
        match takes {
            Takes::Capability => {
                match names::prefix(self.db, self.decl, &names, &anchors, Namespace::Capability) {
                    Ok(resolved) => {
                        if let Resolution::Decl(decl) = resolved.resolution {
                            self.set_meaning(arg.value, Meaning::Capability(decl));
                            walked.capability = Some(decl);
                        }
                    }
                    Err(failure) => self.out.problems.extend(failure.map(|problem| *problem)),
                }
            }
            Takes::Object => {
                let path = Path {
                    node: self.node(arg.value),
                    segments: names
                        .into_iter()
                        .map(|name| (name, self.node(arg.value)))
                        .collect(),
                };
                match names::emit_type(self.db, self.decl, &path) {
                    Ok((super::EmitType::Object(below), Some(ty))) => {
                        if let TypeKind::Schema(id) = ty.kind {
                            walked.object = Some((below, id));
                        }
                    }
                    Ok(_) => self.problem(
                        Problem::new(
                            &codes::WRONG_KIND,
                            format!("`{}` is no type of objects", path.text()),
                        )
                        .at_node(self.decl, path.node, "not an object")
                        .help("for instances of a capability, walk `instances(…)`"),
                    ),
                    Err(failure) => self.out.problems.extend(failure.map(|problem| *problem)),
                }
            }
        }
    }

    /// A collection that is not walked.
    pub(super) fn unwalked(&mut self, id: ExprId, collection: Collection) -> Type {
        let name = collection.name();
        self.problem(
            Problem::new(
                &codes::BAD_COLLECTION,
                format!("`{name}` is a collection: it is walked by a `for`"),
            )
            .at_node(self.decl, self.node(id), "not walked")
            .help(format!(
                "write `count(true for x in {name} where …)`, or `all(…)`, `any(…)`, `sum(…)`"
            )),
        );
        Type::ERROR
    }

    /// The nearest collection to a name that means nothing.
    pub(super) fn nearest_collection(&self, name: &str) -> Option<&'static str> {
        nearest(name, Collection::ALL.iter().map(|(name, _)| *name))
    }
}
