use super::*;
use proptest::prelude::*;

fn step(start: u64, end: u64, prefill: u32, hit: u32, waiting: u32) -> StepReport {
    StepReport {
        start: VirtualTime(start),
        end: VirtualTime(end),
        prefill_tokens: prefill,
        hit_tokens: hit,
        decoding: 1,
        waiting,
        referenced_blocks: 0,
    }
}

#[test]
fn a_step_is_parted_by_its_prompt_tokens() {
    let steps = [step(0, 10, 25, 75, 4), step(10, 15, 0, 0, 0)];
    let columns = columns(&steps, VirtualTime(20), 2);
    assert_eq!((columns[0].cold, columns[0].warm), (0.25, 0.75));
    assert_eq!(columns[0].waiting, 4.0);
    assert_eq!((columns[1].decode, columns[1].busy()), (0.5, 0.5));
    assert_eq!(whole(&columns).warm, 0.375);
}

#[test]
fn wider_columns_hold_the_same_time() {
    let steps = [step(0, 10, 25, 75, 4), step(10, 15, 0, 0, 0)];
    let fine = columns(&steps, VirtualTime(20), 8);
    let coarse = wider(&fine, 4);
    assert_eq!(coarse, columns(&steps, VirtualTime(20), 2));
    assert_eq!(wider(&fine, 3).len(), 3);
    assert_eq!(wider(&fine, 0), fine);
}

#[test]
fn a_run_without_time_has_empty_columns() {
    let columns = columns(&[], VirtualTime::ZERO, 3);
    assert_eq!(columns, vec![Column::default(); 3]);
}

#[test]
fn neighbours_of_one_height_are_one_edge() {
    let steps = [step(0, 80, 10, 0, 2), step(80, 100, 0, 0, 0)];
    let columns = columns(&steps, VirtualTime(100), 10);
    let drawn = strip::strip(&columns, most_waiting(&columns), 0.0);
    let shades: Vec<_> = drawn.iter().map(|it| (it.class, &*it.path)).collect();
    assert_eq!(
        shades,
        [
            ("decode", "M8 0h2V22h-2"),
            ("cold", "M0 0h8V22h-8"),
            ("queue", "M0 24h8V36h-8"),
        ]
    );
}

#[test]
fn columns_that_touch_are_one_outline() {
    let column = |cold, warm| Column {
        cold,
        warm,
        ..Column::default()
    };
    let columns = [
        column(0.5, 0.5),
        column(0.5, 0.0),
        column(0.5, 0.25),
        column(0.0, 0.0),
        column(1.0, 0.0),
    ];
    let drawn = strip::strip(&columns, 0.0, 0.0);
    let shades: Vec<_> = drawn.iter().map(|it| (it.class, &*it.path)).collect();
    assert_eq!(
        shades,
        [
            ("cold", "M0 11h3V22h-3M4 0h1V22h-1"),
            ("warm", "M0 0h1V11h-1M2 5h1V11h-1"),
        ]
    );
}

proptest! {
    #[test]
    fn no_time_is_lost_at_any_width(
        lengths in prop::collection::vec((1u64..50, 0u64..20, 0u32..3, 0u32..3), 1..40),
        count in 1usize..70,
    ) {
        let (mut now, mut steps) = (0, Vec::new());
        for (length, pause, prefill, hit) in lengths {
            steps.push(step(now, now + length, prefill, hit, 1));
            now += length + pause;
        }
        let busy: u64 = steps.iter().map(|s| (s.end - s.start).0).sum();
        let columns = columns(&steps, VirtualTime(now), count);
        let drawn = whole(&columns).busy() * now as f64;
        prop_assert!((drawn - busy as f64).abs() < 1e-6 * busy as f64);
        prop_assert!(columns.iter().all(|c| c.busy() < 1.0 + 1e-9));
    }
}
