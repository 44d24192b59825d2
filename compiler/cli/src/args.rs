//! The command line.

mod evidence;
mod prove;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use plat_driver::plan::Impact as ImpactClass;

pub(crate) use evidence::{Audit, AuditFormat, Codeowners, Exceptions, Forge};
pub(crate) use prove::Prove;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0   fine
  1   findings of level error, or a failure
  2   plan: there are changes; --check: out of date
  64  wrong usage

Findings go to standard error, results to standard output.";

/// Compiles services, environments and capabilities to the manifests that run them
#[derive(Debug, Parser)]
#[command(name = "platc", version, styles = STYLES, after_help = EXIT_CODES, max_term_width = 80)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// When to use colours; `auto` heeds NO_COLOR
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = false
    )]
    pub(crate) color: Color,
    /// Say nothing but findings and results
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Show at most so many findings; 0 shows all
    #[arg(long, global = true, value_name = "NUMBER", default_value_t = 50)]
    pub(crate) max_findings: usize,
    /// Judge dated exceptions as if it were this day: `2026-12-31`
    #[arg(long, global = true, value_name = "DATE", value_parser = date)]
    pub(crate) today: Option<plat_driver::Date>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a small, correct start
    New(New),
    /// Show all findings of all environments
    Check(Check),
    /// Run the tests of capabilities and guardrails
    Test(Test),
    /// Write the artifacts
    Build(Build),
    /// Show what a change will do
    Plan(Box<Plan>),
    /// Show who would be reached by a change
    Impact(Impact),
    /// List the services that a change reaches
    Affected(Affected),
    /// Say of a capability whether guardrails hold for every service with it
    Prove(Prove),
    /// Record what the project comes to, to compare with it later
    Snapshot(Snapshot),
    /// Explain a code, a value, or a line
    Explain(Explain),
    /// Bring sources into the one style
    Fmt(Fmt),
    /// Show the dependency graph
    Graph(Graph),
    /// List what there is
    List(List),
    /// Write the evidence: every guardrail, every subject, and what came of it
    Audit(Audit),
    /// List the waivers of guardrails, by the day on which they end
    Waivers(Exceptions),
    /// List the patches and added objects, by the day on which they end
    Patches(Exceptions),
    /// Write the rules by which changes need an approval
    Codeowners(Codeowners),
    /// Print the completions of a shell
    Completions(Completions),
    /// Print or write the manual pages
    Man(Man),
}

/// Which project is meant, for commands that take something else as their argument.
#[derive(Debug, Args)]
pub(crate) struct InProject {
    /// The project's folder [default: the nearest one upwards]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) project: Option<PathBuf>,
    /// Which copy of an environment with `per = …` is meant: `preview=pr-12`
    #[arg(long = "key", value_name = "ENV=KEY", value_parser = environment_key)]
    pub(crate) keys: Vec<(String, String)>,
}

/// Which project is meant.
#[derive(Debug, Args)]
pub(crate) struct Project {
    /// The project's folder [default: the nearest one upwards]
    #[arg(value_name = "PROJECT")]
    pub(crate) project: Option<PathBuf>,
    /// Which copy of an environment with `per = …` is meant: `preview=pr-12`
    #[arg(long = "key", value_name = "ENV=KEY", value_parser = environment_key)]
    pub(crate) keys: Vec<(String, String)>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  platc new project shop\n  platc new service checkout --from HttpService\n  platc new capability queue"
)]
pub(crate) struct New {
    /// What to write
    #[arg(value_enum)]
    pub(crate) kind: NewKind,
    /// Its name
    pub(crate) name: String,
    /// The capability of a service
    #[arg(long, value_name = "CAPABILITY")]
    pub(crate) from: Option<String>,
    /// The folder to write into [default: where you are; for a project, a new folder of its name]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) into: Option<PathBuf>,
    /// How to say what was written
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NewKind {
    /// A folder with a project that builds
    Project,
    /// A file with a service
    Service,
    /// A file with a capability
    Capability,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) project: Project,
    /// Apply the fixes that have one answer
    #[arg(long)]
    pub(crate) fix: bool,
    /// How to show findings
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: FindingFormat,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingFormat {
    /// With source lines
    #[default]
    Human,
    /// One line each
    Concise,
    /// The schema `platc.check/1`
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  platc test                                   all tests of the project
  platc test http.plat                         those of a file
  platc test 'two replicas'                    those with these words in their title
  platc test --update                          take the snapshots anew")]
pub(crate) struct Test {
    /// Only tests with this in `file: title`
    #[arg(value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    #[command(flatten)]
    pub(crate) project: InProject,
    /// Write the snapshots that differ, and remove those that no test takes
    #[arg(long)]
    pub(crate) update: bool,
    /// How to show the results
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TestFormat,
}

/// How the results of tests are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// A line each, and what is wrong with source lines
    #[default]
    Human,
    /// The schema `platc.test/1`
    Json,
    /// JUnit XML
    Junit,
}

#[derive(Debug, Args)]
pub(crate) struct Build {
    #[command(flatten)]
    pub(crate) project: Project,
    /// The folder to write into [default: the one that `plat.toml` names, else `out`]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Only this environment; may be given more than once
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environments: Vec<String>,
    /// Write nothing; exit with 2 when the folder is not up to date
    #[arg(long)]
    pub(crate) check: bool,
    /// Build only what this plan says: refuse it when the sources have changed since (`platc plan --format json --out FILE`)
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
    /// Also write a map from each line of each file to the source that made it
    #[arg(long)]
    pub(crate) source_maps: bool,
    /// How objects are written
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ArtifactFormat,
    /// How to say what was done
    #[arg(long, value_enum, default_value_t)]
    pub(crate) report: TextFormat,
}

/// How objects are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ArtifactFormat {
    /// As people write them
    #[default]
    Yaml,
    /// One `List` per file
    Json,
}

