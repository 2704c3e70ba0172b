//! Whether a run meets a goal, by how much, and which limit binds.
//!
//! How each limit is measured is described in [`crate::goal`]: in percentiles, errors and attainment, requests that were refused,
//! failed, were cut off or never finished count as misses; means and gaps between tokens are of the answered ones alone. Of
//! several runs the one that is worst at a limit decides that limit, so a goal is met only if every run meets it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::summary::{Scope, per_token};
use crate::figure::Figures;
use crate::fleet::{Outcome, Record, ReplicaTotals, Run};
use crate::goal::{self, Allowance, Goal, Latency, Limit, Measure, NumberKind, Statistic};
use crate::histogram::{mean, percentile};
use crate::order;
use crate::units::VirtualTime;
use crate::workload::Workload;

/// How well a limit was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LimitKept {
    /// The value is within the limit.
    Met,
    /// The value is beyond the limit, but not beyond its critical value.
    Missed,
    /// The value is beyond the critical value as well.
    Critical,
}

impl LimitKept {
    /// The word for it in reports: met, missed or critical.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Critical => "critical",
        }
    }
}

/// The value that was found for one limit, and how it compares.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct FoundValue {
    /// The value in the figure's unit (shares from 0 to 1). It is infinite for a percentile that falls on a request without
    /// an answer (`null` in JSON), and not a number if no request is of the limit's tenant or class, or none was answered that a
    /// mean would count (`"none"`).
    #[serde(serialize_with = "write_value")]
    pub value: f64,
    /// Distance to the limit as a share of what the limit allows; negative if it is missed ([`Limit::margin`]).
    pub margin: f64,
    /// Whether the limit was kept, missed, or missed badly.
    pub standing: LimitKept,
}

/// Writes a value as JSON, which has no infinity and nothing that is not a number.
fn write_value<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
    match value {
        value if value.is_nan() => to.serialize_str("none"),
        value if value.is_infinite() => to.serialize_none(),
        value => to.serialize_f64(*value),
    }
}

/// Reads what [`write_value`] writes.
fn read_value<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum ValueText {
        Number(f64),
        Word(String),
        Nothing(()),
    }
    match ValueText::deserialize(from)? {
        ValueText::Number(value) => Ok(value),
        ValueText::Word(word) if word == "none" => Ok(f64::NAN),
        ValueText::Word(word) => Err(D::Error::custom(format!(
            "a number, null or \"none\", not \"{word}\""
        ))),
        ValueText::Nothing(()) => Ok(f64::INFINITY),
    }
}

/// A [`FoundValue`] as JSON has it: an infinite margin is `null`.
#[derive(Deserialize)]
struct Written {
    #[serde(deserialize_with = "read_value")]
    value: f64,
    margin: Option<f64>,
    standing: LimitKept,
}

impl From<Written> for FoundValue {
    fn from(it: Written) -> Self {
        // An infinite margin has the sign of every other: below zero where the limit is missed.
        let endless = match it.standing {
            LimitKept::Met => f64::INFINITY,
            LimitKept::Missed | LimitKept::Critical => f64::NEG_INFINITY,
        };
        Self {
            value: it.value,
            margin: it.margin.unwrap_or(endless),
            standing: it.standing,
        }
    }
}

/// How the limits of a goal were kept under one policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What was found for each limit of the goal, in the goal's order.
    pub found: Vec<FoundValue>,
    /// Number of requests; of several runs, of the one with the most unanswered requests.
    pub requests: u64,
    /// Number of those requests that were not answered.
    pub unanswered: u64,
}

impl Verdict {
    /// Whether all limits of the goal are kept.
    pub fn is_met(&self) -> bool {
        self.found.iter().all(|it| it.standing == LimitKept::Met)
    }

    /// The worst standing of any limit.
    pub fn standing(&self) -> LimitKept {
        let any = |standing| self.found.iter().any(|it| it.standing == standing);
        match (any(LimitKept::Critical), any(LimitKept::Missed)) {
            (true, _) => LimitKept::Critical,
            (_, true) => LimitKept::Missed,
            _ => LimitKept::Met,
        }
    }

