//! Which cases are tried.
//!
//! The seed is `WARMPATH_SEED` where it is given, else the commit that is checked out: the same commit tries the same cases
//! on every machine, the next one tries others. It is printed with every failure. `WARMPATH_CASES` says how many cases
//! (200 unless given).

use std::process::Command;
use std::sync::OnceLock;

/// How many cases each law is tried on.
pub(crate) fn cases() -> u32 {
    std::env::var("WARMPATH_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(200)
}

/// The seed of this run, as a text that can be given again.
pub(crate) fn seed() -> &'static str {
    static SEED: OnceLock<String> = OnceLock::new();
    SEED.get_or_init(|| {
        if let Ok(seed) = std::env::var("WARMPATH_SEED") {
            return seed;
        }
        let head = Command::new("git")
            .args(["rev-parse", "--short=12", "HEAD"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output();
        let head = head.ok().filter(|output| output.status.success());
        let head = head.and_then(|output| String::from_utf8(output.stdout).ok());
        head.map_or("1".to_owned(), |head| head.trim().to_owned())
    })
}
