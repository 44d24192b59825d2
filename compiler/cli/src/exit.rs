//! What a command comes to.

use std::process::ExitCode;

/// The exit codes, as `docs/reference/cli.md` documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Fine.
    Fine,
    /// Findings of level error, or a failure.
    Failure,
    /// `plan`: there are changes. `--check`: something is out of date.
    Different,
    /// The arguments make no sense.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::Failure => 1,
            Exit::Different => 2,
            Exit::Usage => 64,
        })
    }
}
