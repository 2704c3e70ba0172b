//! The laboratory's state: the settings, which are always valid; what is running; the results.

use super::address::{keep_query, linked, opened, shows_all};
use super::charts::{self, ChartPlaces};
use super::form::ask;
use super::history::History;
use super::plans::Plans;
use super::shown::{AskedRun, ShownResults, ShownRun};
use super::work::EngineWork;
use crate::address::Address;
use crate::dom;
use crate::figure::signal::follow;
use crate::shell;
use crate::worker::{Opened, WorkRequest};
use leptos::prelude::*;
use warmpath_view::controls::{Bounds, OPENING, changes};
use warmpath_view::export::pictures_of;
use warmpath_view::form::{Changed, Edit, Question, Settings, Sheet, State};
use warmpath_view::lab::control::Control;
use warmpath_view::lab::files::reading;
use warmpath_view::lab::refusals::Refusal;

/// The laboratory's state. Copies share it.
#[derive(Clone, Copy)]
pub struct Lab {
    /// The scenario that is set, and what the form shows of it.
    pub settings: ScenarioForm,
    /// What the page's address asked for.
    pub address: AddressAsked,
    /// The reader's own files, and why one could not be read.
    pub files: ReadFiles,
    /// What is running, and the link to where it runs.
    pub work: EngineWork,
    /// The results that are shown.
    pub results: ShownResults,
    /// The charts of the results.
    pub charts: ChartPlaces,
    /// The runs so far.
    pub history: History,
    /// The questions on what to run.
    pub plans: Plans,
}

/// The scenario that is set, which is always valid, and what the form shows of it. Copies share it.
#[derive(Clone, Copy)]
pub struct ScenarioForm {
    /// The query of the scenario; of a sweep, of its first point.
    pub query: RwSignal<String>,
    /// The rates and the numbers of replicas of a sweep, as lists separated by commas; `None` if the scenario is run as it
    /// is.
    pub lists: RwSignal<Option<[String; 2]>>,
    /// What stays the same for as long as the page is open: controls, groups, presets.
    pub sheet: &'static Sheet,
    /// What the form shows of the settings. Whoever follows it is notified whenever the settings are set, even to what they
    /// were: a control then replaces what was typed by what was understood.
    pub form: Memo<State>,
    /// The texts in controls that were refused.
    pub(super) refused: RwSignal<Vec<Refusal>>,
    /// A remark on the choice of policies; `None` if there is none.
    pub(super) remark: RwSignal<Option<String>>,
    /// The settings before a choice replaced them, for Undo; `None` once they cannot be restored.
    pub(super) before: RwSignal<Option<Settings>>,
}

impl ScenarioForm {
    /// The form with these settings.
    fn open(settings: Settings) -> Self {
        let query = RwSignal::new(settings.query);
        let lists = RwSignal::new(settings.lists);
        let form = Memo::new_with_compare(
            move |_| {
                let (query, lists) = (query.get(), lists.get());
                let now = Settings { query, lists };
                ask(&Question::State { now })
            },
            |_, _| true,
        );
        Self {
            query,
            lists,
            // Never freed, as it is needed for as long as the page is open.
            sheet: Box::leak(Box::new(Sheet::new(&ask::<Vec<Bounds>>(&Question::Bounds)))),
            form,
            refused: RwSignal::default(),
            remark: RwSignal::default(),
            before: RwSignal::new(None),
        }
    }
}

/// What the page's address asked for. Copies share it.
#[derive(Clone, Copy)]
pub struct AddressAsked {
    /// The parts of the address that were not understood, each with what would be right; empty once the reader has asked for
    /// a run or for the answer to a question, or the whole scenario was replaced.
    pub ignored: RwSignal<Vec<(String, String)>>,
    /// Why figures differ from those seen when the link was made, if it is of an earlier version; `None` once the
    /// whole scenario was replaced.
    pub(super) older: RwSignal<Option<String>>,
    /// Whether what is set was brought here (by a link, by another station, or by opening the page) and is still to be shown with
    /// its results.
    pub(super) brought: RwSignal<bool>,
    /// The query that the address asked for when the laboratory last read or wrote it.
    query: StoredValue<String>,
}

