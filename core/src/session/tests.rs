use super::*;
use crate::report::{Report, json};
use crate::scenario::{Scenario, Sweep};
use crate::workload::{Named, Workload};
use core::cell::Cell;
use core::convert::Infallible;
use std::sync::Arc;

/// Work that takes a millisecond for an event, on a clock of its own.
struct Counting<'a> {
    done: u64,
    clock: &'a Cell<f64>,
}

impl Work for Counting<'_> {
    type Error = Infallible;

    fn advance(&mut self, events: u32) -> Result<Progress, Infallible> {
        self.done = (self.done + u64::from(events)).min(1000);
        self.clock.set(self.clock.get() + f64::from(events));
        Ok(self.progress())
    }

    fn progress(&self) -> Progress {
        Progress {
            done: self.done,
            total: 1000,
            finished: self.done == 1000,
        }
    }
}

const PACE: Pace = Pace {
    events: 5,
    first_ms: 8.0,
    slice_ms: 20.0,
    apart_ms: 100.0,
    pause_factor: 10.0,
};

#[test]
fn it_is_shown_early_then_now_and_then_and_rarely_where_that_takes_long() {
    let clock = Cell::new(0.0);
    let mut session = Session::new(
        Counting {
            done: 0,
            clock: &clock,
        },
        PACE,
    );
    let (mut shown, mut slices) = (Vec::new(), 0);
    loop {
        let mut show = |_: &Counting<'_>, progress: Progress| {
            shown.push(progress.done);
            clock.set(clock.get() + 30.0);
        };
        let state = session.slice(&|| clock.get(), &|| true, &mut show).unwrap();
        slices += 1;
        if state == SessionState::Finished {
            break;
        }
    }
    // After 10 ms, and then each time that 300 ms have gone by since: ten times what showing took.
    assert_eq!(shown, [10, 310, 610, 910]);
    assert_eq!(slices, 1 + 990 / 20 + 1);
    assert_eq!(session.into_work().done, 1000);
}

#[test]
fn what_nobody_wants_is_not_gone_on_with() {
    let clock = Cell::new(0.0);
    let work = Counting {
        done: 0,
        clock: &clock,
    };
    let mut session = Session::new(work, PACE);
    let wanted = Cell::new(true);
    let mut slice = || {
        let state = session.slice(&|| clock.get(), &|| wanted.get(), &mut |_, _| {});
        (state.unwrap(), session.work().done)
    };
    assert_eq!(slice(), (SessionState::GoesOn, 10));
    // However far the clock goes on between two slices, the next one goes on with the work.
    clock.set(1e6);
    assert_eq!(slice().0, SessionState::GoesOn);
    wanted.set(false);
    let before = slice();
    assert_eq!(before.0, SessionState::Cancelled);
    assert_eq!(slice(), before);
}

fn workload(scenario: &Scenario) -> Arc<Workload> {
    let named = Named::parse(&scenario.workload).unwrap();
    let made = named.generate(scenario.block_size, scenario.seed, scenario.requests);
    Arc::new(made.unwrap())
}

fn finished<W: Work<Error: core::fmt::Debug>>(work: W, events: u32) -> W {
    let mut session = Session::new(work, Pace::untimed(events));
    let mut last = 0;
    let mut show = |_: &W, progress: Progress| {
        assert!((last..=progress.total).contains(&progress.done));
        last = progress.done;
    };
    while session.slice(&|| 0.0, &|| true, &mut show).unwrap() == SessionState::GoesOn {}
    session.into_work()
}

#[test]
fn a_sweep_is_its_points_one_after_the_other() {
    let sweep = Sweep::from_query("v=2&n=60&r=2,3&rate=2,8&p=smart,random&seeds=2").unwrap();
    let workload = workload(&sweep.base);
    let mut each = Vec::new();
    for n in 0..sweep.len() {
        let point = sweep.point(n).unwrap();
        let runs = Replay::new(point.clone(), Arc::clone(&workload), false).unwrap();
        each.push(Report::new(&point, &workload, &runs.finish().unwrap()));
    }
    let whole = json::write(&Report::sweep(each).unwrap());
    for events in [50, 1 << 16] {
        let runs = SweepRuns::new(sweep.clone(), Arc::clone(&workload)).unwrap();
        assert_eq!(runs.progress().total, 4 * 2 * 2 * 60);
        let report = finished(runs, events).into_report().unwrap();
        assert_eq!(json::write(&report), whole);
    }
}

