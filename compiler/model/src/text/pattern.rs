//! Regular expressions.
//!
//! Patterns end up in two engines that match in linear time: this compiler's and RE2, which Kubernetes uses. Only what both
//! read in the same way is a pattern of the language.

use std::ops::Range;

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    AssertionKind, Ast, ClassSetBinaryOp, ClassSetItem, ClassUnicodeKind, Flag, Flags,
    FlagsItemKind, GroupKind, HexLiteralKind, Literal, LiteralKind, RepetitionKind,
    RepetitionRange, Span, Visitor, visit,
};
use regex_syntax::hir::translate::Translator;

use super::TextError;

const RULE: &str =
    "patterns are those of RE2, which Kubernetes uses: no look-around, no back-references";

/// The most that RE2 repeats a piece.
const MOST_REPEATS: u32 = 1000;

pub(super) fn check(text: &str) -> Result<(), TextError> {
    let tree = Parser::new()
        .parse(text)
        .map_err(|error| wrong(text, error.span(), error.kind().to_string()))?;
    Translator::new()
        .translate(text, &tree)
        .map_err(|error| wrong(text, error.span(), error.kind().to_string()))?;
    visit(&tree, Dialect)?;
    match regex::Regex::new(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(TextError::new(
            0..text.len(),
            "this pattern needs too much memory to be matched",
        )),
    }
}

fn wrong(text: &str, span: &Span, message: String) -> TextError {
    let bytes = bytes_of(span);
    // An operator without an operand has an empty span in front of it.
    let next = text[bytes.start..].chars().next().map_or(0, char::len_utf8);
    let end = if span.is_empty() {
        bytes.start + next
    } else {
        bytes.end
    };
    TextError::new(bytes.start..end, message).with_help(RULE)
}

