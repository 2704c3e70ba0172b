//! Why a request's first token came when it did: behind whom it waited at its replica, and what was computed there meanwhile.

use super::Visit;
use crate::comparison::Comparison;
use crate::comparison::holdings::NO_PREFIX;
use crate::comparison::sentences::moment;
use crate::format::{self, GAP};
use warmpath_core::units::VirtualTime;

/// A request whose first token came from a replica.
#[derive(Clone, Copy)]
struct Served {
    request: u32,
    visit: Visit,
    /// When its first token came.
    first: VirtualTime,
    /// How many of its prompt's tokens its replica did not find \[tokens\].
    computed: u32,
}

impl Served {
    /// A request on side `which`; `None` if it never had a first token.
    fn of(
        comparison: &Comparison,
        which: usize,
        visits: &[Option<Visit>],
        request: u32,
    ) -> Option<Self> {
        let at = request as usize;
        let visit = visits.get(at).copied().flatten()?;
        let choices = &comparison.sides.get(which)?.choices;
        let (_, hit) = choices.get(at).copied().flatten()?;
        Some(Self {
            request,
            visit,
            first: visit.first?,
            computed: comparison.prompts.get(at)?.saturating_sub(hit),
        })
    }

    /// For how long it waited for its first token \[s\].
    fn waited(&self) -> f64 {
        (self.first - self.visit.sent).secs()
    }

    /// Whether another, whose first token came at `theirs`, was sent to the same replica before and had that token no later.
    fn is_behind(&self, visit: &Visit, theirs: VirtualTime) -> bool {
        visit.replica == self.visit.replica && visit.sent <= self.visit.sent && theirs <= self.first
    }

    /// Of those that it waited behind, the one that computed what it found then: it begins alike, and more was computed for it.
    fn source<'a>(&self, comparison: &Comparison, before: &'a [Self]) -> Option<&'a Self> {
        let prefix = |request: u32| {
            let of = comparison.prefix_of.get(request as usize);
            of.copied().filter(|it| *it != NO_PREFIX)
        };
        let mine = prefix(self.request)?;
        let alike = before.iter().filter(|it| prefix(it.request) == Some(mine));
        let source = alike.max_by_key(|it| it.computed);
        source.filter(|it| it.computed > self.computed)
    }

    /// How many answers its replica made while it waited: each step makes a token of these too.
    fn answers_meanwhile(&self, visits: &[Option<Visit>], source: Option<&Self>) -> u64 {
        // Of whom it only waited for the document, the answer had hardly begun.
        let is_told = |other: u32| {
            source.is_some_and(|it| {
                it.request == other && (self.first - it.first).secs() < 0.5 * self.waited()
            })
        };
        let is_one = |other: u32, visit: &Visit, theirs: VirtualTime| {
            other != self.request
                && !is_told(other)
                && self.is_behind(visit, theirs)
                && theirs < self.first
                && self.visit.sent < visit.end
        };
        let all = (0u32..).zip(visits);
        let answers = all.filter(|(other, visit)| {
            let theirs = visit.as_ref().and_then(|it| Some((it, it.first?)));
            theirs.is_some_and(|(visit, theirs)| is_one(*other, visit, theirs))
        });
        answers.count() as u64
    }
}

/// Why a request's first token came when it did on side `which`: behind whom it waited at its replica, what was computed
/// meanwhile, and how many answers were made there meanwhile; empty if it never had one. What a later step computed is not told
/// apart, so the numbers are whole prompts'.
pub fn waited(
    comparison: &Comparison,
    which: usize,
    visits: &[Option<Visit>],
    request: u32,
) -> String {
    let of = |request: u32| Served::of(comparison, which, visits, request);
    let Some(mine) = of(request) else {
        return String::new();
    };
    // Those that were sent before and had no first token when it was sent, but had it no later than this one.
    let before = (0..visits.len() as u32).filter_map(of).filter(|it| {
        it.request != request && mine.is_behind(&it.visit, it.first) && mine.visit.sent < it.first
    });
    let before: Vec<Served> = before.collect();
    let source = mine.source(comparison, &before);
    let causes = causes(&mine, &before, source, visits).join(", and ");
    let after = format::seconds(mine.waited());
    let own_tokens = format::plural(u64::from(mine.computed), "token");
    let why = format!("Why its first token took {after}: ");
    match (source, causes.is_empty()) {
        (None, true) => {
            format!("{why}nobody was before it, and {own_tokens} were computed for it.")
        }
        (None, false) => format!("{why}{causes}. For itself {own_tokens} were computed."),
        (Some(source), none) => {
            let besides = match none {
                true => String::new(),
                false => format!(" Besides, {causes}."),
            };
            let (prefix, other) = (comparison.names.first(), source.request);
            let tokens = format::plural(u64::from(source.computed), "token");
            let came = moment(source.first);
            format!(
                "{why}its replica was just computing the same {prefix} for request{GAP}{other}, {tokens}, whose own first token came at {came}. This one \
                 found it only then, and {own_tokens} more were computed for it.{besides}"
            )
        }
    }
}

/// Behind how many it waited, but for the one that computed what it found, and what else its replica did meanwhile.
fn causes(
    mine: &Served,
    before: &[Served],
    source: Option<&Served>,
    visits: &[Option<Visit>],
) -> Vec<String> {
    let is_source = |it: &Served| source.is_some_and(|source| source.request == it.request);
    let queue = before.iter().filter(|it| !is_source(it));
    let (queued, computed) = queue.fold((0u64, 0u64), |(count, tokens), it| {
        (count + 1, tokens + u64::from(it.computed))
    });
    let mut causes = Vec::new();
    if queued > 0 {
        let more = if source.is_some() { "more " } else { "" };
        let s = if queued == 1 { "" } else { "s" };
        let (queued, computed) = (format::count(queued), format::plural(computed, "token"));
        causes.push(format!(
            "it waited behind {queued}{GAP}{more}request{s} without a first token, for which {computed} were computed"
        ));
    }
    let answers = mine.answers_meanwhile(visits, source);
    if answers > 0 {
        let answers = format::plural(answers, "answer");
        causes.push(format!("its replica made {answers} meanwhile"));
    }
    causes
}
