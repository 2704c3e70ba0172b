//! Presets of a group of controls: what products do and what befalls fleets, each with a sentence. Those of health checks
//! and autoscalers come from `core`'s tables; the others are written here, and are named after the product whose rule they
//! are.

use super::Group;
use warmpath_core::scenario::life::HEALTH;
use warmpath_core::scenario::scaling::AUTOSCALERS;
use warmpath_core::scenario::{FIELDS, Scenario};

/// A preset, which sets the fields of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPreset {
    /// The preset's name, as its button shows it.
    pub name: &'static str,
    /// What the preset stands for, in a sentence.
    pub about: &'static str,
    /// The values it sets, by the names of the options; the group's other fields get their defaults.
    pub set: Vec<(&'static str, &'static str)>,
}

/// A preset as it is written in this file: its name, its sentence, and the values it sets.
type Written = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const EVENTS: [Written; 8] = [
    (
        "One dies",
        "Replica 1 dies at 30 s with its queue, its batch and its cache, and comes back cold by itself.",
        &[("events", "30s:kill=1")],
    ),
    (
        "One dies for good",
        "Replica 1 dies at 30 s, and nobody starts it again.",
        &[("events", "30s:kill=1/stay")],
    ),
    (
        "One hangs",
        "Replica 1 keeps its connections from 30 s on for a minute, and makes no token.",
        &[("events", "30s:hang=1/60s")],
    ),
    (
        "A brown-out",
        "Half of the replicas compute at 0.3 of their speed for a minute.",
        &[("events", "30s:slow=50%x0.3/60s")],
    ),
    (
        "One is drained",
        "Replica 1 is taken out at 30 s and may end what it has begun.",
        &[("events", "30s:drain=1"), ("drain", "finish")],
    ),
    (
        "A rolling update",
        "One replica after the other is taken out and started again, a minute and a half apart.",
        &[
            (
                "events",
                "30s:drain=0;40s:start=0;120s:drain=1;130s:start=1;210s:drain=2;220s:start=2;300s:drain=3;310s:start=3",
            ),
            ("drain", "finish"),
        ],
    ),
    (
        "A router restarts",
        "At 30 s a router forgets what it sent where and what it knew of caches.",
        &[("events", "30s:restart-router=0")],
    ),
    (
        "By chance",
        "Each replica fails once in a quarter of an hour on average, as the seed has it.",
        &[("mtbf", "0.25")],
    ),
];

const LINE: [Written; 8] = [
    (
        "SGLang's router",
        "At most 256 requests past the line, 100 in it for a minute at most; the rest is refused.",
        &[("in-flight-limit", "256"), ("queue", "100/60")],
    ),
    (
        "llm-d, holding",
        "Requests wait while the fleet is saturated, as llm-d's flow control measures it.",
        &[
            ("hold", "saturation"),
            ("queue", "5000/60"),
            ("order", "priority"),
        ],
    ),
    (
        "Dynamo, holding",
        "Requests wait while every replica has half a batch of prompts to compute, by Dynamo's rule.",
        &[
            ("hold", "prefill:times=0.5"),
            ("queue", "1000/none"),
            ("order", "priority"),
        ],
    ),
    (
        "An endpoint's limit",
        "500 requests a minute and 50,000 an hour for all, as FakeAI's gateway has it.",
        &[("endpoint-limit", "500/50000")],
    ),
    (
        "A server's connections",
        "1,000 connections and a backlog of 2,048, as FakeAI's server has it.",
        &[("connections", "1000/2048")],
    ),
    (
        "Chats before a batch",
        "Three conversations in ten are chats with two seconds to the first token; they go first.",
        &[
            ("in-flight-limit", "48"),
            ("queue", "1000/none"),
            ("order", "priority"),
            ("classes", "chat:0.3:0:2s,batch:0.7:9"),
        ],
    ),
    (
        "Fair to tenants",
        "One tenant sends ten times as much as the others; who was served least goes first.",
        &[
            ("in-flight-limit", "48"),
            ("queue", "1000/none"),
            ("order", "vtc"),
            ("tenants", "a:1,b:1,c:10"),
        ],
    ),
    (
        "Shed the batch",
        "Requests of priority 9 and beyond are not to wait; they are refused.",
        &[
            ("in-flight-limit", "48"),
            ("queue", "1000/none"),
            ("shed", "9"),
            ("classes", "chat:0.3:0:2s,batch:0.7:9"),
        ],
    ),
];