    /// The place in the goal of the limit that binds: the one with the smallest margin, a missed limit before a kept one,
    /// the first of equals.
    pub fn binding(&self) -> usize {
        let each = self.found.iter().enumerate();
        let missed = |it: &FoundValue| it.standing != LimitKept::Met;
        let least = each.min_by(|(_, a), (_, b)| {
            let order = missed(b).cmp(&missed(a));
            order.then(a.margin.total_cmp(&b.margin))
        });
        least.map_or(0, |(at, _)| at)
    }

    /// The margin of the limit that binds; 0 if there are no limits.
    pub fn margin(&self) -> f64 {
        self.found.get(self.binding()).map_or(0.0, |it| it.margin)
    }

    /// Of each limit, the worse of this verdict's finding and the other's; of the request counts, those with more
    /// unanswered.
    #[must_use]
    pub fn worst(mut self, other: &Self) -> Self {
        for (mine, other) in self.found.iter_mut().zip(&other.found) {
            let missed = |it: &FoundValue| it.standing != LimitKept::Met;
            if (missed(other), -other.margin) > (missed(mine), -mine.margin) {
                *mine = *other;
            }
        }
        if other.unanswered > self.unanswered {
            (self.requests, self.unanswered) = (other.requests, other.unanswered);
        }
        self
    }
}

/// Compares a value with a limit.
pub fn hold(limit: &Limit, value: f64) -> FoundValue {
    let kept = limit.side.keeps(value, limit.value());
    let critical = limit.critical();
    let badly = critical.is_some_and(|critical| !limit.side.keeps(value, critical));
    FoundValue {
        value,
        // A value that is not a number means that no request is of the limit's tenant or class, or none was answered.
        margin: match value.is_nan() {
            true => f64::NEG_INFINITY,
            false => limit.margin(value),
        },
        standing: match (kept, badly) {
            (true, _) => LimitKept::Met,
            (_, true) => LimitKept::Critical,
            _ => LimitKept::Missed,
        },
    }
}

/// A latency of one request \[ms\]; `None` where the request has none, such as TPOT with a single token.
fn time(latency: Latency, record: &Record, output_tokens: u32) -> Option<f64> {
    match latency {
        Latency::Ttft => record.ttft().map(VirtualTime::millis),
        Latency::Tpot => per_token(record, output_tokens),
        Latency::E2el => Some((record.done - record.sent).millis()),
        Latency::ClientWait => Some((record.sent - record.due).millis()),
        Latency::Itl => None,
    }
}

/// Whether one request was answered and keeps all limits of an attainment.
fn attains(parts: &[goal::RequestLimit], record: &Record, output_tokens: u32) -> bool {
    let keeps = |part: &goal::RequestLimit| {
        let time = time(part.latency, record, output_tokens);
        time.is_none_or(|ms| part.keeps(ms))
    };
    record.outcome == Outcome::Completed && parts.iter().all(keeps)
}

