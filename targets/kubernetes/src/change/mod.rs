//! What a change of an object does to what runs in the cluster.
//!
//! The rules are tables, one per kind (`rules`): the path of a field, and what it does when it changes. They follow the API
//! server's validation (`pkg/apis/*/validation` of Kubernetes) for what cannot be changed in place, and the controllers for
//! the rest. `defaults` holds what the API server fills in, `whole` what new and deleted objects do.

mod defaults;
mod rule;
mod rules;
mod site;
#[cfg(test)]
mod tests;
mod whole;

use plat_model::change::{ChangeRules, Impact, ObjectRef, Path, Verdict};
use plat_model::tree::{Tree, TreeValue};

use rule::{Gravest, apply};
use site::{Kind, Site};

/// The knowledge of Kubernetes about changes. It depends on no version: a field that a version lacks does not change there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Changes;

impl ChangeRules for Changes {
    fn default_of(&self, object: ObjectRef<'_>, path: &Path) -> Option<Tree> {
        defaults::default_of(object, path)
    }

    fn changed(
        &self,
        objects: (ObjectRef<'_>, ObjectRef<'_>),
        path: &Path,
        before: Option<&Tree>,
        after: Option<&Tree>,
    ) -> Verdict {
        let site = Site {
            objects,
            path,
            fields: path.fields(),
            before,
            after,
        };
        changed(&site)
    }

    fn created(&self, object: ObjectRef<'_>) -> Verdict {
        whole::created(object)
    }

    fn deleted(&self, object: ObjectRef<'_>) -> Verdict {
        whole::deleted(object)
    }

    fn accompanies(&self, object: ObjectRef<'_>) -> bool {
        whole::accompanies(object)
    }

    fn is_secret(&self, api_version: &str, kind: &str, path: &Path) -> bool {
        if (api_version, kind) != ("v1", "Secret") {
            return false;
        }
        match path.fields()[..] {
            ["data" | "stringData", ..] => true,
            // `kubectl apply` keeps a copy of the whole object there.
            ["metadata", "annotations", key] => key == LAST_APPLIED,
            _ => false,
        }
    }

    fn empty_is_absent(&self, object: ObjectRef<'_>, _path: &Path) -> bool {
        // The built-in types are written without what is empty. Of others, only their controllers know: a policy may say
        // "nobody" by an empty list.
        Kind::of(object).is_built_in()
    }

    fn is_duration(&self, object: ObjectRef<'_>, path: &Path) -> bool {
        let group = Kind::of(object).group;
        let Some(field) = path.fields().last().copied() else {
            return false;
        };
        matches!(
            (group, field),
            ("external-secrets.io", "refreshInterval")
                | ("cert-manager.io", "duration" | "renewBefore")
                | (
                    "monitoring.coreos.com",
                    "interval" | "scrapeTimeout" | "for" | "keep_firing_for"
                )
                | (
                    "kustomize.toolkit.fluxcd.io"
                        | "helm.toolkit.fluxcd.io"
                        | "source.toolkit.fluxcd.io",
                    "interval" | "retryInterval" | "timeout"
                )
        )
    }

    fn order_matters(&self, object: ObjectRef<'_>, path: &Path) -> bool {
        // Init containers run one after the other.
        Kind::of(object).is_built_in() && path.fields().last() == Some(&"initContainers")
    }
}

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The gravest of what a value and everything in it does. Of a value that is only there before or after, every part counts.
fn changed(site: &Site<'_>) -> Verdict {
    let mut gravest = at(site);
    parts(site, &mut gravest);
    gravest.verdict()
}

fn parts(site: &Site<'_>, gravest: &mut Gravest) {
    let both = site.before.is_some() && site.after.is_some();
    for (is_before, tree) in [(true, site.before), (false, site.after)] {
        let Some(tree) = tree else { continue };
        let mut part = |below: Option<&str>, tree| {
            let mut fields = site.fields.clone();
            fields.extend(below);
            let part = Site {
                objects: site.objects,
                path: site.path,
                fields,
                before: is_before.then_some(tree),
                after: (!is_before).then_some(tree),
            };
            if rules::is_grant(&part.fields, tree) {
                gravest.prefer(at(&part));
            } else {
                gravest.add(at(&part));
            }
            parts(&part, gravest);
        };
        match &tree.value {
            // Of a list of plain values, the list itself has been judged.
            TreeValue::List(_) if both => {}
            TreeValue::List(items) => {
                for item in items {
                    // A scalar has the fields of its list, which have been judged.
                    if item.entries().is_some() || item.items().is_some() {
                        part(None, item);
                    }
                }
            }
            TreeValue::Map(entries) => {
                for (key, value) in entries {
                    part(Some(key), value);
                }
            }
            _ => {}
        }
    }
}

/// What a value does by itself.
fn at(site: &Site<'_>) -> Gravest {
    let kind = site.kind();
    let table = rules::of(kind).unwrap_or_default();
    let known = apply(rules::EVERY_KIND, site).or_else(|| apply(table, site));
    known.unwrap_or_else(|| {
        // What holds fields that have rules is judged by them.
        let is_record = |tree: Option<&Tree>| tree.is_none_or(|tree| tree.entries().is_some());
        let is_judged = is_record(site.before)
            && is_record(site.after)
            && table.iter().any(|rule| rule.is_below(&site.fields));
        Gravest::of(if is_judged {
            Verdict::new(Impact::None, "")
        } else {
            unknown(kind)
        })
    })
}

/// What is said where nothing is known.
fn unknown(kind: Kind<'_>) -> Verdict {
    let reason = if kind.is_built_in() || rules::of(kind).is_some() {
        format!("what this does to a {} is not known", kind.name)
    } else {
        format!("only the controller of {} knows what it does", kind.name)
    };
    Verdict {
        impact: Impact::Unknown,
        replaces: false,
        reason: reason.into(),
    }
}
