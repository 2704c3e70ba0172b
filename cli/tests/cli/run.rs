//! Runs the binary; files of a test live in a directory of its own.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a process left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_warmpath"));
    command.env_remove("NO_COLOR");
    command
}

/// Runs `warmpath` with nothing on standard input.
pub(crate) fn run(args: &[&str]) -> Ended {
    run_with(args, b"")
}

/// Runs `warmpath` with these bytes on standard input.
pub(crate) fn run_with(args: &[&str], input: &[u8]) -> Ended {
    let mut child = binary()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    // A process that refuses its arguments never reads.
    let _ = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().expect("the binary ends");
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8 output"),
        err: String::from_utf8(output.stderr).expect("UTF-8 diagnostics"),
    }
}

impl Ended {
    /// Done, and nothing said on stderr.
    pub(crate) fn quiet(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{self:?}");
        self.out
    }

    /// Refused with this code, one line on stderr that has all of `words`, and nothing on stdout.
    pub(crate) fn refused(self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
        assert!(self.err.starts_with("error: "), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "{word:?} in {self:?}");
        }
    }
}

/// A directory of a test's own, empty at first.
pub(crate) fn directory(test: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a directory for the test");
    path
}

/// A file in it.
pub(crate) fn file(test: &str, name: &str, bytes: &[u8]) -> String {
    let path = directory(test).join(name);
    fs::write(&path, bytes).expect("a file for the test");
    path.to_str().expect("a UTF-8 path").to_owned()
}

/// Ten conversations of three turns that share a system prompt.
pub(crate) fn conversations() -> String {
    let shared = "You answer questions about rivers in short and friendly sentences. ".repeat(8);
    let conversations: Vec<String> = (0..10)
        .map(|n| {
            let turns: Vec<String> = (0..3)
                .map(|turn| {
                    format!(
                        r#"{{"from":"human","value":"{shared} Question {turn} of {n}: where does it end?"}},
                           {{"from":"gpt","value":"In the sea, as far as anyone knows, number {n}."}}"#
                    )
                })
                .collect();
            format!(r#"{{"id":"{n}","conversations":[{}]}}"#, turns.join(","))
        })
        .collect();
    format!("[{}]", conversations.join(",\n"))
}

/// Compares with the recorded output, or records it where `WARMPATH_BLESS` is set.
pub(crate) fn recorded(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("WARMPATH_BLESS").is_some() {
        fs::write(&path, text).unwrap();
        return;
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == text, "{name} is another now:\n{text}");
}
