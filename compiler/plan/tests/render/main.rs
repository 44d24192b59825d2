//! Plans made by hand, as people and programs see them.

mod json;
mod markdown;
mod plans;
mod terminal;
