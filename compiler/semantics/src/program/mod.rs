//! What a capability, fact or service is made of, decided once: signatures, the layout of what can be set, and the settings of
//! the lower layers. Evaluation starts from these and adds what one service says.

mod choice;
mod collisions;
mod deciders;
mod facts;
mod layouts;
mod rings;
mod settings;
mod signatures;
mod specs;

pub use choice::{
    Candidate, Choice, Verdict, foreign_member, implementation_choice, implementations,
};
pub use collisions::collisions;
pub use deciders::{Decider, has_shape, is_checked_literal};
pub use facts::{builtin_fields, capability_facts, fact_schema};
pub use layouts::{Layout, Place, PlaceId, PlaceKind, layout};
pub(crate) use rings::{drawn, ring_through};
pub use rings::{emission_ring, emission_ring_problem};
pub use settings::{
    Base, Layer, Rank, Setting, SettingOp, base, collect, edge_base, link, same_base, scope_of,
    segment_names,
};
pub use signatures::{
    InputSig, OutputSig, Signature, capability_is, contract_signature, signature,
};
pub use specs::{
    Composition, Settings, Spec, blocks_for, composition, edge_fields, edge_layout, spec,
};
