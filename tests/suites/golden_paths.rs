//! No compiler magic: what the standard library does, a user's package can do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plat_tests::{MANIFEST, Scratch, artifacts, repository};

const FACTS: &str = "\
environment staging { }
environment prod { production = true }
team web { chat = \"#web\" }
service stock: HttpService { owner = web, image = \"example.com/stock:1.0.0\", port = 9000 }
";

const SERVICE: &str = "\
service shop: CAPABILITY {
  owner = web
  image = \"example.com/shop:1.0.0\"
  port  = 8080
  resources { cpu = 250m, memory = 256Mi }
  scale { min = 1, max = 4, target_cpu = 70% }
  calls stock
  expose public at \"shop.example.com\"
  env { STOCK = stock.url, POD_IP = pod.ip }
  in prod { scale.min = 2 }
}
";

/// A copy of `std.workload` under another name, in a package of the user's own.
fn copied_library(to: &Scratch) {
    let from = repository().join("stdlib/workload");
    for entry in fs::read_dir(&from)
        .expect("the library has workloads")
        .filter_map(Result::ok)
    {
        let text = fs::read_to_string(entry.path()).expect("sources are text");
        let text = text.replace("std.workload", "acme.copied");
        to.write(
            &format!("copied/{}", entry.file_name().to_string_lossy()),
            text,
        );
    }
}

#[test]
fn a_copy_of_a_capability_gives_the_same_objects() {
    let original = Scratch::new([
        ("facts.plat", FACTS),
        ("shop.plat", &*SERVICE.replace("CAPABILITY", "HttpService")),
    ]);
    let copy = Scratch::new([("facts.plat", FACTS)]);
    copied_library(&copy);
    let http = fs::read_to_string(copy.path().join("copied/http.plat")).expect("it was copied");
    assert!(
        http.contains("capability HttpService "),
        "the capability is where it was"
    );
    copy.write(
        "copied/http.plat",
        http.replace("capability HttpService ", "capability OurService "),
    );
    copy.write(
        "shop.plat",
        format!(
            "use copied.OurService\n\n{}",
            SERVICE.replace("CAPABILITY", "OurService")
        ),
    );
    copy.write("plat.toml", MANIFEST);
    assert_eq!(objects_of(copy.path()), objects_of(original.path()));
}

/// What the project comes to, without the lines that name sources.
fn objects_of(root: &Path) -> BTreeMap<String, String> {
    let without_source = |text: String| {
        text.lines()
            .filter(|line| !line.starts_with('#'))
            .collect::<Vec<_>>()
            .join("\n")
    };
    artifacts(root)
        .into_iter()
        .map(|(path, text)| (path, without_source(text)))
        .collect()
}
