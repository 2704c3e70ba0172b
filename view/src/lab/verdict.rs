//! What a comparison comes to, in sentences: which policy answers first, by how much, at what price, and where the others
//! lost it.
//!
//! Sooner is by the median time to first token. Why is told from the loss split, and only as far as that goes: where hit
//! rates are alike the cache is said not to explain the difference. Nothing is called won within [`ALIKE`], or where seeds
//! alone change as much.

use crate::format;
use crate::markup::escape;
use warmpath_core::metrics::{PLACES, Summary};

/// Medians this close are called alike.
const ALIKE: f64 = 1.02;
/// A difference in hit rates that is worth a word.
const WORTH: f64 = 0.02;
/// A difference in the largest over mean work that is worth a word.
const UNEVEN: f64 = 0.05;
/// Where hits are lost: the figure, and in words.
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

/// A policy, by its place in the comparison.
#[derive(Clone, Copy)]
struct Of<'a>(usize, &'a Summary);

impl Of<'_> {
    fn value(&self, at: usize) -> f64 {
        self.1.values[at]
    }

    fn median(&self) -> f64 {
        self.value(PLACES.median_ttft_ms)
    }

    /// The median's range over seeds; of a single run, the median.
    fn range(&self) -> (f64, f64) {
        let median = self.median();
        let range = self.1.ranges.map(|ranges| ranges.median_ttft_ms);
        range.unwrap_or((median, median))
    }

    /// Its name in its colour.
    fn name(&self) -> String {
        let name = escape(&self.1.policy);
        format!("<b class=\"curve-{}\">{name}</b>", self.0 % 4)
    }

    /// The same where it is said again.
    fn again(&self) -> String {
        let name = escape(&self.1.policy);
        format!("<span class=\"curve-{}\">{name}</span>", self.0 % 4)
    }

    fn hits(&self) -> f64 {
        self.value(PLACES.cache_hit_rate)
    }
}

/// The sentences, as a list's inside; the first says who answers first.
pub fn verdict(summaries: &[Summary]) -> String {
    let mut ranked: Vec<Of<'_>> = summaries
        .iter()
        .enumerate()
        .map(|(at, it)| Of(at, it))
        .filter(|it| it.value(PLACES.completed) > 0.0 && it.median().is_finite())
        .collect();
    ranked.sort_by(|a, b| a.median().total_cmp(&b.median()));
    let mut said = match ranked[..] {
        [] => vec!["No request was completed, so there is nothing to compare.".to_owned()],
        [one] => alone(one),
        [first, .., last] => {
            let mut said = vec![sooner(&ranked)];
            said.push(price(first, last));
            said.extend(why(first, last));
            said
        }
    };
    let done: Vec<f64> = summaries.iter().map(|it| it.values.completed).collect();
    if done.windows(2).any(|it| it[0] != it[1]) {
        let each = summaries.iter().enumerate().map(|(at, it)| {
            let it = Of(at, it);
            format!(
                "{} {}",
                it.name(),
                format::count(it.1.values.completed as u64)
            )
        });
        let each = each.collect::<Vec<_>>().join(", ");
        said.push(format!("They did not complete as many requests: {each}."));
    }
    said.iter().map(|it| format!("<li>{it}</li>")).collect()
}

fn alone(it: Of<'_>) -> Vec<String> {
    let mut said = vec![format!(
        "{} answers half of its requests within {}, 99{}% within {}.",
        it.name(),
        format::millis(it.median()),
        format::GAP,
        format::millis(it.value(PLACES.p99_ttft_ms)),
    )];
    if it.hits().is_finite() {
        said.push(format!(
            "{} of the prompts' blocks were found in the cache{}. Add a policy to compare it with.",
            format::share(it.hits()),
            most_lost(it, None)
                .map_or(String::new(), |(share, words)| format!(", {share} {words}"))
        ));
    }
    said
}

