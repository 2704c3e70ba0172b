//! The comparison as one picture: a row per figure, with a mark per row of the benchmark at the ratio of simulated to
//! measured.
//!
//! The axes are logarithmic, so that half and twice lie equally far from what was measured. What a mark is held to is the
//! tolerance of `core` ([`warmpath_core::reference::kubeai::tolerance`]), drawn as a band; where luck decides, the factor of two.
//! Figures that are held to the same tolerance share an axis that is as wide as their marks need, with that tolerance written on
//! it. A figure's marks lie on a level for each policy. One unit of a path is a thousandth of the width across and a pixel down.

use super::{POLICIES, Reality, levels, near};
use crate::format::{self, GAP};
use crate::rich::{RichText, Tone};
use core::fmt::Write as _;
use warmpath_core::metrics::FIGURES;
use warmpath_core::reference::Cell;
use warmpath_core::reference::kubeai::{KEYS, PublishedRow, Role, tolerance};

/// The width of a row in the units of its paths.
pub const WIDTH: f64 = 1000.0;
/// The height of a row \[px\].
pub const HEIGHT: u32 = 34;
/// The height at which each policy's marks lie, in the order of [`POLICIES`] \[px from the top of the row\].
const LEVELS: [u32; 3] = [6, 17, 28];
/// The tolerances, the strictest first \[share\].
const TOLERANCES: [f64; 3] = [0.05, 0.15, 0.30];

/// The comparison of all judged rows, figure by figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The names of what a row's three levels of marks belong to, from above.
    pub levels: [&'static str; 3],
    /// The numbers of requests at once that the sizes of marks stand for, the smallest first.
    pub sizes: Vec<String>,
    /// The figures grouped by their tolerance, the strictest first.
    pub groups: Vec<ToleranceGroup>,
}

/// Figures that are held to the same tolerance.
#[derive(Clone, Debug, PartialEq)]
pub struct ToleranceGroup {
    /// The kind of figures, their tolerance, and how many are within it.
    pub title: RichText,
    /// A line per figure.
    pub lines: Vec<FigureLine>,
    /// The texts of their axis, each with its place \[% of the width\].
    pub ticks: Vec<(f64, String)>,
    /// Which marks are not near, and their errors, a line for each figure under each policy.
    pub far: Vec<String>,
}

/// A figure of the benchmark, with its marks of all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureLine {
    /// The name of the figure.
    pub name: String,
    /// How many of its marks are near.
    pub near: String,
    /// What each policy's marks are held to, as a path of rectangles.
    pub band: String,
    /// What the axis names, as upright lines.
    pub rules: String,
    /// The marks of rows that are predictions, as a path of points for each number of requests at once, the fewest first.
    pub predicted: Vec<String>,
    /// The marks of rows that the model was fitted to, likewise.
    pub fitted: Vec<String>,
}

/// A logarithmic axis of ratios around 1, equally wide on both sides.
#[derive(Clone, Copy)]
struct Axis {
    /// The logarithm of the ratio at the right edge.
    reach: f64,
}

impl Axis {
    /// As wide as these ratios need.
    fn of(ratios: impl Iterator<Item = f64>) -> Self {
        let far = ratios.map(|it| libm::log(it).abs());
        let far = far.filter(|it| it.is_finite()).fold(0.0, f64::max);
        Self { reach: far * 1.08 }
    }

    /// Whether a ratio lies on it.
    fn holds(self, ratio: f64) -> bool {
        libm::log(ratio).abs() <= self.reach
    }

    /// The place of a ratio \[share of the width\].
    fn place(self, ratio: f64) -> f64 {
        (0.5 + libm::log(ratio) / self.reach / 2.0).clamp(0.0, 1.0)
    }

    /// The place of a ratio in the units of paths.
    fn at(self, ratio: f64) -> u32 {
        (self.place(ratio) * WIDTH + 0.5) as u32
    }
}

