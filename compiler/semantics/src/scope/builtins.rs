//! What is known without any declaration: the types and functions below every scope. Here stand their names and parameters;
//! what they mean is the business of typing and evaluation.

/// A type that no source declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BuiltinType {
    /// Its name.
    pub name: &'static str,
    /// How many types it takes in `<…>`.
    pub parameters: u8,
    /// What it stands for, in one sentence.
    pub doc: &'static str,
}

/// A function that no source declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BuiltinFn {
    /// Its name.
    pub name: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [&'static str],
    /// What it does, in one sentence.
    pub doc: &'static str,
}

/// The type of that name.
#[must_use]
pub fn builtin_type(name: &str) -> Option<BuiltinType> {
    TYPES
        .binary_search_by(|ty| ty.name.cmp(name))
        .ok()
        .map(|place| TYPES[place])
}

/// The function of that name.
#[must_use]
pub fn builtin_fn(name: &str) -> Option<BuiltinFn> {
    FUNCTIONS
        .binary_search_by(|function| function.name.cmp(name))
        .ok()
        .map(|place| FUNCTIONS[place])
}

const fn ty(name: &'static str, parameters: u8, doc: &'static str) -> BuiltinType {
    BuiltinType {
        name,
        parameters,
        doc,
    }
}

const fn function(
    name: &'static str,
    parameters: &'static [&'static str],
    doc: &'static str,
) -> BuiltinFn {
    BuiltinFn {
        name,
        parameters,
        doc,
    }
}

/// Every built-in type, sorted by name.
pub static TYPES: &[BuiltinType] = &[
    ty(
        "Bytes",
        0,
        "an amount of memory or storage, such as `256Mi`",
    ),
    ty("Cidr", 0, "a range of addresses, such as `10.0.0.0/16`"),
    ty("Cpu", 0, "a share of processors, such as `250m`"),
    ty("Cron", 0, "a schedule of five fields, such as `0 3 * * *`"),
    ty(
        "DnsLabel",
        0,
        "a name of lower-case letters, digits and `-`, at most 63 long",
    ),
    ty(
        "DnsSubdomain",
        0,
        "DNS labels with dots between them, at most 253 long",
    ),
    ty("Duration", 0, "a length of time, such as `30s`"),
    ty("Email", 0, "an e-mail address"),
    ty("EnvName", 0, "the name of an environment variable"),
    ty("Hostname", 0, "a host name, such as `shop.acme.dev`"),
    ty("HttpPath", 0, "the path of a URL, such as `/healthz`"),
    ty(
        "Image",
        0,
        "a container image, such as `ghcr.io/acme/api:1.2.0`",
    ),
    ty("IpAddress", 0, "an IPv4 or IPv6 address"),
    ty("LabelKey", 0, "the key of a Kubernetes label or annotation"),
    ty("LabelValue", 0, "the value of a Kubernetes label"),
    ty("Money", 0, "an amount of money, such as `120USD`"),
    ty("Port", 0, "a port number, 1 to 65535"),
    ty("Rate", 0, "a number per second, such as `50rps`"),
    ty("Ratio", 0, "a share, such as `70%`"),
    ty("Regex", 0, "a regular expression"),
    ty("SemVer", 0, "a semantic version, such as `1.4.0`"),
    ty("Url", 0, "a URL with its scheme"),
    ty("bool", 0, "`true` or `false`"),
    ty("date", 0, "a calendar date, such as `2026-12-31`"),
    ty("deferred", 1, "a value that is known after apply"),
    ty("environment", 0, "an environment of the fleet"),
    ty(
        "external",
        0,
        "something that the fleet depends on and does not own",
    ),
    ty("float", 0, "a number with a fraction"),
    ty("int", 0, "a whole number"),
    ty("late", 1, "a value of any stage that may be secret"),
    ty("list", 1, "values in order"),
    ty("map", 2, "values by text keys"),
    ty("resource", 0, "a backing resource of the fleet"),
    ty("runtime", 1, "a value that is known when it runs"),
    ty("secret", 1, "a value that may not be shown"),
    ty("service", 0, "a service of the fleet"),
    ty("string", 0, "text"),
    ty("system", 0, "a system of the fleet"),
    ty("team", 0, "a team of the fleet"),
];

