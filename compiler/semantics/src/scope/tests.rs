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
    match resolve(db, source.into(), &names, wanted) {
        Ok(resolved) => {
            let rest = if resolved.consumed < names.len() {
                format!(
                    ", then .{}",
                    path.split('.')
                        .skip(resolved.consumed)
                        .collect::<Vec<_>>()
                        .join(".")
                )
            } else {
                String::new()
            };
            format!("{}{rest}", describe(db, &resolved.resolution))
        }
        Err(unresolved) => {
            let at = Anchor::File(source, text_size::TextRange::default());
            match unresolved.problem(db, source.into(), &names, &[at], wanted) {
                Some(problem) => fixture
                    .render(&[problem])
                    .lines()
                    .map(str::trim)
                    .collect::<Vec<_>>()
                    .join(" / "),
                None => "reported elsewhere".to_owned(),
            }
        }
    }
}

fn describe(db: &dyn Db, resolution: &Resolution) -> String {
    let decl = |decl: &crate::db::DeclId| {
        let file = decl.file(db);
        format!(
            "{} {} of {}:{}",
            decl.kind(db).word(),
            decl.name(db),
            file.module(db).package(db).name(db),
            file.path(db)
        )
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
    let lines: Vec<String> = cases
        .iter()
        .map(|(path, wanted)| format!("{path}: {}\n", meaning(fixture, file, path, *wanted)))
        .collect();
    expected.assert_eq(&lines.concat());
}

#[test]
fn levels_from_the_folder_to_what_is_built_in() {
    let fixture = with_std(
        "--- payments/a.plat ---
use platform.{Tenant, Cluster as Box}
use platform as p
use std.workload
use kubernetes.core.v1
use kubernetes.apps.v1.Deployment
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
            ("v1.PodSpec", Type),
            ("Deployment", Emission),
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
        &expect![[r#"
            Tier: type Tier of acme:payments/a.plat
            fee: let fee of acme:payments/b.plat
            text: fn text of acme:payments/b.plat
            length: built-in function length
            checkout: service checkout of acme:payments/a.plat
            checkout.url: service checkout of acme:payments/a.plat, then .url
            prod: environment prod of acme:platform/x.plat
            Tenant: capability Tenant of acme:platform/x.plat
            Tenant: capability Tenant of acme:platform/x.plat
            Tenant: payments/a.plat:1:1 `` error[PLT0108]: `Tenant` is a capability, not a value / payments/a.plat:1:1 ``: a value is needed here / platform/x.plat:1:12 `Tenant`: declared here
            p.Tenant: capability Tenant of acme:platform/x.plat
            p.zone.first: let zone of acme:platform/x.plat, then .first
            platform.zone: let zone of acme:platform/x.plat
            acme.platform.Cluster: type Cluster of acme:platform/x.plat
            a.b.Deep: type Deep of acme:a/b/deep.plat
            a.c.Deep: payments/a.plat:1:1 `` error[PLT0105]: `acme.a` has no `c` / payments/a.plat:1:1 ``: not found
            HttpService: capability HttpService of std:workload/http.plat
            workload.Workload: capability Workload of std:workload/http.plat
            std.workload.HttpService: capability HttpService of std:workload/http.plat
            std.workload.Internal: payments/a.plat:1:1 `` error[PLT0104]: `Internal` is private to the package `std` / payments/a.plat:1:1 ``: not visible here / @std/workload/http.plat:3:12 `Internal`: declared without `pub` / help: if other packages may depend on it, its declaration begins with `pub`
            kubernetes.apps.v1.Deployment: schema apps.v1.Deployment
            kubernetes.apps.v1.Deployment: payments/a.plat:1:1 `` error[PLT0108]: `Deployment` is a type of the target, not a capability / payments/a.plat:1:1 ``: a capability is needed here
            v1.PodSpec: schema core.v1.PodSpec
            Deployment: schema apps.v1.Deployment
            int: built-in type int
            Exposure: type Exposure of std:prelude.plat
            Exposure.visibility: payments/a.plat:1:1 `` error[PLT0105]: `Exposure` is a type, not a folder, so nothing can be taken out of it / payments/a.plat:1:1 ``: not a folder / @std/prelude.plat:3:10 `Exposure`: declared here
            hidden: payments/a.plat:1:1 `` error[PLT0101]: nothing here is called `hidden` / payments/a.plat:1:1 ``: not found
            fee: payments/a.plat:1:1 `` error[PLT0108]: `fee` is a let, not a type / payments/a.plat:1:1 ``: a type is needed here / payments/b.plat:1:5 `fee`: declared here
            Servce: payments/a.plat:1:1 `` error[PLT0101]: there is no type `Servce` / payments/a.plat:1:1 ``: not found / help: did you mean `service`? / fix (MaybeIncorrect): write `service` / payments/a.plat:1:1 `` -> "service"
            HttpServise: payments/a.plat:1:1 `` error[PLT0101]: there is no capability `HttpServise` / payments/a.plat:1:1 ``: not found / help: did you mean `HttpService`? / fix (MaybeIncorrect): write `HttpService` / payments/a.plat:1:1 `` -> "HttpService"
            lenght: payments/a.plat:1:1 `` error[PLT0101]: nothing here is called `lenght` / payments/a.plat:1:1 ``: not found / help: did you mean `length`? / fix (MaybeIncorrect): write `length` / payments/a.plat:1:1 `` -> "length"
            chekout: payments/a.plat:1:1 `` error[PLT0101]: nothing here is called `chekout` / payments/a.plat:1:1 ``: not found / help: did you mean `checkout`? / fix (MaybeIncorrect): write `checkout` / payments/a.plat:1:1 `` -> "checkout"
            Deep: payments/a.plat:1:1 `` error[PLT0101]: there is no type `Deep` / payments/a.plat:1:1 ``: not found / help: `Deep` is declared in another folder: add `use a.b.Deep` / fix (MachineApplicable): add `use a.b.Deep` / payments/a.plat:5:34 `` -> "\nuse a.b.Deep"
            pod_template: payments/a.plat:1:1 `` error[PLT0101]: nothing here is called `pod_template` / payments/a.plat:1:1 ``: not found / help: `pod_template` is declared in another folder: add `use std.workload.pod_template` / fix (MachineApplicable): add `use std.workload.pod_template` / payments/a.plat:5:34 `` -> "\nuse std.workload.pod_template"
        "#]],
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
    expect![[r#"
        a.plat:1:23 `Tenannt` error[PLT0101]: `acme.platform` has no `Tenannt`
          a.plat:1:23 `Tenannt`: not found
          help: did you mean `Tenant`?
          fix (MaybeIncorrect): write `Tenant`
            a.plat:1:23 `Tenannt` -> "Tenant"
        a.plat:1:32 `Spare` warning[PLT0110]: nothing in this file mentions `Spare`
          a.plat:1:32 `Spare`: brought and never used
          fix (MachineApplicable): remove `Spare`
            a.plat:1:30 `, Spare` -> ""
        a.plat:2:14 `Spare` error[PLT0102]: two `use`s bring the name `Spare`
          a.plat:2:14 `Spare`: again here
          a.plat:1:32 `Spare`: this one holds
          fix (MachineApplicable): remove this `use`
            a.plat:2:1 `use platform.Spare
        ` -> ""
        a.plat:3:5 `plattform` error[PLT0105]: there is no folder or package `plattform`
          a.plat:3:5 `plattform`: not found
          help: did you mean `platform`?
          fix (MaybeIncorrect): write `platform`
            a.plat:3:5 `plattform` -> "platform"
        a.plat:4:18 `Internal` error[PLT0104]: `Internal` is private to the package `std`
          a.plat:4:18 `Internal`: not visible here
          @std/workload/http.plat:3:12 `Internal`: declared without `pub`
          help: if other packages may depend on it, its declaration begins with `pub`
        a.plat:5:14 `Tenant` error[PLT0105]: `Tenant` is not a folder, so nothing can be taken out of it
          a.plat:5:14 `Tenant`: a declaration, not a folder
        a.plat:6:21 `Cluster` warning[PLT0110]: nothing in this file mentions `Cluster`
          a.plat:6:21 `Cluster`: brought and never used
          fix (MachineApplicable): remove `Cluster`
            a.plat:6:19 `, Cluster` -> ""
        a.plat:6:33 `both` error[PLT0118]: `as` renames one name, and this `use` brings several
          a.plat:6:33 `both`: no name gets this one
          help: give the name that needs another one a `use` of its own: `use a.b as c`
        a.plat:8:1 `use std.workload.HttpService as Http` warning[PLT0110]: nothing in this file mentions `Http`
          a.plat:8:1 `use std.workload.HttpService as Http`: brought and never used
          fix (MachineApplicable): remove this `use`
            a.plat:8:1 `use std.workload.HttpService as Http` -> ""
        other/y.plat:2:14 `Cluster` warning[PLT0110]: this folder declares its own `Cluster`, which hides the one brought here
          other/y.plat:2:14 `Cluster`: never meant in this file
          other/y.plat:3:6 `Cluster`: what the name means in this folder
          help: give it another name here with `as`, or remove the `use`
    "#]].assert_eq(&fixture.findings());
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
    expect![[r#"
        a/b.plat:1:6 `x` error[PLT0102]: `x` is declared twice in this folder
          a/b.plat:1:6 `x`: again here
          a/a.plat:1:5 `x`: first declared here
          note: all `.plat` files of a folder share one namespace
          help: rename one of them
        a/b.plat:2:11 `g` error[PLT0102]: `g` is declared twice in this folder
          a/b.plat:2:11 `g`: again here
          a/a.plat:4:11 `g`: first declared here
          note: all `.plat` files of a folder share one namespace
          help: rename one of them
        a/b.plat:3:6 `x` error[PLT0102]: `x` is declared twice in this folder
          a/b.plat:3:6 `x`: again here
          a/a.plat:1:5 `x`: first declared here
          note: all `.plat` files of a folder share one namespace
          help: rename one of them
        b/c.plat:2:6 `pay` error[PLT0109]: two teams are called `pay`
          b/c.plat:2:6 `pay`: the second one
          a/a.plat:2:6 `pay`: the first one
          note: facts are names of the whole fleet, whatever folder or package declares them
          help: rename one of them
        b/c.plat:3:6 `pay` error[PLT0109]: two teams are called `pay`
          b/c.plat:3:6 `pay`: the second one
          a/a.plat:2:6 `pay`: the first one
          note: facts are names of the whole fleet, whatever folder or package declares them
          help: rename one of them
        b/c.plat:6:9 `s` error[PLT0109]: two services are called `s`
          b/c.plat:6:9 `s`: the second one
          b/c.plat:5:9 `s`: the first one
          note: facts are names of the whole fleet, whatever folder or package declares them
          help: rename one of them, or let each exist in environments of its own: `only in staging`, `only in prod`
        b/c.plat:8:13 `e` error[PLT0109]: two environments are called `e`
          b/c.plat:8:13 `e`: the second one
          b/c.plat:7:13 `e`: the first one
          note: facts are names of the whole fleet, whatever folder or package declares them
          help: rename one of them
    "#]].assert_eq(&fixture.findings());
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
        &expect![[r#"
            pay: team pay of acme:a/x.plat
            pay: system pay of acme:a/x.plat
            pay: team pay of acme:a/x.plat and system pay of acme:a/x.plat
            pey: b/y.plat:1:1 `` error[PLT0101]: there is no team `pey` / b/y.plat:1:1 ``: not found / help: did you mean `pay`? / fix (MaybeIncorrect): write `pay` / b/y.plat:1:1 `` -> "pay"
            stock: b/y.plat:1:1 `` error[PLT0111]: `stock` is a service and an external here: which one is meant? / b/y.plat:1:1 ``: several facts have this name / a/x.plat:3:9 `stock`: a service of this name / a/x.plat:4:10 `stock`: an external of this name / help: rename one of them
            a.paypal: external paypal of acme:a/x.plat
            b.paypal: b/y.plat:1:1 `` error[PLT0101]: `b` has no service or external `paypal` / b/y.plat:1:1 ``: not in this folder / a/x.plat:7:10 `paypal`: declared here / help: facts are known by their bare names: write `paypal`
            acme.a.paypal: external paypal of acme:a/x.plat
            pp: external paypal of acme:a/x.plat
            db: resource db of acme:a/x.plat and resource db of acme:a/x.plat
            db: b/y.plat:1:1 `` error[PLT0108]: `db` is a resource, not a service or external / b/y.plat:1:1 ``: a service or external is needed here / a/x.plat:5:10 `db`: declared here / a/x.plat:6:10 `db`: declared here
            HttpService: b/y.plat:1:1 `` error[PLT0108]: `HttpService` is a capability, not a service or external / b/y.plat:1:1 ``: a service or external is needed here / @std/workload/http.plat:2:16 `HttpService`: declared here
            caller: b/y.plat:1:1 `` error[PLT0108]: `caller` is a service, not an environment / b/y.plat:1:1 ``: an environment is needed here / b/y.plat:2:9 `caller`: declared here
        "#]],
    );
    let db = &fixture.db;
    let both =
        resolve_fact(db, fixture.file(file).into(), &[Name::new("db")], Shared).expect("declared");
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
    expect![[r#"
        a/x.plat:1:11 `Thing` error[PLT0101]: `Thing` is handed on in a ring, and nothing declares it
          a/x.plat:1:11 `Thing`: leads back to itself
          help: name the folder that declares it
        b/y.plat:1:11 `Thing` error[PLT0101]: `Thing` is handed on in a ring, and nothing declares it
          b/y.plat:1:11 `Thing`: leads back to itself
          help: name the folder that declares it
    "#]].assert_eq(&fixture.findings());
}
