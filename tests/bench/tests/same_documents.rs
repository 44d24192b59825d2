//! The floor is only a floor if it writes what the compiler writes.

use bumpalo::Bump;
use plat_bench::fleet::{ENVIRONMENTS, Fleet};
use plat_bench::{floor, sources};
use plat_driver::build::{RenderOptions, render};
use plat_driver::{Arguments, Workspace};

/// Enough services for calls within a team and across teams, callers in both, and an override.
const SERVICES: usize = 12;

#[test]
fn the_compiler_and_the_floor_write_the_same_bytes() {
    let fleet = Fleet::new(SERVICES);
    let folder = tempfile::tempdir().expect("a temporary folder");
    sources::write(&fleet, folder.path()).expect("the project is written");
    let workspace = Workspace::load(folder.path(), &Arguments::default());
    let rendered =
        render(&workspace, &RenderOptions::default()).expect("all environments are rendered");
    assert!(
        rendered.report.findings().is_empty(),
        "{:#?}",
        rendered.report.findings()
    );

    let callers = fleet.callers();
    for environment in ENVIRONMENTS {
        for service in fleet.services() {
            let path = floor::path(&service, &environment);
            let artifact = rendered
                .artifacts
                .iter()
                .find(|artifact| artifact.path == path);
            let compiled =
                artifact.unwrap_or_else(|| panic!("the compiler does not write `{path}`"));
            let expected = floor::documents(
                &fleet,
                &callers[service.index],
                &service,
                &environment,
                &Bump::new(),
            );
            assert_eq!(
                String::from_utf8_lossy(&compiled.bytes),
                String::from_utf8_lossy(&expected),
                "{path}"
            );
            assert_eq!(compiled.objects, floor::OBJECTS, "{path}");
        }
    }
    let made = rendered
        .artifacts
        .iter()
        .filter(|artifact| artifact.objects > 0);
    assert_eq!(made.count(), fleet.instances());
}

#[test]
fn every_service_calls_two_others() {
    for services in [3, 4, 10, 12, 100, 1000] {
        let fleet = Fleet::new(services);
        for index in 0..services {
            let called = fleet.called_by(index);
            assert_eq!(called.len(), 2, "{index} of {services}");
            assert!(
                called[0] != called[1] && !called.contains(&index),
                "{index} of {services}: {called:?}"
            );
        }
        let busiest = fleet.callers().iter().map(Vec::len).max();
        assert!(
            busiest.is_some_and(|most| most <= 12),
            "{services}: {busiest:?} call one"
        );
    }
}
