//! What came of a run: the comparison, a row a figure and a column a policy, and how to have it again.

use super::{forks, heads, lines};
use crate::chart::Table;
use crate::duel::play;
use crate::format;
use crate::markup::escape;
use core::fmt::Write as _;
use warmpath_core::metrics::{Better, FIGURES, Figure, Summary};
use warmpath_core::report::format::{FORMATS, Of};
use warmpath_core::scenario::{FIELDS, Scenario};

/// The figures to show first.
const FIRST: [&str; 12] = [
    "completed",
    "request_throughput",
    "output_throughput",
    "mean_ttft_ms",
    "median_ttft_ms",
    "p99_ttft_ms",
    "median_tpot_ms",
    "mean_e2el_ms",
    "token_reuse_rate",
    "cache_hit_rate",
    "imbalance",
    "preemptions",
];

/// The places of charts and results; what is not there yet is hidden.
pub fn frame() -> String {
    let mut formats = String::new();
    for format in FORMATS {
        // Of many runs there is no one run to tell.
        let one = match format.of {
            Of::Runs | Of::Requests => " class=\"of-one-run\"",
            _ => "",
        };
        let _ = write!(
            formats,
            "<li{one}><button type=\"button\" id=\"export-{name}\" data-format=\"{name}\"><b>{name}</b>\
             <span class=\"soft\">{}</span></button></li>",
            escape(format.about),
            name = format.name
        );
    }
    // The charts stay in place while their content changes; only the first curve brings them in. What a run or a sweep comes
    // to stands before its charts.
    format!(
        "<div class=\"card quiet\" id=\"lab-quiet\"></div>\
         <p class=\"notice\" id=\"lab-stale\" hidden></p>\
         <ul class=\"say\" id=\"lab-verdict\" hidden></ul>\
         <div class=\"two charts\" id=\"lab-charts\"></div><div class=\"card\" id=\"lab-results\" hidden>\
         <div class=\"scroll\" id=\"lab-comparison\" tabindex=\"0\" role=\"group\" aria-label=\"Comparison of the policies\">\
         <table class=\"numbers\" id=\"lab-table\"><thead></thead><tbody></tbody></table></div>\
         <button type=\"button\" id=\"lab-figures\" aria-pressed=\"false\">All figures</button>\
         <button type=\"button\" id=\"lab-play\" aria-describedby=\"lab-play-why\">Play this run, GPU by GPU</button>\
         <span class=\"soft\" id=\"lab-play-why\"></span>\
         <div class=\"scroll\" id=\"lab-sweep\" tabindex=\"0\" role=\"group\" aria-label=\"The sweep's rows\" hidden></div>\
         <p class=\"soft\" id=\"lab-provenance\"></p><ul class=\"notes soft\" id=\"lab-notes\"></ul>{}\
         <div class=\"repeat\"><p class=\"soft\">Run this natively, to the same bytes:</p><div class=\"line\">\
         <code id=\"lab-command\" tabindex=\"0\"></code><button type=\"button\" id=\"lab-copy\">Copy</button></div></div>\
         <details class=\"menu\" id=\"lab-export\"><summary>Export</summary><ul>{formats}</ul>\
         <p class=\"soft\">Each chart has its own PNG and SVG beside its title.</p></details></div>",
        forks::frame()
    )
}

/// Why a run cannot be played; empty if it can.
pub fn unplayable(scenario: &Scenario) -> String {
    let why = play::showable(scenario).err();
    why.map_or(String::new(), |why| format!("Not to be played: {why}."))
}

/// That the results are of other settings, and which.
pub fn stale(changes: &[String]) -> String {
    let mut shown = changes.iter().take(4).cloned().collect::<Vec<_>>();
    if let Some(more) = changes.len().checked_sub(5) {
        shown.push(format!("{} more", format::count(more as u64 + 1)));
    }
    let changes = shown.join("; ");
    format!("These results are of the settings before: {changes}. Run again to see the new ones.")
}

