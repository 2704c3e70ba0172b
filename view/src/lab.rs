//! The laboratory's markup: what stands in the page once, and what is put into its parts when something changes.
//!
//! Who listens names an element by its id, or by what it is for: `data-field` on the control of a scenario's part,
//! `data-setting` on that of a policy's or workload's setting. All texts are escaped here.

pub mod controls;
pub mod forks;
pub mod policies;
pub mod results;
pub mod settings;
pub mod sweeps;

use crate::markup::escape;
use core::fmt::Write as _;

/// The laboratory before anything has been run. `rate` is the scenario's, which a sweep begins around \[arrivals/s\].
pub fn station(rate: f64) -> String {
    let mut out = String::from("<div class=\"card lab\">");
    out.push_str(&controls::presets());
    out.push_str(&policies::frame());
    out.push_str(&controls::groups());
    out.push_str(&sweeps::frame(rate));
    out.push_str(
        "<p class=\"notice\" role=\"alert\" id=\"lab-fault\" hidden></p><div class=\"controls\">\
         <button type=\"button\" id=\"lab-run\" class=\"go\">Run</button>\
         <button type=\"button\" id=\"lab-stop\" disabled>Stop</button>\
         <progress id=\"lab-progress\" max=\"1\" aria-label=\"Progress\" hidden></progress>\
         <span role=\"status\" class=\"soft\" id=\"lab-status\"></span></div></div>",
    );
    out.push_str(&results::frame());
    out
}

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

/// A name with its unit, as a label has them.
fn named(name: &str, unit: &str) -> String {
    match unit {
        "" => escape(name),
        unit => format!("{} <i> · {}</i>", escape(name), escape(unit)),
    }
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
