//! The result of a comparison in sentences: which policy answers first, by how much, at what price, and why it is ahead of
//! the slowest.
//!
//! "First" and "slowest" are by the median time to first token. The reason is taken from hit rates, lost hits and the balance
//! of work, and only as far as these go: if hit rates are alike, the sentence says that the cache does not explain the
//! difference. Two policies count as alike if neither their medians nor their P99s can be told apart: with several seeds if
//! their ranges overlap, with one seed only if they are equal, since one run does not show how much is chance.

use crate::figure;
use crate::format;
use crate::look::looks_of;
use crate::rich::{RichText, Tone, fill, plain_text};
use warmpath_core::metrics::{PLACES, Summary};

/// A tail longer than the slowest policy's by more than this factor is mentioned with a "But"; a median shorter by less
/// than this factor is said to be possibly chance if there is only one seed.
const SLIGHT: f64 = 1.02;
/// The difference in hit rates from which on one policy is said to find more in the cache than the other. A kind of lost hits
/// is named from half of it on.
const WORTH: f64 = 0.02;
/// The difference in the imbalance of work (the busiest replica's over the mean) from which on it is mentioned.
const UNEVEN: f64 = 0.05;
/// The kinds of lost hits, by why a block was not found where its prompt was sent: the figure of each, and its words.
const LOST: [(usize, &str); 4] = [
    (PLACES.lost_elsewhere, "lay on another replica"),
    (
        PLACES.lost_forgotten,
        "lay on a replica the router had forgotten",
    ),
    (
        PLACES.lost_unknown,
        "lay on a replica the router did not know of",
    ),
    (PLACES.lost_evicted, "had been evicted"),
];

/// The summary of a policy, after the number of its look.
#[derive(Clone, Copy)]
struct NamedPolicy<'a>(usize, &'a Summary);

impl NamedPolicy<'_> {
    fn value(&self, at: usize) -> f64 {
        self.1.values[at]
    }

    fn median(&self) -> f64 {
        self.value(PLACES.median_ttft_ms)
    }

    /// The range of a figure over seeds; of a single run, the figure itself.
    fn range(&self, at: usize) -> (f64, f64) {
        let value = self.value(at);
        let range = self.1.ranges.map(|ranges| ranges[at]);
        range.unwrap_or((value, value))
    }

    /// Whether a figure can be told apart from another policy's: their ranges over seeds do not overlap.
    fn is_apart(&self, other: &Self, at: usize) -> bool {
        figure::apart(self.range(at), other.range(at))
    }

    /// The name of the policy, in its colour.
    fn name(&self) -> (Tone, String) {
        (Tone::Policy(self.0), self.1.policy.clone())
    }

    /// The name of the policy where it is mentioned again, in its colour but not bold.
    fn again(&self) -> (Tone, String) {
        (Tone::PolicyAgain(self.0), self.1.policy.clone())
    }

    fn hits(&self) -> f64 {
        self.value(PLACES.cache_hit_rate)
    }
}

/// The line that stands for the figures, and for what can be done with them, while both are folded away: the mean TTFT of
/// each policy. Without summaries, as after a sweep, it has no number.
pub fn figures_in_brief(summaries: &[Summary]) -> String {
    let means = summaries
        .iter()
        .map(|it| format::millis(it.values[PLACES.mean_ttft_ms]));
    match means.collect::<Vec<_>>().split_last() {
        None => "Every figure, and how to repeat and export it".to_owned(),
        Some((last, [])) => format!("Mean TTFT {last}, and every other figure"),
        Some((last, before)) => {
            let before = before.join(", ");
            format!("Mean TTFT {before} and {last}, and every other figure")
        }
    }
}

/// The sentences on these policies: which answers first, at what price and why, what got no answer, and how the fleet grew.
/// With several seeds, one before them says that the figures are medians.
pub fn verdict(summaries: &[Summary]) -> Vec<RichText> {
    let looks = looks_of(summaries, |it| &it.policy);
    let each = looks.into_iter().zip(summaries);
    let each: Vec<NamedPolicy<'_>> = each.map(|(look, it)| NamedPolicy(look, it)).collect();
    let mut ranked: Vec<NamedPolicy<'_>> = each
        .iter()
        .copied()
        .filter(|it| it.value(PLACES.completed) > 0.0 && it.median().is_finite())
        .collect();
    warmpath_core::order::by(&mut ranked, |a, b| a.median().total_cmp(&b.median()));
    let mut sentences = match ranked[..] {
        [] => vec![plain_text(
            "No request was completed, so there is nothing to compare.",
        )],
        [one] => alone(one, summaries.len() == 1),
        [first, .., last] => {
            let mut sentences = vec![sooner(&ranked)];
            sentences.push(price(first, last));
            sentences.extend(why(first, last));
            sentences
        }
    };
    if let Some(seeds) = summaries
        .iter()
        .map(|it| it.seeds)
        .max()
        .filter(|it| *it > 1)
    {
        let of = format::word(seeds);
        let first = plain_text(format!(
            "Medians of {of} seeds; the charts show the first seed."
        ));
        sentences.insert(0, first);
    }
    sentences.extend(unanswered(&each));
    sentences.extend(grown(&each));
    sentences
}

