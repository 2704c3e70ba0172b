//! Scenarios that broke a law once, as they were found and made smaller. Every law of a run is tried on them.

use super::whole::Whole;

/// What was wrong, the scenario, and the file that it replays.
const KEPT: [(&str, &str, &str, &str); 1] = [(
    "what a broken-off answer left in a cache was taken for never cached",
    "v=1&seed=0&r=2&timing=dynamo&kv=500&rate=1000&inflight=4&seqs=2&batch=3&ctx=58&age=0&p=smart&ev=0.5s:hang%3D50%25&health=kubernetes&rtries=auto&ctries=2&ctime=600&breaker=auto",
    "chats.json",
    include_str!("kept/cut-answers.json"),
)];

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, Whole)> {
    KEPT.into_iter().map(|(why, query, name, text)| {
        let whole = Whole {
            query: query.to_owned(),
            file: Some((name, text.as_bytes().to_vec())),
            more: 0,
        };
        (why, whole)
    })
}
