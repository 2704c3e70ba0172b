//! Laws that hold whatever the scenario, each tried on whole scenarios of every kind. Numbers as in docs/invariants.md.
//!
//! `WARMPATH_CASES=2000 cargo test --release -p warmpath-core --test laws` tries more of them, `WARMPATH_SEED=…` others.

#[path = "laws/asked.rs"]
mod asked;
#[path = "laws/breaker.rs"]
mod breaker;
#[path = "laws/clock.rs"]
mod clock;
#[path = "laws/figures.rs"]
mod figures;
#[path = "laws/files.rs"]
mod files;
#[path = "laws/folds.rs"]
mod folds;
#[path = "laws/formats.rs"]
mod formats;
#[path = "laws/hold.rs"]
mod hold;
#[path = "laws/kept.rs"]
mod kept;
#[path = "laws/ledger.rs"]
mod ledger;
#[path = "laws/sections.rs"]
mod sections;
#[path = "laws/seeds.rs"]
mod seeds;
#[path = "laws/seek.rs"]
mod seek;
#[path = "laws/whole.rs"]
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hold::{hold, hold_percent};
use warmpath_core::fleet::{LifeStage, Outcome, Record, Replay, Run, What};
use warmpath_core::metrics::{FIGURES, figure};
use warmpath_core::report::{Report, json};
use warmpath_core::scenario::{Arrivals, Client, Scenario, Sweep};
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::{Named, Workload};
use whole::Ready;

/// A condition of a law; what is wrong where it does not hold.
macro_rules! demand {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}

/// The runs of a scenario, in pieces of this many events.
fn run_in(ready: &Ready, slice: u32) -> Result<Vec<Run>, String> {
    let mut replay = Replay::new(ready.scenario.clone(), Arc::clone(&ready.workload), true)
        .map_err(|error| format!("refused only when run: {error}"))?;
    // Most cases have some ten thousand events. Where each of some hundred requests waits ten minutes for its client to give up,
    // and autoscalers and lines are looked at meanwhile, there are some millions; what takes ten times as many does not end.
    let mut left = 40_000_000u32.div_ceil(slice);
    while !replay.run(slice).map_err(|e| e.to_string())?.finished {
        left -= 1;
        demand!(left > 0, "does not end");
    }
    replay.finish().map_err(|error| error.to_string())
}

fn runs(ready: &Ready) -> Result<Vec<Run>, String> {
    // Cases that cannot be run together say so before the run; the laws are about those that can.
    match Replay::new(ready.scenario.clone(), Arc::clone(&ready.workload), true) {
        Err(_) => Ok(Vec::new()),
        Ok(_) => run_in(ready, 1 << 16),
    }
}

fn request(workload: &Workload, n: usize) -> &warmpath_core::request::Request {
    &workload.requests[n % workload.requests.len()]
}

/// Requests that a replica answered.
fn completed(run: &Run) -> impl Iterator<Item = (usize, &Record)> {
    let all = run.records.iter().enumerate();
    all.filter(|(_, record)| record.outcome == Outcome::Completed && !record.recalled)
}

