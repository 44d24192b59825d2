//! Plans made by hand, as people and programs see them.

mod plans;
mod terminal;
