//! What the scenario of a run says, for whoever shows its results without reading scenarios: the engine sends it along with them.

use crate::wire_fields;
use warmpath_core::router::{Knowledge, PolicySpec};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Named;
use warmpath_core::workload::named::Source;

/// What the scenario of a run says; of a sweep, that of its first point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScenarioFacts {
    /// The workload, as the scenario has it.
    pub workload: String,
    /// How many requests were asked for at most; `None` for all.
    pub asked: Option<u32>,
    /// How many requests the scenario sends; `None` for a file, whose length is known only once it has been read.
    pub requests: Option<u64>,
    /// Why the run cannot be played on the page; empty if it can, or if nobody has looked.
    pub unplayable: String,
    /// Whether anything befalls the fleet.
    pub befallen: bool,
    /// The policies, in their order.
    pub policies: Vec<PolicyFacts>,
    /// The seed of the first run.
    pub seed: u64,
    /// The number of seeds.
    pub seeds: u32,
    /// The fleet in words.
    pub fleet: String,
    /// The number of replicas.
    pub replicas: u32,
    /// The name of the fleet's GPU.
    pub gpu: String,
    /// The number of GPUs of a replica.
    pub each: u32,
    /// Whether there are several kinds of replicas.
    pub mixed: bool,
    /// The name of the model.
    pub model: String,
    /// The preset of the autoscaler; `None` if there is none.
    pub scaled: Option<String>,
    /// The reader's own limit on P95 TTFT, else that of the goal \[ms\]; `None` if there is neither.
    pub limit: Option<f64>,
    /// By what recorded times are multiplied.
    pub time_scale: f64,
    /// The largest number of requests under way at once; `None` if there is none.
    pub concurrency: Option<u32>,
}

/// A policy of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyFacts {
    /// The policy as it is typed.
    pub text: String,
    /// The name of its rule.
    pub name: String,
    /// What it knows of the caches.
    pub knowledge: String,
    /// Whether it is a router that looks at the beginnings of prompts.
    pub sees: bool,
    /// The values of its parameters.
    pub values: Vec<f64>,
}

wire_fields! {
    ScenarioFacts {
        workload, asked, requests, unplayable, befallen, policies, seed, seeds, fleet, replicas, gpu, each, mixed, model, scaled,
        limit, time_scale, concurrency,
    }
    PolicyFacts { text, name, knowledge, sees, values }
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

/// The two parts of a policy's text: its rule with parameters, and what it knows of the caches.
pub(crate) fn halves(spec: &PolicySpec) -> (String, String) {
    let text = spec.to_string();
    match text.split_once('@') {
        Some((rule, knowledge)) => (rule.to_owned(), knowledge.to_owned()),
        None => (text, spec.knowledge.to_string()),
    }
}

/// What a scenario says of its policies.
pub(crate) fn policies(scenario: &Scenario) -> Vec<PolicyFacts> {
    let one = |it: &PolicySpec| {
        let entry = it.entry();
        let values = entry.parameters.iter();
        PolicyFacts {
            text: it.to_string(),
            name: entry.name.to_owned(),
            knowledge: halves(it).1,
            sees: (entry.text || it.knowledge != Knowledge::Nothing) && !entry.reference,
            values: values.filter_map(|of| it.value(of.name)).collect(),
        }
    };
    scenario.policies.iter().map(one).collect()
}

impl ScenarioFacts {
    /// What a scenario says.
    pub fn new(scenario: &Scenario) -> Self {
        // The reader's own limit, else that of the goal.
        let of_goal = || scenario.goal.as_ref()?.p95_ttft_ms();
        let scaled = scenario.autoscale.as_ref();
        Self {
            policies: policies(scenario),
            workload: scenario.workload.clone(),
            asked: scenario.requests,
            requests: requests(scenario),
            unplayable: String::new(),
            befallen: scenario.troubles.any(),
            seed: scenario.seed,
            seeds: scenario.seeds,
            fleet: scenario.fleet_title(),
            replicas: scenario.replicas,
            gpu: scenario.gpu.title.to_owned(),
            each: scenario.tensor_parallel,
            mixed: scenario.kinds().len() > 1,
            model: scenario.model.title.to_owned(),
            scaled: scaled.map(|it| it.preset.name.to_owned()),
            limit: scenario.ttft_slo_ms.or_else(of_goal),
            time_scale: scenario.time_scale,
            concurrency: scenario.concurrency,
        }
    }

    /// The number of requests of the run; `file` is the reader's own file with its number of requests. `None` if it is not
    /// known.
    pub fn count(&self, file: Option<(&str, u32)>) -> Option<u64> {
        let file = file.filter(|it| it.0 == self.workload).map(|it| it.1);
        let file = file.map(|all| u64::from(self.asked.map_or(all, |asked| asked.min(all))));
        file.or(self.requests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire;

    #[test]
    fn the_count_is_that_of_the_workload_or_of_the_readers_file() {
        let count = |query: &str, file| {
            ScenarioFacts::new(&Scenario::from_query(query).unwrap()).count(file)
        };
        assert_eq!(count("v=2&w=rag&n=80", None), Some(80));
        assert_eq!(count("v=2&w=rag", None), Some(400));
        let own = "v=2&w=a.json~0123456789abcdef&n=50";
        assert_eq!(count(own, Some(("a.json~0123456789abcdef", 60))), Some(50));
        assert_eq!(count(own, Some(("b.json~1123456789abcdef", 60))), Some(50));
        assert_eq!(count("v=2&w=a.json~0123456789abcdef", None), None);
    }

    #[test]
    fn what_is_told_of_a_run_survives_the_journey() {
        let query = "v=2&w=rag&n=40&r=2&scale=hpa&goal=p95_ttft%3C2s&p=smart@truth,chwbl:load_factor%3D2,least-load";
        let facts = ScenarioFacts::new(&Scenario::from_query(query).unwrap());
        assert_eq!(facts.limit, Some(2000.0));
        assert_eq!(facts.policies[1].values.first(), Some(&2.0));
        let sees = facts.policies.iter().map(|it| it.sees).collect::<Vec<_>>();
        assert_eq!(sees, [true, true, false]);
        let mut bytes = Vec::new();
        facts.write(&mut bytes);
        assert_eq!(ScenarioFacts::read(&mut &bytes[..]), Some(facts));
    }
}
