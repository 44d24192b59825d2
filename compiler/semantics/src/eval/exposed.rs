//! Where an instance is exposed: what the fleet compares to find two services at one address.

use bumpalo::Bump;
use plat_model::{Origin, Value, field};

use super::Session;
use crate::db::{Db, DeclId};
use crate::environments;
use crate::hir::{self, BodyKind};
use crate::problem::Anchor;

/// An address that an instance is exposed at: a host and a path, and where that is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exposed {
    /// `public`, `internal`.
    pub visibility: Box<str>,
    /// The host.
    pub host: Box<str>,
    /// The path.
    pub path: Box<str>,
    /// The exposure.
    pub at: Anchor,
}

/// The addresses that a declaration is exposed at in an environment, in the order of its sources. Those that cannot be computed
/// are left out: evaluating the declaration says why.
pub fn exposed(db: &dyn Db, decl: DeclId, environment: DeclId) -> Vec<Exposed> {
    let exposes = match &hir::body(db, decl).kind {
        BodyKind::Service(service) => service.exposes.as_slice(),
        _ => &[],
    };
    if exposes.is_empty() || !environments::declared_in(db, decl, environment) {
        return Vec::new();
    }
    let arena = Bump::new();
    let mut session = Session::new(db, &arena, environment);
    let frame = session.fact_frame(decl, environment);
    let Ok(list) = session.exposures(frame, Origin::COMPILER) else {
        return Vec::new();
    };
    let Value::List(exposures) = list.value else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for exposure in exposures {
        let fields = exposure.value.fields().unwrap_or_default();
        let texts = |key: &str| -> Vec<&str> {
            match field(fields, key).map(|field| field.node.value) {
                Some(Value::Str(text)) => vec![text],
                Some(Value::List(items)) => items
                    .iter()
                    .filter_map(|item| match item.value {
                        Value::Str(text) => Some(text),
                        _ => None,
                    })
                    .collect(),
                _ => Vec::new(),
            }
        };
        let Some(at) = session.anchor(exposure.origin) else {
            continue;
        };
        let visibility = texts("visibility").first().copied().unwrap_or_default();
        let hosts = [texts("host"), texts("hosts")].concat();
        for host in hosts {
            for path in texts("paths") {
                found.push(Exposed {
                    visibility: visibility.into(),
                    host: host.into(),
                    path: path.into(),
                    at: at.clone(),
                });
            }
        }
    }
    found
}
