//! Guardrails, waivers and `enforce`: what they say is checked like everything else, used or not.

use plat_diagnostics::codes;

use super::block::Target;
use super::{Checker, Collection, Context, Meaning, Member};
use crate::hir::{
    BinaryOp, EnforceBody, Entry, EntryOp, Expr, ExprId, ForClause, GuardrailBody, NodeId, Path,
    RequireDecl, Segment, SegmentKind, WaiverBody, walk,
};
use crate::items::ItemKind;
use crate::names::{self, Namespace};
use crate::problem::{Anchor, Problem};
use crate::rules;
use crate::ty::{FieldType, Subject, Type, TypeKind, TypeLowering};

/// What a rule asks of a whole collection, taken apart so that nothing has to look at every element for every subject: what
/// concerns the elements alone is computed once per element, and the elements are found by the key that they share with the
/// subject (S12).
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// The call or list that asks.
    pub at: ExprId,
    /// What is walked.
    pub source: ExprId,
    /// The depth of the binder that stands for the element.
    pub depth: u32,
    /// The conditions that concern the element alone.
    pub filters: Vec<ExprId>,
    /// What is equal: of the element, of what is around it.
    pub keys: Vec<(ExprId, ExprId)>,
    /// What is asked of each element.
    pub body: ExprId,
}

fn field(name: &str, ty: Type) -> FieldType {
    FieldType::builtin(name, ty)
}

fn team() -> Type {
    Type::of(TypeKind::Fact(ItemKind::Team))
}

fn date() -> Type {
    Type::of(TypeKind::Date)
}

