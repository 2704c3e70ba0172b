//! Sweeps: the scenario at several rates, with several numbers of replicas, or with a policy's parameter at several values.

use super::state::Lab;
use crate::figure::Sheet;
use warmpath_view::lab::sweeps::{around, turned};

/// What is run, and the values that are offered for a parameter.
pub(super) fn wire(sheet: &Sheet, lab: Lab) {
    // A sweep that the address asks for stands ready.
    sheet.follow(move |sheet| {
        if let Some([rates, replicas]) = &*lab.lists.read() {
            sheet.set_value("#sweep-rates", &rates.replace(',', ", "));
            sheet.set_value("#sweep-replicas", &replicas.replace(',', ", "));
            sheet.mark("#lab-sweeps", "open", Some(""));
        }
    });
    let lists = |of: &Sheet| ["#sweep-rates", "#sweep-replicas"].map(|it| of.value(it));
    let of = sheet.clone();
    sheet.on("click", "#sweep-run", move |_| lab.sweep(lists(&of)));
    // What Run would run is what stands here.
    let of = sheet.clone();
    sheet.on("change", "#sweep-rates, #sweep-replicas", move |_| {
        if lab.lists.read_untracked().is_some() {
            lab.relist(lists(&of));
        }
    });
    let of = sheet.clone();
    sheet.on("change", "#sweep-parameter", move |it| {
        if let Some(values) = around(&it.value()) {
            of.set_value("#sweep-values", &values);
        }
    });
    let of = sheet.clone();
    sheet.on("click", "#sweep-turn", move |_| {
        let [parameter, values, seeds] =
            ["#sweep-parameter", "#sweep-values", "#sweep-seeds"].map(|it| of.value(it));
        // Read before it is set.
        let made = turned(&lab.scenario.read_untracked(), &parameter, &values, &seeds);
        lab.forgive("sweep-");
        match made {
            // What is run is what is set, so that the address asks for it too.
            Ok(scenario) => {
                lab.replace(&scenario.to_query());
                lab.run();
            }
            Err(refusal) => lab.refuse(refusal),
        }
    });
}
