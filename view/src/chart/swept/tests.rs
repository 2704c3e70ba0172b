use super::*;
use crate::chart::{Chart, Content};

/// The line of a policy with a number of replicas and its times \[s\] at 4, 8 and 16 arrivals/s.
fn line(policy: &str, curve: usize, replicas: u32, times: [f64; 3]) -> PolicyLine {
    let point = |(x, p95)| Point {
        x,
        p95,
        range: None,
        count: 120,
        lost: 0.0,
    };
    let points = [4.0, 8.0, 16.0].into_iter().zip(times).map(point);
    PolicyLine {
        policy: policy.to_owned(),
        curve,
        replicas,
        points: points.collect(),
    }
}

fn two(limit: Option<f64>) -> Swept {
    Swept {
        over: SweptAxis::Rate,
        lines: vec![
            line("smart", 0, 2, [0.1, 1.0, 10.0]),
            line("smart", 0, 4, [0.1, 0.1, 1.0]),
            line("random", 1, 2, [2.0, 9.0, 30.0]),
            line("random", 1, 4, [0.4, 4.0, 9.0]),
            line("random", 1, 8, [0.2, 0.3, 0.4]),
        ],
        limit,
        set: limit,
        seeds: 1,
        gpu: "L4".to_owned(),
        each: 2,
        mixed: None,
        held: String::new(),
        unjudged: None,
    }
}

fn plain(sentence: &[String]) -> String {
    sentence.join("\n").replace(format::GAP, " ")
}

#[test]
fn no_sentence_is_longer_than_the_room_that_is_kept_for_it() {
    let room = two(None).longest();
    // Also between the steps of a key, and beyond the ends of the axis.
    let mut limit = 0.01;
    while limit < 100.0 {
        let sentence = two(Some(limit)).verdict();
        assert_eq!(sentence.len(), room.len(), "{limit}: {sentence:?}");
        for (sentence, room) in sentence.iter().zip(&room) {
            let [width, most] = [sentence, room].map(|it| text::width(it, 14.0));
            // A digit more or less.
            assert!(width < most + 16.0, "{limit}: {sentence} / {room}");
        }
        limit *= 1.037;
    }
    let nobody = plain(&two(Some(0.05)).verdict());
    assert!(
        nobody
            .starts_with("P95 TTFT within 50.0 ms: none of these fleets, at none of these rates."),
        "{nobody}"
    );
}

#[test]
fn where_a_line_crosses_the_limit_is_read_between_two_runs() {
    let it = two(Some(0.316_227_766));
    let sentence = plain(&it.verdict());
    let first = "P95 TTFT within 316 ms at 8 arrivals/s take: smart 8 L4, random 16.";
    assert_eq!(sentence.lines().next().unwrap(), first);
    // Half way from 100 ms to 1 s on a logarithmic axis, so half way from 4 to 8.
    assert!(
        sentence.contains("smart: P95 TTFT within 316 ms: 2 replicas (4 L4) up to about 6.00 arrivals/s (kept at 4, missed at 8); 4 replicas (8 L4) up to about 12.0 arrivals/s (kept at 8, missed at 16)."),
        "{sentence}"
    );
    assert!(
        sentence.contains("2 replicas (4 L4) not even at 4 arrivals/s"),
        "{sentence}"
    );
    assert!(
        two(Some(40.0)).verdict()[1].contains("at all of these rates, up to 16 arrivals/s"),
        "{:?}",
        two(Some(40.0)).verdict()
    );
    assert!(two(None).verdict()[0].contains("drag the line"));
}

#[test]
fn what_lost_requests_keeps_no_limit() {
    let mut it = two(Some(0.5));
    it.lines.truncate(1);
    it.lines[0].points[0].lost = 0.2;
    let sentence = plain(&it.verdict());
    assert!(sentence.contains("not even at 4"), "{sentence}");
    assert!(
        it.lines[0].points[0]
            .time_text()
            .contains("of the requests lost")
    );
}

#[test]
fn the_fewest_replicas_are_those_from_which_on_all_keep_it() {
    let mut it = two(Some(0.5));
    it.over = SweptAxis::Replicas;
    it.held = "at 12 arrivals/s".to_owned();
    it.lines = vec![
        line("smart", 0, 0, [0.4, 0.6, 0.3]),
        line("random", 1, 0, [9.0, 8.0, 7.0]),
    ];
    let sentence = plain(&it.verdict());
    assert!(
        sentence.contains("smart at 12 arrivals/s: 16 replicas (32 L4) are enough"),
        "{sentence}"
    );
    assert!(
        sentence.contains("random at 12 arrivals/s: even 16 replicas (32 L4) are not"),
        "{sentence}"
    );
}

#[test]
fn colour_is_policy_and_thickness_is_replicas() {
    let it = two(Some(0.5));
    let weights: Vec<f64> = it.lines.iter().map(|line| it.weight(line)).collect();
    assert_eq!(weights, [1.0, 2.75, 1.0, 2.75, 4.5]);
    for (width, named) in [(900, "smart ×2"), (320, "random ×8")] {
        let picture = Chart::new(Content::Swept(it.clone(), &HOW)).svg((width, 320));
        assert!(!picture.contains("NaN"));
        for words in [named, "limit 500", "P95 TTFT", "arrivals a second"] {
            assert!(picture.contains(words), "{words}");
        }
    }
    let many: Vec<PolicyLine> = (0..5)
        .flat_map(|at| (1..6).map(move |n| line("p", at, n, [1.0; 3])))
        .collect();
    let it = Swept { lines: many, ..it };
    let names: Vec<String> = it.names(200.0).into_iter().map(|it| it.1).collect();
    assert_eq!(names, ["p ×5"; 5], "those of the largest fleets alone");
}