fn ratio(cell: &Cell) -> f64 {
    cell.simulated / cell.measured
}

/// The picture of all rows that are judged; without groups before anything has been run.
pub fn picture(reality: &Reality) -> Picture {
    let rows = reality.rows();
    let cells: Vec<(&PublishedRow, &Cell)> = rows
        .iter()
        .flat_map(|(row, cells)| cells.iter().map(move |cell| (row, cell)))
        .collect();
    let group = |within: f64| {
        let keys = KEYS.into_iter().filter(|key| tolerance(key) == within);
        let of = |key: &str| -> Vec<(&PublishedRow, &Cell)> {
            let mine = cells.iter().filter(|(_, cell)| cell.key() == key);
            mine.copied().collect()
        };
        let lines: Vec<_> = keys.map(of).collect();
        let judged = lines.iter().flatten();
        // As wide as its bands and its marks.
        let bands = judged.clone().flat_map(|(row, cell)| {
            let (from, to) = held_to(row, cell);
            [from, to]
        });
        let marks = judged.clone().map(|(_, cell)| ratio(cell));
        let axis = Axis::of(bands.chain(marks));
        let named = [1.0 - within, 1.0, 1.0 + within].into_iter();
        // What is held to a factor of two reaches beyond the others.
        let outer = [0.5, 2.0].into_iter().filter(|at| axis.holds(*at));
        let named: Vec<f64> = named.chain(outer).collect();
        let (count, of) = (
            judged.clone().filter(|(row, cell)| near(row, cell)).count(),
            judged.count(),
        );
        // Those beyond the tolerance that count as near all the same.
        let wide = lines
            .iter()
            .flatten()
            .filter(|(row, cell)| near(row, cell) && cell.error().abs() > tolerance(cell.key()));
        let wide = wide.count() as u32;
        ToleranceGroup {
            title: vec![
                (Tone::Strong, kind(within).to_owned()),
                (
                    Tone::Plain,
                    format!(" to within {}{GAP}%: ", format::setting(within * 100.0)),
                ),
                (
                    Tone::Strong,
                    format!("{}{}", format::of(count, of), by_two(wide)),
                ),
            ],
            lines: lines
                .iter()
                .map(|cells| line(axis, &named, cells))
                .collect(),
            ticks: named
                .iter()
                .map(|at| (axis.place(*at) * 100.0, tick(*at)))
                .collect(),
            far: lines.iter().flat_map(|cells| missed(cells)).collect(),
        }
    };
    Picture {
        levels: POLICIES.map(super::named),
        sizes: ranks()
            .into_iter()
            .map(|it| format::count(it.into()))
            .collect(),
        groups: match cells.is_empty() {
            true => Vec::new(),
            false => TOLERANCES.map(group).into(),
        },
    }
}

/// How many of those that count as near do so only by the factor of two that holds where chance decides; empty if none does.
fn by_two(count: u32) -> String {
    match count {
        0 => String::new(),
        1 => ", one of them only within a factor of two".to_owned(),
        count => format!(
            ", {} of them only within a factor of two",
            format::word(count)
        ),
    }
}

/// What an axis says of a ratio.
fn tick(ratio: f64) -> String {
    match ratio {
        0.5 => "half".to_owned(),
        1.0 => "exact".to_owned(),
        2.0 => "twice".to_owned(),
        _ => format::delta(ratio, 1.0),
    }
}

/// The words for the figures that are held to a tolerance.
fn kind(within: f64) -> &'static str {
    match within {
        0.05 => "Rates and durations",
        0.15 => "Means and medians",
        _ => "P99",
    }
}