/// How many requests were completed, and how many got no whole answer: rejected, failed, cut off or pending at the end.
fn ended(it: &NamedPolicy<'_>) -> (u64, u64) {
    match &it.1.life {
        // Of the first run, as those that were cut off are counted nowhere else.
        Some(life) => (life.outcomes[0], life.outcomes[1..].iter().sum()),
        None => {
            let missing = it.value(PLACES.failed) + it.value(PLACES.rejected);
            (
                it.value(PLACES.completed) as u64,
                libm::round(missing) as u64,
            )
        }
    }
}

/// Whose times are told: of all requests, or of those that got a whole answer where some did not.
fn whose(policies: &[NamedPolicy<'_>]) -> &'static str {
    match policies.iter().any(|it| ended(it).1 > 0) {
        true => "those answered",
        false => "the requests",
    }
}

/// How many of a policy's requests got no whole answer: `26 of 400`.
fn lost(it: &NamedPolicy<'_>) -> String {
    let (done, missing) = ended(it);
    format!(
        "{} of {}",
        format::count(missing),
        format::count(done + missing)
    )
}

/// The sentence on requests that got no whole answer, or else on how many each policy completed, if that differs; `None` if
/// neither is to be said.
fn unanswered(each: &[NamedPolicy<'_>]) -> Option<RichText> {
    let all = each.iter().map(ended);
    if all.clone().all(|it| it.1 == 0) {
        if !each.windows(2).any(|it| ended(&it[0]) != ended(&it[1])) {
            return None;
        }
        let mut text = plain_text("They did not complete as many requests: ");
        text.extend(list(each, |it| format::count(ended(it).0)));
        text.push(as_is("."));
        return Some(text);
    }
    // Of the first run, as in `ended`.
    let first = each.iter().any(|it| it.1.seeds > 1 && it.1.life.is_some());
    let seed = if first { " with the first seed" } else { "" };
    if let [one] = each {
        let (done, _) = ended(one);
        let (lost, done) = (lost(one), format::count(done));
        return Some(plain_text(format!(
            "{lost} requests got no whole answer{seed}; the times are of the {done} that did."
        )));
    }
    let mut text = plain_text(format!(
        "Requests without a whole answer{seed}, which the times leave out: "
    ));
    text.extend(list(each, lost));
    text.push(as_is("."));
    Some(text)
}

/// The sentence on how many replicas were paid for, and from when the most were ready; `None` if no policy's fleet changed its
/// size.
fn grown(each: &[NamedPolicy<'_>]) -> Option<RichText> {
    let grew = |it: &NamedPolicy<'_>| {
        let staff = it.1.staff.as_ref();
        staff.is_some_and(|staff| staff.fewest != staff.most)
    };
    if !each.iter().any(grew) {
        return None;
    }
    let mut text = plain_text("Replicas, of the first seed: ");
    text.extend(list(each, |it| {
        let Some(staff) = &it.1.staff else {
            return "as set".to_owned();
        };
        let ready = |step: &(f64, [u32; 3])| step.1[2];
        let most = staff.course.iter().map(ready).max().unwrap_or(0);
        let from = staff.course.iter().find(|step| ready(step) == most);
        format!(
            "{} to {} paid, at most {} ready, from {}",
            format::count(staff.fewest.into()),
            format::count(staff.most.into()),
            format::count(most.into()),
            format::seconds(from.map_or(0.0, |step| step.0))
        )
    }));
    text.push((Tone::Plain, ".".to_owned()));
    Some(text)
}

/// A list of policies, each with a text: `smart 346 ms, random 17.2 s`.
fn list(policies: &[NamedPolicy<'_>], of: fn(&NamedPolicy<'_>) -> String) -> RichText {
    let mut text = RichText::new();
    for (at, it) in policies.iter().enumerate() {
        if at > 0 {
            text.push((Tone::Plain, ", ".to_owned()));
        }
        text.push(it.name());
        text.push((Tone::Plain, format!(" {}", of(it))));
    }
    text
}

/// The median TTFT of a policy, with its unit.
fn median(it: &NamedPolicy<'_>) -> String {
    format::millis(it.median())
}

/// A text without emphasis, as a piece of a sentence.
fn as_is(text: impl Into<String>) -> (Tone, String) {
    (Tone::Plain, text.into())
}

/// The sentences on a policy that is compared with no other: it is the `only` one, or no other completed anything.
fn alone(it: NamedPolicy<'_>, only: bool) -> Vec<RichText> {
    let mut sentences = vec![fill(
        "Under {policy} half of {whose} have their first token within {median}, 99\u{a0}% within {p99}.",
        &[
            ("policy", it.name()),
            ("whose", as_is(whose(&[it]))),
            ("median", as_is(median(&it))),
            ("p99", as_is(format::millis(it.value(PLACES.p99_ttft_ms)))),
        ],
    )];
    if it.hits().is_finite() {
        let lost = most_lost(it, None);
        sentences.push(plain_text(format!(
            "{} of the prompts' blocks were found in the cache{}.{}",
            format::share(it.hits()),
            lost.map_or(String::new(), |(share, words)| format!(", {share} {words}")),
            match only {
                true => " Add a policy to compare it with.",
                false => "",
            }
        )));
    }
    sentences
}

/// The sentence if the medians of the first two policies cannot be told apart: it says whether their tails can, and lists the
/// others.
fn level(ranked: &[NamedPolicy<'_>]) -> RichText {
    let (first, second) = (ranked[0], ranked[1]);
    let tail = PLACES.p99_ttft_ms;
    let seeds = match first.median() == second.median() {
        true => "",
        false => "; seeds alone change as much",
    };
    let medians = |text: &str| {
        fill(
            text,
            &[
                ("first", first.name()),
                ("second", second.name()),
                ("median", as_is(median(&first))),
                ("other", as_is(median(&second))),
                ("seeds", as_is(seeds)),
                ("whose", as_is(whose(ranked))),
            ],
        )
    };
    let mut text = match first.is_apart(&second, tail) {
        false => medians(
            "{first} and {second} come out alike: half of {whose} have their first token within {median} and {other}{seeds}",
        ),
        true => {
            let mut text = medians(
                "{first} and {second} are as quick for half of {whose} ({median} and {other}{seeds}), but not for the slowest",
            );
            let (short, long) = match first.value(tail) < second.value(tail) {
                true => (first, second),
                false => (second, first),
            };
            text.extend(fill(
                ": 1\u{a0}% wait {less} or longer under {short}, {more} under {long}",
                &[
                    ("less", as_is(format::millis(short.value(tail)))),
                    ("short", short.again()),
                    ("more", as_is(format::millis(long.value(tail)))),
                    ("long", long.again()),
                ],
            ));
            text
        }
    };
    if ranked.len() > 2 {
        text.push(as_is(". Then "));
        text.extend(list(&ranked[2..], median));
    }
    text.push(as_is("."));
    text
}

/// The sentence on which policy answers first, and how much sooner than the next.
fn sooner(ranked: &[NamedPolicy<'_>]) -> RichText {
    let (first, second) = (ranked[0], ranked[1]);
    if !first.is_apart(&second, PLACES.median_ttft_ms) {
        return level(ranked);
    }
    let mut text = ahead(ranked);
    let tail = PLACES.p99_ttft_ms;
    // With two policies, the next sentence compares their tails.
    if ranked.len() > 2 && second.is_apart(&first, tail) && second.value(tail) < first.value(tail) {
        text.extend(fill(
            " But the slowest 1\u{a0}% wait less under {second}: {less}, not {more}.",
            &[
                ("second", second.again()),
                ("less", as_is(format::millis(second.value(tail)))),
                ("more", as_is(format::millis(first.value(tail)))),
            ],
        ));
    }
    if first.1.seeds < 2 && second.median() <= first.median() * SLIGHT {
        text.push(as_is(" So little may be chance: one seed does not tell."));
    }
    text
}

/// The sentence on a policy whose median is ahead of all others.
fn ahead(ranked: &[NamedPolicy<'_>]) -> RichText {
    let (first, second) = (ranked[0], ranked[1]);
    match ranked {
        [_, other] => fill(
            "{first} answers {sooner} than {other}: half of {whose} have their first token within {median}, not {later}.",
            &[
                ("first", first.name()),
                ("sooner", as_is(times(first.median(), other.median()))),
                ("whose", as_is(whose(ranked))),
                ("other", other.name()),
                ("median", as_is(median(&first))),
                ("later", as_is(median(other))),
            ],
        ),
        _ => {
            let mut text = fill(
                "{first} answers first: half of {whose} have their first token within {median}, {sooner} than the next. Then ",
                &[
                    ("first", first.name()),
                    ("median", as_is(median(&first))),
                    ("whose", as_is(whose(ranked))),
                    ("sooner", as_is(times(first.median(), second.median()))),
                ],
            );
            text.extend(list(&ranked[1..], median));
            text.push(as_is("."));
            text
        }
    }
}

/// How much sooner than `more` the time `less` is: `50 times sooner`, `12 % sooner`.
fn times(less: f64, more: f64) -> String {
    let ratio = more / less;
    match ratio {
        r if r >= 9.95 => format!("{} times sooner", format::fixed(r, 0)),
        r if r >= 1.95 => format!("{} times sooner", format::fixed(r, 1)),
        _ => format!("{} sooner", format::share(1.0 - 1.0 / ratio)),
    }
}

/// The sentence on the tail and the throughput of the first policy beside those of the slowest by median.
fn price(first: NamedPolicy<'_>, last: NamedPolicy<'_>) -> RichText {
    let [p99, other] = [first, last].map(|it| it.value(PLACES.p99_ttft_ms));
    let [rate, slow] = [first, last].map(|it| it.value(PLACES.request_throughput));
    let but = if p99 > other * SLIGHT {
        "But its"
    } else {
        "Its"
    };
    fill(
        "{but} slowest 1\u{a0}% wait {p99} or longer ({last}: {other}); it completes {rate}\u{a0}requests/s ({last}: {slow}).",
        &[
            ("but", as_is(but)),
            ("p99", as_is(format::millis(p99))),
            ("last", last.again()),
            ("other", as_is(format::millis(other))),
            ("rate", as_is(format::figure(rate))),
            ("slow", as_is(format::figure(slow))),
        ],
    )
}

/// The reason for the difference, as far as the cache and the balance of work show it, or that the cache does not; `None` if a
/// hit rate is unknown.
fn why(first: NamedPolicy<'_>, last: NamedPolicy<'_>) -> Option<RichText> {
    let (hit, missed) = (first.hits(), last.hits());
    if !hit.is_finite() || !missed.is_finite() {
        return None;
    }
    let [share, other] = [hit, missed].map(format::share);
    let [even, uneven] = [first, last].map(|it| it.value(PLACES.imbalance));
    let spread = |lead: &str| match uneven - even >= UNEVEN {
        true => format!(
            "{lead}its work is spread more evenly: the busiest replica does {} times the mean, not {}",
            format::figure(even),
            format::figure(uneven)
        ),
        false => String::new(),
    };
    Some(if hit - missed >= WORTH {
        let mut text = fill(
            "Of the prompts' blocks it finds {share} in the cache, {last} {other}",
            &[
                ("share", as_is(share)),
                ("last", last.again()),
                ("other", as_is(other)),
            ],
        );
        if let Some((lost, how)) = most_lost(last, Some(first)) {
            text.extend(fill(
                ": {lost} of {last}'s {how}",
                &[
                    ("lost", as_is(lost)),
                    ("last", last.again()),
                    ("how", as_is(how)),
                ],
            ));
        }
        text.push(as_is("."));
        text
    } else if missed - hit >= WORTH {
        plain_text(format!(
            "Of the prompts' blocks it finds fewer in the cache, {share} and not {other}{}: here reuse is not what decides.",
            spread(", but ")
        ))
    } else {
        plain_text(format!(
            "The cache does not tell them apart: {share} and {other} of the prompts' blocks were found{}.",
            spread("; ")
        ))
    })
}

/// The share of prompt blocks that a policy lost in one way, and the words for that way: the one in which it lost most, or most
/// more than the policy `beside` did. `None` if that is too little to be named.
fn most_lost(
    of: NamedPolicy<'_>,
    beside: Option<NamedPolicy<'_>>,
) -> Option<(String, &'static str)> {
    let more = |at: usize| of.value(at) - beside.map_or(0.0, |it| it.value(at));
    let (at, words) = LOST
        .into_iter()
        .max_by(|a, b| more(a.0).total_cmp(&more(b.0)))?;
    (more(at) >= WORTH / 2.0).then(|| (format::share(of.value(at)), words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::words;
    use warmpath_core::metrics::{FIGURES, Figures};

    fn summary(policy: &str, figures: &[(&str, f64)]) -> Summary {
        let value = |key: &str| figures.iter().find(|it| it.0 == key).map_or(0.0, |it| it.1);
        Summary {
            policy: policy.to_owned(),
            seeds: 1,
            values: Figures::from_fn(|at| value(FIGURES[at].key)),
            ranges: None,
            replicas: Vec::new(),
            stages: Vec::new(),
            life: None,
            ..Summary::default()
        }
    }

    #[test]
    fn the_line_of_the_figures_has_each_policys_mean() {
        let all = [("a", 33_300.0), ("b", 753.0), ("c", 1_500.0)];
        let all =
            all.map(|(name, mean)| summary(name, &[("mean_ttft_ms", mean), ("completed", 9.0)]));
        let brief = |all: &[Summary]| figures_in_brief(all).replace(format::GAP, " ");
        let none = summary("none", &[("mean_ttft_ms", f64::NAN)]);
        assert_eq!(
            brief(&[all[0].clone(), none]),
            "Mean TTFT 33.3 s and –, and every other figure"
        );
        let line = |count: usize| figures_in_brief(&all[..count]).replace(format::GAP, " ");
        assert_eq!(line(0), "Every figure, and how to repeat and export it");
        assert_eq!(line(1), "Mean TTFT 33.3 s, and every other figure");
        assert_eq!(
            line(3),
            "Mean TTFT 33.3 s, 753 ms and 1.50 s, and every other figure"
        );
    }

    fn plain(sentences: Vec<RichText>) -> String {
        let sentences: Vec<String> = sentences.iter().map(words).collect();
        let text = sentences.join(" ").replace(format::GAP, " ");
        assert!(!text.contains('{'), "a value without a name: {text}");
        text
    }

    fn run(median: f64, p99: f64, hit: f64, elsewhere: f64) -> [(&'static str, f64); 7] {
        [
            ("completed", 400.0),
            ("median_ttft_ms", median),
            ("p99_ttft_ms", p99),
            ("request_throughput", 3.0),
            ("cache_hit_rate", hit),
            ("lost_elsewhere", elsewhere),
            ("imbalance", 1.1),
        ]
    }

    #[test]
    fn it_says_who_wins_by_how_much_and_where_the_other_lost() {
        let all = [
            summary("round-robin", &run(17_200.0, 35_300.0, 0.82, 0.14)),
            summary("smart", &run(346.0, 8_030.0, 0.96, 0.0)),
        ];
        assert_eq!(
            plain(verdict(&all)),
            "smart answers 50 times sooner than round-robin: half of the requests have their first token within 346 ms, not 17.2 s. \
             Its slowest 1 % wait 8.03 s or longer (round-robin: 35.3 s); it completes 3.00 requests/s (round-robin: 3.00). \
             Of the prompts' blocks it finds 96 % in the cache, round-robin 82 %: 14 % of round-robin's lay on another replica."
        );
        let name = (
            Tone::Policy(crate::look::looks(["smart"])[0]),
            "smart".to_owned(),
        );
        assert_eq!(verdict(&all)[0][0], name);
    }

    #[test]
    fn what_is_alike_is_not_called_won_and_the_cache_is_not_blamed() {
        let with = |median: f64, tail: f64| {
            let all = [
                summary("a", &run(100.0, 200.0, 0.5, 0.0)),
                summary("b", &run(median, tail, 0.5, 0.0)),
            ];
            plain(verdict(&all))
        };
        let text = with(100.0, 200.0);
        assert!(text.starts_with("a and b come out alike"), "{text}");
        assert!(text.contains("does not tell them apart"), "{text}");
        // With one seed, only equal values count as alike.
        let text = with(101.0, 200.0);
        assert!(text.starts_with("a answers 1.0 % sooner than b"), "{text}");
        assert!(text.contains("one seed does not tell"), "{text}");
        assert!(!with(150.0, 200.0).contains("one seed does not tell"));
        // Equal medians alone do not make two policies alike.
        let text = with(100.0, 29_300.0);
        assert!(
            text.starts_with("a and b are as quick for half of the requests (100 ms and 100 ms), but not for the slowest: 1 % wait 200 ms or longer under a, 29.3 s under b."),
            "{text}"
        );
        // The differences between seeds are larger than those between the policies.
        let mut seeds = [
            summary("a", &run(100.0, 200.0, 0.5, 0.0)),
            summary("b", &run(150.0, 200.0, 0.5, 0.0)),
        ];
        for it in &mut seeds {
            it.ranges = Some(it.values.map(|v| (v * 0.7, v * 1.3)));
        }
        assert!(plain(verdict(&seeds)).contains("seeds alone change as much"));
    }

    #[test]
    fn requests_without_an_answer_are_counted_and_a_fleet_that_grew_says_so() {
        let mut lost = run(100.0, 900.0, 0.5, 0.0).to_vec();
        lost[0].1 = 374.0;
        lost.push(("failed", 26.0));
        let all = [summary("smart", &lost), summary("random", &lost)];
        let alone = plain(verdict(&all[..1]));
        assert!(
            alone.contains(
                "26 of 400 requests got no whole answer; the times are of the 374 that did."
            ),
            "{alone}"
        );
        assert!(
            alone.starts_with(
                "Under smart half of those answered have their first token within 100 ms"
            ),
            "{alone}"
        );
        // What is counted of the first seed alone is said to be.
        let replay = crate::trial::run("v=2&w=rag&n=20&ev=1s:kill%3D1&p=smart");
        let befallen =
            warmpath_core::metrics::summarise(replay.scenario(), replay.workload(), replay.runs());
        let mut seeds = all.clone();
        for it in &mut seeds {
            let mut life = befallen[0]
                .life
                .clone()
                .expect("a fleet that something befell");
            life.outcomes = [93, 0, 0, 7, 0];
            (it.seeds, it.life) = (3, Some(life));
        }
        let of_seeds = plain(verdict(&seeds));
        assert!(
            of_seeds.contains("answer with the first seed, which the times leave out: smart 7 of 100, random 7 of 100."),
            "{of_seeds}"
        );
        let of_seeds = plain(verdict(&seeds[..1]));
        assert!(
            of_seeds.contains("7 of 100 requests got no whole answer with the first seed; "),
            "{of_seeds}"
        );
        // A policy that completed nothing was compared all the same.
        let nothing = summary("least-load", &[("failed", 400.0)]);
        let beside = plain(verdict(&[all[0].clone(), nothing]));
        assert!(!beside.contains("Add a policy"), "{beside}");
        assert!(
            beside.contains("smart 26 of 400, least-load 400 of 400."),
            "{beside}"
        );
        let both = plain(verdict(&all));
        assert!(
            both.contains("half of those answered") && !both.contains("the requests have"),
            "{both}"
        );
        assert!(
            both.contains("leave out: smart 26 of 400, random 26 of 400."),
            "{both}"
        );
        let mut scaled = summary("smart", &run(100.0, 900.0, 0.5, 0.0));
        let replay = crate::trial::run("v=2&w=rag&n=20&r=1&scale=hpa&p=smart");
        let run =
            warmpath_core::metrics::summarise(replay.scenario(), replay.workload(), replay.runs());
        let mut staff = run[0].staff.clone().expect("a fleet that is scaled");
        (staff.fewest, staff.most) = (2, 8);
        staff.course = vec![(0.0, [2, 2, 2]), (15.0, [8, 8, 2]), (130.0, [8, 8, 8])];
        scaled.staff = Some(staff);
        scaled.seeds = 3;
        let grew = plain(verdict(&[scaled]));
        assert!(
            grew.starts_with("Medians of three seeds; the charts show the first seed."),
            "{grew}"
        );
        assert!(
            grew.contains("smart 2 to 8 paid, at most 8 ready, from 130 s."),
            "{grew}"
        );
    }

    #[test]
    fn reuse_that_does_not_pay_is_said_and_so_are_requests_that_are_missing() {
        let mut even = run(100.0, 900.0, 0.5, 0.0);
        even[6].1 = 1.0;
        even[0].1 = 390.0;
        let all = [
            summary("least-load", &even),
            summary("smart", &run(150.0, 300.0, 0.9, 0.0)),
        ];
        let text = plain(verdict(&all));
        assert!(text.contains("33 % sooner"), "{text}");
        assert!(text.contains("But its slowest"), "{text}");
        assert!(text.contains("reuse is not what decides"), "{text}");
        assert!(text.contains("least-load 390, smart 400"), "{text}");
        assert!(plain(verdict(&[])).contains("nothing to compare"));
        assert!(plain(verdict(&all[..1])).contains("Add a policy"));
    }
}
