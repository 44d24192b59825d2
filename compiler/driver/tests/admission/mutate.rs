//! Objects that are made of others along the fields that a rule reads, as an API server would still take them.

use std::collections::{BTreeMap, BTreeSet};

use plat_model::rule::{Expr, Rule, Subject};
use plat_model::schema::{SchemaId, Schemas, Shape, VersionId};
use serde_json::{Map, Value as Json, json};

/// Changes objects of the kinds that a rule speaks of.
pub struct Mutator<'s> {
    store: &'s dyn Schemas,
    /// The fields and keys that it reads.
    names: BTreeSet<String>,
    /// The texts and numbers that it names.
    texts: Vec<String>,
    numbers: Vec<i64>,
    subject: Subject,
    /// The types of all kinds, in the newest version.
    kinds: BTreeMap<(String, String), SchemaId>,
    state: u64,
}

impl<'s> Mutator<'s> {
    pub fn new(store: &'s dyn Schemas, rule: &Rule) -> Self {
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut texts: BTreeSet<String> = BTreeSet::new();
        let mut numbers: BTreeSet<i64> = [0, 1, 2, 22, 443, 1000, 8080, 65535].into();
        let mut read = |part: &Expr| match part {
            Expr::Field(_, name, _) => {
                names.insert(name.clone());
            }
            Expr::Text(text) => {
                texts.insert(text.clone());
            }
            Expr::Map(entries) => texts.extend(entries.iter().map(|(key, _)| key.clone())),
            Expr::Int(number) => numbers.extend([*number - 1, *number, *number + 1]),
            Expr::Containers | Expr::IsInit(_) => {
                names.extend(["containers", "initContainers", "restartPolicy"].map(str::to_owned));
            }
            _ => {}
        };
        for requirement in &rule.requirements {
            requirement.condition.walk(&mut |part, _| read(part));
        }
        if let Some(concerns) = &rule.concerns {
            concerns.walk(&mut |part, _| read(part));
        }
        if rule.subject == Subject::Containers {
            read(&Expr::Containers);
        }
        Self {
            store,
            names,
            texts: texts.into_iter().collect(),
            numbers: numbers.into_iter().collect(),
            subject: rule.subject.clone(),
            kinds: kinds(store),
            state: 0x9e37_79b9_7f4a_7c15,
        }
    }

    fn random(&mut self, below: usize) -> usize {
        // A sequence that is the same in every run.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap_or(0) % below.max(1)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.random(100) < percent
    }

    /// One more object, made of one of others; of nothing where the project has none.
    pub fn object(&mut self, bases: &[&Json], number: usize) -> Option<Json> {
        let mut object = match bases.get(number % bases.len().max(1)) {
            Some(base) if !number.is_multiple_of(5) => (*base).clone(),
            _ => self.fresh()?,
        };
        let schema = self.schema_of(&object)?;
        for _ in 0..=self.random(4) {
            let mut spots = Vec::new();
            self.spots(&object, schema, &mut String::new(), &mut spots);
            if spots.is_empty() {
                break;
            }
            let (pointer, record) = spots.swap_remove(self.random(spots.len()));
            self.change(object.pointer_mut(&pointer)?, record);
        }
        distinguish(&mut object);
        Some(object)
    }

    fn schema_of(&self, object: &Json) -> Option<SchemaId> {
        let text = |key: &str| object[key].as_str().map(str::to_owned);
        self.kinds
            .get(&(text("apiVersion")?, text("kind")?))
            .copied()
    }

    /// An object of a kind that the rule speaks of, made of nothing.
    fn fresh(&mut self) -> Option<Json> {
        let (api_version, kind) = match self.subject.clone() {
            Subject::Kind { api_version, kind } => (api_version, kind),
            Subject::Objects => ("v1".to_owned(), "ConfigMap".to_owned()),
            _ => {
                let kinds = [
                    ("apps/v1", "Deployment"),
                    ("v1", "Pod"),
                    ("batch/v1", "CronJob"),
                    ("batch/v1", "Job"),
                    ("apps/v1", "ReplicaSet"),
                    ("v1", "PodTemplate"),
                ];
                let (api_version, kind) = kinds[self.random(kinds.len())];
                (api_version.to_owned(), kind.to_owned())
            }
        };
        let head = json!({ "apiVersion": api_version, "kind": kind });
        let schema = self.schema_of(&head)?;
        let mut object = self.value(schema, 0);
        object["apiVersion"] = head["apiVersion"].clone();
        object["kind"] = head["kind"].clone();
        if object["metadata"]["name"].is_null() {
            object["metadata"]["name"] = "made".into();
        }
        Some(object)
    }

