//! The frame of a page that needs nothing else: its style, its script and its data are in it, and it may load nothing.

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use crate::render::values::visible;

/// What all pages look like.
const STYLE: &str = include_str!("shell.css");

/// A page.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// What the window is called.
    pub title: &'a str,
    /// What it looks like, beyond what all pages have in common.
    pub style: &'a str,
    /// What stands on it without running anything, as HTML.
    pub body: &'a str,
    /// What its script is given, as JSON, in the element `data`.
    pub data: &'a str,
    /// Its script.
    pub script: &'a str,
}

/// Writes a page.
#[must_use]
pub fn page(page: &Page<'_>) -> String {
    let Page {
        title,
        style,
        body,
        data,
        script,
    } = page;
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script));
    let (title, data) = (escape(title), embedded(data));
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{STYLE}{style}</style>
</head>
<body>
{body}<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"#
    )
}

/// Data as text that stands inside of a `script` element: nothing in it can end that.
fn embedded(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 64);
    for character in json.chars() {
        match character {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            _ => out.push(character),
        }
    }
    out
}

/// Text inside of an element or an attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}
