//! What befalls replicas: they die, hang, slow down, drain and start, and routers, clients and reports take notice.

#[path = "named/workload.rs"]
mod workload;

use std::sync::Arc;

use warmpath_core::fleet::{Fact, LifeStage, Outcome, Record, Replay, Run, Simulation, What};
use warmpath_core::metrics::Recovery;
use warmpath_core::report::{Report, json};
use warmpath_core::router::POLICIES;
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;
use workload::named;

fn runs(query: &str) -> Vec<Run> {
    let scenario = Scenario::from_query(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let workload = named(&scenario);
    let replay = Replay::new(scenario, workload, true).unwrap();
    replay.finish().unwrap()
}

fn one(query: &str) -> Run {
    runs(query).remove(0)
}

fn log(run: &Run) -> &[Fact] {
    run.log.as_deref().unwrap()
}

fn at(seconds: f64) -> VirtualTime {
    VirtualTime::from_secs(seconds)
}

const RAG: &str = "v=2&w=rag:contexts%3D12;questions%3D10&rate=1";

#[test]
fn what_is_not_used_changes_nothing() {
    let report_lines = |query: &str| {
        let scenario = Scenario::from_query(query).unwrap();
        let workload = named(&scenario);
        let runs = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
        let runs = runs.finish().unwrap();
        let report = json::write(&Report::new(&scenario, &workload, &runs));
        let line = |line: &&str| !line.contains("\"scenario\"");
        report.lines().filter(line).collect::<Vec<_>>().join("\n")
    };
    let used =
        format!("{RAG}&health=smg:loss%3D1&breaker=nginx&rtries=3&ctries=5&drain=finish&mttr=1");
    assert_eq!(report_lines(RAG), report_lines(&used));
}

#[test]
fn an_event_after_the_last_answer_is_not_waited_for() {
    let plain = one(&format!("{RAG}&p=smart"));
    let late = one(&format!("{RAG}&p=smart&ev=100000s:kill%3D1"));
    assert_eq!(plain.records, late.records);
    assert_eq!(plain.end, late.end);
    assert_eq!(late.lives.unwrap().happenings, []);
}

#[test]
fn no_policy_sends_to_a_replica_that_it_believes_down() {
    let (mut tried, base) = (0, format!("{RAG}&health=ray&ev=20s:kill%3D1/stay"));
    for entry in POLICIES {
        for routers in [1, 2] {
            let run = one(&format!("{base}&p={}&routers={routers}", entry.name));
            let after = |fact: &&Fact| fact.at > at(20.0);
            for fact in log(&run).iter().filter(after) {
                if let What::Routed { replica, .. } = fact.what {
                    assert_ne!(replica, 1, "{} at {} s", entry.name, fact.at.secs());
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > POLICIES.len() * 100, "{tried}");
}

#[test]
fn a_kill_loses_everything_there_and_what_comes_back_is_cold() {
    let run = one(&format!("{RAG}&p=smart&ev=20s:kill%3D1"));
    let lives = run.lives.as_ref().unwrap();
    let kill = lives.happenings[0];
    assert_eq!((kill.at, kill.whom), (at(20.0), 1));
    assert!(kill.lost_blocks >= kill.lost_alone && kill.lost_alone > 0);
    // A start of 8 billion parameters, at once.
    let ready = (kill.ready.unwrap() - kill.at).secs();
    assert!((59.0..62.0).contains(&ready), "{ready}");
    // Probes each 10 s, three of them, and the watch's lag.
    let known = (kill.known.unwrap() - kill.at).secs();
    assert!((20.2..=30.2).contains(&known), "{known}");
    let mut held = 0;
    for fact in log(&run) {
        match fact.what {
            What::Stored {
                replica: 1,
                from,
                to,
                ..
            } => held += to - from,
            What::Evicted {
                replica: 1,
                from,
                to,
                ..
            } => held -= to - from,
            What::Life {
                replica: 1,
                stage: LifeStage::Down,
            } => assert_eq!(held, 0, "blocks of a replica that is gone"),
            _ => {}
        }
    }
    let whole: u64 = lives.happenings.iter().map(|it| it.recomputed_tokens).sum();
    assert!(
        whole > 0 && whole <= u64::from(kill.lost_alone) * 16,
        "{whole}"
    );
    let cut = run.records.iter().filter(|it| it.outcome == Outcome::Cut);
    assert_eq!(cut.count(), kill.cut as usize);
}

#[test]
fn half_the_speed_is_twice_the_time() {
    let alone = "v=2&w=unique:prompt%3D400;output%3D20;spread%3D0&n=1&r=1&arr=all-at-once&p=random";
    let compute = |query: &str| {
        let run = one(query);
        let steps = run.replicas[0].steps.as_ref().unwrap().iter();
        steps
            .map(|step| (step.end - step.start).secs())
            .sum::<f64>()
    };
    let (plain, slow) = (
        compute(alone),
        compute(&format!("{alone}&ev=0s:slow%3D0x0.5")),
    );
    assert!((slow / plain - 2.0).abs() < 1e-6, "{slow} {plain}");
}

#[test]
fn a_hang_puts_everything_off_by_its_length() {
    let alone =
        "v=2&w=unique:prompt%3D400;output%3D100;spread%3D0&n=1&r=1&arr=all-at-once&p=random";
    let plain = one(alone).records[0];
    assert!(plain.first_token < at(1.0) && plain.done > at(1.0));
    let hung = one(&format!("{alone}&ev=1s:hang%3D0/15s")).records[0];
    assert_eq!(hung.first_token, plain.first_token);
    assert_eq!(hung.done, plain.done + at(15.0));
    // Whoever waits less gives up; the stream had begun.
    let cut = one(&format!("{alone}&ev=1s:hang%3D0/15s&ctime=5")).records[0];
    assert_eq!((cut.outcome, cut.broken), (Outcome::Cut, 1));
    // Before its first token it is tried again: at once at another replica, were there one.
    let query = format!("{alone}&ev=0s:hang%3D0/15s&ctime=5&ctries=9");
    let again = one(&query).records[0];
    assert_eq!(again.outcome, Outcome::Completed);
    assert!(again.broken >= 1 && again.done > at(15.0), "{again:?}");
}

#[test]
fn a_replica_more_takes_requests_when_it_is_up() {
    let run = one(&format!("{RAG}&r=2&p=least-load&ev=1s:start%3D2"));
    assert_eq!(run.replicas.len(), 3);
    let routed = log(&run).iter().filter_map(|fact| match fact.what {
        What::Routed { replica: 2, .. } => Some(fact.at),
        _ => None,
    });
    let first = routed.min().unwrap();
    assert!((61.0..75.0).contains(&first.secs()), "{}", first.secs());
}

#[test]
fn a_drain_that_finishes_cuts_nobody() {
    let counts = |drain: &str| {
        let run = one(&format!(
            "{RAG}&p=round-robin&ev=20s:drain%3D1&drain={drain}"
        ));
        let cut = run.records.iter().filter(|it| it.outcome == Outcome::Cut);
        let down = log(&run).iter().find_map(|fact| match fact.what {
            What::Life {
                replica: 1,
                stage: LifeStage::Down,
            } => Some(fact.at.secs()),
            _ => None,
        });
        (cut.count(), down.unwrap())
    };
    let (cut, down) = counts("abort");
    assert!(cut > 0 && down == 20.0, "{cut} {down}");
    let (cut, down) = counts("finish:grace%3D900");
    assert!(cut == 0 && down > 20.0 && down < 200.0, "{cut} {down}");
    let (_, down) = counts("abort:prestop%3D5");
    assert_eq!(down, 25.0);
}

#[test]
fn a_router_that_restarts_forgets_and_one_with_a_snapshot_does_not() {
    let found = |event: &str| {
        let run = one(&format!("{RAG}&p=smart@routed{event}"));
        run.records
            .iter()
            .map(|it| u64::from(it.believed_blocks))
            .sum::<u64>()
    };
    let plain = found("");
    assert!(found("&ev=30s:restart-router%3D0") < plain);
    assert_eq!(found("&ev=30s:restart-router%3D0/snapshot"), plain);
}

#[test]
fn a_clone_of_a_run_in_trouble_goes_the_same_way() {
    let query = format!(
        "{RAG}&p=dynamo&ev=10s:kill%3D50%25;15s:hang%3D0/5s&mtbf=0.01&health=kubeai:loss%3D0.5;relist%3D7&breaker=smg"
    );
    let scenario = Scenario::from_query(&query).unwrap();
    let workload = named(&scenario);
    let mut run = Simulation::new(&scenario, &scenario.policies[0], workload, 1, true).unwrap();
    run.run(2000);
    let mut other = run.clone();
    while run.run(1) {}
    while other.run(1000) {}
    let (run, other) = (run.finish(), other.finish());
    assert_eq!(run.records, other.records);
    assert_eq!(run.lives, other.lives);
    assert!(run.lives.unwrap().happenings.len() > 3);
}

/// With no replica to send to, a request waits or is turned away, and is not lost.
#[test]
fn nobody_there_is_an_answer_too() {
    let ends = |query: &str| {
        let run = one(&format!("{RAG}&n=40&p=chwbl&ev=5s:kill%3D100%25{query}"));
        let count = |outcome| {
            run.records
                .iter()
                .filter(|it| it.outcome == outcome)
                .count()
        };
        (
            count(Outcome::Completed),
            count(Outcome::Failed),
            count(Outcome::Cut),
        )
    };
    let (_, failed, _) = ends("/stay&health=ray");
    assert!(failed > 0);
    let (completed, failed, cut) =
        ends("&health=kubeai:period%3D1;fails%3D1&mttr=20&rtries=100:backoff_ms%3D1000");
    assert_eq!((completed + cut, failed), (40, 0));
}

/// A replica at a third of its speed that hangs goes on at a third of it: 0.3 of its own, and 1 where it hung at full speed.
#[test]
fn what_hung_goes_on_as_fast_as_before() {
    let speeds = |events: &str| {
        let run = one(&format!("{RAG}&p=smart&ev={events}"));
        let speeds = log(&run).iter().filter_map(|fact| match fact.what {
            What::Speed {
                replica: 1,
                thousandths,
            } => Some((fact.at, thousandths)),
            _ => None,
        });
        speeds.collect::<Vec<_>>()
    };
    let slow = speeds("5s:slow%3D1x0.3/60s;10s:hang%3D1/4s");
    let expected = [(5.0, 300), (10.0, 0), (14.0, 300), (65.0, 1000)];
    assert_eq!(slow, expected.map(|(seconds, speed)| (at(seconds), speed)));
    let full = speeds("10s:hang%3D1/4s");
    assert_eq!(full, [(at(10.0), 0), (at(14.0), 1000)]);
}

/// With dynamo's rules a router that sees an attempt fail leaves the replica alone for 5 s, though its lease runs for ten.
#[test]
fn a_router_leaves_a_replica_alone_that_failed_it() {
    let base = "v=2&w=rag:contexts%3D12;questions%3D10";
    let run = one(&format!(
        "{base}&rate=8&p=round-robin&r=2&health=dynamo&rtries=3&ev=5s:kill%3D1"
    ));
    let facts = log(&run).iter();
    let broke = |fact: &&Fact| matches!(fact.what, What::Broke { replica: 1, .. });
    let failed: Vec<VirtualTime> = facts.filter(broke).map(|fact| fact.at).collect();
    let first = *failed.first().expect("an attempt fails");
    let sent = log(&run).iter().filter(|fact| {
        matches!(fact.what, What::Routed { replica: 1, .. })
            && first < fact.at
            && fact.at < first + VirtualTime::from_secs(5.0)
    });
    assert_eq!(sent.count(), 0, "for 5 s nothing goes there");
}

/// All caches are lost at once: of what is asked for less is found, until they have filled again.
#[test]
fn hits_are_back_when_caches_have_filled_again() {
    let query = "v=2&w=rag:contexts%3D40;questions%3D12;context%3D300;question%3D20;output%3D4;skew%3D0&rate=8&r=2&p=smart&health=kubernetes&ctries=5&mttr=1&ev=";
    let back = |events: &str| {
        let scenario = Scenario::from_query(&format!("{query}{events}")).unwrap();
        let workload = named(&scenario);
        let runs = Replay::new(scenario.clone(), Arc::clone(&workload), true).unwrap();
        let report = Report::new(&scenario, &workload, &runs.finish().unwrap());
        let lives = report.summaries[0].life.as_ref().unwrap();
        lives.happenings[0].hits_back
    };
    let lost = back("40s:kill%3D100%25");
    assert!(matches!(lost, Recovery::After(s) if s > 5.0), "{lost:?}");
    // A fifth slower for ten seconds loses no cache.
    let kept = back("40s:slow%3D0x0.8/10s");
    assert_eq!(kept, Recovery::Undisturbed);
}

/// Answers of the response cache looked into no replica's cache: that they found nothing there says nothing of it.
#[test]
fn answers_that_were_cached_whole_do_not_count_as_found_nothing() {
    let query = "v=2&w=rag:contexts%3D40;questions%3D12;context%3D300;question%3D20;output%3D4;skew%3D0&rate=8&r=2&p=smart&ev=40s:slow%3D0x0.8/10s";
    let scenario = Scenario::from_query(query).unwrap();
    let workload = named(&scenario);
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), true).unwrap();
    let mut runs = replay.finish().unwrap();
    let back = |runs: &[Run]| {
        let report = Report::new(&scenario, &workload, runs);
        report.summaries[0].life.as_ref().unwrap().happenings[0].hits_back
    };
    assert_eq!(back(&runs), Recovery::Undisturbed);
    // Every second request after the event as one that the response cache answers.
    let after = |it: &&mut Record| it.sent > at(40.0);
    for record in runs[0].records.iter_mut().filter(after).step_by(2) {
        (record.recalled, record.hit_tokens, record.hit_blocks) = (true, 0, 0);
    }
    assert_eq!(back(&runs), Recovery::Undisturbed);
}

/// Of the completed those are counted that a replica's end broke off, and no others.
#[test]
fn who_was_answered_after_a_further_attempt_is_counted() {
    let query =
        "v=2&w=rag:contexts%3D12;questions%3D10&p=smart&r=3&rate=6&ctries=3&ev=10s:kill%3D1";
    let scenario = Scenario::from_query(query).unwrap();
    let workload = named(&scenario);
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), true).unwrap();
    let runs = replay.finish().unwrap();
    let report = Report::new(&scenario, &workload, &runs);
    let life = report.summaries[0].life.as_ref().unwrap();
    let broke: std::collections::BTreeSet<u32> = log(&runs[0])
        .iter()
        .filter_map(|fact| match fact.what {
            What::Broke { request, .. } => Some(request),
            _ => None,
        })
        .collect();
    let completed =
        |&&request: &&u32| runs[0].records[request as usize].outcome == Outcome::Completed;
    let after = broke.iter().filter(completed).count() as u64;
    assert!(
        0 < after && after < life.outcomes[0],
        "{after} of {:?}",
        life.outcomes
    );
    assert_eq!(life.completed_after_again, after);
}

