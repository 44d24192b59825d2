//! CODEOWNERS: the rules of a forge by which a change needs the approval of those whom the sources name.
//!
//! Authority is the review. A waiver names who approved it, a guardrail its sponsor, a fact its owner; what makes that more than
//! words is that the forge lets nobody change the file without them. [`codeowners`] writes these rules, and a check says where the
//! rules that are there do not demand them.

mod block;
mod demands;
mod file;
mod findings;
mod pattern;
mod place;
mod rules;

use std::path::{Path, PathBuf};

use plat_diagnostics::{Diagnostic, Report, codes};

use crate::atomic::FileError;
use crate::check::{checked_files, report, text_problems};
use crate::project::{Unreadable, read_text};
use crate::{Workspace, replace_file, shown_path};
use block::Marks;
pub use demands::Role;
use demands::{Handles, Source};
use file::OwnersFile;
use findings::{Demanded, Given};
use place::{Repository, forge_of};
pub use rules::Rule;

/// Who reads CODEOWNERS: they differ in patterns, and in what they can demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    /// The last rule for a file decides, and any of its owners may approve.
    GitHub,
    /// So it is in each section, and every section has to be satisfied.
    GitLab,
}

impl Forge {
    /// The name that programs read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
        }
    }
}

/// GitHub does not read a larger file.
const GITHUB_LIMIT: usize = 3 << 20;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Who reads the file; what the repository looks like decides if nothing is said.
    pub forge: Option<Forge>,
    /// The file, if it is not where the forge looks.
    pub file: Option<PathBuf>,
}

/// A CODEOWNERS file as it should be.
#[derive(Debug)]
pub struct Codeowners {
    /// Who reads it.
    pub forge: Forge,
    /// Where it is.
    pub file: PathBuf,
    /// The rules that demand what the sources demand.
    pub rules: Vec<Rule>,
    /// What the sources demand; without those that demand nothing.
    pub sources: Vec<Approvals>,
    /// What cannot be demanded, and why.
    pub report: Report,
    /// What the file holds, if there is one.
    before: Option<String>,
    /// What it should hold.
    after: String,
}

impl Codeowners {
    /// Whether the file is as it should be. Line ends do not count: git changes them.
    #[must_use]
    pub fn is_up_to_date(&self) -> bool {
        let before = self.before.as_deref().unwrap_or_default();
        before == self.after || before.replace("\r\n", "\n") == self.after.replace("\r\n", "\n")
    }

    /// Writes the file, if it is not as it should be; says whether it did.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write(&self) -> Result<bool, FileError> {
        if self.is_up_to_date() {
            return Ok(false);
        }
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder).map_err(|error| FileError {
                verb: "create",
                path: folder.to_path_buf(),
                error,
            })?;
        }
        replace_file(&self.file, self.after.as_bytes())?;
        Ok(true)
    }
}

/// Who must approve changes of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approvals {
    /// Its path below the repository.
    pub path: String,
    /// Who, in the order of its declarations.
    pub approvals: Vec<Approval>,
}

/// A team that must approve, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The team.
    pub team: String,
    /// How the forge knows it; without that, nobody is asked.
    pub handle: Option<String>,
    /// What it is for the declaration.
    pub role: Role,
    /// The kind of the declaration that says so: `waiver`, `service`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Where it stands: `payments/checkout.plat:11`.
    pub declared: String,
}

/// Why there are no rules.
#[derive(Debug)]
pub enum Failure {
    /// What the sources say cannot be understood: rules would be lost.
    Errors(Report),
    /// The file cannot be read, or not be told apart from what others wrote.
    Finding(Box<Diagnostic>),
}