fn bytes_of(span: &Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

/// Finds what this compiler's engine knows and RE2 does not, or reads otherwise.
struct Dialect;

fn unknown_to_re2(span: &Span, what: &str) -> TextError {
    TextError::new(
        bytes_of(span),
        format!("RE2, which Kubernetes uses, has no {what}"),
    )
}

impl Visitor for Dialect {
    type Output = ();
    type Err = TextError;

    fn finish(self) -> Result<(), TextError> {
        Ok(())
    }

    fn visit_pre(&mut self, tree: &Ast) -> Result<(), TextError> {
        match tree {
            Ast::Flags(set) => check_flags(&set.flags),
            Ast::Group(group) => match &group.kind {
                GroupKind::NonCapturing(flags) => check_flags(flags),
                _ => Ok(()),
            },
            Ast::Literal(literal) => check_literal(literal),
            Ast::Assertion(assertion) => match assertion.kind {
                AssertionKind::StartLine
                | AssertionKind::EndLine
                | AssertionKind::StartText
                | AssertionKind::EndText
                | AssertionKind::WordBoundary
                | AssertionKind::NotWordBoundary => Ok(()),
                _ => Err(unknown_to_re2(
                    &assertion.span,
                    "start or end of a word: it has `\\b` only",
                )),
            },
            Ast::ClassUnicode(class) => check_property(&class.kind, &class.span),
            Ast::Repetition(repetition) => {
                let most = match &repetition.op.kind {
                    RepetitionKind::Range(
                        RepetitionRange::Exactly(most)
                        | RepetitionRange::AtLeast(most)
                        | RepetitionRange::Bounded(_, most),
                    ) => *most,
                    _ => 0,
                };
                if most <= MOST_REPEATS {
                    return Ok(());
                }
                let message = format!(
                    "RE2, which Kubernetes uses, repeats a piece {MOST_REPEATS} times at most"
                );
                Err(TextError::new(bytes_of(&repetition.op.span), message))
            }
            _ => Ok(()),
        }
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), TextError> {
        match item {
            ClassSetItem::Literal(literal) => check_literal(literal),
            ClassSetItem::Range(range) => {
                check_literal(&range.start).and_then(|()| check_literal(&range.end))
            }
            ClassSetItem::Unicode(class) => check_property(&class.kind, &class.span),
            ClassSetItem::Bracketed(class) => {
                Err(unknown_to_re2(&class.span, "class within a class")
                    .with_help("a literal `[` in a class is written `\\[`"))
            }
            _ => Ok(()),
        }
    }

    fn visit_class_set_binary_op_pre(
        &mut self,
        operation: &ClassSetBinaryOp,
    ) -> Result<(), TextError> {
        Err(unknown_to_re2(
            &operation.span,
            "intersection or difference of classes",
        ))
    }
}

fn check_flags(flags: &Flags) -> Result<(), TextError> {
    for item in &flags.items {
        if let FlagsItemKind::Flag(Flag::Unicode | Flag::CRLF | Flag::IgnoreWhitespace) = item.kind
        {
            return Err(unknown_to_re2(
                &item.span,
                "such flag: it has `i`, `m`, `s` and `U`",
            ));
        }
    }
    Ok(())
}

fn check_literal(literal: &Literal) -> Result<(), TextError> {
    match literal.kind {
        LiteralKind::HexFixed(HexLiteralKind::X) | LiteralKind::HexBrace(HexLiteralKind::X) => {
            Ok(())
        }
        LiteralKind::HexFixed(_) | LiteralKind::HexBrace(_) => {
            let escape = format!("\\x{{{:X}}}", u32::from(literal.c));
            Err(
                unknown_to_re2(&literal.span, "such escape: it has `\\x{…}`")
                    .with_suggestion(escape),
            )
        }
        _ => Ok(()),
    }
}

fn check_property(kind: &ClassUnicodeKind, span: &Span) -> Result<(), TextError> {
    match kind {
        ClassUnicodeKind::NamedValue { .. } => Err(unknown_to_re2(
            span,
            "properties with values: it has scripts and general categories, such as `\\p{Greek}`",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::text::TextKind;
    use crate::text::testing::{bad, good};

    #[test]
    fn patterns() {
        let texts = [
            "",
            "^[0-9]{12}$",
            "(?i)a|b",
            r"\p{Greek}+\pL",
            r"^(?P<x>\d+)\.$",
            r"[^a-z\[\]-]",
            r"\bé\x{e9}\z",
            "(?s:.)*?",
            "a{3,}",
        ];
        good(TextKind::Regex, &texts);
        bad(
            TextKind::Regex,
            &[
                ("a«(»b", "unclosed group", ""),
                ("a«[»b", "unclosed character class", ""),
                ("«*»a", "repetition operator missing expression", ""),
                (
                    "a«(?=»b)",
                    "look-around, including look-ahead and look-behind, is not supported",
                    "",
                ),
                ("(a)«\\1»", "backreferences are not supported", ""),
                (
                    "é[«z-a»]",
                    "invalid character class range, the start must be <= the end",
                    "",
                ),
                (r"«\p{Klingon}»", "Unicode property not found", ""),
                (
                    "«((((a{100}){100}){100}){100})»",
                    "this pattern needs too much memory to be matched",
                    "",
                ),
            ],
        );
    }

    #[test]
    fn what_only_one_of_the_engines_reads() {
        bad(
            TextKind::Regex,
            &[
                (
                    r"(?«x»)a b",
                    "RE2, which Kubernetes uses, has no such flag: it has `i`, `m`, `s` and `U`",
                    "",
                ),
                (
                    r"(?i«u»:a)",
                    "RE2, which Kubernetes uses, has no such flag: it has `i`, `m`, `s` and `U`",
                    "",
                ),
                (
                    r"é«\u00e9»",
                    r"RE2, which Kubernetes uses, has no such escape: it has `\x{…}`",
                    r"é\x{E9}",
                ),
                (
                    r"[a-«\u{e9}»]",
                    r"RE2, which Kubernetes uses, has no such escape: it has `\x{…}`",
                    r"[a-\x{E9}]",
                ),
                (
                    r"«\b{start}»a",
                    r"RE2, which Kubernetes uses, has no start or end of a word: it has `\b` only",
                    "",
                ),
                (
                    r"[a«[bc]»]",
                    "RE2, which Kubernetes uses, has no class within a class",
                    "",
                ),
                (
                    r"[«a-z&&b-y»]",
                    "RE2, which Kubernetes uses, has no intersection or difference of classes",
                    "",
                ),
                (
                    r"a«{1001}»",
                    "RE2, which Kubernetes uses, repeats a piece 1000 times at most",
                    "",
                ),
                (
                    r"«\p{scx=Greek}»",
                    r"RE2, which Kubernetes uses, has no properties with values: it has scripts and general categories, such as `\p{Greek}`",
                    "",
                ),
            ],
        );
    }
}
