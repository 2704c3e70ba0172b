//! The report as JSON, with vLLM's key names, so that tools for its benchmark results can read it.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::section::Row;
use super::{Report, above, kinds, life, line, scaling};
use crate::goal::{Goal, Limit};
use crate::metrics::{
    AboveFigures, FIGURES, Figure, Figures, FoundValue, GroupFigures, HappeningFigures,
    KindFigures, LifeFigures, LineFigures, Recovery, ReplicaFigures, ScalingFigures, StageFigures,
    Summary, Verdict,
};

/// The name and version of a report's JSON. docs/report.md says what it holds, and what earlier versions did not.
pub const SCHEMA: &str = "warmpath.report/2";
/// Older versions that can be read as well, as their keys have the same names and meanings.
pub const OLDER: [&str; 1] = ["warmpath.report/1"];

/// The report as JSON, with a final newline.
pub fn write(report: &Report) -> String {
    with::<()>(report, &[])
}

/// The report as JSON with further keys at its end.
pub fn with<T: Serialize>(report: &Report, more: &[(&str, T)]) -> String {
    let mut text = serde_json::to_string_pretty(&ReportJson(report, more)).unwrap_or_default();
    text.push('\n');
    text
}

struct ReportJson<'a, T>(&'a Report, &'a [(&'a str, T)]);

impl<T: Serialize> Serialize for ReportJson<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", SCHEMA)?;
        map.serialize_entry("scenario", &self.0.asked().to_query())?;
        map.serialize_entry("provenance", &self.0.provenance)?;
        map.serialize_entry("kv_pool_blocks", &self.0.scenario.pool_blocks())?;
        map.serialize_entry("context_tokens", &self.0.scenario.context_tokens())?;
        map.serialize_entry("notes", &self.0.notes)?;
        let goal = self.0.scenario.goal.as_ref();
        if let Some(goal) = goal {
            map.serialize_entry("goal", &goal.to_string())?;
        }
        let policies: Vec<PolicyJson<'_>> = self
            .0
            .rows()
            .map(|(s, at)| PolicyJson(s, at.map(|at| (self.0.rate_of(at), at.replicas)), goal))
            .collect();
        map.serialize_entry("policies", &policies)?;
        for (key, value) in self.1 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A policy's figures; in a sweep with the rate, where there is one, and the number of replicas.
struct PolicyJson<'a>(&'a Summary, Option<(Option<f64>, u32)>, Option<&'a Goal>);

impl Serialize for PolicyJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("policy", &self.0.policy)?;
        if let Some((rate, replicas)) = self.1 {
            if let Some(rate) = rate {
                map.serialize_entry("rate", &rate)?;
            }
            map.serialize_entry("replica_count", &replicas)?;
        }
        if self.0.seeds > 1 {
            map.serialize_entry("seeds", &self.0.seeds)?;
        }
        figures(&mut map, &self.0.values, self.0.ranges.as_ref())?;
        judged(&mut map, self.2, self.0.verdict.as_ref())?;
        if !self.0.stages.is_empty() {
            let stage = |it| StageJson(it, self.2);
            let stages: Vec<StageJson<'_>> = self.0.stages.iter().map(stage).collect();
            map.serialize_entry("stages", &stages)?;
        }
        if let Some(life) = &self.0.life {
            map.serialize_entry("life", &LifeJson(life))?;
        }
        if let Some(scaling) = &self.0.scaling {
            map.serialize_entry("scaling", &ScalingJson(scaling))?;
        }
        if !self.0.kinds.is_empty() {
            let kinds: Vec<ReplicaKindJson<'_>> =
                self.0.kinds.iter().map(ReplicaKindJson).collect();
            map.serialize_entry("kinds", &kinds)?;
        }
        if let Some(above) = &self.0.above {
            map.serialize_entry("above", &AboveJson(above))?;
        }
        if let Some(line) = &self.0.line {
            map.serialize_entry("line", &LineJson(line))?;
        }
        let replicas: Vec<ReplicaJson<'_>> = self.0.replicas.iter().map(ReplicaJson).collect();
        map.serialize_entry("replicas", &replicas)?;
        map.end()
    }
}

