//! A policy of the reader's own: a formula over the signals, checked as it is typed.

use super::policies::add;
use super::state::Lab;
use crate::figure::Sheet;
use warmpath_view::lab::policies::{caret, remark, wrong};
use warmpath_view::markup::escape;

/// The editor: says what is wrong and where, and adds what is right.
pub(super) fn wire(sheet: &Sheet, lab: Lab) {
    let of = sheet.clone();
    sheet.on("input", ".formula input", move |_| check(&of));
    let of = sheet.clone();
    sheet.on("click", "#formula-signals button", move |it| {
        let signal = it.at.text_content().unwrap_or_default();
        let text = match of.value("#formula-text") {
            text if text.trim().is_empty() => signal,
            text => format!("{text} + {signal}"),
        };
        of.set_value("#formula-text", &text);
        check(&of);
    });
    let of = sheet.clone();
    sheet.on("click", "#formula-add", move |_| {
        let spec = spec(&of);
        if wrong(&spec).is_none()
            && let Err(unfit) = add(lab, &spec)
        {
            of.fill("#formula-wrong", &escape(&unfit.said()));
        }
    });
}

fn spec(sheet: &Sheet) -> String {
    let [name, text] = ["#formula-name", "#formula-text"].map(|it| sheet.value(it));
    format!("{}={}", name.trim(), text.trim())
}

fn check(sheet: &Sheet) {
    let wrong = wrong(&spec(sheet));
    let said = wrong.clone().or_else(|| remark(&spec(sheet)));
    sheet.fill("#formula-wrong", &escape(&said.unwrap_or_default()));
    sheet.fill(
        "#formula-caret",
        &caret(wrong.as_deref().unwrap_or_default()),
    );
    let invalid = wrong.is_some().to_string();
    sheet.mark("#formula-text", "aria-invalid", Some(&invalid));
    sheet.mark("#formula-add", "disabled", wrong.as_ref().map(|_| ""));
}
