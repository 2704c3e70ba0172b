//! Makes the pictures of what a search of `core` found, which [`crate::chart::plane`] draws: one mark per run or group of
//! runs.

use crate::chart::plane::{Axis, MarkGroup, MarkKind, Measure, Plane, Spot, Subject};
use crate::format;
use crate::look::looks_of;
use warmpath_core::goal::{self, Allowance, Goal, Latency, Statistic};
use warmpath_core::metrics::verdict::{LimitKept, shown, spared as spared_by};
use warmpath_core::plan::TrialOutcome;
use warmpath_core::plan::capacity::{Capacity, Probe, Unit};
use warmpath_core::plan::fleets::{Fleet, Fleets};
use warmpath_core::plan::tune;
use warmpath_core::report::Report;
use warmpath_core::report::decision::allowance;
use warmpath_core::report::goal::spared;
use warmpath_core::router::Parameter;

/// The name of the upright axis.
const P95: &str = "P95 TTFT, log scale";

/// The goal's limit on P95 of TTFT \[s\], if it has one.
fn limit(goal: Option<&Goal>) -> Option<(f64, String)> {
    let limits = goal?.limits().iter();
    let is_it = |it: &&goal::Limit| {
        it.of.is_none()
            && it.side.is_upper()
            && matches!(it.measure, goal::Measure::Times(Statistic::Percentile(p), Latency::Ttft) if p == 95.0)
    };
    let limit = limits.filter(is_it).map(|it| it.value() / 1e3).next()?;
    Some((limit, format!("limit {}", format::seconds(limit))))
}

/// Gives each group its look, by its name: a policy's own, and what else is under the same policy its colour with another shape.
fn looked(mut groups: Vec<MarkGroup>) -> Vec<MarkGroup> {
    let looks = looks_of(&groups, |it| &it.name);
    for (group, look) in groups.iter_mut().zip(looks) {
        group.curve = look;
    }
    groups
}

/// P95 of TTFT of the worst seed \[s\]; infinite if a run was stopped before it had one, or answered nobody.
fn p95(outcomes: &[TrialOutcome]) -> f64 {
    let whole = outcomes.iter().all(|it| it.verdict.is_some());
    let each = outcomes.iter().map(|it| it.p95_ttft_ms / 1e3);
    if whole {
        let each = each.map(|it| if it.is_nan() { f64::INFINITY } else { it });
        each.fold(0.0, f64::max)
    } else {
        f64::INFINITY
    }
}

/// A P95 of TTFT in words, of some seeds of which it is the worst.
fn waited(seconds: f64, outcomes: &[TrialOutcome]) -> String {
    let stopped = outcomes.iter().any(|it| it.verdict.is_none());
    match seconds.is_finite() {
        true => format!("P95 TTFT {}", format::seconds(seconds)),
        false if stopped => "stopped when it was certain to miss the goal".to_owned(),
        false => "nobody was answered".to_owned(),
    }
}

/// A limit as a name on an axis: in words, or as it is typed where these are too long.
fn short(limit: &goal::Limit) -> String {
    let words = limit.words();
    match words.chars().count() > 30 {
        true => limit.to_string(),
        false => words,
    }
}

/// How far each limit of the goal is kept under each policy.
pub fn goal(report: &Report) -> Option<Plane> {
    let goal = report.scenario.goal.as_ref()?;
    let judged = || {
        let all = report.summaries.iter();
        all.filter_map(|it| Some((&it.policy, it.verdict.as_ref()?)))
    };
    let count = judged().count();
    let group = |(at, (policy, verdict)): (usize, (&String, &warmpath_core::metrics::Verdict))| {
        // The policies stand beside each other within the row of a limit.
        let beside = (at as f64 - (count as f64 - 1.0) / 2.0) * 0.62 / count as f64;
        let spot = |(row, found): (usize, &warmpath_core::metrics::FoundValue)| Spot {
            x: found.margin.clamp(-1.0, 1.0),
            y: row as f64 + beside,
            kind: match found.standing {
                LimitKept::Met => MarkKind::Met,
                _ => MarkKind::Missed,
            },
            met: found.standing == LimitKept::Met,
            size: 0.2,
            // Beyond the end of the axis only words tell how far.
            label: match (found.margin.abs() > 1.0, goal.limits().get(row)) {
                (true, Some(limit)) => spared(limit, found),
                _ => String::new(),
            },
            sentence: goal.limits().get(row).map_or(String::new(), |limit| {
                let value = shown(limit.measure.kind(), found.value);
                format!("{}: {value}, {}", limit.words(), spared(limit, found))
            }),
        };
        MarkGroup {
            name: policy.clone(),
            curve: 0,
            spots: verdict.found.iter().enumerate().map(spot).collect(),
            line: Vec::new(),
            gap: None,
        }
    };
    let sentence = |(policy, verdict): (&String, &warmpath_core::metrics::Verdict)| {
        let all = verdict.found.iter();
        let met = all.filter(|it| it.standing == LimitKept::Met).count();
        format!("{policy} keeps {met} of {} limits.", verdict.found.len())
    };
    Some(Plane {
        subject: Subject::Goal,
        x: Axis::of(
            "to spare, as a share of what the limit allows",
            Measure::Spare,
        ),
        y: Axis {
            names: goal.limits().iter().map(short).collect(),
            ..Axis::of("limit", Measure::Names)
        },
        groups: looked(judged().enumerate().map(group).collect()),
        limit: None,
        sentences: judged().map(sentence).collect(),
    })
}

