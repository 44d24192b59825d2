//! The functions that are built in. All are pure and total; what they make costs fuel before it is made.

use base64::Engine as _;
use plat_diagnostics::codes;
use plat_model::quantity::{Quantity, Rational, Rounding};
use plat_model::{Field, Node, Origin, Value};
use sha2::{Digest, Sha256};

use super::operators::{compare, exact};
use super::{Cx, Eval, Poison, Session};
use crate::db::{AssetKey, Project};
use crate::hir::{Arg, Expr, ExprId};
use crate::infer::Builtin;
use crate::problem::Problem;
use crate::ty::TypeKind;

/// The longest DNS label.
const DNS_LABEL: usize = 63;

impl<'a> Session<'a> {
    pub(super) fn builtin(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        builtin: Builtin,
        args: &'a [Arg],
        values: &[Node<'a>],
        origin: Origin,
    ) -> Eval<Node<'a>> {
        use Builtin as B;
        let first = values.first().copied().ok_or(Poison)?;
        let value = match builtin {
            B::Length => Value::Int(self.length(first)?),
            B::All => Value::Bool(
                items(first)?
                    .iter()
                    .all(|item| matches!(item.value, Value::Bool(true))),
            ),
            B::Any => Value::Bool(
                items(first)?
                    .iter()
                    .any(|item| matches!(item.value, Value::Bool(true))),
            ),
            B::Count => {
                let count = items(first)?
                    .iter()
                    .filter(|item| matches!(item.value, Value::Bool(true)))
                    .count();
                Value::Int(count as i64)
            }
            B::Sum => return self.sum(cx, id, items(first)?, origin),
            B::Min | B::Max => {
                let candidates = if values.len() == 1 {
                    items(first)?.to_vec()
                } else {
                    values.to_vec()
                };
                return Ok(extreme(&candidates, builtin == B::Min)
                    .unwrap_or(Node::new(Value::None, origin)));
            }
            B::First => {
                return Ok(items(first)?
                    .first()
                    .copied()
                    .unwrap_or(Node::new(Value::None, origin)));
            }
            B::Last => {
                return Ok(items(first)?
                    .last()
                    .copied()
                    .unwrap_or(Node::new(Value::None, origin)));
            }
            B::Reverse => {
                let list: Vec<Node<'a>> = items(first)?.iter().rev().copied().collect();
                Value::List(self.slice(&list)?)
            }
            B::Sort => {
                let mut list = items(first)?.to_vec();
                self.burn(list.len() as u64 * u64::from(list.len().max(2).ilog2()))?;
                list.sort_by(|a, b| {
                    compare(&a.value, &b.value).unwrap_or(std::cmp::Ordering::Equal)
                });
                Value::List(self.slice(&list)?)
            }
            B::Unique => return self.unique(items(first)?, origin),
            B::Flatten => {
                let mut list = Vec::new();
                for inner in items(first)? {
                    let inner = items(*inner)?;
                    self.burn(inner.len() as u64)?;
                    list.extend_from_slice(inner);
                }
                Value::List(self.slice(&list)?)
            }
            B::Keys => {
                let keys: Vec<Node<'a>> = self
                    .entries_of(first)?
                    .iter()
                    .map(|f| Node::new(Value::Str(f.key), f.node.origin))
                    .collect();
                Value::List(self.slice(&keys)?)
            }
            B::Values => {
                let values: Vec<Node<'a>> =
                    self.entries_of(first)?.iter().map(|f| f.node).collect();
                Value::List(self.slice(&values)?)
            }
            B::Has => {
                let key = string(values, 1)?;
                Value::Bool(self.entries_of(first)?.iter().any(|field| field.key == key))
            }
            B::Merge => {
                let base = self.entries_of(first)?;
                let over = self.entries_of(*values.get(1).ok_or(Poison)?)?;
                let mut merged = self.list_of(base.len() + over.len());
                merged.extend_from_slice(base);
                for field in over {
                    match merged.iter_mut().find(|known| known.key == field.key) {
                        Some(known) => *known = *field,
                        None => merged.push(*field),
                    }
                }
                merged.sort_by_key(|field: &Field<'a>| field.key);
                Value::Map(self.keep(merged)?)
            }
            B::Abs => match first.value {
                Value::Int(value) => match value.checked_abs() {
                    Some(value) => Value::Int(value),
                    None => return self.too_large(cx, id),
                },
                Value::Float(value) => Value::Float(value.abs()),
                Value::Ratio(value) => Value::Ratio(self.arena.alloc(value.abs())),
                Value::Quantity(value) if value.value().is_negative() => {
                    Value::Quantity(self.arena.alloc(-*value))
                }
                other => other,
            },
            B::Floor | B::Ceil | B::Round => {
                let rounding = match builtin {
                    B::Floor => Rounding::Floor,
                    B::Ceil => Rounding::Ceil,
                    _ => Rounding::HalfEven,
                };
                match exact(&first.value)
                    .and_then(|value| i64::try_from(value.round(rounding)).ok())
                {
                    Some(value) => Value::Int(value),
                    None => return self.too_large(cx, id),
                }
            }
            B::Mod => {
                let (Value::Int(a), Some(Value::Int(b))) =
                    (first.value, values.get(1).map(|node| node.value))
                else {
                    return Err(Poison);
                };
                match a.checked_rem_euclid(b) {
                    Some(value) => Value::Int(value),
                    None => {
                        return self.fail(
                            Problem::new(&codes::DIVISION_BY_ZERO, "`mod` by zero").at_node(
                                cx.unit.decl,
                                cx.unit.body.expr_nodes[id.0 as usize],
                                "the second argument is zero",
                            ),
                        );
                    }
                }
            }
            B::Text => match first.value {
                Value::Late(_) | Value::Str(_) => return Ok(first),
                _ => {
                    let mut text = String::new();
                    self.write_text(&first, &mut text)?;
                    Value::Str(self.text(&text)?)
                }
            },
            B::Json => {
                let json = self.json(&first)?;
                let text = serde_json::to_string_pretty(&json).unwrap_or_default();
                Value::Str(self.text(&text)?)
            }
            B::Yaml => {
                let plain = self.plain(first)?;
                let mut out = Vec::new();
                plat_model::output::yaml::Writer::new(&mut out, None)
                    .document(&plain)
                    .map_err(|_| Poison)?;
                Value::Str(self.text(&String::from_utf8_lossy(&out))?)
            }
            B::File => return self.file(cx, id, string(values, 0)?, origin),
            B::Manifests => return self.manifests(cx, id, string(values, 0)?, origin),
            B::Secret => return self.secret(cx, id, first, origin),
            B::Sha256 => {
                let digest = Sha256::digest(string(values, 0)?.as_bytes());
                let text: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                Value::Str(self.text(&text)?)
            }
            B::Base64 => {
                let text = base64::engine::general_purpose::STANDARD.encode(string(values, 0)?);
                Value::Str(self.text(&text)?)
            }
            B::Join => return self.join(items(first)?, string(values, 1)?, origin),
            B::Split => {
                let (text, separator) = (string(values, 0)?, string(values, 1)?);
                let pieces: Vec<Node<'a>> = if separator.is_empty() {
                    vec![first]
                } else {
                    text.split(separator)
                        .map(|piece| Node::new(Value::Str(piece), origin))
                        .collect()
                };
                Value::List(self.slice(&pieces)?)
            }
            B::Replace => {
                let (text, from, to) = (string(values, 0)?, string(values, 1)?, string(values, 2)?);
                let count = if from.is_empty() {
                    0
                } else {
                    text.matches(from).count()
                };
                self.burn((text.len() + count * to.len()) as u64 / 16)?;
                let replaced = if from.is_empty() {
                    text.to_owned()
                } else {
                    text.replace(from, to)
                };
                Value::Str(self.text(&replaced)?)
            }
            B::Lower => Value::Str(self.text(&string(values, 0)?.to_lowercase())?),
            B::Upper => Value::Str(self.text(&string(values, 0)?.to_uppercase())?),
            B::Trim => Value::Str(string(values, 0)?.trim()),
            B::Contains => Value::Bool(string(values, 0)?.contains(string(values, 1)?)),
            B::StartsWith => Value::Bool(string(values, 0)?.starts_with(string(values, 1)?)),
            B::EndsWith => Value::Bool(string(values, 0)?.ends_with(string(values, 1)?)),
            B::Matches => {
                let (text, pattern) = (string(values, 0)?, string(values, 1)?);
                if let Err(error) =
                    plat_model::text::check(plat_model::text::TextKind::Regex, pattern)
                {
                    let at = args.get(1).map_or(id, |arg| arg.value);
                    return self.fail(
                        Problem::new(&codes::MALFORMED_TEXT, "this is not a regular expression")
                            .at_node(
                                cx.unit.decl,
                                cx.unit.body.expr_nodes[at.0 as usize],
                                error.message,
                            ),
                    );
                }
                Value::Bool(self.matches_pattern(pattern, text))
            }
            B::Truncate => {
                let text = string(values, 0)?;
                let Some(Value::Int(length)) = values.get(1).map(|node| node.value) else {
                    return Err(Poison);
                };
                let length = usize::try_from(length).unwrap_or(0);
                let end = text
                    .char_indices()
                    .nth(length)
                    .map_or(text.len(), |(at, _)| at);
                Value::Str(&text[..end])
            }
            B::Slug => Value::Str(self.text(&slug(string(values, 0)?))?),
        };
        Ok(Node::new(value, origin))
    }

