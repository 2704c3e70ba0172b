//! Why each column of the published benchmark differs between its rows, or does not, derived from the published figures
//! themselves.

use super::{Why, why};
use crate::format::{self, GAP};
use warmpath_core::reference::kubeai::{KEYS, PublishedRow, ROWS, Role};

/// The number of concurrent requests in the two rows that the answers start from.
const LEVEL: u32 = 1600;

/// A published figure, by the policy, the concurrency and the figure's key.
fn measured(policy: &str, concurrency: u32, key: &str) -> f64 {
    let mine = |row: &&PublishedRow| {
        row.policy == policy && row.concurrency == concurrency && row.role != Role::Archived
    };
    let row = ROWS.iter().find(mine);
    let at = KEYS.iter().position(|it| *it == key);
    row.zip(at).map_or(f64::NAN, |(row, at)| row.measured[at])
}

/// By the published means: the output tokens of a request, the time that a request takes in all \[s\], and the number of
/// requests that are therefore under way.
fn under_way(policy: &str, concurrency: u32) -> (f64, f64, f64) {
    let of = |key| measured(policy, concurrency, key);
    let tokens = of("output_throughput") / of("request_throughput");
    let seconds = (of("mean_ttft_ms") + of("mean_tpot_ms") * (tokens - 1.0)) / 1e3;
    (tokens, seconds, seconds * of("request_throughput"))
}

/// A figure of one of the two rows that the answers start from: under least-load.
fn least(key: &str) -> f64 {
    measured("least-load", LEVEL, key)
}

/// The same figure with prefix routing.
fn with(key: &str) -> f64 {
    measured("chwbl", LEVEL, key)
}

/// The figures of a policy at each number of requests at once, as a list.
fn across(policy: &str, key: &str, unit: fn(f64) -> String) -> String {
    let all = [800, 1600, 3200, 8000].map(|level| unit(measured(policy, level, key)));
    all.join(", ")
}

/// How many times as much: `3.14 times`.
fn times(x: f64, digits: i32) -> String {
    format!("{}{GAP}times", format::significant(x, digits))
}

fn ms(value: f64) -> String {
    format::millis(value)
}

fn whole(x: f64) -> String {
    format::count(libm::round(x) as u64)
}

/// The questions with their answers, column by column.
pub fn of() -> Vec<Why> {
    let parts = [
        rates(),
        first_token(),
        later_tokens(),
        more_at_once(),
        the_model(),
    ];
    parts.into_iter().flatten().collect()
}

/// On the duration and what is divided by it.
fn rates() -> Vec<Why> {
    let gain = |key| times(with(key) / least(key), 3);
    vec![
        why(
            "Why does the duration fall by less than a third, when the wait falls so much more?",
            "There are 8,000 requests in either row, and the duration is what all of them take: {} s and {} s. A wait overlaps with other \
             requests' waits, work does not. The duration falls by the prefill that was spared, until the program that sends \
             the requests is what limits it.",
            [
                format::figure(least("duration")),
                format::figure(with("duration")),
            ],
        ),
        why(
            "Why do the three throughputs rise alike?",
            "They are the same requests, the same tokens of answers and the same tokens in all, each divided by the same duration: {}, {} and {}. \
             A cached token counts as served although nobody computed it.",
            [
                gain("request_throughput"),
                gain("output_throughput"),
                gain("total_token_throughput"),
            ],
        ),
    ]
}

