//! What goes to stderr: messages, and on a terminal also colour and progress bars.
//!
//! Everything that goes to stderr goes through here: it never panics, even if stderr is closed, and control characters from
//! files and arguments are made visible.

use std::io::{IsTerminal, Write, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use warmpath_core::session::{Pace, Session, SessionState, Work};
use warmpath_core::words::visible;

/// The number of events between two updates of a progress bar.
const EVENTS: u32 = 1 << 16;

/// The word that a line on stderr begins with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Label {
    Error,
    Warning,
}

/// Writes one line to stderr.
pub(crate) fn say(label: Label, text: &str) {
    let (word, colour) = match label {
        Label::Error => ("error", "\x1b[1;31m"),
        Label::Warning => ("warning", "\x1b[1;33m"),
    };
    let text = visible(text);
    let line = if coloured() {
        format!("{colour}{word}:\x1b[0m {text}\n")
    } else {
        format!("{word}: {text}\n")
    };
    write(&line);
}

/// Writes lines to stderr, with control characters made visible.
pub(crate) fn show(text: &str) {
    let lines = text.lines().map(|line| visible(line).into_owned() + "\n");
    write(&lines.collect::<String>());
}

fn write(text: &str) {
    // If stderr is closed there is no reader.
    let _ = stderr().write_all(text.as_bytes());
}

/// A sign, drawn only on a terminal, that something is going on whose progress is not known.
pub(crate) fn spinner(what: &'static str) -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        spinner.set_style(style);
    }
    spinner.set_message(what);
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}

/// Whether stderr is to be coloured; `NO_COLOR` is respected.
fn coloured() -> bool {
    stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A progress bar for `total` units, drawn only on a terminal.
pub(crate) fn bar(what: &'static str, unit: &str, total: u64) -> ProgressBar {
    let target = if stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(total), target);
    let counts = if unit == "B" {
        "{bytes}/{total_bytes} {bytes_per_sec}".to_owned()
    } else {
        format!("{{human_pos}}/{{human_len}} {unit}")
    };
    let template = format!("{{msg:10}} [{{bar:32}}] {counts} {{eta}}");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(what);
    bar
}

/// Does work to its end, with a progress bar of its requests.
pub(crate) fn drive<W: Work>(work: W, what: &'static str) -> Result<W, W::Error> {
    let bar = bar(what, "requests", work.progress().total);
    let mut session = Session::new(work, Pace::untimed(EVENTS));
    // No clock is needed, as the bar measures time by itself, and nobody cancels the work.
    let mut advance = |work: &W, _| bar.set_position(work.progress().done);
    while session.slice(&|| 0.0, &|| true, &mut advance)? == SessionState::GoesOn {}
    bar.finish_and_clear();
    Ok(session.into_work())
}
