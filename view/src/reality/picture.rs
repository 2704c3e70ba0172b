//! The comparison as one picture: a row per figure, with a mark per row of the benchmark at the ratio of simulated to
//! measured.
//!
//! The axis is logarithmic, so that half and twice are equally far from the measured value. A mark is held to the tolerance
//! of `core` ([`warmpath_core::reference::kubeai::tolerance`]), which is drawn as a band; where chance decides, to a factor
//! of two. The marks of a figure lie at a height for each policy. One unit of a path is a thousandth of the width
//! horizontally and a pixel vertically.

use super::{POLICIES, Reality, near};
use crate::format::{self, GAP};
use crate::rich::{RichText, Tone};
use core::fmt::Write as _;
use warmpath_core::metrics::FIGURES;
use warmpath_core::reference::Cell;
use warmpath_core::reference::kubeai::{KEYS, Role, Row, tolerance};

/// The width of a row in the units of its paths.
pub const WIDTH: f64 = 1000.0;
/// The height of a row \[px\].
pub const HEIGHT: u32 = 34;
/// The height at which each policy's marks lie, in the order of [`POLICIES`] \[px from the top of the row\].
const LEVELS: [u32; 3] = [6, 17, 28];
/// The tolerances at which vertical lines run through all rows \[share\].
const RULED: [f64; 3] = [0.05, 0.15, 0.30];

/// The comparison of all judged rows, figure by figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The figures grouped by their tolerance, the strictest first.
    pub groups: Vec<Group>,
    /// The texts of the axis, each with its place \[% of the width\].
    pub ticks: Vec<(f64, String)>,
}

/// Figures that are held to the same tolerance.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The kind of figures, their tolerance, and how many are within it.
    pub title: RichText,
    /// A line per figure.
    pub lines: Vec<Line>,
}

/// A figure of the benchmark, with its marks of all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The name of the figure.
    pub name: String,
    /// How many of its marks are near, and which are not, in words.
    pub told: String,
    /// The tolerance of each policy's marks, as an SVG path of rectangles.
    pub band: String,
    /// The tolerances and the measured value, as an SVG path of vertical lines.
    pub rules: String,
    /// The marks of rows that are predictions, as a path of points.
    pub predicted: String,
    /// The marks of rows that the model was fitted to, as a path of points.
    pub fitted: String,
    /// The texts beside marks that are not within their tolerance.
    pub labels: Vec<Label>,
}

/// A text beside a mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The place of its left edge, which is beside a mark \[% of the width\].
    pub x: f64,
    /// The height of the mark \[px from the top of its row\].
    pub y: u32,
    /// The errors of the marks that it stands for, in words.
    pub text: String,
}

/// A logarithmic axis of ratios around 1, equally wide on both sides.
#[derive(Clone, Copy)]
struct Axis {
    /// The logarithm of the ratio at the right edge.
    reach: f64,
}

