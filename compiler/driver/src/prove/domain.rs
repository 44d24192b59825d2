//! What a declaration may write for a type: all of it where that is little, else the edges and examples.

use plat_model::quantity::{Dimension, Quantity, Rational};
use plat_model::text::{self, TextKind};
use plat_semantics::db::{Db as _, DeclId};
use plat_semantics::hir::{self, BodyKind};
use plat_semantics::patterns::is_match;
use plat_semantics::ty::{FieldType, RecordType, Type, TypeKind, enum_variants};

use crate::Database;

/// What may be written for a type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Domain {
    /// All values, as they are written.
    Finite(Vec<String>),
    /// Numbers and quantities, which have an order.
    Ordered(Scale),
    /// Lists, or maps, of any length.
    Many(Elements),
    /// Examples of more values than could be tried.
    Open(Vec<String>),
}

/// Lists or maps.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Elements {
    /// Examples of the whole.
    samples: Vec<String>,
    /// An example of an element.
    first: Option<String>,
    is_map: bool,
}

impl Elements {
    /// One of a length; none if it is longer than anybody would write.
    pub(super) fn of_length(&self, length: u32) -> Option<String> {
        if length == 0 {
            return Some(if self.is_map { "{}" } else { "[]" }.to_owned());
        }
        let first = self.first.as_ref()?;
        let names = [
            "one", "two", "three", "four", "five", "six", "seven", "eight",
        ];
        let names = names.get(..length as usize)?;
        Some(if self.is_map {
            let entries: Vec<String> = names
                .iter()
                .map(|name| format!("{name:?} = {first}"))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        } else {
            format!("[{}]", vec![first.as_str(); names.len()].join(", "))
        })
    }
}

/// Values in an order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    unit: Unit,
    /// The smallest, in base units; none if there is none.
    pub(super) low: Option<Rational>,
    /// The largest.
    pub(super) high: Option<Rational>,
}

/// What the values of a scale are written as.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Whole,
    Ratio,
    Quantity(Dimension),
}

/// How deep records within values are varied.
const MAX_DEPTH: u32 = 4;
/// So many examples of one type.
const MAX_SAMPLES: usize = 24;

impl Scale {
    /// Whether its values are whole numbers.
    pub(super) fn is_whole(&self) -> bool {
        self.unit == Unit::Whole
    }

    /// A value as it is written; none if it cannot be.
    pub(super) fn written(&self, value: Rational) -> Option<String> {
        match self.unit {
            Unit::Whole => value.floor().ok().map(|value| value.to_string()),
            Unit::Ratio => Some(plat_model::quantity::ratio_text(value)),
            Unit::Quantity(dimension) => Quantity::new(value, dimension).to_literal(),
        }
    }

    /// The smallest step between values that are usually written.
    pub(super) fn step(&self) -> Rational {
        let parts = match self.unit {
            Unit::Whole => 1,
            Unit::Ratio => 100,
            Unit::Quantity(Dimension::BYTES) => 1,
            Unit::Quantity(_) => 1000,
        };
        Rational::new(1, parts).unwrap_or(Rational::ONE)
    }

    /// The edges of the range, and something in between.
    fn samples(&self) -> Vec<String> {
        let unit = match self.unit {
            Unit::Quantity(Dimension::BYTES) => Rational::whole(64 << 20),
            Unit::Ratio => Rational::new(1, 2).unwrap_or(Rational::ONE),
            _ => Rational::ONE,
        };
        let double = unit.checked_add(unit).unwrap_or(unit);
        let large = (0..10).try_fold(unit, |value, _| value.checked_mul(Rational::whole(4)).ok());
        let inside = |value: &Rational| {
            self.low.is_none_or(|low| low <= *value) && self.high.is_none_or(|high| *value <= high)
        };
        let step = self.step();
        let around = [
            Some(unit),
            Some(double),
            self.low,
            self.high,
            Some(Rational::ZERO),
            self.low.and_then(|low| low.checked_add(step).ok()),
            self.high.and_then(|high| high.checked_sub(step).ok()),
            large,
        ];
        let mut found: Vec<Rational> = Vec::new();
        for value in around.into_iter().flatten().filter(inside) {
            if !found.contains(&value) {
                found.push(value);
            }
        }
        found
            .into_iter()
            .filter_map(|value| self.written(value))
            .collect()
    }
}

