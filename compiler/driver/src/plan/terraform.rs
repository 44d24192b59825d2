//! Terraform's own plan beside the states.

use std::path::Path;

use plat_diagnostics::{Diagnostic, codes};
use plat_plan::terraform;

use super::States;
use crate::project::read_text;
use crate::shown_path;

impl States {
    /// Takes in what `terraform show -json` says of a plan.
    ///
    /// # Errors
    /// When the file cannot be read, or is no such document.
    pub fn take_terraform(&mut self, path: &Path) -> Result<(), Box<Diagnostic>> {
        let finding = |why: String| {
            Box::new(
                Diagnostic::new(
                    &codes::BAD_SNAPSHOT,
                    format!("`{}`: {why}", shown_path(path)),
                )
                .help("make it with `terraform plan -out=FILE` and `terraform show -json FILE`"),
            )
        };
        let text = read_text(path).map_err(|unreadable| finding(unreadable.why))?;
        let more = terraform::read(&text, &self.base, &self.head)
            .map_err(|error| finding(error.to_string()))?;
        self.taken.changes.extend(more.changes);
        self.taken.drift.extend(more.drift);
        self.taken.unknown.extend(more.unknown);
        Ok(())
    }
}
