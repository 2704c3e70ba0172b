use super::*;
use crate::controls::{Bounds, GROUPS, OPENING, derived, fields, presets};
use crate::lab::controls::control;
use crate::lab::timeline;
use crate::scenario_facts::policies;
use proptest::prelude::*;
use warmpath_core::scenario::{FIELDS, Scenario, Sweep};

/// The answer to a question, by way of its bytes.
fn ask<T: Wire>(question: &Question) -> T {
    let sent = bytes(question);
    assert_eq!(read::<Question>(&sent).as_ref(), Some(question));
    read(&answer(&sent)).expect("an answer of that type")
}

fn opened(query: &str) -> Opened {
    let query = query.to_owned();
    ask(&Question::Open { query })
}

fn changed(now: &Settings, edit: Edit, refused: &[Refusal]) -> Changed {
    ask(&Question::Change {
        now: now.clone(),
        edit,
        refused: refused.to_vec(),
    })
}

fn field(flag: &str, text: &str) -> Edit {
    let (flag, text) = (flag.to_owned(), text.to_owned());
    Edit::Field { flag, text }
}

fn state(now: &Settings) -> State {
    let now = now.clone();
    ask(&Question::State { now })
}

/// A change of each kind; the texts of some are refused.
fn edits() -> Vec<Edit> {
    let text = |text: &str| text.to_owned();
    vec![
        field("replicas", "8"),
        field("rate", "4, 8,16"),
        field("tp", "3"),
        Edit::File {
            name: text("a.json~0123456789abcdef"),
        },
        Edit::Workload {
            name: text("contexts"),
            text: text(" 4 "),
        },
        Edit::Preset {
            group: 10,
            preset: 5,
        },
        Edit::Add {
            text: text("chwbl,mine=load*2"),
        },
        Edit::Remove { policy: 1 },
        Edit::Parameter {
            policy: 0,
            name: text("load_factor"),
            text: text("1.5"),
        },
        Edit::Parameter {
            policy: 0,
            name: String::new(),
            text: text("truth"),
        },
        Edit::Sweep {
            lists: [text("1,2"), String::new()],
        },
        Edit::Turn {
            texts: [text("chwbl/load_factor"), text("1, 2"), text("3")],
        },
        Edit::Replace {
            query: text("v=2&w=rag&r=2,4"),
        },
    ]
}

#[test]
fn every_question_has_an_answer_and_other_bytes_have_none() {
    let query = "v=2&r=2,4".to_owned();
    let of = |swept| -> Whole {
        let query = query.clone();
        ask(&Question::Read { query, swept })
    };
    let read = of(true);
    assert_eq!((&read.query, read.wrong.as_str()), (&query, ""));
    assert_eq!(read.lists, [String::new(), "2,4".to_owned()]);
    assert!(of(false).wrong.contains("1 to 1024"));
    let from = vec!["v=2".to_owned(), "v=2&r=2".to_owned()];
    let query = "v=2&w=rag&r=2".to_owned();
    let differ: Vec<Vec<String>> = ask(&Question::Differ { from, query });
    assert_eq!(differ, [vec!["workload", "replicas"], vec!["workload"]]);
    let of = Settings {
        query: "v=2&w=rag&r=2".to_owned(),
        lists: Some([String::new(), "2,4".to_owned()]),
    };
    let joined: String = ask(&Question::Join { of });
    assert_eq!(joined, "v=2&w=rag&r=2,4");
    let policy = |text: &str| -> (String, String) {
        let text = text.to_owned();
        ask(&Question::Policy { text })
    };
    assert_eq!(policy("smart"), <(String, String)>::default());
    assert!(policy("smrt").0.contains("did you mean"));
    assert!(policy("mine=1/0").1.contains("always tie"));
    let whole = bytes(&Question::Bounds);
    assert!(answer(&[]).is_empty() && answer(&[99]).is_empty());
    assert!(answer(&[&whole[..], &[0]].concat()).is_empty());
}

#[test]
fn the_sheet_has_a_control_for_every_field_and_the_fields_of_every_group() {
    let bounds: Vec<Bounds> = ask(&Question::Bounds);
    let sheet = Sheet::new(&bounds);
    assert_eq!(sheet.controls.len(), FIELDS.len());
    for (field, of) in FIELDS.iter().zip(&sheet.controls) {
        assert_eq!(*of, control(field.flag, &Bounds::of(field)));
    }
    for (group, of) in sheet.groups.iter().zip(&GROUPS) {
        assert_eq!(group.of, of);
        assert_eq!(group.flags, fields(of));
        assert_eq!(group.presets.len(), presets::presets(of).len());
    }
}