/// Who answers first, and how much sooner than each other.
fn sooner(ranked: &[Of<'_>]) -> String {
    let (first, second) = (ranked[0], ranked[1]);
    let name = first.name();
    let median = format::millis(first.median());
    let others = |of: &[Of<'_>]| {
        let each = of
            .iter()
            .map(|it| format!("{} {}", it.name(), format::millis(it.median())));
        each.collect::<Vec<_>>().join(", ")
    };
    if second.median() <= first.median() * ALIKE || second.range().0 <= first.range().1 {
        let why = match second.median() <= first.median() * ALIKE {
            true => "",
            false => "; seeds alone change as much",
        };
        return format!(
            "{name} and {} come out alike: half of the requests have their first token within {median} and {}{why}{}.",
            second.name(),
            format::millis(second.median()),
            match &ranked[2..] {
                [] => String::new(),
                rest => format!(". Then {}", others(rest)),
            }
        );
    }
    match ranked {
        [_, other] => format!(
            "{name} answers {} than {}: half of the requests have their first token within {median}, not {}.",
            times(first.median(), other.median()),
            other.name(),
            format::millis(other.median())
        ),
        _ => format!(
            "{name} answers first: half of the requests have their first token within {median}, {} than the next. Then {}.",
            times(first.median(), second.median()),
            others(&ranked[1..])
        ),
    }
}

/// `50 times sooner`, `12 % sooner`.
fn times(less: f64, more: f64) -> String {
    let ratio = more / less;
    match ratio {
        r if r >= 9.95 => format!("{} times sooner", format::fixed(r, 0)),
        r if r >= 1.95 => format!("{} times sooner", format::fixed(r, 1)),
        _ => format!("{} sooner", format::share(1.0 - 1.0 / ratio)),
    }
}

/// Its tail and its throughput beside the slowest policy's.
fn price(first: Of<'_>, last: Of<'_>) -> String {
    let [p99, other] = [first, last].map(|it| it.value(PLACES.p99_ttft_ms));
    let [rate, slow] = [first, last].map(|it| it.value(PLACES.request_throughput));
    let but = if p99 > other * ALIKE {
        "But its"
    } else {
        "Its"
    };
    format!(
        "{but} slowest 1{}% wait {} or longer ({}: {}); it completes {} requests/s ({}: {}).",
        format::GAP,
        format::millis(p99),
        last.again(),
        format::millis(other),
        format::figure(rate),
        last.again(),
        format::figure(slow)
    )
}

/// Why, as far as the cache and the spread of work tell.
fn why(first: Of<'_>, last: Of<'_>) -> Option<String> {
    let (hit, missed) = (first.hits(), last.hits());
    if !hit.is_finite() || !missed.is_finite() {
        return None;
    }
    let [share, other] = [hit, missed].map(format::share);
    let [even, uneven] = [first, last].map(|it| it.value(PLACES.imbalance));
    let spread = || {
        (uneven - even >= UNEVEN).then(|| {
            format!(
                "its work is spread more evenly: the busiest replica does {} times the mean, not {}",
                format::figure(even),
                format::figure(uneven)
            )
        })
    };
    Some(if hit - missed >= WORTH {
        let lost = most_lost(last, Some(first));
        let lost = lost.map_or(String::new(), |(share, words)| {
            format!(": {share} of {}'s {words}", last.again())
        });
        format!(
            "Of the prompts' blocks it finds {share} in the cache, {} {other}{lost}.",
            last.again()
        )
    } else if missed - hit >= WORTH {
        let spread = spread().map_or(String::new(), |it| format!(", but {it}"));
        format!(
            "Of the prompts' blocks it finds fewer in the cache, {share} and not {other}{spread}: here reuse is not what decides."
        )
    } else {
        let spread = spread().map_or(String::new(), |it| format!("; {it}"));
        format!(
            "The cache does not tell them apart: {share} and {other} of the prompts' blocks were found{spread}."
        )
    })
}

/// Where most hits were lost, beside another policy's losses.
fn most_lost(of: Of<'_>, beside: Option<Of<'_>>) -> Option<(String, &'static str)> {
    let more = |at: usize| of.value(at) - beside.map_or(0.0, |it| it.value(at));
    let (at, words) = LOST
        .into_iter()
        .max_by(|a, b| more(a.0).total_cmp(&more(b.0)))?;
    (more(at) >= WORTH / 2.0).then(|| (format::share(of.value(at)), words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::metrics::{FIGURES, Figures};

    fn summary(policy: &str, said: &[(&str, f64)]) -> Summary {
        let value = |key: &str| said.iter().find(|it| it.0 == key).map_or(0.0, |it| it.1);
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

    fn plain(markup: String) -> String {
        let mut out = String::new();
        let mut inside = false;
        for c in markup
            .replace("</li>", " ")
            .replace(format::GAP, " ")
            .chars()
        {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => out.push(c),
                _ => {}
            }
        }
        out.trim().to_owned()
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
        assert!(verdict(&all).contains("<b class=\"curve-1\">smart</b>"));
    }

    #[test]
    fn what_is_alike_is_not_called_won_and_the_cache_is_not_blamed() {
        let alike = [
            summary("a", &run(100.0, 200.0, 0.5, 0.0)),
            summary("b", &run(101.0, 200.0, 0.5, 0.0)),
        ];
        let said = plain(verdict(&alike));
        assert!(said.starts_with("a and b come out alike"), "{said}");
        assert!(said.contains("does not tell them apart"), "{said}");
        // Seeds that change more than the policies do.
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
    fn reuse_that_does_not_pay_is_said_and_so_are_requests_that_are_missing() {
        let mut even = run(100.0, 900.0, 0.5, 0.0);
        even[6].1 = 1.0;
        even[0].1 = 390.0;
        let all = [
            summary("least-load", &even),
            summary("smart", &run(150.0, 300.0, 0.9, 0.0)),
        ];
        let said = plain(verdict(&all));
        assert!(said.contains("33 % sooner"), "{said}");
        assert!(said.contains("But its slowest"), "{said}");
        assert!(said.contains("reuse is not what decides"), "{said}");
        assert!(said.contains("least-load 390, smart 400"), "{said}");
        assert!(plain(verdict(&[])).contains("nothing to compare"));
        assert!(plain(verdict(&all[..1])).contains("Add a policy"));
    }
}
