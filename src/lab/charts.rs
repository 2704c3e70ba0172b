//! The laboratory's charts while they are drawn: one per task, so that the page reacts to the reader between them.

use super::results::is_sweep;
use super::shown::ShownRun;
use super::state::Lab;
use crate::worker::{WorkResult, turn};
use leptos::prelude::*;
use warmpath_view::chart::sweep::Shown;
use warmpath_view::chart::swept::Swept;
use warmpath_view::chart::{Chart, Content, Course, content};
use warmpath_view::export;
use warmpath_view::palette::LIGHT;

/// The largest number of policies whose curves a chart shows.
const MOST: usize = 4;

/// The key of a sweep's chart.
const SWEPT: &str = "ttft-load";

/// The place of a chart, whose content changes. There is one for each kind of chart, for as long as the page is open.
#[derive(Clone, Copy)]
pub struct ChartPlace {
    /// The key of the kind of chart, as `view` names it.
    pub key: &'static str,
    /// The data of the chart; `None` before the first run that has a chart of this kind. It is kept, unseen, while a run
    /// without such a chart is shown.
    pub chart: RwSignal<Option<Chart>>,
}

impl ChartPlace {
    /// An empty place for each kind of chart.
    pub(super) fn all() -> Vec<Self> {
        let place = |key| Self {
            key,
            chart: RwSignal::new(None),
        };
        Chart::KEYS.into_iter().map(place).collect()
    }
}

/// The charts of the results. Copies share it.
#[derive(Clone, Copy)]
pub struct ChartPlaces {
    /// The places of the charts that are shown: of the run that is under way, or else of the last one.
    pub shown: RwSignal<Vec<ChartPlace>>,
    /// Counts the drawings, so that one stops when a later one begins.
    pub(super) round: StoredValue<u32>,
    /// The place of each kind of chart.
    pub(super) places: StoredValue<Vec<ChartPlace>>,
    /// Notifies the charts that they have to be drawn again: the colours, the window's size or the tab have changed.
    pub redraw: Signal<u32>,
}

impl ChartPlaces {
    /// A place for each kind of chart, none of which has a chart yet.
    pub(super) fn empty(redraw: Signal<u32>) -> Self {
        Self {
            shown: RwSignal::default(),
            round: StoredValue::default(),
            places: StoredValue::new(ChartPlace::all()),
            redraw,
        }
    }
}

/// The charts of what the runs came to so far, one curve for each policy; empty if there are more than a chart shows.
pub(super) fn of(courses: &[Course]) -> Vec<Chart> {
    match courses.len() {
        1..=MOST => content::of_courses(courses),
        _ => Vec::new(),
    }
}

/// What `of` makes of a finished run or sweep, in the form in which `view` reads it.
pub(super) fn in_views_form<T>(outcome: &WorkResult, of: impl FnOnce(Shown<'_>) -> T) -> T {
    let (facts, points) = (outcome.facts(), outcome.points());
    of(Shown {
        facts: &facts,
        summaries: &outcome.summaries,
        points: &points,
        arriving: outcome.arriving,
    })
}

/// The charts of a finished run or sweep.
pub(super) fn of_outcome(outcome: &WorkResult) -> Vec<Chart> {
    let courses = match outcome.courses.len() {
        ..=MOST => &outcome.courses[..],
        _ => &[],
    };
    let mut charts = in_views_form(outcome, |run| export::charts_of(&run, courses));
    // The measured distribution is one more curve. It is left out if the policies are as many as a chart shows.
    let measured = outcome.beside.sample().filter(|_| courses.len() < MOST);
    for chart in &mut charts {
        if let (Content::Shares(samples), Some(measured)) = (&mut chart.content, &measured) {
            samples.push(measured.clone());
        }
    }
    charts
}

/// Lays out charts that are not shown, one per task, so that the browser compiles the code for that before a run needs it.
pub(super) async fn rehearse() {
    let course = Course {
        policy: String::new(),
        completed: 2,
        ttft: vec![0.5, 1.0],
        within: [0.5; 8],
        duration: 2.0,
        half: 1.0,
        bin: 1.0,
        rate: vec![1.0, 2.0],
        in_flight: vec![1.0, 2.0],
        blocks: [1.0; 6],
        befell: None,
    };
    for chart in of(&[course]) {
        turn().await;
        let _ = chart.sheet((320, 200), &LIGHT);
    }
}

/// The charts with those of another run (its number and outcome) pale below them.
fn over(mut charts: Vec<Chart>, beside: Option<(u32, WorkResult)>) -> Vec<Chart> {
    let Some((number, outcome)) = beside else {
        return charts;
    };
    let before = of_outcome(&outcome);
    for chart in &mut charts {
        let same = before.iter().find(|it| it.key() == chart.key());
        if let Some(same) = same {
            chart.lay_over(number, &same.content);
        }
    }
    charts
}

impl Lab {
    /// A value computed from the sweep that is shown, with its limit where the reader has moved it; `None` for a single
    /// run.
    pub(super) fn swept<T>(self, of: impl FnOnce(&Swept) -> T) -> Option<T> {
        if !is_sweep(self) {
            return None;
        }
        let places = self.charts.places.get_value();
        let place = places.iter().find(|it| it.key == SWEPT)?;
        place.chart.read().as_ref().and_then(Chart::swept).map(of)
    }

    /// The charts of a finished run or sweep, over those of the run that it is compared with.
    pub(super) fn charts_now(self, run: &ShownRun) -> Vec<Chart> {
        let beside = untrack(|| self.history.beside(run.number));
        over(of_outcome(&run.outcome), beside)
    }

    /// Shows charts in place of the present ones; returns false if they were given up before all were shown, because
    /// of a later call or of [`Lab::leave_off`].
    pub(super) async fn draw(self, charts: Vec<Chart>) -> bool {
        let round = self.charts.round.try_update_value(|round| {
            *round += 1;
            *round
        });
        let all = charts.iter().map(Chart::key).collect::<Vec<_>>();
        let places = self.charts.places.get_value();
        let shown = all
            .iter()
            .filter_map(|key| places.iter().find(|it| it.key == *key));
        let shown: Vec<ChartPlace> = shown.copied().collect();
        let before = self.charts.shown.get_untracked();
        if !before.iter().map(|it| it.key).eq(all) {
            // All places are set at once, since a chart's width depends on how many there are.
            self.charts.shown.set(shown.clone());
            turn().await;
            if self.charts.round.try_get_value() != round {
                return false;
            }
        }
        for (place, chart) in shown.iter().zip(charts) {
            place.chart.set(Some(chart));
            turn().await;
            if self.charts.round.try_get_value() != round {
                return false;
            }
        }
        // Wait until the picture and texts of the last chart are done.
        turn().await;
        turn().await;
        true
    }

    /// Stops a drawing of charts that is under way, because a run has failed.
    pub(super) fn leave_off(self) {
        self.charts.round.update_value(|round| *round += 1);
    }
}
