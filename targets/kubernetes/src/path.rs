//! Where in an object something is.

use std::fmt;

/// A step into an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Into a record or map.
    Key(Box<str>),
    /// Into a list.
    Index(usize),
}

/// Writes a path as `spec.containers[0].ports`; keys that are not words stand in quotes: `labels["a/b"]`.
#[derive(Clone, Copy, Debug)]
pub struct Dotted<'p>(pub &'p [Segment]);

impl fmt::Display for Dotted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if is_word(key) => {
                    write!(f, "{}{key}", if at == 0 { "" } else { "." })?;
                }
                Segment::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

fn is_word(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::{Dotted, Segment};

    #[test]
    fn paths_read_as_people_write_them() {
        let key = |key: &str| Segment::Key(key.into());
        let path = [
            key("spec"),
            key("containers"),
            Segment::Index(0),
            key("limits"),
            key("example.com/gpu"),
            key("x"),
        ];
        assert_eq!(
            Dotted(&path).to_string(),
            r#"spec.containers[0].limits["example.com/gpu"].x"#
        );
        assert_eq!(Dotted(&[]).to_string(), "");
    }
}
