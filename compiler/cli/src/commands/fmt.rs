//! `platc fmt`.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use plat_diagnostics::Diagnostic;
use plat_driver::formatting::{self, Formatted};
use serde::Serialize;
use similar::TextDiff;

use super::counted;
use crate::args::{Fmt, TextFormat};
use crate::console::Console;
use crate::exit::Exit;

pub(super) fn run(arguments: &Fmt, console: &Console) -> io::Result<Exit> {
    if arguments.paths.iter().any(|path| path.as_os_str() == "-") {
        return standard_input(arguments, console);
    }
    let paths = if arguments.paths.is_empty() {
        vec![PathBuf::from(".")]
    } else {
        arguments.paths.clone()
    };
    let formatted = match formatting::format_paths(&paths) {
        Ok(formatted) => formatted,
        Err(finding) => {
            console.finding(*finding)?;
            return Ok(Exit::Failure);
        }
    };
    let mut failed = false;
    for finding in formatted
        .iter()
        .filter_map(|file| file.result.as_ref().err())
    {
        console.finding(finding.clone())?;
        failed = true;
    }
    let changed: Vec<&Formatted> = formatted
        .iter()
        .filter(|file| file.changed().is_some())
        .collect();
    if arguments.diff {
        for file in &changed {
            console.result(&diff(file))?;
        }
    }
    let writes = !arguments.check && !arguments.diff;
    if writes {
        for file in &changed {
            if let Some(finding) = write(file) {
                console.finding(finding)?;
                failed = true;
            }
        }
    }
    match arguments.format {
        TextFormat::Json => console.result(&document(&formatted, writes))?,
        TextFormat::Human => {
            if !arguments.diff {
                for file in &changed {
                    let verb = if writes { "formatted" } else { "would format" };
                    console.say(&format!("{verb} {}", file.shown))?;
                }
            }
            if changed.is_empty() && !failed {
                let count = counted(formatted.len(), "file");
                console.say(&format!(
                    "nothing to do: {count} {}",
                    if formatted.len() == 1 {
                        "is formatted"
                    } else {
                        "are formatted"
                    }
                ))?;
            }
        }
    }
    Ok(match (failed, writes || changed.is_empty()) {
        (true, _) => Exit::Failure,
        (false, true) => Exit::Fine,
        (false, false) => Exit::Different,
    })
}

fn standard_input(arguments: &Fmt, console: &Console) -> io::Result<Exit> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let file = formatting::format_bytes(bytes, "<stdin>");
    if let Err(finding) = &file.result {
        console.finding(finding.clone())?;
        return Ok(Exit::Failure);
    }
    let changed = file.changed().is_some();
    if arguments.diff {
        console.result(&diff(&file))?;
    } else if !arguments.check {
        console.result(file.text())?;
    }
    let asks = arguments.check || arguments.diff;
    Ok(if asks && changed {
        Exit::Different
    } else {
        Exit::Fine
    })
}

fn write(file: &Formatted) -> Option<Diagnostic> {
    let text = file.changed()?;
    plat_driver::replace_file(Path::new(&file.path), text.as_bytes())
        .err()
        .map(|error| error.finding())
}

fn diff(file: &Formatted) -> String {
    let Some(text) = file.changed() else {
        return String::new();
    };
    TextDiff::from_lines(file.before.as_str(), text)
        .unified_diff()
        .header(&file.shown, &file.shown)
        .to_string()
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    written: bool,
    files: Vec<FileDto<'a>>,
}

#[derive(Serialize)]
struct FileDto<'a> {
    path: &'a str,
    changed: bool,
    error: Option<&'a str>,
}

fn document(formatted: &[Formatted], written: bool) -> String {
    let files = formatted.iter().map(|file| FileDto {
        path: &file.shown,
        changed: file.changed().is_some(),
        error: file
            .result
            .as_ref()
            .err()
            .map(|finding| finding.message.as_str()),
    });
    super::json(&Document {
        schema: "platc.fmt/1",
        written,
        files: files.collect(),
    })
}