impl Domain {
    /// What may be written for a type, an optional one's `none` left aside.
    pub(super) fn of(db: &Database, ty: &Type) -> Self {
        Self::at(db, ty, 0)
    }

    fn at(db: &Database, ty: &Type, depth: u32) -> Self {
        let domain = Self::of_kind(db, ty, depth);
        match domain {
            // A late value may also be one that is not known yet.
            Self::Finite(_) | Self::Ordered(_) | Self::Many(_) if !ty.is_known() => {
                Self::Open(domain.samples())
            }
            _ => domain,
        }
    }

    fn of_kind(db: &Database, ty: &Type, depth: u32) -> Self {
        match &ty.kind {
            TypeKind::Bool => Self::Finite(vec!["false".into(), "true".into()]),
            TypeKind::Int => Self::Ordered(Scale {
                unit: Unit::Whole,
                low: None,
                high: None,
            }),
            TypeKind::Ratio => Self::Ordered(Scale {
                unit: Unit::Ratio,
                low: None,
                high: None,
            }),
            TypeKind::Quantity(dimension) => Self::Ordered(Scale {
                unit: Unit::Quantity(*dimension),
                low: None,
                high: None,
            }),
            TypeKind::Bounded(bounds) => match Self::at(db, &bounds.base, depth) {
                Self::Ordered(scale) => Self::Ordered(Scale {
                    low: Some(bounds.low),
                    high: Some(bounds.high),
                    ..scale
                }),
                _ => Self::Open(vec![bounds.low.to_string(), bounds.high.to_string()]),
            },
            TypeKind::Literals(texts) => {
                Self::Finite(texts.iter().map(|text| format!("{text:?}")).collect())
            }
            TypeKind::Fact(kind) => {
                let names = db.fleet().names(db, *kind);
                Self::Finite(names.iter().map(ToString::to_string).collect())
            }
            TypeKind::Enum(decl) => Self::of_enum(db, *decl, depth),
            TypeKind::Optional(inner) => {
                let mut samples = Self::at(db, inner, depth).samples();
                samples.insert(0, "none".into());
                Self::Open(samples)
            }
            TypeKind::List(inner) | TypeKind::Map(inner) => Self::Many(Elements {
                samples: open_samples(db, ty, depth),
                first: Self::at(db, inner, depth + 1).samples().into_iter().next(),
                is_map: matches!(ty.kind, TypeKind::Map(_)),
            }),
            _ => Self::Open(open_samples(db, ty, depth)),
        }
    }

    fn of_enum(db: &Database, decl: DeclId, depth: u32) -> Self {
        let BodyKind::Enum(_) = &hir::body(db, decl).kind else {
            return Self::Open(Vec::new());
        };
        let variants = &enum_variants(db, decl).value;
        let mut written = Vec::new();
        for variant in variants {
            if variant.payload.is_empty() {
                written.push(variant.name.to_string());
            } else if depth < MAX_DEPTH {
                let arguments: Option<Vec<String>> = variant
                    .payload
                    .iter()
                    .map(|field| {
                        let first = Self::at(db, &field.ty, depth + 1).samples();
                        Some(format!("{} = {}", field.name, first.first()?))
                    })
                    .collect();
                written
                    .extend(arguments.map(|list| format!("{}({})", variant.name, list.join(", "))));
            }
        }
        if variants.iter().all(|variant| variant.payload.is_empty()) {
            Self::Finite(written)
        } else {
            Self::Open(written)
        }
    }

    /// Examples, the simplest first.
    pub(super) fn samples(&self) -> Vec<String> {
        match self {
            Self::Finite(all) => all.clone(),
            Self::Ordered(scale) => scale.samples(),
            Self::Many(elements) => elements.samples.clone(),
            Self::Open(samples) => samples.clone(),
        }
    }
}