impl Axis {
    /// An axis wide enough for these ratios, and at least from one half to two.
    fn of(ratios: impl Iterator<Item = f64>) -> Self {
        let far = ratios.map(|it| libm::log(it).abs());
        let far = far.filter(|it| it.is_finite()).fold(0.0, f64::max);
        Self {
            reach: (far * 1.05).max(libm::log(2.0) * 1.03),
        }
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
    let cells: Vec<(&Row, &Cell)> = rows
        .iter()
        .flat_map(|(row, cells)| cells.iter().map(move |cell| (row, cell)))
        .collect();
    let axis = Axis::of(cells.iter().map(|(_, cell)| ratio(cell)));
    let group = |within: f64| {
        let keys = KEYS.into_iter().filter(|key| tolerance(key) == within);
        let of = |key: &str| -> Vec<(&Row, &Cell)> {
            let mine = cells.iter().filter(|(_, cell)| cell.key() == key);
            mine.copied().collect()
        };
        let lines: Vec<_> = keys.map(of).collect();
        let judged = lines.iter().flatten();
        let (count, of) = (
            judged.clone().filter(|(row, cell)| near(row, cell)).count(),
            judged.count(),
        );
        Group {
            title: vec![
                (Tone::Strong, kind(within).to_owned()),
                (
                    Tone::Plain,
                    format!(" to within {}{GAP}%: ", format::setting(within * 100.0)),
                ),
                (Tone::Strong, format!("{count} of {of}")),
            ],
            lines: lines.iter().map(|cells| line(axis, cells)).collect(),
        }
    };
    let ticks = [
        (0.5, "half"),
        (0.7, "−30"),
        (1.0, "exact"),
        (1.3, "+30"),
        (2.0, "twice"),
    ];
    let ticks = ticks.map(|(ratio, name)| {
        let unit = match name.starts_with(['−', '+']) {
            true => format!("{GAP}%"),
            false => String::new(),
        };
        (axis.place(ratio) * 100.0, format!("{name}{unit}"))
    });
    Picture {
        groups: match cells.is_empty() {
            true => Vec::new(),
            false => RULED.map(group).into(),
        },
        ticks: ticks.into(),
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

/// The line of a figure, with its marks and their tolerances.
fn line(axis: Axis, cells: &[(&Row, &Cell)]) -> Line {
    let [mut band, mut rules, mut predicted, mut fitted] = [const { String::new() }; 4];
    let (mut labels, mut far) = (Vec::new(), Vec::new());
    for (policy, y) in POLICIES.iter().zip(LEVELS) {
        let mine: Vec<_> = cells.iter().filter(|it| it.0.policy == *policy).collect();
        for (row, cell) in &mine {
            let path = match row.role {
                Role::Fitted => &mut fitted,
                _ => &mut predicted,
            };
            // A line of no length, which round line ends make a point. Writing to a string cannot fail.
            let _ = write!(path, "M{} {y}h0", axis.at(ratio(cell)));
        }
        if let Some((row, cell)) = mine.first() {
            let (from, to) = held_to(row, cell);
            let (from, to) = (axis.at(from), axis.at(to));
            let _ = write!(band, "M{from} {}h{}v10H{from}z", y - 5, to - from);
        }
        if let Some((label, whose)) = label(axis, &mine, y) {
            labels.push(label);
            far.push(whose);
        }
    }
    for at in RULED.iter().flat_map(|it| [1.0 - it, 1.0 + it]) {
        let _ = write!(rules, "M{} 0v{HEIGHT}", axis.at(at));
    }
    let near = cells.iter().filter(|(row, cell)| near(row, cell)).count();
    far.insert(0, format!("{near} of {}", cells.len()));
    Line {
        name: cells
            .first()
            .map_or("", |it| FIGURES[it.1.figure].title)
            .to_owned(),
        told: far.join("; "),
        band,
        rules,
        predicted,
        fitted,
        labels,
    }
}

/// The ratios between which a mark counts as near.
fn held_to(row: &Row, cell: &Cell) -> (f64, f64) {
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

/// The text for those of a policy's marks that are not near: their errors, and which rows they are of; `None` if all are
/// near.
fn label(axis: Axis, cells: &[&(&Row, &Cell)], y: u32) -> Option<(Label, String)> {
    let far: Vec<_> = cells
        .iter()
        .filter(|(row, cell)| !near(row, cell))
        .collect();
    let errors = || far.iter().map(|(_, cell)| cell.error());
    let least = errors().reduce(f64::min)?;
    let most = errors().reduce(f64::max)?;
    let (row, _) = far.first()?;
    let percent = |error: f64| format::delta(1.0 + error, 1.0);
    let (text, whose) = match far.len() {
        1 => {
            let level = format::count(row.concurrency.into());
            (percent(least), format!("at {level}"))
        }
        count => {
            let all = match count == cells.len() {
                true => format!("all {}", format::word(count as u32)),
                false => format::word(count as u32),
            };
            (format!("{} to {}", percent(least), percent(most)), all)
        }
    };
    let label = Label {
        // The label is right of the last mark: towards the middle on the left half, outwards on the right half.
        x: axis.place(1.0 + most) * 100.0,
        y,
        text: text.clone(),
    };
    let name = super::named(row.policy);
    Some((label, format!("far: {name} {whose}, {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reality::tests::whole;

    fn points(path: &str) -> usize {
        path.matches("h0").count()
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
        }
    }

    /// Every mark outside its band has a label and is counted, and no other mark is.
    #[test]
    fn what_misses_is_labelled_with_its_error() {
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
        let lines = picture.groups.iter().flat_map(|it| &it.lines);
        let mut labelled: Vec<&str> = lines
            .filter(|line| !line.labels.is_empty())
            .map(|line| line.name.as_str())
            .collect();
        labelled.sort_unstable();
        assert!(!wanted.is_empty());
        assert_eq!(labelled, wanted);
    }

    #[test]
    fn half_and_twice_lie_equally_far_and_nothing_lies_outside() {
        let picture = picture(whole());
        let at = |name: &str| {
            let tick = picture.ticks.iter().find(|it| it.1 == name);
            tick.map_or(f64::NAN, |it| it.0)
        };
        let middle = at("exact");
        assert_eq!(middle, 50.0);
        assert!((middle - at("half") - (at("twice") - middle)).abs() < 1e-9);
        assert!(at("half") > 0.0);
        let axis = Axis::of([0.2, 1.1].into_iter());
        assert!(axis.place(0.2) > 0.0 && axis.place(5.0) < 1.0);
    }

    #[test]
    fn before_a_run_there_is_no_picture() {
        assert!(picture(&Reality::default()).groups.is_empty());
    }
}
