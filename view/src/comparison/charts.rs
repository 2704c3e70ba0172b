//! The charts below the lanes: time to first token and its percentiles, as in the laboratory, then how many requests wait
//! at the replicas and how many are answered.
//!
//! The depth of the queue is that of the lanes: sequences waiting at the engines of all replicas together, averaged over a
//! bin. Left out: requests in a line in front of the fleet, which the strip
//! below the lanes shows.

use super::sentences::under;
use super::{CHARTS, Comparison, PolicySide};
use crate::chart::over_time::Series;
use crate::chart::{Chart, Content, Course, content, course};
use crate::format;
use crate::lanes;

/// The number of lane columns in a bin of these charts.
const PER: usize = 20;

impl Comparison {
    /// The charts of all sides, in the order of [`CHARTS`].
    pub fn charts(&self) -> Vec<Chart> {
        let courses: Vec<Course> = self.sides.iter().map(|side| side.course.clone()).collect();
        let mut charts = content::of_courses(&courses);
        let waiting = self.sides.iter().map(|side| self.waiting(side)).collect();
        charts.push(Chart::new(Content::Waiting(waiting)));
        let kept = CHARTS.iter().filter_map(|key| {
            let at = charts.iter().position(|it| it.key() == *key)?;
            Some(charts.swap_remove(at))
        });
        kept.collect()
    }

    /// The line that stands for the charts after the first while they are folded away: what they show, and how many requests wait.
    pub fn further_charts(&self) -> String {
        let waiting = under(&|at| {
            let side = self.sides.get(at)?;
            let lanes = side.lanes.iter().map(|it| side.whole(it).waiting);
            Some((format::figure(lanes.sum()), side.policy()))
        });
        format!(
            "{} more charts: percentiles, answers, and the requests that wait, on average {waiting}",
            CHARTS.len() - 1,
        )
    }

    /// The number of sequences waiting at the engines of a side, in bins up to the end of its run.
    fn waiting(&self, side: &PolicySide) -> Series {
        let columns = side.lanes.first().map_or(0, Vec::len);
        let bins = columns.div_ceil(PER).max(1);
        let bin = self.marks.end.secs() / bins as f64;
        let mut sum = vec![0.0; bins];
        for lane in &side.lanes {
            for (sum, column) in sum.iter_mut().zip(lanes::wider(lane, PER)) {
                *sum += column.waiting;
            }
        }
        let duration = self.marks.end.secs() * side.lasts;
        sum.truncate((libm::ceil(duration / bin - 1e-9) as usize).max(1));
        Series {
            name: side.policy().to_owned(),
            bin,
            values: course::ended(sum, bin, duration),
            edges: false,
            duration,
            count: side.course.completed,
            half: side.course.half,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::{opening, whole};
    use crate::playback::EventKind;

    fn of(charts: &[Chart], key: &str) -> Vec<Series> {
        let chart = charts.iter().find(|it| it.key() == key).expect("there");
        match &chart.content {
            Content::Waiting(series) | Content::Answered(series) => series.clone(),
            _ => panic!("{key} has no series"),
        }
    }

    #[test]
    fn queues_come_before_answers_and_answers_only_grow() {
        let comparison = opening().expect("valid");
        let charts = comparison.charts();
        assert!(charts.iter().map(Chart::key).eq(CHARTS));
        for (series, side) in of(&charts, "answered").iter().zip(&comparison.sides) {
            assert!(series.values.is_sorted());
            assert_eq!(series.values.last(), Some(&300.0));
            let done = side.events.iter().filter(|it| it.kind == EventKind::Done);
            let half = done.map(|it| it.at.secs()).nth(149);
            assert_eq!(half, Some(series.half));
        }
    }

    /// A run's figures do not depend on what stands beside it: one that ends early is averaged over its own time.
    #[test]
    fn a_side_has_the_same_figures_beside_any_other() {
        let beside = |others: &[&str]| {
            let comparison = whole(others).expect("valid");
            let charts = comparison.charts();
            let side = &comparison.sides[0];
            let mean = |key| of(&charts, key)[0].mean().expect("a run has a length");
            let cold: f64 = side.lanes.iter().map(|it| side.whole(it).cold).sum();
            [mean("queue"), cold, side.course.half, side.course.duration]
        };
        let [short, long] = [["smart", "smart"], ["smart", "round-robin"]].map(|it| beside(&it));
        for (short, long) in short.iter().zip(long) {
            // Columns of lanes have other widths.
            assert!((short - long).abs() <= 1e-3 * short.abs(), "{short} {long}");
        }
    }

    /// What stands for the folded charts has the depth that the chart of the queues says.
    #[test]
    fn the_line_for_the_further_charts_says_what_the_queues_chart_does() {
        let comparison = opening().expect("valid");
        let line = comparison.further_charts();
        for series in of(&comparison.charts(), "queue") {
            let mean = format::figure(series.mean().expect("a run has a length"));
            let wanted = format!("{mean} under {}", series.name);
            assert!(line.contains(&wanted), "{wanted} in {line}");
        }
        assert!(line.starts_with("3 more charts: "), "{line}");
    }

    /// The mean depth of the queues over the run is the same as in the lanes.
    #[test]
    fn the_queues_depth_is_that_of_the_lanes() {
        let comparison = opening().expect("valid");
        let charts = comparison.charts();
        for (series, side) in of(&charts, "queue").iter().zip(&comparison.sides) {
            let lanes = side.lanes.iter().map(|it| side.whole(it).waiting);
            let mean = series.mean().expect("a run has a length");
            assert!((mean - lanes.sum::<f64>()).abs() < 1e-9 * mean.max(1.0));
        }
        // More requests wait where every prompt is computed anew.
        let [a, b] = [0, 1].map(|at| of(&charts, "queue")[at].mean());
        assert!(a > b, "{a:?} {b:?}");
    }
}
