//! Every kind of token and node, and the rowan language that ties them together.

/// Declares [`SyntaxKind`] with a table for the way back from rowan's raw numbers, which needs no `unsafe`.
macro_rules! syntax_kinds {
    ($($(#[$meta:meta])* $name:ident,)*) => {
        /// The kind of a token or node. Tokens are named for what they are, nodes for their grammar rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        #[allow(non_camel_case_types)]
        #[allow(clippy::upper_case_acronyms)]
        pub enum SyntaxKind { $($(#[$meta])* $name,)* }

        impl SyntaxKind {
            /// Every kind, in the order of its number.
            pub const ALL: &'static [SyntaxKind] = &[$(SyntaxKind::$name,)*];
        }
    };
}

syntax_kinds! {
    // ---- trivia
    /// Spaces and tabs.
    WHITESPACE,
    /// One `\n` or `\r\n`.
    NEWLINE,
    /// `// …` up to the end of the line.
    COMMENT,
    /// `/// …` up to the end of the line: documents what follows.
    DOC_COMMENT,
    /// A byte order mark at the start of the file.
    BOM,
    /// Text that is no token; the lexer has reported it and the parser looks through it.
    ERROR_TOKEN,

    // ---- words and literals
    /// A name.
    IDENT,
    /// A word in the role of a keyword. The lexer never makes one: which words are keywords is known to the parser only.
    KEYWORD,
    /// `42`, `1_000`, `0o755`.
    INT,
    /// `1.5`.
    FLOAT,
    /// `250m`, `70%`, `30s`.
    QUANTITY,
    /// `2027-03-01`.
    DATE,
    /// A number, quantity or date that is malformed; the lexer has reported it.
    BAD_LITERAL,
    /// `checkout@prod/deployment:spec.replicas`.
    ADDRESS,
    /// The opening quotes of a string, with the `#` of a raw one.
    STR_START,
    /// Literal text of a string, with its escapes.
    STR_TEXT,
    /// The closing quotes of a string.
    STR_END,
    /// `\(` in a string, `\#(` in a raw one.
    INTERP_START,
    /// The `)` that ends an interpolation.
    INTERP_END,

    // ---- punctuation
    /// `=`
    EQ,
    /// `+=`
    PLUS_EQ,
    /// `:`
    COLON,
    /// `,`
    COMMA,
    /// `.`
    DOT,
    /// `?.`
    QUESTION_DOT,
    /// `?`
    QUESTION,
    /// `??`
    QUESTION_QUESTION,
    /// `==`
    EQ_EQ,
    /// `!=`
    NOT_EQ,
    /// `<`
    LT,
    /// `<=`
    LT_EQ,
    /// `>`
    GT,
    /// `>=`
    GT_EQ,
    /// `=>`
    FAT_ARROW,
    /// `+`
    PLUS,
    /// `++`
    PLUS_PLUS,
    /// The binary `-`, with white space around it.
    MINUS,
    /// The prefix `-`.
    NEG,
    /// `*`
    STAR,
    /// `/`
    SLASH,
    /// `..`
    DOT_DOT,
    /// `|`
    PIPE,
    /// `@` of an annotation.
    AT,
    /// `(`
    L_PAREN,
    /// `(` glued to what is called.
    CALL_OPEN,
    /// `)`
    R_PAREN,
    /// `[`
    L_BRACKET,
    /// `[` glued to what is indexed.
    INDEX_OPEN,
    /// `]`
    R_BRACKET,
    /// `{`
    L_BRACE,
    /// `}`
    R_BRACE,
    /// The end of the input, or of an interpolation while the parser is inside one. Never in a tree.
    EOF,

    // ---- nodes: files and items
    /// Tokens that fit no rule; an error tells about them.
    ERROR,
    /// A whole file.
    FILE,
    /// `@stable(since = "1.0")`
    ANNOTATION,
    /// `use std.data.Postgres`
    USE,
    /// `.{a, b}` of a `use`.
    USE_GROUP,
    /// `as name` of a `use`.
    ALIAS,
    /// `a.b.c`, naming a declaration.
    PATH,
    /// `team`, `system`
    FACT,
    /// `environment`
    ENVIRONMENT,
    /// `external`
    EXTERNAL,
    /// `service`
    SERVICE,
    /// `resource`
    RESOURCE,
    /// `defaults for C in e { … }`
    DEFAULTS,
    /// `extend environment { … }`
    EXTEND,
    /// `capability`
    CAPABILITY,
    /// `implementation`
    IMPLEMENTATION,
    /// `guardrail`
    GUARDRAIL,
    /// `enforce a.b in e { … }`
    ENFORCE,
    /// `waiver`
    WAIVER,
    /// `pipeline`
    PIPELINE,
    /// `migration`
    MIGRATION,
    /// `test`
    TEST,
    /// `type X = …`
    TYPE_DECL,
    /// `enum`
    ENUM,
    /// `let`
    LET,
    /// `fn`
    FN,

    // ---- nodes: bodies and entries
    /// The body of a `team`, `system` or `external`.
    FACT_BODY,
    /// The body of a `service` or `resource`.
    SERVICE_BODY,
    /// The body of a `capability` or `implementation`.
    CAP_BODY,
    /// The body of `in e { … }`.
    IN_BODY,
    /// The body of `defaults`.
    DEFAULTS_BODY,
    /// The body of a `guardrail`.
    GUARDRAIL_BODY,
    /// The body of a `test`.
    TEST_BODY,
    /// The body of a `migration`.
    MIGRATION_BODY,
    /// The body of a `pipeline`, stage, step or slot.
    PIPE_BODY,
    /// The body of an `enum`.
    ENUM_BODY,
    /// `{ a = 1, b { … } }` after a name.
    FIELDS,
    /// `a.b = e`, `a.b += e`, `a.b { … }`
    FIELD,
    /// `..e` in a block of fields.
    SPREAD,
    /// `like path` of an environment.
    LIKE,
    /// `is A, B` of a capability.
    CONTRACTS,
    /// `only in prod`, `only in [a, b]`
    ONLY,
    /// `a` or `[a, b]`
    PATHS,
    /// `needs`
    NEEDS,
    /// `calls`
    CALLS,
    /// `expose`
    EXPOSE,
    /// `in prod { … }`
    IN_BLOCK,
    /// `patch x because "…" until D { … }`
    PATCH,
    /// `emit x: T because "…" until D { … }` in a service.
    EXTRA,
    /// `renamed from path`
    RENAMED,
    /// `edge { … }`
    EDGE,
    /// `input`
    INPUT,
    /// `output`
    OUTPUT,
    /// `emit x: T for k, v in m when c { … }`
    EMIT,
    /// `for k, v in m` of an `emit`.
    EMIT_FOR,
    /// `require`
    REQUIRE,
    /// `fix a.b = e` of a `require`.
    FIX,
    /// `expect` of a `test`.
    EXPECT,
    /// `rename`, `move`, `drop` or `set` in a migration.
    MIGRATION_STEP,
    /// `stage`, `step` or `slot` in a pipeline.
    STAGE,
    /// `when e`
    GUARD,
    /// `containers["app"].image`
    KEYPATH,
    /// A name in a key path.
    NAME_KEY,
    /// A quoted key.
    STRING_KEY,
    /// `[e]` at the start of a key path.
    COMPUTED_KEY,
    /// `["app"]` after a key.
    INDEX_KEY,

    // ---- nodes: types
    /// A type with its `?` and refinement.
    TYPE,
    /// `list<int>`, `std.data.Postgres`
    PATH_TYPE,
    /// `<A, B>`
    TYPE_ARGS,
    /// `{ a: int, b: string = "x" }`
    RECORD_TYPE,
    /// `"a"` as a type.
    LITERAL_TYPE,
    /// `in 1..50`
    IN_REFINEMENT,
    /// `matching "…"`
    MATCHING_REFINEMENT,
    /// `a: int = 1` in a record type.
    FIELD_DECL,
    /// `http(path: string)` of an `enum`.
    VARIANT,
    /// `(a: int, b: int)` of a function or variant.
    PARAM_LIST,
    /// `a: int = 1` of a function or variant.
    PARAM,

    // ---- nodes: expressions
    /// A name as a value.
    NAME_REF,
    /// A number, quantity, date, `true`, `false` or `none`.
    LITERAL,
    /// A string with its interpolations.
    STRING,
    /// `\(e)`
    INTERPOLATION,
    /// `billing@prod`
    ADDRESS_LIT,
    /// `a.b`, `a?.b`
    FIELD_ACCESS,
    /// `a[e]`
    INDEX_EXPR,
    /// `f(a, b = c)`
    CALL_EXPR,
    /// `(a, b = c)`
    ARG_LIST,
    /// `b = c` or `a` in a call.
    ARG,
    /// `-a`, `not a`
    UNARY_EXPR,
    /// `a + b`
    BINARY_EXPR,
    /// `a..b`
    RANGE_EXPR,
    /// `if a then b else c`
    IF_EXPR,
    /// `match a { p => b }`
    MATCH_EXPR,
    /// `p | q => e`
    MATCH_ARM,
    /// `name`, `name(a, b)`, `1`, `"x"`
    PATTERN,
    /// `[a, ..b, c when d]`, `[a for x in xs]`
    LIST_EXPR,
    /// `a`, `..a`, `a when c` in a list.
    LIST_ELEMENT,
    /// `for x in xs where c`
    FOR_CLAUSE,
    /// `{ a = 1 }` as a value.
    RECORD_EXPR,
    /// `{ [k] = v for k, v in m }`
    RECORD_COMPREHENSION,
    /// `(a)`
    PAREN_EXPR,
}

impl SyntaxKind {
    /// White space, line ends, comments and what the lexer could not read: between tokens, never part of the grammar.
    #[must_use]
    pub fn is_trivia(self) -> bool {
        self <= SyntaxKind::ERROR_TOKEN
    }

    /// An ordinary or a documentation comment.
    #[must_use]
    pub fn is_comment(self) -> bool {
        matches!(self, SyntaxKind::COMMENT | SyntaxKind::DOC_COMMENT)
    }

    /// How many kinds of tokens there are: they come before those of nodes.
    pub(crate) const TOKENS: usize = SyntaxKind::EOF as usize + 1;

    /// A token, not a node.
    #[must_use]
    pub fn is_token(self) -> bool {
        self <= SyntaxKind::EOF
    }

    /// The node is an item of a file or an entry of a body: something that carries comments above it.
    #[must_use]
    pub fn is_documentable(self) -> bool {
        use SyntaxKind::*;
        matches!(
            self,
            USE | FACT
                | ENVIRONMENT
                | EXTERNAL
                | SERVICE
                | RESOURCE
                | DEFAULTS
                | EXTEND
                | CAPABILITY
                | IMPLEMENTATION
                | GUARDRAIL
                | ENFORCE
                | WAIVER
                | PIPELINE
                | MIGRATION
                | TEST
                | TYPE_DECL
                | ENUM
                | LET
                | FN
                | FIELD
                | SPREAD
                | NEEDS
                | CALLS
                | EXPOSE
                | IN_BLOCK
                | PATCH
                | EXTRA
                | RENAMED
                | EDGE
                | INPUT
                | OUTPUT
                | EMIT
                | REQUIRE
                | EXPECT
                | MIGRATION_STEP
                | STAGE
                | FIELD_DECL
                | VARIANT
                | PARAM
                | MATCH_ARM
                | LIST_ELEMENT
        )
    }
}

impl From<SyntaxKind> for rowan::SyntaxKind {
    fn from(kind: SyntaxKind) -> Self {
        rowan::SyntaxKind(kind as u16)
    }
}

/// The language marker that rowan's generic tree is used with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plat {}

impl rowan::Language for Plat {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        SyntaxKind::ALL
            .get(usize::from(raw.0))
            .copied()
            .unwrap_or(SyntaxKind::ERROR)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        kind.into()
    }
}

/// A node of a Plat tree.
pub type SyntaxNode = rowan::SyntaxNode<Plat>;
/// A token of a Plat tree.
pub type SyntaxToken = rowan::SyntaxToken<Plat>;
/// A node or token of a Plat tree.
pub type SyntaxElement = rowan::SyntaxElement<Plat>;
/// Where a node stands: kind and range. Small, `Send`, and resolved against a tree of the same text.
pub type SyntaxNodePtr = rowan::ast::SyntaxNodePtr<Plat>;
