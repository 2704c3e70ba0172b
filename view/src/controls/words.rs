//! The labels of the controls: in a reader's words, shown beside the name that the command line and the address use.

/// The label and the unit of each field, by the name of its option, in the order of a scenario's table. A unit stands in the control beside the number, so it is
/// short.
const WORDS: &[(&str, &str, &str)] = &[
    ("workload", "Workload", ""),
    ("requests", "Requests", ""),
    ("tokenizer", "Tokenizer of files", ""),
    ("tokens-per-id", "A hash id stands for", "tokens"),
    ("time-unit", "Unit of a file's times", ""),
    ("map", "Columns of a file", ""),
    ("session-rows", "Rows of a session", ""),
    ("chat-template", "Chat template", ""),
    ("seed", "Seed", ""),
    ("seeds", "Runs per policy", "seeds"),
    ("fleet", "Kinds of replicas", ""),
    ("replicas", "Replicas", ""),
    ("gpu", "GPU", ""),
    ("tp", "GPUs per replica", ""),
    ("model", "Model", ""),
    ("ep", "GPUs for the experts", ""),
    ("dtype", "Weights", ""),
    ("kv-dtype", "KV cache", ""),
    ("block-size", "Block", "tokens"),
    ("kv-tokens", "KV pool", "tokens"),
    ("memory-utilization", "Share of the memory", ""),
    ("cuda-graphs", "CUDA graphs", ""),
    ("admission", "Room to be admitted", ""),
    ("vllm", "vLLM's version", ""),
    ("timing", "Step times", ""),
    ("calibration", "Calibration", ""),
    ("off", "Left out of the model", ""),
    ("rate", "Arrival rate", "/s"),
    ("stages", "Ladder of rates", "/s"),
    ("arrivals", "Spacing of arrivals", ""),
    ("time-scale", "Recorded times", "×"),
    ("think", "Pause between turns", "s"),
    ("concurrency", "Under way at once", "requests"),
    ("in-flight-limit", "Active, at most", "requests"),
    ("tier", "Tier", ""),
    ("keys", "API keys", ""),
    ("retries", "Retries", ""),
    ("client", "Load generator", ""),
    ("warm", "Caches at the start", ""),
    ("max-seqs", "Largest batch", "sequences"),
    ("batch-tokens", "Largest step", "tokens"),
    ("batching", "Batching", ""),
    ("context", "Longest request", "tokens"),
    ("load-age", "Age of load reports", "ms"),
    ("routers", "Routers", ""),
    ("ttft-slo", "TTFT, at most", "ms"),
    ("tpot-slo", "TPOT, at most", "ms"),
    ("goal", "Goal", ""),
    ("price", "Prices of GPUs", "US$/h"),
    ("events", "What happens", ""),
    ("mtbf", "Between failures", "h"),
    ("mttr", "Back after", "s"),
    ("drain", "Taken out", ""),
    ("health", "How routers learn", ""),
    ("router-retries", "A router tries again", ""),
    ("client-retries", "A client asks again", "times"),
    ("client-timeout", "A client waits", "s"),
    ("breaker", "Circuit breaker", ""),
    ("autoscale", "Autoscaler", ""),
    ("connections", "Connections", ""),
    ("endpoint-limit", "Requests per endpoint", "per minute/hour"),
    ("queue", "Waiting line", "requests"),
    ("hold", "Held back", ""),
    ("order", "Who goes first", ""),
    ("shed", "Shed from priority", ""),
    ("tenants", "Tenants", ""),
    ("classes", "Classes", ""),
    ("prompt-cache", "Prompt cache, billed", "tokens, s"),
    ("token-price", "Price of tokens", "US$/million"),
    ("response-cache", "Answers are kept", "s"),
    ("policy", "Policies", ""),
];

/// The fields, by the names of their options, in the order of a scenario's table.
pub fn flags() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|it| it.0)
}

fn words(flag: &str) -> (&'static str, &'static str) {
    let of = WORDS.iter().find(|it| it.0 == flag);
    of.map_or(("", ""), |it| (it.1, it.2))
}

/// The label of a field, by the name of its option; empty if there is none.
pub fn label(flag: &str) -> &'static str {
    words(flag).0
}

/// The unit in a field's control; empty if it has none, or if the label says it.
pub fn unit(flag: &str) -> &'static str {
    words(flag).1
}

/// The name of a field on the command line and in a file; empty if the label is the same.
pub fn code(flag: &str) -> &str {
    match label(flag).to_ascii_lowercase().replace(' ', "-") == flag {
        true => "",
        false => flag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::scenario::FIELDS;

    #[test]
    fn every_part_has_a_label_of_its_own_that_fits_its_column() {
        for field in FIELDS {
            let known = WORDS.iter().filter(|it| it.0 == field.flag).count();
            assert_eq!(known, 1, "{}", field.flag);
            let same = FIELDS
                .iter()
                .filter(|it| label(it.flag) == label(field.flag));
            assert_eq!(same.count(), 1, "{}", label(field.flag));
            assert!(label(field.flag).len() <= 22, "{}", label(field.flag));
        }
        assert!(flags().eq(FIELDS.iter().map(|it| it.flag)));
    }

    #[test]
    fn a_measured_part_says_its_unit_or_its_label_does() {
        for field in FIELDS.iter().filter(|it| !it.unit.is_empty()) {
            let words = format!("{} {}", label(field.flag), unit(field.flag)).to_lowercase();
            let word = field.unit.rsplit([' ', '/']).next().unwrap_or_default();
            let shown = words.contains(&word.to_lowercase())
                || !unit(field.flag).is_empty()
                || field.flag == "requests";
            assert!(shown, "{}: {words} has no {}", field.flag, field.unit);
        }
    }

    #[test]
    fn the_scenarios_name_is_left_out_where_it_would_be_said_twice() {
        assert_eq!((code("replicas"), code("tp")), ("", "tp"));
    }
}
