//! The model card: what is simulated and what is not, and every constant with its value, unit and source.
//!
//! Nothing is written down here: terms, figures and sources are `core`'s tables ([`TERMS`], the shipped [`Calibration`],
//! [`GPUS`], [`MODELS`], [`POLICIES`], [`LEFT_OUT`]), so the card cannot say what the simulator does not do. It does not
//! change while the page runs, and is part of the page as it is built.

use crate::format::{self, GAP};
use crate::rich::{RichText, Tone, words};
use crate::table::{Cell, Place, Row, Table};
use warmpath_core::hardware::{self, GPUS, Gpu};
use warmpath_core::llm::{self, Dtype, Llm, MODELS};
use warmpath_core::reference::limits::{LEFT_OUT, Limit};
use warmpath_core::replica::calibration::{CLIENT_COSTS, Calibration, Cost, MEASURED, Measured};
use warmpath_core::replica::roofline::Efficiency;
use warmpath_core::replica::terms::{ModelPart as Group, TERMS, Term};
use warmpath_core::router::{POLICIES, PolicyEntry};

/// The model card: every part of the replica model with its figures and their sources.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The set-up that the shipped calibration is for.
    pub about: String,
    /// The published rows that its constants were fitted to.
    pub fitted_to: Vec<String>,
    /// A sentence for each set-up whose step times were measured, on how near the model comes to it.
    pub measured: String,
    /// The card's parts, each a table that can be unfolded.
    pub parts: Vec<CardSection>,
}

/// A section of the card, which opens and closes.
#[derive(Clone, Debug, PartialEq)]
pub struct CardSection {
    /// The heading of the section.
    pub title: &'static str,
    /// A few words beside the heading.
    pub facts: String,
    /// Whether the section is open when the page is loaded.
    pub open: bool,
    /// How to read the table; empty if that is plain.
    pub note: &'static str,
    /// The accessible name of the table.
    pub name: &'static str,
    /// The table of the section.
    pub table: Table,
}

/// The whole card.
///
/// # Errors
/// None, unless the shipped calibration is not readable.
pub fn card() -> Result<Card, String> {
    let shipped = Calibration::shipped().map_err(|error| error.to_string())?;
    let parts = vec![
        terms(&shipped.engine),
        client(&shipped),
        left_out(),
        gpus(),
        models(),
        policies(),
    ];
    Ok(Card {
        about: shipped.about,
        fitted_to: shipped.fitted_to,
        measured: MEASURED.map(|it| measured(&it)).join(", "),
        parts,
    })
}

/// One of the measured set-ups, and how near the model comes to it.
fn measured(of: &Measured) -> String {
    let llm = llm::model(of.model).map_or(of.model, |llm| llm.title);
    let gpu = hardware::gpu(of.gpu).map_or(of.gpu, |gpu| gpu.title);
    let error = format::figure(of.error * 100.0);
    format!("{llm} on {gpu} ({} runs, error {error}{GAP}%)", of.rows)
}

