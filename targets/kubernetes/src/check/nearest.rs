//! Which of several names was meant.

/// The one of `names` that is a slip or two away from `wrong`: none when several are as near or none is near.
pub(super) fn nearest<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // One slip in four letters is a slip; more is another word.
    let allowed = (wrong.chars().count() / 4).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for name in names {
        let distance = if name.eq_ignore_ascii_case(wrong) {
            0
        } else {
            distance(wrong, name)
        };
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, _)) if distance == least => tied = true,
            _ => (best, tied) = (Some((distance, name)), false),
        }
    }
    best.filter(|(distance, _)| *distance <= allowed && !tied)
        .map(|(_, name)| name)
}

/// How many letters to insert, delete, change or swap with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // Names this different in length are never near.
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn one_near_name_is_meant() {
        let fields = [
            "image",
            "imagePullPolicy",
            "name",
            "args",
            "command",
            "ports",
        ];
        for (wrong, meant) in [
            ("imagee", Some("image")),
            ("iamge", Some("image")),
            ("Image", Some("image")),
            ("imagePullPolcy", Some("imagePullPolicy")),
            ("prots", Some("ports")),
            ("volumes", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(wrong, fields.into_iter()), meant, "{wrong}");
        }
        assert_eq!(
            nearest("ab", ["aa", "bb"].into_iter()),
            None,
            "two are as near"
        );
    }
}
