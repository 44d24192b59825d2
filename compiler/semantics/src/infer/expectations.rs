//! Tests: what they may say beside what every expression may, and the types of it.

use std::collections::BTreeMap;

use plat_diagnostics::{codes, lookup, nearest};

use super::{
    Checker, EmitType, Meaning, declared_capability, edge_signatures, edges_of, named_guardrail,
    path_of,
};
use crate::db::{Db, DeclId, Name};
use crate::hir::{self, Arg, BodyKind, EdgeDecl, EmitDecl, Expr, ExprId, Members, TestBody};
use crate::names;
use crate::problem::{Anchor, Problem, ProblemFix};
use crate::program::{emission_ring, implementations};
use crate::scope::facts_named;
use crate::ty::{FieldType, Subject, Type, TypeKind, named_record};

/// How deep capabilities are looked into for the objects that they emit.
const MAX_DEPTH: usize = 16;

macro_rules! functions {
    ($($variant:ident = $name:literal ($($parameter:literal),*), $doc:literal;)*) => {
        /// A function that only tests have.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum TestFn {
            $(#[doc = $doc] $variant,)*
        }

        impl TestFn {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Its parameters, in order.
            #[must_use]
            pub fn parameters(self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant => &[$($parameter),*],)*
                }
            }
        }
    };
}

functions! {
    Objects = "objects"("declaration"), "What a declaration emits, by the names of the emissions.";
    Emits = "emits"("declaration", "path"), "Whether a declaration emits an object at a path such as `deployment`.";
    Fails = "fails"("declaration", "code"), "Whether there is a finding of a code about a declaration; it is expected then.";
    Denies = "denies"("declaration", "guardrail"), "Whether a guardrail does not hold for a declaration or what it makes.";
    Allows = "allows"("declaration", "guardrail"), "Whether a guardrail holds for a declaration and all that it makes.";
    Unverified = "unverified"("declaration", "guardrail"), "Whether a guardrail needs a value of a declaration that is known only later.";
    Snapshot = "snapshot"("value", "name"), "Whether a value is what it was when the snapshot was taken.";
}

impl TestFn {
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.name() == name)
    }
}

