//! The results of a run: the comparison, with a row per figure and a column per policy, and how to repeat the run.

use crate::comparison::play;
use crate::figure::{cell, difference, marks, marks_alone, verdict};
use crate::format;
use crate::look::looks_of;
use crate::rich::Tone;
use crate::scenario_facts::ScenarioFacts;
use crate::table::{Cell, Place, Row, Table};
use core::fmt::Write as _;
use warmpath_core::metrics::{FIGURES, Figure, PLACES, Summary};
use warmpath_core::scenario::Scenario;

/// The figures that are shown before the reader asks for all.
const FIRST: [&str; 13] = [
    "completed",
    "request_throughput",
    "output_throughput",
    "mean_ttft_ms",
    "median_ttft_ms",
    "p95_ttft_ms",
    "p99_ttft_ms",
    "median_tpot_ms",
    "mean_e2el_ms",
    "token_reuse_rate",
    "cache_hit_rate",
    "imbalance",
    "preemptions",
];

/// The figures that a picture of the results shows, which has room for a few.
const FOREMOST: [&str; 6] = [
    "request_throughput",
    "mean_ttft_ms",
    "p95_ttft_ms",
    "median_tpot_ms",
    "mean_e2el_ms",
    "token_reuse_rate",
];

/// The sentence on how the comparison's two shares of reuse belong together: that of prompt tokens, and that of prompt blocks.
pub const SHARES: &str = "Prompt tokens reused are the tokens of the prompt blocks found. Only full blocks are kept, so the \
    share of tokens is at most that of blocks: the larger the blocks, the further below it can be.";

/// The source of results that were not computed in this browser.
pub const STORED: &str =
    "Source: stored when this page was built, by the engine that also runs in this browser.";

/// Why a run cannot be played on the page; empty if it can.
fn unplayable(scenario: &Scenario) -> String {
    let why = play::showable(scenario).err();
    why.map_or(String::new(), |why| format!("Not to be played: {why}."))
}

/// What the scenario of a run says, with why it cannot be played.
pub fn facts(scenario: &Scenario) -> ScenarioFacts {
    ScenarioFacts {
        unplayable: unplayable(scenario),
        ..ScenarioFacts::new(scenario)
    }
}

/// The warning that the results are of other settings than those shown, with the first four differences.
pub fn stale(changes: &[String]) -> String {
    let mut shown = changes.iter().take(4).cloned().collect::<Vec<_>>();
    if let Some(more) = changes.len().checked_sub(5) {
        shown.push(format!("{} more", format::count(more as u64 + 1)));
    }
    let changes = shown.join("; ");
    format!("These results are of the settings before: {changes}. Run again to see the new ones.")
}

/// The line that stands for the figures, and for what can be done with them, while both are folded away: the mean TTFT of
/// each policy. Without summaries, as after a sweep, it has no number.
pub fn figures_in_brief(summaries: &[Summary]) -> String {
    let means = summaries
        .iter()
        .map(|it| format::millis(it.values[PLACES.mean_ttft_ms]));
    match means.collect::<Vec<_>>().split_last() {
        None => "Every figure, and how to repeat and export it".to_owned(),
        Some((last, [])) => format!("Mean TTFT {last}, and every other figure"),
        Some((last, before)) => {
            let before = before.join(", ");
            format!("Mean TTFT {before} and {last}, and every other figure")
        }
    }
}

/// The figures that are shown, each with its place in the table of `core`: all with `every`, else the most important ones.
fn figures(every: bool) -> impl Iterator<Item = (usize, &'static Figure)> {
    let all = FIGURES.iter().enumerate();
    all.filter(move |(_, figure)| every || FIRST.contains(&figure.key))
}

/// What the rows of the comparison are called.
pub fn titles(every: bool) -> impl Iterator<Item = &'static str> {
    figures(every).map(|(_, figure)| figure.title)
}