fn figures<M: SerializeMap>(
    map: &mut M,
    values: &Figures,
    ranges: Option<&Figures<(f64, f64)>>,
) -> Result<(), M::Error> {
    for (figure, &value) in FIGURES.iter().zip(values.iter()) {
        write_figure(map, figure, value)?;
    }
    if let Some(ranges) = ranges {
        map.serialize_entry("ranges", &RangesJson(ranges))?;
    }
    Ok(())
}

/// Writes a figure; a count without decimals.
fn write_figure<M: SerializeMap>(map: &mut M, figure: &Figure, value: f64) -> Result<(), M::Error> {
    match figure.whole && value == value.trunc() {
        true => map.serialize_entry(figure.key, &(value as u64)),
        false => map.serialize_entry(figure.key, &value),
    }
}

struct StageJson<'a>(&'a StageFigures, Option<&'a Goal>);

impl Serialize for StageJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rate", &self.0.rate)?;
        map.serialize_entry("start", &self.0.start_s)?;
        figures(&mut map, &self.0.values, self.0.ranges.as_ref())?;
        judged(&mut map, self.1, self.0.verdict.as_ref())?;
        map.end()
    }
}

/// Writes the verdict, if there is one.
fn judged<M: SerializeMap>(
    map: &mut M,
    goal: Option<&Goal>,
    verdict: Option<&Verdict>,
) -> Result<(), M::Error> {
    match goal.zip(verdict) {
        Some((goal, verdict)) => map.serialize_entry("verdict", &Judged(goal, verdict)),
        None => Ok(()),
    }
}

/// A verdict that serializes as an object; numbers that are infinite or not a number become `null`.
pub struct Judged<'a>(
    /// The goal that the verdict is on.
    pub &'a Goal,
    /// What was found for each of the goal's limits.
    pub &'a Verdict,
);

impl Serialize for Judged<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(goal, verdict) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("met", &verdict.is_met())?;
        map.serialize_entry("standing", &verdict.standing())?;
        let binds = goal.limits().get(verdict.binding());
        map.serialize_entry("binds", &binds.map(ToString::to_string))?;
        map.serialize_entry("margin", &verdict.margin())?;
        map.serialize_entry("requests", &verdict.requests)?;
        map.serialize_entry("unanswered", &verdict.unanswered)?;
        let limits = goal.limits().iter().zip(&verdict.found);
        let limits: Vec<LimitJson<'_>> = limits
            .map(|(limit, found)| LimitJson(limit, found))
            .collect();
        map.serialize_entry("limits", &limits)?;
        map.end()
    }
}

struct LimitJson<'a>(&'a Limit, &'a FoundValue);

impl Serialize for LimitJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("limit", &self.0.to_string())?;
        map.serialize_entry("value", &self.1.value)?;
        map.serialize_entry("margin", &self.1.margin)?;
        map.serialize_entry("standing", &self.1.standing)?;
        map.end()
    }
}

struct RangesJson<'a>(&'a Figures<(f64, f64)>);

impl Serialize for RangesJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (figure, (least, most)) in FIGURES.iter().zip(self.0.iter()) {
            map.serialize_entry(figure.key, &[least, most])?;
        }
        map.end()
    }
}

struct ReplicaJson<'a>(&'a ReplicaFigures);

impl Serialize for ReplicaJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("requests", &(self.0.requests as u64))?;
        map.serialize_entry("prefilled_tokens", &(self.0.prefilled_tokens as u64))?;
        map.serialize_entry("generated_tokens", &(self.0.generated_tokens as u64))?;
        map.serialize_entry("mean_waiting", &self.0.mean_waiting)?;
        map.serialize_entry("peak_kv_usage", &self.0.peak_kv_usage)?;
        map.serialize_entry("evicted_blocks", &(self.0.evicted_blocks as u64))?;
        map.serialize_entry("preemptions", &(self.0.preemptions as u64))?;
        map.end()
    }
}