/// On the time to the first token.
fn first_token() -> Vec<Why> {
    let ((tokens, long, many), (_, short, few)) =
        (under_way("least-load", LEVEL), under_way("chwbl", LEVEL));
    // With as many digits as elsewhere on the page.
    let fall = |key| times(least(key) / with(key), 2);
    vec![
        why(
            "Why does the mean first token come so much sooner?",
            "An answer has {} tokens. Under least-load the wait and the {} for each further token make some {} s a request; at {} requests a \
             second, {} are active, near the cap of {}, so there is always a queue. With prefix routing a request takes {} s, and {} are \
             active: hardly anybody waits. A queue is there or not; so without prefix routing the mean TTFT is {} as long, where the throughput \
             differs only a little.",
            [
                whole(tokens),
                ms(least("mean_tpot_ms")),
                format::significant(long, 3),
                format::figure(least("request_throughput")),
                whole(many),
                format::count(u64::from(LEVEL)),
                format::significant(short, 2),
                whole(few),
                fall("mean_ttft_ms"),
            ],
        ),
        why(
            "Why are there a mean and a median of each?",
            "vLLM\u{2019}s benchmark prints both, and where they differ they say of whom the time is. Without prefix routing a few answers with long \
             prefills between their tokens pull the mean TPOT up to {}, above the median of {}; with it they are {} and {}. (Of step times on \
             other GPUs the error of TPOT is a mean, and that of TTFT a median, which a few first tokens far off cannot move.)",
            [
                ms(least("mean_tpot_ms")),
                ms(least("median_tpot_ms")),
                ms(with("mean_tpot_ms")),
                ms(with("median_tpot_ms")),
            ],
        ),
        why(
            "Why is the median TTFT above the mean without prefix routing and below it with?",
            "Without, nearly all stand in the same queue ({} in the middle), and the first few hundred, who came before there was one, pull \
             the mean down to {}. With it nearly nobody waits ({}), and the few who are new somewhere pull the mean up to {}.",
            [
                ms(least("median_ttft_ms")),
                ms(least("mean_ttft_ms")),
                ms(with("median_ttft_ms")),
                ms(with("mean_ttft_ms")),
            ],
        ),
        why(
            "Why is P99 TTFT so close to the median in one row and not in the other?",
            "In a queue that everybody stands in, the unluckiest wait not much longer than the others: {} the median. Without a queue the slowest \
             are those whose prompt was new, or who stood behind such a one: {} the median, and still far less.",
            [
                times(least("p99_ttft_ms") / least("median_ttft_ms"), 3),
                times(with("p99_ttft_ms") / with("median_ttft_ms"), 3),
            ],
        ),
    ]
}

/// On the time for each further token.
fn later_tokens() -> Vec<Why> {
    let (_, _, few) = under_way("chwbl", LEVEL);
    vec![
        why(
            "Why does the time per token fall, though a cache spares no decoding?",
            "Prefill and decode share the GPU: each prompt that is computed makes all answers on that GPU wait for their next token. \
             Fewer computed prompts, and fewer answers in each step, and the mean TPOT goes from {} to {}; its P99, where most \
             prefills fell between two tokens, from {} to {}.",
            [
                ms(least("mean_tpot_ms")),
                ms(with("mean_tpot_ms")),
                ms(least("p99_tpot_ms")),
                ms(with("p99_tpot_ms")),
            ],
        ),
        why(
            "Why is it not less still?",
            "Each token is a step that reads all weights, and each answer's whole past. With {} answers at a time on eight GPUs, {} share \
             a step; that and the prefills that are left is the {}.",
            [whole(few), whole(few / 8.0), ms(with("mean_tpot_ms"))],
        ),
        why(
            "Why are mean ITL and mean TPOT not the same?",
            "Both are pauses between tokens. TPOT is a mean for each answer and then over answers, so a short answer with one long pause \
             counts as much as a long one: {}. ITL counts each pause once, and long answers have more of them: {}. With prefix \
             routing there are few long pauses, and the two are close: {} and {}.",
            [
                ms(least("mean_tpot_ms")),
                ms(least("mean_itl_ms")),
                ms(with("mean_tpot_ms")),
                ms(with("mean_itl_ms")),
            ],
        ),
        why(
            "Why does the median ITL move so much less?",
            "Half of all pauses are those of steps with little or no prefill in them, and these are much alike under both: {} and {}. \
             What prefix routing takes away are the long pauses: P99 ITL goes from {} to {}.",
            [
                ms(least("median_itl_ms")),
                ms(with("median_itl_ms")),
                ms(least("p99_itl_ms")),
                ms(with("p99_itl_ms")),
            ],
        ),
    ]
}

