use super::*;
use proptest::prelude::*;

fn run() -> impl Strategy<Value = Vec<Event>> {
    let request = (0u64..100, 0u64..50, 0u64..50, 0u16..3);
    prop::collection::vec(request, 0..30).prop_map(|requests| {
        let mut events = Vec::new();
        for (n, (sent, first, rest, replica)) in requests.into_iter().enumerate() {
            let moments = [
                (Kind::Sent, sent),
                (Kind::FirstToken, sent + first),
                (Kind::Done, sent + first + rest),
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
            let sent = events.iter().filter(|e| e.at.0 <= stop && e.kind == Kind::Sent).count();
            let all = cursor.all();
            prop_assert_eq!((all.waiting + all.answering + all.done) as usize, sent);
        }
    }

    #[test]
    fn stepping_to_the_end_meets_every_mark_and_back_again(events in run()) {
        let marks = Marks::new(&[&events], VirtualTime(1000));
        let (mut now, mut met) = (VirtualTime::ZERO, Vec::new());
        while now < marks.end {
            now = next(&marks.events, now, Way::Forward, marks.end);
            met.push(now);
        }
        let later: Vec<_> = marks.events.iter().copied().filter(|t| t.0 > 0).collect();
        prop_assert_eq!(&met[..met.len() - 1], &later[..]);
        let mut back = Vec::new();
        while now > VirtualTime::ZERO {
            now = next(&marks.events, now, Way::Back, marks.end);
            back.push(now);
        }
        back.reverse();
        prop_assert_eq!(back.iter().copied().filter(|t| t.0 > 0).collect::<Vec<_>>(), later);
    }
}

#[test]
fn at_the_end_everything_is_done() {
    let events =
        [(Kind::Sent, 1), (Kind::FirstToken, 2), (Kind::Done, 2)].map(|(kind, at)| Event {
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