/// A figure's marks and what they are held to; `named` are the ratios that the axis names.
fn line(axis: Axis, named: &[f64], cells: &[(&PublishedRow, &Cell)]) -> FigureLine {
    let [mut band, mut rules] = [const { String::new() }; 2];
    let ranks = ranks();
    let [mut predicted, mut fitted] = [
        vec![String::new(); ranks.len()],
        vec![String::new(); ranks.len()],
    ];
    for (policy, y) in POLICIES.iter().zip(LEVELS) {
        let mine: Vec<_> = cells.iter().filter(|it| it.0.policy == *policy).collect();
        for (row, cell) in &mine {
            let paths = match row.role {
                Role::Fitted => &mut fitted,
                _ => &mut predicted,
            };
            let rank = ranks.iter().position(|it| *it == row.concurrency);
            let Some(path) = rank.and_then(|at| paths.get_mut(at)) else {
                continue;
            };
            // A line of no length, which round line ends make a point. Writing to a string cannot fail.
            let _ = write!(path, "M{} {y}h0", axis.at(ratio(cell)));
        }
        if let Some((row, cell)) = mine.first() {
            let (from, to) = held_to(row, cell);
            let (from, to) = (axis.at(from), axis.at(to));
            let _ = write!(band, "M{from} {}h{}v10H{from}z", y - 5, to - from);
        }
    }
    for at in named {
        let _ = write!(rules, "M{} 0v{HEIGHT}", axis.at(*at));
    }
    let near = cells.iter().filter(|(row, cell)| near(row, cell)).count();
    FigureLine {
        name: title(cells).to_owned(),
        near: format::of(near, cells.len()),
        band,
        rules,
        predicted,
        fitted,
    }
}

/// The name of the figure that these cells are of.
fn title(cells: &[(&PublishedRow, &Cell)]) -> &'static str {
    cells.first().map_or("", |it| FIGURES[it.1.figure].title)
}

/// The numbers of requests at once that a mark's size stands for, the fewest and smallest first.
fn ranks() -> Vec<u32> {
    let mut ranks = levels();
    warmpath_core::order::few(&mut ranks);
    ranks
}

/// The ratios between which a mark counts as near.
fn held_to(row: &PublishedRow, cell: &Cell) -> (f64, f64) {
    let probe = |simulated| {
        near(
            row,
            &Cell {
                measured: 1.0,
                simulated,
                ..*cell
            },
        )
    };
    // If more than the tolerance is allowed, it is a factor of two.
    match probe(2.0) {
        true => (0.5, 2.0),
        false => {
            let within = tolerance(cell.key());
            (1.0 - within, 1.0 + within)
        }
    }
}

