//! The model card: what is simulated and what is not, every constant with its value, unit and source.
//!
//! Nothing is written down here: terms, figures and sources are `core`'s tables ([`TERMS`], the shipped
//! [`Calibration`], [`GPUS`], [`MODELS`], [`POLICIES`], [`LEFT_OUT`]), so the card cannot say what the simulator does not do. It
//! does not change while the page runs, and stands in the page as it is.

use crate::format::{self, GAP};
use crate::markup::escape;
use core::fmt::Write as _;
use warmpath_core::hardware::{self, GPUS, Gpu};
use warmpath_core::llm::{self, Dtype, Llm, MODELS};
use warmpath_core::reference::kubeai::PUBLISHED;
use warmpath_core::reference::limits::{LEFT_OUT, Limit};
use warmpath_core::replica::calibration::{CLIENT_COSTS, Calibration, Cost, MEASURED, Measured};
use warmpath_core::replica::roofline::Efficiency;
use warmpath_core::replica::terms::{Part, TERMS, Term};
use warmpath_core::router::{Entry, POLICIES};

/// The whole card.
///
/// # Errors
/// None, unless the shipped calibration is not readable.
pub fn card() -> Result<String, String> {
    let shipped = Calibration::shipped().map_err(|error| error.to_string())?;
    Ok(format!(
        "{}\n{}\n{}\n{}\n{}\n{}\n{}",
        lead(&shipped),
        terms(&shipped.engine),
        client(&shipped),
        left_out(),
        gpus(),
        models(),
        policies()
    ))
}

/// What is calibrated, and to what.
fn lead(shipped: &Calibration) -> String {
    let fitted = shipped
        .fitted_to
        .iter()
        .fold(String::new(), |mut out, row| {
            let _ = write!(out, "<li>{}</li>", escape(row));
            out
        });
    format!(
        "<p><b>Calibrated</b> for one set-up: {}. Constants marked <i class=\"mark fitted\">fitted</i> were fitted to two rows \
         of <a href=\"{PUBLISHED}\" rel=\"noopener\">KubeAI's published benchmark</a></p>\
         <ul class=\"fitted-to\">{fitted}</ul>\
         <p>and to nothing else. What stands for every other GPU and model was fitted to <b>step times measured</b> on others: \
         {measured}. Elsewhere step times are <b>extrapolated</b> from these: a model that was left out of the fit came out 6 to \
         19{GAP}% off on average. Measurements of your own go in as a calibration.</p>",
        escape(&shipped.about),
        measured = MEASURED.map(|it| measured(&it)).join(", "),
    )
}

/// One of the set-ups that were measured, and how near the model comes to it.
fn measured(of: &Measured) -> String {
    let llm = llm::model(of.model).map_or(of.model, |llm| llm.title);
    let gpu = hardware::gpu(of.gpu).map_or(of.gpu, |gpu| gpu.title);
    let error = format::figure(of.error * 100.0);
    format!("{llm} on {gpu} ({} runs, error {error}{GAP}%)", of.rows)
}

/// A row: what it is about, then a cell under each other head. On a narrow screen a cell names its head.
fn line(head: &[&str], cells: &[String]) -> String {
    let mut out = String::from("<tr>");
    for (at, (head, cell)) in head.iter().zip(cells).enumerate() {
        let _ = match at {
            0 => write!(out, "<th scope=\"row\">{cell}</th>"),
            _ if cell == format::NONE => write!(out, "<td class=\"none\">{cell}</td>"),
            _ => write!(out, "<td data-name=\"{head}\">{cell}</td>"),
        };
    }
    out + "</tr>"
}

/// A table in a scroller, with a name.
fn table(name: &str, head: &[&str], rows: &[String]) -> String {
    let mut out = format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{name}\"><table class=\"facts-table\"><thead><tr>"
    );
    for title in head {
        let _ = write!(out, "<th scope=\"col\">{title}</th>");
    }
    let _ = write!(
        out,
        "</tr></thead><tbody>{}</tbody></table></div>",
        rows.concat()
    );
    out
}

