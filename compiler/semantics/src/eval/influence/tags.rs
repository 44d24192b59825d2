//! Tags: sets of influences, numbered, in the upper bits of origins.

use plat_model::{Node, Origin};
use rustc_hash::FxHashMap;

use super::Influence;
use crate::eval::FrameId;
use crate::program::PlaceId;

/// Bits of an origin's body that are left for the declaration.
const BODY_BITS: u32 = 12;
/// More tags than these cannot be told apart.
const MAX_TAGS: usize = 1 << (32 - BODY_BITS);
/// More declarations than these cannot be told apart from tags.
pub(super) const MAX_BODIES: usize = 1 << BODY_BITS;

/// The number of a tag; 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::eval) struct TagId(u32);

impl TagId {
    pub(super) const NONE: Self = Self(0);

    pub(super) fn of(node: &Node<'_>) -> Self {
        Self(node.origin.body >> BODY_BITS)
    }

    pub(super) fn is_none(self) -> bool {
        self == Self::NONE
    }

    pub(super) fn on(self, origin: Origin) -> Origin {
        let body = origin.body & (MAX_BODIES as u32 - 1);
        Origin {
            body: body | self.0 << BODY_BITS,
            node: origin.node,
        }
    }
}

/// Influences by number, sorted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub(in crate::eval) struct Atoms(Vec<u32>);

impl Atoms {
    /// Adds others.
    pub(in crate::eval) fn add(&mut self, others: &Self) {
        if others.0.is_empty() {
            return;
        }
        for atom in &others.0 {
            self.insert(*atom);
        }
    }

    fn insert(&mut self, atom: u32) {
        if let Err(place) = self.0.binary_search(&atom) {
            self.0.insert(place, atom);
        }
    }

    fn contains(&self, others: &Self) -> bool {
        let has = |atom: &u32| self.0.binary_search(atom).is_ok();
        others.0.iter().all(has)
    }
}

/// Fields that a record does not have, each with what that was decided by.
pub(in crate::eval) type Absent<'a> = Vec<(&'a str, TagId)>;

/// What of a place a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Own {
    /// Its value.
    Value(PlaceId),
    /// How many elements or entries it has.
    Length(PlaceId),
}

/// What the outermost part of a value was decided by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
struct Tag<'a> {
    atoms: Atoms,
    /// What of a place it is, unchanged.
    own: Option<Own>,
    absent: Absent<'a>,
}

/// What a session that asks knows of influences.
pub(in crate::eval) struct Influences<'a> {
    /// The consumer's own frame.
    pub(super) root: FrameId,
    /// What has been looked at by that which is being made.
    pub(super) now: Atoms,
    /// What the record that is being made lacks.
    pub(super) absent: Absent<'a>,
    /// Places of compositions that are taken over if they are set around them.
    pub(super) passed: FxHashMap<(FrameId, PlaceId), (FrameId, PlaceId)>,
    /// What was decided by whether something is emitted.
    pub(super) existence: Vec<(Option<&'a str>, Atoms)>,
    /// What was decided by which pods there are.
    pub(super) pods: Atoms,
    /// What was decided by which containers they have.
    pub(super) containers: Atoms,
    /// What came of each rule.
    pub(super) judged: Vec<(crate::db::DeclId, crate::rules::Outcome, Atoms)>,
    atoms: Vec<Influence>,
    numbers: FxHashMap<Influence, u32>,
    tags: Vec<Tag<'a>>,
    tag_numbers: FxHashMap<Tag<'a>, TagId>,
    full: bool,
}

impl<'a> Influences<'a> {
    pub(super) fn new(root: FrameId) -> Self {
        Self {
            root,
            now: Atoms::default(),
            absent: Vec::new(),
            passed: FxHashMap::default(),
            existence: Vec::new(),
            pods: Atoms::default(),
            containers: Atoms::default(),
            judged: Vec::new(),
            atoms: Vec::new(),
            numbers: FxHashMap::default(),
            tags: vec![Tag::default()],
            tag_numbers: FxHashMap::default(),
            full: false,
        }
    }

    /// Whether there was more than can be told apart, so that nothing is known.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// The influences of a set.
    pub(super) fn named<'s>(&'s self, atoms: &'s Atoms) -> impl Iterator<Item = &'s Influence> {
        atoms.0.iter().map(|atom| &self.atoms[*atom as usize])
    }

    /// One influence as a set.
    pub(super) fn atom(&mut self, influence: Influence) -> Atoms {
        Atoms(vec![self.number(influence)])
    }

