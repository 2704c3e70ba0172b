//! Playback over a finished run: buttons, a scrubber with its marks, speeds, the clock, and keys.
//!
//! Nothing plays by itself, and a reader who asked for less motion gets a jump a second in place of a glide.

mod player;

pub use player::Player;

use super::{Sheet, mark};
use crate::dom;
use leptos::ev::KeyboardEvent;
use warmpath_core::units::VirtualTime;
use warmpath_view::duel::say::moment;
use warmpath_view::playback::{Way, markup};
use wasm_bindgen::JsCast as _;

/// Wires the controls in a figure, and its keys; `flag` is a moment to mark on the scrubber.
pub fn transport(sheet: &Sheet, player: Player, flag: impl Fn() -> Option<VirtualTime> + 'static) {
    sheet.on("keydown", ".figure-keys", move |it| {
        if let Some(event) = it.event.dyn_ref::<KeyboardEvent>() {
            player.key(event);
        }
    });
    sheet.on("click", "[data-move]", move |it| match &*it.data("move") {
        "request-back" => player.step_request(Way::Back),
        "event-back" => player.step_event(Way::Back),
        "play" => player.toggle(),
        "event" => player.step_event(Way::Forward),
        "request" => player.step_request(Way::Forward),
        "turn" => player.turn(),
        _ => player.help.update(|shown| *shown = !*shown),
    });
    sheet.on("input", ".scrub input", move |it| {
        if let Ok(millis) = it.value().parse::<u64>() {
            player.jump(VirtualTime(millis * 1_000_000));
        }
    });
    sheet.on("change", ".speed", move |it| player.set_speed(&it.value()));
    sheet.follow(move |sheet| {
        let speed = markup::SPEEDS[player.speed.get()].0;
        sheet.set_value(".speed", speed);
        let shown = player.help.get();
        sheet.mark(
            "[data-move=keys]",
            "aria-expanded",
            Some(if shown { "true" } else { "false" }),
        );
        sheet.mark(".help", "hidden", (!shown).then_some(""));
        let back = (player.way.get() == Way::Back).to_string();
        sheet.mark("[data-move=turn]", "aria-pressed", Some(&back));
        let (label, icon) = markup::play(player.playing.get());
        sheet.mark(".play", "aria-label", Some(label));
        sheet.mark(".play", "title", Some(label));
        sheet.fill(".play", &icon);
    });
    sheet.follow(move |sheet| {
        let marks = player.marks.read();
        sheet.fill(".scrub .marks", &markup::lines(&marks));
        sheet.fill(".scrub .flag", &markup::flag(flag(), marks.end));
        sheet.fill(".clock .end", &moment(marks.end));
    });
    // These change on every frame that plays: they are looked up once.
    let [Some(scrub), Some(clock)] = [sheet.part(".scrub input"), sheet.part(".clock b")] else {
        return;
    };
    sheet.follow(move |_| {
        let (at, end) = (player.now.get(), player.marks.read().end);
        let now = moment(at);
        mark(
            &scrub,
            "aria-valuetext",
            Some(&format!("{now} of {}", moment(end))),
        );
        // Before the value, which may be no greater.
        mark(&scrub, "max", Some(&millis(end)));
        dom::set_value(&scrub, &millis(at));
        clock.set_text_content(Some(&now));
    });
}

fn millis(time: VirtualTime) -> String {
    (time.0 / 1_000_000).to_string()
}
