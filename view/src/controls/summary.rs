//! The settings of a group in one line of words, so that a closed group hides nothing; and the differences between two
//! scenarios.

use super::{Group, READING, is_default, label, unset};
use crate::format::{self, GAP};
use warmpath_core::router::LoadAge;
use warmpath_core::scenario::ladder::{Rung, Size};
use warmpath_core::scenario::{
    Admit, Arrivals, Client, FIELDS, Field, Scenario, TimingChoice, Warm,
};
use warmpath_core::words::grouped;
use warmpath_core::workload::Named;
use warmpath_core::workload::named::Source;

/// A part of a group's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryPart {
    /// The words of the part.
    pub text: String,
    /// Whether the part says something that is not the default.
    pub set: bool,
}

/// A line that is being put together.
struct Telling<'a> {
    of: &'a Scenario,
    stated: Vec<SummaryPart>,
}

impl Telling<'_> {
    /// Adds a part in any case; it counts as set if one of these fields is.
    fn sentence(&mut self, flags: &[&str], text: String) {
        let set = self.set(flags);
        self.stated.push(SummaryPart { text, set });
    }

    /// Adds a part only if one of these fields is set.
    // Not generic: each part's words are compiled once, and how they join the line once for all.
    fn if_set(&mut self, flags: &[&str], text: &dyn Fn(&Scenario) -> String) {
        if self.set(flags) {
            let text = text(self.of);
            self.stated.push(SummaryPart { text, set: true });
        }
    }

    fn set(&self, flags: &[&str]) -> bool {
        let of = |flag: &&str| FIELDS.iter().find(|it| it.flag == *flag);
        flags
            .iter()
            .filter_map(of)
            .any(|it| !is_default(it, self.of))
    }
}

