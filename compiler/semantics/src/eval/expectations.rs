//! Tests: whether what they expect holds, and what the parts of an expectation come to when it does not.

use bumpalo::Bump;
use plat_diagnostics::{CodeInfo, codes};
use plat_model::{Field, Node, Object, Origin, Value};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::operands::{shortened, source_text};
use super::{Cx, Eval, FUEL, FrameId, Poison, Session};
use crate::db::{Db, DeclId};
use crate::environments;
use crate::hir::{self, Arg, BodyKind, ExpectDecl, ExprId, NodeId, walk};
use crate::infer::{Meaning, Member, TestFn, declared_capability};
use crate::problem::Problem;
use crate::rules::{Judged, Outcome, rules_of_test};
use crate::scope::facts_named;
use crate::ty::{Type, TypeKind};

/// What is known of a test's declarations when its expectations are judged.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The findings about them.
    pub found: Vec<Found>,
    /// What the guardrails that it names have found.
    pub judged: Vec<Judged>,
}

/// A finding about a declaration of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The declaration.
    pub decl: DeclId,
    /// Where it was found; everywhere if nothing is said.
    pub environment: Option<DeclId>,
    /// What kind of finding it is.
    pub code: &'static CodeInfo,
}

/// A value of which a test takes a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The name of the snapshot.
    pub name: SmolStr,
    /// The value as YAML.
    pub text: String,
    /// Where the test says so.
    pub at: NodeId,
}

/// What came of the expectations of a test in an environment.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Expectations {
    /// Which of the expectations were judged: those that concern the environment.
    pub judged: Vec<bool>,
    /// What does not hold, and what could not be decided.
    pub problems: Vec<Problem>,
    /// The snapshots that were taken.
    pub snapshots: Vec<Taken>,
}

/// What a session knows for the expectations of a test.
pub(super) struct Expecting<'a> {
    test: DeclId,
    known: &'a Known,
    emitted: FxHashMap<DeclId, &'a [Object<'a>]>,
    snapshots: Vec<Taken>,
}

/// Judges the expectations of a test in an environment. No query: messages quote the source.
pub fn expectations(db: &dyn Db, test: DeclId, environment: DeclId, known: &Known) -> Expectations {
    let arena = Bump::new();
    let mut judged = Expectations::default();
    let BodyKind::Test(body) = &hir::body(db, test).kind else {
        return judged;
    };
    let mut session = Session::new(db, &arena, environment);
    session.expecting = Some(Box::new(Expecting {
        test,
        known,
        emitted: FxHashMap::default(),
        snapshots: Vec::new(),
    }));
    for expect in &body.expects {
        let concerned = session.is_concerned(test, expect);
        judged.judged.push(concerned);
        if concerned {
            let problems = session.expectation(test, expect);
            judged.problems.extend(problems);
        }
    }
    if let Some(expecting) = session.expecting.take() {
        judged.snapshots = expecting.snapshots;
    }
    judged
}

impl<'a> Session<'a> {
    /// Whether an expectation is one about this environment: it says so, and what it names exists here.
    fn is_concerned(&self, test: DeclId, expect: &ExpectDecl) -> bool {
        environments::present(self.db, test, expect.only.as_ref(), self.environment)
            && named_facts(self.db, test, expect.condition)
                .into_iter()
                .all(|facts| {
                    facts
                        .iter()
                        .any(|fact| environments::declared_in(self.db, *fact, self.environment))
                })
    }

    /// What is wrong with an expectation.
    fn expectation(&mut self, test: DeclId, expect: &'a ExpectDecl) -> Vec<Problem> {
        self.fuel = FUEL;
        self.exhausted = false;
        let frame = self.fact_frame(self.environment, self.environment);
        let unit = self.unit(test);
        let cx = Cx {
            frame: Some(frame),
            unit,
        };
        let holds = self.with_locals(&[], |session| session.eval(cx, expect.condition));
        let mut problems = std::mem::take(&mut self.problems);
        match holds.map(|node| node.value) {
            Ok(Value::Bool(true)) => {}
            Ok(Value::Bool(false)) => problems.push(self.broken(cx, expect)),
            _ if problems.is_empty() => problems.push(self.undecided(test, expect)),
            _ => {}
        }
        if environments::of(self.db, test).len() > 1 {
            let place = self.environment.name(self.db);
            for problem in &mut problems {
                problem.subject.get_or_insert_with(|| place.to_string());
            }
        }
        problems
    }

