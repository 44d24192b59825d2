//! Values.

use rowan::ast::{AstChildren, AstNode};

use super::{
    Field,
    support::{
        around, child, children, choices, expr_after_word, expr_before_word, kinds, nodes,
        telling_token, token, tokens,
    },
};
use crate::{SyntaxKind::*, SyntaxToken};

nodes! {
    /// A name as a value.
    NameRef = NAME_REF;
    /// A number, quantity, date, `true`, `false` or `none`; see [`Literal::value`].
    Literal = LITERAL;
    /// A string with its interpolations; see [`Str::decode`].
    Str = STRING;
    /// `\(e)`
    Interpolation = INTERPOLATION;
    /// `billing@prod`; see [`AddressLit::address`].
    AddressLit = ADDRESS_LIT;
    /// `a.b`, `a?.b`
    FieldAccess = FIELD_ACCESS;
    /// `a[e]`
    IndexExpr = INDEX_EXPR;
    /// `f(a, b = c)`
    CallExpr = CALL_EXPR;
    /// `(a, b = c)`, `(p for x in xs)`
    ArgList = ARG_LIST;
    /// `a`, `b = c` in a call.
    Arg = ARG;
    /// `-a`, `not a`
    UnaryExpr = UNARY_EXPR;
    /// `a + b`
    BinaryExpr = BINARY_EXPR;
    /// `a..b`
    RangeExpr = RANGE_EXPR;
    /// `if a then b else c`
    IfExpr = IF_EXPR;
    /// `match a { p => b }`
    MatchExpr = MATCH_EXPR;
    /// `p | q => e`
    MatchArm = MATCH_ARM;
    /// What an arm matches; see [`Pattern::kind`].
    Pattern = PATTERN;
    /// `[a, ..b, c when d]`, `[a for x in xs]`
    ListExpr = LIST_EXPR;
    /// `a`, `..a`, `a when c` in a list.
    ListElement = LIST_ELEMENT;
    /// `for x in xs where c`
    ForClause = FOR_CLAUSE;
    /// `{ a = 1 }`; its entries by [`super::HasFields`].
    RecordExpr = RECORD_EXPR;
    /// `{ [k] = v for k, v in m }`
    RecordComprehension = RECORD_COMPREHENSION;
    /// `(a)`
    ParenExpr = PAREN_EXPR;
}

choices! {
    /// A value.
    Expr = NameRef | Literal | Str | AddressLit | FieldAccess | IndexExpr | CallExpr | UnaryExpr | BinaryExpr
        | RangeExpr | IfExpr | MatchExpr | ListExpr | RecordExpr | RecordComprehension | ParenExpr;
}

/// What a [`UnaryExpr`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `not`
    Not,
}

/// What a [`BinaryExpr`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Coalesce,
    Add,
    Sub,
    Concat,
    Mul,
    Div,
}

impl BinaryOp {
    /// How it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            BinaryOp::Or => "or",
            BinaryOp::And => "and",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::In => "in",
            BinaryOp::NotIn => "not in",
            BinaryOp::Coalesce => "??",
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Concat => "++",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
        }
    }
}

