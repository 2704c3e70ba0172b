//! Searches against brute force: the load, the fleet and the numbers that they find.

use std::sync::Arc;

use proptest::prelude::*;
use warmpath_core::fleet::Replay;
use warmpath_core::metrics::summarise;
use warmpath_core::metrics::verdict::digits;
use warmpath_core::plan::capacity::{Broke, Capacity, CapacitySearch};
use warmpath_core::plan::fleets::{Fleets, Grid};
use warmpath_core::plan::{Load, PlanError, Search, Trial, TrialOutcome, tune};
use warmpath_core::report::{decision, document};
use warmpath_core::scenario::Scenario;
use warmpath_core::session::{KnownOutcomes, Searching, Work};
use warmpath_core::workload::{Named, Workload};

fn asked(query: &str, goal: &str) -> (Scenario, Arc<Workload>) {
    let mut scenario = Scenario::from_query(query).unwrap();
    scenario.set("goal", goal).unwrap();
    let named = Named::parse(&scenario.workload).unwrap();
    let workload = named.generate(scenario.block_size, scenario.seed, scenario.requests);
    (scenario, Arc::new(workload.unwrap()))
}

/// Runs a search to its end; the trials that it asked for.
fn searched(search: &mut impl Search, workload: &Arc<Workload>) -> Vec<Trial> {
    let mut all = Vec::new();
    loop {
        let trials = search.wanted();
        if trials.is_empty() {
            return all;
        }
        let outcomes = trials.iter().map(|trial| trial.run(workload)).collect();
        search.take(outcomes);
        all.extend(trials);
    }
}

/// Whether a scenario meets its goal, run whole.
fn meets(scenario: &Scenario, workload: &Arc<Workload>) -> bool {
    let replay = Replay::new(scenario.clone(), Arc::clone(workload), false).unwrap();
    let runs = replay.finish().unwrap();
    let summaries = summarise(scenario, workload, &runs);
    summaries
        .iter()
        .all(|it| it.verdict.as_ref().unwrap().is_met())
}

/// Without the check for a growing backlog: these runs are short.
const FINITE: CapacitySearch = CapacitySearch {
    tolerance: 0.02,
    steady: false,
    with_loss: false,
};

/// A run that is stopped because it is certain to end below a margin ends below it when it is run whole, also where requests
/// are never answered, whichever latency the limit is of.
#[test]
fn what_is_given_up_would_have_missed() {
    let goals = [
        "p99_itl<200ms",
        "mean_itl<1ms",
        "p50_ttft<100ms",
        "p90_tpot<30ms",
        "p99_e2el<2s",
        "p50_client_wait<=0ms",
        "errors<1%",
        "attainment(ttft<1s,tpot<50ms)>=99%",
    ];
    let mut given_up = 0;
    for goal in goals {
        let query = "v=2&w=unique:prompt%3D600;output%3D40;spread%3D1&n=1500&r=2&rate=20&ctx=1500";
        let (scenario, workload) = asked(query, goal);
        let trial = |give_up| {
            let scenario = scenario.clone();
            Trial { scenario, give_up }.run(&workload)
        };
        let whole = trial(None).verdict.unwrap();
        assert!(
            whole.unanswered > 0 && whole.unanswered < 300,
            "{}",
            whole.unanswered
        );
        for bar in [-20.0, -2.0, -1.0, -0.5, 0.0, 0.5] {
            if trial(Some(bar)).gave_up.is_some() {
                given_up += 1;
                assert!(whole.margin() < bar, "{goal}: {} {bar}", whole.margin());
            }
        }
    }
    assert!(given_up > 5, "{given_up}");
}