fn believed(query: &str) -> Vec<u32> {
    let records = one(query).records;
    records.iter().map(|it| it.believed_blocks).collect()
}

/// A request that finds no replica does not lose what the pools reported until then.
#[test]
fn a_request_without_a_replica_loses_no_report() {
    let query = "v=2&w=rag:contexts%3D1&n=3&r=1&rate=0.01&arr=constant&p=dynamo@events:50ms\
        &ev=10s:hang%3D0/140s&health=smg:period%3D5;fails%3D1;oks%3D1&rtries=0&ctries=0&breaker=off";
    let run = one(query);
    assert_eq!(run.records[1].outcome, Outcome::Failed);
    assert_eq!(run.records[2].hit_tokens, 14_192);
    assert_eq!(run.records[2].believed_blocks, 887);
}

/// In which order requests wait does not change what is reported, as long as none waits.
#[test]
fn a_report_is_heard_once() {
    let query = "v=2&w=rag&n=300&r=3&rate=1&inflight=10000&queue=1000&p=dynamo@events:50ms,loss%3D0.9&order=";
    let fcfs = believed(&format!("{query}fcfs"));
    assert!(fcfs.iter().sum::<u32>() > 0);
    assert_eq!(fcfs, believed(&format!("{query}wspt")));
}

/// Reports that wait are taken in before a router forgets a replica or begins anew; later they would tell it of a cache that is
/// gone, or that it no longer knows.
#[test]
fn what_was_reported_before_is_forgotten_too() {
    let query =
        "v=2&w=rag:contexts%3D1&n=3&r=1&rate=0.005&arr=constant&p=dynamo@events:50ms&health=ray";
    assert_eq!(believed(query)[1], 887);
    for event in ["kill", "restart-router"] {
        let believed = believed(&format!("{query}&ev=100s:{event}%3D0"));
        assert_eq!(believed[1], 0, "{event}");
    }
}