/// Time to first token over load, by policy.
pub fn capacity(found: &Capacity) -> Plane {
    let group = |unit: &Unit| {
        let policy = unit.policy.to_string();
        let spot = |probe: &Probe| {
            let y = p95(&probe.outcomes);
            let best = unit.passing() == Some(probe.level);
            let word = if probe.passed { "meets" } else { "misses" };
            Spot {
                x: probe.level,
                y,
                kind: match probe.passed {
                    true if best => MarkKind::Best,
                    true => MarkKind::Met,
                    false => MarkKind::Missed,
                },
                met: probe.passed,
                size: 0.0,
                label: match best && !unit.lost {
                    true => format::setting(found.near(probe.level)),
                    false => String::new(),
                },
                sentence: format!(
                    "{}: {word} the goal, {}",
                    found.words(probe.level),
                    waited(y, &probe.outcomes)
                ),
            }
        };
        let mut spots: Vec<Spot> = unit.probes.iter().map(spot).collect();
        warmpath_core::order::by(&mut spots, |a, b| a.x.total_cmp(&b.x));
        let known = spots.iter().filter(|it| it.y.is_finite());
        MarkGroup {
            name: match unit.lost {
                true => format!("{policy}, one lost"),
                false => policy,
            },
            curve: 0,
            line: known.map(|it| (it.x, it.y)).collect(),
            gap: unit.passing().zip(unit.failing()),
            spots,
        }
    };
    let curves = found.units.len();
    let without = found
        .units
        .iter()
        .filter(|it| it.passing().is_none())
        .count();
    let ringed = match (curves, without) {
        (_, without) if without == curves => "none meets the goal",
        (1, _) => "the ringed one is the highest that meets the goal",
        (_, 0) => "the ringed one of each curve is the highest that meets the goal",
        _ => {
            "the ringed one of a curve is the highest that meets the goal; where none is ringed, none meets it"
        }
    };
    let tried: usize = found.units.iter().map(|it| it.probes.len()).sum();
    Plane {
        subject: Subject::Capacity,
        x: Axis::of(
            format!("{}, log scale", found.load.title()),
            Measure::Factors,
        ),
        y: Axis::of(P95, Measure::Times),
        groups: looked(found.units.iter().map(group).collect()),
        limit: limit(found.goal()),
        sentences: vec![format!(
            "{} tried; {ringed}.",
            format::plural(tried as u64, "load")
        )],
    }
}