impl Checker<'_> {
    /// `guardrail G { … }`.
    pub(super) fn guardrail(&mut self, guardrail: &GuardrailBody) {
        self.rule_fields(&guardrail.fields, &[field("because", Type::STRING)]);
        let mut lowering = TypeLowering::new(self.db, self.decl);
        let inputs = lowering.fields(&guardrail.inputs);
        let mut problems = std::mem::take(&mut lowering.problems);
        self.out.problems.append(&mut problems);
        self.defaults_of(&inputs);
        for (input, ty) in guardrail.inputs.iter().zip(&inputs) {
            if ty.required() {
                self.problem(
                    Problem::new(
                        &codes::BAD_GUARDRAIL,
                        format!("the parameter `{}` has no value", input.name),
                    )
                    .at_node(self.decl, input.node, "nobody has to set it")
                    .help("give it a default; `enforce` may set it otherwise"),
                );
            }
        }
        let what = match (&guardrail.each, guardrail.requires.as_slice()) {
            (None, _) => Some((
                "it has no `for`",
                "say what it is about: `for s in instances where …`",
            )),
            (_, []) => Some((
                "it has no `require`",
                "say what must hold: `require … else \"…\"`",
            )),
            _ => None,
        };
        if let Some((what, help)) = what {
            self.problem(
                Problem::new(
                    &codes::BAD_GUARDRAIL,
                    format!(
                        "the guardrail `{}` says nothing: {what}",
                        self.decl.name(self.db)
                    ),
                )
                .at(Anchor::name(self.decl), "not a rule yet")
                .help(help),
            );
        }
        if !guardrail
            .fields
            .iter()
            .any(|entry| is_named(entry, "because"))
        {
            self.problem(
                Problem::new(
                    &codes::BAD_GUARDRAIL,
                    format!(
                        "the guardrail `{}` gives no reason",
                        self.decl.name(self.db)
                    ),
                )
                .at(Anchor::name(self.decl), "why?")
                .help("people obey what they understand: add `because = \"…\"`"),
            );
        }
        let Some(each) = &guardrail.each else {
            self.all_lets(&guardrail.lets);
            return;
        };
        let ty = self.subject_of(each);
        self.subject = Some((each.first.0.clone(), ty.clone()));
        self.bind(&each.first.0, ty);
        self.all_lets(&guardrail.lets);
        if let Some(filter) = each.filter {
            self.condition(filter);
        }
        for require in &guardrail.requires {
            self.condition(require.condition);
            if let Some(message) = require.otherwise {
                self.check_expr(message, &Type::STRING);
            }
            self.proposals(require);
        }
        self.locals.clear();
        let bodies: Vec<ExprId> = (0..self.body.exprs.len())
            .map(|index| ExprId(index as u32))
            .collect();
        for id in bodies {
            self.aggregate(id, each);
        }
    }

    /// The type of what a guardrail's `for` binds.
    fn subject_of(&mut self, each: &ForClause) -> Type {
        if let Some(second) = &each.second {
            self.problem(
                Problem::new(
                    &codes::BAD_GUARDRAIL,
                    "a guardrail speaks of one thing at a time",
                )
                .at_node(self.decl, second.1, "a second name"),
            );
        }
        match self.walked(each.source) {
            Some(walked) => super::subjects::element_of(self.db, &walked),
            None => {
                let found = match self.expr(each.source) {
                    Expr::Name(name) => Some(name.clone()),
                    _ => None,
                };
                let near = found.and_then(|name| self.nearest_collection(&name));
                let names: Vec<&str> = Collection::ALL.iter().map(|(name, _)| *name).collect();
                let mut problem = Problem::new(
                    &codes::BAD_COLLECTION,
                    "a guardrail walks a collection of the model",
                )
                .at_node(self.decl, self.node(each.source), "not one of them")
                .note(format!("the collections: {}", names.join(", ")));
                if let Some(near) = near {
                    let at = self.anchor(each.source);
                    let fix =
                        crate::problem::ProblemFix::replace(at, near, format!("write `{near}`"));
                    problem = problem
                        .help(format!("did you mean `{near}`?"))
                        .fix(fix.maybe());
                }
                self.problem(problem);
                Type::ERROR
            }
        }
    }

    /// The assignments that a requirement proposes: they go into the instance.
    fn proposals(&mut self, require: &RequireDecl) {
        for (path, value) in &require.fixes {
            let Some((first, rest)) = path.split_first() else {
                continue;
            };
            let SegmentKind::Name(name) = &first.kind else {
                continue;
            };
            let capability = match self.subject.as_ref().map(|(_, ty)| &ty.kind) {
                Some(TypeKind::Subject(Subject::Instance(capability))) => *capability,
                _ => None,
            };
            let subject = Subject::Instance(capability);
            let found = match super::subjects::subject_field(self.db, subject, name) {
                super::subjects::SubjectField::Found(ty, Meaning::Nothing)
                | super::subjects::SubjectField::OfContract(_, ty) => Some(ty),
                _ => None,
            };
            match found {
                Some(ty) => {
                    if let Some(target) = self.descend(Target::of(ty), rest) {
                        self.check_expr(*value, &target.ty);
                    }
                }
                None => {
                    let ty = Type::of(TypeKind::Subject(subject));
                    self.unknown_field(first.node, name, &ty);
                }
            }
        }
    }

    /// `level`, `sponsor` and what else a guardrail and an `enforce` say; `more` is what only one of them does.
    fn rule_fields(&mut self, entries: &[Entry], more: &[FieldType]) {
        let mut fields = vec![
            field("sponsor", Type::optional(team())),
            field(
                "docs",
                Type::optional(Type::of(TypeKind::Text(plat_model::text::TextKind::Url))),
            ),
            field("waivable_by", Type::optional(Type::list(team()))),
            field("level", Type::ERROR),
        ];
        fields.extend_from_slice(more);
        let ty = crate::ty::named_record(self.decl.kind(self.db).word(), fields);
        for entry in entries {
            if !is_named(entry, "level") {
                let known = self.out.problems.len();
                self.check_block(std::slice::from_ref(entry), &ty, NodeId::NAME, false);
                if self.out.problems.len() == known {
                    self.fixed(entry);
                }
                continue;
            }
            match &entry.op {
                EntryOp::Into(dates) => {
                    let dated = Type::record(vec![
                        field("warn", Type::optional(date())),
                        field("deny", Type::optional(date())),
                    ]);
                    self.check_block(dates, &dated, entry.node, false);
                    for date in dates {
                        self.fixed(date);
                    }
                }
                EntryOp::Set(value) if rules::level_word(self.expr(*value)).is_some() => {}
                _ => self.problem(
                    Problem::new(&codes::BAD_GUARDRAIL, "a level is `off`, `warn` or `deny`")
                        .at_node(self.decl, entry.node, "none of them")
                        .help(
                            "or begin at dates: `level { warn = 2027-01-01, deny = 2027-07-01 }`",
                        ),
                ),
            }
        }
        self.set_once(entries);
    }

    /// What is said of a rule is fixed: a literal, a team, a list of teams.
    fn fixed(&mut self, entry: &Entry) {
        let (EntryOp::Set(value), None) = (&entry.op, entry.guard) else {
            return;
        };
        let fixed = match self.expr(*value) {
            Expr::Str(_) | Expr::Date(_) | Expr::Name(_) | Expr::None | Expr::Missing => true,
            Expr::Field { .. } => true,
            Expr::List(items) => items
                .iter()
                .all(|item| !item.spread && item.guard.is_none()),
            _ => false,
        };
        if !fixed {
            self.problem(
                Problem::new(
                    &codes::BAD_GUARDRAIL,
                    "what is said of a rule is a fixed value, so that tools can read it",
                )
                .at_node(self.decl, self.node(*value), "computed")
                .help("write the text, date or team itself"),
            );
        }
    }

    fn set_once(&mut self, entries: &[Entry]) {
        let mut seen: Vec<(&str, NodeId)> = Vec::new();
        for entry in entries {
            let Some(name) = entry_name(entry) else {
                continue;
            };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == name) {
                let problem = Problem::new(&codes::SET_TWICE, format!("`{name}` is set twice"))
                    .at_node(self.decl, entry.node, "set again here")
                    .also_node(self.decl, *first, "first set here")
                    .help("keep one of them");
                self.problem(problem);
            }
            seen.push((name, entry.node));
        }
    }

    /// `enforce G in e { … }`.
    pub(super) fn enforce(&mut self, enforce: &EnforceBody) {
        for path in &enforce.environments {
            self.environment(path);
        }
        let targets = match rules::enforced(self.db, self.decl, &enforce.target) {
            Ok(targets) => targets,
            Err(failure) => {
                self.out.problems.extend(failure.map(|problem| *problem));
                return;
            }
        };
        if targets.is_empty() {
            self.problem(
                Problem::new(
                    &codes::BAD_GUARDRAIL,
                    format!("`{}` holds no guardrails", enforce.target.text()),
                )
                .at_node(self.decl, enforce.target.node, "nothing to enforce"),
            );
        }
        let mut inputs: Vec<FieldType> = Vec::new();
        for target in targets {
            for input in &rules::parameters(self.db, target).value {
                if !inputs.iter().any(|known| known.name == input.name) {
                    inputs.push(input.clone());
                }
            }
        }
        self.rule_fields_of_enforce(&enforce.entries, &inputs);
    }

    fn rule_fields_of_enforce(&mut self, entries: &[Entry], inputs: &[FieldType]) {
        let is_input = |entry: &Entry| {
            inputs
                .iter()
                .any(|input| is_named(entry, input.name.as_str()))
        };
        let (own, said): (Vec<Entry>, Vec<Entry>) = entries.iter().cloned().partition(is_input);
        let ty = crate::ty::named_record("enforce", inputs.to_vec());
        self.check_block(&own, &ty, NodeId::NAME, false);
        for entry in own
            .iter()
            .filter(|entry| !matches!(entry.op, EntryOp::Set(_)))
        {
            let name = entry_name(entry).unwrap_or_default();
            let problem = Problem::new(&codes::BAD_GUARDRAIL, "a parameter is set as a whole")
                .at_node(self.decl, entry.node, "goes into it, or adds to it")
                .help(format!(
                    "write `{name} = …`: it replaces the guardrail's own value"
                ));
            self.problem(problem);
        }
        self.set_once(&own);
        self.rule_fields(&said, inputs);
    }

    /// `waiver W { … }`.
    pub(super) fn waiver(&mut self, waiver: &WaiverBody) {
        let ty = crate::ty::named_record(
            "waiver",
            vec![
                field("guardrail", Type::ERROR),
                field("subject", Type::ERROR),
                field("because", Type::STRING),
                field("approved_by", team()),
                field("until", date()),
            ],
        );
        for entry in &waiver.entries {
            if is_named(entry, "guardrail") || is_named(entry, "subject") {
                continue;
            }
            self.check_block(std::slice::from_ref(entry), &ty, NodeId::NAME, false);
            self.fixed(entry);
        }
        self.set_once(&waiver.entries);
    }

    /// Takes apart what is asked of a whole collection, and reports what would look at every element for every subject.
    fn aggregate(&mut self, at: ExprId, each: &ForClause) {
        let (body, clauses) = match self.expr(at) {
            Expr::CallFor { body, clauses, .. } | Expr::ListFor { body, clauses } => {
                (*body, clauses)
            }
            _ => return,
        };
        let Some(clause) = clauses.first() else {
            return;
        };
        if let Some(other) = clauses[1..]
            .iter()
            .find(|other| self.out.walked.contains_key(&other.source))
        {
            self.join_problem(other.source, "a collection within a loop");
            return;
        }
        if clause.source == each.source || !self.out.walked.contains_key(&clause.source) {
            return;
        }
        if self.out.walked[&clause.source].collection == Collection::Changes
            || self
                .out
                .walked
                .get(&each.source)
                .is_some_and(|own| own.collection == Collection::Changes)
        {
            self.join_problem(clause.source, "changes are judged one by one");
            return;
        }
        if let Some(other) = clauses.get(1) {
            self.join_problem(other.source, "a loop within the loop over a collection");
            return;
        }
        // The binder of the guardrail is at 0, and what walks a collection is the outermost loop.
        let depth = 1;
        let mut aggregate = Aggregate {
            at,
            source: clause.source,
            depth,
            filters: Vec::new(),
            keys: Vec::new(),
            body,
        };
        let mut conditions = clause.filter.into_iter().collect::<Vec<_>>();
        while let Some(condition) = conditions.pop() {
            match self.expr(condition) {
                Expr::Binary {
                    op: BinaryOp::And,
                    left,
                    right,
                } => conditions.extend([*left, *right]),
                _ if !self.mentions_around(condition, depth) => {
                    aggregate.filters.push(condition);
                }
                Expr::Binary {
                    op: BinaryOp::Equal,
                    left,
                    right,
                } => {
                    let (left, right) = (*left, *right);
                    let around = (
                        self.mentions_around(left, depth),
                        self.mentions_around(right, depth),
                    );
                    let element = (
                        self.mentions_element(left, depth),
                        self.mentions_element(right, depth),
                    );
                    match (around, element) {
                        ((false, true), (_, false)) => aggregate.keys.push((left, right)),
                        ((true, false), (false, _)) => aggregate.keys.push((right, left)),
                        _ => self.join_problem(condition, "compares the two in another way"),
                    }
                }
                _ => self.join_problem(condition, "compares the two in another way"),
            }
        }
        aggregate.filters.sort();
        if self.mentions_around(body, depth) {
            self.join_problem(body, "mixes the element with what is around it");
        }
        self.out.aggregates.push(aggregate);
    }

    fn join_problem(&mut self, at: ExprId, label: &str) {
        self.problem(
            Problem::new(
                &codes::BAD_COLLECTION,
                "this would look at every element for every subject",
            )
            .at_node(self.decl, self.node(at), label)
            .note("a collection is joined by equality: `count(true for x in instances where x.owner == t and x.tier == critical)`")
            .help("ask by `==`, through a relation such as `s.callers`, or of the element alone"),
        );
    }

    fn mentions(&self, id: ExprId, wanted: &dyn Fn(u32) -> bool) -> bool {
        let mut found = false;
        let body = self.body;
        walk::expressions(body, id, &mut |at, _| {
            found |= match &self.out.meanings[at.0 as usize] {
                Meaning::Local(depth) => wanted(*depth),
                // A let may speak of the subject.
                Meaning::Member(index) => {
                    matches!(self.out.members[*index as usize], Member::Let(_)) && wanted(0)
                }
                _ => false,
            };
        });
        found
    }

    fn mentions_around(&self, id: ExprId, depth: u32) -> bool {
        self.mentions(id, &|local| local < depth)
    }

    fn mentions_element(&self, id: ExprId, depth: u32) -> bool {
        self.mentions(id, &|local| local >= depth)
    }

    /// Whether what is checked is a guardrail: it may look where others may not.
    pub(super) fn is_rule(&self) -> bool {
        self.decl.kind(self.db) == ItemKind::Guardrail
    }
}

