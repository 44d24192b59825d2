//! Rules about objects as plain data: what a target can say in a language of its own, so that a cluster keeps them, too.
//!
//! A value that may be absent is a value of another sort here: [`Expr::Given`] makes one of a value that is there,
//! [`Expr::Present`] and [`Expr::OrElse`] look into it. Nothing else does, so that a language without a value for *absent* can
//! say all of it.

/// A rule about each object of some kinds.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name with its folder, and with its package if it is another one's: letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// What it speaks of.
    pub subject: Subject,
    /// Of which of them it speaks; of all if there is no condition.
    pub concerns: Option<Expr>,
    /// What must hold, each by itself.
    pub requirements: Vec<Requirement>,
    /// Why.
    pub because: String,
    /// Where it is explained.
    pub docs: Option<String>,
    /// Who stands behind it.
    pub sponsor: Option<String>,
    /// Whether what breaks it is refused; otherwise whoever breaks it is warned.
    pub denies: bool,
}

/// What a rule speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Objects of one kind.
    Kind {
        /// `apps/v1`, or `v1` for the core group.
        api_version: String,
        /// `Deployment`.
        kind: String,
    },
    /// Objects of all kinds.
    Objects,
    /// Pods, wherever a template of one stands.
    Pods,
    /// Their containers: [`CONTAINER`] stands for one.
    Containers,
}

/// The binder of the container that a rule speaks of.
pub const CONTAINER: Binder = Binder(0);

/// Something that must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// Its place among all that the rule requires, of which some cannot be said.
    pub place: usize,
    /// What.
    pub condition: Expr,
    /// What to say where it does not.
    pub message: Option<Expr>,
}

/// What a loop binds, by a number of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Binder(pub u32);

/// An expression over an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A value that is absent.
    Absent,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// Elements in order.
    List(Vec<Item>),
    /// Entries by text.
    Map(Vec<(String, Expr)>),
    /// What a loop binds.
    Binder(Binder),
    /// The object.
    Object,
    /// The template of a pod in it, or the object itself if it is one.
    Pod,
    /// All containers of that pod.
    Containers,
    /// Whether a container of that pod ends before the others start.
    IsInit(Box<Expr>),
    /// A field of a value; if it may be missing, the result may be absent.
    Field(Box<Expr>, String, Missing),
    /// An entry of a map or an element of a list.
    At(Box<Expr>, Box<Expr>, Missing),
    /// A value that is there, where one may be absent.
    Given(Box<Expr>),
    /// Whether a value that may be absent is there.
    Present(Box<Expr>),
    /// A value that may be absent, or else another one; the last says whether that may be absent, too.
    OrElse(Box<Expr>, Box<Expr>, Missing),
    /// Whether it does not hold.
    Not(Box<Expr>),
    /// Whether all hold.
    And(Vec<Expr>),
    /// Whether one holds.
    Or(Vec<Expr>),
    /// Two values compared.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// Two whole numbers, or two lists, put together.
    Combine(Combination, Box<Expr>, Box<Expr>),
    /// Whether a list has an element, or a map a key.
    In(Box<Expr>, Box<Expr>),
    /// One of two values.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Texts one after another.
    Concat(Vec<Expr>),
    /// A function of some values.
    Call(Function, Vec<Expr>),
    /// A loop.
    Each(Box<Each>),
}

/// An element of a list that is written out.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The element, or a list of them.
    pub value: Expr,
    /// Whether it is a list of them.
    pub spread: bool,
    /// Whether it is there.
    pub when: Option<Expr>,
}

/// Whether something may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is always there.
    Never,
    /// It may be missing.
    Maybe,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// They are the same; both may be absent or neither.
    Equal,
    /// They are not.
    NotEqual,
    /// Less.
    Less,
    /// Less, or the same.
    LessEqual,
    /// Greater.
    Greater,
    /// Greater, or the same.
    GreaterEqual,
}

/// How two values are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combination {
    /// The sum, or one list after another.
    Add,
    /// The difference.
    Subtract,
    /// The product.
    Multiply,
}

