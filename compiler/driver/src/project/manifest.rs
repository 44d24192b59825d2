//! `plat.toml`: what it may say, and the exact place where it says something else.

use std::ops::Range;

use plat_diagnostics::{Diagnostic, FileId, Fix, Span, codes};
use semver::Version;
use text_size::{TextRange, TextSize};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The name of the project file.
pub const MANIFEST: &str = "plat.toml";

/// The edition that this compiler speaks.
const EDITION: &str = "2026";

/// The name that no package but the standard library has.
pub(crate) const STD: &str = "std";

/// What a `plat.toml` says; where it is wrong, what would be there without the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The package's name.
    pub name: String,
    /// Where that name stands, if it does.
    pub name_at: Option<Span>,
    /// The package's version.
    pub version: Option<Version>,
    /// One line about the package.
    pub description: Option<String>,
    /// The packages that it uses, by name.
    pub dependencies: Vec<Dependency>,
    /// Patterns of custom resource definitions, with their places.
    pub crds: Vec<(String, Span)>,
    /// Whether clusters keep the guardrails, too.
    pub admission: bool,
    /// The folder of the output, below the package, with `/`.
    pub output: String,
}

/// A package that another one uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Its path, from the folder of the `plat.toml`.
    pub path: String,
    /// Where the path stands.
    pub at: Span,
}

/// Reads a `plat.toml`. `fallback` is the name of a package that does not say its own; only where it is `std` may the package be
/// called so.
pub(crate) fn read(
    file: FileId,
    text: &str,
    fallback: &str,
    findings: &mut Vec<Diagnostic>,
) -> Manifest {
    let mut manifest = Manifest {
        name: fallback.to_owned(),
        name_at: None,
        version: None,
        description: None,
        dependencies: Vec::new(),
        crds: Vec::new(),
        admission: false,
        output: "out".to_owned(),
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        file,
        text,
        findings,
    };
    for error in &errors {
        let at = error.span().unwrap_or(0..0);
        reader.report(
            at,
            format!("`{MANIFEST}` is no correct TOML"),
            error.message(),
        );
    }
    if errors.is_empty() {
        reader.document(document.get_ref(), &mut manifest);
    } else {
        // What is read around a break may be anything: it counts, but nothing is said about it.
        Reader {
            file,
            text,
            findings: &mut Vec::new(),
        }
        .document(document.get_ref(), &mut manifest);
    }
    manifest.dependencies.sort_by(|a, b| a.name.cmp(&b.name));
    manifest
}

/// Whether a package may have that name: it is the first word of what others `use`.
pub(crate) fn is_package_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= 63
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(plain)
        && !name.ends_with('-')
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    findings: &'a mut Vec<Diagnostic>,
}

type Table<'t> = DeTable<'t>;
type Entry<'t> = Spanned<DeValue<'t>>;

