//! The controls of a playback: buttons, a scrubber with its marks, the clock, speeds, and what the keys do.

use super::Marks;
use crate::lab::options;
use core::fmt::Write as _;
use warmpath_core::units::VirtualTime;

const TO_REQUEST_BACK: &str = "M2 2h2v12H2zM9 3v10L5 8zM14 3v10L10 8z";
const TO_EVENT_BACK: &str = "M4 2h2v12H4zM13 3v10L7 8z";
const REVERSE: &str = "M13 3v10L3 8z";
const PLAY: &str = "M3 2l11 6-11 6z";
const PAUSE: &str = "M3 2h4v12H3zM9 2h4v12H9z";
const TO_EVENT: &str = "M10 2h2v12h-2zM3 3v10l6-5z";
const TO_REQUEST: &str = "M12 2h2v12h-2zM2 3v10l4-5zM7 3v10l4-5z";

/// Speeds: name, and virtual seconds a second. The last shows any run in five seconds.
pub static SPEEDS: [(&str, f64); 10] = [
    ("0.25×", 0.25),
    ("0.5×", 0.5),
    ("1×", 1.0),
    ("2×", 2.0),
    ("4×", 4.0),
    ("8×", 8.0),
    ("16×", 16.0),
    ("32×", 32.0),
    ("64×", 64.0),
    ("max", f64::INFINITY),
];

/// The keys, as they are told.
const KEYS: [(&str, &str); 7] = [
    ("Space", "play, pause"),
    ("← →", "event"),
    ("Shift ← →", "request"),
    ("Home End", "start, end"),
    ("[ ]", "slower, faster"),
    ("Tab", "to the buttons"),
    ("?", "this list"),
];

/// The controls; each button says in `data-move` what it does. What follows the playback is not in them.
pub fn controls() -> String {
    let mut out = String::from(
        "<div class=\"transport\"><div class=\"moves\" role=\"group\" aria-label=\"Playback\">",
    );
    let buttons = [
        ("request-back", "Back one request", TO_REQUEST_BACK),
        ("event-back", "Back one event", TO_EVENT_BACK),
        ("play", "Play", PLAY),
        ("event", "On one event", TO_EVENT),
        ("request", "On one request", TO_REQUEST),
        ("turn", "Play backwards", REVERSE),
    ];
    for (name, label, path) in buttons {
        let more = match name {
            "play" => " class=\"play\"",
            "turn" => " aria-pressed=\"false\"",
            _ => "",
        };
        let _ = write!(
            out,
            "<button type=\"button\"{more} data-move=\"{name}\" aria-label=\"{label}\" title=\"{label}\">{}</button>",
            icon(path)
        );
    }
    let _ = write!(
        out,
        "</div><span class=\"scrub\"><input type=\"range\" aria-label=\"Virtual time\" min=\"0\" step=\"1\">\
         <svg class=\"marks\" viewBox=\"0 0 1000 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\"></svg>\
         <svg class=\"flag\" aria-hidden=\"true\"></svg></span>\
         <span class=\"clock\"><b></b> of <span class=\"end\"></span></span>\
         <select class=\"speed\" aria-label=\"Speed\">{}</select>\
         <button type=\"button\" class=\"step\" data-move=\"keys\" aria-label=\"Keys\" aria-expanded=\"false\">?</button></div>\
         <dl class=\"help\" hidden>",
        options(SPEEDS.iter().map(|it| it.0))
    );
    for (key, what) in KEYS {
        let _ = write!(out, "<div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>");
    }
    out + "</dl>"
}

fn icon(path: &str) -> String {
    format!("<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"{path}\"/></svg>")
}

/// What the play button is called and shows.
pub fn play(playing: bool) -> (&'static str, String) {
    match playing {
        true => ("Pause", icon(PAUSE)),
        false => ("Play", icon(PLAY)),
    }
}

/// A line a request sent, a thousandth of the width apart at least: marks closer than that are one.
pub fn lines(marks: &Marks) -> String {
    let place = |at: &VirtualTime| (share(*at, marks.end) * 1000.0) as u32;
    let mut places: Vec<u32> = marks.requests.iter().map(place).collect();
    places.dedup();
    let lines: String = places.iter().map(|x| format!("M{x} 0v5")).collect();
    format!("<path d=\"{lines}\"/>")
}

/// A flag at a moment.
pub fn flag(at: Option<VirtualTime>, end: VirtualTime) -> String {
    at.map_or(String::new(), |at| {
        let x = share(at, end) * 100.0;
        format!("<svg x=\"{x:.2}%\" overflow=\"visible\"><path d=\"M0 0l4.5 9h-9z\"/></svg>")
    })
}

/// Where a moment lies \[share of the run\].
pub fn share(at: VirtualTime, end: VirtualTime) -> f64 {
    at.secs() / end.secs().max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_are_close_are_one() {
        let at = |secs: f64| VirtualTime::from_secs(secs);
        let marks = Marks {
            requests: vec![at(0.0), at(0.001), at(5.0)],
            end: at(10.0),
            ..Marks::default()
        };
        assert_eq!(lines(&marks), "<path d=\"M0 0v5M500 0v5\"/>");
        assert!(flag(Some(at(2.5)), marks.end).contains("x=\"25.00%\""));
        assert_eq!(flag(None, marks.end), "");
    }
}