/// The verdict on a run, or on one stage of it.
pub(super) fn of(
    goal: &Goal,
    workload: &Workload,
    run: &Run,
    part: &Scope<'_>,
    values: &Figures,
) -> Verdict {
    let answer = |n: usize| workload.request(n as u32).output_tokens;
    let requests = part.records(run).count() as u64;
    let completed = |record: &Record| record.outcome == Outcome::Completed;
    let answered = part.records(run).filter(|(_, it)| completed(it)).count() as u64;
    let unanswered = requests - answered;
    // Whether a request belongs to the limit's tenant or class; all do if the limit names none.
    let groups = run.line.as_ref().map(|line| &line.groups);
    let belongs = |of: &Option<String>, n: usize| match (of, groups) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(name), Some(groups)) => {
            let label = groups.of(workload, n as u32);
            let tenant = groups.tenants.get(usize::from(label.tenant));
            let class = groups.classes.get(usize::from(label.class));
            tenant.is_some_and(|it| it.name == *name) || class.is_some_and(|it| it.name == *name)
        }
    };
    let of_all = |limit: &Limit, counts: &dyn Fn(usize, &Record) -> bool| {
        let (mut counted, mut all) = (0u64, 0u64);
        for (n, record) in part.records(run).filter(|(n, _)| belongs(&limit.of, *n)) {
            all += 1;
            counted += u64::from(counts(n, record));
        }
        match all {
            0 if limit.of.is_some() => f64::NAN,
            0 => 0.0,
            all => counted as f64 / all as f64,
        }
    };
    // Whether there is a request that would have had this latency had it been answered.
    let would_have = |latency, n| !matches!(latency, Latency::Tpot | Latency::Itl) || answer(n) > 1;
    let missed = |latency| {
        let mut unanswered = part.records(run).filter(|(_, it)| !completed(it));
        unanswered.any(|(n, _)| would_have(latency, n))
    };
    let times = |limit: &Limit, statistic, latency| {
        let mine = part.records(run).filter(|(n, _)| belongs(&limit.of, *n));
        let each = mine.filter_map(|(n, record)| {
            let has = would_have(latency, n);
            match (completed(record), statistic) {
                (true, _) => time(latency, record, answer(n)),
                // It counts as infinitely late, if it would have had this latency had it been answered.
                (false, Statistic::Percentile(_)) if has => Some(f64::INFINITY),
                _ => None,
            }
        });
        let mut all: Vec<f64> = each.collect();
        order::numbers(&mut all);
        match statistic {
            _ if all.is_empty() && (limit.of.is_some() || missed(latency)) => f64::NAN,
            Statistic::Mean => mean(&all),
            Statistic::Percentile(p) => reached(&all, p),
        }
    };
    let value = |limit: &Limit| match &limit.measure {
        Measure::Times(_, Latency::Itl) if part.gaps.total() == 0 && missed(Latency::Itl) => {
            f64::NAN
        }
        Measure::Times(Statistic::Mean, Latency::Itl) => part.gaps.mean_ms(),
        Measure::Times(Statistic::Percentile(p), Latency::Itl) => part.gaps.percentile_ms(*p),
        Measure::Times(statistic, latency) => times(limit, *statistic, *latency),
        Measure::Errors => of_all(limit, &|_, record| !completed(record)),
        Measure::Attainment(parts) => of_all(limit, &|n, record| attains(parts, record, answer(n))),
        Measure::Busy => {
            let busy = part.replicas.iter().map(|it| it.tally.busy_ns as f64 / 1e9);
            let there = part.replicas.iter().map(ReplicaTotals::there_s);
            match there.sum::<f64>() {
                there if there > 0.0 => busy.sum::<f64>() / there,
                _ => 0.0,
            }
        }
        Measure::Figure(at) => values[*at],
    };
    let limits = goal.limits().iter();
    Verdict {
        found: limits.map(|limit| hold(limit, value(limit))).collect(),
        requests,
        unanswered,
    }
}

/// The percentile `p` (0 to 100) of sorted times, of which some may be infinite; infinite once it falls beyond the finite
/// ones.
fn reached(sorted: &[f64], p: f64) -> f64 {
    let finite = sorted.partition_point(|it| it.is_finite());
    // There is no number to interpolate between the last finite time and the first infinite one.
    let rank = sorted.len().saturating_sub(1) as f64 * (p / 100.0);
    if finite < sorted.len() && libm::ceil(rank) as usize >= finite {
        return f64::INFINITY;
    }
    percentile(sorted, p)
}

