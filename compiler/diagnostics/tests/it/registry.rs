//! The registry and its pages.

use std::collections::BTreeSet;
use std::path::Path;

use expect_test::expect;
use plat_diagnostics::{
    Example, Examples, Page, PageError, Verdict, all, codes, explain, lookup, nearest, render_docs,
    render_index, render_page,
};

#[test]
fn codes_ascend_and_look_like_codes() {
    for pair in all().windows(2) {
        assert!(
            pair[0].code < pair[1].code,
            "{} stands before {}",
            pair[0].code,
            pair[1].code
        );
    }
    for info in all() {
        let digits = info.digits();
        assert!(
            digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()),
            "{}",
            info.code
        );
        assert_ne!(info.area(), "Other", "{}", info.code);
    }
    let names: BTreeSet<_> = all().iter().map(|info| info.name).collect();
    assert_eq!(names.len(), all().len());
}

#[test]
fn summaries_are_phrases() {
    for info in all() {
        let summary = info.summary;
        assert!(summary.len() <= 72, "{}: too long: {summary}", info.code);
        assert!(!summary.ends_with('.'), "{}: {summary}", info.code);
        let lower =
            summary.starts_with(|c: char| c.is_lowercase()) || summary.starts_with("Kubernetes");
        assert!(lower, "{}: {summary}", info.code);
    }
}

#[test]
fn every_page_explains_and_shows() {
    for info in all() {
        let page = info
            .page()
            .unwrap_or_else(|error| panic!("{}: {error}", info.code));
        assert!(
            page.explanation.len() > 80,
            "{}: hardly an explanation",
            info.code
        );
        for line in info.source.lines() {
            let long = line.chars().count() > 130;
            assert!(!long, "{}: a line over 130 columns: {line}", info.code);
        }
        for example in page.examples() {
            let mut paths = BTreeSet::new();
            for file in &example.files {
                assert!(
                    paths.insert(file.path),
                    "{}: {} twice",
                    info.code,
                    file.path
                );
            }
            assert!(
                example
                    .files
                    .iter()
                    .any(|file| file.path.ends_with(".plat")),
                "{}",
                info.code
            );
        }
    }
}

#[test]
fn every_page_is_registered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("codes");
    let mut pages: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder of pages")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    pages.sort();
    let registered: Vec<String> = all()
        .iter()
        .map(|info| format!("{}.md", info.code))
        .collect();
    assert_eq!(pages, registered);
}

#[test]
fn lookup_takes_what_people_type() {
    for written in ["PLT0101", "plt0101", "0101", "101", " Plt101 "] {
        assert_eq!(lookup(written), Some(&codes::UNKNOWN_NAME), "{written}");
    }
    for written in [
        "",
        "PLT",
        "PLT01010",
        "E0101",
        "-101",
        "+101",
        "PLTÄ",
        "99999999999999",
    ] {
        assert_eq!(lookup(written), None, "{written}");
    }
}

#[test]
fn a_wrong_code_has_a_neighbour() {
    assert_eq!(nearest("PLT0100"), Some(&codes::UNKNOWN_NAME));
    assert_eq!(nearest("PLT0201x"), None);
    assert_eq!(nearest("0998"), Some(&codes::COMPILER_BUG));
    assert_eq!(nearest("5555"), None);
}

#[test]
fn pages_are_read() {
    let source = "Prose.\n\n```toml\nno = \"example\"\n```\n\n```plat fails\na\n```\n\n```plat passes\n--- b.plat ---\nb\n--- plat.toml ---\nc\n```\n";
    let page = Page::parse(source).expect("a good page");
    assert!(page.explanation.starts_with("Prose.") && page.explanation.ends_with("```"));
    let examples = page.examples();
    assert_eq!(examples.len(), 2);
    assert_eq!(examples[0].verdict, Verdict::Fails);
    assert_eq!(
        (examples[0].files[0].path, examples[0].files[0].text),
        (Example::MAIN, "a\n")
    );
    let files: Vec<_> = examples[1]
        .files
        .iter()
        .map(|file| (file.path, file.text))
        .collect();
    assert_eq!(files, [("b.plat", "b\n"), ("plat.toml", "c\n")]);

    let reason = Page::parse("Prose.\n\nno example: because\n").expect("a good page");
    assert_eq!(reason.examples, Examples::None("because"));
}

