use super::*;
use crate::trial;

/// The first policy's run of a scenario with its log, and the lives of its replicas.
fn of(query: &str) -> (Run, Vec<Life>) {
    let run = trial::logged(query).remove(0);
    let lives = lives(&run, run.end);
    (run, lives)
}

fn stages(life: &Life) -> Vec<(ReplicaState, f64)> {
    let in_tenths =
        |span: &Span<ReplicaState>| (span.what, (span.from.secs() * 10.0).round() / 10.0);
    life.spans.iter().map(in_tenths).collect()
}

#[test]
fn a_killed_replica_starts_then_is_ready_and_is_believed_in_for_a_while() {
    let (run, lives) = of("v=2&w=rag&n=300&rate=3&ev=30s:kill%3D1&p=least-load");
    let it = &lives[1];
    assert_eq!(
        stages(it),
        [
            (ReplicaState::Ready, 0.0),
            (ReplicaState::Starting, 30.0),
            (ReplicaState::Ready, 90.1)
        ]
    );
    let happening = &run.lives.as_ref().expect("lives are counted").happenings[0];
    // The run's own figures of the event.
    assert_eq!(it.cut.len() as u32, happening.cut);
    assert_eq!(it.astray.len() as u32, happening.sent_to_dead);
    let known = happening.known.expect("known").secs();
    let alive = &it.wrong[0];
    assert!(alive.what && alive.from.secs() == 30.0 && alive.to.secs() == known);
    assert!((it.believed_alive() - (known - 30.0)).abs() < 1e-9);
    assert_eq!(it.wrong_at(VirtualTime::from_secs(35.0)), Some(true));
    assert_eq!(it.wrong_at(VirtualTime::from_secs(80.0)), None);
    assert_eq!(it.at(VirtualTime::from_secs(45.0)), ReplicaState::Starting);
    // The replica is ready before the router has heard of it, so the belief is wrong the other way.
    let ready = happening.ready.expect("ready");
    assert!(
        it.wrong
            .iter()
            .skip(1)
            .all(|span| !span.what && span.from == ready)
    );
    assert!([0, 2, 3].iter().all(|&other| !lives[other].is_eventful()));
}

#[test]
fn a_life_has_no_gaps() {
    let (run, all) = of(
        "v=2&w=rag&n=300&rate=3&ev=20s:hang%3D0/15s;25s:slow%3D1x0.3/30s;30s:drain%3D2;40s:start%3D4;50s:kill%3D3/stay&drain=finish&p=smart",
    );
    assert_eq!(all.len(), 5);
    for life in &all {
        assert_eq!(life.spans[0].from, VirtualTime::ZERO);
        assert!(
            life.spans
                .windows(2)
                .all(|it| it[0].to == it[1].from && it[0].what != it[1].what)
        );
        assert_eq!(life.spans.last().map(|it| it.to), Some(run.end));
    }
    let first =
        |id: usize| -> Vec<ReplicaState> { all[id].spans.iter().map(|it| it.what).collect() };
    assert_eq!(
        first(0)[..3],
        [ReplicaState::Ready, ReplicaState::Hung, ReplicaState::Ready]
    );
    assert_eq!(
        first(1),
        [ReplicaState::Ready, ReplicaState::Slow, ReplicaState::Ready]
    );
    assert!(first(2).contains(&ReplicaState::Draining));
    assert_eq!(
        first(4)[..2],
        [ReplicaState::Absent, ReplicaState::Starting]
    );
    assert_eq!(first(3), [ReplicaState::Ready, ReplicaState::Down]);
}

#[test]
fn an_autoscaler_makes_lanes_appear_and_go() {
    let (_, all) = of("v=2&w=rag&n=500&rate=3&scale=schedule:0s%3D2;60s%3D4;150s%3D2&r=2&p=smart");
    let stages =
        |id: usize| -> Vec<ReplicaState> { all[id].spans.iter().map(|it| it.what).collect() };
    assert!(
        stages(3).starts_with(&[
            ReplicaState::Absent,
            ReplicaState::Starting,
            ReplicaState::Ready
        ]),
        "{:?}",
        stages(3)
    );
    assert_eq!(stages(0), [ReplicaState::Ready]);
}

#[test]
fn without_events_nothing_is_told() {
    let (_, all) = of("v=2&w=rag&n=100&p=smart");
    assert!(
        all.iter()
            .all(|it| !it.is_eventful() && it.spans.len() == 1)
    );
}
