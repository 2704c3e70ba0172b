//! The element around a side's lanes, which handles the pointer and scrolls when they are magnified.

use super::super::super::sides::QUEUE;
use super::super::stage::FleetState;
use super::{Drag, Under};
use crate::dom;
use crate::figure::signal::follow;
use crate::frames::on_frames;
use leptos::html::Div;
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::touch::{at, lanes_of};
use warmpath_view::playback::controls::share;
use wasm_bindgen::prelude::*;
use web_sys::{Event, PointerEvent};

/// The distance that a pointer must move sideways to be a drag \[px\].
const STILL: i32 = 4;

/// The events that the element listens to.
const HEARD: [&str; 6] = [
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointerleave",
    "pointercancel",
    "scroll",
];
/// The attributes of the element while it can be scrolled, so that keys can scroll it.
const ZOOMED: [(&str, &str); 4] = [
    ("data-zoomed", ""),
    ("tabindex", "0"),
    ("role", "group"),
    ("aria-label", "The lanes, magnified"),
];

/// The element of side `which` around its lanes. Listeners and attributes are set on the element itself and not in the view,
/// since Leptos compiles the code that builds an element once for each set of them.
pub(in super::super) fn field(which: usize, stage: FleetState, inside: AnyView) -> AnyView {
    let touch = stage.touch;
    let node = touch.fields.with_value(|all| all[which]);
    let heard = Heard { which, stage };
    node.on_load(move |field| {
        let hear = Closure::<dyn FnMut(Event)>::new(move |event| heard.hear(&event));
        for name in HEARD {
            let _ = field.add_event_listener_with_callback(name, hear.as_ref().unchecked_ref());
        }
        // The listener lives as long as the page, like the sides.
        hear.forget();
    });
    follow(move || {
        let (zoom, field) = (touch.zoom.get(), node.get());
        let Some(field) = field else { return };
        for (name, value) in ZOOMED {
            // This fails only for invalid names.
            let _ = match zoom > 1 {
                true => field.set_attribute(name, value),
                false => field.remove_attribute(name),
            };
        }
        if let Some(wide) = field.first_element_child() {
            dom::set_style(&wide, "--wide", &format!("{}%", zoom * 100));
        }
    });
    view! {
        <div class="field" node_ref=node>
            <div class="wide">{inside}</div>
        </div>
    }
    .into_any()
}

/// The listener for a side: for its pointer, and for its being scrolled.
#[derive(Clone, Copy)]
struct Heard {
    which: usize,
    stage: FleetState,
}

/// What is at the place of a pointer.
struct PointerPlace {
    /// The virtual time there.
    when: VirtualTime,
    /// The request whose place it is; `None` if there is none.
    request: Option<u32>,
}

impl Heard {
    fn hear(self, event: &Event) {
        let Some(pointer) = event.dyn_ref::<PointerEvent>() else {
            return self.scrolled();
        };
        match event.type_().as_str() {
            "pointerdown" => self.down(pointer),
            "pointermove" => self.moves(pointer),
            "pointerup" => self.up(pointer),
            _ => self.leave(),
        }
    }

    /// The element around this side's lanes.
    fn own_field(self) -> Option<NodeRef<Div>> {
        let all = self.stage.touch.fields.try_get_value()?;
        all.get(self.which).copied()
    }

    /// What is at the place of an event, in any lane; where a pointer was dragged off the lanes, there is still a time. The target
    /// of the event does not say which lane that is, since an element that has captured the pointer is the target of all its
    /// events; so the document is asked which element is there.
    fn over(self, event: &PointerEvent) -> Option<PointerPlace> {
        let field = self.own_field()?.get_untracked()?;
        let strip = field.query_selector(".strip").ok()??;
        let area = strip.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
        let shown = self.stage.shown.read_untracked();
        let comparison = shown.as_ref()?;
        let when = VirtualTime::from_secs(share.clamp(0.0, 1.0) * comparison.marks.end.secs());
        let (x, y) = (event.client_x(), event.client_y());
        let there = dom::document()?.element_from_point(x as f32, y as f32);
        let lane = there.and_then(|it| it.closest(".lanes > li").ok().flatten());
        let lane = lane.filter(|it| (0.0..=1.0).contains(&share) && field.contains(Some(it)));
        let request = lane.and_then(|lane| {
            let mut row = 0;
            let mut before = lane.previous_element_sibling();
            while let Some(it) = before {
                row += 1;
                before = it.previous_element_sibling();
            }
            let replica = *lanes_of(comparison.sides.get(self.which)?).get(row)?;
            let area = lane.get_bounding_client_rect();
            let down = (f64::from(y) - area.top()) / area.height().max(1.0);
            let visits = self.stage.touch.visits;
            visits.with_value(|all| at(all.get(self.which)?, replica, when, down > QUEUE))
        });
        Some(PointerPlace { when, request })
    }