/// On the rows with other numbers of requests at once, and by chance.
fn more_at_once() -> Vec<Why> {
    let rate = |level: u32| {
        let mine = |row: &&PublishedRow| row.concurrency == level && row.role != Role::Archived;
        let row = ROWS.iter().find(mine);
        row.map_or(String::new(), |row| row.rate.to_string())
    };
    vec![
        why(
            "Why does more at once make least-load slower, and no quicker in all?",
            "At 800, 1,600, 3,200 and 8,000 at once it answers {} requests a second: the GPUs are busy all the time, and more at \
             once is only a longer queue. The mean TTFT is that queue: {}. With prefix routing so few are active that no cap is ever reached, and \
             it does not grow: {}. (At 800 and 8,000 the client was to send 800 requests a second, else 200.)",
            [
                across("least-load", "request_throughput", format::figure),
                across("least-load", "mean_ttft_ms", ms),
                across("chwbl", "mean_ttft_ms", ms),
            ],
        ),
        why(
            "Why does P99 TTFT grow with more at once?",
            "It is the wait at the end of the queue, which under least-load may be as long as the cap on requests at once allows: {} at 800, 1,600, \
             3,200 and 8,000. With prefix routing there is no queue that could grow, and the figures go up and down: {}.",
            [
                across("least-load", "p99_ttft_ms", ms),
                across("chwbl", "p99_ttft_ms", ms),
            ],
        ),
        why(
            "Why is prefix-aware routing slowest at 800 at once?",
            "Not for the cap, which by the simulation is never reached, but for the rate: at 800 and 8,000 the client was to send {} requests a \
             second, at 1,600 and 3,200 {}. So more are active together, on average some {} and {} instead of {} and {}, and the mean TTFT \
             is {} and {} instead of {} and {}. What is left between two rows of one rate is chance.",
            [
                rate(800),
                rate(1600),
                whole(under_way("chwbl", 800).2),
                whole(under_way("chwbl", 8000).2),
                whole(under_way("chwbl", 1600).2),
                whole(under_way("chwbl", 3200).2),
                ms(measured("chwbl", 800, "mean_ttft_ms")),
                ms(measured("chwbl", 8000, "mean_ttft_ms")),
                ms(measured("chwbl", 1600, "mean_ttft_ms")),
                ms(measured("chwbl", 3200, "mean_ttft_ms")),
            ],
        ),
        why(
            "Why is chance worse than least-load for the slowest?",
            "Neither looks at a cache, so both compute the same again and again: at 1,600 at once the mean TTFT is nearly the same, {} and {}. But chance makes some \
             queues longer than others, and who stands in those waits longest: P99 {} instead of {}. With more at once the mean shows it \
             too: {} instead of {} at 8,000.",
            [
                ms(measured("random", LEVEL, "mean_ttft_ms")),
                ms(least("mean_ttft_ms")),
                ms(measured("random", LEVEL, "p99_ttft_ms")),
                ms(least("p99_ttft_ms")),
                ms(measured("random", 8000, "mean_ttft_ms")),
                ms(measured("least-load", 8000, "mean_ttft_ms")),
            ],
        ),
    ]
}

