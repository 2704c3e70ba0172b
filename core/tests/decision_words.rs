//! What the documents of searches say where there is no plain answer: no load is low enough, no fleet is enough, no setting is best.

use std::sync::Arc;

use warmpath_core::plan::Search;
use warmpath_core::plan::capacity::{Capacity, CapacitySearch};
use warmpath_core::plan::fleets::{Fleets, Grid};
use warmpath_core::plan::tune::{Tune, TuneSearch};
use warmpath_core::report::decision;
use warmpath_core::scenario::Scenario;
use warmpath_core::session::{KnownOutcomes, Searching, Work};
use warmpath_core::workload::{Named, Workload};

const HOW: CapacitySearch = CapacitySearch {
    tolerance: 0.05,
    steady: false,
    with_loss: false,
};

fn asked(query: &str) -> (Scenario, Arc<Workload>) {
    let scenario = Scenario::from_query(query).unwrap();
    let named = Named::parse(&scenario.workload).unwrap();
    let made = named.generate(scenario.block_size, scenario.seed, scenario.requests);
    (scenario, Arc::new(made.unwrap()))
}

fn found<S: Search>(search: S, workload: &Arc<Workload>) -> S {
    let mut searching = Searching::new(search, Arc::clone(workload), KnownOutcomes::new());
    while !searching.advance(1).unwrap().finished {}
    searching.into_parts().0
}

/// A prompt of ten thousand tokens takes seconds by itself, so a goal of a second is missed at any rate.
#[test]
fn where_no_load_is_low_enough_it_says_what_a_request_takes_by_itself() {
    let sentences = |goal: &str| {
        let query = format!("v=2&w=rag&n=20&r=2&p=random&goal={goal}");
        let (scenario, workload) = asked(&query);
        let search = Capacity::new(&scenario, &workload, HOW).unwrap();
        let found = found(search, &workload);
        assert_eq!(found.units[0].passing(), None);
        decision::capacity(&found, &workload).sentences.join(" ")
    };
    let slow = sentences("p95_ttft%3C1s");
    assert!(
        slow.contains("random: at no load, since even at 0.001 requests/s, the lowest that is tried, P95 TTFT < 1 s is missed (found "),
        "{slow}"
    );
    assert!(
        slow.contains("what a request takes by itself is too long"),
        "{slow}"
    );
    // Hits do not depend on how long a request takes.
    let cold = sentences("cache_hit_rate%3E99%25");
    assert!(
        cold.contains("at no load") && !cold.contains("by itself"),
        "{cold}"
    );
}

#[test]
fn where_no_fleet_is_enough_it_says_what_comes_closest_and_by_how_much() {
    let (scenario, workload) = asked("v=2&w=rag&n=20&r=2&p=random&goal=cache_hit_rate%3E99%25");
    let grid = Grid::parse(&scenario, "1..3", "", "").unwrap();
    let search = Fleets::new(&scenario, Arc::clone(&workload), &grid, HOW).unwrap();
    let found = found(search, &workload);
    assert_eq!(found.best, None);
    let sentences = decision::fleets(&found, &workload).sentences.join(" ");
    let closest = found
        .fleets
        .iter()
        .map(|it| it.margin())
        .fold(f64::MIN, f64::max);
    // A lower limit is fallen short of, in points of the share itself: 99 % less what was found.
    let points = libm::round(-closest * 10.0) / 10.0;
    assert!(points > 2.0, "{points}");
    assert!(
        sentences.contains("; the one that comes closest is 1 replica"),
        "{sentences}"
    );
    let words = format!(": {points} points short.");
    assert!(sentences.ends_with(&words), "{words} {sentences}");
}

#[test]
fn where_all_settings_come_to_the_same_none_is_called_the_best() {
    let how = TuneSearch {
        settings: 6,
        seeds: 2,
        held_out: 2,
    };
    let (scenario, workload) = asked("v=2&w=unique&n=20&r=1&p=chwbl&goal=p95_ttft%3C6s");
    let found = found(Tune::new(&scenario, how).unwrap(), &workload);
    assert!(found.units[0].is_all_the_same());
    let document = decision::tune(&found, &workload);
    let sentences = document.sentences.join(" ");
    assert!(
        sentences.contains(
            "chwbl: all 6 settings that were tried give the very same result, so there is no best"
        ),
        "{sentences}"
    );
    let rows = document.tables[0].readable();
    assert_eq!(
        (rows[0][1].as_str(), rows[1][1].as_str()),
        ("best found", "–")
    );
}

