//! Fork and rerun: the slowest requests of a policy, any other by its number, and what each alternative would have led to.

use super::{cells, heads};
use crate::fork::{CELLS, Pick, rows, say};
use crate::format;
use crate::markup::escape;
use core::fmt::Write as _;
use warmpath_core::decimal::whole;
use warmpath_core::fleet::Effect;
use warmpath_core::scenario::Scenario;

/// The choices and the places of what comes of them.
pub fn frame() -> String {
    format!(
        "<details class=\"group\" id=\"lab-forks\"><summary><b>What if a request had gone elsewhere?</b> \
         <span class=\"soft\">fork and rerun</span></summary><div class=\"abreast\">\
         <div class=\"field\"><label for=\"fork-policy\">policy</label><select id=\"fork-policy\"></select></div>\
         <div class=\"field\"><label for=\"fork-number\">any request, by number</label>\
         <input type=\"text\" inputmode=\"numeric\" id=\"fork-number\" autocomplete=\"off\"></div>\
         <button type=\"button\" id=\"fork-any\">Fork it</button></div>\
         <div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"The slowest requests\">\
         <table class=\"numbers\" id=\"fork-picks\">\
         <caption class=\"soft\">The requests that waited longest for their first token</caption>\
         <thead><tr><td></td>{}<td></td></tr></thead><tbody></tbody></table></div>\
         <p class=\"say\" role=\"status\" id=\"fork-said\" hidden></p>\
         <div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Every alternative\" id=\"fork-alternatives\" hidden></div></details>",
        heads([
            "sent at",
            "prompt, tokens",
            "found, tokens",
            "replica",
            "TTFT"
        ])
    )
}

/// The request of that number, of a run of so many where that is known.
///
/// # Errors
/// Which numbers there are.
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

/// How many requests a run of this scenario has; `file` is the reader's own, with its requests.
pub fn count(query: &str, file: Option<(&str, u32)>) -> Option<u64> {
    let scenario = Scenario::from_query(query).ok()?;
    let file = file.filter(|it| it.0 == scenario.workload).map(|it| it.1);
    let file = file.map(|all| u64::from(scenario.requests.map_or(all, |asked| asked.min(all))));
    file.or_else(|| crate::controls::requests(&scenario))
}

/// The policies to choose from, by their places.
pub fn policies<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (at, name) in names.into_iter().enumerate() {
        super::option(&mut out, &at.to_string(), name, "");
    }
    out
}

/// A row a request, with a button that carries its number in `data-request`.
pub fn picks(picks: &[Pick]) -> String {
    picks.iter().fold(String::new(), |mut out, it| {
        let request = it.request;
        let values = [
            format::seconds(it.sent),
            format::count(it.prompt.into()),
            format::count(it.found.into()),
            it.replica.to_string(),
            format::seconds(it.ttft),
        ];
        let _ = write!(
            out,
            "<tr><th scope=\"row\">request {}</th>{}<td><button type=\"button\" class=\"small\" data-request=\"{request}\" \
             aria-label=\"Fork request {request}\">Fork</button></td></tr>",
            format::count(request.into()),
            cells("<td>", "</td>", values.iter().map(String::as_str))
        );
        out
    })
}

/// What came of a fork: in sentences, and as a table with a row a replica.
pub fn told(policy: &str, request: u32, original: &Effect, effects: &[Effect]) -> [String; 2] {
    let mut out = format!(
        "<table class=\"numbers\" id=\"fork-table\"><thead><tr><td></td>{}</tr></thead><tbody>",
        heads(CELLS)
    );
    for row in rows(original, effects) {
        let mark = match row.chosen {
            true => "<span class=\"chosen\">chosen</span>",
            false => "",
        };
        let _ = write!(
            out,
            "<tr><th scope=\"row\">replica {}{mark}</th>",
            escape(&row.replica)
        );
        for (value, change) in &row.cells {
            let _ = write!(
                out,
                "<td>{} <small>{}</small></td>",
                escape(value),
                escape(change)
            );
        }
        out.push_str("</tr>");
    }
    [
        escape(&say(policy, request, original, effects)),
        out + "</tbody></table>",
    ]
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

    #[test]
    fn the_count_is_that_of_the_workload_or_of_the_readers_file() {
        assert_eq!(count("v=1&w=rag&n=80", None), Some(80));
        assert_eq!(count("v=1&w=rag", None), Some(400));
        let own = "v=1&w=a.json~0123456789abcdef&n=50";
        assert_eq!(count(own, Some(("a.json~0123456789abcdef", 60))), Some(50));
        assert_eq!(count(own, Some(("b.json~1123456789abcdef", 60))), Some(50));
        assert_eq!(count("v=1&w=a.json~0123456789abcdef", None), None);
    }
}
