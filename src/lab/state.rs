//! The laboratory's state: one scenario, always valid; what runs; what came of it.

use super::address::{asked, keep_query};
use super::charts::Shown;
use super::history::History;
use super::plans::Plans;
use super::sweeps::lists;
use crate::address::Address;
use crate::dom;
use crate::figure::signal::follow;
use crate::shell;
use crate::worker::{Ask, Forked, Link, Opened, Outcome, now};
use leptos::prelude::*;
use warmpath_core::scenario::{FIELDS, Field, Ignored, Scenario, ScenarioError, Sweep, version};
use warmpath_core::workload::Named;
use warmpath_view::controls::changes;
use warmpath_view::export::pictures;
use warmpath_view::lab::files::reading;
use warmpath_view::lab::refusals::Refusal;

/// What the laboratory does at the moment.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Nothing runs and nothing was asked for.
    Idle,
    /// A run, a sweep, a fork, an export or the reading of a file is under way.
    Busy {
        /// What is under way, in a word or two.
        what: &'static str,
        /// How far it is.
        done: f64,
        /// Where it ends; 0: not known.
        total: f64,
        /// How much longer it will take, about \[s\]; none while that cannot be said.
        left: Option<f64>,
    },
    /// What was under way has ended, and this is to be said of it.
    Said(String),
}

/// The state. A copy shares everything.
#[derive(Clone, Copy)]
pub struct Lab {
    /// The scenario as the controls have it.
    pub scenario: RwSignal<Scenario>,
    /// The rates and the numbers of replicas that it is swept over, as lists; none: it is run as it is.
    pub lists: RwSignal<Option<[String; 2]>>,
    /// What went wrong last, and why.
    pub fault: RwSignal<Option<String>>,
    /// What of the address was not understood; none once a run was asked for, or another scenario.
    pub ignored: RwSignal<Vec<Ignored>>,
    /// That figures have moved since the address was made, and why; none where it is of this version, or another scenario is set.
    pub(super) older: RwSignal<Option<String>>,
    /// What was typed into controls and not taken, since it does not fit.
    pub(super) refused: RwSignal<Vec<Refusal>>,
    /// What is to be said of the choice of policies, besides what follows from it.
    pub(super) remark: RwSignal<Option<String>>,
    /// What the laboratory does at the moment.
    pub status: RwSignal<Status>,
    /// The file that was read.
    pub file: RwSignal<Option<Opened>>,
    /// Why the file that was opened last could not be read.
    pub(super) unread: RwSignal<Option<String>>,
    /// How it was read, as the scenario said then; empty until one was opened.
    reading: StoredValue<String>,
    /// The files beside it that were read: their names in a scenario, and what they hold.
    pub attached: RwSignal<Vec<(String, String)>>,
    /// The charts of the run, as they grow; those of the last one until then.
    pub charts: RwSignal<Vec<Shown>>,
    /// The last finished run.
    pub outcome: RwSignal<Option<Outcome>>,
    /// The last request that was forked.
    pub forked: RwSignal<Option<Forked>>,
    /// The controls' scenario and further options as they were asked to run, and as they were when that was done.
    pub(super) asked: StoredValue<(String, String)>,
    /// The same of the last finished run.
    pub(super) shown: StoredValue<(String, String)>,
    link: StoredValue<Option<Link>, LocalStorage>,
    /// When what is under way was first known how far it was, and how far \[s\].
    since: StoredValue<(f64, f64)>,
    /// The scenario that the worker was last asked to get ready for.
    prepared: StoredValue<String>,
    /// Counts what is drawn, so that it leaves off when something else is to be.
    pub(super) round: StoredValue<u32>,
    /// The place of a chart of each kind.
    pub(super) places: StoredValue<Vec<Shown>>,
    /// The runs so far.
    pub history: History,
    /// What was set before a choice replaced it: the scenario as a query, and the sweep's lists; none once that is settled.
    pub(super) before: RwSignal<Option<(String, Option<[String; 2]>)>>,
    /// What is asked besides the run.
    pub plans: Plans,
    /// Changes when the colours, the width or the tab do.
    pub redraw: Signal<u32>,
}