#[test]
fn a_price_changes_no_run() {
    let query = "v=2&w=rag&n=60&r=2&rate=2&p=round-robin&ev=5s:kill%3D0/stay;8s:start%3D0&mttr=3";
    let (free, paid) = (one(query), one(&format!("{query}&price=l4%3D0.8")));
    let ready = |run: &Run| run.lives.as_ref().unwrap().happenings[1].ready;
    assert_eq!(ready(&free), Some(at(11.0)));
    assert_eq!(ready(&paid), ready(&free));
    assert_eq!(paid.records, free.records);
    // The price has them counted.
    let paid = paid.scaling.unwrap().course.last().copied().unwrap();
    assert_eq!((paid.paid, paid.ready), (2, 2));
}

/// Whatever ends a replica that drains, it does not come back.
#[test]
fn what_was_drained_stays_away() {
    let query = "v=2&w=rag&n=60&r=2&rate=0.5&ev=10s:drain%3D0;11s:kill%3D0&drain=finish:prestop%3D0;grace%3D100";
    let lives = one(query).lives.unwrap();
    assert_eq!(
        (lives.happenings.len(), lives.happenings[1].ready),
        (2, None)
    );
    let query = "v=2&w=rag&n=60&r=2&rate=0.5&scale=schedule:0s%3D3;20s%3D2;500s%3D2&ev=25s:kill%3D2&drain=finish:grace%3D300";
    let last = one(query).scaling.unwrap().course.last().copied().unwrap();
    assert_eq!((last.wanted, last.paid, last.ready), (2, 2, 2));
}

