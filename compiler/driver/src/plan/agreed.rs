//! Plans that were read and agreed on: nothing else than what they say may be built.

use std::collections::BTreeSet;
use std::path::Path;

use plat_diagnostics::{Diagnostic, codes};
use plat_plan::render;
use serde::Deserialize;

use super::built;
use super::skeleton::Skeleton;
use crate::project::read_text;
use crate::{Workspace, shown_path};

/// What a document is.
#[derive(Deserialize)]
struct Head {
    schema: String,
}

/// What of a plan says which states it is about.
#[derive(Deserialize)]
struct Document {
    base: State,
    head: State,
    environments: Vec<Environment>,
}

#[derive(Deserialize)]
struct State {
    label: String,
    hash: String,
}

#[derive(Deserialize)]
struct Environment {
    name: String,
}

/// The environments that a plan is about, if it still says what a build would do: of those, or of fewer that were asked for.
///
/// # Errors
/// When the file is no plan, or is one of other sources, of another output or of other environments.
pub fn agreed(
    workspace: &Workspace,
    file: &Path,
    out: &Path,
    asked: &BTreeSet<String>,
) -> Result<BTreeSet<String>, Box<Diagnostic>> {
    let plan = read(file)?;
    let stale = |message: &str| {
        Box::new(
            Diagnostic::new(
                &codes::STALE_PLAN,
                format!("the plan in `{}` is out of date", shown_path(file)),
            )
            .note(message)
            .help("plan again: `platc plan --format json --out FILE`; nothing has been written"),
        )
    };
    let planned: BTreeSet<String> = plan
        .environments
        .into_iter()
        .map(|environment| environment.name)
        .collect();
    if let Some(other) = asked.iter().find(|asked| !planned.contains(*asked)) {
        return Err(stale(&format!("it says nothing of environment `{other}`")));
    }
    let head = Skeleton::of(workspace, &plan.head.label, &planned).state;
    if head.hash().to_string() != plan.head.hash {
        return Err(stale(
            "the sources come to something else than when it was made",
        ));
    }
    // A commit stays what it was; an output folder may have been built anew.
    if plan.base.label == shown_path(out) {
        let base = built::state(out, &planned)?;
        if base.hash().to_string() != plan.base.hash {
            return Err(stale(&format!(
                "`{}` holds something else than when it was made",
                plan.base.label
            )));
        }
    }
    Ok(if asked.is_empty() {
        planned
    } else {
        asked.clone()
    })
}

fn read(file: &Path) -> Result<Document, Box<Diagnostic>> {
    let shown = shown_path(file);
    let bad = |why: String| {
        Box::new(
            Diagnostic::new(
                &codes::BAD_SNAPSHOT,
                format!("`{shown}` is no plan that can be read"),
            )
            .note(why)
            .help("write it anew with `platc plan --format json --out FILE`"),
        )
    };
    let text = read_text(file).map_err(|unreadable| bad(format!("it {}", unreadable.why)))?;
    let malformed = |error: serde_json::Error| bad(error.to_string());
    // What it is comes first: a document of another sort is not a bad one of this.
    let head: Head = serde_json::from_str(&text).map_err(malformed)?;
    if head.schema != render::json::SCHEMA {
        return Err(bad(format!(
            "its schema is `{}`, and `{}` is known",
            head.schema,
            render::json::SCHEMA
        )));
    }
    serde_json::from_str(&text).map_err(malformed)
}
