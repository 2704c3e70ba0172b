//! A ladder of rates: one stage after another, each beginning when the one before it has drained.
//!
//! A stage is a rate, alone or with how much of the workload comes at it: `5,10:200,20:30s` is a stage at 5 a second, one of 200
//! arrivals at 10, and one at 20 a second that lasts 30 s, which is 600 arrivals. What the stages with a size of their own leave
//! is dealt in equal shares to those without one; where all have one, they must take the whole workload.
//!
//! ```
//! use warmpath_core::scenario::Scenario;
//! let scenario = Scenario::from_query("stages=5,10%3A200,20%3A30s").unwrap();
//! assert_eq!(scenario.stages[2].starts(), Some(600));
//! assert_eq!(scenario.to_query(), "v=2&stages=5,10:200,20:30s");
//! ```

use core::fmt;

use crate::decimal::real;

/// How many arrivals a stage has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Size {
    /// An equal share of the arrivals that the stages with a size of their own leave.
    Share,
    /// This number of arrivals: conversations, or requests that start on their own.
    Starts(u32),
    /// As many arrivals as come at the stage's rate in this long \[s\].
    Seconds(f64),
}

/// One stage of a ladder of rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rung {
    /// The rate of arrivals in the stage \[1/s\].
    pub rate: f64,
    /// How many arrivals the stage has.
    pub size: Size,
}

/// The form that stages must have, for the message that they have not.
pub(super) const FORM: &str = "2 to 64 stages split by commas, each a rate from 0.000001 to 1000000, alone or with a number of arrivals \
     (10:200) or a time (10:30s)";

impl Rung {
    /// Reads `RATE`, `RATE:ARRIVALS` or `RATE:SECONDSs`; `None` if the text has none of these forms.
    pub fn parse(text: &str) -> Option<Self> {
        let (rate, size) = match text.split_once(':') {
            None => (text, None),
            Some((rate, size)) => (rate, Some(size.trim())),
        };
        let rate = real(rate.trim()).filter(|rate| (1e-6..=1e6).contains(rate))?;
        let size = match size {
            None => Size::Share,
            Some(size) => match size.strip_suffix('s') {
                Some(time) => {
                    Size::Seconds(real(time.trim()).filter(|time| (1e-3..=1e7).contains(time))?)
                }
                None => Size::Starts(
                    size.parse()
                        .ok()
                        .filter(|count| (1..=100_000_000).contains(count))?,
                ),
            },
        };
        let rung = Self { rate, size };
        // A time so short that no request arrives in it makes no stage.
        (rung.starts() != Some(0)).then_some(rung)
    }

    /// How many start on their own in it; `None`: a share of what is left.
    pub fn starts(&self) -> Option<u32> {
        match self.size {
            Size::Share => None,
            Size::Starts(count) => Some(count),
            Size::Seconds(time) => Some(libm::round(self.rate * time).min(1e9) as u32),
        }
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rate)?;
        match self.size {
            Size::Share => Ok(()),
            Size::Starts(count) => write!(f, ":{count}"),
            Size::Seconds(time) => write!(f, ":{time}s"),
        }
    }
}

/// Divides requests among stages: for each stage, one past its last, counted over the `starts` requests that start on their own (the
/// others follow an answer).
///
/// # Errors
/// Why the requests cannot be divided among these stages, and what would be right.
pub(crate) fn ends(rungs: &[Rung], starts: usize) -> Result<Vec<usize>, String> {
    let stated: u64 = rungs.iter().filter_map(Rung::starts).map(u64::from).sum();
    let sharing = rungs.iter().filter(|rung| rung.starts().is_none()).count();
    let starts_alone = "conversations or requests start on their own";
    let left = (starts as u64).checked_sub(stated);
    let left = match left {
        Some(left) if left >= sharing as u64 => left,
        _ if stated == 0 => {
            return Err(format!(
                "stages has {} rates, but only {starts} {starts_alone}",
                rungs.len()
            ));
        }
        _ => {
            return Err(format!(
                "stages take {} arrivals at least, but only {starts} {starts_alone}",
                stated + sharing as u64
            ));
        }
    };
    if sharing == 0 && left > 0 {
        return Err(format!(
            "stages take {stated} of {starts} that start on their own; ask for as many requests, or leave the last stage's size out, \
             so that it takes the rest"
        ));
    }
    let (mut end, mut shared) = (0u64, 0u64);
    // Equal shares: the k-th of m ends where left k / m is reached.
    let share = |k: u64| (left * k).div_ceil(sharing.max(1) as u64);
    Ok(rungs
        .iter()
        .map(|rung| {
            end += rung.starts().map_or_else(
                || {
                    shared += 1;
                    share(shared) - share(shared - 1)
                },
                u64::from,
            );
            end as usize
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ladder(text: &str) -> Vec<Rung> {
        text.split(',').map(|it| Rung::parse(it).unwrap()).collect()
    }

    #[test]
    fn equal_shares_and_sizes_of_ones_own() {
        assert_eq!(ends(&ladder("1,2,3"), 10), Ok(vec![4, 7, 10]));
        assert_eq!(ends(&ladder("5:2,10,20:1s,40"), 30), Ok(vec![2, 6, 26, 30]));
        assert_eq!(ends(&ladder("5:10,10:20"), 30), Ok(vec![10, 30]));
        let wrong = |text: &str, starts| ends(&ladder(text), starts).unwrap_err();
        assert!(wrong("1,2,3", 2).contains("3 rates, but only 2"));
        assert!(wrong("5:10,10", 10).contains("11 arrivals at least, but only 10"));
        assert!(wrong("5:10,10:20", 31).contains("take 30 of 31"));
    }

    #[test]
    fn what_is_written_is_read_and_what_is_none_is_not() {
        for text in ["5", "0.5", "5:200", "2.5:30s", "10:0.5s"] {
            assert_eq!(Rung::parse(text).unwrap().to_string(), text);
        }
        for wrong in [
            "", "0", "-1", "5:", "5:0", "5:1.5", "5:s", "5:-3s", "0.001:1s", "1e9", "5:30m",
        ] {
            assert_eq!(Rung::parse(wrong), None, "{wrong}");
        }
    }
}
