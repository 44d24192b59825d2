//! The database: what the queries keep, and the registry of fleet-wide names.

use plat_semantics::db::{Db, Fleet};

/// The salsa database of a workspace. A clone is another handle to the same data, for another thread; no input can be written
/// while there is one.
#[salsa::db]
#[derive(Clone, Default)]
pub struct Database {
    storage: salsa::Storage<Self>,
    fleet: Fleet,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn fleet(&self) -> &Fleet {
        &self.fleet
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}