/// The comparison: the first figures or, with `every`, all of them, each with its difference from the first policy's and
/// its range over seeds. With another run `beside` (its number and figures), below each value also what changed since that
/// run.
pub fn comparison(summaries: &[Summary], every: bool, beside: Option<(u32, &[Summary])>) -> Table {
    let seeds = summaries.iter().map(|it| it.seeds).max().unwrap_or(1);
    // The key to the cells: which statistic the figures are if there are several seeds, and what marks and further lines mean. What
    // explains a further line has its tone, so that a picture without these lines leaves it out.
    let mut key = Vec::new();
    let mut say = |tone: Tone, text: String| key.push((tone, text));
    let compared = summaries.len() > 1 || beside.is_some();
    if seeds > 1 {
        let runs = format::plural(seeds.into(), "seed");
        say(Tone::Plain, format!("{runs}: median"));
        say(Tone::Range, ", least to most".to_owned());
    }
    if compared {
        let gap = if seeds > 1 { "; " } else { "" };
        // Of one policy alone the only differences are those from another run.
        let marks = match summaries {
            [base, _, ..] => marks(seeds > 1, &base.policy),
            _ => marks_alone(seeds > 1).to_owned(),
        };
        say(Tone::Plain, format!("{gap}{marks}"));
    }
    if let Some((run, _)) = beside {
        say(Tone::Range, format!("; below, the change from run {run}"));
    }
    let corner = match key.is_empty() {
        true => Cell::default(),
        false => Cell::rich(Place::Value, key).classed("soft"),
    };
    let policy = |(look, it): (usize, &Summary)| {
        let name = (Tone::PolicyAgain(look), it.policy.clone());
        Cell::rich(Place::Column, vec![name])
    };
    let looks = looks_of(summaries, |it| &it.policy);
    let head = core::iter::once(corner).chain(looks.into_iter().zip(summaries).map(policy));
    let row = |(at, figure): (usize, &Figure)| {
        let cells = summaries.iter().enumerate();
        let cells = cells.map(|(place, it)| {
            let mut cell = cell(figure, at, it, summaries.first().filter(|_| place > 0));
            if let Some((run, before)) = beside {
                let text = format!("run {run}: {}", changed(figure, at, it, before));
                cell.text.push((Tone::Range, text));
            }
            cell
        });
        let row = Row::new(core::iter::once(Cell::row(figure.title)).chain(cells));
        match FOREMOST.contains(&figure.key) {
            true => Row {
                class: "foremost",
                ..row
            },
            false => row,
        }
    };
    Table::simple(head, figures(every).map(row).collect())
}

/// The change of a figure of a policy since another run, with its mark; a dash if that run did not have the policy.
fn changed(figure: &Figure, at: usize, now: &Summary, before: &[Summary]) -> String {
    let base = before.iter().find(|base| base.policy == now.policy);
    match base.map(|base| (base, now.values[at], base.values[at])) {
        None => format::NONE.to_owned(),
        Some((_, value, was)) if value == was => "same".to_owned(),
        Some((base, value, was)) => {
            let mark = match verdict(figure, at, now, base) {
                "better" => "▲ ",
                "worse" => "▽ ",
                _ => "",
            };
            format!("{mark}{}", difference(figure, value, was))
        }
    }
}

/// The command line that runs a scenario, with further `options`. A file is given by its name, without its hash; the report
/// gives the hash.
pub fn command(query: &str, options: &str) -> String {
    command_for("replay", query, options)
}

