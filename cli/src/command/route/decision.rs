//! Writes a routing decision: as JSON, with a sentence, or as a table.

use serde::Serialize;
use serde_json::{Value, json};
use warmpath_core::router::offline::Routed;
use warmpath_core::router::{Candidate, PolicySpec};

use crate::table::Table;
use crate::terminal::show;

/// A decision as it is written to stdout.
#[derive(Serialize)]
struct DecisionJson<'a> {
    request: u32,
    replica: u32,
    policy: String,
    prompt_tokens: usize,
    /// The number of full blocks of the prompt.
    prompt_blocks: usize,
    /// For each replica, the number of the prompt's leading full blocks that it holds, whether the policy looks at them or
    /// not.
    held_blocks: &'a [u32],
    candidates: &'a [Candidate],
    tied: &'a [u32],
    tie_rule: &'static str,
    margin: Option<f64>,
    /// Whether the policy rejects the request; left out if not.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    rejected: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<String>,
}

/// The decision as one line of JSON.
pub(super) fn json(spec: &PolicySpec, routed: &Routed, explain: bool) -> String {
    let decision = &routed.decision;
    let fields = DecisionJson {
        request: routed.number,
        replica: decision.replica,
        policy: spec.to_string(),
        prompt_tokens: routed.tokens.len(),
        prompt_blocks: routed.blocks.len(),
        held_blocks: &routed.overlaps,
        candidates: &decision.candidates,
        tied: &decision.tied,
        tie_rule: decision.tie_rule,
        margin: decision.margin,
        rejected: !routed.admitted,
        explanation: explain.then(|| sentence(spec, routed)),
    };
    let mut line = serde_json::to_string(&fields).unwrap_or_default();
    line.push('\n');
    line
}

/// Why this replica was chosen, in a sentence with the numbers.
fn sentence(spec: &PolicySpec, routed: &Routed) -> String {
    let decision = &routed.decision;
    let (name, chosen) = (spec.entry().name, decision.replica);
    let held = routed.overlaps[chosen as usize];
    let held = format!(
        "it holds {held} of the prompt's {} full blocks",
        routed.blocks.len()
    );
    let cost = decision.candidates[chosen as usize].cost;
    if !routed.admitted {
        let gates = decision.gates.iter().filter(|gate| gate.fired);
        let why = gates.map(|gate| {
            let (value, most) = (rounded(gate.value), rounded(gate.threshold));
            format!("{} is {value} {}, above {most}", gate.name, gate.unit)
        });
        let why = why.collect::<Vec<_>>().join(", ");
        return format!("{name} rejects the request: {why}.");
    }
    match decision.margin {
        _ if decision.candidates.len() == 1 => format!("Replica 0 is the only one; {held}."),
        None => format!(
            "{name} computes no cost ({}): replica {chosen}; {held}.",
            spec.entry().docs().about
        ),
        Some(margin) if margin > 0.0 => format!(
            "Replica {chosen} costs {}, {} less than the next; {held}.",
            rounded(cost),
            rounded(margin)
        ),
        Some(0.0) => format!(
            "Replicas {} tie at {}; taken was {}: replica {chosen}; {held}.",
            decision
                .tied
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            rounded(cost),
            decision.tie_rule
        ),
        Some(_) => format!(
            "{name} does not take the least cost but {}: replica {chosen}; {held}.",
            decision.tie_rule
        ),
    }
}

/// A number with at most four decimals.
fn rounded(x: f64) -> String {
    let text = format!("{x:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Prints every candidate's terms to stderr.
pub(super) fn table(routed: &Routed) {
    let decision = &routed.decision;
    let mut columns = vec![
        ("chosen", ""),
        ("replica", "replica"),
        ("held", "held blocks"),
    ];
    let first = &decision.candidates[0].terms;
    columns.extend(first.iter().map(|term| (term.name, term.name)));
    if !first.is_empty() {
        columns.push(("cost", "cost"));
    }
    let mut table = Table::new("candidates", "Candidates", &columns);
    for candidate in &decision.candidates {
        let chosen = candidate.replica == decision.replica;
        let mut row = vec![
            json!(if chosen { "→" } else { "" }),
            json!(candidate.replica),
            json!(routed.overlaps[candidate.replica as usize]),
        ];
        let terms = candidate.terms.iter();
        row.extend(terms.map(|term| {
            Value::from(format!(
                "{} × {}",
                rounded(term.weight),
                rounded(term.value)
            ))
        }));
        if !candidate.terms.is_empty() {
            row.push(Value::from(rounded(candidate.cost)));
        }
        table.rows.push(row);
    }
    show(&table.text());
}
