//! Operators on values. The checker has seen that the types fit; here are the values' own limits: division by zero, overflow.

use std::cmp::Ordering;

use plat_diagnostics::codes;
use plat_model::quantity::{Dimension, Quantity, Rational};
use plat_model::{Date, Field, Node, Origin, Value};

use super::{Cx, Eval, Poison, Session};
use crate::hir::{BinaryOp, ExprId};
use crate::problem::Problem;

impl<'a> Session<'a> {
    pub(super) fn binary(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let bool_node = |value| Ok(Node::new(Value::Bool(value), origin));
        match op {
            BinaryOp::And => {
                return bool_node(self.holds_now(cx, left)? && self.holds_now(cx, right)?);
            }
            BinaryOp::Or => {
                return bool_node(self.holds_now(cx, left)? || self.holds_now(cx, right)?);
            }
            BinaryOp::Coalesce => {
                let node = self.eval_apart(cx, left)?;
                self.look_presence(&node);
                return if matches!(node.value, Value::None) {
                    self.eval_apart(cx, right)
                } else {
                    Ok(node)
                };
            }
            _ => {}
        }
        let (a, b) = (self.eval_apart(cx, left)?, self.eval_apart(cx, right)?);
        if self.tracks() {
            self.look_at_operands(op, &a, &b);
        }
        match op {
            BinaryOp::Equal => bool_node(self.equal(&a.value, &b.value)?),
            BinaryOp::NotEqual => bool_node(!self.equal(&a.value, &b.value)?),
            BinaryOp::In => bool_node(self.contains(&a, &b)?),
            BinaryOp::NotIn => bool_node(!self.contains(&a, &b)?),
            BinaryOp::Concat => {
                let (Value::List(x), Value::List(y)) = (a.value, b.value) else {
                    return Err(Poison);
                };
                let mut items = self.list_of(x.len() + y.len());
                items.extend_from_slice(x);
                items.extend_from_slice(y);
                Ok(Node::new(Value::List(self.keep(items)?), origin))
            }
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
                let order = compare(&a.value, &b.value).ok_or(Poison)?;
                bool_node(match op {
                    BinaryOp::Less => order.is_lt(),
                    BinaryOp::LessEqual => order.is_le(),
                    BinaryOp::Greater => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
            _ => {
                let value = self.arithmetic(cx, id, right, op, a.value, b.value)?;
                Ok(Node::new(value, origin))
            }
        }
    }

    /// What an operator looks at of its operands.
    fn look_at_operands(&mut self, op: BinaryOp, a: &Node<'a>, b: &Node<'a>) {
        match op {
            BinaryOp::Concat => {
                self.look(a);
                self.look(b);
            }
            BinaryOp::In | BinaryOp::NotIn if !matches!(b.value, Value::List(_)) => {
                self.look_through(a);
                self.look_shape(b);
            }
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual => self.look_compared(a, b),
            _ => {
                self.look_through(a);
                self.look_through(b);
            }
        }
    }

    pub(super) fn negate(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        node: Node<'a>,
        origin: Origin,
    ) -> Eval<Node<'a>> {
        let value = match node.value {
            Value::Int(value) => match value.checked_neg() {
                Some(value) => Value::Int(value),
                None => return self.too_large(cx, id),
            },
            Value::Float(value) => Value::Float(-value),
            Value::Ratio(value) => Value::Ratio(self.arena.alloc(-*value)),
            Value::Quantity(value) => Value::Quantity(self.arena.alloc(-*value)),
            _ => return Err(Poison),
        };
        Ok(Node::new(value, origin))
    }

    /// The sum of two values.
    pub(super) fn add(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        a: Value<'a>,
        b: Value<'a>,
    ) -> Eval<Value<'a>> {
        self.arithmetic(cx, id, id, BinaryOp::Add, a, b)
    }