impl Interpolation {
    /// The value.
    pub fn expr(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl FieldAccess {
    /// What has the field.
    pub fn receiver(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The name of the field.
    pub fn field(&self) -> Option<SyntaxToken> {
        token(self.syntax(), IDENT)
    }

    /// `?.`: `none` if the receiver is.
    pub fn is_optional(&self) -> bool {
        kinds(self.syntax()).any(|kind| kind == QUESTION_DOT)
    }
}

impl IndexExpr {
    /// What is indexed.
    pub fn base(&self) -> Option<Expr> {
        around(self.syntax(), INDEX_OPEN).0
    }

    /// The index or key.
    pub fn index(&self) -> Option<Expr> {
        around(self.syntax(), INDEX_OPEN).1
    }
}

impl CallExpr {
    /// What is called.
    pub fn callee(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The arguments.
    pub fn arg_list(&self) -> Option<ArgList> {
        child(self.syntax())
    }
}

impl ArgList {
    /// The arguments, in order.
    pub fn args(&self) -> AstChildren<Arg> {
        children(self.syntax())
    }

    /// The `for` clauses of `all(p for x in xs)`; the one argument is what is computed for each.
    pub fn for_clauses(&self) -> AstChildren<ForClause> {
        children(self.syntax())
    }
}

impl Arg {
    /// The name before `=`.
    pub fn name(&self) -> Option<SyntaxToken> {
        token(self.syntax(), IDENT)
    }

    /// The value.
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl UnaryExpr {
    /// What it does.
    pub fn op(&self) -> UnaryOp {
        if token(self.syntax(), KEYWORD).is_some() {
            UnaryOp::Not
        } else {
            UnaryOp::Neg
        }
    }

    /// The operand.
    pub fn operand(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl BinaryExpr {
    /// The operator's first token.
    pub fn op_token(&self) -> Option<SyntaxToken> {
        telling_token(self.syntax())
    }

    /// What it does.
    pub fn op(&self) -> Option<BinaryOp> {
        let token = self.op_token()?;
        let op = match (token.kind(), token.text()) {
            (EQ_EQ, _) => BinaryOp::Eq,
            (NOT_EQ, _) => BinaryOp::Ne,
            (LT, _) => BinaryOp::Lt,
            (LT_EQ, _) => BinaryOp::Le,
            (GT, _) => BinaryOp::Gt,
            (GT_EQ, _) => BinaryOp::Ge,
            (QUESTION_QUESTION, _) => BinaryOp::Coalesce,
            (PLUS, _) => BinaryOp::Add,
            (MINUS, _) => BinaryOp::Sub,
            (PLUS_PLUS, _) => BinaryOp::Concat,
            (STAR, _) => BinaryOp::Mul,
            (SLASH, _) => BinaryOp::Div,
            (KEYWORD, "or") => BinaryOp::Or,
            (KEYWORD, "and") => BinaryOp::And,
            (KEYWORD, "in") => BinaryOp::In,
            (KEYWORD, "not") => BinaryOp::NotIn,
            _ => return None,
        };
        Some(op)
    }

    /// The left operand.
    pub fn left(&self) -> Option<Expr> {
        self.sides().0
    }

    /// The right operand.
    pub fn right(&self) -> Option<Expr> {
        self.sides().1
    }

    fn sides(&self) -> (Option<Expr>, Option<Expr>) {
        match self.op_token() {
            Some(token) => around(self.syntax(), token.kind()),
            None => (child(self.syntax()), None),
        }
    }
}

impl RangeExpr {
    /// The lower bound.
    pub fn low(&self) -> Option<Expr> {
        around(self.syntax(), DOT_DOT).0
    }

    /// The upper bound.
    pub fn high(&self) -> Option<Expr> {
        around(self.syntax(), DOT_DOT).1
    }
}

impl IfExpr {
    /// The condition.
    pub fn condition(&self) -> Option<Expr> {
        expr_after_word(self.syntax(), "if")
    }

    /// The value if it holds.
    pub fn then_value(&self) -> Option<Expr> {
        expr_after_word(self.syntax(), "then")
    }

    /// The value if it does not.
    pub fn else_value(&self) -> Option<Expr> {
        expr_after_word(self.syntax(), "else")
    }
}

impl MatchExpr {
    /// What is matched.
    pub fn scrutinee(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The arms, in order.
    pub fn arms(&self) -> AstChildren<MatchArm> {
        children(self.syntax())
    }
}

impl MatchArm {
    /// The patterns, with `|` between them.
    pub fn patterns(&self) -> AstChildren<Pattern> {
        children(self.syntax())
    }

    /// The value after `=>`.
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl ListExpr {
    /// The elements, in order.
    pub fn elements(&self) -> AstChildren<ListElement> {
        children(self.syntax())
    }

    /// The `for` clauses of a comprehension; the one element is what is computed for each.
    pub fn for_clauses(&self) -> AstChildren<ForClause> {
        children(self.syntax())
    }
}

impl ListElement {
    /// `..a`: the elements of another list.
    pub fn is_spread(&self) -> bool {
        token(self.syntax(), DOT_DOT).is_some()
    }

    /// The value.
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl ForClause {
    /// The name of the element, or of the key if there are two names.
    pub fn first(&self) -> Option<SyntaxToken> {
        tokens(self.syntax(), IDENT).next()
    }

    /// The second name.
    pub fn second(&self) -> Option<SyntaxToken> {
        tokens(self.syntax(), IDENT).nth(1)
    }

    /// What it goes through.
    pub fn source(&self) -> Option<Expr> {
        expr_before_word(self.syntax(), "where")
    }

    /// The condition after `where`.
    pub fn condition(&self) -> Option<Expr> {
        expr_after_word(self.syntax(), "where")
    }
}

impl RecordComprehension {
    /// The field `[k] = v` that is made for each.
    pub fn field(&self) -> Option<Field> {
        child(self.syntax())
    }

    /// The `for` clauses.
    pub fn for_clauses(&self) -> AstChildren<ForClause> {
        children(self.syntax())
    }
}

impl ParenExpr {
    /// The value.
    pub fn inner(&self) -> Option<Expr> {
        child(self.syntax())
    }
}
