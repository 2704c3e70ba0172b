//! What a search found, as marks in a plane: each mark stands for one or more runs; it is filled where the goal was met and
//! hollow where it was missed; the answer has a ring and a name.
//!
//! There are four such pictures: how far each limit of a goal is kept, by policy; time to first token over load, with the
//! gap between the highest load that passes and the lowest that fails; time to first token over price; a policy's settings
//! by two of its parameters, with larger marks for a larger margin. A run that was stopped because it was certain to miss
//! the goal has no time to first token, so its mark is at the upper edge.

use super::content::{Further, Table};
use super::curve::DOT;
use super::frame::{ABOVE, BELOW, Frame, LABEL, gutter, labelled, margin, time};
use super::label::{Spot as NamePlace, around, crossings, pick};
use super::scale::Scale;
use super::stop::{Stop, Value};
use super::{Align, DrawPoint, DrawResult, Pen};
use crate::{format, text, wire_choices, wire_fields};
use plotters::prelude::DrawingBackend;

/// Which of the four pictures it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// How far each limit of a goal is kept or missed.
    Goal,
    /// Time to first token over load.
    Capacity,
    /// Time to first token over what a fleet costs.
    Plan,
    /// A policy's settings, by two of its parameters.
    Tuning,
}

impl Subject {
    /// The name of the picture's file, without an ending.
    pub fn key(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::Capacity => "capacity",
            Self::Plan => "plan",
            Self::Tuning => "tuning",
        }
    }

    /// The name of the picture, as it stands above it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Goal => "What the goal leaves to spare",
            Self::Capacity => "Time to first token over load",
            Self::Plan => "Time to first token over cost",
            Self::Tuning => "Settings that were tried",
        }
    }

    /// The explanation beside the picture's name.
    pub fn about(self) -> &'static str {
        match self {
            Self::Goal => "right of the line: met; left of it: missed",
            Self::Capacity => "filled: meets the goal; hollow: misses it",
            Self::Plan => {
                "filled: meets the goal; a line joins those that are quicker the more they cost"
            }
            Self::Tuning => "the larger, the more is to spare",
        }
    }
}

/// What the values of an axis are, which decides its scale and its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Numbers from zero on, on a linear scale.
    Number,
    /// Numbers on a linear scale that need not begin at zero.
    Span,
    /// Numbers on a logarithmic scale.
    Factors,
    /// Times on a logarithmic scale \[s\].
    Times,
    /// Margins as shares of what a limit allows, from -1 to 1.
    Spare,
    /// Places in the list of the axis's names, the first at the top.
    Names,
}

/// An axis of the picture, with its name and scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The name of the axis, with the unit.
    pub title: String,
    /// What the axis's values are.
    pub measure: Measure,
    /// The names along an axis of [`Measure::Names`]; empty for another.
    pub names: Vec<String>,
}

impl Axis {
    /// An axis of values, without names.
    pub fn of(title: impl Into<String>, measure: Measure) -> Self {
        Self {
            title: title.into(),
            measure,
            names: Vec::new(),
        }
    }

