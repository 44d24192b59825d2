//! What the Gateway API's definitions demand of values and bindings cannot say: patterns, lengths, bounds, keys of lists.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

/// What a field must keep to.
#[derive(Clone, Copy, Debug)]
enum Limit {
    /// A whole number in these bounds.
    Range(i64, Option<i64>),
    /// One of these numbers, which bindings choose from an enum that they do not use.
    OneOf(&'static [i64]),
    /// Text of these lengths.
    Length(u32, u32),
    /// Text of these lengths that matches.
    Pattern(u32, u32, &'static str),
    /// Text that matches.
    Matches(&'static str),
    /// A list of these lengths.
    Items(u32, u32),
    /// The elements of the list are told apart by these fields.
    Keys(&'static [&'static str]),
    /// The elements of the list are told apart by themselves.
    Set,
}

use Limit::{Items, Keys, Length, Matches, OneOf, Pattern, Range, Set};

const PORT: Limit = Range(1, Some(65_535));
const DURATION: Limit = Matches("^([0-9]{1,5}(h|m|s|ms)){1,4}$");
const GROUP: Limit = Pattern(
    0,
    253,
    r"^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
);
const KIND: Limit = Pattern(1, 63, "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$");
const NAMESPACE: Limit = Pattern(1, 63, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$");
const OBJECT_NAME: Limit = Length(1, 253);
const SECTION_NAME: Limit = Pattern(
    1,
    253,
    r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
);
const HOSTNAME: Limit = Pattern(
    1,
    253,
    r"^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
);
const PRECISE_HOSTNAME: Limit = SECTION_NAME;
const HEADER_NAME: Limit = Pattern(1, 256, r"^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$");
const HEADER_VALUE: Limit = Length(1, 4096);
const LABEL_VALUE: Limit = Pattern(0, 63, "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$");
const CONTROLLER: Limit = Pattern(
    1,
    253,
    r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$",
);
const ADDRESS_TYPE: Limit = Pattern(
    1,
    253,
    r"^Hostname|IPAddress|NamedAddress|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$",
);
const PROTOCOL: Limit = Pattern(
    1,
    255,
    r"^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]+$",
);
const CORS_ORIGIN: Limit = Pattern(
    1,
    253,
    r"(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)",
);
const ABSOLUTE_URI: Limit = Pattern(
    1,
    253,
    r"^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\?([^#]*))?(#(.*))?",
);
const WELL_KNOWN_CERTIFICATES: Limit = Pattern(
    1,
    253,
    r"^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))$",
);

/// Limits by the end of a field's place. A later entry refines an earlier one, so general ones come first. A limit of values
/// holds for the elements of a list and the values of a map.
const LIMITS: &[(&str, Limit)] = &[
    // References.
    ("group", GROUP),
    ("kind", KIND),
    ("name", OBJECT_NAME),
    ("namespace", NAMESPACE),
    ("port", PORT),
    ("sectionName", SECTION_NAME),
    ("weight", Range(0, Some(1_000_000))),
    // What several kinds of routes have.
    ("spec.hostnames", Items(0, 16)),
    ("spec.hostnames", HOSTNAME),
    ("spec.parentRefs", Items(0, 32)),
    ("spec.rules", Items(0, 16)),
    ("rules.name", SECTION_NAME),
    ("rules.matches", Items(0, 64)),
    ("rules.filters", Items(0, 16)),
    ("rules.backendRefs", Items(0, 16)),
    ("backendRefs.filters", Items(0, 16)),
    ("headers.name", HEADER_NAME),
    ("headers.value", HEADER_VALUE),
    ("matches.headers", Items(0, 16)),
    ("matches.headers", Keys(&["name"])),
    ("requestHeaderModifier.add", Items(0, 16)),
    ("requestHeaderModifier.add", Keys(&["name"])),
    ("requestHeaderModifier.remove", Items(0, 16)),
    ("requestHeaderModifier.remove", Set),
    ("requestHeaderModifier.set", Items(0, 16)),
    ("requestHeaderModifier.set", Keys(&["name"])),
    ("responseHeaderModifier.add", Items(0, 16)),
    ("responseHeaderModifier.add", Keys(&["name"])),
    ("responseHeaderModifier.remove", Items(0, 16)),
    ("responseHeaderModifier.remove", Set),
    ("responseHeaderModifier.set", Items(0, 16)),
    ("responseHeaderModifier.set", Keys(&["name"])),
    ("add.name", HEADER_NAME),
    ("add.value", HEADER_VALUE),
    ("set.name", HEADER_NAME),
    ("set.value", HEADER_VALUE),
    ("requestMirror.percent", Range(0, Some(100))),
    ("fraction.numerator", Range(0, None)),
    ("fraction.denominator", Range(1, None)),
    // HTTPRoute.
    ("matches.path.value", Length(0, 1024)),
    ("matches.queryParams", Items(0, 16)),
    ("matches.queryParams", Keys(&["name"])),
    ("queryParams.name", HEADER_NAME),
    ("queryParams.value", Length(1, 1024)),
    ("requestRedirect.hostname", PRECISE_HOSTNAME),
    ("urlRewrite.hostname", PRECISE_HOSTNAME),
    (
        "requestRedirect.statusCode",
        OneOf(&[301, 302, 303, 307, 308]),
    ),
    ("path.replaceFullPath", Length(0, 1024)),
    ("path.replacePrefixMatch", Length(0, 1024)),
    ("timeouts.request", DURATION),
    ("timeouts.backendRequest", DURATION),
    ("cors.allowHeaders", Items(0, 64)),
    ("cors.allowHeaders", Set),
    ("cors.allowHeaders", HEADER_NAME),
    ("cors.allowMethods", Items(0, 9)),
    ("cors.allowMethods", Set),
    ("cors.allowOrigins", Items(0, 64)),
    ("cors.allowOrigins", Set),
    ("cors.allowOrigins", CORS_ORIGIN),
    ("cors.exposeHeaders", Items(0, 64)),
    ("cors.exposeHeaders", Set),
    ("cors.exposeHeaders", HEADER_NAME),
    ("cors.maxAge", Range(1, None)),
    ("HTTPRoute.spec.rules", Items(1, 16)),
    // GRPCRoute.
    ("method.method", Length(0, 1024)),
    ("method.service", Length(0, 1024)),
    // TLSRoute.
    ("TLSRoute.spec.hostnames", Items(1, 16)),
    ("TLSRoute.spec.rules", Items(1, 1)),
    ("TLSRoute.spec.rules.backendRefs", Items(1, 16)),
    // Gateway and ListenerSet.
    ("spec.gatewayClassName", OBJECT_NAME),
    ("spec.addresses", Items(0, 16)),
    ("addresses.type", ADDRESS_TYPE),
    ("addresses.value", Length(0, 253)),
    ("infrastructure.annotations", Length(0, 4096)),
    ("infrastructure.labels", LABEL_VALUE),
    ("spec.listeners", Items(1, 64)),
    ("spec.listeners", Keys(&["name"])),
    ("listeners.name", SECTION_NAME),
    ("listeners.hostname", HOSTNAME),
    ("listeners.protocol", PROTOCOL),
    ("allowedRoutes.kinds", Items(0, 8)),
    ("tls.certificateRefs", Items(0, 64)),
    ("tls.options", Length(0, 4096)),
    ("frontend.perPort", Items(0, 64)),
    ("frontend.perPort", Keys(&["port"])),
    ("validation.caCertificateRefs", Items(0, 8)),
    ("default.validation.caCertificateRefs", Items(1, 8)),
    ("tls.validation.caCertificateRefs", Items(1, 8)),
    // GatewayClass.
    ("spec.controllerName", CONTROLLER),
    ("spec.description", Length(0, 64)),
    // ReferenceGrant.
    ("spec.from", Items(1, 16)),
    ("spec.to", Items(1, 16)),
    // BackendTLSPolicy.
    ("spec.targetRefs", Items(1, 16)),
    ("spec.options", Length(0, 4096)),
    (
        "BackendTLSPolicy.spec.validation.hostname",
        PRECISE_HOSTNAME,
    ),
    ("validation.subjectAltNames", Items(0, 5)),
    ("subjectAltNames.hostname", HOSTNAME),
    ("subjectAltNames.uri", ABSOLUTE_URI),
    (
        "validation.wellKnownCACertificates",
        WELL_KNOWN_CERTIFICATES,
    ),
];

/// The limits, and which of them some field has.
#[derive(Debug, Default)]
pub(super) struct Limits {
    used: RefCell<BTreeSet<usize>>,
}

impl Limits {
    /// Adds to the schema of the field at `place` what is demanded of it. Only what people write has limits here.
    pub(super) fn apply(&self, place: &[String], schema: &mut Json) -> Result<(), String> {
        if place.get(1).is_none_or(|part| part != "spec") {
            return Ok(());
        }
        for (at, (end, limit)) in LIMITS.iter().enumerate() {
            let mut parts = place.iter().rev();
            if end
                .rsplit('.')
                .all(|part| parts.next().is_some_and(|known| known == part))
            {
                add(schema, *limit)
                    .map_err(|()| format!("{}: {limit:?} does not fit", place.join(".")))?;
                self.used.borrow_mut().insert(at);
            }
        }
        Ok(())
    }

    /// Fails when a limit is of no field, as a typing mistake would be.
    pub(super) fn check_all_used(&self) -> Result<(), String> {
        let used = self.used.borrow();
        let unused: Vec<&str> = LIMITS
            .iter()
            .enumerate()
            .filter(|(at, _)| !used.contains(at))
            .map(|(_, (end, _))| *end)
            .collect();
        if unused.is_empty() {
            Ok(())
        } else {
            Err(format!(
                "limits of fields that no kind has: {}",
                unused.join(", ")
            ))
        }
    }
}

/// Adds a limit to a schema, or to what its list or map is of; fails when the schema is not of the type that the limit is for.
fn add(schema: &mut Json, limit: Limit) -> Result<(), ()> {
    let (ty, rules) = match limit {
        Range(min, max) => ("integer", json!({ "minimum": min, "maximum": max })),
        OneOf(numbers) => ("integer", json!({ "enum": numbers })),
        Length(min, max) => ("string", json!({ "minLength": min, "maxLength": max })),
        Matches(pattern) => ("string", json!({ "pattern": pattern })),
        Pattern(min, max, pattern) => (
            "string",
            json!({ "minLength": min, "maxLength": max, "pattern": pattern }),
        ),
        Items(min, max) => ("array", json!({ "minItems": min, "maxItems": max })),
        Keys(keys) => (
            "array",
            json!({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys }),
        ),
        Set => ("array", json!({ "x-kubernetes-list-type": "set" })),
    };
    let target = if ty == "array" {
        schema
    } else if schema.get("items").is_some() {
        &mut schema["items"]
    } else if schema.get("additionalProperties").is_some() {
        &mut schema["additionalProperties"]
    } else {
        schema
    };
    let (Some(target), Json::Object(rules)) = (target.as_object_mut(), rules) else {
        return Err(());
    };
    if target.get("type").and_then(Json::as_str) != Some(ty) {
        return Err(());
    }
    for (keyword, rule) in rules {
        // Without a bound, or with a least length of none, nothing is demanded.
        let says_nothing = rule.is_null() || (ty != "integer" && rule == 0);
        if !says_nothing {
            target.insert(keyword, rule);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::Limits;

    fn limited(place: &str, mut schema: Json) -> Result<Json, String> {
        let place: Vec<String> = place.split('.').map(str::to_owned).collect();
        Limits::default().apply(&place, &mut schema)?;
        Ok(schema)
    }

    #[test]
    fn a_field_has_the_limits_of_its_place() {
        assert_eq!(
            limited(
                "HTTPRoute.spec.rules.backendRefs.weight",
                json!({ "type": "integer" })
            ),
            Ok(json!({ "type": "integer", "minimum": 0, "maximum": 1_000_000 }))
        );
        assert_eq!(
            limited("GatewayClass.spec.description", json!({ "type": "string" })),
            Ok(json!({ "type": "string", "maxLength": 64 }))
        );
        let listeners = json!({ "type": "array", "items": { "type": "object" } });
        assert_eq!(
            limited("Gateway.spec.listeners", listeners),
            Ok(json!({
                "type": "array",
                "items": { "type": "object" },
                "minItems": 1,
                "maxItems": 64,
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["name"],
            }))
        );
    }

    #[test]
    fn limits_of_values_reach_into_lists_and_maps() {
        let text = || json!({ "type": "string" });
        let hostnames = json!({ "type": "array", "items": text() });
        let hostnames = limited("GRPCRoute.spec.hostnames", hostnames).unwrap();
        assert_eq!(hostnames["maxItems"], 16);
        assert_eq!(hostnames["items"]["maxLength"], 253);
        let labels = json!({ "type": "object", "additionalProperties": text() });
        let labels = limited("Gateway.spec.infrastructure.labels", labels).unwrap();
        assert_eq!(labels["additionalProperties"]["maxLength"], 63);
    }

    #[test]
    fn later_limits_refine_earlier_ones() {
        let text = || json!({ "type": "string" });
        let name = |place| limited(place, text()).unwrap();
        assert_eq!(name("HTTPRoute.spec.parentRefs.name").get("pattern"), None);
        assert_eq!(
            name("HTTPRoute.spec.rules.matches.headers.name")["maxLength"],
            256
        );
        assert!(
            name("Gateway.spec.listeners.name")["pattern"]
                .as_str()
                .is_some()
        );
    }

    #[test]
    fn what_people_do_not_write_has_no_limits() {
        let port = json!({ "type": "integer" });
        assert_eq!(
            limited("HTTPRoute.status.parents.parentRef.port", port.clone()),
            Ok(port)
        );
    }

    #[test]
    fn mistakes_in_the_table_are_found() {
        assert_eq!(
            limited(
                "HTTPRoute.spec.parentRefs.port",
                json!({ "type": "string" })
            ),
            Err("HTTPRoute.spec.parentRefs.port: Range(1, Some(65535)) does not fit".to_owned())
        );
        let unused = Limits::default().check_all_used().unwrap_err();
        assert!(
            unused.starts_with("limits of fields that no kind has: group, kind, name"),
            "{unused}"
        );
    }
}
