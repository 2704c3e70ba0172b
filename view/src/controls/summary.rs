//! The settings of a group in one line of words, so that a closed group hides nothing; and the differences between two
//! scenarios. They are made of the fields' texts, and of what follows from the settings ([`Derived`]).

use super::{Group, READING, flags, label, unset};
use crate::form::State;
use crate::format::{self, GAP};
use crate::lab::settings::workload as named;
use crate::scenario_facts::requests;
use crate::wire_fields;
use warmpath_core::decimal::{real, whole};
use warmpath_core::router::LoadAge;
use warmpath_core::scenario::Scenario;
use warmpath_core::scenario::ladder::{Rung, Size};
use warmpath_core::words::grouped;
use warmpath_core::workload::named::Source;
use warmpath_core::workload::reading::TimeUnit;

/// A part of a group's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryPart {
    /// The words of the part.
    pub text: String,
    /// Whether the part says something that is not the default.
    pub set: bool,
}

/// What these lines need that follows from the settings and that no field's text says alone; the engine works it out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// The replicas and their GPUs, in words.
    pub fleet: String,
    /// The name of the model.
    pub model: String,
    /// How many tokens the KV cache of a replica holds.
    pub pool: u64,
    /// How old reports of load are, in words.
    pub load: String,
    /// The number of requests; `None` for a file, whose length is known only once it has been read.
    pub requests: Option<u64>,
}

wire_fields! {
    Derived { fleet, model, pool, load, requests }
}

/// What follows from the settings of a scenario.
pub(crate) fn derived(s: &Scenario) -> Derived {
    Derived {
        fleet: served(s),
        model: s.model.title.to_owned(),
        pool: u64::from(s.pool_blocks()) * u64::from(s.block_size),
        load: load(s.load_age),
        requests: requests(s),
    }
}

/// A line that is being put together.
struct SummaryLine<'a> {
    of: &'a State,
    parts: Vec<SummaryPart>,
}

impl SummaryLine<'_> {
    /// Adds a part in any case; it counts as set if one of these fields is.
    fn part(&mut self, flags: &[&str], text: String) {
        let set = self.set(flags);
        self.parts.push(SummaryPart { text, set });
    }

    /// Adds a part only if a field is set, made of its text.
    // Not generic: each part's words are compiled once, and how they join the line once for all.
    fn if_set(&mut self, flag: &str, text: &dyn Fn(&str) -> String) {
        if self.of.is_set(flag) {
            let text = text(self.of.text(flag));
            self.parts.push(SummaryPart { text, set: true });
        }
    }

    fn set(&self, flags: &[&str]) -> bool {
        flags.iter().any(|flag| self.of.is_set(flag))
    }
}

/// The line of a group, with the rates and the numbers of replicas of a sweep; each list is separated by commas or empty.
pub fn summary_swept(
    group: &Group,
    state: &State,
    lists: Option<&[String; 2]>,
) -> Vec<SummaryPart> {
    let mut parts = summary(group, state);
    let swept = match (group.title, lists) {
        ("Arrivals", Some([rates, _])) => (rates, "arrivals/s"),
        ("Fleet", Some([_, replicas])) => (replicas, "replicas"),
        _ => return parts,
    };
    if !swept.0.is_empty() {
        let text = format!("swept over {}{GAP}{}", all(swept.0), swept.1);
        parts.push(SummaryPart { text, set: true });
    }
    parts
}

/// The values of a list in words: `4, 8 and 16`.
pub(crate) fn all(list: &str) -> String {
    let list = list.replace(',', ", ");
    match list.rsplit_once(", ") {
        Some((before, last)) => format!("{before} and {last}"),
        None => list,
    }
}

