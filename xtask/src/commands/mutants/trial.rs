//! Tries one fault: runs the tests that reach it.

use super::tests::{self, Test};
use super::tree::Tree;
use crate::fault::{Fault, Outcome};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Tests are run in groups, and after each group it is checked whether one failed. The first group takes this many seconds
/// with no fault switched on, each further one this many times as long.
const FIRST: f64 = 0.5;
const GROWTH: f64 = 4.0;

/// How many times longer than without a fault a process may run, with some seconds added for its start. CPU time is
/// measured, so that a busy machine makes no difference.
const TIMES: f64 = 10.0;
const SECONDS: f64 = 5.0;
/// The largest address space that a process with a fault may use \[KiB\].
const KILOBYTES: &str = "12000000";
/// How many times its limit of CPU time a process may run by the clock, for faults that wait for ever; it is large because a
/// shared machine may be slow.
const PATIENCE: f64 = 10.0;

/// The result of trying a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FaultResult {
    /// The fault was noticed: a test failed.
    Caught,
    /// The fault was noticed: a test did not end in its time.
    Late,
    /// The fault was not noticed: all tests that reach it passed.
    Missed,
    /// The fault was not noticed: no test reaches it.
    Unreached,
    /// The fault was not tried: the code does not compile with it.
    Unviable,
    /// The fault was not tried, because it cannot be put behind a switch: what it changes is computed at compile time, or
    /// the function's return type has no name.
    Inexpressible,
}

const WORDS: [(FaultResult, &str); 6] = [
    (FaultResult::Caught, "caught"),
    (FaultResult::Late, "late"),
    (FaultResult::Missed, "missed"),
    (FaultResult::Unreached, "unreached"),
    (FaultResult::Unviable, "unviable"),
    (FaultResult::Inexpressible, "inexpressible"),
];

impl FaultResult {
    pub(super) fn word(self) -> &'static str {
        let found = WORDS.iter().find(|(verdict, _)| *verdict == self);
        found.map_or("", |(_, word)| word)
    }

    pub(super) fn read(word: &str) -> Option<Self> {
        let found = WORDS.iter().find(|(_, its)| *its == word);
        found.map(|(verdict, _)| *verdict)
    }

    /// Whether the result says anything about the tests.
    pub(super) fn counts(self) -> bool {
        !matches!(self, Self::Unviable | Self::Inexpressible)
    }

    pub(super) fn noticed(self) -> bool {
        matches!(self, Self::Caught | Self::Late)
    }
}

/// The result of trying one fault, with the tests that noticed it.
pub(super) struct Trial {
    pub(super) verdict: FaultResult,
    /// The tests that failed, or the program that did not end.
    pub(super) by: Vec<String>,
}

/// Tries the fault with this number on the tests, those that cost least first.
pub(super) fn run(tree: &Tree, number: usize, tests: &mut [Test]) -> Outcome<Trial> {
    let mut reach: Vec<usize> = (0..tests.len())
        .filter(|&at| tests[at].reaches(number))
        .collect();
    reach.sort_by(|&a, &b| tests[a].cost().total_cmp(&tests[b].cost()));
    let verdict = match reach.is_empty() {
        true => FaultResult::Unreached,
        false => FaultResult::Missed,
    };
    let mut helping = FIRST;
    let mut rest = &reach[..];
    while !rest.is_empty() {
        let mut seconds = 0.0;
        let count = rest
            .iter()
            .take_while(|&&at| {
                let fits = seconds < helping;
                seconds += tests[at].time.as_secs_f64();
                fits
            })
            .count();
        let (now, later) = rest.split_at(count);
        let trial = shown(tree, number, tests, now)?;
        if trial.verdict.noticed() {
            return Ok(trial);
        }
        rest = later;
        helping *= GROWTH;
    }
    let by = Vec::new();
    Ok(Trial { verdict, by })
}

/// Tries a fault on some tests, with those of one program run together.
fn shown(tree: &Tree, number: usize, tests: &mut [Test], now: &[usize]) -> Outcome<Trial> {
    let mut programs: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
    for &at in now {
        programs.entry(&tests[at].program).or_default().push(at);
    }
    let programs: Vec<Vec<usize>> = programs.into_values().collect();
    for together in programs {
        let trial = process(tree, number, tests, &together)?;
        for &at in &together {
            tests[at].shown += 1;
            tests[at].failed += u32::from(trial.by.contains(&tests[at].name));
        }
        if trial.verdict.noticed() {
            return Ok(trial);
        }
    }
    Ok(Trial {
        verdict: FaultResult::Missed,
        by: Vec::new(),
    })
}

