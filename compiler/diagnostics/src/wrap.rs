//! Plain text for a terminal: wrapping, and nothing that a terminal would obey.

/// Breaks text at spaces so that no line has more than `width` characters, unless a single word has; short code in
/// backticks counts as a word. The line ends of the text stay; the spaces that open one of its lines also open the
/// lines it is broken into.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let words = line.trim_start_matches(' ');
        let indent = &line[..line.len() - words.len()];
        let mut current = String::from(indent);
        let mut used = indent.len();
        let mut empty = true;
        for word in (Words { rest: words }) {
            let length = word.chars().count();
            if !empty && used + 1 + length > width {
                lines.push(std::mem::replace(&mut current, String::from(indent)));
                used = indent.len();
                empty = true;
            }
            if !empty {
                current.push(' ');
                used += 1;
            }
            current.push_str(word);
            used += length;
            empty = false;
        }
        lines.push(current.trim_end().to_owned());
    }
    lines
}

/// The words of a line.
struct Words<'a> {
    rest: &'a str,
}

/// Code in backticks longer than this may be broken.
const LONGEST_CODE: usize = 40;

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest.trim_start_matches(' ');
        if text.is_empty() {
            return None;
        }
        let mut end = 0;
        loop {
            let part = &text[end..];
            let length = part.find(' ').unwrap_or(part.len());
            let open = part[..length].matches('`').count() % 2 == 1;
            end += length;
            // While a backtick is open at a space, the word goes on up to the one that closes it and beyond.
            let mut near = text.bytes().skip(end).take(LONGEST_CODE);
            match near.position(|byte| byte == b'`') {
                Some(close) if open => end += close + 1,
                _ => break,
            }
        }
        let (word, rest) = text.split_at(end);
        self.rest = rest;
        Some(word)
    }
}

/// Whether a character would steer the terminal, or hide what the text really says, when it is printed.
pub(crate) fn steers_terminal(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with characters that would steer the terminal written as escapes; line ends and tabs stay.
pub(crate) fn printable(text: &str) -> String {
    if !text.contains(|c: char| steers_terminal(c) && c != '\n') {
        return text.to_owned();
    }
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => result.push('\n'),
            '\t' => result.push_str("  "),
            c if steers_terminal(c) => result.extend(c.escape_unicode()),
            c => result.push(c),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_at_spaces_and_keeps_line_ends_and_indents() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable-word x", 5), ["unbreakable-word", "x"]);
        assert_eq!(wrap("a\n\n  b c d", 5), ["a", "", "  b c", "  d"]);
        assert!(wrap("", 5).is_empty());
        assert_eq!(wrap("a  b ", 5), ["a b"]);
    }

    #[test]
    fn short_code_is_not_broken() {
        assert_eq!(
            wrap("say (`only in`) here", 8),
            ["say", "(`only in`)", "here"]
        );
        assert_eq!(wrap("an open ` stays", 8), ["an open", "` stays"]);
        assert_eq!(wrap("`a b` `c d`e `f", 6), ["`a b`", "`c d`e", "`f"]);
    }

    #[test]
    fn nothing_printable_steers_a_terminal() {
        assert_eq!(
            printable("a\u{1b}[31m\r\nb\u{202e}\t."),
            "a\\u{1b}[31m\\u{d}\nb\\u{202e}  ."
        );
        assert_eq!(printable("plain ä\n"), "plain ä\n");
    }
}
