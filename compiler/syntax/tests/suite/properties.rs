//! What holds for every text.

use plat_syntax::{format::format, lexer::lex, parse};
use proptest::prelude::*;

use crate::generator;

fn round_trips(text: &str) -> Result<(), TestCaseError> {
    let lexed: usize = lex(text)
        .tokens
        .iter()
        .map(|token| token.len as usize)
        .sum();
    prop_assert_eq!(lexed, text.len());
    let parse = parse(text);
    prop_assert_eq!(parse.syntax().text().to_string(), text);
    let end = u32::try_from(text.len()).expect("short");
    for error in &parse.errors {
        prop_assert!(u32::from(error.range.end()) <= end);
        prop_assert!(
            text.is_char_boundary(error.range.start().into())
                && text.is_char_boundary(error.range.end().into())
        );
        prop_assert!(!error.message.is_empty());
        let visible = !error.range.is_empty() || u32::from(error.range.end()) == end;
        prop_assert!(visible, "{error:?} can be underlined");
        for (range, _) in error
            .fix
            .iter()
            .flat_map(|fix| &fix.edits)
            .chain(&error.secondary)
        {
            prop_assert!(
                text.is_char_boundary(range.start().into())
                    && text.is_char_boundary(range.end().into())
            );
        }
    }
    Ok(())
}

fn formats(text: &str) -> Result<(), TestCaseError> {
    let formatted = match format(text) {
        Ok(formatted) => formatted,
        Err(error) => return Err(TestCaseError::fail(format!("{error}\n{text}"))),
    };
    match format(&formatted) {
        Ok(again) => {
            let differing = again
                .lines()
                .zip(formatted.lines())
                .find(|(again, once)| again != once);
            prop_assert!(
                again == formatted,
                "formatting twice is formatting once: {differing:?}\n{text}"
            );
        }
        Err(error) => prop_assert!(false, "{error}\n{formatted}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text_round_trips(text in any::<String>()) {
        round_trips(&text)?;
    }

    #[test]
    fn any_soup_round_trips(text in generator::soup()) {
        round_trips(&text)?;
    }

    #[test]
    fn any_soup_formats(text in generator::soup()) {
        formats(&text)?;
    }

    #[test]
    fn well_formed_files_have_no_errors(text in generator::file()) {
        round_trips(&text)?;
        let errors = parse(&text).errors;
        prop_assert!(errors.is_empty(), "{text}\n{errors:#?}");
    }

    #[test]
    fn well_formed_files_format(text in generator::file()) {
        formats(&text)?;
        let formatted = format(&text).expect("checked");
        prop_assert!(parse(&formatted).errors.is_empty(), "{formatted}");
        for line in formatted.lines().filter(|_| !formatted.contains("\"\"\"")) {
            prop_assert_eq!(line.trim_end(), line, "no white space at the end of a line");
        }
    }

    #[test]
    fn cut_files_round_trip_and_format(text in generator::file(), at in any::<prop::sample::Index>()) {
        let mut end = at.index(text.len() + 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        round_trips(&text[..end])?;
        formats(&text[..end])?;
    }

    #[test]
    fn edited_examples_round_trip_and_format(
        example in 0..crate::EXAMPLES.len(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..12_usize, generator::fragment()), 1..4),
    ) {
        let mut text = crate::EXAMPLES[example].1.to_owned();
        for (at, removed, inserted) in edits {
            let start = at.index(text.len() + 1);
            let end = (start + removed).min(text.len());
            if text.is_char_boundary(start) && text.is_char_boundary(end) {
                text.replace_range(start..end, &inserted);
            }
        }
        round_trips(&text)?;
        formats(&text)?;
    }

    #[test]
    fn line_ends_make_no_difference(text in generator::file()) {
        let unix = text.replace("\r\n", "\n");
        let windows = unix.replace('\n', "\r\n");
        prop_assert!(parse(&windows).errors.is_empty(), "{windows}");
        if !unix.contains("\"\"\"") {
            prop_assert_eq!(format(&windows), format(&unix));
        }
    }
}

/// The sources of this repository, whatever state they are in.
#[test]
fn the_sources_of_the_repository_round_trip_and_format() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec![root.join("stdlib"), root.join("examples")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "plat") {
                let text = std::fs::read_to_string(&path).expect("a source is text");
                round_trips(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                formats(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                files += 1;
            }
        }
    }
    assert!(files > 0, "the repository has sources");
}

/// Found by [`any_soup_formats`]: the first pass separates a comment from the slip before it.
#[test]
fn a_slip_before_a_comment_formats_to_a_fixed_point() {
    formats("-// c\nservice \n{").expect("it formats");
}
