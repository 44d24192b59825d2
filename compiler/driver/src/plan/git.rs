//! What the project was at another commit, asked of the program `git`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use plat_diagnostics::{Diagnostic, codes};

use crate::git::{self, line};

/// A repository around a project.
#[derive(Clone, Debug)]
pub(super) struct Repository {
    /// Its top folder, without links in it.
    pub(super) root: PathBuf,
}

/// A commit that a project is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Base {
    /// Its full name.
    pub(super) commit: String,
    /// What people call it.
    pub(super) label: String,
}

/// A path that is not the same in the working tree as in a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Below the repository's top folder, with `/`.
    pub(super) path: String,
    /// What it is in the commit; nothing if it is not there.
    pub(super) before: Option<Entry>,
    /// What it is in the working tree.
    pub(super) after: Option<FileMode>,
}

/// An entry of a commit's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) mode: FileMode,
    /// The name of its content.
    pub(super) object: String,
}

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileMode {
    File,
    Link,
    Submodule,
}

impl FileMode {
    fn read(mode: &str) -> Option<Self> {
        match mode {
            "000000" => None,
            "120000" => Some(Self::Link),
            "160000" => Some(Self::Submodule),
            _ => Some(Self::File),
        }
    }
}

type Found<T> = Result<T, Box<Diagnostic>>;

/// A variable of the process, such as those that CI sets.
pub(crate) type Variable<'a> = dyn Fn(&str) -> Option<String> + 'a;

impl Repository {
    /// The repository that holds a folder.
    pub(super) fn around(folder: &Path) -> Found<Self> {
        let asked = run(folder, &["rev-parse", "--show-toplevel"], &[]);
        match asked {
            Ok(Ok(text)) => {
                let root = PathBuf::from(line(&text));
                Ok(Self {
                    root: root.canonicalize().unwrap_or(root),
                })
            }
            Ok(Err(why)) if why.contains("dubious ownership") => Err(Box::new(
                no_base("git does not trust the repository: it belongs to another user")
                    .note(why.lines().next().unwrap_or_default())
                    .help("tell git that it may: `git config --global --add safe.directory FOLDER`"),
            )),
            Ok(Err(why)) => Err(Box::new(
                no_base(format!(
                    "`{}` does not lie in a git repository",
                    crate::shown_path(folder)
                ))
                .note(why)
                .help("compare with something else: `--against FOLDER` takes a built output, `--against FILE` a snapshot"),
            )),
            Err(finding) => Err(finding),
        }
    }

    /// The commit that a reference names.
    pub(super) fn named(&self, reference: &str) -> Found<Base> {
        match self.commit(reference)? {
            Some(commit) => Ok(Base {
                label: labelled(reference, &commit),
                commit,
            }),
            None => {
                let finding = no_base(format!("there is no commit `{reference}`"));
                Err(Box::new(if self.is_shallow() {
                    finding.help(DEEPEN)
                } else {
                    finding.help(
                        "name a branch, a tag or a commit; `git fetch` first if it is a remote one",
                    )
                }))
            }
        }
    }

    /// Where the working tree left the branch that it is to go into.
    pub(super) fn default_base(&self, variable: &Variable<'_>) -> Found<Base> {
        if self.commit("HEAD")?.is_none() {
            return Err(Box::new(
                no_base("the repository has no commit yet")
                    .help("commit once; a plan says what changed since"),
            ));
        }
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        // GitLab has worked it out already.
        if let Some(wanted) = variable("CI_MERGE_REQUEST_DIFF_BASE_SHA") {
            let name = variable("CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
            let name = name.as_deref().unwrap_or("the merge request's base");
            return match self.commit(&wanted)? {
                Some(commit) => Ok(Base {
                    label: labelled(name, &commit),
                    commit,
                }),
                None => Err(Box::new(
                    no_base(format!(
                        "this clone does not have {wanted}, which `CI_MERGE_REQUEST_DIFF_BASE_SHA` names"
                    ))
                    .help(DEEPEN),
                )),
            };
        }
        for name in ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] {
            // What CI says is final: compared with any other branch, a change could seem to be none.
            if let Some(branch) = variable(name) {
                let candidates = [format!("origin/{branch}"), branch.clone()];
                return self.left(&candidates)?.ok_or_else(|| {
                    Box::new(
                        no_base(format!(
                            "this clone has no branch `{branch}`, which `{name}` names"
                        ))
                        .help(DEEPEN),
                    )
                });
            }
        }
        let ask = [
            "symbolic-ref",
            "--quiet",
            "--short",
            "refs/remotes/origin/HEAD",
        ];
        let usual = ["origin/main", "origin/master", "main", "master"];
        let candidates: Vec<String> = { self.text(&ask)?.into_iter() }
            .chain(usual.map(str::to_owned))
            .collect();
        match self.left(&candidates)? {
            Some(base) => Ok(base),
            None => Err(Box::new(self.advised(no_base(
                "this repository has no branch `main` or `master`, here or at `origin`",
            )))),
        }
    }

