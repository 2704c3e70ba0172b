//! Reads a goal from text; an error names the character at which the text is wrong.

use super::{
    Bound, Goal, GoalError, Latency, Limit, Measure, NumberKind, PRESETS, RequestLimit, Statistic,
};
use crate::decimal::real;
use crate::figure::{FIGURES, figure};
use crate::nearest::nearest;
use crate::words::excerpt;

/// The largest number of limits in a goal, and in the brackets of an attainment.
const MOST: usize = 32;

/// The statistics that a hint may propose, besides the one that was typed.
const STATISTICS: [&str; 5] = ["mean", "p50", "p90", "p95", "p99"];

/// A piece of the goal's text, with the byte at which it begins in the whole text.
#[derive(Clone, Copy)]
struct Piece<'a> {
    whole: &'a str,
    from: usize,
    text: &'a str,
}

impl<'a> Piece<'a> {
    /// The bytes `from..to` of this piece, without blanks at either end.
    fn part(self, from: usize, to: usize) -> Self {
        let cut = &self.text[from..to];
        let blanks = cut.len() - cut.trim_start().len();
        Self {
            from: self.from + from + blanks,
            text: cut.trim(),
            ..self
        }
    }

    /// The pieces between occurrences of `mark` outside brackets.
    fn split(self, mark: char) -> Vec<Self> {
        let (mut parts, mut from, mut depth) = (Vec::new(), 0, 0i32);
        for (at, letter) in self.text.char_indices() {
            match letter {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ if letter == mark && depth <= 0 => {
                    parts.push(self.part(from, at));
                    from = at + letter.len_utf8();
                }
                _ => {}
            }
        }
        parts.push(self.part(from, self.text.len()));
        parts
    }

    /// The error that this piece is wrong, and what is wanted in its place.
    fn wrong(self, wanted: impl Into<String>) -> GoalError {
        GoalError {
            at: 1 + self.whole[..self.from].chars().count(),
            found: excerpt(self.text),
            wanted: wanted.into(),
            hint: String::new(),
        }
    }

    /// The same for a word, with the nearest of those that would be right.
    fn wrong_word<'n>(
        self,
        wanted: impl Into<String>,
        among: impl IntoIterator<Item = &'n str>,
    ) -> GoalError {
        let meant = nearest(self.text, among);
        let hint = meant.map(|word| format!("; did you mean \"{word}\"?"));
        GoalError {
            hint: hint.unwrap_or_default(),
            ..self.wrong(wanted)
        }
    }

    /// Splits at the first comparison outside brackets: what stands before it, the comparison, and what follows.
    fn compared(self) -> Option<(Self, Bound, Self)> {
        let mut depth = 0;
        for (at, letter) in self.text.char_indices() {
            let rest = &self.text[at..];
            let (side, length) = match letter {
                '(' => {
                    depth += 1;
                    continue;
                }
                ')' => {
                    depth -= 1;
                    continue;
                }
                _ if depth > 0 => continue,
                '<' if rest.starts_with("<=") => (Bound::AtMost, 2),
                '>' if rest.starts_with(">=") => (Bound::AtLeast, 2),
                '<' => (Bound::Below, 1),
                '>' => (Bound::Above, 1),
                '≤' => (Bound::AtMost, letter.len_utf8()),
                '≥' => (Bound::AtLeast, letter.len_utf8()),
                _ => continue,
            };
            return Some((
                self.part(0, at),
                side,
                self.part(at + length, self.text.len()),
            ));
        }
        None
    }
}

impl Goal {
    /// Reads a goal: limits split by semicolons, or the name of a preset.
    ///
    /// # Errors
    /// What is wrong, where, and what would be right.
    pub fn parse(text: &str) -> Result<Self, GoalError> {
        let whole = Piece {
            whole: text,
            from: 0,
            text,
        };
        let whole = whole.part(0, text.len());
        if let Some(preset) = PRESETS.iter().find(|preset| preset.name == whole.text) {
            let limits = Self::parse(preset.limits)?.limits;
            let preset = Some(preset);
            return Ok(Self { preset, limits });
        }
        let pieces = whole.split(';').into_iter();
        let pieces: Vec<Piece<'_>> = pieces.filter(|piece| !piece.text.is_empty()).collect();
        if pieces.is_empty() || pieces.len() > MOST {
            return Err(whole.wrong(format!(
                "1 to {MOST} limits split by semicolons, such as p95_ttft<500ms;errors<1%"
            )));
        }
        let mut limits: Vec<Limit> = Vec::new();
        for piece in pieces {
            let limit = limit(piece)?;
            let twice = |it: &Limit| {
                (&it.measure, &it.of) == (&limit.measure, &limit.of)
                    && it.side.is_upper() == limit.side.is_upper()
            };
            if limits.iter().any(twice) {
                return Err(piece.wrong("a figure that has no such limit yet"));
            }
            limits.push(limit);
        }
        Ok(Self {
            preset: None,
            limits,
        })
    }
}