/// The line of a group: what matters is always said, the rest only where it is not the default.
pub fn summary(group: &Group, state: &State) -> Vec<SummaryPart> {
    let mut it = SummaryLine {
        of: state,
        parts: Vec::new(),
    };
    match group.title {
        "Workload" => workload(&mut it),
        READING => {
            it.part(&[], "as the file says".to_owned());
            reading(&mut it);
        }
        "Arrivals" => arrivals(&mut it),
        "Fleet" => fleet(&mut it),
        "Engine" => engine(&mut it),
        "Router" => router(&mut it),
        "Rate limits" => limits(&mut it),
        "Scaling" => scaling(&mut it),
        "Queue and tenants" => line_and_tenants(&mut it),
        "Caches and batching" => caches_and_batching(&mut it),
        "Events" => events(&mut it),
        "Health and retries" => health(&mut it),
        _ => goals(&mut it),
    }
    it.parts
}

/// A stage of a ladder: its rate, and the number of its requests or its duration if it sets one.
fn rung(it: &Rung) -> String {
    let rate = format::setting(it.rate);
    match it.size {
        Size::Share => rate,
        Size::Starts(count) => format!("{rate} for {}", grouped(count.into())),
        Size::Seconds(time) => format!("{rate} for {}{GAP}s", format::setting(time)),
    }
}

/// The rate and the spacing of arrivals, in words.
fn arriving(s: &State) -> String {
    let stages = s.text("stages");
    let rates = match stages.is_empty() {
        true => number(s.text("rate"), format::setting),
        false => {
            let rungs = stages.split(',').filter_map(Rung::parse);
            let rungs: Vec<String> = rungs.map(|it| rung(&it)).collect();
            rungs.join(", then ")
        }
    };
    let named = named(s.text("workload"));
    let noun = match named.is_some_and(|it| it.name == "multi-turn") {
        true => "conversations",
        false => "arrivals",
    };
    let rates = format!("{rates}{GAP}{noun}/s");
    let log = named.is_none_or(|it| matches!(it.source, Source::Trace(_)));
    match s.text("arrivals") {
        "auto" if log => format!("as recorded; without times {rates}, Poisson"),
        "auto" | "poisson" => format!("{rates}, Poisson"),
        "constant" => format!("{rates}, evenly"),
        "recorded" if stages.is_empty() => "as recorded".to_owned(),
        "recorded" => format!("{rates}, in the log's pattern"),
        "kubeai" => format!("{rates}, the benchmark's gaps"),
        "all-at-once" => "all at once".to_owned(),
        gamma => {
            let cv = gamma.split_once(':').map_or("", |it| it.1);
            let cv = number(cv, format::setting);
            format!("{rates}, gamma, CV{GAP}{cv}")
        }
    }
}

/// The replicas and their GPUs, in words.
fn served(s: &Scenario) -> String {
    let each = match s.tensor_parallel {
        1 => s.gpu.title.to_owned(),
        tp => format!("({tp}{GAP}×{GAP}{})", s.gpu.title),
    };
    match s.mix.kinds.is_empty() {
        true => format!("{}{GAP}×{GAP}{each}", format::count(s.replicas.into())),
        false => s.fleet_title(),
    }
}

/// How old reports of load are, in words.
fn load(age: LoadAge) -> String {
    let LoadAge {
        at_step_ends,
        every,
    } = age;
    let every = every.map(|period| format!("load every {}", format::seconds(period.secs())));
    match (at_step_ends, every) {
        (false, None) => "load known without delay".to_owned(),
        (true, None) => "load of the last step".to_owned(),
        (false, Some(every)) => every,
        (true, Some(every)) => format!("{every}, of the last step"),
    }
}

/// A number's text as it is read best.
fn count(text: &str) -> String {
    whole(text).map_or(String::new(), format::count)
}

/// A number's text with its noun.
fn plural(text: &str, noun: &str) -> String {
    whole(text).map_or(String::new(), |it| format::plural(it, noun))
}

/// A number's text by a function of the number.
fn number(text: &str, as_text: impl Fn(f64) -> String) -> String {
    real(text).map_or(String::new(), as_text)
}

