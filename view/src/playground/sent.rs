//! What was sent at the router's station, and what finished there, as a text that a link can carry.
//!
//! A line is a step. That of a prompt has the two weights, the active requests of each replica at that moment and the prompt, encoded
//! as in an address (nothing if it is the prompt that was sent last, `%` if it is another one and empty). The line of a step in which a
//! request finishes on each replica has the active requests alone.
//!
//! ```
//! use warmpath_view::playground::{Weights, sent::{Step, lines, read}};
//! let weights = Weights { overlap: 1.0, load: 0.25 };
//! let hello = Step { active: vec![5, 0], sent: Some((weights, "Hello, you!".to_owned())) };
//! let steps = [hello.clone(), hello, Step { active: vec![7, 0], sent: None }];
//! assert_eq!(lines(&steps), "1 0.25 5.0 Hello%2C%20you%21\n1 0.25 5.0 \n7.0");
//! assert_eq!(read(&lines(&steps)), steps);
//! ```

use super::{LARGEST_WEIGHT, Weights};
use warmpath_core::decimal::{real, short};
use warmpath_core::percent;

/// The most steps that are read: the figure shows a line for each.
const MOST: usize = 200;
/// The largest number of active requests on a replica.
pub const MOST_ACTIVE: u32 = 99;

/// A step: a prompt that was sent with these weights, or (`None`) a request that finished on each replica that had one.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The number of active requests on each replica before the step.
    pub active: Vec<u32>,
    /// The weights and the prompt; `None` if requests finished.
    pub sent: Option<(Weights, String)>,
}

/// The text of these steps.
pub fn lines(steps: &[Step]) -> String {
    let mut text = String::new();
    let mut before = "";
    for (at, step) in steps.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        let Some((weights, prompt)) = &step.sent else {
            write(&step.active, &mut text);
            continue;
        };
        for weight in [weights.overlap, weights.load] {
            text += &short(weight, 2);
            text.push(' ');
        }
        write(&step.active, &mut text);
        text.push(' ');
        match prompt.as_str() {
            it if it == before => {}
            "" => text.push('%'),
            it => percent::encode(it, &percent::UNRESERVED, &mut text),
        }
        before = prompt;
    }
    text
}

/// Writes numbers with dots between them.
fn write(numbers: &[u32], text: &mut String) {
    for (at, number) in numbers.iter().enumerate() {
        if at > 0 {
            text.push('.');
        }
        *text += &number.to_string();
    }
}

/// The numbers that [`write()`] has written; `None` if one is none, or too large.
fn numbers(text: &str) -> Option<Vec<u32>> {
    let mut all = Vec::new();
    for part in text.split('.') {
        let number: u32 = part.parse().ok()?;
        if number > MOST_ACTIVE {
            return None;
        }
        all.push(number);
    }
    Some(all)
}

/// The steps of a text, up to the first line that is none.
pub fn read(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut before = String::new();
    for line in text.lines().take(MOST) {
        let Some(step) = step(line, &mut before) else {
            break;
        };
        steps.push(step);
    }
    steps
}

/// The step of a line; `before` is the prompt that was sent last.
fn step(line: &str, before: &mut String) -> Option<Step> {
    let mut parts = line.split(' ');
    let first = parts.next()?;
    let Some(load) = parts.next() else {
        let active = numbers(first)?;
        return Some(Step { active, sent: None });
    };
    let weight = |text| real(text).filter(|it| (0.0..=LARGEST_WEIGHT).contains(it));
    let weights = Weights {
        overlap: weight(first)?,
        load: weight(load)?,
    };
    let active = numbers(parts.next()?)?;
    let prompt = parts.next()?;
    match prompt {
        "" => {}
        "%" => before.clear(),
        it => *before = percent::decode(it)?,
    }
    Some(Step {
        active,
        sent: Some((weights, before.clone())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_prompt_is_not_taken_for_the_one_before_it() {
        let sent = |prompt: &str| Step {
            active: vec![5, 0],
            sent: Some((Weights::default(), prompt.to_owned())),
        };
        let steps = ["", "Hello", "", "", "%", "Hello"].map(sent);
        assert_eq!(read(&lines(&steps)), steps);
        // A link of before: nothing is the prompt that was sent last.
        assert_eq!(
            read("1 0.5 5 a\n1 0.5 5 ")[1].sent,
            read("1 0.5 5 a")[0].sent
        );
    }

    #[test]
    fn what_is_no_step_ends_the_text_and_does_no_harm() {
        assert_eq!(read(""), []);
        let one = read("1 0.5 5.1.2.0 a").len();
        assert_eq!(one, 1);
        for wrong in [
            "1 0.5",
            "1 0.5 5.1.2.0",
            "x 0.5 5.1.2.0 a",
            "1 900 5.1.2.0 a",
            "1 0.5 5.100.2.0 a",
            "1 0.5 5.-1.2.0 a",
            "1 0.5 5.1.2.0 %zz",
            "a",
        ] {
            assert_eq!(read(wrong), [], "{wrong}");
            assert_eq!(read(&format!("7.0\n{wrong}\n7.0")).len(), 1, "{wrong}");
        }
        assert_eq!(read(&"7.0\n".repeat(300)).len(), MOST);
    }
}
