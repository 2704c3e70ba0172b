//! The card about the reader's own file, before anything is run: its contents, how it was read, and the controls that
//! change that.

use super::controls::Reading;
use super::results::terms;
use super::state::Lab;
use crate::dom;
use crate::figure::rich::{bold, small_with, span};
use crate::figure::signal::{parts, text, when};
use crate::figure::strip::strip;
use crate::figure::table::numbers;
use crate::figure::{Button, Fold, Line, Region};
use leptos::prelude::*;
use warmpath_view::lab::files::says_how;
use warmpath_view::lab::summary::{Bars, FileCard};
use warmpath_view::lanes::strip::Shade;

/// The card, which is shown while the workload is a file, a file could not be read, or a setting says how files are read.
#[component]
pub fn FileSummary(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let none = when(move || {
        let form = lab.settings.form.read();
        let file = form.text("workload").contains('~') || lab.files.unread.read().is_some();
        !file && !says_how(&form)
    });
    let unread = text(move || lab.files.unread.get().unwrap_or_default());
    let read = move || {
        let form = lab.settings.form.read();
        let file = lab.files.workload.read();
        let file = file.as_ref();
        file.filter(|it| it.name == form.text("workload")).cloned()
    };
    let name = text(move || {
        let file = read();
        // A scenario names a file by its own name, `~` and a hash of its contents.
        let name = file.as_ref().map_or("Your file", |it| {
            let whole = it.name.as_str();
            whole.rsplit_once('~').map_or(whole, |it| it.0)
        });
        name.to_owned()
    });
    let summary = vec![
        view! { <b>{name}</b> }.into_any(),
        " ".into_any(),
        span("soft", "what it holds, and how it is read".to_owned()),
    ];
    let facts = parts(move || read().map_or(Vec::new(), |it| facts(&it.card)));
    let rest = parts(move || read().map_or(Vec::new(), |it| rest(&it.card)));
    view! {
        <Region class="card" id="lab-file-card" hidden=none name="Your file">
            <Fold class="about-file" open=true summary>
                <Line
                    class="notice"
                    id="lab-unread"
                    hidden=when(move || lab.files.unread.read().is_none())
                >
                    {unread}
                </Line>
                {facts}
                <Reading lab />
                {rest}
            </Fold>
        </Region>
    }
    .into_any()
}

/// The facts about the file, and what was inferred: each of these with a button that leads to the control for it.
fn facts(card: &FileCard) -> Vec<AnyView> {
    let mut all = Vec::new();
    for (name, text) in &card.facts {
        all.push((name.clone(), text.clone().into_any()));
    }
    for [name, taken, option] in &card.inferred {
        let control = format!("lab-{option}");
        let to = move |()| {
            if let Some(control) = dom::by_id(&control) {
                let _ = control.focus();
            }
        };
        let mut title = name.clone();
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let label = text({
            let name = name.clone();
            move || format!("{name}: say otherwise")
        });
        let description = view! {
            {format!("{taken} ")}
            <Button class="link" name=label click=to>
                "say otherwise"
            </Button>
        };
        all.push((title, description.into_any()));
    }
    vec![terms(all)]
}

/// The tables of lengths and first requests, and the pictures.
fn rest(card: &FileCard) -> Vec<AnyView> {
    let pictures = card.pictures.iter().map(picture).collect::<Vec<_>>();
    let scrolling = |name: &'static str, table: AnyView| {
        view! { <Region class="scroll" scrolls=true name=name>{table}</Region> }.into_any()
    };
    vec![
        view! { <Region class="bars">{pictures}</Region> }.into_any(),
        scrolling(
            "Lengths",
            numbers(Some("lab-file-lengths"), &card.lengths()),
        ),
        bold(None, "The first requests".to_owned()),
        scrolling(
            "The first requests",
            numbers(Some("lab-file-first"), &card.first()),
        ),
    ]
}

/// A picture with the texts at its ends, and what it shows.
fn picture(bars: &Bars) -> AnyView {
    let shade = Shade {
        class: bars.class(),
        path: bars.path(),
    };
    let strip = strip(bars.counts.len(), vec![shade]);
    let (title, sentence) = (bars.title.clone(), bars.sentence.clone());
    let ends = [&bars.from, &bars.to].map(|it| view! { <i>{it.clone()}</i> }.into_any());
    view! {
        <Region class="bar-picture">
            {bold(None, title)} {strip}
            <span class="ends">{Vec::from(ends)}</span>
            {small_with(Some("soft"), None, sentence)}
        </Region>
    }
    .into_any()
}