/// A law of a single run, by its number in docs/invariants.md.
type Law = (&'static str, fn(&Ready, &Run) -> Result<(), String>);

const OF_A_RUN: [Law; 14] = [
    ("I-1", every_request_is_accounted_for),
    ("I-3", tokens_generated_are_tokens_asked_for),
    ("I-4", time_never_runs_back),
    ("I-4", clock::is_in_order),
    ("I-6", the_last_prompt_token_is_always_computed),
    ("I-12", each_refusal_is_followed_by_a_retry_or_given_up),
    ("I-21", every_block_is_found_or_lost_in_one_way),
    ("I-32", whoever_waits_leaves_the_line_once),
    ("I-31", figures_are_in_their_range_and_percentiles_in_order),
    ("I-30", folds::say_what_the_log_says),
    ("I-33", whoever_is_ready_is_paid),
    ("I-34", whoever_is_down_holds_nothing),
    ("I-35", figures::are_what_they_are_called),
    ("I-37", breaker::keeps_requests_away),
];

#[test]
fn laws_of_a_run_hold_in_every_scenario() {
    // All of them look at the same runs, so there is time for more scenarios.
    hold_percent("laws of a run", 500, |ready| {
        for run in runs(ready)? {
            for (law, holds) in OF_A_RUN {
                holds(ready, &run).map_err(|why| format!("{law}, {}: {why}", run.policy))?;
            }
        }
        Ok(())
    });
}

#[test]
fn laws_of_a_run_hold_where_they_were_once_broken() {
    for (why, whole) in kept::all() {
        let ready = whole.ready().expect("it is a scenario");
        for run in runs(&ready).expect("it can be run") {
            for (law, holds) in OF_A_RUN {
                let held = holds(&ready, &run);
                assert_eq!(held, Ok(()), "{law}: {why}");
            }
            let held = seek::is_the_same_from_anywhere(&ready, &run);
            assert_eq!(held, Ok(()), "I-23: {why}");
        }
    }
}

fn every_request_is_accounted_for(ready: &Ready, run: &Run) -> Result<(), String> {
    let count = |outcome| {
        let of = |record: &&Record| record.outcome == outcome;
        run.records.iter().filter(of).count()
    };
    let lost = count(Outcome::Pending);
    demand!(
        lost == 0,
        "{lost} of {} requests were lost",
        run.records.len()
    );
    let recalled = run.records.iter().filter(|it| it.recalled).count();
    for (n, record) in run.records.iter().enumerate().filter(|it| it.1.recalled) {
        let mine = request(&ready.workload, n);
        let same = |(other, it): (usize, &Record)| {
            let other = request(&ready.workload, other);
            it.done <= record.done
                && (other.prompt, other.prompt_tokens) == (mine.prompt, mine.prompt_tokens)
        };
        demand!(
            ready.scenario.above.answers_s.is_some() && completed(run).any(same),
            "request {n} has an answer that nobody had before"
        );
    }
    let routed: u32 = run.replicas.iter().map(|replica| replica.requests).sum();
    if ready.scenario.changes() {
        let broken: u64 = run.records.iter().map(|it| u64::from(it.broken)).sum();
        let all = count(Outcome::Completed) as u64 + broken;
        demand!(
            u64::from(routed) <= all,
            "{routed} attempts were routed, but {all} were answered or came to nothing"
        );
        return every_attempt_ends_once(run);
    }
    demand!(
        count(Outcome::Completed) == routed as usize + recalled,
        "{} answers, but {routed} requests were routed",
        count(Outcome::Completed)
    );
    Ok(())
}

/// Each attempt that is sent somewhere is answered or comes to nothing, once; nothing is sent where a router believes that
/// nobody answers; a request ends once.
fn every_attempt_ends_once(run: &Run) -> Result<(), String> {
    let routers = run.records.iter().map(|it| usize::from(it.router)).max();
    let mut down = vec![vec![false; run.replicas.len()]; routers.unwrap_or(0).max(15) + 1];
    let mut open = vec![None; run.records.len()];
    let mut ended = vec![0; run.records.len()];
    let mut broke = vec![false; run.records.len()];
    let mut broken = 0u64;
    for fact in run.log.as_deref().unwrap_or_default() {
        match fact.what {
            What::Routed {
                request,
                replica,
                router,
                ..
            } => {
                let before = open[request as usize].replace(replica);
                demand!(before.is_none(), "request {request} is in two places");
                let believed = down[usize::from(router)][usize::from(replica)];
                demand!(
                    !believed,
                    "request {request} goes to replica {replica}, which its router believes down"
                );
            }
            What::Believes {
                router,
                replica,
                up,
            } => down[usize::from(router)][usize::from(replica)] = !up,
            // A router that begins anew lists the replicas as they are known to be.
            What::Event { .. } => {}
            What::Broke {
                request, replica, ..
            } => {
                broken += 1;
                broke[request as usize] = true;
                let at = open[request as usize].take();
                let nowhere = usize::from(replica) == run.replicas.len();
                demand!(
                    at.is_none() == nowhere,
                    "request {request} breaks at {replica}, but is at {at:?}"
                );
            }
            What::Left { request } => {
                let at = open[request as usize].take();
                demand!(at.is_some(), "request {request} is answered from nowhere");
            }
            What::Again { request, .. } => {
                let before = std::mem::take(&mut broke[request as usize]);
                demand!(before, "request {request} is tried again for nothing");
            }
            What::Ended { request, outcome } => {
                ended[request as usize] += 1;
                let broke = broke[request as usize];
                let right = match outcome {
                    Outcome::Cut => broke,
                    Outcome::Failed => true,
                    _ => !broke,
                };
                demand!(right, "request {request} ends as {outcome:?}: {broke}");
            }
            _ => {}
        }
    }
    demand!(open.iter().all(Option::is_none), "an attempt has no end");
    demand!(
        ended.iter().all(|&times| times == 1),
        "a request ends twice"
    );
    let counted: u64 = run.records.iter().map(|it| u64::from(it.broken)).sum();
    demand!(
        counted == broken || counted > 200,
        "{broken} attempts came to nothing, {counted} by the records"
    );
    Ok(())
}

/// Where an autoscaler works: what is paid is never less than what is ready, both are what the lives say, and what is wanted keeps
/// to its limits. (Nobody pays more than there are places.)
fn whoever_is_ready_is_paid(ready: &Ready, run: &Run) -> Result<(), String> {
    let Some(scaling) = &run.scaling else {
        return Ok(());
    };
    let places = ready.scenario.replicas_ever();
    for it in &scaling.course {
        demand!(
            it.ready <= it.paid && it.paid <= places,
            "{it:?} of {places} places"
        );
        if let Some(scale) = &ready.scenario.autoscale {
            let within = (scale.min..=scale.max).contains(&it.wanted);
            let first = it.wanted == ready.scenario.replicas;
            demand!(within || first, "{it:?} is beyond {scale}");
        }
    }
    let sums = (scaling.paid_s, scaling.ready_s, scaling.overshoot_s);
    demand!(
        sums.0 >= sums.1 - 1e-6 && sums.2 <= sums.0 + 1e-6,
        "paid, ready and overshoot are {sums:?}"
    );
    let mut stages = vec![None; run.replicas.len()];
    for fact in run.log.as_deref().unwrap_or_default() {
        match fact.what {
            What::Life { replica, stage } => stages[usize::from(replica)] = Some(stage),
            What::ReplicasCounted { ready, .. } => {
                let lives = stages.iter().filter(|it| **it == Some(LifeStage::Ready));
                let lives = lives.count();
                demand!(
                    lives == usize::from(ready),
                    "{ready} are ready, {lives} by their lives"
                );
            }
            _ => {}
        }
    }
    Ok(())
}

/// A replica that is down holds no block.
fn whoever_is_down_holds_nothing(_: &Ready, run: &Run) -> Result<(), String> {
    if run.policy.reads().everything {
        // A line to compare with: whatever any computes is everywhere.
        return Ok(());
    }
    let mut held: Vec<BTreeMap<_, u32>> = vec![BTreeMap::new(); run.replicas.len()];
    let mut down = vec![false; run.replicas.len()];
    for fact in run.log.as_deref().unwrap_or_default() {
        match fact.what {
            What::Stored {
                replica,
                segment,
                to,
                ..
            } => {
                let replica = usize::from(replica);
                demand!(
                    !down[replica],
                    "replica {replica} is down and stores blocks"
                );
                held[replica].insert(segment, to);
            }
            What::Evicted {
                replica,
                segment,
                from,
                ..
            } => {
                held[usize::from(replica)].insert(segment, from);
            }
            What::Life { replica, stage } => {
                let replica = usize::from(replica);
                down[replica] = stage == LifeStage::Down;
                let blocks: u64 = held[replica].values().map(|&it| u64::from(it)).sum();
                demand!(
                    !down[replica] || blocks == 0,
                    "replica {replica} is down and holds {blocks} blocks"
                );
            }
            _ => {}
        }
    }
    Ok(())
}

/// Where there is a line: nobody is in it twice, all that wait leave it to a router or refused, nothing goes to a router but
/// through it, no more are past it than may be; and the sums by tenant and by class are those of all.
fn whoever_waits_leaves_the_line_once(ready: &Ready, run: &Run) -> Result<(), String> {
    let entrance = &ready.scenario.entrance;
    let Some(line) = &run.line else {
        demand!(!entrance.any(), "nothing is told of the entrance");
        return Ok(());
    };
    let records = run.records.len();
    let (mut waits, mut past) = (vec![false; records], vec![false; records]);
    let most = ready.scenario.in_flight_limit.unwrap_or(u32::MAX) as usize;
    let most_wait = entrance.queue.map_or(0, |queue| queue.most) as usize;
    // Who is turned away by a router, or broken off, makes room before the log says that it has ended.
    let rejected = run.records.iter().any(|it| it.outcome == Outcome::Rejected);
    let plain = !ready.scenario.changes() && !rejected;
    let (mut waiting, mut under_way) = (0usize, 0usize);
    for fact in run.log.as_deref().unwrap_or_default() {
        match fact.what {
            What::Waits { request } => {
                let before = std::mem::replace(&mut waits[request as usize], true);
                demand!(!before, "request {request} waits twice");
                waiting += 1;
                demand!(waiting <= most_wait, "{waiting} wait, {most_wait} may");
            }
            What::Released { request } => {
                let waited = std::mem::take(&mut waits[request as usize]);
                waiting -= usize::from(waited);
                let before = std::mem::replace(&mut past[request as usize], true);
                demand!(!before, "request {request} leaves the line twice");
                under_way += 1;
                demand!(
                    under_way <= most || !plain,
                    "{under_way} are under way, {most} may"
                );
            }
            What::TurnedBack { request, .. } => {
                let waited = std::mem::take(&mut waits[request as usize]);
                waiting -= usize::from(waited);
                demand!(
                    !past[request as usize],
                    "request {request} is turned back inside"
                );
            }
            What::Routed { request, .. } if entrance.has_line() => {
                demand!(
                    past[request as usize],
                    "request {request} passes the line by"
                );
            }
            What::Left { request } | What::Ended { request, .. } => {
                let was = std::mem::take(&mut past[request as usize]);
                under_way -= usize::from(was);
            }
            What::Again {
                request,
                router: false,
            } => {
                let was = std::mem::take(&mut past[request as usize]);
                under_way -= usize::from(was);
            }
            _ => {}
        }
    }
    demand!(waiting == 0, "{waiting} wait for ever");
    let why: u64 = line.turned_back.iter().sum();
    demand!(
        line.all.refused <= why + u64::from(run.refusals.refused),
        "refused more than turned back"
    );
    for groups in [&line.tenants, &line.classes] {
        if !groups.is_empty() {
            let sum = |of: fn(&warmpath_core::fleet::GroupSums) -> u64| {
                (groups.iter().map(of).sum::<u64>(), of(&line.all))
            };
            let (parts, all) = sum(|it| it.waited);
            demand!(parts == all, "{parts} waits by group, {all} in all");
            let (parts, all) = sum(|it| it.refused);
            demand!(parts == all, "{parts} refused by group, {all} in all");
        }
    }
    Ok(())
}

fn tokens_generated_are_tokens_asked_for(ready: &Ready, run: &Run) -> Result<(), String> {
    let generated: u64 = run.replicas.iter().map(|r| r.tally.generated_tokens).sum();
    let asked: u64 = completed(run)
        .map(|(n, _)| u64::from(request(&ready.workload, n).output_tokens.max(1)))
        .sum();
    let troubled = ready.scenario.changes();
    demand!(
        generated == asked || troubled && generated > asked,
        "{generated} tokens were generated, {asked} asked for"
    );
    Ok(())
}

/// Also that a replica never uses more blocks than its pool has (I-2).
fn time_never_runs_back(_: &Ready, run: &Run) -> Result<(), String> {
    for (n, record) in completed(run) {
        let in_order = record.due <= record.sent
            && record.sent <= record.first_token
            && record.first_token <= record.done
            && record.done <= run.end
            && run.end < VirtualTime::NEVER;
        demand!(in_order, "request {n}: {record:?}");
    }
    for (id, replica) in run.replicas.iter().enumerate() {
        let steps = replica.steps.as_deref().unwrap_or_default();
        let overlap = steps.windows(2).any(|pair| pair[0].end > pair[1].start);
        demand!(!overlap, "replica {id} has two steps at once");
        let pool = replica.pool_blocks;
        let over = steps.iter().any(|step| step.referenced_blocks > pool);
        demand!(
            !over,
            "I-2: replica {id} uses more blocks than its pool has"
        );
    }
    Ok(())
}

fn the_last_prompt_token_is_always_computed(ready: &Ready, run: &Run) -> Result<(), String> {
    for (n, record) in completed(run) {
        let prompt = request(&ready.workload, n).prompt_tokens.max(1);
        demand!(
            record.hit_tokens < prompt,
            "request {n}: {record:?} of {prompt} tokens"
        );
    }
    Ok(())
}

fn each_refusal_is_followed_by_a_retry_or_given_up(_: &Ready, run: &Run) -> Result<(), String> {
    let it = run.refusals;
    demand!(it.refused == it.retried + it.given_up, "{it:?}");
    let rejected = |record: &&Record| record.outcome == Outcome::Rejected;
    let rejected = run.records.iter().filter(rejected).count();
    demand!(it.given_up as usize <= rejected, "{it:?}");
    Ok(())
}

fn every_block_is_found_or_lost_in_one_way(ready: &Ready, run: &Run) -> Result<(), String> {
    for (n, record) in completed(run) {
        let asked = request(&ready.workload, n).prompt.depth;
        let lost = record.lost_never
            + record.lost_elsewhere
            + record.lost_forgotten
            + record.lost_unknown
            + record.lost_evicted;
        demand!(
            record.hit_blocks + lost == asked,
            "request {n}: {record:?} of {asked} blocks"
        );
    }
    Ok(())
}

/// Whether some prompts have no full block.
fn short_prompts(ready: &Ready) -> bool {
    let of = ready.scenario.block_size;
    ready
        .workload
        .requests
        .iter()
        .any(|it| it.prompt_tokens < of)
}

fn figures_are_in_their_range_and_percentiles_in_order(
    ready: &Ready,
    run: &Run,
) -> Result<(), String> {
    let alone = Scenario {
        policies: vec![run.policy.clone()],
        seeds: 1,
        seed: run.seed,
        ..ready.scenario.clone()
    };
    let report = Report::new(&alone, &ready.workload, std::slice::from_ref(run));
    let summary = &report.summaries[0];
    for (figure, &value) in FIGURES.iter().zip(summary.values.iter()) {
        let key = figure.key;
        // Nobody has it: a time or a share of the answered where none was, the pace of answers of one token, blocks of prompts
        // that are shorter than one, how uneven the work is where there was none.
        let completed = summary.values.completed;
        let nobody = match key {
            "peak_kv_usage" => false,
            "imbalance" => run.replicas.iter().all(|it| it.work_s == 0.0),
            _ if figure.unit == "share" => {
                completed == 0.0 || key != "token_reuse_rate" && short_prompts(ready)
            }
            _ if key.ends_with("tpot_ms") || key.ends_with("itl_ms") => {
                completed == 0.0
                    || ready
                        .workload
                        .requests
                        .iter()
                        .any(|it| it.output_tokens < 2)
            }
            _ => completed == 0.0 && figure.unit == "ms",
        };
        if nobody && value.is_nan() {
            continue;
        }
        // Gaps are counted of answers that broke off, too.
        let gaps = key.ends_with("itl_ms");
        demand!(
            completed > 0.0 || !nobody || gaps,
            "{key} is {value} of nobody"
        );
        demand!(value.is_finite() && value >= 0.0, "{key} is {value}");
        let within = figure.unit != "share" || value <= 1.0;
        demand!(within, "the share {key} is {value}");
    }
    for of in ["ttft", "tpot", "itl", "e2el", "client_wait"] {
        let at = |percentile: &str| {
            let key = format!("{percentile}_{of}_ms");
            summary.values[figure(&key).expect("a figure")]
        };
        let course = ["median", "p90", "p95", "p99"].map(at);
        let none = course.iter().all(|it| it.is_nan());
        demand!(
            none || course.is_sorted(),
            "percentiles of {of}: {course:?}"
        );
    }
    Ok(())
}

#[test]
fn i7_the_same_scenario_gives_the_same_bytes_in_any_slices() {
    hold_percent("I-7", 50, |ready| {
        if runs(ready)?.is_empty() {
            return Ok(());
        }
        let written = |slice| {
            let runs = run_in(ready, slice)?;
            Ok::<String, String>(json::write(&Report::new(
                &ready.scenario,
                &ready.workload,
                &runs,
            )))
        };
        let whole = written(1 << 16)?;
        for slice in [1, 13, 777] {
            demand!(written(slice)? == whole, "slices of {slice} events differ");
        }
        // The scenario's own text is the scenario.
        let again = Scenario::from_query(&ready.scenario.to_query());
        demand!(
            again.is_ok_and(|again| again == ready.scenario),
            "its query string is another scenario"
        );
        Ok(())
    });
}

/// What is sent later changes nothing that was over before.
#[test]
fn i25_a_request_more_changes_nothing_before_it() {
    hold("I-25", |ready| {
        let scenario = &ready.scenario;
        let count = scenario
            .requests
            .unwrap_or(u32::MAX)
            .min(ready.workload.count);
        // A ladder deals its requests anew, the Python client shares its loop, and arrivals all at once have no before.
        let open = scenario.stages.is_empty()
            && scenario.client == Client::Free
            && scenario.arrivals != Arrivals::AllAtOnce;
        if count < 2 || !open {
            return Ok(());
        }
        let all = runs(ready)?;
        let mut fewer = scenario.clone();
        fewer.requests = Some(count - 1);
        let fewer = Ready {
            scenario: fewer,
            workload: Arc::clone(&ready.workload),
        };
        for (all, fewer) in all.iter().zip(runs(&fewer)?) {
            let begins = all.records[count as usize - 1].due;
            for (n, (one, other)) in all.records.iter().zip(&fewer.records).enumerate() {
                let over = one.outcome == Outcome::Completed && one.done < begins;
                demand!(
                    !over || one == other,
                    "{}, request {n}: {one:?}, without the last {other:?}",
                    all.policy
                );
            }
        }
        Ok(())
    });
}

#[test]
fn i4_time_goes_on_from_event_to_event() {
    hold("I-4", clock::never_runs_back);
}

#[test]
fn i23_any_moment_is_the_same_from_anywhere() {
    hold("I-23", |ready| {
        let all = runs(ready)?;
        let seek = |run| seek::is_the_same_from_anywhere(ready, run);
        all.iter().try_for_each(seek)
    });
}

#[test]
fn i26_a_routers_ledger_is_what_is_open() {
    hold("I-26", ledger::is_what_is_open);
}

#[test]
fn i28_what_a_policy_reads_it_has_asked_for() {
    hold("I-28", asked::is_all_it_reads);
}

#[test]
fn i29_a_report_says_the_same_in_every_format_and_by_every_driver() {
    hold("I-29", |ready| {
        let all = runs(ready)?;
        if all.is_empty() {
            return Ok(());
        }
        formats::say_the_same(ready, &all)?;
        formats::is_the_same_abreast(ready, &all)
    });
}

/// Each section of a report: with values that are missing (a kind and a class that nothing is answered of), kinds of one name, a
/// policy whose name holds a large number, several seeds, stages, and the points of a sweep.
const SECTIONS: [&str; 8] = [
    "v=2&w=rag&n=9&fleet=1xh100,1xl4,2xl4&rate=1&p=round-robin",
    "v=2&w=rag&n=9&fleet=1xh100,1xa100,1xl4&rate=0.01&p=least-load,smart",
    "v=2&w=rag&n=60&r=1&rate=3&scale=hpa:max%3D4;start%3D10&p=smart,chwbl:load_factor%3D2000&tenants=a:1,b:1",
    "v=2&w=rag&n=60&r=2&rate=6&scale=hpa:max%3D4;start%3D10&price=l4%3D0.7&seeds=2&p=smart",
    "v=2&w=rag&n=120&r=3&rate=12&ev=4s:kill%3D1;6s:hang%3D2%2F6s&rtries=2&ctries=1&breaker=auto&p=smart",
    "v=2&w=rag&n=120&r=2&rate=10&inflight=24&queue=60%2F20&tenants=a:1,b:3&classes=chat:0.99:0:2s,batch:0.01:9&pcache=1024%2F128%2F600&rcache=7200&p=smart",
    "v=2&w=rag&n=60&stages=1,4&fleet=1xh100,1xl4&ev=4s:kill%3D1&inflight=8&queue=60%2F20&price=l4%3D0.7&p=smart,random",
    "v=2&w=rag&n=40&rate=2,4&r=2,3&ev=4s:kill%3D1&price=l4%3D0.7&inflight=8&queue=60%2F20&pcache=1024%2F128%2F600&p=smart,random",
];

#[test]
fn i29_every_section_of_a_report_says_the_same_in_every_format() {
    let mut seen = BTreeSet::new();
    for query in SECTIONS {
        let sweep = Sweep::from_query(query).expect(query);
        let points = (0..sweep.len()).map(|at| {
            let mut scenario = sweep.point(at).expect(query);
            let named = Named::parse(&scenario.workload).expect(query);
            let workload = named.generate(scenario.block_size, scenario.seed, scenario.requests);
            scenario.workload = workload.as_ref().expect(query).name.clone();
            let ready = Ready {
                scenario,
                workload: Arc::new(workload.expect(query)),
            };
            let all = runs(&ready).expect(query);
            assert!(!all.is_empty(), "{query} is refused");
            Report::new(&ready.scenario, &ready.workload, &all)
        });
        let mut reports: Vec<Report> = points.collect();
        let report = match sweep.is_one_point() {
            true => reports.pop(),
            false => Report::sweep(reports),
        };
        let held = sections::say_the_same(&report.expect(query), &mut seen);
        assert!(held.is_ok(), "{query}\n{}", held.unwrap_err());
    }
    let all = ["", "entrance_", "group_", "kind_", "life_", "scaling_"];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
}
