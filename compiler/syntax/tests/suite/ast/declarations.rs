//! Declarations, entries, fields and types.

use plat_syntax::ast::*;

use super::{item, some, text, texts, token};

#[test]
fn uses() {
    let group = item!("use platform.{staging, prod}", Use);
    assert_eq!(
        group.path().map(|path| path.text()),
        Some("platform".to_owned())
    );
    let names: Vec<_> = group
        .group()
        .into_iter()
        .flat_map(|it| it.names())
        .map(|it| it.text().to_owned())
        .collect();
    assert_eq!(names, ["staging", "prod"]);
    let alias = item!("use std . data.Postgres as Pg", Use);
    assert_eq!(
        alias.path().map(|path| path.text()),
        Some("std.data.Postgres".to_owned())
    );
    assert_eq!(token(alias.path().and_then(|path| path.last())), "Postgres");
    assert_eq!(token(alias.alias()), "Pg");
}

#[test]
fn facts() {
    let team = item!(
        "/// Pays.\n///  Twice.\n// not a doc\n@a(1)\n@b\nteam payments { email = \"x\" }",
        Fact
    );
    assert_eq!(team.kind(), FactKind::Team);
    assert_eq!(token(team.name()), "payments");
    assert_eq!(team.docs().as_deref(), Some("Pays.\n Twice."));
    assert_eq!(
        team.annotations()
            .map(|it| token(it.name()))
            .collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert_eq!(
        team.annotations()
            .next()
            .and_then(|it| it.args())
            .map(|it| it.args().count()),
        Some(1)
    );
    let system = item!(
        "system shop: Tenant { ..base, a = 1\n in [x, y.z] { b = 2\n ..c } }",
        Fact
    );
    assert_eq!(
        (system.kind(), some(system.capability())),
        (FactKind::System, "Tenant".to_owned())
    );
    let body = system.body().expect("a body");
    assert_eq!(body.all().count(), 3);
    assert_eq!(texts(body.entries()), ["..base", "a = 1"]);
    let Some(FactEntry::InBlock(block)) = body.all().last() else {
        panic!("an `in` block")
    };
    assert_eq!(
        texts(block.environments().expect("environments")),
        ["x", "y.z"]
    );
    assert_eq!(block.body().map(|it| it.all().count()), Some(2));

    let environment = item!("environment prod: Cluster like base { a = 1 }", Environment);
    assert_eq!(some(environment.capability()), "Cluster");
    assert_eq!(some(environment.like()), "base");
    assert_eq!(environment.body().map(|it| it.fields().count()), Some(1));
    let external = item!("external paypal: Endpoint {}", External);
    assert_eq!(
        (token(external.name()), some(external.capability())),
        ("paypal".to_owned(), "Endpoint".to_owned())
    );
    let extend = item!("extend environment { a: int }", Extend);
    assert_eq!(token(extend.fact()), "environment");
    assert_eq!(extend.record().map(|it| it.fields().count()), Some(1));
}

#[test]
fn services() {
    let service = item!(
        "pub service s: std.Http only in [a, b] {\n f = 1\n let g = 2\n needs h: P { x = 1 } only in a\n needs i = j\n needs k = l@m\n calls n.o as p { q = 1 } only in b\n expose public at r { t = 1 } only in a\n in u { v = 1 }\n patch w because \"x\" until 2027-01-02 only in a { y = 1 }\n emit z: a.B because \"c\" until 2027-01-03 { d = 1 }\n renamed from e\n ..f\n}",
        Service
    );
    assert!(service.is_pub());
    assert_eq!(some(service.capability()), "std.Http");
    assert_eq!(texts(service.only_in().expect("environments")), ["a", "b"]);
    let mut kinds = Vec::new();
    for entry in service.body().expect("a body").all() {
        match entry {
            ServiceEntry::Field(it) => kinds.push(format!("field {}", some(it.path()))),
            ServiceEntry::Spread(it) => kinds.push(format!("spread {}", some(it.value()))),
            ServiceEntry::Let(it) => {
                kinds.push(format!("let {} {}", token(it.name()), some(it.value())));
            }
            ServiceEntry::Needs(it) => {
                let source = match it.source() {
                    Some(NeedsSource::Owned(path)) => format!("owned {}", text(&path)),
                    Some(NeedsSource::Shared(path)) => format!("shared {}", text(&path)),
                    Some(NeedsSource::Address(address)) => format!("address {}", text(&address)),
                    None => "nothing".to_owned(),
                };
                kinds.push(format!(
                    "needs {} {source} {} {}",
                    token(it.name()),
                    some(it.body()),
                    some(it.only())
                ));
            }
            ServiceEntry::Calls(it) => kinds.push(format!(
                "calls {} {} {} {}",
                some(it.target()),
                token(it.alias()),
                some(it.body()),
                some(it.only())
            )),
            ServiceEntry::Expose(it) => kinds.push(format!(
                "expose {} {} {} {}",
                token(it.audience()),
                some(it.host()),
                some(it.body()),
                some(it.only())
            )),
            ServiceEntry::InBlock(it) => kinds.push(format!(
                "in {}",
                it.environments().map_or(0, |it| it.count())
            )),
            ServiceEntry::Patch(it) => kinds.push(format!(
                "patch {} {} {} {} {}",
                some(it.target()),
                some(it.because()),
                it.until().map_or_else(String::new, |it| it.to_string()),
                some(it.only()),
                some(it.body())
            )),
            ServiceEntry::Extra(it) => kinds.push(format!(
                "emit {} {} {} {} {}",
                token(it.name()),
                some(it.ty()),
                some(it.because()),
                token(it.until_token()),
                some(it.body())
            )),
            ServiceEntry::Renamed(it) => kinds.push(format!("renamed {}", some(it.from()))),
        }
    }
    assert_eq!(
        kinds,
        [
            "field f",
            "let g 2",
            "needs h owned P { x = 1 } only in a",
            "needs i shared j - -",
            "needs k address l@m - -",
            "calls n.o p { q = 1 } only in b",
            "expose public r { t = 1 } only in a",
            "in 1",
            "patch w \"x\" 2027-01-02 only in a { y = 1 }",
            "emit z a.B \"c\" 2027-01-03 { d = 1 }",
            "renamed e",
            "spread f",
        ]
    );
    let defaults = item!("defaults for a.B in [c, d] { e = 1 }", Defaults);
    assert_eq!(some(defaults.capability()), "a.B");
    assert_eq!(
        texts(defaults.environments().expect("environments")),
        ["c", "d"]
    );
    assert_eq!(defaults.body().map(|it| it.fields().count()), Some(1));
    assert!(
        item!("defaults for a.B {}", Defaults)
            .environments()
            .is_none()
    );
}

#[test]
fn capabilities() {
    let capability = item!(
        "capability c is A, b.C {\n runbook = \"x\"\n /// Doc.\n @d input e: int in 1..5 = 3\n output f: U = g\n edge { h: int = 1 }\n require i else j fix k.l = 1 fix m = 2\n emit n: o.P for q, r in s when t { u = 1 }\n needs v: W\n let x = 1\n}",
        Capability
    );
    assert_eq!(texts(capability.contracts()), ["A", "b.C"]);
    let entries: Vec<_> = capability.body().expect("a body").all().collect();
    assert_eq!(entries.len(), 8);
    let CapEntry::Input(input) = &entries[1] else {
        panic!("an input")
    };
    assert_eq!(
        (token(input.name()), some(input.ty()), some(input.default())),
        ("e".into(), "int in 1..5".into(), "3".into())
    );
    assert_eq!(
        (input.docs().as_deref(), input.annotations().count()),
        (Some("Doc."), 1)
    );
    let CapEntry::Output(output) = &entries[2] else {
        panic!("an output")
    };
    assert_eq!(
        (some(output.ty()), some(output.value())),
        ("U".into(), "g".into())
    );
    let CapEntry::Edge(edge) = &entries[3] else {
        panic!("an edge")
    };
    let field = edge
        .record()
        .and_then(|it| it.fields().next())
        .expect("a field");
    assert_eq!(
        (token(field.name()), some(field.ty()), some(field.default())),
        ("h".into(), "int".into(), "1".into())
    );
    let CapEntry::Require(require) = &entries[4] else {
        panic!("a requirement")
    };
    assert_eq!(
        (some(require.condition()), some(require.message())),
        ("i".into(), "j".into())
    );
    let fixes: Vec<_> = require
        .fixes()
        .map(|fix| format!("{} {}", some(fix.path()), some(fix.value())))
        .collect();
    assert_eq!(fixes, ["k.l 1", "m 2"]);
    let CapEntry::Emit(emit) = &entries[5] else {
        panic!("an emission")
    };
    let clause = emit.for_clause().expect("for");
    assert_eq!(
        (
            token(clause.key()),
            token(clause.value()),
            some(clause.source())
        ),
        ("q".into(), "r".into(), "s".into())
    );
    assert_eq!(
        (some(emit.ty()), some(emit.condition()), some(emit.body())),
        ("o.P".into(), "t".into(), "{ u = 1 }".into())
    );

    let implementation = item!("implementation a of b.C when d { e = 1 }", Implementation);
    assert_eq!(
        (some(implementation.of()), some(implementation.condition())),
        ("b.C".into(), "d".into())
    );
    assert_eq!(implementation.body().map(|it| it.all().count()), Some(1));
}

#[test]
fn rules() {
    let guardrail = item!(
        "guardrail g { a = 1\n let b = 2\n for c, d in e where f\n require h }",
        Guardrail
    );
    let entries: Vec<_> = guardrail.body().expect("a body").all().collect();
    let RuleEntry::ForClause(clause) = &entries[2] else {
        panic!("a for clause")
    };
    assert_eq!(
        (token(clause.first()), token(clause.second())),
        ("c".into(), "d".into())
    );
    assert_eq!(
        (some(clause.source()), some(clause.condition())),
        ("e".into(), "f".into())
    );
    assert!(matches!(&entries[3], RuleEntry::Require(it) if it.message().is_none()));
    let parameters = item!(
        "guardrail g { input least: int in 1..9 = 2\n input = 3 }",
        Guardrail
    );
    let entries: Vec<_> = parameters.body().expect("a body").all().collect();
    let [RuleEntry::Input(input), RuleEntry::Field(_)] = &entries[..] else {
        panic!("an input, then a field of that name")
    };
    assert_eq!(
        (some(input.ty()), some(input.default())),
        ("int in 1..9".into(), "2".into())
    );
    let enforce = item!("enforce a.b in [c, d] { e = 1 }", Enforce);
    assert_eq!(some(enforce.target()), "a.b");
    assert_eq!(
        texts(enforce.environments().expect("environments")),
        ["c", "d"]
    );
    assert_eq!(enforce.body().map(|it| it.fields().count()), Some(1));
    assert!(item!("enforce a {}", Enforce).environments().is_none());
    assert!(item!("enforce a in b", Enforce).body().is_none());
    assert_eq!(
        item!("waiver w { a = 1 }", Waiver)
            .body()
            .map(|it| it.fields().count()),
        Some(1)
    );

    let migration = item!(
        "migration m for C { rename a to b.c\n move d to e\n drop f\n set g = 1\n h = 2 }",
        Migration
    );
    assert_eq!(some(migration.capability()), "C");
    let steps: Vec<_> = migration
        .body()
        .expect("a body")
        .all()
        .map(|entry| match entry {
            MigrationEntry::MigrationStep(it) => {
                format!(
                    "{:?} {} {} {}",
                    it.op(),
                    some(it.path()),
                    some(it.target()),
                    some(it.value())
                )
            }
            other => text(&other),
        })
        .collect();
    assert_eq!(
        steps,
        [
            "Some(Rename) a b.c -",
            "Some(Move) d e -",
            "Some(Drop) f - -",
            "Some(Set) g - 1",
            "h = 2"
        ]
    );

    let pipeline = item!(
        "pipeline p: Q { a = 1\n stage b when c { step d {}\n slot e {} } }",
        Pipeline
    );
    assert_eq!(some(pipeline.capability()), "Q");
    let Some(PipelineEntry::Stage(stage)) = pipeline.body().and_then(|it| it.all().last()) else {
        panic!("a stage")
    };
    assert_eq!(
        (stage.kind(), token(stage.name()), some(stage.condition())),
        (Some(StageKind::Stage), "b".into(), "c".into())
    );
    let kinds: Vec<_> = stage
        .body()
        .expect("a body")
        .all()
        .filter_map(|entry| match entry {
            PipelineEntry::Stage(it) => it.kind(),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [StageKind::Step, StageKind::Slot]);

    let test = item!(
        "test \"t\" { let a = 1\n service b: C {}\n team d {}\n environment e {}\n expect f only in e else g
          resource h: C {}\n external i {}\n expect j }",
        Test
    );
    assert_eq!(some(test.title()), "\"t\"");
    let entries: Vec<_> = test.body().expect("a body").all().collect();
    assert!(matches!(
        entries[..],
        [
            TestEntry::Let(_),
            TestEntry::Service(_),
            TestEntry::Fact(_),
            TestEntry::Environment(_),
            TestEntry::Expect(_),
            TestEntry::Resource(_),
            TestEntry::External(_),
            TestEntry::Expect(_)
        ]
    ));
    let TestEntry::Expect(expect) = &entries[4] else {
        panic!("an expectation")
    };
    assert_eq!(
        (some(expect.condition()), some(expect.message())),
        ("f".into(), "g".into())
    );
    let only: Vec<_> = expect.only_in().expect("an environment").collect();
    assert_eq!(only.len(), 1);
    let TestEntry::Expect(bare) = &entries[7] else {
        panic!("an expectation")
    };
    assert!(bare.only().is_none() && bare.message().is_none());
}

#[test]
fn types() {
    let declared = item!(
        "type t = \"a\" | list<map<string, int?>> | { b: c }?",
        TypeDecl
    );
    let ty = declared.ty().expect("a type");
    assert!(ty.is_optional() && ty.refinement().is_none());
    let atoms: Vec<_> = ty.atoms().collect();
    let [
        TypeAtom::LiteralType(literal),
        TypeAtom::PathType(list),
        TypeAtom::RecordType(record),
    ] = &atoms[..]
    else {
        panic!("{atoms:?}")
    };
    assert_eq!(some(literal.string()), "\"a\"");
    assert_eq!(
        (some(list.path()), texts(list.args())),
        ("list".into(), vec!["map<string, int?>".to_owned()])
    );
    assert_eq!(record.fields().count(), 1);
    let Some(Refinement::InRefinement(range)) = item!("type t = int in -1..5", TypeDecl)
        .ty()
        .and_then(|it| it.refinement())
    else {
        panic!("a range")
    };
    assert_eq!(
        (some(range.low()), some(range.high())),
        ("-1".into(), "5".into())
    );
    let Some(Refinement::MatchingRefinement(matching)) =
        item!("type t = string matching #\"^\\d$\"#", TypeDecl)
            .ty()
            .and_then(|it| it.refinement())
    else {
        panic!("a pattern")
    };
    assert_eq!(
        matching
            .pattern()
            .and_then(|it| it.plain())
            .map(|it| it.text)
            .as_deref(),
        Some(r"^\d$")
    );

    let variants: Vec<_> = item!("enum e {\n /// Doc.\n a(b: int = 1, c: d)\n f\n}", Enum)
        .variants()
        .collect();
    assert_eq!(
        (token(variants[0].name()), variants[0].docs().as_deref()),
        ("a".into(), Some("Doc."))
    );
    let params: Vec<_> = variants[0]
        .params()
        .map(|it| {
            format!(
                "{} {} {}",
                token(it.name()),
                some(it.ty()),
                some(it.default())
            )
        })
        .collect();
    assert_eq!(params, ["b int 1", "c d -"]);
    assert!(variants[1].param_list().is_none());

    let function = item!("fn f(a: int): string = b", Fn);
    assert_eq!(
        (
            function.params().count(),
            some(function.result()),
            some(function.body())
        ),
        (1, "string".into(), "b".into())
    );
    let binding = item!("let a: int = 1", Let);
    assert_eq!(
        (some(binding.ty()), some(binding.value())),
        ("int".into(), "1".into())
    );
}

#[test]
fn fields() {
    let waiver = item!(
        "waiver w {\n a.\"b c\"[d].e = 1 when f\n [g] += 2\n h { i = 3 } when j\n ..k when l\n m = n\n}",
        Waiver
    );
    let entries: Vec<_> = waiver.body().expect("a body").entries().collect();
    let FieldEntry::Field(first) = &entries[0] else {
        panic!("a field")
    };
    let segments: Vec<_> = first
        .path()
        .expect("a path")
        .segments()
        .map(|segment| match segment {
            KeySegment::NameKey(it) => format!("name {}", token(it.name())),
            KeySegment::StringKey(it) => format!(
                "string {}",
                it.string()
                    .and_then(|it| it.plain())
                    .map_or(String::new(), |it| it.text)
            ),
            KeySegment::ComputedKey(it) => format!("computed {}", some(it.expr())),
            KeySegment::IndexKey(it) => format!("index {}", some(it.expr())),
        })
        .collect();
    assert_eq!(segments, ["name a", "string b c", "index d", "name e"]);
    assert_eq!(
        (first.op(), some(first.value()), some(first.condition())),
        (Some(FieldOp::Replace), "1".into(), "f".into())
    );
    let FieldEntry::Field(second) = &entries[1] else {
        panic!("a field")
    };
    assert_eq!(
        (second.op(), some(second.value())),
        (Some(FieldOp::Append), "2".into())
    );
    assert!(matches!(
        second.path().and_then(|it| it.segments().next()),
        Some(KeySegment::ComputedKey(_))
    ));
    let FieldEntry::Field(third) = &entries[2] else {
        panic!("a field")
    };
    assert_eq!(
        (third.op(), some(third.block()), some(third.condition())),
        (Some(FieldOp::Combine), "{ i = 3 }".into(), "j".into())
    );
    let FieldEntry::Spread(spread) = &entries[3] else {
        panic!("a spread")
    };
    assert_eq!(
        (some(spread.value()), some(spread.condition())),
        ("k".into(), "l".into())
    );
    let FieldEntry::Field(last) = &entries[4] else {
        panic!("a field")
    };
    assert_eq!(token(last.path().and_then(|it| it.as_name())), "m");
    assert_eq!(first.path().and_then(|it| it.as_name()), None);

    let broken = plat_syntax::parse("waiver w { a: 1 }");
    let Some(Item::Waiver(waiver)) = broken.tree().items().next() else {
        panic!("a waiver")
    };
    let field = waiver
        .body()
        .and_then(|it| it.fields().next())
        .expect("a field");
    assert_eq!((field.op(), some(field.value())), (None, "1".into()));
}
