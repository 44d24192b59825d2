//! The places of the grammar that could be read in two ways, each marked `[A..]` there, as a table.

use plat_syntax::{
    NodeOrToken, SyntaxKind, SyntaxNode,
    ast::{AstNode, Expr, HasFields, Item},
    lexer::lex,
};

/// The tokens of a text, without white space, by kind and text.
fn tokens(text: &str) -> String {
    let mut offset = 0;
    let mut shown = Vec::new();
    for token in lex(text).tokens {
        let piece = &text[offset..offset + token.len as usize];
        offset += token.len as usize;
        if token.kind != SyntaxKind::WHITESPACE {
            shown.push(format!("{:?}({})", token.kind, piece.escape_debug()));
        }
    }
    shown.join(" ")
}

/// The shape of an expression: one pair of parentheses per node, tokens as they are.
fn shape(node: &SyntaxNode) -> String {
    let parts: Vec<String> = node
        .children_with_tokens()
        .filter(|it| !it.kind().is_trivia())
        .map(|it| match it {
            NodeOrToken::Node(node) => shape(&node),
            NodeOrToken::Token(token) => token.text().to_owned(),
        })
        .collect();
    match parts.as_slice() {
        [single] => single.clone(),
        _ => format!("({})", parts.join(" ")),
    }
}

#[track_caller]
fn expression(text: &str) -> String {
    let parse = crate::parse_clean(&format!("let x = {text}"));
    let Some(Item::Let(item)) = parse.tree().items().next() else {
        panic!("{text}")
    };
    shape(item.value().as_ref().map(Expr::syntax).expect(text))
}

/// The names of the fields of `x { … }`, or what else its entries are.
#[track_caller]
fn entries(text: &str) -> Vec<String> {
    let parse = crate::parse_clean(&format!("waiver x {{\n{text}\n}}"));
    let Some(Item::Waiver(waiver)) = parse.tree().items().next() else {
        panic!("{text}")
    };
    waiver
        .body()
        .expect("a body")
        .entries()
        .map(|entry| shape(entry.syntax()))
        .collect()
}

#[test]
fn a1_a_glued_minus_belongs_to_the_word() {
    assert_eq!(
        tokens("a-b a - b a -b 2x-y"),
        "IDENT(a-b) IDENT(a) MINUS(-) IDENT(b) IDENT(a) NEG(-) IDENT(b) BAD_LITERAL(2x) MINUS(-) IDENT(y)"
    );
    assert_eq!(expression("a - b"), "(a - b)");
    assert_eq!(expression("-a - -b"), "((- a) - (- b))");
}

#[test]
fn a1_a5_dates_come_before_numbers() {
    assert_eq!(
        tokens("2027-03-01 2027 1_000"),
        "DATE(2027-03-01) INT(2027) INT(1_000)"
    );
    assert_eq!(
        tokens("2027-3-1 10-2"),
        "BAD_LITERAL(2027-3-1) BAD_LITERAL(10-2)"
    );
}

#[test]
fn a2_the_longest_unit_wins() {
    assert_eq!(
        tokens("5m 5min 5ms 5Mi 5MB 70% 120USD 1.5cpu 5rps"),
        "QUANTITY(5m) QUANTITY(5min) QUANTITY(5ms) QUANTITY(5Mi) QUANTITY(5MB) QUANTITY(70%) QUANTITY(120USD) QUANTITY(1.5cpu) QUANTITY(5rps)"
    );
    assert_eq!(tokens("5minutes"), "BAD_LITERAL(5minutes)");
}

#[test]
fn a4_ranges_need_no_spaces() {
    assert_eq!(
        tokens("1..50 1.5..2.5 1Gi..2Gi"),
        "INT(1) DOT_DOT(..) INT(50) FLOAT(1.5) DOT_DOT(..) FLOAT(2.5) QUANTITY(1Gi) DOT_DOT(..) QUANTITY(2Gi)"
    );
    assert_eq!(expression("1..a + 1"), "(1 .. (a + 1))");
}

