//! A body as compact text, for snapshots.

use std::fmt::Write;

use super::{
    Body, BodyKind, EdgeDecl, EdgeTarget, EmitDecl, Entry, EntryOp, Expr, ExprId, FieldDecl,
    ForClause, InBlock, LetDecl, Licence, Members, Only, PatchDecl, Path, PatternKind, Segment,
    SegmentKind, StrPart, TypeRef, TypeRefId,
};

/// The body as text.
pub fn dump(body: &Body) -> String {
    let mut dump = Dump {
        body,
        out: String::new(),
        depth: 0,
    };
    dump.all();
    dump.out
}

struct Dump<'b> {
    body: &'b Body,
    out: String,
    depth: usize,
}

impl Dump<'_> {
    fn line(&mut self, text: impl AsRef<str>) {
        let _ = writeln!(
            self.out,
            "{:width$}{}",
            "",
            text.as_ref(),
            width = self.depth * 2
        );
    }

    fn within(&mut self, head: impl AsRef<str>, inner: impl FnOnce(&mut Self)) {
        self.line(head);
        self.depth += 1;
        inner(self);
        self.depth -= 1;
    }

    fn all(&mut self) {
        let body = self.body;
        if let Some(doc) = &body.doc {
            self.line(format!("doc {doc:?}"));
        }
        for annotation in &body.annotations {
            let args: Vec<String> = annotation
                .args
                .iter()
                .map(|(name, value)| format!("{}{}", named(name.as_deref()), self.expr(*value)))
                .collect();
            self.line(format!("@{}({})", annotation.name, args.join(", ")));
        }
        match &body.kind {
            BodyKind::Fact(fact) => self.within("fact", |dump| {
                dump.optional_path("capability", fact.capability.as_ref());
                dump.optional_path("like", fact.like.as_ref());
                dump.entries(&fact.entries);
                dump.in_blocks(&fact.in_blocks);
            }),
            BodyKind::Service(service) => {
                self.within(format!("service{}", only(service.only.as_ref())), |dump| {
                    dump.optional_path("capability", service.capability.as_ref());
                    dump.optional_path("renamed from", service.renamed_from.as_ref());
                    dump.entries(&service.entries);
                    dump.lets(&service.lets);
                    dump.edges(&service.edges);
                    for expose in &service.exposes {
                        let host = expose
                            .host
                            .map(|host| format!(" at {}", dump.expr(host)))
                            .unwrap_or_default();
                        let head = format!(
                            "expose {}{host}{}",
                            expose.visibility,
                            only(expose.only.as_ref())
                        );
                        dump.within(head, |dump| dump.entries(&expose.entries));
                    }
                    dump.in_blocks(&service.in_blocks);
                    dump.patches(&service.patches);
                    for extra in &service.emits {
                        let more =
                            format!("{}{}", licence(&extra.licence), only(extra.only.as_ref()));
                        dump.emit(&extra.emit, &more);
                    }
                });
            }
            BodyKind::Defaults(defaults) => {
                let environments = paths(&defaults.environments);
                self.within(
                    format!(
                        "defaults for {} in [{environments}]",
                        defaults.target.text()
                    ),
                    |dump| {
                        dump.entries(&defaults.entries);
                    },
                );
            }
            BodyKind::Capability(capability) => {
                self.within(
                    format!("capability is [{}]", paths(&capability.is)),
                    |dump| dump.members(&capability.members),
                );
            }
            BodyKind::Implementation(implementation) => {
                let when = implementation
                    .when
                    .map(|when| format!(" when {}", self.expr(when)))
                    .unwrap_or_default();
                self.within(
                    format!("implementation of {}{when}", implementation.of.text()),
                    |dump| {
                        dump.members(&implementation.members);
                    },
                );
            }
            BodyKind::Extend(extend) => {
                self.within(format!("extend {}", extend.target.0), |dump| {
                    dump.fields("field", &extend.fields);
                });
            }
            BodyKind::Type(ty) => {
                let ty = self.ty(*ty);
                self.line(format!("type {ty}"));
            }
            BodyKind::Enum(variants) => self.within("enum", |dump| {
                for variant in variants {
                    dump.within(format!("member {}", variant.name), |dump| {
                        dump.fields("payload", &variant.payload);
                    });
                }
            }),
            BodyKind::Let(item) => self.lets(std::slice::from_ref(item)),
            BodyKind::Fn(function) => {
                let (result, value) = (self.ty(function.result), self.expr(function.value));
                self.within(format!("fn: {result} = {value}"), |dump| {
                    dump.fields("param", &function.params);
                });
            }
            BodyKind::Test(test) => self.within("test", |dump| {
                dump.lets(&test.lets);
                for expect in &test.expects {
                    let condition = dump.expr(expect.condition);
                    let otherwise = expect
                        .otherwise
                        .map(|message| format!(" else {}", dump.expr(message)))
                        .unwrap_or_default();
                    let only = only(expect.only.as_ref());
                    dump.line(format!("expect {condition}{only}{otherwise}"));
                }
            }),
            BodyKind::Guardrail(guardrail) => self.within("guardrail", |dump| {
                dump.entries(&guardrail.fields);
                dump.fields("input", &guardrail.inputs);
                dump.lets(&guardrail.lets);
                let clauses = dump.clauses(guardrail.each.as_slice());
                dump.line(clauses.trim_start());
                dump.requires(&guardrail.requires);
            }),
            BodyKind::Waiver(waiver) => self.within("waiver", |dump| dump.entries(&waiver.entries)),
            BodyKind::Enforce(enforce) => {
                let environments = paths(&enforce.environments);
                let head = format!("enforce {} in [{environments}]", enforce.target.text());
                self.within(head, |dump| dump.entries(&enforce.entries));
            }
            BodyKind::Later => self.line("later"),
            BodyKind::Broken => self.line("broken"),
        }
    }

    fn optional_path(&mut self, what: &str, path: Option<&Path>) {
        if let Some(path) = path {
            self.line(format!("{what} {}", path.text()));
        }
    }

    fn members(&mut self, members: &Members) {
        self.entries(&members.fields);
        self.fields("input", &members.inputs);
        for output in &members.outputs {
            let ty = output
                .ty
                .map(|ty| format!(": {}", self.ty(ty)))
                .unwrap_or_default();
            let value = output
                .value
                .map(|value| format!(" = {}", self.expr(value)))
                .unwrap_or_default();
            self.line(format!("output {}{ty}{value}", output.name));
        }
        self.lets(&members.lets);
        self.fields("edge", &members.edge);
        self.requires(&members.requires);
        for emit in &members.emits {
            self.emit(emit, "");
        }
        self.edges(&members.needs);
    }

    fn requires(&mut self, requires: &[super::RequireDecl]) {
        for require in requires {
            let otherwise = require
                .otherwise
                .map(|text| format!(" else {}", self.expr(text)))
                .unwrap_or_default();
            let fixes: Vec<String> = require
                .fixes
                .iter()
                .map(|(path, value)| format!(" fix {} = {}", self.keypath(path), self.expr(*value)))
                .collect();
            self.line(format!(
                "require {}{otherwise}{}",
                self.expr(require.condition),
                fixes.join("")
            ));
        }
    }

    fn emit(&mut self, emit: &EmitDecl, more: &str) {
        let each = emit
            .each
            .as_ref()
            .map(|each| {
                format!(
                    " for {}, {} in {}",
                    each.key.0,
                    each.value.0,
                    self.expr(each.map)
                )
            })
            .unwrap_or_default();
        let when = emit
            .when
            .map(|when| format!(" when {}", self.expr(when)))
            .unwrap_or_default();
        let head = format!("emit {}: {}{each}{when}{more}", emit.name, emit.ty.text());
        self.within(head, |dump| dump.entries(&emit.entries));
    }

    fn edges(&mut self, edges: &[EdgeDecl]) {
        for edge in edges {
            let target = match &edge.target {
                EdgeTarget::Owned(path) => format!("needs {}: {}", edge.alias, path.text()),
                EdgeTarget::Shared(path) => format!("needs {} = {}", edge.alias, path.text()),
                EdgeTarget::Elsewhere {
                    target,
                    environment,
                } => {
                    format!("needs {} = {}@{}", edge.alias, target.text(), environment.0)
                }
                EdgeTarget::Call(path) => format!("calls {} as {}", path.text(), edge.alias),
            };
            self.within(format!("{target}{}", only(edge.only.as_ref())), |dump| {
                dump.entries(&edge.entries);
            });
        }
    }

    fn lets(&mut self, lets: &[LetDecl]) {
        for item in lets {
            let ty = item
                .ty
                .map(|ty| format!(": {}", self.ty(ty)))
                .unwrap_or_default();
            self.line(format!("let {}{ty} = {}", item.name, self.expr(item.value)));
        }
    }

    fn in_blocks(&mut self, blocks: &[InBlock]) {
        for block in blocks {
            self.within(format!("in [{}]", paths(&block.environments)), |dump| {
                dump.entries(&block.entries);
                dump.patches(&block.patches);
            });
        }
    }

    fn patches(&mut self, patches: &[PatchDecl]) {
        for patch in patches {
            let more = format!("{}{}", licence(&patch.licence), only(patch.only.as_ref()));
            self.within(format!("patch {}{more}", patch.target.text()), |dump| {
                dump.entries(&patch.entries);
            });
        }
    }

    fn fields(&mut self, what: &str, fields: &[FieldDecl]) {
        for field in fields {
            let default = field
                .default
                .map(|default| format!(" = {}", self.expr(default)))
                .unwrap_or_default();
            let doc = field
                .doc
                .as_ref()
                .map(|doc| format!(" // {doc}"))
                .unwrap_or_default();
            self.line(format!(
                "{what} {}: {}{default}{doc}",
                field.name,
                self.ty(field.ty)
            ));
        }
    }

    fn entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            let guard = entry
                .guard
                .map(|guard| format!(" when {}", self.expr(guard)))
                .unwrap_or_default();
            let path = self.keypath(&entry.path);
            match &entry.op {
                EntryOp::Set(value) => self.line(format!("{path} = {}{guard}", self.expr(*value))),
                EntryOp::Append(value) => {
                    self.line(format!("{path} += {}{guard}", self.expr(*value)));
                }
                EntryOp::Spread(value) => self.line(format!("..{}{guard}", self.expr(*value))),
                EntryOp::Into(inner) => {
                    self.within(format!("{path}{guard}"), |dump| dump.entries(inner));
                }
            }
        }
    }

    fn keypath(&self, path: &[Segment]) -> String {
        let segments: Vec<String> = path
            .iter()
            .map(|segment| match &segment.kind {
                SegmentKind::Name(name) => name.to_string(),
                SegmentKind::Computed(key) => format!("[{}]", self.expr(*key)),
                SegmentKind::Index(key) => format!("at({})", self.expr(*key)),
            })
            .collect();
        segments.join(".")
    }

    fn ty(&self, id: TypeRefId) -> String {
        match &self.body.types[id.0 as usize] {
            TypeRef::Missing => "?!".to_owned(),
            TypeRef::Path(path, args) if args.is_empty() => path.text(),
            TypeRef::Path(path, args) => format!("{}<{}>", path.text(), self.types(args, ", ")),
            TypeRef::Optional(inner) => format!("({})?", self.ty(*inner)),
            TypeRef::Union(members) => self.types(members, " | "),
            TypeRef::Literal(text) => format!("{text:?}"),
            TypeRef::Record(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|field| {
                        let default = field
                            .default
                            .map(|value| format!(" = {}", self.expr(value)))
                            .unwrap_or_default();
                        format!("{}: {}{default}", field.name, self.ty(field.ty))
                    })
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            TypeRef::Bounded { base, low, high } => {
                format!(
                    "({} in {}..{})",
                    self.ty(*base),
                    self.expr(*low),
                    self.expr(*high)
                )
            }
            TypeRef::Matching { base, pattern, .. } => {
                format!("({} matching {pattern:?})", self.ty(*base))
            }
        }
    }

    fn types(&self, types: &[TypeRefId], separator: &str) -> String {
        types
            .iter()
            .map(|ty| self.ty(*ty))
            .collect::<Vec<_>>()
            .join(separator)
    }

    fn expr(&self, id: ExprId) -> String {
        match &self.body.exprs[id.0 as usize] {
            Expr::Missing => "?!".to_owned(),
            Expr::Name(name) => name.to_string(),
            Expr::Int(value) => value.to_string(),
            Expr::Float(value) => format!("{value:?}"),
            Expr::Quantity(quantity) => format!("<{quantity}>"),
            Expr::Ratio(ratio) => format!("<ratio {ratio:?}>"),
            Expr::Date(date) => date.to_string(),
            Expr::Bool(value) => value.to_string(),
            Expr::None => "none".to_owned(),
            Expr::Str(text) => format!("{text:?}"),
            Expr::Interpolation(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|part| match part {
                        StrPart::Text(text) => format!("{text:?}"),
                        StrPart::Expr(expr) => self.expr(*expr),
                    })
                    .collect();
                format!("str({})", parts.join(" "))
            }
            Expr::Address(text) => format!("<{text}>"),
            Expr::Field {
                base,
                name,
                optional,
                ..
            } => {
                format!(
                    "{}{}{name}",
                    self.expr(*base),
                    if *optional { "?." } else { "." }
                )
            }
            Expr::Index { base, index } => format!("{}[{}]", self.expr(*base), self.expr(*index)),
            Expr::Call { callee, args } => {
                let args: Vec<String> = args
                    .iter()
                    .map(|arg| {
                        let name = arg.name.as_ref().map(|(name, _)| name.as_str());
                        format!("{}{}", named(name), self.expr(arg.value))
                    })
                    .collect();
                format!("{}({})", self.expr(*callee), args.join(", "))
            }
            Expr::CallFor {
                callee,
                body,
                clauses,
            } => {
                format!(
                    "{}({}{})",
                    self.expr(*callee),
                    self.expr(*body),
                    self.clauses(clauses)
                )
            }
            Expr::Unary { op, operand } => format!("({op:?} {})", self.expr(*operand)),
            Expr::Binary { op, left, right } => {
                format!("({op:?} {} {})", self.expr(*left), self.expr(*right))
            }
            Expr::Range { from, to } => format!("({}..{})", self.expr(*from), self.expr(*to)),
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                format!(
                    "(if {} then {} else {})",
                    self.expr(*condition),
                    self.expr(*then),
                    self.expr(*otherwise)
                )
            }
            Expr::Match { scrutinee, arms } => {
                let arms: Vec<String> = arms
                    .iter()
                    .map(|arm| {
                        let patterns: Vec<String> = arm
                            .patterns
                            .iter()
                            .map(|pattern| pattern_text(&pattern.kind))
                            .collect();
                        format!("{} => {}", patterns.join(" | "), self.expr(arm.value))
                    })
                    .collect();
                format!(
                    "(match {} {{ {} }})",
                    self.expr(*scrutinee),
                    arms.join("; ")
                )
            }
            Expr::List(elements) => {
                let elements: Vec<String> = elements
                    .iter()
                    .map(|element| {
                        let guard = element
                            .guard
                            .map(|guard| format!(" when {}", self.expr(guard)))
                            .unwrap_or_default();
                        format!(
                            "{}{}{guard}",
                            if element.spread { ".." } else { "" },
                            self.expr(element.value)
                        )
                    })
                    .collect();
                format!("[{}]", elements.join(", "))
            }
            Expr::ListFor { body, clauses } => {
                format!("[{}{}]", self.expr(*body), self.clauses(clauses))
            }
            Expr::Record(entries) => {
                let mut inner = Dump {
                    body: self.body,
                    out: String::new(),
                    depth: 0,
                };
                inner.entries(entries);
                let lines: Vec<&str> = inner.out.lines().map(str::trim).collect();
                format!("{{{}}}", lines.join("; "))
            }
            Expr::MapFor {
                key,
                value,
                clauses,
            } => {
                format!(
                    "{{[{}] = {}{}}}",
                    self.expr(*key),
                    self.expr(*value),
                    self.clauses(clauses)
                )
            }
        }
    }

    fn clauses(&self, clauses: &[ForClause]) -> String {
        let clauses = clauses.iter().map(|clause| {
            let second = clause
                .second
                .as_ref()
                .map(|(name, _)| format!(", {name}"))
                .unwrap_or_default();
            let filter = clause
                .filter
                .map(|filter| format!(" where {}", self.expr(filter)))
                .unwrap_or_default();
            format!(
                " for {}{second} in {}{filter}",
                clause.first.0,
                self.expr(clause.source)
            )
        });
        clauses.collect()
    }
}

fn named(name: Option<&str>) -> String {
    name.map(|name| format!("{name} = ")).unwrap_or_default()
}

fn paths(paths: &[Path]) -> String {
    paths.iter().map(Path::text).collect::<Vec<_>>().join(", ")
}

fn only(only: Option<&Only>) -> String {
    only.map(|only| format!(" only in [{}]", paths(&only.environments)))
        .unwrap_or_default()
}

fn licence(licence: &Licence) -> String {
    let until = licence
        .until
        .map_or_else(|| "?!".to_owned(), |date| date.to_string());
    format!(" because {:?} until {until}", licence.because)
}

fn pattern_text(kind: &PatternKind) -> String {
    match kind {
        PatternKind::Wildcard => "_".to_owned(),
        PatternKind::Variant(name, binders) if binders.is_empty() => name.to_string(),
        PatternKind::Variant(name, binders) => {
            let binders: Vec<&str> = binders.iter().map(|(name, _)| name.as_str()).collect();
            format!("{name}({})", binders.join(", "))
        }
        PatternKind::Int(value) => value.to_string(),
        PatternKind::Str(text) => format!("{text:?}"),
    }
}
