//! The standard library, as it stands in `stdlib/`.

/// Path below `stdlib/` and text of every file, sorted by path.
pub(crate) static STDLIB: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/stdlib.rs"));

/// The text of a file of the standard library.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    let place = STDLIB
        .binary_search_by(|(known, _)| (*known).cmp(path))
        .ok()?;
    Some(STDLIB[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_sources_sorted_by_path() {
        assert!(STDLIB.is_sorted_by_key(|(path, _)| *path));
        assert!(text("prelude.plat").is_some_and(|text| text.contains("extend service")));
        assert!(text("plat.toml").is_some());
        assert_eq!(text("nothing.plat"), None);
    }
}