#[test]
fn several_seeds_have_whiskers_and_ranges_in_words() {
    let mut it = two(None);
    let bare = Chart::new(Content::Swept(it.clone(), &HOW))
        .svg((600, 320))
        .matches("<path")
        .count();
    it.seeds = 3;
    for point in it.lines.iter_mut().flat_map(|it| &mut it.points) {
        point.range = Some((point.p95 / 2.0, point.p95 * 2.0));
    }
    let chart = Chart::new(Content::Swept(it, &HOW));
    assert!(chart.svg((600, 320)).matches("<path").count() > bare);
    let sentence = plain(&chart.summary());
    assert!(
        sentence.contains("100 ms (50.0 ms to 200 ms over the seeds) at 4 arrivals/s"),
        "{sentence}"
    );
    assert!(chart.table().rows[0][1].contains("over the seeds"));
    assert!(
        chart.stops((600, 320))[0]
            .sentence()
            .contains("over the seeds")
    );
}

#[test]
fn the_limit_is_moved_to_a_height_and_by_steps_and_the_axis_stays() {
    let size = (600.0, 260.0);
    let mut it = two(None);
    let middle = it.handle(size, None);
    assert_eq!(middle.sentence, "none yet");
    let axis = it.up(None);
    it.limit = Some(it.at_height(size, None, middle.top));
    let placed = it.handle(size, None);
    assert!((placed.top - middle.top).abs() < 0.5, "{placed:?}");
    it.limit = Some(it.stepped(None, 1.0));
    assert!(it.handle(size, None).place > placed.place);
    it.limit = Some(it.stepped(None, -1000.0));
    assert!(it.handle(size, None).place < 0.01);
    assert_eq!(it.up(None), axis);
    assert_eq!(it.limit, Some(0.087), "three digits");
}

/// A sweep over replicas with one line, at 4, 8 and 16 of them.
fn over_replicas(times: [f64; 3], limit: f64) -> Swept {
    Swept {
        over: SweptAxis::Replicas,
        lines: vec![line("smart", 0, 0, times)],
        ..two(Some(limit))
    }
}

#[test]
fn a_line_over_replicas_has_a_ring_where_it_comes_below_the_limit_for_good() {
    let it = over_replicas([10.0, 1.0, 0.1], 0.316_227_766);
    let at = it.crossing(&it.lines[0], 0.316_227_766).expect("crossed");
    assert!(
        (at - 12.0).abs() < 0.01,
        "half of the way from 8 to 16: {at}"
    );
    let rings = |it: &Swept| {
        let picture = Chart::new(Content::Swept(it.clone(), &HOW)).svg((600, 320));
        picture.matches("<circle").count()
    };
    let kept = over_replicas([10.0, 1.0, 0.1], 20.0);
    assert_eq!(kept.crossing(&kept.lines[0], 20.0), None);
    assert_eq!(rings(&it), rings(&kept) + 2);
    // It rises again, so no number below the last is enough.
    let again = over_replicas([0.1, 0.1, 1.0], 0.5);
    assert_eq!(again.crossing(&again.lines[0], 0.5), None);
}

#[test]
fn one_replica_is_and_several_are() {
    let mut it = over_replicas([0.1; 3], 0.5);
    it.lines[0].points[0].x = 1.0;
    assert!(plain(&it.verdict()).contains("1 replica (2 L4) is enough"));
    it.lines[0].points.truncate(1);
    it.limit = Some(0.01);
    let sentence = plain(&it.verdict());
    assert!(
        sentence.contains("even 1 replica (2 L4) is not enough"),
        "{sentence}"
    );
}

#[test]
fn a_mixed_fleet_is_named_by_all_its_gpus_and_what_is_not_judged_says_why() {
    let mut it = two(Some(0.5));
    it.lines.truncate(1);
    it.mixed = Some("1 × L4, 1 × H100".to_owned());
    let sentence = plain(&it.verdict());
    assert!(
        sentence.contains("2 replicas (1 × L4, 1 × H100) up to"),
        "{sentence}"
    );
    for limit in [Some(0.5), None] {
        let it = Swept {
            limit,
            unjudged: Some("Nothing is enough.".to_owned()),
            ..it.clone()
        };
        assert_eq!(it.verdict(), ["Nothing is enough."]);
    }
}

#[test]
fn where_a_limit_is_kept_it_is_said_how_many_requests_were_lost() {
    let mut it = over_replicas([0.1; 3], 0.5);
    let lost = "up to 3.0 % of the requests were lost";
    assert!(!plain(&it.verdict()).contains("were lost"));
    it.lines[0].points[1].lost = 0.03;
    let sentence = plain(&it.verdict());
    assert!(sentence.contains(lost), "{sentence}");
}

#[test]
fn the_requests_of_all_points_are_told_and_a_point_without_any_says_so() {
    let mut it = two(None);
    it.lines.truncate(1);
    for (point, count) in it.lines[0].points.iter_mut().zip([33, 22, 30]) {
        point.count = count;
    }
    let sentence = plain(&summary(&it));
    assert!(
        sentence.ends_with("; 22 to 33 requests a point."),
        "{sentence}"
    );
    let none = &mut it.lines[0].points[0];
    (none.count, none.lost, none.p95) = (0, 1.0, 0.0);
    let sentence = plain(&summary(&it));
    assert!(
        sentence
            .contains("P95 TTFT from none (no request was completed) at 4 arrivals/s to 10.0 s"),
        "{sentence}"
    );
}
