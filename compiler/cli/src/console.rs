//! Standard output and standard error.

use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use plat_diagnostics::render::{self, Charset, Format, Terminal};
use plat_diagnostics::{Diagnostic, Report, Sources};
use plat_driver::Files;

use crate::args::{Color, Global};

/// How wide text may become, however wide the terminal is.
const MAX_WIDTH: usize = 100;
pub(crate) const DEFAULT_WIDTH: usize = 80;

/// Where results and findings go.
#[derive(Debug)]
pub(crate) struct Console {
    quiet: bool,
    pub(crate) verbose: bool,
    color: Color,
    max_findings: usize,
}

impl Console {
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            quiet: global.quiet,
            verbose: global.verbose,
            color: global.color,
            max_findings: global.max_findings,
        }
    }

    /// A result, for standard output.
    pub(crate) fn result(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// What was done, for a person: standard output unless `-q`.
    pub(crate) fn say(&self, text: &str) -> io::Result<()> {
        if self.quiet {
            Ok(())
        } else {
            self.result(&format!("{text}\n"))
        }
    }

    /// Something on the side, for a person who wants to know more: standard error, with `-v`.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose && !self.quiet {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Findings: standard error for people, standard output for programs.
    pub(crate) fn findings(
        &self,
        report: &Report,
        sources: &dyn Sources,
        format: Format,
    ) -> io::Result<()> {
        let report = if self.max_findings == 0 {
            report.clone()
        } else {
            report.clone().capped(self.max_findings)
        };
        let text = render::render(&report, sources, format, &self.terminal());
        match format {
            Format::Human | Format::Concise if report.findings().is_empty() => Ok(()),
            Format::Human | Format::Concise => {
                let mut err = AutoStream::new(io::stderr().lock(), self.stderr_choice());
                err.write_all(text.as_bytes())
            }
            Format::Json | Format::Sarif | Format::Junit | Format::Github => self.result(&text),
        }
    }

    /// One finding without a project around it.
    pub(crate) fn finding(&self, finding: Diagnostic) -> io::Result<()> {
        let files = Files::default();
        self.findings(&Report::new(vec![finding], &files), &files, Format::Human)
    }

    /// How wide results may be: any width when no terminal shows them.
    pub(crate) fn result_width(&self) -> Option<usize> {
        io::stdout().is_terminal().then(width)
    }

    /// Whether results may be coloured.
    pub(crate) fn result_colour(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        }
    }

    fn stderr_choice(&self) -> ColorChoice {
        match self.color {
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
            Color::Auto => AutoStream::choice(&io::stderr()),
        }
    }

    fn terminal(&self) -> Terminal {
        let is_terminal = io::stderr().is_terminal();
        Terminal {
            width: if is_terminal { width() } else { DEFAULT_WIDTH },
            colour: self.stderr_choice() != ColorChoice::Never,
            charset: if is_terminal && !speaks_unicode() {
                Charset::Ascii
            } else {
                Charset::Unicode
            },
        }
    }
}

fn width() -> usize {
    let columns =
        terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    columns.min(MAX_WIDTH)
}

/// Whether the terminal shows more than ASCII, as far as the environment says.
fn speaks_unicode() -> bool {
    if std::env::var_os("TERM").is_some_and(|term| term == "dumb" || term == "linux") {
        return false;
    }
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .unwrap_or_default()
        .to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}
