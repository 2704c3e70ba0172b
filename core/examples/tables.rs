//! Makes the tables of policies in the documents from runs of every policy as shipped: `cargo xtask tables`.
//!
//! docs/policy-tables.md is written whole; in docs/policies.md what stands between `<!-- tables: NAME -->` and
//! `<!-- /tables -->` is replaced. The sentences around are a person's and are to be re-read after it.

#[path = "../tests/tables/sample.rs"]
mod sample;

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use sample::WORKLOADS;
use warmpath_core::metrics::figure;
use warmpath_core::report::{Report, markdown};
use warmpath_core::router::{POLICIES, PolicyEntry};

fn main() -> std::io::Result<()> {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let reports: Vec<Report> = WORKLOADS.iter().map(|shown| shown.report(None)).collect();
    let digest = format!(
        "<!-- made by cargo xtask tables, digest {} -->\n",
        sample::digest()
    );
    fs::write(docs.join("policy-tables.md"), details(&reports, &digest))?;
    let path = docs.join("policies.md");
    let mut text = fs::read_to_string(&path)?;
    text = replace(&text, "policies", &rules());
    text = replace(&text, "figures", &(digest + &figures(&reports)));
    fs::write(path, text)?;
    let path = docs.join("../README.md");
    let readme = fs::read_to_string(&path)?;
    fs::write(path, counted(&readme))
}

/// The README with the number of policies that there are.
fn counted(readme: &str) -> String {
    const BEFORE: &str = "[docs/policies.md](docs/policies.md): ";
    let Some((before, rest)) = readme.split_once(BEFORE) else {
        panic!("README.md has no {BEFORE:?}");
    };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{before}{BEFORE}{}{rest}", POLICIES.len())
}

/// Every policy with what it ships with.
fn rules() -> String {
    let mut out = String::from(
        "| policy | sends a request to | knows of caches | shipped defaults | from |\n| --- | --- | --- | --- | --- |\n",
    );
    for entry in POLICIES {
        let about = entry.docs().about;
        let about = if entry.reference {
            format!("*{about}*")
        } else {
            about.to_owned()
        };
        let _ = writeln!(
            out,
            "| `{}` | {about} | {} | {} | {} |",
            entry.name,
            entry.knowledge,
            defaults(entry),
            from(entry)
        );
    }
    out
}

/// A bound that nothing reaches: with it the rule is as if it were not there.
const NEVER: f64 = 1e9;

fn defaults(entry: &PolicyEntry) -> String {
    let defaults = entry
        .parameters
        .iter()
        .map(|parameter| match parameter.default >= NEVER {
            true => format!("{} off", parameter.name),
            false => format!("{} {}", parameter.name, parameter.default),
        });
    defaults.collect::<Vec<_>>().join(", ")
}

fn from(entry: &PolicyEntry) -> String {
    let read = entry.provenance();
    match read.version.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("{} {}", read.product, read.version),
        false => read.product.to_owned(),
    }
}

fn value(report: &Report, at: usize, key: &str) -> f64 {
    let place = figure(key).expect("a figure");
    report.summaries[at].values[place]
}

/// Mean TTFT and reuse on all workloads side by side.
fn figures(reports: &[Report]) -> String {
    let mut out = String::from("| policy |");
    for shown in &WORKLOADS {
        let _ = write!(out, " {} | |", shown.short);
    }
    out += "\n| --- |";
    out += &" ---: | ---: |".repeat(WORKLOADS.len());
    out += "\n| *mean TTFT (ms), reuse (%)* |";
    out += &" ms | % |".repeat(WORKLOADS.len());
    out.push('\n');
    for (at, entry) in POLICIES.iter().enumerate() {
        let _ = write!(out, "| `{}` |", entry.name);
        for report in reports {
            let ttft = grouped(value(report, at, "mean_ttft_ms"));
            let reuse = 100.0 * value(report, at, "token_reuse_rate");
            let _ = write!(out, " {ttft} | {reuse:.1} |");
        }
        out.push('\n');
    }
    out
}

/// A whole number with its thousands apart.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Each workload's table as the command line prints it.
fn details(reports: &[Report], digest: &str) -> String {
    let mut out = format!(
        "# Every policy on six workloads\n\n{digest}\n\
         Each policy as shipped, seed 1. `cargo xtask tables` makes this file and the tables of [policies.md](policies.md); one\n\
         table alone is the command line's:\n\n    \
         ALL=$(warmpath list policies --format json | python3 -c \"import json, sys; print(','.join(p['name'] for p in \
         json.load(sys.stdin)['policies']))\")\n"
    );
    for shown in &WORKLOADS {
        let _ = writeln!(
            out,
            "    warmpath replay {} --policy $ALL --format markdown",
            shown.command
        );
    }
    out += "\nWhat follows from them is told in [policies.md](policies.md). \"tokens reused\" is a share of prompt tokens; \
            \"imbalance\" the largest\nover the mean work of a replica.\n";
    for (shown, report) in WORKLOADS.iter().zip(reports) {
        let _ = write!(
            out,
            "\n## {}\n\n{}: `warmpath replay {}`.\n\n",
            shown.title, shown.about, shown.command
        );
        let whole = markdown::write(report);
        for row in whole.lines().take_while(|line| line.starts_with('|')) {
            let _ = writeln!(out, "{row}");
        }
    }
    out
}

/// The text with what stands between the marks of `name` replaced.
fn replace(text: &str, name: &str, by: &str) -> String {
    let begin = format!("<!-- tables: {name} -->\n");
    const END: &str = "<!-- /tables -->";
    let Some((before, rest)) = text.split_once(&begin) else {
        panic!("docs/policies.md has no line {begin:?}");
    };
    let Some((_, after)) = rest.split_once(END) else {
        panic!("docs/policies.md has no {END:?} after {begin:?}");
    };
    format!("{before}{begin}{by}{END}{after}")
}
