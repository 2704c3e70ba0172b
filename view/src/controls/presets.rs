//! Presets of a group of controls: what products do and what befalls fleets, each with a sentence. Those of health checks
//! and autoscalers come from `core`'s tables; the others are written here, and are named after the product whose rule they
//! are.

use super::Group;
use warmpath_core::scenario::life::HEALTH;
use warmpath_core::scenario::scaling::{AUTOSCALERS, Autoscaler};
use warmpath_core::scenario::{FIELDS, Scenario};

/// The values that a preset sets, by the names of the options; the group's other fields get their defaults.
type SetRow = &'static [(&'static str, &'static str)];

const EVENTS: [SetRow; 8] = [
    &[("events", "30s:kill=1")],
    &[("events", "30s:kill=1/stay")],
    &[("events", "30s:hang=1/60s")],
    &[("events", "30s:slow=50%x0.3/60s")],
    &[("events", "30s:drain=1"), ("drain", "finish")],
    &[
        (
            "events",
            "30s:drain=0;65s:start=0;150s:drain=1;185s:start=1;270s:drain=2;305s:start=2;390s:drain=3;425s:start=3",
        ),
        ("drain", "finish"),
    ],
    &[("events", "30s:restart-router=0")],
    &[("mtbf", "0.25")],
];

const EVENTS_WORDS: [(&str, &str); 8] = [
    (
        "One dies",
        "Replica 1 dies at 30\u{a0}s with its queue, its batch and its cache, and comes back cold by itself.",
    ),
    (
        "One dies for good",
        "Replica 1 dies at 30\u{a0}s, and nobody starts it again.",
    ),
    (
        "One hangs",
        "Replica 1 keeps its connections from 30\u{a0}s on for a minute, and makes no token.",
    ),
    (
        "A brown-out",
        "Half of the replicas compute at 0.3 of their speed for a minute.",
    ),
    (
        "One is drained",
        "Replica 1 is taken out at 30\u{a0}s and may end what it has begun.",
    ),
    (
        "A rolling update",
        "One replica after the other is taken out, two minutes apart. It may end what it has begun, and 35\u{a0}s later it is started again.",
    ),
    (
        "A router restarts",
        "At 30\u{a0}s a router forgets what it sent where and what it knew of caches.",
    ),
    (
        "By chance",
        "Each replica fails once in a quarter of an hour on average, as the seed has it.",
    ),
];

const LINE: [SetRow; 8] = [
    &[("in-flight-limit", "256"), ("queue", "100/60")],
    &[
        ("hold", "saturation"),
        ("queue", "5000/60"),
        ("order", "priority"),
    ],
    &[
        ("hold", "prefill:times=0.5"),
        ("queue", "1000/none"),
        ("order", "priority"),
    ],
    &[("endpoint-limit", "500/50000")],
    &[("connections", "1000/2048")],
    &[
        ("in-flight-limit", "48"),
        ("queue", "1000/none"),
        ("order", "priority"),
        ("classes", "chat:0.3:0:2s,batch:0.7:9"),
    ],
    &[
        ("in-flight-limit", "48"),
        ("queue", "1000/none"),
        ("order", "vtc"),
        ("tenants", "a:1,b:1,c:10"),
    ],
    &[
        ("in-flight-limit", "48"),
        ("queue", "1000/none"),
        ("shed", "9"),
        ("classes", "chat:0.3:0:2s,batch:0.7:9"),
    ],
];

const LINE_WORDS: [(&str, &str); 8] = [
    (
        "SGLang's router",
        "At most 256 requests past the line, 100 in it for a minute at most; the rest is refused.",
    ),
    (
        "llm-d, holding",
        "Requests wait while the fleet is saturated, as llm-d's flow control measures it.",
    ),
    (
        "Dynamo, holding",
        "Requests wait while every replica has half a batch of prompts to compute, by Dynamo's rule.",
    ),
    (
        "An endpoint's limit",
        "500 requests a minute and 50,000 an hour for all, as FakeAI's gateway has it.",
    ),
    (
        "A server's connections",
        "1,000 connections and a backlog of 2,048, as FakeAI's server has it.",
    ),
    (
        "Chats before a batch",
        "Three conversations in ten are chats with two seconds to the first token; they go first.",
    ),
    (
        "Fair to tenants",
        "One tenant sends ten times as much as the others; who was served least goes first.",
    ),
    (
        "Shed the batch",
        "Requests of priority 9 and beyond are not to wait; they are refused.",
    ),
];

const CACHES: [SetRow; 4] = [
    &[("prompt-cache", "1024/128/600")],
    &[("response-cache", "7200")],
    &[("batching", "static:64,10ms")],
    &[
        ("prompt-cache", "1024/128/600"),
        ("response-cache", "7200"),
        ("batching", "static:64,10ms"),
    ],
];

const CACHES_WORDS: [(&str, &str); 4] = [
    (
        "Billed as APIs do",
        "Prompts from 1,024 tokens are billed cheaper where their beginning was sent in the last ten minutes, 128 tokens at a time.",
    ),
    (
        "Answers kept",
        "Who asks the same within two hours has the same answer, and no replica hears of it.",
    ),
    (
        "Static batches",
        "A replica collects up to 64 requests or 10\u{a0}ms of them and runs them to the end of the longest.",
    ),
    (
        "All of these",
        "Billed prompts, kept answers and static batches together.",
    ),
];

