//! What the YAML writer writes, readers of YAML 1.1 and 1.2 read as what was meant.
//!
//! `serde-saphyr` reads every time; PyYAML, a faithful YAML 1.1 reader, reads when `python3` has it.

mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};

use plat_kubernetes::output::{json, yaml};
use proptest::prelude::{Strategy, any, prop, prop_oneof};
use proptest::strategy::{Just, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};
use support::{node, skipped};

/// Text that some reader of some version of YAML takes for something else when it stands bare.
const TRAPS: &[&str] = &[
    // Booleans and nothing, in all their spellings.
    "y",
    "Y",
    "yes",
    "Yes",
    "YES",
    "yEs",
    "n",
    "N",
    "no",
    "No",
    "NO",
    "nO",
    "true",
    "True",
    "TRUE",
    "tRuE",
    "false",
    "False",
    "FALSE",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "oFF",
    "null",
    "Null",
    "NULL",
    "nUll",
    "~",
    "",
    "nil",
    "none",
    "None",
    // Whole numbers in all bases.
    "0",
    "1",
    "-1",
    "+1",
    "00",
    "01",
    "007",
    "0o7",
    "0o17",
    "0O7",
    "012",
    "-012",
    "0x1f",
    "0X1F",
    "0xdeadbeef",
    "-0x1f",
    "0b101",
    "0B101",
    "-0b1",
    "1_000",
    "1__0",
    "0_7",
    "0x_f",
    "685230",
    "+685_230",
    "02472256",
    "9223372036854775808",
    "1,000",
    "08",
    "09",
    "0o8",
    "1:1",
    "12:30",
    "190:20:30",
    "-1:30",
    "+12:30:45",
    "59:59:59",
    "60:00",
    "1:60",
    "22:22",
    // Other numbers.
    "1.0",
    "1.",
    ".1",
    "-.1",
    "+.5",
    "1e3",
    "1E3",
    "1e+3",
    "1e-3",
    "1.5e3",
    "6.8523015e+5",
    "685.230_15e+03",
    "190:20:30.15",
    ".inf",
    "-.inf",
    "+.inf",
    ".Inf",
    ".INF",
    "-.INF",
    ".nan",
    ".NaN",
    ".NAN",
    "inf",
    "-inf",
    "+inf",
    "Infinity",
    "-Infinity",
    "nan",
    "NaN",
    "1.2.3",
    "10.0.0.1",
    "1_0.0",
    "_1",
    "1_",
    "._",
    ".",
    "..",
    "...",
    "1.e5",
    "0.e0",
    "0e0",
    "00e5",
    "1d",
    "0f",
    "123abc",
    "12e03",
    "4e5f",
    "1E",
    "5E",
    // Times.
    "2001-12-14",
    "2001-1-1",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    "2001-12-15 2:59:43.10",
    "2002-12-14T21:59:43Z",
    "20:03",
    "2001-12-14T",
    "1T",
    "12T30",
    "2026-01-01",
    // What begins like syntax.
    "-",
    "--",
    "---",
    "--- a",
    "- a",
    "-a: b",
    "?",
    "? a",
    "?a",
    ":",
    ": a",
    ":a",
    ",",
    ",a",
    "[",
    "[]",
    "[a",
    "]",
    "{",
    "{}",
    "{a: b}",
    "}",
    "#",
    "# a",
    "#a",
    "&",
    "&a",
    "*",
    "*a",
    "!",
    "!a",
    "!!str a",
    "|",
    "|-",
    "| a",
    ">",
    "> a",
    "'",
    "'a'",
    "\"",
    "\"a\"",
    "%",
    "%YAML 1.1",
    "@",
    "@a",
    "`",
    "`a",
    "<<",
    "=",
    "<",
    "=a",
    "+",
    "+a",
    "\\",
    "$",
    "$a",
    "/",
    "//",
    "(",
    ")",
    // What holds syntax.
    "a: b",
    "a:",
    "a: ",
    "a :b",
    "a #b",
    "a# b",
    "a #",
    "a:#b",
    "a,b",
    "a[b]",
    "a{b}",
    "a'b",
    "a\"b",
    "a\\b",
    "a|b",
    "a>b",
    "a&b",
    "a*b",
    "a!b",
    "a?b",
    "a\tb",
    "http://x:80/?a=b#c",
    "x: -y",
    "key: [v]",
    "- a\n- b",
    "a: b\nc: d",
    "'",
    "''",
    "\"\"",
    "a ",
    " a",
    "  ",
    " ",
    "\t",
    "\ta",
    "a\t",
    "a  b",
    "a \n",
    "a\n",
    // Lines.
    "\n",
    "\n\n",
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    "\na",
    "\n a",
    " a\nb",
    "a\n b",
    "a\n\tb",
    "\ta\nb",
    "a\n\n\nb",
    "a\r\nb",
    "a\rb",
    "a\n---\nb",
    "---\na\n",
    "...\na",
    "a\n...\n",
    "# a\nb\n",
    "a \nb",
    "a\n \nb",
    "%a\nb",
    "- a\n-\n",
    "\n\n a\n",
    // Characters that end a line in YAML 1.1, cannot be printed, cannot be seen, or turn the direction.
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{2029}b",
    "a\u{feff}b",
    "\u{feff}",
    "a\0b",
    "\u{7}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{9f}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{202e}abc",
    "\u{2066}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{fffd}",
    "\u{e000}",
    "\u{e0041}",
    "\u{10ffff}",
    "é",
    "ä: ö",
    "日本語",
    "😀",
    "😀\nb",
    "\u{85}\nb",
    "a\u{1}\nb",
    "ünï\n",
    // What people do leave bare.
    "250m",
    "256Mi",
    "1Gi",
    "2Ti",
    "1Ei",
    "1P",
    "25%",
    "8080/TCP",
    "30s",
    "5min",
    "1h30m",
    "--port=8080",
    "-f",
    "--",
    "-n",
    "-y",
    "-yes",
    "-e3",
    "-x1",
    "--1",
    "ghcr.io/acme/api:1.2.3@sha256:0123",
    "0.0.0.0/0",
    "::/0",
    "::1",
    "fe80::1",
    "1.2.3-rc.1",
    "v1",
    "e3",
    "x1f",
    "o17",
    "0g",
    "7z",
];

