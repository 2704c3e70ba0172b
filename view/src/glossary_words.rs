//! The words that the glossary explains, as the texts of the laboratory and of a failure have them: a button beside them opens the
//! meaning.
//!
//! Only the names are here; the meanings are in [`crate::teach::glossary`], which the page fetches with what explains it.

/// A word as a text has it, and the glossary's name of its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as it is found in a text.
    pub form: &'static str,
    /// The term's name in the glossary.
    pub term: &'static str,
}

/// The terms that a reader may not know, each with the forms in which the texts have it.
const WORDS: [(&str, &[&str]); 26] = [
    ("TTFT", &["TTFT", "ttft"]),
    ("TPOT", &["TPOT", "tpot"]),
    ("ITL", &["ITL"]),
    ("E2E latency", &["E2E"]),
    ("P95, P99", &["P95", "P99", "P90"]),
    ("goodput", &["goodput"]),
    ("Poisson", &["Poisson", "poisson"]),
    ("KEDA", &["KEDA", "keda"]),
    ("CHWBL", &["chwbl", "CHWBL"]),
    ("hash ring", &["hash ring"]),
    ("preemption", &["preemptions", "Preemptions", "preempted"]),
    ("KV cache", &["KV cache", "KV pool"]),
    ("prefill", &["prefill", "Prefill"]),
    ("decode", &["decode", "Decode"]),
    ("prefix", &["prefix", "prefixes"]),
    ("fp8", &["fp8"]),
    ("LRU", &["lru", "LRU"]),
    ("salt", &["salt", "salts"]),
    ("staleness", &["staleness"]),
    ("status 429, 503", &["503", "429"]),
    ("step", &["step", "steps"]),
    ("CUDA graph", &["CUDA graphs"]),
    ("circuit breaker", &["Circuit breaker", "circuit breaker"]),
    ("grace period", &["grace period", "grace"]),
    ("work", &["mean work"]),
    ("baseline", &["baseline"]),
];

/// The words that these texts have, each term once, in the order of `WORDS`.
pub fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Word> {
    let texts: Vec<&str> = texts.into_iter().collect();
    let found = |&(term, forms): &(&'static str, &'static [&'static str])| {
        let is_there = |form: &&&'static str| texts.iter().any(|text| has(text, form));
        forms.iter().find(is_there).map(|&form| Word { form, term })
    };
    WORDS.iter().filter_map(found).collect()
}

/// Whether a text has a word as a whole.
fn has(text: &str, word: &str) -> bool {
    let part = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_' || *c == b'-';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (
            text.as_bytes().get(..at),
            text.as_bytes().get(at + word.len()),
        );
        !before.and_then(<[u8]>::last).is_some_and(part) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::teach::glossary::TERMS;

    #[test]
    fn each_word_is_one_of_the_glossary() {
        for (term, forms) in WORDS {
            assert!(TERMS.iter().any(|it| it.name == term), "{term}");
            assert!(!forms.is_empty(), "{term}");
        }
    }

    #[test]
    fn a_word_is_found_as_a_whole_and_once() {
        let found = words([
            "P95 TTFT",
            "Mean TTFT",
            "4 arrivals/s, Poisson",
            "preempted_by",
        ]);
        let found: Vec<&str> = found.iter().map(|it| it.form).collect();
        assert_eq!(found, ["TTFT", "P95", "Poisson"]);
        assert!(words(["a prefixed KEDAX"]).is_empty());
    }
}