    fn scale(&self, values: impl Iterator<Item = f64> + Clone) -> Scale {
        let known = values.filter(|it| it.is_finite());
        match self.measure {
            Measure::Number => Scale::from_zero(known.fold(0.0, f64::max)),
            Measure::Factors | Measure::Times => Scale::log_over(known),
            Measure::Spare => Scale::Linear {
                from: -1.05,
                to: 1.05,
            },
            Measure::Names => Scale::Linear {
                from: self.names.len() as f64 - 0.5,
                to: -0.5,
            },
            Measure::Span => {
                let (from, to) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |it, value| {
                    (it.0.min(value), it.1.max(value))
                });
                match (to - from).is_finite() && to > from {
                    true if from > 0.0 && to / from > 20.0 => {
                        Scale::log_over([from, to].into_iter())
                    }
                    true => Scale::Linear {
                        from: from - (to - from) * 0.05,
                        to: to + (to - from) * 0.05,
                    },
                    false if from.is_finite() => Scale::Linear {
                        from: from - 1.0,
                        to: from + 1.0,
                    },
                    false => Scale::Linear { from: 0.0, to: 1.0 },
                }
            }
        }
    }

    fn ticks(&self, scale: Scale, wanted: usize) -> Vec<(f64, String)> {
        match self.measure {
            Measure::Names => {
                let names = self.names.iter().cloned();
                names.enumerate().map(|(at, it)| (at as f64, it)).collect()
            }
            Measure::Spare => {
                let all: &[f64] = match wanted {
                    ..=4 => &[-1.0, 0.0, 1.0],
                    _ => &[-1.0, -0.5, 0.0, 0.5, 1.0],
                };
                labelled(all.to_vec(), |it| self.value_text(it))
            }
            _ => labelled(scale.ticks(wanted), |it| self.value_text(it)),
        }
    }

    /// A value of the axis in words, with its unit.
    fn value_text(&self, value: f64) -> String {
        match self.measure {
            _ if !value.is_finite() => format::NONE.to_owned(),
            Measure::Times => time(value),
            // The axis ends there, and marks beyond it stand at its end.
            Measure::Spare if value <= -1.0 => format!("{} or less", percent(-1.0)),
            Measure::Spare if value >= 1.0 => format!("{} or more", percent(1.0)),
            Measure::Spare => percent(value),
            Measure::Names => {
                let name = self.names.get(libm::round(value).max(0.0) as usize);
                name.cloned().unwrap_or_default()
            }
            _ => format::setting(value),
        }
    }
}

/// A share in per cent, which may be negative.
pub fn percent(share: f64) -> String {
    format!(
        "{}{}%",
        format::setting(libm::round(share * 100.0)),
        format::GAP
    )
}

/// How a mark looks, which says what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A filled mark: the runs met the goal.
    Met,
    /// A hollow mark: a run missed the goal.
    Missed,
    /// A mark with a ring and a name: the answer of the search.
    Best,
    /// A mark with a name: the setting that the search began with.
    Own,
}

/// A mark of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Where it stands on the horizontal axis, in that axis' unit.
    pub x: f64,
    /// Where it stands on the upright axis, in that axis' unit; infinity is the upper edge.
    pub y: f64,
    /// How the mark looks.
    pub kind: MarkKind,
    /// Whether its runs met the goal.
    pub met: bool,
    /// How large it is compared with the others, from 0 to 1.
    pub size: f64,
    /// The text beside the mark; empty for none.
    pub label: String,
    /// The text that a cursor at the mark shows.
    pub sentence: String,
}

/// Marks of one colour, with the line through some of them.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkGroup {
    /// The name of the group, such as a policy's.
    pub name: String,
    /// The place of its colour among the curves' colours.
    pub curve: usize,
    /// The marks of the group.
    pub spots: Vec<Spot>,
    /// The corners of a line that is drawn below the marks; empty for no line.
    pub line: Vec<(f64, f64)>,
    /// The gap between the highest value that passes and the lowest that fails; `None` if there is none.
    pub gap: Option<(f64, f64)>,
}

/// A picture of what a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// Which of the four pictures it is.
    pub subject: Subject,
    /// The horizontal axis: its name, its scale and its ends.
    pub x: Axis,
    /// The upright axis: its name, its scale and its ends.
    pub y: Axis,
    /// The groups of marks, in the order of their colours.
    pub groups: Vec<MarkGroup>,
    /// A horizontal line at a value of the upright axis, with its name; `None` for no line.
    pub limit: Option<(f64, String)>,
    /// What the picture shows, in sentences.
    pub sentences: Vec<String>,
}

wire_fields! {
    Axis { title, measure, names }
    Spot { x, y, kind, met, size, label, sentence }
    MarkGroup { name, curve, spots, line, gap }
    Plane { subject, x, y, groups, limit, sentences }
}

wire_choices! {
    Subject { 0: Goal {}, 1: Capacity {}, 2: Plan {}, 3: Tuning {} }
    Measure { 0: Number {}, 1: Span {}, 2: Factors {}, 3: Times {}, 4: Spare {}, 5: Names {} }
    MarkKind { 0: Met {}, 1: Missed {}, 2: Best {}, 3: Own {} }
}

