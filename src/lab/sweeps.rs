//! Runs the scenario at several rates, with several numbers of replicas, or with a policy's parameter at several values.

use super::control::{Field, fixed};
use super::refusals::open;
use super::state::{Lab, folder};
use crate::dom;
use crate::figure::elements::summary;
use crate::figure::signal::{follow, text, when};
use crate::figure::{Button, Fold, Line, Region};
use crate::worker::WorkRequest;
use leptos::prelude::*;
use warmpath_core::decimal::whole;
use warmpath_core::scenario::Sweep;
use warmpath_view::lab::sweeps::{
    PARAMETER, REPLICAS, SEEDS, VALUES, around, controls, parameters, rates, refused, turned,
};

/// The fields that can have lists.
const SWEPT: [&str; 2] = ["rate", "replicas"];

/// The controls of sweeps, with buttons that run them.
#[component]
pub fn Sweeps(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    // The texts in the controls, which only the buttons take over.
    let around_now = rates(lab.scenario.read_untracked().rate);
    let first = [around_now.as_str(), REPLICAS, PARAMETER, VALUES, SEEDS];
    let typed = first.map(|it| RwSignal::new(it.to_owned()));
    let [rates, replicas, parameter, values, seeds] = typed;
    // The lists of a sweep that the address asks for are put into the controls.
    follow(move || {
        if let Some([of_rates, of_replicas]) = &*lab.lists.read() {
            rates.set(of_rates.replace(',', ", "));
            replicas.set(of_replicas.replace(',', ", "));
            if let Some(control) = dom::by_id("sweep-rates") {
                open(&control);
            }
        }
    });
    let lists = move || [rates.get_untracked(), replicas.get_untracked()];
    // If Run would run a sweep, its lists are those of the controls.
    let relist = move || {
        if lab.lists.read_untracked().is_some() {
            lab.relist(lists());
        }
    };
    let taken = move |at: usize, text: String| {
        // Choosing a parameter proposes values for it.
        if at == 2
            && let Some(fit) = around(&text)
        {
            values.set(fit);
        }
        typed[at].set(text);
        if at < 2 {
            relist();
        }
    };
    let choices = fixed(parameters());
    let field = |(at, control): (usize, _)| {
        let value = text(move || typed[at].get());
        let change = move |text| taken(at, text);
        view! { <Field lab control value change choices=choices.clone() /> }.into_any()
    };
    let mut fields = (0..).zip(controls()).map(field).collect::<Vec<_>>();
    let of_values = fields.split_off(2);
    let turn = move |()| {
        let [parameter, values, seeds] = [parameter, values, seeds].map(|it| it.get_untracked());
        // Read before it is set, as a signal cannot be read while it is written.
        let made = turned(&lab.scenario.read_untracked(), &parameter, &values, &seeds);
        lab.forgive("sweep-");
        match made {
            // The scenario that is run is also the one that is set, so that the address has it.
            Ok(scenario) => {
                lab.replace(&scenario.to_query());
                lab.run();
            }
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
    /// Handles a list that was typed as a rate or as a number of replicas: it makes a sweep, as on the command line.
    pub(super) fn listed(self, flag: &str, text: &str) -> Option<Sweep> {
        let at = SWEPT.iter().position(|it| *it == flag)?;
        let mut lists = self.lists.get_untracked().unwrap_or_default();
        text.clone_into(&mut lists[at]);
        let [rates, replicas] = lists;
        let sweep = Sweep::new(&self.scenario.read_untracked(), &rates, &replicas).ok();
        // `1,200` may be one number with a thousands separator.
        sweep.filter(|_| text.contains(',') && whole(text).is_none())
    }

    /// Removes the list of a field, because a single value was set.
    pub(super) fn unlist(self, flag: &str) {
        let Some(mut lists) = self.lists.get_untracked() else {
            return;
        };
        let flag = if flag == "stages" { "rate" } else { flag };
        if let Some(at) = SWEPT.iter().position(|it| *it == flag) {
            lists[at].clear();
            let left = lists.iter().any(|list| !list.is_empty());
            self.lists.set(left.then_some(lists));
        }
    }

    /// Sets both lists of the sweep.
    pub(super) fn relist(self, typed: [String; 2]) {
        self.forgive("sweep-r");
        let made = Sweep::new(&self.scenario.read_untracked(), &typed[0], &typed[1]);
        match made {
            Ok(sweep) => {
                self.lists.set(lists(&sweep));
                self.take(sweep.base);
            }
            Err(error) => self.refuse(refused(&error, &typed[0], &typed[1])),
        }
    }

    /// Runs the scenario at every rate and with every number of replicas of two lists.
    pub fn sweep(self, [rates, replicas]: [String; 2]) {
        if self.held() {
            return;
        }
        let checked = Sweep::new(&self.scenario.read_untracked(), &rates, &replicas);
        self.forgive("sweep-r");
        let sweep = match checked {
            Ok(sweep) => sweep,
            Err(error) => return self.refuse(refused(&error, &rates, &replicas)),
        };
        let option = |name: &str, list: &str| match list {
            "" => String::new(),
            list => format!(" --{name} {list}"),
        };
        let (rates, replicas) = (sweep.rates().to_owned(), sweep.replicas().to_owned());
        let swept = lists(&sweep);
        if *self.lists.read_untracked() != swept {
            self.remember();
        }
        self.begin_run(&(option("rate", &rates) + &option("replicas", &replicas)));
        self.lists.set(swept);
        let query = sweep.base.to_query();
        let base = folder();
        self.ask(WorkRequest::Sweep {
            query,
            rates,
            replicas,
            base,
        });
    }
}

/// The two lists of a sweep; `None` for a single point.
pub(super) fn lists(sweep: &Sweep) -> Option<[String; 2]> {
    let lists = [sweep.rates(), sweep.replicas()].map(str::to_owned);
    (!sweep.is_one_point()).then_some(lists)
}
