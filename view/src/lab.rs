//! The laboratory's markup: what stands in the page once, and what is put into its parts when something changes.
//!
//! Who listens names an element by its id, or by what it is for: `data-field` on the control of a scenario's part,
//! `data-setting` on that of a policy's or workload's setting. All texts are escaped here.

pub mod controls;
pub mod files;
pub mod forks;
pub mod plan;
pub mod policies;
pub mod refusals;
pub mod results;
pub mod settings;
pub mod sweeps;
pub mod verdict;

use crate::markup::escape;
use core::fmt::Write as _;

/// The laboratory before anything has been run: settings, and beside them what comes of them. `rate` is the scenario's, which a
/// sweep begins around \[arrivals/s\].
pub fn station(rate: f64) -> String {
    // What is chosen, then Run, then all that can be set besides: so that Run is near, by eye and by key.
    format!(
        "<div class=\"bench\"><div class=\"card lab\" id=\"lab-settings\" role=\"group\" aria-label=\"Settings\">\
         {}{}{BAR}{}{}{}</div>\
         <div class=\"output\" id=\"lab-output\" role=\"region\" aria-label=\"Results\" tabindex=\"-1\">{}</div></div>",
        controls::presets(),
        policies::frame(),
        controls::groups(),
        policies::formula(),
        sweeps::frame(rate),
        results::frame()
    )
}

/// Run and Stop, how far it is, what went wrong, what Run waits for, and the challenge that is tried; in view for as long as the settings are.
const BAR: &str = "<div class=\"run-bar\" id=\"lab-bar\"><div id=\"challenge-tried\"></div>\
    <div class=\"notice\" role=\"alert\" id=\"lab-ignored\" tabindex=\"0\" hidden></div>\
    <p class=\"notice\" role=\"alert\" id=\"lab-fault\" hidden></p><p class=\"notice\" id=\"lab-waits\" hidden></p>\
    <div class=\"buttons\"><button type=\"button\" id=\"lab-run\" class=\"go\" aria-describedby=\"lab-waits\">Run</button>\
    <button type=\"button\" id=\"lab-stop\" disabled>Stop</button>\
    <button type=\"button\" id=\"lab-one\" hidden>Leave the sweep</button><div class=\"how-far\">\
    <progress id=\"lab-progress\" max=\"1\" aria-label=\"Progress\" hidden></progress>\
    <span role=\"status\" class=\"soft\" id=\"lab-status\"></span></div>\
    <button type=\"button\" id=\"lab-see\" hidden>Results</button></div></div>";

/// Choices of a list, or what is offered for a text.
pub fn options<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for name in names {
        option(&mut out, name, name, "");
    }
    out
}

/// A choice: its value, what it is called, and what is said of it.
fn option(out: &mut String, value: &str, shown: &str, about: &str) {
    let (value, shown, about) = (escape(value), escape(shown), escape(about));
    let _ = match about.is_empty() {
        true => write!(out, "<option value=\"{value}\">{shown}</option>"),
        false => write!(
            out,
            "<option value=\"{value}\" title=\"{about}\">{shown}</option>"
        ),
    };
}

/// Table cells of one kind.
fn cells<'a>(open: &str, close: &str, all: impl IntoIterator<Item = &'a str>) -> String {
    all.into_iter().fold(String::new(), |mut out, it| {
        let _ = write!(out, "{open}{}{close}", escape(it));
        out
    })
}

/// A row of heads for columns.
fn heads<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    cells("<th scope=\"col\">", "</th>", all)
}

/// A list's lines.
pub fn lines<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    cells("<li>", "</li>", all)
}
