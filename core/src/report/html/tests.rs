use super::*;
use crate::metrics::{Figures, ReplicaFigures, Summary, figure};
use crate::report::Point;

fn summary(policy: &str, set: &[(&str, f64)]) -> Summary {
    let mut values = Figures::default();
    for (key, value) in set {
        values[figure(key).expect("a figure")] = *value;
    }
    let replica = |requests: f64| ReplicaFigures {
        requests,
        prefilled_tokens: 4_508_920.0,
        generated_tokens: 1_000.0,
        mean_waiting: 0.25,
        peak_kv_usage: 0.5,
        evicted_blocks: 0.0,
        preemptions: 0.0,
    };
    Summary {
        policy: policy.to_owned(),
        seeds: 1,
        values,
        ranges: None,
        replicas: vec![replica(7.0), replica(9.0)],
        stages: Vec::new(),
        life: None,
        ..Summary::default()
    }
}

fn report(summaries: Vec<Summary>) -> String {
    let report = Report {
        scenario: Scenario::default(),
        summaries,
        points: Vec::new(),
        arriving: crate::scenario::Arriving::AtRate,
        notes: vec!["3 < 4".to_owned()],
        provenance: "step times: measured".to_owned(),
    };
    write(&report, &[])
}

#[test]
fn numbers_are_for_people_and_what_is_zero_is_only_named() {
    let figures = |ttft, share| {
        [
            ("total_input_tokens", 4_508_920.0),
            ("mean_ttft_ms", ttft),
            ("token_reuse_rate", share),
        ]
    };
    let html = report(vec![
        summary("least-load", &figures(17_152.32, 0.824)),
        summary("smart", &figures(1_345.5, 0.96)),
    ]);
    for part in [
        "<td>4,508,920</td>",
        "<td>17,152.32</td><td>1,345.50</td><td class=\"good\">\u{2212}92.2 % ▲</td>",
        "Prompt tokens reused <span class=\"soft\">%</span></th><td>82.40</td><td>96.00</td><td class=\"good\">+13.6 points ▲</td>",
        "Zero under every policy: Successful requests; Rejected requests; ",
        "On none: blocks evicted, preemptions.",
        "<dt>TTFT</dt>",
        "3 &lt; 4",
        "prefers-color-scheme:dark",
    ] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    assert!(!html.contains("<th class=\"l\" scope=\"row\">Failed requests"));
    assert!(!html.contains("blocks evicted</th>"));
}

#[test]
fn several_seeds_are_counted_and_have_their_range() {
    let mut only = summary("smart", &[("mean_ttft_ms", 11.6)]);
    only.seeds = 5;
    only.ranges = Some(Figures {
        mean_ttft_ms: (10.9, 1_234.5),
        ..Figures::default()
    });
    let html = report(vec![only]);
    assert!(html.contains("of 5 seeds the median, below it least to most"));
    assert!(
        html.contains("<td>11.60 <span class=\"range\">10.90 to 1,234.50</span></td>"),
        "{html}"
    );
    // The other figures do not differ between seeds.
    assert_eq!(html.matches("class=\"range\"").count(), 1);
    assert!(html.contains("<caption>Of the first seed. On none"));
}

#[test]
fn the_fleet_is_named_with_its_kinds_and_its_gpus_to_a_replica() {
    let named = |query: &str, counts: &[u32]| {
        let point = |&replicas: &u32| Point {
            rate: 1.0,
            replicas,
        };
        super::fleet(&Report {
            scenario: Scenario::from_query(query).unwrap(),
            summaries: Vec::new(),
            points: counts.iter().map(point).collect(),
            arriving: crate::scenario::Arriving::AtRate,
            notes: Vec::new(),
            provenance: String::new(),
        })
    };
    assert_eq!(named("v=2&r=4", &[]), "4 × NVIDIA L4");
    assert_eq!(named("v=2&r=4", &[2, 8, 2]), "2, 8 × NVIDIA L4");
    assert_eq!(named("v=2&r=4&tp=2", &[]), "4 × (2 × NVIDIA L4)");
    assert_eq!(named("v=2&r=4&tp=2", &[2, 4]), "2, 4 × (2 × NVIDIA L4)");
    let mixed = named("v=2&fleet=2xl4,1xh100", &[]);
    assert_eq!(named("v=2&fleet=2xl4,1xh100", &[3]), mixed);
}
