//! The times and numbers behind the story of a failure, as sentences: when the probes fell, how long a start takes, how often
//! a client tries, and what becomes of a replica that is taken out.
//!
//! They are taken from the run: the moment at which the router knew, less the watch's lag, is that of the last failed probe, and
//! those before it lie the probes' interval apart. Only a death is explained so; a hang is noticed by the probe's timeout, and
//! products with leases or a view of the process itself do not wait for probes.

use super::RunPair;
use crate::format::{self, GAP};
use crate::lives::ReplicaState;
use warmpath_core::metrics::HappeningFigures;
use warmpath_core::scenario::Scenario;
use warmpath_core::scenario::life::DrainMode;
use warmpath_core::units::VirtualTime;

/// The sentences, in a line for each kind of event and parted by semicolons there; empty if nothing dies and nothing is taken out.
pub(super) fn text(scenario: &Scenario, sides: &[RunPair]) -> String {
    let all = [death(scenario, sides), drain(scenario, sides)];
    let all: Vec<String> = all.into_iter().filter(|it| !it.is_empty()).collect();
    all.join("\n")
}

/// The sentence on a replica that is taken out; empty if none is.
fn drain(scenario: &Scenario, sides: &[RunPair]) -> String {
    let troubles = &scenario.troubles;
    let mut events = sides.iter().flat_map(|side| side.with.befell());
    if !events.any(|it| it.event.starts_with("drain")) {
        return String::new();
    }
    let first = match troubles.drain.prestop {
        VirtualTime::ZERO => String::new(),
        time => format!("serves for {} and then ", format::seconds(time.secs())),
    };
    let then = match troubles.drain.mode {
        DrainMode::Abort => {
            "breaks off what it has, as vLLM does unless it is told to finish, and so uses nothing of \
             Kubernetes' grace period"
                .to_owned()
        }
        DrainMode::Finish => format!(
            "finishes what it has, for at most {}",
            format::seconds((troubles.drain.grace - troubles.drain.prestop).secs())
        ),
    };
    format!("A replica that is taken out {first}{then}; it does not come back by itself.")
}

/// The sentence on the first death; empty if nothing dies.
fn death(scenario: &Scenario, sides: &[RunPair]) -> String {
    let mut all = sides.iter().flat_map(|side| side.with.befell());
    let Some(death) = all.find(|it| it.event.starts_with("kill")) else {
        return String::new();
    };
    let parts = [
        probes(scenario, death),
        match scenario.troubles.mttr_s {
            // One that stays down does not come back, whatever was set.
            Some(set) => death.ready_after_s.map(|_| {
                format!(
                    "the replica is back {}{GAP}s later, as was set",
                    format::setting(set)
                )
            }),
            None => start(scenario, sides, death),
        },
        Some(format!(
            "a client tries {}{}",
            match scenario.troubles.client_retries() + 1 {
                1 => "once".to_owned(),
                n => format!("{} times", format::word(n)),
            },
            waited(sides)
        )),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let mut text = parts.join("; ");
    // The first letter is of ASCII.
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text + "."
}

/// The attempts that had no token yet at the replica that died first: they are among the times that a client tries, and not
/// among those that were sent there afterwards. Empty if there were none.
fn waited(sides: &[RunPair]) -> String {
    let of = |side: &RunPair| {
        let life = side.with.life()?;
        let death = life
            .happenings
            .iter()
            .find(|it| it.event.starts_with("kill"))?;
        let waited = u64::from(death.reset);
        (waited > 0).then(|| format!("{} under {}", format::count(waited), side.policy))
    };
    let all: Vec<String> = sides.iter().filter_map(of).collect();
    match all.is_empty() {
        true => String::new(),
        false => format!(
            ", and who waited there when it died has used up one try ({})",
            all.join(", ")
        ),
    }
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
    let lag = match health.lag > 0.0 {
        true => format!(
            ", which the router hears {} later",
            format::seconds(health.lag)
        ),
        false => String::new(),
    };
    Some(format!("{probes} failed at {times}{GAP}s{lag}"))
}

/// How long the replica that died was down and starting, if it came back.
fn start(scenario: &Scenario, sides: &[RunPair], death: &HappeningFigures) -> Option<String> {
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
    let scaler = scenario.autoscale.as_ref();
    let [is, why] = match scaler.is_some_and(|it| it.start_s.is_some()) {
        true => ["takes", ", as was set"],
        false => ["is assumed to take", " for a model of this size"],
    };
    Some(format!(
        "the replica restarts after {down}{GAP}s, and a start {is} {starting}{GAP}s{why}"
    ))
}
