//! The check at the end of the lesson: ten questions on what the stops have shown. They are about rules and need no figure
//! of a run; each wrong choice is one that a reader would make who has missed a point.

/// A question with four choices, of which one is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// The question as the reader sees it.
    pub question: &'static str,
    /// The four answers to choose from.
    pub choices: [&'static str; 4],
    /// The place of the right answer, from 0.
    pub right: usize,
    /// Why that answer is right.
    pub why: &'static str,
}

/// The number of right answers that shows that the three stops were understood.
pub const PASSED: usize = 8;

/// The ten questions, in the order in which they are asked.
#[rustfmt::skip]
pub static CHECKS: [Check; 10] = [
    Check {
        question: "Two prompts share a long passage in the middle and begin differently. What does a prefix cache reuse?",
        choices: ["The passage", "Nothing", "Half of the passage", "Only whole sentences of it"],
        right: 1,
        why: "What the model works out for a token depends on all that stands before it; so only what is the same from the beginning on is reused.",
    },
    Check {
        question: "Where in a prompt should today's date stand?",
        choices: ["At the very front", "Behind the system prompt's first line", "It makes no difference", "As late as possible"],
        right: 3,
        why: "Everything behind a change is computed anew. What changes belongs behind what does not.",
    },
    Check {
        question: "Which of these does a warm cache shorten?",
        choices: ["The prefill", "The time for each further token of the same answer", "The answer's length", "The network's delay"],
        right: 0,
        why: "A cache spares the reading of the prompt. Decoding is the same work, cached or not.",
    },
    Check {
        question: "A fleet's caches are so large that each replica holds everything. What does prefix-aware routing win over least-load?",
        choices: ["Very much", "Twice the throughput", "Nothing, or it loses a little", "It depends on the model's size alone"],
        right: 2,
        why: "Where every replica is warm it does not matter who is asked, and even queues are all that is left to win.",
    },
    Check {
        question: "Why can the warmest replica be the wrong one?",
        choices: ["Its answers are less precise", "Waiting in its queue may take longer than computing anew elsewhere", "Warm caches are slower to read", "It cannot"],
        right: 1,
        why: "What a cache spares is a prefill; a queue may cost more than that. A router weighs the two.",
    },
    Check {
        question: "A router remembers what it sent where, and is not told what replicas evict. What happens when the caches are small?",
        choices: ["Nothing: it is always right", "It stops using caches", "The replicas refuse requests", "It sends requests to replicas that no longer hold their prefix"],
        right: 3,
        why: "Its belief is stale: it expects what has been evicted. Events from the replicas, or forgetting in time, would mend it.",
    },
    Check {
        question: "The mean time to first token falls to a fiftieth, and the throughput rises by two fifths. How can both be true?",
        choices: ["There was a queue, and it is gone", "One of them is measured wrongly", "The answers became shorter", "The GPUs were replaced"],
        right: 0,
        why: "In a full fleet a little more capacity makes the queue go away, and the wait was nearly all of the time to first token.",
    },
    Check {
        question: "What does a hash ring need to remember in order to send alike prompts to one replica?",
        choices: ["All prompts so far", "The last thousand prompts", "Nothing about prompts", "Each replica's cache"],
        right: 2,
        why: "The same beginning has the same hash and meets the same point of the ring. It only has to know the replicas.",
    },
    Check {
        question: "A replica dies and comes back. What is not there when it is back?",
        choices: ["Its share of the hash ring", "The model's weights", "Nothing", "What its cache held"],
        right: 3,
        why: "It begins cold: what it held is computed again as it is asked for.",
    },
    Check {
        question: "Each customer's requests carry a salt of their own. What is shared between customers?",
        choices: ["Nothing", "The system prompt", "Blocks with the same words", "Only full blocks"],
        right: 0,
        why: "The salt goes into the first block's id, and so into all that follow.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_has_four_different_choices_and_not_always_the_same_is_right() {
        let mut places = [0; 4];
        for check in CHECKS {
            places[check.right] += 1;
            let mut choices = check.choices;
            choices.sort_unstable();
            assert!(
                choices.windows(2).all(|two| two[0] != two[1]),
                "{}",
                check.question
            );
        }
        // Whoever always chooses the same place has few right.
        assert!(places.iter().all(|it| (1..=3).contains(it)), "{places:?}");
    }
}