#[test]
fn a_capacity_passes_whole_and_the_level_above_it_fails() {
    let (scenario, workload) = asked(
        "v=2&w=rag&n=150&r=3&p=random,smart&seeds=2",
        "p90_ttft<9s;errors<1%",
    );
    let mut search = Capacity::new(&scenario, &workload, FINITE).unwrap();
    searched(&mut search, &workload);
    for unit in &search.units {
        let at = |level| Scenario {
            rate: level,
            policies: vec![unit.policy.clone()],
            ..scenario.clone()
        };
        let (passing, failing) = (unit.passing().unwrap(), unit.failing().unwrap());
        assert!(
            passing < failing && failing / passing <= 1.0201,
            "{passing} {failing}"
        );
        assert!(
            meets(&at(passing), &workload),
            "{} at {passing}",
            unit.policy
        );
        assert!(
            !meets(&at(failing), &workload),
            "{} at {failing}",
            unit.policy
        );
        let probe = unit.probe(failing).unwrap();
        assert_eq!(probe.broke(false), Some(Broke::Limit(0)));
    }
    let document = decision::capacity(&search, &workload);
    for (name, write) in document::FORMATS {
        let text = write(&document);
        let level = search.units[1].passing().unwrap();
        // Programs read all digits that the search found, people as many as mean something.
        let level = match name {
            "json" | "csv" => level.to_string(),
            _ => digits(level),
        };
        assert!(text.contains(&level), "{name}: {text}");
    }
}

#[test]
fn what_is_turned_up_follows_from_the_load_and_a_ladder_is_refused() {
    let load = |query: &str| {
        let (scenario, workload) = asked(query, "errors<1%");
        Capacity::new(&scenario, &workload, FINITE).map(|it| it.load)
    };
    assert_eq!(load("v=2&w=rag&n=20"), Ok(Load::Rate));
    assert_eq!(load("v=2&w=multi-turn&n=20"), Ok(Load::Conversations));
    assert_eq!(load("v=2&w=rag&n=20&conc=4"), Ok(Load::Concurrency));
    assert_eq!(
        load("v=2&w=mooncake-conversation&n=20&r=8"),
        Ok(Load::Speed)
    );
    let refused = |query: &str| load(query).unwrap_err().to_string();
    assert!(refused("v=2&w=rag&n=20&stages=1,2").contains("a ladder of rates"));
    assert!(refused("v=2&w=rag&n=20&arr=all-at-once").contains("no rate"));
    assert!(refused("v=2&w=rag&n=20&client=python").contains("Python client"));
    let (mut scenario, workload) = asked("v=2&w=rag&n=20", "errors<1%");
    scenario.goal = None;
    let error = Capacity::new(&scenario, &workload, FINITE).err();
    assert_eq!(error, Some(PlanError::NoGoal));
}

#[test]
fn closed_loops_and_recorded_times_are_searched_in_their_own_measure() {
    let (scenario, workload) = asked("v=2&w=rag&n=80&r=2&rate=1000&conc=4&p=smart", "p90_ttft<9s");
    let mut search = Capacity::new(&scenario, &workload, FINITE).unwrap();
    searched(&mut search, &workload);
    let (passing, failing) = (search.units[0].passing(), search.units[0].failing());
    assert_eq!(failing.unwrap() - passing.unwrap(), 1.0);

    let query = "v=2&w=mooncake-conversation&n=60&r=4&bs=64&kv=1048576&timing=dynamo&p=smart";
    let (scenario, workload) = asked(query, "p90_ttft<4s");
    let mut search = Capacity::new(&scenario, &workload, FINITE).unwrap();
    searched(&mut search, &workload);
    let unit = &search.units[0];
    let at = |speed: f64| Load::Speed.at(&scenario, speed).unwrap();
    assert!(meets(&at(unit.passing().unwrap()), &workload));
    assert!(!meets(&at(unit.failing().unwrap()), &workload));
}

