//! Whether the tenants and classes that a goal names exist.

use super::{Scenario, ScenarioError};
use crate::nearest::nearest;
use crate::words::excerpt;

impl Scenario {
    /// A goal's tenants and classes have to be among those that are dealt out by shares: a generated workload has none of its own.
    /// Those of a file are known only when it has been read; a limit on a tenant or class without requests then counts as not met.
    pub(super) fn check_goal(&self) -> Result<(), ScenarioError> {
        let (tenants, classes) = (&self.entrance.tenants, &self.entrance.classes);
        let names = || {
            let tenants = tenants.iter().map(|it| it.name.as_str());
            tenants.chain(classes.iter().map(|it| it.name.as_str()))
        };
        // What is not dealt out may still come from the file.
        let all_dealt = !tenants.is_empty() && !classes.is_empty();
        if !all_dealt && self.may_have_labels() {
            return Ok(());
        }
        let limits = self.goal.iter().flat_map(|goal| goal.limits());
        let mut named = limits.filter_map(|limit| limit.of.as_deref());
        let Some(strange) = named.find(|of| names().all(|name| name != *of)) else {
            return Ok(());
        };
        let hint = nearest(strange, names()).map(|name| format!("; did you mean \"{name}\"?"));
        let all = names().collect::<Vec<_>>().join(", ");
        let all = match all.is_empty() {
            true => "; there are none, so set tenants or classes".to_owned(),
            false => format!(" ({all})"),
        };
        Err(ScenarioError::Conflict(format!(
            "goal has a limit on \"{}\", which is no tenant or class{all}{}",
            excerpt(strange),
            hint.unwrap_or_default()
        )))
    }

    /// Whether the workload may bring tenants or classes of its own, which only a file does.
    fn may_have_labels(&self) -> bool {
        crate::workload::Named::parse(&self.workload).is_err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_on_a_class_that_there_is_not_is_refused() {
        let read = |goal: &str, more: &str| {
            let query = format!("v=2&w=rag&goal={goal}{more}");
            Scenario::from_query(&query).map_err(|error| error.to_string())
        };
        let classes = "&classes=chat:0.3:0,batch:0.7:9";
        assert!(read("p95_ttft@chat%3C500ms", classes).is_ok());
        let error = read("p95_ttft@chta%3C500ms", classes).unwrap_err();
        assert!(error.contains("did you mean \"chat\"?"), "{error}");
        let error = read("p95_ttft@chat%3C500ms", "").unwrap_err();
        assert!(error.contains("there are none"), "{error}");
        // A file may have any.
        let file =
            Scenario::from_query("v=2&w=requests.jsonl~0123456789abcdef&goal=p95_ttft@chat%3C9s");
        assert!(file.is_ok(), "{file:?}");
    }
}
