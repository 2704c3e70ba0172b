//! The lists of policies with their parameters, and of the signals that a router may see.

use serde_json::json;
use warmpath_core::router::{POLICIES, SIGNALS};

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
            ("kind", "kind"),
            ("default", "default"),
            ("min", "from"),
            ("max", "to"),
            ("unit", "unit"),
            ("about", "is"),
        ],
    );
    let mut read = Table::new(
        "provenance",
        "What each rule was read in",
        &[
            ("policy", "policy"),
            ("product", "product"),
            ("version", "version"),
            ("files", "files"),
            ("read", "read on"),
            ("left_out", "left out here"),
        ],
    );
    for entry in POLICIES {
        policies.rows.push(vec![
            json!(entry.name),
            json!(entry.docs().about),
            json!(entry.knowledge.to_string()),
            json!(entry.docs().source),
        ]);
        let provenance = entry.provenance();
        read.rows.push(vec![
            json!(entry.name),
            json!(provenance.product),
            json!(provenance.version),
            json!(provenance.files.join(", ")),
            json!(provenance.read),
            json!(provenance.left_out),
        ]);
        for parameter in entry.parameters {
            parameters.rows.push(vec![
                json!(entry.name),
                json!(parameter.name),
                json!(parameter.kind),
                json!(parameter.default),
                json!(parameter.min),
                json!(parameter.max),
                json!(parameter.unit),
                json!(parameter.about),
            ]);
        }
    }
    vec![policies, parameters, read]
}

/// The table of all signals that a router may see.
pub(super) fn signals() -> Vec<Table> {
    let mut table = Table::new(
        "signals",
        "Signals",
        &[
            ("name", "signal"),
            ("unit", "unit"),
            ("source", "source"),
            ("about", "is"),
            ("lifetime", "counts"),
            ("age", "age"),
        ],
    );
    for signal in SIGNALS {
        table.rows.push(vec![
            json!(signal.name),
            json!(signal.unit),
            json!(signal.source),
            json!(signal.about),
            json!(signal.lifetime),
            json!(signal.age),
        ]);
    }
    vec![table]
}