    fn arithmetic(
        &mut self,
        cx: Cx<'a>,
        id: ExprId,
        right: ExprId,
        op: BinaryOp,
        a: Value<'a>,
        b: Value<'a>,
    ) -> Eval<Value<'a>> {
        let zero = match b {
            Value::Int(value) => value == 0,
            Value::Float(value) => value == 0.0,
            Value::Ratio(value) => value.is_zero(),
            Value::Quantity(value) => value.value().is_zero(),
            _ => false,
        };
        if op == BinaryOp::Divide && zero {
            return self.fail(
                Problem::new(&codes::DIVISION_BY_ZERO, "this divides by zero")
                    .at_node(
                        cx.unit.decl,
                        cx.unit.body.expr_nodes[right.0 as usize],
                        "this is zero",
                    )
                    .help("say what holds then: `if x == 0 then … else …`"),
            );
        }
        let result = match (a, b) {
            (Value::Int(x), Value::Int(y)) if op != BinaryOp::Divide => match op {
                BinaryOp::Add => x.checked_add(y),
                BinaryOp::Subtract => x.checked_sub(y),
                _ => x.checked_mul(y),
            }
            .map(Value::Int),
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
                let (x, y) = (float(&a), float(&b));
                let value = match op {
                    BinaryOp::Add => x + y,
                    BinaryOp::Subtract => x - y,
                    BinaryOp::Multiply => x * y,
                    _ => x / y,
                };
                value.is_finite().then_some(Value::Float(value))
            }
            (Value::Ratio(x), Value::Ratio(y)) => {
                let value = rational(op, *x, *y);
                match op {
                    BinaryOp::Divide => value.map(|value| Value::Float(value.to_f64())),
                    _ => value.map(|value| Value::Ratio(self.arena.alloc(value))),
                }
            }
            (Value::Ratio(x), Value::Int(_) | Value::Float(_)) => exact(&b)
                .and_then(|y| rational(op, *x, y))
                .map(|v| Value::Float(v.to_f64())),
            (Value::Int(_) | Value::Float(_), Value::Ratio(y)) => exact(&a)
                .and_then(|x| rational(op, x, *y))
                .map(|v| Value::Float(v.to_f64())),
            (Value::Quantity(x), Value::Quantity(y)) => {
                let value = match op {
                    BinaryOp::Add => x.checked_add(*y),
                    BinaryOp::Subtract => x.checked_sub(*y),
                    BinaryOp::Multiply => x.checked_mul(*y),
                    _ => x.checked_div(*y),
                };
                value.ok().map(|value| self.quantity(value))
            }
            (Value::Date(x), Value::Date(y)) => {
                days(y.days_until(x)).map(|value| self.quantity(value))
            }
            (Value::Date(x), Value::Quantity(y)) => shifted(x, op, *y).map(Value::Date),
            (Value::Quantity(x), _) => {
                let factor = match b {
                    Value::Ratio(ratio) => Some(*ratio),
                    _ => exact(&b),
                };
                let factor = match op {
                    BinaryOp::Divide => {
                        factor.and_then(|factor| Rational::ONE.checked_div(factor).ok())
                    }
                    _ => factor,
                };
                factor
                    .and_then(|factor| x.checked_scale(factor).ok())
                    .map(|value| self.quantity(value))
            }
            (_, Value::Quantity(y)) => {
                let factor = match a {
                    Value::Ratio(ratio) => Some(*ratio),
                    _ => exact(&a),
                };
                let one = match op {
                    BinaryOp::Divide => {
                        let one = Quantity::new(Rational::ONE, Dimension::NONE);
                        one.checked_div(*y).ok()
                    }
                    _ => Some(*y),
                };
                factor
                    .zip(one)
                    .and_then(|(factor, y)| y.checked_scale(factor).ok())
                    .map(|value| self.quantity(value))
            }
            // Money known after apply and the like: kept as it is by the targets that can compute it.
            _ => return Err(Poison),
        };
        match result {
            Some(value) => Ok(value),
            None => self.too_large(cx, id),
        }
    }

    /// A quantity; one whose dimension cancelled out is a number.
    fn quantity(&mut self, value: Quantity) -> Value<'a> {
        if value.dimension().is_none() {
            Value::Float(value.value().to_f64())
        } else {
            Value::Quantity(self.arena.alloc(value))
        }
    }

    pub(super) fn too_large<T>(&mut self, cx: Cx<'a>, id: ExprId) -> Eval<T> {
        // Operands that do not go together are the checker's finding.
        if cx.unit.infer.types[id.0 as usize].is_error() {
            return Err(Poison);
        }
        self.fail(
            Problem::new(
                &codes::NUMBER_TOO_LARGE,
                "the result of this is too large to be represented",
            )
            .at_node(
                cx.unit.decl,
                cx.unit.body.expr_nodes[id.0 as usize],
                "computed here",
            ),
        )
    }

    fn contains(&mut self, needle: &Node<'a>, haystack: &Node<'a>) -> Eval<bool> {
        match haystack.value {
            Value::List(items) => {
                self.burn(items.len() as u64)?;
                for item in items {
                    if self.equal(&needle.value, &item.value)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Value::Map(fields) | Value::Record(fields) => {
                let Value::Str(key) = needle.value else {
                    return Err(Poison);
                };
                Ok(fields.iter().any(|field| field.key == key))
            }
            _ => Err(Poison),
        }
    }

    /// Whether two values are the same. Late values cannot be looked at.
    pub(super) fn equal(&mut self, a: &Value<'a>, b: &Value<'a>) -> Eval<bool> {
        self.burn(1)?;
        Ok(match (a, b) {
            (Value::Late(_), _) | (_, Value::Late(_)) => return Err(Poison),
            (Value::None, Value::None) => true,
            (Value::Bool(x), Value::Bool(y)) => x == y,
            (Value::Str(x), Value::Str(y)) => x == y,
            (Value::Entity(x), Value::Entity(y)) => x == y,
            (Value::Variant(x), Value::Variant(y)) => {
                x.name == y.name && self.equal_fields(x.payload, y.payload)?
            }
            (Value::Str(x), Value::Variant(y)) => *x == y.name && y.payload.is_empty(),
            (Value::Variant(x), Value::Str(y)) => x.name == *y && x.payload.is_empty(),
            (Value::List(x), Value::List(y)) => {
                if x.len() != y.len() {
                    return Ok(false);
                }
                for (x, y) in x.iter().zip(y.iter()) {
                    if !self.equal(&x.value, &y.value)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Record(x) | Value::Map(x), Value::Record(y) | Value::Map(y)) => {
                self.equal_fields(x, y)?
            }
            _ => compare(a, b) == Some(Ordering::Equal),
        })
    }

    fn equal_fields(&mut self, a: &[Field<'a>], b: &[Field<'a>]) -> Eval<bool> {
        if a.len() != b.len() {
            return Ok(false);
        }
        for field in a {
            let Some(other) = b.iter().find(|other| other.key == field.key) else {
                return Ok(false);
            };
            if !self.equal(&field.node.value, &other.node.value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The order of two values of one kind.
pub(super) fn compare(a: &Value<'_>, b: &Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(x.cmp(y)),
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            float(a).partial_cmp(&float(b))
        }
        (Value::Str(x), Value::Str(y)) => Some(x.cmp(y)),
        (Value::Date(x), Value::Date(y)) => Some(x.cmp(y)),
        (Value::Ratio(x), Value::Ratio(y)) => Some(x.cmp(y)),
        (Value::Quantity(x), Value::Quantity(y)) => x.compare(**y).ok(),
        (Value::Bool(x), Value::Bool(y)) => Some(x.cmp(y)),
        (Value::Variant(x), Value::Variant(y)) => Some(x.name.cmp(y.name)),
        _ => None,
    }
}

#[allow(clippy::cast_precision_loss, reason = "a float is what was asked for")]
pub(super) fn float(value: &Value<'_>) -> f64 {
    match value {
        Value::Int(value) => *value as f64,
        Value::Float(value) => *value,
        _ => f64::NAN,
    }
}

/// A number as an exact one; floats by their shortest decimal text, as they were written.
pub(super) fn exact(value: &Value<'_>) -> Option<Rational> {
    match value {
        Value::Int(value) => Some(Rational::whole(*value)),
        Value::Float(value) => Rational::from_decimal(&value.to_string()).ok(),
        Value::Ratio(value) => Some(**value),
        _ => None,
    }
}

fn rational(op: BinaryOp, a: Rational, b: Rational) -> Option<Rational> {
    match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Subtract => a.checked_sub(b),
        BinaryOp::Multiply => a.checked_mul(b),
        _ => a.checked_div(b),
    }
    .ok()
}

const SECONDS_OF_A_DAY: Rational = Rational::whole(86_400);

/// So many days as a duration.
fn days(count: i64) -> Option<Quantity> {
    let seconds = Rational::whole(count).checked_mul(SECONDS_OF_A_DAY);
    Some(Quantity::new(seconds.ok()?, Dimension::DURATION))
}

/// A date so much later or earlier. A day that has begun counts.
fn shifted(date: Date, op: BinaryOp, by: Quantity) -> Option<Date> {
    let days = by.value().checked_div(SECONDS_OF_A_DAY).ok()?.ceil().ok()?;
    let days = if op == BinaryOp::Subtract {
        days.checked_neg()?
    } else {
        days
    };
    Date::from_days(date.days().checked_add(days)?)
}
