//! Runs the scenario at several rates, with several numbers of replicas, or with a policy's parameter at several values.

use super::control::{Field, fixed};
use super::refusals::open;
use super::state::Lab;
use crate::dom;
use crate::figure::elements::summary;
use crate::figure::signal::{follow, text, when};
use crate::figure::{Button, Fold, Line, Region};
use crate::worker::WorkRequest;
use leptos::prelude::*;
use warmpath_view::form::Edit;
use warmpath_view::lab::refusals::RefusedPart;
use warmpath_view::lab::sweeps::{
    PARAMETER, REPLICAS, SEEDS, VALUES, choices, controls, rates as around,
};

/// The controls of sweeps, with buttons that run them.
#[component]
pub fn Sweeps(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    // The texts in the controls. The buttons take them over; the lists are also taken over at once while Run would run a sweep.
    let rate = lab.settings.form.read_untracked().real("rate");
    let around_now = rate.map_or(String::new(), around);
    let first = [around_now.as_str(), REPLICAS, PARAMETER, VALUES, SEEDS];
    let typed = first.map(|it| RwSignal::new(it.to_owned()));
    let [rates, replicas, parameter, values, seeds] = typed;
    // The lists of a sweep that is set, by a link for example, are put into the controls.
    follow(move || {
        if let Some([of_rates, of_replicas]) = &*lab.settings.lists.read() {
            rates.set(of_rates.replace(',', ", "));
            replicas.set(of_replicas.replace(',', ", "));
            if let Some(control) = dom::by_id("sweep-rates") {
                open(&control);
            }
        }
    });
    let lists = move || [rates.get_untracked(), replicas.get_untracked()];
    // While Run would run a sweep, its lists follow the controls.
    let relist = move || {
        if lab.settings.lists.read_untracked().is_some() {
            lab.relist(lists());
        }
    };
    let taken = move |at: usize, text: String| {
        // `at` is the place in `typed`. Choosing a parameter (2) proposes values for it (3).
        let known = &lab.settings.sheet.parameters;
        if at == 2
            && let Some(fit) = known.iter().find(|it| it.0 == text)
        {
            values.set(fit.1.clone());
        }
        typed[at].set(text);
        if at < 2 {
            relist();
        }
    };
    let known = lab.settings.sheet.parameters.iter();
    let choices = fixed(choices(known.map(|it| it.0.as_str())));
    let field = |(at, control): (usize, _)| {
        let value = text(move || typed[at].get());
        let change = move |text| taken(at, text);
        view! { <Field lab control value change choices=choices.clone() /> }.into_any()
    };
    let mut fields = (0..).zip(controls()).map(field).collect::<Vec<_>>();
    let of_values = fields.split_off(2);
    let turn = move |()| {
        let texts = [parameter, values, seeds].map(|it| it.get_untracked());
        lab.forgive(&[RefusedPart::Lists, RefusedPart::Values]);
        // The scenario that is run is also the one that is set, so that the address has it.
        match lab.replace_by(Edit::Turn { texts }) {
            Ok(()) => lab.run(),
            Err(refusal) => lab.refuse(refusal),
        }
    };
    let waits = when(move || lab.is_busy() || lab.waits());
    let about = "how many GPUs do I need?".into_any();
    let summary = summary("Sweeps", "gist", None, about);
    view! {
        <Fold class="group" id="lab-sweeps" summary>
            <Line class="soft about">
                "Every rate with every number of replicas, a run each. With a limit on TTFT (under Goals) the answer is given in words."
            </Line>
            <Region class="settings">{fields}</Region>
            <Button id="sweep-run" disabled=waits click=move |()| lab.sweep(lists())>
                "Run the sweep"
            </Button>
            <Line class="soft about">
                "One policy's parameter at several values: its median and range over seeds."
            </Line>
            <Region class="settings">{of_values}</Region>
            <Button id="sweep-turn" disabled=waits click=turn>
                "Run the values"
            </Button>
        </Fold>
    }
    .into_any()
}

impl Lab {
    /// Sets both lists of the sweep.
    pub(super) fn relist(self, lists: [String; 2]) {
        self.forgive(&[RefusedPart::Lists]);
        if let Err(refusal) = self.edit(Edit::Sweep { lists }) {
            self.refuse(refusal);
        }
    }

    /// Runs the scenario at every rate and with every number of replicas of two lists.
    pub fn sweep(self, lists: [String; 2]) {
        if self.held() {
            return;
        }
        self.forgive(&[RefusedPart::Lists]);
        let swept = self.changed_by(Edit::Sweep { lists });
        if let Some(refusal) = swept.refusal {
            return self.refuse(refusal);
        }
        let option = |name: &str, list: &str| match list {
            "" => String::new(),
            list => format!(" --{name} {list}"),
        };
        let swept = swept.now;
        let [rates, replicas] = swept.lists.clone().unwrap_or_default();
        if *self.settings.lists.read_untracked() != swept.lists {
            self.remember();
        }
        self.begin_run(&(option("rate", &rates) + &option("replicas", &replicas)));
        self.settings.lists.set(swept.lists);
        let query = swept.query;
        let base = dom::folder();
        self.ask(WorkRequest::Sweep {
            query,
            rates,
            replicas,
            base,
        });
    }
}
