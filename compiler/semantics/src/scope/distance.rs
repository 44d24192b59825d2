//! Which of many names was probably meant by one that does not exist.

/// The candidate nearest to what was written, if one is near enough to be worth a suggestion. Ties go to the first in order, so
/// that the answer does not depend on the order of the candidates.
#[must_use]
pub fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .filter(|candidate| *candidate != written)
        .filter_map(|candidate| rank(written, candidate).map(|rank| (rank, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How far a candidate is from what was written: `None` when it is too far to be meant. Another case or separator is nearest.
fn rank(written: &str, candidate: &str) -> Option<usize> {
    if plain(written).eq(plain(candidate)) {
        return Some(0);
    }
    let (a, b): (Vec<char>, Vec<char>) = (written.chars().collect(), candidate.chars().collect());
    let allowed = (a.len().max(b.len()) / 3).clamp(1, 3);
    // One-letter names are all one edit apart from each other.
    if a.len().min(b.len()) < 2 || a.len().abs_diff(b.len()) > allowed {
        return None;
    }
    let distance = edits(&a, &b);
    (distance <= allowed).then_some(distance)
}

fn plain(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .map(|c| c.to_ascii_lowercase())
}

/// Insertions, deletions, replacements and swaps of neighbours.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, &left) in a.iter().enumerate() {
        let mut current = vec![i + 1];
        for (j, &right) in b.iter().enumerate() {
            let mut best = (previous[j] + usize::from(left != right))
                .min(previous[j + 1] + 1)
                .min(current[j] + 1);
            if i > 0 && j > 0 && left == b[j - 1] && a[i - 1] == right {
                best = best.min(before[j - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        for (written, candidates, expected) in [
            ("invntory", vec!["inventory", "orders"], Some("inventory")),
            (
                "Postgress",
                vec!["Postgres", "PostgresReplica"],
                Some("Postgres"),
            ),
            ("imgae", vec!["image", "imago"], Some("image")),
            ("httpservice", vec!["HttpService"], Some("HttpService")),
            (
                "receipt_archive",
                vec!["receipt-archive"],
                Some("receipt-archive"),
            ),
            ("prod", vec!["staging", "dev"], None),
            ("a", vec!["b", "c"], None),
            ("cart", vec!["cast", "card"], Some("card")),
            ("same", vec!["same"], None),
            ("", vec!["ab"], None),
        ] {
            assert_eq!(nearest(written, candidates), expected, "{written}");
        }
    }
}
