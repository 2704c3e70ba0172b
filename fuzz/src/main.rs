//! The readers of files under libFuzzer: any bytes give requests that can be replayed, or an error that says something; read at once
//! and in pieces, whose size follows from the file's.
#![no_main]

#[path = "../../core/tests/fuzz/check.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    check::check(bytes, 1 + bytes.len() % 61);
});
