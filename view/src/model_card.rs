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
use warmpath_core::price::Prices;
use warmpath_core::reference::limits::{LEFT_OUT, Limit};
use warmpath_core::reference::step_times::fit::CONSTANTS;
use warmpath_core::replica::calibration::{CLIENT_COSTS, Calibration, Cost, MEASURED, Measured};
use warmpath_core::replica::roofline::{Efficiency, PoolSum};
use warmpath_core::replica::terms::{EfficiencyFigure, ModelPart, STEP_FIT, TERMS, Term};
use warmpath_core::router::{POLICIES, PolicyEntry};
use warmpath_core::scenario::Scenario;

/// The model card: every part of the replica model with its figures and their sources.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The line that stands for what the constants were fitted to while that is folded away.
    pub brief: String,
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
        pool(&shipped),
        client(&shipped),
        left_out(),
        gpus(),
        models(),
        policies(),
    ];
    Ok(Card {
        brief: format!(
            "Fitted to {} published rows, and to step times of {} set-ups",
            format::word(shipped.fitted_to.len() as u32),
            format::word(MEASURED.len() as u32)
        ),
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
        "elsewhere",
        "rule or number from",
    ];
    let mut rows = Vec::new();
    for which in [
        ModelPart::Scheduler,
        ModelPart::StepTime,
        ModelPart::Surroundings,
    ] {
        rows.push(Row::level(word(which.name()), HEAD.len()));
        let terms = TERMS.iter().filter(|term| term.part == which);
        rows.extend(terms.map(|term| line(&HEAD, cells(term, shipped))));
    }
    CardSection {
        title: "What is simulated",
        facts: format!("{} terms, each can be turned off", TERMS.len()),
        note: "Calibrated: on NVIDIA L4 with Llama 3.1 8B in fp8, where a fitted constant was fitted to the two rows above. Elsewhere: on every \
               other GPU and model, where it was fitted to step times. A dash: the term is a rule without a constant of its own. Letters: a step \
               has n sequences with M new tokens, on g GPUs. The model has l layers of k kernels and P parameters in W bytes, of which H are those \
               of the logits, queries of width q and K bytes of cache a token. κ cached tokens are read, and m tokens of a prompt are new. B and B′ \
               are the bytes a second that are reached, F, L and A the operations a second. The other letters are the constants themselves. \
               Last column: where the rule was read, or where the number is from if that is another place; for a number \
               marked assumed no source was found.",
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
        None => (word(none()), word(none()), term.source),
        Some(figure) => {
            let cell = |of: &Efficiency, fitted: bool| {
                let amount = (figure.of)(of);
                let mut cell = word(value(amount, figure.unit));
                // A figure without effect needs no origin.
                if figure.idle != Some(amount) {
                    cell.push((Tone::Plain, " ".to_owned()));
                    let (tone, text) = mark(fitted);
                    cell.push((tone, text.to_owned()));
                }
                cell
            };
            // Not to be said twice: a mark says whether a figure is assumed.
            let source = match figure.source {
                STEP_FIT => term.source,
                own => own,
            };
            (
                cell(shipped, figure.fitted),
                cell(&Efficiency::ASSUMED, fitted_to_steps(figure)),
                source,
            )
        }
    };
    let source = match source {
        "assumed" => word(none()),
        source => word(source),
    };
    vec![code(term.name), word(term.about), here, elsewhere, source]
}

/// Whether the figure of a term changes with a constant that is fitted to step times.
fn fitted_to_steps(figure: &EfficiencyFigure) -> bool {
    CONSTANTS.iter().any(|constant| {
        let mut moved = Efficiency::ASSUMED;
        *(constant.at)(&mut moved) *= 2.0;
        (figure.of)(&moved) != (figure.of)(&Efficiency::ASSUMED)
    })
}

/// The share of the GPU's memory that the engines of the published benchmark were given.
const BENCHMARK_SHARE: f64 = 0.95;

/// The section on how many tokens of cache a replica has room for, term by term: in the laboratory as it is at first, and in the
/// benchmark.
fn pool(shipped: &Calibration) -> CardSection {
    const HEAD: [&str; 3] = ["KV pool of an L4", "by default", "in the benchmark"];
    let lab = Scenario::default();
    let benchmark = Scenario {
        memory_utilization: BENCHMARK_SHARE,
        batch_tokens: 16_384,
        ..lab.clone()
    };
    let sums = [&lab, &benchmark].map(|it| (it, it.pool_sum()));
    let row = |title: &str, of: &dyn Fn(&Scenario, &PoolSum) -> String| {
        let cells = sums.iter().map(|(scenario, sum)| word(of(scenario, sum)));
        line(&HEAD, core::iter::once(word(title)).chain(cells).collect())
    };
    let bytes = |bytes: f64| format::bytes(bytes as u64);
    let tokens = |count: u64| format::plural(count, "token");
    let own = shipped.kv_tokens.map_or(format::NONE.to_owned(), tokens);
    let in_blocks = u64::from(lab.pool_blocks()) * u64::from(lab.block_size);
    let rows = vec![
        row("what the engine may use", &|scenario, sum| {
            let share = format::share(scenario.memory_utilization);
            format!(
                "{share} of {}: {}",
                bytes(scenario.gpu.memory_bytes),
                bytes(sum.usable)
            )
        }),
        row("less the weights", &|_, sum| bytes(sum.weights)),
        row(
            "less a profiling run: the logits of a step in bf16",
            &|scenario, sum| {
                let step = tokens(scenario.batch_tokens.into());
                format!("{}, {step}", bytes(sum.profiling))
            },
        ),
        row("less overhead, inferred", &|_, sum| bytes(sum.overhead)),
        row("over the cache of a token", &|_, sum| bytes(sum.per_token)),
        row("room for", &|_, sum| tokens(sum.tokens)),
        line(
            &HEAD,
            vec![word("what runs have"), word(tokens(in_blocks)), word(own)],
        ),
    ];
    CardSection {
        title: "How large a KV pool is",
        facts: "term by term".to_owned(),
        note: "The engine\u{2019}s own sum, for Llama 3.1 8B in fp8 with its embedding in bf16. Runs have whole blocks. The benchmark\u{2019}s presets set the pool of its calibration, \
               which is a little less than the sum: its engine, an early one, is taken to have needed more for its profiling run.",
        name: "The sum of the KV pool",
        table: table(&HEAD, rows),
    }
}

