//! `docs/reference/cli.md`, made from the definition of the command line.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};

use crate::args::Cli;

const HEAD: &str = "\
# The command line

Made from the program's own definition: change that, then `UPDATE_EXPECT=1 cargo test -p platc`.

`PROJECT` is a folder with a `plat.toml`; without one, the nearest folder upwards that has it. Findings go to standard
error, results to standard output; formats for programs are results. Artifacts never depend on the date, findings may.

| exit code | means |
|---|---|
| 0 | fine |
| 1 | findings of level error, or a failure |
| 2 | `plan`: there are changes; `build --check`, `codeowners --check`, `fmt --check`, `fmt --diff`: something is out of date |
| 64 | wrong usage |

Documents for programs name their schema in a field `schema`: see [check-json.md](check-json.md) for `platc.check/1` and
[json.md](json.md) for the others.
";

/// The page.
fn page() -> String {
    let mut command = Cli::command();
    command.build();
    let mut out = String::from(HEAD);
    out.push_str("\n## Options of every command\n\n");
    options(
        &mut out,
        command
            .get_arguments()
            .filter(|option| option.is_global_set() || option.get_id() == "version"),
    );
    for subcommand in command.get_subcommands() {
        section(&mut out, subcommand);
    }
    out
}

fn section(out: &mut String, command: &Command) {
    let _ = writeln!(out, "\n## `platc {}`\n", command.get_name());
    let about = command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    let _ = writeln!(out, "{about}.\n");
    let usage = command.clone().render_usage().to_string();
    let _ = writeln!(
        out,
        "```console\n{}\n```\n",
        usage.trim_start_matches("Usage: ")
    );
    options(
        out,
        command
            .get_arguments()
            .filter(|option| !option.is_global_set() && option.get_id() != "help"),
    );
    if let Some(after) = command.get_after_help() {
        let text = after.to_string();
        let (heading, lines) = text.split_once('\n').unwrap_or((&text, ""));
        let _ = writeln!(
            out,
            "\n{heading}\n\n```console\n{}\n```",
            lines.lines().map(str::trim).collect::<Vec<_>>().join("\n")
        );
    }
}

fn options<'a>(out: &mut String, options: impl Iterator<Item = &'a Arg>) {
    out.push_str("| argument | is |\n|---|---|\n");
    for option in options {
        let value = option
            .get_value_names()
            .map(|names| names.join(" "))
            .unwrap_or_default();
        let takes_value = option.get_action().takes_values();
        let mut names = Vec::new();
        if let Some(short) = option.get_short() {
            names.push(format!("`-{short}`"));
        }
        match option.get_long() {
            Some(long) if takes_value => names.push(format!("`--{long} {value}`")),
            Some(long) => names.push(format!("`--{long}`")),
            None => names.push(format!("`{value}`")),
        }
        let mut help = option
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let choices: Vec<String> = option
            .get_possible_values()
            .iter()
            .filter(|_| takes_value)
            .map(|choice| match choice.get_help() {
                Some(text) => format!("`{}` ({text})", choice.get_name()),
                None => format!("`{}`", choice.get_name()),
            })
            .collect();
        if !choices.is_empty() {
            let _ = write!(help, ": {}", choices.join(", "));
        }
        let defaults: Vec<String> = option
            .get_default_values()
            .iter()
            .filter(|_| takes_value)
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        if !defaults.is_empty() {
            let _ = write!(help, ". Default: `{}`", defaults.join(", "));
        }
        let _ = writeln!(
            out,
            "| {} | {} |",
            names.join(", "),
            help.replace('|', "\\|")
        );
    }
}

#[test]
fn the_reference_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/cli.md");
    let page = page();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &page).expect("written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(committed, page, "UPDATE_EXPECT=1 cargo test -p platc");
}