/// Of a burst so short that hardly anybody is answered before the last one comes, no load is said to be borne, even where most come
/// in its first half, so that those under way hardly grow in its second.
#[test]
fn a_burst_too_short_to_tell_is_a_miss() {
    let how = CapacitySearch {
        steady: true,
        ..FINITE
    };
    for (query, goal) in [
        ("v=2&w=rag&n=25&p=smart", "p95_ttft<60s"),
        ("v=2&w=multi-turn&n=200&p=smart", "p95_ttft<1s"),
        ("v=2&w=multi-turn&arr=gamma:5&p=smart", "p95_ttft<1s"),
    ] {
        let (scenario, workload) = asked(query, goal);
        let mut search = Capacity::new(&scenario, &workload, how).unwrap();
        searched(&mut search, &workload);
        let unit = &search.units[0];
        let passing = unit.passing().unwrap();
        assert!(passing < 5.0, "{query}: {passing}");
        let probe = unit.probe(unit.failing().unwrap()).unwrap();
        let Some(Broke::TooShort(share)) = probe.broke(true) else {
            panic!("{query}: {:?}", probe.broke(true));
        };
        assert!(share > 0.5 && share < 0.6, "{query}: {share}");
        let text = document::text(&decision::capacity(&search, &workload));
        assert!(text.contains("the run is too short to tell"), "{text}");
        // Where none was answered before the last came, all that had come were active.
        let burst = Trial {
            scenario: Load::Rate.at(&scenario, 1e5).unwrap(),
            give_up: None,
        };
        let share = burst.run(&workload).unfinished.unwrap();
        assert!((share - 1.0).abs() < 1e-9, "{query}: {share}");
    }
    // A long run is judged by the growth alone, up to its limit.
    let (scenario, workload) = asked("v=2&w=rag&n=400&rate=4.5&p=smart", "p95_ttft<60s");
    let trial = |rate: f64| Trial {
        scenario: Load::Rate.at(&scenario, rate).unwrap(),
        give_up: None,
    };
    assert!(!trial(4.5).run(&workload).piles_up());
    let over = trial(4.8).run(&workload);
    let piled = (over.backlog.is_some(), over.unfinished.is_some());
    assert_eq!(piled, (true, false));
}

/// No more can be active at once than there are, so a search in a closed loop ends there.
#[test]
fn a_closed_loop_is_searched_up_to_all_there_are() {
    for (query, all) in [
        ("v=2&w=rag&n=60&conc=4&p=smart", Some(60.0)),
        ("v=2&w=rag&n=60&conc=900&p=smart", Some(60.0)),
        ("v=2&w=multi-turn&n=60&conc=4&p=smart", None),
    ] {
        let (scenario, workload) = asked(query, "p95_ttft<600s");
        let mut search = Capacity::new(&scenario, &workload, FINITE).unwrap();
        let trials = searched(&mut search, &workload);
        assert!(trials.len() < 7, "{}", trials.len());
        let passing = search.units[0].passing().unwrap();
        match all {
            Some(all) => assert_eq!(passing, all),
            None => assert!(passing < 60.0, "{passing}"),
        }
        assert!(search.own_level() <= passing);
        let document = decision::capacity(&search, &workload);
        let what = if all.is_some() {
            "requests"
        } else {
            "conversations"
        };
        let words = format!("as many as there are {what}, so more cannot be tried");
        assert!(document.sentences[1].contains(&words), "{document:?}");
        // Nothing piles up in a closed loop, so no word of a backlog.
        assert!(!document.notes.join(";").contains("grow"), "{document:?}");
    }
}

/// In a closed loop the time in which requests start depends on the fleet, so the loss is at a third of what it takes there.
#[test]
fn in_a_closed_loop_the_loss_comes_after_a_third_of_the_measured_time() {
    let how = CapacitySearch {
        with_loss: true,
        ..FINITE
    };
    let (scenario, workload) = asked("v=2&w=rag&n=60&conc=2&p=smart&seeds=2", "errors<100%");
    let mut search = Capacity::new(&scenario, &workload, how).unwrap();
    let trials = searched(&mut search, &workload);
    let killed = |it: &&Trial| !it.scenario.troubles.events.all.is_empty();
    let lost: Vec<&Trial> = trials.iter().filter(killed).collect();
    assert!(lost.len() > 4, "{}", lost.len());
    let mut times = Vec::new();
    for trial in lost {
        let at = trial.scenario.troubles.events.all[0].at.secs();
        let mut whole = trial.clone();
        whole.scenario.troubles.events.all.clear();
        whole.give_up = None;
        let starts_s = whole.run(&workload).starts_s;
        assert!((at - starts_s / 3.0).abs() < 0.001, "{at} {starts_s}");
        times.push(at);
    }
    // With two active at once it takes longer than with all.
    assert!(times[0] > 3.0 * times[times.len() - 1], "{times:?}");
}