/// A value as people read it, with its unit: "436.3 ms", "5 min", "0.5 %".
pub fn shown(kind: NumberKind, value: f64) -> String {
    if value.is_nan() {
        return match kind {
            NumberKind::Millis | NumberKind::Seconds => "none answered",
            NumberKind::Share | NumberKind::Plain => "nothing to measure",
        }
        .to_owned();
    }
    if !value.is_finite() {
        return "never".to_owned();
    }
    match kind {
        NumberKind::Share => format!("{} %", digits(value * 100.0)),
        NumberKind::Millis => span(value / 1e3),
        NumberKind::Seconds => span(value),
        NumberKind::Plain => digits(value),
    }
}

/// A span of time \[s\] in the unit in which people read it, from milliseconds to hours.
pub fn span(seconds: f64) -> String {
    match seconds.abs() {
        short if short < 1.0 => format!("{} ms", digits(seconds * 1e3)),
        some if some < 120.0 => format!("{} s", digits(seconds)),
        long if long < 7200.0 => format!("{} min", digits(seconds / 60.0)),
        _ => format!("{} h", digits(seconds / 3600.0)),
    }
}

/// How far from a limit a value is, in words; `of` says what the distance is measured by.
pub fn spared(margin: f64, of: Allowance) -> String {
    let percent = |share: f64| digits(libm::round(share.abs() * 1000.0) / 10.0);
    match margin {
        _ if of == Allowance::Stopped => "over, stopped early".to_owned(),
        margin if margin == f64::INFINITY => "more than enough".to_owned(),
        margin if !margin.is_finite() => "out of reach".to_owned(),
        // Beyond twice what is allowed, people read a factor sooner than a percentage.
        margin if margin < -1.0 && of == Allowance::Limit => {
            let times = 1.0 - margin;
            let step = if times < 10.0 { 10.0 } else { 1.0 };
            let times = digits(libm::round(times * step) / step);
            format!("{times} times what is allowed")
        }
        margin if margin < 0.0 => match of {
            Allowance::Least => format!("{} % below", percent(margin)),
            Allowance::Rest(rest) => format!("{} points short", percent(margin * rest)),
            Allowance::Nothing(kind) => format!("{} over", shown(kind, -margin)),
            Allowance::Several => format!("missed by {} %", percent(margin)),
            _ => format!("{} % over", percent(margin)),
        },
        margin => match of {
            Allowance::Nothing(kind) => format!("{} to spare", shown(kind, margin)),
            _ => format!("{} % to spare", percent(margin)),
        },
    }
}

