//! The list of the terms of the replica model, with their calibrated and their assumed values.

use serde_json::{Value, json};
use warmpath_core::replica::calibration::Calibration;
use warmpath_core::replica::roofline::Efficiency;
use warmpath_core::replica::terms::{TERMS, Term, TermSwitch};

use crate::table::Table;

pub(super) fn terms() -> Vec<Table> {
    let mut table = Table::new(
        "terms",
        "Terms of the replica model",
        &[
            ("name", "term"),
            ("part", "part of"),
            ("off", "turned off by"),
            ("calibrated", "L4, 8B in fp8"),
            ("assumed", "elsewhere"),
            ("unit", "unit"),
            ("fitted", "fitted"),
            ("about", "models"),
            ("without", "without it"),
            ("source", "source"),
        ],
    );
    let shipped = Calibration::shipped().ok().map(|shipped| shipped.engine);
    for term in TERMS {
        let value = |of: Option<&Efficiency>| match (term.figure, of) {
            (Some(figure), Some(of)) => json!(rounded((figure.of)(of))),
            _ => Value::Null,
        };
        table.rows.push(vec![
            json!(term.name),
            json!(term.part.name()),
            json!(switch(term)),
            value(shipped.as_ref()),
            value(Some(&Efficiency::ASSUMED)),
            json!(term.figure.map(|figure| figure.unit)),
            json!(term.figure.map(|figure| figure.fitted)),
            json!(term.about),
            json!(term.without),
            json!(source(term)),
        ]);
    }
    vec![table]
}

fn switch(term: &Term) -> String {
    match term.how {
        TermSwitch::Off(_) => format!("--off {}", term.name),
        TermSwitch::Option { flag, value: "" } => format!("no --{flag}"),
        TermSwitch::Option { flag, value } => format!("--{flag} {value}"),
    }
}

/// The sources of a term's mechanism and of its figure.
fn source(term: &Term) -> String {
    match term.figure {
        Some(figure) if figure.fitted => {
            format!(
                "{}; value: on L4 fitted to two rows of the published benchmark, elsewhere to step times of H100 and H200, or assumed",
                term.source
            )
        }
        Some(figure) if figure.source != term.source => {
            format!("{}; value: {}", term.source, figure.source)
        }
        _ => term.source.to_owned(),
    }
}

/// A value without the rounding errors of a change of unit.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