/// More load reaches a throughput, and shortens the wait for the cap.
#[test]
fn where_a_goal_needs_load_the_search_goes_up_to_it() {
    let found = |query: &str, goal: &str, how: CapacitySearch| {
        let (scenario, workload) = asked(query, goal);
        let mut search = Capacity::new(&scenario, &workload, how).unwrap();
        searched(&mut search, &workload);
        let words = decision::capacity(&search, &workload).sentences.join(" ");
        let unit = &search.units[0];
        (unit.short(), unit.passing(), unit.failing(), words)
    };
    let query = "v=2&w=shared-system&n=100&p=smart&rate=4";
    let (short, passing, failing, words) = found(query, "output_throughput>600", FINITE);
    assert_eq!((passing, failing), (Some(1e5), None));
    assert!(short.unwrap() < 10.0, "{short:?}");
    assert!(words.contains("for too little load") && words.contains("only less load failed"));
    // With a limit from above it lies between the two.
    let both = "output_throughput>500;p95_ttft<700ms";
    let (short, passing, failing, words) = found(query, both, FINITE);
    let (short, passing, failing) = (short.unwrap(), passing.unwrap(), failing.unwrap());
    assert!(
        short < passing && passing < failing,
        "{short} {passing} {failing}"
    );
    assert!(failing / passing < 1.03, "{words}");
    // Where requests pile up before that, both sides are said.
    let how = CapacitySearch {
        steady: true,
        ..FINITE
    };
    let (_, passing, _, words) = found(query, "output_throughput>800", how);
    assert_eq!(passing, None);
    assert!(
        words.contains("smart: at no load: at ")
            && words.contains("Output token throughput > 800 is missed, and at ")
            && words.contains(" active"),
        "{words}"
    );
    let query = "v=2&w=rag&n=60&p=smart&conc=2";
    let (short, passing, _, _) = found(query, "p95_client_wait<9s", FINITE);
    assert_eq!(passing, Some(60.0));
    assert!(short.unwrap() >= 2.0, "{short:?}");
}

#[test]
fn losing_a_replica_costs_capacity() {
    let (scenario, workload) = asked("v=2&w=rag&n=300&r=3&p=smart", "p90_ttft<1s;errors<10%");
    let how = CapacitySearch {
        with_loss: true,
        ..FINITE
    };
    let mut search = Capacity::new(&scenario, &workload, how).unwrap();
    searched(&mut search, &workload);
    let [whole, lost] = [0, 1].map(|at| search.units[at].passing().unwrap());
    assert!(lost < whole, "{lost} {whole}");
    assert!(search.units[1].lost);
}

/// In a closed loop a rate that changes no arrival does not say either when a replica is lost.
#[test]
fn the_loss_comes_when_requests_do() {
    let how = CapacitySearch {
        with_loss: true,
        ..FINITE
    };
    let (scenario, workload) = asked(
        "v=2&w=unique:prompt%3D500;output%3D50&n=40&arr=all-at-once&conc=8&r=2",
        "errors<1%",
    );
    let search = Capacity::new(&scenario, &workload, how).unwrap();
    assert!(search.units.iter().all(|it| !it.lost));
    assert!(search.without_loss.unwrap().contains("arrive at once"));
    let killed_at = |query: &str| {
        let (scenario, workload) = asked(query, "errors<1%");
        let mut search = Capacity::new(&scenario, &workload, how).unwrap();
        let events = |it: &Trial| it.scenario.troubles.events.all.first().map(|it| it.at);
        let trials = searched(&mut search, &workload);
        trials.iter().find_map(events).unwrap()
    };
    let recorded =
        "v=2&w=mooncake-conversation&n=60&r=4&bs=64&kv=1048576&timing=dynamo&p=smart&conc=8";
    assert_eq!(
        killed_at(&format!("{recorded}&rate=0.01")),
        killed_at(&format!("{recorded}&rate=9"))
    );
}

