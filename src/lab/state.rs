//! The laboratory's state: the settings, which are always valid; what is running; the results.

use super::address::{keep_query, linked, opened, shows_all};
use super::charts::{self, ChartPlace};
use super::form::ask;
use super::history::History;
use super::plans::Plans;
use super::shown::{AskedRun, ShownRun};
use crate::address::Address;
use crate::dom;
use crate::figure::signal::follow;
use crate::shell;
use crate::worker::{Forked, Link, Opened, WorkRequest, now};
use leptos::prelude::*;
use warmpath_view::controls::{Bounds, OPENING, changes};
use warmpath_view::export::pictures_of;
use warmpath_view::form::{Changed, Edit, Question, Settings, Sheet, State, Whole};
use warmpath_view::lab::control::Control;
use warmpath_view::lab::files::reading;
use warmpath_view::lab::refusals::Refusal;
use warmpath_view::lab::settings::workload;

/// What the laboratory does at the moment.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Nothing runs and nothing was asked for.
    Idle,
    /// A run, a sweep, a fork, an export, the reading of a file or the search for a question's answer is under way.
    Busy {
        /// What is running, in a few words.
        what: &'static str,
        /// The progress, in the unit of `total`.
        done: f64,
        /// The value of `done` at the end; 0 if it is not known.
        total: f64,
        /// The remaining time, roughly \[s\]; `None` if it is not known.
        left: Option<f64>,
    },
    /// Nothing runs, and this is the message about what ended last.
    Ended(String),
}

/// The laboratory's state. Copies share it.
#[derive(Clone, Copy)]
pub struct Lab {
    /// The query of the scenario that is set; of a sweep, of its first point.
    pub query: RwSignal<String>,
    /// The rates and the numbers of replicas of a sweep, as lists separated by commas; `None` if the scenario is run as it
    /// is.
    pub lists: RwSignal<Option<[String; 2]>>,
    /// What stays the same for as long as the page is open: controls, groups, presets.
    pub sheet: &'static Sheet,
    /// What the form shows of the settings. Whoever follows it is notified whenever the settings are set, even to what they
    /// were: a control then replaces what was typed by what was understood.
    pub form: Memo<State>,
    /// The query of the run that is shown, read as a whole; empty if no run is shown.
    ran: Memo<Whole>,
    /// The last error, in words; `None` once something else was set or begun.
    pub fault: RwSignal<Option<String>>,
    /// The parts of the address that were not understood, each with what would be right; empty once the reader has asked for
    /// a run or for the answer to a question, or the whole scenario was replaced.
    pub ignored: RwSignal<Vec<(String, String)>>,
    /// Why figures differ from those seen when the link was made, if it is of an earlier version; `None` once the
    /// whole scenario was replaced.
    pub(super) older: RwSignal<Option<String>>,
    /// The texts in controls that were refused.
    pub(super) refused: RwSignal<Vec<Refusal>>,
    /// A remark on the choice of policies; `None` if there is none.
    pub(super) remark: RwSignal<Option<String>>,
    /// What the laboratory does at the moment.
    pub status: RwSignal<Status>,
    /// The workload's file that was read; `None` if there is none.
    pub file: RwSignal<Option<Opened>>,
    /// Why a file could not be read; `None` once another file was.
    pub(super) unread: RwSignal<Option<String>>,
    /// The settings with which the workload's file was read, whether or not it could be; empty before the first.
    reading: StoredValue<String>,
    /// The files beside the workload's that were read, such as a calibration: the name of each in a scenario, and its contents
    /// in words.
    pub attached: RwSignal<Vec<(String, String)>>,
    /// The places of the charts that are shown: of the run that is under way, or else of the last one.
    pub charts: RwSignal<Vec<ChartPlace>>,
    /// The finished run that is shown, which may be a sweep; `None` before the first and after a reset. Only [`Lab::show`] sets it.
    pub shown_run: RwSignal<Option<ShownRun>>,
    /// Counts the runs that were, or were to be, shown (`Lab::next_to_show`).
    pub(super) claims: StoredValue<u32>,
    /// Whether what is set was brought here (by a link, by another station, or by opening the page) and is still to be shown with
    /// its results.
    pub(super) brought: RwSignal<bool>,
    /// Whether the comparison shows all figures, or the most important ones.
    pub(super) every: RwSignal<bool>,
    /// The request of the shown run that was forked last, and what came of it; `None` if none was.
    pub forked: RwSignal<Option<Forked>>,
    /// What a run was asked with last.
    pub(super) asked: StoredValue<AskedRun>,
    /// How many times the engine was asked by `Lab::ask`, so that the end of an earlier task does not take the status of a
    /// later one.
    pub(super) requests: StoredValue<u32>,
    link: StoredValue<Option<Link>, LocalStorage>,
    /// The time \[s\] at which the progress of what is running was first known, and the progress then, in the unit of the
    /// status's `total`.
    since: StoredValue<(f64, f64)>,
    /// The scenario for which the worker was last asked to prepare.
    prepared: StoredValue<String>,
    /// The query that the page's address asked for when the laboratory last read or wrote the address.
    linked: StoredValue<String>,
    /// Counts the drawings of charts, so that one stops when a later one begins.
    pub(super) round: StoredValue<u32>,
    /// The place of each kind of chart.
    pub(super) places: StoredValue<Vec<ChartPlace>>,
    /// The runs so far.
    pub history: History,
    /// The settings before a choice replaced them, for Undo; `None` once they cannot be restored.
    pub(super) before: RwSignal<Option<Settings>>,
    /// The questions on what to run.
    pub plans: Plans,
    /// Notifies the charts that they have to be drawn again: the colours, the window's size or the tab have changed.
    pub redraw: Signal<u32>,
}

