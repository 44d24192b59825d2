//! Fuzz target: see [`plat_fuzz::formatter`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| plat_fuzz::formatter(data));
