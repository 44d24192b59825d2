//! The arguments of `platc prove`.

use clap::Args;

use super::{InProject, TextFormat};

/// What is to be proved.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  platc prove HttpService --guardrail std.guardrails.pod_security\n  platc prove workload.HttpService --env prod --inputs 20000"
)]
pub(crate) struct Prove {
    /// The capability, with or without its folder
    pub(crate) capability: String,
    /// Guardrails, or folders of them, in force or not [default: all in force]
    #[arg(long = "guardrail", value_name = "PATH")]
    pub(crate) guardrails: Vec<String>,
    /// Environments [default: all]
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environments: Vec<String>,
    /// Try at most so many services per environment, once for cases and once at random
    #[arg(long, value_name = "NUMBER", default_value_t = 2000)]
    pub(crate) inputs: usize,
    /// Where the random ones begin
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How to show the result
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
    #[command(flatten)]
    pub(crate) project: InProject,
}
