use super::*;
use crate::chips::Block;
use crate::playground::samples::SAMPLES;
use crate::rich::words as plain;
use warmpath_core::token::Tokenizer;

fn read(text: &str, size: u32) -> Prompt {
    Prompt::read(&mut Tokenizer::default(), text, size)
}

fn kinds(text: &str, size: u32) -> Vec<Problem> {
    lint(&read(text, size))
        .iter()
        .map(|note| note.kind)
        .collect()
}

const REST: &str = "You are the support agent of Lumen, a shop for lamps. Answer from the policy below, in two sentences";

#[test]
fn what_varies_near_the_start_is_noted() {
    for clock in [
        "09:41",
        "[9:41:07]",
        "2025-03-01",
        "2025-03-01T09:41:07Z",
        "01.03.2025",
        "1740822067",
        "3/1/2025",
    ] {
        let notes = lint(&read(&format!("{clock} {REST} here it is."), 4));
        assert_eq!(notes[0].kind, Problem::Clock, "{clock}: {notes:?}");
    }
    for id in [
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "req_8f14e45fce",
        "a1b2c3d4e5",
    ] {
        let notes = lint(&read(&format!("Request {id}: {REST} here it is."), 4));
        assert!(
            notes.iter().any(|note| note.kind == Problem::Id),
            "{id}: {notes:?}"
        );
    }
}

#[test]
fn what_only_looks_alike_is_not() {
    let plain = [
        "In 2025 there were 10 lamps.",
        "Ratio 16:9 is wide",
        "Version 1.2.3 of it",
        "order 4417 shipped",
        "GPT4 and B200 and H100",
    ];
    for text in plain {
        let found = kinds(&format!("{text} {REST}, and never guess."), 4);
        assert!(
            !found.contains(&Problem::Clock) && !found.contains(&Problem::Id),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn at_the_end_it_does_no_harm() {
    let found = kinds(&format!("{REST}. It is 09:41:07"), 4);
    assert!(!found.contains(&Problem::Clock), "{found:?}");
}

#[test]
fn a_token_short_of_a_block_is_noted_and_a_full_one_is_not() {
    let words = |n: usize| vec!["word"; n].join(" ");
    assert_eq!(kinds(&words(15), 16), [Problem::Short]);
    assert_eq!(kinds(&words(31), 16), [Problem::Short]);
    for n in [14, 16, 17, 32] {
        assert_eq!(kinds(&words(n), 16), [], "{n}");
    }
    assert_eq!(kinds(&words(15), 1), []);
    let sentence = plain(&lint(&read(&words(15), 16))[0].sentence);
    assert!(
        sentence.starts_with("15\u{a0}tokens where 16 would be cached."),
        "{sentence}"
    );
}

#[test]
fn a_leading_space_is_noted_but_not_in_nothing() {
    assert_eq!(kinds(" a b c d", 4), [Problem::LeadingSpace]);
    assert_eq!(kinds("   ", 4), []);
    assert_eq!(kinds("", 4), []);
}

#[test]
fn prompts_that_part_early_and_go_on_alike_are_noted() {
    let (a, b) = (
        read(&format!("You help Ann. {REST}"), 4),
        read(&format!("You help Bob. {REST}"), 4),
    );
    let note = lint_pair(&a, &b).expect("they part at a name");
    assert_eq!((note.kind, note.tokens), (Problem::Varies, 2..3));
    let text = plain(&note.sentence);
    assert!(
        text.contains("\"Bob\", in block 1") && text.contains("the same again"),
        "{text}"
    );
    assert_eq!(lint_pair(&a, &a), None);
    assert_eq!(
        lint_pair(&a, &read("Something else altogether, of other words.", 4)),
        None
    );
    assert_eq!(lint_pair(&read("", 4), &a), None);
}

#[test]
fn the_sample_with_a_clock_is_the_only_one_with_such_a_note() {
    for sample in SAMPLES {
        let found = kinds(&sample.prompt(), 4);
        assert_eq!(
            found.contains(&Problem::Clock),
            sample.title == "A clock at the front",
            "{}",
            sample.title
        );
        assert!(!found.contains(&Problem::Id), "{}", sample.title);
    }
}

#[test]
fn a_note_has_its_number_at_its_token() {
    let prompt = read(&format!("[09:41:07] {REST}"), 4);
    let notes = lint(&prompt);
    let block = Block {
        notes: at_block(&notes, &prompt, 0),
        ..prompt.block(0, 0)
    };
    assert_eq!(block.notes, [(1, 1)]);
    assert!(at_block(&notes, &prompt, 1).is_empty());
    assert_eq!(block.chips[1], "09");
}

/// A clock that is changed at the end costs no more blocks than the note says, wherever a block begins, with or without a
/// bracket behind it.
#[test]
fn what_a_change_at_the_end_costs_is_a_bound() {
    let cost = |words: usize, behind: &str, size: u32| {
        let at = |clock: &str| read(&format!("{}{clock}{behind}", "word ".repeat(words)), size);
        let [before, after] = ["09:41:07", "10:52:18"].map(at);
        let change = crate::chips::change(&before, &after);
        (change.blocks - change.kept) as usize
    };
    for size in [4, 8, 16] {
        let costs = (20..40).flat_map(|words| ["", "]"].map(|it| cost(words, it, size)));
        assert_eq!(costs.max(), Some(at_the_end(5, size as usize)), "{size}");
    }
    let note = &lint(&read(&SAMPLES[4].prompt(), 4))[0];
    assert!(plain(&note.sentence).ends_with("At the end it would cost at most two."));
}
