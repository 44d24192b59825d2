//! Numbers, plurals and lists, as people read them.

use crate::state::Source;

/// `1 object`, `12 objects`, `70,000 objects`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{} {}", grouped(number), plural(noun))
    }
}

/// A number with a comma for each thousand.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The plural of a noun or of the kind of an object: `policies`, `Ingresses`, `NetworkPolicies`, `aws_db_instance`.
pub(super) fn plural(noun: &str) -> String {
    if noun.contains('_') {
        // A type of Terraform's is a name, not a word.
        return noun.to_owned();
    }
    let before_last = noun.chars().rev().nth(1);
    let is_consonant = before_last.is_some_and(|letter| !"aeiou".contains(letter));
    if noun.ends_with('y') && is_consonant {
        format!("{}ies", &noun[..noun.len() - 1])
    } else if noun == "Endpoints" {
        noun.to_owned()
    } else if ["s", "x", "ch", "sh"].iter().any(|end| noun.ends_with(end)) {
        format!("{noun}es")
    } else {
        format!("{noun}s")
    }
}

/// `a`, `a and b`, `a, b and c`, and with more than `most`: `a, b and 7 more`.
pub(super) fn listed<T: AsRef<str>>(items: &[T], most: usize) -> String {
    let shown = if items.len() > most {
        // One more than allowed is shown rather than counted: "and 1 more" is no shorter.
        if items.len() == most + 1 {
            most + 1
        } else {
            most
        }
    } else {
        items.len()
    };
    let mut parts: Vec<&str> = items[..shown].iter().map(AsRef::as_ref).collect();
    let rest = (shown < items.len()).then(|| format!("{} more", grouped(items.len() - shown)));
    parts.extend(rest.as_deref());
    match parts.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// A place as people write it: `platform/http.plat:12`.
pub(super) fn place(source: &Source) -> String {
    format!("{}:{}", source.path, source.line)
}

/// In what a place lies: `capability HttpService`.
pub(super) fn holder(source: &Source) -> String {
    let name = &source.declaration;
    format!("{} {}", name.kind, name.name).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{count, listed, plural};

    #[test]
    fn nouns_follow_their_number() {
        assert_eq!(count(1, "object"), "1 object");
        assert_eq!(count(0, "object"), "0 objects");
        assert_eq!(count(1_234_567, "object"), "1,234,567 objects");
        assert_eq!(plural("NetworkPolicy"), "NetworkPolicies");
        assert_eq!(plural("Ingress"), "Ingresses");
        assert_eq!(plural("Gateway"), "Gateways");
        assert_eq!(plural("Endpoints"), "Endpoints");
    }

    #[test]
    fn lists_say_how_many_they_leave_out() {
        assert_eq!(listed::<&str>(&[], 3), "");
        assert_eq!(listed(&["a"], 3), "a");
        assert_eq!(listed(&["a", "b", "c"], 3), "a, b and c");
        assert_eq!(listed(&["a", "b", "c", "d"], 3), "a, b, c and d");
        assert_eq!(listed(&["a", "b", "c", "d", "e"], 3), "a, b, c and 2 more");
    }
}
