use super::*;
use proptest::prelude::*;
use warmpath_core::token::Tokenizer;

fn read(text: &str, size: u32) -> Prompt {
    Prompt::read(&mut Tokenizer::default(), text, size)
}

fn long() -> String {
    (0..1000).map(|n| format!("w{n} ")).collect()
}

/// The blocks that a piece stands for.
fn covers(piece: &Piece) -> Range<usize> {
    match piece {
        Piece::Block(at) => *at..at + 1,
        Piece::Run(run) => run.clone(),
    }
}

proptest! {
    #[test]
    fn every_block_is_in_exactly_one_piece_in_order(
        words in 0usize..1200, size in 1u32..33, cached in 0u32..400, edit in 0usize..400, open in 0usize..300,
    ) {
        let prompt = read(&long().split_inclusive(' ').take(words).collect::<String>(), size);
        let mut fold = Fold { edit, ..Fold::default() };
        fold.open.push(open..open + 7);
        let pieces = fold.pieces(&prompt, cached, &[]);
        let covered: Vec<usize> = pieces.iter().flat_map(covers).collect();
        prop_assert_eq!(covered, (0..prompt.pieces()).collect::<Vec<_>>());
        for piece in &pieces {
            let Piece::Run(run) = piece else { continue };
            prop_assert!(run.len() >= FEWEST && run.end < prompt.pieces());
            let warmth = prompt.warmth(run.start, cached);
            prop_assert!(run.clone().all(|at| prompt.warmth(at, cached) == warmth));
            // A run never contains a block that the reader wants to see.
            prop_assert!(!run.contains(&edit) && !run.contains(&open));
        }
        if words <= SHORT {
            prop_assert_eq!(pieces.len(), prompt.pieces());
        } else if size == 4 {
            prop_assert!(pieces.len() < 40, "{}", pieces.len());
        }
    }
}

#[test]
fn a_prompt_that_parts_is_shown_in_full_where_it_parts() {
    let prompt = read(&long(), 4);
    let pieces = Fold::default().pieces(&prompt, 100, &[]);
    let cached = [Piece::Run(2..98), Piece::Block(98), Piece::Block(99)];
    assert_eq!(pieces[2..5], cached);
    assert_eq!(
        pieces[5..8],
        [Piece::Block(100), Piece::Block(101), Piece::Run(102..248)]
    );
}

#[test]
fn a_run_says_how_many_blocks_it_hides_and_what_they_are() {
    let prompt = read(&long(), 4);
    let fold = Fold {
        before: Some(read(&format!("before {}", long()), 4)),
        ..Fold::default()
    };
    let run = fold.run(&prompt, 0, &(2..98));
    assert_eq!((&*run.numbers, run.blocks), ("3–98", 2..98));
    assert_eq!(
        run.words.replace(format::GAP, " "),
        "96 blocks with new ids"
    );
    assert_eq!(run.warmth.words(), "to compute, then cached");
    // A row of eighty bricks, and one of sixteen.
    assert_eq!(run.path, "M0 5H480M0 15H96");
}

#[test]
fn a_very_long_run_says_what_a_brick_is() {
    let prompt = read(&long().repeat(5), 4);
    let run = Fold::default().run(&prompt, 0, &(2..1248));
    assert!(run.words.ends_with(", 3 a brick"), "{}", run.words);
}

#[test]
fn the_edit_is_where_the_tokens_part() {
    let before = read("a b c d e f g h", 2);
    assert_eq!(edited(&before, &read("a b c d e x g h", 2)), Some(2));
    assert_eq!(edited(&before, &read("a b c d e f g h i", 2)), Some(4));
    assert_eq!(edited(&before, &read("a b c", 2)), Some(1));
    assert_eq!(edited(&before, &before), None);
    assert_eq!(edited(&before, &read("", 2)), Some(0));
}

#[test]
fn marks_tell_new_ids_from_new_words() {
    let fold = Fold {
        before: Some(read("a b c d e f", 2)),
        ..Fold::default()
    };
    let now = read("a B c d e f g h", 2);
    let renamed = |fold: &Fold, at| fold.block(&now, 0, &[], at).renamed;
    let marks: Vec<_> = (0..4).map(|at| renamed(&fold, at)).collect();
    let (alone, reworded) = (Renamed::Alone, Renamed::Reworded);
    assert_eq!(marks, [reworded, alone, alone, reworded]);
    assert_eq!(renamed(&Fold::default(), 0), Renamed::No);
}
