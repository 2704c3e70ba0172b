//! Sweeps: the scenario at several rates, with several numbers of replicas, or with a policy's parameter at several values.

use super::state::{Lab, folder};
use crate::figure::Sheet;
use crate::worker::Ask;
use warmpath_core::decimal::whole;
use warmpath_core::scenario::Sweep;
use warmpath_view::lab::sweeps::{around, refused, turned};

/// The parts that can be lists.
const SWEPT: [&str; 2] = ["rate", "replicas"];

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
    let typed = |of: &Sheet| ["#sweep-rates", "#sweep-replicas"].map(|it| of.value(it));
    let of = sheet.clone();
    sheet.on("click", "#sweep-run", move |_| lab.sweep(typed(&of)));
    // What Run would run is what stands here.
    let of = sheet.clone();
    sheet.on("change", "#sweep-rates, #sweep-replicas", move |_| {
        if lab.lists.read_untracked().is_some() {
            lab.relist(typed(&of));
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

impl Lab {
    /// A list typed in place of a rate or of a number of replicas makes a sweep, as on the command line.
    pub(super) fn listed(self, flag: &str, text: &str) -> Option<Sweep> {
        let at = SWEPT.iter().position(|it| *it == flag)?;
        let mut lists = self.lists.get_untracked().unwrap_or_default();
        text.clone_into(&mut lists[at]);
        let [rates, replicas] = lists;
        let sweep = Sweep::new(&self.scenario.read_untracked(), &rates, &replicas).ok();
        // `1,200` may as well be one number.
        sweep.filter(|_| text.contains(',') && whole(text).is_none())
    }

    /// One value takes the place of a list.
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

    /// Other lists for the sweep.
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

    /// Runs the scenario at every rate and with every number of replicas, given as lists.
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
        self.begin_run(&(option("rate", &rates) + &option("replicas", &replicas)));
        self.lists.set(lists(&sweep));
        let query = sweep.base.to_query();
        let base = folder();
        self.ask(Ask::Sweep {
            query,
            rates,
            replicas,
            base,
        });
    }
}

/// The lists of a sweep; none of one point.
pub(super) fn lists(sweep: &Sweep) -> Option<[String; 2]> {
    let lists = [sweep.rates(), sweep.replicas()].map(str::to_owned);
    (!sweep.is_one_point()).then_some(lists)
}
