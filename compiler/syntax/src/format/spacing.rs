//! Which tokens have a space between them on one line.

use super::source::Token;
use crate::SyntaxKind::*;

/// A space stands between these two tokens, if no line break does.
pub(super) fn space_between(before: &Token, after: &Token) -> bool {
    if is_inside_of_string(before, after) {
        return false;
    }
    match before.kind {
        L_PAREN | CALL_OPEN | L_BRACKET | INDEX_OPEN | DOT | QUESTION_DOT | NEG | AT => {
            return false;
        }
        DOT_DOT => return false,
        LT if before.parent == TYPE_ARGS => return false,
        L_BRACE if before.parent == USE_GROUP || after.kind == R_BRACE => return false,
        _ => {}
    }
    match after.kind {
        R_PAREN | R_BRACKET | COMMA | COLON | DOT | QUESTION_DOT | QUESTION => false,
        R_BRACE => after.parent != USE_GROUP,
        L_BRACE => after.parent != USE_GROUP,
        DOT_DOT => !matches!(after.parent, RANGE_EXPR | IN_REFINEMENT),
        LT | GT => after.parent != TYPE_ARGS,
        // Glued to what is called or indexed; a value in brackets behind a word is none of these.
        CALL_OPEN | L_PAREN => !matches!(after.parent, ARG_LIST | PARAM_LIST | PATTERN),
        INDEX_OPEN => !matches!(after.parent, INDEX_EXPR | INDEX_KEY),
        _ => true,
    }
}

fn is_inside_of_string(before: &Token, after: &Token) -> bool {
    matches!(
        before.kind,
        STR_START | STR_TEXT | INTERP_START | INTERP_END
    ) && matches!(before.parent, STRING | INTERPOLATION)
        || matches!(after.kind, STR_TEXT | STR_END | INTERP_START | INTERP_END)
}
