//! Fleet: two to four policies side by side on the same arrivals, one clock and one scrubber for all.

mod charts;
mod forest;
mod sides;
mod told;
mod turns;

use crate::figure::{Player, Sheet, effect, mark, sheet, transport};
use crate::worker::{Answer, Ask, Link};
use crate::{dom, shell};
use leptos::prelude::*;
use turns::{Scene, Turns};
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;
use warmpath_view::duel::trees::words::caption;
use warmpath_view::duel::{self, Duel, OPENING, deltas, frame, markup, say};
use warmpath_view::format;
use warmpath_view::markup::{escape, said};
use warmpath_view::playback::markup::share;

/// What is asked.
#[derive(Clone, PartialEq)]
enum Play {
    /// One of `view`'s plays.
    Told(usize),
    /// A scenario of the laboratory.
    Own(Box<Scenario>),
}

/// The station.
#[component]
pub fn Fleet(
    /// Where the playhead stands when the first run is there; at its end unless the address says.
    from: Option<VirtualTime>,
    /// A scenario of the laboratory that is to be played.
    played: RwSignal<Option<Scenario>>,
    /// Changes when the colours or the width do.
    #[prop(into)]
    redraw: Signal<u32>,
) -> impl IntoView {
    // The laboratory's scenario, or one of `view`'s plays; and under which policies.
    let own = played.get_untracked();
    let sides = own
        .as_ref()
        .map_or(OPENING.map(str::to_owned).into(), duel::play::sides);
    let asked_for = RwSignal::new((
        own.map_or(Play::Told(0), |it| Play::Own(Box::new(it))),
        sides,
    ));
    let shown = RwSignal::new(None::<Duel>);
    let coming = RwSignal::new(None::<f64>);
    let fault = RwSignal::new(None::<String>);
    let player = Player::new(Default::default());
    let asked = StoredValue::new(0u32);
    // Which of what was asked is shown.
    let replayed = StoredValue::new(0u32);
    let first = StoredValue::new(from);
    keep_address(player, shown);
    // An engine of its own, so that neither waits for what the other runs.
    let link = Link::start(move |answer| match answer {
        Answer::Progress { done, total, .. } => {
            // In steps that can be read.
            let share = (done / total.max(1.0) * 20.0).floor() / 20.0;
            if coming.get_untracked() != Some(share) {
                coming.set(Some(share));
            }
        }
        Answer::Duel { number, duel } if number == asked.get_value() => {
            coming.set(None);
            fault.set(None);
            player.load(duel.marks.clone());
            replayed.set_value(number);
            shown.set(Some(*duel));
            if let Some(at) = first.try_update_value(Option::take).flatten() {
                player.jump(at);
            }
        }
        Answer::Failed { reason } => {
            coming.set(None);
            fault.set(Some(reason));
        }
        // What was asked before and is not wanted any more.
        _ => {}
    });
    effect(Box::new(move || {
        let (play, policies) = &*asked_for.read();
        let number = asked.get_value() + 1;
        asked.set_value(number);
        let query = match play {
            Play::Told(at) => Ok(duel::play::query(*at, policies)),
            Play::Own(scenario) => duel::play::under(scenario, policies),
        };
        coming.set(Some(0.0));
        let ask = |query| {
            let base = dom::folder();
            link.ask(&Ask::Duel {
                query,
                base,
                number,
            })
        };
        if let Err(reason) = query.and_then(ask) {
            fault.set(Some(reason));
        }
    }));
    let parting = move || shown.read().as_ref()?.flag();
    sheet(frame::frame(), move |sheet| {
        sheet.on("change", "[data-side]", move |it| {
            if let Some(side) = it.number::<usize>("side") {
                asked_for.update(|(_, all)| all[side] = it.value());
            }
        });
        sheet.on("click", "#fleet-add", move |_| {
            asked_for.update(|(_, all)| all.extend(sides::another(all)));
        });
        sheet.on("click", "[data-remove]", move |it| {
            if let Some(side) = it.number::<usize>("remove") {
                asked_for.update(|(_, all)| {
                    all.remove(side);
                });
            }
        });
        sheet.follow(move |sheet| {
            let (play, policies) = &*asked_for.read();
            sides::places(sheet, policies);
            let value = match play {
                Play::Told(at) => at.to_string(),
                Play::Own(_) => "own".to_owned(),
            };
            sheet.set_value("#fleet-play", &value);
        });
        // The laboratory's is offered once it has been asked for.
        sheet.follow(move |sheet| {
            if let Some(scenario) = played.get() {
                sheet.fill(
                    "#fleet-play [value=own]",
                    &escape(&duel::play::name(&scenario)),
                );
                sheet.mark("#fleet-play [value=own]", "hidden", None);
                let sides = duel::play::sides(&scenario);
                let now = Play::Own(Box::new(scenario));
                let same = |now: &Play| asked_for.with_untracked(|(play, _)| play == now);
                if !same(&now) {
                    asked_for.set((now, sides));
                }
            }
        });
        sheet.on("change", "#fleet-play", move |it| {
            let now = match (it.value().parse(), played.get_untracked()) {
                (Ok(at), _) => Play::Told(at),
                (_, Some(scenario)) => Play::Own(Box::new(scenario)),
                _ => return,
            };
            asked_for.update(|(play, _)| *play = now);
        });
        // The first replay is not waited for: the page opens with its pictures.
        sheet.text("#fleet-coming", move || {
            let share = coming.get().filter(|_| shown.with(Option::is_some));
            share.map_or(String::new(), |it| {
                format!("Being replayed: {}", format::share(it))
            })
        });
        // What is shown is of other policies, or of another play, than what is asked for.
        sheet.follow(move |sheet| {
            let busy = coming.read().is_some() && shown.with(Option::is_some);
            for part in sheet.parts(".side .drawn") {
                mark(&part, "aria-busy", busy.then_some("true"));
            }
        });
        sheet.on("click", "#fleet-parting", move |_| {
            if let Some(at) = parting() {
                player.jump(at);
            }
        });
        transport(sheet, player, parting);
        sheet.follow(move |sheet| {
            if let Some(duel) = shown.read().as_ref() {
                finished(sheet, duel);
            }
        });
        sheet.text("#fleet-fault", move || fault.get().unwrap_or_default());
        sheet.hidden("#fleet-fault", move || fault.read().is_none());
        cursor(sheet, shown, player);
        charts::wire(sheet, shown, redraw);
        // Changes when a reader asks for more than is shown.
        let asks = RwSignal::new(());
        sheet.on("toggle", "details.prefixes-told", move |_| asks.set(()));
        let forests = forest::plant(sheet, shown, asks);
        let turns = Turns::new(told::jobs(sheet).into_iter().chain(forests));
        sheet.follow(move |_| {
            asks.track();
            let (at, resting) = (player.now.get(), !player.playing.get());
            let (shown, drawing) = (shown.read(), redraw.get());
            let Some(duel) = shown.as_ref() else { return };
            turns.take(&Scene {
                duel,
                run: replayed.get_value(),
                at,
                resting,
                drawing,
            });
        });
        // Who plays it does not want every decision read out.
        sheet.follow(move |sheet| {
            let live = if player.playing.get() {
                "off"
            } else {
                "polite"
            };
            sheet.mark(".log", "aria-live", Some(live));
        });
    })
}

