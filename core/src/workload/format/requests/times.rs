//! Recorded times: kept as they are written until the whole file has been seen, then read in one unit.
//!
//! The unit is what `--time-unit` says; else what the field's name says; else, for times since 1970, what their size says
//! (seconds, milliseconds, microseconds and nanoseconds lie a thousand apart); else what the format is documented to use. If the
//! field's name states a unit that is none of [`TimeUnit::ALL`], and neither the option nor the size decides, the file is refused:
//! any unit that were assumed instead would certainly be wrong. The field `timestamp` of Mooncake's format is documented as
//! milliseconds and often written in seconds: with fractions, and a pace that only seconds make plausible, it is read as seconds,
//! and a note says so; where both are plausible, the file is refused with a request for `--time-unit`.

use core::fmt;

use crate::decimal::{real, short};
use crate::json::{Text, Value, integer};
use crate::units::VirtualTime;
use crate::words::{excerpt, grouped};
use crate::workload::WorkloadError;
use crate::workload::field::Field;
use crate::workload::format::columns::unknown_unit;
use crate::workload::format::date;
use crate::workload::reading::TimeUnit;

/// A fractional time is in seconds if requests are on average at most this far apart in its unit: taken as milliseconds, that would
/// be more than 200 requests a second, from a clock that counts fractions of a millisecond.
const SURELY_SECONDS: f64 = 5.0;
/// And in milliseconds from this average distance on: taken as seconds, that would be less than a request an hour.
const SURELY_MILLIS: f64 = 3600.0;
/// Whole milliseconds are kept, but doubted in a note, where the average distance is less than this: more than 500 requests a
/// second.
const DOUBTFUL_MILLIS: f64 = 2.0;

/// A time as the file has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::workload::format) enum FileTime {
    Whole(u64),
    Real(f64),
    /// A date and time \[ns since 1970\].
    Date(u64),
}

impl fmt::Display for FileTime {
    /// Writes the time as the file has it; a date as nanoseconds since 1970.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(n) | Self::Date(n) => n.fmt(f),
            Self::Real(x) => x.fmt(f),
        }
    }
}

impl FileTime {
    /// Reads the field of a time; `expected` says what would be right.
    pub(in crate::workload::format) fn read(
        field: Field<'_>,
        value: &Value<'_>,
        expected: &str,
    ) -> Result<Self, WorkloadError> {
        let moment = match value {
            Value::Integer(n) => Some(Self::Whole(*n)),
            Value::Real(x, _) if x.is_finite() && *x >= 0.0 => Some(Self::Real(*x)),
            Value::Text(text) => Self::text(text),
            _ => None,
        };
        moment.ok_or_else(|| field.wrong(expected))
    }

    fn text(text: &Text<'_>) -> Option<Self> {
        let text = text.read();
        let text = text.trim();
        if let Some(time) = date::parse(text) {
            return Some(Self::Date(time.0));
        }
        match integer(text) {
            Some(Value::Integer(n)) => Some(Self::Whole(n)),
            _ => real(text)
                .filter(|x| x.is_finite() && *x >= 0.0)
                .map(Self::Real),
        }
    }

    fn number(self) -> f64 {
        match self {
            Self::Whole(n) | Self::Date(n) => n as f64,
            Self::Real(x) => x,
        }
    }

    /// Converts a time from `own`, the unit that its field's name gives, to `file`, that of the file's other times; dates stay.
    pub(in crate::workload::format) fn rewritten(self, own: TimeUnit, file: TimeUnit) -> Self {
        match self {
            Self::Whole(_) | Self::Real(_) if own != file => {
                Self::Real(self.number() * own.nanos() as f64 / file.nanos() as f64)
            }
            _ => self,
        }
    }

    /// The time in this unit; `None` if it is more than a hundred years.
    pub(super) fn time(self, unit: TimeUnit) -> Option<VirtualTime> {
        let time = match self {
            Self::Date(ns) => VirtualTime(ns),
            Self::Whole(n) => VirtualTime(n.saturating_mul(unit.nanos())),
            Self::Real(x) if unit.secs(x) <= VirtualTime::END.secs() => {
                VirtualTime::from_secs(unit.secs(x))
            }
            Self::Real(_) => return None,
        };
        (time <= VirtualTime::END).then_some(time)
    }
}

/// What is known of the times of a file so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TimesSoFar {
    count: u64,
    least: f64,
    most: f64,
    /// Whether one of them is not a whole number.
    fractions: bool,
    dates: bool,
}

/// The unit that was decided on, and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decided {
    pub(super) unit: TimeUnit,
    /// Why it is this unit, for a summary.
    pub(super) why: &'static str,
    /// The note of a report, where there could have been doubt.
    pub(super) note: Option<String>,
}

