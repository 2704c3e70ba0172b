//! The results so far, in target/faults/tried.tsv: a line per fault with the tests that noticed it, written as soon as it
//! is known.

use super::sample::Mutant;
use super::trial::{FaultResult, Trial};
use super::{MODULES, sample, tree};
use crate::fault::{Fault, Outcome};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// The results of one sample.
pub(super) struct SampleResults {
    pub(super) commit: String,
    pub(super) seed: String,
    /// The number of all possible faults in each module.
    pub(super) all: Vec<usize>,
    pub(super) tried: BTreeMap<String, Trial>,
    /// The first result of faults whose result has changed because tests were written for them.
    first: BTreeMap<String, Trial>,
}

fn path() -> PathBuf {
    tree::folder().join("tried.tsv")
}

fn fault(error: impl ToString) -> Fault {
    Fault::new(
        "the faults tried so far",
        format!("{}: {}", path().display(), error.to_string()),
        "cargo xtask mutants --anew",
    )
}

impl SampleResults {
    /// Reads the results of earlier runs.
    pub(super) fn read() -> Outcome<Self> {
        Self::parse(&std::fs::read_to_string(path()).map_err(fault)?)
            .ok_or_else(|| fault("not as this command writes it"))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut head = lines.next()?.split('\t');
        let mut kept = Self {
            commit: head.next()?.to_owned(),
            seed: head.next()?.to_owned(),
            all: vec![0; MODULES.len()],
            tried: BTreeMap::new(),
            first: BTreeMap::new(),
        };
        let counts = head.next()?.split(' ');
        for (all, count) in kept.all.iter_mut().zip(counts) {
            *all = count.parse().ok()?;
        }
        for line in lines {
            let mut parts = line.split('\t');
            let verdict = FaultResult::read(parts.next()?)?;
            let name = parts.next()?.to_owned();
            let by = parts.map(str::to_owned).collect();
            kept.note(&name, Trial { verdict, by });
        }
        Some(kept)
    }

    /// Begins a new sample, of which nothing was tried.
    pub(super) fn begin(commit: String, seed: &str) -> Outcome<Self> {
        let kept = Self {
            commit,
            seed: seed.to_owned(),
            all: vec![0; MODULES.len()],
            tried: BTreeMap::new(),
            first: BTreeMap::new(),
        };
        kept.write()?;
        Ok(kept)
    }

    /// Stores the number of all possible faults in each module.
    pub(super) fn note_all(&mut self, sample: &[Mutant]) -> Outcome<()> {
        for (at, all) in self.all.iter_mut().enumerate() {
            *all = sample.iter().filter(|it| it.module == at).count();
        }
        self.write()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.tried.contains_key(name)
    }

    /// The number of results that count; faults that could not be put into the code do not.
    pub(super) fn count(&self) -> usize {
        self.tried.values().filter(|it| it.verdict.counts()).count()
    }

    /// The number of results with a verdict.
    pub(super) fn ended(&self, verdict: FaultResult) -> usize {
        let so = |trial: &&Trial| trial.verdict == verdict;
        self.tried.values().filter(so).count()
    }

    pub(super) fn survivors(&self) -> Vec<String> {
        let left = |trial: &Trial| trial.verdict.counts() && !trial.verdict.noticed();
        let left = self.tried.iter().filter(|(_, trial)| left(trial));
        left.map(|(name, _)| name.clone()).collect()
    }

    /// For a module, the number of faults that were noticed at first, that are noticed now, and that were tried.
    pub(super) fn of_module(&self, at: usize) -> [usize; 3] {
        let counts =
            |name: &str, trial: &Trial| sample::module(name) == Some(at) && trial.verdict.counts();
        let here = self
            .tried
            .iter()
            .filter(|(name, trial)| counts(name, trial));
        let (mut first, mut now, mut tried) = (0, 0, 0);
        for (name, trial) in here {
            tried += 1;
            now += usize::from(trial.verdict.noticed());
            let before = self.first.get(name).unwrap_or(trial);
            first += usize::from(before.verdict.noticed());
        }
        [first, now, tried]
    }

    /// Stores a result. If the fault was tried before, the new result counts, and the first is remembered.
    fn note(&mut self, name: &str, trial: Trial) {
        if let Some(before) = self.tried.insert(name.to_owned(), trial) {
            self.first.entry(name.to_owned()).or_insert(before);
        }
    }

    /// Stores a result and writes it to the file. If the fault was tried before, the new result counts.
    pub(super) fn add(&mut self, name: &str, trial: Trial) -> Outcome<()> {
        // The line is appended to the file at once, so that results are safe whenever the run is stopped.
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(path())
            .map_err(fault)?;
        writeln!(file, "{}", line(name, &trial)).map_err(fault)?;
        self.note(name, trial);
        Ok(())
    }

    fn write(&self) -> Outcome<()> {
        std::fs::create_dir_all(tree::folder()).map_err(fault)?;
        std::fs::write(path(), self.text()).map_err(fault)
    }

    fn text(&self) -> String {
        let counts: Vec<String> = self.all.iter().map(usize::to_string).collect();
        let mut text = format!("{}\t{}\t{}\n", self.commit, self.seed, counts.join(" "));
        // The first result of a fault comes before its present one.
        for (name, trial) in self.first.iter().chain(&self.tried) {
            text += &(line(name, trial) + "\n");
        }
        text
    }
}

fn line(name: &str, trial: &Trial) -> String {
    let words = [trial.verdict.word(), name].into_iter();
    let words: Vec<&str> = words.chain(trial.by.iter().map(String::as_str)).collect();
    words.join("\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = "c0ffee\t7\t9 8 7 6 5\ncaught\tcore/src/radix.rs:1:2: a\tradix::one\tlaws::two\n\
                    missed\tcore/src/radix.rs:3:4: b\nunviable\tcore/src/radix/view.rs:1:1: c\n";
        let kept = SampleResults::parse(text).expect("it is as written");
        assert_eq!(kept.text(), text);
        assert_eq!(kept.count(), 2);
        assert_eq!(kept.ended(FaultResult::Unviable), 1);
        assert_eq!(kept.of_module(0), [1, 1, 2]);
        assert_eq!(kept.of_module(1), [0, 0, 0]);
        assert_eq!(kept.survivors(), ["core/src/radix.rs:3:4: b"]);
        // A test was written for the fault that was missed.
        let again = format!("{text}caught\tcore/src/radix.rs:3:4: b\tradix::new\n");
        let kept = SampleResults::parse(&again).expect("it is as written");
        assert_eq!(kept.of_module(0), [1, 2, 2]);
        let rewritten = SampleResults::parse(&kept.text()).expect("it is as written");
        assert_eq!(rewritten.of_module(0), [1, 2, 2]);
        assert!(rewritten.survivors().is_empty());
    }
}