/// The line of a group, with the rates and the numbers of replicas of a sweep; each list is separated by commas or empty.
pub fn summary_swept(
    group: &Group,
    scenario: &Scenario,
    lists: Option<&[String; 2]>,
) -> Vec<SummaryPart> {
    let mut stated = summary(group, scenario);
    let swept = match (group.title, lists) {
        ("Arrivals", Some([rates, _])) => (rates, "arrivals/s"),
        ("Fleet", Some([_, replicas])) => (replicas, "replicas"),
        _ => return stated,
    };
    if !swept.0.is_empty() {
        let text = format!("swept over {}{GAP}{}", all(swept.0), swept.1);
        stated.push(SummaryPart { text, set: true });
    }
    stated
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
pub fn summary(group: &Group, scenario: &Scenario) -> Vec<SummaryPart> {
    let mut it = Telling {
        of: scenario,
        stated: Vec::new(),
    };
    match group.title {
        "Workload" => workload(&mut it),
        READING => {
            it.sentence(&[], "as the file says".to_owned());
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
    it.stated
}

/// The number of requests that a scenario sends; `None` for a file, whose length is known only to the program that has read
/// it.
pub(crate) fn requests(s: &Scenario) -> Option<u64> {
    let named = Named::parse(&s.workload).ok().map(|it| it.requests());
    let count = match (s.requests, named) {
        // A trace has a fixed number of requests.
        (Some(asked), Some(all)) if is_trace(s) => asked.min(all),
        (Some(asked), _) => asked,
        (None, all) => all?,
    };
    Some(u64::from(count))
}

fn is_trace(s: &Scenario) -> bool {
    Named::parse(&s.workload).is_ok_and(|it| matches!(it.info().source, Source::Trace(_)))
}

fn workload(it: &mut Telling<'_>) {
    let s = it.of;
    let (name, _) = s.workload.rsplit_once('~').unwrap_or((&s.workload, ""));
    let name = name.replace([':', ';'], ", ").replace('=', " ");
    it.sentence(&["workload"], name);
    let count = match (s.requests, requests(s)) {
        (_, Some(count)) => format::plural(count, "request"),
        (Some(asked), None) => format!("the first {}", format::plural(asked.into(), "request")),
        (None, None) => "all its requests".to_owned(),
    };
    it.sentence(&["requests"], count);
    it.if_set(&["seed"], &|s| format!("seed{GAP}{}", s.seed));
    it.if_set(&["seeds"], &|s| {
        format!("{} a policy", format::plural(s.seeds.into(), "run"))
    });
    reading(it);
}

/// How the workload's file is read.
fn reading(it: &mut Telling<'_>) {
    it.if_set(&["tokenizer"], &|s| {
        format!("text in {}", base(&s.reading.tokenizer.to_string()))
    });
    it.if_set(&["chat-template"], &|s| {
        format!("template {}", s.reading.chat_template.word())
    });
    it.if_set(&["time-unit"], &|s| {
        let unit = s.reading.time_unit.map_or("", |unit| unit.name());
        format!("times in {unit}")
    });
    it.if_set(&["tokens-per-id"], &|s| {
        format!("{} tokens an id", number(s.reading.tokens_per_id))
    });
    it.if_set(&["session-rows"], &|s| {
        format!("session rows {}", s.reading.session_rows.word())
    });
    it.if_set(&["map"], &|s| {
        format!("columns {}", s.reading.map.to_string().replace(';', ", "))
    });
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

/// The rate and the spacing of arrivals.
fn arrivals(it: &mut Telling<'_>) {
    let s = it.of;
    let rates = match s.stages.is_empty() {
        true => format::setting(s.rate),
        false => s
            .stages
            .iter()
            .map(rung)
            .collect::<Vec<_>>()
            .join(", then "),
    };
    let noun = match Named::parse(&s.workload).is_ok_and(|it| it.info().name == "multi-turn") {
        true => "conversations",
        false => "arrivals",
    };
    let rates = format!("{rates}{GAP}{noun}/s");
    let text = match s.arrivals {
        Arrivals::Auto if is_trace(s) || Named::parse(&s.workload).is_err() => {
            format!("as recorded; without times {rates}, Poisson")
        }
        Arrivals::Auto | Arrivals::Poisson => format!("{rates}, Poisson"),
        Arrivals::Constant => format!("{rates}, evenly"),
        Arrivals::Gamma(cv) => format!("{rates}, gamma, CV{GAP}{}", format::setting(cv)),
        Arrivals::Recorded if s.stages.is_empty() => "as recorded".to_owned(),
        Arrivals::Recorded => format!("{rates}, in the log's pattern"),
        Arrivals::KubeAi => format!("{rates}, the benchmark's gaps"),
        Arrivals::AllAtOnce => "all at once".to_owned(),
    };
    it.sentence(&["rate", "stages", "arrivals"], text);
    it.if_set(&["time-scale"], &|s| {
        format!("recorded times ×{GAP}{}", format::setting(s.time_scale))
    });
    it.if_set(&["think"], &|s| {
        format!("{} between turns", format::seconds(s.think_s))
    });
    it.if_set(&["concurrency"], &|s| {
        format!("at most {} active", number(s.concurrency))
    });
    it.if_set(&["client"], &|s| match s.client {
        Client::Free => "free client".to_owned(),
        Client::Python => "Python client".to_owned(),
    });
}

fn fleet(it: &mut Telling<'_>) {
    let s = it.of;
    let each = match s.tensor_parallel {
        1 => s.gpu.title.to_owned(),
        tp => format!("({tp}{GAP}×{GAP}{})", s.gpu.title),
    };
    let count = match s.mix.kinds.is_empty() {
        true => format!("{}{GAP}×{GAP}{each}", format::count(s.replicas.into())),
        false => s.fleet_title(),
    };
    it.sentence(&["fleet", "replicas", "gpu", "tp"], count);
    it.sentence(&["model"], s.model.title.to_owned());
    it.sentence(&["dtype"], s.dtype.name().to_owned());
    it.if_set(&["kv-dtype"], &|s| {
        format!("KV cache in {}", s.kv_dtype.name())
    });
}

fn engine(it: &mut Telling<'_>) {
    let s = it.of;
    let pool = u64::from(s.pool_blocks()) * u64::from(s.block_size);
    let pool = format!("{}{GAP}tokens of KV cache each", format::count(pool));
    it.sentence(&["kv-tokens"], pool);
    it.if_set(&["block-size"], &|s| {
        format!("blocks of {}", format::count(s.block_size.into()))
    });
    let start = match &s.warm {
        Warm::Cold => "cold at the start".to_owned(),
        Warm::Random(rounds) => format!("warm: routed at random {rounds}{GAP}×"),
        Warm::Left(state) => format!("warm from {}", base(state.name())),
    };
    it.sentence(&["warm"], start);
    it.if_set(&["max-seqs"], &|s| {
        format!("batches of {}", format::count(s.max_seqs.into()))
    });
    it.if_set(&["batch-tokens"], &|s| {
        format!("{}{GAP}tokens a step", format::count(s.batch_tokens.into()))
    });
    it.if_set(&["context"], &|s| {
        format!("requests of at most {}{GAP}tokens", number(s.context))
    });
    it.if_set(&["ep"], &|s| {
        format!("experts over {}{GAP}GPUs", number(s.experts_over))
    });
    it.if_set(&["memory-utilization"], &|s| {
        format!(
            "{}{GAP}% of the memory",
            format::figure(s.memory_utilization * 100.0)
        )
    });
    it.if_set(&["cuda-graphs"], &|s| match s.cuda_graphs {
        true => "CUDA graphs".to_owned(),
        false => "no CUDA graphs".to_owned(),
    });
    it.if_set(&["admission"], &|s| match s.admission {
        Admit::Prompt => "admitted with room for the whole prompt".to_owned(),
        Admit::Chunk => "admitted with room for a chunk".to_owned(),
    });
    it.if_set(&["vllm"], &|s| {
        s.vllm.map_or_else(
            || "current vLLM".to_owned(),
            |minor| format!("vLLM 0.{minor}"),
        )
    });
    it.if_set(&["timing"], &|s| match s.timing {
        TimingChoice::Roofline => "timed by the roofline".to_owned(),
        TimingChoice::Dynamo => "timed as Dynamo's replay".to_owned(),
    });
    it.if_set(&["calibration"], &|s| {
        let name = s.calibration.as_ref().map_or("", |own| own.name());
        format!("measured in {}", base(name))
    });
    it.if_set(&["off"], &|s| {
        format!("without {}", s.off).replace(',', ", ")
    });
}

fn router(it: &mut Telling<'_>) {
    let LoadAge {
        at_step_ends,
        every,
    } = it.of.load_age;
    let every = every.map(|period| format!("load every {}", format::seconds(period.secs())));
    let age = match (at_step_ends, every) {
        (false, None) => "load as of the decision".to_owned(),
        (true, None) => "load as of the last step".to_owned(),
        (false, Some(every)) => every,
        (true, Some(every)) => format!("{every}, as of the last step"),
    };
    it.sentence(&["load-age"], age);
    it.if_set(&["routers"], &|s| {
        format::plural(s.routers.into(), "router")
    });
}

fn limits(it: &mut Telling<'_>) {
    let s = it.of;
    let tier = s.tier.map_or("none".to_owned(), |tier| tier.to_string());
    it.sentence(&["tier"], tier);
    it.if_set(&["keys"], &|s| format::plural(s.keys.into(), "API key"));
    it.if_set(&["retries"], &|s| match s.retries {
        1 => "1 retry".to_owned(),
        count => format!("{} retries", format::word(count)),
    });
    it.if_set(&["in-flight-limit"], &|s| {
        format!(
            "at most {} active behind the router",
            number(s.in_flight_limit)
        )
    });
}

fn scaling(it: &mut Telling<'_>) {
    let scale = it.of.autoscale.as_ref();
    let rendered = scale.map_or_else(
        || "the fleet stays as it is".to_owned(),
        ToString::to_string,
    );
    it.sentence(&["autoscale"], rendered);
}

fn line_and_tenants(it: &mut Telling<'_>) {
    if !it.of.entrance.any() {
        it.sentence(&[], "no line, everybody alike".to_owned());
    }
    let value = |flag: &str, of: &Scenario| {
        let field = FIELDS.iter().find(|it| it.flag == flag);
        let value = field.map_or(String::new(), |it| it.get(of));
        value.replace(',', ", ").replace(';', "; ")
    };
    for (flag, words) in [
        ("connections", "connections"),
        ("endpoint-limit", "requests a minute/hour"),
        ("queue", "a line of"),
        ("hold", "held back by"),
        ("order", "order"),
        ("shed", "shed from priority"),
        ("tenants", "tenants"),
        ("classes", "classes"),
    ] {
        it.if_set(&[flag], &|s| format!("{words} {}", value(flag, s)));
    }
}

fn caches_and_batching(it: &mut Telling<'_>) {
    let above = &it.of.above;
    if above.prompts.is_none() && above.answers_s.is_none() {
        it.sentence(&["prompt-cache", "response-cache"], "none".to_owned());
    }
    it.if_set(&["prompt-cache"], &|s| {
        let rule = s.above.prompts.map_or(String::new(), |it| it.to_string());
        format!("prompts billed by {rule}")
    });
    it.if_set(&["token-price"], &|s| {
        format!("tokens as {}", s.above.price)
    });
    it.if_set(&["response-cache"], &|s| {
        let seconds = s.above.answers_s.unwrap_or_default();
        format!("answers kept for {}{GAP}s", format::figure(seconds))
    });
    it.if_set(&["batching"], &|s| {
        let field = FIELDS.iter().find(|it| it.flag == "batching");
        let value = field.map_or(String::new(), |it| it.get(s));
        format!("batching {}", value.replace(',', ", "))
    });
}

/// The value of a field, by the name of its option.
fn value(flag: &str, of: &Scenario) -> String {
    let field = FIELDS.iter().find(|it| it.flag == flag);
    field.map_or(String::new(), |it| it.get(of))
}

fn events(it: &mut Telling<'_>) {
    let troubles = &it.of.troubles;
    if !troubles.any() {
        it.sentence(&["events", "mtbf"], "nothing fails".to_owned());
    }
    it.if_set(&["events"], &|s| value("events", s).replace(';', "; "));
    it.if_set(&["mtbf"], &|s| {
        format!(
            "a failure every {}{GAP}h for each replica",
            value("mtbf", s)
        )
    });
    it.if_set(&["mttr"], &|s| {
        format!("back after {}{GAP}s", value("mttr", s))
    });
    it.if_set(&["drain"], &|s| format!("drained by {}", value("drain", s)));
}

fn health(it: &mut Telling<'_>) {
    it.sentence(
        &["health"],
        format!("routers learn as {} does", value("health", it.of)),
    );
    it.if_set(&["router-retries"], &|s| {
        format!("router retries {}", value("router-retries", s))
    });
    it.if_set(&["client-retries"], &|s| {
        format!("client retries {}", value("client-retries", s))
    });
    it.if_set(&["client-timeout"], &|s| {
        format!("clients wait {}{GAP}s", value("client-timeout", s))
    });
    it.if_set(&["breaker"], &|s| {
        format!("circuit breaker {}", value("breaker", s))
    });
}

fn goals(it: &mut Telling<'_>) {
    let s = it.of;
    if s.ttft_slo_ms.is_none() && s.tpot_slo_ms.is_none() && s.goal.is_none() {
        it.sentence(&[], "none".to_owned());
    }
    let limit = |ms: Option<f64>| ms.map_or(String::new(), format::millis);
    it.if_set(&["ttft-slo"], &|s| {
        format!("TTFT ≤ {}", limit(s.ttft_slo_ms))
    });
    it.if_set(&["tpot-slo"], &|s| {
        format!("TPOT ≤ {}", limit(s.tpot_slo_ms))
    });
    it.if_set(&["goal"], &|s| {
        let goal = s.goal.as_ref().map(ToString::to_string);
        goal.unwrap_or_default().replace(';', "; ")
    });
    it.if_set(&["price"], &|s| {
        format!("prices {}", s.prices.to_string().replace(';', "; "))
    });
}

fn number(of: Option<u32>) -> String {
    of.map_or(String::new(), |it| format::count(it.into()))
}

/// The name of a file without its hash.
fn base(name: &str) -> &str {
    name.rsplit_once('~').map_or(name, |it| it.0)
}

/// The differences between two scenarios, a text each: `Replicas 4 → 8`.
pub fn changes(before: &Scenario, now: &Scenario) -> Vec<String> {
    let value = |field: &Field, of: &Scenario| match (field.flag, field.get(of)) {
        // As in its control: what holds if nothing is set.
        (_, text) if text.is_empty() => match unset(field) {
            "" => "none".to_owned(),
            holds => holds.to_owned(),
        },
        (_, text) => base(&text).replace(',', ", "),
    };
    let one = |field: &Field| {
        format!(
            "{} {} → {}",
            label(field),
            value(field, before),
            value(field, now)
        )
    };
    let differs = |field: &&Field| field.get(before) != field.get(now);
    FIELDS.iter().filter(differs).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{GROUPS, fields};
    use super::*;

    fn line(group: &Group, scenario: &Scenario) -> String {
        let texts = summary(group, scenario).into_iter().map(|it| it.text);
        texts.collect::<Vec<_>>().join(", ").replace(GAP, " ")
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
            for field in fields(group) {
                let mut tried = 0;
                for text in OTHER {
                    // A model that looks like a path is a file, which was not read.
                    if field.flag == "model" && text.contains('/') {
                        continue;
                    }
                    let mut other = default.clone();
                    if field.set(&mut other, text).is_ok() && !is_default(field, &other) {
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
            let stated = summary_swept(group, &Scenario::default(), lists);
            let texts = stated.into_iter().map(|it| it.text);
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
        let stated = changes(&before, &now).join("; ");
        assert_eq!(
            stated,
            "Requests all → 50; Replicas 4 → 8; Policies round-robin, smart → smart"
        );
        assert!(changes(&before, &before).is_empty());
    }
}
