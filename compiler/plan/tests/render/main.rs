//! Plans made by hand, as people and programs see them.

mod browser;
mod html;
mod json;
mod laws;
mod markdown;
mod pipelines;
mod plans;
mod terminal;
