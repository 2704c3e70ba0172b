//! The results of a scenario as a [`Report`], and the formats it is written in (one file each).

mod above;
pub mod csv;
pub mod decision;
pub mod diff;
pub mod document;
pub mod format;
pub mod goal;
pub mod html;
pub mod json;
mod kinds;
mod life;
mod line;
pub mod markdown;
pub mod number;
pub mod perfetto;
pub mod prometheus;
pub mod requests;
mod scaling;
mod section;
pub mod suite;
mod sweep;
pub mod text;

use crate::cache::CacheState;
use crate::fleet::Run;
use crate::metrics::{Summary, summarise};
use crate::replica::calibration::{MEASURED, Measured};
use crate::request::Request;
use crate::router::{PolicyEntry, PolicySpec, Unit};
use crate::scenario::{Arriving, Scenario, Sweep, TimingChoice};
use crate::workload::Workload;

/// The place of a summary in a sweep: one combination of rate and number of replicas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The rate of arrivals at this point \[requests/s\].
    pub rate: f64,
    /// The number of replicas.
    pub replicas: u32,
}

/// The figures of a scenario that has been run, with what a reader must know of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The scenario that was run; in a sweep, the first one.
    pub scenario: Scenario,
    /// The figures of each policy; in a sweep, those of every combination, one after the other.
    pub summaries: Vec<Summary>,
    /// In a sweep, the combination that each of `summaries` belongs to; else empty.
    pub points: Vec<Point>,
    /// What the arrivals followed; a point's rate counts only where they followed it.
    pub arriving: Arriving,
    /// Notes: what was skipped or repaired in the workload, and what else a reader must know.
    pub notes: Vec<String>,
    /// A sentence on where step times come from.
    pub provenance: String,
}

/// The notes on a scenario: what its workload lacks, what stands in for text, which policies are no real routers.
fn notes(scenario: &Scenario, workload: &Workload) -> Vec<String> {
    let mut notes = workload.notes.clone();
    let names = |which: fn(&PolicyEntry) -> bool| {
        let mut names: Vec<&str> = Vec::new();
        for entry in scenario.policies.iter().map(PolicySpec::entry) {
            if which(entry) && !names.contains(&entry.name) {
                names.push(entry.name);
            }
        }
        names.join(", ")
    };
    let text = names(|entry| entry.text);
    if !text.is_empty()
        && workload
            .requests
            .iter()
            .any(|request| request.keys.is_none())
    {
        notes.push(format!(
            "{text}: approximated, the workload has no text; full blocks stand in for it, at 4 characters a token"
        ));
    }
    let units = [
        (Unit::Characters, "characters", &workload.characters),
        (Unit::Tokens, "single tokens", &workload.tokens),
    ];
    for (unit, what, kept) in units {
        let mut names: Vec<&str> = Vec::new();
        for spec in &scenario.policies {
            let name = spec.entry().name;
            if spec.reads().unit == unit && !names.contains(&name) {
                names.push(name);
            }
        }
        if !names.is_empty() && kept.is_empty() {
            notes.push(format!(
                "{}: the product matches {what}; here full blocks of {} tokens stand in for them",
                names.join(", "),
                scenario.block_size
            ));
        }
    }
    let other = |spec: &&PolicySpec| spec.value("chars").is_some_and(|chars| chars != 100.0);
    let kept = |request: &Request| request.keys.is_none_or(|keys| keys.head > 0);
    if let Some(spec) = scenario.policies.iter().find(other)
        && !workload.requests.iter().all(kept)
    {
        notes.push(format!(
            "{spec}: of the workload's texts only the hash of 100 characters is known; it stands in for the other number"
        ));
    }
    notes.extend(scenario.idle_rate(workload));
    notes.extend(scenario.goal.as_ref().and_then(|goal| goal.note()));
    if scenario.above.answers_s.is_some() {
        let texts = workload.requests.iter().all(|it| it.keys.is_some());
        notes.push(match texts {
            true => "response-cache: prompts are identical if they have the same blocks, the same length and the same chunks of 128 characters",
            false => "response-cache: the workload has no texts, so prompts are identical if they have the same full blocks and the same length",
        }.to_owned());
    }
    let remembered = scenario.left_before().and_then(CacheState::diary);
    let routers_before = remembered.map_or(scenario.routers, |diary| diary.routers.into());
    if routers_before != scenario.routers {
        let one = |count, one: &str, many: String| match count {
            1 => one.to_owned(),
            _ => many,
        };
        notes.push(format!(
            "the caches are those that a run with {} left; {} nothing of it",
            one(
                routers_before,
                "1 router",
                format!("{routers_before} routers")
            ),
            one(
                scenario.routers,
                "the router of this one remembers",
                format!("the {} of this one remember", scenario.routers)
            ),
        ));
    }
    let lines = names(|entry| entry.reference);
    if !lines.is_empty() {
        notes.push(format!("{lines}: a line to compare with, not a router"));
    }
    notes
}