    fn entries_of(&mut self, node: Node<'a>) -> Eval<&'a [Field<'a>]> {
        let node = self.open(node)?;
        let fields = node.value.fields().ok_or(Poison)?;
        self.burn(fields.len() as u64)?;
        Ok(fields)
    }

    fn length(&mut self, node: Node<'a>) -> Eval<i64> {
        let length = match node.value {
            Value::Str(text) => text.chars().count(),
            Value::List(items) => items.len(),
            Value::Record(fields) | Value::Map(fields) => fields.len(),
            Value::None => 0,
            _ => return Err(Poison),
        };
        Ok(length as i64)
    }

    fn sum(&mut self, cx: Cx<'a>, id: ExprId, list: &[Node<'a>], origin: Origin) -> Eval<Node<'a>> {
        let mut total: Option<Node<'a>> = None;
        for item in list {
            total = Some(match total {
                None => *item,
                Some(before) => Node::new(self.add(cx, id, before.value, item.value)?, origin),
            });
        }
        Ok(total.unwrap_or_else(|| Node::new(self.zero(cx, id), origin)))
    }

    /// The sum of nothing: zero of what there could have been.
    fn zero(&self, cx: Cx<'a>, id: ExprId) -> Value<'a> {
        match &cx.unit.infer.types[id.0 as usize].kind {
            TypeKind::Float => Value::Float(0.0),
            TypeKind::Ratio => Value::Ratio(self.arena.alloc(Rational::ZERO)),
            TypeKind::Quantity(dimension) => {
                Value::Quantity(self.arena.alloc(Quantity::new(Rational::ZERO, *dimension)))
            }
            _ => Value::Int(0),
        }
    }

    fn unique(&mut self, list: &[Node<'a>], origin: Origin) -> Eval<Node<'a>> {
        let mut kept: Vec<Node<'a>> = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        for item in list {
            let new = match item.value {
                Value::Str(text) => seen.insert(text),
                _ => {
                    let mut known = false;
                    for other in &kept {
                        known |= self.equal(&item.value, &other.value)?;
                    }
                    !known
                }
            };
            if new {
                kept.push(*item);
            }
        }
        Ok(Node::new(Value::List(self.slice(&kept)?), origin))
    }

    fn asset(&mut self, cx: Cx<'a>, id: ExprId, literal: &str) -> Eval<&'a crate::db::Asset> {
        let project = Project::get(self.db);
        let key = AssetKey {
            from: cx.unit.decl.file(self.db),
            literal: literal.into(),
        };
        let node = cx.unit.body.expr_nodes[id.0 as usize];
        // A computed path is the checker's finding.
        if let Expr::Call { args, .. } = &cx.unit.body.exprs[id.0 as usize]
            && !args
                .first()
                .is_some_and(|arg| matches!(cx.unit.body.exprs[arg.value.0 as usize], Expr::Str(_)))
        {
            return Err(Poison);
        }
        match project.assets(self.db).get(&key) {
            Some(asset) if asset.problem.is_none() => Ok(asset),
            // Whoever loaded it reports it at the literal, evaluated or not.
            Some(_) => Err(Poison),
            None => self.fail(
                Problem::new(&codes::FILE_NOT_FOUND, format!("{literal:?} was not found"))
                    .at_node(cx.unit.decl, node, "named here")
                    .help("paths are relative to the folder of this file, and stay within the package"),
            ),
        }
    }

    /// `file("x")`: the text of a file of the package.
    fn file(&mut self, cx: Cx<'a>, id: ExprId, literal: &str, origin: Origin) -> Eval<Node<'a>> {
        let asset = self.asset(cx, id, literal)?;
        match asset.files.first() {
            Some((_, text)) => {
                self.burn(text.len() as u64 / 16)?;
                Ok(Node::new(Value::Str(text), origin))
            }
            None => Err(Poison),
        }
    }

    /// `manifests("x/*.yaml")`: the objects of the files, in the order of their paths.
    fn manifests(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        literal: &str,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let asset = self.asset(cx, id, literal)?;
        let mut objects = Vec::new();
        for object in &asset.objects {
            objects.push(self.data(object, origin)?);
        }
        Ok(Node::new(Value::List(self.slice(&objects)?), origin))
    }

    /// Plain data as a value.
    pub(super) fn data(&mut self, data: &'a serde_json::Value, origin: Origin) -> Eval<Node<'a>> {
        use serde_json::Value as Json;
        let value = match data {
            Json::Null => Value::None,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(value) => Value::Int(value),
                None => Value::Float(number.as_f64().unwrap_or(0.0)),
            },
            Json::String(text) => Value::Str(text),
            Json::Array(items) => {
                let items: Vec<Node<'a>> = items
                    .iter()
                    .map(|item| self.data(item, origin))
                    .collect::<Eval<_>>()?;
                Value::List(self.slice(&items)?)
            }
            Json::Object(fields) => {
                let mut list = Vec::with_capacity(fields.len());
                for (key, value) in fields {
                    list.push(Field {
                        key: key.as_str(),
                        node: self.data(value, origin)?,
                    });
                }
                list.sort_by_key(|field| field.key);
                Value::Map(self.slice(&list)?)
            }
        };
        Ok(Node::new(value, origin))
    }
}

fn items<'a>(node: Node<'a>) -> Eval<&'a [Node<'a>]> {
    match node.value {
        Value::List(items) => Ok(items),
        Value::None => Ok(&[]),
        _ => Err(Poison),
    }
}

fn string<'a>(values: &[Node<'a>], index: usize) -> Eval<&'a str> {
    match values.get(index).map(|node| node.value) {
        Some(Value::Str(text)) => Ok(text),
        _ => Err(Poison),
    }
}

fn extreme<'a>(list: &[Node<'a>], smallest: bool) -> Option<Node<'a>> {
    list.iter().copied().reduce(|best, item| {
        let order = compare(&item.value, &best.value).unwrap_or(std::cmp::Ordering::Equal);
        if (smallest && order.is_lt()) || (!smallest && order.is_gt()) {
            item
        } else {
            best
        }
    })
}

/// A text as a DNS label; a text that had to be cut ends in a hash of the whole, so that two long ones stay apart.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'A'..='Z' => slug.push(c.to_ascii_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.len() <= DNS_LABEL {
        return slug.to_owned();
    }
    let digest = Sha256::digest(text.as_bytes());
    let hash: String = digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}-{hash}", slug[..DNS_LABEL - 9].trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn slugs_are_dns_labels_and_long_ones_stay_apart() {
        assert_eq!(slug("Orders & Returns"), "orders-returns");
        assert_eq!(slug("--A--"), "a");
        let (a, b) = (slug(&"x".repeat(80)), slug(&"x".repeat(81)));
        assert_eq!(a.len(), 63);
        assert_ne!(a, b);
    }
}
