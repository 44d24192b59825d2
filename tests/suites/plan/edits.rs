//! Ten edits, each with the comment that a reviewer gets. With `UPDATE_EXPECT=1` the suite writes the comments instead.

use std::fs;

use plat_driver::plan::plan::Plan;
use plat_driver::plan::render::{MarkdownOptions, markdown};
use plat_tests::repository;

use super::{commit, example, planned, project};

/// A change of the example.
pub(super) struct Edit {
    pub(super) name: &'static str,
    /// What is done to the example before, so that there is something to change.
    prepare: &'static [Step],
    steps: &'static [Step],
}

/// One step of a change: in a file, one text for another.
enum Step {
    Replace(&'static str, &'static str, &'static str),
    /// Takes out everything from one text up to another, and puts it at the end of a third file.
    Move(&'static str, &'static str, &'static str, &'static str),
    /// Takes out everything from one text up to another.
    Remove(&'static str, &'static str, &'static str),
}

use Step::{Move, Remove, Replace};

const ORDERS: &str = "orders/orders.plat";
const STOREFRONT: &str = "storefront/storefront.plat";
const CATALOG: &str = "catalog/catalog.plat";
const PLATFORM: &str = "platform/environments.plat";

const BALANCER: &str = "inbound { kind = load_balancer }";
const INTERNAL_BALANCER: &str =
    "inbound { kind = load_balancer, internal_annotations { scheme = \"internal\" } }";

pub(super) const EDITS: [Edit; 10] = [
    Edit {
        name: "01-image-bump",
        prepare: &[],
        steps: &[Replace(
            ORDERS,
            "checkoutservice:v0.10.6",
            "checkoutservice:v0.11.0",
        )],
    },
    Edit {
        name: "02-port-change",
        prepare: &[],
        steps: &[Replace(ORDERS, "port = 5050", "port = 5051")],
    },
    Edit {
        name: "03-removed-dependency",
        prepare: &[],
        steps: &[
            Replace(STOREFRONT, "  calls adservice as ads\n", ""),
            Replace(STOREFRONT, "    AD_SERVICE_ADDR = ads.endpoint\n", ""),
        ],
    },
    Edit {
        name: "04-replicas-in-one-environment",
        prepare: &[],
        steps: &[Replace(
            STOREFRONT,
            "scale { min = 3, max = 10 }",
            "scale { min = 5, max = 10 }",
        )],
    },
    Edit {
        name: "05-rename",
        prepare: &[],
        steps: &[
            Replace(ORDERS, "service emailservice:", "service receiptservice:"),
            Replace(
                ORDERS,
                "calls emailservice as mail",
                "calls receiptservice as mail",
            ),
        ],
    },
    Edit {
        name: "06-capability-default",
        prepare: &[],
        steps: &[Replace(PLATFORM, "  grace = 5s\n", "  grace = 10s\n")],
    },
    Edit {
        name: "07-exposure-turned-public",
        prepare: &[
            Replace(STOREFRONT, "expose public at", "expose internal at"),
            Replace(PLATFORM, BALANCER, INTERNAL_BALANCER),
            Replace(PLATFORM, BALANCER, INTERNAL_BALANCER),
        ],
        steps: &[Replace(
            STOREFRONT,
            "expose internal at",
            "expose public at",
        )],
    },
    Edit {
        name: "08-storage-shrunk",
        prepare: &[Replace(
            CATALOG,
            "volumes { redis-data { mount = \"/data\" } }",
            "volumes { redis-data { mount = \"/data\", source = persistent(size = 10Gi) } }\n  rollout { strategy = recreate }",
        )],
        steps: &[Replace(CATALOG, "size = 10Gi", "size = 5Gi")],
    },
    Edit {
        name: "09-service-deleted",
        prepare: &[],
        steps: &[
            Replace(STOREFRONT, "  calls adservice as ads\n", ""),
            Replace(STOREFRONT, "    AD_SERVICE_ADDR = ads.endpoint\n", ""),
            Remove(
                STOREFRONT,
                "/// Chooses advertisements",
                "/// Recommends what",
            ),
        ],
    },
    Edit {
        name: "10-pure-refactoring",
        prepare: &[],
        steps: &[
            // A let is extracted, …
            Replace(
                ORDERS,
                "/// Takes an order from basket to receipt.",
                "/// The version of all that is ours.\nlet release = \"v0.10.6\"\n\n/// Takes an order from basket to receipt.",
            ),
            Replace(
                ORDERS,
                "checkoutservice:v0.10.6\"",
                "checkoutservice:\\(release)\"",
            ),
            // … a service moves to another file, …
            Move(ORDERS, "/// Sends the receipt.", "", "orders/receipts.plat"),
            // … and what two services say themselves is said by a `defaults for`.
            Replace(ORDERS, "  grace = 30s\n  readiness", "  readiness"),
            Replace(
                ORDERS,
                "  env.DISABLE_PROFILER = \"1\"\n}\n\n/// Charges",
                "  env { DISABLE_PROFILER = \"1\" }\n}\n\n/// Charges",
            ),
            Replace(
                ORDERS,
                "  port = 50051\n  readiness.period = 5s\n",
                "  port = 50051\n  grace = 30s\n  readiness { period = 5s }\n",
            ),
        ],
    },
];

type Files = Vec<(String, String)>;

fn text<'f>(files: &'f mut Files, path: &str) -> &'f mut String {
    if !files.iter().any(|(known, _)| known == path) {
        files.push((path.to_owned(), String::new()));
    }
    let file = files.iter_mut().find(|(known, _)| known == path);
    &mut file.expect("it was made").1
}

