//! What must hold for every input: each function panics when it does not.
//!
//! The fuzz targets call these with inputs that coverage makes; the corpus test calls them with the inputs kept from that. This
//! crate knows only the front doors: the parser, the formatter, and the driver's check.

use std::cell::RefCell;
use std::fs;

use plat_driver::test::{TestOptions, run as run_tests};
use plat_driver::{Arguments, CheckOptions, Workspace, check as check_workspace};
use plat_syntax::{SyntaxKind, lexer};

/// Lexer and parser lose no byte and place every error within the text.
///
/// # Panics
/// When they do not.
pub fn parser(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let length: usize = lexer::lex(text)
        .tokens
        .iter()
        .map(|token| token.len as usize)
        .sum();
    assert_eq!(length, text.len(), "the tokens cover the text");
    let parse = plat_syntax::parse(text);
    assert_eq!(
        parse.syntax().text().to_string(),
        text,
        "the tree holds every byte"
    );
    for error in &parse.errors {
        assert!(
            usize::from(error.range.end()) <= text.len(),
            "{error:?} is within the text"
        );
    }
}

/// Formatting succeeds, twice is once, and no comment and no meaning is lost.
///
/// # Panics
/// When that does not hold.
pub fn formatter(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let once = plat_syntax::format::format(text)
        .expect("the formatter changes white space and commas only");
    let twice = plat_syntax::format::format(&once).expect("what is formatted can be formatted");
    assert_eq!(once, twice, "formatting is idempotent");
    assert_eq!(comments(text), comments(&once), "no comment is lost");
    let (before, after) = (plat_syntax::parse(text), plat_syntax::parse(&once));
    assert_eq!(
        before.errors.is_empty(),
        after.errors.is_empty(),
        "what was right stays right"
    );
}

/// The comments of a text, without white space around them.
fn comments(text: &str) -> Vec<String> {
    plat_syntax::parse(text)
        .syntax()
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| matches!(token.kind(), SyntaxKind::COMMENT | SyntaxKind::DOC_COMMENT))
        .map(|token| token.text().trim().to_owned())
        .collect()
}

/// The source that inputs of [`check`] stand in, next to a small platform.
const INPUT: &str = "input.plat";

/// A platform for inputs to refer to.
const PLATFORM: &str = r##"
environment staging { }
environment prod { production = true }
team web { chat = "#web" }
service base: HttpService { owner = web, image = "registry.example/base:1.0.0" }
"##;

thread_local! {
    static PROJECT: RefCell<Option<(tempfile::TempDir, Workspace)>> = const { RefCell::new(None) };
}

/// Checking a project with the input as one of its sources, and running the tests in it, ends and does not panic, whatever the
/// input says.
///
/// # Panics
/// When it does, or when the scratch project cannot be made.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    PROJECT.with_borrow_mut(|project| {
        let (_, workspace) = project.get_or_insert_with(scratch);
        workspace
            .edit(INPUT, text)
            .expect("the input is a source of the project");
        let report = check_workspace(workspace, &CheckOptions::default());
        let bug = report
            .findings()
            .iter()
            .find(|finding| finding.code.code == "PLT0999");
        assert!(bug.is_none(), "a mistake in the compiler: {bug:?}");
        let run = run_tests(workspace, &TestOptions::default());
        assert_eq!(run.left_out, 0, "every test runs");
    });
}

fn scratch() -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().expect("a scratch folder can be made");
    let manifest = "[package]\nname = \"fuzz\"\nversion = \"0.1.0\"\nedition = \"2026\"\n";
    for (name, text) in [
        ("plat.toml", manifest),
        ("platform.plat", PLATFORM),
        (INPUT, ""),
    ] {
        fs::write(folder.path().join(name), text).expect("the scratch folder can be written");
    }
    let mut workspace = Workspace::load(folder.path(), &Arguments::default());
    workspace
        .open(INPUT, "")
        .expect("the input is a source of the project");
    (folder, workspace)
}
