use super::*;
use crate::rich::words;
use warmpath_core::metrics::{FIGURES, Figures};

fn summary(policy: &str, figures: &[(&str, f64)]) -> Summary {
    let value = |key: &str| figures.iter().find(|it| it.0 == key).map_or(0.0, |it| it.1);
    Summary {
        policy: policy.to_owned(),
        seeds: 1,
        values: Figures::from_fn(|at| value(FIGURES[at].key)),
        ranges: None,
        replicas: Vec::new(),
        stages: Vec::new(),
        life: None,
        ..Summary::default()
    }
}

fn plain(sentences: Vec<RichText>) -> String {
    let sentences: Vec<String> = sentences.iter().map(words).collect();
    let text = sentences.join(" ").replace(format::GAP, " ");
    assert!(!text.contains('{'), "a value without a name: {text}");
    text
}

fn run(median: f64, p99: f64, hit: f64, elsewhere: f64) -> [(&'static str, f64); 7] {
    [
        ("completed", 400.0),
        ("median_ttft_ms", median),
        ("p99_ttft_ms", p99),
        ("request_throughput", 3.0),
        ("cache_hit_rate", hit),
        ("lost_elsewhere", elsewhere),
        ("imbalance", 1.1),
    ]
}

#[test]
fn it_says_who_wins_by_how_much_and_where_the_other_lost() {
    let all = [
        summary("round-robin", &run(17_200.0, 35_300.0, 0.82, 0.14)),
        summary("smart", &run(346.0, 8_030.0, 0.96, 0.0)),
    ];
    assert_eq!(
        plain(verdict(&all)),
        "smart answers 50 times sooner than round-robin: half of the requests have their first token within 346 ms, not 17.2 s. \
         Its slowest 1 % wait 8.03 s or longer (round-robin: 35.3 s); it completes 3.00 requests/s (round-robin: 3.00). \
         Of the prompts' blocks it finds 96 % in the cache, round-robin 82 %: 14 % of round-robin's lay on another replica."
    );
    let name = (
        Tone::Policy(crate::look::looks(["smart"])[0]),
        "smart".to_owned(),
    );
    assert_eq!(verdict(&all)[0][0], name);
}

#[test]
fn what_is_alike_is_not_called_won_and_the_cache_is_not_blamed() {
    let with = |median: f64, tail: f64| {
        let all = [
            summary("a", &run(100.0, 200.0, 0.5, 0.0)),
            summary("b", &run(median, tail, 0.5, 0.0)),
        ];
        plain(verdict(&all))
    };
    let text = with(100.0, 200.0);
    assert!(text.starts_with("a and b come out alike"), "{text}");
    assert!(text.contains("does not tell them apart"), "{text}");
    // With one seed, only equal values count as alike.
    let text = with(101.0, 200.0);
    assert!(text.starts_with("a answers 1.0 % sooner than b"), "{text}");
    assert!(text.contains("one seed does not tell"), "{text}");
    assert!(!with(150.0, 200.0).contains("one seed does not tell"));
    // Equal medians alone do not make two policies alike.
    let text = with(100.0, 29_300.0);
    assert!(
        text.starts_with("a and b are as quick for half of the requests (100 ms), but not for the slowest: 1 % wait 200 ms or longer under a, 29.3 s under b."),
        "{text}"
    );
    // What is printed alike is alike.
    let text = with(100.2, 120.0);
    assert!(
        text.starts_with("a and b are as quick for half of the requests (100 ms), but not for the slowest: 1 % wait 120 ms or longer under b"),
        "{text}"
    );
    // The differences between seeds are larger than those between the policies.
    let mut seeds = [
        summary("a", &run(100.0, 200.0, 0.5, 0.0)),
        summary("b", &run(150.0, 200.0, 0.5, 0.0)),
    ];
    for it in &mut seeds {
        it.ranges = Some(it.values.map(|v| (v * 0.7, v * 1.3)));
    }
    assert!(plain(verdict(&seeds)).contains("seeds alone change as much"));
}

#[test]
fn requests_without_an_answer_are_counted_and_a_fleet_that_grew_says_so() {
    let mut lost = run(100.0, 900.0, 0.5, 0.0).to_vec();
    lost[0].1 = 374.0;
    lost.push(("failed", 26.0));
    let all = [summary("smart", &lost), summary("random", &lost)];
    let alone = plain(verdict(&all[..1]));
    assert!(
        alone
            .contains("26 of 400 requests got no whole answer; the times are of the 374 that did."),
        "{alone}"
    );
    assert!(
        alone
            .starts_with("Under smart half of those answered have their first token within 100 ms"),
        "{alone}"
    );
    // What is counted of the first seed alone is said to be.
    let replay = crate::trial::run("v=2&w=rag&n=20&ev=1s:kill%3D1&p=smart");
    let befallen =
        warmpath_core::metrics::summarise(replay.scenario(), replay.workload(), replay.runs());
    let mut seeds = all.clone();
    for it in &mut seeds {
        let mut life = befallen[0]
            .life
            .clone()
            .expect("a fleet that something befell");
        life.outcomes = [93, 0, 0, 7, 0];
        (it.seeds, it.life) = (3, Some(life));
    }
    let of_seeds = plain(verdict(&seeds));
    assert!(
        of_seeds.contains("answer with the first seed, which the times leave out: smart 7 of 100, random 7 of 100."),
        "{of_seeds}"
    );
    let of_seeds = plain(verdict(&seeds[..1]));
    assert!(
        of_seeds.contains("7 of 100 requests got no whole answer with the first seed; "),
        "{of_seeds}"
    );
    // A policy that completed nothing was compared all the same.
    let nothing = summary("least-load", &[("failed", 400.0)]);
    let beside = plain(verdict(&[all[0].clone(), nothing]));
    assert!(!beside.contains("Add a policy"), "{beside}");
    assert!(
        beside.contains("smart 26 of 400, least-load 400 of 400."),
        "{beside}"
    );
    let both = plain(verdict(&all));
    assert!(
        both.contains("half of those answered") && !both.contains("the requests have"),
        "{both}"
    );
    assert!(
        both.contains("leave out: smart 26 of 400, random 26 of 400."),
        "{both}"
    );
    let mut scaled = summary("smart", &run(100.0, 900.0, 0.5, 0.0));
    let replay = crate::trial::run("v=2&w=rag&n=20&r=1&scale=hpa&p=smart");
    let run =
        warmpath_core::metrics::summarise(replay.scenario(), replay.workload(), replay.runs());
    let mut scaling = run[0].scaling.clone().expect("a fleet that is scaled");
    (scaling.fewest, scaling.most) = (2, 8);
    scaling.course = vec![(0.0, [2, 2, 2]), (15.0, [8, 8, 2]), (130.0, [8, 8, 8])];
    scaled.scaling = Some(scaling);
    scaled.seeds = 3;
    let grew = plain(verdict(&[scaled]));
    assert!(
        grew.starts_with("Medians of three seeds; the charts show the first seed."),
        "{grew}"
    );
    assert!(
        grew.contains("smart 2 to 8 paid, at most 8 ready, from 130 s."),
        "{grew}"
    );
}

#[test]
fn reuse_that_does_not_pay_is_said_and_so_are_requests_that_are_missing() {
    let mut even = run(100.0, 900.0, 0.5, 0.0);
    even[6].1 = 1.0;
    even[0].1 = 390.0;
    let all = [
        summary("least-load", &even),
        summary("smart", &run(150.0, 300.0, 0.9, 0.0)),
    ];
    let text = plain(verdict(&all));
    assert!(text.contains("33 % sooner"), "{text}");
    assert!(text.contains("But its slowest"), "{text}");
    assert!(text.contains("reuse is not what decides"), "{text}");
    assert!(text.contains("least-load 390, smart 400"), "{text}");
    assert!(plain(verdict(&[])).contains("nothing to compare"));
    assert!(plain(verdict(&all[..1])).contains("Add a policy"));
}