/// How a result is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  platc plan                                   since the default branch was left
  platc plan --base HEAD                       what is not committed yet
  platc plan --against out --env prod          since the last build, in one environment
  platc plan --format markdown --out plan.md   the comment of a pull request
  platc plan --fail-on data-loss,exposure      a gate
  platc plan --base HEAD~1 --expect-empty      proves that a refactoring changes nothing")]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) project: Project,
    /// Compare with a commit of git [default: where the default branch was left]
    #[arg(long, value_name = "REF", conflicts_with = "against")]
    pub(crate) base: Option<String>,
    /// Compare with what a build wrote into a folder, or with a snapshot
    #[arg(long, value_name = "PATH")]
    pub(crate) against: Option<PathBuf>,
    /// Compare with a cluster: what it would make of the objects, tried and not written
    #[arg(long, conflicts_with_all = ["base", "against"])]
    pub(crate) live: bool,
    /// The context of the kubeconfig [default: the current one]
    #[arg(long, value_name = "NAME", requires = "live")]
    pub(crate) context: Option<String>,
    /// Who applies to the cluster, such as `argocd-controller` [default: platc]
    #[arg(long, value_name = "NAME", requires = "live")]
    pub(crate) field_manager: Option<String>,
    /// Take in a plan of Terraform's: the output of `terraform show -json`
    #[arg(long, value_name = "FILE")]
    pub(crate) terraform_plan: Option<PathBuf>,
    /// Only this environment; may be given more than once
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environments: Vec<String>,
    /// How to show the plan
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: PlanFormat,
    /// How much a terminal shows
    #[arg(long, value_enum, default_value_t)]
    pub(crate) detail: Detail,
    /// Markdown: a folder with templates of your own, by the names of the default ones
    #[arg(long, value_name = "FOLDER")]
    pub(crate) template: Option<PathBuf>,
    /// Markdown: where everything is that has no room in the comment
    #[arg(long, value_name = "URL")]
    pub(crate) link: Option<String>,
    /// Markdown: where a source line is, with `{path}` and `{line}` in it
    #[arg(long, value_name = "URL")]
    pub(crate) source_link: Option<String>,
    /// Markdown: what tells this comment from others of the same pull request [default: the package's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) comment_id: Option<String>,
    /// Exit with 1 when something has one of these impacts
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = impact)]
    pub(crate) fail_on: Vec<ImpactClass>,
    /// Agree by address to a change that a guardrail asks to be agreed to
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) acknowledge: Vec<String>,
    /// Exit with 1 when anything changes
    #[arg(long)]
    pub(crate) expect_empty: bool,
    /// Write the plan into this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// How a plan is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// A tree for terminals
    #[default]
    Human,
    /// One comment for a pull request
    Markdown,
    /// The schema `platc.plan/1`
    Json,
    /// One page to look around in
    Html,
}

