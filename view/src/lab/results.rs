//! What came of a run: the comparison, a row a figure and a column a policy, and how to have it again.

use crate::duel::play;
use crate::format;
use core::fmt::Write as _;
use warmpath_core::metrics::{Better, FIGURES, Figure, Summary};
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

/// What the comparison's figures are where there are several runs for each policy; empty of single runs.
pub fn corner(summaries: &[Summary]) -> String {
    let seeds = summaries.iter().map(|it| it.seeds).max().unwrap_or(1);
    match seeds {
        ..=1 => String::new(),
        seeds => format!(
            "{}: median, least to most",
            format::plural(seeds.into(), "seed")
        ),
    }
}

/// A row of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureRow {
    /// The figure's key in reports.
    pub key: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// A policy each.
    pub cells: Vec<FigureCell>,
}

/// A figure of one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureCell {
    /// Its value with its unit.
    pub value: String,
    /// The difference to the first policy, and whether that is `better` or `worse`, or neither.
    pub change: Option<(&'static str, String)>,
    /// Its range over seeds, where they do not agree.
    pub range: Option<String>,
}

/// The comparison's rows: the figures to show first, or every one.
pub fn rows(summaries: &[Summary], every: bool) -> Vec<FigureRow> {
    let all = FIGURES.iter().enumerate();
    let shown = all.filter(|(_, figure)| every || FIRST.contains(&figure.key));
    shown
        .map(|(at, figure)| {
            let base = summaries.first().map_or(f64::NAN, |it| it.values[at]);
            let cells = summaries.iter().enumerate();
            FigureRow {
                key: figure.key,
                title: figure.title,
                cells: cells
                    .map(|(place, it)| cell(figure, at, it, (place > 0).then_some(base)))
                    .collect(),
            }
        })
        .collect()
}

/// A policy's figure, which is the one at that place, beside the first policy's value.
fn cell(figure: &Figure, at: usize, summary: &Summary, base: Option<f64>) -> FigureCell {
    let value = summary.values[at];
    let change = |base: f64| {
        let delta = match figure.unit {
            "share" => format::points(value, base),
            _ => format::delta(value, base),
        };
        (verdict(figure, value, base), delta)
    };
    let range = summary.ranges.map(|ranges| {
        let (least, most) = ranges[at];
        (shown(figure, least), shown(figure, most))
    });
    FigureCell {
        value: shown(figure, value),
        change: base.map(change),
        // Where all seeds agree there is no range.
        range: range
            .filter(|(least, most)| least != most)
            .map(|(least, most)| format!("{least} to {most}")),
    }
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
        let (few, all) = (rows(&two, false), rows(&two, true));
        assert_eq!((few.len(), all.len()), (FIRST.len(), FIGURES.len()));
        let ttft = few.iter().find(|it| it.key == "mean_ttft_ms").unwrap();
        assert_eq!(ttft.cells[0].change, None);
        let (class, delta) = ttft.cells[1].change.clone().unwrap();
        assert_eq!(class, "better");
        assert!(delta.starts_with("−50"), "{delta}");
        assert_eq!(corner(&two), "");
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
        let plain = |text: &str| text.replace(format::GAP, " ");
        assert_eq!(plain(&corner(&two)), "5 seeds: median, least to most");
        let rows = rows(&two, false);
        let reuse = rows.iter().find(|it| it.key == "token_reuse_rate").unwrap();
        let cell = &reuse.cells[1];
        assert_eq!(plain(&cell.value), "96 %");
        let (class, delta) = cell.change.clone().unwrap();
        assert_eq!((class, plain(&delta).as_str()), ("better", "+14 points"));
        assert_eq!(plain(cell.range.as_deref().unwrap()), "94 % to 97 %");
    }
}
