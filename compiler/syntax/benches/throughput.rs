//! Bytes per second of lexer, parser and formatter over the example of the language's documentation, repeated.

use divan::{Bencher, counter::BytesCount};

fn main() {
    divan::main();
}

/// About a megabyte of ordinary declarations.
fn source() -> String {
    let example = include_str!("../tests/data/checkout.plat");
    example.repeat(1_000_000 / example.len())
}

#[divan::bench]
fn lex(bencher: Bencher<'_, '_>) {
    let source = source();
    bencher
        .counter(BytesCount::of_str(&source))
        .bench(|| plat_syntax::lexer::lex(&source));
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let source = source();
    bencher
        .counter(BytesCount::of_str(&source))
        .bench(|| plat_syntax::parse(&source));
}

#[divan::bench]
fn format(bencher: Bencher<'_, '_>) {
    let source = source();
    bencher
        .counter(BytesCount::of_str(&source))
        .bench(|| plat_syntax::format::format(&source));
}