    fn down(self, event: &PointerEvent) {
        if event.button() != 0 {
            return;
        }
        let Some(over) = self.over(event) else { return };
        let drag = Drag {
            x: event.client_x(),
            from: over.when,
            selects: event.shift_key(),
            moved: false,
        };
        self.stage.touch.drag.set_value(Some(drag));
        if let Some(field) = self.own_field().and_then(|it| it.get_untracked()) {
            // This fails only if the pointer is gone already.
            let _ = field.set_pointer_capture(event.pointer_id());
        }
    }

    fn moves(self, event: &PointerEvent) {
        let Some(over) = self.over(event) else { return };
        let touch = self.stage.touch;
        let Some(mut drag) = touch.drag.get_value() else {
            let under = over.request.map(|request| Under {
                side: self.which,
                request,
                at: (event.client_x(), event.client_y()),
            });
            if touch.under.get_untracked() != under {
                touch.under.set(under);
            }
            return;
        };
        if !drag.moved && (event.client_x() - drag.x).abs() < STILL {
            return;
        }
        drag.moved = true;
        touch.drag.set_value(Some(drag));
        touch.under.set(None);
        match drag.selects {
            true => {
                touch.mark.set(None);
                touch.stretch.set(Some((drag.from, over.when)));
            }
            false => self.stage.player.jump(over.when),
        }
    }

    fn up(self, event: &PointerEvent) {
        let touch = self.stage.touch;
        let Some(drag) = touch.drag.try_update_value(Option::take).flatten() else {
            return;
        };
        if drag.moved || drag.selects {
            return;
        }
        let request = self.over(event).and_then(|it| it.request);
        touch
            .kept
            .keep(request.map(|request| (self.which, request)));
    }

    fn leave(self) {
        let touch = self.stage.touch;
        touch.drag.set_value(None);
        if touch.under.get_untracked().is_some() {
            touch.under.set(None);
        }
    }

    /// Scrolls the other sides along with this one.
    fn scrolled(self) {
        let touch = self.stage.touch;
        let Some(mine) = self.own_field().and_then(|it| it.get_untracked()) else {
            return;
        };
        for other in touch.fields.get_value() {
            if let Some(other) = other.get_untracked()
                && other.scroll_left() != mine.scroll_left()
            {
                other.set_scroll_left(mine.scroll_left());
            }
        }
        touch.tell_moved();
    }
}

/// Keeps the playhead in sight where the lanes are wider than their element: scrolls it to the middle when the magnification
/// changes, and after that whenever it comes near an edge or out of sight.
pub(in super::super) fn follow_head(stage: FleetState) {
    let touch = stage.touch;
    let before = StoredValue::new(1u32);
    follow(move || {
        let (zoom, now) = (touch.zoom.get(), stage.player.now.get());
        // With another card the lines between places lead elsewhere; what follows lets them be drawn again.
        touch.kept.whose.track();
        let changed = before.get_value() != zoom;
        before.set_value(zoom);
        if zoom == 1 && !changed {
            return touch.tell_moved();
        }
        let share = share(now, stage.player.marks.read_untracked().end);
        // On the next frame, after the layout.
        on_frames(move |_| {
            let Some(fields) = touch.fields.try_get_value() else {
                return false;
            };
            for field in fields.iter().filter_map(|it| it.get_untracked()) {
                let (wide, seen) = (field.scroll_width(), field.client_width());
                let head = (f64::from(wide) * share) as i32;
                let inside = head - field.scroll_left();
                if changed || inside < seen / 10 || inside > seen - seen / 10 {
                    field.set_scroll_left(head - seen / 2);
                }
            }
            let _ = touch.moved.try_set(());
            false
        });
    });
}
