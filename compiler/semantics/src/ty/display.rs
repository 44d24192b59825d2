//! Types as a person reads them in a message: in the language's own spelling.

use std::fmt;

use plat_model::Stage;
use plat_model::quantity::{Quantity, ratio_text};

use super::{Bounds, Subject, Type, TypeKind};
use crate::db::{Db, Project};

/// A type that can be printed.
pub struct TypeDisplay<'db> {
    db: &'db dyn Db,
    ty: &'db Type,
}

impl Type {
    /// For printing; names need the database.
    #[must_use]
    pub fn display<'db>(&'db self, db: &'db dyn Db) -> TypeDisplay<'db> {
        TypeDisplay { db, ty: self }
    }

    /// The text of [`Self::display`].
    #[must_use]
    pub fn text(&self, db: &dyn Db) -> String {
        self.display(db).to_string()
    }
}

impl fmt::Display for TypeDisplay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Type {
            kind,
            stage,
            secret,
        } = self.ty;
        let inner = |ty| TypeDisplay { db: self.db, ty };
        let wrapper = match (stage, secret) {
            (Stage::Source, false) => "",
            (Stage::Run, true) => "late<",
            (_, true) => "secret<",
            (Stage::Apply, _) => "deferred<",
            (Stage::Store, _) => "stored<",
            (Stage::Run, _) => "runtime<",
        };
        f.write_str(wrapper)?;
        match kind {
            TypeKind::Error => f.write_str("_")?,
            TypeKind::None => f.write_str("none")?,
            TypeKind::Bool => f.write_str("bool")?,
            TypeKind::Int => f.write_str("int")?,
            TypeKind::Float => f.write_str("float")?,
            TypeKind::String => f.write_str("string")?,
            TypeKind::Date => f.write_str("date")?,
            TypeKind::Ratio => f.write_str("Ratio")?,
            TypeKind::Money => f.write_str("Money")?,
            TypeKind::Quantity(dimension) => match dimension.named() {
                Some(named) => f.write_str(named.name())?,
                None => write!(f, "{dimension}")?,
            },
            TypeKind::Text(kind) => f.write_str(kind.name())?,
            TypeKind::Bounded(bounds) => {
                write!(
                    f,
                    "{} in {}..{}",
                    inner(&bounds.base),
                    bound(bounds, false),
                    bound(bounds, true)
                )?;
            }
            TypeKind::Matching(pattern) => write!(f, "string matching {pattern:?}")?,
            TypeKind::Literals(texts) => {
                for (i, text) in texts.iter().enumerate() {
                    if i > 0 {
                        f.write_str(" | ")?;
                    }
                    write!(f, "{text:?}")?;
                }
            }
            TypeKind::List(element) => write!(f, "list<{}>", inner(element))?,
            TypeKind::Map(value) => write!(f, "map<string, {}>", inner(value))?,
            TypeKind::Optional(of) => write!(f, "{}?", inner(of))?,
            TypeKind::Record(record) => match &record.name {
                Some(name) => f.write_str(name)?,
                None => {
                    f.write_str("{ ")?;
                    for (i, field) in record.fields.iter().enumerate() {
                        if i > 0 {
                            f.write_str(", ")?;
                        }
                        if i == 4 && record.fields.len() > 5 {
                            f.write_str("…")?;
                            break;
                        }
                        write!(f, "{}: {}", field.name, inner(&field.ty))?;
                    }
                    f.write_str(" }")?;
                }
            },
            TypeKind::Enum(decl) | TypeKind::Instance(decl) | TypeKind::Face(decl) => {
                f.write_str(decl.name(self.db))?
            }
            TypeKind::Fact(kind) => f.write_str(kind.word())?,
            TypeKind::Subject(Subject::Instance(None)) => f.write_str("instance")?,
            TypeKind::Subject(Subject::Instance(Some(decl))) => f.write_str(decl.name(self.db))?,
            TypeKind::Subject(Subject::Object(None)) => f.write_str("object")?,
            TypeKind::Subject(Subject::Pod) => f.write_str("pod")?,
            TypeKind::Subject(Subject::Object(Some(id)) | Subject::Container(id)) => {
                let ty = Type::of(TypeKind::Schema(*id));
                write!(f, "{}", inner(&ty))?;
            }
            TypeKind::Schema(id) => {
                let store = Project::get(self.db).kubernetes(self.db);
                match store.0.path(*id) {
                    Some(path) => write!(f, "{}.{path}", store.0.root())?,
                    None => write!(f, "a {} value", store.0.root())?,
                }
            }
        }
        if wrapper.is_empty() {
            Ok(())
        } else {
            f.write_str(">")
        }
    }
}

/// A bound as it would be written.
fn bound(bounds: &Bounds, high: bool) -> String {
    let value = if high { bounds.high } else { bounds.low };
    match &bounds.base.kind {
        TypeKind::Quantity(dimension) => Quantity::new(value, *dimension).to_string(),
        TypeKind::Ratio => ratio_text(value),
        _ => value.to_string(),
    }
}
