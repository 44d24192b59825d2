//! Random texts: well-formed ones, by the grammar, and soups of its tokens.

use proptest::{
    prelude::*,
    sample::select,
    strategy::{BoxedStrategy, Strategy},
};

/// A name; most of them are words with a role elsewhere.
fn name() -> BoxedStrategy<String> {
    select(vec![
        "a",
        "b",
        "port",
        "shop-front",
        "in1",
        "level",
        "type",
        "service",
        "needs",
        "let",
        "emit",
        "at",
        "fix",
        "only",
        "is",
        "of",
    ])
    .prop_map(str::to_owned)
    .boxed()
}

/// A name that is none of the words that no expression may be.
fn key() -> BoxedStrategy<String> {
    prop_oneof![4 => name(), 1 => select(vec!["in", "if", "when", "true", "for", "match"]).prop_map(str::to_owned), 1 => Just("\"q k\"".to_owned())].boxed()
}

fn gap() -> BoxedStrategy<String> {
    select(vec![" ", "  ", " ", " ", "\t"])
        .prop_map(str::to_owned)
        .boxed()
}

/// What may stand between two entries of a block.
fn separator() -> BoxedStrategy<String> {
    select(vec![
        "\n",
        "\n\n",
        ", ",
        "\n  ",
        "\n// note\n",
        " // behind\n",
        ",\n",
        "\n\n\n/// doc\n",
        "\r\n",
    ])
    .prop_map(str::to_owned)
    .boxed()
}

fn literal() -> BoxedStrategy<String> {
    select(vec![
        "1",
        "0o755",
        "1_000",
        "1.5",
        "250m",
        "70%",
        "20Gi",
        "30s",
        "2027-03-01",
        "true",
        "none",
        "\"text\"",
        "\"a\\tb\"",
        "\"x\\(a.b)y\"",
        "#\"raw \\ \\#(a)\"#",
        "\"\"\"\n    one\n      two\n    \"\"\"",
        "billing@prod",
        "[]",
        "{}",
    ])
    .prop_map(str::to_owned)
    .boxed()
}

/// An expression.
pub(crate) fn expression() -> BoxedStrategy<String> {
    let leaf = prop_oneof![literal(), name()];
    leaf.prop_recursive(4, 48, 4, |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..4);
        let break_ = select(vec![" ", " ", "\n  "]);
        let inner_break = select(vec!["", " ", "\n", "\n // c\n"]);
        prop_oneof![
            (
                inner.clone(),
                select(vec!["+", "-", "*", "/", "++", "??", "or", "and"]),
                gap(),
                inner.clone()
            )
                .prop_map(|(a, op, gap, b)| format!("({a}) {op}{gap}({b})")),
            (
                inner.clone(),
                break_,
                select(vec!["++", "or", "and", "??"]),
                inner.clone()
            )
                .prop_map(|(a, gap, op, b)| format!("({a}){gap}{op} ({b})")),
            (inner.clone(), inner_break.clone()).prop_map(|(a, gap)| format!("({gap}{a}{gap})")),
            (list.clone(), inner_break.clone())
                .prop_map(|(items, gap)| format!("[{gap}{}{gap}]", items.join(&format!(",{gap}")))),
            (name(), list.clone(), inner_break.clone()).prop_map(|(f, args, gap)| format!(
                "{f}({gap}{}{gap})",
                args.join(&format!(",{gap}"))
            )),
            (name(), name(), inner.clone()).prop_map(|(f, n, a)| format!("{f}(x, {n} = {a})")),
            (inner.clone(), name()).prop_map(|(a, n)| format!("({a}).{n}?.x[0]")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("if {a} then {b} else {c}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!(
                "match ({a}) {{ x(y) | z => {b}, \"q\" => 1\n _ => 2 }}"
            )),
            (inner.clone(), inner.clone(), inner_break)
                .prop_map(|(a, b, gap)| format!("[{a} for x in ({b}){gap} where x]")),
            proptest::collection::vec((key(), inner.clone(), separator()), 0..3).prop_map(
                |entries| block(
                    &entries
                        .into_iter()
                        .map(|(key, value, separator)| (format!("{key} = {value}"), separator))
                        .collect::<Vec<_>>()
                )
            ),
            inner
                .clone()
                .prop_map(|a| format!("{{ [k] = {a} for k, v in m }}")),
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.prop_map(|a| format!("-({a})")),
        ]
    })
    .boxed()
}

fn block(entries: &[(String, String)]) -> String {
    let mut text = "{ ".to_owned();
    for (entry, separator) in entries {
        text += entry;
        text += separator;
    }
    text + "}"
}