/// The functions that draw and describe the picture.
pub static HOW: Further<Plane> = Further {
    named: |it| [it.subject.key(), it.subject.title(), it.subject.about()],
    draw: |pen, it, _| draw(pen, it),
    stops: |size, it, _| stops(size, it),
    summary,
    table,
};

/// The frame of a picture, then the labelled values of the horizontal and of the upright axis.
type Laid = (Frame, Vec<(f64, String)>, Vec<(f64, String)>);

fn laid((width, height): (f64, f64), it: &Plane) -> Laid {
    let spots = || it.groups.iter().flat_map(|group| &group.spots);
    let x = it.x.scale(spots().map(|spot| spot.x));
    let limit = it.limit.as_ref().map(|limit| limit.0);
    let heights: Vec<f64> = spots().map(|spot| spot.y).chain(limit).collect();
    let y = it.y.scale(heights.iter().copied());
    let most = width * 0.42;
    let mut up = it.y.ticks(y, 5);
    for (_, label) in &mut up {
        *label = text::fit(label, LABEL, most);
    }
    let names = it.groups.iter().map(|it| (it.curve, it.name.as_str()));
    let right = match it.groups.len() {
        ..=1 => 16.0,
        _ => margin(names, width),
    };
    let frame = Frame {
        left: gutter(&up),
        right: width - right,
        top: ABOVE,
        bottom: height - BELOW,
        x,
        y,
    };
    let wanted = ((frame.right - frame.left) / 80.0) as usize;
    (frame, it.x.ticks(x, wanted.max(2)), up)
}

/// The place of a mark in the drawing \[px\].
fn place(frame: &Frame, spot: &Spot) -> DrawPoint {
    match spot.y.is_finite() {
        true => frame.at(spot.x, spot.y),
        false => (frame.at(spot.x, 1.0).0, frame.top),
    }
}

/// Draws the axes, the gaps and lines, and the marks with the answer on top; then the names, where they lie on nothing.
pub fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, it: &Plane) -> DrawResult<DB> {
    pen.clear()?;
    let (frame, x, y) = laid(pen.size(), it);
    frame.grid(pen, &x, &y)?;
    frame.axes(pen, &it.x.title, &it.y.title)?;
    let ink = pen.theme.ink;
    if it.x.measure == Measure::Spare {
        let (at, _) = frame.at(0.0, 0.0);
        pen.line(&[(at, frame.top), (at, frame.bottom)], ink, 1.5)?;
    }
    for group in &it.groups {
        if let Some((from, to)) = group.gap {
            let [from, to] = [from, to].map(|it| frame.at(it, 1.0).0);
            let corners = [
                (from, frame.top),
                (to.max(from + 1.5), frame.top),
                (to.max(from + 1.5), frame.bottom),
                (from, frame.bottom),
            ];
            pen.veil(&corners, pen.curve_ink(group.curve), 0.25)?;
        }
    }
    if let Some((limit, _)) = &it.limit {
        frame.limit(pen, *limit)?;
    }
    let mut names = Vec::new();
    for group in &it.groups {
        let number = group.curve;
        let corners: Vec<DrawPoint> = group.line.iter().map(|it| frame.at(it.0, it.1)).collect();
        if corners.len() > 1 {
            pen.line(&corners, pen.curve_ink(number), 1.5)?;
        }
        for spot in group.spots.iter().filter(|it| it.kind != MarkKind::Best) {
            mark(pen, place(&frame, spot), spot, number)?;
        }
        // The name is at the right end of the group's marks, so that no line to it crosses the picture.
        let known = group.spots.iter().filter(|it| it.y.is_finite());
        let end = known.max_by(|a, b| a.x.total_cmp(&b.x));
        let end = end.or(group.spots.last()).map(|it| place(&frame, it));
        names.push((group.name.as_str(), end, number));
    }
    for group in &it.groups {
        for spot in group.spots.iter().filter(|it| it.kind == MarkKind::Best) {
            mark(pen, place(&frame, spot), spot, group.curve)?;
        }
    }
    label(pen, it, &frame, [&x, &y])?;
    match it.groups.len() {
        ..=1 => Ok(()),
        _ => frame.names(pen, &names),
    }
}

