//! Digests of emissions: what tells, without the objects at hand, whether an instance comes to the same as before.

use std::cell::Cell;

use plat_model::digest::Digester;
use plat_model::tree::Digest;

use super::Emission;

impl Emission<'_> {
    /// The digest of the objects, in the order in which they are emitted; nothing when there are none. Addresses and origins have
    /// no part in it: what only moved in the sources is the same.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        thread_local! {
            static SPARE: Cell<Option<Digester>> = const { Cell::new(None) };
        }
        if self.objects.is_empty() {
            return None;
        }
        let mut digester = SPARE.take().unwrap_or_default();
        for object in &self.objects {
            digester.node(&object.body);
        }
        let digest = digester.finish();
        SPARE.set(Some(digester));
        Some(digest)
    }
}