/// How much of a plan a terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Detail {
    /// The risks, the causes, and who is reached
    #[default]
    Summary,
    /// Every change, by owner
    Owner,
    /// Every changed value
    Full,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  platc impact checkout                        who depends on a service
  platc impact HttpService                     who is made with a capability
  platc impact HttpService.timeout             who has the value that the capability gives
  platc impact platform/defaults.plat:12       what comes of a line")]
pub(crate) struct Impact {
    /// An address, an input of a capability, or FILE:LINE
    #[arg(value_name = "ADDRESS|FILE:LINE")]
    pub(crate) address: String,
    #[command(flatten)]
    pub(crate) project: InProject,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  platc affected                               since the default branch was left
  platc affected --base HEAD~1 --changed       without those that only depend on what changes")]
pub(crate) struct Affected {
    #[command(flatten)]
    pub(crate) project: Project,
    /// Compare with a commit of git [default: where the default branch was left]
    #[arg(long, value_name = "REF", conflicts_with = "against")]
    pub(crate) base: Option<String>,
    /// Compare with what a build wrote into a folder, or with a snapshot
    #[arg(long, value_name = "PATH")]
    pub(crate) against: Option<PathBuf>,
    /// Only this environment; may be given more than once
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environments: Vec<String>,
    /// Leave out those that change in nothing and only depend on what changes
    #[arg(long)]
    pub(crate) changed: bool,
    /// How to show them
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  platc snapshot --out release-41.json         record what is
  platc plan --against release-41.json         and compare with it later")]
pub(crate) struct Snapshot {
    #[command(flatten)]
    pub(crate) project: Project,
    /// Only this environment; may be given more than once
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environments: Vec<String>,
    /// Write it into this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  platc explain PLT0202                        a code: what it means, with examples
  platc explain checkout                       a service: what it is and what it makes
  platc explain checkout:scale.min             a value: every layer that sets it, and which wins
  platc explain checkout@prod:scale.min        the same in one environment
  platc explain checkout@prod/deployment       an object that is emitted
  platc explain redundancy                     a guardrail: where it holds, and how it is kept
  platc explain out/kubernetes/prod/checkout.yaml:20   where a line of the output comes from")]
pub(crate) struct Explain {
    /// A code, an address, a guardrail, or FILE:LINE
    #[arg(value_name = "CODE|ADDRESS|FILE:LINE")]
    pub(crate) subject: String,
    #[command(flatten)]
    pub(crate) project: InProject,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// Files or folders; `-` reads standard input and writes standard output [default: the project]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing; exit with 2 when a file is not formatted
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    pub(crate) diff: bool,
    /// How to say what was done
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Graph {
    #[command(flatten)]
    pub(crate) project: Project,
    /// The language of the graph
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: GraphFormat,
    /// Only what this one depends on and what depends on it
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) focus: Option<String>,
}

/// The language of a graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// For Markdown
    #[default]
    Mermaid,
    /// For Graphviz
    Dot,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// What to list
    #[arg(value_enum)]
    pub(crate) what: Listing,
    #[command(flatten)]
    pub(crate) project: InProject,
    /// Only the rows for which this holds, in the language itself: `tier == critical and owner == web`
    #[arg(long = "where", value_name = "EXPR")]
    pub(crate) condition: Option<String>,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Listing {
    Services,
    Resources,
    Externals,
    Environments,
    Systems,
    Teams,
    Capabilities,
    Implementations,
    Objects,
    Guardrails,
    Waivers,
    Codes,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write a page per command into this folder instead of printing the first one
    #[arg(long, value_name = "FOLDER")]
    pub(crate) into: Option<PathBuf>,
}

fn impact(text: &str) -> Result<ImpactClass, String> {
    ImpactClass::of_name(text).ok_or_else(|| {
        let known: Vec<&str> = ImpactClass::ALL
            .iter()
            .map(|impact| impact.name())
            .collect();
        format!("one of {}", known.join(", "))
    })
}

fn date(text: &str) -> Result<plat_driver::Date, String> {
    plat_driver::Date::parse(text)
        .ok_or_else(|| "write it as YYYY-MM-DD, such as 2026-12-31".to_owned())
}

fn environment_key(text: &str) -> Result<(String, String), String> {
    let (name, key) = text
        .split_once('=')
        .ok_or("write it as ENV=KEY, such as preview=pr-12")?;
    if name.is_empty() || key.is_empty() {
        return Err("neither the environment nor the key may be empty".to_owned());
    }
    Ok((name.to_owned(), key.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