/// Writes the names of marks beside them, each in its mark's colour, and the name of the limit. A name keeps off lines, marks and
/// other names, and off the grid if a place that does so is as near.
fn label<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    it: &Plane,
    frame: &Frame,
    [x, y]: [&[(f64, String)]; 2],
) -> DrawResult<DB> {
    let mut drawn: Vec<Vec<DrawPoint>> = Vec::new();
    let across = |y: f64| vec![(frame.left, y), (frame.right, y)];
    let upright = |x: f64| vec![(x, frame.top), (x, frame.bottom)];
    let mut grid: Vec<Vec<DrawPoint>> = Vec::new();
    grid.extend(x.iter().map(|it| upright(frame.at(it.0, 1.0).0)));
    grid.extend(y.iter().map(|it| across(frame.at(1.0, it.0).1)));
    for group in &it.groups {
        drawn.push(group.line.iter().map(|it| frame.at(it.0, it.1)).collect());
        for spot in &group.spots {
            let ((x, y), radius) = (place(frame, spot), radius(spot) + 1.0);
            drawn.push(vec![(x - radius, y), (x + radius, y)]);
            drawn.push(vec![(x, y - radius), (x, y + radius)]);
        }
        let ends = group.gap.into_iter().flat_map(|it| [it.0, it.1]);
        grid.extend(ends.map(|it| upright(frame.at(it, 1.0).0)));
    }
    let of_limit = drawn.len();
    drawn.extend(it.limit.iter().map(|it| across(frame.at(1.0, it.0).1)));
    let curves: Vec<&[DrawPoint]> = drawn.iter().map(Vec::as_slice).collect();
    let grid: Vec<&[DrawPoint]> = grid.iter().map(Vec::as_slice).collect();
    let bounds = (frame.left, frame.top, frame.right, frame.bottom);
    let mut taken = Vec::new();
    for group in &it.groups {
        for spot in group.spots.iter().filter(|it| !it.label.is_empty()) {
            let (x, y) = place(frame, spot);
            let (wide, high) = (text::width(&spot.label, LABEL * 1.14), LABEL + 2.0);
            let apart = radius(spot) + 4.0;
            let mut spots = Vec::new();
            for far in [0.0, 10.0, 22.0, 36.0] {
                let (dx, dy) = (apart + wide / 2.0 + far, apart + high / 2.0 + far);
                let ways = [(0.0, -dy), (0.0, dy), (dx, 0.0), (-dx, 0.0)];
                let aslant = [(dx, -dy), (dx, dy), (-dx, -dy), (-dx, dy)];
                for (at, way) in ways.into_iter().chain(aslant).enumerate() {
                    let area = around((x + way.0, y + way.1), (wide, high));
                    let cost = far + at as f64 + 6.0 * crossings(&grid, area) as f64;
                    spots.push(NamePlace { area, cost });
                }
            }
            if let Some(area) = pick(&spots, &curves, &taken, bounds) {
                taken.push(area);
                let middle = ((area.0 + area.2) / 2.0, (area.1 + area.3) / 2.0);
                let ink = pen.curve_ink(group.curve);
                // Where it could not stand close by, a thin line leads to its mark.
                let near = (x.clamp(area.0, area.2), y.clamp(area.1, area.3));
                let way = libm::hypot(near.0 - x, near.1 - y);
                if way > apart + 8.0 {
                    let part = radius(spot) / way;
                    let edge = (x + (near.0 - x) * part, y + (near.1 - y) * part);
                    pen.line(&[edge, near], ink, 0.75)?;
                }
                pen.name(&spot.label, middle, LABEL, ink, Align::Middle)?;
            }
        }
    }
    match &it.limit {
        Some((limit, name)) => frame.limit_name(pen, (*limit, name), &curves[..of_limit], &taken),
        None => Ok(()),
    }
}

/// How far a mark reaches from its middle, with its ring if it has one \[px\].
fn radius(spot: &Spot) -> f64 {
    let ring = if spot.kind == MarkKind::Best {
        4.0
    } else {
        0.5
    };
    DOT + 5.0 * spot.size + ring
}

