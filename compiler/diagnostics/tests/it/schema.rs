//! The part of JSON Schema that `check.schema.json` uses, so that the schema is tested against the renderer.

use serde_json::Value;

/// Every place where the value breaks the schema: its path, and how.
pub fn violations(value: &Value, schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(value, schema, schema, "$", &mut found);
    found
}

fn check(value: &Value, schema: &Value, root: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').expect("only local references");
        let target = root
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{reference} leads nowhere"));
        return check(value, target, root, path, found);
    }
    for keyword in schema.as_object().expect("a schema is an object").keys() {
        let known = [
            "$schema",
            "$id",
            "$defs",
            "title",
            "description",
            "type",
            "const",
            "enum",
            "pattern",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "minimum",
            "anyOf",
        ];
        assert!(
            known.contains(&keyword.as_str()),
            "this check does not know `{keyword}`"
        );
    }
    if let Some(options) = schema["anyOf"].as_array() {
        let fits = |option: &Value| {
            let mut inner = Vec::new();
            check(value, option, root, path, &mut inner);
            inner.is_empty()
        };
        if !options.iter().any(fits) {
            found.push(format!("{path}: fits none of anyOf"));
        }
    }
    if let Some(kind) = schema["type"].as_str() {
        let fits = match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_u64() || value.is_i64(),
            "null" => value.is_null(),
            other => panic!("this check does not know the type `{other}`"),
        };
        if !fits {
            found.push(format!("{path}: not of type {kind}"));
            return;
        }
    }
    if schema.get("const").is_some_and(|wanted| wanted != value) {
        found.push(format!("{path}: not {}", schema["const"]));
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|words| !words.contains(value))
    {
        found.push(format!("{path}: not one of {}", schema["enum"]));
    }
    if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str()) {
        assert_eq!(
            pattern, "^PLT[0-9]{4}$",
            "the only pattern that this check knows"
        );
        let digits = text.strip_prefix("PLT").unwrap_or_default();
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            found.push(format!("{path}: not {pattern}"));
        }
    }
    let minimum = schema["minimum"].as_i64();
    if minimum.is_some_and(|minimum| value.as_i64().is_some_and(|number| number < minimum)) {
        found.push(format!("{path}: below {}", schema["minimum"]));
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        for (place, item) in list.iter().enumerate() {
            check(item, items, root, &format!("{path}[{place}]"), found);
        }
    }
    if let Some(fields) = value.as_object() {
        let properties = &schema["properties"];
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().expect("a name");
            if !fields.contains_key(name) {
                found.push(format!("{path}.{name}: missing"));
            }
        }
        for (name, field) in fields {
            match properties.get(name) {
                Some(schema) => check(field, schema, root, &format!("{path}.{name}"), found),
                None if schema["additionalProperties"] == Value::Bool(false) => {
                    found.push(format!("{path}.{name}: unknown"));
                }
                None => {}
            }
        }
    }
}