/// Time to first token over cost, by policy and kind of GPU.
pub fn fleets(found: &Fleets) -> Plane {
    let several = found.prices.len() > 1;
    let best = found.best.map(|at| &found.fleets[at]);
    let mut groups: Vec<MarkGroup> = Vec::new();
    let run = || found.fleets.iter().filter(|it| !it.outcomes.is_empty());
    for fleet in run() {
        let policy = fleet.policy.to_string();
        let name = match several {
            true => format!("{policy}, {}", fleet.gpu.title),
            false => policy,
        };
        let y = p95(&fleet.outcomes);
        let met = found.is_met(fleet);
        let is_best = best.is_some_and(|it| core::ptr::eq(it, fleet));
        let size = format!("{} × {}", fleet.gpus(), fleet.gpu.title);
        let cost = match found.prices.is_empty() {
            true => String::new(),
            false => format!(", ${:.2} an hour", fleet.cost),
        };
        let word = if met { "meets" } else { "misses" };
        let spot = Spot {
            x: fleet.cost,
            y,
            kind: match met {
                _ if is_best => MarkKind::Best,
                true => MarkKind::Met,
                false => MarkKind::Missed,
            },
            met,
            size: 0.0,
            sentence: format!(
                "{size}{cost}: {word} the goal, {}",
                waited(y, &fleet.outcomes)
            ),
            label: if is_best { size } else { String::new() },
        };
        match groups.iter_mut().find(|it| it.name == name) {
            Some(group) => group.spots.push(spot),
            None => groups.push(MarkGroup {
                name,
                curve: 0,
                spots: vec![spot],
                line: Vec::new(),
                gap: None,
            }),
        }
    }
    let met = run().filter(|it| found.is_met(it)).count() as u64;
    let corner = |it: &&Fleet| (it.cost, it.p95_ttft_ms() / 1e3);
    let frontier = found.on_the_frontier();
    let frontier = frontier.iter().map(corner).filter(|it| it.1.is_finite());
    let frontier: Vec<(f64, f64)> = frontier.collect();
    if let Some(group) = groups.first_mut() {
        group.line = frontier;
    }
    let unit = match found.prices.is_empty() {
        true => "GPUs (no price is known)",
        false => "US$ an hour",
    };
    Plane {
        subject: Subject::Plan,
        x: Axis::of(unit, Measure::Number),
        y: Axis::of(P95, Measure::Times),
        groups: looked(groups),
        limit: limit(found.scenario().goal.as_ref()),
        sentences: vec![format!(
            "{} run, {met} of them meet the goal.",
            format::plural(run().count() as u64, "fleet")
        )],
    }
}

/// The two parameters of a policy that matter most: those whose search moved the margin furthest, else the first that can be
/// searched; `None` for one that there is not.
fn foremost(unit: &tune::PolicySearch) -> [Option<&'static Parameter>; 2] {
    let mut searched: Vec<(&'static Parameter, f64)> = Vec::new();
    for effect in &unit.effects {
        let each = effect.settings.iter().map(|(_, it)| it.score().0);
        let most = each.clone().fold(f64::NEG_INFINITY, f64::max);
        let least = each.fold(f64::INFINITY, f64::min);
        searched.push((effect.parameter, most - least));
    }
    if searched.is_empty() {
        let all = unit.own.entry().parameters.iter();
        let all = all.filter(|it| it.search.low < it.search.high);
        searched.extend(all.map(|it| (it, 0.0)));
    }
    warmpath_core::order::by(&mut searched, |a, b| b.1.total_cmp(&a.1));
    [0, 1].map(|at| searched.get(at).map(|it| it.0))
}

/// The name beside a setting's mark; empty for one of the many.
fn label(is_own: bool, is_best: bool) -> &'static str {
    match (is_own, is_best) {
        (true, true) => "as set, and the best",
        (true, false) => "as set",
        (false, true) => "best found",
        _ => "",
    }
}