fn process(tree: &Tree, number: usize, tests: &[Test], now: &[usize]) -> Outcome<Trial> {
    let program = &tests[now[0]].program;
    let seconds: f64 = now.iter().map(|&at| tests[at].time.as_secs_f64()).sum();
    let limit = (seconds * TIMES + SECONDS).ceil();
    let limits = format!("ulimit -t {limit}; ulimit -v {KILOBYTES}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &limits]).arg(program).arg("--exact");
    command.args(now.iter().map(|&at| &tests[at].own));
    tests::surround(&mut command, tree);
    command.env("WARMPATH_FAULT", number.to_string());
    let patience = Duration::from_secs_f64(limit * PATIENCE);
    let broken = |error: std::io::Error| {
        Fault::new(
            "showing a fault to the tests",
            error.to_string(),
            "cargo xtask mutants goes on where it stopped",
        )
    };
    let (status, printed) = ended(&mut command, patience).map_err(broken)?;
    let failed: Vec<&Test> = now
        .iter()
        .map(|&at| &tests[at])
        .filter(|it| printed.contains(&format!("test {} ... FAILED\n", it.own)))
        .collect();
    let names = |tests: &[&Test]| tests.iter().map(|it| it.name.clone()).collect();
    Ok(match status {
        Some(status) if status.success() => Trial {
            verdict: FaultResult::Missed,
            by: Vec::new(),
        },
        // It says so itself.
        Some(status) if status.code() == Some(101) => Trial {
            verdict: FaultResult::Caught,
            by: names(&failed),
        },
        status => Trial {
            verdict: match status.is_none_or(out_of_time) {
                true => FaultResult::Late,
                false => FaultResult::Caught,
            },
            by: match failed.is_empty() {
                true => vec![format!("{} ended", program_name(program))],
                false => names(&failed),
            },
        },
    })
}

/// Runs a command to its end or to its time limit, and returns what it printed.
fn ended(
    command: &mut Command,
    patience: Duration,
) -> std::io::Result<(Option<ExitStatus>, String)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut stdout = child.stdout.take();
    let reader = std::thread::spawn(move || {
        let mut printed = Vec::new();
        if let Some(stdout) = &mut stdout {
            // Output that cannot be read counts as none.
            let _ = stdout.read_to_end(&mut printed);
        }
        String::from_utf8_lossy(&printed).into_owned()
    });
    let start = Instant::now();
    let mut status = child.try_wait()?;
    while status.is_none() && start.elapsed() < patience {
        std::thread::sleep(Duration::from_millis(5));
        status = child.try_wait()?;
    }
    if status.is_none() {
        // The program may have ended in between; either way it is gone afterwards.
        let _ = child.kill();
        let _ = child.wait();
    }
    Ok((status, reader.join().unwrap_or_default()))
}

/// Whether the system ended the process because its CPU time was used up.
#[cfg(unix)]
fn out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    // The signals are SIGXCPU and, a second later, SIGKILL.
    matches!(status.signal(), Some(24 | 9))
}

#[cfg(not(unix))]
fn out_of_time(_: ExitStatus) -> bool {
    false
}

fn program_name(program: &Path) -> String {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let (name, _) = name.rsplit_once('-').unwrap_or((&name, ""));
    name.to_owned()
}

#[cfg(test)]
mod tests_of_this {
    use super::*;

    #[test]
    fn verdicts_are_written_and_read() {
        for (verdict, word) in WORDS {
            assert_eq!(FaultResult::read(word), Some(verdict));
            assert_eq!(verdict.word(), word);
        }
    }

    #[test]
    fn what_does_not_end_is_ended() {
        let mut sleeps = Command::new("sleep");
        let (status, _) = ended(sleeps.arg("100"), Duration::from_millis(30)).expect("it starts");
        assert_eq!(status, None);
        let mut says = Command::new("echo");
        let (status, printed) = ended(says.arg("so"), Duration::from_secs(60)).expect("it starts");
        assert!(status.is_some_and(|it| it.success()) && printed == "so\n");
    }
}