/// What the picture shows, in sentences, and where the marks are that have no height.
fn summary(it: &Plane) -> Vec<String> {
    let mut all = it.sentences.clone();
    let mut spots = it.groups.iter().flat_map(|it| &it.spots);
    if spots.any(|it| !it.y.is_finite()) {
        all.push("What was stopped early or answered nobody stands at the upper edge.".to_owned());
    }
    all
}

/// Draws one mark in its group's colour, with its ring and name if it has them.
fn mark<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    at: DrawPoint,
    spot: &Spot,
    number: usize,
) -> DrawResult<DB> {
    let radius = DOT + 5.0 * spot.size;
    if spot.kind == MarkKind::Best {
        pen.dot(at, radius + 4.0, pen.theme.ink)?;
        pen.dot(at, radius + 2.5, pen.theme.card)?;
    }
    // Whether it is filled says whether the goal was met, also where the curve's own shapes are hollow.
    pen.shape(at, number, radius / DOT, !spot.met)
}

/// The places for the cursor: the marks.
pub fn stops(size: (f64, f64), it: &Plane) -> Vec<Stop> {
    let (frame, ..) = laid(size, it);
    let of = |group: &MarkGroup| {
        let stop = |spot: &Spot| {
            let at = place(&frame, spot);
            let value = |name: &str, text: String, at| Value {
                look: group.curve,
                name: name.to_owned(),
                text,
                at,
            };
            Stop {
                x: at.0,
                y: Some(at.1),
                title: group.name.clone(),
                values: vec![value("", spot.sentence.clone(), Some(at))],
            }
        };
        group.spots.iter().map(stop).collect::<Vec<_>>()
    };
    it.groups.iter().flat_map(of).collect()
}