    /// Where the working tree left the first of these branches that is there.
    fn left(&self, branches: &[String]) -> Found<Option<Base>> {
        for name in branches {
            if self.commit(name)?.is_none() {
                continue;
            }
            return match self.text(&["merge-base", "HEAD", name])? {
                Some(commit) => Ok(Some(Base {
                    label: labelled(name, &commit),
                    commit,
                })),
                None => Err(Box::new(self.advised(no_base(format!(
                    "`HEAD` and `{name}` have no commit in common, as far as this clone knows"
                ))))),
            };
        }
        Ok(None)
    }

    /// A finding with what to do where nothing says what to compare with.
    fn advised(&self, finding: Diagnostic) -> Diagnostic {
        if self.is_shallow() {
            finding.help(DEEPEN)
        } else {
            finding.help("say what to compare with: `--base REF`")
        }
    }

    /// What differs between a commit and the working tree below some folders. Files that git does not track are not among it.
    pub(super) fn differences(&self, base: &Base, folders: &[String]) -> Found<Vec<Difference>> {
        let mut arguments = vec![
            "diff",
            "--raw",
            "-z",
            "--no-renames",
            "--no-ext-diff",
            "--no-abbrev",
            &base.commit,
            "--",
        ];
        let paths = specs(folders);
        arguments.extend(paths.iter().map(String::as_str));
        let output = self.ask(&arguments, &[])?;
        let mut fields = output.split(|byte| *byte == 0);
        let mut found = Vec::new();
        while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
            let head = String::from_utf8_lossy(head);
            let mut parts = head.trim_start_matches(':').split(' ');
            let (Some(before), Some(after), Some(object)) =
                (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            found.push(Difference {
                path: String::from_utf8_lossy(path).into_owned(),
                before: FileMode::read(before).map(|mode| Entry {
                    mode,
                    object: object.to_owned(),
                }),
                after: FileMode::read(after),
            });
        }
        Ok(found)
    }

    /// What git tracks below some folders, with what each is.
    pub(super) fn tracked(&self, folders: &[String]) -> Found<Vec<(String, FileMode)>> {
        let mut arguments = vec!["ls-files", "-z", "--stage", "--"];
        let paths = specs(folders);
        arguments.extend(paths.iter().map(String::as_str));
        let output = self.ask(&arguments, &[])?;
        let entry = |entry: &[u8]| {
            let entry = String::from_utf8_lossy(entry);
            let (head, path) = entry.split_once('\t')?;
            let mode = FileMode::read(head.split(' ').next()?)?;
            Some((path.to_owned(), mode))
        };
        Ok(output.split(|byte| *byte == 0).filter_map(entry).collect())
    }