/// A part of the card that opens; `open` from the start.
fn part(title: &str, facts: &str, open: bool, inside: &str) -> String {
    format!(
        "<details class=\"part\"{}><summary><b>{title}</b> <span class=\"facts\">{facts}</span></summary>{inside}</details>",
        if open { " open" } else { "" }
    )
}

/// A mark for a constant.
fn mark(fitted: bool) -> &'static str {
    match fitted {
        true => "<i class=\"mark fitted\">fitted</i>",
        false => "<i class=\"mark\">assumed</i>",
    }
}

/// What is simulated: every term with its figure here and elsewhere.
fn terms(shipped: &Efficiency) -> String {
    const HEAD: [&str; 5] = [
        "term",
        "what it models",
        "calibrated",
        "assumed elsewhere",
        "source",
    ];
    let mut rows = Vec::new();
    for which in [Part::Scheduler, Part::StepTime, Part::Surroundings] {
        rows.push(format!(
            "<tr class=\"level\"><th scope=\"rowgroup\" colspan=\"5\">{}</th></tr>",
            which.name()
        ));
        let terms = TERMS.iter().filter(|term| term.part == which);
        rows.extend(terms.map(|term| line(&HEAD, &cells(term, shipped))));
    }
    part(
        "What is simulated",
        &format!("{} terms, each can be turned off", TERMS.len()),
        true,
        &format!(
            "<p class=\"facts wide\">Calibrated: on NVIDIA L4 with Llama 3.1 8B in fp8. Assumed: on everything else. A dash: the \
             term is a rule without a constant of its own.</p>{}",
            table("Terms of the model", &HEAD, &rows)
        ),
    )
}

fn cells(term: &Term, shipped: &Efficiency) -> [String; 5] {
    let value = |figure: f64, unit: &str| match unit {
        "of the peak" | "of a first read" => format!("{} {unit}", format::share(figure)),
        "times" => format!("{}{GAP}×", format::setting(figure)),
        unit => format!("{}{GAP}{unit}", format::setting(figure)),
    };
    let none = || format::NONE.to_owned();
    let (here, elsewhere, source) = match &term.figure {
        None => (none(), none(), escape(term.source)),
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
                format!("{} {}", mark(figure.fitted), escape(source)),
            )
        }
    };
    let name = format!("<code>{}</code>", term.name);
    [name, escape(term.about), here, elsewhere, source]
}

/// What the benchmark's client costs.
fn client(shipped: &Calibration) -> String {
    const HEAD: [&str; 3] = ["one core of a Python client", "costs", "source"];
    let row = |cost: &Cost| {
        let value = format::setting((cost.of)(&shipped.client));
        let value = match cost.unit {
            "" => value,
            unit => format!("{value}{GAP}{unit}"),
        };
        line(
            &HEAD,
            &[cost.about.to_owned(), value, mark(cost.fitted).to_owned()],
        )
    };
    part(
        "The load generator",
        "where a scenario asks for it",
        false,
        &table(
            "Costs of the client",
            &HEAD,
            &CLIENT_COSTS.iter().map(row).collect::<Vec<_>>(),
        ),
    )
}

/// What is not simulated.
fn left_out() -> String {
    const HEAD: [&str; 2] = ["left out", "so"];
    let row = |it: &Limit| line(&HEAD, &[escape(it.what), escape(it.so)]);
    part(
        "What is not simulated",
        "and which way that errs",
        true,
        &table(
            "What is not simulated",
            &HEAD,
            &LEFT_OUT.iter().map(row).collect::<Vec<_>>(),
        ),
    )
}

/// Whether step times were measured on a GPU with some model.
fn timed(gpu: &Gpu) -> bool {
    MEASURED.iter().any(|of| of.gpu == gpu.name)
}

/// Whether the shipped calibration covers a GPU with some model.
fn calibrated(gpu: &Gpu) -> bool {
    let covers = |llm: &Llm| {
        let mut dtypes = Dtype::ALL.into_iter();
        dtypes.any(|dtype| Calibration::covers(gpu, llm, dtype))
    };
    MODELS.iter().any(covers)
}