/// A list's text with blanks.
fn spaced(text: &str) -> String {
    text.replace(',', ", ").replace(';', "; ")
}

fn workload(it: &mut SummaryLine<'_>) {
    let s = it.of;
    let text = s.text("workload");
    let (name, _) = text.rsplit_once('~').unwrap_or((text, ""));
    let name = name.replace([':', ';'], ", ").replace('=', " ");
    it.part(&["workload"], name);
    let count = match (s.text("requests"), s.derived.requests) {
        (_, Some(count)) => format::plural(count, "request"),
        ("", None) => "all its requests".to_owned(),
        (asked, None) => format!("the first {}", plural(asked, "request")),
    };
    it.part(&["requests"], count);
    it.if_set("seed", &|text| format!("seed{GAP}{text}"));
    it.if_set("seeds", &|text| format!("{} a policy", plural(text, "run")));
    reading(it);
}

/// How the workload's file is read.
fn reading(it: &mut SummaryLine<'_>) {
    it.if_set("tokenizer", &|text| format!("text in {}", base(text)));
    it.if_set("chat-template", &|text| format!("template {text}"));
    it.if_set("time-unit", &|text| {
        let unit = TimeUnit::ALL.iter().find(|unit| unit.word() == text);
        format!("times in {}", unit.map_or("", |unit| unit.name()))
    });
    it.if_set("tokens-per-id", &|text| {
        format!("{} tokens an id", count(text))
    });
    it.if_set("session-rows", &|text| format!("session rows {text}"));
    it.if_set("map", &|text| {
        format!("columns {}", text.replace(';', ", "))
    });
}

fn arrivals(it: &mut SummaryLine<'_>) {
    let text = arriving(it.of);
    it.part(&["rate", "stages", "arrivals"], text);
    it.if_set("time-scale", &|text| {
        format!("recorded times ×{GAP}{}", number(text, format::setting))
    });
    it.if_set("think", &|text| {
        format!("{} between turns", number(text, format::seconds))
    });
    it.if_set("concurrency", &|text| {
        format!("at most {} active", count(text))
    });
    it.if_set("client", &|text| match text {
        "python" => "Python client".to_owned(),
        _ => "free client".to_owned(),
    });
}

fn fleet(it: &mut SummaryLine<'_>) {
    let s = it.of;
    it.part(&["fleet", "replicas", "gpu", "tp"], s.derived.fleet.clone());
    it.part(&["model"], s.derived.model.clone());
    it.part(&["dtype"], s.text("dtype").to_owned());
    it.if_set("kv-dtype", &|text| format!("KV cache in {text}"));
}

fn engine(it: &mut SummaryLine<'_>) {
    let s = it.of;
    let pool = format::count(s.derived.pool);
    it.part(
        &["kv-tokens"],
        format!("{pool}{GAP}tokens of KV cache each"),
    );
    it.if_set("block-size", &|text| format!("blocks of {}", count(text)));
    let warm = s.text("warm");
    let start = match warm.split_once(':') {
        _ if warm == "none" => "cold at the start".to_owned(),
        Some(("random", rounds)) => format!("warm: routed at random {rounds}{GAP}×"),
        _ => format!("warm from {}", base(warm)),
    };
    it.part(&["warm"], start);
    it.if_set("max-seqs", &|text| format!("batches of {}", count(text)));
    it.if_set("batch-tokens", &|text| {
        format!("{}{GAP}tokens a step", count(text))
    });
    it.if_set("context", &|text| {
        format!("requests of at most {}{GAP}tokens", count(text))
    });
    it.if_set("ep", &|text| {
        format!("experts over {}{GAP}GPUs", count(text))
    });
    it.if_set("memory-utilization", &|text| {
        let share = number(text, |it| format::figure(it * 100.0));
        format!("{share}{GAP}% of the memory")
    });
    it.if_set("cuda-graphs", &|text| match text {
        "on" => "CUDA graphs".to_owned(),
        _ => "no CUDA graphs".to_owned(),
    });
    it.if_set("admission", &|text| {
        let room = match text {
            "prompt" => "the whole prompt",
            _ => "a chunk",
        };
        format!("admitted with room for {room}")
    });
    it.if_set("vllm", &|text| match text {
        "current" => "current vLLM".to_owned(),
        version => format!("vLLM {version}"),
    });
    it.if_set("timing", &|text| match text {
        "dynamo" => "timed as Dynamo's replay".to_owned(),
        _ => "timed by the roofline".to_owned(),
    });
    it.if_set("calibration", &|text| format!("measured in {}", base(text)));
    it.if_set("off", &|text| {
        format!("without {}", text.replace(',', ", "))
    });
}