    /// An expectation that does not hold, with the values of its parts.
    fn broken(&mut self, cx: Cx<'a>, expect: &'a ExpectDecl) -> Problem {
        let said = expect.otherwise.and_then(|message| {
            let node = self.with_locals(&[], |session| session.eval(cx, message));
            match node.ok()?.value {
                Value::Str(text) => Some(text.to_owned()),
                _ => None,
            }
        });
        let decl = cx.unit.decl;
        let node = cx.unit.body.expr_nodes[expect.condition.0 as usize];
        let message =
            said.unwrap_or_else(|| format!("`{}` does not hold", source_text(self.db, decl, node)));
        let mut problem = Problem::new(&codes::EXPECTATION_BROKEN, message).at_node(
            decl,
            expect.node,
            "does not hold",
        );
        let mut parts = Vec::new();
        self.operands(cx, expect.condition, &mut parts);
        for (id, text) in parts {
            let node = cx.unit.body.expr_nodes[id.0 as usize];
            problem = problem.also_node(decl, node, text);
        }
        // Whatever went wrong on the way to a message is not what the test is about.
        self.problems.clear();
        problem
    }

    fn undecided(&self, test: DeclId, expect: &ExpectDecl) -> Problem {
        let node = hir::body(self.db, test).expr_nodes[expect.condition.0 as usize];
        let text = source_text(self.db, test, node);
        Problem::new(
            &codes::EXPECTATION_UNDECIDED,
            format!("`{text}` could not be judged"),
        )
        .at_node(test, node, "something that it reads has no value")
        .help("`platc check` says what is wrong with the declarations that it reads")
    }

    /// What a function that only tests have found instead of what was expected.
    pub(super) fn found_by(
        &mut self,
        cx: Cx<'a>,
        function: TestFn,
        args: &'a [Arg],
    ) -> Option<String> {
        let subject = self.value_of(cx, args.first()?.value)?;
        let Value::Entity(frame) = subject.value else {
            return None;
        };
        let decl = self.frame(FrameId(frame)).decl;
        match function {
            TestFn::Fails => {
                let mut codes: Vec<&str> = self.found(decl).map(|found| found.code.code).collect();
                codes.sort_unstable();
                codes.dedup();
                Some(match codes.as_slice() {
                    [] => "nothing is wrong with it".to_owned(),
                    _ => format!("it fails with {}", codes.join(", ")),
                })
            }
            TestFn::Emits => {
                let objects = self.emitted_by(decl).iter().map(|object| object.path);
                let paths: Vec<&str> = objects.collect();
                Some(match paths.as_slice() {
                    [] => "it emits nothing".to_owned(),
                    _ => shortened(&format!("it emits {}", paths.join(", "))),
                })
            }
            TestFn::Denies | TestFn::Allows | TestFn::Unverified => {
                let guardrail = named_guardrail(cx, args)?;
                let Some(judged) = self
                    .judged_about(decl, guardrail)
                    .max_by_key(|it| it.outcome)
                else {
                    return Some("it holds, or is not about this".to_owned());
                };
                let what = judged.outcome.word();
                Some(shortened(&format!("{what}: {}", judged.message)))
            }
            TestFn::Objects | TestFn::Snapshot => None,
        }
    }

