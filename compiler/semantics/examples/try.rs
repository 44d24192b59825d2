#![allow(missing_docs, clippy::print_stdout)]
use plat_semantics::{checks, eval, items, scope, testing::Fixture};
use std::sync::Arc;
fn read(root: &std::path::Path, prefix: &str, dir: &std::path::Path, out: &mut String) {
    let mut list: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    list.sort();
    for p in list {
        if p.is_dir() { read(root, prefix, &p, out); }
        else if p.extension().is_some_and(|e| e == "plat") {
            out.push_str(&format!("--- {prefix}{} ---\n", p.strip_prefix(root).unwrap().display()));
            out.push_str(&std::fs::read_to_string(&p).unwrap());
            out.push('\n');
        }
    }
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let mut text = String::new();
    let std_root = std::path::Path::new("stdlib");
    read(std_root, "@std/", std_root, &mut text);
    if let Some(p) = args.get(1) { let p = std::path::Path::new(p); read(p, "", p, &mut text); }
    let crds: Vec<(String, String)> = args.get(1).map(|p| {
        let d = std::path::Path::new(p).join("crds");
        if !d.exists() { return vec![] }
        std::fs::read_dir(d).unwrap().map(|e| { let p = e.unwrap().path(); (p.display().to_string(), std::fs::read_to_string(&p).unwrap()) }).collect()
    }).unwrap_or_default();
    let (store, _) = plat_kubernetes::Store::with_crds(&crds);
    let f = Fixture::with_schemas(&text, Arc::new(store));
    let mut problems = vec![];
    let db = &f.db;
    for &file in f.files.values() {
        problems.extend(items::syntax_errors(db, file).iter().cloned());
        problems.extend(scope::file_problems(db, file).iter().cloned());
        for item in &items::item_tree(db, file).items {
            problems.extend(checks::declaration_problems(db, item.id).iter().cloned());
        }
    }
    problems.extend(checks::schema_problems(db));
    if problems.iter().any(|p| p.is_error()) { println!("{}", f.render(&problems)); println!("{} problems", problems.len()); if args.get(2).is_none() { return; } problems.clear(); }
    let envs = plat_semantics::db::Project::get(db).environments(db).clone();
    for &file in f.files.values() {
        for item in &items::item_tree(db, file).items {
            if !item.kind.is_fact() { continue; }
            for &env in &envs {
                let found = eval::emit(db, item.id, env, &mut |emission| {
                    for object in &emission.objects {
                        println!("# {}@{}/{}", item.name, env.name(db), object.path);
                        let mut out = vec![];
                        plat_model::output::yaml::Writer::new(&mut out, None).document(&object.body).unwrap();
                        println!("{}", String::from_utf8(out).unwrap());
                    }
                });
                problems.extend(found);
            }
        }
    }
    println!("{}", f.render(&problems));
}