impl Reader<'_> {
    fn document(&mut self, document: &Table<'_>, manifest: &mut Manifest) {
        self.unknown_keys(
            document,
            "a table",
            &["package", "dependencies", "kubernetes", "output"],
            |_| None,
        );
        match self.table(document, "package") {
            Some(package) => self.package(package, manifest),
            None if !document.contains_key("package") => {
                self.report(0..0, format!("`{MANIFEST}` has no table `[package]`"), "");
                self.help("begin it with `[package]` and `name = \"…\"`");
            }
            None => {}
        }
        if let Some(dependencies) = self.table(document, "dependencies") {
            self.dependencies(dependencies, manifest);
        }
        if let Some(kubernetes) = self.table(document, "kubernetes") {
            self.unknown_keys(kubernetes, "a key of `[kubernetes]`", &["crds", "admission"], |key| {
                (key == "version").then_some("each environment has its own version: `environment prod { kubernetes = \"1.36\" }`")
            });
            self.crds(kubernetes, manifest);
            match kubernetes
                .get("admission")
                .map(|value| (value, value.get_ref()))
            {
                Some((_, DeValue::Boolean(admission))) => manifest.admission = *admission,
                Some((value, _)) => self.wrong_type(value, "admission", "`true` or `false`"),
                None => {}
            }
        }
        if let Some(output) = self.table(document, "output") {
            self.unknown_keys(output, "a key of `[output]`", &["dir"], |_| None);
            self.output(output, manifest);
        }
    }

    fn package(&mut self, package: &Table<'_>, manifest: &mut Manifest) {
        self.unknown_keys(
            package,
            "a key of `[package]`",
            &["name", "version", "edition", "description"],
            |_| None,
        );
        match self.string(package, "name") {
            Some((name, at)) if name == STD && manifest.name != STD => {
                self.report(at, "`std` is the name of the standard library", "taken");
                self.help("give the package a name of its own");
            }
            Some((name, at)) if !is_package_name(&name) => {
                self.report(
                    at,
                    format!("`{name}` cannot be the name of a package"),
                    "not a package name",
                );
                self.help(
                    "use lower-case letters, digits and `-`, a letter first, at most 63 in all",
                );
            }
            Some((name, at)) => {
                manifest.name = name;
                manifest.name_at = Some(self.span(at));
            }
            None if !package.contains_key("name") => {
                let at = self.heading(package);
                self.report(at, "the package has no name", "`name` is missing here");
                self.help("add `name = \"…\"`: what other packages call it");
            }
            None => {}
        }
        if let Some((version, at)) = self.string(package, "version") {
            match Version::parse(&version) {
                Ok(version) => manifest.version = Some(version),
                Err(error) => {
                    self.report(at, format!("`{version}` is no version"), error.to_string());
                    self.help("write three numbers, such as `1.4.0`");
                }
            }
        }
        if let Some((edition, at)) = self.string(package, "edition")
            && edition != EDITION
        {
            self.report(
                at.clone(),
                format!("there is no edition `{edition}`"),
                "unknown edition",
            );
            self.fix(
                at,
                format!("\"{EDITION}\""),
                format!("write `\"{EDITION}\"`"),
            );
        }
        if let Some((description, _)) = self.string(package, "description") {
            manifest.description = Some(description);
        }
    }

    fn dependencies(&mut self, dependencies: &Table<'_>, manifest: &mut Manifest) {
        for (key, value) in dependencies {
            let name = key.get_ref().to_string();
            if name == STD {
                self.report(
                    key.span(),
                    "the standard library is always there",
                    "part of the compiler",
                );
                self.help("remove the line");
                continue;
            }
            let DeValue::Table(table) = value.get_ref() else {
                let was = kind_of(value.get_ref());
                self.report(
                    value.span(),
                    format!("the dependency `{name}` is {was}, not a table"),
                    "expected a table",
                );
                self.help(format!(
                    "say where it is: `{name} = {{ path = \"../{name}\" }}`"
                ));
                continue;
            };
            self.unknown_keys(table, "a key of a dependency", &["path"], |key| {
                ["git", "version", "branch", "tag", "rev", "registry"]
                    .contains(&key)
                    .then_some(
                        "dependencies have a `path`; other origins come with a later release",
                    )
            });
            match self.string(table, "path") {
                Some((path, at)) => manifest.dependencies.push(Dependency {
                    name,
                    path,
                    at: self.span(at),
                }),
                None if !table.contains_key("path") => {
                    self.report(
                        key.span(),
                        format!("the dependency `{name}` has no path"),
                        "",
                    );
                    self.help(format!(
                        "say where it is: `{name} = {{ path = \"../{name}\" }}`"
                    ));
                }
                None => {}
            }
        }
    }

    fn crds(&mut self, kubernetes: &Table<'_>, manifest: &mut Manifest) {
        let Some(value) = kubernetes.get("crds") else {
            return;
        };
        let DeValue::Array(patterns) = value.get_ref() else {
            self.wrong_type(value, "crds", "a list of patterns");
            if let DeValue::String(pattern) = value.get_ref() {
                self.fix(value.span(), format!("[{pattern:?}]"), "make it a list");
            }
            return;
        };
        for pattern in patterns {
            match pattern.get_ref() {
                DeValue::String(text) => {
                    let at = self.span(pattern.span());
                    manifest.crds.push((text.to_string(), at));
                }
                _ => self.wrong_type(pattern, "crds", "a pattern such as `\"crds/*.yaml\"`"),
            }
        }
    }

    fn output(&mut self, output: &Table<'_>, manifest: &mut Manifest) {
        let Some((dir, at)) = self.string(output, "dir") else {
            return;
        };
        match super::below("", &dir) {
            Some(dir) if !dir.is_empty() => manifest.output = dir,
            _ => {
                self.report(
                    at,
                    format!("the output folder `{dir}` is not below the package"),
                    "leaves the package",
                );
                self.help("name a folder of its own, such as `out`; `platc build --out DIR` writes anywhere");
            }
        }
    }

    fn table<'t>(&mut self, of: &'t Table<'_>, key: &str) -> Option<&'t Table<'t>> {
        let value = of.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => {
                self.wrong_type(value, key, "a table");
                None
            }
        }
    }

    fn string(&mut self, table: &Table<'_>, key: &str) -> Option<(String, Range<usize>)> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some((text.to_string(), value.span())),
            _ => {
                self.wrong_type(value, key, "a text");
                None
            }
        }
    }

    fn unknown_keys(
        &mut self,
        table: &Table<'_>,
        what: &str,
        known: &[&str],
        help: impl Fn(&str) -> Option<&'static str>,
    ) {
        let unknown = table
            .keys()
            .filter(|key| !known.contains(&key.get_ref().as_ref()));
        for key in unknown {
            let name = key.get_ref();
            self.report(key.span(), format!("`{name}` is not {what}"), "unknown");
            if let Some(help) = help(name) {
                self.help(help);
            } else if let Some(near) = nearest(name, known) {
                self.help(format!("did you mean `{near}`?"));
                self.fix(key.span(), near, format!("write `{near}`"));
            } else {
                let list: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
                self.help(format!("it may have {}", list.join(", ")));
            }
        }
    }

    fn wrong_type(&mut self, value: &Entry<'_>, key: &str, expected: &str) {
        let was = kind_of(value.get_ref());
        self.report(
            value.span(),
            format!("`{key}` is {was}, not {expected}"),
            format!("expected {expected}"),
        );
    }

    /// The heading of a table: the line before its first key, or the start of the file.
    fn heading(&self, table: &Table<'_>) -> Range<usize> {
        let first = table
            .keys()
            .map(|key| key.span().start)
            .min()
            .unwrap_or(self.text.len());
        let before = &self.text[..first.min(self.text.len())];
        let end = before.trim_end().len();
        let start = before[..end].rfind('\n').map_or(0, |newline| newline + 1);
        start..end
    }

    fn span(&self, at: Range<usize>) -> Span {
        let size =
            |offset: usize| TextSize::try_from(offset.min(self.text.len())).unwrap_or_default();
        Span::new(
            self.file,
            TextRange::new(size(at.start), size(at.end.max(at.start))),
        )
    }

    fn report(&mut self, at: Range<usize>, message: impl Into<String>, label: impl Into<String>) {
        let finding = Diagnostic::new(&codes::BAD_MANIFEST, message).at(self.span(at), label);
        self.findings.push(finding);
    }

    /// Says what to do about the last finding.
    fn help(&mut self, text: impl Into<String>) {
        if let Some(finding) = self.findings.pop() {
            self.findings.push(finding.help(text));
        }
    }

    /// Offers a change for the last finding.
    fn fix(&mut self, at: Range<usize>, text: impl Into<String>, title: impl Into<String>) {
        let span = self.span(at);
        if let Some(finding) = self.findings.pop() {
            self.findings
                .push(finding.fix(Fix::replace(span, text, title)));
        }
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a bool",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The known key that was most likely meant.
fn nearest<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    plat_semantics::scope::distance::nearest(written, known.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> (Manifest, Vec<String>) {
        let mut findings = Vec::new();
        let manifest = read(FileId(0), text, "folder", &mut findings);
        let lines = findings.iter().map(|finding| {
            let span = finding.span().expect("each has a place");
            let help = finding.help.as_deref().unwrap_or("-");
            format!("`{}` {} | {help}", &text[span.range], finding.message)
        });
        (manifest, lines.collect())
    }

    #[test]
    fn a_whole_file_is_read() {
        let text = "[package]\nname = \"acme\"\nversion = \"1.2.3\"\nedition = \"2026\"\ndescription = \"All of it\"\n\n\
                    [dependencies]\nb = { path = \"../b\" }\na.path = \"a\"\n\n[kubernetes]\ncrds = [\"crds/*.yaml\"]\nadmission = true\n\n\
                    [output]\ndir = \"./generated/\"\n";
        let (manifest, findings) = findings(text);
        assert_eq!(findings, Vec::<String>::new());
        assert_eq!(
            (manifest.name.as_str(), manifest.output.as_str()),
            ("acme", "generated")
        );
        assert_eq!(manifest.version, Some(Version::new(1, 2, 3)));
        let dependencies: Vec<_> = manifest
            .dependencies
            .iter()
            .map(|dependency| (&*dependency.name, &*dependency.path))
            .collect();
        assert_eq!(dependencies, [("a", "a"), ("b", "../b")]);
        assert_eq!(manifest.crds.len(), 1);
        assert!(manifest.admission);
    }

    #[test]
    fn every_mistake_is_named_at_its_place() {
        let text = "[package]\nname = \"Acme\"\nverson = \"1.0.0\"\nversion = \"1.0\"\nedition = \"2027\"\n\n\
                    [dependencies]\nstd = { path = \"x\" }\na = \"1.0\"\nb = { git = \"x\" }\n\n\
                    [kubernetes]\nversion = \"1.36\"\ncrds = \"crds/*.yaml\"\n\n[output]\ndir = \"../out\"\n\n[outptu]\n";
        let (manifest, findings) = findings(text);
        assert_eq!(manifest.name, "folder");
        expect_test::expect![[r#"
            `outptu` `outptu` is not a table | did you mean `output`?
            `verson` `verson` is not a key of `[package]` | did you mean `version`?
            `"Acme"` `Acme` cannot be the name of a package | use lower-case letters, digits and `-`, a letter first, at most 63 in all
            `"1.0"` `1.0` is no version | write three numbers, such as `1.4.0`
            `"2027"` there is no edition `2027` | -
            `"1.0"` the dependency `a` is a text, not a table | say where it is: `a = { path = "../a" }`
            `git` `git` is not a key of a dependency | dependencies have a `path`; other origins come with a later release
            `b` the dependency `b` has no path | say where it is: `b = { path = "../b" }`
            `std` the standard library is always there | remove the line
            `version` `version` is not a key of `[kubernetes]` | each environment has its own version: `environment prod { kubernetes = "1.36" }`
            `"crds/*.yaml"` `crds` is a text, not a list of patterns | -
            `"../out"` the output folder `../out` is not below the package | name a folder of its own, such as `out`; `platc build --out DIR` writes anywhere"#]]
        .assert_eq(&findings.join("\n"));
    }

    #[test]
    fn broken_toml_is_shown_where_it_breaks_and_read_as_far_as_it_goes() {
        let (manifest, findings) = findings("[package]\nname = \"acme\"\nversion = \n");
        assert_eq!(manifest.name, "acme");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].contains("is no correct TOML"), "{findings:?}");
    }

    #[test]
    fn a_package_needs_a_name() {
        let (_, found) = findings("[package]\nversion = \"1.0.0\"\n");
        assert_eq!(
            found,
            [
                "`[package]` the package has no name | add `name = \"…\"`: what other packages call it"
            ]
        );
        let (_, found) = findings("");
        assert_eq!(
            found,
            [
                "`` `plat.toml` has no table `[package]` | begin it with `[package]` and `name = \"…\"`"
            ]
        );
    }

    #[test]
    fn names_of_packages() {
        for good in ["a", "shop", "online-boutique", "k8s"] {
            assert!(is_package_name(good), "{good}");
        }
        for bad in ["", "A", "1a", "a_b", "a-", "-a", "a.b", "ä"] {
            assert!(!is_package_name(bad), "{bad}");
        }
    }
}
