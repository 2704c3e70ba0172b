use super::*;

fn desk(policy: &str) -> Desk {
    Desk::new(PolicySpec::parse(policy).unwrap(), 3, 4, 7).unwrap()
}

const LONG: &str = "one two three four five six seven eight nine ten eleven twelve thirteen";

#[test]
fn only_what_was_completed_is_held() {
    let mut desk = desk("smart");
    let first = desk.send(LONG, None);
    assert_eq!(
        (first.number, first.tokens.len(), first.blocks.len()),
        (0, 13, 3)
    );
    assert_eq!(desk.look(LONG, None).overlaps, [0, 0, 0]);
    assert_eq!(desk.signals()[0].active, 1);
    assert!(desk.complete(0) && !desk.complete(0) && !desk.complete(9));
    assert_eq!(desk.signals()[0].active, 0);
    let second = desk.look(LONG, Some(8));
    assert_eq!(second.overlaps, [3, 0, 0]);
    // (13 - 3 × 4) / 4 to prefill and 8 / 4 to decode.
    assert_eq!(second.decision.candidates[0].cost, 0.25 + 2.0);
    assert_eq!(second.decision.candidates[1].cost, 13.0 / 4.0 + 2.0);
    assert_eq!(second.decision.margin, Some(3.0));
}

#[test]
fn looking_changes_nothing() {
    let mut desk = desk("round-robin");
    let replicas: Vec<u32> = (0..4)
        .map(|_| {
            desk.look("elsewhere", None);
            desk.send(LONG, None).decision.replica
        })
        .collect();
    assert_eq!(replicas, [0, 1, 2, 0]);
    assert_eq!(desk.active().count(), 4);
    desk.reset();
    assert_eq!(desk.active().count(), 0);
    assert_eq!(desk.send(LONG, None).decision.replica, 0);
}

#[test]
fn a_policy_that_knows_nothing_is_shown_nothing() {
    let mut desk = desk("chwbl");
    let first = desk.send(LONG, None);
    desk.complete(first.number);
    let second = desk.send(LONG, None);
    assert_eq!(second.overlaps[first.decision.replica as usize], 3);
    assert!(
        second
            .decision
            .candidates
            .iter()
            .all(|c| c.overlap_blocks == 0)
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let make = |policy: &str, replicas, size| {
        Desk::new(PolicySpec::parse(policy).unwrap(), replicas, size, 1)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert!(make("smart", 0, 16).contains("1 to 1024"));
    assert!(make("smart", 4, 0).contains("1 to 4096"));
    assert!(make("smart@routed:120s", 4, 16).contains("no time passes"));
    assert_eq!(make("smart@truth", 4, 16), "");
}