/// A whole declaration.
pub(crate) fn item() -> BoxedStrategy<String> {
    let entry = prop_oneof![
        (key(), expression()).prop_map(|(k, e)| format!("{k} = {e}")),
        (key(), expression(), expression()).prop_map(|(k, e, c)| format!("{k}.x += {e} when {c}")),
        (key(), key(), expression()).prop_map(|(k, l, e)| format!("{k} {{ {l} = {e} }}")),
        expression().prop_map(|e| format!("..({e})")),
    ];
    let clause = prop_oneof![
        (name(), expression())
            .prop_map(|(n, e)| format!("needs {n}: Postgres {{ a = {e} }} only in [x, y]")),
        (name(), expression()).prop_map(|(n, e)| format!("expose public at ({e}) {{ {n} = 1 }}")),
        (name(), expression()).prop_map(|(n, e)| format!("in [{n}, z] {{ a = {e}\n b = 1 }}")),
        expression().prop_map(|e| format!(
            "patch x because \"why\"\n until 2027-01-01 {{ a[\"b\"] = {e} }}"
        )),
        expression().prop_map(|e| format!("let a: list<int>? = {e}")),
    ];
    let member = prop_oneof![
        (name(), expression()).prop_map(|(n, e)| format!("input {n}: int in 1..5 = {e}")),
        (name(), expression()).prop_map(|(n, e)| format!("@a\n output {n}: \"x\" | \"y\" = {e}")),
        (expression(), expression())
            .prop_map(|(a, b)| format!("require ({a})\n else ({b}) fix a.b = 1")),
        (name(), expression(), expression()).prop_map(|(n, a, b)| format!(
            "emit {n}: k.v1.T for k, v in m when ({a}) {{ x = {b} }}"
        )),
    ];
    let body = |entries: BoxedStrategy<String>| {
        proptest::collection::vec((entries, separator()), 0..4).prop_map(|entries| block(&entries))
    };
    let entry = entry.boxed();
    let of_service = prop_oneof![entry.clone(), clause].boxed();
    let of_capability = prop_oneof![entry.clone(), member].boxed();
    prop_oneof![
        (name(), body(of_service))
            .prop_map(|(n, b)| format!("service {n}: HttpService only in prod {b}")),
        (name(), body(of_capability))
            .prop_map(|(n, b)| format!("/// Doc.\npub capability {n} is A, B {b}")),
        (name(), body(entry)).prop_map(|(n, b)| format!("@x(y = 1)\nteam {n} {b}")),
        (name(), expression()).prop_map(|(n, e)| format!("let {n} = {e}")),
        (name(), expression()).prop_map(|(n, e)| format!("fn f({n}: int, x: T = 1): int = {e}")),
    ]
    .boxed()
}

/// A well-formed file.
pub(crate) fn file() -> BoxedStrategy<String> {
    proptest::collection::vec(
        (
            item(),
            select(vec!["\n", "\n\n\n", "\n// c\n", "\r\n", " // c\n\n"]),
        ),
        0..4,
    )
    .prop_map(|items| {
        items
            .into_iter()
            .map(|(item, separator)| item + separator)
            .collect()
    })
    .boxed()
}

/// One token, or the beginning or end of one.
pub(crate) fn fragment() -> BoxedStrategy<String> {
    select(vec![
        "service ",
        "capability ",
        "needs ",
        "in ",
        "let ",
        "when ",
        "for ",
        "if ",
        "then ",
        "match ",
        "emit ",
        "require ",
        "else ",
        "pub ",
        "use ",
        "test ",
        "a",
        "b-c",
        "x.y",
        "1",
        "250m",
        "2027-01-01",
        "1.2.3",
        "\"s\"",
        "\"",
        "\"\"\"",
        "#\"",
        "\"#",
        "\\(",
        ")",
        "(",
        "[",
        "]",
        "{",
        "}",
        "{\n",
        "}\n",
        "=",
        "+=",
        ":",
        ",",
        ".",
        "..",
        "?.",
        "??",
        "++",
        "+",
        " - ",
        "-",
        "*",
        "/",
        "==",
        "<",
        ">",
        "=>",
        "|",
        "@",
        "\n",
        "\n",
        " ",
        "\t",
        "\r\n",
        "// c\n",
        "/// d\n",
        "# x\n",
        ";",
        "$",
        "\u{e9}",
        "\0",
        "'",
        "&&",
        "!",
        "?",
    ])
    .prop_map(str::to_owned)
    .boxed()
}

/// Tokens in any order.
pub(crate) fn soup() -> BoxedStrategy<String> {
    proptest::collection::vec(fragment(), 0..60)
        .prop_map(|tokens| tokens.concat())
        .boxed()
}
