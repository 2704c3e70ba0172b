//! Worked by hand from the rule.

use super::*;

fn hpa(text: &str) -> Hpa {
    Hpa::new(&Autoscale::parse(text).unwrap())
}

fn at(seconds: f64) -> VirtualTime {
    VirtualTime::from_secs(seconds)
}

/// A fleet whose `n` replicas are all ready and in use by this much.
fn seen(now: f64, n: u32, busy: f64) -> FleetLook {
    let pod = Sample {
        ready: true,
        busy,
        ..Sample::default()
    };
    FleetLook {
        now: at(now),
        wanted: n,
        pods: vec![pod; n as usize],
        ..FleetLook::default()
    }
}

/// Four replicas, target 70: 105 is 1.5 times that, so 6; 75 is within a tenth, so 4. Of two that could not be measured it is
/// taken that they do nothing: (105 + 105 + 0 + 0) / 4 = 52.5 would shrink the fleet, so nothing is done.
#[test]
fn a_ratio_is_rounded_up_and_what_is_missing_holds_it_back() {
    let of = |counted: &[f64], missing, ignored| {
        by_mean(4, counted, (missing, ignored), (70.0, 100.0), 0.1)
    };
    assert_eq!(of(&[105.0; 4], 0, 0), 6);
    assert_eq!(of(&[75.0; 4], 0, 0), 4);
    assert_eq!(
        of(&[77.0; 4], 0, 0),
        4,
        "1.1 exactly is within the tolerance"
    );
    assert_eq!(of(&[105.0; 2], 2, 0), 4);
    // One of four comes up: (3 × 140 + 0) / 4 = 105, 1.5 times the target: 6 of 4, not 2 × 3.
    assert_eq!(of(&[140.0; 3], 0, 1), 6);
    // Shrinking, it does not count at all: 21 / 70 × 3 = 0.9, so 1.
    assert_eq!(of(&[21.0; 3], 0, 1), 1);
    // A missing one counts as fully used: (3 × 21 + 100) / 4 = 40.75, × 4 / 70 = 2.33, so 3.
    assert_eq!(of(&[21.0; 3], 1, 0), 3);
    assert_eq!(of(&[], 4, 0), 4);
}

/// Three of four replicas are in full use, at a target of a half. The fourth does not serve yet, or has served for 5 s: it was not
/// measured, so it counts as idle, and 3/4 are 1.5 times the target. Measured, it would be as busy as the others: twice the target.
#[test]
fn what_comes_up_is_taken_to_do_nothing() {
    let of = |text: &str, change: fn(&mut Sample)| {
        let mut seen = seen(100.0, 4, 1.0);
        seen.pods.iter_mut().for_each(|pod| pod.kv = 1.0);
        change(&mut seen.pods[3]);
        hpa(text).desired(&seen)
    };
    let (busy, kv) = ("hpa:busy=0.5;max=20", "hpa:kv=0.5;max=20");
    assert_eq!([busy, kv].map(|text| of(text, |_| ())), [8, 8]);
    let starts: fn(&mut Sample) = |pod| pod.ready = false;
    assert_eq!([busy, kv].map(|text| of(text, starts)), [6, 6]);
    let young: fn(&mut Sample) = |pod| (pod.begun, pod.up) = (at(60.0), at(95.0));
    assert_eq!([busy, kv].map(|text| of(text, young)), [6, 8]);
    // Where the others do little, CPU use of one that starts does not count, 3 x 0.1 / 0.5 = 0.6, so 1; what is missing of another
    // metric counts as all that was aimed at: (3 x 0.1 + 0.5) / 4 = 0.2, and 4 x 0.2 / 0.5 = 1.6, so 2.
    let little = |text: &str| {
        let mut seen = seen(100.0, 4, 0.1);
        seen.pods.iter_mut().for_each(|pod| pod.kv = 0.1);
        seen.pods[3].ready = false;
        let mut hpa = hpa(text);
        hpa.desired(&seen);
        seen.now = at(500.0);
        hpa.desired(&seen)
    };
    assert_eq!([busy, kv].map(little), [1, 2]);
}

