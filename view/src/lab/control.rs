//! A control as data: its label, what can be entered, and its help. The value is not part of it, because it changes.

use crate::controls::ControlKind;

/// A control of the laboratory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// The id of the control's element, by which a refusal refers to it.
    pub id: String,
    /// The label of the control.
    pub label: String,
    /// The name of the field on the command line; empty if the label is the same.
    pub code: String,
    /// The unit beside the value; empty for none.
    pub unit: String,
    /// Whether the values are long, so that they are entered below the label instead of beside it.
    pub wide: bool,
    /// What can be typed or chosen.
    pub kind: ControlKind,
    /// Whether only numbers are valid, so that a phone shows a keyboard of digits.
    pub numeric: bool,
    /// The placeholder while the control is empty.
    pub placeholder: String,
    /// The help for the control, and where it stands.
    pub help: Help,
}

/// The help for a control, by where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Help {
    /// The control has no help.
    None,
    /// The help is read by screen readers; other readers see it below the group once the control has had the focus or the
    /// pointer, until another has.
    Unseen(String),
    /// The help stands below the control.
    Below(String),
}

impl Control {
    /// A text control with a label and no help.
    pub fn text(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            code: String::new(),
            unit: String::new(),
            wide: false,
            kind: ControlKind::Typed,
            numeric: false,
            placeholder: String::new(),
            help: Help::None,
        }
    }

    /// The texts that a reader sees with the control: its label, its help, and what can be chosen.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.label.as_str()];
        if let Help::Unseen(help) | Help::Below(help) = &self.help {
            texts.push(help);
        }
        if let ControlKind::Choice(names) | ControlKind::Suggest(names) = &self.kind {
            texts.extend(names.iter().map(String::as_str));
        }
        texts
    }

    /// The id of the element with the help; `None` if there is no help.
    pub fn help_id(&self) -> Option<String> {
        (self.help != Help::None).then(|| format!("{}-help", self.id))
    }
}

/// An entry of a list to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value that is chosen, as a scenario's query has it.
    pub value: String,
    /// The text of the entry.
    pub shown: String,
    /// The explanation that appears where a pointer rests on the entry; empty for none.
    pub about: String,
}

/// Entries whose text is the value itself.
pub fn choices<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Choice> {
    let choice = |name: &str| Choice {
        value: name.to_owned(),
        shown: name.to_owned(),
        about: String::new(),
    };
    names.into_iter().map(choice).collect()
}