/// Requests that are refused at any load are not slow.
#[test]
fn where_refusals_alone_miss_a_goal_it_says_so() {
    let sentences = |goal: &str| {
        let query = format!("v=2&w=rag&n=40&r=2&p=random&ctx=10300&goal={goal}");
        let (scenario, workload) = asked(&query);
        let search = Capacity::new(&scenario, &workload, HOW).unwrap();
        let found = found(search, &workload);
        assert_eq!(found.units[0].passing(), None);
        let unit = &found.units[0];
        let probe = unit.probe(unit.failing().unwrap()).unwrap();
        let verdict = probe.outcomes[0].verdict.clone().unwrap();
        assert!(verdict.unanswered > 0 && verdict.unanswered < 40);
        let words = decision::capacity(&found, &workload).sentences.join(" ");
        (words, verdict.unanswered)
    };
    for goal in ["attainment(ttft%3C60s)%3E%3D99%25", "p99_ttft%3C60s"] {
        let (words, unanswered) = sentences(goal);
        let reason =
            format!(": {unanswered} of 40 requests were not answered, which misses it by itself");
        assert!(
            words.contains(&reason) && !words.contains("too long"),
            "{words}"
        );
    }
    // Where those that were answered miss it as well, how long they take is the reason.
    let (words, _) = sentences("attainment(ttft%3C1ms)%3E%3D99%25");
    assert!(words.contains("too long for it"), "{words}");
}

/// The wait for the cap is a queue, and where nobody was answered nothing took any time.
#[test]
fn what_is_no_time_of_its_own_is_not_said_to_be_too_long() {
    let sentences = |query: &str| {
        let (scenario, workload) = asked(query);
        let search = Capacity::new(&scenario, &workload, HOW).unwrap();
        let found = found(search, &workload);
        assert_eq!(found.units[0].passing(), None);
        decision::capacity(&found, &workload).sentences.join(" ")
    };
    let closed = "v=2&w=rag&n=30&r=1&conc=4&p=random&goal=";
    let words = sentences(&format!("{closed}p95_client_wait%3C9s;p95_ttft%3C1s"));
    assert!(
        words.contains("P95 wait for the cap < 9 s is missed (found ")
            && !words.contains("by itself"),
        "{words}"
    );
    let words = sentences(&format!(
        "{closed}attainment(client_wait%3C1ms,ttft%3C9s)%3E%3D99%25"
    ));
    assert!(
        words.contains("wait for the cap < 1 ms") && !words.contains("by itself"),
        "{words}"
    );
    // What a request takes by itself still is.
    let words = sentences(&format!("{closed}p95_ttft%3C1s"));
    assert!(words.contains("too long for it"), "{words}");
    for more in ["&conc=4", ""] {
        let words = sentences(&format!(
            "v=2&w=rag&n=5&ctx=10&p=random&goal=mean_ttft%3C1s{more}"
        ));
        assert!(
            words.contains(
                "(none answered): 5 of 5 requests were not answered, which misses it by itself"
            ),
            "{words}"
        );
        assert!(!words.contains("too long"), "{words}");
    }
    // Nor where it is of one tenant, of whose requests alone no count is kept.
    let words =
        sentences("v=2&w=rag&n=9&ctx=10&p=random&conc=4&tenants=a:1,b:1&goal=mean_ttft@a%3C1s");
    assert!(words.ends_with("is missed (none answered)"), "{words}");
}

/// A fleet that answers nobody may meet a goal.
#[test]
fn a_fleet_that_answers_nobody_has_no_price_of_a_token() {
    let (scenario, workload) = asked("v=2&w=rag&n=5&ctx=10&r=2&p=random&goal=errors%3C%3D100%25");
    let grid = Grid::parse(&scenario, "1..2", "", "").unwrap();
    let search = Fleets::new(&scenario, Arc::clone(&workload), &grid, HOW).unwrap();
    let document = decision::fleets(&found(search, &workload), &workload);
    let words = document.sentences.join(" ");
    assert!(
        words.contains("an hour; nobody was answered, 0 % to spare"),
        "{words}"
    );
    assert!(!words.contains("inf"), "{words}");
    // Nothing limits the load.
    assert!(
        words.contains(
            "times the load that was asked (the end of the range that is tried; nothing failed)."
        ),
        "{words}"
    );
    // It is on the frontier, alone: more money buys nothing here.
    assert_eq!(document.tables[0].rows.len(), 1);
}

