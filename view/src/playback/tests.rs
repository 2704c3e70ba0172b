use super::*;
use proptest::prelude::*;
use std::sync::Arc;
use warmpath_core::fleet::Replay;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Named;

fn run() -> impl Strategy<Value = Vec<Event>> {
    let request = (0u64..100, 0u64..50, 0u64..50, 0u16..3);
    prop::collection::vec(request, 0..30).prop_map(|requests| {
        let mut events = Vec::new();
        for (n, (sent, first, rest, replica)) in requests.into_iter().enumerate() {
            let moments = [
                (EventKind::Sent, sent),
                (EventKind::FirstToken, sent + first),
                (EventKind::Done, sent + first + rest),
            ];
            events.extend(moments.map(|(kind, at)| Event {
                at: VirtualTime(at),
                kind,
                request: n as u32,
                replica,
            }));
        }
        events.sort_unstable();
        events
    })
}

proptest! {
    #[test]
    fn a_seek_from_anywhere_equals_a_replay_from_zero(
        events in run(),
        stops in prop::collection::vec(0u64..220, 1..20),
    ) {
        let mut cursor = Cursor::new(3);
        for stop in stops {
            cursor.seek(&events, VirtualTime(stop));
            let mut fresh = Cursor::new(3);
            fresh.seek(&events, VirtualTime(stop));
            prop_assert_eq!(&cursor, &fresh);
            let sent = events.iter().filter(|e| e.at.0 <= stop && e.kind == EventKind::Sent).count();
            let all = cursor.all();
            prop_assert_eq!((all.waiting + all.answering + all.done) as usize, sent);
        }
    }

    #[test]
    fn stepping_to_the_end_meets_every_mark_and_back_again(events in run()) {
        let marks = Marks::new(&[&events], VirtualTime(1000));
        let (mut now, mut met) = (VirtualTime::ZERO, Vec::new());
        while now < marks.end {
            now = next(&marks.events, now, Direction::Forward, marks.end);
            met.push(now);
        }
        let later: Vec<_> = marks.events.iter().copied().filter(|t| t.0 > 0).collect();
        prop_assert_eq!(&met[..met.len() - 1], &later[..]);
        let mut back = Vec::new();
        while now > VirtualTime::ZERO {
            now = next(&marks.events, now, Direction::Back, marks.end);
            back.push(now);
        }
        back.reverse();
        prop_assert_eq!(back.iter().copied().filter(|t| t.0 > 0).collect::<Vec<_>>(), later);
    }
}

/// If a replica dies and requests are tried again, every attempt is counted at the replica it was sent to, until it ends
/// there.
#[test]
fn attempts_are_where_they_are_and_end_when_they_end() {
    let query = "v=2&w=rag:contexts%3D12;questions%3D10&rate=40&r=3&p=least-load&ev=6s:kill%3D1&ctries=3&health=ray";
    let scenario = Scenario::from_query(query).expect("valid");
    let named = Named::parse(&scenario.workload).expect("valid");
    let workload = named.generate(scenario.block_size, scenario.seed, scenario.requests);
    let replay = Replay::new(scenario, Arc::new(workload.expect("valid")), true).expect("valid");
    let run = replay.finish().expect("valid").remove(0);
    let events = events(&run);
    let count = |kind| events.iter().filter(|it| it.kind == kind).count();
    let became = |outcome| {
        run.records
            .iter()
            .filter(|it| it.outcome == outcome)
            .count()
    };
    assert!(count(EventKind::Lost) > 0 && count(EventKind::Cut) > 0);
    assert_eq!(count(EventKind::Done), became(Outcome::Completed));
    assert_eq!(count(EventKind::Cut), became(Outcome::Cut));
    let ended = count(EventKind::Done) + count(EventKind::Lost) + count(EventKind::Cut);
    assert_eq!(count(EventKind::Sent), ended);
    let mut cursor = Cursor::new(3);
    for event in &events {
        cursor.seek(&events, event.at);
        let fits = |it: &Census| it.waiting.max(it.answering) < 1000;
        assert!(cursor.replicas.iter().all(fits), "{cursor:?}");
    }
    // The dead replica has no requests from its death until it is up again, a minute later.
    cursor.seek(&events, VirtualTime::from_secs(6.1));
    let dead = cursor.replicas[1];
    assert_eq!((dead.waiting, dead.answering), (0, 0));
    cursor.seek(&events, run.end);
    let all = cursor.all();
    assert_eq!((all.waiting, all.answering), (0, 0));
}

/// A request whose answer breaks off has that once, however many of its attempts failed before a token came.
#[test]
fn only_the_attempt_that_had_begun_is_cut_off() {
    let query = "v=2&w=rag&n=120&rate=4&r=3&p=round-robin&ctries=4&rtries=3&mttr=1&health=ray&ev=6s:kill%3D1;9s:kill%3D2;12s:kill%3D0;\
                 15s:kill%3D1;18s:kill%3D2;21s:kill%3D0;24s:kill%3D1";
    let runs = crate::trial::logged(query);
    let run = &runs[0];
    let events = events(run);
    let (mut cut, mut failed_before) = (0, 0);
    for (request, record) in (0u32..).zip(&run.records) {
        let of = |kind| {
            let mine = events.iter().filter(|it| it.request == request);
            mine.filter(|it| it.kind == kind).count()
        };
        let was_cut = usize::from(record.outcome == Outcome::Cut);
        assert_eq!(of(EventKind::Cut), was_cut, "{request}");
        cut += was_cut;
        failed_before += was_cut * of(EventKind::Lost);
    }
    assert!(cut > 0 && failed_before > 0, "{cut} {failed_before}");
}

#[test]
fn at_the_end_everything_is_done() {
    let events = [
        (EventKind::Sent, 1),
        (EventKind::FirstToken, 2),
        (EventKind::Done, 2),
    ]
    .map(|(kind, at)| Event {
        at: VirtualTime(at),
        kind,
        request: 0,
        replica: 0,
    });
    let mut cursor = Cursor::new(1);
    cursor.seek(&events, VirtualTime(2));
    assert_eq!(cursor.all().done, 1);
    cursor.seek(&events, VirtualTime(1));
    assert_eq!(
        cursor.all(),
        Census {
            waiting: 1,
            answering: 0,
            done: 0
        }
    );
}