/// What is said of a figure's marks that are not near: under which policy they are, and their errors.
fn missed(cells: &[(&PublishedRow, &Cell)]) -> impl Iterator<Item = String> {
    POLICIES.into_iter().filter_map(move |policy| {
        let mine = || cells.iter().filter(move |it| it.0.policy == policy);
        let far: Vec<_> = mine().filter(|(row, cell)| !near(row, cell)).collect();
        let errors = || far.iter().map(|(_, cell)| cell.error());
        let least = errors().reduce(f64::min)?;
        let most = errors().reduce(f64::max)?;
        let (row, _) = far.first()?;
        let percent = |error: f64| format::delta(1.0 + error, 1.0);
        let (whose, text) = match far.len() {
            1 => {
                let level = format::count(row.concurrency.into());
                (format!("{level} at once"), percent(least))
            }
            count => {
                let all = match count == mine().count() {
                    true => format!("all {}", format::word(count as u32)),
                    false => format::word(count as u32),
                };
                (all, format!("{} to {}", percent(least), percent(most)))
            }
        };
        let (figure, name) = (title(cells), super::named(policy));
        Some(format!("Far: {figure}, {name}, {whose}: {text}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reality::tests::whole;

    fn points(paths: &[String]) -> usize {
        paths.iter().map(|it| it.matches("h0").count()).sum()
    }

    #[test]
    fn every_cell_is_a_mark_filled_where_the_model_was_fitted() {
        let picture = picture(whole());
        let lines: Vec<_> = picture.groups.iter().flat_map(|it| &it.lines).collect();
        assert_eq!(lines.len(), KEYS.len());
        for line in &lines {
            assert_eq!(
                (points(&line.fitted), points(&line.predicted)),
                (2, 10),
                "{}",
                line.name
            );
            assert_eq!(line.band.matches('z').count(), 3);
            // A mark of each size for each policy, and those at 1,600 are the fitted ones of two.
            let each: Vec<usize> = line
                .predicted
                .iter()
                .zip(&line.fitted)
                .map(|(a, b)| points(core::slice::from_ref(a)) + points(core::slice::from_ref(b)))
                .collect();
            assert_eq!(each, [3; 4]);
            assert_eq!(points(&line.fitted[1..2]), 2);
        }
    }

    /// What is outside its band is named and counted, and nothing else is.
    #[test]
    fn what_misses_is_named_with_its_error() {
        let reality = whole();
        let picture = picture(reality);
        let rows = reality.rows();
        let far = rows
            .iter()
            .flat_map(|(row, cells)| cells.iter().map(move |cell| (row, cell)))
            .filter(|(row, cell)| !near(row, cell));
        let mut wanted: Vec<&str> = far.map(|(_, cell)| FIGURES[cell.figure].title).collect();
        wanted.sort_unstable();
        wanted.dedup();
        for group in &picture.groups {
            for line in &group.lines {
                let all = line.near == format::of(12, 12);
                let said = group
                    .far
                    .iter()
                    .filter(|it| it.starts_with(&format!("Far: {}, ", line.name)));
                assert_eq!(said.count() == 0, all, "{}: {:?}", line.name, group.far);
                assert_eq!(wanted.contains(&line.name.as_str()), !all, "{}", line.name);
            }
        }
        assert!(!wanted.is_empty());
    }

    #[test]
    fn half_and_twice_lie_equally_far_and_nothing_lies_outside() {
        let picture = picture(whole());
        let widest = picture.groups.last().expect("there are groups");
        let at = |name: &str| {
            let tick = widest.ticks.iter().find(|it| it.1 == name);
            tick.map_or(f64::NAN, |it| it.0)
        };
        let middle = at("exact");
        assert_eq!(middle, 50.0);
        assert!((middle - at("half") - (at("twice") - middle)).abs() < 1e-9);
        assert!(at("half") > 0.0);
        let axis = Axis::of([0.2, 1.1].into_iter());
        assert!(axis.place(0.2) > 0.0 && axis.place(5.0) < 1.0);
    }

    /// The tolerance that a group's title states is on its axis, on both sides.
    #[test]
    fn each_group_has_its_limits_on_its_axis() {
        for (group, limits) in picture(whole()).groups.iter().zip([
            ["−5 %", "+5 %"],
            ["−15 %", "+15 %"],
            ["−30 %", "+30 %"],
        ]) {
            for limit in limits {
                let named = |it: &&(f64, String)| it.1.replace(GAP, " ") == limit;
                let at = group.ticks.iter().find(named).map(|it| it.0);
                assert!(
                    at.is_some_and(|at| (0.0..=100.0).contains(&at)),
                    "{limit}: {:?}",
                    group.ticks
                );
            }
        }
    }

    #[test]
    fn levels_and_sizes_of_marks_are_named() {
        let picture = picture(whole());
        assert_eq!(picture.sizes, ["800", "1,600", "3,200", "8,000"]);
        assert!(picture.levels[1].starts_with("prefix-aware"));
        let [line, ..] = &picture.groups[0].lines[..] else {
            panic!("a line");
        };
        assert_eq!(
            (line.predicted.len(), line.band.matches('z').count()),
            (picture.sizes.len(), picture.levels.len())
        );
    }

    #[test]
    fn before_a_run_there_is_no_picture() {
        assert!(picture(&Reality::default()).groups.is_empty());
    }
}
