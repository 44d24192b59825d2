//! Operators by binding power, and the forms around them.

use super::*;

/// How tightly an operator binds; the rules of the grammar from `or` to `unary`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Power {
    Or,
    And,
    Compare,
    Coalesce,
    Range,
    Sum,
    Product,
    Unary,
}

impl Power {
    fn tighter(self) -> Power {
        match self {
            Power::Or => Power::And,
            Power::And => Power::Compare,
            Power::Compare => Power::Coalesce,
            Power::Coalesce => Power::Range,
            Power::Range => Power::Sum,
            Power::Sum => Power::Product,
            Power::Product | Power::Unary => Power::Unary,
        }
    }
}

/// A complete operand and how many nodes deep it is: chains of operators grow to the left, without recursion.
pub(super) struct Operand {
    pub(super) node: Completed,
    pub(super) height: u32,
}

/// A chain of operators that bind at least as tightly as `power`.
pub(super) fn binary(p: &mut Parser<'_>, power: Power) -> Option<Operand> {
    let mut left = prefix(p, power)?;
    // The two that are not associative take their operands from the next power, so they meet themselves only here.
    let mut last = None;
    while let Some((operator, tokens)) = operator(p) {
        if operator < power {
            break;
        }
        if p.depth + left.height >= crate::MAX_NESTING {
            chain_too_long(p);
            break;
        }
        let repeated = last.replace(operator) == Some(operator);
        match operator {
            Power::Compare if repeated => chained_comparison(p),
            Power::Range if repeated => chained_range(p),
            _ => {}
        }
        let marker = p.precede(left.node);
        take_operator(p, tokens);
        let right = binary(p, operator.tighter());
        if right.is_none() {
            p.expected("a value after the operator");
        }
        let kind = if operator == Power::Range {
            RANGE_EXPR
        } else {
            BINARY_EXPR
        };
        let height = 1 + left.height.max(right.map_or(0, |right| right.height));
        left = Operand {
            node: p.complete(marker, kind),
            height,
        };
        p.height = p.height.max(height);
    }
    Some(left)
}

/// The operator at the current token: how it binds, and of how many tokens it is.
fn operator(p: &Parser<'_>) -> Option<(Power, usize)> {
    let power = match p.current() {
        EQ_EQ | NOT_EQ | LT | LT_EQ | GT | GT_EQ => Power::Compare,
        QUESTION_QUESTION => Power::Coalesce,
        DOT_DOT => Power::Range,
        PLUS | MINUS | PLUS_PLUS => Power::Sum,
        // `a -b`: on one line this is a subtraction with a slip in it.
        NEG if !p.token().on_new_line => Power::Sum,
        STAR | SLASH => Power::Product,
        IDENT => match p.word() {
            Word::Or => Power::Or,
            Word::And => Power::And,
            Word::In => Power::Compare,
            Word::Not if p.nth_word(1) == Word::In => return Some((Power::Compare, 2)),
            _ => return None,
        },
        _ => return None,
    };
    Some((power, 1))
}

fn take_operator(p: &mut Parser<'_>, tokens: usize) {
    match p.current() {
        IDENT => {
            for _ in 0..tokens {
                p.bump_keyword();
            }
        }
        NEG => {
            p.report(|p| {
                let range = p.range_of(p.pos);
                SyntaxError::new(
                    codes::MINUS_SPACING,
                    range,
                    "a subtraction needs a space on both sides of `-`",
                )
                .help("`-` glued to a value is its sign")
                .fix(
                    "put a space after `-`",
                    vec![(range_at(usize::from(range.end()), 0), " ".to_owned())],
                )
            });
            p.bump_as(MINUS);
        }
        _ => p.bump(),
    }
    // The operator leaves the line open, also `>`, of which the token source cannot know that it is one.
    p.join_line();
}

/// `not`, `-`, `if`, or a value with what is glued to it.
fn prefix(p: &mut Parser<'_>, power: Power) -> Option<Operand> {
    let operand_power = match (p.current(), p.word()) {
        (NEG, _) => Power::Unary,
        (MINUS, _) if !p.token().on_new_line => {
            p.report(|p| {
                let range = p.range_of(p.pos);
                let gap = range_at(
                    usize::from(range.end()),
                    p.token_at(p.pos + 1).start as usize - usize::from(range.end()),
                );
                SyntaxError::new(
                    codes::MINUS_SPACING,
                    range,
                    "a minus sign before a value is glued to it",
                )
                .fix("remove the space", vec![(gap, String::new())])
            });
            Power::Unary
        }
        (_, Word::Not) => {
            if power > Power::Compare {
                needs_parentheses(p, "not");
            }
            Power::Compare
        }
        (_, Word::If) => {
            needs_parentheses(p, "if");
            return expressions::if_expression(p);
        }
        _ => return expressions::postfix(p),
    };
    let marker = p.start();
    if p.at(IDENT) {
        p.bump_keyword();
    } else {
        p.bump_as(NEG);
    }
    let ((), height) = p.measured(|p| {
        p.nested(|p| {
            if binary(p, operand_power).is_none() {
                p.expected("a value after the operator");
            }
        });
    });
    Some(Operand {
        node: p.complete(marker, UNARY_EXPR),
        height,
    })
}

fn needs_parentheses(p: &mut Parser<'_>, word: &str) {
    p.report(|p| {
        SyntaxError::new(
            codes::UNEXPECTED,
            p.range_of(p.pos),
            format!("`{word}` needs parentheses behind an operator"),
        )
        .help(format!("write `({word} …)`"))
    });
}

fn chained_comparison(p: &mut Parser<'_>) {
    p.report(|p| {
        SyntaxError::new(
            codes::CHAINED_COMPARISON,
            p.range_of(p.pos),
            "comparisons cannot be chained",
        )
        .help("write `a < b and b < c`, or `b in a..c` for a range")
    });
}

fn chained_range(p: &mut Parser<'_>) {
    p.report(|p| {
        SyntaxError::new(
            codes::CHAINED_COMPARISON,
            p.range_of(p.pos),
            "a range has two ends",
        )
        .help("write `low..high`")
    });
}

fn chain_too_long(p: &mut Parser<'_>) {
    if !p.too_deep_reported {
        p.too_deep_reported = true;
        p.report(|p| {
            SyntaxError::new(
                codes::TOO_DEEP,
                p.range_of(p.pos),
                "this expression is too long",
            )
            .label(format!(
                "more than {} operators in a row",
                crate::MAX_NESTING
            ))
            .help("give its parts names with `let`, or put its operands into a list")
        });
    }
    p.last_error_at = p.pos;
    p.skip_while(|p, kind| {
        !matches!(kind, STR_TEXT | STR_END | INTERP_END) && p.word() != Word::When
    });
    p.last_error_at = p.pos;
}