impl Lab {
    /// The laboratory with as much of the address's scenario as can be read, and notes on the rest.
    pub fn open(address: &Address, redraw: Signal<u32>) -> Self {
        let asked = opened(address);
        let plans = Plans::open(address);
        // Charts that come into view again may have had no width before.
        let redraw = Signal::derive(move || {
            plans.tab.track();
            redraw.get()
        });
        let first = asked.address;
        let (query, lists) = (
            RwSignal::new(asked.now.query),
            RwSignal::new(asked.now.lists),
        );
        let form = Memo::new_with_compare(
            move |_| {
                let (query, lists) = (query.get(), lists.get());
                let now = Settings { query, lists };
                ask(&Question::State { now })
            },
            |_, _| true,
        );
        let shown_run = RwSignal::new(None::<ShownRun>);
        let ran = Memo::new(move |_| match &*shown_run.read() {
            Some(run) => ask(&Question::Read {
                query: run.asked.query.clone(),
                swept: false,
            }),
            None => Whole::default(),
        });
        let lab = Self {
            plans,
            linked: StoredValue::new(first.clone()),
            history: History::open(),
            before: RwSignal::default(),
            query,
            lists,
            // Never freed, as it is needed for as long as the page is open.
            sheet: Box::leak(Box::new(Sheet::new(&ask::<Vec<Bounds>>(&Question::Bounds)))),
            form,
            ran,
            ignored: RwSignal::new(asked.ignored),
            older: RwSignal::new(asked.older),
            fault: RwSignal::default(),
            refused: RwSignal::default(),
            remark: RwSignal::default(),
            status: RwSignal::new(Status::Idle),
            file: RwSignal::new(None),
            unread: RwSignal::default(),
            reading: StoredValue::default(),
            attached: RwSignal::default(),
            charts: RwSignal::default(),
            shown_run,
            claims: StoredValue::new(0),
            brought: RwSignal::new(true),
            requests: StoredValue::new(0),
            every: RwSignal::new(shows_all(address)),
            forked: RwSignal::new(None),
            asked: StoredValue::default(),
            link: StoredValue::new_local(None),
            since: StoredValue::default(),
            prepared: StoredValue::default(),
            round: StoredValue::default(),
            places: StoredValue::new(ChartPlace::all()),
            redraw,
        };
        let opened = StoredValue::new(false);
        follow(move || {
            let query = lab.form.read().address.clone();
            let pinned = lab.history.pinned_query();
            let every = lab.every.get();
            // The address stays as it was opened until something changes. If another program passed on a scenario before
            // this effect ran for the first time, that is a change too.
            if opened.get_value() || query != first {
                keep_query(&query, pinned.as_deref(), every);
                lab.linked.set_value(linked(&Address::here()));
            }
            opened.set_value(true);
        });
        // The file is read again when the settings on how to read it have changed.
        follow(move || {
            let how = reading(&lab.form.read());
            let before = lab.reading.get_value();
            if !before.is_empty() && before != how {
                lab.read();
            }
        });
        shell::on_travel(move |address| lab.travelled(&address));
        lab
    }

    /// Takes over the scenario of an address in the history, as far as it can be read. An address that asks for the same
    /// scenario as before was only followed to another place of the page, and leaves the scenario as it is.
    fn travelled(self, address: &Address) {
        self.plans.travelled(address);
        self.every.set(shows_all(address));
        let now = linked(address);
        if self.linked.get_value() == now {
            return;
        }
        self.linked.set_value(now);
        let asked = opened(address);
        if asked.address != self.form.read_untracked().address {
            self.take(asked.now, Vec::new());
        }
        self.ignored.set(asked.ignored);
        self.older.set(asked.older);
    }

    /// Takes over a scenario from another part of the page, to be shown with its results.
    pub fn bring(self, query: &str) {
        self.replace(query);
        self.brought.set(true);
    }

