//! Slips in fields, clauses, declarations and brackets.

use expect_test::expect;

use super::{check, in_service};

#[test]
fn setting_values() {
    in_service(
        "image: \"x\"",
        expect![[r#"
        PLT0010 `:` values are set with `=`
          help: `:` stands before a type or capability
          fix, write `=`: image = "x"
    "#]],
    );
    in_service(
        "port == 80",
        expect![[r#"
        PLT0010 `==` values are set with one `=`
          fix, write `=`: port = 80
    "#]],
    );
    in_service(
        "port 80",
        expect![[r#"
        PLT0001 `80` expected `=` or `{` after the key, found `80`
    "#]],
    );
    in_service(
        "image \"x\"",
        expect![[r#"
        PLT0013 `image` `image` needs `=` before its value
          fix, insert `=`: image = "x"
    "#]],
    );
    in_service(
        "port",
        expect![[r#"
        PLT0001 `t` expected `=` or `{` after the key, found the end of the line
          help: every field says its value: `port = …`
    "#]],
    );
    in_service(
        "port =",
        expect![[r#"
            PLT0001 `=` expected a value, found the end of the line
        "#]],
    );
    in_service(
        "a = 1 b = 2",
        expect![[r#"
            PLT0017 `b` two entries on one line need a comma between them
              fix, insert a comma: a = 1, b = 2
        "#]],
    );
    in_service(
        "a = b c",
        expect![[r#"
        PLT0017 `c` expected the end of the line or `,`, found `c`
    "#]],
    );
    in_service(
        "a = = 1",
        expect![[r#"
        PLT0001 `=` expected a value, found `=`
    "#]],
    );
    in_service(
        "a.1 = 1",
        expect![[r#"
        PLT0001 `1` expected a key after `.`, found `1`
    "#]],
    );
}

#[test]
fn words_that_were_meant() {
    check(
        "servce a: HttpService {\n  port = 80\n}\n",
        expect![[r#"
        PLT0013 `servce` `servce` is not a kind of declaration
          fix, write `service`: service a: HttpService {
    "#]],
    );
    check(
        "frobnicate a {\n  port = 80\n}\nlet b = 1\n",
        expect![[r#"
        PLT0013 `frobnicate` `frobnicate` is not a kind of declaration
          help: declarations are `use` `team` `system` `environment` `service` `resource` `external` `capability` `implementation` `defaults` `extend` `guardrail` `enforce` `waiver` `pipeline` `migration` `test` `type` `enum` `let` `fn`
    "#]],
    );
    in_service(
        "need orders: Postgres",
        expect![[r#"
        PLT0013 `need` `need` starts no clause
          fix, write `needs`: needs orders: Postgres
    "#]],
    );
    in_service(
        "needs orders Postgres",
        expect![[r#"
        PLT0001 `Postgres` expected `:` or `=` after the name, found `Postgres`
          help: `needs name: Capability` is a resource of its own, `needs name = resource` a shared one
          fix, insert `:`: needs orders: Postgres
    "#]],
    );
    in_service(
        "needs orders",
        expect![[r#"
        PLT0001 `s` expected `:` or `=` after the name, found the end of the line
          help: `needs name: Capability` is a resource of its own, `needs name = resource` a shared one
    "#]],
    );
    in_service(
        "wibble wobble",
        expect![[r#"
        PLT0013 `wibble` `wibble` starts no clause here
          help: a field is `name = value` or `name { … }`
    "#]],
    );
    in_service(
        "in prod {\n    needs a: B\n  }",
        expect![[r#"
        PLT0013 `needs` `needs` cannot stand in an `in` block
          help: put it into the service, with `only in` behind it: `needs … only in prod`
    "#]],
    );
    in_service(
        "env { needs a: B }",
        expect![[r#"
        PLT0013 `needs` `needs` cannot stand here
          help: in this block there are only fields: `name = value` or `name { … }`
    "#]],
    );
    check(
        "capability C {\n  port: Port = 80\n  inputs: int\n}\n",
        expect![[r#"
            PLT0013 `port` `port: …` declares nothing
              help: a capability declares `input`s and `output`s; a field of its own is set with `=`
              fix, make it an input: input port: Port = 80
            PLT0013 `inputs` `inputs: …` declares nothing
              help: a capability declares `input`s and `output`s; a field of its own is set with `=`
              fix, make it an input: input inputs: int
        "#]],
    );
    check(
        "capability C: D {}\n",
        expect![[r#"
        PLT0010 `:` a capability names its contracts after `is`
          fix, write `is`: capability C is D {}
    "#]],
    );
    check(
        "service a {\n  port = 80\n}\n",
        expect![[r#"
        PLT0001 `{` expected `:` and a capability, found `{`
          help: say what the service is: `service name: HttpService { … }`
    "#]],
    );
    check(
        "service: X {}\n",
        expect![[r#"
        PLT0001 `:` expected a name for the service, found `:`
    "#]],
    );
}

#[test]
fn brackets() {
    check(
        "service a: X {\n  b {\n    c = 1\n}\nservice d: X {}\n",
        expect![[r#"
            PLT0002 `{` this `{` is never closed
              help: add the `}` that closes it
              at `service`: expected `}` before `service`
        "#]],
    );
    check(
        "service a: X {\n  b = [1, 2\n  c = 1\n}\n",
        expect![[r#"
        PLT0002 `[` this `[` is never closed
          help: add the `]` that closes it
          at `c`: expected `]` before `c`
    "#]],
    );
    check(
        "service a: X {\n  b = (1, 2\n  c = 1\n}\n",
        expect![[r#"
            PLT0001 `,` expected `)`, found `,`
              help: parentheses hold one value; several stand in a list: `[a, b]`
        "#]],
    );
    check(
        "service a: X {\n  b = f(1,\n  c = 1\n}\n",
        expect![[r#"
        PLT0002 `(` this `(` is never closed
          help: add the `)` that closes it
          at `c`: expected `)` before `c`
    "#]],
    );
    check(
        "service a: X {\n  b = [1 2]\n}\n",
        expect![[r#"
        PLT0017 `2` a comma is missing before this
          fix, insert a comma: b = [1, 2]
    "#]],
    );
    check(
        "service a: X {\n  b = [1, 2)\n}\n",
        expect![[r#"
        PLT0002 `[` this `[` is never closed
          help: add the `]` that closes it
          at `)`: expected `]` before `)`
    "#]],
    );
    check(
        "service a: X {\n  b = f([1, 2)\n}\n",
        expect![[r#"
        PLT0002 `[` this `[` is never closed
          help: add the `]` that closes it
          at `)`: expected `]` before `)`
    "#]],
    );
    check(
        "service a: X {\n  b = 1)\n}\n",
        expect![[r#"
        PLT0018 `)` this `)` closes nothing
          fix, remove it: b = 1
    "#]],
    );
    check(
        "service a: X\n{\n  b = 1\n}\n",
        expect![[r#"
        PLT0019 `{` the `{` belongs on the line before
          help: a new line ends the entry, so a block opens on the line of its name
          fix, move it up: service a: X {
    "#]],
    );
    check(
        "service a: X {\n  b = 1\n}\n}\nc = 1\nd {\n  e = 2\n}\nlet f = 1\n",
        expect![[r#"
            PLT0018 `}` this `}` closes nothing
              fix, remove it: 
        "#]],
    );
    check(
        "let a = [1, , 2]\n",
        expect![[r#"
        PLT0001 `,` expected an element, found `,`
    "#]],
    );
    check(
        "let a: list<int = 1\n",
        expect![[r#"
        PLT0002 `=` expected `>` after the type, found `=`
          at `<`: this `<` is open
    "#]],
    );
    check(
        "let a: list<int>= 1\n",
        expect![[r#"
        PLT0002 `>=` expected `>` after the type, found `>=`
          help: put a space between `>` and `=`
          at `<`: this `<` is open
          fix, put a space: let a: list<int> = 1
    "#]],
    );
    check(
        "service a: X {",
        expect![[r#"
        PLT0002 `{` this `{` is never closed
          help: add the `}` that closes it; the file ends first
    "#]],
    );
}

#[test]
fn exceptions_and_rules() {
    in_service(
        "patch deployment { a = 1 }",
        expect![[r#"
            PLT0001 `{` an exception says why it is needed
              help: write `because "…"`, with the ticket if there is one
        "#]],
    );
    in_service(
        "patch deployment because \"x\" { a = 1 }",
        expect![[r#"
            PLT0001 `{` an exception says when it ends
              help: write `until` and a date, like `until 2027-03-01`
        "#]],
    );
    in_service(
        "patch deployment because x until 2027-01-01 { a = 1 }",
        expect![[r#"
            PLT0001 `x` expected the reason in quotes, found `x`
        "#]],
    );
    in_service(
        "@deprecated a = 1",
        expect![[r#"
        PLT0001 `@` an annotation cannot stand here
          help: annotations stand before declarations and before the entries of a capability
    "#]],
    );
    check(
        "capability C {\n  require\n  emit a { b = 1 }\n  output\n}\n",
        expect![[r#"
            PLT0001 `require` `require` says nothing yet
              help: write `require condition else "message"`
            PLT0001 `{` expected `:` and the type of the object, found `{`
            PLT0001 `output` `output` says nothing yet
              help: write `output name: Type = value`
        "#]],
    );
    check(
        "enum E { a, 1, b(c) }\n",
        expect![[r#"
        PLT0001 `1` expected a variant, found `1`
    "#]],
    );
    check(
        "let a = match b { c = 1 }\n",
        expect![[r#"
            PLT0010 `=` an arm is written `pattern => value`
              fix, write `=>`: let a = match b { c => 1 }
        "#]],
    );
    check(
        "let a = [x for in xs]\n",
        expect![[r#"
        PLT0001 `in` expected a name for each element, found `in`
    "#]],
    );
    check(
        "extend environment { a = string }\n",
        expect![[r#"
        PLT0010 `=` a field is declared with `:` and its type
          help: write `name: type`, or `name: type = default`
    "#]],
    );
    check(
        "test \"x\" { expct a }\n",
        expect![[r#"
            PLT0013 `expct` `expct` starts no clause
              fix, write `expect`: test "x" { expect a }
        "#]],
    );
}

#[test]
fn clauses_that_are_almost_right() {
    in_service(
        "calls a, b",
        expect![[r#"
        PLT0001 `b` each call has a clause of its own
          fix, write `calls` before it: calls a, calls b
    "#]],
    );
    in_service(
        "expose public \"a.dev\"",
        expect![[r#"
        PLT0001 `\"` the host stands behind `at`
          fix, insert `at`: expose public at "a.dev"
    "#]],
    );
    in_service(
        "in prod, staging { a = 1 }",
        expect![[r#"
        PLT0001 `,` several environments stand in brackets
          help: write `in [a, b] { … }`
    "#]],
    );
    in_service(
        "needs a: Postgres(size = small)",
        expect![[r#"
            PLT0017 `(` expected the end of the line or `,`, found `(`
              help: the inputs of a capability stand in a block: `Capability { … }`
        "#]],
    );
    in_service(
        "a = 5 minutes",
        expect![[r#"
        PLT0006 `5 minutes` a number and its unit are one word
          fix, write `5min`: a = 5min
    "#]],
    );
    in_service(
        "a = v1.2.3",
        expect![[r#"
        PLT0005 `2.3` a field has no number for a name
          help: versions, hosts and other text need quotes; an element of a list is `list[0]`
    "#]],
    );
    in_service(
        "a = `b:\n  c = 1 2",
        expect![[r#"
        PLT0014 ``` strings have double quotes
        PLT0017 `2` expected the end of the line or `,`, found `2`
    "#]],
    );
    check(
        "apiVersion: v1\nkind: Service\nspec:\n  ports:\n    - port: 80\n",
        expect![[r#"
            PLT0014 `apiVersion` this is a Kubernetes manifest in YAML
              help: keep it in a `.yaml` file and read it with `manifests("…")`: its objects are typed, checked and patchable
        "#]],
    );
}
