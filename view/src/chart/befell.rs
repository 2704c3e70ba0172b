//! What befell a fleet, over time: the share of prompt tokens found in a cache and the mean time to first token, by when
//! requests were sent, with marks where something happened.
//!
//! Only requests that got a whole answer count. A bin in which none of these was sent has no value. What the
//! autoscaler did is not marked, because it has a strip of its own.

use crate::event::happens;
use crate::format::GAP;
use warmpath_core::fleet::{Outcome, Run};
use warmpath_core::scenario::Scenario;
use warmpath_core::scenario::life::{Event, Target};
use warmpath_core::workload::Workload;

/// The largest number of moments that are marked.
const MOST: usize = 12;

/// What befell the fleet of one run, in bins over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Befell {
    /// Share of prompt tokens found in a cache, per bin \[%\]; `None` if no request that was sent in it was answered.
    pub hits: Vec<Option<f64>>,
    /// Mean time to first token, per bin \[s\]; `None` likewise.
    pub waits: Vec<Option<f64>>,
    /// The moments at which something happened.
    pub marks: Vec<Mark>,
}

/// A moment at which something happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The virtual time of the moment \[s\].
    pub at: f64,
    /// What happened, in words.
    pub what: String,
}

/// What befell the fleet of a run, in `bins` bins of a width \[s\]; `None` if nothing did.
pub fn befell(
    scenario: &Scenario,
    workload: &Workload,
    run: &Run,
    bin: f64,
    bins: usize,
) -> Option<Befell> {
    let happenings = run.lives.as_ref()?.happenings.iter();
    let happenings = happenings.filter(|it| !it.is_retirement());
    let mark = |it: &warmpath_core::fleet::Happening| {
        let event = scenario.troubles.events.all.get(usize::from(it.event));
        let what = event.map_or_else(
            || format!("replica{GAP}{} fails", it.whom),
            |event| {
                let target = Target::One(it.whom);
                happens(&Event { target, ..*event })
            },
        );
        let at = it.at.secs();
        Mark { at, what }
    };
    let marks: Vec<Mark> = happenings.map(mark).take(MOST).collect();
    if marks.is_empty() {
        return None;
    }
    // For each bin: prompt tokens found, prompt tokens in all, seconds waited, requests.
    let mut sums = vec![[0.0; 4]; bins];
    for (n, record) in (0u32..).zip(&run.records) {
        let at = (record.sent.secs() / bin) as usize;
        let (Some(sum), Outcome::Completed, Some(ttft)) =
            (sums.get_mut(at), record.outcome, record.ttft())
        else {
            continue;
        };
        let asked = workload.request(n).prompt_tokens;
        let found = [
            f64::from(record.hit_tokens),
            f64::from(asked),
            ttft.secs(),
            1.0,
        ];
        for (sum, more) in sum.iter_mut().zip(found) {
            *sum += more;
        }
    }
    // The curves end with the bin of the last request sent, since nothing is known after it.
    let last = sums.iter().rposition(|sum| sum[3] > 0.0);
    sums.truncate(last.map_or(0, |at| at + 1));
    let series = |of: fn(&[f64; 4]) -> f64| {
        let value = |sum: &[f64; 4]| (sum[3] > 0.0).then(|| of(sum));
        sums.iter().map(value).collect()
    };
    Some(Befell {
        hits: series(|sum| 100.0 * sum[0] / sum[1].max(1.0)),
        waits: series(|sum| sum[2] / sum[3]),
        marks,
    })
}

crate::wire_fields! {
    Befell { hits, waits, marks }
    Mark { at, what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::course::of_runs;
    use crate::chart::{Content, content};
    use crate::trial;

    #[test]
    fn hits_and_waits_are_drawn_over_time_with_what_happened() {
        let replay =
            trial::run("v=2&w=rag&n=300&rate=3&ev=30s:kill%3D1;60s:drain%3D2&p=smart,least-load");
        let courses = of_runs(replay.scenario(), replay.workload(), replay.runs());
        let mine = courses[0].befell.as_ref().expect("something happened");
        let marks: Vec<_> = mine
            .marks
            .iter()
            .map(|it| (it.at, it.what.replace(GAP, " ")))
            .collect();
        let expected = [(30.0, "replica 1 dies"), (60.0, "replica 2 is taken out")];
        assert_eq!(marks, expected.map(|(at, what)| (at, what.to_owned())));
        assert_eq!(mine.hits.len(), mine.waits.len());
        assert!(
            mine.hits
                .iter()
                .flatten()
                .all(|it| (0.0..=100.0).contains(it))
        );
        // The curves end with the last request sent, well before the last answer.
        assert!(mine.hits.len() < courses[0].rate.len());
        // Nothing before the first answer; under least-load requests wait for seconds, under smart they do not.
        let most = |of: &[Option<f64>]| of.iter().flatten().copied().fold(0.0, f64::max);
        let other = courses[1].befell.as_ref().expect("something happened");
        assert!(most(&other.waits) > 2.0 * most(&mine.waits));
        let charts = content::of_courses(&courses);
        let keys: Vec<_> = charts.iter().map(|it| it.key()).collect();
        assert!(
            keys.ends_with(&["hits-over-time", "ttft-over-time"]),
            "{keys:?}"
        );
        for chart in &charts[charts.len() - 2..] {
            let (Content::Hits(it) | Content::Waits(it)) = &chart.content else {
                panic!("{}", chart.key());
            };
            assert_eq!(it.marks.len(), 2, "the same moments once");
            let svg = chart.svg((720, 400));
            assert!(svg.contains("dies"), "{svg}");
            let sentence = chart.summary().join(" ").replace(GAP, " ");
            assert!(sentence.contains("At 30 s replica 1 dies"), "{sentence}");
        }
        // For some seconds after the death nobody is answered whom least-load has sent: a gap in the curve, dashes in the
        // table, and no value at the cursor.
        let waits = &courses[1]
            .befell
            .as_ref()
            .expect("something happened")
            .waits;
        let gaps = waits.iter().filter(|it| it.is_none()).count();
        assert!(gaps > 2, "{waits:?}");
        let chart = charts.last().expect("a chart");
        assert!(
            chart
                .summary()
                .iter()
                .any(|it| it.contains("no request that was sent then was answered"))
        );
        let stops = chart.stops((720, 400));
        let silent = stops.iter().filter(|it| it.values[1].at.is_none()).count();
        assert_eq!(silent, gaps + stops.len() - waits.len());
        let Content::Waits(marked) = &chart.content else {
            panic!("{}", chart.key());
        };
        assert!(marked.series[1].mean().is_some_and(|it| it > 0.0));
        // The table ends with the last bin, as the curve does, and says its unit.
        let table = chart.table();
        assert_eq!(table.head[0], "in s to the first token");
        let last = table.rows.last().expect("a row");
        let longest = marked
            .series
            .iter()
            .max_by_key(|it| it.values.len())
            .expect("two");
        assert_eq!(
            last[0],
            format!(
                "from {}",
                crate::format::seconds(longest.bin * (longest.values.len() - 1) as f64)
            )
        );
        assert!(table.rows.iter().any(|row| row[2] == crate::format::NONE));
    }

    #[test]
    fn where_nothing_happens_nothing_is_drawn_of_it() {
        let replay = trial::run("v=2&w=rag&n=50&p=smart");
        let courses = of_runs(replay.scenario(), replay.workload(), replay.runs());
        assert_eq!(courses[0].befell, None);
        assert_eq!(content::of_courses(&courses).len(), 5);
    }
}