/// Wherever outcomes come from, the same is asked for and found; so are parts of it.
fn comes_to_the_same<S: Search>(
    make: impl Fn() -> S,
    tell: impl Fn(&S) -> String,
    workload: &Arc<Workload>,
) {
    let mut whole = make();
    let trials = searched(&mut whole, workload);
    let mut known = std::collections::BTreeMap::new();
    for part in 0..3 {
        let mut search = make();
        search.only(part, 3);
        for trial in searched(&mut search, workload) {
            let outcome = trial.run(workload);
            // As it is kept in a file.
            let text = serde_json::to_string(&outcome).unwrap();
            let back: TrialOutcome = serde_json::from_str(&text).unwrap();
            assert_eq!(back, outcome);
            known.insert(trial.key(), back);
        }
    }
    let mut merged = make();
    let mut asked = 0;
    loop {
        let trials = merged.wanted();
        if trials.is_empty() {
            break;
        }
        asked += trials.len();
        let beyond = merged.is_beyond_parts();
        let outcome = |trial: &Trial| match known.get(&trial.key()) {
            Some(outcome) => outcome.clone(),
            None => {
                assert!(beyond, "no part ran {}", trial.key());
                trial.run(workload)
            }
        };
        merged.take(trials.iter().map(outcome).collect());
    }
    assert_eq!(asked, trials.len());
    assert_eq!(tell(&merged), tell(&whole));
}

#[test]
fn parts_together_are_the_whole() {
    let (scenario, workload) = asked(
        "v=2&w=rag&n=60&r=2&p=random,smart,least-load",
        "p90_ttft<9s;errors<20%",
    );
    let how = CapacitySearch {
        with_loss: true,
        ..FINITE
    };
    comes_to_the_same(
        || Capacity::new(&scenario, &workload, how).unwrap(),
        |it| document::json(&decision::capacity(it, &workload)),
        &workload,
    );
    let grid = Grid::parse(&scenario, "1..4", "l4,h100", "1,2").unwrap();
    let mut priced = scenario.clone();
    priced.set("price", "l4=0.8").unwrap();
    comes_to_the_same(
        || Fleets::new(&priced, Arc::clone(&workload), &grid, FINITE).unwrap(),
        |it| document::json(&decision::fleets(it, &workload)),
        &workload,
    );
}

#[test]
fn a_plan_needs_prices_to_compare_gpus_and_says_which() {
    let (scenario, workload) = asked("v=2&w=rag&n=20&p=smart", "errors<1%");
    let grid = |gpus: &str| Grid::parse(&scenario, "1..2", gpus, "1").unwrap();
    let plan = |scenario: &Scenario, gpus: &str| {
        let grid = grid(gpus);
        Fleets::new(scenario, Arc::clone(&workload), &grid, FINITE).map(|it| it.fleets.len())
    };
    let error = plan(&scenario, "h20,h100").unwrap_err().to_string();
    assert!(
        error.contains("no price of h20") && error.contains("--price 'h20=1.00'"),
        "{error}"
    );
    assert_eq!(plan(&scenario, "h20"), Ok(2));
    assert_eq!(plan(&scenario, "l4,h100"), Ok(4));
    let mut priced = scenario.clone();
    priced.set("price", "h20=0.8").unwrap();
    assert_eq!(plan(&priced, "h20,h100"), Ok(4));
    priced.set("price", "l4=0.8;mine-own=3").unwrap();
    let error = plan(&priced, "l4,h100").unwrap_err().to_string();
    assert!(error.contains("mine-own"), "{error}");
    for (replicas, tp, what) in [
        ("0..3", "1", "replicas is \"0..3\""),
        ("4..2", "1", "4..2"),
        ("1", "3", "tp is \"3\""),
    ] {
        let error = Grid::parse(&scenario, replicas, "", tp)
            .unwrap_err()
            .to_string();
        assert!(error.contains(what), "{error}");
    }
}