/// A replica that hangs computes nothing, however slow it will be afterwards.
#[test]
fn what_is_slowed_down_in_a_hang_still_hangs() {
    let run = |events: &str| {
        let run = one(&format!(
            "v=2&w=rag&n=60&r=2&rate=2&ev=3s:hang%3D0/20s{events}"
        ));
        let lives = run.lives.as_ref().unwrap();
        let dead = lives.happenings.iter().map(|it| it.sent_to_dead);
        let speeds = log(&run).iter().filter_map(|fact| match fact.what {
            What::Speed { thousandths, .. } => Some((fact.at, thousandths)),
            _ => None,
        });
        (dead.sum::<u32>(), speeds.collect::<Vec<_>>())
    };
    assert_eq!(run("").0, 22);
    let expected = vec![(at(3.0), 0), (at(23.0), 500)];
    assert_eq!(run(";4s:slow%3D0x0.5"), (22, expected));
}

/// The time from the last event of a run to its replica's being ready again.
fn repaired(events: &str) -> f64 {
    let run = one(&format!(
        "v=2&w=rag&n=60&r=2&rate=0.05&p=round-robin&ev={events}"
    ));
    let last = *run.lives.unwrap().happenings.last().unwrap();
    (last.ready.unwrap() - last.at).secs()
}

/// After its first death a replica starts at once, then after 10 s and 20 s. One that is killed while it starts has not lived for ten
/// minutes, so its back-off goes on doubling.
#[test]
fn a_start_that_fails_lengthens_the_back_off() {
    for first in [100, 700] {
        let after = |kills: &[u32]| {
            let kills = kills
                .iter()
                .map(|after| format!("{}s:kill%3D0", first + after));
            repaired(&kills.collect::<Vec<_>>().join(";"))
        };
        let start = after(&[0]);
        assert!((59.0..62.0).contains(&start), "{start}");
        for (kills, wait) in [(&[0, 15][..], 10.0), (&[0, 15, 30], 20.0)] {
            let ready = after(kills);
            assert!(
                (ready - start - wait).abs() < 1e-6,
                "{first} {kills:?}: {ready}"
            );
        }
    }
}

/// What a drain takes out has not failed: what starts in its place is another replica, which takes its time and has no death behind
/// it. (A death for good is a failure, and is repaired.)
#[test]
fn the_end_of_a_drain_is_no_death() {
    let start = repaired("110s:kill%3D0");
    for before in [
        "10s:drain%3D0;40s:start%3D0",
        "5s:kill%3D0;70s:drain%3D0;110s:start%3D0",
    ] {
        let after = match before.contains("kill") {
            true => 180,
            false => 110,
        };
        let ready = repaired(&format!("{before};{after}s:kill%3D0"));
        assert!((ready - start).abs() < 1e-6, "{before}: {ready}");
    }
    assert_eq!(repaired("10s:drain%3D0;40s:start%3D0&mttr=5"), start);
    assert_eq!(
        repaired("10s:drain%3D0;12s:kill%3D0;40s:start%3D0&mttr=5&drain=finish:grace%3D20"),
        start
    );
    assert_eq!(repaired("10s:kill%3D0/stay;40s:start%3D0&mttr=5"), 5.0);
    assert_eq!(repaired("10s:kill%3D0&mttr=5"), 5.0);
}

/// What leaves a cache before the run begins is none of the run's evictions.
#[test]
fn warming_up_is_not_metered() {
    for warm in ["", "&warm=random:4"] {
        let run = one(&format!("v=2&w=rag&n=60&r=2&rate=0.5&kv=40000{warm}"));
        let evicted = |fact: &Fact| match fact.what {
            What::Evicted {
                replica: 0,
                from,
                to,
                ..
            } if fact.at > VirtualTime::ZERO => u64::from(to - from),
            _ => 0,
        };
        let evicted: u64 = log(&run).iter().map(evicted).sum();
        assert!(evicted > 0);
        assert_eq!(run.replicas[0].evicted_blocks, evicted, "{warm}");
    }
}

/// A router that restarts lists the replicas as they are. What is older than that and reaches it later changes nothing: here the
/// news of a death takes 100 s, and the replica has been back for half a minute when the router lists it.
#[test]
fn old_news_changes_nothing_after_a_restart() {
    let believes = |events: &str| {
        let run = one(&format!(
            "v=2&w=rag&n=60&r=2&rate=0.3&p=round-robin&health=ray:lag%3D100&mttr=1&ev=10s:kill%3D0{events}"
        ));
        let facts = log(&run).iter().filter_map(|fact| match fact.what {
            What::Believes { replica: 0, up, .. } => Some((fact.at.secs().floor(), up)),
            _ => None,
        });
        facts.collect::<Vec<_>>()
    };
    let heard = believes("");
    assert_eq!((heard.len(), heard[0]), (2, (110.0, false)), "{heard:?}");
    assert_eq!(believes(";50s:restart-router%3D0"), []);
}

/// A router that misses all news lists the replicas each minute, and sees then how they are: not that one was gone in between.
#[test]
fn a_list_shows_what_is_and_not_what_has_been() {
    let believes = |length: u32| {
        let run = one(&format!(
            "v=2&w=rag&n=60&r=2&rate=0.3&p=smart@routed&health=kubernetes:period%3D2;loss%3D1;relist%3D60&ev=10s:hang%3D0/{length}s"
        ));
        let facts = log(&run).iter().filter_map(|fact| match fact.what {
            What::Believes { replica: 0, up, .. } => Some((fact.at.secs(), up)),
            _ => None,
        });
        facts.collect::<Vec<_>>()
    };
    assert_eq!(believes(30), []);
    assert_eq!(believes(80), [(60.0, false), (120.0, true)]);
}

/// With probes that see a death at once, the router has heard of it when it tries the broken attempts again.
#[test]
fn nothing_is_tried_again_where_the_death_is_known() {
    for policy in ["round-robin", "least-load", "session", "smart"] {
        let run = one(&format!(
            "v=2&w=rag&n=120&r=3&rate=6&p={policy}&health=ray&rtries=3&ev=10s:kill%3D1/stay"
        ));
        let lives = run.lives.unwrap();
        assert!(lives.router_again > 0, "{policy}");
        assert_eq!(lives.happenings[0].sent_to_dead, 0, "{policy}");
    }
}

