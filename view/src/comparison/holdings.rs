//! What the router believes the replicas hold, and what they do hold, at any moment.
//!
//! The table follows the first level of the tree, what whole groups of requests have in common: of questions about documents
//! these are the documents, where nearly all reuse is; of conversations it is their system prompt alone. [`super::growth`] follows
//! all prefixes. Each is followed by its first request, and a replica holds
//! so many of its leading blocks. [`super::follow`] records the state at each moment at which something changes, so finding
//! the state at any moment is a binary search. A belief is what the policy would be given for that request at that moment.

use super::Comparison;
use super::follow::{follow, telling};
use super::growth::Growth;
use super::prefixes::{self, Node};
use crate::format::{self, GAP};
use crate::playback::EventKind;
use crate::rich::{RichText, Tone};
use warmpath_core::fleet::{Replay, Watch};
use warmpath_core::units::{BlockId, Map, VirtualTime};
use warmpath_core::workload::Workload;

/// A prefix that many requests share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The number of the first request with the prefix.
    pub request: u32,
    /// How long the prefix is \[blocks\].
    pub blocks: u32,
}

/// The number of blocks that every replica has of every prefix, prefix by prefix.
pub type Grid = Vec<u32>;

/// The state from a moment on at which what is believed or held has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeliefSnapshot {
    /// The moment in virtual time.
    pub at: VirtualTime,
    /// What the router believes each replica to hold of each prefix from then on.
    pub believed: Grid,
    /// What each replica holds of each prefix from then on.
    pub held: Grid,
}

/// The place of a prefix that is not followed.
pub const NO_PREFIX: u32 = u32::MAX;

/// The number of requests that must share a prefix for it to be followed.
const OFTEN: u32 = 3;

/// The prefixes that the first `count` requests share, in the order in which they are first sent, at most `most`; and for
/// each request the place of its prefix among them, or [`NO_PREFIX`].
pub fn shared(workload: &Workload, count: usize, most: usize) -> (Vec<Shared>, Vec<u32>) {
    let mut of: Vec<usize> = Vec::with_capacity(count);
    let mut groups: Vec<(Shared, Vec<BlockId>, u32)> = Vec::new();
    let mut by_first: Map<BlockId, usize> = Map::default();
    let mut ids = Vec::new();
    for (request, n) in workload.requests.iter().take(count).zip(0u32..) {
        ids.clear();
        workload.corpus.ids(request.prompt, &mut ids);
        let Some(first) = ids.first() else {
            of.push(usize::MAX);
            continue;
        };
        of.push(by_first.get(first).copied().unwrap_or(groups.len()));
        match by_first.get(first) {
            None => {
                by_first.insert(*first, groups.len());
                let shared = Shared {
                    request: n,
                    blocks: ids.len() as u32,
                };
                groups.push((shared, ids.clone(), 1));
            }
            Some(&at) => {
                let (shared, known, count) = &mut groups[at];
                let alike = known.iter().zip(&ids).take_while(|(a, b)| a == b).count();
                shared.blocks = shared.blocks.min(alike as u32);
                *count += 1;
            }
        }
    }
    let mut places = vec![NO_PREFIX; groups.len()];
    let mut kept = Vec::new();
    for (place, (shared, _, count)) in places.iter_mut().zip(groups) {
        if count >= OFTEN && kept.len() < most {
            *place = kept.len() as u32;
            kept.push(shared);
        }
    }
    let place = |group: usize| places.get(group).copied().unwrap_or(NO_PREFIX);
    (kept, of.into_iter().map(place).collect())
}

/// How many blocks the router of a side believed each replica to hold of a request's prefix when it chose, just before
/// `sent`, and the length of that prefix \[blocks\]; `None` if the prefix is not followed, the policy knows nothing of
/// caches, or nothing of the followed prefixes had been stored or believed before.
pub fn believed(
    comparison: &Comparison,
    which: usize,
    request: u32,
    sent: VirtualTime,
) -> Option<(&[u32], u32)> {
    let side = comparison.sides.get(which).filter(|side| side.looks)?;
    let prefix = *comparison.prefix_of.get(request as usize)? as usize;
    let blocks = comparison.shared.get(prefix)?.blocks;
    // Not the state at that moment, to which the choice itself may have added.
    let past = side.moments.partition_point(|moment| moment.at < sent);
    let before = side.moments.get(past.checked_sub(1)?)?;
    Some((before.row(prefix, side.lanes.len(), true), blocks))
}

