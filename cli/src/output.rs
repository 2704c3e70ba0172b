//! Writes results: to stdout, or to a file that is written completely or not at all.

use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use warmpath_core::words::visible;

use crate::failure::{Failure, reason};
use crate::part::PartialFile;

/// The option `--out`, which names the file that a result is written to.
pub(crate) fn arg() -> Arg {
    Arg::new("out")
        .long("out")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("write to FILE instead of standard output; it appears whole or not at all")
}

/// The place that a result is written to.
#[derive(Debug)]
pub(crate) enum Output {
    Stdout,
    File(PathBuf),
}

impl Output {
    /// The place that `--out` names, which is checked before any work is done.
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let Some(path) = matches.get_one::<PathBuf>("out") else {
            return Ok(Self::Stdout);
        };
        checked("out", path).map(|()| Self::File(path.clone()))
    }

    /// Writes a result in pieces as `write` makes it, so that only a piece is in memory.
    pub(crate) fn stream(
        &self,
        write: impl FnOnce(&mut dyn fmt::Write) -> fmt::Result,
    ) -> Result<(), Failure> {
        match self {
            Self::Stdout => {
                let out = io::stdout().lock();
                if out.is_terminal() {
                    let mut text = String::new();
                    let _ = write(&mut text);
                    return self.write(text.as_bytes());
                }
                Bits::write_to(out, write).map_err(|error| Failure::stdout(&error))
            }
            Self::File(path) => {
                let written = replace_with(path, |file| Bits::write_to(file, write));
                written.map_err(|error| unwritten(path, &error))
            }
        }
    }

    /// Writes a text for people: control characters are made visible even in a file, since files are shown in terminals
    /// too.
    pub(crate) fn write_text(&self, text: &str) -> Result<(), Failure> {
        self.write(&on_terminal(text.as_bytes()))
    }

    /// Writes a whole result as it is.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Stdout => {
                let mut out = io::stdout().lock();
                let shown = match out.is_terminal() {
                    true => Cow::Owned(on_terminal(bytes)),
                    false => Cow::Borrowed(bytes),
                };
                let written = out.write_all(&shown).and_then(|()| out.flush());
                written.map_err(|error| Failure::stdout(&error))
            }
            Self::File(path) => replace(path, bytes).map_err(|error| unwritten(path, &error)),
        }
    }
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::run(format!(
        "cannot write {}: {}",
        path.display(),
        reason(error)
    ))
}

/// A writer for text to a file or a pipe, which keeps its first error.
struct Bits<W: Write> {
    to: io::BufWriter<W>,
    error: Option<io::Error>,
}

impl<W: Write> Bits<W> {
    fn write_to(to: W, write: impl FnOnce(&mut dyn fmt::Write) -> fmt::Result) -> io::Result<()> {
        let mut bits = Self {
            to: io::BufWriter::new(to),
            error: None,
        };
        let written = write(&mut bits);
        match (bits.error.take(), written) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(io::Error::other(error)),
            (None, Ok(())) => bits.to.flush(),
        }
    }
}

impl<W: Write> fmt::Write for Bits<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.to.write_all(text.as_bytes()).map_err(|error| {
            self.error = Some(error);
            fmt::Error
        })
    }
}

/// Checks whether the file that an option names can be written, as far as that can be known before.
pub(crate) fn checked(flag: &str, path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if path.as_os_str().is_empty() || path.file_name().is_none() || path.is_dir() {
        return Err(Failure::usage(format!(
            "{flag} is \"{shown}\", but must be the name of a file"
        )));
    }
    if !directory(path).is_dir() {
        return Err(Failure::usage(format!(
            "{flag} is \"{shown}\", but there is no directory \"{}\"",
            directory(path).display()
        )));
    }
    Ok(())
}

/// A result for a terminal: control characters other than line ends are made visible.
fn on_terminal(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<_> = text.split('\n').map(visible).collect();
    lines.join("\n").into_bytes()
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes a new file beside the target, then puts it in the target's place in one step. A symbolic link stays one, and the
/// target's permissions are kept.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_with(path, |mut file| file.write_all(bytes))
}

/// Like [`replace`], with a function that writes the contents.
fn replace_with(path: &Path, write: impl FnOnce(&fs::File) -> io::Result<()>) -> io::Result<()> {
    let path = &target(path);
    let there = fs::metadata(path).ok();
    // Something that is no regular file (a pipe, /dev/null) cannot be replaced, only written to.
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        return write(&fs::File::create(path)?);
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let part = PartialFile::create(directory(path).join(name))?;
    if let Some(there) = there {
        fs::set_permissions(&part.path, there.permissions())?;
    }
    write(&part.file).and_then(|()| part.file.sync_all())?;
    fs::rename(&part.path, path)
}

/// The file that a path leads to through symbolic links, even if the last one points to nothing.
fn target(path: &Path) -> PathBuf {
    let mut path = path.to_path_buf();
    // Linux follows as many symbolic links in a row; an error beyond that is reported when the file is written.
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(to) => path = directory(&path).join(to),
            Err(_) => break,
        }
    }
    path
}

/// Whether two paths lead to the same file, which need not exist yet.
pub(crate) fn same_file(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| {
        let path = target(path);
        let directory = fs::canonicalize(directory(&path)).ok()?;
        Some(directory.join(path.file_name()?))
    };
    place(a).is_some_and(|a| place(b) == Some(a))
}
