//! The glossary of the page: each term with its meaning and where a reader meets it.
//!
//! The same table serves the page's sentences (where the first mention in a section can be opened) and the list of all
//! terms below the page. The definitions are this project's own; a different name in a product is mentioned with the term.

use core::ops::Range;

/// A term of the glossary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The term as the list of all terms has it.
    pub name: &'static str,
    /// The forms in which sentences have it. If two terms' forms begin at one place, the longer one is meant.
    pub forms: &'static [&'static str],
    /// The meaning of the term, in a sentence or two.
    pub what: &'static str,
    /// Why it matters to a router, or where the page shows it.
    pub why: &'static str,
    /// The id of the section that shows it.
    pub at: &'static str,
}

const fn term(
    name: &'static str,
    forms: &'static [&'static str],
    at: &'static str,
    what: &'static str,
    why: &'static str,
) -> Term {
    Term {
        name,
        forms,
        what,
        why,
        at,
    }
}

/// All terms, in alphabetical order.
#[rustfmt::skip]
pub static TERMS: &[Term] = &[
    term("active request", &["active requests", "active request"], "router",
        "A request that was sent to a replica and is not answered yet, whether it waits there or is being computed.",
        "How many there are is what most routers mean by a replica's load; products also say in flight, running or under way."),
    term("baseline", &["baseline"], "lab",
        "The first policy of a comparison, which the others are compared with.",
        "Marks and percentages behind the others' figures are differences from it."),
    term("batch", &["batch", "batches"], "fleet",
        "The requests that a GPU works on in the same step.",
        "A step takes little longer for one request more, so a GPU does more in all when many share it, and each of them waits a little longer for its next token."),
    term("block", &["block", "blocks"], "blocks",
        "A fixed number of tokens that a cache keeps or forgets together: 16 in vLLM and in this page's simulator, 4 where the page shows a prompt's words.",
        "Only whole blocks are kept. Tokens behind the last whole block are computed each time."),
    term("block id", &["block ids", "block's id", "block id"], "blocks",
        "A number computed from a block's tokens and from the id of the block before it.",
        "Equal ids mean that everything up to the block's end is equal. One early change therefore gives every later block another id."),
    term("CHWBL", &["CHWBL", "chwbl"], "lab",
        "Consistent hashing with bounded loads: a hash ring that skips a replica which has more than its share of the active requests.",
        "It is KubeAI's prefix-aware routing: prompts that begin alike go to one replica, unless that one is overloaded."),
    term("circuit breaker", &["circuit breaker", "Circuit breaker"], "lab",
        "A rule by which a router leaves alone, for a while, a replica that has failed several times in a row.",
        "It goes by the requests themselves, and so may be quicker than probes, which come at intervals."),
    term("CUDA graph", &["CUDA graphs", "CUDA graph"], "model-card",
        "A GPU's many small programs of a step, recorded once and started together.",
        "Started one by one they take longer, as in steps that are too large to be recorded."),
    term("decode", &["decode"], "one-gpu",
        "The second part of an answer's work: one token a step, each from all tokens before it.",
        "A step reads all of the model's weights, however few tokens it makes; so the time per token hardly depends on the prompt."),
    term("E2E latency", &["E2E latency", "E2E"], "lab",
        "End-to-end latency: from sending a request until the last token of its answer.",
        "It is the time to first token and, for each further token, the time per output token."),
    term("eviction", &["eviction", "evicted", "evicts", "evict"], "tree",
        "Blocks leave a full cache to make room for new ones, those that were used longest ago first.",
        "What was evicted is computed again when it is asked for again. A router that is not told of it sends requests to a cache that is no longer warm."),
    term("FakeAI", &["FakeAI", "FakeAI's"], "router",
        "A server that imitates an LLM provider's interface for tests. Its policy smart and its counters are rebuilt here.",
        "Its way of cutting text, a token for each word and each punctuation mark, is what the first figures use."),
    term("fp8", &["fp8"], "reality",
        "Numbers of 8 bits each. The other usual size for weights and caches is 16 bits.",
        "A cache in fp8 holds twice as many tokens in the same memory."),
    term("goodput", &["goodput"], "lab",
        "The requests per second that were answered within all targets, such as a first token within one second.",
        "Throughput counts late answers too; goodput does not."),
    term("GPU", &["GPU", "GPUs"], "one-gpu",
        "Graphics processing unit: the chip that computes the model's answers.",
        "Its memory holds the model's weights, and in what is left the KV cache. L4 and H100 are kinds of NVIDIA GPUs."),
    term("grace period", &["grace period", "grace"], "failure",
        "The time that Kubernetes gives a program to end by itself before it is killed.",
        "A replica that is taken out can finish its answers in it, or break them off at once."),
    term("hash ring", &["hash ring", "ring of hashes", "the ring"], "lab",
        "Each replica owns many points on a circle of numbers. A prompt's beginning is hashed to such a number and goes to the next point's owner.",
        "The same beginning always meets the same replica, and nobody has to remember where it went. When a replica comes or goes, only the prompts of its points move."),
    term("heads", &["heads"], "one-gpu",
        "The parts of a layer that look back at earlier tokens, each in its own way.",
        "Those that keep a key and a value of each token decide how much room it takes in the cache."),
    term("hit rate", &["hit rate"], "router",
        "The share of prompt blocks that were found in the cache of the replica that answered. The share of prompt tokens that were reused is that of these blocks' tokens.",
        "It is 1 only if everything was asked before at the same replica; the first time, everything is new."),
    term("ITL", &["ITL"], "reality",
        "Inter-token latency: the pause between two tokens of one answer.",
        "Unlike TPOT it is not averaged over an answer, so a long prefill in between shows as a long pause."),
    term("KEDA", &["KEDA", "KEDA's"], "challenges",
        "A Kubernetes add-on that starts and stops copies of a program by a measure such as waiting requests, down to none.",
        "A request that comes while there is no replica is refused, unless somebody holds it until one has started."),
    term("KubeAI", &["KubeAI", "KubeAI's"], "reality",
        "An open-source operator that runs models on Kubernetes, with a router of its own.",
        "Its published benchmark of prefix-aware routing is what the model was fitted to and is held against."),
    term("KV cache", &["KV cache", "KV caches"], "one-gpu",
        "What a model has worked out about each token it read: a key and a value vector per layer.",
        "Kept, it spares the work for every later prompt that begins with the same tokens."),
    term("L4", &["L4"], "reality",
        "A small data-centre GPU by NVIDIA, with 24\u{a0}GB of memory.",
        "The published benchmark ran on eight of them."),
    term("layer", &["layers", "layer"], "one-gpu",
        "One of the stages through which a model passes every token, one after the other.",
        "Each keeps keys and values of its own."),
    term("least-load", &["Least-load", "least-load"], "fleet",
        "A policy that sends each request to the replica with the fewest active requests, and looks at no cache.",
        "It keeps queues even, and spreads prompts that begin alike over all replicas."),
    term("LLM", &["LLM", "LLMs"], "one-gpu",
        "Large language model: reads tokens and predicts the next one.",
        "An answer is that, again and again."),
    term("LRU", &["LRU"], "tree",
        "Least recently used: what was used longest ago is the first to be evicted.",
        "It favours what is asked again soon."),
    term("P95, P99", &["P95", "P99", "p95", "p99", "P50", "p50"], "fleet",
        "Percentiles: 95\u{a0}% or 99\u{a0}% of all requests took no longer than this. The median is that of 50\u{a0}%, which products call P50.",
        "A mean hides a few who waited very long; the P99 is about them."),
    term("Poisson", &["Poisson"], "lab",
        "Arrivals that know nothing of each other: each gap is drawn anew, so requests come in clusters and pauses.",
        "It is how many independent users look to a server. Evenly spaced arrivals make shorter queues."),
    term("policy", &["policies", "policy"], "lab",
        "The rule by which a router chooses a replica for a request.",
        "The laboratory compares up to four on the same requests."),
    term("pool", &["KV pool", "pool"], "fleet",
        "The part of a GPU's memory that holds the KV cache, in blocks. Its size is the room of that cache.",
        "It is what the memory leaves beside the model's weights and the work of the largest step, so an engine that computes more tokens in a step has a smaller one."),
    term("preemption", &["preemption", "preempted"], "fleet",
        "A GPU that runs out of cache in mid-answer sets one request aside, drops its blocks and computes them again later.",
        "Its reader sees the answer stand still."),
    term("prefill", &["prefill"], "one-gpu",
        "The first part of an answer's work: all tokens of the prompt are read, many at once.",
        "This is the part that a warm cache spares. While one prompt is prefilled, the answers that share the GPU get their tokens later."),
    term("prefix", &["prefix", "prefixes"], "tree",
        "The beginning of a prompt. Two prompts share a prefix up to the first token that differs.",
        "A cache can reuse a prefix only: what a token means to the model depends on everything before it."),
    term("probe", &["Probes", "probes", "probe"], "failure",
        "A small request that asks a replica whether it is alive.",
        "Between two probes a router goes on believing what the last one said. They come at equal intervals, for each replica from a moment of its own."),
    term("queue", &["queue", "queues"], "fleet",
        "The requests that wait until a GPU has room for them.",
        "The time in it is part of the time to first token, and under load most of it."),
    term("replica", &["replica", "replicas"], "router",
        "One copy of the model with its own GPU, its own queue and its own cache.",
        "What one replica has cached is of no use to another."),
    term("router", &["router", "routers"], "router",
        "The program in front of the replicas that decides which one answers a request.",
        "It cannot look into the caches; it counts, remembers or is told."),
    term("salt", &["salt"], "tree",
        "A secret word that goes into the first block's id.",
        "Requests with different salts share nothing, so that nobody can learn from an answer's speed what others have asked."),
    term("seed", &["seed", "seeds"], "lab",
        "The number that everything drawn by chance begins from: arrivals, lengths, ties.",
        "The same seed gives the same run to the last digit; several seeds show how much of a difference is chance."),
    term("smart", &["smart"], "router",
        "A policy that adds up, for each replica, the blocks to compute and the active requests, each with a weight, and takes the least sum.",
        "It is FakeAI's, and the rule behind the router's section."),
    term("staleness", &["staleness", "stale"], "fleet",
        "How far what a router believes of the caches lags behind what they hold.",
        "A stale router sends requests to replicas that have evicted what it counts on."),
    term("status 429, 503", &["status 429", "status 503", "answered 503"], "lab",
        "Numbers that a web server gives in place of an answer. 429: too many requests, come again later. 503: nobody is there to answer, or no connection is free.",
        "A request that ends so counts as refused: it has no time to first token, but who sent it has nothing either."),
    term("step", &["steps", "step"], "fleet",
        "One pass of a GPU through the model: the next token of each answer in the batch, and a part of the prompts that are new in it.",
        "It reads all weights once, so it takes time even for one token; what comes meanwhile waits for its end."),
    term("system prompt", &["system prompt"], "blocks",
        "Instructions that an application puts before every user's words.",
        "It is the most usual shared prefix: the same for everybody, and often long."),
    term("throughput", &["throughput"], "reality",
        "How much is done per second: requests, or tokens.",
        "Cached tokens cost nearly no work, so the same GPUs answer more requests."),
    term("token", &["token", "tokens"], "blocks",
        "The unit in which a model reads and writes: a word, a part of one or a punctuation mark.",
        "Work, caches and prices are all counted in tokens."),
    term("TPOT", &["TPOT"], "reality",
        "Time per output token: the time from an answer's first token to its last, divided by the tokens after the first.",
        "It grows with all that the GPU does besides: other answers, and prefills above all."),
    term("trace", &["traces", "trace"], "lab",
        "A recording of real requests: when each came, how long prompt and answer were, and which beginnings were the same.",
        "A replay of your own trace says more than any generated workload."),
    term("TTFT", &["TTFT"], "fleet",
        "Time to first token: from sending a request until the first token of the answer comes back.",
        "It is waiting in a queue plus prefill, and what a warm cache shortens."),
    term("virtual time", &["virtual time"], "lab",
        "The clock of the simulation, which jumps from event to event.",
        "Minutes of a fleet's work pass in milliseconds, and the result does not depend on how quick your computer is."),
    term("vLLM", &["vLLM", "vLLM's"], "blocks",
        "An open-source engine that runs models on GPUs.",
        "Its rules for blocks, batches and eviction are those of the simulated replicas."),
    term("warm", &["warm"], "tree",
        "Of a cache: it holds the beginning of the prompt in question. A cold one does not.",
        "Whether it is worth waiting for a warm replica is what a router has to decide."),
    term("work", &["mean work"], "lab",
        "Of a replica: the time that the prompt tokens it computes and the tokens it makes would take with nothing else to do.",
        "The largest over the mean says how unevenly it is spread: 1 is even, and 4 is the most among four replicas."),
];

