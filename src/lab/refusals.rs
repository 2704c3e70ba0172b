//! What was typed and refused, where it was typed: a message below the control, which keeps its text; Run waits.

use super::state::{Lab, changed, field};
use crate::figure::{Sheet, mark};
use warmpath_view::lab::refusals::{Refusal, below, waits};
use web_sys::Element;

impl Lab {
    /// Says below a control why what was typed there is not taken.
    pub(super) fn refuse(self, refusal: Refusal) {
        self.refused.update(|all| {
            all.retain(|it| it.control != refusal.control);
            all.push(refusal);
        });
    }

    /// Nothing is refused any more in the controls whose ids begin so.
    pub(super) fn forgive(self, controls: &str) {
        let of = |it: &Refusal| it.control.starts_with(controls);
        if self.refused.read_untracked().iter().any(of) {
            self.refused.update(|all| all.retain(|it| !of(it)));
        }
    }

    /// What was typed there is right now.
    pub(super) fn mended(self, control: &str) {
        let of = |it: &Refusal| it.control == control;
        if self.refused.read_untracked().iter().any(of) {
            self.refused.update(|all| all.retain(|it| !of(it)));
        }
    }

    /// What stands in a control: its value, or what was typed there and refused.
    pub(super) fn stands(self, control: &str, value: &str) -> String {
        let refused = self.refused.read_untracked();
        let typed = refused.iter().find(|it| it.control == control);
        typed.map_or(value, |it| &it.typed).to_owned()
    }

    /// Whether Run waits for something to be mended.
    pub(super) fn waits(self) -> bool {
        self.refused.read().iter().any(Refusal::holds_run)
    }

    /// The same now, for who does not follow it.
    pub(super) fn held(self) -> bool {
        self.refused.read_untracked().iter().any(Refusal::holds_run)
    }
}

/// The messages, and the pointers to them.
pub(super) fn wire(sheet: &Sheet, lab: Lab) {
    sheet.follow(move |sheet| {
        let refused = lab.refused.read();
        for old in sheet.parts("small.wrong") {
            let id = old.id();
            let control = id.trim_end_matches("-wrong");
            if !refused.iter().any(|it| it.control == control) {
                say(sheet, control, false);
                old.remove();
            }
        }
        for it in refused.iter() {
            match sheet.part(&format!("#{}-wrong", it.control)) {
                Some(there) if there.text_content().as_deref() == Some(&it.reason) => {}
                Some(there) => there.set_text_content(Some(&it.reason)),
                None => insert(sheet, it),
            }
        }
        sheet.fill("#lab-waits", &waits(&refused));
    });
    sheet.hidden("#lab-waits", move || !lab.waits());
    sheet.on("click", "[data-mend]", move |it| {
        if let Some(control) = crate::dom::by_id(&it.data("mend")) {
            open(&control);
            let _ = control.focus();
        }
    });
    // What is mended is so as soon as it is typed; what is still wrong is said again when the control is left.
    sheet.on("input", "[aria-invalid=true]", move |it| {
        let now = lab.scenario.read_untracked();
        let control = it.at.id();
        let wrong = control.strip_prefix("lab-").and_then(field);
        let wrong = wrong.is_some_and(|field| changed(&now, field, it.value().trim()).is_err());
        if !wrong {
            lab.mended(&control);
        }
    });
}

/// Puts the message below its control, in view.
fn insert(sheet: &Sheet, refusal: &Refusal) {
    let control = sheet.part(&format!("#{}", refusal.control));
    let Some(control) = control else { return };
    let message = below(refusal);
    // Below the unit beside it too, and below controls that stand side by side.
    let row = control.closest(".entry, .duo").ok().flatten();
    let _ = row
        .unwrap_or(control.clone())
        .insert_adjacent_html("afterend", &message);
    say(sheet, &refusal.control, true);
    open(&control);
}

/// Tells a control that what it holds is wrong, and where that is said; or that it is not.
fn say(sheet: &Sheet, control: &str, wrong: bool) {
    let Some(part) = sheet.part(&format!("#{control}")) else {
        return;
    };
    mark(&part, "aria-invalid", wrong.then_some("true"));
    let message = format!("{control}-wrong");
    let told = part.get_attribute("aria-describedby").unwrap_or_default();
    let mut told: Vec<&str> = told.split(' ').filter(|it| *it != message).collect();
    if wrong {
        told.push(&message);
    }
    let told = told.join(" ");
    let told = told.trim();
    mark(
        &part,
        "aria-describedby",
        (!told.is_empty()).then_some(told),
    );
}

/// Opens the groups that a control stands in.
fn open(control: &Element) {
    let mut group = control.closest("details").ok().flatten();
    while let Some(it) = group {
        mark(&it, "open", Some(""));
        let above = it.parent_element();
        group = above.and_then(|it| it.closest("details").ok().flatten());
    }
}
