//! The page of a code for people: in a terminal, and as Markdown for the documentation.

use std::fmt::Write as _;

use crate::page::{Example, ExampleFile, Examples, Verdict};
use crate::registry::{CodeInfo, all};
use crate::wrap::wrap;

const WIDTH: usize = 80;

/// The page as plain text of 80 columns, for `platc explain PLT0101`.
#[must_use]
pub fn explain(code: &CodeInfo) -> String {
    let mut out = format!(
        "{}: {}\nlevel: {}, area: {}\n",
        code.code,
        code.summary,
        code.severity.word(),
        code.area()
    );
    let page = match code.page() {
        Ok(page) => page,
        Err(_) => return out + "\n" + code.source,
    };
    out.push('\n');
    out.push_str(&reflowed(page.explanation));
    match page.examples {
        Examples::None(reason) => {
            let lines = wrap(&format!("There is no example: {reason}."), WIDTH);
            let _ = writeln!(out, "\n{}", lines.join("\n"));
        }
        Examples::Shown(examples) => {
            for example in examples {
                let _ = writeln!(out, "\n{}:\n", heading(example.verdict));
                for file in &example.files {
                    if shows_path(&example) {
                        let _ = writeln!(out, "    {}:", file.path);
                    }
                    for line in file.text.trim_matches('\n').lines() {
                        out.push_str(format!("    {line}").trim_end());
                        out.push('\n');
                    }
                    if shows_path(&example) {
                        out.push('\n');
                    }
                }
                out.truncate(out.trim_end().len());
                out.push('\n');
            }
        }
    }
    out
}

/// The page as Markdown, for `docs/diagnostics/PLT0101.md`.
#[must_use]
pub fn render_page(code: &CodeInfo) -> String {
    let mut out = format!(
        "# {}: {}\n\n{} · {} · `platc explain {}`\n\n",
        code.code,
        code.summary,
        code.severity.word(),
        code.area(),
        code.code
    );
    let page = match code.page() {
        Ok(page) => page,
        Err(_) => return out + code.source,
    };
    let _ = writeln!(out, "{}", page.explanation);
    match page.examples {
        Examples::None(reason) => {
            let _ = writeln!(out, "\nThere is no example: {reason}.");
        }
        Examples::Shown(examples) => {
            for example in examples {
                let _ = writeln!(out, "\n## {}", heading(example.verdict));
                for file in &example.files {
                    if shows_path(&example) {
                        let _ = writeln!(out, "\n`{}`", file.path);
                    }
                    let _ = writeln!(
                        out,
                        "\n```{}\n{}\n```",
                        language(file),
                        file.text.trim_matches('\n')
                    );
                }
            }
        }
    }
    out
}

/// The list of all pages as Markdown, for `docs/diagnostics/README.md`.
#[must_use]
pub fn render_index() -> String {
    let mut out = String::from(
        "# Diagnostics\n\nEvery finding of `platc` has a code. A code never changes its meaning. \
         `platc explain CODE` prints its page.\n",
    );
    let mut area = "";
    for code in all() {
        if code.area() != area {
            area = code.area();
            let _ = writeln!(
                out,
                "\n## {area}\n\n| code | level | what it says |\n|---|---|---|"
            );
        }
        let _ = writeln!(
            out,
            "| [{0}]({0}.md) | {1} | {2} |",
            code.code,
            code.severity.word(),
            code.summary
        );
    }
    out
}

/// All generated files of `docs/diagnostics/`: their names and texts, sorted by name.
#[must_use]
pub fn render_docs() -> Vec<(String, String)> {
    let pages = all()
        .iter()
        .map(|code| (format!("{}.md", code.code), render_page(code)));
    let index = (String::from("README.md"), render_index());
    pages.chain([index]).collect()
}

fn heading(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fails => "An example that fails",
        Verdict::Passes => "An example that passes",
    }
}

fn shows_path(example: &Example<'_>) -> bool {
    example.files.iter().any(|file| file.path != Example::MAIN) || example.files.len() > 1
}

fn language<'a>(file: &ExampleFile<'a>) -> &'a str {
    match file.path.rsplit_once('.') {
        Some((_, extension)) => extension,
        None => "text",
    }
}

/// Paragraphs filled to the width; fenced blocks indented instead; list items beside their bullet.
fn reflowed(markdown: &str) -> String {
    let mut out = String::new();
    let mut paragraph = String::new();
    let mut fenced = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            flush(&mut out, &mut paragraph);
            fenced = !fenced;
        } else if fenced {
            out.push_str(format!("    {line}").trim_end());
            out.push('\n');
        } else if line.trim().is_empty() {
            flush(&mut out, &mut paragraph);
            out.push('\n');
        } else {
            if line.starts_with("- ") {
                flush(&mut out, &mut paragraph);
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    flush(&mut out, &mut paragraph);
    out
}

fn flush(out: &mut String, paragraph: &mut String) {
    let (bullet, text) = match paragraph.strip_prefix("- ") {
        Some(text) => ("- ", text),
        None => ("", paragraph.as_str()),
    };
    for (number, line) in wrap(text, WIDTH - bullet.len()).iter().enumerate() {
        let lead = if number == 0 {
            bullet
        } else {
            &"  "[..bullet.len()]
        };
        let _ = writeln!(out, "{lead}{line}");
    }
    paragraph.clear();
}
