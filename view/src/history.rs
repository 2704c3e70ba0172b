//! The runs and sweeps that a reader has made in the laboratory, so that an earlier one can be repeated and compared with the
//! last.
//!
//! Of each its scenario is kept, with its lists if it is a sweep, from which it is computed again, and a figure by which the
//! reader recognises it. All are kept as one text with a line for each: number, query, name and figure, encoded as in an address.

use crate::controls::{all, changes, flags};
use crate::form::{Settings, Whole};
use crate::format;
use warmpath_core::metrics::{PLACES, Summary};
use warmpath_core::percent;

/// The largest number of runs that are kept; the oldest is dropped first.
pub const MOST: usize = 12;

/// A run, or a sweep, that the reader has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The number of the run, from 1.
    pub number: u32,
    /// The scenario of the run, as a query string; that of a sweep has lists.
    pub query: String,
    /// The name of the run: how its scenario differs from that of the run before, unless the reader has named it.
    pub name: String,
    /// A figure by which the reader recognises the run: the fastest policy, and its time.
    pub figure: String,
}

/// The settings of a sweep, made of the query of its first point and of the rate and the replicas of each of its points; without
/// points, those of a run.
pub fn asked(query: &str, points: &[(f64, u32)]) -> Settings {
    let mut lists = [Vec::new(), Vec::new()];
    for (rate, replicas) in points {
        for (list, value) in lists
            .iter_mut()
            .zip([rate.to_string(), replicas.to_string()])
        {
            if !list.contains(&value) {
                list.push(value);
            }
        }
    }
    // What all points have is the scenario's, which may have more to it than a number.
    let lists = lists.map(|it| match it.len() {
        ..=1 => String::new(),
        _ => it.join(","),
    });
    Settings {
        query: query.to_owned(),
        lists: lists.iter().any(|it| !it.is_empty()).then_some(lists),
    }
}

/// How a scenario differs from that of the run before, in a few words that begin with the lists of a sweep; for the first run, its
/// workload and its lists.
pub fn difference(before: Option<&Whole>, now: &Whole) -> String {
    let mut parts = Vec::new();
    let were = before.map(|it| &it.lists);
    if were != Some(&now.lists) {
        let named = ["rates", "replicas"].iter().zip(&now.lists);
        let swept = named.filter(|it| !it.1.is_empty());
        let swept: Vec<String> = swept
            .map(|it| format!("{} {}", it.0, values(it.1)))
            .collect();
        if !swept.is_empty() {
            parts.push(swept.join("; "));
        } else if were.is_some() {
            parts.push("one run".to_owned());
        }
    }
    let text = |of: &Whole, flag: &str| {
        let at = flags().position(|it| it == flag);
        at.and_then(|at| of.values.get(at)).cloned()
    };
    match before {
        None => parts.insert(0, text(now, "workload").unwrap_or_default()),
        Some(before) => {
            // Where there is a list, the first point's value says nothing.
            let listed = |flag| match flag {
                "rate" => !now.lists[0].is_empty(),
                "replicas" => !now.lists[1].is_empty(),
                _ => false,
            };
            let were = flags().zip(before.values.iter().zip(&now.values));
            let were = were.map(|(flag, (was, is))| if listed(flag) { is } else { was });
            let are = now.values.iter().map(String::as_str);
            parts.extend(changes(were.map(String::as_str), are));
        }
    }
    let more = parts.len().saturating_sub(2);
    parts.truncate(2);
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    match parts.is_empty() {
        true => "the same again".to_owned(),
        false => parts.join("; "),
    }
}

/// The values of a list in words; of a long list the first and the last.
fn values(list: &str) -> String {
    let mut each = list.split(',');
    match (each.clone().count(), each.next(), each.next_back()) {
        (6.., Some(first), Some(last)) => format!("{first} to {last}"),
        _ => all(list),
    }
}