impl Checker<'_> {
    /// Whether this is a test, whose expectations may read through what is not there.
    pub(super) fn is_test(&self) -> bool {
        matches!(self.body.kind, BodyKind::Test(_))
    }

    /// `test "…" { … }`.
    pub(super) fn test(&mut self, test: &TestBody) {
        if self.decl.name(self.db).is_empty() {
            let problem = Problem::new(
                &codes::BAD_EXPECTATION,
                "a test says in its title what it tests",
            )
            .at(Anchor::name(self.decl), "empty, or computed")
            .help("results are listed by it, and `platc test FILTER` looks for it");
            self.problem(problem);
        }
        if test.expects.is_empty() {
            let problem = Problem::new(&codes::NOTHING_EXPECTED, "this test expects nothing")
                .at(Anchor::name(self.decl), "it cannot fail")
                .help("say what has to hold: `expect app.scale.min == 2`");
            self.problem(problem);
        }
        self.all_lets(&test.lets);
        for expect in &test.expects {
            self.condition(expect.condition);
            self.only(expect.only.as_ref());
            if let Some(message) = expect.otherwise {
                self.check_expr(message, &Type::STRING);
            }
        }
        self.snapshot_names();
    }

    /// `f(…)` of a function that only tests have; `None` if it is none.
    pub(super) fn test_call(&mut self, id: ExprId, callee: ExprId, args: &[Arg]) -> Option<Type> {
        let Expr::Name(name) = self.expr(callee) else {
            return None;
        };
        let function = TestFn::from_name(name).filter(|_| self.is_test())?;
        if self.local_or_member(name).is_some() {
            return None;
        }
        self.set_meaning(callee, Meaning::Test(function));
        if args.len() != function.parameters().len() || args.iter().any(|arg| arg.name.is_some()) {
            for arg in args {
                self.infer_expr(arg.value);
            }
            let problem = Problem::new(
                &codes::WRONG_ARGUMENTS,
                format!(
                    "`{name}` is written `{name}({})`",
                    function.parameters().join(", ")
                ),
            )
            .at_node(
                self.decl,
                self.node(id),
                format!("{} arguments", args.len()),
            );
            self.problem(problem);
            return Some(Type::ERROR);
        }
        let (first, second) = (args[0].value, args.get(1).map(|arg| arg.value));
        if function == TestFn::Snapshot {
            self.infer_expr(first);
        } else {
            let subject = self.infer_expr(first);
            self.declaration_argument(first, &subject);
            if function == TestFn::Objects {
                return Some(self.objects_of(first, &subject));
            }
        }
        if let Some(second) = second {
            match function {
                TestFn::Denies | TestFn::Allows | TestFn::Unverified => {
                    self.guardrail_argument(second);
                    return Some(Type::BOOL);
                }
                TestFn::Fails => self.code_argument(second),
                TestFn::Snapshot => self.snapshot_argument(second),
                TestFn::Emits | TestFn::Objects => {}
            }
            self.check_expr(second, &Type::STRING);
        }
        Some(Type::BOOL)
    }

    /// A guardrail is named, and nothing else: it is judged because the test names it.
    fn guardrail_argument(&mut self, id: ExprId) {
        let Some(path) = path_of(self.body, id) else {
            let problem = Problem::new(
                &codes::BAD_EXPECTATION,
                "the name of a guardrail is needed here",
            )
            .at_node(self.decl, self.node(id), "not a name")
            .help("write its name, or `use` it first: `denies(app, redundancy)`");
            self.problem(problem);
            return;
        };
        match named_guardrail(self.db, self.decl, &path) {
            Ok(guardrail) => self.set_meaning(id, Meaning::Guardrail(guardrail)),
            Err(failure) => self.out.problems.extend(failure.map(|problem| *problem)),
        }
    }

    /// What findings and objects belong to: a service, resource, system, environment, team or external.
    fn declaration_argument(&mut self, id: ExprId, ty: &Type) {
        let fits = matches!(
            ty.kind,
            TypeKind::Fact(_)
                | TypeKind::Instance(_)
                | TypeKind::Face(_)
                | TypeKind::Subject(Subject::Instance(_))
                | TypeKind::Error
        );
        if !fits {
            let text = ty.text(self.db);
            let problem = Problem::new(
                &codes::BAD_EXPECTATION,
                format!("a declaration is needed here, and this is `{text}`"),
            )
            .at_node(self.decl, self.node(id), "no service or other fact")
            .help("name a declaration of the test: `objects(app)`");
            self.problem(problem);
        }
    }

    /// The literal text of an argument; computed ones are reported, since tools find them without evaluating anything.
    fn literal(&mut self, id: ExprId, what: &str) -> Option<&str> {
        match self.expr(id) {
            Expr::Str(text) => Some(text),
            Expr::Missing => None,
            _ => {
                let problem =
                    Problem::new(&codes::BAD_EXPECTATION, format!("{what} is a literal text"))
                        .at_node(self.decl, self.node(id), "computed")
                        .help("write it in quotes, without `\\(…)`");
                self.problem(problem);
                None
            }
        }
    }

    fn code_argument(&mut self, id: ExprId) {
        let Some(code) = self.literal(id, "the code of a finding").map(str::to_owned) else {
            return;
        };
        let known = lookup(&code);
        if known.is_none_or(|known| known.code != code) {
            let problem = Problem::new(
                &codes::BAD_EXPECTATION,
                format!("there is no finding `{code}`"),
            )
            .at_node(self.decl, self.node(id), "no such code")
            .help("the code stands in the finding's first line: `error[PLT0310]`");
            let meant = known.or_else(|| nearest(&code));
            self.problem(match meant.map(|meant| format!("{:?}", meant.code)) {
                Some(meant) => {
                    let title = format!("write `{meant}`");
                    problem.fix(ProblemFix::replace(self.anchor(id), meant, title).maybe())
                }
                None => problem,
            });
        }
    }

    /// The name of a snapshot is one of a file.
    fn snapshot_argument(&mut self, id: ExprId) {
        let Some(name) = self.literal(id, "the name of a snapshot") else {
            return;
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
            let problem = Problem::new(
                &codes::BAD_EXPECTATION,
                "the name of a snapshot is one of a file",
            )
            .at_node(self.decl, self.node(id), "not one that every system has")
            .help("write lower-case letters, digits, `-`, `_` and `.`");
            self.problem(problem);
        }
    }

    /// Two snapshots of one name in one test would overwrite each other.
    fn snapshot_names(&mut self) {
        let mut seen: BTreeMap<&str, ExprId> = BTreeMap::new();
        let mut twice = Vec::new();
        for expr in &self.body.exprs {
            if let Expr::Call { callee, args } = expr
                && self.out.meanings[callee.0 as usize] == Meaning::Test(TestFn::Snapshot)
                && let [_, name] = args.as_slice()
                && let Expr::Str(text) = self.expr(name.value)
            {
                let first = *seen.entry(text).or_insert(name.value);
                if first != name.value {
                    twice.push((first, name.value));
                }
            }
        }
        for (first, again) in twice {
            let problem = Problem::new(
                &codes::BAD_EXPECTATION,
                "two snapshots of one test have one name",
            )
            .at_node(self.decl, self.node(again), "again here")
            .also(self.anchor(first), "first taken here")
            .help("give each a name of its own");
            self.problem(problem);
        }
    }

    /// What a declaration emits, as a record: of the very declaration that a name stands for, else of its capability.
    fn objects_of(&mut self, id: ExprId, ty: &Type) -> Type {
        let db = self.db;
        if ty.is_error() {
            return Type::ERROR;
        }
        if let Meaning::Fact(kind, name) = &self.out.meanings[id.0 as usize]
            && let [decl] = facts_named(db, Some(self.decl), *kind, name)
        {
            return named_record("objects", emissions_of_declaration(db, *decl));
        }
        match ty.kind {
            TypeKind::Instance(capability)
            | TypeKind::Face(capability)
            | TypeKind::Subject(Subject::Instance(Some(capability))) => {
                named_record("objects", emissions(db, capability, 0))
            }
            _ => {
                let problem = Problem::new(
                    &codes::BAD_EXPECTATION,
                    "which objects there are is known of a declaration that is named",
                )
                .at_node(self.decl, self.node(id), "could be any")
                .help("name it: `objects(app)`; or ask for one: `emits(x, \"deployment\")`");
                self.problem(problem);
                Type::ERROR
            }
        }
    }
}