/// Writes the figures of a section's row.
fn entries<M: SerializeMap>(map: &mut M, row: &Row) -> Result<(), M::Error> {
    for it in &row.entries {
        match it.value {
            Some(value) => write_figure(map, &it.figure, value)?,
            None => map.serialize_entry(it.figure.key, &None::<f64>)?,
        }
    }
    Ok(())
}

struct ScalingJson<'a>(&'a ScalingFigures);

impl Serialize for ScalingJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entries(&mut map, &scaling::row(self.0))?;
        map.serialize_entry("price", &self.0.price)?;
        let course = self.0.course.iter();
        let course: Vec<(f64, u32, u32, u32)> = course
            .map(|&(at, [wanted, paid, ready])| (at, wanted, paid, ready))
            .collect();
        map.serialize_entry("at_s_wanted_paid_ready", &course)?;
        map.end()
    }
}

struct ReplicaKindJson<'a>(&'a KindFigures);

impl Serialize for ReplicaKindJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", &self.0.name)?;
        entries(&mut map, &kinds::row(self.0))?;
        map.end()
    }
}

struct LifeJson<'a>(&'a LifeFigures);

impl Serialize for LifeJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entries(&mut map, &life::sums(self.0))?;
        let events: Vec<EventJson<'_>> = self.0.happenings.iter().map(EventJson).collect();
        map.serialize_entry("events", &events)?;
        map.end()
    }
}

struct AboveJson<'a>(&'a AboveFigures);

impl Serialize for AboveJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entries(&mut map, &above::sums(self.0))?;
        map.end()
    }
}

struct LineJson<'a>(&'a LineFigures);

impl Serialize for LineJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entries(&mut map, &line::sums(self.0))?;
        map.serialize_entry("all", &GroupJson(&self.0.all))?;
        fn groups(all: &[GroupFigures]) -> Vec<GroupJson<'_>> {
            all.iter().map(GroupJson).collect()
        }
        map.serialize_entry("tenants", &groups(&self.0.tenants))?;
        map.serialize_entry("classes", &groups(&self.0.classes))?;
        map.end()
    }
}

struct GroupJson<'a>(&'a GroupFigures);

impl Serialize for GroupJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.0.name)?;
        if let Some(priority) = self.0.priority {
            map.serialize_entry("priority", &priority)?;
        }
        if let Some(weight) = self.0.weight {
            map.serialize_entry("weight", &weight)?;
        }
        entries(&mut map, &line::row("", self.0))?;
        map.end()
    }
}

struct EventJson<'a>(&'a HappeningFigures);

impl Serialize for EventJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let it = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("at_s", &it.at_s)?;
        map.serialize_entry("event", &it.event)?;
        map.serialize_entry("whom", &it.whom)?;
        map.serialize_entry("cut", &it.cut)?;
        map.serialize_entry("reset", &it.reset)?;
        map.serialize_entry("sent_to_dead", &it.sent_to_dead)?;
        map.serialize_entry("known_after_s", &it.known_after_s)?;
        map.serialize_entry("ready_after_s", &it.ready_after_s)?;
        map.serialize_entry("lost_blocks", &it.lost_blocks)?;
        map.serialize_entry("lost_alone", &it.lost_alone)?;
        map.serialize_entry("recomputed_tokens", &it.recomputed_tokens)?;
        for (name, back) in [("hits", it.hits_back), ("p95_ttft", it.ttft_back)] {
            let (recovery, after) = match back {
                Recovery::TooFew => ("too few requests", None),
                Recovery::Undisturbed => ("stayed", None),
                Recovery::After(seconds) => ("back", Some(seconds)),
                Recovery::Never => ("not back", None),
            };
            map.serialize_entry(&format!("{name}_recovery"), recovery)?;
            map.serialize_entry(&format!("{name}_back_after_s"), &after)?;
        }
        map.end()
    }
}
