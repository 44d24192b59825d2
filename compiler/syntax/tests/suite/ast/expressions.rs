//! Expressions and literals.

use plat_syntax::{Address, AddressStep, ast::*, lexer::Date};

use super::{item, some, text, token};

fn expr(source: &str) -> Expr {
    item!(&format!("let x = {source}"), Let)
        .value()
        .expect("a value")
}

#[test]
fn operators_and_access() {
    for (source, op) in [
        ("a or b", BinaryOp::Or),
        ("a and b", BinaryOp::And),
        ("a == b", BinaryOp::Eq),
        ("a != b", BinaryOp::Ne),
        ("a < b", BinaryOp::Lt),
        ("a <= b", BinaryOp::Le),
        ("a > b", BinaryOp::Gt),
        ("a >= b", BinaryOp::Ge),
        ("a in b", BinaryOp::In),
        ("a not in b", BinaryOp::NotIn),
        ("a ?? b", BinaryOp::Coalesce),
        ("a + b", BinaryOp::Add),
        ("a - b", BinaryOp::Sub),
        ("a ++ b", BinaryOp::Concat),
        ("a * b", BinaryOp::Mul),
        ("a / b", BinaryOp::Div),
    ] {
        let Expr::BinaryExpr(binary) = expr(source) else {
            panic!("{source}")
        };
        assert_eq!(
            (binary.op(), some(binary.left()), some(binary.right())),
            (Some(op), "a".into(), "b".into())
        );
        assert_eq!(source, format!("a {} b", op.text()));
    }
    let Expr::UnaryExpr(not) = expr("not a") else {
        panic!()
    };
    assert_eq!((not.op(), some(not.operand())), (UnaryOp::Not, "a".into()));
    let Expr::UnaryExpr(neg) = expr("-a") else {
        panic!()
    };
    assert_eq!((neg.op(), some(neg.operand())), (UnaryOp::Neg, "a".into()));
    let Expr::RangeExpr(range) = expr("a..b") else {
        panic!()
    };
    assert_eq!(
        (some(range.low()), some(range.high())),
        ("a".into(), "b".into())
    );
    let Expr::FieldAccess(access) = expr("a.b?.c") else {
        panic!()
    };
    assert_eq!(
        (
            some(access.receiver()),
            token(access.field()),
            access.is_optional()
        ),
        ("a.b".into(), "c".into(), true)
    );
    let Expr::IndexExpr(index) = expr("a[b]") else {
        panic!()
    };
    assert_eq!(
        (some(index.base()), some(index.index())),
        ("a".into(), "b".into())
    );
    let Expr::ParenExpr(paren) = expr("(a)") else {
        panic!()
    };
    assert_eq!(some(paren.inner()), "a");
    let Expr::NameRef(name) = expr("a") else {
        panic!()
    };
    assert_eq!(token(name.name()), "a");
}

#[test]
fn calls_and_collections() {
    let Expr::CallExpr(call) = expr("f(a, b = c)") else {
        panic!()
    };
    let args = call.arg_list().expect("arguments");
    let shown: Vec<_> = args
        .args()
        .map(|it| format!("{} {}", token(it.name()), some(it.value())))
        .collect();
    assert_eq!(
        (some(call.callee()), shown),
        ("f".into(), vec!["- a".to_owned(), "b c".to_owned()])
    );
    let Expr::CallExpr(all) = expr("all(p for x in xs where q)") else {
        panic!()
    };
    let args = all.arg_list().expect("arguments");
    assert_eq!((args.args().count(), args.for_clauses().count()), (1, 1));

    let Expr::ListExpr(list) = expr("[a, ..b, c when d]") else {
        panic!()
    };
    let shown: Vec<_> = list
        .elements()
        .map(|it| {
            format!(
                "{} {} {}",
                it.is_spread(),
                some(it.value()),
                some(it.condition())
            )
        })
        .collect();
    assert_eq!(shown, ["false a -", "true b -", "false c d"]);
    let Expr::ListExpr(comprehension) = expr("[f(x) for x in xs for k, v in m where c]") else {
        panic!()
    };
    let clauses: Vec<_> = comprehension
        .for_clauses()
        .map(|it| {
            format!(
                "{} {} {} {}",
                token(it.first()),
                token(it.second()),
                some(it.source()),
                some(it.condition())
            )
        })
        .collect();
    assert_eq!(clauses, ["x - xs -", "k v m c"]);
    let Expr::RecordExpr(record) = expr("{ a = 1, ..b }") else {
        panic!()
    };
    assert_eq!((record.entries().count(), record.fields().count()), (2, 1));
    let Expr::RecordComprehension(made) = expr("{ [k] = v for k, v in m }") else {
        panic!()
    };
    assert_eq!(
        (some(made.field()), made.for_clauses().count()),
        ("[k] = v".into(), 1)
    );

    let Expr::IfExpr(choice) = expr("if a then b else c") else {
        panic!()
    };
    assert_eq!(
        (
            some(choice.condition()),
            some(choice.then_value()),
            some(choice.else_value())
        ),
        ("a".into(), "b".into(), "c".into())
    );
    let Expr::MatchExpr(matched) = expr("match a { b(c, _) | 1 | \"d\" => e }") else {
        panic!()
    };
    assert_eq!(some(matched.scrutinee()), "a");
    let arm = matched.arms().next().expect("an arm");
    assert_eq!(some(arm.value()), "e");
    let kinds: Vec<_> = arm
        .patterns()
        .map(|pattern| match pattern.kind() {
            Some(PatternKind::Name(name, names)) => {
                format!(
                    "{} {}",
                    name.text(),
                    names
                        .iter()
                        .map(|it| it.text())
                        .collect::<Vec<_>>()
                        .join(" ")
                )
            }
            Some(PatternKind::Int(value)) => format!("{value:?}"),
            Some(PatternKind::Str(string)) => text(&string),
            None => "-".to_owned(),
        })
        .collect();
    assert_eq!(kinds, ["b c _", "Some(1)", "\"d\""]);
}