    /// Every record in a value that has a field of those that the rule reads.
    fn spots(
        &self,
        value: &Json,
        schema: SchemaId,
        at: &mut String,
        spots: &mut Vec<(String, SchemaId)>,
    ) {
        let before = at.len();
        match (&self.store.schema(schema).shape, value) {
            (Shape::Record { fields, .. }, Json::Object(present)) => {
                if fields.iter().any(|field| self.is_open(&field.name)) {
                    spots.push((at.clone(), schema));
                }
                for (name, value) in present {
                    if let Some(field) = fields.iter().find(|field| *field.name == **name) {
                        at.push('/');
                        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
                        self.spots(value, field.ty, at, spots);
                        at.truncate(before);
                    }
                }
            }
            (Shape::List { element, .. }, Json::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    at.push_str(&format!("/{index}"));
                    self.spots(item, *element, at, spots);
                    at.truncate(before);
                }
            }
            _ => {}
        }
    }

    /// Whether a field is one to change.
    fn is_open(&self, name: &str) -> bool {
        // What an API server demands of every pod stays.
        let of_pods = matches!(self.subject, Subject::Pods | Subject::Containers);
        self.names.contains(name)
            && !["apiVersion", "kind", "metadata", "template"].contains(&name)
            && !(of_pods && name == "spec")
    }

    fn change(&mut self, record: &mut Json, schema: SchemaId) {
        let Shape::Record { fields, .. } = &self.store.schema(schema).shape else {
            return;
        };
        let open: Vec<_> = fields
            .iter()
            .filter(|field| self.is_open(&field.name))
            .collect();
        let field = open[self.random(open.len())];
        let Some(record) = record.as_object_mut() else {
            return;
        };
        let present = record.contains_key(&*field.name);
        if present && !field.required && self.chance(30) {
            record.remove(&*field.name);
            return;
        }
        if let Some(Json::Array(items)) = record.get_mut(&*field.name)
            && items.len() > 1
            && self.chance(30)
        {
            let index = self.random(items.len());
            items.remove(index);
            return;
        }
        let value = self.value(field.ty, 0);
        record.insert(field.name.to_string(), value);
    }

    /// A text, mostly one that the rule itself names.
    fn any_text(&mut self) -> String {
        let others = OTHERS.len();
        let index = match self.texts.is_empty() || self.chance(40) {
            true => self.random(others),
            false => others + self.random(self.texts.len()),
        };
        match OTHERS.get(index) {
            Some(other) => (*other).to_owned(),
            None => self.texts[index - others].clone(),
        }
    }

    fn any_number(&mut self) -> i64 {
        let index = self.random(self.numbers.len());
        self.numbers[index]
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.random(3) {
            text.push_str(&self.any_text());
            if self.chance(60) {
                break;
            }
        }
        text
    }

    /// A value of a type, with what the rule reads in it.
    fn value(&mut self, schema: SchemaId, depth: usize) -> Json {
        match &self.store.schema(schema).shape {
            Shape::Bool => Json::Bool(self.chance(50)),
            Shape::Int { min, max } => {
                let number = self.any_number();
                let number = number
                    .max(min.unwrap_or(i64::MIN))
                    .min(max.unwrap_or(i64::MAX));
                number.into()
            }
            Shape::Number { .. } => 1.into(),
            Shape::Text(rules) if !rules.one_of.is_empty() => rules.one_of
                [self.random(rules.one_of.len())]
            .to_string()
            .into(),
            Shape::Text(_) => self.text().into(),
            Shape::Quantity => ["1", "500m", "64Mi"][self.random(3)].into(),
            Shape::IntOrText => match self.chance(50) {
                true => self.any_number().into(),
                false => ["0", "0%", "50%", "100%", "http"][self.random(5)].into(),
            },
            Shape::List {
                element, min_items, ..
            } => {
                let least = min_items.unwrap_or(0) as usize;
                let count = least.max(self.random(4));
                (0..count)
                    .map(|_| self.value(*element, depth + 1))
                    .collect()
            }
            Shape::Map { value } => {
                let count = self.random(3);
                let entries = (0..count).map(|_| {
                    let key = self.any_text();
                    (key, self.value(*value, depth + 1))
                });
                Json::Object(entries.collect())
            }
            Shape::Record { fields, .. } => {
                let mut record = Map::new();
                for field in fields {
                    let needed = field.required
                        || ["spec", "template", "jobTemplate", "metadata"].contains(&&*field.name)
                            && depth < 6
                        || &*field.name == "containers";
                    let wanted = self.names.contains(&*field.name) && depth < 12 && self.chance(60);
                    if needed || wanted {
                        let value = self.value(field.ty, depth + 1);
                        record.insert(field.name.to_string(), value);
                    }
                }
                Json::Object(record)
            }
            Shape::Any => json!({}),
        }
    }
}

fn kinds(store: &dyn Schemas) -> BTreeMap<(String, String), SchemaId> {
    let last = u16::try_from(store.versions().len() - 1).expect("few versions");
    let version = VersionId(last);
    let ids = store.paths(version).into_iter();
    let known = ids.filter_map(|path| {
        let id = store.resolve(version, path)?;
        let object = store.schema(id).object.as_ref()?;
        Some((
            (object.api_version.to_string(), object.kind.to_string()),
            id,
        ))
    });
    known.collect()
}

/// Texts that rules tell apart by their parts.
const OTHERS: [&str; 18] = [
    "",
    "x",
    "a/b:c",
    "0",
    "100%",
    "http",
    "ghcr.io/acme/api:1.2.3",
    "ghcr.io/acme/api@sha256:0123",
    "api:latest",
    "api",
    "localhost:5000/api",
    "NET_BIND_SERVICE",
    "RuntimeDefault",
    "/var/run/docker.sock",
    "/etc/",
    "DB_PASSWORD",
    "TOKEN_FILE",
    "somebody@example.com",
];

/// Gives the containers of each pod names of their own, as an API server demands.
fn distinguish(value: &mut Json) {
    match value {
        Json::Object(fields) => {
            if fields.contains_key("containers") {
                let mut number = 0;
                for list in ["initContainers", "containers", "ephemeralContainers"] {
                    let Some(Json::Array(items)) = fields.get_mut(list) else {
                        continue;
                    };
                    for item in items {
                        item["name"] = format!("c{number}").into();
                        number += 1;
                    }
                }
            }
            fields.values_mut().for_each(distinguish);
        }
        Json::Array(items) => items.iter_mut().for_each(distinguish),
        _ => {}
    }
}
