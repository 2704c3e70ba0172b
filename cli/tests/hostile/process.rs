//! An input as a process of its own, under limits, and the judgement over how it ended.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The longest an input may take. A build without optimisation is given more.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 10 });
/// The most address space \[KiB\]: a gigabyte, and what the program itself takes.
const MEMORY_KIB: u64 = (1 << 20) + (64 << 10);

/// Arguments, standard input and a file, whose place among the arguments is `FILE`.
#[derive(Debug, Default)]
pub(crate) struct Input {
    pub(crate) args: Vec<String>,
    pub(crate) stdin: Vec<u8>,
    pub(crate) file: Option<Vec<u8>>,
    /// What the exit code must be, where that is known.
    pub(crate) code: Option<i32>,
}

/// Stands for the path of an input's file.
pub(crate) const FILE: &str = "\u{1}FILE";

/// How the program ended that was given an input: its exit code, time and output.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `None`: by a signal.
    code: Option<i32>,
    took: Duration,
    late: bool,
    out: Vec<u8>,
    err: Vec<u8>,
}

fn place(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("hostile")
        .join(name);
    fs::create_dir_all(&path).expect("a folder");
    path
}

/// The folder of a worker: its own, were there another run of these tests at the same time.
fn desk(worker: usize) -> PathBuf {
    place(&format!("worker-{}-{worker}", std::process::id()))
}

/// Takes a worker's files away.
pub(crate) fn tidy(worker: usize) {
    let _ = fs::remove_dir_all(desk(worker));
}

impl Input {
    /// Keeps an input for who wants to see it fail again, and says where.
    pub(crate) fn keep(&self, n: u64) -> String {
        let place = place(&format!("failed-{n}"));
        fs::write(place.join("stdin"), &self.stdin).expect("a file");
        if let Some(bytes) = &self.file {
            fs::write(place.join("file"), bytes).expect("a file");
        }
        let file = place.join("file").display().to_string();
        let args: Vec<String> = self
            .args
            .iter()
            .map(|arg| arg.replace(FILE, &file))
            .collect();
        fs::write(place.join("args"), format!("{args:?}")).expect("a file");
        let shown: String = format!("{args:?}").chars().take(600).collect();
        format!("{shown} < {}", place.join("stdin").display())
    }
}

/// The longest argument that Linux passes to a program \[bytes\] (`MAX_ARG_STRLEN` less its end).
const LONGEST_ARGUMENT: usize = 131_071;

/// An argument as far as it can be passed at all.
fn passed(mut arg: String) -> String {
    arg.truncate(arg.floor_char_boundary(LONGEST_ARGUMENT));
    arg
}

/// Runs an input; each worker has files of its own.
#[allow(
    clippy::disallowed_methods,
    reason = "a process takes time of its own; the model does not"
)]
pub(crate) fn run(input: &Input, worker: usize) -> Ended {
    let here = desk(worker);
    let [file, stdin, out, err] = ["file", "stdin", "out", "err"].map(|name| here.join(name));
    fs::write(&stdin, &input.stdin).expect("a file");
    if let Some(bytes) = &input.file {
        fs::write(&file, bytes).expect("a file");
    }
    let path = file.display().to_string();
    let open = |path: &PathBuf| Stdio::from(File::create(path).expect("a file"));
    let limit = format!("ulimit -v {MEMORY_KIB}; ulimit -c 0; exec \"$0\" \"$@\"");
    let begun = Instant::now();
    let mut child = Command::new("sh")
        .args(["-c", &limit, env!("CARGO_BIN_EXE_warmpath")])
        .args(
            input
                .args
                .iter()
                .map(|arg| passed(arg.replace(FILE, &path))),
        )
        .current_dir(&here)
        .stdin(File::open(&stdin).expect("a file"))
        .stdout(open(&out))
        .stderr(open(&err))
        .spawn()
        .expect("a shell");
    let mut late = false;
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if begun.elapsed() > LONGEST {
            late = true;
            child.kill().expect("a child");
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let took = begun.elapsed();
    let read = |path: &PathBuf| fs::read(path).expect("a file");
    Ended {
        code: status.code(),
        took,
        late,
        out: read(&out),
        err: read(&err),
    }
}

/// Whether it ended well, and the code with which it did.
pub(crate) fn judge(input: &Input, ended: &Ended) -> Result<usize, String> {
    let err = String::from_utf8_lossy(&ended.err);
    let beginning: String = err.chars().take(600).collect();
    let wrong = |what: &str| {
        Err(format!(
            "{what} (code {:?} after {:?}): {beginning:?}",
            ended.code, ended.took
        ))
    };
    if ended.late {
        return wrong("it does not end");
    }
    if err.contains("panicked") || err.contains("RUST_BACKTRACE") {
        return wrong("it panics");
    }
    let Some(code @ 0..=2) = ended.code else {
        return wrong("it aborts, or ends with a code that means nothing");
    };
    if input.code.is_some_and(|wanted| wanted != code) {
        return wrong(&format!("{:?} expected", input.code));
    }
    if std::str::from_utf8(&ended.err).is_err() {
        return wrong("what it says is not UTF-8");
    }
    let hidden = |letter: char| letter.is_control() && letter != '\n';
    if err.contains(hidden) {
        return wrong("it moves the terminal");
    }
    let errors = err
        .lines()
        .filter(|line| line.starts_with("error: "))
        .count();
    let route = input.args.first().is_some_and(|command| command == "route");
    let diagnostic = |line: &str| line.starts_with("error: ") || line.starts_with("warning: ");
    // The cost tables of decisions before a bad line are no diagnostics.
    let diagnosed = route || err.lines().all(diagnostic);
    match (code, errors) {
        (0, 0) => {}
        (1 | 2, 1) if diagnosed => {}
        // Help, for want of a command.
        (2, 0) if err.contains("Usage:") => {}
        _ => return wrong("not one line says why, or more than one"),
    }
    // Decisions made before a bad line are out already; else nothing is half-written.
    if code != 0 && !route && !ended.out.is_empty() {
        return wrong("it fails, but has written something");
    }
    Ok(code as usize)
}
