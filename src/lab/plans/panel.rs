//! The panel of a question: its settings, the progress of the search, and the answer.

use super::answer::Answered;
use super::{control, tabs};
use crate::figure::signal::{attribute, parts, text, when};
use crate::figure::{Button, Line, Region};
use crate::lab::bar::status_text;
use crate::lab::control::{Field, fixed};
use crate::lab::state::Lab;
use crate::lab::words::{Words, WordsOf};
use crate::lab::work::Status;
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_core::goal::PRESETS;
use warmpath_view::controls::ControlKind;
use warmpath_view::glossary_words::words;
use warmpath_view::lab::control::{Choice, Control, Help};
use warmpath_view::plans::Quest;
use warmpath_view::plans::quest::Setting;

/// Goals that are offered besides those with names.
const GOALS: [&str; 2] = [
    "p95_ttft<500ms;errors<1%",
    "attainment(ttft<1s,tpot<80ms)>=95%",
];

/// What a goal is.
const GOAL: &str = "Limits split by semicolons: a time's percentile, the share of errors, the share of requests that keep several \
    limits at once. What is refused or never answered is a miss.";

/// The panel of the question whose tab is shown; empty for the run's tab.
#[component]
pub fn Panel(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    parts(move || {
        let quest = lab.plans.tab.get();
        let contents = quest.map(|quest| contents(lab, quest));
        contents.into_iter().collect()
    })
}

/// A question with its settings and buttons, the progress of its search, and its answer.
fn contents(lab: Lab, quest: Quest) -> AnyView {
    let settings = quest.settings().iter().enumerate();
    let settings = settings.map(|(at, it)| setting(lab, quest, at, it));
    let settings = settings.collect::<Vec<_>>();
    let waits = when(move || lab.is_busy() || lab.holds_plans());
    let idle = when(move || !lab.is_busy());
    let plans = lab.plans;
    let far = attribute(move || match &*lab.work.status.read() {
        Status::Busy { done, total, .. } if *total > 0.0 => Some((done / total).to_string()),
        _ => None,
    });
    let name = text(move || {
        let known = plans.known.read();
        let broken_off = known[quest as usize].as_ref().is_some_and(|it| !it.whole);
        match broken_off && !lab.is_busy() {
            true => "Go on",
            false => quest.act(),
        }
        .to_owned()
    });
    let words: WordsOf = Arc::new(move || {
        let known = plans.known.read();
        let answer = known[quest as usize].iter().flat_map(|it| {
            let heads = it.tables.iter().filter_map(|table| table.rows.first());
            let heads = heads.flatten();
            it.sentences.iter().chain(&it.notes).chain(heads)
        });
        let settings = quest.settings().iter().map(|it| it.help);
        let answer = answer.map(String::as_str);
        words(
            settings
                .chain(GOALS)
                .chain([quest.question(), GOAL])
                .chain(answer),
        )
    });
    view! {
        <div
            class="card plan-panel"
            id="lab-panel"
            role="tabpanel"
            tabindex="-1"
            aria-labelledby=tabs::id(Some(quest))
        >
            <Line class="soft about">{quest.question()}</Line>
            <Region class="settings aims">{goal(lab)}{settings}</Region>
            <div class="buttons">
                <button
                    type="button"
                    id="plan-go"
                    class="go"
                    disabled=waits
                    on:click=move |_| lab.decide(quest)
                >
                    {name}
                </button>
                <Button id="plan-stop" disabled=idle click=move |()| lab.stop()>
                    "Stop"
                </Button>
                <div class="how-far">
                    <progress
                        id="plan-progress"
                        max="1"
                        aria-label="Progress of the search"
                        hidden=idle
                        value=far
                    ></progress>
                    <span role="status" class="soft" id="plan-status">
                        {text(move || status_text(lab, Some(quest)))}
                    </span>
                </div>
            </div>
            <Line
                class="notice"
                role="alert"
                id="plan-fault"
                hidden=when(move || plans.fault.read().is_none())
            >
                {text(move || plans.fault.get().unwrap_or_default())}
            </Line>
            <Answered lab quest />
            <Words of=words />
        </div>
    }
    .into_any()
}

/// The control for the scenario's goal.
fn goal(lab: Lab) -> AnyView {
    let names = PRESETS.iter().map(|it| it.name);
    let offered = names.chain(GOALS).map(str::to_owned).collect();
    let control = Control {
        wide: true,
        kind: ControlKind::Suggest(offered),
        placeholder: "none yet, for example p95_ttft<500ms;errors<1%".to_owned(),
        help: Help::Below(GOAL.to_owned()),
        ..Control::text("plan-goal", "Goal")
    };
    let value = text(move || lab.stands("plan-goal", lab.settings.form.read().text("goal")));
    let change = move |typed: String| lab.aim(typed.trim());
    view! { <Field lab control value change /> }.into_any()
}

/// The control for one of a question's settings.
fn setting(lab: Lab, quest: Quest, at: usize, setting: &'static Setting) -> AnyView {
    let id = control(quest, at);
    let of = id.clone();
    let value = text(move || {
        let texts = lab.plans.texts.read();
        let text = texts[quest as usize].get(at).cloned();
        lab.stands(&of, &text.unwrap_or_default())
    });
    let change = move |typed: String| lab.settle(quest, at, typed.trim().to_owned());
    let [off, on] = setting.switch;
    let switch = !off.is_empty();
    let control = Control {
        kind: match switch {
            true => ControlKind::Choice(Vec::new()),
            false => ControlKind::Typed,
        },
        code: setting.flag.to_owned(),
        placeholder: setting.empty.to_owned(),
        help: Help::Unseen(setting.help.to_owned()),
        ..Control::text(id, setting.label)
    };
    let choice = |value: &str, shown: &str| Choice {
        value: value.to_owned(),
        shown: shown.to_owned(),
        about: String::new(),
    };
    let choices = fixed(vec![choice("", off), choice("yes", on)]);
    view! { <Field lab control value change choices /> }.into_any()
}
