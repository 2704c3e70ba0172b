//! The document of a search for the parameters of a policy that meet a goal best, and whether they are better than its own.

use super::{allowance, common, count, headed};
use crate::goal::Allowance;
use crate::metrics::verdict::spared;
use crate::plan::tune::{PolicySearch, Setting, Tune, WORST};
use crate::report::document::{Cell, Document, Table};
use crate::words::signed;
use crate::workload::Workload;

/// Writes the result of the search as a document.
pub fn tune(found: &Tune, workload: &Workload) -> Document {
    let scenario = found.scenario();
    let (mut notes, provenance, query) = common(scenario, workload);
    let search = found.search;
    notes.push(format!(
        "searched on {}, gain measured on {} that the search did not see, pair by pair; a gain counts if its 95 % interval lies above zero",
        count(search.seeds.into(), "seed", "seeds"),
        count(search.held_out.into(), "other", "others")
    ));
    let runs = found.units.iter().flat_map(|it| &it.held_out);
    if runs
        .flat_map(|(own, best)| [own, best])
        .any(|it| it.margin() < WORST)
    {
        notes.push(format!(
            "a gain counts each run that misses by more than {} % as missing by that",
            -WORST * 100.0
        ));
    }
    if found.units.iter().any(PolicySearch::is_alike) {
        notes.push(
            "what is the same with every seed was measured on the very requests that the search saw: whether it holds for others is not known"
                .to_owned(),
        );
    }
    let goal = scenario
        .goal
        .as_ref()
        .map_or(String::new(), ToString::to_string);
    let mut sentences = vec![format!(
        "What {goal} leaves to spare at the limit that decides, in points: 40 points are 40 % of what the limit allows."
    )];
    sentences.extend(found.units.iter().map(sentence));
    let fixed = found.without_parameters().into_iter();
    sentences
        .extend(fixed.map(|policy| format!("{policy}: left out, it has no parameter to tune")));
    Document {
        schema: "warmpath.tune/1",
        title: "Tuning".to_owned(),
        facts: vec![
            ("goal", Cell::Text(goal)),
            ("settings", Cell::Whole(search.settings as u64)),
            ("search_seeds", Cell::Whole(search.seeds.into())),
            ("held_out_seeds", Cell::Whole(search.held_out.into())),
        ],
        sentences,
        tables: vec![summary(found), effects(found), settings(found)],
        notes,
        provenance,
        scenario: query,
    }
}

/// The policy to run: the winner if it is a gain, else the policy as it was given.
pub(super) fn chosen(unit: &PolicySearch) -> String {
    match unit.gain().is_gain() {
        true => unit.winner().policy.to_string(),
        false => unit.own.to_string(),
    }
}

/// A gain with its interval, where there is one.
fn points(unit: &PolicySearch) -> String {
    let interval = unit.gain();
    let (mean, half) = (interval.mean * 100.0, interval.half * 100.0);
    match half.is_finite() {
        true if unit.is_alike() => format!("{} points, the same with every seed", signed(mean)),
        true => format!(
            "{} points [{} to {}]",
            signed(mean),
            signed(mean - half),
            signed(mean + half)
        ),
        false => format!("{} points, of one seed", signed(mean)),
    }
}

fn sentence(unit: &PolicySearch) -> String {
    let (gain, own) = (unit.gain(), &unit.own);
    if unit.is_all_the_same() {
        return format!(
            "{own}: all {} settings that were tried give the very same result, so there is no best; keep it",
            unit.settings.len()
        );
    }
    if unit.winner().policy == *own {
        return match unit.better_alone() {
            None => format!("{own}: nothing that was tried is better; keep it"),
            Some(better) => format!(
                "{own}: no setting that was drawn is better; with one number changed by itself, {better} is, but that was tried on the seeds of the search alone; keep {own}"
            ),
        };
    }
    let winner = &unit.winner().policy;
    let times = unit.p95_change();
    let ttft = format!("P95 TTFT {} %", signed(times.mean * 100.0));
    if unit.is_beyond() {
        return format!(
            "{own}: too far from the goal to tell a gain; {winner} has {ttft}; keep {own}"
        );
    }
    match gain.is_gain() {
        true => format!(
            "{winner} beats {own} by {} ({ttft}); warmpath deploy '{winner}'",
            points(unit)
        ),
        false => format!(
            "{own}: no gain beyond the noise; the best that was found, {winner}, changes what is left to spare by {} ({ttft}); keep {own}",
            points(unit)
        ),
    }
}

/// What the distance from the limits that decide is measured by, over the seeds that a setting was run on.
fn decides(found: &Tune, setting: &Setting) -> Allowance {
    allowance(found.scenario().goal.as_ref(), setting.outcomes.iter())
}

/// A cell with the distance from the limit that decides, the mean over the seeds that a setting was run on.
fn spare(found: &Tune, setting: &Setting) -> Cell {
    let stopped = setting.outcomes.iter().any(|it| it.gave_up.is_some());
    let allowance = match stopped {
        true => Allowance::Stopped,
        false => decides(found, setting),
    };
    Cell::Spare(setting.margin(), allowance)
}

