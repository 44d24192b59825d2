//! Where a line of an artifact comes from: the declaration is written again, this time with a map of its lines. Nothing of that
//! is stored, so a map is never older than its file.

use std::fmt;

use plat_diagnostics::Span;
use plat_semantics::db::{DeclId, Project};
use plat_semantics::hir::{NodeId, source};
use plat_semantics::problem::Problem;

use super::layout::Layout;
use super::render::{self, ArtifactFormat};
use crate::Workspace;

/// What made a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineOrigin {
    /// The line's text.
    pub text: String,
    /// The instance: `checkout@prod`.
    pub instance: String,
    /// Where the instance is declared.
    pub declared: Span,
    /// The declaration that holds the expression.
    pub decl: Option<DeclId>,
    /// The expression, if a source made the line and not the compiler.
    pub span: Option<Span>,
}

/// Why a line has no origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginError {
    /// No declaration makes such a file.
    NoSuchFile,
    /// The file has fewer lines.
    NoSuchLine {
        /// How many it has.
        lines: usize,
    },
    /// What the sources give is not what is in the file.
    OutOfDate,
    /// The declaration has errors.
    Errors(Vec<Problem>),
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchFile => f.write_str("nothing in the project makes this file"),
            Self::NoSuchLine { lines } => write!(f, "the file has {lines} lines"),
            Self::OutOfDate => f.write_str("the file is not what the sources give"),
            Self::Errors(_) => f.write_str("what makes this file has errors"),
        }
    }
}

/// What made a line (from 1) of the artifact at a path below the output folder, whose present text is given.
///
/// # Errors
/// When nothing made it, or the file is out of date.
pub fn trace_line(
    workspace: &Workspace,
    path: &str,
    present: &str,
    line: u32,
) -> Result<LineOrigin, OriginError> {
    let db = workspace.db();
    let (environment, kind, name) = Layout::owner(path).ok_or(OriginError::NoSuchFile)?;
    let environments = Project::get(db).environments(db);
    let environment = environments
        .iter()
        .copied()
        .find(|known| known.name(db) == environment)
        .ok_or(OriginError::NoSuchFile)?;
    let decl =
        render::declaration(workspace, kind, name, environment).ok_or(OriginError::NoSuchFile)?;
    let format = match path.rsplit_once('.') {
        Some((_, "json")) => ArtifactFormat::Json,
        _ => ArtifactFormat::Yaml,
    };
    let header = render::header(workspace.path(decl.file(db)));
    let wanted = render::Wanted {
        layout: Layout { format },
        maps: true,
        waivers: None,
    };
    let mut units = render::units(db, decl, &[environment], wanted, &header).units;
    let unit = units.pop().ok_or(OriginError::NoSuchFile)?;
    if unit.problems.iter().any(Problem::is_error) {
        return Err(OriginError::Errors(unit.problems));
    }
    let artifact = unit.artifact.ok_or(OriginError::NoSuchFile)?;
    let map = unit.lines.unwrap_or_default();
    if artifact.bytes != present.as_bytes() {
        return Err(OriginError::OutOfDate);
    }
    let lines = present.lines().count();
    let text = (line as usize)
        .checked_sub(1)
        .and_then(|index| present.lines().nth(index));
    let text = text.ok_or(OriginError::NoSuchLine { lines })?;
    let origin = map.lines.origin(line);
    let maker = origin.and_then(|origin| {
        let decl = *map.bodies.get((origin.body as usize).checked_sub(1)?)?;
        Some((decl, NodeId(origin.node)))
    });
    Ok(LineOrigin {
        text: text.to_owned(),
        instance: format!("{}@{}", decl.name(db), environment.name(db)),
        declared: workspace.span(decl, NodeId::NAME),
        decl: maker.map(|(decl, _)| decl),
        span: maker.map(|(decl, node)| workspace.span(decl, node)),
    })
}

impl Workspace {
    /// Where a node of a declaration stands.
    #[must_use]
    pub fn span(&self, decl: DeclId, node: NodeId) -> Span {
        Span::new(
            self.file_id(decl.file(self.db())),
            source::node_range(self.db(), decl, node),
        )
    }
}
