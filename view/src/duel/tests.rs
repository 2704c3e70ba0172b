use super::*;
use crate::playback::Cursor;
use crate::say::plain;

#[test]
fn the_opening_duel_shows_what_reuse_is_worth() {
    let duel = opening().expect("the opening scenario is valid");
    let [a, b] = &duel.sides;
    assert_eq!((a.answered, b.answered), (300, 300));
    assert!(
        a.ttft_p50_s > 10.0 * b.ttft_p50_s,
        "{} {}",
        a.ttft_p50_s,
        b.ttft_p50_s
    );
    assert!(b.reuse > a.reuse && b.reuse < 1.0);
    assert_eq!(a.shares.iter().sum::<u32>(), 300);
    let said = plain(&say::delta(&duel));
    assert!(
        said.contains("300\u{a0}requests") && said.contains("They part at request"),
        "{said}"
    );
}

#[test]
fn lanes_add_up_to_the_engines_busy_time() {
    let mut watched = watched(0, OPENING).expect("valid");
    while !watched.run(1 << 16).expect("valid") {}
    let duel = duel(&watched).expect("finished");
    for (side, run) in duel.sides.iter().zip(watched.replay.runs()) {
        for (lane, replica) in side.lanes.iter().zip(&run.replicas) {
            let drawn = lanes::whole(lane).busy() * duel.marks.end.secs();
            let busy = replica.tally.busy_ns as f64 / 1e9;
            assert!((drawn - busy).abs() < 1e-6 * busy, "{drawn} {busy}");
        }
    }
}

#[test]
fn both_sides_have_sent_the_same_at_any_moment() {
    let duel = opening().expect("valid");
    let mut cursors = [Cursor::new(4), Cursor::new(4)];
    for tenths in [0, 300, 20, 700, 5_000] {
        let at = VirtualTime::from_millis(f64::from(tenths) * 100.0);
        let sent = [0, 1].map(|which| {
            cursors[which].seek(&duel.sides[which].events, at);
            let all = cursors[which].all();
            all.waiting + all.answering + all.done
        });
        assert_eq!(sent[0], sent[1]);
    }
    let (request, at) = duel.parting.expect("they part");
    let told = say::decisions(&duel, at, 3);
    assert!(
        told[0].contains(&format!("request\u{a0}{},", request)),
        "{told:?}"
    );
}

#[test]
fn the_same_policy_twice_never_parts() {
    let mut watched = watched(0, ["smart", "smart"]).expect("valid");
    while !watched.run(1 << 16).expect("valid") {}
    let mut duel = duel(&watched).expect("finished");
    assert_eq!((duel.parting, duel.elsewhere), (None, 0));
    assert_eq!(duel.flag(), None);
    // Pictures are taken at other moments of the second run.
    duel.sides[1].moments = duel.sides[0].moments.clone();
    duel.sides[1].growth = duel.sides[0].growth.clone();
    assert!(duel.sides[0] == duel.sides[1]);
    assert!(replay_error().contains("nobody"));
}

fn replay_error() -> String {
    replay(0, ["nobody", "smart"]).err().unwrap_or_default()
}