/// A function of some values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// How many elements, entries or characters there are.
    Length,
    /// The sum of whole numbers.
    Sum,
    /// The text of a text, a whole number or a truth value.
    Text,
    /// Whether a text holds another one.
    Contains,
    /// Whether a text starts with another one.
    StartsWith,
    /// Whether a text ends with another one.
    EndsWith,
    /// Whether a regular expression matches somewhere in a text.
    Matches,
    /// A text with all of one text replaced by another one.
    Replace,
    /// The pieces of a text between separators.
    Split,
    /// Texts with a separator between them.
    Join,
    /// A text without white space around it.
    Trim,
    /// The first so many characters of a text.
    Truncate,
}

/// A loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Each {
    /// What comes of it.
    pub result: EachResult,
    /// What stands for an element, or for the key of an entry.
    pub binder: Binder,
    /// The name that people gave it.
    pub name: String,
    /// The list or map.
    pub source: Expr,
    /// Which of them count.
    pub filter: Option<Expr>,
    /// What is asked of each, or made of it.
    pub body: Expr,
}

/// What comes of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EachResult {
    /// Whether the body holds for all.
    All,
    /// Whether it holds for one.
    Any,
    /// The list of what the body makes.
    List,
}

impl Expr {
    /// Whether both hold; what is certain is left out.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Bool(true), other) => other,
            (one, Self::Bool(true)) => one,
            (Self::Bool(false), _) | (_, Self::Bool(false)) => Self::Bool(false),
            (Self::And(mut all), Self::And(more)) => {
                all.extend(more);
                Self::And(all)
            }
            (Self::And(mut all), other) => {
                all.push(other);
                Self::And(all)
            }
            (one, other) => Self::And(vec![one, other]),
        }
    }

    /// Whether one of them holds; what is certain is left out.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Bool(false), other) => other,
            (one, Self::Bool(false)) => one,
            (Self::Bool(true), _) | (_, Self::Bool(true)) => Self::Bool(true),
            (Self::Or(mut all), Self::Or(more)) => {
                all.extend(more);
                Self::Or(all)
            }
            (Self::Or(mut all), other) => {
                all.push(other);
                Self::Or(all)
            }
            (one, other) => Self::Or(vec![one, other]),
        }
    }

    /// Whether it does not hold.
    #[must_use]
    #[allow(clippy::should_implement_trait, reason = "it makes an expression")]
    pub fn not(self) -> Self {
        match self {
            Self::Bool(value) => Self::Bool(!value),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Calls `visit` for the expression and all within it, with how deep they lie, without recursion.
    pub fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Self, usize)) {
        let mut levels = vec![(self, 0)];
        while let Some((expr, depth)) = levels.pop() {
            visit(expr, depth);
            let mut todo: Vec<&'e Self> = Vec::new();
            match expr {
                Self::Absent
                | Self::Bool(_)
                | Self::Int(_)
                | Self::Text(_)
                | Self::Binder(_)
                | Self::Object
                | Self::Pod
                | Self::Containers => {}
                Self::List(items) => {
                    for item in items {
                        todo.push(&item.value);
                        todo.extend(&item.when);
                    }
                }
                Self::Map(entries) => todo.extend(entries.iter().map(|(_, value)| value)),
                Self::IsInit(inner)
                | Self::Field(inner, ..)
                | Self::Given(inner)
                | Self::Present(inner)
                | Self::Not(inner) => todo.push(inner),
                Self::At(one, other, _)
                | Self::OrElse(one, other, _)
                | Self::Compare(_, one, other)
                | Self::Combine(_, one, other)
                | Self::In(one, other) => todo.extend([&**one, &**other]),
                Self::If(condition, then, otherwise) => {
                    todo.extend([&**condition, &**then, &**otherwise]);
                }
                Self::And(all) | Self::Or(all) | Self::Concat(all) | Self::Call(_, all) => {
                    todo.extend(all);
                }
                Self::Each(each) => {
                    todo.extend([&each.source, &each.body]);
                    todo.extend(&each.filter);
                }
            }
            levels.extend(todo.into_iter().map(|expr| (expr, depth + 1)));
        }
    }
}
