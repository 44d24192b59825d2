//! Small, correct starts.

mod service;

use std::fs;
use std::path::{Path, PathBuf};

use plat_diagnostics::{Diagnostic, codes};

use crate::atomic::{FileError, replace_file};
use crate::project::{MANIFEST, is_package_name};
use crate::shown_path;

/// What is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A project.
    Project,
    /// A service.
    Service,
    /// A capability.
    Capability,
}

/// What to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is begun.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The capability of a service.
    pub from: Option<String>,
    /// The folder to write into.
    pub into: PathBuf,
}

/// Writes a start; the paths of the files, for people. Nothing that exists is touched.
///
/// # Errors
/// When the name cannot be one, or a file exists already.
pub fn write(request: &Request) -> Result<Vec<String>, Box<Diagnostic>> {
    let files = files(request)?;
    for (path, _) in &files {
        let full = request.into.join(path);
        if full.exists() {
            let message = format!("`{}` exists already", shown_path(&full));
            return Err(Box::new(
                Diagnostic::new(&codes::CANNOT_WRITE, message)
                    .help("choose another name, or another folder with `--into`"),
            ));
        }
    }
    let mut written = Vec::new();
    for (path, text) in files {
        let full = request.into.join(path);
        write_file(&full, &text).map_err(|error| Box::new(error.finding()))?;
        written.push(shown_path(&full));
    }
    Ok(written)
}

fn write_file(path: &Path, text: &str) -> Result<(), FileError> {
    if let Some(folder) = path.parent() {
        let fail = |error| FileError {
            verb: "create",
            path: folder.to_path_buf(),
            error,
        };
        fs::create_dir_all(folder).map_err(fail)?;
    }
    replace_file(path, text.as_bytes())
}

type Files = Vec<(String, String)>;

fn files(request: &Request) -> Result<Files, Box<Diagnostic>> {
    let name = &request.name;
    let bad = |what: &str, rule: &str| {
        let message = format!("`{name}` cannot be the name of {what}");
        Err(Box::new(
            Diagnostic::new(&codes::BAD_NEW_NAME, message).help(rule.to_owned()),
        ))
    };
    let files = match request.kind {
        Kind::Project if !is_package_name(name) || name == "std" => {
            return bad(
                "a project",
                "use lower-case letters, digits and `-`, a letter first",
            );
        }
        Kind::Service if !is_package_name(name) => {
            return bad(
                "a service",
                "use lower-case letters, digits and `-`, a letter first: it becomes a name in the cluster",
            );
        }
        Kind::Project => project(name),
        Kind::Service => {
            let capability = request.from.as_deref().unwrap_or("HttpService");
            let text = service::text(name, capability, &request.into)?;
            vec![(format!("{name}.plat"), text)]
        }
        Kind::Capability => {
            let Some(type_name) = type_name(name) else {
                return bad(
                    "a capability",
                    "begin with a letter; use letters, digits and `-`",
                );
            };
            vec![(
                format!("{}.plat", name.to_lowercase()),
                capability(&type_name),
            )]
        }
    };
    Ok(files.into_iter().map(in_one_style).collect())
}

/// What a tool writes is formatted like everything else.
fn in_one_style((path, text): (String, String)) -> (String, String) {
    let is_source = path.ends_with(".plat");
    let formatted = is_source
        .then(|| plat_syntax::format::format(&text).ok())
        .flatten();
    (path, formatted.unwrap_or(text))
}

fn project(name: &str) -> Files {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2026\"\n\n[output]\ndir = \"out\"\n"
    );
    let environments = format!(
        "// Where it runs, and who answers for it.\n\n\
         environment staging {{\n  namespace = \"{name}\"\n}}\n\n\
         environment prod {{\n  production = true\n  namespace = \"{name}\"\n}}\n\n\
         team owners {{\n  email = \"owners@example.com\"\n}}\n"
    );
    let service = "/// Says hello, in one sentence.\n\
         service hello: HttpService {\n  \
           owner = owners\n  \
           image = \"registry.example.com/hello:1.0.0\"\n  \
           port = 8080\n\n  \
           resources { cpu = 100m, memory = 128Mi }\n\n  \
           in prod {\n    scale { min = 2, max = 6 }\n  }\n\
         }\n";
    vec![
        (MANIFEST.to_owned(), manifest),
        ("platform/environments.plat".to_owned(), environments),
        ("services/hello.plat".to_owned(), service.to_owned()),
    ]
}

fn capability(name: &str) -> String {
    format!(
        "/// What a {name} is, in one sentence.\n\
         pub capability {name} {{\n  \
           /// What it says.\n  \
           input text: string = \"hello\"\n\n  \
           emit config: kubernetes.core.v1.ConfigMap {{\n    \
             metadata {{ name = name, namespace = environment.namespace }}\n    \
             data {{ text = text }}\n  \
           }}\n\
         }}\n"
    )
}

/// `message-queue` → `MessageQueue`.
fn type_name(name: &str) -> Option<String> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !plain || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    let words = name.split('-').filter(|word| !word.is_empty());
    Some(
        words
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_exists_is_touched() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let request = Request {
            kind: Kind::Capability,
            name: "message-queue".to_owned(),
            from: None,
            into: folder.path().into(),
        };
        let written = write(&request).expect("it is written");
        assert_eq!(written.len(), 1);
        let text = fs::read_to_string(folder.path().join("message-queue.plat")).expect("read");
        assert!(text.contains("pub capability MessageQueue {"), "{text}");
        let again = write(&request).expect_err("it exists");
        assert!(again.message.contains("exists already"));
    }

    #[test]
    fn names_are_checked() {
        let with = |kind, name: &str| {
            write(&Request {
                kind,
                name: name.to_owned(),
                from: None,
                into: PathBuf::from("/nowhere/at/all"),
            })
        };
        for (kind, name) in [
            (Kind::Project, "std"),
            (Kind::Project, "A b"),
            (Kind::Service, "Checkout"),
            (Kind::Capability, "1a"),
        ] {
            assert!(
                with(kind, name)
                    .is_err_and(|finding| finding.message.contains("cannot be the name")),
                "{name}"
            );
        }
    }
}
