//! A control as data: what it is called, what it takes, and what is said of it. Its value is not in it, since that changes.

use crate::controls::Kind;

/// A control of the laboratory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Its id in the page, by which a refusal names it.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// The name it has on the command line; empty where that would say the same again.
    pub code: &'static str,
    /// The unit beside its value; empty for none.
    pub unit: &'static str,
    /// Whether its values are long, so that it stands below its label.
    pub wide: bool,
    /// What can be typed or chosen.
    pub kind: Kind,
    /// Whether only numbers are right, so that a phone shows digits.
    pub numeric: bool,
    /// What stands in it while it is empty.
    pub placeholder: &'static str,
    /// What is said of it.
    pub help: Help,
}

/// Where a control's help is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Help {
    /// The control has no help.
    None,
    /// Told by screen readers; others are told below the group while the control is in hand.
    Unseen(String),
    /// The help stands below the control.
    Below(String),
}

impl Control {
    /// A control for a text, with nothing but a name.
    pub fn text(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            code: "",
            unit: "",
            wide: false,
            kind: Kind::Typed,
            numeric: false,
            placeholder: "",
            help: Help::None,
        }
    }

    /// The id of its help; none where there is none.
    pub fn help_id(&self) -> Option<String> {
        (self.help != Help::None).then(|| format!("{}-help", self.id))
    }
}

/// A choice of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value that is chosen, as a scenario's query has it.
    pub value: String,
    /// What it is called.
    pub shown: String,
    /// What is said of it where a pointer rests on it; empty for nothing.
    pub about: &'static str,
}

/// Choices that are called what they are.
pub fn choices<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Choice> {
    let choice = |name: &str| Choice {
        value: name.to_owned(),
        shown: name.to_owned(),
        about: "",
    };
    names.into_iter().map(choice).collect()
}