impl Lab {
    /// The laboratory with what is understood of the address's scenario, and a word on what is not.
    pub fn open(address: &Address, redraw: Signal<u32>) -> Self {
        let (sweep, ignored) = Sweep::understood(asked(address));
        let plans = Plans::open(address);
        // What comes into view again may have had no width.
        let redraw = Signal::derive(move || {
            plans.shown.track();
            redraw.get()
        });
        let lab = Self {
            plans,
            history: History::open(),
            before: RwSignal::default(),
            lists: RwSignal::new(lists(&sweep)),
            scenario: RwSignal::new(sweep.base),
            ignored: RwSignal::new(ignored),
            older: RwSignal::new(version::moved(asked(address))),
            fault: RwSignal::default(),
            refused: RwSignal::default(),
            remark: RwSignal::default(),
            status: RwSignal::new(Status::Idle),
            file: RwSignal::new(None),
            unread: RwSignal::default(),
            reading: StoredValue::default(),
            attached: RwSignal::default(),
            charts: RwSignal::default(),
            outcome: RwSignal::new(None),
            forked: RwSignal::new(None),
            asked: StoredValue::default(),
            shown: StoredValue::default(),
            link: StoredValue::new_local(None),
            since: StoredValue::default(),
            prepared: StoredValue::default(),
            round: StoredValue::default(),
            places: StoredValue::new(Shown::all()),
            redraw,
        };
        let opened = StoredValue::new(false);
        follow(move || {
            let query = lab.address();
            if opened.get_value() {
                keep_query(&query);
            }
            opened.set_value(true);
        });
        // A file is read again when how it is to be read has changed.
        follow(move || {
            let how = reading(&lab.scenario.read());
            let before = lab.reading.get_value();
            if !before.is_empty() && before != how {
                lab.read();
            }
        });
        shell::on_travel(move |address| lab.travelled(&address));
        lab
    }

    /// Takes the scenario of an address in the history, as far as it is understood.
    fn travelled(self, address: &Address) {
        let (sweep, ignored) = Sweep::understood(asked(address));
        if sweep.to_query() != untrack(|| self.address()) {
            self.fault.set(None);
            self.lists.set(lists(&sweep));
            self.refused.set(Vec::new());
            self.remark.set(None);
            self.scenario.set(sweep.base);
        }
        self.plans.travelled(address);
        self.ignored.set(ignored);
        self.older.set(version::moved(asked(address)));
    }

    /// The query that asks for what the controls do: the scenario, or the sweep that is made of it.
    fn address(self) -> String {
        let scenario = self.scenario.read();
        let lists = self.lists.read();
        let swept = lists
            .as_ref()
            .map(|[rates, replicas]| Sweep::new(&scenario, rates, replicas));
        match swept {
            Some(Ok(sweep)) => sweep.to_query(),
            _ => scenario.to_query(),
        }
    }

    /// Sets a part of the scenario from text. What is refused changes nothing, and is said where it was typed.
    pub fn set(self, field: &Field, text: &str) {
        match changed(&self.scenario.get_untracked(), field, text) {
            Ok(scenario) => {
                self.mended(&format!("lab-{}", field.flag));
                self.before.set(None);
                if field.flag == "workload" {
                    self.forgive("workload-");
                }
                self.unlist(field.flag);
                self.take(scenario);
            }
            Err(error) => match self.listed(field.flag, text) {
                Some(sweep) => {
                    self.mended(&format!("lab-{}", field.flag));
                    self.lists.set(lists(&sweep));
                    self.take(sweep.base);
                }
                None => self.refuse(Refusal::of(field, text, &error)),
            },
        }
    }

    /// Replaces the whole scenario, and what it is swept over.
    pub fn replace(self, query: &str) {
        match Sweep::from_query(query) {
            Ok(sweep) => {
                if untrack(|| self.address()) != sweep.to_query() {
                    self.remember();
                }
                self.refused.set(Vec::new());
                self.ignored.set(Vec::new());
                self.older.set(None);
                self.lists.set(lists(&sweep));
                self.take(sweep.base);
            }
            Err(error) => self.fault.set(Some(format!("Not changed: {error}."))),
        }
    }

