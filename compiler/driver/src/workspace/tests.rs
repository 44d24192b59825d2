use std::collections::BTreeSet;
use std::fs;

use plat_semantics::db::{Db as _, DeclId, Name};
use plat_semantics::items::{ItemKind, syntax_errors};
use plat_semantics::scope::file_problems;
use tempfile::TempDir;

use super::{Arguments, EditError, Workspace};

const MANIFEST: &str = "[package]\nname = \"acme\"\n\n[dependencies]\nlib = { path = \"lib\" }\n";

const FILES: [(&str, &str); 6] = [
    ("plat.toml", MANIFEST),
    ("lib/plat.toml", "[package]\nname = \"lib\"\n"),
    (
        "lib/base.plat",
        "pub capability Base { }\nextend team { room: string? }\n",
    ),
    (
        "platform/environments.plat",
        "environment staging { }\nenvironment prod { }\nteam platform { }\n",
    ),
    (
        "shop/cart.plat",
        "service cart: Base { owner = platform\n  calls stock\n}\n",
    ),
    (
        "shop/stock.plat",
        "let rules = file(\"rules.json\")\nservice stock: Base { owner = platform }\n",
    ),
];

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        write(&folder, path, text);
    }
    folder
}

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("made");
    fs::write(path, text).expect("written");
}

fn load(folder: &TempDir) -> Workspace {
    Workspace::load(folder.path(), &Arguments::default())
}

/// Everything that queries can read, as text, so that two workspaces can be compared.
fn inputs(workspace: &Workspace) -> String {
    let db = workspace.db();
    let mut lines = Vec::new();
    let decl = |decl: &DeclId| {
        format!(
            "{} {} #{} in {}",
            decl.kind(db).word(),
            decl.name(db),
            decl.nth(db),
            workspace.path(decl.file(db))
        )
    };
    let decls = |list: &[DeclId]| list.iter().map(decl).collect::<Vec<_>>().join(", ");
    let mut names: BTreeSet<Name> = BTreeSet::new();
    for package in workspace.project.packages(db) {
        let dependencies: Vec<_> = package
            .dependencies(db)
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        lines.push(format!(
            "package {} uses {dependencies:?}",
            package.name(db)
        ));
        if package.name(db) == "std" {
            continue;
        }
        for module in package.modules(db) {
            let files: Vec<&str> = module
                .files(db)
                .iter()
                .map(|file| workspace.path(*file))
                .collect();
            lines.push(format!("  module {:?}: {files:?}", module.path(db)));
            for file in module.files(db) {
                lines.push(format!("    {} = {:?}", file.path(db), file.text(db)));
                let problems = [syntax_errors(db, *file), file_problems(db, *file)].concat();
                lines.extend(
                    problems
                        .iter()
                        .map(|problem| format!("      {}", problem.message)),
                );
                for item in &plat_semantics::items::item_tree(db, *file).items {
                    names.insert(item.name.clone());
                    names.extend(item.edges.iter().map(|edge| edge.target.clone()));
                }
            }
        }
    }
    for name in &names {
        for kind in ItemKind::FACTS {
            let found = db.fleet().name_entry(db, kind, name).declarations(db);
            if !found.is_empty() {
                lines.push(format!("{} {name}: {}", kind.word(), decls(found)));
            }
        }
        let consumers = db.fleet().inbound(db, name).consumers(db);
        if !consumers.is_empty() {
            lines.push(format!("needed {name}: {}", decls(consumers)));
        }
    }
    let project = workspace.project;
    lines.push(format!("environments: {}", decls(project.environments(db))));
    lines.push(format!("extensions: {}", decls(project.extensions(db))));
    lines.push(format!("defaults: {}", decls(project.defaults(db))));
    let assets = project.assets(db);
    let mut assets: Vec<String> = assets
        .iter()
        .map(|(key, asset)| {
            format!(
                "asset {} {}: {:?} {:?}",
                workspace.path(key.from),
                key.literal,
                asset.files,
                asset.problem
            )
        })
        .collect();
    assets.sort();
    lines.extend(assets);
    lines.join("\n")
}

/// What a workspace that lived through the edits has, and what a fresh one of the same files has.
#[track_caller]
fn assert_like_fresh(edited: &Workspace, folder: &TempDir) {
    assert_eq!(inputs(edited), inputs(&load(folder)));
}