/// The first table is empty where no fleet meets the goal, and then the next stands in its place, with the notes.
#[test]
fn as_csv_a_plan_without_an_answer_has_the_fleets_that_were_run() {
    let (scenario, workload) = asked("v=2&w=rag&n=20&r=2&p=random&goal=p95_ttft%3C1ms");
    let grid = Grid::parse(&scenario, "1..3", "", "").unwrap();
    let search = Fleets::new(&scenario, Arc::clone(&workload), &grid, HOW).unwrap();
    let document = decision::fleets(&found(search, &workload), &workload);
    let csv = warmpath_core::report::document::csv(&document);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 4, "{csv}");
    assert!(lines[0].ends_with(",met,broke,notes"), "{csv}");
    assert!(
        lines[1].contains("false") && lines[1].contains("price of l4"),
        "{csv}"
    );
}

#[test]
fn a_plan_under_a_ladder_says_why_it_has_no_head_room() {
    let (scenario, workload) = asked("v=2&w=rag&n=20&stages=1,2&p=random&goal=p95_ttft%3C600s");
    let grid = Grid::parse(&scenario, "2", "", "").unwrap();
    let search = Fleets::new(&scenario, Arc::clone(&workload), &grid, HOW).unwrap();
    let found = found(search, &workload);
    assert!(found.best.is_some() && found.room.is_none());
    let words = decision::fleets(&found, &workload).sentences.join(" ");
    assert!(
        words.contains("How much load it bears was not tried: stages is a ladder of rates"),
        "{words}"
    );
}

/// What a number does by itself is tried after the choice, and may be better than what was chosen.
#[test]
fn a_setting_that_is_better_than_the_chosen_one_is_said() {
    let how = TuneSearch {
        settings: 5,
        seeds: 4,
        held_out: 3,
    };
    let (scenario, workload) = asked("v=2&w=rag&n=40&stages=2,3&p=chwbl&goal=p95_ttft%3C5s");
    let found = found(Tune::new(&scenario, how).unwrap(), &workload);
    let unit = &found.units[0];
    assert_eq!(unit.winner().policy, unit.own);
    let better = unit.better_alone().unwrap();
    let each = unit.effects.iter().flat_map(|it| &it.settings);
    let margins = each.map(|it| it.1.margin());
    let most = margins.fold(f64::MIN, f64::max);
    assert!(most > unit.winner().margin());
    let words = decision::tune(&found, &workload).sentences.join(" ");
    let told = format!(
        "chwbl: no setting that was drawn is better; with one number changed by itself, {better} is, but that was tried on the seeds of the search alone; keep chwbl"
    );
    assert!(words.contains(&told), "{words}");
}

/// The search counts a run that misses by far as one that misses by a certain bound; the report says what was found.
#[test]
fn a_setting_that_misses_by_far_is_shown_as_far_as_it_does() {
    let how = TuneSearch {
        settings: 6,
        seeds: 2,
        held_out: 2,
    };
    let (scenario, workload) = asked("v=2&w=rag&n=40&p=chwbl&goal=p95_ttft%3C10ms");
    let found = found(Tune::new(&scenario, how).unwrap(), &workload);
    let own = &found.units[0].settings[0];
    let margins = own.outcomes.iter().map(|it| it.margin());
    let mean = margins.sum::<f64>() / own.outcomes.len() as f64;
    assert!(mean < -100.0, "{mean}");
    let document = decision::tune(&found, &workload);
    let text = warmpath_core::report::document::text(&document);
    let times = format!("{} times what is allowed", libm::round(1.0 - mean));
    assert!(text.contains(&times), "{times}: {text}");
    assert!(!text.contains("11 times what is allowed "), "{text}");
    // Nor is a gain of nothing made up of two bounds.
    assert!(!text.contains("0.0 points"), "{text}");
    assert!(
        text.contains("too far from the goal to tell a gain"),
        "{text}"
    );
}

