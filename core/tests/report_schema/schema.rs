//! The schema of a report's JSON: every key, what it is, and when it may be absent. Figures come from core's table.

use serde_json::{Map, Value, json};
use warmpath_core::figure::{FIGURES, Figure};
use warmpath_core::report::json::SCHEMA;

fn text(about: &str) -> Value {
    json!({ "type": "string", "description": about })
}

fn whole(about: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": about })
}

fn number(about: &str) -> Value {
    json!({ "type": "number", "description": about })
}

/// A number, or null where there is none.
fn perhaps(about: &str) -> Value {
    json!({ "type": ["number", "null"], "description": about })
}

/// The schema of a list whose items are all of one kind.
fn list(about: &str, of: Value) -> Value {
    json!({ "type": "array", "description": about, "items": of })
}

/// An object with these keys and no others; those whose name ends with `?` may be absent.
fn object(about: &str, keys: Vec<(&str, Value)>) -> Value {
    let required: Vec<&str> = keys
        .iter()
        .map(|it| it.0)
        .filter(|key| !key.ends_with('?'))
        .collect();
    let own = keys
        .iter()
        .map(|(key, value)| (key.trim_end_matches('?').to_owned(), value.clone()));
    json!({
        "type": "object",
        "description": about,
        "properties": own.collect::<Map<_, _>>(),
        "required": required,
        "additionalProperties": false,
    })
}

fn refer(to: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{to}") })
}

/// The figures of a run or a stage, each with its description.
fn figures() -> Vec<(&'static str, Value)> {
    let each = FIGURES.iter().map(|figure| {
        let unit = if figure.unit.is_empty() {
            String::new()
        } else {
            format!(" [{}]", figure.unit)
        };
        let about = format!("{}{unit}", figure.title);
        match is_of_the_answered(figure) {
            true => (figure.key, perhaps(&about)),
            false => (figure.key, number(&about)),
        }
    });
    each.collect()
}

/// Whether a figure is of the requests that were answered, so that there is none if none was.
pub(crate) fn is_of_the_answered(figure: &Figure) -> bool {
    let share = figure.unit == "share" && figure.key != "peak_kv_usage";
    figure.unit == "ms" || share || figure.key == "imbalance"
}