#[test]
fn a_project_is_loaded_with_its_names_lists_and_assets() {
    let folder = project(&FILES);
    write(&folder, "shop/rules.json", "{}");
    let workspace = load(&folder);
    assert_eq!(workspace.project_findings(), []);
    let text = inputs(&workspace);
    for line in [
        "service stock: service stock #0 in shop/stock.plat",
        "needed stock: service cart #0 in shop/cart.plat",
        "environments: environment prod #0 in platform/environments.plat, environment staging #0 in platform/environments.plat",
        "asset shop/stock.plat rules.json: [(\"shop/rules.json\", \"{}\")] None",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line}\nis not in\n{text}"
        );
    }
    assert!(text.contains("extend team #0 in lib/base.plat"), "{text}");
}

#[test]
fn edits_leave_what_a_fresh_load_gives() {
    let folder = project(&FILES);
    let mut workspace = load(&folder);

    let renamed = "service basket: Base { owner = platform\n  calls stock\n  calls nothing\n}\n";
    workspace
        .open("shop/cart.plat", renamed)
        .expect("it is known");
    write(&folder, "shop/cart.plat", renamed);
    assert_like_fresh(&workspace, &folder);

    let broken = "service basket: Base {\n environment ghost { }\n";
    workspace
        .edit("shop/cart.plat", broken)
        .expect("it is known");
    write(&folder, "shop/cart.plat", broken);
    assert_like_fresh(&workspace, &folder);

    workspace
        .create("new/deep/x.plat", "service x: Base { calls stock }\n")
        .expect("a source");
    write(
        &folder,
        "new/deep/x.plat",
        "service x: Base { calls stock }\n",
    );
    assert_like_fresh(&workspace, &folder);

    workspace
        .create(
            "lib/more.plat",
            "defaults for Base { }\nextend service { floor: int = 1 }\n",
        )
        .expect("a source");
    write(
        &folder,
        "lib/more.plat",
        "defaults for Base { }\nextend service { floor: int = 1 }\n",
    );
    assert_like_fresh(&workspace, &folder);

    workspace.delete("shop/stock.plat").expect("it is known");
    fs::remove_file(folder.path().join("shop/stock.plat")).expect("removed");
    assert_like_fresh(&workspace, &folder);

    workspace.delete("new/deep/x.plat").expect("it is known");
    fs::remove_file(folder.path().join("new/deep/x.plat")).expect("removed");
    assert_like_fresh(&workspace, &folder);

    workspace
        .create("new/deep/x.plat", "team again { }\n")
        .expect("a source");
    write(&folder, "new/deep/x.plat", "team again { }\n");
    assert_like_fresh(&workspace, &folder);
}

#[test]
fn closing_takes_what_is_on_disk() {
    let folder = project(&FILES);
    let mut workspace = load(&folder);
    workspace
        .open("shop/cart.plat", "team other { }\n")
        .expect("it is known");
    workspace.close("shop/cart.plat").expect("it is known");
    assert_like_fresh(&workspace, &folder);
    workspace
        .create("shop/draft.plat", "team draft { }\n")
        .expect("a source");
    workspace.close("shop/draft.plat").expect("it is known");
    assert_like_fresh(&workspace, &folder);
}

#[test]
fn assets_are_read_again_when_asked() {
    let folder = project(&FILES);
    let mut workspace = load(&folder);
    assert!(inputs(&workspace).contains("there is no file `shop/rules.json`"));
    write(&folder, "shop/rules.json", "[1]");
    workspace.refresh_assets();
    assert_like_fresh(&workspace, &folder);
}

#[test]
fn paths_that_are_no_sources_are_refused() {
    let folder = project(&FILES);
    let mut workspace = load(&folder);
    for path in [
        "plat.toml",
        "a/../b.plat",
        "/abs.plat",
        "a//b.plat",
        "notes.txt",
        "<std>/x.plat/",
    ] {
        assert_eq!(
            workspace.create(path, ""),
            Err(EditError::NoSource(path.to_owned())),
            "{path}"
        );
    }
    assert_eq!(
        workspace.edit("nothing.plat", ""),
        Err(EditError::Unknown("nothing.plat".to_owned()))
    );
}
