//! Regular expressions of the sources and of schemas, compiled once per process.

use std::sync::{Arc, LazyLock, RwLock};

use regex::Regex;
use rustc_hash::FxHashMap;

static COMPILED: LazyLock<RwLock<FxHashMap<String, Option<Arc<Regex>>>>> =
    LazyLock::new(RwLock::default);

/// Beyond so many patterns, the cache starts anew: a long editor session must not grow for ever.
const MAX_CACHED: usize = 4_096;

/// The pattern, or `None` if it is none that this engine reads.
pub fn compiled(pattern: &str) -> Option<Arc<Regex>> {
    if let Some(known) = COMPILED
        .read()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .get(pattern)
    {
        return known.clone();
    }
    let regex = Regex::new(pattern).ok().map(Arc::new);
    let mut cache = COMPILED
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if cache.len() >= MAX_CACHED {
        cache.clear();
    }
    cache.insert(pattern.to_owned(), regex.clone());
    regex
}

/// Whether a text matches. A pattern that this engine cannot read matches everything: whoever declares it hears of it there.
pub fn is_match(pattern: &str, text: &str) -> bool {
    compiled(pattern).is_none_or(|regex| regex.is_match(text))
}