    /// What is set when the page is opened without a link.
    pub(super) fn as_opened() -> Settings {
        let query = OPENING.to_owned();
        Settings { query, lists: None }
    }

    /// What is set, read without following it.
    pub(super) fn now(self) -> Settings {
        Settings {
            query: self.query.get_untracked(),
            lists: self.lists.get_untracked(),
        }
    }

    /// What a change would make of the settings.
    pub(super) fn changed_by(self, edit: Edit) -> Changed {
        let changed: Changed = ask(&Question::Change {
            now: self.now(),
            edit,
            refused: self.refused.get_untracked(),
        });
        let still = changed.refused.into_iter().map(Refusal::labelled);
        Changed {
            refused: still.collect(),
            refusal: changed.refusal.map(Refusal::labelled),
            ..changed
        }
    }

    /// Changes the settings.
    ///
    /// # Errors
    /// Why the change is refused; the settings stay as they are.
    pub(super) fn edit(self, edit: Edit) -> Result<(), Refusal> {
        let changed = self.changed_by(edit);
        match changed.refusal {
            Some(refusal) => Err(refusal),
            None => {
                self.brought.set(false);
                self.take(changed.now, changed.refused);
                Ok(())
            }
        }
    }

    /// Sets a field of the scenario from text. A text that is refused changes nothing, and the reason is shown below its
    /// control.
    pub fn set(self, flag: &str, text: &str) {
        let (flag, text) = (flag.to_owned(), text.to_owned());
        match self.edit(Edit::Field { flag, text }) {
            Ok(()) => self.before.set(None),
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// Replaces the whole scenario, and what it is swept over, by those of a query.
    pub fn replace(self, query: &str) {
        let query = query.to_owned();
        if let Err(refusal) = self.replace_by(Edit::Replace { query }) {
            let reason = refusal.reason;
            self.fault.set(Some(format!("Not changed: {reason}.")));
        }
    }

    /// Makes a change that replaces all settings.
    ///
    /// # Errors
    /// Why the change is refused; the settings stay as they are.
    pub(super) fn replace_by(self, edit: Edit) -> Result<(), Refusal> {
        let before = self.now();
        let address = self.form.read_untracked().address.clone();
        self.edit(edit)?;
        self.ignored.set(Vec::new());
        self.older.set(None);
        if self.form.read_untracked().address != address {
            self.before.set(Some(before));
        }
        Ok(())
    }

    /// Remembers the settings before they are replaced, for Undo.
    pub(super) fn remember(self) {
        self.before.set(Some(self.now()));
    }

    /// Takes over other settings, and the texts that are still refused.
    pub(super) fn take(self, now: Settings, refused: Vec<Refusal>) {
        self.fault.set(None);
        if *self.refused.read_untracked() != refused {
            self.refused.set(refused);
        }
        self.remark.set(None);
        if *self.lists.read_untracked() != now.lists {
            self.lists.set(now.lists);
        }
        self.query.set(now.query);
    }

    /// The control of a field, by the name of its option.
    pub(super) fn control(self, flag: &str) -> Option<&'static Control> {
        let mut controls = self.sheet.controls.iter();
        controls.find(|it| it.id.strip_prefix("lab-") == Some(flag))
    }

    /// Runs the scenario, or the sweep.
    pub fn run(self) {
        if let Some(lists) = self.lists.get_untracked() {
            return self.sweep(lists);
        }
        if self.held() {
            return;
        }
        let query = self.query.get_untracked();
        self.begin_run("");
        let base = dom::folder();
        self.ask(WorkRequest::Run { query, base });
    }

    /// Notes what is run, shows the run's tab, and sets the status. `options` are the further options of the command line that
    /// repeats a sweep.
    pub(super) fn begin_run(self, options: &str) {
        let query = self.query.get_untracked();
        let options = options.to_owned();
        let unasked = false;
        self.asked.set_value(AskedRun {
            query,
            options,
            unasked,
        });
        self.show_tab(None);
        self.begin("Starting");
    }

    /// The differences between the controls and the run that is shown.
    pub fn changed(self) -> Vec<String> {
        let (ran, form) = (self.ran.read(), self.form.read());
        let before = ran.values.iter().map(String::as_str);
        changes(before, form.values.iter().map(|it| it.0.as_str()))
    }

    /// Forks a request of the last run, under a policy given by its place.
    pub fn fork(self, policy: usize, request: u32) {
        let Some(query) = self.last_query() else {
            return;
        };
        self.begin("Forking");
        let base = dom::folder();
        self.ask(WorkRequest::Fork {
            query,
            policy,
            request,
            base,
        });
    }

    /// The query of the last run's scenario; `None` before the first run.
    fn last_query(self) -> Option<String> {
        let run = self.shown_run.read_untracked();
        run.as_ref().map(|it| it.outcome.query.clone())
    }

    /// Asks the engine to write the last run's figures in a format, with its charts if `pictured`; what is running goes on.
    pub fn write(self, format: &str, pictured: bool) {
        let Some(ShownRun { outcome, .. }) = self.shown_run.get_untracked() else {
            return;
        };
        let pictures = match pictured {
            true => charts::in_views_form(&outcome, |run| pictures_of(&run, &outcome.courses)),
            false => Vec::new(),
        };
        let ask = WorkRequest::Write {
            format: format.to_owned(),
            outcome: Box::new(outcome),
            pictures,
        };
        if let Err(reason) = self.link().ask(&ask) {
            self.failed(reason);
        }
    }

    /// Asks the engine to write the last run in a format that needs more than its figures, so that it is run again.
    pub fn export(self, format: &str) {
        let Some(query) = self.last_query() else {
            return;
        };
        self.begin("Writing");
        let (format, base) = (format.to_owned(), dom::folder());
        self.ask(WorkRequest::Export {
            query,
            format,
            base,
        });
    }

    /// Whether anything is running.
    pub(super) fn is_busy(self) -> bool {
        matches!(*self.status.read(), Status::Busy { .. })
    }

    /// Sets the status to what is about to be asked of the engine. Messages about what was before are removed, and a question
    /// that was being answered is given up.
    pub(super) fn begin(self, what: &'static str) {
        self.fault.set(None);
        self.undecided(None);
        self.plans.status_about.set(None);
        self.ignored.set(Vec::new());
        self.busy(what, 0.0, 0.0);
    }

    /// Stops what is running.
    pub fn stop(self) {
        self.ask(WorkRequest::Stop);
    }

    /// Has the engine read a file, which becomes the workload, or what else its contents are for (such as a calibration).
    pub fn take_file(self, file: web_sys::File) {
        match self.link().open(file) {
            Ok(()) => self.read(),
            Err(reason) => self.failed(reason),
        }
    }

    /// Has the engine read the file that was opened last, by the scenario's settings.
    fn read(self) {
        self.fault.set(None);
        self.plans.status_about.set(None);
        self.busy("Reading", 0.0, 0.0);
        let query = self.query.get_untracked();
        self.ask(WorkRequest::Read { query });
    }

    /// Notes the settings with which the file was read, so that other settings cause it to be read again; `unread` says why
    /// it could not be read.
    pub(super) fn has_read(self, unread: Option<String>) {
        self.reading.set_value(reading(&self.form.read_untracked()));
        self.unread.set(unread);
    }

    /// Sends a request to the engine, which replaces what is running there.
    pub(super) fn ask(self, ask: WorkRequest) {
        self.requests.update_value(|count| *count += 1);
        if let Err(reason) = self.link().ask(&ask) {
            self.failed(reason);
        }
    }

    /// Starts the worker for a run that is likely to be asked for soon, and lets it prepare. It does nothing while anything
    /// runs, nor if the workload is a reader's own file.
    pub fn warm_up(self) {
        let query = self.query.get_untracked();
        let named = workload(self.form.read_untracked().text("workload")).is_some();
        let idle = !matches!(*self.status.read_untracked(), Status::Busy { .. });
        if idle && named && self.prepared.get_value() != query {
            self.prepared.set_value(query.clone());
            let base = dom::folder();
            // An error in preparing would also be an error of the run, which reports it then.
            let _ = self.link().ask(&WorkRequest::Prepare { query, base });
        }
    }

    /// The link to the engine, which is started when it is first needed.
    fn link(self) -> Link {
        if let Some(link) = self.link.get_value() {
            return link;
        }
        let link = Link::start(move |answer| self.answered(answer));
        self.link.set_value(Some(link.clone()));
        link
    }

    /// Shows what is running and how far it is, and estimates the remaining time.
    pub(super) fn busy(self, what: &'static str, done: f64, total: f64) {
        let now = now() / 1e3;
        let untimed =
            !matches!(*self.status.read_untracked(), Status::Busy { total, .. } if total > 0.0);
        if untimed {
            // The speed is measured from the moment at which the progress is first known.
            self.since.set_value((now, done));
        }
        let (began, from) = self.since.get_value();
        let left = (now - began) * (total - done) / (done - from);
        // At first the remaining time cannot be estimated.
        let left = Some(left).filter(|it| now - began > 0.5 && it.is_finite());
        self.status.set(Status::Busy {
            what,
            done,
            total,
            left,
        });
    }

    /// Ends what is running with an error, which is shown above Run.
    pub(super) fn failed(self, reason: String) {
        self.status.set(Status::Idle);
        self.fault.set(Some(reason));
    }
}
