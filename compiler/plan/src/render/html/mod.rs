//! A plan as one page that needs nothing else: what is touched as a graph, and every change with filters.
//!
//! The page says its head, its causes and its graph without running anything; the list of changes is made by the page's own script
//! from data that it carries, so that a plan of many thousand objects opens at once. Nothing from outside is loaded, which a policy
//! in the page enforces.

mod data;
mod graph;
mod sections;

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::outline;
use super::values::visible;
use crate::plan::Plan;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A plan as one page.
#[must_use]
pub fn html(plan: &Plan) -> String {
    let title = escape(&outline::headline(plan));
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(SCRIPT));
    let mut out = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{STYLE}</style>
</head>
<body>
"#
    );
    sections::head(&mut out, plan);
    sections::broken(&mut out, plan);
    graph::section(&mut out, plan);
    sections::causes(&mut out, plan);
    sections::unknown(&mut out, plan);
    sections::changes(&mut out, plan);
    out.push_str("<script type=\"application/json\" id=\"data\">");
    out.push_str(&data::embedded(plan));
    out.push_str("</script>\n<script>");
    out.push_str(SCRIPT);
    out.push_str("</script>\n</body>\n</html>\n");
    out
}

/// Text inside of an element or an attribute.
fn escape(text: &str) -> String {
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
