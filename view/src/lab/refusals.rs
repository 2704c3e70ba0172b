//! What was typed into a control and refused. The reason is shown below the control. If the text would have been part of a
//! run, the Run button waits until it is corrected, and what stands beside the button leads to the control.
//!
//! What was typed stays in the control, so that it can be corrected. The scenario stays as it was.

use crate::controls::{label, on_page};
use crate::rich::{RichText, Tone};
use crate::{wire_choices, wire_fields};
use warmpath_core::scenario::{Field, ScenarioError};

/// What a refused text would have set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedPart {
    /// Nothing of its own: the refusal is not shown at a control.
    None,
    /// A field of the scenario.
    Field,
    /// A setting of the workload.
    Workload,
    /// The choice of policies.
    Policies,
    /// A parameter of a policy, or what it knows.
    Policy,
    /// The number of the request to be forked.
    Fork,
    /// The lists of a sweep over rates and numbers of replicas.
    Lists,
    /// What is swept over a policy's parameter.
    Values,
    /// A setting of a question on what to run.
    Plan,
}

/// A text that was typed into a control and refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What the text would have set.
    pub part: RefusedPart,
    /// The id of the control in which it was typed; empty if the refusal is not shown at a control.
    pub control: String,
    /// The label of the control.
    pub label: String,
    /// The text that was refused.
    pub typed: String,
    /// Why it was refused, and what would be right.
    pub reason: String,
}

wire_choices! {
    RefusedPart {
        0: None {}, 1: Field {}, 2: Workload {}, 3: Policies {}, 4: Policy {}, 5: Fork {}, 6: Lists {}, 7: Values {}, 8: Plan {}
    }
}

wire_fields! {
    Refusal { part, control, label, typed, reason }
}

impl Refusal {
    /// The refusal of a text in a control, for a reason.
    pub fn new(part: RefusedPart, control: &str, label: &str, typed: &str, reason: String) -> Self {
        Self {
            part,
            control: control.to_owned(),
            label: label.to_owned(),
            typed: typed.to_owned(),
            reason,
        }
    }

    /// The refusal of a text in the control of a scenario's field. The label is added by [`Refusal::labelled`], as the engine,
    /// which refuses, has no labels.
    pub fn of(field: &Field, typed: &str, error: &ScenarioError) -> Self {
        let control = format!("lab-{}", field.flag);
        Self::new(RefusedPart::Field, &control, "", typed, reason(error))
    }

    /// The field whose text was refused, by the name of its option; `None` if the refusal is of something else.
    pub fn flag(&self) -> Option<&str> {
        let control = self.control.strip_prefix("lab-");
        control.filter(|_| self.part == RefusedPart::Field)
    }

    /// The refusal with the label of its control, if that is the control of a field and the refusal has none yet.
    #[must_use]
    pub fn labelled(mut self) -> Self {
        if let (true, Some(flag)) = (self.label.is_empty(), self.flag()) {
            self.label = label(flag).to_owned();
        }
        self.reason = on_page(&self.reason);
        self
    }

    /// Whether Run waits for the text to be corrected. It does not wait for a fork's number, a sweep's lists and the settings of
    /// a search, which belong to buttons of their own.
    pub fn holds_run(&self) -> bool {
        use RefusedPart::{Fork, Lists, Plan, Values};
        !matches!(self.part, Fork | Lists | Values | Plan)
    }

    /// The valid range, if the reason names one and nothing else that is valid.
    fn range(&self) -> Option<&str> {
        let (before, rest) = self.reason.split_once("number from ")?;
        let ends = |letter: char| !(letter.is_ascii_digit() || " to,.-".contains(letter));
        let range = rest.split(ends).next().unwrap_or_default();
        // "Step, or a number from …" and "a number from …, or both" say more than a range.
        let more = [before, rest].iter().any(|text| text.contains(" or "));
        (!more).then(|| range.trim_end_matches([' ', '.', ',']))
    }
}

