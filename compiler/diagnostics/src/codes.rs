//! The registry: one row per code.
//!
//! To add a code, add a row in ascending order and write its page `codes/PLT….md`. A code never changes its
//! meaning and is never given out twice.

use crate::diagnostic::Severity::{Error, Info, Warning};
use crate::registry::CodeInfo;

macro_rules! codes {
    ($($name:ident = $code:literal, $severity:ident, $summary:literal;)*) => {
        $(
            #[doc = concat!($code, ": ", $summary, ".")]
            pub static $name: CodeInfo = CodeInfo {
                code: $code,
                name: stringify!($name),
                severity: $severity,
                summary: $summary,
                source: include_str!(concat!("../codes/", $code, ".md")),
            };
        )*

        /// Every code, in the order of the table.
        pub(crate) static ALL: &[&CodeInfo] = &[$(&$name),*];
    };
}

codes! {
    // 00: syntax
    UNEXPECTED = "PLT0001", Error, "something else is expected here";
    UNCLOSED = "PLT0002", Error, "a bracket that is never closed";
    UNCLOSED_STRING = "PLT0003", Error, "a text that is never closed";
    STRAY_CHARACTER = "PLT0004", Error, "a character without a meaning";
    BAD_NUMBER = "PLT0005", Error, "a malformed number";
    UNKNOWN_UNIT = "PLT0006", Error, "a unit that does not exist";
    BAD_DATE = "PLT0007", Error, "a date that does not exist";
    BAD_ESCAPE = "PLT0008", Error, "an escape that does not exist";
    TOO_DEEP = "PLT0009", Error, "nesting beyond the bound";
    COLON_OR_EQUALS = "PLT0010", Error, "a colon where an equals sign belongs, or the reverse";
    FOREIGN_OPERATOR = "PLT0011", Error, "an operator of another language";
    MINUS_SPACING = "PLT0012", Error, "a minus sign with a space on one side only";
    UNKNOWN_CLAUSE = "PLT0013", Error, "a word that begins nothing here";
    FOREIGN_SYNTAX = "PLT0014", Error, "the spelling of another language";
    NON_ASCII_NAME = "PLT0015", Error, "a name with other than ASCII letters";
    CHAINED_COMPARISON = "PLT0016", Error, "a comparison of a comparison";
    NOT_SEPARATED = "PLT0017", Error, "two entries without a comma or new line between them";
    STRAY_CLOSER = "PLT0018", Error, "a closing bracket that closes nothing";
    BRACE_ON_NEXT_LINE = "PLT0019", Error, "a block that opens on the next line";
    IN_INTERPOLATION = "PLT0020", Error, "something that cannot stand inside an interpolation";
    TOO_MANY = "PLT0022", Error, "more errors than are worth listing";

    // 01: names and modules
    UNKNOWN_NAME = "PLT0101", Error, "a name that nothing declares";
    DUPLICATE_NAME = "PLT0102", Error, "two declarations of one name in a module";
    DUPLICATE_MEMBER = "PLT0103", Error, "two members of one name in a declaration";
    NOT_PUBLIC = "PLT0104", Error, "a declaration of another package that is not public";
    UNKNOWN_MODULE = "PLT0105", Error, "a use that leads nowhere";
    SHADOWED_MEMBER = "PLT0106", Warning, "a local name that hides a member";
    EDGE_HIDES_INPUT = "PLT0107", Warning, "an edge that hides an input of its name";
    WRONG_KIND = "PLT0108", Error, "a name of another kind of thing";
    FACT_COLLISION = "PLT0109", Error, "two facts of one kind and name";
    UNUSED_USE = "PLT0110", Warning, "a use that nothing uses";
    AMBIGUOUS_NAME = "PLT0111", Error, "a name with two meanings here";
    UNKNOWN_ANNOTATION = "PLT0112", Error, "an annotation that does not exist";
    RECURSIVE_FUNCTION = "PLT0113", Error, "a function that calls itself";
    RECURSIVE_TYPE = "PLT0114", Error, "a type that contains itself";
    CONTRACT_RING = "PLT0115", Error, "a capability that is itself";
    LIKE_RING = "PLT0116", Error, "an environment that is like itself";
    COMPUTED_TEXT = "PLT0117", Error, "a computed or empty text where plain words are needed";
    USELESS_ALIAS = "PLT0118", Error, "one alias for several names";

    // 02: types
    TYPE_MISMATCH = "PLT0201", Error, "a value of another type than expected";
    UNKNOWN_FIELD = "PLT0202", Error, "a field that does not exist";
    MISSING_VALUE = "PLT0203", Error, "a required field without a value";
    DIMENSION_MISMATCH = "PLT0204", Error, "quantities of different dimensions";
    OUT_OF_RANGE = "PLT0205", Error, "a number outside its range";
    MALFORMED_TEXT = "PLT0206", Error, "text that its type does not allow";
    NONE_NOT_ALLOWED = "PLT0207", Error, "none where a value is required";
    MAY_BE_NONE = "PLT0208", Error, "an optional value where one is required";
    SECRET_EXPOSED = "PLT0209", Error, "a secret in a place that everybody can read";
    KNOWN_TOO_LATE = "PLT0210", Error, "a value that is not known yet where it is needed";
    UNKNOWN_VARIANT = "PLT0211", Error, "a member that the enum does not have";
    WRONG_ARGUMENTS = "PLT0212", Error, "arguments that do not fit the parameters";
    MATCH_NOT_EXHAUSTIVE = "PLT0213", Error, "a match that leaves a case open";
    WRONG_OPERANDS = "PLT0214", Error, "an operator that does not fit its operands";
    NOT_CALLABLE = "PLT0215", Error, "a call of something that is no function";
    RATIO_AS_NUMBER = "PLT0216", Error, "a plain number where a ratio is expected";
    IMPLICIT_TEXT = "PLT0217", Error, "a quantity put into a text without a unit";
    WIDENED_INPUT = "PLT0218", Error, "a restated input that allows more than the contract";
    UNREACHABLE_ARM = "PLT0219", Warning, "an arm that is never taken";

    // 03: values and layers
    SET_TWICE = "PLT0301", Error, "one path set twice in one layer";
    DEFAULTS_TIE = "PLT0302", Error, "two defaults of the same rank";
    CONTRACT_DEFAULTS_TIE = "PLT0303", Error, "two contracts with different defaults";
    MEMBER_RING = "PLT0305", Error, "values that need each other";
    OUT_OF_FUEL = "PLT0306", Error, "a computation that grows too large";
    DIVISION_BY_ZERO = "PLT0307", Error, "a division by zero";
    NUMBER_TOO_LARGE = "PLT0308", Error, "a number beyond what can be represented";
    NO_SUCH_ELEMENT = "PLT0309", Error, "an element that is not there";
    REQUIREMENT_BROKEN = "PLT0310", Error, "a requirement of the capability that does not hold";
    DUPLICATE_KEY = "PLT0311", Error, "two entries of one key";
    CANNOT_APPEND = "PLT0312", Error, "an append to something that is no list";
    PATCH_OVERDUE = "PLT0313", Warning, "a patch past its date";
    PATCH_MISSES = "PLT0314", Error, "a patch of something that is not there";

    // 04: capabilities
    NO_IMPLEMENTATION = "PLT0401", Error, "no implementation for an environment";
    SEVERAL_IMPLEMENTATIONS = "PLT0402", Error, "several implementations for an environment";
    CONDITION_NOT_ENVIRONMENT = "PLT0403", Error, "a condition that reads more than the environment";
    IMPLEMENTATION_ADDS_INPUT = "PLT0404", Error, "an implementation with an input of its own";
    OUTPUT_MISSING = "PLT0405", Error, "an output that is promised and not given";
    EMISSION_RING = "PLT0406", Error, "capabilities that emit each other";
    EXTEND_CONFLICT = "PLT0408", Error, "two extensions that disagree";
    NOT_YET_EVALUATED = "PLT0411", Info, "a declaration that is read and not yet evaluated";

    // 05: edges and exposure
    ABSENT_TARGET = "PLT0501", Error, "an edge to something absent in an environment";
    NEVER_PRESENT = "PLT0502", Warning, "values for an environment in which there is nothing";
    WRONG_EDGE = "PLT0503", Error, "the wrong kind of edge";
    INPUT_OF_SHARED = "PLT0504", Error, "an input of something shared, set by one of its users";
    EXPOSED_TWICE = "PLT0505", Error, "two services at one address";

    // 06: Kubernetes
    UNKNOWN_OBJECT_TYPE = "PLT0601", Error, "a kind of object that the cluster does not have";
    UNKNOWN_OBJECT_FIELD = "PLT0602", Error, "a field that the object does not have";
    FIELD_OF_OTHER_VERSION = "PLT0603", Error, "a field of another Kubernetes version";
    MISSING_OBJECT_FIELD = "PLT0604", Error, "an object without a required field";
    DUPLICATE_OBJECT = "PLT0605", Error, "two objects of one address";
    BAD_OBJECT_NAME = "PLT0606", Error, "a name that Kubernetes does not allow";
    BAD_CUSTOM_RESOURCE = "PLT0607", Error, "a custom resource definition that cannot be read";
    UNSUPPORTED_VERSION = "PLT0608", Error, "a Kubernetes version that the compiler does not know";
    BAD_OBJECT_VALUE = "PLT0609", Error, "a value that the object's schema does not allow";
    OBJECT_CONTRADICTION = "PLT0610", Error, "an object whose parts contradict each other";
    READ_ONLY_FIELD = "PLT0611", Error, "a field that only the cluster writes";

    // 07: projects and files
    NO_PROJECT = "PLT0701", Error, "no project here";
    BAD_MANIFEST = "PLT0702", Error, "a project file that cannot be understood";
    FILE_NOT_FOUND = "PLT0703", Error, "a file that does not exist";
    NOT_UTF8 = "PLT0704", Error, "a file that is not UTF-8";
    OUTSIDE_PROJECT = "PLT0705", Error, "a path that leaves the project";
    CASE_COLLISION = "PLT0706", Error, "two paths that differ only in case";
    DEPENDENCY_NOT_FOUND = "PLT0707", Error, "a dependency that is not there";
    DEPENDENCY_RING = "PLT0708", Error, "packages that depend on each other";
    FILE_TOO_LARGE = "PLT0709", Error, "a file that is too large";
    CANNOT_READ = "PLT0710", Error, "a file or folder that cannot be read";
    BAD_YAML = "PLT0711", Error, "a manifest that cannot be read";

    // 08: output
    FOREIGN_FILES = "PLT0801", Error, "an output folder with files of somebody else";
    OUT_OF_DATE = "PLT0802", Error, "output that is out of date";
    CANNOT_WRITE = "PLT0803", Error, "a file that cannot be written";
    OUTPUT_COLLISION = "PLT0804", Error, "two artifacts at one path";

    // 09: command line
    UNKNOWN_ADDRESS = "PLT0901", Error, "an address that leads nowhere";
    UNKNOWN_CODE = "PLT0902", Error, "a code that does not exist";
    UNKNOWN_ENVIRONMENT = "PLT0903", Error, "an environment on the command line that does not exist";
    BAD_NEW_NAME = "PLT0904", Error, "a name that nothing new can have";
    KEY_MISSING = "PLT0905", Error, "an environment without the key that it exists per";
    NO_BASE = "PLT0906", Error, "a state to compare with that cannot be had";
    BAD_SNAPSHOT = "PLT0907", Error, "a recorded state or plan that cannot be read";
    STALE_PLAN = "PLT0908", Error, "a plan of other sources than those at hand";
    GATE_FAILED = "PLT0909", Error, "a plan that a gate does not let pass";
    BAD_TEMPLATE = "PLT0910", Error, "a template of a comment that cannot be filled in";
    COMPILER_BUG = "PLT0999", Error, "a mistake in the compiler";

    // 10: guardrails, waivers, tests, and who must approve
    GUARDRAIL_BROKEN = "PLT1001", Error, "a guardrail that does not hold";
    GUARDRAIL_UNVERIFIED = "PLT1002", Info, "a guardrail that cannot be verified yet";
    BAD_GUARDRAIL = "PLT1003", Error, "a guardrail that is not complete";
    BAD_COLLECTION = "PLT1004", Error, "a collection that is not walked as one can be";
    BAD_WAIVER = "PLT1005", Error, "a waiver that is not complete";
    WAIVER_UNUSED = "PLT1006", Warning, "a waiver that waives nothing";
    WAIVER_EXPIRED = "PLT1007", Warning, "a waiver that has ended";
    WAIVER_UNAPPROVED = "PLT1008", Error, "a waiver that nobody with a say has approved";
    EXPIRES_SOON = "PLT1009", Warning, "an exception that ends soon";
    ENFORCE_CONFLICT = "PLT1010", Error, "two `enforce`s that disagree";
    EXPECTATION_BROKEN = "PLT1020", Error, "an expectation that does not hold";
    EXPECTATION_UNDECIDED = "PLT1021", Error, "an expectation that cannot be judged";
    BAD_EXPECTATION = "PLT1022", Error, "an expectation that makes no sense";
    NOTHING_EXPECTED = "PLT1023", Warning, "a test that cannot fail";
    SNAPSHOT_DIFFERS = "PLT1024", Error, "a value that is not what its snapshot shows";
    SNAPSHOT_MISSING = "PLT1025", Error, "a snapshot that has not been taken";
    SNAPSHOT_UNUSED = "PLT1026", Warning, "a snapshot that no test takes";
    APPROVAL_NOT_DEMANDED = "PLT1030", Warning, "a change that CODEOWNERS lets through without an approval that it needs";
    TEAM_WITHOUT_HANDLE = "PLT1031", Warning, "a team that no forge can ask";
    APPROVALS_MIXED = "PLT1032", Warning, "approvals that GitHub cannot demand together";
    BROKEN_BLOCK = "PLT1033", Error, "a block of CODEOWNERS without its other mark";
    CODEOWNERS_UNOWNED = "PLT1034", Warning, "a CODEOWNERS that anybody may change";
    CODEOWNERS_TOO_LARGE = "PLT1035", Warning, "a CODEOWNERS that GitHub does not read";
    ADMISSION_INEXPRESSIBLE = "PLT1040", Info, "a guardrail that a cluster cannot keep";
    NOT_PROVABLE = "PLT1050", Error, "something of which nothing can be proved";
}