#[test]
fn an_address_is_understood_as_far_as_it_can_be() {
    let it = opened("v=1&w=rag&r=2,4&runs=5");
    assert_eq!(it.address, "v=2&w=rag&r=2,4");
    assert_eq!(it.now.query, "v=2&w=rag&r=2");
    assert_eq!(it.now.lists, Some([String::new(), "2,4".to_owned()]));
    assert_eq!(it.ignored[0].0, "runs=5");
    assert!(it.older.is_some_and(|why| why.contains("version 1")));
    assert_eq!(state(&it.now).address, it.address);
    // The laboratory compares what is set with what it opens with.
    assert_eq!(opened(OPENING).address, OPENING);
}

#[test]
fn a_list_makes_a_sweep_and_a_value_ends_it() {
    let now = opened("v=2&w=rag").now;
    let swept = changed(&now, field("rate", "4, 8"), &[]);
    assert_eq!(swept.refusal, None);
    assert_eq!(state(&swept.now).address, "v=2&w=rag&rate=4,8");
    let both = changed(&swept.now, field("replicas", "2,4"), &[]).now;
    assert_eq!(state(&both).address, "v=2&w=rag&r=2,4&rate=4,8");
    let one = changed(&both, field("rate", "6"), &[]).now;
    assert_eq!(state(&one).address, "v=2&w=rag&r=2,4&rate=6");
    let none = changed(&one, field("replicas", "3"), &[]).now;
    assert_eq!(none.lists, None);
    // A thousands separator makes no list, and a list may be wrong.
    let number = changed(&now, field("requests", "1,200"), &[]).now;
    assert_eq!(state(&number).address, "v=2&w=rag&n=1200");
    assert!(
        changed(&now, field("replicas", "1,200"), &[])
            .refusal
            .is_some()
    );
    let wrong = changed(&now, field("replicas", "4,x"), &[]);
    assert_eq!(wrong.now, now);
    assert_eq!(
        wrong.refusal.map(|it| it.control),
        Some("lab-replicas".to_owned())
    );
}

#[test]
fn what_was_refused_is_tried_again_and_forgiven_where_it_was_typed() {
    let now = opened("v=2").now;
    let refusal = changed(&now, field("model", "llama-3.1-70b"), &[]).refusal;
    let refused = [refusal.expect("no room on one L4")];
    let still = changed(&now, field("seed", "3"), &refused);
    assert_eq!(still.refused, refused);
    let fits = changed(&now, field("tp", "8"), &refused);
    assert_eq!(fits.refused, []);
    assert_eq!(fits.now.query, "v=2&tp=8&m=llama-3.1-70b");
    // A text that is right in the same control takes the place of the one that was refused.
    let other = changed(&now, field("model", "llama-3.1-8b"), &refused);
    assert_eq!((other.refused, other.now), (Vec::new(), now.clone()));
    let replaced = Edit::Replace {
        query: "v=2&w=rag".to_owned(),
    };
    assert_eq!(changed(&now, replaced, &refused).refused, []);
}

#[test]
fn policies_are_added_changed_and_taken_out_but_for_the_last() {
    let now = opened("v=2&p=chwbl").now;
    let text = |text: &str| text.to_owned();
    let policies = |now: &Settings| {
        let policies = state(now).policies.into_iter();
        policies.map(|it| it.text).collect::<Vec<_>>().join(" ")
    };
    let add = |it: &str| Edit::Add { text: text(it) };
    let two = changed(&now, add(" smart "), &[]).now;
    assert_eq!(policies(&two), "chwbl smart");
    let there = changed(&two, add("smart"), &[]).refusal.unwrap();
    assert_eq!(
        (there.control.as_str(), there.reason.as_str()),
        ("", "smart is already compared")
    );
    let wrong = changed(&two, add("smrt"), &[]).refusal.unwrap();
    assert_eq!(wrong.control, "lab-typed-policy");
    // A fifth that was refused changes nothing later: it is no text of the list of policies.
    let four = opened("v=2&p=random,smart,least-load,round-robin").now;
    let fifth = changed(&four, add("chwbl"), &[]).refusal.unwrap();
    let three = changed(&four, Edit::Remove { policy: 0 }, &[fifth]).now;
    assert_eq!(policies(&three), "smart least-load round-robin");
    let set = |name: &str, value: &str| Edit::Parameter {
        policy: 0,
        name: text(name),
        text: text(value),
    };
    let tuned = changed(&two, set("load_factor", " 2 "), &[]).now;
    assert_eq!(policies(&tuned), "chwbl:load_factor=2 smart");
    let knows = changed(&tuned, set("", "truth"), &[]).now;
    assert_eq!(
        policies(&changed(&knows, set("", ""), &[]).now),
        "chwbl:load_factor=2 smart"
    );
    let refusal = changed(&two, set("load_factor", "0"), &[]).refusal.unwrap();
    assert_eq!(
        (refusal.control.as_str(), refusal.label.as_str()),
        ("policy-load_factor", "chwbl load_factor")
    );
    let refused = [refusal];
    let one = changed(&two, Edit::Remove { policy: 0 }, &refused);
    assert_eq!(
        (policies(&one.now), one.refused),
        (text("smart"), Vec::new())
    );
    assert!(
        changed(&one.now, Edit::Remove { policy: 0 }, &[])
            .refusal
            .is_some()
    );
}

