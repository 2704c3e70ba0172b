//! Reads measured rows from a CSV file, whose columns are found by name, and from result files of
//! `vllm bench serve --save-result`, an object per row.
//!
//! A result file (keys as of vLLM 0.11, `vllm/benchmarks/serve.py`) names neither the GPU nor how the engine was started.
//! These are taken from what was given to `--metadata KEY=VALUE` under the columns' names, else from [`ColumnDefaults`].

use core::fmt::Display;

use serde_json::{Map, Value};
use thiserror::Error;

use super::MeasuredStep;
use crate::decimal::{real, whole};
use crate::hardware::{GPUS, Gpu};
use crate::llm::{Dtype, Llm, MODELS};
use crate::words::excerpt;

/// The names of the columns, and whether each is required.
pub static COLUMNS: &[(&str, bool)] = &[
    ("model", true),
    ("gpu", true),
    ("vllm", false),
    ("weights", false),
    ("prompt_tokens", true),
    ("output_tokens", true),
    ("concurrency", true),
    ("tp", true),
    ("moe_tp", false),
    ("moe_ep", false),
    ("ttft_ms", true),
    ("tpot_ms", true),
];

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {detail}")]
pub struct RowError {
    line: usize,
    detail: String,
}

impl RowError {
    pub(super) fn new(line: usize, detail: impl Display) -> Self {
        let detail = detail.to_string();
        Self { line, detail }
    }
}

/// A known model by the name of its checkpoint: `meta-llama/Llama-3.1-8B-Instruct` is Llama 3.1 8B.
fn llm(name: &str) -> Option<&'static Llm> {
    let name = name.to_ascii_lowercase();
    let within = MODELS.iter().filter(|model| name.contains(model.name));
    within.max_by_key(|model| model.name.len())
}

/// A known GPU by a name as tools record it: `h100_sxm` is an H100 SXM.
fn gpu(name: &str) -> Option<&'static Gpu> {
    let name = name.to_ascii_lowercase().replace(['_', ' '], "-");
    let short = name.strip_suffix("-sxm").unwrap_or(&name);
    GPUS.iter().find(|gpu| gpu.name == short)
}

/// Values for columns that the rows do not have; empty where nothing was given.
#[derive(Clone, Copy, Debug, Default)]
pub struct ColumnDefaults<'a> {
    /// The value for the column `gpu`.
    pub gpu: &'a str,
    /// The value for the column `tp`.
    pub tensor_parallel: &'a str,
    /// The value for the column `weights`.
    pub weights: &'a str,
    /// The value for the column `vllm`.
    pub vllm: &'a str,
}

impl ColumnDefaults<'_> {
    fn column(&self, column: &str) -> &str {
        match column {
            "gpu" => self.gpu,
            "tp" => self.tensor_parallel,
            "weights" => self.weights,
            "vllm" => self.vllm,
            _ => "",
        }
    }
}

/// Reads the rows of a CSV file, whose columns may stand in any order and among others; or of JSON objects as vLLM's
/// benchmark writes them, one after the other or in a list.
///
/// # Errors
/// The first column that is missing or field that cannot be read, with its line.
pub fn read(text: &str, given: &ColumnDefaults<'_>) -> Result<Vec<MeasuredStep>, RowError> {
    match text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['{', '['])
    {
        true => results(text.trim_start_matches('\u{feff}'), given),
        false => table(text, given),
    }
}

/// The rows of vLLM's result files.
fn results(text: &str, given: &ColumnDefaults<'_>) -> Result<Vec<MeasuredStep>, RowError> {
    let mut rows = Vec::new();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    loop {
        let rest = text.get(stream.byte_offset()..).unwrap_or_default();
        let at = text.len() - rest.trim_start().len();
        let line = 1 + text.get(..at).unwrap_or_default().matches('\n').count();
        let Some(value) = stream.next() else {
            break;
        };
        let value = value.map_err(|error| RowError::new(error.line(), "this is no JSON"))?;
        let several = match value {
            Value::Array(all) => all,
            one => vec![one],
        };
        for value in several {
            let Value::Object(result) = value else {
                return Err(RowError::new(
                    line,
                    "an object of a benchmark's result was expected",
                ));
            };
            rows.push(row(line, &|column| of_result(&result, column, given))?);
        }
    }
    match rows.is_empty() {
        true => Err(RowError::new(1, "there is no result in the file")),
        false => Ok(rows),
    }
}

