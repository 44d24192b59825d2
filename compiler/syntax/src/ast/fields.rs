//! Fields, key paths and guards.

use rowan::ast::{AstChildren, AstNode};

use super::{
    Expr, Str,
    support::{child, children, choices, kinds, nodes, token},
};
use crate::{SyntaxKind::*, SyntaxToken};

nodes! {
    /// `{ a = 1, b { … } }` after a name.
    Fields = FIELDS;
    /// `a.b = e`, `a.b += e`, `a.b { … }`
    Field = FIELD;
    /// `..e`
    Spread = SPREAD;
    /// `when c`
    Guard = GUARD;
    /// `containers["app"].image`
    Keypath = KEYPATH;
    /// A name in a key path.
    NameKey = NAME_KEY;
    /// A quoted key.
    StringKey = STRING_KEY;
    /// `[e]` at the start of a key path.
    ComputedKey = COMPUTED_KEY;
    /// `["app"]` after a key.
    IndexKey = INDEX_KEY;
}

choices! {
    /// An entry of a block of fields.
    FieldEntry = Field | Spread;
    /// A part of a key path.
    KeySegment = NameKey | StringKey | ComputedKey | IndexKey;
}

/// How a field goes into what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldOp {
    /// `=` replaces.
    Replace,
    /// `+=` appends.
    Append,
    /// `{ … }` combines.
    Combine,
}

impl Field {
    /// What is set.
    pub fn path(&self) -> Option<Keypath> {
        child(self.syntax())
    }

    /// How it is set; nothing if the field is broken.
    pub fn op(&self) -> Option<FieldOp> {
        kinds(self.syntax()).find_map(|kind| match kind {
            EQ => Some(FieldOp::Replace),
            PLUS_EQ => Some(FieldOp::Append),
            FIELDS => Some(FieldOp::Combine),
            _ => None,
        })
    }

    /// The value after `=` or `+=`. A broken field (`a: 1`) may have a value and no [`Field::op`].
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The block of a field that combines.
    pub fn block(&self) -> Option<Fields> {
        child(self.syntax())
    }
}

impl Spread {
    /// The record that is spread.
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl Guard {
    /// The condition.
    pub fn condition(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl Keypath {
    /// The parts, in order.
    pub fn segments(&self) -> AstChildren<KeySegment> {
        children(self.syntax())
    }

    /// The name, if the path is one name and nothing else.
    pub fn as_name(&self) -> Option<SyntaxToken> {
        let mut segments = self.segments();
        match (segments.next(), segments.next()) {
            (Some(KeySegment::NameKey(key)), None) => key.name(),
            _ => None,
        }
    }
}

impl NameKey {
    /// The name.
    pub fn name(&self) -> Option<SyntaxToken> {
        token(self.syntax(), IDENT)
    }
}

impl StringKey {
    /// The string.
    pub fn string(&self) -> Option<Str> {
        child(self.syntax())
    }
}

impl ComputedKey {
    /// The key.
    pub fn expr(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl IndexKey {
    /// The key or index.
    pub fn expr(&self) -> Option<Expr> {
        child(self.syntax())
    }
}
