//! What names mean, and what is said when they mean nothing.

use expect_test::{Expect, expect};

use super::{Namespace, Resolution, resolve, resolve_fact};
use crate::db::{Db, Name};
use crate::items::ItemKind;
use crate::problem::Anchor;
use crate::testing::Fixture;

const STD: &str = "
--- @std/prelude.plat ---
pub use workload.{HttpService}
pub enum Tier { standard, critical }
pub type Exposure = { visibility: string }
let hidden = 1
pub fn twice(x: int): int = x * 2
--- @std/workload/http.plat ---
pub capability Workload { }
pub capability HttpService is Workload { }
capability Internal { }
pub fn pod_template(w: Workload): string = \"\"
";

fn with_std(text: &str) -> Fixture {
    Fixture::new(&format!("{text}{STD}"))
}

/// What a path means in `file`, or the finding.
fn meaning(fixture: &Fixture, file: &str, path: &str, wanted: Namespace) -> String {
    let db = &fixture.db;
    let source = fixture.file(file);
    let names: Vec<Name> = path.split('.').map(Name::new).collect();
    match resolve(db, source, &names, wanted) {
        Ok(resolved) => {
            let rest = if resolved.consumed < names.len() {
                format!(", then .{}", path.split('.').skip(resolved.consumed).collect::<Vec<_>>().join("."))
            } else {
                String::new()
            };
            format!("{}{rest}", describe(db, &resolved.resolution))
        }
        Err(unresolved) => {
            let at = Anchor::File(source, text_size::TextRange::default());
            match unresolved.problem(db, source, &names, &[at], wanted) {
                Some(problem) => fixture.render(&[problem]).lines().map(str::trim).collect::<Vec<_>>().join(" / "),
                None => "reported elsewhere".to_owned(),
            }
        }
    }
}

fn describe(db: &dyn Db, resolution: &Resolution) -> String {
    let decl = |decl: &crate::db::DeclId| {
        let file = decl.file(db);
        format!("{} {} of {}:{}", decl.kind(db).word(), decl.name(db), file.module(db).package(db).name(db), file.path(db))
    };
    match resolution {
        Resolution::Decl(id) => decl(id),
        Resolution::Facts(facts) => facts.iter().map(decl).collect::<Vec<_>>().join(" and "),
        Resolution::Folder(folder) => format!("folder {}", folder.text(db)),
        Resolution::Schema(path) => format!("schema {path}"),
        Resolution::Type(ty) => format!("built-in type {}", ty.name),
        Resolution::Function(function) => format!("built-in function {}", function.name),
    }
}

fn meanings(fixture: &Fixture, file: &str, cases: &[(&str, Namespace)], expected: &Expect) {
    let lines: Vec<String> =
        cases.iter().map(|(path, wanted)| format!("{path}: {}\n", meaning(fixture, file, path, *wanted))).collect();
    expected.assert_eq(&lines.concat());
}

#[test]
fn levels_from_the_folder_to_what_is_built_in() {
    let fixture = with_std(
        "--- payments/a.plat ---
use platform.{Tenant, Cluster as Box}
use platform as p
use std.workload
type Tier = int
service checkout: HttpService { }
--- payments/b.plat ---
let fee = 3
fn text(x: int): string = \"\"
--- platform/x.plat ---
capability Tenant { }
type Cluster = string
let zone = \"a\"
environment prod { }
--- a/b/deep.plat ---
type Deep = int
",
    );
    use Namespace::{Capability, Emission, Type, Value};
    meanings(
        &fixture,
        "payments/a.plat",
        &[
            ("Tier", Type),
            ("fee", Value),
            ("text", Value),
            ("length", Value),
            ("checkout", Value),
            ("checkout.url", Value),
            ("prod", Value),
            ("Tenant", Capability),
            ("Tenant", Type),
            ("Tenant", Value),
            ("p.Tenant", Capability),
            ("p.zone.first", Value),
            ("platform.zone", Value),
            ("acme.platform.Cluster", Type),
            ("a.b.Deep", Type),
            ("a.c.Deep", Type),
            ("HttpService", Capability),
            ("workload.Workload", Type),
            ("std.workload.HttpService", Emission),
            ("std.workload.Internal", Capability),
            ("kubernetes.apps.v1.Deployment", Emission),
            ("kubernetes.apps.v1.Deployment", Capability),
            ("int", Type),
            ("Exposure", Type),
            ("Exposure.visibility", Type),
            ("hidden", Value),
            ("fee", Type),
            ("Servce", Type),
            ("HttpServise", Capability),
            ("lenght", Value),
            ("chekout", Value),
            ("Deep", Type),
            ("pod_template", Value),
        ],
        &expect![[""]],
    );
}

#[test]
fn uses_that_fail_and_uses_that_bring_nothing() {
    let fixture = with_std(
        "--- a.plat ---
use platform.{Tenant, Tenannt, Spare}
use platform.Spare
use plattform.Tenant
use std.workload.Internal
use platform.Tenant.x
use platform.{zone, Cluster} as both
// about the next one
use std.workload.HttpService as Http   // gone soon

service shop: Tenant { zone = zone, Spare = 1 }
--- platform/x.plat ---
pub use std.workload.{HttpService}
capability Tenant { }
capability Spare { }
type Cluster = string
let zone = 1
--- other/y.plat ---
use platform.HttpService
use platform.Cluster
type Cluster = Cluster
service other: HttpService { }
",
    );
    expect![[""]].assert_eq(&fixture.findings());
}

#[test]
fn two_declarations_of_one_name() {
    let fixture = with_std(
        "--- a/a.plat ---
let x = 1
team pay { }
service s: HttpService only in staging { }
guardrail g { }
--- a/b.plat ---
type x = int
guardrail g { }
enum x { a }
--- b/c.plat ---
let x = 1
team pay { }
team pay { }
system pay { }
service s: HttpService only in prod { }
service s: HttpService only in [prod, dev] { }
environment e { }
environment e { }
",
    );
    expect![[""]].assert_eq(&fixture.findings());
}

#[test]
fn facts_by_kind() {
    let fixture = with_std(
        "--- a/x.plat ---
team pay { }
system pay { }
service stock: HttpService { }
external stock { }
resource db: HttpService only in prod { }
resource db: HttpService only in dev { }
external paypal { }
--- b/y.plat ---
use a.paypal as pp
service caller: HttpService { }
",
    );
    use Namespace::{Callee, Fact, Shared, Value};
    let file = "b/y.plat";
    meanings(
        &fixture,
        file,
        &[
            ("pay", Fact(ItemKind::Team)),
            ("pay", Fact(ItemKind::System)),
            ("pay", Value),
            ("pey", Fact(ItemKind::Team)),
            ("stock", Callee),
            ("a.paypal", Callee),
            ("b.paypal", Callee),
            ("acme.a.paypal", Callee),
            ("pp", Callee),
            ("db", Shared),
            ("db", Callee),
            ("HttpService", Callee),
            ("caller", Fact(ItemKind::Environment)),
        ],
        &expect![[""]],
    );
    let db = &fixture.db;
    let both = resolve_fact(db, fixture.file(file), &[Name::new("db")], Shared).expect("declared");
    assert_eq!(both.len(), 2, "one per environment");
}

#[test]
fn hands_that_pass_a_name_in_a_ring_end() {
    let fixture = Fixture::new(
        "--- a/x.plat ---
pub use b.Thing
--- b/y.plat ---
pub use a.Thing
--- c/z.plat ---
use a.Thing
let x = Thing
",
    );
    expect![[""]].assert_eq(&fixture.findings());
}
