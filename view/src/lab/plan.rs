//! What a run would do, before there is one: in a sentence with its numbers, and part by part.

use crate::controls::{GROUPS, Said, all, told_swept};
use crate::format;
use crate::markup::escape;
use core::fmt::Write as _;
use warmpath_core::scenario::Scenario;

/// A group's line, what is not the default marked: a summary's inside.
pub fn line(said: &[Said]) -> String {
    let mut out = String::new();
    for (at, it) in said.iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        let text = escape(&it.text);
        let _ = match it.set {
            true => write!(out, "{comma}<em>{text}</em>"),
            false => write!(out, "{comma}{text}"),
        };
    }
    out
}

/// The plan. `requests` are those of the reader's own file; `lists` are the rates and numbers of replicas of a sweep, each split by
/// commas, or empty where the scenario's own stands.
pub fn plan(scenario: &Scenario, requests: Option<u64>, lists: Option<&[String; 2]>) -> String {
    let count = crate::controls::requests(scenario).or(requests);
    let count = match count {
        Some(count) => format::plural(count, "request"),
        None => "requests".to_owned(),
    };
    let policies = scenario.policies.len() as u32;
    let under = match policies {
        1 => "under one policy".to_owned(),
        many => format!(
            "under {} policies in turn, on the same clock",
            format::word(many)
        ),
    };
    let runs = match scenario.seeds {
        1 => String::new(),
        seeds => format!(", with each of {} seeds", format::word(seeds)),
    };
    let fleet = match lists {
        Some([_, replicas]) if !replicas.is_empty() => format!("{} replicas", all(replicas)),
        _ => format::plural(scenario.replicas.into(), "replica"),
    };
    let sweep = lists.map_or(String::new(), |[rates, replicas]| {
        let points = [rates, replicas].map(|list| list.split(',').count() as u32);
        let points = format::word(points[0] * points[1]);
        let at = match rates.as_str() {
            "" => String::new(),
            rates => format!(" at <b>{} arrivals/s</b>", escape(&all(rates))),
        };
        format!("{at}: a sweep of {points} points, each")
    });
    let mut out = format!(
        "<p class=\"lead\">Run sends <b>{count}</b> to <b>{}</b>{sweep} {under}{runs}.</p><dl class=\"plan\">",
        escape(&fleet)
    );
    for title in ["Workload", "Arrivals", "Fleet", "Engine"] {
        if let Some(group) = GROUPS.iter().find(|it| it.title == title) {
            let said = told_swept(group, scenario, lists)
                .into_iter()
                .map(|it| it.text);
            let said = said.collect::<Vec<_>>().join(", ");
            let _ = write!(out, "<dt>{title}</dt><dd>{}</dd>", escape(&said));
        }
    }
    out.push_str("<dt>Policies</dt><dd><ul>");
    for (at, spec) in scenario.policies.iter().enumerate() {
        let _ = write!(
            out,
            "<li><b class=\"curve-{}\">{}</b> {}</li>",
            at % 4,
            escape(&spec.to_string()),
            escape(spec.entry().docs().about)
        );
    }
    out + "</ul></dd></dl><p class=\"soft\">Press Run: curves grow here while it runs, then figures, and a sentence on who answers \
           first and why.</p>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_the_numbers_and_every_policy() {
        let scenario = Scenario::from_query("n=50&r=8&seeds=3&p=smart,least-load").unwrap();
        let said = plan(&scenario, None, None).replace(format::GAP, " ");
        assert!(
            said.contains("<b>50 requests</b> to <b>8 replicas</b> under two policies in turn"),
            "{said}"
        );
        assert!(said.contains("with each of three seeds"), "{said}");
        assert!(said.contains("curve-1\">least-load</b>"), "{said}");
        assert!(said.contains("<dd>8 × NVIDIA L4, Llama"), "{said}");
    }

    #[test]
    fn a_sweep_is_named_with_its_lists_and_points() {
        let scenario = Scenario::from_query("n=50&r=4&rate=10&p=smart,least-load").unwrap();
        let said = |lists: [&str; 2]| {
            let lists = lists.map(str::to_owned);
            plan(&scenario, None, Some(&lists)).replace(format::GAP, " ")
        };
        let both = said(["10,20", "4,8,16"]);
        assert!(
            both.contains(
                "<b>50 requests</b> to <b>4, 8 and 16 replicas</b> at <b>10 and 20 arrivals/s</b>: a sweep of six points, each \
                 under two policies in turn"
            ),
            "{both}"
        );
        assert!(both.contains("swept over 10 and 20 arrivals/s"), "{both}");
        let one = said(["10,20", ""]);
        assert!(
            one.contains(
                "to <b>4 replicas</b> at <b>10 and 20 arrivals/s</b>: a sweep of two points"
            ),
            "{one}"
        );
    }

    #[test]
    fn a_files_requests_are_those_that_were_read() {
        let scenario = Scenario::from_query("w=a.json~0123456789abcdef").unwrap();
        let said = |count| plan(&scenario, count, None).replace(format::GAP, " ");
        assert!(said(Some(60)).contains("<b>60 requests</b>"));
        assert!(said(None).contains("<b>requests</b>"));
    }
}
