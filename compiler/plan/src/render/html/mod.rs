//! A plan as one page that needs nothing else: what is touched as a graph, and every change with filters.
//!
//! The page says its head, its causes and its graph without running anything; the list of changes is made by the page's own script
//! from data that it carries, so that a plan of many thousand objects opens at once. Nothing from outside is loaded, which a policy
//! in the page enforces.

mod data;
mod graph;
mod sections;
mod shell;

use super::outline;
use crate::plan::Plan;

pub use shell::{Page, escape, page};

/// A plan as one page.
#[must_use]
pub fn html(plan: &Plan) -> String {
    let mut body = String::new();
    sections::head(&mut body, plan);
    sections::broken(&mut body, plan);
    graph::section(&mut body, plan);
    sections::causes(&mut body, plan);
    sections::unknown(&mut body, plan);
    sections::changes(&mut body, plan);
    page(&Page {
        title: &outline::headline(plan),
        style: include_str!("page.css"),
        body: &body,
        data: &data::json(plan),
        script: include_str!("page.js"),
    })
}
