use super::*;
use crate::chart::course;
use crate::trial;
use warmpath_core::metrics::PLACES;

fn run(query: &str) -> (Report, Vec<Course>) {
    let replay = trial::run(query);
    let (scenario, workload, runs) = (replay.scenario(), replay.workload(), replay.runs());
    let report = Report::new(scenario, workload, runs);
    (report, course::of_runs(scenario, workload, runs))
}

/// The sentences of a chart (one per policy) and the figures of its table agree with the report: each figure has one
/// definition.
#[test]
fn charts_say_the_report_s_figures() {
    let (report, courses) = run("v=2&w=rag&n=120&p=round-robin,smart");
    let charts = charts(&report, &courses);
    let sentence = |key: &str| {
        let chart = charts.iter().find(|it| it.key() == key).expect("a chart");
        (chart.summary(), chart.table())
    };
    let ((shares, table), (bars, _), (answered, counts)) = (
        sentence("ttft"),
        sentence("ttft-percentiles"),
        sentence("answered"),
    );
    for (at, summary) in report.summaries.iter().enumerate() {
        let ms = |at: usize| format::millis(summary.values[at]);
        let half = format!("first token within {}, ", ms(PLACES.median_ttft_ms));
        assert!(shares[at].contains(&half), "{} {half}", shares[at]);
        assert!(
            shares[at].contains(&ms(PLACES.p99_ttft_ms)),
            "{}",
            shares[at]
        );
        assert_eq!(table.rows[2][at + 1], ms(PLACES.median_ttft_ms));
        assert_eq!(table.rows[5][at + 1], ms(PLACES.p95_ttft_ms));
        let half = format!("median TTFT {},", ms(PLACES.median_ttft_ms));
        assert!(bars[at].contains(&half), "{} {half}", bars[at]);
        let name = format!("{}: half of 120", summary.policy);
        assert!(answered[at].starts_with(&name), "{}", answered[at]);
        // The count begins with none and ends with all of them.
        let chart = charts.iter().find(|it| it.key() == "answered");
        let Some(Content::Answered(series)) = chart.map(|it| &it.content) else {
            panic!("no series");
        };
        let [first, last] = [series[at].values.first(), series[at].values.last()];
        assert_eq!([first, last], [Some(&0.0), Some(&120.0)]);
    }
    let longest = report.summaries.iter().map(|it| it.values.duration);
    let end = format::seconds(longest.fold(0.0, f64::max));
    assert_eq!(counts.rows.last().unwrap()[0], format!("by {end}"));
    assert!(
        charts[0]
            .foot
            .starts_with("n = 120 requests a policy; rag; 4 × ")
    );
    assert!(charts[0].foot.ends_with("; seed 1"));
}

#[test]
fn of_several_seeds_the_drawn_one_is_named() {
    let (report, courses) = run("v=2&w=rag&n=60&seeds=3&seed=7&p=smart");
    let chart = &charts(&report, &courses)[0];
    assert!(chart.foot.ends_with("; seed 7, one of 3"), "{}", chart.foot);
    let sentence = chart.summary();
    assert_eq!(
        sentence.last().map(String::as_str),
        Some(
            "Drawn with seed 7, one of 3: its times differ from the medians of all, which the table of results has."
        )
    );
}

#[test]
fn the_foot_names_the_fleet_as_it_is() {
    let foot = |query: &str| {
        let (report, courses) = run(query);
        charts(&report, &courses).swap_remove(0).foot
    };
    let mixed = foot("v=2&n=20&p=smart&fleet=2xl4,1xh100");
    assert!(
        mixed.contains("; 2 × NVIDIA L4, 1 × NVIDIA H100"),
        "{mixed}"
    );
    let scaled = foot("v=2&n=20&p=smart&r=2&scale=hpa");
    assert!(
        scaled.contains("; 2 × NVIDIA L4 at first, scaled by hpa, "),
        "{scaled}"
    );
    let spread = foot("v=2&n=20&p=smart&r=2&tp=2");
    assert!(spread.contains("; 2 × (2 × NVIDIA L4), "), "{spread}");
}