/// A row with a value for each column after the first; each cell also carries its column's name, for narrow screens.
fn line(head: &[&'static str], cells: Vec<RichText>) -> Row {
    let cells = head.iter().zip(cells).enumerate();
    Row::new(cells.map(|(at, (head, text))| match at {
        0 => Cell::rich(Place::Row, text),
        _ if words(&text) == format::NONE => Cell::rich(Place::Value, text).classed("none"),
        _ => Cell {
            name: head,
            ..Cell::rich(Place::Value, text)
        },
    }))
}

/// A text without emphasis.
fn word(text: impl Into<String>) -> RichText {
    vec![(Tone::Plain, text.into())]
}

/// The name of a term or a policy, set as code.
fn code(name: &str) -> RichText {
    vec![(Tone::Code, name.to_owned())]
}

/// A mark with a text behind it.
fn marked(mark: (Tone, &str), text: &str) -> RichText {
    let mark = (mark.0, mark.1.to_owned());
    match text {
        "" => vec![mark],
        text => vec![mark, (Tone::Plain, format!(" {text}"))],
    }
}

/// The mark for a constant that was fitted, or for one that was not.
fn mark(fitted: bool) -> (Tone, &'static str) {
    match fitted {
        true => (Tone::Mark("mark fitted"), "fitted"),
        false => (Tone::Mark("mark"), "assumed"),
    }
}

fn table(head: &[&'static str], rows: Vec<Row>) -> Table {
    Table::simple(head.iter().map(|title| Cell::column(*title)), rows)
}

/// The section on the terms that are simulated, with the figures of each.
fn terms(shipped: &Efficiency) -> CardSection {
    const HEAD: [&str; 5] = [
        "term",
        "what it models",
        "calibrated",
        "assumed elsewhere",
        "source",
    ];
    let mut rows = Vec::new();
    for which in [Group::Scheduler, Group::StepTime, Group::Surroundings] {
        rows.push(Row::level(word(which.name()), HEAD.len()));
        let terms = TERMS.iter().filter(|term| term.part == which);
        rows.extend(terms.map(|term| line(&HEAD, cells(term, shipped))));
    }
    CardSection {
        title: "What is simulated",
        facts: format!("{} terms, each can be turned off", TERMS.len()),
        open: true,
        note: "Calibrated: on NVIDIA L4 with Llama 3.1 8B in fp8. Assumed: on everything else. A dash: the term is a rule \
               without a constant of its own.",
        name: "Terms of the model",
        table: table(&HEAD, rows),
    }
}

fn cells(term: &Term, shipped: &Efficiency) -> Vec<RichText> {
    let value = |figure: f64, unit: &str| match unit {
        "of the peak" | "of a first read" => format!("{} {unit}", format::share(figure)),
        "times" => format!("{}{GAP}×", format::setting(figure)),
        unit => format!("{}{GAP}{unit}", format::setting(figure)),
    };
    let none = || format::NONE.to_owned();
    let (here, elsewhere, source) = match &term.figure {
        None => (none(), none(), word(term.source)),
        Some(figure) => {
            let source = match figure.fitted {
                true => term.source,
                false => figure
                    .source
                    .trim_start_matches("assumed")
                    .trim_start_matches(", "),
            };
            (
                value((figure.of)(shipped), figure.unit),
                value((figure.of)(&Efficiency::ASSUMED), figure.unit),
                marked(mark(figure.fitted), source),
            )
        }
    };
    vec![
        code(term.name),
        word(term.about),
        word(here),
        word(elsewhere),
        source,
    ]
}

/// The section on what the benchmark's client costs.
fn client(shipped: &Calibration) -> CardSection {
    const HEAD: [&str; 3] = ["one core of a Python client", "costs", "source"];
    let row = |cost: &Cost| {
        let value = format::setting((cost.of)(&shipped.client));
        let value = match cost.unit {
            "" => value,
            unit => format!("{value}{GAP}{unit}"),
        };
        let source = marked(mark(cost.fitted), "");
        line(&HEAD, vec![word(cost.about), word(value), source])
    };
    CardSection {
        title: "The load generator",
        facts: "where a scenario asks for it".to_owned(),
        open: false,
        note: "",
        name: "Costs of the client",
        table: table(&HEAD, CLIENT_COSTS.iter().map(row).collect()),
    }
}

/// The section on what is not simulated.
fn left_out() -> CardSection {
    const HEAD: [&str; 2] = ["left out", "so"];
    let row = |it: &Limit| line(&HEAD, vec![word(it.what), word(it.so)]);
    CardSection {
        title: "What is not simulated",
        facts: "and which way that errs".to_owned(),
        open: true,
        note: "",
        name: "What is not simulated",
        table: table(&HEAD, LEFT_OUT.iter().map(row).collect()),
    }
}

/// A section with a row for each entry of one of `core`'s tables.
fn listed(title: &'static str, head: &[&'static str], rows: Vec<Row>) -> CardSection {
    CardSection {
        title,
        facts: rows.len().to_string(),
        open: false,
        note: "",
        name: title,
        table: table(head, rows),
    }
}

/// Whether step times were measured on a GPU, with any model.
fn timed(gpu: &Gpu) -> bool {
    MEASURED.iter().any(|of| of.gpu == gpu.name)
}

/// Whether the shipped calibration covers a GPU, with any model.
fn calibrated(gpu: &Gpu) -> bool {
    let covers = |llm: &Llm| {
        let mut dtypes = Dtype::ALL.into_iter();
        dtypes.any(|dtype| Calibration::covers(gpu, llm, dtype))
    };
    MODELS.iter().any(covers)
}

fn state(gpu: &Gpu) -> (Tone, &'static str) {
    match (calibrated(gpu), timed(gpu)) {
        (true, _) => (Tone::Mark("mark fitted"), "calibrated"),
        (false, true) => (Tone::Mark("mark fitted"), "step times measured"),
        (false, false) => (Tone::Mark("mark"), "extrapolated"),
    }
}

fn gpus() -> CardSection {
    const HEAD: [&str; 7] = [
        "GPU",
        "memory",
        "bandwidth",
        "bf16, dense",
        "fp8, dense",
        "link",
        "source",
    ];
    let tera = |flops: f64| format!("{}{GAP}TFLOP/s", format::figure(flops / 1e12));
    let row = |gpu: &Gpu| {
        let link = format::bytes(gpu.link.bytes_per_s as u64);
        let cells = vec![
            word(gpu.title),
            word(format::bytes(gpu.memory_bytes as u64)),
            word(format!("{}/s", format::bytes(gpu.bandwidth as u64))),
            word(tera(gpu.bf16_flops)),
            word(gpu.fp8_flops.map_or(format::NONE.to_owned(), tera)),
            word(format!("{}, {link}/s", gpu.link.name)),
            marked(state(gpu), gpu.source),
        ];
        line(&HEAD, cells)
    };
    listed("GPUs", &HEAD, GPUS.iter().map(row).collect())
}

fn models() -> CardSection {
    const HEAD: [&str; 6] = [
        "model",
        "parameters",
        "layers",
        "heads: query / KV",
        "cache a token, bf16",
        "source",
    ];
    let billions = |n: f64| format!("{}{GAP}billion", format::figure(n / 1e9));
    let row = |llm: &Llm| {
        let mut parameters = billions(llm.parameters);
        if llm.experts.is_some() {
            parameters += &format!(", {} active", billions(llm.active_parameters));
        }
        let cells = vec![
            word(llm.title),
            word(parameters),
            word(llm.layers.to_string()),
            word(format!("{} / {}", llm.query_heads, llm.kv_heads)),
            word(format::bytes(llm.kv_bytes_per_token(Dtype::Bf16) as u64)),
            word(llm.source),
        ];
        line(&HEAD, cells)
    };
    listed("Models", &HEAD, MODELS.iter().map(row).collect())
}

fn policies() -> CardSection {
    const HEAD: [&str; 3] = ["policy", "sends a request to", "after"];
    let row = |entry: &PolicyEntry| {
        let docs = entry.docs();
        line(
            &HEAD,
            vec![code(entry.name), word(docs.about), word(docs.source)],
        )
    };
    listed("Policies", &HEAD, POLICIES.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of cells, over all tables, that consist of just this text.
    fn cells(card: &Card, text: &str) -> usize {
        let all = card.parts.iter().flat_map(|part| part.table.rows());
        let pieces = all.flat_map(|row| row.cells.iter().flat_map(|cell| &cell.text));
        pieces.filter(|piece| piece.1 == text).count()
    }

    #[test]
    fn every_row_of_cores_tables_is_on_the_card() {
        let card = card().expect("the calibration is readable");
        let rows = TERMS.len()
            + CLIENT_COSTS.len()
            + LEFT_OUT.len()
            + GPUS.len()
            + MODELS.len()
            + POLICIES.len();
        let named = card.parts.iter().flat_map(|part| part.table.rows());
        let named = named.filter(|row| row.cells[0].place == Place::Row);
        assert_eq!(named.count(), rows);
        for term in TERMS {
            assert!(cells(&card, term.name) > 0, "{}", term.name);
        }
    }

    #[test]
    fn what_was_fitted_says_so_and_to_what() {
        let card = card().expect("readable");
        let fitted = TERMS
            .iter()
            .filter(|it| it.figure.is_some_and(|it| it.fitted))
            .count()
            + CLIENT_COSTS.iter().filter(|it| it.fitted).count();
        assert_eq!(cells(&card, "fitted"), fitted);
        assert!(!card.fitted_to.is_empty() && !card.about.is_empty());
        assert_eq!(cells(&card, "calibrated"), 1);
        let all = card.parts.iter().flat_map(|part| part.table.words());
        assert!(!all.into_iter().any(|it| it.contains("from memory")));
    }
}
