//! Stores the outcomes of runs in a directory, so that a search can go on after a break, and parts of it can be run on several
//! machines: a file for each part, with the command in its first line and a line per run after it.
//!
//! A line is written as soon as its run has ended, so a program that is stopped in the middle loses only the runs under way. An
//! incomplete line is ignored, and its run is made again.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use warmpath_core::plan::TrialOutcome;

use super::driver::Shard;
use crate::command::fields;
use crate::failure::{Failure, reason};
use crate::whole::Whole;

/// The size of the longest file that is read \[bytes\].
const MOST: usize = 1 << 30;
/// The ending of the names of these files.
const ENDING: &str = "jsonl";
/// The version of the files.
const VERSION: &str = "warmpath.runs/1";

/// The first line of a file: the command, and which part of its runs the file holds.
#[derive(Serialize, Deserialize, PartialEq)]
struct Head {
    schema: String,
    /// The arguments of the command, without those for how and where it is run and where its result goes.
    command: Vec<String>,
    /// The number of the part, counted from 1.
    part: usize,
    parts: usize,
}

/// A line for one run: its key and its outcome.
#[derive(Serialize, Deserialize)]
struct JournalLine {
    key: String,
    outcome: Value,
}

/// The runs that are stored, and the file that further ones are added to.
pub(crate) struct Journal {
    directory: PathBuf,
    file: Option<File>,
    known: BTreeMap<String, Value>,
}

/// Options that do not change the outcomes. They are left out, with their values, when commands are compared. (`--svg` stays: `merge`
/// draws the charts that the parts were asked for.)
const NOT_COMPARED: [&str; 5] = ["--resume", "--shard", "--threads", "--out", "--format"];

/// The arguments of a command, as they are compared between parts.
fn command(args: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept = Vec::new();
    let mut args = args.peekable();
    while let Some(arg) = args.next() {
        if NOT_COMPARED.contains(&arg.as_str()) {
            args.next();
        } else if !NOT_COMPARED
            .iter()
            .any(|flag| arg.starts_with(&format!("{flag}=")))
        {
            kept.push(arg);
        }
    }
    kept
}

fn own_command() -> Vec<String> {
    let args = std::env::args_os().skip(1);
    command(args.map(|arg| arg.to_string_lossy().into_owned()))
}

impl Journal {
    /// The journal in the directory of `--resume`; `None` if that is not given.
    pub(crate) fn of(matches: &ArgMatches, shard: Option<Shard>) -> Result<Option<Self>, Failure> {
        let directory = fields::given(matches, "resume");
        let open = directory.map(|directory| Self::open(directory.as_ref(), shard));
        open.transpose()
    }

    /// The journal of this command in a directory, which is created if it does not exist.
    pub(crate) fn open(directory: &Path, shard: Option<Shard>) -> Result<Self, Failure> {
        let cannot = |error: &std::io::Error| {
            let shown = directory.display();
            Failure::usage(format!(
                "cannot use the directory {shown}: {}",
                reason(error)
            ))
        };
        fs::create_dir_all(directory).map_err(|error| cannot(&error))?;
        let head = Head {
            schema: VERSION.to_owned(),
            command: own_command(),
            part: shard.map_or(1, |it| it.part + 1),
            parts: shard.map_or(1, |it| it.parts),
        };
        let name = match shard {
            None => format!("runs.{ENDING}"),
            Some(shard) => format!("part-{}-of-{}.{ENDING}", shard.part + 1, shard.parts),
        };
        let path = directory.join(name);
        let mut known = BTreeMap::new();
        let there = read(&path, &mut known)?;
        if let Some(there) = &there
            && *there != head
        {
            return Err(Failure::usage(format!(
                "{} keeps the runs of another command (warmpath {}); give another directory",
                path.display(),
                there.command.join(" ")
            )));
        }
        let open = OpenOptions::new().create(true).append(true).open(&path);
        let mut file = open.map_err(|error| cannot(&error))?;
        let begun = match there {
            // The last line may be incomplete. After a complete one this makes an empty line, which is ignored as well.
            Some(_) => "\n".to_owned(),
            None => serde_json::to_string(&head).unwrap_or_default() + "\n",
        };
        file.write_all(begun.as_bytes())
            .map_err(|error| cannot(&error))?;
        Ok(Self {
            directory: directory.to_path_buf(),
            file: Some(file),
            known,
        })
    }

