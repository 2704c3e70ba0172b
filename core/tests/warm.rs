//! Beginning with the caches that an earlier run left.

#[path = "named/workload.rs"]
mod workload;

use std::sync::Arc;

use proptest::prelude::*;
use warmpath_core::cache::CacheState;
use warmpath_core::fleet::{Replay, Simulation};
use warmpath_core::metrics::summarise;
use warmpath_core::replica::calibration::Calibration;
use warmpath_core::report::Report;
use warmpath_core::router::diary::{Deed, DiaryEntry};
use warmpath_core::scenario::{Attached, Scenario, Sweep, Warm};
use warmpath_core::session::SweepRuns;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::{ReadOptions, Reader, Workload};

use workload::named;

fn scenario(query: &str) -> (Scenario, Arc<Workload>) {
    let scenario = Scenario::from_query(query).unwrap();
    let workload = named(&scenario);
    (scenario, workload)
}

fn start(scenario: &Scenario, workload: &Arc<Workload>) -> Result<Simulation, String> {
    let spec = &scenario.policies[0];
    let new = Simulation::new(scenario, spec, Arc::clone(workload), scenario.seed, false);
    new.map_err(|error| error.to_string())
}

/// A run's final caches, and the share of prompt tokens it reused.
fn run(scenario: &Scenario, workload: &Arc<Workload>) -> (CacheState, f64) {
    let mut simulation = start(scenario, workload).unwrap();
    while simulation.run(u32::MAX) {}
    let left = simulation.caches();
    let summaries = summarise(scenario, workload, &[simulation.finish()]);
    (left, summaries[0].values.token_reuse_rate)
}

fn warmed(scenario: &Scenario, left: &CacheState) -> Scenario {
    let text = left.write();
    let read = CacheState::parse(&text).expect("its own file");
    Scenario {
        warm: Warm::Left(Attached::new("a/b.cache", text.as_bytes(), read)),
        ..scenario.clone()
    }
}