/// Takes a part out of a text; up to its end if `to` is empty.
fn take(text: &mut String, from: &str, to: &str) -> String {
    let start = text
        .find(from)
        .unwrap_or_else(|| panic!("`{from}` is not there"));
    let end = match to {
        "" => text.len(),
        to => {
            start
                + text[start..]
                    .find(to)
                    .unwrap_or_else(|| panic!("`{to}` is not there"))
        }
    };
    let taken = text[start..end].to_owned();
    text.replace_range(start..end, "");
    taken
}

fn apply(files: &mut Files, steps: &[Step]) {
    for step in steps {
        match step {
            Replace(path, from, to) => {
                let text = text(files, path);
                assert!(text.contains(from), "{path}: `{from}` is not there");
                *text = text.replacen(from, to, 1);
            }
            Remove(path, from, to) => {
                take(text(files, path), from, to);
            }
            Move(path, from, to, target) => {
                let taken = take(text(files, path), from, to);
                text(files, target).push_str(&taken);
            }
        }
    }
}

impl Edit {
    /// The files before and after.
    pub(super) fn files(&self) -> (Files, Files) {
        let mut before = example();
        apply(&mut before, self.prepare);
        let mut after = before.clone();
        apply(&mut after, self.steps);
        (before, after)
    }
}

/// The hashes of states change with the standard library; what a reviewer reads does not.
fn without_hashes(comment: &str, plan: &Plan) -> String {
    [plan.base.hash, plan.head.hash]
        .iter()
        .fold(comment.to_owned(), |text, hash| {
            text.replace(&hash.to_string()[..8], "[hash]")
        })
}

#[test]
fn each_edit_has_the_comment_that_was_read() {
    let folder = repository().join("tests/suites/plan/comments");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut differing = Vec::new();
    for edit in &EDITS {
        let (before, after) = edit.files();
        let scratch = project(&before);
        commit(scratch.path());
        for (path, text) in &after {
            scratch.write(path, text);
        }
        let plan = planned(scratch.path());
        let options = MarkdownOptions {
            id: "online-boutique".to_owned(),
            ..MarkdownOptions::default()
        };
        let comment = markdown(&plan, &options).expect("the templates are whole");
        let comment = without_hashes(&comment, &plan);
        let path = folder.join(format!("{}.md", edit.name));
        if update {
            fs::write(&path, &comment).expect("written");
        }
        if fs::read_to_string(&path).unwrap_or_default() != comment {
            differing.push(format!("{}:\n{comment}", edit.name));
        }
    }
    assert!(
        differing.is_empty(),
        "these differ (UPDATE_EXPECT=1 takes them over):\n\n{}",
        differing.join("\n")
    );
}
