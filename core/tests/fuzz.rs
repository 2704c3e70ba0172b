//! The four families of readers under arbitrary bytes: what the corpus holds, and mutations of it.
//!
//! `corpus/` is replayed by every run, in pieces of several sizes. Mutations go on for `WARMPATH_FUZZ_SECONDS` (2 unless
//! said) a family, from a seed that is printed; `WARMPATH_FUZZ_SEED` repeats one. A file that fails belongs into the corpus.
//! These bytes are changed blindly. `fuzz/run.sh` does it with regard to what code they reach, by libFuzzer, and puts what it finds into
//! the corpus.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant, SystemTime};

#[path = "fuzz/check.rs"]
mod check;
use check::check;

const FAMILIES: [&str; 4] = ["lines", "conversations", "tables", "traces"];

fn corpus(family: &str) -> Vec<Vec<u8>> {
    let folder = format!("{}/tests/corpus/{family}", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    names.sort();
    names.iter().map(|name| fs::read(name).unwrap()).collect()
}

#[test]
fn the_corpus_is_read_or_refused() {
    for family in FAMILIES.into_iter().chain(["found"]) {
        let files = corpus(family);
        assert!(files.len() >= 3, "{family}");
        for file in files {
            [1, 7, 1000]
                .into_iter()
                .for_each(|piece| check(&file, piece));
        }
    }
}

/// A small generator: the next number of a seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Pieces that make other values of what stands there.
const PIECES: [&str; 16] = [
    "null",
    "-1",
    "1e999",
    "18446744073709551616",
    "\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\n",
    "NaN",
    "\\ud800",
    "\u{feff}",
    "0.5",
    ";",
];

fn mutated(files: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut file = files[numbers.below(files.len())].clone();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(file.len() + 1);
        match numbers.below(6) {
            0 if at < file.len() => file[at] = numbers.below(256) as u8,
            1 if at < file.len() => drop(file.remove(at)),
            2 => file.truncate(at),
            3 => {
                // A part of another file of the family.
                let other = &files[numbers.below(files.len())];
                let from = numbers.below(other.len() + 1);
                let to = (from + numbers.below(60)).min(other.len());
                file.splice(at..at, other[from..to].iter().copied());
            }
            4 => {
                let to = (at + numbers.below(12)).min(file.len());
                let part = file[at..to].to_vec();
                file.splice(at..at, part);
            }
            _ => drop(file.splice(at..at, PIECES[numbers.below(PIECES.len())].bytes())),
        }
    }
    file
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "a limit on the test's own time and a fresh seed"
)]
fn mutations_are_read_or_refused() {
    let setting = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|it| it.parse::<u64>().ok())
    };
    let seconds = setting("WARMPATH_FUZZ_SECONDS").unwrap_or(2);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seed =
        setting("WARMPATH_FUZZ_SEED").unwrap_or_else(|| now.map_or(1, |it| it.as_nanos() as u64));
    println!("WARMPATH_FUZZ_SEED={seed}");
    for family in FAMILIES {
        let files = corpus(family);
        let mut numbers = Numbers(seed | 1);
        let (begun, mut count) = (Instant::now(), 0u64);
        while begun.elapsed() < Duration::from_secs(seconds) {
            let file = mutated(&files, &mut numbers);
            let piece = 1 + numbers.below(40);
            let fine = catch_unwind(AssertUnwindSafe(|| check(&file, piece)));
            assert!(
                fine.is_ok(),
                "{family}, seed {seed}, piece {piece}:\n{}",
                String::from_utf8_lossy(&file)
            );
            count += 1;
        }
        println!("{family}: {count} files");
    }
}