    /// What is set is to be replaced, and can be had back.
    pub(super) fn remember(self) {
        let query = self.scenario.read_untracked().to_query();
        self.before.set(Some((query, self.lists.get_untracked())));
    }

    /// The scenario after a change, with all that was refused before and goes with it now.
    pub(super) fn take(self, mut scenario: Scenario) {
        self.fault.set(None);
        let typed = self.refused.get_untracked().into_iter();
        let still = typed.filter_map(|it| {
            let Some(field) = it.control.strip_prefix("lab-").and_then(field) else {
                return Some(it);
            };
            match changed(&scenario, field, &it.typed) {
                Ok(next) => {
                    scenario = next;
                    self.unlist(field.flag);
                    None
                }
                Err(error) => Some(Refusal::of(field, &it.typed, &error)),
            }
        });
        let still: Vec<Refusal> = still.collect();
        if *self.refused.read_untracked() != still {
            self.refused.set(still);
        }
        self.remark.set(None);
        self.scenario.set(scenario);
    }

    /// Runs the scenario, or the sweep that is made of it.
    pub fn run(self) {
        if let Some(lists) = self.lists.get_untracked() {
            return self.sweep(lists);
        }
        if self.held() {
            return;
        }
        let query = self.scenario.read_untracked().to_query();
        self.begin_run("");
        let base = folder();
        self.ask(Ask::Run { query, base });
    }

    pub(super) fn begin_run(self, options: &str) {
        let query = self.scenario.read_untracked().to_query();
        self.asked.set_value((query, options.to_owned()));
        self.show(None);
        self.begin("Starting");
    }

    /// What the controls have changed since the last finished run.
    pub fn changed(self) -> Vec<String> {
        // Set before the outcome is, which is followed.
        let is_there = self.outcome.read().is_some();
        match Scenario::from_query(&self.shown.get_value().0) {
            Ok(before) if is_there => changes(&before, &self.scenario.read()),
            _ => Vec::new(),
        }
    }

    /// Forks a request of the last run.
    pub fn fork(self, policy: usize, request: u32) {
        let Some(query) = self.query() else { return };
        self.begin("Forking");
        let base = folder();
        self.ask(Ask::Fork {
            query,
            policy,
            request,
            base,
        });
    }

    /// The last run's scenario.
    fn query(self) -> Option<String> {
        let outcome = self.outcome.read_untracked();
        outcome.as_ref().map(|it| it.query.clone())
    }

    /// Has the last run's figures written in a format, with its charts or without; what runs goes on.
    pub fn write(self, format: &str, pictured: bool) {
        let Some(outcome) = self.outcome.get_untracked() else {
            return;
        };
        let pictures = match outcome.report() {
            Some(report) if pictured => pictures(&report, &outcome.courses),
            _ => Vec::new(),
        };
        let ask = Ask::Write {
            format: format.to_owned(),
            outcome: Box::new(outcome),
            pictures,
        };
        if let Err(reason) = self.link().ask(&ask) {
            self.failed(reason);
        }
    }

    /// Has the last run written in a format that needs more than its figures.
    pub fn export(self, format: &str) {
        let Some(query) = self.query() else { return };
        self.begin("Writing");
        let (format, base) = (format.to_owned(), folder());
        self.ask(Ask::Export {
            query,
            format,
            base,
        });
    }

    /// Whether anything is under way.
    pub(super) fn is_busy(self) -> bool {
        matches!(*self.status.read(), Status::Busy { .. })
    }

    pub(super) fn begin(self, what: &'static str) {
        self.fault.set(None);
        self.undecided(None);
        self.ignored.set(Vec::new());
        self.busy(what, 0.0, 0.0);
    }

    /// Gives up what runs.
    pub fn stop(self) {
        self.ask(Ask::Stop);
    }

    /// Has the engine read a file, and takes it as the workload if it is good.
    pub fn take_file(self, file: web_sys::File) {
        match self.link().open(file) {
            Ok(()) => self.read(),
            Err(reason) => self.failed(reason),
        }
    }

