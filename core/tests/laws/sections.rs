//! What a report says of its sections (kinds, scaling, life, the entrance, caches above the fleet) is the same in every format
//! (I-29). JSON has every figure with all digits, so the other formats are read back and held against it, by three rules:
//!
//! - **Units.** CSV has JSON's units. Tables for people say their unit in the heading: times as JSON has them, shares in per
//!   cent. Prometheus has base units: seconds, and shares from 0 to 1.
//! - **No value.** A mean or a share over nothing, or what is not known, is "–" for people, an empty cell of CSV, `null` in JSON,
//!   and no sample of Prometheus.
//! - **Nothing is left out.** Each figure is in CSV, in Prometheus, and in the tables or in the sentences for people.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use warmpath_core::metrics::{FIGURES, OUTCOMES};
use warmpath_core::report::format::{Writer, named};
use warmpath_core::report::{Report, html};

use super::formats::cells;

/// A figure with its key; `None`: there is no value.
type Figure = (String, Option<f64>);

/// The figures of one policy that stand together: a kind of replica, a tenant, the caches above the fleet.
struct FigureGroup {
    /// The place of the policy in the report.
    at: usize,
    policy: String,
    /// In a sweep, the labels of its point.
    point: Vec<(&'static str, String)>,
    /// The policy in Prometheus, which numbers those that are asked for twice.
    numbered: String,
    /// What stands before the keys in CSV.
    csv: String,
    /// What stands before a key that a figure of the whole run has in CSV too.
    clash: &'static str,
    /// What stands before the keys in Prometheus, and the label beside the policy's.
    gauge: &'static str,
    label: Option<(&'static str, String)>,
    /// The table for people: a heading that it alone has, and the names of the row.
    table: Option<(&'static str, Vec<String>)>,
    /// Whether sentences say the figures.
    in_words: bool,
    figures: Vec<Figure>,
}

/// Whether a law holds; if not, the sentence that says where it is broken.
type Held = Result<(), String>;

/// Holds the formats against JSON; adds the sections that there were to `seen`.
pub(crate) fn say_the_same(report: &Report, seen: &mut BTreeSet<&'static str>) -> Held {
    let write = |name: &str| match named(name).map(|it| it.writer()) {
        Some(Writer::Report(write)) => Ok(write(report)),
        _ => Err(format!("{name} is not written from a report")),
    };
    let json = write("json")?;
    let groups = figure_groups(&json)?;
    seen.extend(groups.iter().map(|it| it.gauge));
    let in_format = |name: &str, text: &str, held: Held| {
        held.map_err(|why| format!("{name}: {why}\n{text}\nand in JSON\n{json}"))
    };
    let text = write("csv")?;
    in_format("csv", &text, in_csv(&text, &groups))?;
    let text = write("prometheus")?;
    in_format("prometheus", &text, in_prometheus(&text, &groups))?;
    if !report.points.is_empty() {
        return Ok(()); // For people a sweep has a row of figures for each point, and no sections.
    }
    let text = write("text")?;
    let rows = text.lines().map(in_columns).collect::<Vec<_>>();
    in_format("text", &text, in_tables(&rows, &groups))?;
    in_format("text", &text, in_sentences(&text, &groups))?;
    let text = write("markdown")?;
    let rows = text.lines().map(between_bars).collect::<Vec<_>>();
    in_format("markdown", &text, in_tables(&rows, &groups))?;
    in_format("markdown", &text, in_sentences(&text, &groups))?;
    let text = html::write(report, &[]);
    let rows = text.lines().map(between_tags).collect::<Vec<_>>();
    in_format("html", &text, in_tables(&rows, &groups))?;
    in_format("html", &text, in_sentences(&text, &groups))
}

/// Whether there can be no value: it is a mean, a percentile or a share over nothing.
fn is_over_nothing(object: &Value, key: &str) -> bool {
    let none = |of: &str| object[of].as_u64() == Some(0);
    let over = |ends: &[&str]| ends.iter().any(|end| key.ends_with(end));
    over(&["_ttft_ms", "_tpot_ms", "token_reuse_rate"]) && none("completed")
        || over(&["_wait_ms"]) && none("waited")
        || over(&["attainment"]) && none("requests")
}

/// The numbers of an object, in the order of its text; an error if one is there that nothing has.
fn figures(object: &Value, text: &str) -> Result<Vec<Figure>, String> {
    // Of a class and of a tenant the scenario says these.
    let asked = ["priority", "weight"];
    let all = object.as_object().into_iter().flatten();
    let all = all.filter(|(key, value)| {
        (value.is_number() || value.is_null() && *key != "price") && !asked.contains(&key.as_str())
    });
    let mut all: Vec<Figure> = all
        .map(|(key, value)| match value.as_f64() {
            Some(value) if is_over_nothing(object, key) => {
                Err(format!("json: {key} is {value} of nothing"))
            }
            value => Ok((key.clone(), value)),
        })
        .collect::<Result<_, String>>()?;
    all.sort_by_key(|(key, _)| text.find(&format!("\"{key}\"")));
    Ok(all)
}

fn figure_groups(json: &str) -> Result<Vec<FigureGroup>, String> {
    let whole: Value = serde_json::from_str(json).map_err(|it| it.to_string())?;
    let after = |name: &str| &json[json.find(&format!("\"{name}\": ")).unwrap_or(0)..];
    let each = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let called = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut out = Vec::new();
    let policies = each(&whole["policies"]);
    for (at, policy_report) in policies.iter().enumerate() {
        let policy = called(&policy_report["policy"]);
        let same = ["policy", "rate", "replica_count"];
        let before = policies[..at].iter();
        let before = before.filter(|it| same.iter().all(|key| it[*key] == policy_report[*key]));
        let numbered = match before.count() {
            0 => policy.clone(),
            before => format!("{policy} ({})", before + 1),
        };
        let label = |(key, name)| Some((name, policy_report[key].as_f64()?.to_string()));
        let point = [("rate", "rate"), ("replica_count", "replicas")];
        let point: Vec<_> = point.into_iter().filter_map(label).collect();
        let first = match policy_report["seeds"].is_null() {
            true => policy.clone(),
            false => format!("{policy} (first seed)"),
        };
        let new = |gauge, figures| FigureGroup {
            at,
            policy: policy.clone(),
            point: point.clone(),
            numbered: numbered.clone(),
            csv: String::new(),
            clash: "",
            gauge,
            label: None,
            table: None,
            in_words: false,
            figures,
        };
        if policy_report["life"].is_object() {
            out.push(FigureGroup {
                clash: "life_",
                in_words: true,
                ..new("life_", figures(&policy_report["life"], after("life"))?)
            });
        }
        if policy_report["scaling"].is_object() {
            out.push(FigureGroup {
                table: Some(("fewest paid", vec![first.clone()])),
                ..new(
                    "scaling_",
                    figures(&policy_report["scaling"], after("scaling"))?,
                )
            });
        }
        let kinds = each(&policy_report["kinds"]);
        for (at, kind) in kinds.iter().enumerate() {
            let name = called(&kind["kind"]);
            let before = kinds[..at].iter().filter(|it| it["kind"] == kind["kind"]);
            let name = match before.count() {
                0 => name,
                before => format!("{name} ({})", before + 1),
            };
            out.push(FigureGroup {
                csv: format!("kind{}_", at + 1),
                label: Some(("kind", name.clone())),
                table: Some(("replicas of", vec![first.clone(), name])),
                ..new("kind_", figures(kind, after("kinds"))?)
            });
        }
        if policy_report["above"].is_object() {
            let figures = figures(&policy_report["above"], after("above"))?;
            out.push(FigureGroup {
                in_words: true,
                ..new("", figures)
            });
        }
        let line = &policy_report["line"];
        if line.is_object() {
            let group = |kind: &str, name: &str| {
                let names = [&first, kind, name].map(str::to_owned);
                Some(("group", names.to_vec()))
            };
            out.push(FigureGroup {
                clash: "entrance_",
                in_words: true,
                ..new("entrance_", figures(line, after("line"))?)
            });
            out.push(FigureGroup {
                clash: "entrance_",
                table: group("all", "all"),
                ..new("entrance_", figures(&line["all"], after("all"))?)
            });
            for (list, kind) in [("tenants", "tenant"), ("classes", "class")] {
                for it in each(&line[list]) {
                    let name = called(&it["name"]);
                    out.push(FigureGroup {
                        csv: format!("{kind} {name} "),
                        label: Some((kind, name.clone())),
                        table: group(kind, &name),
                        ..new("group_", figures(&it, after("all"))?)
                    });
                }
            }
        }
    }
    Ok(out)
}

fn in_csv(text: &str, groups: &[FigureGroup]) -> Held {
    let mut lines = text.split("\r\n").map(cells);
    let head = lines.next().unwrap_or_default();
    let names: BTreeSet<&String> = head.iter().collect();
    if names.len() != head.len() {
        return Err(format!("a column has the name of another: {head:?}"));
    }
    let stage = head.iter().position(|name| name == "stage");
    let of_policies = |row: &Vec<String>| stage.is_none_or(|at| row[at].is_empty());
    let rows: Vec<Vec<String>> = lines.filter(|row| row.len() > 1).collect();
    if let Some(row) = rows.iter().find(|row| row.len() != head.len()) {
        return Err(format!("{} cells under {} names", row.len(), head.len()));
    }
    let rows: Vec<_> = rows.into_iter().filter(of_policies).collect();
    for it in groups {
        let row = rows.get(it.at).ok_or("a policy has no line")?;
        for (key, value) in &it.figures {
            let clash = it.csv.is_empty() && FIGURES.iter().any(|figure| figure.key == key);
            let before = if clash { it.clash } else { &it.csv };
            let name = format!("{before}{key}").replace('"', "");
            let at = head.iter().position(|head| *head == name);
            let cell = at
                .and_then(|at| row.get(at))
                .ok_or(format!("no column {name}"))?;
            if cell.is_empty() && value.is_none() || cell.parse().ok() == *value && value.is_some()
            {
                continue;
            }
            return Err(format!(
                "{name} of {} is {cell:?}, not {value:?}",
                it.policy
            ));
        }
    }
    Ok(())
}

/// A sample: its name and labels.
type Sample = (String, BTreeMap<String, String>);

/// The samples of Prometheus' text.
fn samples(text: &str) -> Result<BTreeMap<Sample, f64>, String> {
    let mut out = BTreeMap::new();
    let mut kinds = BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            if !kinds.insert(rest.split(' ').next().unwrap_or_default().to_owned()) {
                return Err(format!("twice: {line}"));
            }
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        let bad = || format!("no sample: {line}");
        let (name, rest) = line.split_once('{').ok_or_else(bad)?;
        let (inner, value) = rest.rsplit_once("} ").ok_or_else(bad)?;
        if !kinds.contains(name) {
            return Err(format!("without a type: {line}"));
        }
        let mut labels = BTreeMap::new();
        let mut rest = inner;
        while let Some((label, text)) = rest.split_once("=\"") {
            let mut value = String::new();
            let mut letters = text.char_indices();
            let end = loop {
                match letters.next().ok_or_else(bad)? {
                    (at, '"') => break at,
                    (_, '\\') => match letters.next().ok_or_else(bad)?.1 {
                        'n' => value.push('\n'),
                        other => value.push(other),
                    },
                    (_, letter) => value.push(letter),
                }
            };
            labels.insert(label.to_owned(), value);
            rest = text[end + 1..].trim_start_matches(',');
        }
        let value = value.replace("Inf", "inf").parse().map_err(|_| bad())?;
        if out.insert((name.to_owned(), labels), value).is_some() {
            return Err(format!("twice: {line}"));
        }
    }
    let unit = |(name, _): &&Sample| {
        ["_ms", "_s", "_hours"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    match out.keys().find(unit) {
        Some((name, _)) => Err(format!("{name} is in no base unit")),
        None => Ok(out),
    }
}

/// The name of a figure's gauge, its own label, and the factor to its base unit.
fn gauge(it: &FigureGroup, key: &str) -> (String, Option<(&'static str, String)>, f64) {
    if it.gauge == "life_" && OUTCOMES.contains(&key) {
        return (
            "life_requests".to_owned(),
            Some(("outcome", key.to_owned())),
            1.0,
        );
    }
    if it.gauge == "entrance_" && it.in_words && key != "longest_line" {
        return match key.strip_prefix("jain_") {
            Some(of) => {
                let of = of.replace("ttft", "mean_ttft");
                ("jain_index".to_owned(), Some(("of", of)), 1.0)
            }
            None => ("turned_back".to_owned(), Some(("why", key.to_owned())), 1.0),
        };
    }
    let (key, factor) = match key {
        "gpu_hours" => ("gpu_seconds".to_owned(), 3600.0),
        key if key.ends_with("_ms") => (key.replace("_ms", "_seconds"), 1e-3),
        key if key.ends_with("_s") => (format!("{key}econds"), 1.0),
        key => (key.to_owned(), 1.0),
    };
    let stats = ["mean", "median", "p90", "p95", "p99"];
    let split = key.split_once('_').filter(|(stat, _)| stats.contains(stat));
    match split.filter(|_| factor == 1e-3) {
        Some((stat, of)) => {
            let label = Some(("stat", stat.to_owned()));
            (format!("{}{of}", it.gauge), label, factor)
        }
        None => (format!("{}{key}", it.gauge), None, factor),
    }
}

fn in_prometheus(text: &str, groups: &[FigureGroup]) -> Held {
    let samples = samples(text)?;
    for it in groups {
        for (key, value) in &it.figures {
            let (name, own, factor) = gauge(it, key);
            let mut labels = BTreeMap::from([("policy".to_owned(), it.numbered.clone())]);
            for (label, value) in it.point.iter().chain(&it.label).chain(&own) {
                labels.insert((*label).to_owned(), value.clone());
            }
            let sample = (format!("warmpath_{name}"), labels);
            let found = samples.get(&sample).copied();
            if found != value.map(|value| value * factor) {
                return Err(format!("{sample:?} is {found:?}; {key} is {value:?}"));
            }
        }
    }
    Ok(())
}

/// The cells of a line of plain text: two blanks or more are between them.
fn in_columns(line: &str) -> Vec<String> {
    let cells = line.split("  ").map(str::trim);
    let cells = cells.filter(|cell| !cell.is_empty());
    cells.map(str::to_owned).collect()
}

/// The cells of a row of a Markdown table.
fn between_bars(line: &str) -> Vec<String> {
    let Some(row) = line.strip_prefix("| ").and_then(|it| it.strip_suffix(" |")) else {
        return Vec::new();
    };
    let row = row.replace("\\|", "\0");
    row.split(" | ")
        .map(|cell| cell.replace('\0', "|"))
        .collect()
}

/// The cells of a row of an HTML table.
fn between_tags(line: &str) -> Vec<String> {
    if !line.contains("<tr>") {
        return Vec::new();
    }
    let cells = line.split(['<', '>']).collect::<Vec<_>>();
    let cell = |pair: &[&str]| match pair {
        [tag, text] if tag.starts_with("td") || tag.starts_with("th ") => Some(text.to_string()),
        _ => None,
    };
    let text = |cell: String| {
        let cell = cell.replace("&lt;", "<").replace("&gt;", ">");
        cell.replace("&quot;", "\"").replace("&amp;", "&")
    };
    cells[1..].chunks(2).filter_map(cell).map(text).collect()
}

/// A number as it stands somewhere for people, and half of its last digit.
fn printed(text: &str) -> Option<(f64, f64)> {
    let text = text.replace(',', "").replace('\u{2212}', "-");
    let decimals = text.split_once('.').map_or(0, |(_, rest)| rest.len());
    let value = text.parse().ok()?;
    Some((value, 0.5 * 10f64.powi(-(decimals as i32))))
}

/// Whether a number for people is this value, rounded.
fn is(text: &str, value: f64) -> bool {
    printed(text).is_some_and(|(found, half)| (found - value).abs() <= half * 1.000_001)
}

fn in_tables(rows: &[Vec<String>], groups: &[FigureGroup]) -> Held {
    for it in groups {
        let Some((own, names)) = &it.table else {
            continue;
        };
        let head = rows
            .iter()
            .position(|row| row.iter().any(|cell| cell == own));
        let head = head.ok_or(format!("no table with {own}"))?;
        let titles = &rows[head];
        let row = rows[head + 1..].iter().find(|row| row.starts_with(names));
        let row = row.ok_or(format!("no row of {names:?}"))?;
        if row.len() != titles.len() || row.len() != names.len() + it.figures.len() {
            let keys: Vec<_> = it.figures.iter().map(|(key, _)| key).collect();
            return Err(format!("{row:?} below {titles:?}, of {keys:?}"));
        }
        let cells = titles.iter().zip(row).skip(names.len());
        for ((title, cell), (key, value)) in cells.zip(&it.figures) {
            let share = ["_rate", "_usage", "attainment"]
                .iter()
                .any(|end| key.ends_with(end));
            let (unit, factor) = match key {
                _ if share => ("(%)", 100.0),
                key if key.ends_with("_ms") => ("(ms)", 1.0),
                key if key.ends_with("_s") => ("s)", 1.0),
                _ => ("", 1.0),
            };
            if !title.ends_with(unit) {
                return Err(format!("{title:?} is not in {unit}"));
            }
            let right = match value {
                None => cell == "–",
                Some(value) => is(cell, value * factor),
            };
            if !right {
                return Err(format!(
                    "{title} of {names:?} is {cell}; {key} is {value:?}"
                ));
            }
        }
    }
    Ok(())
}

/// Sentences say what is not zero.
fn in_sentences(text: &str, groups: &[FigureGroup]) -> Held {
    for it in groups.iter().filter(|it| it.in_words) {
        let begins = [": ", " (first seed): "].map(|after| format!("{}{after}", it.policy));
        let lines = text.lines().filter_map(|line| {
            let line = line.trim_start_matches("- ").trim_start_matches("<li>");
            begins.iter().find_map(|begin| line.strip_prefix(begin))
        });
        let numbers: Vec<&str> = lines
            .flat_map(|line| line.split(|c: char| !c.is_ascii_digit() && c != ',' && c != '.'))
            .map(|word| word.trim_matches([',', '.']))
            .collect();
        for (key, value) in &it.figures {
            // The bill and what was saved are said, of which it is the sum; and how long the line was where somebody waited.
            if key == "billed_uncached_usd" {
                continue;
            }
            let Some(value) = value.filter(|value| *value != 0.0) else {
                continue;
            };
            if !numbers
                .iter()
                .any(|word| is(word, value) && (value.fract() == 0.0 || word.contains('.')))
            {
                return Err(format!("no sentence of {} says {key}, {value}", it.policy));
            }
        }
    }
    Ok(())
}