fn router(it: &mut SummaryLine<'_>) {
    it.part(&["load-age"], it.of.derived.load.clone());
    it.if_set("routers", &|text| plural(text, "router"));
}

fn limits(it: &mut SummaryLine<'_>) {
    let tier = match it.of.text("tier") {
        "" => "none",
        tier => tier,
    };
    it.part(&["tier"], tier.to_owned());
    it.if_set("keys", &|text| plural(text, "API key"));
    it.if_set("retries", &|text| match text {
        "1" => "1 retry".to_owned(),
        text => {
            let count = whole(text).and_then(|it| u32::try_from(it).ok());
            format!("{} retries", count.map_or(String::new(), format::word))
        }
    });
    it.if_set("in-flight-limit", &|text| {
        format!("at most {} active behind the router", count(text))
    });
}

fn scaling(it: &mut SummaryLine<'_>) {
    let scale = match it.of.text("autoscale") {
        "" => "the fleet stays as it is",
        scale => scale,
    };
    it.part(&["autoscale"], scale.to_owned());
}

fn line_and_tenants(it: &mut SummaryLine<'_>) {
    const PARTS: [(&str, &str); 8] = [
        ("connections", "connections"),
        ("endpoint-limit", "requests a minute/hour"),
        ("queue", "a line of"),
        ("hold", "held back by"),
        ("order", "order"),
        ("shed", "shed from priority"),
        ("tenants", "tenants"),
        ("classes", "classes"),
    ];
    if !it.set(&PARTS.map(|it| it.0)) {
        it.part(
            &[],
            "no waiting line before the routers, every request counts alike".to_owned(),
        );
    }
    for (flag, words) in PARTS {
        it.if_set(flag, &|text| format!("{words} {}", spaced(text)));
    }
}

fn caches_and_batching(it: &mut SummaryLine<'_>) {
    if !it.set(&["prompt-cache", "token-price", "response-cache", "batching"]) {
        it.part(&[], "none".to_owned());
    }
    it.if_set("prompt-cache", &|text| format!("prompts billed by {text}"));
    it.if_set("token-price", &|text| format!("tokens as {text}"));
    it.if_set("response-cache", &|text| {
        let seconds = number(text, format::figure);
        format!("answers kept for {seconds}{GAP}s")
    });
    it.if_set("batching", &|text| {
        format!("batching {}", text.replace(',', ", "))
    });
}

fn events(it: &mut SummaryLine<'_>) {
    let none = |flag: &&str| it.of.text(flag).is_empty();
    if ["events", "mtbf"].iter().all(none) {
        it.part(&["events", "mtbf"], "nothing fails".to_owned());
    }
    it.if_set("events", &|text| text.replace(';', "; "));
    it.if_set("mtbf", &|text| {
        format!("a failure every {text}{GAP}h for each replica")
    });
    it.if_set("mttr", &|text| format!("back after {text}{GAP}s"));
    it.if_set("drain", &|text| format!("drained by {text}"));
}