/// The policy with the smallest median TTFT, with that time; of a sweep also how many runs it has.
pub fn figure(swept: bool, summaries: &[Summary]) -> String {
    let some = summaries.iter().filter(|it| it.values.completed > 0.0);
    let median = |it: &Summary| it.values[PLACES.median_ttft_ms];
    let best = some.min_by(|a, b| median(a).total_cmp(&median(b)));
    let best = best.map_or(String::new(), |it| {
        format!("{}, median TTFT {}", it.policy, format::millis(median(it)))
    });
    match swept {
        true => {
            let runs = format::plural(summaries.len() as u64, "run");
            format!("{runs}, the best: {best}")
        }
        false => best,
    }
}

/// Adds a run with its figure to those there are, and returns its number. A run of a scenario that was run before keeps its
/// number and name; else `name` gives it one, from the query of the run before.
pub fn add(
    all: &mut Vec<Past>,
    query: &str,
    figure: String,
    name: impl FnOnce(Option<&str>) -> String,
) -> u32 {
    if let Some(same) = all.iter_mut().find(|it| it.query == query) {
        same.figure = figure;
        return same.number;
    }
    let last = all.last();
    let number = last.map_or(1, |it| it.number + 1);
    let name = name(last.map(|it| it.query.as_str()));
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

/// Reads the runs from a text; lines that cannot be read, or whose query is none for `valid`, are left out.
pub fn read(text: &str, valid: impl Fn(&str) -> bool) -> Vec<Past> {
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
        valid(&past.query).then_some(past)
    };
    text.lines().filter_map(line).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{self, Question};
    use warmpath_core::metrics::Figures;

    fn ask<T: crate::wire::Wire>(question: &Question) -> T {
        form::read(&form::answer(&form::bytes(question))).expect("an answer")
    }

    fn whole(query: &str) -> Whole {
        let (query, swept) = (query.to_owned(), true);
        ask(&Question::Read { query, swept })
    }

    fn asked(query: &str, points: &[(f64, u32)]) -> String {
        let of = super::asked(query, points);
        ask(&Question::Join { of })
    }

    fn add(all: &mut Vec<Past>, query: &str, summaries: &[Summary]) -> u32 {
        let now = whole(query);
        let swept = now.lists.iter().any(|it| !it.is_empty());
        super::add(all, query, figure(swept, summaries), |before| {
            difference(before.map(whole).as_ref(), &now)
        })
    }

    fn read(text: &str) -> Vec<Past> {
        super::read(text, |query| whole(query).wrong.is_empty())
    }

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
        assert_eq!(
            all[1].figure.replace(format::GAP, " "),
            "smart, median TTFT 346 ms"
        );
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
    fn a_sweep_is_kept_with_its_lists_and_called_by_them() {
        let first = "v=2&w=rag&r=1&rate=8&p=random,smart";
        let points = [(8.0, 1), (8.0, 2), (16.5, 1), (16.5, 2)];
        let query = asked(first, &points);
        assert_eq!(query, "v=2&w=rag&r=1,2&rate=8,16.5&p=random,smart");
        assert_eq!(asked(first, &[]), first);
        // One list; the rate stays the scenario's.
        let of_replicas = asked("v=2&w=rag&r=1&rate=8", &[(8.0, 1), (8.0, 2)]);
        assert_eq!(of_replicas, "v=2&w=rag&r=1,2&rate=8");
        let mut all = Vec::new();
        let summaries = [summary("random", 900.0), summary("smart", 346.0)];
        add(&mut all, "v=2&w=rag&r=4", &summaries);
        assert_eq!(add(&mut all, &query, &summaries), 2);
        assert_eq!(add(&mut all, "v=2&w=rag&r=8&p=random,smart", &summaries), 3);
        assert!(
            all[1]
                .name
                .starts_with("rates 8 and 16.5; replicas 1 and 2"),
            "{}",
            all[1].name
        );
        let figure = all[1].figure.replace(format::GAP, " ");
        assert_eq!(figure, "2 runs, the best: smart, median TTFT 346 ms");
        assert!(all[2].name.starts_with("one run; "), "{}", all[2].name);
        assert_eq!(read(&written(&all)), all);
        // The same again is the same sweep.
        assert_eq!(add(&mut all, &query, &summaries[..1]), 2);
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