/// The router takes a replica that hangs for gone and forgets its cache, which is still there afterwards: what is lost for want of
/// that, it has forgotten, however long it remembers what it sends.
#[test]
fn what_a_router_forgets_of_a_replica_that_seems_gone_it_has_forgotten() {
    let lost = |policy: &str, health: &str| {
        let run = one(&format!(
            "v=2&w=rag:contexts%3D12;questions%3D30&rate=2&r=3&p={policy}&health={health}&ev=20s:hang%3D1/60s"
        ));
        let sum = |of: fn(&Record) -> u32| run.records.iter().map(of).sum::<u32>();
        (sum(|it| it.lost_forgotten), sum(|it| it.lost_unknown))
    };
    for policy in ["smart@routed", "smart@routed:3000s"] {
        let (forgotten, unknown) = lost(policy, "kubernetes");
        assert!(forgotten > unknown, "{policy}: {forgotten} {unknown}");
        // With smg's rule it keeps what it knew.
        assert_eq!(lost(policy, "kubernetes:purge%3D-1").0, 0, "{policy}");
    }
}

/// An event that finds nobody to befall is said to have done nothing, with its time.
#[test]
fn an_event_that_does_nothing_is_noted() {
    let notes = |query: &str| {
        let scenario = Scenario::from_query(query).unwrap();
        let workload = named(&scenario);
        let runs = Replay::new(scenario.clone(), Arc::clone(&workload), true).unwrap();
        let report = Report::new(&scenario, &workload, &runs.finish().unwrap());
        let idle = |it: &&String| it.contains("did nothing");
        let notes: Vec<String> = report.notes.iter().filter(idle).cloned().collect();
        assert!(notes.iter().all(|it| json::write(&report).contains(it)));
        notes
    };
    let base = "v=2&w=rag&n=60&r=2&rate=2&p=round-robin&health=ray&ev=";
    assert_eq!(
        notes(&format!(
            "{base}5s:kill%3D0;6s:start%3D2;90000s:kill%3D1;90000s:kill%3D1"
        )),
        ["90000s:kill=1 did nothing: the run was over"]
    );
    let events = "1s:start%3D0;2s:kill%3D1/stay;3s:kill%3D1;3s:slow%3D1x0.5;4s:drain%3D0;5s:drain%3D0;6s:hang%3D100%25/1s;\
                  7s:start%3D50%25";
    assert_eq!(
        notes(&format!("{base}{events}")),
        [
            "1s:start=0 did nothing: replica 0 was there already, or starting",
            "3s:kill=1 did nothing: replica 1 was not there",
            "3s:slow=1x0.5 did nothing: replica 1 was not ready",
            "5s:drain=0 did nothing: replica 0 was not ready, or was being taken out already",
            "6s:hang=100%/1s did nothing: each replica drawn was not ready",
        ]
    );
    // Which of the two dies is drawn by the seed.
    let some = notes(
        "v=2&w=rag&n=200&r=2&rate=2&p=round-robin&seeds=8&health=ray&ev=50s:kill%3D50%25/stay;60s:start%3D0",
    );
    assert!(
        some.len() == 1
            && some[0].starts_with("60s:start=0 did nothing in ")
            && some[0].contains(" of 8 runs: "),
        "{some:?}"
    );
}

/// A sweep has the notes of all its points, and says of which not every point has.
#[test]
fn a_sweep_says_which_notes_are_not_of_every_point() {
    let report = |replicas: u32| {
        let query = format!(
            "v=2&w=rag&n=30&r={replicas}&rate=2&p=round-robin&ev=1s:start%3D2;2s:start%3D0"
        );
        let scenario = Scenario::from_query(&query).unwrap();
        let workload = named(&scenario);
        let runs = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
        Report::new(&scenario, &workload, &runs.finish().unwrap())
    };
    let both = "2s:start=0 did nothing: replica 0 was there already, or starting";
    let some = "1s:start=2 did nothing: replica 2 was there already, or starting (at some points of the sweep)";
    for points in [[2, 3, 4], [3, 2, 4], [4, 3, 2]] {
        let whole = Report::sweep(points.map(report).into()).unwrap();
        let mut notes: Vec<&str> = whole.notes.iter().map(String::as_str).collect();
        notes.sort_unstable();
        assert_eq!(notes, [some, both], "{points:?}");
    }
}

/// What befalls replicas comes before everything else at its time, at the beginning of the run too.
#[test]
fn nothing_is_sent_where_nobody_has_ever_been() {
    let run = one("v=2&w=rag&n=60&r=2&rate=2&arr=constant&p=round-robin&ev=0s:kill%3D0&health=ray");
    assert_eq!(run.lives.unwrap().happenings[0].sent_to_dead, 0);
}

/// Small requests, one a second.
const UNIQUE: &str = "v=2&w=unique:prompt%3D50;output%3D5;spread%3D0&rate=1&p=round-robin";

/// How long after it was due each request had its answer \[s\]; infinite if it has none.
fn waits(run: &Run) -> Vec<f64> {
    let wait = |it: &Record| match it.outcome {
        Outcome::Completed => it.done.since(it.due).secs(),
        _ => f64::INFINITY,
    };
    run.records.iter().map(wait).collect()
}

/// What waits for a replica goes on when the breaker lets requests through again, not only when a replica comes up.
#[test]
fn held_requests_go_when_a_breaker_lets_them() {
    let run = one(&format!(
        "{UNIQUE}&n=120&arr=constant&r=1&scale=knative:min%3D1;max%3D1&health=smg&ev=10s:kill%3D0"
    ));
    let opened = log(&run)
        .iter()
        .filter(|fact| matches!(fact.what, What::BreakerOpened { .. }));
    let opened = opened.map(|fact| fact.at.secs()).fold(0.0, f64::max);
    let tries = opened + 60.0;
    // The replica is back before that.
    let back = run.lives.as_ref().unwrap().happenings[0].ready.unwrap();
    assert!(back.secs() < tries, "{back:?} {tries}");
    let mut held = 0;
    for (it, wait) in run.records.iter().zip(waits(&run)) {
        let due = it.due.secs();
        if due > opened && due < tries {
            held += 1;
            let most = tries - due + 2.0;
            assert!(wait > tries - due && wait < most, "{wait} of {due}");
        }
        assert!(wait < 130.0, "{wait} of {due}");
    }
    assert!(held > 40, "{held}");
    // A breaker that closes by itself: ten seconds after each failure.
    let run = one(&format!(
        "{UNIQUE}&n=60&arr=constant&r=1&ev=10s:hang%3D0/21s&health=kubeai:period%3D1000&breaker=nginx&rtries=0&ctries=0&ctime=20"
    ));
    let waits = waits(&run);
    assert!(
        waits[23..].iter().all(|&wait| wait < 20.0),
        "{:?}",
        &waits[23..]
    );
}

