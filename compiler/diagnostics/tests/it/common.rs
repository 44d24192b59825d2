//! Sources in memory, and a project of two files that most tests point into.

use plat_diagnostics::{Diagnostic, Fault, FileId, Fix, Sources, Span, Tag, codes};
use text_size::TextRange;

/// Files by number: path and text.
pub struct Texts(pub Vec<(&'static str, String)>);

impl Sources for Texts {
    fn path(&self, file: FileId) -> &str {
        self.0[file.0 as usize].0
    }

    fn text(&self, file: FileId) -> &str {
        &self.0[file.0 as usize].1
    }
}

impl Texts {
    /// The `nth` occurrence, from 0, of a text in a file.
    pub fn find_nth(&self, file: u32, needle: &str, nth: usize) -> Span {
        let (start, _) = self.0[file as usize]
            .1
            .match_indices(needle)
            .nth(nth)
            .expect("the text occurs");
        Span::new(FileId(file), range(start, start + needle.len()))
    }

    /// The first occurrence of a text in a file.
    pub fn find(&self, file: u32, needle: &str) -> Span {
        self.find_nth(file, needle, 0)
    }

    /// The end of a file.
    pub fn end(&self, file: u32) -> Span {
        let end = u32::try_from(self.0[file as usize].1.len()).expect("a small file");
        Span::empty(FileId(file), end.into())
    }
}

/// A range of bytes.
pub fn range(start: usize, end: usize) -> TextRange {
    let size = |place: usize| u32::try_from(place).expect("a small file").into();
    TextRange::new(size(start), size(end))
}

const CHECKOUT: &str = "\
/// Takes an order from basket to receipt.
service checkout: HttpService {
  owner = payments
  image = \"ghcr.io/acme/checkout:1.42.0\"
  scale { min = 5, max = 3 }
  calls invntory { timeout = 2s }
}
";

const WORKLOAD: &str = "\
pub capability HttpService is Workload {
  require scale.min <= scale.max else \"`scale.min` is larger than `scale.max`\"
}
";

/// The project: 0 is a service, 1 its capability.
pub fn project() -> Texts {
    Texts(vec![
        ("payments/checkout.plat", CHECKOUT.to_owned()),
        ("stdlib/workload.plat", WORKLOAD.to_owned()),
    ])
}

/// Findings of every kind in the project, in no order.
pub fn findings(texts: &Texts) -> Vec<Diagnostic> {
    let name = texts.find(0, "invntory");
    let minimum = texts.find(0, "min = 5");
    let broken = |environment: &str| {
        Diagnostic::new(
            &codes::REQUIREMENT_BROKEN,
            "`scale.min` is larger than `scale.max`",
        )
        .at(minimum, "5 here")
        .also(texts.find(0, "max = 3"), "3 here")
        .also(texts.find(1, "scale.min <= scale.max"), "the rule")
        .note("a minimum above the maximum leaves the autoscaler nothing to choose")
        .fault(Fault::Consumer)
        .subject(format!("checkout@{environment}"))
    };
    vec![
        broken("staging"),
        Diagnostic::new(&codes::UNKNOWN_NAME, "nothing here is called `invntory`")
            .at(name, "not found")
            .help("did you mean `inventory`?")
            .fix(Fix::replace(name, "inventory", "write `inventory`"))
            .fault(Fault::Consumer),
        broken("prod"),
        Diagnostic::new(
            &codes::CONTRACT_DEFAULTS_TIE,
            "`Workload` and `Exposed` give `port` different defaults",
        )
        .at(texts.find(1, "HttpService"), "")
        .fix(
            Fix::insert_after(
                texts.find(1, "Workload {"),
                "\n  input port: Port = 80",
                "restate `port`",
            )
            .maybe(),
        )
        .fault(Fault::Capability),
        Diagnostic::new(&codes::UNUSED_USE, "`scale` is written and not read")
            .at(texts.find(0, "scale"), "")
            .tag(Tag::Unnecessary),
        Diagnostic::new(
            &codes::NO_PROJECT,
            "there is no `plat.toml` here, nor in a folder above",
        )
        .help("run `platc new project shop`"),
    ]
}
