//! Expressions of a rule in CEL, as Kubernetes speaks it since 1.29: with optional values and the functions on strings.
//!
//! A value that may be absent is an optional value of CEL. Names of loops are chosen so that none hides another: what is written
//! out may lie in loops that its author never saw.

use plat_model::rule::{
    Binder, Combination, Comparison, Each, EachResult, Expr, Function, Item, Missing,
};

/// Fields that an API server writes as `null` where there is nothing in them.
const NULL_WHEN_EMPTY: [&str; 1] = ["rules"];

/// How strongly an expression holds together, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    Choice,
    Or,
    And,
    Relation,
    Sum,
    Product,
    Not,
    Member,
}

/// A condition, as CEL's checker takes one: an expression that is surely a truth value.
pub(super) fn condition(expr: &Expr) -> String {
    let mut writer = Writer::default();
    match expr {
        Expr::Field(..) | Expr::At(..) | Expr::OrElse(..) | Expr::If(..) | Expr::Binder(_) => {
            writer.write(expr, Bond::Sum);
            writer.out.push_str(" == true");
        }
        _ => writer.write(expr, Bond::Choice),
    }
    writer.out
}

/// A text, as CEL's checker takes one.
pub(super) fn text(expr: &Expr) -> String {
    let mut writer = Writer::default();
    match expr {
        Expr::Text(_) | Expr::Concat(_) => writer.write(expr, Bond::Choice),
        _ => writer.function("string", &[expr]),
    }
    writer.out
}

/// A text in CEL's quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut writer = Writer::default();
    writer.quoted(text);
    writer.out
}

#[derive(Default)]
struct Writer {
    out: String,
    /// What is bound around, and how it is called.
    bound: Vec<(Binder, String)>,
}

impl Writer {
    fn write(&mut self, expr: &Expr, around: Bond) {
        let own = bond(expr);
        let parentheses = own < around;
        if parentheses {
            self.out.push('(');
        }
        self.bare(expr);
        if parentheses {
            self.out.push(')');
        }
    }