#[test]
fn a6_strings_nest_in_interpolations() {
    assert_eq!(
        tokens(r#""a\(f("b"))c""#),
        r#"STR_START(\") STR_TEXT(a) INTERP_START(\\() IDENT(f) CALL_OPEN(() STR_START(\") STR_TEXT(b) STR_END(\") R_PAREN()) INTERP_END()) STR_TEXT(c) STR_END(\")"#
    );
}

#[test]
fn a7_in_refines_a_type_and_tests_a_value() {
    crate::parse_clean("capability C {\n  input a: int in 0..5 = 3\n  let b = a in xs\n}");
    assert_eq!(expression("a in 1..5"), "(a in (1 .. 5))");
    assert_eq!(expression("not a not in b"), "(not (a not in b))");
}

#[test]
fn a8_addresses_are_one_token() {
    assert_eq!(
        tokens(r#"a.b@prod/server/volume["x"]:spec.a a@prod / 2 x@y:"#),
        r#"ADDRESS(a.b@prod/server/volume[\"x\"]:spec.a) ADDRESS(a@prod) SLASH(/) INT(2) ADDRESS(x@y) COLON(:)"#
    );
    assert_eq!(
        tokens("@stable(x)"),
        "AT(@) IDENT(stable) CALL_OPEN(() IDENT(x) R_PAREN())"
    );
}

#[test]
fn a9_words_are_names_where_nothing_else_fits() {
    for word in [
        "and", "or", "in", "if", "match", "for", "when", "true", "none", "needs", "let", "type",
        "service",
    ] {
        assert_eq!(entries(&format!("{word} = 1")), [format!("({word} = 1)")]);
        assert_eq!(
            entries(&format!("{word}.x = 1")),
            [format!("(({word} . x) = 1)")]
        );
        assert_eq!(
            entries(&format!("{word} {{ a = 1 }}")),
            [format!("({word} ({{ (a = 1) }}))")]
        );
        assert_eq!(
            entries(&format!("{word}[\"x\"] = 1")),
            [format!("(({word} ([ (\" x \") ])) = 1)")]
        );
    }
    for (text, kind) in [
        ("level = 3", SyntaxKind::FIELD),
        ("in { a = 1 }", SyntaxKind::FIELD),
        ("needs.x = 1", SyntaxKind::FIELD),
        ("needs x: Y", SyntaxKind::NEEDS),
        ("in prod { a = 1 }", SyntaxKind::IN_BLOCK),
        ("in [a, b] { a = 1 }", SyntaxKind::IN_BLOCK),
        ("let = 1", SyntaxKind::FIELD),
        ("expose public", SyntaxKind::EXPOSE),
    ] {
        let parse = crate::parse_clean(&format!("service s: X {{\n{text}\n}}"));
        let body = parse
            .syntax()
            .descendants()
            .find(|it| it.kind() == SyntaxKind::SERVICE_BODY)
            .expect("a body");
        assert_eq!(body.first_child().map(|it| it.kind()), Some(kind), "{text}");
    }
    let parse = crate::parse_clean("capability c {\nrequire { a = 1 }\nedge { a: int }\n}");
    let kinds: Vec<_> = parse.syntax().descendants().map(|it| it.kind()).collect();
    assert!(kinds.contains(&SyntaxKind::EDGE) && !kinds.contains(&SyntaxKind::REQUIRE));
}

#[test]
fn a11_computed_keys_have_brackets() {
    assert_eq!(
        entries("[k] = 1, a[k] = 2, \"q\".b = 3"),
        [
            "(([ k ]) = 1)".to_owned(),
            "((a ([ k ])) = 2)".to_owned(),
            "(((\" q \") . b) = 3)".to_owned()
        ]
    );
}

#[test]
fn a12_a13_for_comes_before_when() {
    crate::parse_clean("capability c {\n  emit x: T for k, v in m when v.ok { a = k }\n}");
    crate::parse_clean(
        "guardrail g {\n  level { warn = 2026-01-01, deny = 2026-07-01 }\n  for s in xs\n  where s.ok\n  require s.a else \"b\"\n}",
    );
}

#[test]
fn a14_glue_tells_calls_from_values() {
    assert_eq!(
        tokens("f(a) f (a) a[0] a [0] )( ]["),
        "IDENT(f) CALL_OPEN(() IDENT(a) R_PAREN()) IDENT(f) L_PAREN(() IDENT(a) R_PAREN()) IDENT(a) INDEX_OPEN([) INT(0) R_BRACKET(]) IDENT(a) L_BRACKET([) INT(0) R_BRACKET(]) R_PAREN()) CALL_OPEN(() R_BRACKET(]) INDEX_OPEN([)"
    );
    assert_eq!(
        expression("f(a)[0].b(c)"),
        "((((f (( a ))) [ 0 ]) . b) (( c )))"
    );
    assert_eq!(expression("not(a)"), "(not (( a )))");
}

#[test]
fn a15_lines_are_joined_by_what_stands_around_them() {
    for text in [
        "a =\n 1",
        "a = b\n ++ c",
        "a = b\n ?? c",
        "a = b +\n c",
        "a = b\n .c",
        "a = b\n and c",
        "a = b and\n c",
        "a = if b\n then c\n else d",
        "a = (b\n - c)",
        "a = [b,\n c]",
        "a = f(\n b\n)",
        "a = b\n when c",
        "a = b >\n c",
        "a = b not in\n c",
        "a =\n\n // why\n 1",
    ] {
        assert_eq!(entries(text).len(), 1, "{text}");
    }
    for text in [
        "a = b\nc = d",
        "a = b\nand = d",
        "a = b\nwhen.x = d",
        "a { x = 1 }\n\nfix { y = 1 }",
        "a = b.in\nc = 1",
        "a = 1\n..b",
    ] {
        assert_eq!(entries(text).len(), 2, "{text}");
    }
    // `>` ends a type as well as it compares.
    crate::parse_clean(
        "capability c {\n  input a: list<int>\n  input b: int\n}\ntype A = list<int>\ntype B = int\n",
    );
    // Some words leave a line open, but not as the name of a variant at the end of its line.
    crate::parse_clean("enum E {\n  in\n  not\n  or\n}\n");
}

#[test]
fn a16_a_call_may_be_a_comprehension() {
    assert_eq!(
        expression("all(p for x in xs where q)"),
        "(all (( p (for x in xs where q) )))"
    );
    assert_eq!(expression("f(a = 1, b,)"), "(f (( (a = 1) , b , )))");
}

#[test]
fn operators_bind_as_the_grammar_says() {
    for (text, expected) in [
        ("a or b and c", "(a or (b and c))"),
        ("not a == b and c", "((not (a == b)) and c)"),
        ("a ?? b == c", "((a ?? b) == c)"),
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("a ++ b ++ c", "((a ++ b) ++ c)"),
        ("-a.b", "(- (a . b))"),
        ("a?.b ?? c", "((a ?. b) ?? c)"),
        (
            "if a then b else if c then d else e",
            "(if a then b else (if c then d else e))",
        ),
        (
            "match a { b | c(d) => e, _ => f }",
            "(match a { (b | (c ( d )) => e) , (_ => f) })",
        ),
        ("a in b or c", "((a in b) or c)"),
        (
            "{ [k] = v for k, v in m where c }",
            "({ (([ k ]) = v) (for k , v in m where c) })",
        ),
        ("[..a, b when c]", "([ (.. a) , (b (when c)) ])"),
        ("a / 2 / b", "((a / 2) / b)"),
    ] {
        assert_eq!(expression(text), expected, "{text}");
    }
}

#[test]
fn words_of_the_grammar_name_everything() {
    crate::parse_clean(
        "service service: service { needs needs: needs { in = 1 } }\nlet let = 1\nteam team {}\nenum enum { enum }\nfn fn(fn: fn): fn = fn\ntype type = type\nuse use.use\n",
    );
}