/// A number with about four significant digits, without zeros at its end.
pub fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        large if large >= 1000.0 => 0,
        large if large >= 100.0 => 1,
        large if large >= 10.0 => 2,
        large if large >= 1.0 || large == 0.0 => 3,
        large if large >= 0.1 => 4,
        large if large >= 0.01 => 5,
        _ => 6,
    };
    let text = format!("{value:.decimals$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    if text == "-0" { "0" } else { text }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_that_falls_on_a_miss_is_never_reached() {
        let times = [1.0, 2.0, 3.0, f64::INFINITY];
        assert_eq!(reached(&times, 50.0), 2.5);
        assert_eq!(reached(&times, 66.0), 2.98);
        assert_eq!(reached(&times, 67.0), f64::INFINITY);
        assert_eq!(reached(&times[..3], 100.0), 3.0);
        assert_eq!(reached(&[], 95.0), 0.0);
    }

    #[test]
    fn a_limit_that_is_missed_binds_before_one_that_is_kept() {
        let goal = Goal::parse("p95_ttft<500/1000ms;p50_ttft<=100ms").unwrap();
        let verdict = |values: [f64; 2]| Verdict {
            found: goal
                .limits()
                .iter()
                .zip(values)
                .map(|(limit, value)| hold(limit, value))
                .collect(),
            requests: 9,
            unanswered: 0,
        };
        let kept = verdict([499.0, 100.0]);
        assert!(kept.is_met());
        assert_eq!((kept.binding(), kept.margin()), (1, 0.0));
        // A value equal to the limit misses "less than" and keeps "at most".
        let missed = verdict([500.0, 100.0]);
        assert_eq!(
            (missed.binding(), missed.standing()),
            (0, LimitKept::Missed)
        );
        let critical = verdict([1000.0, 50.0]);
        assert_eq!(critical.standing(), LimitKept::Critical);
        let worst = verdict([400.0, 150.0]).worst(&missed);
        assert_eq!(worst.found[0].value, 500.0);
        assert_eq!(worst.found[1].value, 150.0);
    }

    /// A search that goes on from its journal says the same of a limit as the one that wrote it.
    #[test]
    fn what_was_found_is_the_same_when_it_is_read_again() {
        let goal = Goal::parse("p95_ttft<500ms;p95_ttft>500ms").unwrap();
        let values = [250.0, f64::INFINITY, f64::NAN];
        for (limit, value) in goal
            .limits()
            .iter()
            .flat_map(|it| values.map(|value| (it, value)))
        {
            let found = hold(limit, value);
            let text = serde_json::to_string(&found).unwrap();
            let again: FoundValue = serde_json::from_str(&text).unwrap();
            assert_eq!(again.value.to_string(), value.to_string(), "{text}");
            assert_eq!(
                (again.margin, again.standing),
                (found.margin, found.standing)
            );
        }
        let wrong = r#"{"value":"soon","margin":null,"standing":"missed"}"#;
        let error = serde_json::from_str::<FoundValue>(wrong).unwrap_err();
        assert!(error.to_string().contains("not \"soon\""), "{error}");
    }

    #[test]
    fn values_and_distances_are_told_as_people_read_them() {
        let times = [0.0, 436.3, 3234.8, 119_000.0, 300_000.0, 9_000_000.0];
        let texts = times.map(|ms| shown(NumberKind::Millis, ms));
        assert_eq!(
            texts,
            ["0 ms", "436.3 ms", "3.235 s", "119 s", "5 min", "2.5 h"]
        );
        assert_eq!(shown(NumberKind::Share, 0.005), "0.5 %");
        let by_limit = |margin| spared(margin, Allowance::Limit);
        assert_eq!(by_limit(0.4), "40 % to spare");
        assert_eq!(by_limit(-0.25), "25 % over");
        // Three seconds where one is allowed, and twelve.
        assert_eq!(by_limit(-2.0), "3 times what is allowed");
        assert_eq!(by_limit(-11.2), "12 times what is allowed");
        assert_eq!(by_limit(f64::NEG_INFINITY), "out of reach");
        // Of a limit of zero the distance is what was found.
        let of = |goal: &str, value: f64| {
            let goal = Goal::parse(goal).unwrap();
            let limit = &goal.limits()[0];
            spared(limit.margin(value), limit.allowance())
        };
        assert_eq!(of("rejected<=0", 5.0), "5 over");
        assert_eq!(of("rejected<=0", 0.0), "0 to spare");
        assert_eq!(of("errors<=0%", 0.05), "5 % over");
        assert_eq!(of("p95_ttft<=0ms", 1200.0), "1.2 s over");
        // A lower limit is not exceeded, but fallen short of.
        assert_eq!(of("request_throughput>4", 1.424), "64.4 % below");
        assert_eq!(of("request_throughput>4", 6.0), "50 % to spare");
        assert_eq!(of("cache_hit_rate>99%", 0.576), "41.4 points short");
        assert_eq!(of("attainment(ttft<1s)>=100%", 0.95), "5 % below");
        assert_eq!(of("p95_ttft>1s", f64::INFINITY), "more than enough");
        // Of limits that differ no more is said than holds for each.
        assert_eq!(spared(-5.0, Allowance::Several), "missed by 500 %");
    }

    #[test]
    fn numbers_are_told_in_about_four_digits() {
        let shown = [
            0.0, 12345.6, 123.456, 12.3456, 12.3, 0.25, -0.0, 0.0123, 0.020263,
        ]
        .map(digits);
        let expected = [
            "0", "12346", "123.5", "12.35", "12.3", "0.25", "0", "0.0123", "0.02026",
        ];
        assert_eq!(shown, expected);
    }
}