    fn bare(&mut self, expr: &Expr) {
        match expr {
            Expr::Absent => self.out.push_str("optional.none()"),
            Expr::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Expr::Int(value) => self.out.push_str(&value.to_string()),
            Expr::Text(text) => self.quoted(text),
            Expr::List(items) => self.list(items),
            Expr::Map(entries) => {
                self.out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.comma(index);
                    self.quoted(key);
                    self.out.push_str(": ");
                    self.write(value, Bond::Choice);
                }
                self.out.push('}');
            }
            Expr::Binder(binder) => {
                let name = self.bound.iter().rev().find(|(known, _)| known == binder);
                let name = name.map_or("container", |(_, name)| name);
                let name = name.to_owned();
                self.out.push_str(&name);
            }
            Expr::Object => self.out.push_str("object"),
            Expr::Pod => self.out.push_str("variables.pod"),
            Expr::Containers => self.out.push_str("variables.containers"),
            Expr::IsInit(container) => {
                self.write(container, Bond::Member);
                self.out.push_str(".name in variables.initNames");
            }
            Expr::Field(of, name, missing) => self.field(of, name, *missing),
            Expr::At(of, index, missing) => {
                self.write(of, Bond::Member);
                self.out.push_str(match missing {
                    Missing::Maybe => "[?",
                    Missing::Never => "[",
                });
                self.write(index, Bond::Choice);
                self.out.push(']');
            }
            Expr::Given(value) => self.function("optional.of", &[value]),
            Expr::Present(value) => self.method(value, "hasValue", &[]),
            Expr::OrElse(value, other, Missing::Never) => self.method(value, "orValue", &[other]),
            Expr::OrElse(value, other, Missing::Maybe) => self.method(value, "or", &[other]),
            Expr::Not(inner) => {
                self.out.push('!');
                self.write(inner, Bond::Member);
            }
            Expr::And(all) => self.chain(all, " && ", Bond::Relation),
            Expr::Or(all) => self.chain(all, " || ", Bond::And),
            Expr::Compare(op, left, right) => {
                let op = match op {
                    Comparison::Equal => " == ",
                    Comparison::NotEqual => " != ",
                    Comparison::Less => " < ",
                    Comparison::LessEqual => " <= ",
                    Comparison::Greater => " > ",
                    Comparison::GreaterEqual => " >= ",
                };
                self.infix(left, op, right, Bond::Sum, Bond::Sum);
            }
            Expr::Combine(op, left, right) => {
                let (op, left_bond, right_bond) = match op {
                    Combination::Add => (" + ", Bond::Sum, Bond::Product),
                    Combination::Subtract => (" - ", Bond::Sum, Bond::Product),
                    Combination::Multiply => (" * ", Bond::Product, Bond::Not),
                };
                self.infix(left, op, right, left_bond, right_bond);
            }
            Expr::In(needle, haystack) => {
                self.infix(needle, " in ", haystack, Bond::Sum, Bond::Sum);
            }
            Expr::If(condition, then, otherwise) => {
                self.write(condition, Bond::Or);
                self.out.push_str(" ? ");
                self.write(then, Bond::Or);
                self.out.push_str(" : ");
                self.write(otherwise, Bond::Choice);
            }
            Expr::Concat(texts) => match texts.as_slice() {
                [] => self.out.push_str("\"\""),
                texts => self.chain(texts, " + ", Bond::Product),
            },
            Expr::Call(function, arguments) => self.call(*function, arguments),
            Expr::Each(each) => self.each(each),
        }
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.out.push_str(", ");
        }
    }

    fn infix(&mut self, left: &Expr, op: &str, right: &Expr, left_bond: Bond, right_bond: Bond) {
        self.write(left, left_bond);
        self.out.push_str(op);
        self.write(right, right_bond);
    }

    fn chain(&mut self, all: &[Expr], op: &str, around: Bond) {
        for (index, expr) in all.iter().enumerate() {
            if index > 0 {
                self.out.push_str(op);
            }
            self.write(expr, around);
        }
    }

    fn function(&mut self, name: &str, arguments: &[&Expr]) {
        self.out.push_str(name);
        self.arguments(arguments);
    }

    fn method(&mut self, of: &Expr, name: &str, arguments: &[&Expr]) {
        self.write(of, Bond::Member);
        self.out.push('.');
        self.function(name, arguments);
    }

    fn arguments(&mut self, arguments: &[&Expr]) {
        self.out.push('(');
        for (index, argument) in arguments.iter().enumerate() {
            self.comma(index);
            self.write(argument, Bond::Choice);
        }
        self.out.push(')');
    }

    fn field(&mut self, of: &Expr, name: &str, missing: Missing) {
        let nulls = *of == Expr::Object && NULL_WHEN_EMPTY.contains(&name);
        if nulls && missing == Missing::Maybe {
            self.out.push_str("optional.ofNonZeroValue(object.?");
            self.out.push_str(name);
            self.out.push_str(".orValue(null))");
            return;
        }
        self.write(of, Bond::Member);
        match (is_identifier(name), missing) {
            (true, Missing::Never) => self.out.push('.'),
            (true, Missing::Maybe) => self.out.push_str(".?"),
            (false, missing) => {
                self.out.push_str(match missing {
                    Missing::Never => "[",
                    Missing::Maybe => "[?",
                });
                self.quoted(name);
                self.out.push(']');
                return;
            }
        }
        self.out.push_str(name);
    }

    /// A list; elements that are there under a condition, and lists among them, are put together with `+`.
    fn list(&mut self, items: &[Item]) {
        let is_plain = |item: &Item| !item.spread && item.when.is_none();
        let mut rest = items;
        let mut parts = 0;
        while !rest.is_empty() || parts == 0 {
            if parts > 0 {
                self.out.push_str(" + ");
            }
            parts += 1;
            let plain = rest.iter().take_while(|item| is_plain(item)).count();
            if plain > 0 || rest.is_empty() {
                let values: Vec<&Expr> = rest[..plain].iter().map(|item| &item.value).collect();
                self.elements(&values);
                rest = &rest[plain..];
                continue;
            }
            let Some((item, others)) = rest.split_first() else {
                break;
            };
            rest = others;
            match &item.when {
                None => self.write(&item.value, Bond::Product),
                Some(when) => {
                    self.out.push('(');
                    self.write(when, Bond::Or);
                    self.out.push_str(" ? ");
                    match item.spread {
                        true => self.write(&item.value, Bond::Or),
                        false => self.elements(&[&item.value]),
                    }
                    self.out.push_str(" : [])");
                }
            }
        }
    }

    fn elements(&mut self, values: &[&Expr]) {
        self.out.push('[');
        for (index, value) in values.iter().enumerate() {
            self.comma(index);
            self.write(value, Bond::Choice);
        }
        self.out.push(']');
    }

    fn call(&mut self, function: Function, arguments: &[Expr]) {
        let Some((first, rest)) = arguments.split_first() else {
            return;
        };
        let rest: Vec<&Expr> = rest.iter().collect();
        match function {
            Function::Length => self.function("size", &[first]),
            Function::Text => self.function("string", &[first]),
            Function::Sum => self.method(first, "sum", &rest),
            Function::Contains => self.method(first, "contains", &rest),
            Function::StartsWith => self.method(first, "startsWith", &rest),
            Function::EndsWith => self.method(first, "endsWith", &rest),
            Function::Matches => self.method(first, "matches", &rest),
            Function::Replace => self.method(first, "replace", &rest),
            Function::Split => self.method(first, "split", &rest),
            Function::Join => self.method(first, "join", &rest),
            Function::Trim => self.method(first, "trim", &rest),
            Function::Truncate => {
                self.function("size", &[first]);
                self.out.push_str(" > ");
                self.chain(&arguments[1..], "", Bond::Sum);
                self.out.push_str(" ? ");
                self.write(first, Bond::Member);
                self.out.push_str(".substring(0, ");
                self.chain(&arguments[1..], "", Bond::Choice);
                self.out.push_str(") : ");
                self.write(first, Bond::Choice);
            }
        }
    }

    fn each(&mut self, each: &Each) {
        self.write(&each.source, Bond::Member);
        let name = self.free_name(&each.name);
        self.bound.push((each.binder, name.clone()));
        let filter = each.filter.clone();
        match each.result {
            EachResult::All => {
                let unless = filter.map_or(Expr::Bool(false), Expr::not);
                self.step("all", &name, &unless.or(each.body.clone()));
            }
            EachResult::Any => {
                let when = filter.unwrap_or(Expr::Bool(true));
                self.step("exists", &name, &when.and(each.body.clone()));
            }
            EachResult::List => {
                let itself = each.body == Expr::Binder(each.binder);
                match &filter {
                    Some(filter) => self.step("filter", &name, filter),
                    None if itself => self.step("map", &name, &each.body),
                    None => {}
                }
                if !itself {
                    self.step("map", &name, &each.body);
                }
            }
        }
        self.bound.pop();
    }

    fn step(&mut self, what: &str, name: &str, body: &Expr) {
        self.out.push('.');
        self.out.push_str(what);
        self.out.push('(');
        self.out.push_str(name);
        self.out.push_str(", ");
        self.write(body, Bond::Choice);
        self.out.push(')');
    }

    /// A name that means nothing yet.
    fn free_name(&self, wanted: &str) -> String {
        let plain: String = wanted
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        let plain = match plain.starts_with(|c: char| c.is_ascii_alphabetic()) {
            true => plain,
            false => format!("x{plain}"),
        };
        let taken = |name: &str| {
            RESERVED.contains(&name) || self.bound.iter().any(|(_, known)| known == name)
        };
        let mut name = plain.clone();
        let mut number = 1;
        while taken(&name) {
            number += 1;
            name = format!("{plain}{number}");
        }
        name
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                c if c.is_control() => {
                    let code = u32::from(c);
                    self.out.push_str(&format!("\\u{code:04x}"));
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

/// Names that a loop cannot have.
const RESERVED: [&str; 28] = [
    "as",
    "authorizer",
    "break",
    "const",
    "container",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "namespaceObject",
    "null",
    "object",
    "oldObject",
    "package",
    "params",
    "request",
    "return",
    "true",
    "variables",
    "void",
    "while",
];

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !["in", "true", "false", "null"].contains(&name)
}

fn bond(expr: &Expr) -> Bond {
    match expr {
        Expr::If(..) | Expr::Call(Function::Truncate, _) => Bond::Choice,
        Expr::Or(_) => Bond::Or,
        Expr::And(_) => Bond::And,
        Expr::Compare(..) | Expr::In(..) | Expr::IsInit(_) => Bond::Relation,
        Expr::Concat(texts) if texts.len() > 1 => Bond::Sum,
        Expr::Combine(Combination::Multiply, ..) => Bond::Product,
        Expr::Combine(..) => Bond::Sum,
        Expr::List(items) => {
            let plain = items.iter().all(|item| !item.spread && item.when.is_none());
            match plain {
                true => Bond::Member,
                false => Bond::Sum,
            }
        }
        Expr::Not(_) => Bond::Not,
        Expr::Int(value) if *value < 0 => Bond::Not,
        _ => Bond::Member,
    }
}

/// The name of the container that a rule speaks of.
pub(super) const CONTAINER_NAME: &str = "container";