    /// What a guardrail has found about a declaration here.
    fn judged_about(
        &self,
        decl: DeclId,
        guardrail: DeclId,
    ) -> impl Iterator<Item = &'a Judged> + use<'a> {
        let (here, name) = (self.environment, decl.name(self.db).as_str());
        let capability = declared_capability(self.db, decl);
        let capability = capability.map(|capability| capability.name(self.db).as_str());
        let all = self.known().map_or(&[][..], |known| &known.judged);
        all.iter().filter(move |judged| {
            let about = judged.subject.split('@').next();
            let is_about = about == Some(name) || (about.is_some() && about == capability);
            judged.guardrail == guardrail && judged.environment == here && is_about
        })
    }

    fn known(&self) -> Option<&'a Known> {
        self.expecting.as_ref().map(|expecting| expecting.known)
    }

    /// The findings about a declaration here.
    fn found(&self, decl: DeclId) -> impl Iterator<Item = &'a Found> + use<'a> {
        let here = self.environment;
        let all = self.known().map_or(&[][..], |known| &known.found);
        all.iter().filter(move |found| {
            found.decl == decl && found.environment.is_none_or(|at| at == here)
        })
    }

    /// What a declaration emits here, evaluated apart: what is wrong with it is told of it, and not of the expectation.
    fn emitted_by(&mut self, decl: DeclId) -> &'a [Object<'a>] {
        let known = self
            .expecting
            .as_ref()
            .and_then(|expecting| expecting.emitted.get(&decl));
        if let Some(known) = known {
            return known;
        }
        let mut objects: &'a [Object<'a>] = &[];
        if super::emits_in(self.db, decl, self.environment) {
            let mut apart = Session::new(self.db, self.arena, self.environment);
            objects = self.arena.alloc_slice_copy(&apart.emission(decl).objects);
        }
        if let Some(expecting) = &mut self.expecting {
            expecting.emitted.insert(decl, objects);
        }
        objects
    }

    /// A function that only tests have.
    pub(super) fn test_function(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        function: TestFn,
        args: &'a [Arg],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let [first, rest @ ..] = args else {
            return Err(Poison);
        };
        let guardrail = named_guardrail(cx, args);
        let text = match rest {
            [arg] if guardrail.is_none() => match self.eval(cx, arg.value)?.value {
                Value::Str(text) => Some(text),
                _ => return Err(Poison),
            },
            _ => None,
        };
        let value = self.eval(cx, first.value)?;
        if function == TestFn::Snapshot {
            self.snapshot(cx, id, value, text.ok_or(Poison)?)?;
            return Ok(Node::new(Value::Bool(true), origin));
        }
        let Value::Entity(frame) = value.value else {
            return Err(Poison);
        };
        let decl = self.frame(FrameId(frame)).decl;
        let holds = match function {
            TestFn::Objects => {
                let objects = self.emitted_by(decl);
                let ty = &cx.unit.infer.types[id.0 as usize];
                let node = self.emitted_as(ty, "", objects, origin)?;
                return Ok(node.unwrap_or(Node::new(Value::Record(&[]), origin)));
            }
            TestFn::Emits => self
                .emitted_by(decl)
                .iter()
                .any(|object| Some(object.path) == text),
            TestFn::Fails => self.found(decl).any(|found| Some(found.code.code) == text),
            TestFn::Denies | TestFn::Allows | TestFn::Unverified => {
                let guardrail = guardrail.ok_or(Poison)?;
                // One that is wrong in itself has been judged for nobody.
                let rules = &rules_of_test(self.db, cx.unit.decl, self.environment).all;
                if !rules.iter().any(|rule| rule.guardrail == guardrail) {
                    return Err(Poison);
                }
                let judged = self.judged_about(decl, guardrail);
                let worst = judged.map(|judged| judged.outcome).max();
                match function {
                    TestFn::Denies => worst == Some(Outcome::Broken),
                    TestFn::Unverified => worst == Some(Outcome::Unverified),
                    _ => worst.is_none(),
                }
            }
            TestFn::Snapshot => true,
        };
        Ok(Node::new(Value::Bool(holds), origin))
    }

    fn snapshot(&mut self, cx: Cx<'a>, id: ExprId, value: Node<'a>, name: &str) -> Eval<()> {
        let plain = self.plain(value)?;
        let mut out = Vec::new();
        plat_model::output::yaml::Writer::new(&mut out, None)
            .document(&plain)
            .map_err(|_| Poison)?;
        let taken = Taken {
            name: name.into(),
            text: String::from_utf8_lossy(&out).into_owned(),
            at: cx.unit.body.expr_nodes[id.0 as usize],
        };
        if let Some(expecting) = &mut self.expecting
            && expecting.test == cx.unit.decl
            && !expecting.snapshots.contains(&taken)
        {
            expecting.snapshots.push(taken);
        }
        Ok(())
    }

    /// The objects below a path, in the shape that the checker has found out; `None` where there are none.
    fn emitted_as(
        &mut self,
        ty: &Type,
        path: &str,
        objects: &[Object<'a>],
        origin: Origin,
    ) -> Eval<Option<Node<'a>>> {
        match &ty.unwrapped().kind {
            TypeKind::Record(record) => {
                let mut fields = Vec::new();
                for field in &record.fields {
                    let below = match path {
                        "" => field.name.to_string(),
                        _ => format!("{path}/{}", field.name),
                    };
                    if let Some(node) = self.emitted_as(&field.ty, &below, objects, origin)? {
                        let key = self.text(&field.name)?;
                        fields.push(Field { key, node });
                    }
                }
                if fields.is_empty() && ty.is_optional() {
                    return Ok(None);
                }
                let record = self.slice(&fields)?;
                Ok(Some(Node::new(Value::Record(record), origin)))
            }
            TypeKind::Map(element) => {
                let mut entries: Vec<Field<'a>> = Vec::new();
                for key in keys_below(path, objects) {
                    let below = format!("{path}[\"{key}\"]");
                    if let Some(node) = self.emitted_as(element, &below, objects, origin)? {
                        let key = self.text(key)?;
                        entries.push(Field { key, node });
                    }
                }
                entries.sort_by_key(|entry| entry.key);
                let entries = self.slice(&entries)?;
                Ok(Some(Node::new(Value::Map(entries), origin)))
            }
            _ => Ok(objects
                .iter()
                .find(|object| object.path == path)
                .map(|object| object.body)),
        }
    }
}

