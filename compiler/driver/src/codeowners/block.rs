//! The part of a CODEOWNERS file that is ours: between two marks. All the rest is kept byte for byte.

use std::ops::Range;

/// What stands behind the mark, so that people know.
const NOTE: &str = "# Written by `platc codeowners`: edits between these marks are lost.";

/// The marks of a project's block. Several projects of one repository have a block each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    begin: String,
    end: String,
}

/// A block without its end, or an end without its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unpaired {
    /// The line of the mark that is alone, from 1.
    pub(super) line: usize,
}

impl Marks {
    /// The marks of the project in a folder of the repository; an empty folder is the top.
    pub(super) fn of(project: &str) -> Self {
        let behind = if project.is_empty() {
            String::new()
        } else {
            format!(" {}", project.replace(char::is_control, "?"))
        };
        Self {
            begin: format!("# BEGIN platc{behind}"),
            end: format!("# END platc{behind}"),
        }
    }

    /// The text with these lines as its block, at the end: there a rule wins over all others. Without lines, there is no block.
    ///
    /// # Errors
    /// When a mark is alone: then nobody knows what is ours.
    pub(super) fn replaced(&self, text: &str, lines: &[String]) -> Result<String, Unpaired> {
        let blocks = self.blocks(text)?;
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let block = self.block(lines, newline);
        // Where it is followed by other projects' blocks alone, it stays, so that projects do not push each other away.
        if let [only] = blocks.as_slice()
            && !lines.is_empty()
            && is_blocks(&text[only.end..])
        {
            return Ok(format!(
                "{}{block}{}",
                &text[..only.start],
                &text[only.end..]
            ));
        }
        let mut rest = String::with_capacity(text.len() + block.len());
        let mut from = 0;
        for block in blocks {
            rest.push_str(&text[from..block.start]);
            from = block.end;
        }
        rest.push_str(&text[from..]);
        if lines.is_empty() {
            return Ok(rest);
        }
        if !rest.is_empty() && !rest.ends_with('\n') {
            rest.push_str(newline);
        }
        let blank = format!("{newline}{newline}");
        if !rest.is_empty() && !rest.ends_with(&blank) {
            rest.push_str(newline);
        }
        rest.push_str(&block);
        Ok(rest)
    }

    fn block(&self, lines: &[String], newline: &str) -> String {
        let all = [self.begin.as_str(), NOTE].into_iter();
        let all = all
            .chain(lines.iter().map(String::as_str))
            .chain([self.end.as_str()]);
        all.flat_map(|line| [line, newline]).collect()
    }

    /// Where the blocks are, with the ends of their last lines.
    fn blocks(&self, text: &str) -> Result<Vec<Range<usize>>, Unpaired> {
        let mut found = Vec::new();
        let mut open: Option<(usize, usize)> = None;
        let mut offset = 0;
        for (place, line) in text.split_inclusive('\n').enumerate() {
            let mark = line.trim();
            if mark == self.begin {
                if open.is_some() {
                    return Err(Unpaired { line: place + 1 });
                }
                open = Some((offset, place + 1));
            } else if mark == self.end {
                let (start, _) = open.take().ok_or(Unpaired { line: place + 1 })?;
                found.push(start..offset + line.len());
            }
            offset += line.len();
        }
        match open {
            Some((_, line)) => Err(Unpaired { line }),
            None => Ok(found),
        }
    }
}

/// Whether a text consists of blocks and nothing else.
fn is_blocks(text: &str) -> bool {
    let mut within = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("# BEGIN platc") {
            within = true;
        } else if line.starts_with("# END platc") {
            within = false;
        } else if !within && !line.is_empty() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_block_is_put_behind_everything_else_and_replaced_there() {
        let marks = Marks::of("");
        let first = marks
            .replaced("* @all", &lines(&["/a @b"]))
            .expect("no marks");
        assert_eq!(
            first,
            format!("* @all\n\n# BEGIN platc\n{NOTE}\n/a @b\n# END platc\n")
        );
        let second = marks.replaced(&first, &lines(&["/c @d"])).expect("paired");
        assert_eq!(second, first.replace("/a @b", "/c @d"));
        let moved = marks
            .replaced(&format!("{second}/late @e\n"), &lines(&["/c @d"]))
            .expect("paired");
        assert_eq!(
            moved,
            format!("* @all\n\n/late @e\n\n# BEGIN platc\n{NOTE}\n/c @d\n# END platc\n")
        );
        assert_eq!(marks.replaced(&second, &[]).expect("paired"), "* @all\n\n");
        assert_eq!(marks.replaced("", &[]).expect("paired"), "");
    }

    #[test]
    fn projects_do_not_push_each_other_away() {
        let (top, shop) = (Marks::of(""), Marks::of("shop"));
        let both = shop
            .replaced(
                &top.replaced("", &lines(&["/a @b"])).expect("no marks"),
                &lines(&["/shop/a @b"]),
            )
            .expect("paired");
        assert_eq!(top.replaced(&both, &lines(&["/a @b"])).as_ref(), Ok(&both));
        assert_eq!(shop.replaced(&both, &lines(&["/shop/a @b"])), Ok(both));
    }

    #[test]
    fn a_mark_that_is_alone_is_an_error() {
        let marks = Marks::of("");
        for (text, line) in [
            ("a\n# BEGIN platc\n/a @b\n", 2),
            ("# END platc\n", 1),
            ("# BEGIN platc\n# BEGIN platc\n# END platc\n", 2),
        ] {
            assert_eq!(marks.replaced(text, &[]), Err(Unpaired { line }), "{text}");
        }
    }

    #[test]
    fn line_ends_stay_what_they_are() {
        let marks = Marks::of("");
        let text = marks
            .replaced("* @all\r\n", &lines(&["/a @b"]))
            .expect("no marks");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert_eq!(
            marks.replaced(&text, &lines(&["/a @b"])).as_ref(),
            Ok(&text)
        );
    }

    proptest! {
        #[test]
        fn the_rest_is_kept_byte_for_byte(
            pieces in proptest::collection::vec("(\\* @a|#x| |é|\r)?\n|# BEGIN platc\n|# END platc\n|[a-z]{1,3}", 0..12),
        ) {
            let text = pieces.concat();
            let marks = Marks::of("");
            let ours = lines(&["/ours @b"]);
            if let Ok(once) = marks.replaced(&text, &ours) {
                let again = marks.replaced(&once, &ours);
                prop_assert_eq!(again.as_ref(), Ok(&once));
                let without = marks.replaced(&once, &[]).expect("it was paired");
                let before = marks.replaced(&text, &[]).expect("it was paired");
                prop_assert!(without.starts_with(&before));
                prop_assert!(without[before.len()..].trim().is_empty());
            }
        }
    }
}
