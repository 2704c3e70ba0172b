//! The lesson: three stops of ten minutes, at each of which a reader predicts a figure, sees what the model gives, and
//! reads why; and a check of ten questions at the end.
//!
//! A figure is computed when it is revealed: by the functions behind the page's figures or, at the third stop, by a run.
//! The right choice is the one nearest to it, so none is marked in the table. Answers are stored nowhere.

pub mod check;
#[cfg(test)]
mod notes;

use super::questions::reworded;
use crate::chips::change;
use crate::format;
use crate::one_gpu::{DOCUMENT, PromptChoice, play};
use crate::playground::BLOCK_SIZE;
use crate::playground::samples::{SAMPLES, router};
use warmpath_core::metrics::{PLACES, Summary};
use warmpath_core::scenario::preset;

/// A stop of the lesson, at one station of the page.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    /// The subject of the stop.
    pub title: &'static str,
    /// The id of the station that it stands at.
    pub at: &'static str,
    /// What the reader is to do there first.
    pub task: &'static str,
    /// The questions in which the reader predicts a figure.
    pub predictions: &'static [Prediction],
}

/// The number of minutes that a stop takes.
pub const MINUTES: u32 = 10;

/// A question with choices, which is answered before the figure is revealed.
#[derive(Clone, Copy, Debug)]
pub struct Prediction {
    /// What the reader is to predict, as a question.
    pub question: &'static str,
    /// The choices: each in words, and as a number that is compared with the revealed figure.
    pub choices: &'static [(&'static str, f64)],
    /// Three hints, each saying more than the one before.
    pub hints: [&'static str; 3],
    /// How the figure is computed.
    pub from: From,
    /// Writes the figure in words.
    pub shown: fn(f64) -> String,
    /// The reason for the figure.
    pub why: &'static str,
    /// A common misconception, and why it is wrong: for the teacher.
    pub mistake: &'static str,
}

/// How a revealed figure is computed.
#[derive(Clone, Copy, Debug)]
pub enum From {
    /// By a function, at once.
    Here(fn() -> f64),
    /// By a run: the function that gives the scenario's query, and the one that takes the figure from the policies'
    /// summaries.
    Run(fn() -> String, fn(&[Summary]) -> f64),
}

impl Prediction {
    /// The place of the choice that is nearest to a figure.
    pub fn right(&self, figure: f64) -> usize {
        let far = |at: &usize| (self.choices[*at].1 - figure).abs();
        let all = 0..self.choices.len();
        all.min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(0)
    }
}

fn twice() -> Vec<crate::one_gpu::Answer> {
    play(DOCUMENT, &[PromptChoice::Same, PromptChoice::Same])
}

fn computed_again() -> f64 {
    f64::from(twice()[1].computed())
}

fn times_sooner() -> f64 {
    let answers = twice();
    answers[0].ttft.secs() / answers[1].ttft.secs()
}

fn kept_after_a_letter() -> f64 {
    let mut fleet = router(BLOCK_SIZE);
    let text = SAMPLES[1].prompt();
    let (before, after) = (fleet.read(&text), fleet.read(&reworded(&text)));
    f64::from(change(&before, &after).kept)
}

fn winner(overlap: f64) -> f64 {
    let mut fleet = router(BLOCK_SIZE);
    fleet.weights.overlap = overlap;
    f64::from(fleet.look(&SAMPLES[0].prompt()).decision.replica)
}

fn opening_winner() -> f64 {
    winner(1.0)
}

fn blind_winner() -> f64 {
    winner(0.0)
}

/// The number of further requests at the chosen replica that make the router choose another.
fn until_it_loses() -> f64 {
    let mut fleet = router(BLOCK_SIZE);
    let text = SAMPLES[0].prompt();
    let first = fleet.look(&text).decision.replica;
    let more = (1..1000).find(|_| {
        fleet.active[first as usize] += 1;
        fleet.look(&text).decision.replica != first
    });
    more.map_or(f64::INFINITY, f64::from)
}

/// The ratio of a figure under the first policy to that under the second.
fn ratio(all: &[Summary], at: usize) -> f64 {
    match all {
        [first, second, ..] => first.values[at] / second.values[at],
        _ => f64::NAN,
    }
}

fn gain(all: &[Summary]) -> f64 {
    ratio(all, PLACES.mean_ttft_ms)
}

fn found_by_chance(all: &[Summary]) -> f64 {
    all.first()
        .map_or(f64::NAN, |it| it.values[PLACES.cache_hit_rate])
}

fn opening() -> String {
    crate::comparison::opening_query()
}

fn nothing_shared() -> String {
    let query = preset("unique").map_or("", |it| it.query);
    format!("{query}&p=least-load,chwbl")
}

fn count(x: f64) -> String {
    format::count(libm::round(x) as u64)
}

fn tokens(x: f64) -> String {
    format::plural(libm::round(x) as u64, "token")
}

// Two digits, as more would not agree with what a reader divides of the rounded figures on the page.
fn times(x: f64) -> String {
    format!("{} times", format::significant(x, 2))
}