#[test]
fn literals() {
    let value = |source: &str| match expr(source) {
        Expr::Literal(literal) => literal.value(),
        other => panic!("{other:?}"),
    };
    assert_eq!(value("42"), LiteralValue::Int(42));
    assert_eq!(value("1_000"), LiteralValue::Int(1000));
    assert_eq!(value("0o755"), LiteralValue::Int(0o755));
    assert_eq!(value("9223372036854775807"), LiteralValue::Int(i64::MAX));
    assert_eq!(value("1_0.50"), LiteralValue::Float("10.50".to_owned()));
    assert_eq!(value("true"), LiteralValue::Bool(true));
    assert_eq!(value("false"), LiteralValue::Bool(false));
    assert_eq!(value("none"), LiteralValue::None);
    assert_eq!(
        value("2028-02-29"),
        LiteralValue::Date(Date {
            year: 2028,
            month: 2,
            day: 29
        })
    );
    let LiteralValue::Quantity(quantity) = value("1_5.5Gi") else {
        panic!()
    };
    assert_eq!(
        (quantity.number.as_str(), quantity.unit.as_str()),
        ("15.5", "Gi")
    );
    assert_eq!(u32::from(quantity.unit_range.start()), 13);
    let LiteralValue::Quantity(ratio) = value("70%") else {
        panic!()
    };
    assert_eq!((ratio.number.as_str(), ratio.unit.as_str()), ("70", "%"));
    let bad = plat_syntax::parse("let x = 9223372036854775808");
    assert_eq!(bad.errors.len(), 1);
    let Some(Item::Let(item)) = bad.tree().items().next() else {
        panic!()
    };
    assert!(matches!(item.value(), Some(Expr::Literal(it)) if it.value() == LiteralValue::Bad));
}

#[test]
fn addresses() {
    let Expr::AddressLit(literal) = expr("a.b@prod/server/volume[\"x y\"]:spec.c") else {
        panic!()
    };
    let address = literal.address().expect("an address");
    assert_eq!(address.path, ["a", "b"]);
    assert_eq!(address.environment.as_deref(), Some("prod"));
    assert_eq!(
        address.object,
        [
            AddressStep {
                name: "server".to_owned(),
                key: None
            },
            AddressStep {
                name: "volume".to_owned(),
                key: Some("x y".to_owned())
            },
        ]
    );
    assert_eq!(address.value, ["spec", "c"]);
    for whole in [
        "checkout",
        "payments.checkout",
        "checkout@prod",
        "checkout:scale.min",
        "a-b@c/d[\"e\"]:f",
        "std.workload.HttpService:port",
    ] {
        assert_eq!(
            Address::parse(whole).map(|it| it.to_string()).as_deref(),
            Some(whole)
        );
    }
    for broken in [
        "",
        "@prod",
        "a@",
        "a.",
        "a@b/",
        "a/b",
        "a@b/c[\"d\"",
        "a:",
        "a b",
        "a@b ",
        "1a",
        "a@b/c[\"\"d\"]",
    ] {
        assert_eq!(Address::parse(broken), None, "{broken}");
    }
}

#[test]
fn pointers_find_their_node_again() {
    let parse = crate::parse_clean(crate::EXAMPLES[1].1);
    let root = parse.syntax();
    for node in root.descendants() {
        let pointer = plat_syntax::SyntaxNodePtr::new(&node);
        let again = pointer.try_to_node(&root).expect("the same tree");
        assert_eq!(
            (again.kind(), again.text_range()),
            (node.kind(), node.text_range())
        );
    }
}
