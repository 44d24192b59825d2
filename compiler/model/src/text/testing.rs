//! Tables of good and bad texts.

use super::{TextKind, check};

/// Asserts that all of them pass.
pub(super) fn good(kind: TextKind, texts: &[&str]) {
    for text in texts {
        assert_eq!(check(kind, text), Ok(()), "{kind:?}: {text}");
    }
}

/// Asserts that all of them fail. Each row is the text with the wrong bytes between `«` and `»`, the message, and the text
/// with the suggestion in place, empty when there is none.
pub(super) fn bad(kind: TextKind, rows: &[(&str, &str, &str)]) {
    for (marked, message, fixed) in rows {
        let text = marked.replace(['«', '»'], "");
        let error = check(kind, &text).expect_err(marked);
        let (start, end) = (error.range.start, error.range.end);
        let found = format!("{}«{}»{}", &text[..start], &text[start..end], &text[end..]);
        assert_eq!(
            (found.as_str(), error.message.as_str()),
            (*marked, *message),
            "{kind:?}"
        );
        assert_eq!(
            error.apply(&text).as_deref().unwrap_or(""),
            *fixed,
            "{kind:?}: the suggestion for {text}"
        );
        assert!(
            fixed.is_empty() || fixes_end(kind, fixed),
            "{kind:?}: the suggestions for {text} lead nowhere"
        );
    }
}

/// Whether suggestion after suggestion leads to a good text, or to an error that leaves the answer to the author.
fn fixes_end(kind: TextKind, text: &str) -> bool {
    let mut text = text.to_owned();
    for _ in 0..8 {
        match check(kind, &text).map_err(|error| error.apply(&text)) {
            Ok(()) | Err(None) => return true,
            Err(Some(next)) => text = next,
        }
    }
    false
}
