//! Harness of the suites that cross crates: small projects on disk, and what the compiler says of them.
//!
//! It knows the driver and nothing below it: what these suites assert is what a user sees.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use plat_diagnostics::render::{Format, Terminal, render};
use plat_diagnostics::{Diagnostic, LineIndex, Report, Sources as _};
use plat_driver::build::{RenderOptions, Rendered, render as render_artifacts};
use plat_driver::{Arguments, CheckOptions, Workspace, check};
use tempfile::TempDir;

/// The folder of the repository.
///
/// # Panics
/// If this crate has been moved out of it.
#[must_use]
pub fn repository() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent()
        .expect("this crate lies in the repository")
        .to_path_buf()
}

/// The examples that ship with the compiler, sorted.
///
/// # Panics
/// If there is no folder `examples`.
#[must_use]
pub fn examples() -> Vec<PathBuf> {
    let folder = repository().join("examples");
    let entries = fs::read_dir(&folder).expect("the repository has examples");
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    found.retain(|path| path.join("plat.toml").is_file());
    found.sort();
    found
}

/// A project in a temporary folder.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
}

/// The project file of a scratch project that brings none.
pub const MANIFEST: &str = "[package]\nname = \"acme\"\nversion = \"0.1.0\"\n";

impl Scratch {
    /// A project of these files.
    ///
    /// # Panics
    /// If the temporary folder cannot be written.
    #[must_use]
    pub fn new<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let scratch = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        scratch.write("plat.toml", MANIFEST);
        for (path, text) in files {
            scratch.write(path, text);
        }
        scratch
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("made");
        fs::write(path, content).expect("written");
    }

    /// The project in a database.
    #[must_use]
    pub fn load(&self) -> Workspace {
        Workspace::load(self.path(), &Arguments::default())
    }

    /// All findings.
    #[must_use]
    pub fn check(&self) -> Checked {
        let workspace = self.load();
        let report = check(&workspace, &CheckOptions::default());
        Checked { workspace, report }
    }
}

/// A project and its findings.
#[derive(Debug)]
pub struct Checked {
    /// The project.
    pub workspace: Workspace,
    /// The findings.
    pub report: Report,
}

impl Checked {
    /// A line per finding: `shop/a.plat:3:5 PLT0101 message`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.report
            .findings()
            .iter()
            .map(|finding| line(&self.workspace, finding))
            .collect()
    }

    /// The codes, in the order of the findings.
    #[must_use]
    pub fn codes(&self) -> Vec<&'static str> {
        self.report
            .findings()
            .iter()
            .map(|finding| finding.code.code)
            .collect()
    }

    /// Whether the code is among the findings.
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.codes().contains(&code)
    }

    /// The findings as a person sees them.
    #[must_use]
    pub fn human(&self) -> String {
        render(
            &self.report,
            self.workspace.files(),
            Format::Human,
            &Terminal::default(),
        )
    }
}

fn line(workspace: &Workspace, finding: &Diagnostic) -> String {
    let files = workspace.files();
    let at = finding.span().map_or_else(String::new, |span| {
        let text = files.text(span.file);
        let position = LineIndex::new(text).position(text, span.start());
        format!(
            "{}:{}:{} ",
            files.path(span.file),
            position.line,
            position.column
        )
    });
    format!("{at}{} {}", finding.code.code, finding.message)
}

/// What a project comes to, by path.
///
/// # Panics
/// If it has errors.
#[must_use]
pub fn artifacts(root: &Path) -> BTreeMap<String, String> {
    let workspace = Workspace::load(root, &Arguments::default());
    let rendered = rendered(&workspace);
    assert!(
        !rendered.report.has_errors(),
        "{}",
        render(
            &rendered.report,
            workspace.files(),
            Format::Human,
            &Terminal::default()
        )
    );
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("artifacts are text");
    rendered
        .artifacts
        .into_iter()
        .map(|artifact| (artifact.path, text(artifact.bytes)))
        .collect()
}

/// Renders all environments of a project.
///
/// # Panics
/// Never: no environment is asked for by name.
#[must_use]
pub fn rendered(workspace: &Workspace) -> Rendered {
    render_artifacts(workspace, &RenderOptions::default()).expect("no environment is asked for")
}