fn written(root: &Json) -> String {
    let mut out = Vec::new();
    yaml::Writer::new(&mut out, None)
        .document(&node(root))
        .unwrap();
    String::from_utf8(out).unwrap()
}

fn read(text: &str) -> Json {
    serde_saphyr::from_str(text).unwrap_or_else(|why| panic!("{why}\n{text}"))
}

/// The text as a value, an element, a key, and each of them nested.
fn places(text: &str) -> Json {
    json!({
        "value": text,
        "list": [text, [text, [text]], { text: text, "z": text }],
        "record": { text: { text: [text] }, "after": text },
    })
}

/// Whether PyYAML reads what was meant, or else what it reads; `None` when there is no PyYAML.
fn python_reads(yaml: &str, meant: &[Json]) -> Option<Result<(), String>> {
    const SCRIPT: &str = r#"
import json, sys
try:
    import yaml
except ImportError:
    sys.exit(3)
meant, text = json.loads(sys.stdin.buffer.readline()), sys.stdin.buffer.read().decode("utf-8")
def same(a, b):
    if type(a) is not type(b): return False
    if isinstance(a, dict): return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list): return len(a) == len(b) and all(map(same, a, b))
    return a == b
got = list(yaml.safe_load_all(text))
if len(got) != len(meant): sys.exit(f"{len(got)} documents, not {len(meant)}")
for a, b in zip(got, meant):
    if not same(a, b): sys.exit(f"read {a!r}\nmeant {b!r}")