fn summary(found: &Tune) -> Table {
    let columns = [
        ("policy", "policy"),
        ("best", "best found"),
        ("is_gain", "a gain"),
        ("gain", "gain (points)"),
        ("gain_low", "from"),
        ("gain_high", "to"),
        ("p95_ttft_change", "P95 TTFT against own (%)"),
        ("own_margin", "own, in the search"),
        ("best_margin", "best, in the search"),
        ("settings", "settings"),
        ("runs", "runs of the search"),
        ("deploy", "to deploy"),
    ];
    let row = |unit: &PolicySearch| {
        let (gain, winner) = (unit.gain(), unit.winner());
        let points = |of: f64| match unit.is_beyond() {
            true => Cell::None,
            false => Cell::Points(of),
        };
        vec![
            Cell::Text(unit.own.to_string()),
            match unit.is_all_the_same() {
                true => Cell::None,
                false => Cell::Text(winner.policy.to_string()),
            },
            Cell::Flag(gain.is_gain()),
            points(gain.mean),
            points(gain.mean - gain.half),
            points(gain.mean + gain.half),
            Cell::Points(unit.p95_change().mean),
            spare(found, &unit.settings[0]),
            spare(found, winner),
            Cell::Whole(unit.settings.len() as u64),
            Cell::Whole(unit.runs()),
            Cell::Text(chosen(unit)),
        ]
    };
    Table {
        key: "policies",
        title: "Best settings".to_owned(),
        columns: headed(&columns),
        names: 2,
        rows: found.units.iter().map(row).collect(),
        detail: false,
    }
}

/// The table of what each parameter does by itself.
fn effects(found: &Tune) -> Table {
    let columns = [
        ("policy", "policy"),
        ("parameter", "parameter"),
        ("low", "searched from"),
        ("high", "to"),
        ("worst", "worst"),
        ("best", "best"),
        ("range", "apart (points)"),
        ("margins", "to spare, or over, by value"),
    ];
    let mut rows = Vec::new();
    for unit in &found.units {
        for effect in &unit.effects {
            let mut order: Vec<&Setting> = effect.settings.iter().map(|it| &it.1).collect();
            crate::order::by(&mut order, |a, b| a.margin().total_cmp(&b.margin()));
            let end = |at: Option<&&Setting>| at.map_or(Cell::None, |it| spare(found, it));
            let margin = |at: Option<&&Setting>| at.map_or(0.0, |it| it.margin());
            let apart = margin(order.last()) - margin(order.first());
            let setting = |(value, setting): &(f64, Setting)| {
                let of = decides(found, setting);
                format!("{value}: {}", spared(setting.margin(), of))
            };
            let settings: Vec<String> = effect.settings.iter().map(setting).collect();
            rows.push(vec![
                Cell::Text(unit.own.to_string()),
                Cell::text(effect.parameter.name),
                as_set(effect.parameter.search.low),
                as_set(effect.parameter.search.high),
                end(order.first()),
                end(order.last()),
                Cell::Points(apart),
                Cell::Text(settings.join("; ")),
            ]);
        }
    }
    Table {
        key: "sensitivity",
        title: "What each parameter does, the others as the best found has them".to_owned(),
        columns: headed(&columns),
        names: 2,
        rows,
        detail: false,
    }
}

/// A parameter's value with as many decimals as it needs.
fn as_set(value: f64) -> Cell {
    let text = value.to_string();
    let decimals = text.split_once('.').map_or(0, |it| it.1.len());
    Cell::Real(value, decimals)
}

/// The table of all settings: of each policy those first that were run on most seeds, and of these the best.
fn settings(found: &Tune) -> Table {
    let columns = [
        ("policy", "policy"),
        ("seeds", "seeds run"),
        ("margin", "to spare, or over"),
        ("p95_ttft_ms", "P95 TTFT"),
        ("gave_up", "stopped early"),
    ];
    let mut rows = Vec::new();
    for unit in &found.units {
        let mut all: Vec<&Setting> = unit.settings.iter().collect();
        crate::order::by(&mut all, |a, b| {
            let further = b.outcomes.len().cmp(&a.outcomes.len());
            further.then(b.margin().total_cmp(&a.margin()))
        });
        rows.extend(all.into_iter().map(|setting| {
            let p95 = Some(setting.score().1).filter(|it| it.is_finite());
            vec![
                Cell::Text(setting.policy.to_string()),
                Cell::Whole(setting.outcomes.len() as u64),
                spare(found, setting),
                Cell::millis(p95),
                Cell::Flag(setting.outcomes.iter().any(|it| it.gave_up.is_some())),
            ]
        }));
    }
    Table {
        key: "settings",
        title: "Settings that were tried".to_owned(),
        columns: headed(&columns),
        names: 1,
        rows,
        detail: true,
    }
}
