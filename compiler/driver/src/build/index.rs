//! What the compiler remembers of the files that it wrote: their paths and hashes, a line each, as `b3sum` prints and checks them,
//! so that version control merges it line by line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The hash of a file's content.
pub(super) type Hash = blake3::Hash;

/// Path → hash of the content as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) files: BTreeMap<String, Hash>,
}

impl Index {
    /// Reads an index. Lines that are none (a merge left them) count as not written: their files are nobody's to delete.
    pub(super) fn read(text: &str) -> Self {
        let entry = |line: &str| {
            let (hash, path) = line.split_once("  ")?;
            let plain = path
                .split('/')
                .all(|segment| !segment.is_empty() && segment != "." && segment != "..");
            Some((path.to_owned(), Hash::from_hex(hash).ok()?))
                .filter(|_| plain && !path.contains('\\'))
        };
        Self {
            files: text.lines().filter_map(entry).collect(),
        }
    }

    /// The text of the index.
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.files.len() * 96);
        for (path, hash) in &self.files {
            let _ = writeln!(text, "{}  {path}", hash.to_hex());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_damage_is_skipped() {
        let hash = blake3::hash(b"x");
        let index = Index {
            files: [("kubernetes/prod/a b.yaml".to_owned(), hash)].into(),
        };
        assert_eq!(Index::read(&index.text()), index);
        let damaged = format!(
            "<<<<<<< HEAD\n{}zz  y\n{}  ../x\n",
            index.text(),
            hash.to_hex()
        );
        assert_eq!(Index::read(&damaged), index);
    }
}
