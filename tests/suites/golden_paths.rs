//! No compiler magic: what the standard library does, a user's package can do.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use plat_tests::{Scratch, artifacts, repository};

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
  files { \"/etc/shop/rules.json\" = \"{}\" }
  in prod { scale.min = 2 }
}
";

/// A capability of `std.workload` as a user would copy it: the same text under another name, with a `use` for what stood beside it.
fn copied(file: &str, name: &str, new_name: &str) -> String {
    let folder = repository().join("stdlib/workload");
    let text = fs::read_to_string(folder.join(file)).expect("the library has this file");
    let declared = format!("capability {name} ");
    assert!(text.contains(&declared), "`{name}` is declared in {file}");
    let text = text.replace(&declared, &format!("capability {new_name} "));
    let mentioned: BTreeSet<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .collect();
    let neighbours: Vec<String> = public_names(&folder)
        .into_iter()
        .filter(|neighbour| mentioned.contains(neighbour.as_str()) && neighbour != name)
        .collect();
    format!("use std.workload.{{ {} }}\n\n{text}", neighbours.join(", "))
}

fn public_names(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)
        .expect("it is a folder")
        .filter_map(Result::ok)
    {
        let text = fs::read_to_string(entry.path()).expect("sources are text");
        let public = text.lines().filter_map(|line| line.strip_prefix("pub "));
        names.extend(public.filter_map(|line| {
            let (_, rest) = line.split_once(' ')?;
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
            Some(rest[..end].to_owned())
        }));
    }
    names
}

#[test]
fn a_copy_of_a_capability_gives_the_same_objects() {
    let original = SERVICE.replace("CAPABILITY", "HttpService");
    let original = Scratch::new([("facts.plat", FACTS), ("shop.plat", original.as_str())]);
    let copy = format!(
        "use platform.OurService\n\n{}",
        SERVICE.replace("CAPABILITY", "OurService")
    );
    let library = copied("http.plat", "HttpService", "OurService");
    let copy = Scratch::new([
        ("facts.plat", FACTS),
        ("shop.plat", copy.as_str()),
        ("platform/ours.plat", library.as_str()),
    ]);
    let expected = objects_of(original.path());
    assert!(
        expected
            .values()
            .any(|text| text.contains("kind: HTTPRoute")),
        "{expected:?}"
    );
    assert_eq!(objects_of(copy.path()), expected);
}

/// What the project comes to, without the lines that name sources.
fn objects_of(root: &Path) -> BTreeMap<String, String> {
    let without_source = |text: String| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.collect::<Vec<_>>().join("\n")
    };
    artifacts(root)
        .into_iter()
        .map(|(path, text)| (path, without_source(text)))
        .collect()
}
