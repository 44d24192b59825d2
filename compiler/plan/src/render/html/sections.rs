//! The parts of the page that are there without running anything.

use std::fmt::Write as _;

use super::escape;
use crate::plan::{Cause, Effect, Plan};
use crate::render::outline;
use crate::render::values::Shown;
use crate::render::words::{count, grouped, listed};

/// How many causes the page shows, and how many names of those that each reaches.
const CAUSES: usize = 100;
const NAMES: usize = 60;
const EFFECTS: usize = 20;
const WIDTH: usize = 160;

/// What happens to whom, and how grave it is.
pub(super) fn head(out: &mut String, plan: &Plan) {
    push(
        out,
        format_args!(
            "<header>\n<h1>{}</h1>\n<p class=\"states\"><code>{}</code> → <code>{}</code></p>\n",
            escape(&outline::headline(plan)),
            escape(&plan.base.label),
            escape(&plan.head.label),
        ),
    );
    if !plan.summary.impacts.is_empty() {
        out.push_str("<ul class=\"impacts\" aria-label=\"Objects by impact\">");
        for (impact, number) in &plan.summary.impacts {
            push(
                out,
                format_args!(
                    "<li><button type=\"button\" data-impact=\"{}\" class=\"badge {}\" aria-pressed=\"false\"><b>{}</b> {}</button></li>",
                    impact.name(),
                    impact.name(),
                    grouped(*number),
                    impact.words(),
                ),
            );
        }
        out.push_str("</ul>\n");
    }
    let mut lines = Vec::new();
    let actions = outline::actions(plan);
    if !actions.is_empty() {
        lines.push(format!("{}.", actions.join(", ")));
    }
    let owners = outline::owners(plan);
    if !owners.is_empty() {
        lines.push(format!("Ask {}.", escape(&listed(&owners, 12))));
    }
    if plan.summary.ownerless > 0 {
        lines.push(format!(
            "{} without owner.",
            count(plan.summary.ownerless, "object")
        ));
    }
    if plan.summary.unaffected > 0 {
        lines.push(format!(
            "{} only written differently.",
            count(plan.summary.unaffected, "object")
        ));
    }
    if !lines.is_empty() {
        push(out, format_args!("<p>{}</p>\n", lines.join(" ")));
    }
    out.push_str("</header>\n");
}

/// Why it changes, each line once.
pub(super) fn causes(out: &mut String, plan: &Plan) {
    if plan.causes.is_empty() {
        return;
    }
    push(
        out,
        format_args!(
            "<section aria-labelledby=\"causes-title\">\n<h2 id=\"causes-title\">Why it changes <small>{}</small></h2>\n<ul class=\"causes\">\n",
            count(plan.causes.len(), "line")
        ),
    );
    for cause in plan.causes.iter().take(CAUSES) {
        self::cause(out, plan, cause);
    }
    out.push_str("</ul>\n");
    if plan.causes.len() > CAUSES {
        push(
            out,
            format_args!(
                "<p class=\"more\">… and {}, none of them graver.</p>\n",
                count(plan.causes.len() - CAUSES, "more line")
            ),
        );
    }
    out.push_str("</section>\n");
}

fn cause(out: &mut String, plan: &Plan, cause: &Cause) {
    let holder = outline::cause_holder(cause);
    push(
        out,
        format_args!(
            "<li><details><summary><span class=\"badge {}\">{}</span> <code>{}</code> {} <span class=\"reach\">{}</span></summary><ul>",
            cause.impact.name(),
            outline::cause_impact(cause),
            escape(&outline::cause_place(cause)),
            if holder.is_empty() {
                String::new()
            } else {
                format!("in {}", escape(&holder))
            },
            escape(&outline::reach(plan, cause)),
        ),
    );
    for effect in cause.effects.iter().take(EFFECTS) {
        push(out, format_args!("<li>{}</li>", effect_words(effect)));
    }
    if cause.effects.len() > EFFECTS {
        let more = count(cause.effects.len() - EFFECTS, "more sort of change");
        push(out, format_args!("<li class=\"more\">… and {more}</li>"));
    }
    let names = outline::reached_names(cause);
    if names.len() > 1 {
        push(
            out,
            format_args!("<li>reaches {}</li>", escape(&listed(&names, NAMES))),
        );
    }
    if !cause.owners.is_empty() {
        push(
            out,
            format_args!(
                "<li>owned by {}</li>",
                escape(&listed(&cause.owners, NAMES))
            ),
        );
    }
    out.push_str("</ul></details></li>\n");
}

