//! The list of named workloads and their parameters.

use serde_json::json;
use warmpath_core::workload::Named;
use warmpath_core::workload::named::{Source, WORKLOADS};

use crate::table::Table;

pub(super) fn workloads() -> Vec<Table> {
    let mut workloads = Table::new(
        "workloads",
        "Workloads",
        &[
            ("name", "workload"),
            ("about", "is"),
            ("requests", "requests"),
            ("source", "source"),
        ],
    );
    let mut parameters = Table::new(
        "parameters",
        "Parameters",
        &[
            ("workload", "workload"),
            ("name", "parameter"),
            ("default", "default"),
            ("min", "from"),
            ("max", "to"),
            ("unit", "unit"),
            ("about", "is"),
        ],
    );
    for info in WORKLOADS {
        let requests = Named::parse(info.name).ok().map(|named| named.requests());
        let source = match info.source {
            Source::Generated => "generated from the seed".to_owned(),
            Source::Trace(file) => format!("trace {file}"),
        };
        workloads.rows.push(vec![
            json!(info.name),
            json!(info.about),
            json!(requests),
            json!(source),
        ]);
        for param in info.params {
            parameters.rows.push(vec![
                json!(info.name),
                json!(param.name),
                json!(param.default),
                json!(param.min),
                json!(param.max),
                json!(param.unit),
                json!(param.about),
            ]);
        }
    }
    vec![workloads, parameters]
}
