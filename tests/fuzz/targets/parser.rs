//! Fuzz target: see [`plat_fuzz::parser`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| plat_fuzz::parser(data));
