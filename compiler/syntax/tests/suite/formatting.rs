//! The one style.

use expect_test::{Expect, expect};
use plat_syntax::format::format;

#[track_caller]
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
    check("let a=1+2 *3- -4", expect![]);
    check("let a = f( x ,y=1 ) . b [ 0 ]\nlet b = g (x)", expect![]);
    check("let a:list < int >?   =   [ 1,2 , 3 ]", expect![]);
    check("let a = { b=1,c { d = 2 } , \"e\" . f=3 }", expect![]);
    check(
        "let a = \"x\\( b+c )y\"\nlet d = not(e)\nlet f = 1 .. 5",
        expect![],
    );
    check("use a . b . { c ,d }\nuse e  as f", expect![]);
    check(
        "@stable( since = \"1.0\" )pub capability C is A ,B{}",
        expect![],
    );
    check(
        "service s :X only in[ a ,b ]{needs a :B{c = 1}only in d}",
        expect![],
    );
    check("fn f (a:int=1,b :string ):int=a", expect![]);
    check("enum E{a,b(c:int)}\ntype T=\"x\"|\"y\"", expect![]);
}

#[test]
fn blocks() {
    check("team a {   b = 1\n c = 2 }", expect![]);
    check(
        "team a {\n}\nteam b { }\nteam c {\n\n\n  d = 1\n\n\n\n  e = 2\n\n}",
        expect![],
    );
    check("resources { }\nteam a { b { c = 1,\n d = 2 } }", expect![]);
    check(
        "team a { email = \"payments@acme.dev\", chat = \"#payments\", on_call = \"https://oncall.acme.dev/payments\", x = 1 }",
        expect![],
    );
    check(
        "let a = match b { c => 1, d(e) => { f = 1\n g = 2 } }",
        expect![],
    );
    check(
        "let a = { [k] = v for k, v in m }\nlet b = {\n[k] = v for k, v in m where v }",
        expect![],
    );
}

#[test]
fn lists_and_calls() {
    check(
        "let a = [1,\n 2, 3]\nlet b = [\n]\nlet c = [[\n1]]",
        expect![],
    );
    check(
        "let a = [{ b = 1\n c = 2 }]\nlet d = f({\n e = 1 })\nlet g = f(1, {\n e = 1 })",
        expect![],
    );
    check(
        "let a = [x for x in xs\n where x]\nlet b = all(p for x in xs)",
        expect![],
    );
    check(
        "let a = function_with_a_long_name(argument_number_one, argument_number_two, named = argument_number_three)",
        expect![],
    );
}

#[test]
fn continued_lines() {
    check("let a =\n  b\n      ++ c\n  ++ d", expect![]);
    check(
        "service s: X {\n patch d because \"x\"\n until 2027-01-01 {\n a = 1\n }\n}",
        expect![],
    );
    check(
        "guardrail g {\n for s in xs\n where s.ok\n require s.a\n else \"b\"\n fix a = 1\n}",
        expect![],
    );
    check(
        "capability C {\n require some.quite.long.condition >= another.long.condition else \"a message that does not fit on the line\"\n}",
        expect![],
    );
    check(
        "let a = first_operand_with_a_long_name and second_operand_with_a_long_name or third_operand_with_a_long_name",
        expect![],
    );
    check("let a = (\n b\n or c)", expect![]);
}

#[test]
fn comments() {
    check(
        "// top\n\n\n// more\nlet a = 1 // behind\n   // above\nlet b = 2\n// end",
        expect![],
    );
    check(
        "team a { // opening\n // first\n b = 1, // after b\n c = 2 // after c\n // last\n} // behind",
        expect![],
    );
    check(
        "let a = [ // opening\n 1, // one\n 2 // two\n // last\n]",
        expect![],
    );
    check("let a = b // why\n ++ c", expect![]);
    check("/// Docs.\n@a\n// note\npub let b = 1", expect![]);
    check("team a {\n  // only\n}", expect![]);
    check("//", expect![]);
}

#[test]
fn texts_stay() {
    check(
        "let a = \"\"\"\n      x\n   y   \n  \"\"\"\nlet b = #\"a  \\(  b )\"#\nlet c = [\"\"\"\n x\"\"\"]",
        expect![],
    );
    check("let a = \"tab\\t  \\(b)  \"", expect![]);
}

#[test]
fn white_space_of_the_file() {
    check("", expect![]);
    check("\n\n  \n", expect![]);
    check(
        "\u{feff}let a = 1\r\n\r\n\r\n\r\nlet b = 2   \r\n",
        expect![],
    );
    check("\n\nlet a = 1,,\n,let b = 2", expect![]);
}

#[test]
fn broken_declarations_stay_byte_for_byte() {
    check(
        "let  a=1\nservice  s: X {\n   a  = \n  b =2\n}\nlet  c=3",
        expect![],
    );
    check("let  a=1\nfoo   bar\nlet  c=3", expect![]);
    check("let  a=1 ; let  b=2\nlet  c=3", expect![]);
    check(
        "let  a=1\nservice  s: X {\n   a  = 1\nlet  c=3\nteam  d{ }",
        expect![],
    );
    check("let a = \"\"\"\n   never closed", expect![]);
    check("}\n  let  a=1", expect![]);
}
