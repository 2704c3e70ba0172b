//! Fleets of several kinds, and fleets that grow and shrink: what is printed, and what is refused.

use serde_json::Value;

use crate::run::run;

fn json(more: &[&str]) -> Value {
    let base = ["replay", "rag", "--requests", "120", "--format", "json"];
    let text = run(&[&base[..], more].concat()).quiet();
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_mixed_fleet_is_told_by_kind_and_takes_the_place_of_a_presets_replicas() {
    let report = json(&["--fleet", "2xh100,2xl4", "--policy", "smart"]);
    let policy = &report["policies"][0];
    let kinds = policy["kinds"].as_array().unwrap();
    assert_eq!(
        (&kinds[0]["kind"], &kinds[1]["kind"]),
        (&"h100".into(), &"l4".into())
    );
    let completed: u64 = kinds.iter().filter_map(|it| it["completed"].as_u64()).sum();
    assert_eq!(completed, 120);
    let query = report["scenario"].as_str().unwrap();
    assert!(
        query.contains("fleet=2xh100,2xl4") && !query.contains("r=4"),
        "{query}"
    );

    for (more, says) in [
        (&["--fleet", "4xh100,4xl5"][..], "did you mean \"l4\"?"),
        (
            &["--fleet", "4xh100,4xl4", "--replicas", "4"],
            "leave replicas out",
        ),
        (
            &["--fleet", "4xh100,4xl4", "--replicas", "4,8"],
            "leave replicas out",
        ),
        (&["--fleet", "4xh100,4xl4", "--gpu", "l4"], "leave gpu out"),
        (&["--autoscale", "hpq"], "did you mean \"hpa\"?"),
        (&["--autoscale", "hpa:bussy=0.5"], "character 5"),
        (&["--replicas", "12", "--autoscale", "hpa"], "max is 10"),
        (&["--smallest-fleet"], "goes with --autoscale"),
    ] {
        let ended = run(&[&["replay", "rag"][..], more].concat());
        assert_eq!(ended.code, Some(2), "{more:?}: {}", ended.err);
        assert!(ended.err.contains(says), "{more:?}: {}", ended.err);
    }
}

#[test]
fn a_fleet_that_grows_is_told_beside_the_smallest_that_stays() {
    let scaled = [
        "--policy",
        "smart",
        "--rate",
        "2",
        "--autoscale",
        "hpa:max=6",
        "--price",
        "l4=0.7",
    ];
    let report = json(&[&scaled[..], &["--smallest-fleet", "--ttft-slo", "5000"]].concat());
    let scaling = &report["policies"][0]["scaling"];
    let (hours, cost) = (scaling["gpu_hours"].as_f64(), scaling["cost"].as_f64());
    assert!(
        (cost.unwrap() - hours.unwrap() * 0.7).abs() < 1e-9,
        "{scaling}"
    );
    assert_eq!(
        scaling["at_s_wanted_paid_ready"][0],
        serde_json::json!([0.0, 4, 4, 4])
    );
    let smallest = &report["smallest_fleet"]["policies"][0];
    let replicas = smallest["replicas"].as_u64().unwrap();
    assert!((1..=6).contains(&replicas), "{smallest}");
    // The fleet that it tells of, run by itself, keeps the goal, and one fewer does not.
    let p95 = |replicas: u64| {
        let fixed = [
            "--policy",
            "smart",
            "--rate",
            "2",
            "--replicas",
            &replicas.to_string(),
        ];
        json(&fixed)["policies"][0]["p95_ttft_ms"].as_f64().unwrap()
    };
    assert!(p95(replicas) <= 5000.0);
    assert!(replicas == 1 || p95(replicas - 1) > 5000.0);
}

#[test]
fn autoscalers_and_prices_are_listed_with_their_sources() {
    let listed = run(&["list", "autoscalers"]).quiet();
    assert!(listed.contains("kubernetes/kubernetes") && listed.contains("keda-production-stack"));
    let prices = run(&["list", "prices"]).quiet();
    assert!(prices.contains("no price known") && prices.contains("Mercatus"));
}
