//! What a run would do, shown before it is started: in a sentence with its numbers, group by group, and policy by policy.

use super::policies::about;
use crate::controls::{GROUPS, Group, SummaryPart, all, summary_swept};
use crate::form::State;
use crate::format;
use crate::look::looks_of;
use crate::rich::{RichText, Tone};
use crate::scenario_facts::PolicyFacts;

/// The groups that are part of every plan.
const ALWAYS: [&str; 4] = ["Workload", "Arrivals", "Fleet", "Engine"];

/// The line of a group, with the settings that are not the default set off.
pub fn line(parts: &[SummaryPart]) -> RichText {
    let mut line = RichText::new();
    for (at, it) in parts.iter().enumerate() {
        if at > 0 {
            line.push((Tone::Plain, ", ".to_owned()));
        }
        let tone = if it.set { Tone::Emphasis } else { Tone::Plain };
        line.push((tone, it.text.clone()));
    }
    line
}

/// What a run of a scenario would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// A sentence with the numbers of requests, replicas, policies and seeds, and the points of a sweep.
    pub lead: RichText,
    /// The lines of the groups of settings that every plan has, and of those in which something is not the default; each after
    /// its group's name.
    pub parts: Vec<(&'static str, String)>,
    /// For each policy its name and what it does.
    pub policies: Vec<RichText>,
}

/// The most requests that are run without being asked for, all policies and seeds together: about a second on a laptop, a few on a
/// phone.
const UNASKED: u64 = 20_000;

/// Whether a run of what is set takes a moment only, so that it need not be asked for: by its number of requests, policies and seeds.
pub fn is_short(state: &State) -> bool {
    let seeds = state.whole("seeds").unwrap_or(1);
    let runs = seeds.saturating_mul(state.policies.len() as u64);
    let requests = state.derived.requests;
    requests.is_some_and(|it| it.saturating_mul(runs) <= UNASKED)
}

