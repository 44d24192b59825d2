//! Plans made by hand, as people and programs see them.

mod markdown;
mod plans;
mod terminal;