/// The text for a column, taken from a result of vLLM's benchmark.
fn of_result(result: &Map<String, Value>, column: &str, given: &ColumnDefaults<'_>) -> String {
    let number = |key: &str| result.get(key).and_then(Value::as_f64);
    let text = |key: &str| match result.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let mean = |total: &str| match (number(total), number("completed")) {
        (Some(total), Some(count)) if count >= 1.0 => format!("{}", libm::round(total / count)),
        _ => String::new(),
    };
    match column {
        "model" => text("model_id"),
        "prompt_tokens" => mean("total_input_tokens"),
        "output_tokens" => mean("total_output_tokens"),
        "concurrency" => text("max_concurrency"),
        "ttft_ms" => text("mean_ttft_ms"),
        "tpot_ms" => text("mean_tpot_ms"),
        _ => match text(column) {
            empty if empty.is_empty() => given.column(column).to_owned(),
            own => own,
        },
    }
}

/// The rows of a CSV file.
fn table(text: &str, given: &ColumnDefaults<'_>) -> Result<Vec<MeasuredStep>, RowError> {
    let mut lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let header: Vec<&str> = match lines.next() {
        Some((_, header)) => header
            .trim_start_matches('\u{feff}')
            .split(',')
            .map(str::trim)
            .collect(),
        None => return Err(RowError::new(1, "the file is empty; a header was expected")),
    };
    for (column, _) in COLUMNS.iter().filter(|(_, needed)| *needed) {
        if !header.contains(column) && given.column(column).is_empty() {
            let all: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
            let all = all.join(", ");
            return Err(RowError::new(
                1,
                format!("column `{column}` is missing; the columns are {all}"),
            ));
        }
    }
    let rows = lines.map(|(at, line)| table_row(at + 1, &header, line, given));
    let rows: Vec<MeasuredStep> = rows.collect::<Result<_, _>>()?;
    match rows.is_empty() {
        true => Err(RowError::new(2, "there are no rows after the header")),
        false => Ok(rows),
    }
}

fn table_row(
    line: usize,
    header: &[&str],
    text: &str,
    given: &ColumnDefaults<'_>,
) -> Result<MeasuredStep, RowError> {
    let fields: Vec<&str> = text.split(',').map(str::trim).collect();
    if fields.len() != header.len() {
        let (found, wanted) = (fields.len(), header.len());
        return Err(RowError::new(
            line,
            format!("{found} fields, but the header has {wanted}"),
        ));
    }
    row(line, &|column| {
        let own = header.iter().position(|it| *it == column);
        let own = own.map_or("", |at| fields[at]);
        let text = if own.is_empty() {
            given.column(column)
        } else {
            own
        };
        text.to_owned()
    })
}

