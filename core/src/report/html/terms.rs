//! Explanations of the terms that a report uses, with their units.

/// Each term with its explanation and unit.
const TERMS: [(&str, &str); 12] = [
    (
        "TTFT",
        "time to first token: from sending a request to its first token (ms)",
    ),
    (
        "TPOT",
        "time per output token: from the first to the last token, over the tokens after the first (ms)",
    ),
    (
        "ITL",
        "inter-token latency: the gap between two tokens as the client sees them (ms)",
    ),
    (
        "E2E latency",
        "end to end: from sending a request to its last token (ms)",
    ),
    (
        "Median, P90, P95, P99",
        "half, 90 %, 95 % or 99 % of all requests have at most this value",
    ),
    (
        "Throughput",
        "requests completed (req/s), or tokens (tok/s), in a second of the whole run",
    ),
    (
        "Goodput",
        "requests completed in a second that keep the limits on TTFT and TPOT; all of them where no limits are set (req/s)",
    ),
    (
        "Wait for the cap",
        "from when a request was due to its sending, where the client limits how many are active (ms)",
    ),
    (
        "Block",
        "a fixed number of tokens of a prompt, kept in a cache or computed as one; a prompt's partial last block is never kept",
    ),
    (
        "Reused, found",
        "prompt tokens, or full prompt blocks, that lay in the replica's cache when it first took up the request (% of all)",
    ),
    (
        "Points",
        "the difference of two percentages; any other change is in percent of the first policy",
    ),
    (
        "Preemption",
        "a running request put back because the replica's memory was full; it is computed again",
    ),
];

/// The terms as an HTML list.
pub(super) fn list() -> String {
    let term =
        |(name, words): &(&str, &str)| format!("<div><dt>{name}</dt><dd>{words}</dd></div>\n");
    let all: String = TERMS.iter().map(term).collect();
    format!("<h2>Terms</h2>\n<dl>\n{all}</dl>\n")
}