fn health(it: &mut SummaryLine<'_>) {
    let learn = format!("failures noticed as in {}", it.of.text("health"));
    it.part(&["health"], learn);
    it.if_set("router-retries", &|text| format!("router retries {text}"));
    it.if_set("client-retries", &|text| format!("client retries {text}"));
    it.if_set("client-timeout", &|text| {
        format!("clients wait {text}{GAP}s")
    });
    it.if_set("breaker", &|text| format!("circuit breaker {text}"));
}

fn goals(it: &mut SummaryLine<'_>) {
    let none = |flag: &&str| it.of.text(flag).is_empty();
    if ["ttft-slo", "tpot-slo", "goal", "price"].iter().all(none) {
        it.part(&[], "none".to_owned());
    }
    it.if_set("ttft-slo", &|text| {
        format!("TTFT ≤ {}", number(text, format::millis))
    });
    it.if_set("tpot-slo", &|text| {
        format!("TPOT ≤ {}", number(text, format::millis))
    });
    it.if_set("goal", &|text| text.replace(';', "; "));
    it.if_set("price", &|text| {
        format!("prices {}", text.replace(';', "; "))
    });
}

/// The name of a file without its hash.
fn base(name: &str) -> &str {
    name.rsplit_once('~').map_or(name, |it| it.0)
}