/// The guardrail that a call names.
fn named_guardrail(cx: Cx<'_>, args: &[Arg]) -> Option<DeclId> {
    match cx.unit.infer.meanings[args.get(1)?.value.0 as usize] {
        Meaning::Guardrail(guardrail) => Some(guardrail),
        _ => None,
    }
}

/// The keys of the objects that a path with keys leads to, each once.
fn keys_below<'o>(path: &str, objects: &[Object<'o>]) -> Vec<&'o str> {
    let mut keys: Vec<&str> = objects
        .iter()
        .filter_map(|object| {
            let rest = object.path.strip_prefix(path)?.strip_prefix("[\"")?;
            rest.split_once("\"]").map(|(key, _)| key)
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The facts that an expression of a test names, its lets included: by name, each with the declarations that have it.
fn named_facts(db: &dyn Db, test: DeclId, root: ExprId) -> Vec<&[DeclId]> {
    let (body, infer) = (hir::body(db, test), crate::infer::infer(db, test));
    let BodyKind::Test(declared) = &body.kind else {
        return Vec::new();
    };
    let (mut todo, mut seen, mut facts) = (vec![root], Vec::new(), Vec::new());
    while let Some(root) = todo.pop() {
        walk::expressions(
            body,
            root,
            &mut |id, _| match &infer.meanings[id.0 as usize] {
                Meaning::Fact(kind, name) => facts.push(facts_named(db, Some(test), *kind, name)),
                Meaning::Member(index) => {
                    if let Some(Member::Let(index)) = infer.members.get(*index as usize)
                        && let Some(binding) = declared.lets.get(*index as usize)
                        && !seen.contains(index)
                    {
                        seen.push(*index);
                        todo.push(binding.value);
                    }
                }
                _ => {}
            },
        );
    }
    facts
}