/// A prompt that no pool has room for is skipped when the caches are filled, so it was never cached; in a larger pool it was.
#[test]
fn what_was_skipped_was_never_cached() {
    let line = "{\"timestamp\": 0, \"input_length\": 2000, \"output_length\": 48, \"hash_ids\": [1, 2, 3, 4]}\n";
    let mut reader = Reader::new("one.jsonl", ReadOptions::default());
    reader.push(line.as_bytes()).unwrap();
    let workload = Arc::new(reader.finish().unwrap());
    let found = |kv: u32| {
        let query = format!("v=2&r=1&p=round-robin&warm=random:1&kv={kv}");
        let scenario = Scenario::from_query(&query).unwrap();
        let mut simulation = start(&scenario, &workload).unwrap();
        while simulation.run(u32::MAX) {}
        let record = simulation.finish().records[0];
        (
            record.hit_blocks > 0,
            record.lost_evicted,
            record.lost_never > 0,
        )
    };
    assert_eq!(found(2048), (false, 0, true));
    assert_eq!(found(8192), (true, 0, false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever was left: the file says it again, and a run that begins with it begins with just that.
    #[test]
    fn a_state_survives_its_file_and_is_what_the_next_run_finds(
        workload in prop::sample::select(vec!["multi-turn", "rag", "template", "kubeai"]),
        requests in 5u32..200, replicas in 1u32..5, pool in 4500u64..30_000, seed in 0u64..50, rate in 1u32..60,
        preempting in any::<bool>(),
    ) {
        let seqs = if preempting { "&seqs=64" } else { "&seqs=2" };
        let query = format!(
            "w={workload}&n={requests}&r={replicas}&kv={pool}&seed={seed}&rate={rate}{seqs}&p=smart"
        );
        let (cold, workload) = scenario(&query);
        let (left, _) = run(&cold, &workload);
        prop_assert_eq!(&CacheState::parse(&left.write()).unwrap(), &left);
        let next = start(&warmed(&cold, &left), &workload).unwrap();
        prop_assert_eq!(next.caches(), left);
    }
}

/// What the router of a run that has ended would decide on each request, and that of a run that begins with what it left.
fn decisions(cold: &Scenario, workload: &Arc<Workload>) -> (Vec<String>, Vec<String>) {
    let mut first = start(cold, workload).unwrap();
    first.keep_diary();
    while first.run(u32::MAX) {}
    let left = first.caches();
    assert_eq!(CacheState::parse(&left.write()).as_ref(), Ok(&left));
    let second = start(&warmed(cold, &left), workload).unwrap();
    let all = |simulation: &Simulation| {
        // Whose turn it is among equals is not kept.
        let of = |n| {
            let decision = simulation.clone().explain(n);
            format!("{n}: {:?} {:?}", decision.candidates, decision.gates)
        };
        (0..workload.count).map(of).collect()
    };
    (all(&first), all(&second))
}

/// Policies whose decision at rest follows from what they sent and what came back.
const REMEMBERING: &[&str] = &[
    "cache-aware",
    "cache-aware-original",
    "cache-aware-vllm",
    "endpoint-picker",
    "ray",
    "prefix-aware",
    "load-aware",
    "preble",
    "smetric",
    "sticky-least-loaded",
    "fakeai-cache-aware",
    "fakeai-learned",
    "smart@routed:lru",
    "smart@routed:3s",
    "smart@events:250ms",
    "dynamo",
    "least-tokens",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A router that begins with what an earlier one left decides as that would have.
    #[test]
    fn a_router_goes_on_where_it_left_off(
        workload in prop::sample::select(vec!["multi-turn", "rag", "template"]),
        policy in prop::sample::select(REMEMBERING.to_vec()),
        requests in 5u32..80, replicas in 1u32..5, seed in 0u64..50, rate in 1u32..60,
    ) {
        let query = format!("w={workload}&n={requests}&r={replicas}&seed={seed}&rate={rate}&p={policy}");
        let (cold, workload) = scenario(&query);
        let (before, after) = decisions(&cold, &workload);
        for (before, after) in before.into_iter().zip(after) {
            prop_assert_eq!(before, after, "{}", query);
        }
    }
}

/// What a whole run leaves, its diary included and after that of the run it began with, as its file says it.
fn left_by(scenario: &Scenario, workload: &Arc<Workload>) -> CacheState {
    let mut replay = Replay::new(scenario.clone(), Arc::clone(workload), false).unwrap();
    replay.keep_caches();
    while replay.current().is_some() {
        replay.run(u32::MAX).unwrap();
    }
    let left = replay.caches()[0].clone();
    assert_eq!(CacheState::parse(&left.write()).as_ref(), Ok(&left));
    left
}

#[test]
fn what_was_sent_before_two_runs_is_remembered_after_both() {
    let (cold, workload) = scenario("w=multi-turn&n=80&rate=10&r=3&p=smart@routed:lru");
    let first = left_by(&cold, &workload);
    let second = left_by(&warmed(&cold, &first), &workload);
    let (one, two) = (first.diary().unwrap(), second.diary().unwrap());
    assert_eq!(two.entries.len(), 2 * one.entries.len());
    assert_eq!(two.entries[..one.entries.len()], one.entries);
    assert!(two.entries[one.entries.len()].at >= one.ended && two.ended > one.ended);
}

#[test]
fn a_router_that_began_anew_remembers_no_earlier_run() {
    let query = "w=multi-turn&n=60&r=3&rate=8&p=preble";
    let (cold, workload) = scenario(&format!("{query}&routers=2"));
    let first = left_by(&cold, &workload);
    let ended = first.diary().unwrap().ended;
    let restarted = Scenario::from_query(&format!("{query}&routers=2&ev=5000ms:restart-router=0"));
    let second = left_by(&warmed(&restarted.unwrap(), &first), &workload);
    let of = |router| {
        let entries = &second.diary().unwrap().entries;
        let mine = entries.iter().filter(move |it| it.router == router);
        mine.collect::<Vec<_>>()
    };
    assert_eq!((of(0)[0].deed, of(0)[0].at >= ended), (Deed::Anew, true));
    assert_eq!((of(1)[0].deed, of(1)[0].at < ended), (Deed::Sent, true));
    // Nor does it in a third run.
    let third = left_by(&warmed(&cold, &second), &workload);
    let first_of = third
        .diary()
        .unwrap()
        .entries
        .iter()
        .find(|it| it.router == 0);
    assert_eq!(first_of, Some(of(0)[0]));
}

/// The text of a state with as many entries in line 1 as it has rows.
fn counted(text: &str) -> String {
    let columns = "router,deed,request,replica,at_ns\n";
    let (above, below) = text.split_once(columns).unwrap();
    let (header, above) = above.split_once(",\"entries\":").unwrap();
    let (_, above) = above.split_once('}').unwrap();
    let entries = below.lines().count();
    format!("{header},\"entries\":{entries}}}{above}{columns}{below}")
}

#[test]
fn a_diary_that_breaks_off_is_refused_and_what_was_under_way_is_closed() {
    let (cold, workload) = scenario("w=multi-turn&n=60&r=3&rate=8&p=preble");
    let first = left_by(&cold, &workload);
    let text = first.write();
    assert_eq!(counted(&text), text);
    let rows = text.trim_end().rsplit_once('\n').unwrap().0;
    let error = CacheState::parse(rows).unwrap_err().to_string();
    assert!(
        error.starts_with("line 126: the file breaks off; it should have 120 entries of what"),
        "{error}"
    );
    let more = format!("{text}0,left,0,0,{}\n", first.diary().unwrap().ended.0);
    let error = CacheState::parse(&more).unwrap_err().to_string();
    assert!(error.contains("as line 1 says 120 entries"), "{error}");
    // Somebody has taken away the end of a request, and says so in line 1: the next file can be read all the same.
    let open = CacheState::parse(&counted(rows)).unwrap();
    let second = left_by(&warmed(&cold, &open), &workload);
    let failed = |it: &&DiaryEntry| it.deed == Deed::Failed;
    let closed = second.diary().unwrap().entries.iter().find(failed).unwrap();
    assert_eq!(closed.at, open.diary().unwrap().ended);
    // Both runs together must lie in the range of the clock.
    let ended = format!("\"ended_ns\":{}", first.diary().unwrap().ended.0);
    let late = text.replace(&ended, &format!("\"ended_ns\":{}", VirtualTime::END.0 - 1));
    let late = CacheState::parse(&late).unwrap();
    let scenario = warmed(&cold, &late);
    let mut replay = Replay::new(scenario, Arc::clone(&workload), false).unwrap();
    replay.keep_caches();
    let error = replay.run(u32::MAX).and_then(|_| replay.run(u32::MAX));
    assert!(error.unwrap_err().to_string().contains("end of its clock"));
}

#[test]
fn a_fleet_that_grows_begins_with_what_it_left() {
    let (cold, workload) = scenario("w=multi-turn&n=60&r=3&rate=8&scale=hpa&p=smart");
    let left = left_by(&cold, &workload);
    assert!(left.replicas() > 3);
    let next = start(&warmed(&cold, &left), &workload).unwrap();
    let begun = next.caches().write();
    let rows = |text: &str| {
        text.lines()
            .skip(2)
            .take(3)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&begun), rows(&left.write()));
    // A fleet that never has that many cannot.
    let fixed = Scenario {
        autoscale: None,
        ..warmed(&cold, &left)
    };
    assert!(start(&fixed, &workload).is_err());
}

/// Leading blocks of all prompts that the next router believes the replicas to hold, by replica, and those that they hold.
fn known(simulation: &mut Simulation, requests: u32) -> (Vec<u32>, Vec<u32>) {
    let sum = |all: &mut dyn FnMut(u32) -> Vec<u32>| {
        let mut sums = Vec::new();
        for n in 0..requests {
            let each = all(n);
            sums.resize(each.len(), 0);
            sums.iter_mut().zip(each).for_each(|(sum, it)| *sum += it);
        }
        sums
    };
    let believed = sum(&mut |n| simulation.believed(n));
    (believed, sum(&mut |n| simulation.held(n)))
}

#[test]
fn what_the_caches_begin_with_is_known_at_once_however_late_events_are() {
    for policy in ["smart@events:60000ms", "smart@events:250ms", "smart"] {
        let query = format!("w=rag&n=60&r=3&rate=8&p={policy}");
        let (cold, workload) = scenario(&query);
        let left = left_by(&cold, &workload);
        let random = Scenario {
            warm: Warm::Random(2),
            ..cold.clone()
        };
        for scenario in [warmed(&cold, &left), random] {
            let mut begun = start(&scenario, &workload).unwrap();
            let (believed, held) = known(&mut begun, 60);
            assert!(held.iter().all(|&it| it > 0), "{held:?}");
            assert_eq!(believed, held, "{policy}");
        }
    }
}

#[test]
fn of_what_the_caches_begin_with_each_message_may_be_lost_by_itself() {
    let (cold, workload) = scenario("w=rag&n=60&r=3&rate=8&p=smart@events:250ms,loss=0.5");
    let left = left_by(&cold, &workload);
    for seed in 1..9 {
        let scenario = Scenario {
            seed,
            ..warmed(&cold, &left)
        };
        let mut begun = start(&scenario, &workload).unwrap();
        let (believed, held) = known(&mut begun, 60);
        let partly = |(&known, &there): (&u32, &u32)| 0 < known && known < there;
        assert!(
            believed.iter().zip(&held).all(partly),
            "seed {seed}: {believed:?} of {held:?}"
        );
    }
}

#[test]
fn a_state_goes_with_other_routers_and_says_what_else_it_needs() {
    let (cold, workload) = scenario("w=rag&n=60&r=2&rate=8&p=smart@routed:lru");
    let left = left_by(&cold, &workload);
    // The caches do, and nobody remembers.
    let two = Scenario {
        routers: 2,
        ..warmed(&cold, &left)
    };
    let begun = start(&two, &workload).unwrap();
    assert_eq!(begun.caches().cached(), left.cached());
    let after = left_by(&two, &workload);
    let first = after.diary().unwrap().entries[0];
    assert!(first.at < left.diary().unwrap().ended);
    let mut replay = Replay::new(two.clone(), Arc::clone(&workload), false).unwrap();
    while !replay.run(u32::MAX).unwrap().finished {}
    let report = Report::new(&two, &workload, replay.runs());
    let note = "the caches are those that a run with 1 router left; the 2 of this one remember nothing of it";
    assert!(
        report.notes.iter().any(|it| it == note),
        "{:?}",
        report.notes
    );

    let says = |scenario: &Scenario, workload: &Arc<Workload>, what: &str| {
        let error = start(scenario, workload).err().unwrap();
        assert!(error.contains(what), "{error}");
    };
    let (other, others) = scenario("w=rag&n=60&r=2&seed=2&p=smart@routed:lru");
    says(&warmed(&other, &left), &others, "field `blocks` is ");
    let of_another = left_by(&other, &others);
    says(
        &warmed(&cold, &of_another),
        &workload,
        "field `fingerprint` is ",
    );
    let (few, fewer) = scenario("w=rag&n=10&r=2&p=smart@routed:lru");
    says(
        &warmed(&few, &left),
        &fewer,
        "the state has 60 requests, the scenario 10; give at least as many",
    );
    let mut short = (*workload).clone();
    short.requests.truncate(30);
    short.count = 30;
    says(
        &warmed(&cold, &left),
        &Arc::new(short),
        "the state has 60 requests, the scenario 30; give at least as many",
    );
    // The first version has no routers.
    let first = left.write().replace("cache/2", "cache/1");
    let error = CacheState::parse(&first).unwrap_err().to_string();
    assert!(
        error.contains("a file of warmpath.cache/1 has no field `routers`"),
        "{error}"
    );
}

#[test]
fn a_wrong_diary_is_told_with_its_place() {
    let (cold, workload) = scenario("w=multi-turn&n=6&rate=10&r=2&p=smart@routed:lru");
    let mut simulation = start(&cold, &workload).unwrap();
    simulation.keep_diary();
    while simulation.run(u32::MAX) {}
    let text = simulation.caches().write();
    let rows: Vec<&str> = text.lines().collect();
    let (above, below) = rows.split_at(5);
    assert_eq!(above[4], "router,deed,request,replica,at_ns");
    let with = |row: &str| [&above.join("\n"), row, &below.join("\n")].join("\n");
    for (row, what) in [
        (
            "0,sent,0,2,1",
            "line 6: field `replica` is \"2\", a whole number up to 1",
        ),
        ("1,sent,0,0,1", "line 6: field `router` is \"1\""),
        (
            "0,went,0,0,1",
            "line 6: field `deed` is \"went\", sent, first, done, failed, left or anew",
        ),
        (
            "0,done,0,0,1",
            "line 6: field `deed` is \"0,done,0,0,1\", what can follow",
        ),
        ("0,sent,0,0", "line 6: field `at_ns` is \"\""),
        (
            "0,sent,0,0,1,2",
            "line 6: field `at_ns` is \"0,sent,0,0,1,2\", five cells",
        ),
        (
            "0,left,0,0,4000000000000",
            "line 6: field `at_ns` is \"4000000000000\"",
        ),
    ] {
        let error = CacheState::parse(&with(row)).unwrap_err().to_string();
        assert!(error.contains(what), "{row}: {error}");
    }
    let error = CacheState::parse(&above[..4].join("\n")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("line 5: field `router` is \"nothing\""),
        "{error}"
    );
    // Later than the row above.
    let late = with("0,left,0,0,90000000");
    let error = CacheState::parse(&late).unwrap_err().to_string();
    assert!(error.contains("line 7: field `at_ns`"), "{error}");
    // A router begins anew before all else, and a request that the workload does not have.
    let twice = CacheState::parse(&with("0,anew,0,0,0\n0,anew,0,0,0")).unwrap_err();
    assert!(
        twice.to_string().contains("anew before all else"),
        "{twice}"
    );
    let beyond = counted(&with("0,sent,77,0,0\n0,done,77,0,0"));
    let beyond = CacheState::parse(&beyond).unwrap();
    let error = start(&warmed(&cold, &beyond), &workload).err().unwrap();
    assert!(
        error.contains("the state has 78 requests, the scenario 6; give at least as many"),
        "{error}"
    );
}

#[test]
fn beginning_with_what_a_run_left_reuses_more() {
    for name in ["multi-turn", "rag", "unique", "kubeai"] {
        let (cold, workload) = scenario(&format!("w={name}&n=200&rate=10&p=smart"));
        let (left, first) = run(&cold, &workload);
        assert!(left.cached() > 0);
        let (_, second) = run(&warmed(&cold, &left), &workload);
        assert!(second > first, "{name}: {second} after {first}");
    }
}

#[test]
fn a_smaller_pool_keeps_what_was_used_last() {
    let (cold, workload) = scenario("w=multi-turn&n=200&rate=10&kv=40000&r=2&p=round-robin");
    let (left, _) = run(&cold, &workload);
    let small = Scenario {
        kv_tokens: Some(8000),
        ..warmed(&cold, &left)
    };
    let kept = start(&small, &workload).unwrap().caches();
    assert!(
        kept.cached() <= 2 * 500 && kept.cached() > 2 * 400,
        "{}",
        kept.cached()
    );
    let (_, reused) = run(&small, &workload);
    assert!(reused > 0.0);
}

#[test]
fn more_requests_of_the_same_workload_may_follow() {
    let (few, workload) = scenario("w=sessions&n=150&r=2&p=smart");
    let (left, _) = run(&few, &workload);
    let (more, longer) = scenario("w=sessions&n=400&r=2&p=smart");
    assert!(longer.corpus.blocks() > workload.corpus.blocks());
    let (_, cold) = run(&more, &longer);
    let (_, warm) = run(&warmed(&more, &left), &longer);
    assert!(warm > cold, "{warm} after {cold}");
}

#[test]
fn a_wrong_state_is_told_with_its_place() {
    let (cold, workload) = scenario("w=multi-turn&n=60&r=2&p=smart");
    let (left, _) = run(&cold, &workload);
    let text = left.write();
    let says = |text: &str, what: &str| {
        let error = CacheState::parse(text).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    };
    says("", "line 1: expected a value, but the text ends");
    says("{\"id\": 3}", "line 1: it has an unknown field `id`");
    says(
        &text.replace("cache/1", "cache/3"),
        "the schema is \"warmpath.cache/3\"",
    );
    says(
        &text.replace("\n1,", "\n7,"),
        "line 4: field `replica` is \"7\"",
    );
    says(
        &text.replace("\n1,", "\n1,9-3 "),
        "line 4: field `free` is \"9-3\", A-B",
    );
    says(
        &text.replace("\n1,", "\n1,1-99999999 "),
        "line 4: field `free` is",
    );
    says(
        text.split("\n1,").next().unwrap(),
        "line 4: the file breaks off",
    );
    let refused = |scenario: &Scenario, workload: &Arc<Workload>, what: &str| {
        let error = start(scenario, workload).err().unwrap();
        assert!(
            error.contains(what) && error.contains("b.cache~"),
            "{error}"
        );
    };
    let three = Scenario {
        replicas: 3,
        ..warmed(&cold, &left)
    };
    refused(
        &three,
        &workload,
        "field `replicas` is 2, but the scenario has 3",
    );
    let (other, others) = scenario("w=rag&n=60&r=2&p=smart");
    refused(
        &warmed(&other, &left),
        &others,
        "field `workload` is multi-turn",
    );
    let (coarse, blocks) = scenario("w=multi-turn&n=60&r=2&bs=32&p=smart");
    refused(&warmed(&coarse, &left), &blocks, "field `block_size` is 16");
    // A block without its prefix, and one that stands twice.
    let twice = text.replace("\n1,", "\n1,1-1 1-1 ");
    let orphan = text.lines().take(3).collect::<Vec<_>>().join("\n") + "\n1,2-2\n";
    for broken in [twice, orphan] {
        let state = CacheState::parse(&broken).unwrap();
        refused(&warmed(&cold, &state), &workload, "line 4: field `free`");
    }
}

#[test]
fn a_scenario_carries_its_files_by_name_and_hash() {
    let (cold, workload) = scenario("w=multi-turn&n=60&r=2&p=smart");
    let (left, _) = run(&cold, &workload);
    let mut warm = warmed(&cold, &left);
    let own = Calibration::shipped().unwrap();
    warm.calibration = Some(Attached::new("mine.json", b"{}", own));
    let query = warm.to_query();
    assert!(query.contains("&warm=b.cache~") && query.contains("&cal=mine.json~"));
    let again = Scenario::from_query(&query).unwrap();
    assert_eq!(again.to_query(), query);
    let error = start(&again, &workload).err().unwrap();
    assert!(error.contains("warm is the file b.cache~"), "{error}");
    let says = |query: &str, what: &str| {
        let error = Scenario::from_query(query).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    };
    says("warm=cold", "must be none, random:N");
    says("warm=random:0", "from 1 to 1000");
    says(
        "cal=mine",
        "calibration is \"mine\", but must be the name of a file",
    );
}

#[test]
fn a_calibration_that_cannot_be_is_refused() {
    let text = serde_json::to_string(&Calibration::shipped().unwrap()).unwrap();
    let error = Calibration::parse(&text.replace("\"gemm\":0.346", "\"gemm\":0.0"));
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("`engine.gemm` is 0, a share from 0.001 to 1")
    );
    let error = Calibration::parse(&text.replace("\"wrap_s\":0.00076", "\"wrap_s\":-1.0"));
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("`client.wrap_s` is -1, ")
    );
}

/// A state of six replicas goes with every fleet that may grow to six: with each point of a sweep as with each alone.
#[test]
fn a_sweep_takes_the_state_that_each_of_its_points_takes() {
    let (cold, workload) = scenario("w=multi-turn&n=60&r=6&p=smart");
    let (left, _) = run(&cold, &workload);
    let begins = |replicas: &str| {
        let query = format!("w=multi-turn&n=60&r={replicas}&p=smart&scale=hpa:max%3D8;busy%3D0.7");
        let mut sweep = Sweep::from_query(&query).unwrap();
        sweep.base = warmed(&sweep.base, &left);
        SweepRuns::new(sweep, Arc::clone(&workload))
            .map(drop)
            .map_err(|error| error.to_string())
    };
    assert_eq!((begins("4"), begins("5")), (Ok(()), Ok(())));
    assert_eq!(begins("4,5"), Ok(()));
    // Of seven replicas at the start it says too little.
    let error = begins("6,7").unwrap_err();
    assert!(error.contains("field `replicas` is 6"), "{error}");
}