/// What waits goes on when its router no longer avoids the replica that failed it.
#[test]
fn held_requests_go_when_a_pause_is_over() {
    let run = one(&format!(
        "{UNIQUE}&n=40&arr=constant&r=1&scale=knative:min%3D1;max%3D1&health=dynamo&mttr=1&ev=10s:kill%3D0"
    ));
    let longest = waits(&run).into_iter().fold(0.0, f64::max);
    assert!(longest > 3.0 && longest < 12.0, "{longest}");
}

/// A replica that failed a request is not out for it for ever: it may go there when its router hears that the replica answers anew.
#[test]
fn held_requests_go_to_the_only_replica_when_it_is_back() {
    let longest = |health: &str, events: &str| {
        let run = one(&format!(
            "{UNIQUE}&n=20&arr=all-at-once&r=1&rtries=1:exclude%3D1&health=kubeai{health}&ev=0.01s:kill%3D0{events}"
        ));
        waits(&run).into_iter().fold(0.0, f64::max)
    };
    let back = longest("", "");
    assert!((59.0..90.0).contains(&back), "{back}");
    // Its router never takes it for down, but hears that it answers.
    let back = longest("&mttr=1", "");
    assert!((1.0..13.0).contains(&back), "{back}");
    // A router that restarts and keeps what it knew lists the replicas, which is as good.
    let back = longest(":lag%3D300", ";200s:restart-router%3D0/snapshot");
    assert!((200.0..202.0).contains(&back), "{back}");
}

/// Three retries are always allowed, and each that is refused changes nothing for the next.
#[test]
fn a_retry_budget_is_kept() {
    let again = |n: u32| {
        let run = one(&format!(
            "v=2&w=unique:prompt%3D8000;output%3D20;spread%3D0&n={n}&arr=all-at-once&r=2&p=round-robin&ev=0.05s:kill%3D0/stay&rtries=1:budget%3D0.01;backoff_ms%3D20000&ctries=0"
        ));
        run.lives.unwrap().router_again
    };
    assert_eq!([8, 18, 38, 78].map(again), [3; 4]);
}

/// A router that has forgotten what it sent does not send it again where it may not.
#[test]
fn a_restart_gives_no_further_retry() {
    let run = one(&format!(
        "{UNIQUE}&n=20&arr=all-at-once&r=2&rtries=0&health=kubeai&ev=0.01s:restart-router%3D0;0.1s:kill%3D0"
    ));
    let lives = run.lives.unwrap();
    assert!(lives.client_again > 0);
    assert_eq!(lives.router_again, 0);
}

/// Two deaths one after the other: what is computed anew after the second may still be for want of the first's cache.
#[test]
fn a_second_death_leaves_the_first_its_cost() {
    use warmpath_core::workload::{ReadOptions, Reader};
    let rows = [
        (0, 1040, "1,2,3"),
        (60_000, 512, "1"),
        (120_000, 1040, "1,2,3"),
    ];
    let rows = rows.map(|(at, tokens, ids)| {
        format!(
            "{{\"timestamp\": {at}, \"input_length\": {tokens}, \"output_length\": 5, \"hash_ids\": [{ids}]}}\n"
        )
    });
    let mut reader = Reader::new("rows.jsonl", ReadOptions::default());
    reader.push(rows.concat().as_bytes()).unwrap();
    let workload = Arc::new(reader.finish().unwrap());
    let recomputed = |events: &str| {
        let query = format!("v=2&r=3&p=round-robin&ev=20s:kill%3D0/stay{events}");
        let scenario = Scenario::from_query(&query).unwrap();
        let replay = Replay::new(scenario, Arc::clone(&workload), false).unwrap();
        let lives = replay.finish().unwrap().remove(0).lives.unwrap();
        let tokens = lives.happenings.iter().map(|it| it.recomputed_tokens);
        tokens.collect::<Vec<_>>()
    };
    assert_eq!(recomputed(""), [1040]);
    assert_eq!(recomputed(";80s:kill%3D1/stay"), [1040, 512]);
}

/// A client that was refused with status 429 and asks again makes an attempt more, as after any other failure.
#[test]
fn retries_after_429_are_attempts_too() {
    let query = "v=2&w=unique:prompt%3D50;output%3D10;spread%3D0&n=15&rate=20&r=2&p=round-robin&ev=500s:kill%3D0&tier=custom:10/100000";
    let scenario = Scenario::from_query(query).unwrap();
    let workload = named(&scenario);
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), true).unwrap();
    let runs = replay.finish().unwrap();
    let report = Report::new(&scenario, &workload, &runs);
    let life = report.summaries[0].life.as_ref().unwrap();
    let retried = u64::from(runs[0].refusals.retried);
    assert!(retried > 10, "{retried}");
    assert_eq!((life.attempts, life.client_again), (15 + retried, retried));
    let retried = |request: u32| {
        let mut facts = log(&runs[0]).iter();
        facts.any(|fact| fact.what == What::Retried { request })
    };
    let records = (0u32..).zip(&runs[0].records);
    let after = records.filter(|(n, it)| retried(*n) && it.outcome == Outcome::Completed);
    assert_eq!(life.completed_after_again, after.count() as u64);
}

