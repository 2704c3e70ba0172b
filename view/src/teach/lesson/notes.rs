//! Writes docs/teaching.md, the teacher's notes, from the lesson itself, with the figures that the model gives today.
//! `WARMPATH_BLESS=1 cargo test -p warmpath-view --lib teach` writes it anew.

use super::check::CHECKS;
use super::tests::revealed;
use super::{MINUTES, STOPS};

const HEAD: &str = "\
# Teaching with Warmpath

The page has a lesson of its own: open it with `?lesson`. It takes three times ten minutes and a check, needs no account, and keeps nothing: \
what a student answers is in the tab alone, and gone when it is closed. Every answer is revealed by the model when it is asked for, so \
the figures below are those of this version; a test compares them.

## How to run it

Show the first screen, and have everybody write down one sentence: why did the second answer start so late? At each stop students predict \
first, alone, then in pairs; then they reveal, read why, and try it in its section. Let those who were wrong say what they had thought: the \
mistakes below are the usual ones. Three hints each say more than the one before. Come back to the sentences at the end.

What is needed: a browser, and nothing else; the page works without a network once it has been opened. Reset a shared machine by loading the page anew \
without anything behind the `?` or `#`.
";

fn notes() -> String {
    let mut text = HEAD.to_owned();
    for (at, stop) in STOPS.iter().enumerate() {
        text += &format!(
            "\n## Stop {}: {} ({MINUTES} minutes, section `#{}`)\n\n{}\n",
            at + 1,
            stop.title,
            stop.at,
            stop.task
        );
        for (number, it) in stop.predictions.iter().enumerate() {
            let figure = revealed(it);
            let choices: Vec<&str> = it.choices.iter().map(|it| it.0).collect();
            text += &format!(
                "\n{}. **{}**\n   Choices: {}.\n   Solution: **{}** ({} in the model).\n   Why: {}\n   Usual mistakes: {}\n   Hints: {}\n",
                number + 1,
                it.question,
                choices.join("; "),
                it.choices[it.right(figure)].0,
                (it.shown)(figure),
                it.why,
                it.mistake,
                it.hints.join(" ")
            );
        }
    }
    text += "\n## The check\n\nTen questions; eight right answers show that the three stops were understood.\n\n";
    for (at, it) in CHECKS.iter().enumerate() {
        text += &format!(
            "{}. **{}** {}. {}\n",
            at + 1,
            it.question,
            it.choices[it.right],
            it.why
        );
    }
    text += "\n## To go on\n\nThe challenges at the page's end are homework: each asks to make something go wrong, and the simulator decides. Beside \
             every figure, \"Why?\" answers what a class will ask next.\n";
    text
}

#[test]
fn the_notes_are_those_of_the_lesson() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/teaching.md");
    let now = notes();
    if std::env::var_os("WARMPATH_BLESS").is_some() {
        std::fs::write(path, &now).expect("docs/teaching.md can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == now,
        "docs/teaching.md is of another lesson: WARMPATH_BLESS=1 writes it anew"
    );
}
