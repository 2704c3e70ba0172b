//! The controls of a playback: speeds, keys, and the marks of its scrubber.

use super::Marks;
use warmpath_core::units::VirtualTime;

/// The speeds: the name of each, and virtual seconds per real second. The last one plays any run in five seconds.
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

/// The keys, each with what it does.
pub static KEYS: [(&str, &str); 7] = [
    ("Space", "play, pause"),
    ("← →", "event"),
    ("Shift ← →", "request"),
    ("Home End", "start, end"),
    ("[ ]", "slower, faster"),
    ("Tab", "to the buttons"),
    ("?", "this list"),
];

/// A line for each request sent, as the SVG path of a drawing 1,000 units wide. Requests that are closer than a unit share
/// a line.
pub fn lines(marks: &Marks) -> String {
    let place = |at: &VirtualTime| (share(*at, marks.end) * 1000.0) as u32;
    let mut places: Vec<u32> = marks.requests.iter().map(place).collect();
    places.dedup();
    places.iter().map(|x| format!("M{x} 0v5")).collect()
}

/// The place of a moment in the run, from 0 to 1.
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
        assert_eq!(lines(&marks), "M0 0v5M500 0v5");
        assert_eq!(share(at(2.5), marks.end), 0.25);
    }
}