/// A replica that hung is ready again when it goes on.
#[test]
fn the_end_of_a_hang_is_told() {
    let ready = |events: &str| {
        let run = one(&format!("{UNIQUE}&n=120&arr=constant&r=1&ev={events}"));
        let happenings = run.lives.unwrap().happenings;
        happenings.iter().map(|it| it.ready).collect::<Vec<_>>()
    };
    assert_eq!(ready("10s:hang%3D0/60s"), [Some(at(70.0))]);
    // What slows it down meanwhile does not end with the hang, and one that dies in a hang does not go on.
    let slowed = ready("10s:hang%3D0/60s;20s:slow%3D0x0.5");
    assert_eq!(slowed, [Some(at(70.0)), None]);
    assert_eq!(ready("10s:hang%3D0/60s;20s:kill%3D0/stay"), [None, None]);
}

/// What hangs computes nothing: the step that it stands in takes no longer than any other.
#[test]
fn time_in_a_hang_is_no_work() {
    let query = "v=2&w=rag&n=20&rate=4&r=1&p=round-robin&ev=";
    let busy = |run: &Run| run.replicas[0].tally.busy_ns as f64 / 1e9;
    let plain = one(&format!("{query}500s:slow%3D0x1"));
    let hung = one(&format!("{query}1s:hang%3D0/100s"));
    assert!(hung.end.secs() > 100.0 + busy(&hung), "{}", busy(&hung));
    assert!(busy(&hung) < busy(&plain) * 1.05, "{}", busy(&hung));
    let steps = hung.replicas[0].steps.as_ref().unwrap();
    let spent: u64 = steps.iter().map(|step| (step.end - step.start).0).sum();
    assert_eq!(spent, hung.replicas[0].tally.busy_ns);
    let ends = steps.windows(2).all(|pair| pair[0].end <= pair[1].start);
    assert!(ends, "no step begins before the one before it ends");
}

/// What a replica did, and for how long it was there, are summed over the same time: requests that wait for good at a replica that
/// hangs are, on the mean, no more than they are.
#[test]
fn those_that_wait_for_good_are_no_more_than_they_are() {
    let query = "v=2&w=rag&n=20&rate=4&r=2&p=round-robin&ctries=0&ctime=900&ev=2s:hang%3D0";
    let scenario = Scenario::from_query(query).unwrap();
    let workload = named(&scenario);
    let run = one(query);
    let completed = |it: &&Record| it.outcome == Outcome::Completed;
    let last = run.records.iter().filter(completed).map(|it| it.done).max();
    assert!(last.unwrap() < at(100.0) && run.end > at(900.0), "{last:?}");
    let report = Report::new(&scenario, &workload, &[run]);
    let figures = &report.summaries[0].replicas;
    let waiting: Vec<f64> = figures.iter().map(|it| it.mean_waiting).collect();
    assert!(waiting[0] > 0.1 && waiting[0] < 10.0, "{waiting:?}");
    assert!(waiting[1] < 1.0, "{waiting:?}");
}

/// When the router last came to take replica 0 for down.
fn taken_for_down(health: &str, events: &str) -> f64 {
    let run = one(&format!(
        "{UNIQUE}&n=200&arr=constant&r=2&health={health}&ev={events}"
    ));
    let mut down = log(&run).iter().filter_map(|fact| match fact.what {
        What::Believes {
            replica: 0,
            up: false,
            ..
        } => Some(fact.at.secs()),
        _ => None,
    });
    down.next_back().expect("it is taken for down")
}

/// No probe has been answered since 5 s, whatever else befalls the replica after that: the third that fails makes it known. So it is
/// where it was back for a moment between two probes.
#[test]
fn a_second_failure_does_not_begin_the_row_of_failed_probes_anew() {
    let close = |known: f64, expected: f64| {
        assert!((known - expected).abs() < 1e-6, "{known} {expected}");
    };
    let kubernetes = |events: &str| taken_for_down("kubernetes", events);
    let killed = kubernetes("5s:kill%3D0/stay");
    let hung = kubernetes("5s:hang%3D0");
    // Each probe of one that hangs is waited for 1 s.
    close(hung, killed + 1.0);
    assert!((25.2..35.2).contains(&killed), "{killed}");
    let third = killed - 0.2;
    let at = |seconds: f64| format!("{}s", third + seconds);
    close(kubernetes("5s:kill%3D0;20s:kill%3D0/stay"), killed);
    close(
        kubernetes(&format!("5s:hang%3D0;{}:kill%3D0/stay", at(-1.0))),
        killed,
    );
    // It dies while the third probe waits, whose connection breaks with it; and when all is known.
    close(
        kubernetes(&format!("5s:hang%3D0;{}:kill%3D0/stay", at(0.4))),
        killed + 0.4,
    );
    close(
        kubernetes(&format!("5s:hang%3D0;{}:kill%3D0/stay", at(1.5))),
        hung,
    );
    // Back from 7 s to 3 s before the third probe: the second was not answered and the third is not.
    let again = |from: f64, to: f64| {
        let length = third + from - 5.0;
        kubernetes(&format!("5s:hang%3D0/{length}s;{}:hang%3D0", at(to)))
    };
    close(again(-7.0, -3.0), hung);
    // The second was answered, so it takes three more.
    close(again(-11.0, -3.0), hung + 20.0);
}

/// A lease is not renewed by a replica that hangs, is dead or starts, so a second failure does not put its end off.
#[test]
fn a_second_failure_does_not_renew_a_lease() {
    let dynamo = |events: &str| taken_for_down("dynamo", events);
    let hung = dynamo("20s:hang%3D0");
    assert!((25.0..30.0).contains(&hung), "{hung}");
    assert_eq!(dynamo("20s:kill%3D0/stay"), hung);
    assert_eq!(dynamo("20s:hang%3D0;24s:kill%3D0/stay"), hung);
    assert_eq!(dynamo("20s:kill%3D0;24s:kill%3D0/stay"), hung);
    // One that goes on renews it.
    let later = dynamo("20s:hang%3D0/2s;24s:hang%3D0");
    assert!(later > hung && later < 34.0, "{later}");
}

/// Where a death is seen at once, so is that of a replica that hangs.
#[test]
fn a_death_in_a_hang_is_seen_where_deaths_are() {
    assert_eq!(taken_for_down("ray", "5s:hang%3D0;12s:kill%3D0/stay"), 12.0);
}

/// The speeds of replica 1, in thousandths of its own, each with the time from which on it holds.
fn speeds(events: &str) -> Vec<(f64, u32)> {
    let run = one(&format!("{RAG}&p=smart&mttr=1&ev={events}"));
    let speeds = log(&run).iter().filter_map(|fact| match fact.what {
        What::Speed {
            replica: 1,
            thousandths,
        } => Some((fact.at.secs(), thousandths)),
        _ => None,
    });
    speeds.collect()
}