/// The marks as a table.
pub fn table(it: &Plane) -> Table {
    let head = ["", &it.x.title, &it.y.title, "goal"];
    let row = |group: &MarkGroup, spot: &Spot| {
        let goal = if spot.met { "met" } else { "missed" };
        let goal = match spot.label.as_str() {
            label if it.subject == Subject::Tuning && !label.is_empty() => {
                format!("{goal} ({label})")
            }
            _ => goal.to_owned(),
        };
        vec![
            group.name.clone(),
            it.x.value_text(spot.x),
            it.y.value_text(spot.y),
            goal,
        ]
    };
    let rows = it.groups.iter();
    let rows = rows.flat_map(|group| group.spots.iter().map(move |spot| (group, spot)));
    Table {
        head: head.map(str::to_owned).to_vec(),
        rows: rows.map(|(group, spot)| row(group, spot)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Chart, Content};

    fn spot(x: f64, y: f64, kind: MarkKind, label: &str) -> Spot {
        Spot {
            x,
            y,
            kind,
            met: kind != MarkKind::Missed,
            size: 0.0,
            label: label.to_owned(),
            sentence: format!("at {x}"),
        }
    }

    fn plane() -> Plane {
        let group = |name: &str, curve, best: f64| MarkGroup {
            name: name.to_owned(),
            curve,
            spots: vec![
                spot(best / 2.0, 0.2, MarkKind::Met, ""),
                spot(best, 0.4, MarkKind::Best, "highest"),
                spot(best * 1.1, f64::INFINITY, MarkKind::Missed, ""),
            ],
            line: vec![(best / 2.0, 0.2), (best, 0.4)],
            gap: Some((best, best * 1.1)),
        };
        Plane {
            subject: Subject::Capacity,
            x: Axis::of("requests/s", Measure::Number),
            y: Axis::of("P95 TTFT", Measure::Times),
            groups: vec![group("smart", 0, 20.0), group("random", 1, 8.0)],
            limit: Some((0.5, "limit 500 ms".to_owned())),
            sentences: vec!["smart bears more.".to_owned()],
        }
    }

    #[test]
    fn marks_gaps_limit_and_names_are_drawn_and_told() {
        let chart = Chart::new(Content::Plane(plane(), &HOW));
        let picture = chart.svg((560, 300));
        for name in [
            "smart",
            "random",
            "requests/s",
            "P95 TTFT",
            "limit 500",
            "highest",
        ] {
            assert!(picture.contains(name), "{name}");
        }
        assert!(!picture.contains("NaN"));
        assert_eq!(chart.stops((560, 300)).len(), 6);
        let upper = chart.stops((560, 300))[2].y;
        assert_eq!(upper, Some(ABOVE), "what has no figure stands at the edge");
        let table = chart.table();
        assert_eq!(table.rows[2], ["smart", "22", format::NONE, "missed"]);
        let told = [
            "smart bears more.",
            "What was stopped early or answered nobody stands at the upper edge.",
        ];
        assert_eq!(chart.summary(), told);
    }

    #[test]
    fn names_of_marks_and_of_the_limit_lie_on_no_line_mark_or_name() {
        use crate::chart::sheet::{Shape, sheet};
        let group = |name: &str, curve, best: f64, label: &str| MarkGroup {
            name: name.to_owned(),
            curve,
            spots: vec![
                spot(best * 0.9, 0.38, MarkKind::Met, ""),
                spot(best, 0.45, MarkKind::Best, label),
                spot(best * 1.08, 0.6, MarkKind::Missed, ""),
            ],
            line: vec![(best * 0.9, 0.38), (best, 0.45), (best * 1.08, 0.6)],
            gap: Some((best, best * 1.08)),
        };
        let crowded = Plane {
            groups: vec![
                group("smart", 0, 20.0, "20.04"),
                group("random", 1, 19.0, "19.13"),
                group("chwbl", 2, 18.4, "18.41"),
            ],
            ..plane()
        };
        let drawing = sheet((560, 300), &crate::palette::LIGHT, |pen| {
            draw(pen, &crowded)
        });
        let named = |text: &str| {
            text.starts_with("limit")
                || text.contains("0.04")
                || text.contains(".13")
                || text.contains(".41")
        };
        let mut areas = Vec::new();
        let (mut lines, mut dots) = (Vec::new(), Vec::new());
        for mark in &drawing.marks {
            match &mark.shape {
                Shape::Text(text, (x, y), align, ..) if named(text) => {
                    let wide = text::width(text, LABEL * 1.14);
                    let middle = match align {
                        Align::Start => x + wide / 2.0,
                        _ => *x,
                    };
                    areas.push(around((middle, *y), (wide, LABEL)));
                }
                Shape::Line(points, width) if *width == 1.5 => lines.push(points.clone()),
                Shape::Dot(middle, radius) => dots.push((*middle, *radius)),
                _ => {}
            }
        }
        assert_eq!((areas.len(), lines.len()), (4, 3), "{areas:?}");
        let curves: Vec<&[DrawPoint]> = lines.iter().map(Vec::as_slice).collect();
        for (at, area) in areas.iter().enumerate() {
            assert_eq!(crossings(&curves, *area), 0, "{area:?}");
            for ((x, y), radius) in &dots {
                let (left, right) = (area.0 - radius, area.2 + radius);
                let beside = *x < left || *x > right;
                assert!(beside || *y < area.1 - radius || *y > area.3 + radius);
            }
            for other in &areas[at + 1..] {
                let apart = area.2 < other.0 || other.2 < area.0;
                assert!(apart || area.3 < other.1 || other.3 < area.1, "{areas:?}");
            }
        }
    }

    #[test]
    fn names_stand_from_the_top_and_nothing_is_an_empty_frame() {
        let mut plane = plane();
        plane.y = Axis {
            names: vec!["errors<1%".to_owned(), "p95_ttft<500ms".to_owned()],
            ..Axis::of("limit", Measure::Names)
        };
        plane.x = Axis::of("to spare", Measure::Spare);
        let (frame, ..) = laid((400.0, 260.0), &plane);
        assert!(frame.at(0.0, 0.0).1 < frame.at(0.0, 1.0).1);
        plane.groups.clear();
        for measure in [
            Measure::Number,
            Measure::Span,
            Measure::Factors,
            Measure::Times,
            Measure::Spare,
            Measure::Names,
        ] {
            plane.x = Axis::of("x", measure);
            plane.y = Axis::of("y", measure);
            let picture = Chart::new(Content::Plane(plane.clone(), &HOW)).svg((300, 200));
            assert!(
                picture.contains("<svg") && !picture.contains("NaN"),
                "{measure:?}"
            );
        }
    }
}
