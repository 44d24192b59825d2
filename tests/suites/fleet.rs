//! What only the whole fleet shows: addresses that two things have, packages that work together, copies of an environment.

use plat_driver::{Arguments, CheckOptions, Workspace, check};
use plat_tests::{Scratch, artifacts, rendered};

const FACTS: &str = "\
environment staging { }
environment prod { }
team web { }
";

fn service(name: &str, rest: &str) -> String {
    format!(
        "service {name}: HttpService {{\n  owner = web\n  image = \"example.com/{name}:1.0.0\"\n  {rest}\n}}\n"
    )
}

#[test]
fn two_services_at_one_host_and_path() {
    let a = service("a", "expose public at \"shop.example.com\"");
    let b = service("b", "expose public at \"shop.example.com\"");
    let other_path = service(
        "c",
        "expose public at \"shop.example.com\" { paths = [\"/c\"] }",
    );
    let other_side = service("d", "expose internal at \"shop.example.com\"");
    let text = [FACTS, &a, &b, &other_path, &other_side].concat();
    let checked = Scratch::new([("main.plat", text.as_str())]).check();
    assert_eq!(
        checked.lines(),
        ["main.plat:12:10 PLT0505 `b` is exposed at `shop.example.com`, where `a` is already"]
    );
    let subjects = &checked.report.findings()[0].subjects;
    assert_eq!(*subjects, ["b@prod", "b@staging"]);
}

#[test]
fn what_check_finds_the_build_finds_too() {
    let text = [
        FACTS,
        &service("a", "prot = 80"),
        &service("b", "expose public at \"x.example.com\""),
        &service("c", "expose public at \"x.example.com\""),
    ]
    .concat();
    let scratch = Scratch::new([
        ("main.plat", text.as_str()),
        ("broken.plat", "let x = [1,\n"),
        ("twice.plat", "team web { }\n"),
    ]);
    let workspace = scratch.load();
    let built = rendered(&workspace).report;
    let checked = check(&workspace, &CheckOptions::default());
    let text = |report| plat_diagnostics::render::json(report, workspace.files());
    assert_eq!(text(&built), text(&checked));
    assert!(checked.counts().errors >= 4, "{}", checked.counts());
}

#[test]
fn packages_offer_capabilities_to_each_other() {
    let scratch = Scratch::new([
        (
            "plat.toml",
            "[package]\nname = \"acme\"\n\n[dependencies]\nhouse = { path = \"house\" }\n",
        ),
        ("house/plat.toml", "[package]\nname = \"house\"\n"),
        (
            "house/tools/page.plat",
            "pub capability Page {\n  input title: string\n  emit config: kubernetes.core.v1.ConfigMap {\n    metadata { name = name, namespace = \"default\" }\n    data { title = title }\n  }\n}\n\ncapability Hidden { }\n",
        ),
        (
            "main.plat",
            "use house.tools.Page\n\nenvironment prod { }\nteam web { }\nservice shop: Page { owner = web, title = \"Shop\" }\n",
        ),
    ]);
    let artifacts = artifacts(scratch.path());
    let shop = &artifacts["kubernetes/prod/shop.yaml"];
    assert!(shop.contains("title: Shop"), "{shop}");
    scratch.write(
        "main.plat",
        "use house.tools.Hidden\n\nteam web { }\nservice shop: Hidden { owner = web }\n",
    );
    assert!(
        scratch.check().has("PLT0104"),
        "{:?}",
        scratch.check().lines()
    );
}

#[test]
fn a_copy_of_an_environment_has_its_key() {
    let text = "environment staging { }\nenvironment preview like staging { per = pull_request }\nteam web { }\n".to_owned()
        + "service shop: HttpService { owner = web, image = \"example.com/shop:1.0.0\", env { KEY = environment.key ?? \"none\" } }\n";
    let scratch = Scratch::new([("main.plat", text.as_str())]);
    let keys = [("preview".to_owned(), "pr-12".to_owned())].into();
    let workspace = Workspace::load(
        scratch.path(),
        &Arguments {
            environment_keys: keys,
            ..Arguments::default()
        },
    );
    let rendered = rendered(&workspace);
    let text = |path: &str| {
        let found = rendered
            .artifacts
            .iter()
            .find(|artifact| artifact.path == path);
        String::from_utf8(found.expect("it is built").bytes.clone()).expect("text")
    };
    assert!(text("kubernetes/preview/shop.yaml").contains("value: pr-12"));
    assert!(text("kubernetes/staging/shop.yaml").contains("value: none"));
}
