//! Shows refused texts where they were typed: the reason is below the control, which keeps its text. Run waits, unless
//! the text belongs to another button, as a fork's number does.

use super::state::Lab;
use crate::dom;
use crate::figure::rich::items;
use crate::figure::signal::{follow, parts, when};
use crate::figure::{Button, Line, List};
use leptos::prelude::*;
use warmpath_view::form::Edit;
use warmpath_view::lab::refusals::{Refusal, RefusedPart, ignored, pointers};
use warmpath_view::rich::words;
use web_sys::Element;

impl Lab {
    /// Says at the top of the page, where a reader who opens a link begins, which parts of the address were not understood.
    pub fn tell_at_the_top(self) {
        let ignored = ignored(&self.address.ignored.read_untracked());
        self.tell_of(&ignored.iter().map(words).collect::<Vec<_>>().join("; "));
    }

    /// Adds to the notice at the top which parts of the link were not understood; `more` may be empty. The notice is hidden while it
    /// says nothing.
    pub(super) fn tell_of(self, more: &str) {
        if let (Some(notice), Some(parts)) = (dom::by_id("refused"), dom::by_id("refused-parts")) {
            let before = parts.text_content().unwrap_or_default();
            // What is said already is not said twice.
            let more = if before.contains(more) { "" } else { more };
            let all = [before.as_str(), more]
                .into_iter()
                .filter(|it| !it.is_empty());
            let all = all.collect::<Vec<_>>().join("; ");
            parts.set_text_content(Some(&all));
            let _ = notice.toggle_attribute_with_force("hidden", all.is_empty());
        }
    }

    /// Shows below a control why its text is refused.
    pub(super) fn refuse(self, refusal: Refusal) {
        self.settings.refused.update(|all| {
            all.retain(|it| it.control != refusal.control);
            all.push(refusal);
        });
    }

    /// Removes all refusals of texts that would have set one of these parts.
    pub(super) fn forgive(self, parts: &[RefusedPart]) {
        let of = |it: &Refusal| parts.contains(&it.part);
        if self.settings.refused.read_untracked().iter().any(of) {
            self.settings.refused.update(|all| all.retain(|it| !of(it)));
        }
    }

    /// Removes the refusal of a control whose text is valid now.
    pub(super) fn mended(self, control: &str) {
        let of = |it: &Refusal| it.control == control;
        if self.settings.refused.read_untracked().iter().any(of) {
            self.settings.refused.update(|all| all.retain(|it| !of(it)));
        }
    }

    /// The text in a control: its value, or the text that was refused.
    pub(super) fn stands(self, control: &str, value: &str) -> String {
        let refused = self.settings.refused.read_untracked();
        let typed = refused.iter().find(|it| it.control == control);
        typed.map_or(value, |it| &it.typed).to_owned()
    }

    /// Why the text in a control is refused; `None` if it is not.
    pub(super) fn reason(self, control: &str) -> Option<String> {
        let refused = self.settings.refused.read();
        let of = refused.iter().find(|it| it.control == control);
        of.map(|it| it.reason.clone())
    }

    /// Handles a keystroke in a control. A refusal is removed as soon as the text is valid, or with the first keystroke if the
    /// control is not that of a field; a new reason is shown when the control loses the focus, or at once if the text has a
    /// grammar of its own.
    pub(super) fn typed(self, control: &str, text: &str) {
        let flag = control.strip_prefix("lab-");
        let flag = flag.filter(|flag| self.control(flag).is_some());
        let grammar = flag.is_some_and(|it| self.has_grammar(it));
        let refused = untrack(|| self.reason(control)).is_some();
        if !refused && !grammar {
            return;
        }
        let field = |flag: &str| Edit::Field {
            flag: flag.to_owned(),
            text: text.trim().to_owned(),
        };
        match flag.and_then(|flag| self.changed_by(field(flag)).refusal) {
            // The place of the fault and what would be right are for the present text, not for that before the keystroke.
            Some(refusal) if grammar => {
                let typed = text.to_owned();
                self.refuse(Refusal { typed, ..refusal });
            }
            Some(_) => {}
            None => self.mended(control),
        }
    }

    /// Whether the text of a field has a grammar, in which a reader needs help while typing: taken to be so for every field of
    /// a group that has presets.
    fn has_grammar(self, flag: &str) -> bool {
        let groups = self.settings.sheet.groups.iter();
        let mut groups = groups.filter(|it| !it.presets.is_empty());
        groups.any(|it| it.of.flags.contains(&flag))
    }

    /// Whether Run waits for a text to be corrected; whoever calls this follows it.
    pub(super) fn waits(self) -> bool {
        self.settings.refused.read().iter().any(Refusal::holds_run)
    }

    /// Whether Run waits for a text to be corrected, read without following it.
    pub(super) fn held(self) -> bool {
        self.settings
            .refused
            .read_untracked()
            .iter()
            .any(Refusal::holds_run)
    }
}

/// The texts that Run waits for: a button for each, which leads to its control.
#[component]
pub fn Waits(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    // The groups that a control is in are opened when its text is refused, so that the reason can be seen.
    let before = StoredValue::new(Vec::<String>::new());
    follow(move || {
        let refused = lab.settings.refused.read();
        let now: Vec<String> = refused.iter().map(|it| it.control.clone()).collect();
        let before = before.try_update_value(|it| core::mem::replace(it, now.clone()));
        let before = before.unwrap_or_default();
        for control in now.iter().filter(|it| !before.contains(it)) {
            if let Some(control) = dom::by_id(control) {
                open(&control);
            }
        }
    });
    let buttons = parts(move || {
        let mut buttons = vec!["Run waits for ".into_any()];
        for (at, (control, name)) in pointers(&lab.settings.refused.read())
            .into_iter()
            .enumerate()
        {
            let go = move |()| {
                if let Some(control) = dom::by_id(&control) {
                    open(&control);
                    let _ = control.focus();
                }
            };
            if at > 0 {
                buttons.push(", ".into_any());
            }
            let button = view! {
                <Button class="mend" click=go>
                    {name}
                </Button>
            };
            buttons.push(button.into_any());
        }
        buttons
    });
    view! {
        <Line class="notice" id="lab-waits" hidden=when(move || !lab.waits())>
            {buttons}
        </Line>
    }
    .into_any()
}

/// The parts of the address that were not understood.
#[component]
pub fn NotUnderstood(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let parts = parts(move || items(&ignored(&lab.address.ignored.read())));
    let none = when(move || lab.address.ignored.read().is_empty());
    Effect::new(move |_| {
        lab.address.ignored.track();
        lab.tell_at_the_top();
    });
    view! {
        <div class="notice" role="alert" id="lab-ignored" tabindex="0" hidden=none>
            <p>"Not all of the address was understood. What was is set; left out:"</p>
            <List>{parts}</List>
        </div>
    }
    .into_any()
}

/// Opens all groups that a control is in.
pub(super) fn open(control: &Element) {
    let mut group = control.closest("details").ok().flatten();
    while let Some(it) = group {
        // This fails only for invalid names.
        let _ = it.set_attribute("open", "");
        let above = it.parent_element();
        group = above.and_then(|it| it.closest("details").ok().flatten());
    }
}
