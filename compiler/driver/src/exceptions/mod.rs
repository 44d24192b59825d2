//! Exceptions: waivers of guardrails, patches of objects and objects that a service adds, by the day on which they end.

mod age;
mod patches;
mod waivers;

use plat_diagnostics::{Diagnostic, codes};
use plat_model::Date;
use plat_semantics::db::{Db as _, DeclId, Name, SourceFile};
use plat_semantics::hir::{NodeId, node_range};
use plat_semantics::items::{ItemKind, parse};
use plat_semantics::scope::distance::nearest;
use plat_syntax::{NodeOrToken, SyntaxKind, TextRange};

use crate::{Database, Workspace};

/// An exception that stands in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// What it is.
    pub kind: ExceptionKind,
    /// The waiver's name, or the object that is patched or added.
    pub name: String,
    /// What it is for: `billing@prod`, `checkout`.
    pub subject: String,
    /// The guardrail that is waived.
    pub guardrail: Option<String>,
    /// Where it exists, if not everywhere.
    pub environments: Vec<String>,
    /// The team that answers for the subject.
    pub owner: Option<String>,
    /// The team that gave its word.
    pub approver: Option<String>,
    /// Why.
    pub because: String,
    /// Its last day.
    pub until: Option<Date>,
    /// The day from which its oldest line is, as far as git knows.
    pub since: Option<Date>,
    /// Where it stands: `payments/checkout.plat:11`.
    pub declared: String,
}

/// What an exception is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExceptionKind {
    /// A guardrail need not hold.
    Waiver,
    /// An object is changed behind its capability's back.
    Patch,
    /// An object is added.
    Emit,
}

impl ExceptionKind {
    /// The word that people and machines read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiver => "waiver",
            Self::Patch => "patch",
            Self::Emit => "emit",
        }
    }
}

/// Which exceptions are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those that this team approved, or whose subject it owns.
    pub team: Option<String>,
    /// Only those that had ended by this day.
    pub ended_by: Option<Date>,
}

/// What was found, or why nothing could be looked for.
pub type Listed = Result<Vec<Exception>, Box<Diagnostic>>;

/// An exception, and the text that says it.
struct Found {
    exception: Exception,
    file: SourceFile,
    range: TextRange,
}

/// The waivers of guardrails, the one that ends first in front.
///
/// # Errors
/// When there is no such team.
pub fn waivers(workspace: &Workspace, filter: &Filter) -> Listed {
    known_team(workspace, filter)?;
    Ok(listed(workspace, waivers::all(workspace), filter))
}

/// The patches and added objects, the one that ends first in front.
///
/// # Errors
/// When there is no such team.
pub fn patches(workspace: &Workspace, filter: &Filter) -> Listed {
    known_team(workspace, filter)?;
    Ok(listed(workspace, patches::all(workspace), filter))
}

fn listed(workspace: &Workspace, mut found: Vec<Found>, filter: &Filter) -> Vec<Exception> {
    found.retain(|found| wanted(&found.exception, filter));
    age::date(workspace, &mut found);
    let mut exceptions: Vec<Exception> = found.into_iter().map(|found| found.exception).collect();
    let without_end = |exception: &Exception| exception.until.is_none();
    // The sort keeps the order of sources for what is equal.
    exceptions.sort_by(|a, b| {
        let key = |exception: &Exception| (without_end(exception), exception.until);
        (key(a), &a.subject, &a.name).cmp(&(key(b), &b.subject, &b.name))
    });
    exceptions
}

fn wanted(exception: &Exception, filter: &Filter) -> bool {
    let of_team = filter
        .team
        .as_ref()
        .is_none_or(|team| [&exception.owner, &exception.approver].contains(&&Some(team.clone())));
    let ended = filter
        .ended_by
        .is_none_or(|day| exception.until.is_some_and(|until| until < day));
    of_team && ended
}

fn known_team(workspace: &Workspace, filter: &Filter) -> Result<(), Box<Diagnostic>> {
    let Some(team) = &filter.team else {
        return Ok(());
    };
    let db = workspace.db();
    let known = db.fleet().names(db, ItemKind::Team);
    if known.iter().any(|name| name == team) {
        return Ok(());
    }
    let finding = Diagnostic::new(
        &codes::UNKNOWN_ADDRESS,
        format!("there is no team `{team}`"),
    );
    Err(Box::new(
        match nearest(team, known.iter().map(Name::as_str)) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("`platc list teams` shows them"),
        },
    ))
}

/// The text of the node of one of these kinds around something of a declaration.
fn whole(db: &Database, decl: DeclId, node: NodeId, kinds: &[SyntaxKind]) -> TextRange {
    let within = node_range(db, decl, node);
    let root = parse(db, decl.file(db)).syntax();
    let at = match root.covering_element(within) {
        NodeOrToken::Node(node) => Some(node),
        NodeOrToken::Token(token) => token.parent(),
    };
    at.and_then(|node| node.ancestors().find(|node| kinds.contains(&node.kind())))
        .map_or(within, |node| node.text_range())
}
