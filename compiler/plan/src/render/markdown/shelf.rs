//! Filling a room of a fixed size with entries, the most important first.

use super::templates::MarkdownError;
use super::views::{LARGE, SMALL, Size};

/// A list of entries of which as many are shown as fit: always the first ones.
pub(super) struct Shelf<'a> {
    /// How many entries there are.
    pub total: usize,
    /// How much of the room it may take before the others have had their share, in percent.
    pub share: usize,
    /// What it takes to show even one of them.
    pub overhead: usize,
    /// Renders an entry.
    pub entry: Box<dyn Fn(usize, Size) -> Result<String, MarkdownError> + 'a>,
    /// The entries that are shown.
    pub shown: Vec<String>,
}

impl Shelf<'_> {
    /// The entries that are shown, as lines.
    pub fn body(&self) -> String {
        self.shown.join("\n")
    }

    /// Shows as many more entries as fit, and says how much room they take. An entry that does not fit with everything is shown
    /// small; one that does not fit at all ends the list, so that nothing grave is left out for something harmless.
    fn fill(&mut self, room: usize) -> Result<usize, MarkdownError> {
        let mut used = 0;
        while self.shown.len() < self.total {
            let overhead = if self.shown.is_empty() {
                self.overhead
            } else {
                0
            };
            let Some(rest) = room.checked_sub(used + overhead) else {
                break;
            };
            let mut text = (self.entry)(self.shown.len(), LARGE)?;
            if text.len() >= rest {
                text = (self.entry)(self.shown.len(), SMALL)?;
            }
            if text.len() >= rest {
                break;
            }
            used += overhead + text.len() + 1;
            self.shown.push(text);
        }
        Ok(used)
    }
}

/// Fills shelves: each up to its share, then in order with what is left.
pub(super) fn fill(shelves: &mut [Shelf<'_>], room: usize) -> Result<(), MarkdownError> {
    let mut left = room;
    for is_shared in [true, false] {
        for shelf in &mut *shelves {
            let allowed = if is_shared {
                left.min(room * shelf.share / 100)
            } else {
                left
            };
            left -= shelf.fill(allowed)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Shelf, fill};

    fn shelf(total: usize, share: usize) -> Shelf<'static> {
        Shelf {
            total,
            share,
            overhead: 10,
            entry: Box::new(|index, _| Ok(format!("entry {index:03}"))),
            shown: Vec::new(),
        }
    }

    #[test]
    fn each_gets_its_share_and_then_what_is_left() {
        let mut shelves = [shelf(100, 50), shelf(2, 50)];
        fill(&mut shelves, 200).unwrap();
        assert_eq!(shelves[1].shown.len(), 2);
        // 200 - (10 + 2 * 10) leaves 170: its overhead and sixteen entries.
        assert_eq!(shelves[0].shown.len(), 16);
        assert_eq!(shelves[0].shown[0], "entry 000");
    }

    #[test]
    fn nothing_is_shown_where_there_is_no_room() {
        let mut shelves = [shelf(3, 100)];
        fill(&mut shelves, 12).unwrap();
        assert!(shelves[0].shown.is_empty());
    }
}
