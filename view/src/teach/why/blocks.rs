//! Why a prompt is cut into the blocks that it is cut into, and why they have the ids that they have.

use super::{Why, why};
use crate::chips::change;
use crate::format;
use crate::playground::BLOCK_SIZE;
use crate::playground::samples::{SAMPLES, router};
use crate::teach::questions::reworded;
use warmpath_core::scenario::standard;

/// The questions with their answers, of the sample that the blocks open with.
pub(super) fn of() -> Vec<Why> {
    let mut cutter = router(BLOCK_SIZE);
    let prompt = cutter.read(&SAMPLES[1].prompt());
    let changed = cutter.read(&reworded(&SAMPLES[1].prompt()));
    let change = change(&prompt, &changed);
    let mut wide = router(standard::BLOCK_SIZE);
    let wide = wide.read(&SAMPLES[1].prompt());
    let count = |n: u32| format::count(u64::from(n));
    vec![
        why(
            "Why do the last tokens have no id?",
            "An id names a whole block. {} tokens are {} full blocks of {} and {} left over, which would get another id as soon as \
             a token is added. They are never kept, and are computed each time.",
            [
                format::count(prompt.tokens.len() as u64),
                count(prompt.full_blocks()),
                BLOCK_SIZE.to_string(),
                count(prompt.tail_tokens()),
            ],
        ),
        why(
            "Why do blocks with the same words get other ids?",
            "What the model has worked out about a token depends on all tokens before it, so a block's work is reusable only \
             behind the same beginning. The id says just that. Reword the first word, and {} of {} ids are other ones, {} of them \
             of blocks whose own words have not changed.",
            [
                count(change.blocks - change.kept),
                count(change.blocks),
                count(change.renamed_alone),
            ],
        ),
        why(
            "Why not one token a block, so that nothing is left over?",
            "Each block costs a look-up, an entry in the table and a word from the engine to the router. With {} tokens a block \
             this prompt has {} ids instead of {}, and loses {} tokens at its end instead of {}.",
            [
                standard::BLOCK_SIZE.to_string(),
                count(wide.full_blocks()),
                count(prompt.full_blocks()),
                count(wide.tail_tokens()),
                count(prompt.tail_tokens()),
            ],
        ),
    ]
}