/// The reader's files that the engine has read. Copies share it.
#[derive(Clone, Copy)]
pub struct ReadFiles {
    /// The workload's file; `None` if there is none.
    pub workload: RwSignal<Option<Opened>>,
    /// Why a file could not be read; `None` once another file was.
    pub(super) unread: RwSignal<Option<String>>,
    /// The settings with which the workload's file was read, whether or not it could be; empty before the first.
    reading: StoredValue<String>,
    /// The files beside the workload's, such as a calibration: the name of each in a scenario, and its contents in words.
    pub attached: RwSignal<Vec<(String, String)>>,
}

impl Lab {
    /// The laboratory with as much of the address's scenario as can be read, and notes on the rest.
    pub fn open(address: &Address, redraw: Signal<u32>) -> Self {
        let asked = opened(address);
        let plans = Plans::open(address);
        // A chart under a hidden tab has no width to be drawn in, so all are drawn again when the tab changes.
        let redraw = Signal::derive(move || {
            plans.tab.track();
            redraw.get()
        });
        let first = asked.address;
        let lab = Self {
            settings: ScenarioForm::open(asked.now),
            address: AddressAsked {
                ignored: RwSignal::new(asked.ignored),
                older: RwSignal::new(asked.older),
                brought: RwSignal::new(true),
                query: StoredValue::new(first.clone()),
            },
            files: ReadFiles {
                workload: RwSignal::new(None),
                unread: RwSignal::default(),
                reading: StoredValue::default(),
                attached: RwSignal::default(),
            },
            work: EngineWork::idle(),
            results: ShownResults::none(shows_all(address)),
            charts: ChartPlaces::empty(redraw),
            history: History::open(),
            plans,
        };
        let opened = StoredValue::new(false);
        follow(move || {
            let query = lab.settings.form.read().address.clone();
            let pinned = lab.history.pinned_query();
            let all_figures = lab.results.all_figures.get();
            // The address stays as it was opened until something changes. If another program passed on a scenario before
            // this effect ran for the first time, that is a change too.
            if opened.get_value() || query != first {
                keep_query(&query, pinned.as_deref(), all_figures);
                lab.address.query.set_value(linked(&Address::here()));
            }
            opened.set_value(true);
        });
        // The file is read again when the settings on how to read it have changed.
        follow(move || {
            let how = reading(&lab.settings.form.read());
            let before = lab.files.reading.get_value();
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
        self.results.all_figures.set(shows_all(address));
        let now = linked(address);
        if self.address.query.get_value() == now {
            return;
        }
        self.address.query.set_value(now);
        let asked = opened(address);
        if asked.address != self.settings.form.read_untracked().address {
            self.take(asked.now, Vec::new());
        }
        self.address.ignored.set(asked.ignored);
        self.address.older.set(asked.older);
    }

    /// Takes over a scenario from another part of the page, to be shown with its results.
    pub fn bring(self, query: &str) {
        self.replace(query);
        self.address.brought.set(true);
    }

    /// What is set when the page is opened without a link.
    pub(super) fn as_opened() -> Settings {
        let query = OPENING.to_owned();
        Settings { query, lists: None }
    }

    /// What is set, read without following it.
    pub(super) fn now(self) -> Settings {
        Settings {
            query: self.settings.query.get_untracked(),
            lists: self.settings.lists.get_untracked(),
        }
    }

    /// What a change would make of the settings.
    pub(super) fn changed_by(self, edit: Edit) -> Changed {
        let changed: Changed = ask(&Question::Change {
            now: self.now(),
            edit,
            refused: self.settings.refused.get_untracked(),
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
                self.address.brought.set(false);
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
            Ok(()) => self.settings.before.set(None),
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// Replaces the whole scenario, and what it is swept over, by those of a query.
    pub fn replace(self, query: &str) {
        let query = query.to_owned();
        if let Err(refusal) = self.replace_by(Edit::Replace { query }) {
            let reason = refusal.reason;
            self.work.fault.set(Some(format!("Not changed: {reason}.")));
        }
    }

    /// Makes a change that replaces all settings.
    ///
    /// # Errors
    /// Why the change is refused; the settings stay as they are.
    pub(super) fn replace_by(self, edit: Edit) -> Result<(), Refusal> {
        let before = self.now();
        let address = self.settings.form.read_untracked().address.clone();
        self.edit(edit)?;
        self.address.ignored.set(Vec::new());
        self.address.older.set(None);
        if self.settings.form.read_untracked().address != address {
            self.settings.before.set(Some(before));
        }
        Ok(())
    }

    /// Remembers the settings before they are replaced, for Undo.
    pub(super) fn remember(self) {
        self.settings.before.set(Some(self.now()));
    }

    /// Takes over other settings, and the texts that are still refused.
    pub(super) fn take(self, now: Settings, refused: Vec<Refusal>) {
        self.work.fault.set(None);
        if *self.settings.refused.read_untracked() != refused {
            self.settings.refused.set(refused);
        }
        self.settings.remark.set(None);
        if *self.settings.lists.read_untracked() != now.lists {
            self.settings.lists.set(now.lists);
        }
        self.settings.query.set(now.query);
    }

    /// The control of a field, by the name of its option.
    pub(super) fn control(self, flag: &str) -> Option<&'static Control> {
        let mut controls = self.settings.sheet.controls.iter();
        controls.find(|it| it.id.strip_prefix("lab-") == Some(flag))
    }

    /// Runs the scenario, or the sweep.
    pub fn run(self) {
        if let Some(lists) = self.settings.lists.get_untracked() {
            return self.sweep(lists);
        }
        if self.held() {
            return;
        }
        let query = self.settings.query.get_untracked();
        self.begin_run("");
        let base = dom::folder();
        self.ask(WorkRequest::Run { query, base });
    }

    /// Notes what is run, shows the run's tab, and sets the status. `options` are the further options of the command line that
    /// repeats a sweep.
    pub(super) fn begin_run(self, options: &str) {
        let query = self.settings.query.get_untracked();
        let options = options.to_owned();
        let unasked = false;
        self.work.asked.set_value(AskedRun {
            query,
            options,
            unasked,
        });
        self.show_tab(None);
        self.begin("Starting");
    }

    /// The differences between the controls and the run that is shown.
    pub fn changed(self) -> Vec<String> {
        let (ran, form) = (self.results.ran.read(), self.settings.form.read());
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

    /// The query of the last run's scenario; `None` before the first run and after a reset.
    fn last_query(self) -> Option<String> {
        let run = self.results.run.read_untracked();
        run.as_ref().map(|it| it.outcome.query.clone())
    }

    /// Asks the engine to write the last run's figures in a format, with its charts if `pictured`; what is running goes on.
    pub fn write(self, format: &str, pictured: bool) {
        let Some(ShownRun { outcome, .. }) = self.results.run.get_untracked() else {
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

    /// Has the engine read a file, which becomes the workload, or what else its contents are for (such as a calibration).
    pub fn take_file(self, file: web_sys::File) {
        match self.link().open(file) {
            Ok(()) => self.read(),
            Err(reason) => self.failed(reason),
        }
    }

    /// Has the engine read the file that was opened last, by the scenario's settings.
    fn read(self) {
        self.work.fault.set(None);
        self.plans.status_about.set(None);
        self.busy("Reading", 0.0, 0.0);
        let query = self.settings.query.get_untracked();
        self.ask(WorkRequest::Read { query });
    }

    /// Notes the settings with which the file was read, so that other settings cause it to be read again; `unread` says why
    /// it could not be read.
    pub(super) fn has_read(self, unread: Option<String>) {
        self.files
            .reading
            .set_value(reading(&self.settings.form.read_untracked()));
        self.files.unread.set(unread);
    }
}