fn limit(piece: Piece<'_>) -> Result<Limit, GoalError> {
    let Some((left, side, right)) = piece.compared() else {
        let presets = PRESETS.iter().map(|preset| preset.name);
        return Err(piece.wrong_word(
            "a figure, one of <, <=, > and >=, and a value, as p95_ttft<500ms",
            presets,
        ));
    };
    let (of, left) = match left.split('@')[..] {
        [whole] => (None, whole),
        [first, name] if !name.text.is_empty() => (Some(name), first),
        _ => return Err(left.wrong("a figure, and at most one tenant or class after an @")),
    };
    let measure = measure(left)?;
    // A gap between two tokens belongs to no request in the figures, so ITL is of the whole fleet only.
    let per_request = match &measure {
        Measure::Errors | Measure::Attainment(_) => true,
        Measure::Times(_, latency) => *latency != Latency::Itl,
        _ => false,
    };
    if let Some(name) = of
        && !per_request
    {
        return Err(name.wrong(format!(
            "no tenant or class: {measure} is of the whole fleet; ttft, tpot, e2el, client_wait, errors and attainment are of requests"
        )));
    }
    let kind = measure.kind();
    // Other numbers than times and shares are typed without their unit, which may have a slash in it, as tok/s.
    if let Measure::Figure(at) = measure
        && kind == NumberKind::Plain
        && !FIGURES[at].unit.is_empty()
        && right
            .text
            .contains(|letter: char| letter.is_ascii_alphabetic() && letter != 'e')
    {
        let unit = FIGURES[at].unit;
        return Err(right.wrong(format!("a number alone: the unit of {measure} is {unit}")));
    }
    let (target, critical) = match right.text.find('/') {
        None => (right, None),
        Some(at) => (
            right.part(0, at),
            Some(right.part(at + 1, right.text.len())),
        ),
    };
    let (typed, typed_critical) = match critical {
        None => (value(target, kind, "")?, None),
        Some(critical) => {
            let last = value(critical, kind, "")?;
            // The unit may be given once, after both values.
            let (_, unit) = number_and_unit(critical.text);
            (value(target, kind, unit)?, Some(last))
        }
    };
    if let Some(critical) = typed_critical
        && (critical == typed || (critical < typed) == side.is_upper())
    {
        let way = if side.is_upper() { "more" } else { "less" };
        return Err(right.wrong(format!(
            "a critical value that is {way} than the target, as 300/600ms"
        )));
    }
    Ok(Limit {
        measure,
        of: of.map(|name| name.text.to_owned()),
        side,
        typed,
        typed_critical,
    })
}

/// Splits a value into its number, which may have an exponent, and its unit, without blanks at either end.
fn number_and_unit(text: &str) -> (&str, &str) {
    let end = text.rfind(|letter: char| letter.is_ascii_digit() || letter == '.');
    let (number, unit) = text.split_at(end.map_or(0, |at| at + 1));
    (number.trim(), unit.trim())
}

/// Reads a number with its unit and converts it: times to milliseconds or seconds, shares to per cent. A number without a unit
/// has `default_unit`.
fn value(piece: Piece<'_>, kind: NumberKind, default_unit: &str) -> Result<f64, GoalError> {
    let wanted = match kind {
        NumberKind::Millis | NumberKind::Seconds => "a time, such as 500ms or 0.5s",
        NumberKind::Share => "a share in per cent, such as 95% or 1%",
        NumberKind::Plain => "a number without a unit",
    };
    let (number, typed_unit) = number_and_unit(piece.text);
    let unit = match typed_unit {
        "" => default_unit,
        unit => unit,
    };
    let factor = match (kind, unit) {
        (NumberKind::Millis, "ms") | (NumberKind::Seconds, "s") | (NumberKind::Share, "%") => {
            Some(1.0)
        }
        (NumberKind::Millis, "s") => Some(1e3),
        (NumberKind::Millis, "us" | "µs") | (NumberKind::Seconds, "ms") => Some(1e-3),
        (NumberKind::Plain, "") => Some(1.0),
        _ => None,
    };
    let number = real(number).filter(|value| (0.0..=1e12).contains(value));
    let number = number.filter(|value| kind != NumberKind::Share || *value <= 100.0);
    match (number, factor) {
        (Some(number), Some(factor)) => Ok(number * factor),
        _ => Err(piece.wrong(wanted)),
    }
}

