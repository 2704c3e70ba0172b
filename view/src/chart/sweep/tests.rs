use super::*;
use std::sync::Arc;
use warmpath_core::fleet::Replay;
use warmpath_core::scenario::{Arriving, Scenario};
use warmpath_core::workload::Named;

/// Something computed from a report as it is shown.
fn shown<T>(report: &Report, of: fn(&Shown<'_>) -> T) -> T {
    of(&Shown::new(report, &ScenarioFacts::new(&report.scenario)))
}

fn of_report(report: &Report) -> Vec<Chart> {
    shown(report, of_run)
}

fn swept(report: &Report) -> Option<Swept> {
    shown(report, super::swept)
}

fn table(report: &Report) -> Table {
    shown(report, super::table)
}

fn verdict(report: &Report) -> Vec<String> {
    shown(report, super::verdict)
}

fn report(query: &str) -> Report {
    let scenario = Scenario::from_query(query).unwrap();
    let named = Named::parse(&scenario.workload).unwrap();
    let workload = named
        .generate(16, scenario.seed, scenario.requests)
        .unwrap();
    let workload = Arc::new(workload);
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
    Report::new(&scenario, &workload, &replay.finish().unwrap())
}

fn sweep(queries: &[&str]) -> Report {
    Report::sweep(queries.iter().map(|query| report(query)).collect()).unwrap()
}

fn plain(sentence: Vec<String>) -> String {
    sentence.join(" ").replace(format::GAP, " ")
}

#[test]
fn the_fewest_replicas_that_keep_the_limit_are_named() {
    let limit = "v=2&n=120&rate=12&p=smart&ttft=1500";
    let report = sweep(&[
        &format!("{limit}&r=1"),
        &format!("{limit}&r=2"),
        &format!("{limit}&r=4"),
    ]);
    let kept: Vec<bool> = report
        .summaries
        .iter()
        .map(|summary| summary.values.p95_ttft_ms <= 1500.0)
        .collect();
    let fewest = [1, 2, 4][kept.iter().position(|kept| *kept).expect("four are enough")];
    let sentence = plain(verdict(&report));
    assert!(
        sentence.contains(&format!("{fewest} replica")),
        "{sentence}: {kept:?}"
    );
    let charts = of_report(&report);
    assert_eq!(charts.len(), 1);
    assert!(plain(charts[0].summary()).contains("1 replica"));
}

#[test]
fn the_highest_rate_that_keeps_the_limit_is_named_and_a_limit_is_asked_for() {
    let rates = sweep(&[
        "v=2&n=60&rate=1&p=smart&ttft=900000",
        "v=2&n=60&rate=9&p=smart&ttft=900000",
    ]);
    assert!(plain(verdict(&rates)).contains("up to 9 arrivals/s"));
    let hopeless = sweep(&[
        "v=2&n=60&rate=1&p=smart&ttft=1",
        "v=2&n=60&rate=9&p=smart&ttft=1",
    ]);
    assert!(plain(verdict(&hopeless)).contains("not even at 1 arrivals/s"));
    let unlimited = sweep(&["v=2&n=60&rate=1", "v=2&n=60&rate=2"]);
    assert!(plain(verdict(&unlimited)).contains("Set a limit"));
    assert!(verdict(&report("v=2&n=20")).is_empty());
}

#[test]
fn a_ladder_is_a_line_with_a_point_a_stage() {
    let it = swept(&report("v=2&n=60&stages=2,8&p=smart")).unwrap();
    assert_eq!(it.lines.len(), 1);
    assert_eq!(it.values(), [2.0, 8.0]);
}

#[test]
fn a_sweep_of_both_is_a_line_a_policy_and_fleet_and_a_row_each_of_the_heat_map() {
    let at = |rate: u32, replicas: u32| {
        format!("v=2&n=40&seeds=2&p=smart,random&ttft=2000&rate={rate}&r={replicas}")
    };
    let all = [at(4, 1), at(16, 1), at(4, 3), at(16, 3)];
    let report = sweep(&all.each_ref().map(String::as_str));
    let it = swept(&report).unwrap();
    let names: Vec<(usize, u32)> = it.lines.iter().map(|it| (it.curve, it.replicas)).collect();
    let looks = crate::look::looks(["smart", "random"]);
    let [smart, random] = [looks[0], looks[1]];
    assert_eq!(names, [(smart, 1), (smart, 3), (random, 1), (random, 3)]);
    let row = |policy: &str, rate: f64, replicas: u32| {
        let mut rows = report.rows();
        let found = rows.find(|(summary, at)| {
            let at = at.unwrap();
            summary.policy == policy && (at.rate, at.replicas) == (rate, replicas)
        });
        found.unwrap().0
    };
    let point = it.lines[3].points[1];
    let summary = row("random", 16.0, 3);
    assert_eq!(point.p95, summary.values.p95_ttft_ms / 1e3);
    let (least, most) = summary.ranges.unwrap().p95_ttft_ms;
    assert_eq!(point.range, Some((least / 1e3, most / 1e3)));
    let map = heat(&it);
    assert_eq!(map.rows().count(), 4);
    assert_eq!(map.head[0].cells.len(), 3);
    let cells = map
        .rows()
        .zip(&it.lines)
        .flat_map(|(row, line)| row.cells[1..].iter().zip(&line.points));
    for (cell, point) in cells {
        let words = crate::rich::words(&cell.text);
        assert_eq!(words.contains('✓'), point.p95 <= 2.0, "{words}");
        assert!(words.contains(" to "), "its range over the seeds: {words}");
        assert!(cell.class.starts_with("heat"));
    }
    let darkest = map
        .rows()
        .flat_map(|row| &row.cells)
        .filter(|it| it.class.ends_with('4'));
    assert!(darkest.count() >= 1);
    // Every figure of the rows has its range too.
    let all = table(&report);
    assert_eq!(all.rows().count(), 8);
    assert!(all.words().iter().any(|it| it.contains(" to ")));
}

#[test]
fn one_parameter_that_varies_is_a_chart_with_its_range_over_seeds() {
    let policies = "chwbl:load_factor=2,chwbl:load_factor=1,chwbl";
    let charts = of_report(&report(&format!("v=2&n=60&seeds=3&p={policies}")));
    let [chart] = &charts[..] else {
        panic!("one chart");
    };
    let Content::Swept(it, _) = &chart.content else {
        panic!("of the parameter");
    };
    assert_eq!(
        (it.values(), chart.key()),
        (vec![1.0, 1.25, 2.0], "parameter")
    );
    let inside = |it: &Point| it.range.is_some_and(|(a, b)| a <= it.p95 && it.p95 <= b);
    assert!(it.lines[0].points.iter().all(inside));
    assert_eq!(
        (it.seeds, it.over.value_text(2.0).as_str()),
        (3, "load_factor 2")
    );
    assert!(of_report(&report("v=2&n=20&p=chwbl,chwbl:load_factor=2,smart")).is_empty());
}

#[test]
fn the_load_is_that_which_was_offered() {
    let at = |more: &str| {
        let of = |n: u32| format!("v=2&n=40&p=smart&ttft=900000&r={n}{more}");
        sweep(&[&of(1), &of(2)])
    };
    let sentence = |more: &str| plain(verdict(&at(more)));
    let text = sentence("&rate=2");
    assert!(
        text.starts_with("smart at 2 arrivals/s: 1 replica (1 NVIDIA L4) is enough"),
        "{text}"
    );
    let text = sentence("&arr=all-at-once");
    assert!(
        text.starts_with("smart with all requests at once: 1"),
        "{text}"
    );
    let text = sentence("&arr=all-at-once&conc=4");
    assert!(
        text.starts_with("smart with 4 active requests: 1"),
        "{text}"
    );
    let mut logged = at("");
    logged.arriving = Arriving::Recorded;
    let text = plain(verdict(&logged));
    assert!(
        text.starts_with("smart with the log's own arrivals: 1"),
        "{text}"
    );
    assert!(
        table(&logged)
            .words()
            .iter()
            .any(|it| it == "smart, as recorded, 1\u{a0}replica")
    );
}

#[test]
fn no_fleet_is_enough_where_the_client_holds_requests_back_or_the_fleet_is_scaled() {
    let at = |more: &str| {
        let of = |n: u32| format!("v=2&w=rag&n=60&p=smart&ttft=5000&r={n}{more}");
        plain(verdict(&sweep(&[&of(1), &of(2)])))
    };
    let capped = at("&conc=4");
    assert!(
        capped.starts_with(
            "No number of GPUs is called enough here: the client has at most 4 active requests"
        ),
        "{capped}"
    );
    // A limit that nothing ever waits for changes nothing.
    let wide = at("&conc=1000");
    assert!(wide.contains("enough for P95"), "{wide}");
    let scaled = at("&scale=hpa");
    assert!(
        scaled.contains("hpa changes the number of replicas"),
        "{scaled}"
    );
    assert!(!scaled.contains("NVIDIA"), "{scaled}");
}

#[test]
fn a_mixed_fleet_is_told_by_all_its_gpus() {
    let of = |rate: u32| format!("v=2&n=40&p=smart&ttft=900000&fleet=2xl4,1xh100&rate={rate}");
    let sentence = plain(verdict(&sweep(&[&of(2), &of(8)])));
    assert!(
        sentence.contains("3 replicas (2 × NVIDIA L4, 1 × NVIDIA H100"),
        "{sentence}"
    );
}

#[test]
fn requests_that_were_cut_off_are_lost_too() {
    let of = |n: u32| format!("v=2&w=rag&n=100&rate=6&p=smart&r={n}&ev=5s:kill%3D0");
    let report = sweep(&[&of(1), &of(2)]);
    let it = swept(&report).unwrap();
    for (summary, point) in report.summaries.iter().zip(&it.lines[0].points) {
        let outcomes = summary.life.as_ref().expect("events").outcomes;
        assert!(outcomes[3] > 0, "some are cut off: {outcomes:?}");
        assert_eq!(outcomes.iter().sum::<u64>(), 100);
        assert_eq!(point.lost, (100.0 - summary.values.completed) / 100.0);
    }
}