/// The comparison's head; of several runs a policy, what its figures are of them.
pub fn head(summaries: &[Summary]) -> String {
    let seeds = summaries.iter().map(|it| it.seeds).max().unwrap_or(1);
    let mut out = match seeds {
        ..=1 => String::from("<tr><td></td>"),
        seeds => format!(
            "<tr><td class=\"soft\">{}: median, least to most</td>",
            format::plural(seeds.into(), "seed")
        ),
    };
    for (at, it) in summaries.iter().enumerate() {
        let _ = write!(
            out,
            "<th scope=\"col\"><span class=\"curve-{}\">{}</span></th>",
            at % 4,
            escape(&it.policy)
        );
    }
    out + "</tr>"
}

/// The comparison's rows: the figures to show first, or every one; each with its difference to the first policy.
pub fn rows(summaries: &[Summary], every: bool) -> String {
    let mut out = String::new();
    for (at, figure) in FIGURES.iter().enumerate() {
        if !every && !FIRST.contains(&figure.key) {
            continue;
        }
        let _ = write!(
            out,
            "<tr data-key=\"{}\"><th scope=\"row\">{}</th>",
            figure.key,
            escape(figure.title)
        );
        let value = |it: &Summary| it.values[at];
        let base = summaries.first().map_or(f64::NAN, value);
        for (place, it) in summaries.iter().enumerate() {
            let value = value(it);
            let _ = write!(out, "<td>{} ", shown(figure, value));
            if place > 0 {
                let class = verdict(figure, value, base);
                let delta = match figure.unit {
                    "share" => format::points(value, base),
                    _ => format::delta(value, base),
                };
                let _ = write!(out, "<small class=\"{class}\">{delta}</small>");
            }
            let told = |range: (f64, f64)| (shown(figure, range.0), shown(figure, range.1));
            let range = it.ranges.map(|ranges| told(ranges[at]));
            // Where all seeds agree there is no range.
            if let Some((least, most)) = range.filter(|(least, most)| least != most) {
                let _ = write!(out, "<span class=\"range\">{least} to {most}</span>");
            }
            out.push_str("</td>");
        }
        out.push_str("</tr>");
    }
    out
}

/// A figure's value with its unit.
fn shown(figure: &Figure, value: f64) -> String {
    match figure.unit {
        "ms" => format::millis(value),
        "s" => format::seconds(value),
        "share" => format::share(value),
        _ if figure.whole && value == value.trunc() => format::count(value as u64),
        "" | "times" | "requests" => format::figure(value),
        unit => format!("{}{}{unit}", format::figure(value), format::GAP),
    }
}

/// Whether a difference is for the better; nothing if neither way is.
fn verdict(figure: &Figure, value: f64, base: f64) -> &'static str {
    match figure.better {
        Better::Lower if value < base => "better",
        Better::Higher if value > base => "better",
        Better::Lower | Better::Higher if value != base => "worse",
        _ => "",
    }
}

/// A table of a chart's kind.
pub fn table(table: &Table) -> String {
    let head = heads(table.head.iter().skip(1).map(String::as_str));
    let mut out =
        format!("<table class=\"numbers\"><thead><tr><td></td>{head}</tr></thead><tbody>");
    for row in &table.rows {
        let mut row = row.iter().map(String::as_str);
        let title = escape(row.next().unwrap_or_default());
        let cells = super::cells("<td>", "</td>", row);
        let _ = write!(out, "<tr><th scope=\"row\">{title}</th>{cells}</tr>");
    }
    out + "</tbody></table>"
}

/// Sentences as a list's inside.
pub fn sentences(all: &[String]) -> String {
    lines(all.iter().map(String::as_str))
}

