//! vLLM production-stack, of which no package is published: cases worked by hand from its source, at the edge of each rule.

use super::{Trial, request};
use warmpath_core::request::{Chain, TextKeys};
use warmpath_core::router::Ask;
use warmpath_core::units::VirtualTime;

/// Where its request goes at that moment; it is remembered there.
fn at(trial: &mut Trial, seconds: f64) -> u32 {
    let ask = Ask {
        now: VirtualTime::from_secs(seconds),
        chunks: &trial.corpus,
        ..Ask::new(&trial.request, &trial.corpus, 16, 100)
    };
    let columns = trial.columns();
    let known = warmpath_core::router::FleetKnowledge::new(&columns, &trial.overlaps);
    let chosen = trial.policy.choose(&ask, &known).replica;
    trial.policy.sent(&ask, &known, chosen);
    chosen.0
}

/// Another prompt, of this many chunks of text of its own.
fn another(trial: &mut Trial, chunks: u32) {
    let chunks = trial.corpus.extend(Chain::default(), chunks);
    trial.request = request(Chain::default(), 160);
    trial.request.keys = Some(TextKeys {
        chunks,
        ..TextKeys::default()
    });
}

/// `_qps_routing`: the first that was never asked, then the fewest of the last 60 s, the first of equals; load in flight is
/// not looked at. `MovingAverageMonitor` drops what is older than the window, not what is as old.
#[test]
fn a_short_match_goes_where_the_fewest_requests_of_the_last_minute_went() {
    let mut trial = Trial::new("prefix-aware:min_match=1000", &[9, 0, 0], &[0; 3]);
    let mut fresh = |seconds: f64| {
        another(&mut trial, 1);
        at(&mut trial, seconds)
    };
    assert_eq!([fresh(0.0), fresh(1.0), fresh(2.0)], [0, 1, 2]);
    assert_eq!([fresh(3.0), fresh(4.0)], [0, 1]);
    // Two, two and one.
    assert_eq!(fresh(60.0), 2);
    // The one of 0 s is gone just after 60 s: one, two and two.
    assert_eq!(fresh(60.001), 0);
    // Of equal ones the first: all have two.
    assert_eq!(fresh(60.002), 0);
}

/// `longest_prefix_match` counts 128 characters for each chunk, the shorter last one too, and `<` compares: a match of exactly
/// `prefix_min_match_length` counts.
#[test]
fn a_match_as_long_as_the_least_counts() {
    for (least, kept) in [(384, true), (385, false)] {
        let mut trial = Trial::new(&format!("prefix-aware:min_match={least}"), &[0; 4], &[0; 4]);
        another(&mut trial, 3);
        // Nothing matches yet, so the first; it is remembered there though it was below the least (since pull request 990).
        assert_eq!(at(&mut trial, 0.0), 0);
        let again: Vec<u32> = (1..4)
            .map(|second| at(&mut trial, f64::from(second)))
            .collect();
        let expected = if kept { [0, 0, 0] } else { [1, 2, 3] };
        assert_eq!(again, expected, "{least}");
    }
}

/// `random.choice` among all where nothing matches, among the holders where something does, whatever the load.
#[test]
fn without_a_least_match_everything_is_drawn() {
    let mut trial = Trial::new("prefix-aware", &[50, 0, 0], &[0; 3]);
    another(&mut trial, 2);
    let draws = trial.draws(3000);
    assert!(
        draws.iter().all(|&count| (900..1100).contains(&count)),
        "{draws:?}"
    );
    let first = at(&mut trial, 0.0);
    let again: Vec<u32> = trial.draws(50);
    assert_eq!(again[first as usize], 50);
}

/// `HashRing.get_node` on the session's name: load is not looked at, and a session stays.
#[test]
fn a_session_stays_whatever_the_load() {
    let mut trial = Trial::new("session", &[0; 4], &[0; 4]);
    let mut counts = [0; 4];
    for conversation in 0..400 {
        trial.request.conversation = conversation;
        trial.load(&[0; 4]);
        let home = trial.choose();
        let mut loads = [0; 4];
        loads[home as usize] = 1000;
        trial.load(&loads);
        assert_eq!(trial.choose(), home);
        counts[home as usize] += 1;
    }
    assert!(counts.iter().all(|&count| count > 40), "{counts:?}");
}
