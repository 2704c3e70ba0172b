//! Chats that name the chat before them: which belong together, whatever their order in the file.

use super::Requests;
use crate::units::Map;

/// A row's own id, the id of the row that it goes on from, and its request, unless that is left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chat {
    pub(super) chat: u64,
    pub(super) parent: Option<u64>,
    pub(super) request: Option<usize>,
}

impl Requests {
    /// Gives every request its conversation and turn. Returns how many rows go on from one that is not in the file.
    pub(super) fn join_chats(&mut self) -> u64 {
        let chats = core::mem::take(&mut self.chats);
        let mut rows: Map<u64, usize> = Map::default();
        for (at, chat) in chats.iter().enumerate() {
            rows.entry(chat.chat).or_insert(at);
        }
        let mut places: Vec<Option<(u32, u32)>> = vec![None; chats.len()];
        let mut orphans = 0;
        let mut path = Vec::new();
        for start in 0..chats.len() {
            let mut at = start;
            // Go back to the first row that is known or has no parent, or in a circle to where it began.
            while places[at].is_none() {
                path.push(at);
                // Marking it makes a circle end.
                places[at] = Some((u32::MAX, 0));
                let Some(parent) = chats[at].parent else {
                    break;
                };
                match rows.get(&parent) {
                    Some(row) => at = *row,
                    None => {
                        orphans += 1;
                        break;
                    }
                }
            }
            let above = path.last().is_some_and(|top| *top != at);
            let mut here = places[at].filter(|place| above && place.0 != u32::MAX);
            while let Some(row) = path.pop() {
                let place = match here {
                    Some((conversation, turn)) => (conversation, turn.saturating_add(1)),
                    None => {
                        self.conversations += 1;
                        (self.conversations - 1, 0)
                    }
                };
                places[row] = Some(place);
                here = Some(place);
            }
        }
        for (chat, place) in chats.iter().zip(places) {
            if let (Some(request), Some(place)) = (chat.request, place) {
                let request = &mut self.requests[request];
                (request.conversation, request.turn) = place;
            }
        }
        orphans
    }
}