/// The command line for a scenario. A file has to be named by its path; its hash is told by the report.
pub fn command(query: &str, options: &str) -> String {
    const FILES: [(&str, &str); 3] = [("w", "workload"), ("cal", "calibration"), ("warm", "warm")];
    let mut kept = Vec::new();
    let mut files = String::new();
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let file = value
            .rsplit_once('~')
            .filter(|(name, hash)| !name.is_empty() && hash.len() == 16);
        match (FILES.iter().find(|it| it.0 == key), file) {
            (Some((_, flag)), Some(_)) => {
                // As it reads once decoded.
                let name = Scenario::from_query(&format!("v=1&{pair}")).ok();
                let name = name.and_then(|it| {
                    let field = FIELDS.iter().find(|field| field.key == key)?;
                    Some(field.get(&it).rsplit_once('~')?.0.replace('\'', "'\\''"))
                });
                let _ = write!(files, " --{flag} '{}'", name.unwrap_or_default());
            }
            _ => kept.push(pair),
        }
    }
    let query = kept.join("&");
    format!("warmpath replay '{query}'{files}{options} --format json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::metrics::Figures;

    #[test]
    fn a_file_goes_by_its_path() {
        assert_eq!(
            command("v=1&r=8", ""),
            "warmpath replay 'v=1&r=8' --format json"
        );
        assert_eq!(
            command("v=1&w=chats.json~0123456789abcdef&r=8", ""),
            "warmpath replay 'v=1&r=8' --workload 'chats.json' --format json"
        );
        assert_eq!(
            command(
                "v=1&w=a%20b.json~0123456789abcdef&cal=own.json~0123456789abcdef&warm=x.cache~0123456789abcdef",
                ""
            ),
            "warmpath replay 'v=1' --workload 'a b.json' --calibration 'own.json' --warm 'x.cache' --format json"
        );
        assert_eq!(
            command("v=1", " --rate 1,2"),
            "warmpath replay 'v=1' --rate 1,2 --format json"
        );
    }

    #[test]
    fn the_comparison_has_a_row_a_figure() {
        let summary = |policy: &str, value: f64| Summary {
            policy: policy.to_owned(),
            seeds: 1,
            values: Figures::from_fn(|_| value),
            ranges: None,
            replicas: Vec::new(),
            stages: Vec::new(),
            life: None,
            ..Summary::default()
        };
        let two = [summary("a<b", 2.0), summary("smart", 1.0)];
        assert!(head(&two).contains("a&lt;b"));
        let (few, all) = (rows(&two, false), rows(&two, true));
        assert_eq!(few.matches("<tr ").count(), FIRST.len());
        assert_eq!(all.matches("<tr ").count(), FIGURES.len());
        let ttft = few.split("mean_ttft_ms").nth(1).unwrap();
        let ttft = ttft.split("</tr>").next().unwrap();
        assert!(ttft.contains("class=\"better\">−50"), "{ttft}");
        assert!(head(&two).starts_with("<tr><td></td>"));
    }

    #[test]
    fn shares_change_in_points_and_several_seeds_have_their_range() {
        let summary = |policy: &str, share: f64| Summary {
            policy: policy.to_owned(),
            seeds: 5,
            values: Figures::from_fn(|_| share),
            ranges: Some(Figures::from_fn(|_| (share - 0.02, share + 0.01))),
            replicas: Vec::new(),
            stages: Vec::new(),
            life: None,
            ..Summary::default()
        };
        let two = [summary("least-load", 0.82), summary("smart", 0.96)];
        let plain = |text: String| text.replace(format::GAP, " ");
        assert!(plain(head(&two)).contains("5 seeds: median, least to most"));
        let rows = plain(rows(&two, false));
        let reuse = rows.split("token_reuse_rate").nth(1).unwrap();
        let reuse = reuse.split("</tr>").next().unwrap();
        assert!(
            reuse.contains(
                "<td>96 % <small class=\"better\">+14 points</small><span class=\"range\">94 % to 97 %</span></td>"
            ),
            "{reuse}"
        );
    }
}
