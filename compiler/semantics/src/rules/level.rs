//! How strictly a rule is kept, and from when.

use plat_model::Date;

use crate::hir::{Body, Entry, EntryOp, Expr};
use crate::infer::entry_name;

/// How strictly a rule is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It is not judged.
    Off,
    /// What breaks it is a warning.
    Warn,
    /// What breaks it is an error.
    Deny,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// A level as it is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeclaredLevel {
    /// `level = deny`
    Always(Level),
    /// `level { warn = …, deny = … }`
    From {
        /// The first day on which it warns.
        warn: Option<Date>,
        /// The first day on which it denies.
        deny: Option<Date>,
    },
}

impl DeclaredLevel {
    /// The level on a day; without one, the strictest.
    #[must_use]
    pub fn on(self, today: Option<Date>) -> Level {
        let Some(today) = today else {
            return self.strictest();
        };
        match self {
            Self::Always(level) => level,
            Self::From { warn, deny } => {
                if deny.is_some_and(|deny| deny <= today) {
                    Level::Deny
                } else if warn.is_some_and(|warn| warn <= today) {
                    Level::Warn
                } else {
                    Level::Off
                }
            }
        }
    }

    /// The level that it will come to: what artifacts use, which never depend on the date.
    #[must_use]
    pub fn strictest(self) -> Level {
        match self {
            Self::Always(level) => level,
            Self::From { deny: Some(_), .. } => Level::Deny,
            Self::From { warn: Some(_), .. } => Level::Warn,
            Self::From { .. } => Level::Off,
        }
    }

    /// The first day on which it is stricter than today, if there is one.
    #[must_use]
    pub fn stricter_from(self, today: Option<Date>) -> Option<Date> {
        let (Self::From { warn, deny }, Some(today)) = (self, today) else {
            return None;
        };
        let later = [warn, deny].into_iter().flatten();
        later.filter(|date| *date > today).min()
    }

    /// What entries say of the level; `None` if they say nothing of it.
    pub(crate) fn read(body: &Body, entries: &[Entry]) -> Option<Self> {
        let entry = entries
            .iter()
            .find(|entry| entry_name(entry) == Some("level"))?;
        match &entry.op {
            EntryOp::Set(value) => level_word(&body.exprs[value.0 as usize]).map(Self::Always),
            EntryOp::Into(dates) => {
                let date = |name: &str| {
                    let entry = dates.iter().find(|entry| entry_name(entry) == Some(name))?;
                    match &entry.op {
                        EntryOp::Set(value) => match &body.exprs[value.0 as usize] {
                            Expr::Date(date) => Some(*date),
                            _ => None,
                        },
                        _ => None,
                    }
                };
                Some(Self::From {
                    warn: date("warn"),
                    deny: date("deny"),
                })
            }
            _ => None,
        }
    }
}

/// The level that a word means.
#[must_use]
pub fn level_word(expr: &Expr) -> Option<Level> {
    let Expr::Name(name) = expr else {
        return None;
    };
    match name.as_str() {
        "off" => Some(Level::Off),
        "warn" => Some(Level::Warn),
        "deny" => Some(Level::Deny),
        _ => None,
    }
}
