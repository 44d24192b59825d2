//! Who may do what.

use plat_model::change::Impact;

use super::super::rule::{Effect, Rule, at};
use Effect::{Comes, Fixed, Is};
use Impact::{Metadata, Permission, Replace};

#[rustfmt::skip]
pub(super) const SERVICE_ACCOUNT: &[Rule] = &[
    at("automountServiceAccountToken", Is(Permission, "whether its pods hold a token to call the API server")),
    at("secrets", Is(Permission, "which Secrets its pods may mount")),
    at("imagePullSecrets", Is(Permission, "with which credentials images are pulled")),
];

#[rustfmt::skip]
pub(super) const ROLE: &[Rule] = &[
    at("rules", Comes(Permission, "whoever has this role may do more", "whoever has this role may do less", "whoever has this role may do other things")),
    at("aggregationRule", Is(Permission, "of which other roles it is made up")),
];

#[rustfmt::skip]
pub(super) const BINDING: &[Rule] = &[
    at("roleRef", Fixed(Permission, "the role of a binding cannot be changed")),
    at("subjects", Comes(Permission, "somebody more has this role", "somebody no longer has this role", "somebody else has this role")),
];

#[rustfmt::skip]
pub(super) const SIGNING_REQUEST: &[Rule] = &[
    at("spec", Fixed(Replace, "a request cannot be changed")),
];

#[rustfmt::skip]
pub(super) const TRUST_BUNDLE: &[Rule] = &[
    at("spec.signerName", Fixed(Replace, "the signer of a bundle cannot be changed")),
    at("spec.trustBundle", Is(Permission, "whom its readers trust")),
];

/// `ReferenceGrant` of the Gateway API.
#[rustfmt::skip]
pub(super) const REFERENCE_GRANT: &[Rule] = &[
    at("spec.from", Comes(Permission, "more namespaces may refer to what is here", "fewer namespaces may refer to what is here", "other namespaces may refer to what is here")),
    at("spec.to", Comes(Permission, "more of what is here may be referred to", "less of what is here may be referred to", "other things here may be referred to")),
    at("", Is(Metadata, "")),
];
