//! The runs that a reader has made in the laboratory, so that an earlier one can be repeated and compared with the last.
//!
//! Of each run its scenario is kept, from which it is computed again, and a figure by which the reader recognises it. All
//! runs are kept as one text with a line for each: number, query, name and figure, encoded as in an address.

use crate::controls::changes;
use crate::format;
use warmpath_core::metrics::{PLACES, Summary};
use warmpath_core::percent;
use warmpath_core::scenario::Scenario;

/// The largest number of runs that are kept; the oldest is dropped first.
pub const MOST: usize = 12;

/// A run that the reader has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The number of the run, from 1.
    pub number: u32,
    /// The scenario of the run, as a query string.
    pub query: String,
    /// The name of the run: how its scenario differs from that of the run before, unless the reader has named it.
    pub name: String,
    /// A figure by which the reader recognises the run: the fastest policy, and its time.
    pub figure: String,
}

/// How a scenario differs from that of the run before, in a few words; for the first run, its workload.
pub fn difference(before: Option<&str>, query: &str) -> String {
    let Ok(now) = Scenario::from_query(query) else {
        return query.to_owned();
    };
    let before = before.and_then(|it| Scenario::from_query(it).ok());
    let Some(before) = before else {
        return now.workload;
    };
    let mut changes = changes(&before, &now);
    let more = changes.len().saturating_sub(2);
    changes.truncate(2);
    if more > 0 {
        changes.push(format!("{more} more"));
    }
    match changes.is_empty() {
        true => "the same again".to_owned(),
        false => changes.join("; "),
    }
}

/// The policy with the smallest median TTFT, with that time.
pub fn figure(summaries: &[Summary]) -> String {
    let some = summaries.iter().filter(|it| it.values.completed > 0.0);
    let median = |it: &Summary| it.values[PLACES.median_ttft_ms];
    let best = some.min_by(|a, b| median(a).total_cmp(&median(b)));
    best.map_or(String::new(), |it| {
        format!("{} {}", it.policy, format::millis(median(it)))
    })
}

/// Adds a run to those there are, and returns its number. A run of a scenario that was run before keeps its number and
/// name.
pub fn add(all: &mut Vec<Past>, query: &str, summaries: &[Summary]) -> u32 {
    let figure = figure(summaries);
    if let Some(same) = all.iter_mut().find(|it| it.query == query) {
        same.figure = figure;
        return same.number;
    }
    let last = all.last();
    let number = last.map_or(1, |it| it.number + 1);
    let name = difference(last.map(|it| it.query.as_str()), query);
    all.push(Past {
        number,
        query: query.to_owned(),
        name,
        figure,
    });
    if all.len() > MOST {
        all.remove(0);
    }
    number
}

/// All runs as one text.
pub fn written(all: &[Past]) -> String {
    let mut out = String::new();
    for it in all {
        out += &it.number.to_string();
        for text in [&it.query, &it.name, &it.figure] {
            out.push(' ');
            percent::encode(text, &percent::UNRESERVED, &mut out);
        }
        out.push('\n');
    }
    out
}

/// Reads the runs from a text; lines that cannot be read are left out.
pub fn read(text: &str) -> Vec<Past> {
    let line = |line: &str| {
        let mut parts = line.split(' ');
        let number = parts.next()?.parse().ok()?;
        let mut text = || percent::decode(parts.next()?);
        let past = Past {
            number,
            query: text()?,
            name: text()?,
            figure: text()?,
        };
        Scenario::from_query(&past.query).ok()?;
        Some(past)
    };
    text.lines().filter_map(line).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::metrics::Figures;

    fn summary(policy: &str, median: f64) -> Summary {
        let values = Figures {
            completed: 10.0,
            median_ttft_ms: median,
            ..Figures::default()
        };
        Summary {
            policy: policy.to_owned(),
            values,
            ..Summary::default()
        }
    }

    #[test]
    fn a_run_is_called_by_what_is_new_and_known_by_who_answers_first() {
        let mut all = Vec::new();
        let summaries = [summary("random", 900.0), summary("smart", 346.0)];
        assert_eq!(add(&mut all, "v=2&w=rag&r=4", &summaries), 1);
        assert_eq!(add(&mut all, "v=2&w=rag&r=8", &summaries), 2);
        assert_eq!(all[0].name, "rag");
        assert!(
            all[1].name.contains('8') && all[1].name.contains('4'),
            "{}",
            all[1].name
        );
        assert_eq!(all[1].figure.replace(format::GAP, " "), "smart 346 ms");
        // A run of the same scenario is the same run.
        assert_eq!(add(&mut all, "v=2&w=rag&r=4", &summaries[..1]), 1);
        assert_eq!(all.len(), 2);
        assert!(all[0].figure.starts_with("random"));
        for at in 0..20 {
            add(&mut all, &format!("v=2&w=rag&seed={at}"), &summaries);
        }
        assert_eq!((all.len(), all[MOST - 1].number), (MOST, 22));
    }

    #[test]
    fn what_is_kept_is_read_again_and_what_is_damaged_is_left_out() {
        let mut all = Vec::new();
        add(&mut all, "v=2&w=rag&r=4", &[summary("smart", 1.0)]);
        all[0].name = "mine, 100 % é\n".to_owned();
        let text = written(&all);
        assert_eq!(read(&text), all);
        assert_eq!(read(&format!("x\n1 %zz a b\n2 r=nothing a b\n{text}")), all);
        assert_eq!(read(""), []);
    }
}