/// What the form shows is what the functions say of the scenario.
fn holds(now: &Settings) {
    let scenario = Scenario::from_query(&now.query).expect("what is set can be read");
    assert_eq!(scenario.to_query(), now.query);
    let it = state(now);
    assert_eq!(it, super::state(now));
    let default = Scenario::default();
    for (field, (text, set)) in FIELDS.iter().zip(&it.values) {
        assert_eq!(*text, field.get(&scenario), "{}", field.flag);
        assert_eq!(*set, *text != field.get(&default), "{}", field.flag);
        assert_eq!(
            (it.text(field.flag), it.is_set(field.flag)),
            (text.as_str(), *set)
        );
    }
    assert_eq!(it.derived, derived(&scenario));
    for (group, preset) in GROUPS.iter().zip(&it.presets) {
        assert_eq!(*preset, presets::at(group, &scenario), "{}", group.title);
    }
    assert_eq!(it.policies, policies(&scenario));
    assert_eq!(
        timeline::rows(&it).len(),
        scenario.troubles.events.all.len()
    );
    assert_eq!(it.real("ttft-slo"), scenario.ttft_slo_ms);
    assert_eq!(it.whole("replicas"), Some(scenario.replicas.into()));
    let sweep = Sweep::from_query(&it.address).expect("an address that can be opened");
    assert_eq!(sweep.to_query(), it.address);
    assert_eq!(opened(&it.address).now.lists, now.lists);
}

/// Texts that some field takes.
const TEXTS: [&str; 38] = [
    "",
    "2",
    "8",
    "0.5",
    "4,8",
    "1,2,4",
    "0",
    "x",
    "rag",
    "multi-turn",
    "hpa",
    "4xh100,4xl4",
    "p95_ttft<500ms",
    "l4=0.8",
    "1000/2048",
    "100/60",
    "saturation",
    "vtc",
    "a:1,b:1",
    "chat:1:0",
    "static:64,10ms",
    "1024/128/600",
    "gpt-4o-mini",
    "ms",
    "time=when",
    "h100",
    "fp8",
    "llama-3.1-70b",
    "dynamo",
    "constant",
    "all-at-once",
    "python",
    "fakeai:tier-1",
    "chunk",
    "30s:kill=1",
    "finish",
    "smg",
    "smart,chwbl@truth",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_the_form_shows_is_what_the_functions_say(
        steps in proptest::collection::vec((0_usize..80, 0_usize..TEXTS.len(), 0_usize..8), 1..12)
    ) {
        let all = edits();
        let mut now = opened(OPENING).now;
        let mut refused: Vec<Refusal> = Vec::new();
        for (which, text, more) in steps {
            let edit = match (FIELDS.get(which), all.get(more)) {
                (Some(it), _) => field(it.flag, TEXTS[text]),
                (None, Some(edit)) => edit.clone(),
                (None, None) => Edit::Preset { group: which % GROUPS.len(), preset: more },
            };
            let next = changed(&now, edit, &refused);
            match next.refusal {
                Some(refusal) => {
                    prop_assert_eq!(&next.now, &now);
                    prop_assert_eq!(&next.refused, &refused);
                    refused.push(refusal);
                }
                None => {
                    now = next.now;
                    refused = next.refused;
                }
            }
            holds(&now);
        }
    }

    #[test]
    fn any_change_of_any_settings_has_an_answer(
        order in proptest::collection::vec(0_usize..13, 1..16)
    ) {
        let all = edits();
        let mut now = opened("v=2&w=rag&ev=30s:kill%3D1&p=chwbl,smart").now;
        for at in order {
            let next = changed(&now, all[at].clone(), &[]);
            prop_assert!(next.refusal.is_none() || next.now == now);
            prop_assert!(Scenario::from_query(&next.now.query).is_ok(), "{}", next.now.query);
            now = next.now;
        }
    }
}
