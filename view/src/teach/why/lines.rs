//! The lines under which the questions of a section are folded away: one of the questions, and how many more there are. They are
//! written down, since the answers are computed only when they are asked for.

use crate::format;

/// Of each section, by its id, a question and the number of its other questions.
const LINES: [(&str, &str, u32); 8] = [
    (
        "one-gpu",
        "Why is anything computed at all the second time?",
        4,
    ),
    ("blocks", "Why do the last tokens have no id?", 2),
    ("tree", "Why is not all of the second prompt found?", 5),
    ("router", "Why does an idle replica lose?", 8),
    (
        "fleet",
        "Why does everybody wait longer, and not only those who found nothing?",
        6,
    ),
    (
        "failure",
        "Why is anything sent to a replica that is dead?",
        5,
    ),
    (
        "lab",
        "Why does the median fall by more than the slowest?",
        7,
    ),
    (
        "reality",
        "Why does the mean first token come so much sooner?",
        16,
    ),
];

/// The line of a section, by its id; empty if it has no questions.
pub fn line(section: &str) -> String {
    let known = LINES.iter().find(|it| it.0 == section);
    known.map_or(String::new(), |(_, question, more)| {
        format!("{question} And {} more questions", format::word(*more))
    })
}

/// What is said above the answers: which figures they are about.
pub fn about(section: &str) -> &'static str {
    match section {
        "reality" => {
            "Column by column: why the published figures moved between the rows, or did not."
        }
        // The reader may have changed the figure since.
        _ => "Answered for what the figures above show when the page opens.",
    }
}

/// That the line of a section names one of its questions, and how many others there are.
#[cfg(test)]
pub(super) fn check(section: &str, all: &[super::Why]) {
    let (_, question, more) = LINES.iter().find(|it| it.0 == section).expect("a line");
    assert!(all.iter().any(|it| it.question == *question), "{question}");
    assert_eq!(all.len(), *more as usize + 1, "{section}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::teach::why::{PLAYED, STATIONS};

    #[test]
    fn every_section_with_questions_has_a_line_and_no_other_has() {
        for section in STATIONS.into_iter().chain(PLAYED).chain(["reality"]) {
            assert!(line(section).ends_with(" more questions"), "{section}");
        }
        assert_eq!(line("challenges"), "");
    }
}
