//! In which unit a field wants a bare number, told by its name: Kubernetes has no other place for it.

use plat_model::schema::SinkUnit;

/// Names that mean a percentage without saying so.
const PERCENT: &[&str] = &[
    "averageUtilization",
    "cpuUtilization",
    "percentage",
    "targetAverageUtilization",
];

/// The unit of a number field of this name.
#[must_use]
pub fn sink_unit(field: &str) -> Option<SinkUnit> {
    if PERCENT.contains(&field) || has_word(field, "percent") || has_word(field, "percentage") {
        return Some(SinkUnit::Percent);
    }
    if ["milliseconds", "millis"]
        .iter()
        .any(|word| has_word(field, word))
    {
        return Some(SinkUnit::Milliseconds);
    }
    if ["seconds", "secs"].iter().any(|word| has_word(field, word)) {
        return Some(SinkUnit::Seconds);
    }
    if has_word(field, "bytes") {
        return Some(SinkUnit::Bytes);
    }
    None
}

/// Whether a camel-case name has this word, given in lower case.
fn has_word(field: &str, word: &str) -> bool {
    let mut start = 0;
    let bytes = field.as_bytes();
    for end in 1..=bytes.len() {
        if (end == bytes.len() || bytes[end].is_ascii_uppercase()) && start < end {
            if bytes[start..end].eq_ignore_ascii_case(word.as_bytes()) {
                return true;
            }
            start = end;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use plat_model::schema::SinkUnit::{Bytes, Milliseconds, Percent, Seconds};

    use super::sink_unit;

    #[test]
    fn units_follow_the_words_of_a_name() {
        for (field, unit) in [
            ("terminationGracePeriodSeconds", Some(Seconds)),
            ("ttlSecondsAfterFinished", Some(Seconds)),
            ("seconds", Some(Seconds)),
            ("averageUtilization", Some(Percent)),
            ("targetCPUUtilizationPercentage", Some(Percent)),
            ("intervalMilliseconds", Some(Milliseconds)),
            ("limitBytes", Some(Bytes)),
            ("replicas", None),
            ("secondary", None),
            ("", None),
        ] {
            assert_eq!(sink_unit(field), unit, "{field}");
        }
    }
}