/// Why a text was refused, without the text itself, which the reader still sees in the control.
pub fn reason(error: &ScenarioError) -> String {
    match error {
        ScenarioError::Value { wanted, hint, .. } => format!("Must be {wanted}{hint}"),
        _ => error.to_string(),
    }
}

/// The controls that the Run button waits for: the id of each, and its label with the valid range, if that says all.
pub fn pointers(refused: &[Refusal]) -> Vec<(String, String)> {
    let held = refused.iter().filter(|it| it.holds_run());
    held.map(|it| {
        let range = it
            .range()
            .map_or(String::new(), |range| format!(": {range}"));
        (it.control.clone(), format!("{}{range}", it.label))
    })
    .collect()
}

/// A sentence for each part of an address that was not understood: the part, and what would be right.
pub fn ignored(parts: &[(String, String)]) -> Vec<RichText> {
    let one = |(part, right): &(String, String)| {
        vec![
            (Tone::Code, part.clone()),
            (Tone::Plain, format!(" {right}")),
        ]
    };
    parts.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::words;
    use warmpath_core::scenario::{FIELDS, Scenario, Sweep};

    fn refused(flag: &str, typed: &str) -> Refusal {
        let field = FIELDS.iter().find(|it| it.flag == flag).unwrap();
        let error = field.set(&mut Scenario::default(), typed).unwrap_err();
        Refusal::of(field, typed, &error).labelled()
    }

    #[test]
    fn a_refusal_says_what_would_be_right_and_points_to_its_control() {
        let it = refused("replicas", "5000");
        assert_eq!(it.reason, "Must be a whole number from 1 to 1024");
        let pointers = pointers(&[it, refused("gpu", "l5")]);
        let pointer = |at: usize| (pointers[at].0.as_str(), pointers[at].1.as_str());
        assert_eq!(pointer(0), ("lab-replicas", "Replicas: 1 to 1024"));
        assert_eq!(pointer(1), ("lab-gpu", "GPU"));
        assert!(
            refused("gpu", "<b>")
                .reason
                .starts_with("Must be one of l4")
        );
    }

    #[test]
    fn a_range_is_told_only_where_it_is_all_there_is() {
        let range = |reason: &str| {
            Refusal::new(RefusedPart::Field, "x", "X", "", reason.to_owned())
                .range()
                .map(str::to_owned)
        };
        assert_eq!(refused("requests", "0").range(), Some("1 to 100,000,000"));
        assert_eq!(refused("rate", "-1").range(), Some("0.000001 to 1,000,000"));
        assert_eq!(refused("load-age", "old").range(), None);
        assert_eq!(refused("arrivals", "often").range(), None);
        let named = "workload rag: contexts is \"0\", a whole number from 1 to 100,000 expected";
        assert_eq!(range(named).as_deref(), Some("1 to 100,000"));
        assert_eq!(range("unknown policy"), None);
    }

    #[test]
    fn every_part_that_is_left_out_is_named_with_its_reason() {
        let (_, parts) = Sweep::parse_lenient("w=<b>&n=200&p=smrt,chwbl");
        let parts = parts.into_iter();
        let parts: Vec<_> = parts.map(|it| (it.part, it.error.to_string())).collect();
        let sentences = ignored(&parts);
        assert_eq!(sentences.len(), 2);
        assert_eq!(sentences[0][0], (Tone::Code, "w=<b>".to_owned()));
        let sentences = sentences.iter().map(words).collect::<Vec<_>>();
        assert!(
            sentences[0].starts_with("w=<b> there is no workload"),
            "{sentences:?}"
        );
        assert!(
            sentences[1].starts_with("p=smrt unknown policy"),
            "{sentences:?}"
        );
    }

    #[test]
    fn run_does_not_wait_for_what_other_buttons_run() {
        use RefusedPart::{Field, Fork, Lists, Plan, Policy, Values, Workload};
        let holds = |part: RefusedPart| Refusal::new(part, "x", "X", "", String::new()).holds_run();
        assert!([Field, Policy, Workload].into_iter().all(holds));
        assert!(![Fork, Lists, Values, Plan].into_iter().any(holds));
    }
}