    /// What all parts in a directory have stored, with the command that they belong to.
    pub(crate) fn parts(directory: &Path) -> Result<(Self, Vec<String>), Failure> {
        let shown = directory.display();
        let cannot = |error: std::io::Error| {
            Failure::usage(format!("cannot read {shown}: {}", reason(&error)))
        };
        let mut paths: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(directory).map_err(cannot)? {
            let path = entry.map_err(cannot)?.path();
            if path.extension().is_some_and(|it| it == ENDING) {
                paths.push(path);
            }
        }
        paths.sort();
        let mut known = BTreeMap::new();
        let mut heads: Vec<Head> = Vec::new();
        for path in &paths {
            let head = read(path, &mut known)?;
            let head = head.ok_or_else(|| {
                Failure::file(&path.display().to_string(), "no runs of warmpath are in it")
            })?;
            if let Some(first) = heads.first()
                && (first.command != head.command || first.parts != head.parts)
            {
                return Err(Failure::file(
                    &path.display().to_string(),
                    format!(
                        "it is part of another command or of another number of parts (warmpath {}) than the files before it",
                        head.command.join(" ")
                    ),
                ));
            }
            heads.push(head);
        }
        let Some(parts) = heads.first().map(|it| it.parts) else {
            return Err(Failure::usage(format!("{shown} has no runs in it")));
        };
        let missing = (1..=parts).find(|part| heads.iter().all(|head| head.part != *part));
        if let Some(part) = missing {
            return Err(Failure::run(format!(
                "{shown} has no part {part} of {parts}; run it with --shard {part}/{parts} --resume {shown}"
            )));
        }
        let command = heads.swap_remove(0).command;
        Ok((
            Self {
                directory: directory.to_path_buf(),
                file: None,
                known,
            },
            command,
        ))
    }

    /// The stored value for a key; `None` if there is none.
    pub(crate) fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_value(self.known.get(key)?.clone()).ok()
    }

    /// The stored outcome of a trial, by its key; `None` if there is none.
    pub(super) fn outcome(&self, key: &str) -> Option<TrialOutcome> {
        self.get(key)
    }

    /// Stores an outcome under a key.
    pub(crate) fn keep(&mut self, key: &str, outcome: &impl Serialize) -> Result<(), Failure> {
        let outcome = serde_json::to_value(outcome).map_err(Failure::run)?;
        let line = JournalLine {
            key: key.to_owned(),
            outcome,
        };
        let text = serde_json::to_string(&line).map_err(Failure::run)? + "\n";
        if let Some(file) = &mut self.file {
            let written = file.write_all(text.as_bytes());
            written.map_err(|error| {
                Failure::run(format!(
                    "cannot write into {}: {}",
                    self.directory.display(),
                    reason(&error)
                ))
            })?;
        }
        self.known.insert(line.key, line.outcome);
        Ok(())
    }

    /// The number of runs that are stored.
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }
}

/// Reads a file of runs into `known`, if it exists.
fn read(path: &Path, known: &mut BTreeMap<String, Value>) -> Result<Option<Head>, Failure> {
    let Some(whole) = Whole::open(path, MOST)? else {
        return Ok(None);
    };
    let mut lines = whole.text().lines();
    let Some(first) = lines.next() else {
        return Ok(None);
    };
    let wrong = |what: String| Failure::file(&path.display().to_string(), what);
    let head: Head = serde_json::from_str(first)
        .map_err(|_| wrong(format!("line 1: not the beginning of a file of {VERSION}")))?;
    if head.schema != VERSION {
        return Err(wrong(format!("line 1: {} is not {VERSION}", head.schema)));
    }
    for line in lines {
        if let Ok(line) = serde_json::from_str::<JournalLine>(line) {
            known.insert(line.key, line.outcome);
        }
    }
    Ok(Some(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_and_how_a_command_is_run_is_no_part_of_it() {
        let line = "capacity rag --shard 1/2 --goal errors<1% --resume=x --format json --threads=3 --seed 2";
        let kept = command(line.split(' ').map(str::to_owned));
        assert_eq!(kept.join(" "), "capacity rag --goal errors<1% --seed 2");
    }
}