fn latency(word: &str) -> Option<Latency> {
    match word {
        "e2e" | "latency" => Some(Latency::E2el),
        _ => Latency::ALL.into_iter().find(|it| it.word() == word),
    }
}

/// Reads a statistic and a latency, such as `p95_ttft`.
fn times(text: &str) -> Option<Measure> {
    let text = text.strip_suffix("_ms").unwrap_or(text);
    let (statistic, rest) = text.split_once('_')?;
    let latency = latency(rest)?;
    Some(Measure::Times(self::statistic(statistic)?, latency))
}

fn statistic(word: &str) -> Option<Statistic> {
    match word {
        "mean" => Some(Statistic::Mean),
        "median" => Some(Statistic::Percentile(50.0)),
        "max" => Some(Statistic::Percentile(100.0)),
        _ => {
            let percent = word.strip_prefix('p')?;
            let digits = percent.bytes().all(|it| it.is_ascii_digit() || it == b'.');
            let percent = real(percent).filter(|p| digits && (0.0..=100.0).contains(p))?;
            Some(Statistic::Percentile(percent))
        }
    }
}

fn measure(piece: Piece<'_>) -> Result<Measure, GoalError> {
    if let Some(open) = piece.text.find('(') {
        let name = piece.part(0, open);
        if name.text != "attainment" {
            return Err(name.wrong_word("attainment before a bracket", ["attainment"]));
        }
        let Some(inside) = piece.text[open + 1..].strip_suffix(')') else {
            return Err(
                piece.wrong("a bracket that is closed, as attainment(ttft<500ms,tpot<80ms)")
            );
        };
        let inside = piece.part(open + 1, open + 1 + inside.len());
        return request_limits(inside).map(Measure::Attainment);
    }
    let found = times(piece.text).or_else(|| match piece.text {
        "errors" => Some(Measure::Errors),
        "busy" => Some(Measure::Busy),
        key => figure(key).map(Measure::Figure),
    });
    found.ok_or_else(|| unknown(piece))
}

/// The error for an unknown figure, with the nearest known one; those of a percentile that was typed are among the known ones.
fn unknown(piece: Piece<'_>) -> GoalError {
    let typed = piece.text.split_once('_').map(|(word, _)| word);
    let typed = typed.filter(|word| statistic(word).is_some());
    let statistics = typed.into_iter().chain(STATISTICS);
    let times = statistics
        .flat_map(|word| Latency::ALL.map(|latency| format!("{word}_{}", latency.word())));
    let times: Vec<String> = times.collect();
    let others = FIGURES.iter().filter(|figure| figure.unit != "ms");
    let words = ["errors", "attainment", "busy"].into_iter();
    let all = times.iter().map(String::as_str);
    let all = all.chain(words).chain(others.map(|figure| figure.key));
    piece.wrong_word(
        "a figure: a percentile such as p95_ttft, errors, busy, attainment(…), or the key of any figure of the report",
        all,
    )
}

/// Reads the limits inside the brackets of an attainment.
fn request_limits(inside: Piece<'_>) -> Result<Vec<RequestLimit>, GoalError> {
    let mut limits: Vec<RequestLimit> = Vec::new();
    let pieces = inside.split(',');
    if pieces.len() > MOST {
        return Err(inside.wrong(format!("at most {MOST} limits")));
    }
    for piece in pieces {
        let wanted = "limits of one request, as ttft<500ms,tpot<80ms";
        let Some((left, side, right)) = piece.compared() else {
            return Err(piece.wrong(wanted));
        };
        let found = latency(left.text).filter(|it| *it != Latency::Itl);
        let names = || Latency::ALL.into_iter().filter(|it| *it != Latency::Itl);
        let latency = found.ok_or_else(|| {
            let words = names().map(Latency::word);
            left.wrong_word("ttft, tpot, e2el or client_wait", words)
        })?;
        if !side.is_upper() {
            return Err(piece.wrong(wanted));
        }
        if limits.iter().any(|limit| limit.latency == latency) {
            return Err(left.wrong("a time that has no limit yet"));
        }
        limits.push(RequestLimit {
            latency,
            strict: side == Bound::Below,
            limit_ms: value(right, NumberKind::Millis, "")?,
        });
    }
    Ok(limits)
}