/// The command line for another subcommand.
pub fn command_for(verb: &str, query: &str, options: &str) -> String {
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
                // A shell reads the name as it is, so it is decoded, and quotes in it are escaped.
                let name = crate::query::value(pair, key);
                let name = name.and_then(|it| Some(it.rsplit_once('~')?.0.replace('\'', "'\\''")));
                let _ = write!(files, " --{flag} '{}'", name.unwrap_or_default());
            }
            _ => kept.push(pair),
        }
    }
    let query = kept.join("&");
    format!("warmpath {verb} '{query}'{files}{options} --format json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::words;
    use warmpath_core::metrics::Figures;

    #[test]
    fn a_file_goes_by_its_path() {
        assert_eq!(
            command("v=2&r=8", ""),
            "warmpath replay 'v=2&r=8' --format json"
        );
        assert_eq!(
            command("v=2&w=chats.json~0123456789abcdef&r=8", ""),
            "warmpath replay 'v=2&r=8' --workload 'chats.json' --format json"
        );
        assert_eq!(
            command(
                "v=2&w=a%20b.json~0123456789abcdef&cal=own.json~0123456789abcdef&warm=x.cache~0123456789abcdef",
                ""
            ),
            "warmpath replay 'v=2' --workload 'a b.json' --calibration 'own.json' --warm 'x.cache' --format json"
        );
        assert_eq!(
            command("v=2", " --rate 1,2"),
            "warmpath replay 'v=2' --rate 1,2 --format json"
        );
    }

    fn summary(policy: &str, seeds: u32, value: f64) -> Summary {
        let range = (value - 0.02, value + 0.01);
        Summary {
            policy: policy.to_owned(),
            seeds,
            values: Figures::from_fn(|_| value),
            ranges: (seeds > 1).then(|| Figures::from_fn(|_| range)),
            replicas: Vec::new(),
            stages: Vec::new(),
            life: None,
            ..Summary::default()
        }
    }

    #[test]
    fn the_line_of_the_figures_has_each_policys_mean() {
        let all = [("a", 33_300.0), ("b", 753.0), ("c", 1_500.0)].map(|(name, mean)| {
            let mut it = summary(name, 1, 9.0);
            it.values[PLACES.mean_ttft_ms] = mean;
            it
        });
        let brief = |all: &[Summary]| figures_in_brief(all).replace(format::GAP, " ");
        let mut none = summary("none", 1, 0.0);
        none.values[PLACES.mean_ttft_ms] = f64::NAN;
        assert_eq!(
            brief(&[all[0].clone(), none]),
            "Mean TTFT 33.3 s and –, and every other figure"
        );
        let line = |count: usize| figures_in_brief(&all[..count]).replace(format::GAP, " ");
        assert_eq!(line(0), "Every figure, and how to repeat and export it");
        assert_eq!(line(1), "Mean TTFT 33.3 s, and every other figure");
        assert_eq!(
            line(3),
            "Mean TTFT 33.3 s, 753 ms and 1.50 s, and every other figure"
        );
    }

    /// The last cell in the row of a figure, with ordinary spaces.
    fn last(table: &Table, key: &str) -> Vec<(Tone, String)> {
        let figure = FIGURES.iter().find(|it| it.key == key).unwrap();
        let named = |row: &&Row| words(&row.cells[0].text) == figure.title;
        let cell = table.rows().find(named).unwrap().cells.last().unwrap();
        let plain = |(tone, text): &(Tone, String)| (*tone, text.replace(format::GAP, " "));
        cell.text.iter().map(plain).collect()
    }

    /// Who completed nothing has no times and no shares, and is not the better for it.
    #[test]
    fn a_figure_of_nobody_is_a_dash() {
        let mut none = summary("smart", 1, 0.0);
        for (at, figure) in FIGURES.iter().enumerate() {
            if ["ms", "share"].contains(&figure.unit) {
                none.values[at] = f64::NAN;
            }
        }
        none.values[PLACES.peak_kv_usage] = 0.5;
        let table = comparison(&[summary("round-robin", 1, 2.0), none], true, None);
        for (at, figure) in FIGURES.iter().enumerate() {
            let cell = last(&table, figure.key);
            let of_answered = ["ms", "share"].contains(&figure.unit) && at != PLACES.peak_kv_usage;
            assert_eq!(
                cell[0].1.trim() == format::NONE,
                of_answered,
                "{}",
                figure.key
            );
            if of_answered {
                let none = (Tone::Change(""), format::NONE.to_owned());
                assert_eq!(cell[1], none, "{}", figure.key);
            }
        }
    }

    #[test]
    fn the_comparison_has_a_row_for_each_figure() {
        let two = [summary("round-robin", 1, 2.0), summary("smart", 1, 1.0)];
        let (few, all) = (comparison(&two, false, None), comparison(&two, true, None));
        assert_eq!(few.rows().count(), FIRST.len());
        assert_eq!(all.rows().count(), FIGURES.len());
        // A picture finds its figures whichever are shown.
        for table in [&few, &all] {
            let foremost = table.rows().filter(|it| it.class == "foremost");
            assert_eq!(foremost.count(), FOREMOST.len());
        }
        assert_eq!(
            words(&few.head[0].cells[0].text),
            marks(false, "round-robin")
        );
        let alone = comparison(&two[..1], false, None);
        assert_eq!(alone.head[0].cells[0], Cell::default());
        let name = (Tone::PolicyAgain(1), "smart".to_owned());
        assert_eq!(few.head[0].cells[2].text, [name]);
        let (tone, delta) = last(&few, "mean_ttft_ms").pop().unwrap();
        assert_eq!(tone, Tone::Change("better"));
        assert!(delta.starts_with("−50"), "{delta}");
        let first = &few.rows().next().unwrap().cells[1];
        assert_eq!(first.text.len(), 1);
    }

    #[test]
    fn shares_change_in_points_and_several_seeds_have_their_range() {
        let two = [summary("least-load", 5, 0.82), summary("smart", 5, 0.96)];
        let table = comparison(&two, false, None);
        let corner = words(&table.head[0].cells[0].text).replace(format::GAP, " ");
        assert_eq!(
            corner,
            "5 seeds: median, least to most; against least-load: ▲ better, ▽ worse, no mark: the ranges overlap"
        );
        let piece = |tone, text: &str| (tone, text.to_owned());
        let reuse = [
            piece(Tone::Plain, "96 % "),
            piece(Tone::Change("better"), "+14 points"),
            piece(Tone::Range, "94 % to 97 %"),
        ];
        assert_eq!(last(&table, "token_reuse_rate"), reuse);
    }

    #[test]
    fn what_has_changed_since_another_run_stands_below_each_value() {
        let now = [
            summary("random", 1, 2.0),
            summary("smart", 1, 1.0),
            summary("chwbl", 1, 1.0),
        ];
        let before = [summary("smart", 1, 2.0), summary("random", 1, 2.0)];
        let table = comparison(&now, false, Some((3, &before)));
        assert_eq!(table.head[0].cells.len(), 4);
        let corner = words(&table.head[0].cells[0].text);
        assert_eq!(
            corner,
            format!("{}; below, the change from run 3", marks(false, "random"))
        );
        let named = |row: &&Row| words(&row.cells[0].text) == "Mean TTFT";
        let row = table.rows().find(named).unwrap();
        let last = |cell: &Cell| cell.text.last().cloned().unwrap();
        let changes: Vec<_> = row.cells[1..].iter().map(last).collect();
        let change = |text: &str| (Tone::Range, text.to_owned());
        let plain = changes.into_iter();
        let plain: Vec<_> = plain
            .map(|(tone, it)| (tone, it.replace(format::GAP, " ")))
            .collect();
        assert_eq!(
            plain,
            [
                change("run 3: same"),
                change("run 3: ▲ −50 %"),
                change(&format!("run 3: {}", format::NONE)),
            ]
        );
    }
}
