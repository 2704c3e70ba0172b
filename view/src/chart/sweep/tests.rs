use super::*;
use std::sync::Arc;
use warmpath_core::fleet::Replay;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Named;

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

fn plain(said: Vec<String>) -> String {
    said.join(" ").replace(format::GAP, " ")
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
    let said = plain(verdict(&report));
    assert!(
        said.contains(&format!("{fewest} replica")),
        "{said}: {kept:?}"
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
    assert!(plain(verdict(&hopeless)).contains("do not give"));
    let unlimited = sweep(&["v=2&n=60&rate=1", "v=2&n=60&rate=2"]);
    assert!(plain(verdict(&unlimited)).contains("Set a limit"));
    assert!(verdict(&report("v=2&n=20")).is_empty());
}

#[test]
fn a_ladder_is_a_curve_with_a_point_a_stage() {
    let charts = of_report(&report("v=2&n=60&stages=2,8&p=smart"));
    let Content::TradeOff(it) = &charts[0].content else {
        panic!("of the ladder");
    };
    assert_eq!(it.curves.len(), 1);
    assert_eq!(it.curves[0].points.len(), 2);
}

#[test]
fn one_parameter_that_varies_is_a_chart_with_its_range_over_seeds() {
    let policies = "chwbl:load_factor=2,chwbl:load_factor=1,chwbl";
    let charts = of_report(&report(&format!("v=2&n=60&seeds=3&p={policies}")));
    let [chart] = &charts[..] else {
        panic!("one chart");
    };
    let Content::Parameter(it) = &chart.content else {
        panic!("of the parameter");
    };
    assert_eq!(
        it.settings.iter().map(|s| s.value).collect::<Vec<_>>(),
        [1.0, 1.25, 2.0]
    );
    assert!(
        it.settings
            .iter()
            .all(|s| s.range.0 <= s.median && s.median <= s.range.1)
    );
    assert_eq!((it.seeds, it.name.as_str()), (3, "load_factor"));
    assert!(of_report(&report("v=2&n=20&p=chwbl,chwbl:load_factor=2,smart")).is_empty());
}