/// Ten replicas were recommended at 0 s, three from then on: it stays at ten while the ten is younger than 300 s, then goes to
/// three in one step, as all may go in 15 s.
#[test]
fn it_shrinks_by_the_most_of_five_minutes() {
    let mut hpa = hpa("hpa:busy=0.7;max=20");
    assert_eq!(hpa.desired(&seen(0.0, 10, 0.7)), 10);
    for tick in 1..20 {
        assert_eq!(
            hpa.desired(&seen(15.0 * f64::from(tick), 10, 0.21)),
            10,
            "tick {tick}"
        );
    }
    assert_eq!(hpa.desired(&seen(300.0, 10, 0.21)), 3);
}

/// Sixty requests wait, five for each replica: twelve are wanted. From two it is six at first (two and four more, or twice
/// two, whichever is more), twelve 15 s later.
#[test]
fn a_queue_wants_all_at_once_and_gets_it_in_steps() {
    let waiting = |now: f64, n: u32, waiting: u32| {
        let mut seen = seen(now, n, 0.0);
        seen.pods[0].waiting = waiting;
        seen
    };
    let mut scaler = hpa("hpa:waiting=5;max=20");
    assert_eq!(scaler.desired(&waiting(0.0, 2, 60)), 6);
    assert_eq!(
        scaler.desired(&waiting(5.0, 6, 60)),
        6,
        "the period goes on"
    );
    assert_eq!(scaler.desired(&waiting(15.0, 6, 60)), 12);
    // What is added is of no help, and the queue doubles with every look: the cascade, up to the most.
    let mut scaler = hpa("hpa:waiting=5;max=16");
    let (mut n, mut course) = (2, Vec::new());
    for (tick, queue) in [20, 40, 80, 160].into_iter().enumerate() {
        n = scaler.desired(&waiting(15.0 * tick as f64, n, queue));
        course.push(n);
    }
    assert_eq!(course, [4, 8, 16, 16]);
}

#[test]
fn of_several_metrics_the_most_counts_and_the_limits_hold() {
    let mut both = hpa("hpa-seed");
    let mut fleet = seen(0.0, 4, 0.35);
    fleet.pods.iter_mut().for_each(|pod| pod.kv = 0.96);
    // CPU wants 2 and would have to wait, memory 4 × 0.96 / 0.8 = 4.8, so 5.
    assert_eq!(both.desired(&fleet), 5);
    let mut few = hpa("hpa-seed-3");
    assert_eq!(few.desired(&seen(0.0, 2, 0.7)), 3);
}

/// A replica that was ready 10 s ago has no sample of a whole 15 s: it is ignored, and as the others want more, it counts as
/// idle: (0.9 + 0.9 + 0) / 3 / 0.5 = 1.2, × 3 = 3.6, so 4 and not 1.8 × 2 + 1.
#[test]
fn a_young_replica_is_ignored() {
    let mut scaler = hpa("hpa:busy=0.5");
    let mut fleet = seen(100.0, 3, 0.9);
    (fleet.pods[2].begun, fleet.pods[2].up) = (at(30.0), at(90.0));
    assert_eq!(scaler.desired(&fleet), 4);
    // 20 s after it was ready it is counted: 0.9 / 0.5 × 3 = 5.4, so 6.
    let mut later = hpa("hpa:busy=0.5");
    fleet.now = at(110.0);
    assert_eq!(later.desired(&fleet), 6);
}

/// From two, six at most. A step that was not taken leaves the next look of the same 15 s all of it; one that was taken counts.
#[test]
fn a_step_that_is_held_back_counts_towards_no_limit() {
    let second = |held_back: bool| {
        let mut hpa = hpa("hpa:busy=0.1;max=64;sync=5");
        assert_eq!(hpa.desired(&seen(0.0, 2, 1.0)), 6);
        if held_back {
            hpa.held_back(at(0.0));
        }
        hpa.desired(&seen(5.0, 2, 1.0))
    };
    assert_eq!(second(true), 6);
    assert_eq!(second(false), 4);
}
