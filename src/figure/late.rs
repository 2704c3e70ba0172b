//! Puts off what need not be in the paint that answers a keystroke: it is computed in the turn after that paint.
//!
//! The paint that shows a letter also shows the figure itself: the blocks, the tree, the costs. What is said about them
//! (sentences, notes, the map of weights) is computed and laid out after that paint, a few milliseconds later.

use crate::frames::on_frames;
use crate::worker;
use leptos::prelude::*;

/// A signal that changes in the turn after a paint.
#[derive(Clone, Copy)]
pub struct Late(ReadSignal<u32>);

impl Late {
    /// Changes in the turn after the next paint whenever a signal has changed that `change` reads; several changes before
    /// that paint count as one.
    pub fn after(change: impl Fn() + 'static) -> Self {
        let turns = RwSignal::new(0u32);
        let waits = StoredValue::new(false);
        Effect::new(move |ran: Option<()>| {
            change();
            if ran.is_none() || waits.get_value() {
                return;
            }
            waits.set_value(true);
            // Functions for a frame run before its paint, and a task that they start runs after it.
            on_frames(move |_| {
                leptos::task::spawn_local(async move {
                    worker::turn().await;
                    waits.set_value(false);
                    turns.update(|it| *it = it.wrapping_add(1));
                });
                false
            });
        });
        Self(turns.read_only())
    }

    /// A value that is computed only in these turns, whatever changes between them.
    pub fn value<T: Send + Sync + 'static>(
        self,
        of: impl Fn() -> T + Send + Sync + 'static,
    ) -> Signal<T> {
        Signal::derive(move || {
            self.0.track();
            untrack(&of)
        })
    }
}