#[test]
fn a_fleet_that_only_grows_busier_is_not_said_to_have_room() {
    let query = "v=2&w=rag&n=400&rate=9&r=2&p=random&goal=errors%3C50%25";
    let (scenario, workload) = asked(query);
    let grid = Grid::parse(&scenario, "1", "", "").unwrap();
    let how = CapacitySearch {
        steady: true,
        ..HOW
    };
    let search = Fleets::new(&scenario, Arc::clone(&workload), &grid, how).unwrap();
    let found = found(search, &workload);
    assert_eq!(found.best, None);
    let words = decision::fleets(&found, &workload).sentences.join(" ");
    assert!(words.contains("active requests grow by"), "{words}");
    assert!(!words.contains("to spare"), "{words}");
}

/// Step times and scenario are of fleets that were run, whether one of them is enough or none.
#[test]
fn a_plan_says_of_every_gpu_where_its_step_times_come_from() {
    for limit in ["60s", "1ms"] {
        let query = format!("v=2&w=rag&n=20&p=random&goal=p95_ttft%3C{limit}");
        let (scenario, workload) = asked(&query);
        let document = |gpus: &str| {
            let grid = Grid::parse(&scenario, "1..2", gpus, "1").unwrap();
            let search = Fleets::new(&scenario, Arc::clone(&workload), &grid, HOW).unwrap();
            decision::fleets(&found(search, &workload), &workload)
        };
        let of = document("l4,h100").provenance;
        assert!(of.contains("NVIDIA L4: step times: calibrated"), "{of}");
        assert!(
            of.contains("NVIDIA H100 SXM: step times: extrapolated"),
            "{of}"
        );
        // Without the default GPU, which no fleet of this grid has.
        let other = document("h100,a100");
        assert!(!other.provenance.contains("L4"), "{}", other.provenance);
        let gpus = ["hw=h100", "hw=a100"];
        assert!(
            gpus.iter().any(|it| other.scenario.contains(it)),
            "{}",
            other.scenario
        );
    }
}

#[test]
fn a_gpu_of_ones_own_is_priced_by_its_name() {
    let (mut scenario, workload) = asked("v=2&w=rag&n=20&p=random&goal=p95_ttft%3C60s");
    let mine = "mine:memory=48e9;bandwidth=2e12;bf16=3e14;link=pcie4";
    let grid = Grid::parse(&scenario, "1", &format!("l4,{mine}"), "1").unwrap();
    let plan = |scenario: &Scenario| Fleets::new(scenario, Arc::clone(&workload), &grid, HOW);
    let error = plan(&scenario).unwrap_err().to_string();
    assert!(
        error.contains("no price of mine is known") && error.contains("--price 'mine=1.00'"),
        "{error}"
    );
    scenario.set("price", "mine=0.5").unwrap();
    let plan = plan(&scenario).unwrap();
    let own = plan
        .fleets
        .iter()
        .find(|it| it.gpu.title == "mine")
        .unwrap();
    assert_eq!(own.cost, 0.5);
}

/// Fleets are run in rounds, and all of the round in which the answer is found.
#[test]
fn a_plan_says_that_dearer_fleets_were_begun_before_there_was_an_answer() {
    let (scenario, workload) = asked("v=2&w=rag&n=20&p=random&goal=p95_ttft%3C600s");
    let mut grid = Grid::parse(&scenario, "1..5", "l4,h100", "1").unwrap();
    grid.frontier = 0.0;
    let search = Fleets::new(&scenario, Arc::clone(&workload), &grid, HOW).unwrap();
    let found = found(search, &workload);
    let run: Vec<f64> = found
        .fleets
        .iter()
        .filter(|it| !it.outcomes.is_empty())
        .map(|it| it.cost)
        .collect();
    assert!(
        run.len() >= 4 && run.len() < 10 && run.last() > run.first(),
        "{run:?}"
    );
    let notes = decision::fleets(&found, &workload).notes.join("; ");
    assert!(
        notes.contains("once an answer is found none is begun that is dearer"),
        "{notes}"
    );
}
