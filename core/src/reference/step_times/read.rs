//! The rows of a CSV file, columns by name.

use core::fmt::Display;

use thiserror::Error;

use super::Row;
use crate::decimal::{real, whole};
use crate::hardware::{GPUS, Gpu};
use crate::llm::{Dtype, Llm, MODELS};
use crate::words::excerpt;

/// The columns, and whether each must be there.
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

/// Reads the rows. Columns may stand in any order, and others beside them.
///
/// # Errors
/// The first column that is missing, or field that cannot be, with its line.
pub fn read(text: &str) -> Result<Vec<Row>, RowError> {
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
        if !header.contains(column) {
            let all: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
            let all = all.join(", ");
            return Err(RowError::new(
                1,
                format!("column `{column}` is missing; the columns are {all}"),
            ));
        }
    }
    let rows = lines.map(|(at, line)| row(at + 1, &header, line));
    let rows: Vec<Row> = rows.collect::<Result<_, _>>()?;
    match rows.is_empty() {
        true => Err(RowError::new(2, "there are no rows after the header")),
        false => Ok(rows),
    }
}

fn row(line: usize, header: &[&str], text: &str) -> Result<Row, RowError> {
    let fields: Vec<&str> = text.split(',').map(str::trim).collect();
    if fields.len() != header.len() {
        let (found, wanted) = (fields.len(), header.len());
        return Err(RowError::new(
            line,
            format!("{found} fields, but the header has {wanted}"),
        ));
    }
    let get = |column: &str| {
        header
            .iter()
            .position(|it| *it == column)
            .map_or("", |at| fields[at])
    };
    let wrong = |column: &str, wanted: &str| {
        RowError::new(
            line,
            format!(
                "`{column}` is {:?}, {wanted} expected",
                excerpt(get(column))
            ),
        )
    };
    let count = |column: &str, most: u64| {
        let n = whole(get(column)).filter(|n| (1..=most).contains(n));
        n.map(|n| n as u32)
            .ok_or_else(|| wrong(column, &format!("a whole number from 1 to {most}")))
    };
    let ms = |column: &str| {
        let value = real(get(column)).filter(|x| *x > 0.0 && *x < 1e9);
        value.ok_or_else(|| wrong(column, "milliseconds above 0"))
    };
    let llm = llm(get("model")).ok_or_else(|| {
        wrong(
            "model",
            "a model of `warmpath list models` in the checkpoint's name",
        )
    })?;
    let gpu = gpu(get("gpu")).ok_or_else(|| wrong("gpu", "a GPU of `warmpath list gpus`"))?;
    let dtype = match get("weights") {
        "" if llm.name.starts_with("gpt-oss") => Dtype::Mxfp4,
        "" | "bf16" | "fp16" | "bfloat16" | "float16" => Dtype::Bf16,
        "fp8" => Dtype::Fp8,
        "int4" => Dtype::Int4,
        "mxfp4" | "nvfp4" => Dtype::Mxfp4,
        _ => return Err(wrong("weights", "bf16, fp8, int4, mxfp4, nvfp4 or nothing")),
    };
    let vllm = match get("vllm").strip_prefix("0.") {
        Some(rest) => rest
            .split('.')
            .next()
            .and_then(whole)
            .map(|minor| minor.min(99) as u32),
        None if get("vllm").is_empty() => None,
        None => return Err(wrong("vllm", "a version such as 0.18.0 or nothing")),
    };
    let tensor_parallel = count("tp", 64)?;
    let spread = |column: &str| whole(get(column)).filter(|n| *n > 0).unwrap_or(1).min(1024) as u32;
    let experts_over = (spread("moe_tp") * spread("moe_ep")).min(1024);
    let spread_further = llm.experts.is_some() && experts_over > tensor_parallel;
    Ok(Row {
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
    use super::{Dtype, read};

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
    }
}
