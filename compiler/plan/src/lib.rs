//! Plans: two states of a project compared, in what they come to and not in their text.
//!
//! ```text
//! State, State ── build ──▶ Plan ── render ──▶ terminal, Markdown, JSON, HTML
//!                 │  match objects by identity, then by renames
//!                 │  diff them by schema; ask the target what a change does
//!                 └  explain: causes, reach, numbers
//! ```
//!
//! A [`State`](state::State) is plain data, whatever it comes from. This crate does not know the language, the database, files or
//! any cluster, and of targets only what their [schemas](plat_model::schema::Schemas) and
//! [change rules](plat_model::change::ChangeRules) say.

mod build;
pub mod diff;
pub mod plan;
pub mod render;
pub mod snapshot;
pub mod state;
pub mod terraform;