const CACHES: [Written; 4] = [
    (
        "Billed as APIs do",
        "Prompts from 1,024 tokens are billed cheaper where their beginning was sent in the last ten minutes, 128 tokens at a time.",
        &[("prompt-cache", "1024/128/600")],
    ),
    (
        "Answers kept",
        "Who asks the same within two hours has the same answer, and no replica hears of it.",
        &[("response-cache", "7200")],
    ),
    (
        "Static batches",
        "A replica collects up to 64 requests or 10 ms of them and runs them to the end of the longest.",
        &[("batching", "static:64,10ms")],
    ),
    (
        "All of these",
        "Billed prompts, kept answers and static batches together.",
        &[
            ("prompt-cache", "1024/128/600"),
            ("response-cache", "7200"),
            ("batching", "static:64,10ms"),
        ],
    ),
];

/// The presets of a group; empty for most groups.
pub fn presets(group: &Group) -> Vec<GroupPreset> {
    let written = |all: &[Written]| {
        let preset = |&(name, about, set): &Written| GroupPreset {
            name,
            about,
            set: set.to_vec(),
        };
        all.iter().map(preset).collect()
    };
    match group.title {
        "Events" => written(&EVENTS),
        "Health and retries" => {
            let preset = |it: &'static warmpath_core::scenario::life::HealthPreset| GroupPreset {
                name: it.name,
                about: it.about,
                set: vec![("health", it.name)],
            };
            HEALTH.iter().map(preset).collect()
        }
        "Scaling" => {
            // A schedule has the reader's own times, so it is no preset.
            let of = AUTOSCALERS.iter().filter(|it| it.name != "schedule");
            let preset = |it: &'static warmpath_core::scenario::scaling::Autoscaler| GroupPreset {
                name: it.name,
                about: it.about,
                set: vec![("autoscale", it.name)],
            };
            of.map(preset).collect()
        }
        "Queue and tenants" => written(&LINE),
        "Caches and batching" => written(&CACHES),
        _ => Vec::new(),
    }
}

/// The fields that a group's presets set: those of the group, and those of other groups that belong to them.
pub fn flags(group: &Group) -> Vec<&'static str> {
    let mut flags: Vec<&'static str> = group.flags.to_vec();
    for (flag, _) in presets(group).iter().flat_map(|it| &it.set) {
        if !flags.contains(flag) {
            flags.push(flag);
        }
    }
    flags
}

/// The scenario with a group set to a preset; `None` if the preset does not fit the scenario.
pub fn with(preset: &GroupPreset, group: &Group, scenario: &Scenario) -> Option<Scenario> {
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
    for (flag, value) in &preset.set {
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
    let all = presets(group);
    all.iter()
        .position(|preset| with(preset, group, scenario).as_ref() == Some(scenario))
}

#[cfg(test)]
mod tests {
    use super::super::GROUPS;
    use super::*;

    #[test]
    fn every_preset_fits_and_is_found_again() {
        let mut groups = 0;
        for group in &GROUPS {
            let all = presets(group);
            groups += usize::from(!all.is_empty());
            for (place, preset) in all.iter().enumerate() {
                let base = Scenario::from_query("v=2&w=rag&n=50&rate=3&p=smart").expect("valid");
                let set = with(preset, group, &base);
                let set = set.unwrap_or_else(|| panic!("{} does not fit", preset.name));
                assert!(preset.about.len() > 20, "{}", preset.name);
                // Kubernetes' probes are the default.
                if preset.name != "kubernetes" {
                    assert_ne!(set, base, "{} sets nothing", preset.name);
                }
                assert_eq!(at(group, &set), Some(place), "{}", preset.name);
                // Changing from one preset to another leaves nothing of the first.
                let next = (place + 1) % all.len();
                let other = with(&all[next], group, &set).expect("fits");
                assert_eq!(
                    at(group, &other),
                    Some(next),
                    "{} after {}",
                    all[next].name,
                    preset.name
                );
            }
        }
        assert_eq!(groups, 5);
    }
}
