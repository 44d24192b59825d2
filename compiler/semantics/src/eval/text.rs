//! Values as text: within strings, as JSON and YAML, and in the language's own spelling for messages.

use std::fmt::Write as _;

use plat_model::quantity::ratio_text;
use plat_model::{Field, Node, Value};

use super::{Eval, Poison, Session};

impl<'a> Session<'a> {
    /// The text of a value within a string.
    pub(super) fn write_text(&mut self, node: &Node<'a>, out: &mut String) -> Eval<()> {
        let before = out.len();
        match node.value {
            Value::Str(text) => out.push_str(text),
            Value::Int(value) => {
                let _ = write!(out, "{value}");
            }
            Value::Float(value) => {
                let _ = write!(out, "{value}");
            }
            Value::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Value::Date(value) => {
                let _ = write!(out, "{value}");
            }
            Value::Quantity(value) => {
                let _ = write!(out, "{value}");
            }
            Value::Ratio(value) => out.push_str(&ratio_text(*value)),
            Value::Variant(variant) => out.push_str(variant.name),
            Value::Entity(id) => {
                self.note_name(super::FrameId(id));
                self.look_at_name(super::FrameId(id));
                out.push_str(self.frame(super::FrameId(id)).name);
            }
            Value::None | Value::List(_) | Value::Record(_) | Value::Map(_) | Value::Late(_) => {
                return Err(Poison);
            }
        }
        self.burn(1 + (out.len() - before) as u64 / 16)
    }

    /// A value as JSON; `None` where it holds something that is not plain.
    pub(super) fn json(&mut self, node: &Node<'a>) -> Eval<serde_json::Value> {
        use serde_json::Value as Json;
        self.burn(1)?;
        Ok(match node.value {
            Value::None => Json::Null,
            Value::Bool(value) => Json::Bool(value),
            Value::Int(value) => Json::from(value),
            Value::Float(value) => Json::from(value),
            Value::List(items) => Json::Array(
                items
                    .iter()
                    .map(|item| self.json(item))
                    .collect::<Eval<_>>()?,
            ),
            Value::Record(fields) | Value::Map(fields) => {
                let mut map = serde_json::Map::new();
                for field in fields
                    .iter()
                    .filter(|field| !matches!(field.node.value, Value::None))
                {
                    map.insert(field.key.to_owned(), self.json(&field.node)?);
                }
                Json::Object(map)
            }
            Value::Variant(variant) if !variant.payload.is_empty() => {
                let payload: Eval<serde_json::Map<_, _>> = variant
                    .payload
                    .iter()
                    .map(|f| Ok((f.key.to_owned(), self.json(&f.node)?)))
                    .collect();
                Json::Object(
                    [(variant.name.to_owned(), Json::Object(payload?))]
                        .into_iter()
                        .collect(),
                )
            }
            _ => {
                let mut text = String::new();
                self.write_text(node, &mut text)?;
                Json::String(text)
            }
        })
    }

    /// A value of plain data with everything else turned into text, for the YAML writer.
    pub(super) fn plain(&mut self, node: Node<'a>) -> Eval<Node<'a>> {
        self.burn(1)?;
        let value = match node.value {
            Value::List(items) => {
                let items: Vec<Node<'a>> = items
                    .iter()
                    .map(|item| self.plain(*item))
                    .collect::<Eval<_>>()?;
                Value::List(self.slice(&items)?)
            }
            Value::Record(fields) | Value::Map(fields) => {
                let mut list = Vec::with_capacity(fields.len());
                for field in fields
                    .iter()
                    .filter(|field| !matches!(field.node.value, Value::None))
                    .filter(|field| !super::rules::is_hidden(field.key))
                {
                    list.push(Field {
                        key: field.key,
                        node: self.plain(field.node)?,
                    });
                }
                Value::Record(self.slice(&list)?)
            }
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) => {
                node.value
            }
            Value::Variant(variant) if !variant.payload.is_empty() => {
                let payload = self.plain(Node::new(Value::Record(variant.payload), node.origin))?;
                Value::Record(self.slice(&[Field {
                    key: variant.name,
                    node: payload,
                }])?)
            }
            _ => {
                let mut text = String::new();
                self.write_text(&node, &mut text)?;
                Value::Str(self.text(&text)?)
            }
        };
        Ok(Node::new(value, node.origin))
    }

    /// A value as one would write it in a source, for messages. Secrets are never written.
    pub(super) fn plat_text(&self, node: &Node<'a>) -> Option<String> {
        Some(match node.value {
            Value::None => "none".into(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Str(text) => format!("{text:?}"),
            Value::Date(date) => date.to_string(),
            Value::Quantity(quantity) => quantity.to_string(),
            Value::Ratio(ratio) => ratio_text(*ratio),
            Value::Variant(variant) if variant.payload.is_empty() => variant.name.into(),
            Value::Variant(variant) => {
                let fields: Option<Vec<String>> = variant
                    .payload
                    .iter()
                    .map(|f| Some(format!("{} = {}", f.key, self.plat_text(&f.node)?)))
                    .collect();
                format!("{}({})", variant.name, fields?.join(", "))
            }
            Value::Entity(id) => self.frames.get(id as usize)?.as_ref()?.name.into(),
            Value::List(items) => {
                let items: Option<Vec<String>> =
                    items.iter().map(|item| self.plat_text(item)).collect();
                format!("[{}]", items?.join(", "))
            }
            Value::Record(fields) | Value::Map(fields) => {
                let fields: Option<Vec<String>> = fields
                    .iter()
                    .filter(|f| !matches!(f.node.value, Value::None))
                    .filter(|f| !super::rules::is_hidden(f.key))
                    .map(|f| {
                        Some(format!(
                            "{} = {}",
                            plat_key(f.key),
                            self.plat_text(&f.node)?
                        ))
                    })
                    .collect();
                format!("{{ {} }}", fields?.join(", "))
            }
            Value::Late(late) if late.secret => "a secret".into(),
            Value::Late(_) => "known later".into(),
        })
    }
}

/// A key as it stands in a source: quoted unless it is a name.
fn plat_key(key: &str) -> String {
    let name = key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && !key.ends_with('-');
    if name {
        key.to_owned()
    } else {
        format!("{key:?}")
    }
}
