//! Keeps a station's view in the page's address: where its playhead rests, what is chosen there, and whose card is kept.

use crate::address::Address;
use crate::figure::Player;
use crate::figure::signal::follow;
use crate::{dom, shell};
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;

/// Keeps a station and the address in step.
///
/// The address stays as it was opened until the reader changes something at the station; from then on it has the resting
/// playhead and `rest`, which is whatever else the address says of the station. `shown` is whether there are runs yet. Where
/// the reader goes to another address of the station in the browser's history, `take` takes over what that says beside the
/// moment. It may say less than the station shows, as an entry of the navigation does, and is completed then.
pub(super) fn keep_address(
    station: &'static str,
    player: Player,
    shown: Signal<bool>,
    rest: Signal<String>,
    take: impl Fn(&Address) + 'static,
) {
    // What the address is taken to say of the playhead and the rest; `None` until the station shows its first runs.
    let known = StoredValue::new(None::<(Option<VirtualTime>, String)>);
    let travelled = RwSignal::new(());
    shell::on_travel(move |address| {
        if address.station != station {
            return;
        }
        take(&address);
        if let Some(at) = address.time {
            player.jump(at);
        }
        // Taken for an address that says nothing, so that it is completed if it says too little.
        known.update_value(|it| *it = it.is_some().then(Default::default));
        travelled.set(());
    });
    follow(move || {
        travelled.track();
        let (at, end) = (player.now.get(), player.marks.read_untracked().end);
        let now = ((at < end).then_some(at), rest.get());
        if player.playing.get() || !shown.get() {
            return;
        }
        let before = known.get_value();
        if before.is_none() {
            return known.set_value(Some(now));
        }
        // A run that the laboratory hands to several stations leaves the address with the one that the reader went to.
        if before.as_ref() != Some(&now) && is_at(station) {
            shell::keep_view(station, now.0, &now.1);
            known.set_value(Some(now));
        }
    });
}

/// Whether the reader is at a station: the address names it, or it is in the middle of the window.
fn is_at(station: &str) -> bool {
    let in_the_middle = || {
        let middle = dom::window()?.inner_height().ok()?.as_f64()? / 2.0;
        let section = dom::by_id(station)?.get_bounding_client_rect();
        Some(section.top() < middle && section.bottom() > middle)
    };
    Address::here().station == station || in_the_middle().unwrap_or(false)
}
