//! What a run would do, before there is one: in a sentence with its numbers, and part by part.

use crate::controls::{GROUPS, Said, told};
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

/// The plan. `requests` are those of the reader's own file.
pub fn plan(scenario: &Scenario, requests: Option<u64>) -> String {
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
    let mut out = format!(
        "<p class=\"lead\">Run sends <b>{count}</b> to <b>{}</b> {under}{runs}.</p><dl class=\"plan\">",
        format::plural(scenario.replicas.into(), "replica")
    );
    for title in ["Workload", "Arrivals", "Fleet", "Engine"] {
        if let Some(group) = GROUPS.iter().find(|it| it.title == title) {
            let said = told(group, scenario).into_iter().map(|it| it.text);
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
            escape(spec.entry().words().about)
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
        let said = plan(&scenario, None).replace(format::GAP, " ");
        assert!(
            said.contains("<b>50 requests</b> to <b>8 replicas</b> under two policies in turn"),
            "{said}"
        );
        assert!(said.contains("with each of three seeds"), "{said}");
        assert!(said.contains("curve-1\">least-load</b>"), "{said}");
        assert!(said.contains("<dd>8 × NVIDIA L4, Llama"), "{said}");
    }

    #[test]
    fn a_files_requests_are_those_that_were_read() {
        let scenario = Scenario::from_query("w=a.json~0123456789abcdef").unwrap();
        let said = |count| plan(&scenario, count).replace(format::GAP, " ");
        assert!(said(Some(60)).contains("<b>60 requests</b>"));
        assert!(said(None).contains("<b>requests</b>"));
    }
}
