//! What was tried so far, in target/faults/tried.tsv: one fault a line, written as soon as it is known.

use super::sample::Mutant;
use super::trial::Verdict;
use super::{MODULES, sample, tree};
use crate::fault::{Fault, Outcome};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// The results of one sample.
pub(super) struct Kept {
    pub(super) commit: String,
    pub(super) seed: String,
    /// How many faults each module has in all.
    pub(super) all: Vec<usize>,
    pub(super) tried: BTreeMap<String, Verdict>,
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

impl Kept {
    /// What an earlier run has left.
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
        };
        let counts = head.next()?.split(' ');
        for (all, count) in kept.all.iter_mut().zip(counts) {
            *all = count.parse().ok()?;
        }
        for line in lines {
            let (word, name) = line.split_once('\t')?;
            kept.tried.insert(name.to_owned(), Verdict::read(word)?);
        }
        Some(kept)
    }

    /// A sample of which nothing was tried.
    pub(super) fn begin(commit: String, seed: &str) -> Outcome<Self> {
        let kept = Self {
            commit,
            seed: seed.to_owned(),
            all: vec![0; MODULES.len()],
            tried: BTreeMap::new(),
        };
        kept.write()?;
        Ok(kept)
    }

    /// Notes how many faults there are.
    pub(super) fn note_all(&mut self, sample: &[Mutant]) -> Outcome<()> {
        for (at, all) in self.all.iter_mut().enumerate() {
            *all = sample.iter().filter(|it| it.module == at).count();
        }
        self.write()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.tried.contains_key(name)
    }

    /// How many count: those that do not compile are no faults.
    pub(super) fn count(&self) -> usize {
        let compile = |verdict: &&Verdict| **verdict != Verdict::Unviable;
        self.tried.values().filter(compile).count()
    }

    pub(super) fn survivors(&self) -> Vec<String> {
        let missed = |(_, verdict): &(&String, &Verdict)| **verdict == Verdict::Missed;
        let missed = self.tried.iter().filter(missed);
        missed.map(|(name, _)| name.clone()).collect()
    }

    /// How many of a module were noticed, and how many tried.
    pub(super) fn of_module(&self, at: usize) -> (usize, usize) {
        let here = self.tried.iter().filter(|(name, verdict)| {
            sample::module(name) == Some(at) && **verdict != Verdict::Unviable
        });
        let verdicts: Vec<Verdict> = here.map(|(_, verdict)| *verdict).collect();
        let caught = verdicts.iter().filter(|it| **it == Verdict::Caught).count();
        (caught, verdicts.len())
    }

    pub(super) fn add(&mut self, mutant: &Mutant, verdict: Verdict) -> Outcome<()> {
        self.tried.insert(mutant.name.clone(), verdict);
        // One line more, so that what was tried is safe whenever the run is stopped.
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(path())
            .map_err(fault)?;
        writeln!(file, "{}\t{}", verdict.word(), mutant.name).map_err(fault)
    }

    pub(super) fn replace(&mut self, name: &str, verdict: Verdict) -> Outcome<()> {
        self.tried.insert(name.to_owned(), verdict);
        self.write()
    }

    fn write(&self) -> Outcome<()> {
        std::fs::create_dir_all(tree::folder()).map_err(fault)?;
        std::fs::write(path(), self.text()).map_err(fault)
    }

    fn text(&self) -> String {
        let counts: Vec<String> = self.all.iter().map(usize::to_string).collect();
        let mut text = format!("{}\t{}\t{}\n", self.commit, self.seed, counts.join(" "));
        for (name, verdict) in &self.tried {
            text += &format!("{}\t{name}\n", verdict.word());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = "c0ffee\t7\t9 8 7 6 5\ncaught\tcore/src/radix.rs:1:2: a\n\
                    missed\tcore/src/radix.rs:3:4: b\nunviable\tcore/src/radix/view.rs:1:1: c\n";
        let kept = Kept::parse(text).expect("it is as written");
        assert_eq!(kept.text(), text);
        assert_eq!(kept.count(), 2);
        assert_eq!(kept.of_module(0), (1, 2));
        assert_eq!(kept.of_module(1), (0, 0));
        assert_eq!(kept.survivors(), ["core/src/radix.rs:3:4: b"]);
    }
}