/// A replay with every change of what is held and believed.
#[derive(Clone)]
pub struct Watched {
    /// The replay that is watched.
    pub replay: Replay,
    /// The prefixes that the table follows.
    pub shared: Vec<Shared>,
    /// For each request, the place of its prefix among these, or [`NO_PREFIX`].
    pub prefix_of: Vec<u32>,
    /// The states of the followed prefixes, by run.
    pub moments: Vec<Vec<BeliefSnapshot>>,
    /// All prefixes of the requests, shared or not, parents before children.
    pub nodes: Vec<Node>,
    /// The changes of all prefixes, by run.
    pub growths: Vec<Growth>,
    /// The number of requests of the scenario, of which only the first may be replayed.
    pub of: u32,
}

impl Watched {
    /// Prepares a replay before its start; the scenario has `of` requests.
    pub fn new(replay: Replay, of: u32) -> Self {
        let shown = replay.scenario().requests.unwrap_or(of) as usize;
        let (shared, prefix_of) = shared(replay.workload(), shown, 8);
        Self {
            of,
            shared,
            prefix_of,
            moments: vec![Vec::new(); replay.scenario().policies.len()],
            nodes: prefixes::tree(replay.workload(), shown),
            growths: vec![Growth::default(); replay.scenario().policies.len()],
            replay,
        }
    }

    /// Handles up to `events` further events; returns whether the replay is finished.
    ///
    /// # Errors
    /// If the replay fails.
    pub fn run(&mut self, events: u32) -> Result<bool, String> {
        let before = self.replay.runs().len();
        let progress = self.replay.run(events).map_err(|error| error.to_string())?;
        for run in before..self.replay.runs().len() {
            self.look(run)?;
        }
        Ok(progress.finished)
    }

    /// Goes through a finished run's log.
    fn look(&mut self, run: usize) -> Result<(), String> {
        let (scenario, workload) = (self.replay.scenario(), self.replay.workload());
        let requests = telling(&self.shared, &self.nodes);
        let watch = Watch::new(scenario, workload, &self.replay.runs()[run], 0, requests);
        if let Some(watch) = watch.map_err(|error| error.to_string())? {
            let (moments, growth) = follow(watch, workload, &self.shared, &self.nodes);
            (self.moments[run], self.growths[run]) = (moments, growth);
        }
        Ok(())
    }
}

/// The state at a moment; `None` before the first change.
pub fn at(moments: &[BeliefSnapshot], now: VirtualTime) -> Option<&BeliefSnapshot> {
    let past = moments.partition_point(|moment| moment.at <= now);
    past.checked_sub(1).map(|at| &moments[at])
}

/// The square of a replica, filled from below by the share that it has of a prefix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    /// The number of the replica.
    pub replica: u32,
    /// The share of the square that is filled, from 0 to 1.
    pub filled: f64,
}

/// The squares of all replicas for a prefix with so many blocks, and the same in words.
pub fn squares(has: &[u32], blocks: u32) -> (Vec<Square>, String) {
    let share = |part: u32| f64::from(part) / f64::from(blocks.max(1));
    let all = || (0u32..).zip(has.iter().copied());
    let square = |(replica, part)| Square {
        replica,
        filled: share(part),
    };
    let some = all().filter(|(_, part)| *part > 0);
    let words =
        some.map(|(replica, part)| format!("replica {replica}: {}", format::share(share(part))));
    let words: Vec<_> = words.collect();
    let words = match words.is_empty() {
        true => "none".to_owned(),
        false => words.join(", "),
    };
    (all().map(square).collect(), words)
}

impl BeliefSnapshot {
    /// What every replica has of a prefix: as the router believes, or as it is.
    fn row(&self, prefix: usize, replicas: usize, believed: bool) -> &[u32] {
        let grid = if believed { &self.believed } else { &self.held };
        let all = prefix * replicas..(prefix + 1) * replicas;
        grid.get(all).unwrap_or_default()
    }
}

/// The cells of the table that differ from those at the moment `before`, in their order: the number of each cell, and how
/// many blocks of its prefix each replica has. Without `before`, all cells.
pub fn cells(
    comparison: &Comparison,
    which: usize,
    before: Option<VirtualTime>,
    now: VirtualTime,
) -> Vec<(usize, Vec<u32>)> {
    let side = &comparison.sides[which];
    let replicas = side.lanes.len();
    let moment = at(&side.moments, now);
    let known = before.map(|before| at(&side.moments, before));
    let mut cells = Vec::new();
    for prefix in 0..comparison.shared.len() {
        for (column, believed) in [true, false].into_iter().enumerate() {
            let row = |moment: Option<&BeliefSnapshot>| -> Vec<u32> {
                let row = moment.map(|it| it.row(prefix, replicas, believed));
                row.map_or_else(|| vec![0; replicas], <[u32]>::to_vec)
            };
            let has = row(moment);
            if known.is_none_or(|known| row(known) != has) {
                cells.push((prefix * 2 + column, has));
            }
        }
    }
    cells
}

