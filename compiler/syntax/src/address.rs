//! Addresses: one way to name anything, in sources, commands, plans and messages.

use std::fmt;

/// A parsed address: `payments.checkout@prod/server/volume["x"]:spec.replicas`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The declaration, with its module: `payments`, `checkout`.
    pub path: Vec<String>,
    /// The environment after `@`.
    pub environment: Option<String>,
    /// The emitted object after `/`, step by step through compositions.
    pub object: Vec<AddressStep>,
    /// The path of values after `:`.
    pub value: Vec<String>,
}

/// One step to an emitted object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressStep {
    /// The name of the emission.
    pub name: String,
    /// Its key, if it emits many.
    pub key: Option<String>,
}

impl Address {
    /// Reads an address; nothing if the text is none. Commands take more than sources do, where the environment must stand.
    #[must_use]
    pub fn parse(text: &str) -> Option<Address> {
        let mut rest = text;
        let path = names(&mut rest)?;
        let environment = if eat(&mut rest, "@") {
            Some(name(&mut rest)?)
        } else {
            None
        };
        let mut object = Vec::new();
        while environment.is_some() && eat(&mut rest, "/") {
            let name = name(&mut rest)?;
            let key = if eat(&mut rest, "[\"") {
                let (key, tail) = rest.split_once("\"]")?;
                rest = tail;
                (!key.contains('"')).then_some(())?;
                Some(key.to_owned())
            } else {
                None
            };
            object.push(AddressStep { name, key });
        }
        let value = if eat(&mut rest, ":") {
            names(&mut rest)?
        } else {
            Vec::new()
        };
        rest.is_empty().then_some(Address {
            path,
            environment,
            object,
            value,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.join("."))?;
        if let Some(environment) = &self.environment {
            write!(f, "@{environment}")?;
        }
        for step in &self.object {
            write!(f, "/{}", step.name)?;
            if let Some(key) = &step.key {
                write!(f, "[\"{key}\"]")?;
            }
        }
        if self.value.is_empty() {
            Ok(())
        } else {
            write!(f, ":{}", self.value.join("."))
        }
    }
}

fn eat(rest: &mut &str, prefix: &str) -> bool {
    match rest.strip_prefix(prefix) {
        Some(tail) => {
            *rest = tail;
            true
        }
        None => false,
    }
}

fn names(rest: &mut &str) -> Option<Vec<String>> {
    let mut names = vec![name(rest)?];
    while eat(rest, ".") {
        names.push(name(rest)?);
    }
    Some(names)
}

fn name(rest: &mut &str) -> Option<String> {
    let len = crate::lexer::name_len(rest)?;
    let (name, tail) = rest.split_at(len);
    *rest = tail;
    Some(name.to_owned())
}