/// A rate to three digits or more.
fn figure(rate: f64) -> String {
    let (mut decimals, mut digits) = (0, rate);
    while digits < 100.0 && decimals < 12 {
        digits *= 10.0;
        decimals += 1;
    }
    match decimals {
        0 => grouped(rate as u64),
        _ => short(rate, decimals),
    }
}

impl TimesSoFar {
    pub(super) fn add(&mut self, moment: FileTime) {
        let number = moment.number();
        self.dates |= matches!(moment, FileTime::Date(_));
        self.fractions |= matches!(moment, FileTime::Real(x) if x != libm::floor(x));
        self.least = if self.count == 0 {
            number
        } else {
            self.least.min(number)
        };
        self.most = self.most.max(number);
        self.count += 1;
    }

    pub(super) fn dates(&self) -> bool {
        self.dates
    }

    /// The mean gap between two times, in whatever unit they are.
    fn gap(&self) -> f64 {
        match self.count {
            0 | 1 => 0.0,
            n => (self.most - self.least) / (n - 1) as f64,
        }
    }

    /// Decides on the unit of the times in the field `name`.
    pub(super) fn unit(
        &self,
        name: &str,
        asked: Option<TimeUnit>,
        named: Option<TimeUnit>,
        documented: Option<TimeUnit>,
    ) -> Result<Decided, WorkloadError> {
        let decided = |unit, why, note| Ok(Decided { unit, why, note });
        let doubt = |unit: TimeUnit, because: &str| {
            let other = match unit {
                TimeUnit::Seconds => TimeUnit::Millis,
                _ => TimeUnit::Seconds,
            };
            Some(format!(
                "times (`{name}`) are read as {}, {because}; --time-unit {} if they are {}",
                unit.name(),
                other.word(),
                other.name()
            ))
        };
        if self.dates {
            return decided(TimeUnit::Nanos, "dates", None);
        }
        if let Some(unit) = asked {
            return decided(unit, "--time-unit", None);
        }
        if let Some(unit) = named {
            return decided(unit, "the field's name", None);
        }
        let since_1970 = match self.least {
            1e9..1e11 => Some(TimeUnit::Seconds),
            1e11..1e14 => Some(TimeUnit::Millis),
            1e14..1e17 => Some(TimeUnit::Micros),
            1e17.. => Some(TimeUnit::Nanos),
            _ => None,
        };
        if let Some(unit) = since_1970 {
            let note = doubt(unit, "since 1970");
            return decided(
                unit,
                "their size, since 1970",
                note.filter(|_| documented != Some(unit)),
            );
        }
        if self.count > 0 && unknown_unit(name).is_some() {
            let units: Vec<&str> = TimeUnit::ALL.iter().map(|unit| unit.word()).collect();
            return Err(WorkloadError::Ask {
                what: format!(
                    "the unit of the times in `{}` is none of {}",
                    excerpt(name),
                    units.join(", ")
                ),
                option: "time-unit",
            });
        }
        let gap = self.gap();
        match documented {
            Some(TimeUnit::Seconds) => return decided(TimeUnit::Seconds, "the format", None),
            // A single time, or several that are equal, may be in any unit.
            _ if gap == 0.0 => {
                return match documented {
                    Some(unit) => decided(unit, "the format", None),
                    None => decided(TimeUnit::Millis, "assumed: all are at one moment", None),
                };
            }
            Some(unit) if !self.fractions => {
                let pace = format!(
                    "which is {} requests a second",
                    grouped((unit.per_second() / gap) as u64)
                );
                let note = doubt(unit, &pace).filter(|_| gap < DOUBTFUL_MILLIS);
                return decided(unit, "the format", note);
            }
            _ => {}
        }
        if self.fractions && gap <= SURELY_SECONDS {
            let note = doubt(TimeUnit::Seconds, "by their fractions and their pace");
            return decided(TimeUnit::Seconds, "their fractions and their pace", note);
        }
        if self.fractions && gap >= SURELY_MILLIS {
            let note = doubt(TimeUnit::Millis, "by their pace");
            return decided(TimeUnit::Millis, "their pace", note);
        }
        let pace = |per_second: f64| figure(per_second / gap);
        let requests = match &*pace(1.0) {
            "1" => "request",
            _ => "requests",
        };
        Err(WorkloadError::Ask {
            what: format!(
                "the times in `{name}` may be seconds ({} {requests} a second) or milliseconds ({} a second)",
                pace(1.0),
                pace(1e3)
            ),
            option: "time-unit s or --time-unit ms",
        })
    }
}
