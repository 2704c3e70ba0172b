//! Policies with their parameters, and the signals their choices are explained with.

use serde_json::json;
use warmpath_core::request::{Arrival, Chain, Corpus, Request};
use warmpath_core::router::{Ask, Known, POLICIES, PolicySpec, Signals};
use warmpath_core::units::ReplicaId;

use crate::table::Table;

pub(super) fn policies() -> Vec<Table> {
    let mut policies = Table::new(
        "policies",
        "Policies",
        &[
            ("name", "policy"),
            ("about", "sends a request to"),
            ("knowledge", "knows of caches"),
            ("source", "source"),
        ],
    );
    let mut parameters = Table::new(
        "parameters",
        "Parameters",
        &[
            ("policy", "policy"),
            ("name", "parameter"),
            ("default", "default"),
            ("min", "from"),
            ("max", "to"),
            ("unit", "unit"),
            ("about", "is"),
        ],
    );
    for entry in POLICIES {
        policies.rows.push(vec![
            json!(entry.name),
            json!(entry.about),
            json!(entry.knowledge.to_string()),
            json!(entry.source),
        ]);
        for parameter in entry.parameters {
            parameters.rows.push(vec![
                json!(entry.name),
                json!(parameter.name),
                json!(parameter.default),
                json!(parameter.min),
                json!(parameter.max),
                json!(parameter.unit),
                json!(parameter.about),
            ]);
        }
    }
    vec![policies, parameters]
}

/// The terms of every policy's cost, as the policies themselves lay them out.
pub(super) fn signals() -> Vec<Table> {
    let request = Request {
        conversation: 0,
        turn: 0,
        prompt_tokens: 16,
        output_tokens: 1,
        max_tokens: None,
        prompt: Chain::default(),
        answered: Chain::default(),
        arrival: Arrival::Open,
        keys: None,
    };
    let ask = Ask {
        request: &request,
        corpus: &Corpus::default(),
        block_size: 16,
        estimated_output: 100,
    };
    let known = Known {
        signals: &[Signals::default()],
        overlaps: &[0],
    };
    let mut table = Table::new(
        "signals",
        "Signals",
        &[
            ("policy", "policy"),
            ("name", "signal"),
            ("weight", "default weight"),
            ("unit", "unit"),
        ],
    );
    for entry in POLICIES {
        let Ok(spec) = PolicySpec::parse(entry.name) else {
            continue;
        };
        for term in spec.build(1, 1).terms(&ask, &known, ReplicaId(0)) {
            table.rows.push(vec![
                json!(entry.name),
                json!(term.name),
                json!(term.weight),
                json!(term.unit),
            ]);
        }
    }
    vec![table]
}
