//! Fuzz target: see [`plat_fuzz::check`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| plat_fuzz::check(data));