fn effect_words(effect: &Effect) -> String {
    let mut out = escape(&outline::effect_subject(effect));
    if let Some(path) = &effect.path {
        push(
            &mut out,
            format_args!(" <code>{}</code>", escape(&path.to_string())),
        );
    }
    let (before, after) = match outline::effect_shown(effect, WIDTH) {
        Shown::Values(before, after) => (before, after),
        Shown::Secret(words) => (None, Some(words.to_owned())),
        Shown::Lines(_) => (None, None),
    };
    if let Some(before) = before {
        push(&mut out, format_args!(" <del>{}</del>", escape(&before)));
    }
    if let Some(after) = after {
        push(&mut out, format_args!(" <ins>{}</ins>", escape(&after)));
    }
    if effect.count > 1 && effect.path.is_some() {
        push(&mut out, format_args!(" ({} times)", grouped(effect.count)));
    }
    out
}

/// What guardrails find.
pub(super) fn broken(out: &mut String, plan: &Plan) {
    let broken = plan.broken.iter().map(|broken| {
        let (message, more) = outline::broken_words(broken);
        let (class, word) = if broken.denied {
            ("data-loss", "denied")
        } else {
            ("restart", "warning")
        };
        format!(
            "<span class=\"badge {class}\">{word}</span> {} <span class=\"reach\">{}</span>",
            escape(&message),
            escape(&more)
        )
    });
    list(out, "Guardrails", broken);
}

/// What could not be compared, what somebody else changed, and what else changes in declarations.
pub(super) fn unknown(out: &mut String, plan: &Plan) {
    let unknown = plan.unknown.iter().map(|unknown| {
        let (what, because) = (escape(&unknown.what), escape(&unknown.because));
        format!("<b>{what}</b>: unknown because {because}")
    });
    list(out, "Unknown", unknown);
    let drift = plan.drift.iter().map(|drift| {
        let (place, words) = outline::drift_words(drift, WIDTH);
        format!("<code>{}</code> {}", escape(&place), escape(&words))
    });
    list(out, "Somebody else changed", drift);
    let declarations = plan.declarations.iter().map(|change| {
        let edits: Vec<String> = change.edits.iter().map(outline::edit_words).collect();
        let name = escape(&outline::name_words(&change.name));
        format!("<b>{name}</b> {}", escape(&edits.join("; ")))
    });
    list(out, "What else changes in declarations", declarations);
    let reached = plan.reached.iter().map(|reached| {
        let through: Vec<&str> = reached.through.iter().map(|name| &**name).collect();
        format!(
            "<span class=\"badge {}\">{}</span> {} <span class=\"reach\">{}</span>",
            reached.impact.name(),
            reached.impact.words(),
            escape(&through.join(" → ")),
            escape(reached.owner.as_deref().unwrap_or("without owner")),
        )
    });
    list(out, "Who depends on what changes", reached);
}

fn list(out: &mut String, title: &str, items: impl ExactSizeIterator<Item = String>) {
    let number = items.len();
    if number == 0 {
        return;
    }
    push(
        out,
        format_args!(
            "<section>\n<details{}><summary><h2>{title} <small>{}</small></h2></summary>\n<ul>\n",
            if number <= 8 { " open" } else { "" },
            grouped(number)
        ),
    );
    for item in items {
        push(out, format_args!("<li>{item}</li>\n"));
    }
    out.push_str("</ul></details>\n</section>\n");
}

/// Filters, and the place of the list of changes.
pub(super) fn changes(out: &mut String, plan: &Plan) {
    if plan.changes.is_empty() {
        return;
    }
    out.push_str(
        r#"<section aria-labelledby="changes-title">
<h2 id="changes-title">Every change</h2>
<noscript><p>The list of changes is made by a script of this page, which is not run here.</p></noscript>
<form id="filters" role="search">
<label>Team <select name="owner"><option value="">all teams</option></select></label>
<label>Environment <select name="environment"><option value="">all environments</option></select></label>
<label>Impact <select name="impact"><option value="">all impacts</option></select></label>
<label class="wide">Search <input type="search" name="text" placeholder="address, path or value" autocomplete="off"></label>
<button type="reset">Show all</button>
</form>
<p id="shown" role="status" aria-live="polite"></p>
<div id="changes"></div>
<button type="button" id="more" hidden></button>
</section>
"#,
    );
}

fn push(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing into a string does not fail.
    let _ = out.write_fmt(arguments);
}