/// A policy's settings by the two parameters that matter most; of one parameter, what it leaves to spare up the side.
pub fn tuning(unit: &tune::PolicySearch, goal: Option<&Goal>) -> Plane {
    let own = &unit.own;
    let [first, second] = foremost(unit);
    let run = || unit.settings.iter().filter(|it| !it.outcomes.is_empty());
    let margins = run().map(|it| it.score().0);
    let most = margins.clone().fold(f64::NEG_INFINITY, f64::max);
    // Settings that miss by more than all that is allowed have the smallest marks.
    let least = margins.fold(f64::INFINITY, f64::min).max(most - 2.0);
    let value = |it: &tune::Setting, of: Option<&'static Parameter>| {
        of.and_then(|of| it.policy.value(of.name))
    };
    let spot = |it: &tune::Setting| {
        let margin = it.score().0;
        let won = it.policy == unit.winner().policy && !unit.effects.is_empty();
        let is_best = won && !unit.is_all_the_same();
        let is_own = it.policy == *own;
        let met = it.outcomes.iter().all(|it| it.is_met(false));
        let early = it.outcomes.iter().any(|it| it.gave_up.is_some());
        let of = match early {
            true => Allowance::Stopped,
            false => allowance(goal, it.outcomes.iter()),
        };
        Spot {
            x: value(it, first).unwrap_or(0.0),
            y: value(it, second).unwrap_or(margin),
            kind: match () {
                () if is_best => MarkKind::Best,
                () if is_own => MarkKind::Own,
                () if met => MarkKind::Met,
                () => MarkKind::Missed,
            },
            met,
            // A setting whose run was stopped early is worse than the margin it was stopped at.
            size: match most > least {
                _ if early => 0.0,
                true => ((margin - least) / (most - least)).clamp(0.0, 1.0),
                false => 0.5,
            },
            label: label(is_own, is_best).to_owned(),
            sentence: format!(
                "{}: {} with {}",
                it.policy,
                spared_by(it.margin(), of),
                format::plural(it.outcomes.len() as u64, "seed")
            ),
        }
    };
    let name = |of: Option<&'static Parameter>| of.map(|it| it.name.to_owned());
    let policy = own.to_string();
    let tried = run().count() as u64;
    Plane {
        subject: Subject::Tuning,
        x: Axis::of(name(first).unwrap_or_default(), Measure::Span),
        y: Axis::of(
            name(second)
                .unwrap_or_else(|| "to spare, as a share of what the limit allows".to_owned()),
            Measure::Span,
        ),
        groups: looked(vec![MarkGroup {
            curve: 0,
            spots: run().map(spot).collect(),
            name: policy.clone(),
            line: Vec::new(),
            gap: None,
        }]),
        limit: None,
        sentences: vec![format!(
            "{policy}: {} tried; hollow ones miss the goal.",
            format::plural(tried, "setting")
        )],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Chart, Content, plane};
    use crate::look::looks;
    use std::sync::Arc;
    use warmpath_core::plan::fleets::Grid;
    use warmpath_core::plan::{Search, capacity::CapacitySearch};
    use warmpath_core::scenario::Scenario;
    use warmpath_core::session::{KnownOutcomes, Searching, Work};
    use warmpath_core::workload::{Named, Workload};

    fn asked(query: &str) -> (Scenario, Arc<Workload>) {
        let scenario = Scenario::from_query(query).unwrap();
        let named = Named::parse(&scenario.workload).unwrap();
        let made = named.generate(scenario.block_size, scenario.seed, scenario.requests);
        (scenario, Arc::new(made.unwrap()))
    }

    fn found<S: Search>(search: S, workload: &Arc<Workload>) -> S {
        let mut searching = Searching::new(search, Arc::clone(workload), KnownOutcomes::new());
        while !searching.advance(1).unwrap().finished {}
        searching.into_parts().0
    }

    fn drawn(plane: &Plane) -> String {
        let picture = Chart::new(Content::Plane(plane.clone(), &plane::HOW)).svg((560, 300));
        assert!(!picture.contains("NaN"));
        picture
    }

    const HOW: CapacitySearch = CapacitySearch {
        tolerance: 0.05,
        steady: false,
        with_loss: true,
    };
    const QUERY: &str = "v=2&w=rag&n=100&r=2&rate=4&p=random,smart&goal=p95_ttft%3C6s";

    #[test]
    fn a_capacity_has_its_gap_its_limit_and_one_ringed_load_a_curve() {
        let (scenario, workload) = asked(QUERY);
        let found = found(Capacity::new(&scenario, &workload, HOW).unwrap(), &workload);
        let plane = capacity(&found);
        assert_eq!(plane.groups.len(), 4);
        for (group, unit) in plane.groups.iter().zip(&found.units) {
            let best: Vec<&Spot> = group
                .spots
                .iter()
                .filter(|it| it.kind == MarkKind::Best)
                .collect();
            assert_eq!(best.len(), 1, "{}", group.name);
            assert_eq!(Some(best[0].x), unit.passing());
            assert_eq!(group.gap, unit.passing().zip(unit.failing()));
        }
        assert_eq!(plane.groups[1].name, "random, one lost");
        let picture = drawn(&plane);
        assert!(picture.contains("limit 6"), "{:?}", plane.limit);
    }

    #[test]
    fn a_fleet_that_answers_nobody_stands_at_the_edge_and_is_on_no_line() {
        let (scenario, workload) =
            asked("v=2&w=rag&n=5&r=2&ctx=10&p=smart&goal=errors%3C%3D100%25");
        let grid = Grid::parse(&scenario, "1..2", "", "").unwrap();
        let search = Fleets::new(&scenario, Arc::clone(&workload), &grid, HOW).unwrap();
        let plane = fleets(&found(search, &workload));
        let group = &plane.groups[0];
        assert!(group.spots.iter().all(|it| it.met && it.y.is_infinite()));
        assert!(
            group.spots[0]
                .sentence
                .ends_with("meets the goal, nobody was answered")
        );
        assert!(group.line.is_empty());
        drawn(&plane);
    }

    /// Of a goal that no load meets none is ringed, and the sentence does not speak of one.
    #[test]
    fn a_capacity_speaks_of_a_ring_only_where_there_is_one() {
        let said = |limit: &str| {
            let query =
                format!("v=2&w=rag&n=100&r=2&rate=4&p=random,smart&goal=p95_ttft%3C{limit}");
            let (scenario, workload) = asked(&query);
            let search = Capacity::new(&scenario, &workload, HOW).unwrap();
            let plane = capacity(&found(search, &workload));
            let ringed = plane
                .groups
                .iter()
                .filter(|it| it.spots.iter().any(|it| it.kind == MarkKind::Best));
            (
                ringed.count(),
                plane.groups.len(),
                plane.sentences[0].clone(),
            )
        };
        let (ringed, _, sentence) = said("1ms");
        assert_eq!(ringed, 0);
        assert!(
            sentence.ends_with(" tried; none meets the goal."),
            "{sentence}"
        );
        let (ringed, all, sentence) = said("6s");
        assert_eq!(ringed, all);
        assert!(
            sentence
                .ends_with("; the ringed one of each curve is the highest that meets the goal."),
            "{sentence}"
        );
    }

    #[test]
    fn a_plan_rings_the_cheapest_fleet_and_a_tuning_the_winner() {
        let (scenario, workload) = asked(QUERY);
        let grid = Grid::parse(&scenario, "1..12", "", "").unwrap();
        let search = Fleets::new(&scenario, Arc::clone(&workload), &grid, HOW).unwrap();
        let found_fleets = found(search, &workload);
        let plane = fleets(&found_fleets);
        let spots = || plane.groups.iter().flat_map(|it| &it.spots);
        let best: Vec<&Spot> = spots().filter(|it| it.kind == MarkKind::Best).collect();
        assert_eq!(best.len(), 1);
        let cheapest = spots().filter(|it| it.kind != MarkKind::Missed);
        let cheapest = cheapest.map(|it| it.x).fold(f64::INFINITY, f64::min);
        assert_eq!(best[0].x, cheapest);
        // Each policy has its own look, as everywhere.
        for group in &plane.groups {
            assert_eq!(looks([&*group.name]), [group.curve], "{}", group.name);
        }
        drawn(&plane);

        let (scenario, workload) =
            asked("v=2&w=rag&n=60&r=2&rate=4&p=chwbl,smart&goal=p95_ttft%3C6s");
        let how = tune::TuneSearch {
            settings: 8,
            seeds: 2,
            held_out: 2,
        };
        let found = found(tune::Tune::new(&scenario, how).unwrap(), &workload);
        for unit in &found.units {
            let plane = tuning(unit, scenario.goal.as_ref());
            let spots = &plane.groups[0].spots;
            let best = spots.iter().filter(|it| it.kind == MarkKind::Best);
            // Where all settings come to the same, none is the best.
            assert_eq!(best.count(), usize::from(!unit.is_all_the_same()));
            assert!(spots.iter().any(|it| it.label.starts_with("as set")));
            drawn(&plane);
        }
    }

    #[test]
    fn a_goal_has_a_row_a_limit_and_a_mark_a_policy() {
        use warmpath_core::fleet::Replay;
        let (scenario, workload) =
            asked("v=2&w=rag&n=100&r=2&rate=4&p=random,smart&goal=p95_ttft%3C1ms%3Berrors%3C1%25");
        let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
        let runs = replay.finish().unwrap();
        let report = Report::new(&scenario, &workload, &runs);
        let plane = goal(&report).unwrap();
        assert_eq!(
            plane.y.names,
            ["P95 TTFT < 1 ms", "Requests not answered < 1 %"]
        );
        assert_eq!(plane.groups.len(), 2);
        for group in &plane.groups {
            assert_eq!(group.spots[0].kind, MarkKind::Missed);
            assert_eq!(group.spots[0].x, -1.0, "as far as the picture goes");
            assert_eq!(group.spots[1].kind, MarkKind::Met);
        }
        assert_eq!(plane.sentences[0], "random keeps 1 of 2 limits.");
        drawn(&plane);
        assert!(
            super::goal(&Report {
                scenario: Scenario::default(),
                ..report
            })
            .is_none()
        );
    }
}
