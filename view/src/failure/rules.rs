//! The times and numbers behind the story of a failure, as a sentence: when the probes fell, how long a start takes, and how
//! often a client tries.
//!
//! They are taken from the run: the moment at which the router knew, less the watch's lag, is that of the last failed probe, and
//! those before it lie the probes' interval apart. Only a death is explained so; a hang is noticed by the probe's timeout, and
//! products with leases or a view of the process itself do not wait for probes.

use super::RunPair;
use crate::format::{self, GAP};
use crate::lives::ReplicaState;
use warmpath_core::metrics::HappeningFigures;
use warmpath_core::scenario::Scenario;

/// The sentence; empty if nothing dies.
pub(super) fn rendered(scenario: &Scenario, sides: &[RunPair]) -> String {
    let all = sides.iter().filter_map(|side| side.with.life());
    let mut all = all.flat_map(|life| &life.happenings);
    let Some(death) = all.find(|it| it.event.starts_with("kill")) else {
        return String::new();
    };
    let parts = [
        probes(scenario, death),
        match scenario.troubles.mttr_s {
            Some(set) => Some(format!(
                "it is back {}{GAP}s later, as was set",
                format::setting(set)
            )),
            None => start(sides, death),
        },
        Some(format!(
            "a client tries {}",
            match scenario.troubles.client_retries() + 1 {
                1 => "once".to_owned(),
                n => format!("{} times", format::word(n)),
            }
        )),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let mut rendered = parts.join("; ");
    // The first letter is of ASCII.
    if let Some(first) = rendered.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    rendered + "."
}

/// When the probes fell that found the death out.
fn probes(scenario: &Scenario, death: &HappeningFigures) -> Option<String> {
    let health = &scenario.troubles.health.preset;
    if health.lease > 0.0 || health.sees_death {
        return None;
    }
    let last = death.at_s + death.known_after_s? - health.lag;
    let before = (0..health.fails).rev().map(f64::from);
    let times: Vec<String> = before
        .map(|n| format::fixed(last - n * health.period, 1))
        .collect();
    let (end, rest) = times.split_last()?;
    let times = match rest {
        [] => end.clone(),
        rest => format!("{} and {end}", rest.join(", ")),
    };
    let probes = if rest.is_empty() {
        "the probe"
    } else {
        "probes"
    };
    Some(format!("{probes} failed at {times}{GAP}s"))
}

/// How long the replica that died was down and starting, if it came back.
fn start(sides: &[RunPair], death: &HappeningFigures) -> Option<String> {
    death.ready_after_s?;
    let life = sides.first()?.with.lives.get(usize::from(death.whom))?;
    let length = |stage: ReplicaState| {
        let spans = life.spans.iter();
        let mut after = spans.filter(|it| it.what == stage && it.from.secs() >= death.at_s - 1e-6);
        after
            .next()
            .map(|it| format::setting(libm::round((it.to - it.from).secs())))
    };
    let (down, starting) = (length(ReplicaState::Down)?, length(ReplicaState::Starting)?);
    Some(format!(
        "it restarts after {down}{GAP}s, and a start is assumed to take {starting}{GAP}s for a model of this size"
    ))
}