/// The rows of the table, one per followed prefix: its number and its length \[blocks\]. The numbers are those in the
/// trees, where prefixes that few requests share are numbered too.
pub fn rows(comparison: &Comparison) -> Vec<(usize, u32)> {
    let shared = comparison.shared.iter().enumerate();
    let row = |(at, it): (usize, &Shared)| {
        let mut roots = comparison.nodes.iter().filter(|node| node.level == 0);
        let number = roots.position(|node| node.request == it.request);
        (number.unwrap_or(at) + 1, it.blocks)
    };
    shared.map(row).collect()
}

/// The prefixes that the table lists, which the sentence above it is about.
fn listed(comparison: &Comparison) -> String {
    match comparison.shared.len() {
        1 => format!("the {} in the table", comparison.names.first()),
        n => format!(
            "the {} {} in the table",
            format::count(n as u64),
            comparison.names.several()
        ),
    }
}

/// How far belief and truth differ on side `which`, in words.
pub fn sentence(comparison: &Comparison, which: usize, now: VirtualTime) -> RichText {
    let side = &comparison.sides[which];
    let nothing = || vec![(Tone::Plain, "Nothing has been stored yet.".to_owned())];
    let Some(moment) = at(&side.moments, now) else {
        return nothing();
    };
    let sum = |grid: &Grid| u64::from(grid.iter().sum::<u32>());
    let (held, believed) = (sum(&moment.held), sum(&moment.believed));
    if held + believed == 0 {
        return nothing();
    }
    if !side.looks {
        return vec![
            (
                Tone::Strong,
                format!("{} does not ask what replicas hold", side.policy()),
            ),
            (
                Tone::Plain,
                format!(
                    ". Of {} they hold {}, and it chooses a replica without regard to that.",
                    listed(comparison),
                    format::plural(held, "block")
                ),
            ),
        ];
    }
    let pairs = || moment.believed.iter().zip(&moment.held);
    let vain: u64 = pairs().map(|(b, h)| u64::from(b.saturating_sub(*h))).sum();
    let missed: u64 = pairs().map(|(b, h)| u64::from(h.saturating_sub(*b))).sum();
    let mut sentence = vec![
        (Tone::Strong, side.policy().to_owned()),
        (
            Tone::Plain,
            format!(
                " believes that of {} the replicas hold {}; ",
                listed(comparison),
                format::plural(believed, "block")
            ),
        ),
    ];
    if vain + missed == 0 {
        let all = if believed == 1 {
            "it is there"
        } else {
            "all are there"
        };
        sentence.push((Tone::Warm, all.to_owned()));
        sentence.push((Tone::Plain, ", and no others of these.".to_owned()));
    } else {
        sentence.push((
            Tone::Strong,
            format!("{} {} not there", format::count(vain), are(vain)),
        ));
        sentence.push((
            Tone::Plain,
            format!(
                ", and {}{GAP}{} there that it does not know of.",
                format::count(missed),
                are(missed)
            ),
        ));
    }
    sentence.extend(spread(comparison, which, now).map(|it| (Tone::Plain, it)));
    sentence
}

/// The verb to a number.
fn are(n: u64) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

/// The requests about a prefix that were the first to be sent to their replica of side `which` up to `now`: the moment, the number of
/// the request and the replica, in that order.
fn pioneers(
    comparison: &Comparison,
    which: usize,
    prefix: usize,
    now: VirtualTime,
) -> Vec<(VirtualTime, u32, u16)> {
    let events = comparison.sides[which].events.iter();
    let about = |request: u32| comparison.prefix_of.get(request as usize) == Some(&(prefix as u32));
    let mut found: Vec<(VirtualTime, u32, u16)> = Vec::new();
    for event in events.take_while(|it| it.at <= now) {
        let new = found.iter().all(|it| it.2 != event.replica);
        if event.kind == EventKind::Sent && new && about(event.request) {
            found.push((event.at, event.request, event.replica));
        }
    }
    found
}

