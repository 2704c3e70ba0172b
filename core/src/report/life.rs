//! What befell the fleet: the sums of each policy, and for people a row per event; and which events did nothing.

use super::Report;
use super::document::{Cell, Table};
use super::section::{Row, Section, called, count, list, none};
use crate::fleet::Run;
use crate::metrics::{LifeFigures, OUTCOMES, Recovery, Summary};
use crate::scenario::Scenario;
use crate::words::grouped;

pub(super) static SECTION: Section = Section {
    title: "What befell the fleet",
    sums: |summary| summary.life.as_ref().map(sums),
    names: &[],
    rows: none,
    lists: |report| events(report).into_iter().collect(),
    sentences: |report| with_life(report).map(sentence).collect(),
};

/// The sums of a policy. [`sentence`] says each that is not 0.
pub(super) fn sums(life: &LifeFigures) -> Row {
    let outcomes = OUTCOMES.into_iter().zip(life.outcomes);
    let mut entries: Vec<_> = outcomes
        .map(|(name, of)| count(name, "requests", of).part_of(("life_requests", "outcome", name)))
        .collect();
    let again = "completed at a further attempt";
    let recomputed = "prompt tokens recomputed because a cache was lost";
    entries.extend([
        count("completed_after_again", again, life.completed_after_again),
        count("attempts", "attempts", life.attempts),
        count(
            "client_again",
            "further attempts by clients",
            life.client_again,
        ),
        count(
            "router_again",
            "further attempts by routers",
            life.router_again,
        ),
        count(
            "breakers_opened",
            "openings of breakers",
            life.breakers_opened,
        ),
        count("recomputed_tokens", recomputed, life.recomputed_tokens),
        count(
            "sent_to_dead",
            "attempts sent to dead replicas",
            life.sent_to_dead,
        ),
    ]);
    Row::new("life_", entries)
}

fn with_life(report: &Report) -> impl Iterator<Item = (&Summary, &LifeFigures)> {
    let all = report.summaries.iter();
    all.filter_map(|summary| Some((summary, summary.life.as_ref()?)))
}

/// The outcomes of a policy's requests, and how many attempts they took.
fn sentence((summary, life): (&Summary, &LifeFigures)) -> String {
    let requests: u64 = life.outcomes.iter().sum();
    let parts = OUTCOMES.iter().zip(life.outcomes);
    let parts = parts.filter(|(name, count)| **name != "pending" || *count > 0);
    let parts: Vec<String> = parts
        .map(|(name, count)| format!("{} {name}", grouped(count)))
        .collect();
    let breakers = match life.breakers_opened {
        0 => String::new(),
        times => format!("; breakers opened {} times", grouped(times)),
    };
    format!(
        "{}: {} requests = {}; {} of the completed at a further attempt; {} attempts ({} again by clients, {} by routers); {} sent to dead replicas; {} prompt tokens recomputed because a cache was lost{breakers}",
        called(summary),
        grouped(requests),
        parts.join(" + "),
        grouped(life.completed_after_again),
        grouped(life.attempts),
        grouped(life.client_again),
        grouped(life.router_again),
        grouped(life.sent_to_dead),
        grouped(life.recomputed_tokens),
    )
}

/// A row for each event and policy; `None` if there was no event.
fn events(report: &Report) -> Option<Table> {
    let head = [
        "policy",
        "at (s)",
        "event",
        "cut",
        "reset",
        "sent to it dead",
        "known after (s)",
        "ready after (s)",
        "cached blocks lost",
        "held nowhere else",
        "prompt tokens recomputed",
        "hits back after (s)",
        "P95 TTFT back after (s)",
    ];
    let mut rows = Vec::new();
    for (summary, life) in with_life(report) {
        for it in &life.happenings {
            rows.push(vec![
                Cell::Text(called(summary)),
                Cell::Real(it.at_s, 1),
                Cell::text(&it.event),
                Cell::Whole(it.cut.into()),
                Cell::Whole(it.reset.into()),
                Cell::Whole(it.sent_to_dead.into()),
                Cell::real(it.known_after_s, 1),
                Cell::real(it.ready_after_s, 1),
                Cell::Whole(it.lost_blocks.into()),
                Cell::Whole(it.lost_alone.into()),
                Cell::Whole(it.recomputed_tokens),
                recovery(it.hits_back),
                recovery(it.ttft_back),
            ]);
        }
    }
    let columns = head.map(|heading| (heading, heading.to_owned())).to_vec();
    (!rows.is_empty()).then(|| list(SECTION.title, columns, 3, rows))
}

/// The events that befell nobody, in all of the runs or in some of them, a note for each. The scenario refuses those that never
/// could; whether a replica is there when an event comes is known only afterwards.
pub(super) fn idle(scenario: &Scenario, runs: &[Run]) -> Vec<String> {
    let mut notes = Vec::new();
    for (number, event) in (0u16..).zip(&scenario.troubles.events.all) {
        let idle = |run: &&Run| {
            let lives = run.lives.as_ref();
            lives.is_some_and(|it| it.happenings.iter().all(|it| it.event != number))
        };
        let (late, early): (Vec<&Run>, Vec<&Run>) =
            runs.iter().filter(idle).partition(|run| event.at > run.end);
        for (which, why) in [
            (early, event.why_idle()),
            (late, "the run was over".to_owned()),
        ] {
            if !which.is_empty() {
                let part = match which.len() == runs.len() {
                    true => String::new(),
                    false => format!(" in {} of {} runs", which.len(), runs.len()),
                };
                let note = format!("{event} did nothing{part}: {why}");
                // Who writes an event twice is told once.
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
    }
    notes
}

fn recovery(it: Recovery) -> Cell {
    match it {
        Recovery::TooFew => Cell::text("too few"),
        Recovery::Undisturbed => Cell::text("stayed"),
        Recovery::After(s) => Cell::Real(s, 1),
        Recovery::Never => Cell::text("not"),
    }
}