/// The section on what the benchmark's client costs.
fn client(shipped: &Calibration) -> CardSection {
    const HEAD: [&str; 3] = ["one core of a Python client", "costs", "how known"];
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
    const HEAD: [&str; 9] = [
        "GPU",
        "memory",
        "bandwidth",
        "bf16, dense",
        "fp8, dense",
        "link",
        "rent of one, an hour",
        "rent from",
        "numbers from",
    ];
    let tera = |flops: f64| format!("{}{GAP}TFLOP/s", format::figure(flops / 1e12));
    let row = |gpu: &Gpu| {
        let link = format::bytes(gpu.link.bytes_per_s as u64);
        let price = Prices::default().of(gpu.name);
        let rent = price.map_or(format::NONE.to_owned(), |it| {
            format!("${}", format::fixed(it.usd_per_hour, 2))
        });
        let seller = price.map_or("no price is known".to_owned(), |it| {
            format!("{}, {}", it.source, it.date)
        });
        let cells = vec![
            word(gpu.title),
            word(format::bytes(gpu.memory_bytes as u64)),
            word(format!("{}/s", format::bytes(gpu.bandwidth as u64))),
            word(tera(gpu.bf16_flops)),
            word(gpu.fp8_flops.map_or(format::NONE.to_owned(), tera)),
            word(format!("{}, {link}/s", gpu.link.name)),
            word(rent),
            word(seller),
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
        "numbers from",
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
    const HEAD: [&str; 3] = ["policy", "sends a request to", "the rule is from"];
    let row = |entry: &PolicyEntry| {
        let docs = entry.docs();
        let read = entry.provenance();
        let version = match read.read {
            "" => "a rule of Warmpath\u{2019}s own, read in no product".to_owned(),
            day => format!("version {}, read on {day}", read.version),
        };
        let source = vec![
            (Tone::Plain, format!("{} ", docs.source)),
            (Tone::Small, version),
        ];
        line(&HEAD, vec![code(entry.name), word(docs.about), source])
    };
    let rows = POLICIES.iter().map(row).collect();
    CardSection {
        note: "Products change their rules, so each is that of the version named. What its parameters are by default is what that version ships; \
               the rule\u{2019}s source says nothing about the times and shares on this page, which come out of the replica model.",
        ..listed("Policies", &HEAD, rows)
    }
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
            + 7 // the sum of the KV pool
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

    /// The sum on the card is the one that the simulator makes, and a reader can follow it.
    #[test]
    fn the_pool_is_explained_term_by_term() {
        let card = card().expect("readable");
        let part = card.parts.iter().find(|it| it.title.contains("KV pool"));
        let rows: Vec<Vec<String>> = part
            .expect("a part")
            .table
            .rows()
            .map(|row| row.cells.iter().map(|it| words(&it.text)).collect())
            .collect();
        let last = rows.last().expect("a row");
        let has = |cell: &str| cell.replace(GAP, " ");
        assert_eq!(has(&last[1]), "75,600 tokens");
        assert_eq!(has(&last[2]), "65,900 tokens");
        assert!(
            has(&rows[0][1]).starts_with("90 % of 23.8 GB: 21.4 GB"),
            "{rows:?}"
        );
        assert!(has(&rows[0][2]).starts_with("95 %"), "{rows:?}");
    }

    #[test]
    fn what_was_fitted_says_so_and_to_what() {
        let card = card().expect("readable");
        let figures = TERMS.iter().filter_map(|it| it.figure.as_ref());
        let fitted: usize = figures
            .map(|it| {
                let elsewhere = (it.of)(&Efficiency::ASSUMED);
                let elsewhere = fitted_to_steps(it) && it.idle != Some(elsewhere);
                usize::from(it.fitted) + usize::from(elsewhere)
            })
            .sum();
        let fitted = fitted + CLIENT_COSTS.iter().filter(|it| it.fitted).count();
        assert_eq!(cells(&card, "fitted"), fitted);
        // A constant is called one or the other, never both.
        let all = card.parts.iter().flat_map(|part| part.table.words());
        assert!(!all.into_iter().any(|it| it.contains("or assumed")));
        let steps = |name: &str| {
            let term = TERMS.iter().find(|it| it.name == name).expect("a term");
            fitted_to_steps(&term.figure.expect("a figure"))
        };
        assert!(steps("kernels") && steps("gemm") && !steps("logits") && !steps("network"));
        assert!(!card.fitted_to.is_empty() && !card.about.is_empty());
        assert_eq!(cells(&card, "calibrated"), 1);
        let all = card.parts.iter().flat_map(|part| part.table.words());
        assert!(!all.into_iter().any(|it| it.contains("from memory")));
    }
}