/// On what is near enough, and what the model was fitted to.
fn the_model() -> Vec<Why> {
    vec![
        why(
            "Why are 5 %, 15 % and 30 % near enough?",
            "They are this project\u{2019}s own bounds, for rates, for means and medians, and for P99; the bands in the picture show them. The fewer requests a figure hangs on, the \
             more chance there is in it: the same experiment made twice, with prefix routing at 1,600 and at 3,200, gave {} and {} requests a second, mean TTFTs of {} and \
             {}, and P99s of {} and {}.",
            [
                format::figure(measured("chwbl", 1600, "request_throughput")),
                format::figure(measured("chwbl", 3200, "request_throughput")),
                ms(measured("chwbl", 1600, "mean_ttft_ms")),
                ms(measured("chwbl", 3200, "mean_ttft_ms")),
                ms(measured("chwbl", 1600, "p99_ttft_ms")),
                ms(measured("chwbl", 3200, "p99_ttft_ms")),
            ],
        ),
        why(
            "Which are the thirteen constants, and what were they fitted to?",
            "None of them was measured by itself: all were fitted together to the {} figures of the two rows at {}. Ten are the engine\u{2019}s: the share of the \
             peak that is reached in reading weights, in reading the cache and in multiplying; how much reading sequences share, and how much slower it is beside a prefill; a time for each \
             step, for each sequence in it and for a step too large for a CUDA graph; and the server\u{2019}s time for a request and for a token. Three are the \
             client\u{2019}s: sending a request, reading a socket, passing a token on. The model card below has their values, and of every other constant where it is from.",
            [
                (2 * KEYS.len()).to_string(),
                format::count(u64::from(LEVEL)),
            ],
        ),
        why(
            "Why are some simulated figures not the measured ones?",
            "The model has no other programs on the machine, no network that stutters, and one ring of hashes of its own where KubeAI had \
             another. Mean figures over 8,000 requests even that out; a P99 hangs on eighty of them. Constants were fitted to the two rows \
             at {} and to no other.",
            [format::count(u64::from(LEVEL))],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::words;

    #[test]
    fn every_sentence_has_its_figures() {
        super::super::lines::check("reality", &of());
        for why in of() {
            let sentence = words(&why.answer);
            assert!(
                !sentence.contains("NaN") && !sentence.contains("{}"),
                "{sentence}"
            );
        }
    }

    /// The facts about the published rows that the answers rely on.
    #[test]
    fn the_rows_are_as_the_sentences_say() {
        let at = |policy, key| measured(policy, LEVEL, key);
        let ratio = |key| at("chwbl", key) / at("least-load", key);
        let alike = [
            "request_throughput",
            "output_throughput",
            "total_token_throughput",
        ]
        .map(ratio);
        assert!(
            alike.iter().all(|it| (it / alike[0] - 1.0).abs() < 0.01),
            "{alike:?}"
        );
        assert!(ratio("duration") > 2.0 / 3.0);
        assert!(at("least-load", "median_ttft_ms") > at("least-load", "mean_ttft_ms"));
        assert!(at("chwbl", "median_ttft_ms") < at("chwbl", "mean_ttft_ms"));
        let spread = |policy| at(policy, "p99_ttft_ms") / at(policy, "median_ttft_ms");
        assert!(spread("least-load") < 1.5 && spread("chwbl") > 2.0);
        assert!(ratio("median_itl_ms") > 0.7 && ratio("p99_itl_ms") < 0.4);
        let (_, _, many) = under_way("least-load", LEVEL);
        let (_, _, few) = under_way("chwbl", LEVEL);
        assert!(
            many > 0.75 * f64::from(LEVEL) && few < 0.4 * f64::from(LEVEL),
            "{many} {few}"
        );
        let gap = |policy| at(policy, "mean_tpot_ms") / at(policy, "mean_itl_ms");
        assert!(gap("least-load") > 1.05 && (gap("chwbl") - 1.0).abs() < 0.02);
        let rates =
            [800, 1600, 3200, 8000].map(|it| measured("least-load", it, "request_throughput"));
        assert!(
            rates.iter().all(|it| (it / rates[1] - 1.0).abs() < 0.05),
            "{rates:?}"
        );
        assert!(at("least-load", "mean_tpot_ms") > at("least-load", "median_tpot_ms"));
        let tails = [800, 1600, 3200, 8000].map(|it| measured("least-load", it, "p99_ttft_ms"));
        assert!(tails.is_sorted(), "{tails:?}");
        // Twice as quick arrivals, more under way, later first tokens.
        let quick = [800, 8000].map(|it| measured("chwbl", it, "mean_ttft_ms"));
        let slow = [1600, 3200].map(|it| measured("chwbl", it, "mean_ttft_ms"));
        let lower = |them: [f64; 2], others: [f64; 2]| {
            them.iter().all(|it| others.iter().all(|other| it < other))
        };
        assert!(lower(slow, quick), "{slow:?} {quick:?}");
        let under_way = |levels: [u32; 2]| levels.map(|it| under_way("chwbl", it).2);
        assert!(lower(under_way([1600, 3200]), under_way([800, 8000])));
        // The bounds are those of the comparison.
        use warmpath_core::reference::kubeai::tolerance;
        let bounds = ["duration", "median_itl_ms", "p99_ttft_ms"].map(tolerance);
        assert_eq!(bounds, [0.05, 0.15, 0.3]);
    }

    /// The constants that are told are those that the model card calls fitted.
    #[test]
    fn thirteen_constants_are_fitted_ten_of_the_engine_and_three_of_the_client() {
        use warmpath_core::replica::calibration::CLIENT_COSTS;
        use warmpath_core::replica::terms::TERMS;
        let terms = TERMS.iter();
        let engine: Vec<&str> = terms
            .filter(|it| it.figure.as_ref().is_some_and(|figure| figure.fitted))
            .map(|it| it.name)
            .collect();
        assert_eq!(
            engine,
            [
                "launch",
                "sequences",
                "weights",
                "gemm",
                "kv-reads",
                "shared-reads",
                "mixed",
                "eager",
                "api-requests",
                "api-tokens"
            ]
        );
        let client = CLIENT_COSTS.iter().filter(|it| it.fitted);
        assert_eq!(engine.len() + client.count(), 13);
        let questions = of();
        let told = questions.iter().find(|it| it.question.contains("thirteen"));
        let told = words(&told.expect("asked").answer);
        assert!(
            told.contains("the 26 figures of the two rows at 1,600") && told.contains("Ten are"),
            "{told}"
        );
    }
}