/// An event names a replica that the smaller fleets of a list do not have: they are left out, and the list's own sizes count.
#[test]
fn a_plan_checks_events_against_each_of_its_fleets() {
    let (mut scenario, workload) = asked("v=2&w=rag&n=20&p=smart", "errors<=100%");
    scenario.set("events", "5s:kill=7").unwrap();
    let plan = |replicas: &str| {
        let grid = Grid::parse(&scenario, replicas, "", "").unwrap();
        Fleets::new(&scenario, Arc::clone(&workload), &grid, FINITE)
    };
    let error = plan("4").unwrap_err().to_string();
    assert!(
        error.contains("the 4 replicas have the numbers 0 to 3"),
        "{error}"
    );
    let all = plan("8..9").unwrap();
    assert_eq!((all.fleets.len(), all.unfit.len()), (2, 0));
    let some = plan("6..9").unwrap();
    assert_eq!(some.unfit[0].replicas, [6, 7]);
    let sizes: Vec<u32> = some.fleets.iter().map(|it| it.replicas).collect();
    assert_eq!(sizes, [8, 9]);
    let notes = decision::fleets(&some, &workload).notes.join("; ");
    assert!(
        notes.contains("with tp 1 and 6 to 7 replicas is left out"),
        "{notes}"
    );
}

#[test]
fn what_is_not_beyond_its_noise_is_no_gain() {
    // A policy that looks at nothing that its number changes: sessions on a ring, at hardly any load.
    let (scenario, workload) = asked("v=2&w=rag&n=60&r=2&rate=2&p=session", "p95_ttft<2s");
    let how = tune::TuneSearch {
        settings: 6,
        seeds: 2,
        held_out: 4,
    };
    let mut search = tune::Tune::new(&scenario, how).unwrap();
    searched(&mut search, &workload);
    let unit = &search.units[0];
    let text = document::text(&decision::tune(&search, &workload));
    if unit.gain().is_gain() {
        assert!(unit.gain().mean > unit.gain().half);
    } else {
        assert!(text.contains("keep"), "{text}");
        assert!(!text.contains(" beats "), "{text}");
    }
    let (scenario, _) = asked("v=2&w=rag&n=60&p=round-robin", "p95_ttft<2s");
    let error = tune::Tune::new(&scenario, how).unwrap_err().to_string();
    assert!(error.contains("no parameter to tune"), "{error}");
    // Beside a policy that has some, such a policy is left out, and the report says so.
    let (scenario, workload) = asked("v=2&w=rag&n=60&p=round-robin,smart", "p95_ttft<2s");
    let search = tune::Tune::new(&scenario, tune::TuneSearch::default()).unwrap();
    assert_eq!(search.units.len(), 1);
    let text = document::text(&decision::tune(&search, &workload));
    assert!(
        text.contains("round-robin: left out, it has no parameter to tune"),
        "{text}"
    );
}