/// The measurements that the efficiencies were fitted to, if they are of this GPU and model in this format; else `None`.
fn measured(scenario: &Scenario) -> Option<&'static Measured> {
    let same = |of: &&Measured| {
        (of.gpu, of.model, of.dtype) == (scenario.gpu.name, scenario.model.name, scenario.dtype)
    };
    MEASURED.iter().find(same)
}

/// The calculation of the pool's size for one GPU, where all replicas are alike.
fn pool_sum(s: &Scenario) -> String {
    let sum = s.pool_sum();
    let gb = |bytes: f64| format!("{:.2} GB", bytes / 1e9);
    format!(
        "{:.2} of {} = {}, less {} weights, {} of a profiling run, {} overhead, leaves {}: {} tokens of {:.1} kB",
        s.memory_utilization,
        gb(s.gpu.memory_bytes),
        gb(sum.usable),
        gb(sum.weights),
        gb(sum.profiling),
        gb(sum.overhead),
        gb(sum.usable - sum.weights - sum.profiling - sum.overhead),
        sum.tokens,
        sum.per_token / 1e3
    )
}

/// Where the step times come from, where all replicas are alike.
fn step_times(scenario: &Scenario) -> String {
    match scenario.timing {
        TimingChoice::Dynamo => "step times: the curves of Dynamo's replay".to_owned(),
        TimingChoice::Roofline if let Some(own) = scenario.own_calibration() => {
            format!("step times: by your own calibration ({})", own.about)
        }
        TimingChoice::Roofline if scenario.roofline().calibrated() => format!(
            "step times: calibrated for {} with {} in {}",
            scenario.gpu.title,
            scenario.model.title,
            scenario.dtype.name()
        ),
        TimingChoice::Roofline => match measured(scenario) {
            Some(rows) => format!(
                "step times: from measurements of {} on {} (time of an output token within {:.1} % of {} measured runs on average)",
                scenario.model.title,
                scenario.gpu.title,
                rows.error * 100.0,
                rows.rows
            ),
            None => {
                "step times: extrapolated from measurements of other models and GPUs".to_owned()
            }
        },
    }
}

