//! The scripts that post a comment, against a forge that is made here.

#![expect(clippy::print_stderr, reason = "what is skipped is said")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use plat_plan::render::{MarkdownOptions, json, markdown};
use serde_json::{Value, json};

use crate::plans;

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../targets/pipelines/pull-request"
);
const TOKEN: &str = "a-token";

/// The comments of a pull request, and every request that was made, as method and path.
#[derive(Default)]
struct Forge {
    comments: Vec<Value>,
    requests: Vec<String>,
}

/// Answers as GitHub and GitLab do, as far as the scripts ask.
fn serve(forge: Arc<Mutex<Forge>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            answer(&stream, &forge);
        }
    });
    address
}

fn answer(mut stream: &TcpStream, forge: &Mutex<Forge>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    let mut length = 0;
    let mut is_allowed = false;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 || line == "\r\n" {
            break;
        }
        let lower = line.to_lowercase();
        if let Some(number) = lower.strip_prefix("content-length:") {
            length = number.trim().parse().unwrap();
        }
        is_allowed |= lower.trim() == format!("authorization: bearer {TOKEN}")
            || lower.trim() == format!("private-token: {TOKEN}");
        if head.is_empty() {
            head = line;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let mut forge = forge.lock().unwrap();
    forge.requests.push(format!("{method} {path}"));
    let (status, answer) = if is_allowed {
        respond(&mut forge, method, path, &body)
    } else {
        (401, json!({ "message": "who are you?" }))
    };
    let text = answer.to_string();
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
}

fn respond(forge: &mut Forge, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
    let (place, query) = path.split_once('?').unwrap_or((path, ""));
    let last = place.rsplit('/').next().unwrap();
    match method {
        "GET" if last == "user" => (200, json!({ "username": "a-bot" })),
        "GET" => {
            let page: usize = query.rsplit("&page=").next().unwrap().parse().unwrap();
            let pages: Vec<&[Value]> = forge.comments.chunks(100).collect();
            (200, json!(pages.get(page - 1).copied().unwrap_or_default()))
        }
        "POST" => {
            let id = forge.comments.len() + 1;
            let body: Value = serde_json::from_slice(body).unwrap();
            let author = if place.contains("/repos/") {
                "github-actions[bot]"
            } else {
                "a-bot"
            };
            forge
                .comments
                .push(comment(id, author, body["body"].as_str().unwrap()));
            (201, json!({ "id": id }))
        }
        "PATCH" | "PUT" => {
            let id: usize = last.parse().unwrap();
            let body: Value = serde_json::from_slice(body).unwrap();
            forge.comments[id - 1]["body"] = body["body"].clone();
            (200, json!({ "id": id }))
        }
        _ => (404, json!({})),
    }
}

fn comment(id: usize, author: &str, body: &str) -> Value {
    json!({ "id": id, "user": { "login": author }, "author": { "username": author }, "body": body })
}

/// Whether the scripts can run here; says what is missing.
fn can_run() -> bool {
    let missing: Vec<&str> = ["bash", "curl", "jq"]
        .into_iter()
        .filter(|tool| Command::new(tool).arg("--version").output().is_err())
        .collect();
    if !missing.is_empty() {
        eprintln!(
            "SKIPPED: the scripts of pipelines need {}",
            missing.join(", ")
        );
    }
    missing.is_empty()
}

fn post(forge: &str, address: &str, file: &Path, changes: &str) -> Output {
    Command::new("bash")
        .arg(format!("{FOLDER}/comment.sh"))
        .arg(forge)
        .arg(file)
        .env("PLATC_TOKEN", TOKEN)
        .env("PLATC_CHANGES", changes)
        .env("GITHUB_API_URL", address)
        .env("GITHUB_REPOSITORY", "shop/infra")
        .env("PLATC_PULL_REQUEST", "7")
        .env("CI_API_V4_URL", address)
        .env("CI_PROJECT_ID", "12")
        .env("CI_MERGE_REQUEST_IID", "7")
        .env_remove("PLATC_AUTHOR")
        .output()
        .unwrap()
}

fn said(output: &Output) -> &str {
    assert!(output.status.success(), "{output:?}");
    std::str::from_utf8(&output.stdout).unwrap().trim_end()
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn one_comment_is_posted_and_then_updated() {
    if !can_run() {
        return;
    }
    for forge in ["github", "gitlab"] {
        let folder = tempfile::tempdir().unwrap();
        let plan = |plan| markdown(&plan, &MarkdownOptions::default()).unwrap();
        let first = write(folder.path(), "first.md", &plan(plans::hostile()));
        let second = write(folder.path(), "second.md", &plan(plans::empty()));
        let state = Arc::new(Mutex::new(Forge::default()));
        let address = serve(Arc::clone(&state));
        // A page of other comments, among them one that only looks like ours.
        for id in 1..=100 {
            let body = if id == 50 {
                plan(plans::empty())
            } else {
                "a review".to_owned()
            };
            state
                .lock()
                .unwrap()
                .comments
                .push(comment(id, "somebody", &body));
        }
        assert_eq!(
            said(&post(forge, &address, &second, "false")),
            "nothing changes, and there is no comment to say so in"
        );
        assert_eq!(
            said(&post(forge, &address, &first, "true")),
            "posted a comment"
        );
        assert_eq!(
            said(&post(forge, &address, &second, "false")),
            "updated comment 101"
        );
        let state = state.lock().unwrap();
        assert_eq!(state.comments.len(), 101);
        assert_eq!(state.comments[100]["body"], plan(plans::empty()));
        assert_eq!(state.comments[49]["user"]["login"], "somebody");
        let update = if forge == "github" {
            "PATCH /repos/shop/infra/issues/comments/101"
        } else {
            "PUT /projects/12/merge_requests/7/notes/101"
        };
        assert_eq!(state.requests.last().unwrap(), update);
    }
}

#[test]
fn a_refusal_is_an_error() {
    if !can_run() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let text = markdown(&plans::empty(), &MarkdownOptions::default()).unwrap();
    let file = write(folder.path(), "plan.md", &text);
    let state = Arc::new(Mutex::new(Forge::default()));
    let address = serve(Arc::clone(&state));
    let refused = Command::new("bash")
        .arg(format!("{FOLDER}/comment.sh"))
        .args(["github".as_ref(), file.as_os_str()])
        .envs([("PLATC_TOKEN", "wrong"), ("GITHUB_API_URL", &address)])
        .envs([
            ("GITHUB_REPOSITORY", "shop/infra"),
            ("PLATC_PULL_REQUEST", "7"),
        ])
        .output()
        .unwrap();
    assert!(!refused.status.success());
    let other = write(folder.path(), "other.md", "# A plan of somebody else\n");
    assert!(!post("github", &address, &other, "true").status.success());
    assert!(state.lock().unwrap().comments.is_empty());
}

#[test]
fn a_plan_is_written_in_every_form() {
    if !can_run() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let plan = plans::delete_and_rename();
    write(folder.path(), "source.json", &json(&plan));
    // Stands for the command: it has changes, and writes what it is asked for.
    let command = write(
        folder.path(),
        "platc",
        "#!/usr/bin/env bash\nwhile [ $# -gt 0 ]; do case $1 in --out) out=$2 ;; --format) format=$2 ;; esac; shift; done\n\
         case $format in json) cp \"$SOURCE\" \"$out\" ;; *) echo \"$format\" >\"$out\" ;; esac\nexit \"$STATUS\"\n",
    );
    let run = |status: &str| {
        Command::new("bash")
            .arg(format!("{FOLDER}/plan.sh"))
            .arg(folder.path().join("out"))
            .args([".", "--base", "main"])
            .env("PLATC", format!("{}/run", folder.path().display()))
            .env("SOURCE", folder.path().join("source.json"))
            .env("STATUS", status)
            .output()
            .unwrap()
    };
    let runner = format!("#!/bin/sh\nexec bash '{}' \"$@\"\n", command.display());
    let runner = write(folder.path(), "run", &runner);
    let made_executable = Command::new("chmod")
        .arg("+x")
        .arg(&runner)
        .status()
        .unwrap();
    assert!(made_executable.success());
    assert!(run("2").status.success());
    let read = |name: &str| std::fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    assert_eq!(read("plan.md"), "markdown\n");
    assert_eq!(read("plan.html"), "html\n");
    let report: Value = serde_json::from_str(&read("report.json")).unwrap();
    assert_eq!(report, json!({ "create": 1, "update": 0, "delete": 2 }));
    assert_eq!(run("1").status.code(), Some(1));
}
