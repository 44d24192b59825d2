//! A broken declaration never hides the next one.

use plat_syntax::{
    SyntaxKind,
    ast::{HasName, Item},
    lexer::lex,
    parse,
};

const SERVICE: &str = r#"service first: HttpService {
  owner = payments
  image = "ghcr.io/acme/\(name):1.2"
  resources { cpu = 250m, memory = 256Mi }
  args = ["--port", text(port), "--x" when a.b > 1]
  needs orders: Postgres { size = small } only in prod
  calls inventory { timeout = 2s }
  expose public at "x.\(environment.domain)"
  in prod { scale.min = 4 }
  patch deployment because "PAY-1" until 2027-03-01 {
    spec.template.containers["a"].args = [
      "--legacy",
    ]
  }
}
"#;

const NEXT: &str =
    "\nteam second { email = \"x\" }\n\n@stable\npub capability third {\n  input a: int\n}\n";

/// The second and third declarations are there, whatever became of the first.
#[track_caller]
fn next_are_found(text: &str, why: &str) {
    let parse = parse(text);
    assert_eq!(parse.syntax().text().to_string(), text);
    let names: Vec<String> = parse
        .tree()
        .items()
        .filter_map(|item| match item {
            Item::Fact(it) => it.name(),
            Item::Capability(it) => it.name(),
            _ => None,
        })
        .map(|name| name.text().to_owned())
        .collect();
    assert_eq!(
        names,
        ["second", "third"],
        "{why}\n{text}\n{:#?}",
        parse.errors
    );
}

#[test]
fn whichever_token_is_missing() {
    let mut start = 0;
    for token in lex(SERVICE).tokens {
        let end = start + token.len as usize;
        if !token.kind.is_trivia() {
            let text = format!("{}{}{NEXT}", &SERVICE[..start], &SERVICE[end..]);
            next_are_found(
                &text,
                &format!("without {:?} at {start}", &SERVICE[start..end]),
            );
        }
        start = end;
    }
}

#[test]
fn whichever_token_comes_twice_or_is_replaced() {
    for other in [
        "{", "}", "(", ")", "[", "]", "=", ":", ",", "\"", "service", "x", "..", "- ", "@", "when",
        "\\",
    ] {
        let mut start = 0;
        for token in lex(SERVICE).tokens {
            let end = start + token.len as usize;
            if !token.kind.is_trivia() {
                let text = format!("{} {other} {}{NEXT}", &SERVICE[..start], &SERVICE[end..]);
                next_are_found(
                    &text,
                    &format!("{other} for {:?} at {start}", &SERVICE[start..end]),
                );
                let text = format!("{} {other} {}{NEXT}", &SERVICE[..start], &SERVICE[start..]);
                next_are_found(
                    &text,
                    &format!("{other} before {:?} at {start}", &SERVICE[start..end]),
                );
            }
            start = end;
        }
    }
}

#[test]
fn wherever_the_text_is_cut() {
    for (end, _) in SERVICE.char_indices() {
        next_are_found(
            &format!("{}\n{NEXT}", &SERVICE[..end]),
            &format!("cut at {end}"),
        );
    }
}

#[test]
fn entries_around_a_broken_one_are_kept() {
    for broken in [
        "b = = 1",
        "b: 1",
        "b 1",
        "b = [1, 2",
        "b = (1",
        "b = \"x",
        "b = f(1",
        "need x",
        "- b",
        "@x y",
        "b = 1 2 3",
        "b =",
    ] {
        let text =
            format!("service s: X {{\n  a = 1\n  {broken}\n  c = 3\n  needs d: D\n}}\nlet z = 1\n");
        let parse = parse(&text);
        let kinds: Vec<_> = parse
            .syntax()
            .descendants()
            .filter(|it| {
                it.parent()
                    .is_some_and(|it| it.kind() == SyntaxKind::SERVICE_BODY)
            })
            .map(|it| (it.kind(), it.text().to_string().trim().to_owned()))
            .collect();
        for kept in [
            (SyntaxKind::FIELD, "a = 1"),
            (SyntaxKind::FIELD, "c = 3"),
            (SyntaxKind::NEEDS, "needs d: D"),
        ] {
            assert!(
                kinds.contains(&(kept.0, kept.1.to_owned())),
                "{broken}: {kinds:?}"
            );
        }
        assert_eq!(parse.tree().items().count(), 2, "{broken}");
    }
}

#[test]
fn one_slip_is_told_once() {
    // A token too few makes one error, seldom two, never a cascade.
    let mut start = 0;
    for token in lex(SERVICE).tokens {
        let end = start + token.len as usize;
        // A missing quote turns a string inside out: what was text is code, and what was code is text.
        let quote = matches!(
            token.kind,
            SyntaxKind::STR_START | SyntaxKind::STR_END | SyntaxKind::INTERP_START
        );
        if !token.kind.is_trivia() && !quote {
            let text = format!("{}{}{NEXT}", &SERVICE[..start], &SERVICE[end..]);
            let errors = parse(&text).errors;
            assert!(
                errors.len() <= 2,
                "without {:?} at {start}: {errors:#?}",
                &SERVICE[start..end]
            );
        }
        start = end;
    }
}
