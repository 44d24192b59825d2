//! What day it is. Findings may depend on it, artifacts never do.

use std::time::{SystemTime, UNIX_EPOCH};

use plat_driver::Date;

const SECONDS_A_DAY: u64 = 86_400;

/// Today, in UTC; nothing on a machine without a clock.
pub(crate) fn today() -> Option<Date> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    Date::from_days(i64::try_from(seconds / SECONDS_A_DAY).ok()?)
}
