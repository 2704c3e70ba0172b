//! The state of a playback, and what its keys do.

use crate::frames::{less_motion, on_frames};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::playback::controls::SPEEDS;
use warmpath_view::playback::{Marks, Way, next};
use wasm_bindgen::JsCast as _;

/// The place of the speed that a playback begins with, 8×.
const BEGIN: usize = 5;
/// The time that a whole run takes at the greatest speed, "max" \[s\].
const SHORTEST: f64 = 5.0;
/// The longest time that one frame moves the playhead by \[s\], since a page in the background draws no frames.
const LONGEST_FRAME: f64 = 0.25;
/// The time between two jumps for a reader who asked for less motion \[ms\].
const JUMP: f64 = 1000.0;

/// A playhead with its speed and direction. Copies share their state.
#[derive(Clone, Copy)]
pub struct Player {
    /// The position of the playhead, in virtual time.
    pub now: RwSignal<VirtualTime>,
    /// The moments at which it can stop.
    pub marks: RwSignal<Marks>,
    /// Whether the playhead moves by itself.
    pub playing: RwSignal<bool>,
    /// In which direction it moves when it plays.
    pub way: RwSignal<Way>,
    /// The place of the speed in the list of speeds.
    pub speed: RwSignal<usize>,
    /// Whether the list of keys is shown.
    pub help: RwSignal<bool>,
    /// Counts how often playing was started, so that the frames of an earlier start stop.
    start: StoredValue<u32>,
}

impl Player {
    /// A playhead that rests at the end of these marks.
    pub fn new(marks: Marks) -> Self {
        Self {
            now: RwSignal::new(marks.end),
            marks: RwSignal::new(marks),
            playing: RwSignal::new(false),
            way: RwSignal::new(Way::Forward),
            speed: RwSignal::new(BEGIN),
            help: RwSignal::new(false),
            start: StoredValue::new(0),
        }
    }

    /// Replaces the marks; the playhead stays where it is, or goes to the new end if it was at the end.
    pub fn load(self, marks: Marks) {
        let at_end = self.now.get_untracked() >= self.end();
        let end = marks.end;
        self.marks.set(marks);
        self.now
            .update(|now| *now = if at_end { end } else { (*now).min(end) });
    }

    fn end(self) -> VirtualTime {
        self.marks.read_untracked().end
    }

    /// Moves the playhead and stops playing.
    pub fn jump(self, to: VirtualTime) {
        self.playing.set(false);
        self.now.set(to.min(self.end()));
    }

    /// Moves to the next event in a direction.
    pub fn step_event(self, way: Way) {
        let marks = self.marks.read_untracked();
        self.jump(next(
            &marks.events,
            self.now.get_untracked(),
            way,
            marks.end,
        ));
    }

    /// Moves to the next moment in a direction at which a request is sent.
    pub fn step_request(self, way: Way) {
        let marks = self.marks.read_untracked();
        self.jump(next(
            &marks.requests,
            self.now.get_untracked(),
            way,
            marks.end,
        ));
    }

    /// Plays or pauses. At the end of its direction it begins at the other end.
    pub fn toggle(self) {
        if self.playing.get_untracked() {
            self.playing.set(false);
            return;
        }
        let (now, end) = (self.now.get_untracked(), self.end());
        match self.way.get_untracked() {
            Way::Forward if now >= end => self.now.set(VirtualTime::ZERO),
            Way::Back if now == VirtualTime::ZERO => self.now.set(end),
            _ => {}
        }
        self.playing.set(true);
        self.run();
    }

    /// Plays backwards; if that is its direction already, turns it forwards.
    pub fn turn(self) {
        let back = self.way.get_untracked() == Way::Back;
        self.way.set(if back { Way::Forward } else { Way::Back });
        if !back && !self.playing.get_untracked() {
            self.toggle();
        }
    }

    /// Sets the speed by its name.
    pub fn set_speed(self, name: &str) {
        if let Some(at) = SPEEDS.iter().position(|(known, _)| *known == name) {
            self.speed.set(at);
        }
    }

    fn run(self) {
        self.start.update_value(|start| *start += 1);
        let (mine, jumps) = (self.start.get_value(), less_motion());
        let mut before = None;
        on_frames(move |now| {
            let live = self.playing.get_untracked() && self.start.try_get_value() == Some(mine);
            if !live {
                return false;
            }
            let last = *before.get_or_insert(now);
            if jumps && now - last < JUMP {
                return true;
            }
            before = Some(now);
            let longest = if jumps { JUMP / 1000.0 } else { LONGEST_FRAME };
            self.glide(((now - last) / 1000.0).min(longest));
            true
        });
    }

    /// Moves the playhead by the virtual time that passes in so many real seconds.
    fn glide(self, seconds: f64) {
        let end = self.end();
        let speed = match SPEEDS[self.speed.get_untracked()].1 {
            speed if speed.is_finite() => speed,
            _ => end.secs() / SHORTEST,
        };
        let by = VirtualTime::from_secs(seconds * speed);
        let now = self.now.get_untracked();
        let (to, last) = match self.way.get_untracked() {
            Way::Forward => ((now + by).min(end), end),
            Way::Back => (now - by, VirtualTime::ZERO),
        };
        self.now.set(to);
        if to == last {
            self.playing.set(false);
        }
    }

    /// Handles a key while the figure has the focus. A key that the focused control needs itself is left to it.
    pub fn key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let tag = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .map(|element| element.tag_name())
            .unwrap_or_default();
        let (key, own) = (event.key(), tag.as_str());
        if own == "SELECT" || (matches!(own, "BUTTON" | "SUMMARY") && key == " ") {
            return;
        }
        let stepped = |way| {
            if event.shift_key() {
                self.step_request(way);
            } else {
                self.step_event(way);
            }
        };
        let faster = |by: isize| {
            self.speed.update(|at| {
                *at = at.saturating_add_signed(by).min(SPEEDS.len() - 1);
            });
        };
        match key.as_str() {
            " " => self.toggle(),
            "ArrowRight" => stepped(Way::Forward),
            "ArrowLeft" => stepped(Way::Back),
            "Home" => self.jump(VirtualTime::ZERO),
            "End" => self.jump(self.end()),
            "[" => faster(-1),
            "]" => faster(1),
            "?" => self.help.update(|shown| *shown = !*shown),
            _ => return,
        }
        event.prevent_default();
    }
}