#[test]
fn policies_abreast_come_to_what_they_come_to_one_after_the_other() {
    for query in [
        "v=2&n=300&p=round-robin,least-load,chwbl,smart&seeds=2",
        "v=2&n=200&p=random,round-robin,least-load,chwbl,smart",
    ] {
        let scenario = Scenario::from_query(query).unwrap();
        let workload = workload(&scenario);
        let alone = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
        let alone = alone.finish().unwrap();
        for events in [1, 777] {
            let abreast = Abreast::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
            let (_, _, runs) = finished(abreast, events).finish().unwrap();
            let report = |runs: &[_]| json::write(&Report::new(&scenario, &workload, runs));
            assert_eq!(report(&runs), report(&alone), "{query}, {events} at once");
            assert!(runs.iter().zip(&alone).all(|(a, b)| a.records == b.records));
        }
    }
}

#[test]
fn every_policy_is_seen_early_and_none_where_they_are_too_many() {
    let started = |policies: &str| {
        let scenario = Scenario::from_query(&format!("v=2&n=300&p={policies}")).unwrap();
        let mut abreast = Abreast::new(scenario.clone(), workload(&scenario), false).unwrap();
        let progress = loop {
            let progress = abreast.advance(16).unwrap();
            if progress.done > 80 {
                break progress;
            }
        };
        assert!(progress.done < progress.total / 2);
        let some = |records: &[crate::fleet::Record]| {
            let done = |it: &&crate::fleet::Record| it.outcome == crate::fleet::Outcome::Completed;
            records.iter().filter(done).count()
        };
        abreast
            .so_far()
            .map(|parts| parts.iter().map(|part| some(part.1)).collect::<Vec<_>>())
    };
    let four = started("round-robin,least-load,chwbl,smart").unwrap();
    assert!(
        four.len() == 4 && four.iter().all(|&done| done > 0),
        "{four:?}"
    );
    assert_eq!(started("random,round-robin,least-load,chwbl,smart"), None);
}

/// What a search says when it is done by this many at a time, how many runs each made, and how many runs its rounds asked for.
fn done_by(parts: usize, query: &str) -> (Vec<String>, Vec<usize>, u64) {
    use crate::plan::capacity::{Capacity, CapacitySearch};
    let scenario = Scenario::from_query(query).unwrap();
    let workload = workload(&scenario);
    let how = CapacitySearch {
        tolerance: 0.05,
        steady: false,
        with_loss: true,
    };
    let part = |place| {
        let search = Capacity::new(&scenario, &workload, how).unwrap();
        let mut part = Searching::new(search, Arc::clone(&workload), KnownOutcomes::new());
        part.at_place(place, parts);
        part
    };
    let mut all: Vec<_> = (0..parts).map(part).collect();
    let mut runs = vec![0; parts];
    loop {
        let mut finished = true;
        for at in 0..parts {
            // The workers are not equally quick, and hear of each other late.
            for _ in 0..4 + at {
                finished &= all[at].advance(1).unwrap().finished;
            }
            let found = all[at].found();
            runs[at] += found.len();
            for (key, outcome) in found {
                for other in (0..parts).filter(|it| *it != at) {
                    all[other].hear(key.clone(), outcome.clone());
                }
            }
        }
        if finished {
            break;
        }
    }
    let total = all[0].progress().done;
    let document = |it: Searching<_>| {
        format!(
            "{:?}",
            crate::report::decision::capacity(it.search(), &workload)
        )
    };
    (all.into_iter().map(document).collect(), runs, total)
}

#[test]
fn a_search_that_several_do_comes_to_what_it_comes_to_alone() {
    let query = "v=2&w=rag&n=100&r=2&rate=4&p=random,smart,chwbl&goal=p95_ttft%3C6s";
    let (alone, runs, total) = done_by(1, query);
    assert_eq!(runs[0] as u64, total);
    for parts in [2, 3, 7] {
        let (together, runs, asked) = done_by(parts, query);
        assert!(together.iter().all(|it| *it == alone[0]), "{parts}");
        assert_eq!(asked, total);
        let made: usize = runs.iter().sum();
        assert!(
            made as u64 >= total && runs.iter().all(|it| *it > 0),
            "{runs:?}"
        );
        assert!(
            runs.iter().max() < Some(&(total as usize)),
            "the work is shared: {runs:?}"
        );
    }
}
