//! docs/deciding.md and docs/suites.md show what this program prints.

use std::fs;
use std::path::PathBuf;

use crate::run::binary;

/// The words of a command line; single quotes keep one together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted, mut word) = (Vec::new(), false, None::<String>);
    for letter in line.chars() {
        match letter {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// What a command prints, from the root of the repository; what stands behind a bar picks lines.
fn printed(line: &str) -> String {
    let (command, filter) = line.split_once(" | ").unwrap_or((line, ""));
    let command = command
        .strip_prefix("$ warmpath ")
        .expect("a command of this program");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = binary()
        .args(words(command))
        .current_dir(root)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let filter = words(filter);
    let kept: Vec<&str> = match filter.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => text.lines().collect(),
        ["grep", word] => text.lines().filter(|line| line.contains(word)).collect(),
        ["head", count] => {
            let count = count.trim_start_matches('-').parse().unwrap();
            text.lines().take(count).collect()
        }
        _ => panic!("{line}: only grep and head"),
    };
    kept.into_iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn deciding_shows_what_this_program_prints() {
    shows("deciding.md", 7);
}

#[test]
fn suites_shows_what_this_program_prints() {
    shows("suites.md", 1);
}

/// Runs the commands of a document, of which there are at least this many, and compares what they print.
fn shows(name: &str, least: usize) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name);
    let there = fs::read_to_string(&path).unwrap();
    let (mut made, mut inside, mut blocks) = (String::new(), false, 0);
    for line in there.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
            made += &format!("{line}\n");
        } else if !inside {
            made += &format!("{line}\n");
        } else if line.starts_with("$ ") {
            blocks += 1;
            made += &format!("{line}\n{}", printed(line));
        }
    }
    assert!(blocks >= least, "{blocks} commands");
    if std::env::var_os("WARMPATH_BLESS").is_some() {
        fs::write(&path, made).unwrap();
        return;
    }
    assert!(there == made, "docs/{name} is to be:\n{made}");
}