/// What does not change while it plays: all sides' lanes and figures.
fn finished(sheet: &Sheet, duel: &Duel) {
    for (which, side) in duel.sides.iter().enumerate() {
        let part = |end: &str| format!("#fleet-{which} {end}");
        let better = duel.best() == Some(which);
        sheet.fill(&part(".facts"), &markup::caption(side, better));
        let label = markup::label(duel, which);
        sheet.mark(&part(".drawn"), "aria-label", Some(&label));
        sheet.fill(&part(".drawn"), &markup::lanes(duel, which));
    }
    let flag = duel.flag();
    sheet.mark("#fleet-parting", "disabled", flag.is_none().then_some(""));
    sheet.fill(
        "#fleet-parting",
        match duel.costly() {
            Some(_) => "Go to where it first costs",
            None => "Go to where they part",
        },
    );
    let delta = say::delta(duel);
    sheet.mark("#fleet-delta", "hidden", delta.is_empty().then_some(""));
    sheet.fill("#fleet-delta", &said(&delta));
    sheet.fill("#fleet-deltas", &deltas::deltas(duel));
    sheet.fill("#fleet-lanes", &markup::table(duel));
    sheet.fill("#fleet-caption", &caption(duel));
}

/// The playhead over the lanes, and where the sides part.
fn cursor(sheet: &Sheet, shown: RwSignal<Option<Duel>>, player: Player) {
    // Looked up once: they move on every frame that plays.
    let lines = sheet.parts(".cursor line:last-child");
    let veils = sheet.parts(".cursor rect");
    let partings = sheet.parts(".cursor .parting");
    let place = move |at: VirtualTime| share(at, player.marks.read().end) * 100.0;
    sheet.follow(move |_| {
        let at = place(player.now.get());
        let [x, rest] = [at, 100.0 - at].map(|it| format!("{it:.3}%"));
        // Refused only for names that are none.
        for line in &lines {
            let _ = line.set_attribute("x1", &x);
            let _ = line.set_attribute("x2", &x);
        }
        for veil in &veils {
            let _ = veil.set_attribute("x", &x);
            let _ = veil.set_attribute("width", &rest);
        }
    });
    sheet.follow(move |_| {
        let at = shown.read().as_ref().and_then(Duel::flag);
        let x = at.map(|at| format!("{:.3}%", place(at)));
        for line in &partings {
            mark(line, "visibility", x.is_none().then_some("hidden"));
            mark(line, "x1", x.as_deref());
            mark(line, "x2", x.as_deref());
        }
    });
}

/// Keeps the playhead and the address together: the address follows where the playhead comes to rest, once the reader has
/// moved it from the end, and the playhead follows the history.
fn keep_address(player: Player, shown: RwSignal<Option<Duel>>) {
    shell::on_travel(move |address| {
        if let Some(at) = address.time_for("fleet") {
            player.jump(at);
        }
    });
    let moved = StoredValue::new(false);
    effect(Box::new(move || {
        let (at, end) = (player.now.get(), player.marks.read_untracked().end);
        if player.playing.get() || shown.read_untracked().is_none() {
            return;
        }
        let inside = (at < end).then_some(at);
        if inside.is_some() || moved.get_value() {
            moved.set_value(true);
            shell::keep_moment("fleet", inside);
        }
    }));
}