#[test]
fn bad_pages_are_refused() {
    let error = |source| Page::parse(source).expect_err("a bad page");
    assert_eq!(error(""), PageError::NoExplanation);
    assert_eq!(
        error("```plat fails\n```\n```plat passes\n```\n"),
        PageError::NoExplanation
    );
    assert_eq!(error("Prose.\n"), PageError::Missing(Verdict::Fails));
    assert_eq!(
        error("Prose.\n```plat fails\na\n```\n"),
        PageError::Missing(Verdict::Passes)
    );
    assert_eq!(error("Prose.\n```plat fails\na\n"), PageError::OpenFence);
    assert_eq!(error("Prose.\nno example:\n"), PageError::NoReason);
    let behind = error("Prose.\n```plat fails\na\n```\nmore\n");
    assert_eq!(behind, PageError::TextBehindExamples(String::from("more")));
}

#[test]
fn explanations_fit_a_terminal() {
    for info in all() {
        let text = explain(info);
        assert!(
            text.ends_with('\n') && !text.ends_with("\n\n"),
            "{}",
            info.code
        );
        let prose = text.split("An example that").next().unwrap_or_default();
        for line in prose.lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", info.code);
        }
    }
    expect![[r#"
        PLT0109: two facts of one kind and name
        level: error, area: Names and modules

        Teams, systems, environments, services, resources and externals are known to the
        whole project by their bare names: `owner = payments` works in every folder. Two
        of one kind with the same name in the same environment would make that a guess,
        and their objects would overwrite each other in the cluster.

        Rename one. If both are the same thing, keep one; if each is for different
        environments, say so with `only in`.

        An example that fails:

            a/teams.plat:
            team payments { email = "payments@acme.dev" }

            b/teams.plat:
            team payments { email = "pay@acme.dev" }

        An example that passes:

            a/teams.plat:
            team payments { email = "payments@acme.dev" }

            b/teams.plat:
            team payouts { email = "pay@acme.dev" }
    "#]]
    .assert_eq(&explain(&codes::FACT_COLLISION));
    expect![[r#"
        PLT0704: a file that is not UTF-8
        level: error, area: Projects and files

        Sources are UTF-8. This file holds bytes that are not; the message says at which
        offset the first one stands. It was probably saved in another encoding, or is no
        text at all.

        Save it as UTF-8. In a string, any character can also be written as `\u{…}`.

        There is no example: a page of text cannot hold such a file.
    "#]]
    .assert_eq(&explain(&codes::NOT_UTF8));
}

#[test]
fn pages_for_the_documentation() {
    expect![[r##"
        # PLT0109: two facts of one kind and name

        error · Names and modules · `platc explain PLT0109`

        Teams, systems, environments, services, resources and externals are known to the whole project by their bare
        names: `owner = payments` works in every folder. Two of one kind with the same name in the same environment
        would make that a guess, and their objects would overwrite each other in the cluster.

        Rename one. If both are the same thing, keep one; if each is for different environments, say so with
        `only in`.

        ## An example that fails

        `a/teams.plat`

        ```plat
        team payments { email = "payments@acme.dev" }
        ```

        `b/teams.plat`

        ```plat
        team payments { email = "pay@acme.dev" }
        ```

        ## An example that passes

        `a/teams.plat`

        ```plat
        team payments { email = "payments@acme.dev" }
        ```

        `b/teams.plat`

        ```plat
        team payouts { email = "pay@acme.dev" }
        ```
    "##]].assert_eq(&render_page(&codes::FACT_COLLISION));
    let docs = render_docs();
    assert!(
        docs.is_sorted_by(|a, b| a.0 < b.0),
        "each file once, in order"
    );
    assert_eq!(docs.len(), all().len() + 1);
    for (name, text) in &docs {
        assert!(
            text.starts_with("# ") && text.ends_with('\n') && !text.ends_with("\n\n"),
            "{name}"
        );
    }
    let index = render_index();
    for info in all() {
        assert!(
            index.contains(&format!("[{0}]({0}.md)", info.code)),
            "{}",
            info.code
        );
    }
    let start: String = index
        .lines()
        .take(9)
        .map(|line| format!("{line}\n"))
        .collect();
    expect![[r#"
        # Diagnostics

        Every finding of `platc` has a code. A code never changes its meaning. `platc explain CODE` prints its page.

        ## Syntax

        | code | level | what it says |
        |---|---|---|
        | [PLT0001](PLT0001.md) | error | something else is expected here |
    "#]].assert_eq(&start);
}
