//! The program `git`.

use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs git in a folder: what it says, or why it refuses.
///
/// # Errors
/// When there is no program of that name, or the system does not let it run.
pub(crate) fn run(
    folder: &Path,
    arguments: &[&str],
    input: &[u8],
    variables: &[(&str, &OsStr)],
) -> io::Result<Result<Vec<u8>, String>> {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // It may answer before it has heard everything, so both go on at once. What it does not want to hear is no failure.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    })?;
    Ok(if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(line(&output.stderr))
    })
}

/// What git says in one line.
pub(crate) fn line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}