    /// The bytes of files as they would stand in the working tree: line ends and filters are applied. In the given order.
    pub(super) fn contents(&self, files: &[(&str, &str)]) -> Found<Vec<Vec<u8>>> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        // Git tells how long an object is before filters, so that only what it answers next tells where the content ends: that it
        // does not have what no content can hold, since its own name is in it.
        let end = |object: &str| format!("end-of-{object}");
        let mut asked = Vec::new();
        for (object, path) in files {
            asked.extend_from_slice(format!("{object} {path}\n{}\n", end(object)).as_bytes());
        }
        let output = self.ask(&["cat-file", "--batch", "--filters"], &asked)?;
        let mut rest = output.as_slice();
        let mut contents = Vec::with_capacity(files.len());
        for (object, path) in files {
            let start = format!("{object} blob ");
            let end = format!("\n{} missing\n", end(object));
            let content = (|| {
                let length = rest
                    .windows(end.len())
                    .position(|window| window == end.as_bytes())?;
                let (answer, others) = rest.split_at(length);
                rest = &others[end.len()..];
                let head = answer.iter().position(|byte| *byte == b'\n')?;
                let is_there = answer.starts_with(start.as_bytes());
                is_there.then(|| answer[head + 1..].to_vec())
            })();
            contents.push(content.ok_or_else(|| {
                Box::new(
                    no_base(format!("git does not have `{path}` as it was"))
                        .note(format!("the object {object} is missing"))
                        .help(DEEPEN),
                )
            })?);
        }
        Ok(contents)
    }

    /// The text of a file of a commit, if it is there and is text.
    pub(super) fn text_at(&self, base: &Base, path: &str) -> Found<Option<String>> {
        let object = format!("{}:{path}", base.commit);
        let found = run(&self.root, &["cat-file", "blob", &object], &[])?;
        Ok(found.ok().and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// Writes what a commit holds below some folders into another folder, under the same paths; some of them are left out.
    pub(super) fn check_out(
        &self,
        base: &Base,
        folders: &[String],
        except: &[String],
        into: &Path,
    ) -> Found<()> {
        let index = into.join(".platc-index");
        let index = index.as_os_str();
        let variables: &[(&str, &OsStr)] = &[("GIT_INDEX_FILE", index)];
        let mut listed = vec!["ls-tree", "-r", "-z", "--full-tree", &base.commit, "--"];
        let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
        // An empty path is the whole tree, which is what no path is for `ls-tree`.
        if !folders.contains(&"") {
            listed.extend(&folders);
        }
        let output = self.ask(&listed, &[])?;
        let mut entries = Vec::new();
        for entry in output.split(|byte| *byte == 0) {
            let text = String::from_utf8_lossy(entry);
            let Some((head, path)) = text.split_once('\t') else {
                continue;
            };
            let left_out = |folder: &String| path.starts_with(folder.as_str());
            if head.starts_with("160000") || except.iter().any(left_out) {
                continue;
            }
            entries.extend_from_slice(entry);
            entries.push(0);
        }
        self.ask_with(&["update-index", "-z", "--index-info"], &entries, variables)?;
        let prefix = format!("--prefix={}/", into.display());
        self.ask_with(
            &["checkout-index", "--all", "--force", "--quiet", &prefix],
            &[],
            variables,
        )?;
        Ok(())
    }

    /// A path below the repository's top folder, with `/`; nothing if it lies elsewhere.
    pub(super) fn below(&self, path: &Path) -> Option<String> {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let below = real.strip_prefix(&self.root).ok()?;
        crate::project::slashed(below)
    }

    fn commit(&self, reference: &str) -> Found<Option<String>> {
        let wanted = format!("{reference}^{{commit}}");
        self.text(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &wanted,
        ])
    }

    fn is_shallow(&self) -> bool {
        let asked = self.text(&["rev-parse", "--is-shallow-repository"]);
        matches!(asked, Ok(Some(answer)) if answer == "true")
    }

    /// A line that git answers; nothing if it says no.
    fn text(&self, arguments: &[&str]) -> Found<Option<String>> {
        let answer = run(&self.root, arguments, &[])?;
        Ok(answer
            .ok()
            .map(|text| line(&text))
            .filter(|text| !text.is_empty()))
    }

    fn ask(&self, arguments: &[&str], input: &[u8]) -> Found<Vec<u8>> {
        self.ask_with(arguments, input, &[])
    }

    fn ask_with(
        &self,
        arguments: &[&str],
        input: &[u8],
        variables: &[(&str, &OsStr)],
    ) -> Found<Vec<u8>> {
        run_with(&self.root, arguments, input, variables)?.map_err(|why| {
            let command = arguments.first().copied().unwrap_or_default();
            Box::new(
                no_base(format!("`git {command}` failed"))
                    .note(why)
                    .help("run it by hand in the project's folder to see more"),
            )
        })
    }
}

const DEEPEN: &str = "the clone is shallow or incomplete: fetch its whole history, with `fetch-depth: 0` for `actions/checkout`, `GIT_DEPTH: 0` in GitLab, `git fetch --unshallow` by hand";

fn no_base(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&codes::NO_BASE, message)
}

/// `main at 1a2b3c4`; a commit stands for itself.
fn labelled(name: &str, commit: &str) -> String {
    let short = commit.get(..7).unwrap_or(commit);
    if commit.starts_with(name) {
        short.to_owned()
    } else {
        format!("{name} at {short}")
    }
}

/// Folders as git takes them literally, from the top.
fn specs(folders: &[String]) -> Vec<String> {
    folders
        .iter()
        .map(|folder| format!(":(top,literal){folder}"))
        .collect()
}

/// Runs git: what it says, or why it refuses.
fn run(folder: &Path, arguments: &[&str], input: &[u8]) -> Found<Result<Vec<u8>, String>> {
    run_with(folder, arguments, input, &[])
}

fn run_with(
    folder: &Path,
    arguments: &[&str],
    input: &[u8],
    variables: &[(&str, &OsStr)],
) -> Found<Result<Vec<u8>, String>> {
    git::run(folder, arguments, input, variables).map_err(|error| {
        Box::new(
            no_base("the program `git` cannot be run")
                .note(crate::project::reason(&error))
                .help("install git, or compare without it: `--against FOLDER` takes a built output, `--against FILE` a snapshot"),
        )
    })
}