/// Why a router that goes by caches has the same prefix on several replicas, for the one that lies on most of them; `None` if none
/// lies on more than one, or the reason is another than that it was not yet known to be anywhere.
fn spread(comparison: &Comparison, which: usize, now: VirtualTime) -> Option<String> {
    let side = &comparison.sides[which];
    let moment = at(&side.moments, now)?;
    let held = |prefix: usize| {
        let row = moment.row(prefix, side.lanes.len(), false);
        row.iter().filter(|it| **it > 0).count()
    };
    // Of several on equally many replicas, the one that was asked about first.
    let all = (0..comparison.shared.len()).rev();
    let prefix = all.max_by_key(|it| held(*it))?;
    let places = held(prefix);
    let found = pioneers(comparison, which, prefix, now);
    let ((_, first, _), later) = found.split_first()?;
    let unknown = |(sent, request, _): &(VirtualTime, u32, u16)| {
        let believed = believed(comparison, which, *request, *sent);
        believed.is_some_and(|(has, _)| has.iter().all(|it| *it == 0))
    };
    if later.is_empty() || places != found.len() || !later.iter().all(unknown) {
        return None;
    }
    // The first about it was computed when its first token came; until a router hears of that, it knows of no block.
    let mut events = side.events.iter();
    let computed = events.find(|it| it.request == *first && it.kind == EventKind::FirstToken);
    let computed =
        |(sent, _, _): &(VirtualTime, u32, u16)| computed.is_some_and(|it| it.at <= *sent);
    let why = match later.iter().any(computed) {
        false => "was not computed yet",
        // What has been evicted since is another reason.
        true if later
            .iter()
            .filter(|it| computed(it))
            .all(|it| is_held(side, prefix, it.0)) =>
        {
            "was not computed yet or the router had not heard of it"
        }
        true => return None,
    };
    let why = match later.iter().all(computed) {
        true => "was computed and the router had not heard of it yet",
        false => why,
    };
    let (number, _) = *rows(comparison).get(prefix)?;
    let numbers: Vec<String> = later.iter().map(|it| it.1.to_string()).collect();
    let (them, were) = match numbers.as_slice() {
        [one] => (format!("request{GAP}{one}"), "was"),
        [rest @ .., last] => (format!("requests {} and {last}", rest.join(", ")), "were"),
        [] => return None,
    };
    let name = comparison.names.first();
    Some(format!(
        " Why {name}{GAP}{number} is on {} replicas: when {them} {were} sent, no block of it was known to be anywhere, as \
         request{GAP}{first}, the first about it, {why}; so the queues decided.",
        format::word(places as u32)
    ))
}

