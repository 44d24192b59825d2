//! What an address stands for, and why it is so.

pub(crate) mod address;
mod fact;
mod guardrail;
mod line;
mod members;
mod object;
mod value;

use plat_diagnostics::{Diagnostic, Span};
use plat_semantics::db::DeclId;
use plat_semantics::hir::NodeId;
use serde::Serialize;

use crate::Workspace;

pub use guardrail::{Guardrail, InEnvironment, OwnWaiver, explain_guardrail};
pub use line::explain_line;

/// What is known about a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "subject", content = "explanation", rename_all = "snake_case")]
pub enum Explanation {
    /// A declaration.
    Declaration(Declaration),
    /// A value, in each environment in which it is another one.
    Value(Vec<Value>),
    /// An emitted object.
    Object(Object),
    /// A guardrail.
    Guardrail(Guardrail),
    /// A line of the output.
    OutputLine(OutputLine),
    /// A line of a source.
    SourceLine(SourceLine),
}

/// A place in a source, as people write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The path.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The text of the line, without its indent.
    pub text: String,
}

/// What a declaration is and what it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Declaration {
    /// Its address.
    pub address: String,
    /// The keyword.
    pub kind: String,
    /// The first paragraph of its documentation.
    pub doc: Option<String>,
    /// Where it stands.
    pub declared: Place,
    /// The capability behind it, or what a capability is.
    pub capability: Option<String>,
    /// What it needs and calls.
    pub depends_on: Vec<String>,
    /// Who needs or calls it.
    pub used_by: Vec<String>,
    /// For a capability: its inputs.
    pub inputs: Vec<Member>,
    /// For a capability: its outputs.
    pub outputs: Vec<Member>,
    /// The objects that it emits, by environment.
    pub objects: Vec<Emitted>,
}

/// An input or output of a capability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: String,
    /// The default of an input, as it is written.
    pub value: Option<String>,
    /// The contract that it comes from; none if the capability declares it itself.
    pub from: Option<String>,
    /// The first paragraph of its documentation.
    pub doc: Option<String>,
}

/// What is emitted in one environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Emitted {
    /// The environment.
    pub environment: String,
    /// Path below the instance and kind of each object.
    pub objects: Vec<(String, String)>,
}

/// A value and its layers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Value {
    /// Its address without an environment.
    pub address: String,
    /// The environments in which this holds.
    pub environments: Vec<String>,
    /// Its type.
    pub ty: String,
    /// The value, as one would write it; none where it could not be computed.
    pub value: Option<String>,
    /// The first paragraph of its documentation.
    pub doc: Option<String>,
    /// What the layers say, the highest first.
    pub layers: Vec<LayerOfValue>,
}

/// What one layer says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LayerOfValue {
    /// 1 to 5.
    pub layer: u8,
    /// What the layer is.
    pub name: String,
    /// Where it says so.
    pub place: Place,
    /// What it does: `=`, `+=`, `{ … }`, `..`.
    pub operator: String,
    /// The path that it sets, if that is another one.
    pub path: Option<String>,
    /// The value that it gives.
    pub value: Option<String>,
    /// Whether it has a part in the result.
    pub wins: bool,
}

/// An emitted object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Object {
    /// Its address.
    pub address: String,
    /// The object, or the part of it that the address names, as YAML.
    pub text: String,
    /// Where the emission, or the value, was written.
    pub origin: Option<Place>,
}

/// Where a line of the output comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutputLine {
    /// The file and line that were asked for.
    pub at: String,
    /// Its text.
    pub text: String,
    /// The instance: `checkout@prod`.
    pub instance: String,
    /// Where that is declared.
    pub declared: Place,
    /// The expression that made the line; none if the compiler did.
    pub origin: Option<Place>,
    /// What holds that expression: `HttpService`.
    pub holder: Option<String>,
}

/// What stands on a line of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceLine {
    /// The file and line that were asked for.
    pub at: String,
    /// The declaration around it.
    pub address: String,
    /// The keyword.
    pub kind: String,
    /// The values that are set on it.
    pub values: Vec<Value>,
}

/// Explains an address.
///
/// # Errors
/// When it leads nowhere; the finding says what there is.
pub fn explain(workspace: &Workspace, subject: &str) -> Result<Explanation, Box<Diagnostic>> {
    let address = address::parse(subject)?;
    let found = address::find(workspace, &address)?;
    match (
        &address.environment,
        address.object.is_empty(),
        address.value.is_empty(),
    ) {
        (Some(_), false, _) => {
            object::explain(workspace, &address, &found).map(Explanation::Object)
        }
        (_, _, false) => value::explain(workspace, &address, &found).map(Explanation::Value),
        _ => Ok(Explanation::Declaration(fact::explain(
            workspace, &address, &found,
        ))),
    }
}

impl Place {
    /// The place where a span begins.
    #[must_use]
    pub fn of(workspace: &Workspace, span: Span) -> Self {
        use plat_diagnostics::{LineIndex, Sources as _};
        let files = workspace.files();
        let text = files.text(span.file);
        let index = LineIndex::new(text);
        let at = index.position(text, span.start());
        let line = index.text(text, index.line(span.start())).trim().to_owned();
        Self {
            path: files.path(span.file).to_owned(),
            line: at.line,
            column: at.column,
            text: line,
        }
    }
}

impl Workspace {
    /// The text of a node of a declaration, on one line.
    #[must_use]
    pub fn source_text(&self, decl: DeclId, node: NodeId) -> String {
        use plat_diagnostics::Sources as _;
        let span = self.span(decl, node);
        let text = self.files().text(span.file);
        let text = text
            .get(std::ops::Range::<usize>::from(span.range))
            .unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The first paragraph of documentation, on one line.
fn first_paragraph(doc: Option<&str>) -> Option<String> {
    let lines: Vec<&str> = doc?
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}
