//! The figure without what it shows: the choice of the policies, places for their lanes, charts and trees, and the playback's
//! controls.

use super::markup::{came, deeper};
use super::{LEAST, MOST, OPENING, PLAYS, trees};
use crate::lab::options;
use crate::markup::escape;
use crate::playback::markup::controls;
use core::fmt::Write as _;
use warmpath_core::router::POLICIES;

/// What a side is called where it cannot be pointed at.
const NAMES: [&str; MOST] = ["First", "Second", "Third", "Fourth"];

/// The choice of a side's policy, what that does, and its lanes with their cursor.
fn place(which: usize, policies: &str) -> String {
    let baseline = if which == 0 { ", the baseline" } else { "" };
    let hidden = if which < OPENING.len() { "" } else { " hidden" };
    format!(
        "<div class=\"side\" id=\"fleet-{which}\"{hidden}><div class=\"caption\"><span class=\"pick\">\
         <select aria-label=\"{0} policy{baseline}\" data-side=\"{which}\" aria-describedby=\"fleet-about-{which}\">{policies}\
         <option class=\"own\" hidden></option></select>\
         <button type=\"button\" class=\"small\" data-remove=\"{which}\" aria-label=\"{0} policy: take it away\" hidden>×</button></span>\
         <span class=\"facts\"></span></div><p class=\"about\" id=\"fleet-about-{which}\"></p>\
         <div class=\"field\"><div class=\"drawn\" role=\"img\" aria-label=\"Being replayed\"></div>\
         <svg class=\"cursor\" aria-hidden=\"true\"><rect y=\"0\" height=\"100%\"/>\
         <line class=\"parting\" y1=\"0\" y2=\"100%\" visibility=\"hidden\"/><line y1=\"0\" y2=\"100%\"/></svg></div></div>",
        NAMES[which % MOST]
    )
}

/// The figure's frame: the choice of the policies, the places of their lanes, charts and trees, and the playback's controls.
/// There are places for [`MOST`] sides; those above [`LEAST`] are hidden until they are wanted.
pub fn frame() -> String {
    let policies = options(POLICIES.iter().map(|entry| entry.name));
    let mut plays = String::new();
    for (at, (name, _)) in PLAYS.iter().enumerate() {
        let _ = write!(plays, "<option value=\"{at}\">{}</option>", escape(name));
    }
    let mut out = format!(
        "<div class=\"figure-keys\" role=\"group\" tabindex=\"0\" aria-label=\"{LEAST} to {MOST} policies on one clock; press ? for the keys\">\
         <div class=\"controls\"><select id=\"fleet-play\" aria-label=\"What is asked\">{plays}\
         <option value=\"own\" hidden></option></select>\
         <button type=\"button\" id=\"fleet-add\">Compare another policy</button>\
         <span class=\"soft\" role=\"status\" id=\"fleet-coming\"></span>\
         <div class=\"keys\" aria-hidden=\"true\"><span class=\"key cold\">prefill, computed</span>\
         <span class=\"key warm\">prefill, found in the cache</span><span class=\"key decode\">decode</span>\
         <span class=\"key queue\">waiting</span><span class=\"key pool\">cache blocks in use</span></div></div><div class=\"sides\">",
    );
    let mut forests = String::new();
    for (which, name) in NAMES.iter().enumerate() {
        out.push_str(&place(which, &policies));
        let hidden = if which < OPENING.len() { "" } else { " hidden" };
        let of = format!("{name} policy");
        forests.push_str(&trees::markup::frame(which, &of, hidden));
    }
    let trees =
        format!("<p class=\"soft\" id=\"fleet-caption\"></p><div class=\"sides\">{forests}</div>",);
    let _ = write!(
        out,
        "</div>{}<div class=\"moment\"><p class=\"say\" id=\"fleet-now\" hidden></p>\
         <button type=\"button\" id=\"fleet-parting\" disabled>Go to where they part</button></div>\
         <div class=\"log\" role=\"log\" tabindex=\"0\" aria-label=\"Decisions, latest first\" aria-live=\"polite\"><ol></ol></div></div>\
         {}<p class=\"notice\" role=\"alert\" id=\"fleet-fault\" hidden></p>\
         <div class=\"trio\" id=\"fleet-charts\"></div>{}\
         <details class=\"told\"><summary>The lanes as a table</summary>\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The lanes as a table\"><table id=\"fleet-lanes\"></table></div></details>",
        controls(),
        came(
            "<p class=\"say\" role=\"status\" id=\"fleet-delta\" hidden></p>",
            "<table class=\"beside numbers\" id=\"fleet-deltas\"></table>"
        ),
        deeper(&trees)
    );
    out
}