/// A slowdown lasts as long as it says. Where two overlap the later one sets the speed while it lasts.
#[test]
fn slowdowns_that_overlap_each_last_as_long_as_they_say() {
    for (events, expected) in [
        (
            "5s:slow%3D1x0.3/60s;10s:slow%3D1x0.5/1s",
            &[(5.0, 300), (10.0, 500), (11.0, 300), (65.0, 1000)][..],
        ),
        (
            "5s:slow%3D1x0.3/10s;10s:slow%3D1x0.5/20s",
            &[(5.0, 300), (10.0, 500), (30.0, 1000)],
        ),
        // Its own speed is a speed as well: so one that has no end is ended.
        (
            "5s:slow%3D1x0.3;10s:slow%3D1x1",
            &[(5.0, 300), (10.0, 1000)],
        ),
        (
            "5s:slow%3D1x0.3;10s:slow%3D1x1/5s",
            &[(5.0, 300), (10.0, 1000), (15.0, 300)],
        ),
        // A death ends them: what comes back is as fast as ever.
        (
            "5s:slow%3D1x0.3/50s;10s:kill%3D1;20s:slow%3D1x0.5/1s",
            &[(5.0, 300), (20.0, 500), (21.0, 1000)],
        ),
    ] {
        assert_eq!(speeds(events), expected, "{events}");
    }
}

/// A hang lasts as long as it says: with two that overlap the replica goes on when the later end has come, which is told of both.
#[test]
fn hangs_that_overlap_last_until_the_later_end() {
    for (events, end) in [
        ("10s:hang%3D1/20s;15s:hang%3D1/2s", 30.0),
        ("10s:hang%3D1/5s;12s:hang%3D1/20s", 32.0),
        ("10s:hang%3D1/5s;15s:hang%3D1/5s", 20.0),
    ] {
        assert_eq!(speeds(events), [(10.0, 0), (end, 1000)], "{events}");
        let run = one(&format!("{RAG}&p=smart&ev={events}"));
        let ready = run.lives.unwrap().happenings;
        let ready: Vec<_> = ready.iter().map(|it| it.ready.unwrap().secs()).collect();
        assert_eq!(ready, [end, end], "{events}");
    }
    assert_eq!(
        speeds("10s:hang%3D1;15s:hang%3D1/5s"),
        [(10.0, 0)],
        "one that has no end lasts to the end of the run"
    );
}

/// What an event broke, sent to the dead and lost stands with it, and not with what befell the replica after it.
#[test]
fn what_an_event_did_stands_with_it() {
    let rows = |events: &str| {
        let run = one(&format!(
            "v=2&w=rag:contexts%3D12;questions%3D10&n=400&rate=2&p=round-robin&r=2&ev={events}"
        ));
        run.lives.unwrap().happenings
    };
    let costs = |it: &warmpath_core::fleet::Happening| (it.cut, it.reset, it.sent_to_dead);
    let nothing = (0, 0, 0);
    let alone = rows("20s:kill%3D0")[0];
    assert!(alone.cut > 0 && alone.sent_to_dead > 0, "{alone:?}");
    // It is started by hand at the moment at which it would have begun to start by itself.
    let started = rows("20s:kill%3D0;20s:start%3D0");
    assert_eq!(started[0], alone);
    assert_eq!((costs(&started[1]), started[1].known), (nothing, None));
    assert_eq!(started[1].ready, alone.ready);
    // It is started later, before its death is known.
    let started = rows("20s:kill%3D0/stay;35s:start%3D0");
    assert_eq!(started[0].known, alone.known);
    assert_eq!(costs(&started[0]), costs(&alone));
    assert_eq!((costs(&started[1]), started[1].known), (nothing, None));
    let later = alone.ready.map(|it| it + at(15.0));
    assert_eq!([started[0].ready, started[1].ready], [later; 2]);
    // It hangs, and dies before that is known: what is sent there until then is the hang's, what breaks at the death the death's.
    let both = rows("20s:hang%3D0;30s:kill%3D0");
    assert!(costs(&both[0]).2 > 0 && both[1].cut > 0, "{both:?}");
    assert_eq!((both[0].cut, both[0].reset, both[0].lost_blocks), nothing);
    assert!(both[1].lost_blocks > 0 && both[0].known.is_some());
    assert_eq!(both[0].known, both[1].known);
    assert_eq!(both[0].ready, both[1].ready);
    // What breaks when its time is over is the drain's, whatever befell it meanwhile.
    let drain = "&drain=abort:prestop%3D8";
    let alone = rows(&format!("20s:drain%3D0{drain}"))[0];
    assert!(alone.cut > 0 && alone.lost_blocks > 0, "{alone:?}");
    let hung = rows(&format!(
        "20s:drain%3D0;27.9s:slow%3D0x0.9;27.99s:hang%3D0{drain}"
    ));
    assert_eq!(costs(&hung[0]), costs(&alone));
    assert_eq!(hung[0].lost_blocks, alone.lost_blocks);
    for it in &hung[1..] {
        assert_eq!((costs(it), it.lost_blocks, it.known), (nothing, 0, None));
    }
    // Of two hangs what is sent there is counted for the one that lasts longer.
    for (events, longer) in [
        ("20s:hang%3D0/8s;21s:hang%3D0/1s", 0),
        ("20s:hang%3D0/1s;20.5s:hang%3D0/8s", 1),
    ] {
        let both = rows(events);
        assert!(both[longer].sent_to_dead > 5, "{events}: {both:?}");
        assert!(both[1 - longer].sent_to_dead < 3, "{events}: {both:?}");
    }
}

/// The back-off is at its beginning again when the replica has been running for 10 min, its start included.
#[test]
fn ten_minutes_of_running_end_the_back_off() {
    let start = repaired("10s:kill%3D0");
    let again = |after: f64| repaired(&format!("10s:kill%3D0;{}s:kill%3D0", 10.0 + after));
    assert!((again(601.0) - start).abs() < 1e-6);
    assert!((again(599.0) - start - 10.0).abs() < 1e-6);
}
