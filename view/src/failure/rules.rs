//! The times and numbers behind the story of a failure, as sentences: when the probes fell, how long a start takes, how often
//! a client tries, and what becomes of a replica that is taken out and of what is sent to one that hangs.
//!
//! They are taken from the run: the moment at which the router knew, less the watch's lag and for a hang the probe's timeout, is that
//! of the last failed probe, and those before it lie the probes' interval apart. Products with leases or a view of the process itself
//! do not wait for probes.

use super::RunPair;
use crate::format::{self, GAP};
use crate::lives::{ReplicaState, Span};
use warmpath_core::metrics::HappeningFigures;
use warmpath_core::scenario::Scenario;
use warmpath_core::scenario::life::DrainMode;
use warmpath_core::units::VirtualTime;

/// The sentences, in a line for each kind of event and parted by semicolons there; empty if nothing dies, hangs or is taken out.
pub(super) fn text(scenario: &Scenario, sides: &[RunPair]) -> String {
    let all = [
        death(scenario, sides),
        hang(scenario, sides),
        drain(scenario, sides),
        tries(scenario, sides),
    ];
    let all: Vec<String> = all.into_iter().filter(|it| !it.is_empty()).collect();
    all.join("\n")
}

/// The first thing of a kind that befell the fleet under any policy; `None` if nothing of it did.
fn first<'a>(sides: &'a [RunPair], kind: &str) -> Option<&'a HappeningFigures> {
    let mut all = sides.iter().flat_map(|side| side.with.befell());
    all.find(|it| it.event.starts_with(kind))
}

/// The sentence on a replica that is taken out; empty if none is.
fn drain(scenario: &Scenario, sides: &[RunPair]) -> String {
    let troubles = &scenario.troubles;
    let Some(drain) = first(sides, "drain") else {
        return String::new();
    };
    let before = match troubles.drain.prestop {
        VirtualTime::ZERO => String::new(),
        time => format!("serves for {} and then ", format::seconds(time.secs())),
    };
    let grace = |it: VirtualTime| format::setting(it.secs());
    let then = match troubles.drain.mode {
        DrainMode::Abort => format!(
            "breaks off what it has, as vLLM does unless it is told to finish, and so uses nothing of the {}{GAP}s that Kubernetes gives \
             it to end (the grace period)",
            grace(troubles.drain.grace)
        ),
        DrainMode::Finish => format!(
            "finishes what it has, for at most {}",
            format::seconds((troubles.drain.grace - troubles.drain.prestop).secs())
        ),
    };
    let heard = drain.known_after_s.map_or(String::new(), |after| {
        format!(
            "; the router hears {} later that it is taken out",
            format::seconds(after)
        )
    });
    format!("A replica that is taken out {before}{then}; it does not come back by itself{heard}.")
}

/// The sentence on the first hang: how it was noticed, and what becomes of what is sent there; empty if nothing hangs.
fn hang(scenario: &Scenario, sides: &[RunPair]) -> String {
    let Some(hang) = first(sides, "hang") else {
        return String::new();
    };
    let timeout = scenario.troubles.health.preset.timeout;
    let parts = [
        probes(scenario, sides, hang, timeout, &whom(sides, hang, "hang").0),
        Some(format!(
            "an attempt at a replica that hangs does not fail, but waits until it goes on or the client gives up after {}{GAP}s, and counts as \
             sent where nothing answered even if it is answered then",
            format::setting(scenario.troubles.client_timeout().secs())
        )),
    ];
    sentences(parts)
}

/// The sentence on the first death; empty if nothing dies.
fn death(scenario: &Scenario, sides: &[RunPair]) -> String {
    let Some(death) = first(sides, "kill") else {
        return String::new();
    };
    let (whose, who) = whom(sides, death, "kill");
    let parts = [
        probes(scenario, sides, death, 0.0, &whose),
        match scenario.troubles.mttr_s {
            // One that stays down comes back when something starts it, whatever was set.
            Some(set) => death
                .ready_after_s
                .filter(|after| (after - set).abs() < 1e-6)
                .map(|_| {
                    format!(
                        "{who} is back {}{GAP}s later, as was set",
                        format::setting(set)
                    )
                }),
            None => start(scenario, sides, death, &who),
        },
    ];
    sentences(parts)
}

/// How often a client tries, and whose first try was at a replica when that died or was taken out; empty if none did.
fn tries(scenario: &Scenario, sides: &[RunPair]) -> String {
    let waited = [("kill", "died"), ("drain", "was taken out")].map(|(kind, how)| {
        waited(sides, kind)
            .map(|it| format!(", and who waited there when it {how} has used up one try ({it})"))
    });
    let waited: Vec<String> = waited.into_iter().flatten().collect();
    // Whoever is sent to the dead asks again.
    if waited.is_empty() && first(sides, "kill").is_none() {
        return String::new();
    }
    format!(
        "A client tries {}{}.",
        match scenario.troubles.client_retries() + 1 {
            1 => "once".to_owned(),
            n => format!("{} times", format::word(n)),
        },
        waited.join("")
    )
}

