//! The one style.

use expect_test::{Expect, expect};
use plat_syntax::format::format;

#[track_caller]
#[expect(
    clippy::needless_pass_by_value,
    reason = "an expectation is written in the call"
)]
fn check(text: &str, expected: Expect) {
    let formatted = format(text).expect("formatting keeps the meaning");
    expected.assert_eq(&formatted);
    assert_eq!(
        format(&formatted).as_ref(),
        Ok(&formatted),
        "formatting twice is formatting once"
    );
}

#[test]
fn the_examples() {
    for (name, text) in crate::EXAMPLES {
        let formatted = format(text).expect(name);
        assert_eq!(format(&formatted).as_ref(), Ok(&formatted), "{name}");
        crate::parse_clean(&formatted);
    }
}

#[test]
fn spacing() {
    check(
        "let a=1+2 *3 - -4",
        expect![[r#"
            let a = 1 + 2 * 3 - -4
        "#]],
    );
    check(
        "let a = f( x ,y=1 ) . b[ 0 ]",
        expect![[r#"
            let a = f(x, y = 1).b[0]
        "#]],
    );
    check(
        "let a:list < int >?   =   [ 1,2 , 3 ]",
        expect![[r#"
        let a: list<int>? = [1, 2, 3]
    "#]],
    );
    check(
        "let a = { b=1,c { d = 2 } , \"e\" . f=3 }",
        expect![[r#"
        let a = { b = 1, c { d = 2 }, "e".f = 3 }
    "#]],
    );
    check(
        "let a = \"x\\( b+c )y\"\nlet d = not(e)\nlet f = 1 .. 5",
        expect![[r#"
            let a = "x\(b + c)y"
            let d = not (e)
            let f = 1..5
        "#]],
    );
    check(
        "use a . b . { c ,d }\nuse e  as f",
        expect![[r#"
        use a.b.{c, d}
        use e as f
    "#]],
    );
    check(
        "@stable( since = \"1.0\" )pub capability C is A ,B{}",
        expect![[r#"
            @stable(since = "1.0") pub capability C is A, B {}
        "#]],
    );
    check(
        "service s :X only in[ a ,b ]{needs a :B{c = 1}only in d}",
        expect![[r#"
            service s: X only in [a, b] { needs a: B { c = 1 } only in d }
        "#]],
    );
    check(
        "fn f (a:int=1,b :string ):int=a",
        expect![[r#"
        fn f(a: int = 1, b: string): int = a
    "#]],
    );
    check(
        "enum E{a,b(c:int)}\ntype T=\"x\"|\"y\"",
        expect![[r#"
        enum E { a, b(c: int) }
        type T = "x" | "y"
    "#]],
    );
}

#[test]
fn blocks() {
    check(
        "team a {   b = 1\n c = 2 }",
        expect![[r#"
        team a {
          b = 1
          c = 2
        }
    "#]],
    );
    check(
        "team a {\n}\nteam b { }\nteam c {\n\n\n  d = 1\n\n\n\n  e = 2\n\n}",
        expect![[r#"
            team a {}
            team b {}
            team c {
              d = 1

              e = 2
            }
        "#]],
    );
    check(
        "resources { }\nteam a { b { c = 1,\n d = 2 } }",
        expect![[r#"
        resources { }
        team a {
          b {
            c = 1
            d = 2
          }
        }
    "#]],
    );
    check(
        "team a { email = \"payments@acme.dev\", chat = \"#payments\", on_call = \"https://oncall.acme.dev/payments\", x = 1 }",
        expect![[r##"
            team a {
              email = "payments@acme.dev"
              chat = "#payments"
              on_call = "https://oncall.acme.dev/payments"
              x = 1
            }
        "##]],
    );
    check(
        "let a = match b { c => 1, d(e) => { f = 1\n g = 2 } }",
        expect![[r#"
            let a = match b {
              c => 1
              d(e) => {
                f = 1
                g = 2
              }
            }
        "#]],
    );
    check(
        "let a = { [k] = v for k, v in m }\nlet b = {\n[k] = v for k, v in m where v }",
        expect![[r#"
            let a = { [k] = v for k, v in m }
            let b = {
              [k] = v
              for k, v in m where v
            }
        "#]],
    );
}

#[test]
fn lists_and_calls() {
    check(
        "let a = [1,\n 2, 3]\nlet b = [\n]\nlet c = [[\n1]]",
        expect![[r#"
            let a = [
              1,
              2,
              3,
            ]
            let b = []
            let c = [[
              1,
            ]]
        "#]],
    );
    check(
        "let a = [{ b = 1\n c = 2 }]\nlet d = f({\n e = 1 })\nlet g = f(1, {\n e = 1 })",
        expect![[r#"
            let a = [{
              b = 1
              c = 2
            }]
            let d = f({
              e = 1
            })
            let g = f(
              1,
              {
                e = 1
              },
            )
        "#]],
    );
    check(
        "let a = [x for x in xs\n where x]\nlet b = all(p for x in xs)",
        expect![[r#"
            let a = [
              x
              for x in xs
              where x
            ]
            let b = all(p for x in xs)
        "#]],
    );
    check(
        "let a = function_with_a_long_name(argument_number_one, argument_number_two, named = argument_number_three)",
        expect![[r#"
            let a = function_with_a_long_name(
              argument_number_one,
              argument_number_two,
              named = argument_number_three,
            )
        "#]],
    );
}

#[test]
fn continued_lines() {
    check(
        "let a =\n  b\n      ++ c\n  ++ d",
        expect![[r#"
        let a =
          b
          ++ c
          ++ d
    "#]],
    );
    check(
        "service s: X {\n patch d because \"x\"\n until 2027-01-01 {\n a = 1\n }\n}",
        expect![[r#"
            service s: X {
              patch d because "x"
                until 2027-01-01 {
                a = 1
              }
            }
        "#]],
    );
    check(
        "guardrail g {\n for s in xs\n where s.ok\n require s.a\n else \"b\"\n fix a = 1\n}",
        expect![[r#"
            guardrail g {
              for s in xs
              where s.ok
              require s.a
                else "b"
                fix a = 1
            }
        "#]],
    );
    check(
        "guardrail g {\n input least:int=2\n for s in xs\n require s.a>=least\n}\nenforce  a.g in [ b,c ] {least=3}",
        expect![[r#"
            guardrail g {
              input least: int = 2
              for s in xs
              require s.a >= least
            }
            enforce a.g in [b, c] { least = 3 }
        "#]],
    );
    check(
        "capability C {\n require some.quite.long.condition >= another.long.condition else \"a message that does not fit on the line\"\n}",
        expect![[r#"
            capability C {
              require some.quite.long.condition >= another.long.condition
                else "a message that does not fit on the line"
            }
        "#]],
    );
    check(
        "let a = first_operand_with_a_long_name and second_operand_with_a_long_name or third_operand_with_a_long_name",
        expect![[r#"
            let a =
              first_operand_with_a_long_name and second_operand_with_a_long_name
              or third_operand_with_a_long_name
        "#]],
    );
    check(
        "let a = (\n b\n or c)",
        expect![[r#"
            let a = (
              b
              or c
            )
        "#]],
    );
}

#[test]
fn comments() {
    check(
        "// top\n\n\n// more\nlet a = 1 // behind\n   // above\nlet b = 2\n// end",
        expect![[r#"
            // top

            // more
            let a = 1 // behind
            // above
            let b = 2
            // end
        "#]],
    );
    check(
        "team a { // opening\n // first\n b = 1, // after b\n c = 2 // after c\n // last\n} // behind",
        expect![[r#"
            team a { // opening
              // first
              b = 1 // after b
              c = 2 // after c
              // last
            } // behind
        "#]],
    );
    check(
        "let a = [ // opening\n 1, // one\n 2 // two\n // last\n]",
        expect![[r#"
            let a = [ // opening
              1, // one
              2, // two
              // last
            ]
        "#]],
    );
    check(
        "let a = b // why\n ++ c",
        expect![[r#"
        let a = b // why
          ++ c
    "#]],
    );
    check(
        "/// Docs.\n@a\n// note\npub let b = 1",
        expect![[r#"
        /// Docs.
        @a
        // note
        pub let b = 1
    "#]],
    );
    check(
        "team a {\n  // only\n}",
        expect![[r#"
        team a {
          // only
        }
    "#]],
    );
    check(
        "//",
        expect![[r#"
        //
    "#]],
    );
}

#[test]
fn texts_stay() {
    check(
        "let a = \"\"\"\n      x\n   y   \n  \"\"\"\nlet b = #\"a  \\(  b )\"#\nlet c = [\"\"\"\n x\"\"\"]",
        expect![[r##"
            let a = """
                  x
               y   
              """
            let b = #"a  \(  b )"#
            let c = [
              """
             x""",
            ]
        "##]],
    );
    check(
        "let a = \"tab\\t  \\(b)  \"",
        expect![[r#"
        let a = "tab\t  \(b)  "
    "#]],
    );
}

#[test]
fn white_space_of_the_file() {
    check("", expect![]);
    check("\n\n  \n", expect![]);
    check(
        "\u{feff}let a = 1\r\n\r\n\r\n\r\nlet b = 2   \r\n",
        expect![[r#"
            let a = 1

            let b = 2
        "#]],
    );
    check(
        "\n\nlet a = 1,,\n,let b = 2",
        expect![[r#"
        let a = 1
        let b = 2
    "#]],
    );
}

#[test]
fn broken_declarations_stay_byte_for_byte() {
    check(
        "let  a=1\nservice  s: X {\n   a  = \n  b =2\n}\nlet  c=3",
        expect![[r#"
            let a = 1
            service  s: X {
               a  = 
              b =2
            }
            let c = 3
        "#]],
    );
    check(
        "let  a=1\nfoo   bar\nlet  c=3",
        expect![[r#"
        let a = 1
        foo   bar
        let c = 3
    "#]],
    );
    check(
        "let  a=1 ; let  b=2\nlet  c=3",
        expect![[r#"
            let  a=1 ; let  b=2
            let c = 3
        "#]],
    );
    check(
        "let  a=1\nservice  s: X {\n   a  = 1\nlet  c=3\nteam  d{ }",
        expect![[r#"
            let a = 1
            service  s: X {
               a  = 1
            let  c=3
            team d {}
        "#]],
    );
    check(
        "let a = \"\"\"\n   never closed",
        expect![[r#"
        let a = """
           never closed"#]],
    );
    check(
        "}\n  let  a=1",
        expect![[r#"
        }
        let a = 1
    "#]],
    );
}