/// The name that an entry sets, if it is one name.
pub(crate) fn entry_name(entry: &Entry) -> Option<&str> {
    match entry.path.as_slice() {
        [
            Segment {
                kind: SegmentKind::Name(name),
                ..
            },
        ] => Some(name.as_str()),
        _ => None,
    }
}

fn is_named(entry: &Entry, name: &str) -> bool {
    entry_name(entry) == Some(name)
}

/// The path that an expression is, if it is names with dots between them.
pub(crate) fn path_of(body: &crate::hir::Body, id: ExprId) -> Option<Path> {
    let mut segments = Vec::new();
    let mut at = id;
    loop {
        match &body.exprs[at.0 as usize] {
            Expr::Field {
                base,
                name,
                name_node,
                optional: false,
            } => {
                segments.push((name.clone(), *name_node));
                at = *base;
            }
            Expr::Name(name) => {
                segments.push((name.clone(), body.expr_nodes[at.0 as usize]));
                break;
            }
            _ => return None,
        }
    }
    segments.reverse();
    Some(Path {
        node: body.expr_nodes[id.0 as usize],
        segments,
    })
}

/// The guardrail that a path names: by scope, or by its bare name among those in force.
pub(crate) fn named_guardrail(
    db: &dyn crate::db::Db,
    decl: crate::db::DeclId,
    path: &Path,
) -> Result<crate::db::DeclId, names::Failure> {
    match names::path(db, decl, path, Namespace::Guardrail) {
        Ok(crate::scope::Resolution::Decl(found)) => Ok(found),
        Ok(_) => Err(None),
        Err(failure) => {
            let [(name, node)] = path.segments.as_slice() else {
                return Err(failure);
            };
            let all = crate::db::Project::get(db).guardrails(db).iter().copied();
            let mut named: Vec<_> = all.filter(|known| known.name(db) == name).collect();
            if named.len() > 1 {
                let in_force = |known: &&_| rules::is_in_force(db, **known);
                let kept: Vec<_> = named.iter().filter(in_force).copied().collect();
                if !kept.is_empty() {
                    named = kept;
                }
            }
            match named.as_slice() {
                [] => Err(failure),
                [one] => Ok(*one),
                several => {
                    let problem = Problem::new(
                        &codes::AMBIGUOUS_NAME,
                        format!("several guardrails are called `{name}`"),
                    )
                    .at_node(decl, *node, "which one is meant?")
                    .help("write its folder before it: `platform.guardrails.…`");
                    let problem = several.iter().fold(problem, |problem, known| {
                        problem.also(Anchor::name(*known), "one of them")
                    });
                    Err(Some(Box::new(problem)))
                }
            }
        }
    }
}

/// The collections and dates that a guardrail's expressions see.
pub(super) fn rule_contexts() -> impl Iterator<Item = (&'static str, Context, Type)> {
    let collections = Collection::ALL
        .into_iter()
        .map(|(name, collection)| (name, Context::Collection(collection), Type::ERROR));
    collections.chain([("today", Context::Today, date())])
}