fn state(gpu: &Gpu) -> &'static str {
    match (calibrated(gpu), timed(gpu)) {
        (true, _) => "<i class=\"mark fitted\">calibrated</i>",
        (false, true) => "<i class=\"mark fitted\">step times measured</i>",
        (false, false) => "<i class=\"mark\">extrapolated</i>",
    }
}

fn gpus() -> String {
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
        let cells = [
            gpu.title.to_owned(),
            format::bytes(gpu.memory_bytes as u64),
            format!("{}/s", format::bytes(gpu.bandwidth as u64)),
            tera(gpu.bf16_flops),
            gpu.fp8_flops.map_or(format::NONE.to_owned(), tera),
            format!(
                "{}, {}/s",
                gpu.link.name,
                format::bytes(gpu.link.bytes_per_s as u64)
            ),
            format!("{} {}", state(gpu), escape(gpu.source)),
        ];
        line(&HEAD, &cells)
    };
    part(
        "GPUs",
        &GPUS.len().to_string(),
        false,
        &table("GPUs", &HEAD, &GPUS.iter().map(row).collect::<Vec<_>>()),
    )
}

fn models() -> String {
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
            let _ = write!(parameters, ", {} active", billions(llm.active_parameters));
        }
        let cells = [
            llm.title.to_owned(),
            parameters,
            llm.layers.to_string(),
            format!("{} / {}", llm.query_heads, llm.kv_heads),
            format::bytes(llm.kv_bytes_per_token(Dtype::Bf16) as u64),
            escape(llm.source),
        ];
        line(&HEAD, &cells)
    };
    part(
        "Models",
        &MODELS.len().to_string(),
        false,
        &table("Models", &HEAD, &MODELS.iter().map(row).collect::<Vec<_>>()),
    )
}

fn policies() -> String {
    const HEAD: [&str; 3] = ["policy", "sends a request to", "after"];
    let row = |entry: &Entry| {
        let name = format!("<code>{}</code>", entry.name);
        line(
            &HEAD,
            &[
                name,
                escape(entry.docs().about),
                escape(entry.docs().source),
            ],
        )
    };
    part(
        "Policies",
        &POLICIES.len().to_string(),
        false,
        &table(
            "Policies",
            &HEAD,
            &POLICIES.iter().map(row).collect::<Vec<_>>(),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_cores_tables_is_on_the_card() {
        let card = card().expect("the calibration is readable");
        let rows = TERMS.len()
            + CLIENT_COSTS.len()
            + LEFT_OUT.len()
            + GPUS.len()
            + MODELS.len()
            + POLICIES.len();
        assert_eq!(card.matches("<tr><th scope=\"row\">").count(), rows);
        for term in TERMS {
            assert!(
                card.contains(&format!("<code>{}</code>", term.name)),
                "{}",
                term.name
            );
        }
    }

    /// The story's links and the card's lead to the same page, and tell it nothing of the reader.
    #[test]
    fn the_benchmark_is_linked_where_it_is_named() {
        let link = format!("<a href=\"{PUBLISHED}\" rel=\"noopener\">");
        assert_eq!(card().expect("readable").matches(&link).count(), 1);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../index.html");
        let page = std::fs::read_to_string(path).expect("index.html");
        // At the top, beside the reality check, and in the card.
        assert_eq!(page.matches(&link).count(), 3);
        assert_eq!(page.matches("href=\"http").count(), 3);
    }

    #[test]
    fn what_was_fitted_says_so_and_to_what() {
        let card = card().expect("readable");
        let shipped = Calibration::shipped().expect("readable");
        let fitted = TERMS
            .iter()
            .filter(|it| it.figure.is_some_and(|it| it.fitted))
            .count()
            + CLIENT_COSTS.iter().filter(|it| it.fitted).count();
        assert_eq!(card.matches(">fitted</i>").count(), fitted + 1);
        assert!(shipped.fitted_to.iter().all(|row| card.contains(row)));
        assert_eq!(card.matches(">calibrated</i>").count(), 1);
        assert!(card.contains("from memory"));
    }
}