/// Parts as one text with a capital at its front; empty if there are none.
fn sentences(parts: [Option<String>; 2]) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let mut text = parts.join("; ");
    // The first letter is of ASCII.
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
        text.push('.');
    }
    text
}

/// The attempts that had no token yet at the replica that first died or was taken out: they are among the times that a client tries,
/// and not among those that were sent there afterwards. `None` if there were none.
fn waited(sides: &[RunPair], kind: &str) -> Option<String> {
    let of = |side: &RunPair| {
        let mut befell = side.with.befell();
        let waited = befell.find(|it| it.event.starts_with(kind))?.reset;
        (waited > 0).then(|| format!("{} under {}", format::count(waited.into()), side.policy))
    };
    let all: Vec<String> = sides.iter().filter_map(of).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// Whose probes are told of, and who comes back: the only replica that something of a `kind` befell, each of several that fared alike,
/// or the first of those that did not.
fn whom(sides: &[RunPair], first: &HappeningFigures, kind: &str) -> (String, String) {
    // How many there are under the policy under which there are the most, and whether these fared alike.
    let mut most = (0, true, true);
    for side in sides {
        let mut found = (0, true, true);
        for it in side.with.befell() {
            if it.event.starts_with(kind) {
                let together = it.at_s == first.at_s;
                found.0 += 1;
                found.1 &= together && it.known_after_s == first.known_after_s;
                found.2 &= together && it.ready_after_s == first.ready_after_s;
            }
        }
        if found.0 >= most.0 {
            most = found;
        }
    }
    let (count, known_alike, back_alike) = most;
    let replica = format!("replica{GAP}{}", first.whom);
    let whose = match count {
        ..=1 => replica.clone(),
        _ if known_alike => format!("each of the {count} replicas"),
        _ => format!("{replica} (the first of {count})"),
    };
    let who = match count {
        ..=1 => "the replica".to_owned(),
        _ if back_alike => "each replica".to_owned(),
        _ => replica,
    };
    (whose, who)
}

/// When the probes fell that found a death out, or a hang, which fails a probe only after its `timeout` \[s\] (0: at once); `whose`
/// they were. `None` where a replica hung and died before it was known: some probes waited there, and some did not.
fn probes(
    scenario: &Scenario,
    sides: &[RunPair],
    event: &HappeningFigures,
    timeout: f64,
    whose: &str,
) -> Option<String> {
    let health = &scenario.troubles.health.preset;
    // A router that missed the news of it hears later.
    let missed = scenario.troubles.health.loss > 0.0;
    if health.lease > 0.0 || missed || (health.sees_death && timeout == 0.0) {
        return None;
    }
    let known = event.at_s + event.known_after_s?;
    let hangs = |it: &HappeningFigures| it.event.starts_with("hang");
    let with_it = |it: &HappeningFigures| {
        let same = |after: f64| (it.at_s + after - known).abs() < 1e-6;
        it.whom == event.whom && hangs(it) != hangs(event) && it.known_after_s.is_some_and(same)
    };
    if sides
        .iter()
        .flat_map(|side| side.with.befell())
        .any(with_it)
    {
        return None;
    }
    let last = known - health.lag - timeout;
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
    let probes = format!("{probes} of {whose}");
    Some(match timeout > 0.0 {
        true => format!(
            "{probes} at {times}{GAP}s got no answer within {}{GAP}s{lag}",
            format::setting(timeout)
        ),
        false => format!("{probes} failed at {times}{GAP}s{lag}"),
    })
}

/// How long the replica that died was down and starting, if it came back; `who` that was.
fn start(
    scenario: &Scenario,
    sides: &[RunPair],
    death: &HappeningFigures,
    who: &str,
) -> Option<String> {
    death.ready_after_s?;
    let life = sides.first()?.with.lives.get(usize::from(death.whom))?;
    let before = |it: &Span<ReplicaState>| it.from.secs() < death.at_s - 1e-6;
    let after = &life.spans[life.spans.partition_point(before)..];
    let length = |it: &Span<ReplicaState>| format::setting(libm::round((it.to - it.from).secs()));
    let when = match after.first()? {
        down if down.what == ReplicaState::Down => format!("after {}{GAP}s", length(down)),
        _ => "at once".to_owned(),
    };
    let starting = length(after.iter().find(|it| it.what == ReplicaState::Starting)?);
    let scaler = scenario.autoscale.as_ref();
    let [is, why] = match scaler.is_some_and(|it| it.start_s.is_some()) {
        true => ["takes", ", as was set"],
        false => ["is assumed to take", " for a model of this size"],
    };
    Some(format!(
        "{who} restarts {when}, and a start {is} {starting}{GAP}s{why}"
    ))
}