/// What CODEOWNERS should be.
///
/// # Errors
/// When the sources have errors, or the file cannot be understood.
pub fn codeowners(workspace: &Workspace, request: &Request) -> Result<Codeowners, Failure> {
    let problems = text_problems(workspace, &checked_files(workspace, false), None);
    let sound = report(workspace, &problems);
    if sound.has_errors() {
        return Err(Failure::Errors(sound));
    }
    let repository = Repository::around(workspace.root());
    let asked = request.file.as_deref();
    let forge =
        { request.forge.or_else(|| forge_of(asked?)) }.unwrap_or_else(|| repository.forge());
    let file = match asked {
        Some(file) => file.to_path_buf(),
        None => { repository.owners_file(forge) }.unwrap_or_else(|| repository.new_file(forge)),
    };
    let before = text_of(&file).map_err(Failure::Finding)?;
    let (sources, handles) = demanded(workspace, &repository);
    let rules = rules::rules(&sources, &handles, forge);
    let marks = Marks::of(&repository.project);
    let after = marks
        .replaced(
            before.as_deref().unwrap_or_default(),
            &rules::lines(&rules, forge),
        )
        .map_err(|unpaired| Failure::Finding(Box::new(broken_block(&file, unpaired.line))))?;
    let demanded = Demanded {
        workspace,
        sources: &sources,
        handles: &handles,
        forge,
    };
    let parsed = OwnersFile::parse(&after, forge);
    let shown = shown_path(&file);
    let below = repository.below(&file);
    let given = Given {
        path: &shown,
        below: below.as_deref(),
        rules: &parsed,
    };
    let mut found = demanded.without_handle();
    found.extend(demanded.mixed());
    found.extend(demanded.unguarded(&given));
    if forge == Forge::GitHub && after.len() > GITHUB_LIMIT {
        found.push(too_large(&shown, after.len()));
    }
    Ok(Codeowners {
        forge,
        report: Report::new(found, workspace.files()),
        file,
        rules,
        sources: { sources.iter() }
            .filter(|source| !source.demands.is_empty())
            .map(|source| approvals(workspace, source, &handles))
            .collect(),
        before,
        after,
    })
}

fn approvals(workspace: &Workspace, source: &Source, handles: &Handles) -> Approvals {
    let db = workspace.db();
    let approvals = source.demands.iter().map(|demand| Approval {
        team: demand.team.to_string(),
        handle: handles.of(&demand.team).map(str::to_owned),
        role: demand.role,
        kind: demand.declaration.kind(db).word(),
        name: demand.declaration.name(db).to_string(),
        declared: workspace.place(demand.declaration),
    });
    Approvals {
        path: source.path.clone(),
        approvals: approvals.collect(),
    }
}

/// Where the CODEOWNERS that is there does not demand what the sources demand. A project takes part as soon as one of its teams says
/// how the forge knows it.
pub(crate) fn findings(workspace: &Workspace) -> Vec<Diagnostic> {
    let repository = Repository::around(workspace.root());
    let forge = repository.forge();
    let Some(file) = repository.owners_file(forge) else {
        return Vec::new();
    };
    let (sources, handles) = demanded(workspace, &repository);
    if handles.is_empty() {
        return Vec::new();
    }
    let text = match text_of(&file) {
        Ok(text) => text.unwrap_or_default(),
        Err(finding) => return vec![*finding],
    };
    let rules = OwnersFile::parse(&text, forge);
    let demanded = Demanded {
        workspace,
        sources: &sources,
        handles: &handles,
        forge,
    };
    let path = repository.below(&file).unwrap_or_default();
    let given = Given {
        path: &path,
        below: Some(&path),
        rules: &rules,
    };
    let mut found = demanded.without_handle();
    found.extend(demanded.mixed());
    found.extend(demanded.not_demanded(&given));
    found.extend(demanded.unguarded(&given));
    found
}

fn demanded(workspace: &Workspace, repository: &Repository) -> (Vec<Source>, Handles) {
    let sources = demands::sources(workspace, repository);
    let handles = demands::handles(workspace.db(), &sources);
    (sources, handles)
}

/// What a file holds; nothing if there is none.
fn text_of(file: &Path) -> Result<Option<String>, Box<Diagnostic>> {
    if !file.exists() {
        return Ok(None);
    }
    read_text(file).map(Some).map_err(|unreadable| {
        let Unreadable { code, why, .. } = unreadable;
        let finding = Diagnostic::new(code, format!("`{}` {why}", shown_path(file)));
        Box::new(finding.help("it has to be text that can be read, as the forge does"))
    })
}

fn broken_block(file: &Path, line: usize) -> Diagnostic {
    let shown = shown_path(file);
    Diagnostic::new(
        &codes::BROKEN_BLOCK,
        format!("`{shown}:{line}` is a mark of `platc` without its other half"),
    )
    .note("what stands between `# BEGIN platc` and `# END platc` is written anew; everything else is kept")
    .help("put the other mark back, or remove this one")
}

fn too_large(shown: &str, bytes: usize) -> Diagnostic {
    Diagnostic::new(
        &codes::CODEOWNERS_TOO_LARGE,
        format!("GitHub does not read `{shown}`: it has {bytes} bytes, and 3 MiB are the most"),
    )
    .note("nobody would be asked to approve anything")
    .help("put the sources of one owner into one folder: that takes one rule")
}