/// The presets of a group, each by the values that it sets; empty for most groups.
pub fn presets(group: &Group) -> Vec<Vec<(&'static str, &'static str)>> {
    let written = |all: &[SetRow]| all.iter().map(|set| set.to_vec()).collect();
    match group.title {
        "Events" => written(&EVENTS),
        "Health and retries" => HEALTH.iter().map(|it| vec![("health", it.name)]).collect(),
        "Scaling" => {
            let all = scalers();
            all.map(|it| vec![("autoscale", it.name)]).collect()
        }
        "Queue and tenants" => written(&LINE),
        "Caches and batching" => written(&CACHES),
        _ => Vec::new(),
    }
}

/// The name of each of a group's presets, as its button shows it, and what it stands for, in a sentence. They stand apart from
/// what the presets set, since another program asks for these.
pub fn named(group: &Group) -> Vec<(&'static str, &'static str)> {
    match group.title {
        "Events" => EVENTS_WORDS.to_vec(),
        "Health and retries" => HEALTH.iter().map(|it| (it.name, it.about)).collect(),
        "Scaling" => scalers().map(|it| (it.name, it.about)).collect(),
        "Queue and tenants" => LINE_WORDS.to_vec(),
        "Caches and batching" => CACHES_WORDS.to_vec(),
        _ => Vec::new(),
    }
}

/// The autoscalers that are presets. A schedule has the reader's own times, so it is none.
fn scalers() -> impl Iterator<Item = &'static Autoscaler> {
    AUTOSCALERS.iter().filter(|it| it.name != "schedule")
}

/// The fields that a group's presets set: those of the group, and those of other groups that belong to them.
pub fn flags(group: &Group) -> Vec<&'static str> {
    let mut flags: Vec<&'static str> = group.flags.to_vec();
    for (flag, _) in presets(group).into_iter().flatten() {
        if !flags.contains(&flag) {
            flags.push(flag);
        }
    }
    flags
}

/// The scenario with a group set to the values of a preset; `None` if they do not fit the scenario.
pub fn with(
    preset: &[(&'static str, &'static str)],
    group: &Group,
    scenario: &Scenario,
) -> Option<Scenario> {
    let own = flags(group);
    let query = scenario.to_query();
    let stays = |pair: &&str| {
        let key = pair.split('=').next().unwrap_or_default();
        FIELDS
            .iter()
            .all(|field| field.key != key || !own.contains(&field.flag))
    };
    let others: Vec<&str> = query.split('&').filter(stays).collect();
    let mut next = Scenario::from_query(&others.join("&")).ok()?;
    for (flag, value) in preset {
        let field = FIELDS.iter().find(|field| field.flag == *flag)?;
        field.set(&mut next, value).ok()?;
    }
    // A smaller fleet is left those events that befall what it has.
    let (replicas, routers) = (next.replicas, next.routers);
    while let Some(stray) = next.troubles.events.stray(replicas, routers).copied() {
        next.troubles.events.all.retain(|event| *event != stray);
    }
    next.check().ok()?;
    Some(next)
}

/// The place of the preset that a scenario's group is set to; `None` if it is set otherwise, or has its defaults.
pub fn at(group: &Group, scenario: &Scenario) -> Option<usize> {
    let query = scenario.to_query();
    let is = |it: Scenario| it.to_query() == query;
    let mut all = presets(group).into_iter();
    all.position(|preset| with(&preset, group, scenario).is_some_and(is))
}

#[cfg(test)]
mod tests {
    use super::super::GROUPS;
    use super::*;
    use crate::lives::{ReplicaState, lives};

    /// A replica is started again only once it is down, which takes as long as it may end what it has begun.
    #[test]
    fn a_rolling_update_brings_every_replica_back() {
        let named = EVENTS_WORDS.iter().zip(EVENTS);
        let (_, set) = named
            .clone()
            .find(|it| it.0.0 == "A rolling update")
            .expect("it is there");
        let group = GROUPS
            .iter()
            .find(|it| it.title == "Events")
            .expect("it is there");
        for workload in ["rag&n=1500", "shared-system&n=1500"] {
            let base = format!("v=2&w={workload}&rate=3&p=round-robin,smart");
            let base = Scenario::from_query(&base).expect("valid");
            let scenario = with(set, group, &base).expect("fits");
            for run in crate::trial::logged(&scenario.to_query()) {
                let lives = lives(&run, run.end);
                assert_eq!(lives.len(), 4);
                for (replica, life) in lives.iter().enumerate() {
                    let has = |state| life.spans.iter().any(|it| it.what == state);
                    let last = life.spans.last().map(|it| it.what);
                    let what = format!("{workload}, {replica}: {:?}", life.spans);
                    assert!(
                        has(ReplicaState::Absent) && has(ReplicaState::Starting),
                        "{what}"
                    );
                    assert_eq!(last, Some(ReplicaState::Ready), "{what}");
                }
            }
        }
    }

    #[test]
    fn every_preset_fits_and_is_found_again() {
        let mut groups = 0;
        for group in &GROUPS {
            let all = presets(group);
            let named = named(group);
            assert_eq!(named.len(), all.len());
            groups += usize::from(!all.is_empty());
            for (place, (preset, (name, about))) in all.iter().zip(named).enumerate() {
                let base = Scenario::from_query("v=2&w=rag&n=50&rate=3&p=smart").expect("valid");
                let set = with(preset, group, &base);
                let set = set.unwrap_or_else(|| panic!("{name} does not fit"));
                assert!(about.len() > 20, "{name}");
                // Kubernetes' probes are the default.
                if name != "kubernetes" {
                    assert_ne!(set, base, "{name} sets nothing");
                }
                assert_eq!(at(group, &set), Some(place), "{name}");
                // Changing from one preset to another leaves nothing of the first.
                let next = (place + 1) % all.len();
                let other = with(&all[next], group, &set).expect("fits");
                assert_eq!(at(group, &other), Some(next), "{next} after {name}");
            }
        }
        assert_eq!(groups, 5);
    }
}