/// A row, made of the text of each column.
fn row(line: usize, get: &dyn Fn(&str) -> String) -> Result<MeasuredStep, RowError> {
    let wrong = |column: &str, wanted: &str| {
        RowError::new(
            line,
            format!(
                "`{column}` is {:?}, {wanted} expected",
                excerpt(&get(column))
            ),
        )
    };
    let count = |column: &str, most: u64| {
        let n = whole(&get(column)).filter(|n| (1..=most).contains(n));
        n.map(|n| n as u32)
            .ok_or_else(|| wrong(column, &format!("a whole number from 1 to {most}")))
    };
    let ms = |column: &str| {
        let value = real(&get(column)).filter(|x| *x > 0.0 && *x < 1e9);
        value.ok_or_else(|| wrong(column, "milliseconds above 0"))
    };
    let llm = llm(&get("model")).ok_or_else(|| {
        wrong(
            "model",
            "a model of `warmpath list models` in the checkpoint's name",
        )
    })?;
    let gpu = gpu(&get("gpu")).ok_or_else(|| wrong("gpu", "a GPU of `warmpath list gpus`"))?;
    let dtype = match get("weights").as_str() {
        "" if llm.name.starts_with("gpt-oss") => Dtype::Mxfp4,
        "" | "bf16" | "fp16" | "bfloat16" | "float16" => Dtype::Bf16,
        "fp8" => Dtype::Fp8,
        "int4" => Dtype::Int4,
        "mxfp4" | "nvfp4" => Dtype::Mxfp4,
        _ => return Err(wrong("weights", "bf16, fp8, int4, mxfp4, nvfp4 or nothing")),
    };
    let vllm = match get("vllm").as_str() {
        "" => None,
        version => {
            let minor = version
                .strip_prefix("0.")
                .and_then(|rest| rest.split('.').next());
            let minor = minor.and_then(whole);
            let minor =
                minor.ok_or_else(|| wrong("vllm", "a version such as 0.18.0 or nothing"))?;
            Some(minor.min(99) as u32)
        }
    };
    let tensor_parallel = count("tp", 64)?;
    // 0 is written where there are no experts.
    let spread = |column: &str| match get(column).as_str() {
        "" | "0" => Ok(1),
        _ => count(column, 1024),
    };
    let experts_over = (spread("moe_tp")? * spread("moe_ep")?).min(1024);
    let spread_further = llm.experts.is_some() && experts_over > tensor_parallel;
    Ok(MeasuredStep {
        line,
        llm,
        gpu,
        vllm,
        dtype,
        prompt: count("prompt_tokens", 1_000_000)?,
        output: count("output_tokens", 1_000_000)?,
        concurrency: count("concurrency", 100_000)?,
        tensor_parallel,
        experts_over: spread_further.then_some(experts_over),
        ttft_ms: ms("ttft_ms")?,
        tpot_ms: ms("tpot_ms")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{ColumnDefaults, Dtype};

    fn read(text: &str) -> Result<Vec<super::MeasuredStep>, super::RowError> {
        super::read(text, &ColumnDefaults::default())
    }

    const HEADER: &str = "model,gpu,vllm,weights,prompt_tokens,output_tokens,concurrency,tp,moe_tp,moe_ep,ttft_ms,tpot_ms";

    #[test]
    fn a_row_is_read() {
        let rows = read(&format!(
            "{HEADER}\nx/Qwen3-30B-A3B-FP8,h100_sxm,0.18.1,fp8,1000,100,8,1,2,1,50.5,9\n"
        ))
        .unwrap();
        let row = &rows[0];
        assert_eq!(
            (row.line, row.llm.name, row.gpu.name),
            (2, "qwen3-30b-a3b", "h100")
        );
        assert_eq!(
            (row.vllm, row.dtype, row.experts_over),
            (Some(18), Dtype::Fp8, Some(2))
        );
        assert_eq!((row.ttft_ms, row.tpot_ms), (50.5, 9.0));
        assert!(row.scenario().is_ok());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let says = |text: &str, what: &str| {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        };
        says("", "line 1: the file is empty");
        says("model,gpu\n", "column `prompt_tokens` is missing");
        says(HEADER, "no rows");
        let row = |row: &str| format!("{HEADER}\n{row}");
        says(
            &row("qwen3-8b,h100"),
            "line 2: 2 fields, but the header has 12",
        );
        says(&row("what,h100,,,1,1,1,1,,,1,1"), "`model` is \"what\"");
        says(&row("qwen3-8b,z80,,,1,1,1,1,,,1,1"), "`gpu` is \"z80\"");
        says(
            &row("qwen3-8b,h100,,,1,1,0,1,,,1,1"),
            "`concurrency` is \"0\"",
        );
        says(
            &row("qwen3-8b,h100,,,1,1,1,1,,,1,-1"),
            "`tpot_ms` is \"-1\"",
        );
        says(&row("qwen3-8b,h100,,,1,1,1,1,x,,1,1"), "`moe_tp` is \"x\"");
        says(
            &row("qwen3-8b,h100,,,1,1,1,1,,-2,1,1"),
            "`moe_ep` is \"-2\"",
        );
        says(
            &row("qwen3-8b,h100,0.x,,1,1,1,1,,,1,1"),
            "`vllm` is \"0.x\", a version such as 0.18.0 or nothing expected",
        );
    }

    /// A result with the keys that `vllm bench serve --save-result` writes, and figures of no real run.
    const RESULT: &str = r#"{"model_id": "Qwen/Qwen3-8B", "num_prompts": 80, "max_concurrency": 8, "completed": 80,
 "total_input_tokens": 80040, "total_output_tokens": 16000, "mean_ttft_ms": 61.5, "mean_tpot_ms": 8.25, "itls": [[0.1]]}"#;

    #[test]
    fn a_result_of_vllm_is_a_row() {
        let given = ColumnDefaults {
            gpu: "h100",
            tensor_parallel: "2",
            weights: "fp8",
            vllm: "0.11.0",
        };
        let meta = RESULT.replace("\"itls\"", "\"gpu\": \"L4\", \"itls\"");
        let rows = super::read(&format!("{RESULT}\n{meta}"), &given).unwrap();
        let row = &rows[0];
        assert_eq!(
            (row.llm.name, row.gpu.name, row.tensor_parallel),
            ("qwen3-8b", "h100", 2)
        );
        assert_eq!((row.dtype, row.vllm), (Dtype::Fp8, Some(11)));
        assert_eq!((row.prompt, row.output, row.concurrency), (1001, 200, 8));
        assert_eq!((row.ttft_ms, row.tpot_ms), (61.5, 8.25));
        assert_eq!((rows[1].gpu.name, rows[1].line), ("l4", 3));
        let listed = super::read(&format!("[{RESULT},{RESULT}]"), &given).unwrap();
        assert_eq!(listed.len(), 2);
    }

    #[test]
    fn what_a_result_of_vllm_lacks_is_said() {
        let says = |text: &str, what: &str| {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        };
        says(RESULT, "line 1: `gpu` is \"\"");
        says("{} {", "line 1: ");
        says("\n[1]", "line 2: an object");
        says("[]", "there is no result");
        let open = RESULT.replace(
            "\"max_concurrency\": 8",
            "\"max_concurrency\": null, \"gpu\": \"l4\", \"tp\": 1",
        );
        says(&open, "`concurrency` is \"\"");
    }
}
