//! Why the second answer of one GPU begins sooner, and why not at once.

use super::{Why, why};
use crate::format;
use crate::one_gpu::{ANSWER, DOCUMENT, LONGEST, PromptChoice, play};
use warmpath_core::scenario::standard;

/// The questions with their answers, from four prompts on one GPU.
pub(super) fn of() -> Vec<Why> {
    let answers = play(DOCUMENT, &[PromptChoice::Same, PromptChoice::Same]);
    let (first, again) = (&answers[0], &answers[1]);
    let longest = play(LONGEST, &[PromptChoice::Same, PromptChoice::Same]);
    let tokens = |n: u32| format::plural(u64::from(n), "token");
    let time = |it: warmpath_core::units::VirtualTime| format::seconds(it.secs());
    let decode = |it: &crate::one_gpu::Answer| {
        let made = (it.length() - it.ttft).secs();
        format::seconds(made / f64::from(ANSWER - 1))
    };
    vec![
        why(
            "Why is anything computed at all the second time?",
            "The first token of the answer comes out of the last token of the prompt, so that one must go through the model \
             again, and the cache gives and takes whole blocks of {} tokens. So at least the last block is computed: {} here, of {}.",
            [
                standard::BLOCK_SIZE.to_string(),
                tokens(again.computed()),
                tokens(again.prompt_tokens),
            ],
        ),
        why(
            "Why does the second first token still take time?",
            "A step of the GPU reads all of the model's weights from memory, whether it computes one token or a hundred, and all that the \
             cache holds of the prompt. That is what is left: {} instead of {}. The weights are as large for any prompt, the cache is not: \
             behind a document of {} it takes {}.",
            [
                time(again.ttft),
                time(first.ttft),
                tokens(LONGEST),
                time(longest[1].ttft),
            ],
        ),
        why(
            "Why does a further token take less than that?",
            "A step that only makes one further token takes {}. One that also computes tokens of a prompt, here {}, reads the cache more slowly.",
            [decode(again), again.computed().to_string()],
        ),
        why(
            "Why did the first one take so long?",
            "All {} went through the model: with more than a few hundred new tokens a step is limited by computing, no longer by \
             reading the weights. With a \
             document of {} the first answer begins after {} and the second after {}: the first grows with all that is computed, the \
             second only with the cache that is read.",
            [
                tokens(first.prompt_tokens),
                tokens(LONGEST),
                time(longest[0].ttft),
                time(longest[1].ttft),
            ],
        ),
        why(
            "Why does the cache not make the rest of the answer quicker?",
            "Each further token is a step of its own that reads all weights and looks back at the whole prompt, cached or not: {} \
             a token after a cold start, {} after a warm one. A cache spares prefill and nothing else.",
            [decode(first), decode(again)],
        ),
    ]
}
