//! The texts and tables for forking a decision: the slowest requests of a policy, any other request by its number, and what
//! each alternative would have led to.

use crate::fork::{self, CELLS, Pick, rows};
use crate::format;
use crate::rich::{Tone, plain_text};
use crate::table::{Cell, Place, Row, Table};
use warmpath_core::decimal::whole;
use warmpath_core::fleet::Effect;

/// Reads the number of a request of a run, which has `count` requests if that is known.
///
/// # Errors
/// The range of valid numbers.
pub fn request(typed: &str, count: Option<u64>) -> Result<u32, String> {
    let number = whole(typed.trim());
    let there = number.filter(|&number| count.is_none_or(|count| number < count));
    let there = there.and_then(|number| u32::try_from(number).ok());
    there.ok_or_else(|| match count {
        Some(count) => format!(
            "The run has requests 0 to {}",
            format::count(count.saturating_sub(1))
        ),
        None => "Must be a whole number from 0".to_owned(),
    })
}

/// The headings of the table of requests; the last column has the buttons.
pub fn head() -> Row {
    const HEADS: [&str; 5] = [
        "sent at",
        "prompt, tokens",
        "found, tokens",
        "replica",
        "TTFT",
    ];
    let heads = HEADS.into_iter().map(Cell::column);
    let ends = || core::iter::once(Cell::default());
    Row::new(ends().chain(heads).chain(ends()))
}

/// The row of a request, under [`head`]; the page adds the cell with its button.
pub fn pick(pick: &Pick) -> Row {
    let number = format::count(pick.request.into());
    Row::new([
        Cell::row(format!("request {number}")),
        Cell::value(format::seconds(pick.sent)),
        Cell::value(format::count(pick.prompt.into())),
        Cell::value(format::count(pick.found.into())),
        Cell::value(pick.replica.to_string()),
        Cell::value(format::seconds(pick.ttft)),
    ])
}

/// What sending the request to each replica would have led to, with a row for each.
pub fn alternatives(original: &Effect, effects: &[Effect]) -> Table {
    let row = |of: fork::ForkRow| {
        let mut name = plain_text(format!("replica {}", of.replica));
        if of.chosen {
            name.push((Tone::Chosen, "chosen".to_owned()));
        }
        let cell = |(value, change): (String, String)| {
            let text = vec![(Tone::Plain, format!("{value} ")), (Tone::Small, change)];
            Cell::rich(Place::Value, text)
        };
        let name = core::iter::once(Cell::rich(Place::Row, name));
        Row::new(name.chain(of.cells.map(cell)))
    };
    let head = core::iter::once(Cell::default()).chain(CELLS.map(Cell::column));
    Table::simple(head, rows(original, effects).into_iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_by_its_number_and_the_runs_numbers_are_told() {
        let of = |typed: &str| request(typed, Some(400));
        assert_eq!([of("0"), of(" 399 "), of("1e2")], [Ok(0), Ok(399), Ok(100)]);
        for wrong in ["400", "-1", "1e9", "", "1.5"] {
            assert_eq!(
                of(wrong),
                Err("The run has requests 0 to 399".to_owned()),
                "{wrong}"
            );
        }
        assert_eq!(request("1,200", Some(8000)), Ok(1200));
        assert_eq!(
            request("x", Some(8000)).unwrap_err(),
            "The run has requests 0 to 7,999"
        );
        assert_eq!(request("7", None), Ok(7));
        assert!(request("x", None).is_err());
    }
}
