//! What the grammar says: a flat list of "a node opens", "a token", "a node ends".

use crate::SyntaxKind;

/// One step in the building of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// A node opens. `parent` is the distance to the event of a node that opened later but stands around this one.
    Open { kind: SyntaxKind, parent: u32 },
    /// The innermost node ends.
    Close,
    /// The next token, as this kind.
    Token(SyntaxKind),
}

/// A node that is open and has no kind yet. Until it has one it leaves no trace, so a marker may be dropped.
#[derive(Debug)]
pub(super) struct Marker {
    at: usize,
}

/// A node that has ended, around which another may still be put.
#[derive(Debug, Clone, Copy)]
pub(super) struct Completed {
    at: usize,
}

/// The kind of a node that leaves no trace in the tree.
pub(super) const ABANDONED: SyntaxKind = SyntaxKind::EOF;

impl Marker {
    pub(super) fn open(events: &mut Vec<Event>) -> Self {
        let at = events.len();
        events.push(Event::Open {
            kind: ABANDONED,
            parent: 0,
        });
        Marker { at }
    }

    pub(super) fn complete(self, events: &mut Vec<Event>, kind: SyntaxKind) -> Completed {
        if let Event::Open { kind: slot, .. } = &mut events[self.at] {
            *slot = kind;
        }
        events.push(Event::Close);
        Completed { at: self.at }
    }

    /// The node holds nothing yet.
    pub(super) fn is_empty(&self, events: &[Event]) -> bool {
        events.len() == self.at + 1
    }
}

impl Completed {
    /// Opens a node around this one.
    pub(super) fn precede(self, events: &mut Vec<Event>) -> Marker {
        let marker = Marker::open(events);
        if let Event::Open { parent, .. } = &mut events[self.at] {
            *parent = u32::try_from(marker.at - self.at).unwrap_or(0);
        }
        marker
    }
}
