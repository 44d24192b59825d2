//! What a person sees.

use crate::common::{Texts, findings, project, range};
use expect_test::{Expect, expect};
use plat_diagnostics::render::{Charset, Terminal, human};
use plat_diagnostics::{Diagnostic, FileId, Report, Span, codes};

#[track_caller]
fn check(findings: Vec<Diagnostic>, texts: &Texts, expected: &Expect) {
    check_on(findings, texts, &Terminal::default(), expected);
}

#[track_caller]
fn check_on(findings: Vec<Diagnostic>, texts: &Texts, terminal: &Terminal, expected: &Expect) {
    let rendered = human(&Report::new(findings, texts), texts, terminal);
    for line in rendered.lines() {
        let ascii_only = terminal.charset == Charset::Unicode || line.is_ascii();
        assert!(
            terminal.colour || line.chars().count() <= terminal.width,
            "too long: {line}"
        );
        assert!(ascii_only, "not ASCII: {line}");
    }
    expected.assert_eq(&rendered);
}

#[test]
fn all_of_a_report() {
    let texts = project();
    check(
        findings(&texts),
        &texts,
        &expect![[r#"
            error[PLT0701]
              × there is no `plat.toml` here, nor in a folder above
              help: run `platc new project shop`

            warning[PLT0110]
              ⚠ `scale` is written and not read
               ╭─[payments/checkout.plat:5:3]
             4 │   image = "ghcr.io/acme/checkout:1.42.0"
             5 │   scale { min = 5, max = 3 }
               ·   ─────
             6 │   calls invntory { timeout = 2s }
               ╰────

            error[PLT0310]
              × `scale.min` is larger than `scale.max`
               ╭─[payments/checkout.plat:5:11]
             4 │   image = "ghcr.io/acme/checkout:1.42.0"
             5 │   scale { min = 5, max = 3 }
               ·           ───┬───  ───┬───
               ·              │        ╰── 3 here
               ·              ╰── 5 here
             6 │   calls invntory { timeout = 2s }
               ╰────
               ╭─[stdlib/workload.plat:2:11]
             1 │ pub capability HttpService is Workload {
             2 │   require scale.min <= scale.max else "`scale.min` is larger than `scale.m…
               ·           ───────────┬──────────
               ·                      ╰── the rule
             3 │ }
               ╰────
              in: checkout@prod, checkout@staging
              note: a minimum above the maximum leaves the autoscaler nothing to choose

            error[PLT0101]
              × nothing here is called `invntory`
               ╭─[payments/checkout.plat:6:9]
             5 │   scale { min = 5, max = 3 }
             6 │   calls invntory { timeout = 2s }
               ·         ────┬───
               ·             ╰── not found
             7 │ }
               ╰────
              help: did you mean `inventory`?
              fix: write `inventory` (`platc check --fix` does it)

            error[PLT0303]
              × `Workload` and `Exposed` give `port` different defaults
               ╭─[stdlib/workload.plat:1:16]
             1 │ pub capability HttpService is Workload {
               ·                ───────────
             2 │   require scale.min <= scale.max else "`scale.min` is larger than `scale.m…
               ╰────
              note: this is for the author of the capability to change
              try: restate `port`

            4 errors, 1 warning in 2 files
        "#]],
    );
}

#[test]
fn ascii() {
    let texts = project();
    let terminal = Terminal {
        charset: Charset::Ascii,
        ..Terminal::default()
    };
    check_on(
        findings(&texts),
        &texts,
        &terminal,
        &expect![[r#"
            error[PLT0701]
              x there is no `plat.toml` here, nor in a folder above
              help: run `platc new project shop`

            warning[PLT0110]
              ! `scale` is written and not read
               ,-[payments/checkout.plat:5:3]
             4 |   image = "ghcr.io/acme/checkout:1.42.0"
             5 |   scale { min = 5, max = 3 }
               :   ^^^^^
             6 |   calls invntory { timeout = 2s }
               `----

            error[PLT0310]
              x `scale.min` is larger than `scale.max`
               ,-[payments/checkout.plat:5:11]
             4 |   image = "ghcr.io/acme/checkout:1.42.0"
             5 |   scale { min = 5, max = 3 }
               :           ^^^|^^^  ^^^|^^^
               :              |        `-- 3 here
               :              `-- 5 here
             6 |   calls invntory { timeout = 2s }
               `----
               ,-[stdlib/workload.plat:2:11]
             1 | pub capability HttpService is Workload {
             2 |   require scale.min <= scale.max else "`scale.min` is larger than `scale...
               :           ^^^^^^^^^^^|^^^^^^^^^^
               :                      `-- the rule
             3 | }
               `----
              in: checkout@prod, checkout@staging
              note: a minimum above the maximum leaves the autoscaler nothing to choose

            error[PLT0101]
              x nothing here is called `invntory`
               ,-[payments/checkout.plat:6:9]
             5 |   scale { min = 5, max = 3 }
             6 |   calls invntory { timeout = 2s }
               :         ^^^^|^^^
               :             `-- not found
             7 | }
               `----
              help: did you mean `inventory`?
              fix: write `inventory` (`platc check --fix` does it)

            error[PLT0303]
              x `Workload` and `Exposed` give `port` different defaults
               ,-[stdlib/workload.plat:1:16]
             1 | pub capability HttpService is Workload {
               :                ^^^^^^^^^^^
             2 |   require scale.min <= scale.max else "`scale.min` is larger than `scale...
               `----
              note: this is for the author of the capability to change
              try: restate `port`

            4 errors, 1 warning in 2 files
        "#]],
    );
}

#[test]
fn colours() {
    let texts = project();
    let terminal = Terminal {
        colour: true,
        ..Terminal::default()
    };
    let rendered = human(&Report::new(findings(&texts), &texts), &texts, &terminal);
    let visible = rendered.replace('\u{1b}', "␛");
    let first = visible.split("\n\n").nth(1).expect("a second finding");
    expect![[r#"
        ␛[1m␛[33mwarning[PLT0110]␛[0m
          ␛[33m⚠␛[0m `scale` is written and not read
           ╭─[␛[36;1;4mpayments/checkout.plat:5:3␛[0m]
         ␛[2m4␛[0m │   image = "ghcr.io/acme/checkout:1.42.0"
         ␛[2m5␛[0m │   scale { min = 5, max = 3 }
           · ␛[33m  ─────␛[0m
         ␛[2m6␛[0m │   calls invntory { timeout = 2s }
           ╰────"#]]
    .assert_eq(first);
}

#[test]
fn nothing_to_say() {
    let texts = project();
    check(Vec::new(), &texts, &expect![[""]]);
}

#[test]
fn the_end_of_a_file_has_a_label() {
    for text in ["service a {", "service a {\n"] {
        let texts = Texts(vec![("a.plat", text.to_owned())]);
        let finding = Diagnostic::new(&codes::UNKNOWN_NAME, "the block is still open")
            .at(texts.end(0), "expected `}`");
        let rendered = human(
            &Report::new(vec![finding], &texts),
            &texts,
            &Terminal::default(),
        );
        assert!(rendered.contains("expected `}`"), "{rendered}");
    }
    let texts = Texts(vec![("a.plat", String::new())]);
    let finding =
        Diagnostic::new(&codes::UNKNOWN_NAME, "the file is empty").at(texts.end(0), "nothing here");
    check(
        vec![finding],
        &texts,
        &expect![[r#"
        error[PLT0101]
          × the file is empty
           ╭─[a.plat:1:1]
         1 │ 
           · ▲
           · ╰── nothing here
           ╰────

        1 error in 1 file
    "#]],
    );
}

#[test]
fn a_long_line_is_clipped_around_its_labels() {
    let line = format!(
        "let words = [{}]",
        "\"word\", ".repeat(40).replacen("word", "wörd", 20)
    );
    let texts = Texts(vec![("a.plat", format!("// before\n{line}\n// after\n"))]);
    let finding = Diagnostic::new(&codes::TYPE_MISMATCH, "a text where a number is expected").at(
        texts.find_nth(0, "\"word\"", 3),
        "this is a text, which is nothing that an addition could take",
    );
    check(
        vec![finding],
        &texts,
        &expect![[r#"
        error[PLT0201]
          × a text where a number is expected
           ╭─[a.plat:2:198]
         1 │ …
         2 │ …wörd", "wörd", "word", "word", "word", "word", "word", "word", "word", "w…
           ·                                         ───┬──
           ·                                            ╰─┤ this is a text, which is
           ·                                              │ nothing that an addition
           ·                                              │ could take
         3 │ …
           ╰────

        1 error in 1 file
    "#]],
    );
}

#[test]
fn two_labels_far_apart_on_a_long_line() {
    let line = format!("let words = [{}]", "\"word\", ".repeat(40));
    let texts = Texts(vec![("a.plat", line)]);
    let finding = Diagnostic::new(&codes::TYPE_MISMATCH, "a text where a number is expected")
        .at(texts.find_nth(0, "\"word\"", 30), "a text")
        .also(texts.find(0, "words"), "declared here");
    check(
        vec![finding],
        &texts,
        &expect![[r#"
        error[PLT0201]
          × a text where a number is expected
           ╭─[a.plat:1:254]
         1 │ …"word", "word", "word", "word", "word", "word", "word", "word", "word", "…
           ·  ▲                                                       ───┬──
           ·  │                                                          ╰── a text
           ·  ╰── declared here
           ╰────

        1 error in 1 file
    "#]],
    );
}

#[test]
fn a_label_over_several_lines() {
    let texts = project();
    let service = texts.find(
        0,
        "{\n  owner = payments\n  image = \"ghcr.io/acme/checkout:1.42.0\"\n",
    );
    let finding =
        Diagnostic::new(&codes::MISSING_VALUE, "`port` has no value").at(service, "in this block");
    check(
        vec![finding],
        &texts,
        &expect![[r#"
        error[PLT0203]
          × `port` has no value
           ╭─[payments/checkout.plat:2:31]
         1 │     /// Takes an order from basket to receipt.
         2 │ ╭─▶ service checkout: HttpService {
         3 │ │     owner = payments
         4 │ ├─▶   image = "ghcr.io/acme/checkout:1.42.0"
           · ╰──── in this block
         5 │       scale { min = 5, max = 3 }
           ╰────

        1 error in 1 file
    "#]],
    );
}

#[test]
fn a_label_over_many_lines_shows_the_first() {
    let text = format!("service a: B {{\n{}}}\n", "  x = 1\n".repeat(100));
    let texts = Texts(vec![("a.plat", text.clone())]);
    let span = Span::new(FileId(0), range(0, text.len()));
    let finding =
        Diagnostic::new(&codes::MISSING_VALUE, "`port` has no value").at(span, "in this service");
    check(
        vec![finding],
        &texts,
        &expect![[r#"
        error[PLT0203]
          × `port` has no value
           ╭─[a.plat:1:1]
         1 │ service a: B {
           · ───────┬──────
           ·        ╰── in this service
         2 │   x = 1
           ╰────

        1 error in 1 file
    "#]],
    );
}

#[test]
fn labels_in_distant_lines_and_other_files() {
    let text = format!("let a = b\n{}let b = a\n", "// far\n".repeat(20));
    let texts = Texts(vec![
        ("a.plat", text),
        ("b.plat", String::from("let c = 1\n")),
    ]);
    let finding = Diagnostic::new(&codes::MEMBER_RING, "`b` needs itself")
        .at(texts.find(0, "let b = a"), "`b` needs `a`")
        .also(texts.find(0, "let a = b"), "`a` needs `b`")
        .also(texts.find(1, "c"), "which is like this");
    check(
        vec![finding],
        &texts,
        &expect![[r#"
            error[PLT0305]
              × `b` needs itself
                ╭─[a.plat:22:1]
             21 │ // far
             22 │ let b = a
                · ────┬────
                ·     ╰── `b` needs `a`
                ╰────
               ╭─[a.plat:1:1]
             1 │ let a = b
               · ────┬────
               ·     ╰── `a` needs `b`
             2 │ // far
               ╰────
               ╭─[b.plat:1:5]
             1 │ let c = 1
               ·     ┬
               ·     ╰── which is like this
               ╰────

            1 error in 1 file
        "#]],
    );
}

#[test]
fn sources_cannot_steer_the_terminal() {
    let text = "a\u{1b}[31m = \u{202e}b\u{0}\tc\r\nnext\r\n";
    let texts = Texts(vec![("a\u{7}.plat", text.to_owned())]);
    let finding = Diagnostic::new(&codes::UNKNOWN_NAME, "nothing is called `\u{1b}[2J`")
        .at(texts.find(0, "c"), "\u{1b}]0;title\u{7}");
    let rendered = human(
        &Report::new(vec![finding], &texts),
        &texts,
        &Terminal::default(),
    );
    assert!(
        !rendered.contains(|c: char| c.is_control() && c != '\n'),
        "{rendered:?}"
    );
    expect![[r#"
        error[PLT0101]
          × nothing is called `\u{1b}[2J`
           ╭─[a\u{7}.plat:1:14]
         1 │ a�[31m = �b�    c
           ·                 ┬
           ·                 ╰── \u{1b}]0;title\u{7}
         2 │ next
           ╰────

        1 error in 1 file
    "#]]
    .assert_eq(&rendered);
}

#[test]
fn every_span_of_a_nasty_text_can_be_shown() {
    let text = "ä\t\r\n\r\n\u{feff}字字{\n\n\"😀\u{0}\n}";
    let texts = Texts(vec![("a.plat", text.to_owned())]);
    for start in 0..=text.len() + 2 {
        for end in start..=text.len() + 2 {
            let span = Span::new(FileId(0), range(start, end));
            let finding = Diagnostic::new(&codes::UNKNOWN_NAME, "m")
                .at(span, "LABEL")
                .also(Span::start_of(FileId(0)), "RULE");
            let rendered = human(
                &Report::new(vec![finding], &texts),
                &texts,
                &Terminal {
                    width: 0,
                    ..Terminal::default()
                },
            );
            assert!(
                rendered.contains("LABEL") && rendered.contains("RULE"),
                "{start}..{end}\n{rendered}"
            );
        }
    }
}
