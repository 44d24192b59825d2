//! The program as a user runs it. Each file of `tests/cases/` is a project and a session in it:
//!
//! ```text
//! What the case shows.
//! --- shop/a.plat ---
//! team web { }
//! === platc check
//! exit 0
//! 1| what it says on standard output
//! 2| what it says on standard error
//! ```
//!
//! `UPDATE_EXPECT=1 cargo test -p platc` writes what the program does now into the files.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A case as it stands in its file.
struct Case {
    title: String,
    files: Vec<(String, String)>,
    commands: Vec<String>,
}

fn read(text: &str) -> Case {
    let mut case = Case {
        title: String::new(),
        files: Vec::new(),
        commands: Vec::new(),
    };
    for line in text.split_inclusive('\n') {
        if let Some(command) = line.strip_prefix("=== ") {
            case.commands.push(command.trim_end().to_owned());
        } else if let Some(path) = line
            .strip_prefix("--- ")
            .and_then(|line| line.trim_end().strip_suffix(" ---"))
        {
            case.files.push((path.to_owned(), String::new()));
        } else if case.commands.is_empty() {
            match case.files.last_mut() {
                Some((_, text)) => text.push_str(line),
                None => case.title.push_str(line),
            }
        }
    }
    case
}

/// The case with what its commands do.
fn played(case: &Case) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut out = case.title.clone();
    for (path, text) in &case.files {
        let _ = write!(out, "--- {path} ---\n{text}");
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    for command in &case.commands {
        let _ = writeln!(out, "=== {command}");
        run(command, &folder, &mut out);
    }
    out
}

/// Runs one line: `platc …`, perhaps with `< text`; `git …`; `write PATH TEXT`; `replace PATH OLD NEW`; `show PATH`; `files`.
fn run(line: &str, folder: &TempDir, out: &mut String) {
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        ["write", path, ..] => {
            let text = line.splitn(3, ' ').nth(2).unwrap_or_default();
            fs::write(folder.path().join(path), format!("{text}\n")).expect("written");
        }
        ["replace", path, old, new] => {
            let path = folder.path().join(path);
            let text = fs::read_to_string(&path).expect("it is there");
            assert!(text.contains(old), "`{old}` is not in {}", path.display());
            fs::write(path, text.replacen(old, new, 1)).expect("written");
        }
        ["git", arguments @ ..] => git(arguments, folder),
        ["show", path] => {
            let text = fs::read_to_string(folder.path().join(path))
                .unwrap_or_else(|_| "(nothing)\n".to_owned());
            quoted(out, "|", &text, folder);
        }
        ["files", below] => {
            for path in files_below(&folder.path().join(below)) {
                let _ = writeln!(out, "| {path}");
            }
        }
        ["platc", arguments @ ..] => {
            let (arguments, input) = match arguments.iter().position(|word| *word == "<") {
                Some(at) => (&arguments[..at], arguments[at + 1..].join(" ")),
                None => (arguments, String::new()),
            };
            platc(arguments, &input, folder, out);
        }
        _ => panic!("`{line}` is no command of a case"),
    }
}

/// Runs git with nothing of the machine's own, so that commits have the same names everywhere.
fn git(arguments: &[&str], folder: &TempDir) {
    let output = Command::new("git")
        .args(["-c", "core.autocrlf=false", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .envs([
            ("PATH", std::env::var("PATH").unwrap_or_default().as_str()),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_AUTHOR_NAME", "A"),
            ("GIT_AUTHOR_EMAIL", "a@example.com"),
            ("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z"),
            ("GIT_COMMITTER_NAME", "A"),
            ("GIT_COMMITTER_EMAIL", "a@example.com"),
            ("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z"),
        ])
        .output()
        .expect("git runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
}

fn platc(arguments: &[&str], input: &str, folder: &TempDir, out: &mut String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_platc"))
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::io::Write::write_all(
        &mut child.stdin.take().expect("it is piped"),
        input.as_bytes(),
    )
    .expect("it reads or ends");
    let output = child.wait_with_output().expect("the program ends");
    let code = output
        .status
        .code()
        .map_or_else(|| "by a signal".to_owned(), |code| code.to_string());
    let _ = writeln!(out, "exit {code}");
    quoted(out, "1|", &String::from_utf8_lossy(&output.stdout), folder);
    quoted(out, "2|", &String::from_utf8_lossy(&output.stderr), folder);
}

/// Lines behind a mark, without what differs between machines.
fn quoted(out: &mut String, mark: &str, text: &str, folder: &TempDir) {
    let real = folder.path().canonicalize().unwrap_or_default();
    let text = without_times(text)
        .replace(&*real.to_string_lossy(), "[FOLDER]")
        .replace(&*folder.path().to_string_lossy(), "[FOLDER]")
        .replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    for line in text.lines() {
        let _ = writeln!(out, "{}", format!("{mark} {line}").trim_end());
    }
}

/// How long things took.
fn without_times(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((at, mark)) = ["time=\"", "\"seconds\": "]
        .into_iter()
        .filter_map(|mark| Some((rest.find(mark)?, mark)))
        .min()
    {
        let (before, behind) = rest.split_at(at + mark.len());
        let number = |c: char| c.is_ascii_digit() || ".e-".contains(c);
        out.push_str(before);
        out.push_str("[TIME]");
        rest = behind.trim_start_matches(number);
    }
    out + rest
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
        {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path();
                found.push(
                    path.strip_prefix(folder)
                        .expect("it lies below")
                        .to_string_lossy()
                        .into_owned(),
                );
            }
        }
    }
    found.sort();
    found
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = fs::read_dir(folder)
        .expect("there are cases")
        .filter_map(Result::ok);
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.sort();
    found
}

#[test]
fn sessions_go_as_they_are_written() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let cases = cases();
    assert!(cases.len() > 10, "only {} cases were found", cases.len());
    let mut differing = Vec::new();
    for path in cases {
        let expected = fs::read_to_string(&path).expect("cases are text");
        let actual = played(&read(&expected));
        if actual == expected {
            continue;
        }
        if update {
            fs::write(&path, actual).expect("written");
        } else {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            differing.push(format!("{name}:\n{actual}"));
        }
    }
    assert!(
        differing.is_empty(),
        "these went otherwise (UPDATE_EXPECT=1 takes it over):\n\n{}",
        differing.join("\n")
    );
}

#[test]
fn a_reader_that_goes_away_is_nobodys_fault() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_platc"))
        .args(["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