    fn number(&mut self, influence: Influence) -> u32 {
        let next = self.atoms.len() as u32;
        let atoms = &mut self.atoms;
        *self
            .numbers
            .entry(influence)
            .or_insert_with_key(|influence| {
                atoms.push(influence.clone());
                next
            })
    }

    fn tag(&self, node: &Node<'_>) -> &Tag<'a> {
        self.tags
            .get(TagId::of(node).0 as usize)
            .unwrap_or(&self.tags[0])
    }

    fn intern(&mut self, tag: Tag<'a>) -> TagId {
        if tag == Tag::default() {
            return TagId::NONE;
        }
        if let Some(known) = self.tag_numbers.get(&tag) {
            return *known;
        }
        if self.tags.len() >= MAX_TAGS {
            self.full = true;
            return TagId::NONE;
        }
        let id = TagId(self.tags.len() as u32);
        self.tags.push(tag.clone());
        self.tag_numbers.insert(tag, id);
        id
    }

    fn retagged(&mut self, node: Node<'a>, tag: Tag<'a>) -> Node<'a> {
        let id = self.intern(tag);
        Node::new(node.value, id.on(node.origin))
    }

    /// A value that was decided by more.
    pub(super) fn with_atoms(&mut self, node: Node<'a>, atoms: &Atoms) -> Node<'a> {
        let tag = self.tag(&node);
        if tag.atoms.contains(atoms) {
            return node;
        }
        let mut tag = tag.clone();
        tag.atoms.add(atoms);
        self.retagged(node, tag)
    }

    /// A record that lacks more.
    pub(super) fn with_absent(&mut self, node: Node<'a>, absent: &Absent<'a>) -> Node<'a> {
        if absent.is_empty() {
            return node;
        }
        let mut tag = self.tag(&node).clone();
        for (key, why) in absent {
            if !tag.absent.contains(&(*key, *why)) {
                tag.absent.push((*key, *why));
            }
        }
        tag.absent.sort();
        self.retagged(node, tag)
    }

    /// A value that is a place's own.
    pub(super) fn as_own(&mut self, node: Node<'a>, own: Own) -> Node<'a> {
        let mut tag = self.tag(&node).clone();
        tag.own = Some(own);
        self.retagged(node, tag)
    }

    /// A set as a tag of its own.
    pub(super) fn as_tag(&mut self, atoms: Atoms) -> TagId {
        self.intern(Tag {
            atoms,
            ..Tag::default()
        })
    }

    /// What of a place a value is.
    pub(super) fn verbatim(&self, node: &Node<'_>) -> Option<Own> {
        self.tag(node).own
    }

    pub(super) fn look_at(&mut self, influence: Influence) {
        let atom = self.number(influence);
        self.now.insert(atom);
    }

    pub(super) fn look(&mut self, node: &Node<'_>) {
        self.look_tag(TagId::of(node), Influence::Value);
    }

    pub(super) fn look_presence(&mut self, node: &Node<'_>) {
        self.look_tag(TagId::of(node), Influence::Presence);
    }

    /// Not at what of a place a value is, but at why it is that.
    pub(super) fn look_around(&mut self, node: &Node<'_>) {
        let atoms = self.tag(node).atoms.clone();
        self.now.add(&atoms);
    }

    fn look_tag(&mut self, id: TagId, of: impl Fn(PlaceId) -> Influence) {
        if id.is_none() {
            return;
        }
        let Some(tag) = self.tags.get(id.0 as usize) else {
            return;
        };
        self.now.add(&tag.atoms);
        match tag.own {
            Some(Own::Value(place)) => self.look_at(of(place)),
            // A length is always there; if it is asked for as such, it is as good as the value.
            Some(Own::Length(place)) => self.look_at(Influence::Value(place)),
            None => {}
        }
    }

    /// What a record lacks has been looked at: one field, or with no name all of them.
    fn look_lacking(&mut self, node: &Node<'_>, name: Option<&str>) {
        let id = TagId::of(node);
        if id.is_none() {
            return;
        }
        let Some(tag) = self.tags.get(id.0 as usize) else {
            return;
        };
        let wanted = tag.absent.iter();
        let why: Vec<TagId> = wanted
            .filter(|(key, _)| name.is_none_or(|name| *key == name))
            .map(|(_, why)| *why)
            .collect();
        for why in why {
            self.look_tag(why, Influence::Presence);
        }
    }

    pub(super) fn look_absent(&mut self, node: &Node<'_>) {
        self.look_lacking(node, None);
    }

    pub(super) fn look_absence(&mut self, node: &Node<'_>, name: &str) {
        self.look_lacking(node, Some(name));
    }
}