/// The term with this name; `None` if there is none.
pub fn named(name: &str) -> Option<&'static Term> {
    TERMS.iter().find(|term| term.name == name)
}

/// The mentions of terms in a text that are not in `known`, in order: the place \[bytes\] and the term. Those found are
/// added to `known`.
pub fn find(text: &str, known: &mut Vec<&'static str>) -> Vec<(Range<usize>, &'static Term)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((place, term)) = next(text, from, known) {
        from = place.end;
        known.push(term.name);
        found.push((place, term));
    }
    found
}

/// The next mention at or after a place; of two that begin together, the longer one.
fn next(text: &str, from: usize, known: &[&str]) -> Option<(Range<usize>, &'static Term)> {
    let open = TERMS.iter().filter(|term| !known.contains(&term.name));
    let mentions = open.flat_map(|term| {
        let forms = term.forms.iter();
        forms.filter_map(move |form| Some((place(text, from, form)?, term)))
    });
    mentions.min_by_key(|(place, _)| (place.start, core::cmp::Reverse(place.end)))
}

/// The next place at which a form stands as a word of its own.
fn place(text: &str, from: usize, form: &str) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let places = rest.match_indices(form).map(|(at, _)| from + at);
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_');
    let mut whole = places.filter(|at| {
        let (before, after) = (&text[..*at], &text[at + form.len()..]);
        ends(before.chars().next_back()) && ends(after.chars().next())
    });
    whole.next().map(|at| at..at + form.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(&str, &str)> {
        let found = find(text, &mut Vec::new());
        found
            .into_iter()
            .map(|(at, term)| (&text[at], term.name))
            .collect()
    }

    #[test]
    fn a_word_is_found_once_as_a_whole_and_the_longer_one_is_meant() {
        assert_eq!(
            words("GPUs keep block ids. A GPU keeps blocks; prefix-aware, preprefill."),
            [
                ("GPUs", "GPU"),
                ("block ids", "block id"),
                ("blocks", "block")
            ]
        );
        let mut known = vec!["GPU"];
        assert!(find("A GPU.", &mut known).is_empty());
        assert_eq!(words("KV\u{a0}cache, TTFT…"), [("TTFT", "TTFT")]);
    }

    #[test]
    fn the_table_is_in_order_and_no_form_means_two_words() {
        let names: Vec<String> = TERMS.iter().map(|it| it.name.to_lowercase()).collect();
        let key = |it: &String| it.replace(['-', ' '], "");
        let mut sorted = names.clone();
        sorted.sort_by_key(key);
        let unsorted = names.iter().zip(&sorted).find(|(a, b)| a != b);
        assert_eq!(unsorted, None);
        let mut forms: Vec<&str> = TERMS.iter().flat_map(|it| it.forms).copied().collect();
        forms.sort_unstable();
        assert!(forms.windows(2).all(|two| two[0] != two[1]), "{forms:?}");
        for term in TERMS {
            assert!(
                term.what.ends_with('.') && term.why.ends_with('.'),
                "{}",
                term.name
            );
        }
    }

    /// The page as it is written, before it is built.
    fn page() -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../index.html");
        std::fs::read_to_string(path).expect("index.html")
    }

    #[test]
    fn each_word_is_shown_in_a_section_that_there_is() {
        let page = page();
        for term in TERMS {
            let section = format!("<section id=\"{}\"", term.at);
            assert!(page.contains(&section), "{}: {}", term.name, term.at);
        }
    }

    /// The words of the story's paragraphs that consist mostly of capitals, and so are abbreviations that a newcomer cannot
    /// know.
    fn abbreviations(html: &str) -> Vec<String> {
        let mut text = String::new();
        for piece in html.split('<') {
            let (tag, rest) = piece.split_once('>').unwrap_or(("", piece));
            // A name in a program's output or a key to press is no word of a sentence.
            text += if tag.starts_with("code") { "" } else { rest };
        }
        let words = text.split(|c: char| !c.is_alphanumeric());
        let short = words.filter(|word| word.chars().filter(|c| c.is_uppercase()).count() >= 2);
        let short = short
            .filter(|word| !word.chars().skip(1).any(char::is_lowercase) || word.ends_with('s'));
        short.map(str::to_owned).collect()
    }

    #[test]
    fn no_abbreviation_of_the_story_is_without_its_meaning() {
        let page = page();
        let story = page.split_once("<div class=\"hook\">").expect("a hook").1;
        let short = abbreviations(story);
        assert!(short.len() > 20, "{short:?}");
        let forms: Vec<&str> = TERMS.iter().flat_map(|it| it.forms).copied().collect();
        // Units, the name of a place, and a model's size.
        const PLAIN: [&str; 5] = ["KB", "GB", "MB", "8B", "EU"];
        for word in short {
            let explained = forms
                .iter()
                .any(|form| form.split(' ').any(|it| it == word));
            assert!(explained || PLAIN.contains(&word.as_str()), "{word}");
        }
    }
}
