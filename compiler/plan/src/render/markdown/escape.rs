//! Texts of users in Markdown: none of them formats, links, mentions, closes what stands around it, or ends a comment.

use super::super::values::visible;

/// Stands between `@` and a name, so that nobody is called; people do not see it.
const GAP: &str = "&#8203;";

/// Text in a paragraph.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut previous = ' ';
    for character in visible(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Mentions, issues, merge requests and the like begin with one of these, even behind a backslash.
            '@' | '#' | '!' | '~' | '%' | '$' => {
                out.push(character);
                out.push_str(GAP);
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '|' => out.extend(['\\', character]),
            // `:tada:` is a picture, `https://…` a link; a colon before a space is neither.
            ':' => out.push_str("&#58;"),
            // Some forges read a line that begins with a slash as a command.
            '/' if previous.is_whitespace() => out.push_str("&#47;"),
            _ => out.push(character),
        }
        previous = character;
    }
    out.replace("&#58; ", ": ")
}

/// Text between backticks, more of them than the text has in a row.
pub(super) fn code(text: &str) -> String {
    let text = visible(text);
    if text.trim().is_empty() {
        return format!("`\"{text}\"`");
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let touches = |end: Option<char>| matches!(end, Some('`' | ' '));
    let pad = if touches(text.chars().next()) || touches(text.chars().last()) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text inside an element of HTML, where Markdown means nothing.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for character in visible(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '@' | '#' | '!' | '~' | '%' | '$' => {
                out.push(character);
                out.push_str(GAP);
            }
            // In a list, Markdown inside of one line of HTML does mean something.
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '|' | ':' => {
                out.push_str(&format!("&#{};", u32::from(character)));
            }
            _ => out.push(character),
        }
    }
    out
}

/// A diff in a block, indented to stand in a list.
pub(super) fn diff(lines: &[&str], indent: usize) -> String {
    let longest = lines.iter().map(|line| longest_run(line)).max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    let indent = " ".repeat(indent);
    let mut out = format!("{indent}{fence}diff\n");
    for line in lines {
        out.push_str(&indent);
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(&indent);
    out.push_str(&fence);
    out
}

/// An address as the target of a link.
pub(super) fn url(text: &str) -> String {
    encoded(text, "-._~:/?#@!$&'*+,;=%")
}

/// A path as part of an address.
pub(super) fn url_path(text: &str) -> String {
    encoded(text, "-._~/")
}

fn encoded(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::{code, diff, text, url, url_path};

    #[test]
    fn backticks_are_fenced_by_more_of_them() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "`\"\"`");
        assert_eq!(code("a\nb"), "`a\\nb`");
        assert_eq!(diff(&["+```"], 2), "  ````diff\n  +```\n  ````");
    }

    #[test]
    fn text_is_only_text() {
        assert_eq!(text("a*b*"), "a\\*b\\*");
        assert_eq!(text("@team <!-- -->"), "@&#8203;team &lt;!&#8203;-- --&gt;");
        assert_eq!(text("/close: x"), "&#47;close: x");
        assert_eq!(text("https://x"), "https&#58;//x");
    }

    #[test]
    fn addresses_cannot_leave_their_link() {
        assert_eq!(url("https://x/a b)(<c>"), "https://x/a%20b%29%28%3Cc%3E");
        assert_eq!(url_path("a#b?c/ü"), "a%23b%3Fc/%C3%BC");
    }
}
