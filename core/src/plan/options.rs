//! Reads the options of a search from text: the command line's options, which the page's controls set too.
//!
//! An option that was not given, or whose text is empty, has its default.

use super::fleets::Grid;
use super::{PlanError, capacity, tune};
use crate::scenario::Scenario;
use crate::words::excerpt;

/// Looks up the text that was given for an option, by the option's name without dashes; a switch that is on has any text.
pub type GivenOption<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

fn given<'a>(options: GivenOption<'a>, flag: &str) -> Option<&'a str> {
    options(flag).map(str::trim).filter(|it| !it.is_empty())
}

/// Reads an option that is a whole number within a range; `own` if it was not given.
///
/// # Errors
/// The text that was given, and the range that would be right.
pub fn whole(
    options: GivenOption<'_>,
    flag: &str,
    own: u32,
    (least, most): (u32, u32),
) -> Result<u32, PlanError> {
    let Some(text) = given(options, flag) else {
        return Ok(own);
    };
    let value = text.parse().ok();
    let value = value.filter(|value| (least..=most).contains(value));
    value.ok_or_else(|| {
        PlanError::Range(format!(
            "{flag} is \"{}\", but must be a whole number from {least} to {most}",
            excerpt(text)
        ))
    })
}

/// Reads an option that is a number within a range, where `1%` is 0.01; `own` if it was not given.
///
/// # Errors
/// The text that was given, and the range that would be right.
pub fn real(
    options: GivenOption<'_>,
    flag: &str,
    own: f64,
    (least, most): (f64, f64),
) -> Result<f64, PlanError> {
    let Some(text) = given(options, flag) else {
        return Ok(own);
    };
    let (number, factor) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim(), 0.01),
        None => (text, 1.0),
    };
    let value = crate::decimal::real(number).map(|value| value * factor);
    let value = value.filter(|value| (least..=most).contains(value));
    value.ok_or_else(|| {
        PlanError::Range(format!(
            "{flag} is \"{}\", but must be a number from {least} to {most}",
            excerpt(text)
        ))
    })
}

/// Reads the settings of a capacity search: `tolerance`, `finite` and `no-loss`.
///
/// # Errors
/// If a value is out of its range.
pub fn capacity(options: GivenOption<'_>) -> Result<capacity::CapacitySearch, PlanError> {
    let own = capacity::CapacitySearch::default();
    Ok(capacity::CapacitySearch {
        tolerance: real(options, "tolerance", own.tolerance, (0.0001, 0.5))?,
        steady: given(options, "finite").is_none(),
        with_loss: given(options, "no-loss").is_none(),
    })
}

/// Reads the grid that fleets are chosen from: `replicas`, `gpu`, `tp` and `frontier`.
///
/// # Errors
/// If a list cannot be read, or a value is out of its range.
pub fn grid(scenario: &Scenario, options: GivenOption<'_>) -> Result<Grid, PlanError> {
    let list = |flag| given(options, flag).unwrap_or_default();
    let frontier = real(options, "frontier", 2.0, (0.0, 1e6))?;
    Ok(Grid {
        frontier,
        ..Grid::parse(scenario, list("replicas"), list("gpu"), list("tp"))?
    })
}

/// Reads how a policy is tuned: `settings`, `search-seeds` and `held-out`.
///
/// # Errors
/// If a value is out of its range.
pub fn tune(options: GivenOption<'_>) -> Result<tune::TuneSearch, PlanError> {
    let own = tune::TuneSearch::default();
    Ok(tune::TuneSearch {
        settings: whole(options, "settings", own.settings as u32, (2, 10_000))? as usize,
        seeds: whole(options, "search-seeds", own.seeds, (1, 100))?,
        held_out: whole(options, "held-out", own.held_out, (2, 1000))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_is_at_its_default_and_what_is_wrong_is_said() {
        let none: GivenOption<'_> = &|_| None;
        assert_eq!(capacity(none), Ok(capacity::CapacitySearch::default()));
        assert_eq!(tune(none), Ok(tune::TuneSearch::default()));
        let some: GivenOption<'_> = &|flag| match flag {
            "tolerance" => Some("2 %"),
            "no-loss" => Some("yes"),
            "finite" => Some(" "),
            "held-out" => Some("1"),
            _ => None,
        };
        let how = capacity(some).unwrap();
        assert_eq!(
            (how.tolerance, how.with_loss, how.steady),
            (0.02, false, true)
        );
        let wrong = tune(some).unwrap_err().to_string();
        assert_eq!(
            wrong,
            "held-out is \"1\", but must be a whole number from 2 to 1000"
        );
    }
}
