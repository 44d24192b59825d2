//! Slips in values, names and characters.

use expect_test::expect;

use super::{check, in_service};

#[test]
fn operators_of_other_languages() {
    in_service(
        "a = b && c",
        expect![[r#"
        PLT0011 `&&` `&&` is written `and`
          fix, write `and`: a = b and c
    "#]],
    );
    in_service(
        "a = b || c",
        expect![[r#"
        PLT0011 `||` `||` is written `or`
          fix, write `or`: a = b or c
    "#]],
    );
    in_service(
        "a = !b",
        expect![[r#"
        PLT0011 `!` `!` is written `not`
          fix, write `not`: a = not b
    "#]],
    );
    in_service(
        "a = b % c",
        expect![[r#"
        PLT0011 `%` `%` is only a unit, as in `70%`
          help: the remainder of a division is `mod(a, b)`
    "#]],
    );
    in_service(
        "a = 7%b",
        expect![[r#"
        PLT0011 `7%b` `%` is only a unit, as in `70%`
          help: the remainder of a division is `mod(7, b)`
          fix, use `mod`: a = mod(7, b)
    "#]],
    );
    in_service(
        "a = b ? c : d",
        expect![[r#"
        PLT0011 `?` a choice is written `if … then … else …`
          help: `?` belongs to types: `T?` may be `none`
    "#]],
    );
    in_service(
        "a = b -> c",
        expect![[r#"
        PLT0011 `->` `->` is not an operator
          help: a function says its result after `:`, an arm of `match` uses `=>`
    "#]],
    );
    in_service(
        "a = b < c < d",
        expect![[r#"
        PLT0016 `<` comparisons cannot be chained
          help: write `a < b and b < c`, or `b in a..c` for a range
    "#]],
    );
    in_service(
        "a = b..c..d",
        expect![[r#"
        PLT0016 `..` a range has two ends
          help: write `low..high`
    "#]],
    );
    in_service(
        "a = [b, c for d in e]",
        expect![[r#"
        PLT0001 `for` a comprehension stands alone in its brackets
          help: write `[value for x in xs]`, and put lists together with `++`
    "#]],
    );
    in_service(
        "a = [b for c in d, e]",
        expect![[r#"
        PLT0001 `e` a comprehension stands alone in its brackets
          help: write `[value for x in xs]`, and put lists together with `++`
    "#]],
    );
    in_service(
        "a = [..b for c in d]",
        expect![[r#"
        PLT0001 `for` a comprehension stands alone in its brackets
          help: write `[value for x in xs]`, and put lists together with `++`
    "#]],
    );
    in_service(
        "a = f(b = c for d in e)",
        expect![[r#"
        PLT0001 `for` a comprehension stands alone in its brackets
          help: write `[value for x in xs]`, and put lists together with `++`
    "#]],
    );
    in_service(
        "a = { [b] = c for d in e, f = 1 }",
        expect![[r#"
        PLT0001 `f` a comprehension stands alone in its brackets
          help: write `[value for x in xs]`, and put lists together with `++`
    "#]],
    );
    in_service(
        "a = b +",
        expect![[r#"
        PLT0001 `}` expected a value after the operator, found `}`
    "#]],
    );
    in_service(
        "a = if b { c } else { d }",
        expect![[r#"
        PLT0001 `{` expected `then` after the condition, found `{`
          help: a choice is `if condition then value else value`
    "#]],
    );
    in_service(
        "a = if b then c",
        expect![[r#"
        PLT0001 `c` expected `else`, found the end of the line
          help: both sides need a value; a field or element that may be absent has `when condition` behind it
    "#]],
    );
    in_service(
        "a = b == not c",
        expect![[r#"
        PLT0001 `not` `not` needs parentheses behind an operator
          help: write `(not …)`
    "#]],
    );
}

#[test]
fn the_minus_sign() {
    in_service(
        "a = b -c",
        expect![[r#"
        PLT0012 `-` a subtraction needs a space on both sides of `-`
          help: `-` glued to a value is its sign
          fix, put a space after `-`: a = b - c
    "#]],
    );
    in_service(
        "a = b- c",
        expect![[r#"
        PLT0012 `-` a subtraction needs a space on both sides of `-`
          help: names may contain `-`, so `a-b` is one name and `a - b` a subtraction
          fix, put spaces around `-`: a = b - c
    "#]],
    );
    in_service(
        "a = - 5",
        expect![[r#"
        PLT0012 `-` a minus sign before a value is glued to it
          fix, remove the space: a = -5
    "#]],
    );
    in_service(
        "a = 3-2",
        expect![[r#"
        PLT0012 `3-2` `3-2` is neither a number nor a date
          help: a subtraction has spaces, `3 - 2`; text has quotes, `"3-2"`
    "#]],
    );
    in_service(
        "a = f(b)-1",
        expect![[r#"
        PLT0012 `-` a subtraction needs a space on both sides of `-`
          help: names may contain `-`, so `a-b` is one name and `a - b` a subtraction
          fix, put spaces around `-`: a = f(b) - 1
    "#]],
    );
}

#[test]
fn numbers() {
    in_service(
        "a = 0755",
        expect![[r#"
        PLT0005 `0755` `0755` starts with a zero
          help: write `0o755` for a file mode, `"0755"` for text, `755` for the number
    "#]],
    );
    in_service(
        "a = 1e3",
        expect![[r#"
        PLT0005 `1e3` numbers have no exponent
          help: write the number out, with `_` to group digits: `1_000`
          fix, write `1000`: a = 1000
    "#]],
    );
    in_service(
        "a = 0x1f",
        expect![[r#"
        PLT0005 `0x1f` there are no hexadecimal numbers
          help: write the decimal number
          fix, write `31`: a = 31
    "#]],
    );
    in_service(
        "a = 0O17",
        expect![[r#"
        PLT0005 `0O17` `0O17` is not an octal number
          help: octal is `0o` and digits from 0 to 7: `0o755`
          fix, use a small `o`: a = 0o17
    "#]],
    );
    in_service(
        "a = 1_",
        expect![[r#"
        PLT0005 `1_` `1_` ends in `_`
          help: `_` stands between digits: `1_000`
          fix, remove it: a = 1
    "#]],
    );
    in_service(
        "a = .5",
        expect![[r#"
        PLT0005 `.5` a number needs a digit before the dot: `0.5`
          fix, write the zero: a = 0.5
    "#]],
    );
    in_service(
        "a = 1.2.3",
        expect![[r#"
        PLT0005 `1.2.3` `1.2.3` is not a number
          help: versions and addresses are text: put them in quotes
          fix, put quotes around it: a = "1.2.3"
    "#]],
    );
    in_service(
        "a = 10.0.0.0/8",
        expect![[r#"
        PLT0005 `10.0.0.0/8` `10.0.0.0/8` is not a number
          help: versions and addresses are text: put them in quotes
          fix, put quotes around it: a = "10.0.0.0/8"
    "#]],
    );
    in_service(
        "a = 99999999999999999999",
        expect![[r#"
        PLT0005 `99999999999999999999` this number is too large
          help: the largest whole number is `9223372036854775807`; put identifiers in quotes
    "#]],
    );
    in_service(
        "a = 10sx",
        expect![[r#"
        PLT0006 `sx` `sx` is not a unit
          help: units are `cpu` `m` `B` `KB` `MB` `GB` `TB` `PB` `Ki` `Mi` `Gi` `Ti` `Pi` `ms` `s` `min` `h` `d` `%` `rps` and currencies like `EUR`; text needs quotes: `"10sx"`
    "#]],
    );
    in_service(
        "a = 256MiB",
        expect![[r#"
        PLT0006 `MiB` `MiB` is not a unit
          help: did you mean `256Mi`?
          fix, use `Mi`: a = 256Mi
    "#]],
    );
    in_service(
        "a = 30sec",
        expect![[r#"
        PLT0006 `sec` `sec` is not a unit
          help: did you mean `30s`?
          fix, use `s`: a = 30s
    "#]],
    );
    in_service(
        "a = 5gb",
        expect![[r#"
        PLT0006 `gb` `gb` is not a unit
          help: did you mean `5GB`?
          fix, use `GB`: a = 5GB
    "#]],
    );
    in_service(
        "a = 2027-13-01",
        expect![[r#"
        PLT0007 `2027-13-01` `2027-13-01` is not a day: there is no month 13
          help: dates are year-month-day, like `2027-03-01`
    "#]],
    );
    in_service(
        "a = 2027-2-3",
        expect![[r#"
        PLT0007 `2027-2-3` `2027-2-3` is not a date
          help: dates have four, two and two digits: `2027-02-03`
          fix, write the date in full: a = 2027-02-03
    "#]],
    );
    in_service(
        "a = 2027-02-30",
        expect![[r#"
        PLT0007 `2027-02-30` `2027-02-30` is not a day: that month has the days 1 to 28
          help: dates are year-month-day, like `2027-03-01`
    "#]],
    );
}

#[test]
fn strings() {
    in_service(
        "a = \"open\n  b = 1",
        expect![[r#"
        PLT0003 `\"` this string is not closed on its line
          help: a string ends on its own line; text of several lines stands in `"""`
          fix, close the string: a = "open"
    "#]],
    );
    in_service(
        "a = f(\"open)\n  b = 1",
        expect![[r#"
        PLT0002 `(` this `(` is never closed
          help: add the `)` that closes it
          at `b`: expected `)` before `b`
        PLT0003 `\"` this string is not closed on its line
          help: a string ends on its own line; text of several lines stands in `"""`
    "#]],
    );
    in_service(
        "a = \"x \\(y\"\n  b = 1",
        expect![[r#"
        PLT0003 `\\(` this `\(` is not closed on its line
          help: an interpolation is one expression and a `)`; for the text `\(` itself write `\\(`
    "#]],
    );
    in_service(
        "a = \"x \\(y",
        expect![[r#"
        PLT0003 `\\(` this `\(` is not closed on its line
          help: an interpolation is one expression and a `)`; for the text `\(` itself write `\\(`
    "#]],
    );
    in_service(
        "a = 'single'",
        expect![[r#"
        PLT0014 `\'single\'` strings have double quotes
          help: write "single"
          fix, use double quotes: a = "single"
    "#]],
    );
    in_service(
        "a = \"\\q \\$ \\r\"",
        expect![[r##"
        PLT0008 `\\q` `\q` is not an escape
          help: escapes are `\"`, `\\`, `\n`, `\t`, `\u{…}` and `\(…)`; a backslash itself is `\\`, and in a raw string `#"…"#` nothing is escaped
          fix, double the backslash: a = "\\q \$ \r"
        PLT0008 `\\$` `\$` is not an escape
          help: this character needs no backslash
          fix, remove the backslash: a = "\q $ \r"
        PLT0008 `\\r` `\r` is not an escape
          help: write `\u{d}`
          fix, write it by number: a = "\q \$ \u{d}"
    "##]],
    );
    in_service(
        "a = \"\\u12 \\u{110000}\"",
        expect![[r#"
        PLT0008 `\\u` `\u` needs braces
          help: a character by number is written `\u{e9}`, with one to six hexadecimal digits
        PLT0008 `\\u{110000}` this is not a Unicode character
          help: a character by number is written `\u{e9}`, with one to six hexadecimal digits
    "#]],
    );
    in_service(
        "a = \"\\(b // c)\"",
        expect![[r#"
        PLT0020 `//` a comment cannot stand inside `\(…)`
          help: close the interpolation first; text with `//` in it belongs outside the parentheses
    "#]],
    );
    in_service(
        "a = \"\\()\"",
        expect![[r#"
        PLT0001 `(` expected a value between `\(` and `)`, found the end of the interpolation
    "#]],
    );
    in_service(
        "a = \"\\(b c)\"",
        expect![[r#"
        PLT0001 `c` expected `)` after the value, found `c`
    "#]],
    );
    in_service(
        "a = b.\"c\"",
        expect![[r#"
        PLT0001 `\"` a quoted key stands in brackets
          help: write `value["key"]`
    "#]],
    );
    check(
        "let a = \"\"\"\n  never closed\n",
        expect![[r#"
        PLT0003 `\"\"\"` this string is never closed
          help: it ends at the next `"""`, and the file has none
    "#]],
    );
    check(
        "let a = \"\"\"\n  a \\\n  b\n  \"\"\"\n",
        expect![[r##"
        PLT0008 `\\` a backslash does not join lines
          help: a backslash itself is `\\`; in a raw string `#"""…"""#` nothing is escaped
          fix, double the backslash: a \\
    "##]],
    );
}

#[test]
fn spellings_of_other_languages() {
    in_service(
        "a = null",
        expect![[r#"
        PLT0014 `null` `null` is written `none`
          help: only a `T?` may be `none`; an absent field is left out
          fix, write `none`: a = none
    "#]],
    );
    in_service(
        "a = True",
        expect![[r#"
        PLT0014 `True` `True` is written `true`
          fix, write `true`: a = true
    "#]],
    );
    in_service(
        "# comment",
        expect![[r#"
        PLT0014 `#` comments start with `//`
          fix, write `//`: // comment
    "#]],
    );
    in_service(
        "/* comment */",
        expect![[r#"
        PLT0014 `/*` comments are `//` up to the end of the line
          help: begin each line of the comment with `//`
    "#]],
    );
    in_service(
        "a = 1;",
        expect![[r#"
        PLT0014 `;` entries end with the line or a `,`, not with `;`
          fix, use a comma: a = 1,
    "#]],
    );
    in_service(
        "a = ${b}",
        expect![[r#"
            PLT0014 `$` `$` has no meaning here
              help: a value in a string is `\(name)`
        "#]],
    );
    in_service(
        "a:\n    - b\n    - c",
        expect![[r#"
        PLT0014 `:` a block stands in braces
          help: write `name { … }`; indentation has no meaning
        PLT0014 `-` lists are written in brackets
          help: write `name = [a, b]`, on one line or several
    "#]],
    );
    in_service(
        "a:\n    b: 1",
        expect![[r#"
        PLT0014 `:` a block stands in braces
          help: write `name { … }`; indentation has no meaning
        PLT0010 `:` values are set with `=`
          help: `:` stands before a type or capability
          fix, write `=`: b = 1
    "#]],
    );
    in_service(
        "var a = 1",
        expect![[r#"
        PLT0013 `var` `var` starts no clause
          fix, write `let`: let a = 1
    "#]],
    );
    check(
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"x\"\n}\n",
        expect![[r#"
            PLT0014 `\"` names of declarations have no quotes
              help: write `resource name: Capability { … }`
        "#]],
    );
    check(
        "variable \"x\" {\n  type = string\n}\n",
        expect![[r#"
        PLT0013 `variable` `variable` is not a kind of declaration
          help: declarations are `use` `team` `system` `environment` `service` `resource` `external` `capability` `implementation` `defaults` `extend` `guardrail` `enforce` `waiver` `pipeline` `migration` `test` `type` `enum` `let` `fn`
    "#]],
    );
    check(
        "import std.data\n",
        expect![[r#"
        PLT0013 `import` `import` is not a kind of declaration
          fix, write `use`: use std.data
    "#]],
    );
    check(
        "func f(a: int): int = a\n",
        expect![[r#"
        PLT0013 `func` `func` is not a kind of declaration
          fix, write `fn`: fn f(a: int): int = a
    "#]],
    );
    check(
        "let a: int[] = b\n",
        expect![[r#"
            PLT0014 `[` type arguments stand between `<` and `>`
              help: a list of `T` is `list<T>`, a map is `map<string, T>`
        "#]],
    );
    check(
        "let a: [int] = b\n",
        expect![[r#"
            PLT0014 `[` a list type is written `list<T>`
        "#]],
    );
}

#[test]
fn characters() {
    check(
        "let größe = 1\n",
        expect![[r#"
        PLT0015 `größe` the name `größe` contains `ö` (U+00F6)
          help: names are ASCII letters, digits, `_` and `-`, so that no two of them look alike; any text may stand in quotes
    "#]],
    );
    check(
        "let а = 1\n",
        expect![[r#"
        PLT0015 `а` the name `а` contains `а` (U+0430)
          help: names are ASCII letters, digits, `_` and `-`, so that no two of them look alike; any text may stand in quotes
    "#]],
    );
    check(
        "let a = “x”\n",
        expect![[r#"
        PLT0004 `“` `“` is a typographic quote
          help: strings have straight double quotes: `"`
    "#]],
    );
    check(
        "let a\u{a0}= 1\n",
        expect![[r#"
        PLT0004 `\u{a0}` this is a no-break space
          fix, use a plain space: let a = 1
    "#]],
    );
    check(
        "let a = 1 – 2\n",
        expect![[r#"
        PLT0004 `–` `–` is not a minus sign
          help: use the plain `-`
          fix, use `-`: let a = 1 - 2
    "#]],
    );
    check(
        "let a = \0\n",
        expect![[r#"
        PLT0004 `\0` the file contains NUL bytes
          help: source files are UTF-8 text; this one may be binary or UTF-16
    "#]],
    );
    check(
        "let a = ~1\n",
        expect![[r#"
        PLT0004 `~` `~` has no meaning here
          help: text stands in double quotes
    "#]],
    );
}
