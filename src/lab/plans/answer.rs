//! The answer to a question so far: sentences, pictures, tables, and how to repeat it.

use crate::chart::ChartFigure;
use crate::dom;
use crate::figure::rich::{bold, items};
use crate::figure::signal::{parts, settled, text, when};
use crate::figure::table::numbers;
use crate::figure::{Button, Fold, Line, List, Region};
use crate::lab::results::Repeat;
use crate::lab::state::Lab;
use leptos::prelude::*;
use warmpath_core::report::format::named;
use warmpath_view::controls::on_page;
use warmpath_view::plans::{Decision, Listing, Quest};
use warmpath_view::rich::plain_text;

/// The answer; hidden before anything was found.
#[component]
pub fn Answered(
    /// The laboratory's state; copies share it.
    lab: Lab,
    /// The question that the answer is to.
    quest: Quest,
) -> AnyView {
    let none = when(move || lab.plans.known.read()[quest as usize].is_none());
    let stale = settled(move || of(lab, quest, |it| stale(lab, it)));
    let sentences = parts(move || items(&of(lab, quest, |it| rich_lines(&it.sentences))));
    let notes = parts(move || items(&of(lab, quest, |it| rich_lines(&it.notes))));
    let tables = parts(move || of(lab, quest, |it| it.tables.iter().map(table).collect()));
    let files = parts(move || of(lab, quest, |it| it.files.iter().map(file).collect()));
    let unwritten = when(move || of(lab, quest, |it| it.files.is_empty()));
    let charts = lab.plans.places(quest).map(|chart| {
        let is_there = Memo::new(move |_| chart.read().is_some());
        let redraw = lab.charts.redraw;
        parts(move || {
            let there = is_there.get();
            let figure = there.then(|| view! { <ChartFigure chart redraw /> }.into_any());
            figure.into_iter().collect()
        })
    });
    let charts: Vec<AnyView> = charts.into();
    let not_to_take = when(move || of(lab, quest, |it| it.taken.is_empty()));
    let take = move |()| {
        let taken = untrack(|| of(lab, quest, |it| it.taken.clone()));
        lab.replace(&taken);
    };
    let line = text(move || of(lab, quest, |it| it.quest.command(&it.query, &it.options)));
    view! {
        <Line class="notice" id="plan-stale" hidden=when(move || stale.read().is_empty())>
            {text(move || stale.get())}
        </Line>
        <Region class="plan-answer" hidden=none>
            <List class="say" id="plan-said">
                {sentences}
            </List>
            <Button id="plan-take" hidden=not_to_take click=take>
                "Set the laboratory to this"
            </Button>
            <Region class="charts" id="plan-charts">
                {charts}
            </Region>
            {tables}
            <Line class="soft" id="plan-provenance">
                {text(move || of(lab, quest, |it| it.provenance.clone()))}
            </Line>
            <List class="notes soft" id="plan-notes">
                {notes}
            </List>
            <Repeat line id="plan-command" copy="plan-copy" />
            <Fold class="menu" id="plan-files" summary=vec!["Save the answer".into_any()] hidden=unwritten>
                <List>{files}</List>
            </Fold>
        </Region>
    }
    .into_any()
}

/// A value computed from the answer so far; its default before there is any.
fn of<T: Default>(lab: Lab, quest: Quest, of: impl Fn(&Decision) -> T) -> T {
    let known = lab.plans.known.read();
    known[quest as usize].as_ref().map(of).unwrap_or_default()
}

fn rich_lines(lines: &[String]) -> Vec<warmpath_view::rich::RichText> {
    lines.iter().map(|it| plain_text(on_page(it))).collect()
}

/// Says that the answer is not for the present settings, or that its search was stopped; empty if neither holds.
fn stale(lab: Lab, known: &Decision) -> String {
    let texts = lab.plans.texts.read();
    // The answer on whether the goal is met has no options, as that question has no settings.
    let same = known.options.is_empty() || texts[known.quest as usize] == known.options;
    match () {
        () if !same || *lab.settings.query.read() != known.query => {
            "This is the answer for the settings before. Ask again to have it for the new ones."
        }
        () if !known.whole && !lab.is_busy() => {
            "Stopped: this is what was found until then. Go on, and nothing is run twice."
        }
        () => "",
    }
    .to_owned()
}

fn table(listing: &Listing) -> AnyView {
    let table = numbers(None, &listing.laid_out());
    let title = listing.title.clone();
    let name = title.clone();
    let once = listing.said_once();
    let unsaid = once.is_empty();
    let shown = view! {
        <Line class="soft" hidden=when(move || unsaid)>
            {once}
        </Line>
        <Region class="scroll" scrolls=true name=text(move || name.clone())>
            {table}
        </Region>
    }
    .into_any();
    match listing.detail {
        true => {
            view! { <Fold class="inner" summary=vec![title.into_any()]>{shown}</Fold> }.into_any()
        }
        false => view! { <div>{bold(None, title)}{shown}</div> }.into_any(),
    }
}

/// A button that saves the answer in a format.
fn file((format, written): &(String, String)) -> AnyView {
    let (format, written) = (format.clone(), written.clone());
    let id = format!("plan-save-{format}");
    let shown = format.clone();
    let save = move |()| {
        if let Some(it) = named(&format) {
            dom::download(
                &format!("warmpath-answer.{}", it.ending),
                it.media,
                &written,
            );
        }
    };
    view! {
        <li>
            <Button id=id click=save>
                {shown}
            </Button>
        </li>
    }
    .into_any()
}