/// Whether any replica of a side held blocks of a prefix at a moment.
fn is_held(side: &super::PolicySide, prefix: usize, now: VirtualTime) -> bool {
    at(&side.moments, now).is_some_and(|moment| {
        let row = moment.row(prefix, side.lanes.len(), false);
        row.iter().any(|it| *it > 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::play::{made, query};
    use crate::comparison::{OPENING, opening};
    use crate::rich::words as plain;
    use warmpath_core::units::Map;

    /// Why a document lies on several replicas is said from the run, and not before it does.
    #[test]
    fn a_document_on_several_replicas_is_explained() {
        let comparison = opening().expect("valid");
        let said = |at: VirtualTime| plain(&sentence(&comparison, 1, at)).replace(GAP, " ");
        let end = said(comparison.marks.end);
        assert!(
            end.ends_with(
                "Why document 5 is on three replicas: when requests 8 and 10 were sent, no block of it was known to be anywhere, as \
                 request 6, the first about it, was not computed yet; so the queues decided."
            ),
            "{end}"
        );
        assert!(!said(VirtualTime::from_secs(0.5)).contains("Why"));
        // A router that hears late sends elsewhere what a replica has long computed.
        let policies = ["least-load", "smart@events:10000ms"].map(str::to_owned);
        let mut late = made(&query(0, &policies)).expect("valid");
        while !late.run(1 << 16).expect("valid") {}
        let late = crate::comparison::comparison(&late).expect("finished");
        let said = plain(&sentence(&late, 1, late.marks.end)).replace(GAP, " ");
        assert!(
            said.contains("the router had not heard of it")
                && said.ends_with("; so the queues decided."),
            "{said}"
        );
        // The other policy does not ask, so nothing of the kind is its reason.
        assert!(!plain(&sentence(&comparison, 0, comparison.marks.end)).contains("Why"));
    }

    #[test]
    fn the_documents_are_what_is_followed() {
        let watched = made(&query(0, &OPENING.map(str::to_owned))).expect("valid");
        let (shared, of) = shared(watched.replay.workload(), 300, 8);
        assert_eq!((shared.len(), of.len()), (8, 300));
        for (place, it) in (0u32..).zip(&shared) {
            assert_eq!(of[it.request as usize], place);
        }
        assert!(shared.iter().all(|it| it.blocks > 50), "{shared:?}");
    }

    #[test]
    fn a_router_that_asks_the_pools_is_never_wrong_and_one_that_does_not_ask_believes_nothing() {
        let comparison = opening().expect("valid");
        let [plain_side, smart] = &comparison.sides[..] else {
            panic!("two sides");
        };
        assert!(!plain_side.moments.is_empty() && !smart.moments.is_empty());
        assert!(smart.moments.iter().all(|it| it.believed == it.held));
        assert!(
            plain_side
                .moments
                .iter()
                .all(|it| it.believed.iter().all(|n| *n == 0))
        );
        let end = comparison.marks.end;
        assert!(plain(&sentence(&comparison, 0, end)).contains("does not ask"));
        assert!(
            plain(&sentence(&comparison, 1, end))
                .contains("all are there, and no others of these. Why document")
        );
        assert!(plain(&sentence(&comparison, 1, VirtualTime::ZERO)).contains("Nothing"));
        let numbers: Vec<_> = rows(&comparison).iter().map(|row| row.0).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn only_the_cells_that_have_changed_are_made_anew() {
        let comparison = opening().expect("valid");
        let end = comparison.marks.end;
        assert_eq!(cells(&comparison, 1, None, end).len(), 16);
        assert_eq!(cells(&comparison, 1, Some(end), end), []);
        let changed = cells(&comparison, 1, Some(VirtualTime::ZERO), end);
        let all = cells(&comparison, 1, None, end);
        assert!(!changed.is_empty() && changed.iter().all(|it| all.contains(it)));
        let none = cells(&comparison, 1, None, VirtualTime::ZERO);
        for (cell, before) in all.iter().zip(&none) {
            assert_eq!(cell == before, !changed.contains(cell));
        }
    }

    #[test]
    fn pictures_are_kept_in_order_and_found_by_their_moment() {
        let comparison = opening().expect("valid");
        for side in &comparison.sides {
            assert!(side.moments.windows(2).all(|pair| pair[0].at <= pair[1].at));
            let some = &side.moments[side.moments.len() / 2];
            assert!(at(&side.moments, some.at).is_some_and(|it| it.at == some.at));
        }
    }

    #[test]
    fn a_router_that_remembers_what_it_sent_is_sometimes_wrong() {
        let comparison = crate::comparison::whole(&["least-load", "cache-aware"]).expect("valid");
        let wrong = comparison.sides[1]
            .moments
            .iter()
            .any(|it| it.believed != it.held);
        assert!(wrong);
    }

    /// For side 1 under `cache-aware` in one of [`PLAYS`](super::super::PLAYS): the largest number of blocks in the table
    /// that were believed in before they were first held, and those of all prefixes that are believed in at the end though
    /// they were evicted.
    fn vain(play: usize) -> (u32, u32) {
        let policies = ["least-load", "cache-aware"].map(str::to_owned);
        let mut watched = made(&query(play, &policies)).expect("valid");
        while !watched.run(1 << 16).expect("runs") {}
        let mut ever: Grid = vec![0; watched.moments[1][0].held.len()];
        let mut early = 0;
        for moment in &watched.moments[1] {
            for (ever, held) in ever.iter_mut().zip(&moment.held) {
                *ever = (*held).max(*ever);
            }
            let never = moment.believed.iter().zip(&ever);
            early = early.max(never.map(|(b, ever)| b.saturating_sub(*ever)).sum());
        }
        let mut course = Map::default();
        for change in watched.growths[1].until(watched.growths[1].pictures(VirtualTime::NEVER)) {
            let (_, most) = course
                .entry((change.node, change.replica))
                .or_insert((change.has, 0));
            let most = change.has.held.max(*most);
            course.insert((change.node, change.replica), (change.has, most));
        }
        let gone = course.into_values().map(|(has, most)| {
            let evicted = most.saturating_sub(has.held);
            has.believed.saturating_sub(has.held).min(evicted)
        });
        (early, gone.sum())
    }

    /// What the story says of `cache-aware`: in the opening scenario it is ahead of what is computed, and nothing that it
    /// believes in is evicted; in the one with many documents it believes at the end in what was evicted.
    #[test]
    fn what_a_router_without_news_is_wrong_about_is_as_the_story_says() {
        let (early, evicted) = vain(0);
        assert!(early > 0 && evicted == 0, "{early} {evicted}");
        let (_, evicted) = vain(1);
        assert!(evicted > 1_000, "{evicted}");
    }
}