/// The differences between two scenarios, given the texts of their fields, a text each: `Replicas 4 → 8`.
pub fn changes<'a>(
    before: impl IntoIterator<Item = &'a str>,
    now: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let value = |flag: &str, text: &str| match text {
        // As in its control: what holds if nothing is set.
        "" => match unset(flag) {
            "" => "none".to_owned(),
            holds => holds.to_owned(),
        },
        text => base(text).replace(',', ", "),
    };
    let mut changes = Vec::new();
    for (flag, (before, now)) in flags().zip(before.into_iter().zip(now)) {
        if before != now {
            let (from, to) = (value(flag, before), value(flag, now));
            changes.push(format!("{} {from} → {to}", label(flag)));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::super::{GROUPS, fields};
    use super::*;
    use crate::form::state_of;
    use warmpath_core::scenario::FIELDS;

    /// The texts of all fields.
    fn texts(scenario: &Scenario) -> Vec<String> {
        FIELDS.iter().map(|field| field.get(scenario)).collect()
    }

    fn changes(before: &Scenario, now: &Scenario) -> Vec<String> {
        let [before, now] = [before, now].map(texts);
        super::changes(
            before.iter().map(String::as_str),
            now.iter().map(String::as_str),
        )
    }

    fn summary(group: &Group, scenario: &Scenario) -> Vec<SummaryPart> {
        super::summary(group, &state_of(scenario))
    }

    fn line(group: &Group, scenario: &Scenario) -> String {
        let texts = summary(group, scenario).into_iter().map(|it| it.text);
        texts.collect::<Vec<_>>().join(", ").replace(GAP, " ")
    }

    /// "None" is said of a group that has nothing, and not beside what it has.
    #[test]
    fn a_line_that_says_none_says_nothing_else() {
        let mut empty = 0;
        for query in ["", "&batching=static:64,10ms", "&price=l4%3D0.8"] {
            let scenario = Scenario::from_query(&format!("v=2{query}"));
            let Ok(scenario) = scenario else { continue };
            for group in &GROUPS {
                let parts = summary(group, &scenario);
                let none = parts.iter().any(|it| it.text == "none");
                empty += usize::from(none && group.title == "Caches and batching");
                assert!(
                    !none || parts.len() == 1,
                    "{query}: {}",
                    line(group, &scenario)
                );
            }
        }
        assert_eq!(empty, 2);
    }

    /// For every field a value that is not its default.
    const OTHER: [&str; 39] = [
        "hpa",
        "4xh100,4xl4",
        "p95_ttft<500ms",
        "l4=0.8",
        "9",
        "1000/2048",
        "100/60",
        "saturation",
        "vtc",
        "a:1,b:1",
        "chat:1:0",
        "static:64,10ms",
        "1024/128/600",
        "gpt-4o-mini",
        "cl100k",
        "ms",
        "delta",
        "chatml",
        "time=when",
        "2",
        "h100",
        "rag",
        "fp8",
        "bf16",
        "llama-3.1-70b",
        "dynamo",
        "prefix-cache",
        "4,8",
        "constant",
        "python",
        "fakeai:tier-1",
        "0.5",
        "off",
        "chunk",
        "0.16",
        "30s:kill=1",
        "finish",
        "smg",
        "seed",
    ];

    #[test]
    fn a_closed_group_hides_nothing() {
        let default = Scenario::default();
        for group in &GROUPS {
            let before = line(group, &default);
            assert!(!before.is_empty(), "{}", group.title);
            assert!(
                summary(group, &default).iter().all(|it| !it.set),
                "{before}"
            );
            for flag in fields(group) {
                let field = FIELDS.iter().find(|it| it.flag == flag).unwrap();
                let mut tried = 0;
                for text in OTHER {
                    // A model that looks like a path is a file, which was not read.
                    if field.flag == "model" && text.contains('/') {
                        continue;
                    }
                    let mut other = default.clone();
                    if field.set(&mut other, text).is_ok() && state_of(&other).is_set(flag) {
                        tried += 1;
                        assert_ne!(line(group, &other), before, "{} {text}", field.flag);
                        let set = summary(group, &other).iter().any(|it| it.set);
                        assert!(set, "{} {text} is not marked", field.flag);
                    }
                }
                assert!(tried > 0, "{} was never changed", field.flag);
            }
        }
    }

    #[test]
    fn groups_read_as_a_person_would_say_them() {
        let of = |title: &str, query: &str| {
            let group = GROUPS.iter().find(|it| it.title == title).unwrap();
            line(group, &Scenario::from_query(query).unwrap())
        };
        assert_eq!(of("Fleet", ""), "4 × NVIDIA L4, Llama 3.1 8B, fp8");
        assert_eq!(of("Arrivals", ""), "4 arrivals/s, Poisson");
        assert_eq!(
            of("Workload", "w=rag:contexts=4"),
            "rag, contexts 4, 200 requests"
        );
        assert_eq!(of("Goals", "ttft=500"), "TTFT ≤ 500 ms");
        assert_eq!(
            of("Workload", "w=a.json~0123456789abcdef"),
            "a.json, all its requests"
        );
    }

    #[test]
    fn a_sweeps_lists_are_said_where_their_values_are() {
        let lists = ["4,8,16".to_owned(), "1,2".to_owned()];
        let of = |title: &str, lists: Option<&[String; 2]>| {
            let group = GROUPS.iter().find(|it| it.title == title).unwrap();
            let parts = summary_swept(group, &state_of(&Scenario::default()), lists);
            let texts = parts.into_iter().map(|it| it.text);
            texts.collect::<Vec<_>>().join(", ").replace(GAP, " ")
        };
        assert!(of("Arrivals", Some(&lists)).ends_with(", swept over 4, 8 and 16 arrivals/s"));
        assert!(of("Fleet", Some(&lists)).ends_with(", swept over 1 and 2 replicas"));
        let rates = ["4,8".to_owned(), String::new()];
        for (title, lists) in [
            ("Fleet", Some(&rates)),
            ("Fleet", None),
            ("Goals", Some(&lists)),
        ] {
            assert!(!of(title, lists).contains("swept"), "{title}");
        }
    }

    #[test]
    fn what_has_changed_is_said_part_by_part() {
        let before = Scenario::default();
        let now = Scenario::from_query("r=8&n=50&p=smart").unwrap();
        let changed = changes(&before, &now).join("; ");
        assert_eq!(
            changed,
            "Requests all → 50; Replicas 4 → 8; Policies round-robin, smart → smart"
        );
        assert!(changes(&before, &before).is_empty());
    }
}