/// The schema of a whole report.
pub(crate) fn schema() -> Value {
    let mut policy = vec![
        ("policy", text("the policy, canonical")),
        (
            "rate?",
            number("of a sweep's point, where arrivals follow a rate: arrivals a second"),
        ),
        ("replica_count?", whole("of a sweep's point: replicas")),
        (
            "seeds?",
            whole("runs behind the figures, which are their medians; absent where there is one"),
        ),
    ];
    policy.extend(figures());
    policy.extend([
        ("ranges?", refer("ranges")),
        ("verdict?", refer("verdict")),
        (
            "stages?",
            list("the stages of a ladder of rates", refer("stage")),
        ),
        ("life?", refer("life")),
        ("scaling?", refer("scaling")),
        (
            "kinds?",
            list("by kind of replica, where not all are alike", refer("kind")),
        ),
        ("above?", refer("above")),
        ("line?", refer("line")),
        (
            "replicas",
            list("by replica, of the first run", refer("replica")),
        ),
    ]);
    let mut stage = vec![
        ("rate", number("arrivals a second")),
        ("start", number("when it began [s]")),
    ];
    stage.extend(figures());
    stage.extend([("ranges?", refer("ranges")), ("verdict?", refer("verdict"))]);
    let mut root = object(
        "What Warmpath found of a scenario: warmpath replay --format json, and the page's export.",
        vec![
            ("schema", json!({ "const": SCHEMA })),
            (
                "scenario",
                text("the scenario's query string; of a sweep that of its first point"),
            ),
            ("provenance", text("where step times come from")),
            ("kv_pool_blocks", whole("blocks of a replica's pool")),
            (
                "context_tokens",
                whole("longest prompt and answer together"),
            ),
            (
                "notes",
                list("what a reader must know", json!({ "type": "string" })),
            ),
            ("goal?", text("the limits that are to be kept")),
            (
                "policies",
                list(
                    "a policy each; of a sweep, each policy at every point",
                    refer("policy"),
                ),
            ),
            (
                "fork?",
                json!({ "description": "with --fork: the alternatives to one decision" }),
            ),
            (
                "fork_event?",
                json!({ "description": "with --fork-event: the run without one event" }),
            ),
            (
                "race?",
                json!({ "description": "with --race: where policies part" }),
            ),
            (
                "smallest_fleet?",
                json!({ "description": "with --smallest-fleet: beside a fleet that grows, the least that stays" }),
            ),
        ],
    );
    let ranges = FIGURES.iter().map(|figure| {
        let end = match is_of_the_answered(figure) {
            true => json!(["number", "null"]),
            false => json!("number"),
        };
        let ends =
            json!({ "type": "array", "items": { "type": end }, "minItems": 2, "maxItems": 2 });
        (figure.key, ends)
    });
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["$id"] = json!(SCHEMA);
    root["$defs"] = json!({
        "policy": object("one policy's figures", policy),
        "stage": object("a stage of a ladder, its duration and rates counted from its beginning", stage),
        "ranges": object("least and most of each figure over the seeds", ranges.collect()),
        "replica": object("a replica's sums", vec![
            ("requests", whole("requests that were routed there")),
            ("prefilled_tokens", whole("prompt tokens computed")),
            ("generated_tokens", whole("tokens generated")),
            ("mean_waiting", number("mean requests waiting for its batch")),
            ("peak_kv_usage", number("largest share of its pool in use")),
            ("evicted_blocks", whole("cached blocks evicted")),
            ("preemptions", whole("preemptions")),
        ]),
        "verdict": object("whether the goal was met", vec![
            ("met", json!({ "type": "boolean" })),
            ("standing", refer("standing")),
            ("binds", json!({ "type": ["string", "null"], "description": "the limit with the least margin" })),
            ("margin", perhaps("its margin as a share of what it allows; null: infinitely far")),
            ("requests", whole("requests that were judged")),
            ("unanswered", whole("those that were refused, failed, cut or never finished; they are misses")),
            ("limits", list("each limit", object("a limit", vec![
                ("limit", text("as it was asked for")),
                ("value", perhaps("what was found")),
                ("margin", perhaps("how far that is from the limit")),
                ("standing", refer("standing")),
            ]))),
        ]),
        "standing": { "enum": ["met", "missed", "critical"] },
        "life": object("what befell the fleet", vec![
            ("completed", whole("answered")),
            ("rejected", whole("beyond the context, or refused for good")),
            ("failed", whole("given up after an error")),
            ("cut", whole("whose answer broke off")),
            ("pending", whole("that never came to an end")),
            ("completed_after_again", whole("answered after more than one attempt")),
            ("attempts", whole("attempts in all")),
            ("client_again", whole("further attempts of clients")),
            ("router_again", whole("further attempts of routers")),
            ("breakers_opened", whole("openings of circuit breakers")),
            ("recomputed_tokens", whole("prompt tokens computed again because a cache was lost")),
            ("sent_to_dead", whole("attempts sent to replicas that were down or hung")),
            ("events", list("in the order in which they came to pass", refer("event"))),
        ]),
        "event": object("something that befell a replica or router", vec![
            ("at_s", number("when [s]")),
            ("event", text("what")),
            ("whom", whole("which replica or router")),
            ("cut", whole("answers that broke off")),
            ("reset", whole("connections that were reset before a token")),
            ("sent_to_dead", whole("attempts sent there before it was known")),
            ("known_after_s", perhaps("when the last router knew [s after it]")),
            ("ready_after_s", perhaps("when the replica was ready again [s after it]")),
            ("lost_blocks", whole("cached blocks that were lost")),
            ("lost_alone", whole("those that no other replica had")),
            ("recomputed_tokens", whole("prompt tokens computed again because of it")),
            ("hits_recovery", refer("recovery")),
            ("hits_back_after_s", perhaps("[s after it]")),
            ("p95_ttft_recovery", refer("recovery")),
            ("p95_ttft_back_after_s", perhaps("[s after it]")),
        ]),
        "recovery": { "enum": ["too few requests", "stayed", "back", "not back"] },
        "scaling": object("how the fleet grew and shrank", vec![
            ("fewest_replicas", whole("paid at the least")),
            ("most_replicas", whole("paid at the most")),
            ("wanted_replica_s", number("replica seconds that were wanted")),
            ("paid_replica_s", number("that were paid")),
            ("ready_replica_s", number("that were ready")),
            ("gpu_hours", number("GPU hours paid")),
            ("cost", perhaps("what that costs [US$]; null where no price is known")),
            ("needed_replica_s", perhaps("replica seconds that the work alone needs")),
            ("overshoot_replica_s", perhaps("paid beyond that")),
            ("steps_up", whole("times it was told to grow")),
            ("steps_down", whole("times it was told to shrink")),
            ("retired", whole("replicas taken away")),
            ("retired_cut", whole("answers that this broke off")),
            ("retired_recomputed_tokens", whole("prompt tokens computed again because of it")),
            ("goal_ms", number("the limit on P95 of TTFT that it is held against")),
            ("above_goal_s", number("seconds above it")),
            ("changes", whole("changes of direction")),
            ("price", json!({ "description": "the price an hour and where it comes from; null where none is known" })),
            ("at_s_wanted_paid_ready", list("from when on [s], how many replicas were wanted, paid and ready", list("four numbers", json!({ "type": "number" })))),
        ]),
        "kind": object("the replicas of one kind", vec![
            ("kind", text("GPU and parallelism")),
            ("replicas", whole("how many")),
            ("gpus", whole("their GPUs")),
            ("pool_tokens", whole("pool of each [tokens]")),
            ("completed", whole("requests answered")),
            ("prefilled_tokens", whole("prompt tokens computed")),
            ("generated_tokens", whole("tokens generated")),
            ("token_reuse_rate", perhaps("prompt tokens reused")),
            ("mean_ttft_ms", perhaps("[ms]")),
            ("p95_ttft_ms", perhaps("[ms]")),
            ("mean_tpot_ms", perhaps("[ms]")),
            ("peak_kv_usage", number("largest share of a pool in use")),
            ("preemptions", whole("preemptions")),
        ]),
        "above": object("what an API that caches prompts bills, and a cache of whole answers saved", vec![
            ("billed_requests?", whole("requests billed")),
            ("billed_with_cached?", whole("those with cached tokens")),
            ("billed_input_tokens?", whole("prompt tokens billed")),
            ("billed_cached_tokens?", whole("those that were cached")),
            ("billed_output_tokens?", whole("answer tokens billed")),
            ("billed_usd?", number("the bill [US$]")),
            ("billed_uncached_usd?", number("without the cache [US$]")),
            ("billed_saved_usd?", number("saved [US$]")),
            ("recalled_requests?", whole("requests answered by the cache of whole answers")),
            ("recalled_input_tokens?", whole("their prompt tokens")),
            ("recalled_output_tokens?", whole("their answers' tokens")),
            ("recalled_saved_usd?", number("saved [US$]")),
        ]),
        "line": object("what the entrance did", vec![
            ("longest_line", whole("most requests that waited")),
            ("connection_limit", whole("refused: too many connections")),
            ("backlog_dropped", whole("first packets dropped")),
            ("backlog_given_up", whole("clients that gave up connecting")),
            ("endpoint_limit", whole("refused: the endpoint's limit")),
            ("line_full", whole("refused: the line was full")),
            ("line_timeout", whole("waited too long")),
            ("shed", whole("shed")),
            ("jain_attainment", perhaps("Jain's index over the tenants' attainment")),
            ("jain_ttft", perhaps("Jain's index over the tenants' TTFT")),
            ("all", refer("group")),
            ("tenants", list("by tenant", refer("group"))),
            ("classes", list("by class", refer("group"))),
        ]),
        "group": object("a tenant, a class, or all", vec![
            ("name", text("its name")),
            ("priority?", json!({ "type": "integer", "description": "of a class" })),
            ("weight?", number("of a tenant")),
            ("requests", whole("requests")),
            ("completed", whole("answered")),
            ("rejected", whole("beyond the context, or refused for good")),
            ("failed", whole("given up after an error")),
            ("refused", whole("answers of 429 and 503")),
            ("waited", whole("that stood in the line")),
            ("mean_wait_ms", perhaps("mean wait there [ms]")),
            ("longest_wait_ms", perhaps("longest wait there [ms]")),
            ("mean_ttft_ms", perhaps("[ms]")),
            ("median_ttft_ms", perhaps("[ms]")),
            ("p95_ttft_ms", perhaps("[ms]")),
            ("p99_ttft_ms", perhaps("[ms]")),
            ("attainment", perhaps("share that kept its limits")),
            ("tokens", whole("tokens served")),
        ]),
    });
    root
}