"#;
    let child = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skipped("there is no python3");
        return None;
    };
    let mut input = serde_json::to_vec(meant).unwrap();
    input.push(b'\n');
    input.extend_from_slice(yaml.as_bytes());
    // When Python stops early, its exit says why.
    let _ = child.stdin.take().unwrap().write_all(&input);
    let output = child.wait_with_output().unwrap();
    if output.status.code() == Some(3) {
        skipped("python3 has no PyYAML");
        return None;
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Some(if output.status.success() {
        Ok(())
    } else {
        Err(said.into_owned())
    })
}

fn assert_python_agrees(yaml: &str, meant: &[Json]) {
    if let Some(Err(why)) = python_reads(yaml, meant) {
        panic!("{why}");
    }
}

#[test]
fn the_yaml_1_1_reader_would_notice() {
    for (yaml, meant) in [
        ("a: no\n", json!({ "a": "no" })),
        ("a: 1e+3\n", json!({ "a": 1000 })),
    ] {
        assert!(
            python_reads(yaml, &[meant]).is_none_or(|read| read.is_err()),
            "{yaml}"
        );
    }
}

fn stream(documents: &[Json]) -> String {
    let mut out = Vec::new();
    let mut writer = yaml::Writer::new(&mut out, None);
    for document in documents {
        writer.document(&node(document)).unwrap();
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn traps_are_read_back_by_a_yaml_1_2_reader() {
    assert!(TRAPS.len() >= 300);
    for trap in TRAPS {
        let meant = places(trap);
        let text = written(&meant);
        assert_eq!(read(&text), meant, "{text}");
    }
}

#[test]
fn traps_are_read_back_by_a_yaml_1_1_reader() {
    let meant: Vec<Json> = TRAPS.iter().map(|trap| places(trap)).collect();
    assert_python_agrees(&stream(&meant), &meant);
}

/// Text of pieces that matter to YAML.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(TRAPS).prop_map(str::to_owned),
        prop::sample::select(
            &[
                "\n", " ", ":", "#", "-", "\t", ": ", " #", "'", "\"", "0", "1", "e", ".", "_",
                "T", "x"
            ][..]
        )
        .prop_map(str::to_owned),
        "[a-z0-9:.+-]{0,6}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn document() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        4 => text().prop_map(Json::from),
        1 => any::<i64>().prop_map(Json::from),
        1 => any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| Json::from(if f == 0.0 { 0.0 } else { f })),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(json!({})),
        1 => Just(json!([])),
    ];
    let tree = scalar.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::btree_map(text(), inner, 0..5)
                .prop_map(|map| map.into_iter().collect::<Json>()),
        ]
    });
    prop::collection::btree_map(text(), tree, 1..4).prop_map(|map| map.into_iter().collect())
}

#[test]
fn any_document_is_read_back() {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let documents: Vec<Json> = (0..1500)
        .map(|_| document().new_tree(&mut runner).unwrap().current())
        .collect();
    for meant in &documents {
        let text = written(meant);
        assert_eq!(&read(&text), meant, "{text}");
        let mut out = Vec::new();
        json::write(&mut out, None, &node(meant)).unwrap();
        // serde_json's reader rounds some floats to a neighbour: let it do so on both sides.
        let reread: Json = serde_json::from_slice(&serde_json::to_vec(meant).unwrap()).unwrap();
        assert_eq!(serde_json::from_slice::<Json>(&out).unwrap(), reread);
    }
    assert_python_agrees(&stream(&documents), &documents);
}

#[test]
fn long_keys_are_still_keys() {
    for length in [100, 999, 1000, 1001, 1100, 5000] {
        for key in [
            "k".repeat(length),
            "é ".repeat(length),
            "\u{1}".repeat(length),
        ] {
            let meant = json!({ "a": { key.clone(): { "b": [1] }, "z": 1 }, "l": [{ key.clone(): [1, 2] }], "s": { key: "x\ny" } });
            let text = written(&meant);
            assert_eq!(read(&text), meant, "{text}");
            assert_python_agrees(&text, std::slice::from_ref(&meant));
        }
    }
}
