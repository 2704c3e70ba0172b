//! Why the tree has the nodes and the counts that it has.

use super::{Why, why};
use crate::format;
use crate::playground::BLOCK_SIZE;
use crate::playground::samples::{SAMPLES, SYSTEM, router, tree};
use warmpath_core::scenario::standard;

/// The questions with their answers, of the prompts that the tree opens with.
pub(super) fn of() -> Vec<Why> {
    let (mut fleet, _) = tree(BLOCK_SIZE, None, &SAMPLES[1].prompt());
    let look = fleet.look(&SAMPLES[0].prompt());
    let nothing = fleet.look(&SAMPLES[3].prompt());
    let all = fleet.held(0) as u32;
    let room = all / 2;
    let (small, evicted) = tree(BLOCK_SIZE, Some(room), &SAMPLES[1].prompt());
    let count = |n: u32| format::count(u64::from(n));
    let (found, full) = (look.deepest(), look.prompt.full_blocks());
    let system = fleet.read(SYSTEM).full_blocks();
    let mut wide = router(standard::BLOCK_SIZE);
    let wide = wide.read(&SAMPLES[0].prompt()).full_blocks();
    vec![
        why(
            "Why are the branches as long as they are?",
            "A branch is what all prompts below it share. The shop\u{2019}s instructions, with which each begins, make {} of {} tokens; a branch behind \
             them goes on to the first block in which two prompts differ, or to the end of the only prompt that is left.",
            [format::blocks(system), BLOCK_SIZE.to_string()],
        ),
        why(
            "Why blocks of four tokens here, and of 16 in the first section?",
            "Only so that something can be seen: {} tokens a block is vLLM\u{2019}s size and that of every simulated GPU of this page, but with it a \
             prompt as short as this one makes {} instead of {}. Choose the size below the figure.",
            [
                standard::BLOCK_SIZE.to_string(),
                format::blocks(wide),
                format::count(u64::from(full)),
            ],
        ),
        why(
            "Why is not all of the second prompt found?",
            "The two are the same for {} of {} blocks, up to where the customer goes on to write about the shade. From the first \
             token that differs on, each block has an id that nobody has stored.",
            [count(found), count(full)],
        ),
        why(
            "Why is more than nothing found, though nobody asked this before?",
            "Each of the stored prompts begins with the same instructions, and a prompt need not be the same to the end: what \
             it shares from its beginning on is reused. The haiku among the samples begins otherwise, and finds {} of {}.",
            [
                count(nothing.deepest()),
                count(nothing.prompt.full_blocks()),
            ],
        ),
        why(
            "Why are there fewer blocks than all prompts have together?",
            "A block that several prompts share is there once. All prompts fit into {}. With room for {} the cache evicts {} on the \
             way, and holds {} at the end: it forgets only what it must.",
            [
                format::blocks(all),
                format::blocks(room),
                format::blocks(evicted),
                count(small.held(0) as u32),
            ],
        ),
        why(
            "Why does a path lose its end first?",
            "A block is of no use once the one before it is gone, since a look-up follows the path from its beginning. So of blocks \
             that were used at the same time, the deepest goes first.",
            [],
        ),
    ]
}
