//! A policy as an API server runs it.

use std::collections::HashMap;
use std::sync::Arc;

use cel::{Context, Env, Program, Value, extensions};
use serde_json::Value as Json;

/// A policy, ready to run.
pub struct Policy {
    env: Arc<Env>,
    kinds: Vec<(String, String)>,
    conditions: Vec<Program>,
    variables: Vec<(String, Program)>,
    validations: Vec<Validation>,
}

struct Validation {
    text: String,
    program: Program,
    message: Option<Program>,
}

impl Policy {
    /// Reads a policy from a list with its binding.
    pub fn read(document: &Json) -> Self {
        let mut env = Env::stdlib();
        extensions::strings(&mut env).expect("the functions on strings");
        let env = Arc::new(env);
        let compile = |text: &Json| {
            let text = text.as_str().expect("an expression");
            env.compile(text)
                .unwrap_or_else(|error| panic!("{text}\n{error}"))
        };
        let spec = &document["items"][0]["spec"];
        let each = |list: &'static str| spec[list].as_array().into_iter().flatten();
        let conditions = each("matchConditions").map(|one| compile(&one["expression"]));
        let variables = each("variables").map(|one| {
            let name = one["name"].as_str().expect("a name").to_owned();
            (name, compile(&one["expression"]))
        });
        let validations = each("validations").map(|one| Validation {
            text: one["expression"]
                .as_str()
                .expect("an expression")
                .to_owned(),
            program: compile(&one["expression"]),
            message: one.get("messageExpression").map(compile),
        });
        let rules = spec["matchConstraints"]["resourceRules"].as_array();
        let kinds = rules.into_iter().flatten().flat_map(|rule| {
            let group = rule["apiGroups"][0].as_str().expect("a group");
            let version = rule["apiVersions"][0].as_str().expect("a version");
            let api_version = match group {
                "" => version.to_owned(),
                group => format!("{group}/{version}"),
            };
            let resources = rule["resources"].as_array().expect("resources");
            resources.iter().map(move |resource| {
                let resource = resource.as_str().expect("a resource").to_owned();
                (api_version.clone(), resource)
            })
        });
        Self {
            kinds: kinds.collect(),
            conditions: conditions.collect(),
            variables: variables.collect(),
            validations: validations.collect(),
            env: Arc::clone(&env),
        }
    }

    /// Whether requests with an object come to it.
    pub fn is_about(&self, object: &Json) -> bool {
        let text = |key: &str| object[key].as_str().unwrap_or_default().to_lowercase();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        let stem = kind.strip_suffix('y').unwrap_or(&kind);
        let plurals = [
            format!("{kind}s"),
            format!("{kind}es"),
            format!("{stem}ies"),
        ];
        let about = |(known, resource): &(String, String)| {
            *known == api_version && plurals.contains(resource)
        };
        self.kinds.iter().any(about)
    }

    /// Whether the policy lets an object pass without looking at it.
    pub fn is_waived(&self, object: &Json) -> bool {
        let context = self.context(object);
        self.conditions
            .iter()
            .any(|condition| condition.execute(&context) == Ok(Value::Bool(false)))
    }

    /// What each validation says of an object.
    pub fn judge(&self, object: &Json) -> Vec<Result<bool, String>> {
        let context = self.context(object);
        let judged = self.validations.iter().map(|validation| {
            let verdict = match validation.program.execute(&context) {
                Ok(Value::Bool(verdict)) => verdict,
                other => return Err(format!("{other:?}")),
            };
            if let (false, Some(message)) = (verdict, &validation.message) {
                match message.execute(&context) {
                    Ok(Value::String(text)) if !text.is_empty() => {}
                    other => return Err(format!("the message is {other:?}")),
                }
            }
            Ok(verdict)
        });
        judged.collect()
    }

    pub fn expression(&self, index: usize) -> &str {
        &self.validations[index].text
    }

    fn context(&self, object: &Json) -> Context<'static, 'static> {
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.add_variable_from_value("object", value(object));
        let mut variables: HashMap<String, Value> = HashMap::new();
        context.add_variable_from_value("variables", variables.clone());
        for (name, program) in &self.variables {
            let made = program.execute(&context);
            let made = made.unwrap_or_else(|error| panic!("{name}: {error}\n{object}"));
            variables.insert(name.clone(), made);
            context.add_variable_from_value("variables", variables.clone());
        }
        context
    }
}

/// Data as an API server hands it to CEL: whole numbers have signs.
fn value(data: &Json) -> Value {
    match data {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(value) => Value::Int(value),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => items.iter().map(value).collect::<Vec<_>>().into(),
        Json::Object(fields) => {
            let fields = fields.iter().map(|(key, data)| (key.clone(), value(data)));
            fields.collect::<HashMap<String, Value>>().into()
        }
    }
}
