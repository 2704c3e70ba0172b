//! What only a terminal gets: colour and progress bars. And the lines on stderr, which everybody gets.

use std::io::{IsTerminal, Write, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How a line on stderr begins.
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
    let text = text.replace(['\n', '\r'], " ");
    let line = if coloured() {
        format!("{colour}{word}:\x1b[0m {text}\n")
    } else {
        format!("{word}: {text}\n")
    };
    // A closed stderr leaves nobody to tell.
    let _ = stderr().write_all(line.as_bytes());
}

/// Writes what goes beside a result to stderr, as it is.
pub(crate) fn note(text: &str) {
    // A closed stderr leaves nobody to tell.
    let _ = stderr().write_all(format!("{text}\n").as_bytes());
}

/// Whether stderr takes colour. `NO_COLOR` is respected.
fn coloured() -> bool {
    stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A bar for so many `unit`s, drawn only on a terminal.
pub(crate) fn bar(what: &'static str, unit: &str, total: u64) -> ProgressBar {
    let target = if stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(total), target);
    let counts = if unit == "B" {
        "{bytes}/{total_bytes}".to_owned()
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