/// Every built-in function, sorted by name.
pub static FUNCTIONS: &[BuiltinFn] = &[
    function("abs", &["x"], "the number without its sign"),
    function("all", &["xs"], "whether every element is true"),
    function("any", &["xs"], "whether at least one element is true"),
    function("base64", &["s"], "the text in base 64"),
    function(
        "ceil",
        &["x"],
        "the smallest whole number that is not below it",
    ),
    function(
        "contains",
        &["s", "x"],
        "whether the text holds the other one",
    ),
    function("count", &["xs"], "how many elements are true"),
    function(
        "ends_with",
        &["s", "x"],
        "whether the text ends with the other one",
    ),
    function("file", &["path"], "the text of a file of the package"),
    function("first", &["xs"], "the first element, or `none`"),
    function("flatten", &["xs"], "the elements of all lists, in order"),
    function(
        "floor",
        &["x"],
        "the greatest whole number that is not above it",
    ),
    function("has", &["map", "key"], "whether the map has the key"),
    function(
        "join",
        &["xs", "sep"],
        "the texts with the separator between them",
    ),
    function("json", &["v"], "the value as JSON text"),
    function("keys", &["map"], "the keys of a map, in order"),
    function("last", &["xs"], "the last element, or `none`"),
    function(
        "length",
        &["xs"],
        "how many elements, entries or characters it has",
    ),
    function("lower", &["s"], "the text in lower case"),
    function(
        "manifests",
        &["path"],
        "the Kubernetes objects of the package's YAML files",
    ),
    function(
        "matches",
        &["s", "regex"],
        "whether the regular expression matches",
    ),
    function(
        "max",
        &["a", "b"],
        "the greater of two, or the greatest of a list",
    ),
    function(
        "merge",
        &["a", "b"],
        "the entries of two maps; the second wins",
    ),
    function(
        "min",
        &["a", "b"],
        "the smaller of two, or the smallest of a list",
    ),
    function("mod", &["a", "b"], "the remainder of a division"),
    function(
        "replace",
        &["s", "a", "b"],
        "the text with every `a` replaced by `b`",
    ),
    function("reverse", &["xs"], "the elements from last to first"),
    function(
        "round",
        &["x"],
        "the nearest whole number; a half goes to the even one",
    ),
    function(
        "secret",
        &["key"],
        "a key of a secret that exists in the cluster",
    ),
    function(
        "sha256",
        &["s"],
        "the SHA-256 digest of the text, in hexadecimal",
    ),
    function("slug", &["s"], "the text as a DNS label"),
    function("sort", &["xs"], "the elements from smallest to greatest"),
    function("split", &["s", "sep"], "the pieces between the separators"),
    function(
        "starts_with",
        &["s", "x"],
        "whether the text starts with the other one",
    ),
    function("sum", &["xs"], "the elements added up"),
    function("text", &["v"], "the value as text"),
    function("trim", &["s"], "the text without white space around it"),
    function("truncate", &["s", "n"], "at most the first `n` characters"),
    function("unique", &["xs"], "the elements without repetition"),
    function("upper", &["s"], "the text in upper case"),
    function(
        "values",
        &["map"],
        "the values of a map, in the order of its keys",
    ),
    function("yaml", &["v"], "the value as YAML text"),
];

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, TYPES, builtin_fn, builtin_type};

    #[test]
    fn tables_are_sorted_so_that_every_row_is_found() {
        assert!(TYPES.is_sorted_by(|a, b| a.name < b.name));
        assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
        assert!(TYPES.iter().all(|ty| builtin_type(ty.name) == Some(*ty)));
        assert!(
            FUNCTIONS
                .iter()
                .all(|function| builtin_fn(function.name) == Some(*function))
        );
        assert_eq!(builtin_type("Int"), None);
        assert_eq!(builtin_fn("lenght"), None);
    }
}