/// The plan for what is set. `requests` is the number in the reader's own file, which the settings do not say; `lists` are the
/// rates and numbers of replicas of a sweep, each separated by commas, or empty if the scenario's own value holds.
pub fn plan(state: &State, requests: Option<u64>, lists: Option<&[String; 2]>) -> Plan {
    let count = state.derived.requests.or(requests);
    let count = match count {
        Some(count) => format::plural(count, "request"),
        None => "requests".to_owned(),
    };
    let policies = state.policies.len() as u32;
    let under = match policies {
        1 => "under one policy".to_owned(),
        many => format!(
            "under {} policies in turn, on the same clock",
            format::word(many)
        ),
    };
    let number = |flag: &str| state.whole(flag).unwrap_or(1);
    let runs = match number("seeds") {
        1 => String::new(),
        seeds => format!(", with each of {} seeds", format::word(seeds as u32)),
    };
    let fleet = match lists {
        Some([_, replicas]) if !replicas.is_empty() => format!("{} replicas", all(replicas)),
        _ => format::plural(number("replicas"), "replica"),
    };
    let plain = |text: String| (Tone::Plain, text);
    let bold = |text: String| (Tone::Strong, text);
    let mut lead = vec![
        plain("Run sends ".to_owned()),
        bold(count),
        plain(" to ".to_owned()),
        bold(fleet),
    ];
    if let Some([rates, replicas]) = lists {
        if !rates.is_empty() {
            lead.push(plain(" at ".to_owned()));
            lead.push(bold(format!("{} arrivals/s", all(rates))));
        }
        let points = [rates, replicas].map(|list| list.split(',').count() as u32);
        let points = format::word(points[0] * points[1]);
        lead.push(plain(format!(": a sweep of {points} points, each")));
    }
    lead.push(plain(format!(" {under}{runs}.")));
    // Some groups are always said; of the others, those with a setting of the reader's own.
    let part = |group: &Group| {
        let parts = summary_swept(group, state, lists);
        if !ALWAYS.contains(&group.title) && !parts.iter().any(|it| it.set) {
            return None;
        }
        let parts: Vec<String> = parts.into_iter().map(|it| it.text).collect();
        Some((group.title, parts.join(", ")))
    };
    let policy = |(it, look): (&PolicyFacts, usize)| {
        vec![
            (Tone::Policy(look), it.text.clone()),
            plain(format!(" {}", about(&it.text))),
        ]
    };
    let looks = looks_of(&state.policies, |it| &it.text);
    let named = state.policies.iter().zip(looks);
    Plan {
        lead,
        parts: GROUPS.iter().filter_map(part).collect(),
        policies: named.map(policy).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::state_of;
    use warmpath_core::scenario::Scenario;

    fn plan(scenario: &Scenario, requests: Option<u64>, lists: Option<&[String; 2]>) -> Plan {
        super::plan(&state_of(scenario), requests, lists)
    }
    use crate::look::looks;
    use crate::rich::words;

    fn lead(plan: &Plan) -> String {
        words(&plan.lead).replace(format::GAP, " ")
    }

    #[test]
    fn a_plan_has_the_numbers_and_every_policy() {
        let scenario = Scenario::from_query("n=50&r=8&seeds=3&p=smart,least-load").unwrap();
        let plan = plan(&scenario, None, None);
        let lead = lead(&plan);
        assert!(
            lead.starts_with("Run sends 50 requests to 8 replicas under two policies in turn"),
            "{lead}"
        );
        assert!(lead.contains("with each of three seeds"), "{lead}");
        assert_eq!(plan.lead[1].0, Tone::Strong);
        let name = (
            Tone::Policy(looks(["least-load"])[0]),
            "least-load".to_owned(),
        );
        assert_eq!(plan.policies[1][0], name);
        let fleet = plan.parts[2].1.replace(format::GAP, " ");
        assert!(fleet.starts_with("8 × NVIDIA L4, Llama"), "{fleet}");
    }

    #[test]
    fn a_plan_names_what_befalls_grows_and_limits_the_fleet_where_that_is_set() {
        let titles = |query: &str| -> Vec<&str> {
            let scenario = Scenario::from_query(query).unwrap();
            let plan = plan(&scenario, None, None);
            plan.parts.iter().map(|it| it.0).collect()
        };
        assert_eq!(titles("n=50"), ALWAYS);
        for (query, more) in [
            ("ev=30s:kill%3D1", "Events"),
            ("scale=hpa", "Scaling"),
            ("tier=fakeai:free&keys=2", "Rate limits"),
            ("rtries=4", "Health and retries"),
            ("inflight=8&queue=100/10", "Queue and tenants"),
        ] {
            assert!(
                titles(query).contains(&more),
                "{query}: {:?}",
                titles(query)
            );
        }
    }

    #[test]
    fn a_run_is_short_by_its_requests_policies_and_seeds() {
        let short = |query: &str| is_short(&state_of(&Scenario::from_query(query).unwrap()));
        assert!(short("w=rag"));
        assert!(short("n=10000&p=smart,least-load"));
        assert!(!short("n=10000&p=smart,least-load,chwbl"));
        assert!(!short("n=10000&p=smart&seeds=3"));
        // Nobody knows how long a file is before it was read.
        assert!(!short("w=a.json~0123456789abcdef"));
    }

    #[test]
    fn a_sweep_is_named_with_its_lists_and_points() {
        let scenario = Scenario::from_query("n=50&r=4&rate=10&p=smart,least-load").unwrap();
        let planned = |lists: [&str; 2]| {
            let lists = lists.map(str::to_owned);
            plan(&scenario, None, Some(&lists))
        };
        let both = planned(["10,20", "4,8,16"]);
        assert!(
            lead(&both).contains(
                "50 requests to 4, 8 and 16 replicas at 10 and 20 arrivals/s: a sweep of six points, each under two policies \
                 in turn"
            ),
            "{both:?}"
        );
        let arrivals = both.parts[1].1.replace(format::GAP, " ");
        assert!(
            arrivals.contains("swept over 10 and 20 arrivals/s"),
            "{arrivals}"
        );
        let one = planned(["10,20", ""]);
        assert!(
            lead(&one).contains("to 4 replicas at 10 and 20 arrivals/s: a sweep of two points"),
            "{one:?}"
        );
    }

    #[test]
    fn a_files_requests_are_those_that_were_read() {
        let scenario = Scenario::from_query("w=a.json~0123456789abcdef").unwrap();
        let lead_of = |count| lead(&plan(&scenario, count, None));
        assert!(lead_of(Some(60)).contains("sends 60 requests to"));
        assert!(lead_of(None).contains("sends requests to"));
    }
}