fn blocks(x: f64) -> String {
    format::blocks(libm::round(x) as u32)
}

fn replica(x: f64) -> String {
    format!("replica {}", count(x))
}

fn requests(x: f64) -> String {
    format!("{} more", format::plural(libm::round(x) as u64, "request"))
}

/// The three stops, in the order of the page.
pub static STOPS: [Stop; 3] = [
    Stop {
        title: "One cache",
        at: "one-gpu",
        task: "The first two sections show a prompt that is sent twice, and how it is cut into blocks. They print the answers too: \
               predict here first, then look there.",
        predictions: &[
            Prediction {
                question: "A prompt of 4,160 tokens is sent twice to the same GPU. How many tokens are computed the second time?",
                choices: &[
                    ("none", 0.0),
                    ("1 token", 1.0),
                    ("16 tokens", 16.0),
                    ("64 tokens, the question", 64.0),
                ],
                hints: [
                    "What has to be known before the first token of an answer can be made?",
                    "The model's output at the prompt's last token is needed, and no cache keeps outputs.",
                    "A cache is read by whole blocks, and here a block has 16 tokens.",
                ],
                from: From::Here(computed_again),
                shown: tokens,
                why: "The last token has to go through the model again, since the answer begins from its output. Blocks are reused whole \
                      or not at all, so the last token takes its whole block with it.",
                mistake: "None: a cache keeps keys and values, and no outputs. One: right but for the block.",
            },
            Prediction {
                question: "How many times sooner does the second answer begin?",
                choices: &[
                    ("no sooner", 1.0),
                    ("3 times", 3.0),
                    ("20 times", 20.0),
                    ("260 times, as 4,160 is of 16", 260.0),
                ],
                hints: [
                    "It is not the ratio of the tokens. What does a step cost that computes hardly anything?",
                    "A step reads all weights from memory, for one token as for a hundred.",
                    "Compare the two bars of the first section: what is left of the second is one such step.",
                ],
                from: From::Here(times_sooner),
                shown: times,
                why: "The first answer waits for the arithmetic of all its tokens. The second waits for one step, and the least that a step takes \
                      is reading the weights. That floor keeps the gain below the ratio of the tokens.",
                mistake: "260 times: takes the time to be proportional to the tokens, as if a step of no tokens were free.",
            },
            Prediction {
                question: "One letter at the front of a prompt is changed. How many of its blocks does a cache still find?",
                choices: &[
                    ("none", 0.0),
                    ("half of them", 7.0),
                    ("all but the first", 14.0),
                ],
                hints: [
                    "What is a block's id made from?",
                    "From its tokens and from the id before it.",
                    "So if the first id is another, what is the second made from?",
                ],
                from: From::Here(kept_after_a_letter),
                shown: blocks,
                why: "Each id is made from the one before it, so the first change renames all that follow. Put what changes at the end.",
                mistake: "All but the first: takes blocks to be kept by their words alone.",
            },
        ],
    },
    Stop {
        title: "One router",
        at: "router",
        task: "The fourth section has four replicas, what each holds of the prompt, and how many requests each serves; it prints who is \
               chosen. Predict here first, then look there.",
        predictions: &[
            Prediction {
                question: "Replicas 0 to 3 serve 5, 1, 2 and 0 requests. Replica 2 holds most of the prompt. Who is chosen?",
                choices: &[
                    ("replica 0", 0.0),
                    ("replica 1", 1.0),
                    ("replica 2", 2.0),
                    ("replica 3, which is idle", 3.0),
                ],
                hints: [
                    "Two things cost: blocks to compute, and requests that are there already.",
                    "A request counts half a block; a block to compute counts one.",
                    "Replica 3 saves one block by being idle. How many more than replica 2 does it have to compute?",
                ],
                from: From::Here(opening_winner),
                shown: replica,
                why: "Its warm blocks outweigh the two requests that it serves. The sum decides, not the warmest and not the idlest.",
                mistake: "Replica 3: looks at active requests alone. Whoever says replica 2 because it is warm should be asked when it would lose.",
            },
            Prediction {
                question: "How many requests more must the chosen one get until another is chosen?",
                choices: &[
                    ("1 more", 1.0),
                    ("3 more", 3.0),
                    ("7 more", 7.0),
                    ("it never loses", 1000.0),
                ],
                hints: [
                    "Each request more costs half a block.",
                    "What is between the cheapest and the next? The section says by how much it wins.",
                    "Twice that many requests bring them level.",
                ],
                from: From::Here(until_it_loses),
                shown: requests,
                why: "The lead in blocks, divided by what a request counts, is the queue that a warm cache is worth. A weight is an exchange \
                      rate, and should be measured and not guessed.",
                mistake: "Never: takes warm to be better at any price.",
            },
            Prediction {
                question: "The overlap weight is set to 0. Who is chosen now?",
                choices: &[
                    ("replica 0", 0.0),
                    ("replica 1", 1.0),
                    ("replica 2, still", 2.0),
                    ("replica 3", 3.0),
                ],
                hints: [
                    "What is left of the costs when blocks to compute count nothing?",
                    "The answer costs the same everywhere.",
                    "So the fewest requests decide.",
                ],
                from: From::Here(blind_winner),
                shown: replica,
                why: "Without the cache in the sum only active requests are left: the idlest wins. That is least-load.",
                mistake: "Replica 2: forgets that a weight of 0 takes the whole column out.",
            },
        ],
    },
    Stop {
        title: "One fleet",
        at: "fleet",
        task: "The fifth section sends 300 questions about eight long documents to four GPUs, under least-load and under smart. It shows \
               medians, the questions here ask for means: predict first, then look there.",
        predictions: &[
            Prediction {
                question: "How many times longer does the mean first token take under least-load than under smart?",
                choices: &[
                    ("twice as long", 2.0),
                    ("5 times as long", 5.0),
                    ("some 25 times", 25.0),
                    ("some 200 times", 200.0),
                ],
                hints: [
                    "Is it the prefill alone that differs, or a queue as well?",
                    "Four GPUs are asked three questions a second. Under least-load they compute part of the documents again and again. Do \
                     they keep up?",
                    "They do not: questions come faster than they are answered, and the queue grows until the last one has come.",
                ],
                from: From::Run(opening, gain),
                shown: times,
                why: "Under least-load the work is more than four GPUs can do at three questions a second, so a queue grows for as long as \
                      questions arrive. Under smart the same GPUs keep up, and hardly anybody waits. Near the point where a fleet is full, a \
                      little less work is a multiple of the wait.",
                mistake: "5 times: counts the prefill that is spared, and forgets the queue that it makes for everybody behind it.",
            },
            Prediction {
                question: "Least-load looks at no cache. What share of all prompt blocks does it find all the same?",
                choices: &[
                    ("0 %", 0.0),
                    ("about 25 %", 0.25),
                    ("about 75 %", 0.75),
                    ("100 %", 1.0),
                ],
                hints: [
                    "It is not 0: a question may come to a replica that happens to hold its document.",
                    "A replica's cache has room for several of the eight documents at once.",
                    "So it is not a quarter either: after a while each replica has read most of the documents.",
                ],
                from: From::Run(opening, found_by_chance),
                shown: format::share,
                why: "A cache with room for several documents is warm for many questions by chance. What is missing is still enough to fill the \
                      GPUs beyond what they can do. The larger the caches, the less there is left for a router to win; where \
                      everything fits everywhere, nothing.",
                mistake: "0 %: takes a policy that ignores caches to be one that never finds anything. 25 %: takes each document to be on \
                          one of the four replicas only.",
            },
            Prediction {
                question: "No prompt begins like another. How does the mean first token of least-load compare with that of prefix-aware routing (chwbl)?",
                choices: &[
                    ("half as long", 0.5),
                    ("the same, within a few percent", 1.0),
                    ("twice as long", 2.0),
                ],
                hints: [
                    "What can a router find when nothing is shared?",
                    "Nothing; so only the queues differ.",
                    "A hash ring spreads by chance, bounded by its load factor; least-load spreads evenly.",
                ],
                from: From::Run(nothing_shared, gain),
                shown: times,
                why: "With nothing to find, prefix-aware routing is an uneven way to spread requests. It costs a little and gains nothing: route by \
                      prefix only where prefixes are shared.",
                mistake: "Twice as long: takes prefix-aware routing to be better as such.",
            },
        ],
    },
];

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::trial;
    use warmpath_core::metrics::summarise;

    /// The figure of a prediction, by a run if it needs one.
    pub(in crate::teach) fn revealed(of: &Prediction) -> f64 {
        match of.from {
            From::Here(figure) => figure(),
            From::Run(query, figure) => {
                let replay = trial::run(&query());
                figure(&summarise(
                    replay.scenario(),
                    replay.workload(),
                    replay.runs(),
                ))
            }
        }
    }

    #[test]
    fn what_is_revealed_is_near_a_choice_and_far_from_the_others() {
        for prediction in STOPS.iter().flat_map(|it| it.predictions) {
            let figure = revealed(prediction);
            assert!(figure.is_finite(), "{}", prediction.question);
            let right = prediction.right(figure);
            let mut far: Vec<f64> = prediction
                .choices
                .iter()
                .map(|it| (it.1 - figure).abs())
                .collect();
            let near = far.remove(right);
            let next = far.into_iter().fold(f64::INFINITY, f64::min);
            assert!(
                near * 2.0 < next,
                "{}: {figure} is between two choices",
                prediction.question
            );
        }
    }

    #[test]
    fn the_questions_facts_are_those_of_the_figures() {
        assert_eq!(twice()[0].prompt_tokens, 4160);
        let fleet = router(BLOCK_SIZE);
        assert_eq!(
            (fleet.active.as_slice(), fleet.weights.load),
            ([5, 1, 2, 0].as_slice(), 0.5)
        );
        for prediction in STOPS.iter().flat_map(|it| it.predictions) {
            let lengths = prediction.hints.map(str::len);
            assert!(lengths.iter().all(|it| *it > 20));
        }
    }
}