#[test]
fn a_bad_setting_is_found_and_mended() {
    // Load does not count at all: every question of a document goes where it was first answered.
    let query = "v=2&w=rag:contexts%3D2&n=200&r=4&rate=14&p=smart:load_balance_weight%3D0";
    let (scenario, workload) = asked(query, "p95_ttft<2s");
    let how = tune::TuneSearch {
        settings: 16,
        seeds: 2,
        held_out: 6,
    };
    let mut search = tune::Tune::new(&scenario, how).unwrap();
    let trials = searched(&mut search, &workload);
    let unit = &search.units[0];
    assert!(unit.gain().is_gain(), "{:?}", unit.gain());
    // The policy's own setting goes through all rounds: what is chosen was better on the same seeds.
    assert_eq!(unit.settings[0].outcomes.len(), 2);
    assert!(unit.winner().score().0 >= unit.settings[0].score().0);
    // The gain was measured on seeds that the search did not see.
    let seeds: Vec<u64> = trials.iter().map(|it| it.scenario.seed).collect();
    assert_eq!(seeds.iter().filter(|&&it| it > 2).count(), 2 * 6);
    // Where the seeds change nothing, no interval is made up, and what was not measured is said.
    let mut alike = tune::Tune::new(&scenario, how).unwrap();
    searched(&mut alike, &workload);
    let text = document::text(&decision::tune(&alike, &workload));
    assert!(
        text.contains(" points [") && !text.contains("every seed"),
        "{text}"
    );
    let first = alike.units[0].held_out[0].clone();
    alike.units[0].held_out.fill(first);
    let text = document::text(&decision::tune(&alike, &workload));
    assert!(text.contains(" points, the same with every seed"), "{text}");
    assert!(
        text.contains("the very requests that the search saw"),
        "{text}"
    );
    assert!(!text.contains(" points ["), "{text}");
    // And again, the same.
    let mut again = tune::Tune::new(&scenario, how).unwrap();
    searched(&mut again, &workload);
    assert_eq!(again.units[0].settings, unit.settings);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Every fleet of a small grid run whole: none that is cheaper than the plan's meets the goal, and the plan's does.
    #[test]
    fn no_cheaper_fleet_meets_the_goal(seed in 0u64..1000, rate in 2u32..24, limit in 1u32..12, price in 1u32..9) {
        let query = format!("v=2&w=rag&n=60&rate={rate}&seed={seed}&seeds=2&p=random,smart&price=l4%3D{price}");
        let (scenario, workload) = asked(&query, &format!("p95_ttft<{}ms;errors<1%", limit * 120));
        let grid = Grid::parse(&scenario, "1..5", "l4,h100", "1,2").unwrap();
        let mut plan = Fleets::new(&scenario, Arc::clone(&workload), &grid, FINITE).unwrap();
        searched(&mut plan, &workload);
        let mut cheapest = f64::INFINITY;
        for fleet in &plan.fleets {
            let met = meets(&fleet.scenario(&scenario), &workload);
            if met {
                cheapest = cheapest.min(fleet.cost);
            }
            // What was run whole or given up is judged as a whole run would be.
            if !fleet.outcomes.is_empty() {
                prop_assert_eq!(plan.is_met(fleet), met);
            }
        }
        match plan.best {
            Some(best) => {
                prop_assert_eq!(plan.fleets[best].cost, cheapest);
                prop_assert!(meets(&plan.fleets[best].scenario(&scenario), &workload));
            }
            None => prop_assert!(cheapest.is_infinite()),
        }
    }
}

/// Works on a search until it has ended, or for this many pieces; the pieces it took.
fn worked<S: Search>(searching: &mut Searching<S>, most: usize) -> usize {
    for pieces in 0..most {
        if searching.advance(1).unwrap().finished {
            return pieces;
        }
    }
    most
}

#[test]
fn a_search_in_pieces_that_was_broken_off_goes_on_and_comes_to_the_same() {
    let (scenario, workload) = asked(
        "v=2&w=rag&n=120&r=2&p=random,smart&seeds=2",
        "p90_ttft<9s;errors<1%",
    );
    let search = || Capacity::new(&scenario, &workload, FINITE).unwrap();
    let mut whole = search();
    let trials = searched(&mut whole, &workload);
    let json = |search: &Capacity| document::json(&decision::capacity(search, &workload));

    let mut first = Searching::new(search(), Arc::clone(&workload), KnownOutcomes::new());
    let all = worked(&mut first, usize::MAX);
    assert_eq!(first.progress().done, trials.len() as u64);
    let (found, known) = first.into_parts();
    assert_eq!(json(&found), json(&whole));
    assert_eq!(known.len(), trials.len());

    // Broken off in the middle of a run.
    let mut half = Searching::new(search(), Arc::clone(&workload), KnownOutcomes::new());
    worked(&mut half, all / 2);
    let (_, known) = half.into_parts();
    let kept = known.len();
    assert!(kept > 0 && kept < trials.len(), "{kept}");
    let mut rest = Searching::new(search(), Arc::clone(&workload), known);
    let left = worked(&mut rest, usize::MAX);
    assert!(left < all, "{left} pieces of {all}");
    let (found, known) = rest.into_parts();
    assert_eq!(json(&found), json(&whole));
    assert_eq!(known.len(), trials.len());
}