fn open_samples(db: &Database, ty: &Type, depth: u32) -> Vec<String> {
    let of = |ty: &Type| Domain::at(db, ty, depth + 1).samples();
    let mut samples: Vec<String> = match &ty.kind {
        TypeKind::String => ["example", "", "a b", "0", "example:latest"]
            .map(|text| format!("{text:?}"))
            .into(),
        TypeKind::Float => ["1.0", "0.0", "-1.0", "1000000.0"]
            .map(str::to_owned)
            .into(),
        TypeKind::Date => ["2030-01-01", "1970-01-01"].map(str::to_owned).into(),
        TypeKind::Money => ["1USD", "0USD", "1000000USD"].map(str::to_owned).into(),
        TypeKind::Text(kind) => texts(*kind).map(|text| format!("{text:?}")).collect(),
        TypeKind::Matching(pattern) => matching(pattern)
            .into_iter()
            .map(|text| format!("{text:?}"))
            .collect(),
        TypeKind::List(inner) if depth < MAX_DEPTH => {
            let inner = of(inner);
            let mut lists = vec!["[]".to_owned()];
            lists.extend(inner.iter().map(|one| format!("[{one}]")));
            if let [first, second, ..] = inner.as_slice() {
                lists.push(format!("[{first}, {second}]"));
            }
            lists
        }
        TypeKind::Map(inner) if depth < MAX_DEPTH => {
            let inner = of(inner);
            let mut maps = vec!["{}".to_owned()];
            maps.extend(inner.iter().map(|one| format!("{{ \"one\" = {one} }}")));
            if let [first, second, ..] = inner.as_slice() {
                maps.push(format!("{{ \"one\" = {first}, \"two\" = {second} }}"));
            }
            maps
        }
        TypeKind::Record(record) if depth < MAX_DEPTH => records(db, record, depth),
        _ => Vec::new(),
    };
    samples.truncate(MAX_SAMPLES);
    samples
}

/// The record with what it must have, and then with each of its fields varied.
fn records(db: &Database, record: &RecordType, depth: u32) -> Vec<String> {
    let mut required: Vec<(String, String)> = Vec::new();
    for field in record.fields.iter().filter(|field| field.required()) {
        let Some(first) = Domain::at(db, &field.ty, depth + 1)
            .samples()
            .into_iter()
            .next()
        else {
            return Vec::new();
        };
        required.push((field.name.to_string(), first));
    }
    let mut found = vec![braces(&required)];
    let varied = |field: &FieldType| {
        let mut fields = required.clone();
        let name = field.name.to_string();
        let samples = Domain::at(db, field.ty.unwrapped(), depth + 1).samples();
        let all = samples.into_iter().map(move |sample| {
            fields.retain(|(known, _)| *known != name);
            fields.push((name.clone(), sample));
            braces(&fields)
        });
        all.collect::<Vec<String>>()
    };
    // One of each field first, so that none is cut off.
    let mut all: Vec<std::vec::IntoIter<String>> = record
        .fields
        .iter()
        .map(|field| varied(field).into_iter())
        .collect();
    while found.len() < MAX_SAMPLES {
        let before = found.len();
        for samples in &mut all {
            found.extend(samples.next().filter(|sample| !found.contains(sample)));
        }
        if found.len() == before && all.iter().all(|samples| samples.len() == 0) {
            break;
        }
    }
    found
}

fn braces(fields: &[(String, String)]) -> String {
    if fields.is_empty() {
        return "{}".to_owned();
    }
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    format!("{{ {} }}", fields.join(", "))
}

/// Texts of many forms: those of them that have a kind's form are its examples.
const TEXTS: [&str; 22] = [
    "registry.example.com/example:1.0.0",
    "example",
    "example:latest",
    "docker.io/library/example@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "https://example.com",
    "http://example.com:8080/path",
    "example.com",
    "*.example.com",
    "owners@example.com",
    "10.0.0.1",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "::1",
    "0 3 * * *",
    "* * * * *",
    "1.0.0",
    "/",
    "/healthz",
    "NAME",
    "example.com/name",
    "rules.json",
    "",
];

fn texts(kind: TextKind) -> impl Iterator<Item = &'static str> {
    TEXTS
        .into_iter()
        .filter(move |candidate| text::check(kind, candidate).is_ok())
}

/// Texts that match a pattern: common ones, and runs of one character of the lengths that patterns ask for.
fn matching(pattern: &str) -> Vec<String> {
    let common = TEXTS.into_iter().map(str::to_owned);
    let runs = ["0", "1", "a", "A", "x"]
        .into_iter()
        .flat_map(|one| [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 32, 40, 64].map(|n| one.repeat(n)));
    let named = ["a-b", "a1", "v1", "eu-central-1", "A1", "a/b", "a.b"].map(str::to_owned);
    let mut found: Vec<String> = common
        .chain(named)
        .chain(runs)
        .filter(|text| is_match(pattern, text))
        .collect();
    found.truncate(MAX_SAMPLES);
    found
}