    /// Reads the file that was opened last, as the scenario says.
    fn read(self) {
        self.fault.set(None);
        self.busy("Reading", 0.0, 0.0);
        let query = untrack(|| self.scenario.read().to_query());
        self.ask(Ask::Read { query });
    }

    /// The file that was opened last has been read, or could not be: how is kept, so that another way reads it again.
    pub(super) fn has_read(self, unread: Option<String>) {
        self.reading
            .set_value(untrack(|| reading(&self.scenario.read())));
        self.unread.set(unread);
    }

    pub(super) fn ask(self, ask: Ask) {
        self.leave_off();
        if let Err(reason) = self.link().ask(&ask) {
            self.failed(reason);
        }
    }

    /// Starts the worker for a run that is likely to be asked for soon, and lets it get ready. A dropped file is not read
    /// on the mere chance.
    pub fn warm_up(self) {
        let scenario = self.scenario.get_untracked();
        let query = scenario.to_query();
        let named = Named::parse(&scenario.workload).is_ok();
        let idle = !matches!(*self.status.read_untracked(), Status::Busy { .. });
        if idle && named && self.prepared.get_value() != query {
            self.prepared.set_value(query.clone());
            let base = folder();
            // What keeps it from getting ready will keep it from running, and is said then.
            let _ = self.link().ask(&Ask::Prepare { query, base });
        }
    }

    /// The link, started when it is first needed.
    fn link(self) -> Link {
        if let Some(link) = self.link.get_value() {
            return link;
        }
        let link = Link::start(move |answer| self.answered(answer));
        self.link.set_value(Some(link.clone()));
        link
    }

    pub(super) fn busy(self, what: &'static str, done: f64, total: f64) {
        let now = now() / 1e3;
        let untimed =
            !matches!(*self.status.read_untracked(), Status::Busy { total, .. } if total > 0.0);
        if untimed {
            // From where it is known how far it is.
            self.since.set_value((now, done));
        }
        let (began, from) = self.since.get_value();
        let left = (now - began) * (total - done) / (done - from);
        // At first nothing can be said of it.
        let left = Some(left).filter(|it| now - began > 0.5 && it.is_finite());
        self.status.set(Status::Busy {
            what,
            done,
            total,
            left,
        });
    }

    pub(super) fn failed(self, reason: String) {
        self.status.set(Status::Idle);
        self.fault.set(Some(reason));
    }
}

/// The folder the page lies in, without its query and fragment: traces are beside it.
pub(super) fn folder() -> String {
    let base = dom::document().and_then(|document| document.base_uri().ok().flatten());
    let base = base.unwrap_or_default();
    let base = base.split(['?', '#']).next().unwrap_or_default();
    base.rfind('/').map_or(base, |end| &base[..=end]).to_owned()
}

/// The scenario with one part set from text; empty: at its default.
pub(super) fn changed(
    now: &Scenario,
    field: &Field,
    text: &str,
) -> Result<Scenario, ScenarioError> {
    if text.is_empty() {
        return cleared(now, field);
    }
    let mut next = now.clone();
    field.set(&mut next, text)?;
    next.check()?;
    Ok(next)
}

fn cleared(now: &Scenario, field: &Field) -> Result<Scenario, ScenarioError> {
    let query = now.to_query();
    let others = query
        .split('&')
        .filter(|pair| pair.split('=').next() != Some(field.key));
    Scenario::from_query(&others.collect::<Vec<_>>().join("&"))
}

/// A part of the scenario by its option's name, for controls that are laid out by hand.
pub(super) fn field(flag: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.flag == flag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clearing_a_field_brings_its_default_back() {
        let scenario = Scenario::from_query("v=2&n=50&r=8").unwrap();
        let field = field("requests").unwrap();
        assert_eq!(changed(&scenario, field, "").unwrap().to_query(), "v=2&r=8");
    }

    #[test]
    fn what_is_refused_says_why() {
        let field = field("replicas").unwrap();
        let refused = changed(&Scenario::default(), field, "0").unwrap_err();
        assert!(refused.to_string().contains("1 to 1024"), "{refused}");
    }
}