/// What a declaration emits: by its capability, its needs, and beside them.
fn emissions_of_declaration(db: &dyn Db, decl: DeclId) -> Vec<FieldType> {
    let mut fields = declared_capability(db, decl)
        .map(|capability| emissions(db, capability, 0))
        .unwrap_or_default();
    let body = hir::body(db, decl);
    needed(db, decl, edges_of(body), 0, &mut fields);
    if let BodyKind::Service(service) = &body.kind {
        let extra = service.emits.iter().map(|extra| &extra.emit);
        emitted(db, decl, extra, 0, &mut fields);
    }
    fields
}

/// What instances of a capability emit, whoever provides it: what only one of several does may not be there.
fn emissions(db: &dyn Db, capability: DeclId, depth: usize) -> Vec<FieldType> {
    if depth > MAX_DEPTH || emission_ring(db, capability).is_some() {
        return Vec::new();
    }
    let providers: Vec<(DeclId, &Members)> = std::iter::once(capability)
        .chain(implementations(db, capability).iter().copied())
        .filter_map(|decl| match &hir::body(db, decl).kind {
            BodyKind::Capability(body) => Some((decl, &body.members)),
            BodyKind::Implementation(body) => Some((decl, &body.members)),
            _ => None,
        })
        .filter(|(_, members)| !members.emits.is_empty() || !members.needs.is_empty())
        .collect();
    let several = providers.len() > 1;
    let mut fields: Vec<FieldType> = Vec::new();
    for (decl, members) in providers {
        let mut own = Vec::new();
        needed(db, decl, &members.needs, depth, &mut own);
        emitted(db, decl, &members.emits, depth, &mut own);
        for mut field in own {
            if several {
                field.ty = Type::optional(field.ty);
            }
            match fields.iter_mut().find(|known| known.name == field.name) {
                Some(known) if known.ty == field.ty => {}
                // Two providers make different things of one name.
                Some(known) => known.ty = Type::ERROR,
                None => fields.push(field),
            }
        }
    }
    fields
}

/// The objects of what a declaration needs and owns, by alias.
fn needed(
    db: &dyn Db,
    decl: DeclId,
    edges: &[EdgeDecl],
    depth: usize,
    fields: &mut Vec<FieldType>,
) {
    for (edge, sig) in edges.iter().zip(edge_signatures(db, decl)) {
        let Some(capability) = sig.capability.filter(|_| sig.owned) else {
            continue;
        };
        let ty = Type::record(emissions(db, capability, depth + 1));
        add(
            fields,
            &edge.alias,
            if sig.partial { Type::optional(ty) } else { ty },
        );
    }
}

fn emitted<'e>(
    db: &dyn Db,
    decl: DeclId,
    emits: impl IntoIterator<Item = &'e EmitDecl>,
    depth: usize,
    fields: &mut Vec<FieldType>,
) {
    for emit in emits {
        let ty = match names::emit_type(db, decl, &emit.ty) {
            Ok((EmitType::Object(_), Some(ty))) => ty,
            Ok((EmitType::Capability(capability), _)) => {
                Type::record(emissions(db, capability, depth + 1))
            }
            _ => Type::ERROR,
        };
        let ty = match (&emit.each, emit.when) {
            (Some(_), _) => Type::map(ty),
            (None, Some(_)) => Type::optional(ty),
            (None, None) => ty,
        };
        add(fields, &emit.name, ty);
    }
}

fn add(fields: &mut Vec<FieldType>, name: &Name, ty: Type) {
    if !fields.iter().any(|known| known.name == *name) {
        fields.push(FieldType::builtin(name, ty));
    }
}
