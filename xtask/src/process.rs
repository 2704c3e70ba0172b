//! Runs other programs: with their output shown, with a time limit, or silently for their answer.

use crate::fault::{Fault, Outcome};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The command as a person would type it.
pub(crate) fn typed(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| {
            let word = word.to_string_lossy();
            if word.is_empty() || word.contains([' ', '*', '\'']) {
                format!("{word:?}")
            } else {
                word.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// What a program prints on stdout, trimmed; `None` if it cannot be run or fails.
pub(crate) fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Shows a command and runs it; `next` is what to try if it fails.
pub(crate) fn run(step: &str, command: &mut Command, next: &str) -> Outcome<()> {
    println!("$ {}", typed(command));
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(step, command, &status.to_string(), next)),
        Err(error) => Err(failed(step, command, &error.to_string(), next)),
    }
}

/// Shows a command and runs it, but ends it after `limit`.
pub(crate) fn run_within(
    step: &str,
    command: &mut Command,
    limit: Duration,
    next: &str,
) -> Outcome<()> {
    println!("$ {}", typed(command));
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| failed(step, command, &error.to_string(), next))?;
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(failed(step, command, &status.to_string(), next)),
            Ok(None) if start.elapsed() < limit => std::thread::sleep(Duration::from_millis(200)),
            Ok(None) | Err(_) => {
                // The program may have ended in between; either way it is gone afterwards.
                let _ = child.kill();
                let _ = child.wait();
                let why = format!("no end within {} s", limit.as_secs());
                return Err(failed(step, command, &why, next));
            }
        }
    }
}

/// Runs a command, shows its stdout line by line and passes each line to `see`. Returns whether it succeeded.
pub(crate) fn watch(step: &str, command: &mut Command, mut see: impl FnMut(&str)) -> Outcome<bool> {
    println!("$ {}", typed(command));
    let broken = |error: std::io::Error| Fault::new(step, error.to_string(), "run it by hand");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(broken)?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.map_err(broken)?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            see(line.trim_end());
        }
        let _ = std::io::stdout().flush();
    }
    Ok(child.wait().map_err(broken)?.success())
}

fn failed(step: &str, command: &Command, why: &str, next: &str) -> Fault {
    Fault::new(step, format!("`{}`: {why}", typed(command)), next)
}