/// A sentence on where step times come from; in a mixed fleet one for each kind of replica.
fn provenance(scenario: &Scenario) -> String {
    let kinds = scenario.kinds();
    let mut sentences: Vec<String> = Vec::new();
    for kind in &kinds {
        let sentence = step_times(&scenario.as_kind(kind));
        let sentence = match kinds.len() {
            1 => sentence,
            _ => format!("{}: {sentence}", kind.name()),
        };
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    let provenance = sentences.join("; ");
    let without = scenario.off.to_string().replace(',', ", ");
    match without.as_str() {
        "" => provenance,
        without => format!("{provenance}; without {without}"),
    }
}

impl Report {
    /// Summarises the runs of a scenario.
    pub fn new(scenario: &Scenario, workload: &Workload, runs: &[Run]) -> Self {
        let mut notes = notes(scenario, workload);
        notes.extend(life::idle(scenario, runs));
        Self {
            scenario: scenario.clone(),
            summaries: summarise(scenario, workload, runs),
            points: Vec::new(),
            arriving: scenario.arriving(workload),
            notes,
            provenance: provenance(scenario),
        }
    }

    /// The scenario, with the lists of what was swept: run again it gives this report.
    pub fn asked(&self) -> Sweep {
        let (mut rates, mut replicas) = (Vec::new(), Vec::new());
        for point in &self.points {
            if !rates.contains(&point.rate) {
                rates.push(point.rate);
            }
            if !replicas.contains(&point.replicas) {
                replicas.push(point.replicas);
            }
        }
        let list = |values: Vec<String>| match values.len() {
            0 | 1 => String::new(),
            _ => values.join(","),
        };
        let rates = list(rates.iter().map(f64::to_string).collect());
        let replicas = list(replicas.iter().map(u32::to_string).collect());
        let sweep = Sweep::new(&self.scenario, &rates, &replicas);
        sweep.unwrap_or_else(|_| Sweep::of(&self.scenario))
    }

    /// The calculation of a replica's pool size for one GPU; in a mixed fleet that of each kind. `None` if the size was
    /// given, or is the fixed one of Dynamo's replay.
    pub fn pool_sum(&self) -> Option<String> {
        let s = &self.scenario;
        if s.kv_tokens.is_some() || s.timing == TimingChoice::Dynamo {
            return None;
        }
        if s.mix.kinds.is_empty() {
            return Some(format!("KV pool: {}", pool_sum(s)));
        }
        let kinds = s.mix.kinds.iter();
        let sums =
            kinds.map(|kind| format!("KV pool of {}: {}", kind.name(), pool_sum(&s.as_kind(kind))));
        Some(sums.collect::<Vec<_>>().join("\n"))
    }

    /// Joins the reports of a sweep, in order; the first one's scenario is kept, and its notes with those that others have besides.
    /// `None` if there are none.
    pub fn sweep(reports: Vec<Self>) -> Option<Self> {
        let mut whole = None;
        for report in reports {
            Self::join(&mut whole, report);
        }
        whole
    }

    /// Appends the report of a sweep's next point to `whole`, or makes it the first.
    pub fn join(whole: &mut Option<Self>, next: Self) {
        let point = Point {
            rate: next.scenario.rate,
            replicas: next.scenario.replicas,
        };
        let count = next.summaries.len();
        let whole = match whole {
            None => whole.insert(next),
            Some(whole) => {
                whole.also_notes(next.notes);
                whole.summaries.extend(next.summaries);
                whole
            }
        };
        whole.points.extend(core::iter::repeat_n(point, count));
    }

    /// The rate of a sweep's point \[requests/s\]; `None` where arrivals follow no rate.
    fn rate_of(&self, point: Point) -> Option<f64> {
        self.arriving.follows_rate().then_some(point.rate)
    }

    /// Takes in the notes of a sweep's next point: those that not every point has say so.
    fn also_notes(&mut self, next: Vec<String>) {
        const SOME: &str = " (at some points of the sweep)";
        let plain = |note: &str| note.strip_suffix(SOME).unwrap_or(note).to_owned();
        for note in &mut self.notes {
            if !note.ends_with(SOME) && !next.contains(note) {
                note.push_str(SOME);
            }
        }
        for note in next {
            if !self.notes.iter().any(|known| plain(known) == note) {
                self.notes.push(note + SOME);
            }
        }
    }

    /// The figures of each policy, each with its combination of the sweep.
    pub fn rows(&self) -> impl Iterator<Item = (&Summary, Option<Point>)> {
        let points = self.points.iter().copied().map(Some);
        self.summaries
            .iter()
            .zip(points.chain(core::iter::repeat(None)))
    }
}
