//! Why a policy finds no more of the prompts than it does: which of the documents that its replicas computed were new to them, and
//! which they had been asked about before. (A cache loses those by eviction, or with its replica; the two are not told apart.)
//!
//! Everything is taken from what requests found and where they were sent, so it agrees with the share that is reused. It is said
//! only where every request is answered and is about a document that the table follows; else the parts would not add up.

use super::prefixes::names::Names;
use super::{Comparison, PolicySide, sentences};
use crate::format;
use crate::lives::Life;
use crate::rich::{RichText, Tone, compose};

/// The prompt tokens that a side's replicas computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Misses {
    /// Tokens of documents that the replica computed for the first question about them that it answered.
    pub first: u64,
    /// Tokens of documents that the replica was asked about before and does not have: evicted since, lost with the replica's
    /// cache, or still being computed for the question before.
    pub again: u64,
    /// Tokens behind the document, which are each question's own.
    pub own: u64,
    /// The number of pairs of a document and a replica that was asked about it.
    pub places: u32,
}

/// What side `which` computed, part by part; `None` if a request is about no followed document or has no answer.
pub fn misses(comparison: &Comparison, which: usize) -> Option<Misses> {
    if comparison.names != Names::Documents {
        return None;
    }
    let side = comparison.sides.get(which)?;
    let mut seen = vec![false; comparison.shared.len() * side.lanes.len()];
    let mut misses = Misses::default();
    for (request, tokens) in comparison.prompts.iter().enumerate() {
        let prefix = *comparison.prefix_of.get(request)? as usize;
        let blocks = comparison.shared.get(prefix)?.blocks;
        let (replica, hit) = (*side.choices.get(request)?)?;
        let length = (blocks * comparison.block_size).min(*tokens);
        let missed = u64::from(length.saturating_sub(hit));
        let seen = seen.get_mut(prefix * side.lanes.len() + usize::from(replica))?;
        match core::mem::replace(seen, true) {
            false => {
                misses.first += missed;
                misses.places += 1;
            }
            true => misses.again += missed,
        }
        misses.own += u64::from(tokens - hit) - missed;
    }
    Some(misses)
}

/// The tokens of all followed documents together.
fn together(comparison: &Comparison) -> u64 {
    let blocks = comparison.shared.iter().map(|it| u64::from(it.blocks));
    blocks.sum::<u64>() * u64::from(comparison.block_size)
}

/// The room in a replica's cache \[tokens\]; `None` where it is without end.
fn room(comparison: &Comparison, side: &PolicySide) -> Option<u64> {
    let finite = (side.pool_blocks < u32::MAX).then_some(side.pool_blocks)?;
    Some(u64::from(finite) * u64::from(comparison.block_size))
}

/// The sum of three parts of a whole, then each of them, as shares with one decimal. They are rounded so that what is printed adds
/// up, as a reader would add it: whatever rounding leaves over goes to the parts that it takes most from.
fn shares(parts: [u64; 3], whole: u64) -> [String; 4] {
    let exact = parts.map(|it| it as f64 / whole.max(1) as f64 * 1e3);
    let sum = libm::round(exact.iter().sum()) as u64;
    let mut thousandths = exact.map(|it| it as u64);
    for _ in thousandths.iter().sum()..sum {
        let rest = |at: usize| exact[at] - thousandths[at] as f64;
        let most = (0..3).fold(0, |most, at| if rest(at) > rest(most) { at } else { most });
        thousandths[most] += 1;
    }
    let [first, second, third] = thousandths;
    [sum, first, second, third].map(|it| {
        let share = format::fixed(it as f64 / 10.0, 1);
        format!("{share}{}%", format::GAP)
    })
}

/// Why each policy reuses as much as it does: what all documents take and what a cache has room for, on how many replicas a document
/// is asked about, and which parts of the prompts are computed for these reasons. Empty where that cannot be said.
pub fn sentence(comparison: &Comparison) -> RichText {
    let all = (0..comparison.sides.len()).map(|which| misses(comparison, which));
    let Some(all) = all.collect::<Option<Vec<Misses>>>() else {
        return RichText::new();
    };
    let take = together(comparison);
    let room_of = |side: &PolicySide| room(comparison, side);
    let endless = comparison.sides.iter().find(|it| room_of(it).is_none());
    let room = comparison.sides.iter().filter_map(room_of).min();
    let documents = comparison.shared.len() as u64;
    let under = |of: &dyn Fn(&Misses) -> String| {
        sentences::under(&|at| Some((of(all.get(at)?), comparison.sides.get(at)?.policy())))
    };
    let places = |it: &Misses| format::significant(it.places as f64 / documents.max(1) as f64, 2);
    let mut fits = match room.is_some_and(|room| take > room) {
        true => "no replica can keep them all".to_owned(),
        false => "every replica can keep them all".to_owned(),
    };
    if let Some(side) = endless.filter(|_| room.is_some()) {
        fits += &format!("; under {} it has room for everything", side.policy());
    }
    let mut sentence = compose(
        "Why not more: the {} take {} together, and a cache has room for {}, so {}. Replicas that are asked about a document, on average: \
         {}.",
        [
            (Tone::Plain, format::plural(documents, "document")),
            (Tone::Strong, format::plural(take, "token")),
            (
                Tone::Strong,
                room.map_or_else(|| "everything".to_owned(), format::count),
            ),
            (Tone::Plain, fits),
            (Tone::Plain, under(&places)),
        ],
    );
    let whole: u64 = comparison.prompts.iter().map(|it| u64::from(*it)).sum();
    // The reasons are not told apart, but where no replica lost its cache, that is not named among them.
    let eventful = |side: &PolicySide| side.lives.iter().any(Life::is_eventful);
    let lost = match comparison.sides.iter().any(eventful) {
        true => "evicted since, lost with its cache, or still being computed",
        false => "evicted since, or still being computed",
    };
    let mut parts = " Computed of all prompt tokens".to_owned();
    for (at, (side, it)) in comparison.sides.iter().zip(&all).enumerate() {
        let [sum, first, again, own] = shares([it.first, it.again, it.own], whole);
        parts += &match at {
            0 => format!(
                " under {}: {sum}, which are {first} where a replica met a document for the first time, {again} again at a replica \
                 that had met it before ({lost}), and {own} as new questions",
                side.policy()
            ),
            _ => format!(
                "; under {}: {sum}, which are {first}, {again} and {own}",
                side.policy()
            ),
        };
    }
    sentence.push((Tone::Plain, parts + "."));
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::play::{made, query};
    use crate::comparison::{OPENING, comparison, opening};
    use crate::rich::words;

    #[test]
    fn a_cache_without_end_is_no_number() {
        let said = |policies: &[&str]| {
            let comparison = crate::comparison::whole(policies).expect("valid");
            words(&sentence(&comparison)).replace(format::GAP, " ")
        };
        let finite = "a cache has room for 75,600, so no replica can keep them all";
        for order in [["infinite-cache", "smart"], ["smart", "infinite-cache"]] {
            let said = said(&order);
            let endless = format!("{finite}; under infinite-cache it has room for everything.");
            assert!(said.contains(&endless), "{said}");
        }
        let said = said(&["infinite-cache", "infinite-cache"]);
        assert!(
            said.contains("a cache has room for everything, so every replica can keep them all."),
            "{said}"
        );
    }

    /// The parts add up to what is not reused, and the documents are computed again where they do not fit.
    #[test]
    fn what_is_computed_is_split_without_a_rest() {
        let comparison = opening().expect("valid");
        let whole: u64 = comparison.prompts.iter().map(|it| u64::from(*it)).sum();
        for (which, side) in comparison.sides.iter().enumerate() {
            let it = misses(&comparison, which).expect("documents");
            let computed = it.first + it.again + it.own;
            let reuse = 1.0 - computed as f64 / whole as f64;
            assert!((reuse - side.reuse).abs() < 1e-12, "{it:?}");
        }
        let [least, smart] = [0, 1].map(|which| misses(&comparison, which).expect("documents"));
        assert!(Some(together(&comparison)) > room(&comparison, &comparison.sides[0]));
        // Every replica has met every document once, and that is what they computed first.
        assert_eq!(least.places, 32);
        assert_eq!(least.first, 4 * together(&comparison));
        assert!(least.again > 0 && smart.again == 0);
        let rendered = words(&sentence(&comparison)).replace(format::GAP, " ");
        for part in [
            format!(
                "8 documents take {} tokens",
                format::count(together(&comparison))
            ),
            "a cache has room for 75,600, so no replica can keep them all".to_owned(),
            "on average: 4.0 under least-load, ".to_owned(),
            format!(
                "and {} as new questions; under smart: ",
                shares([least.first, least.again, least.own], whole)[3]
            )
            .replace(format::GAP, " "),
        ] {
            assert!(rendered.contains(&part), "{part}: {rendered}");
        }
        // What is printed adds up to what is printed of the whole, and that to what is not reused.
        let tenths = |text: &str| -> u32 {
            let digits = text.chars().filter(char::is_ascii_digit);
            digits.collect::<String>().parse().expect("a number")
        };
        for (side, it) in comparison.sides.iter().zip([least, smart]) {
            let all = shares([it.first, it.again, it.own], whole);
            assert!(rendered.contains(&all[0].replace(format::GAP, " ")));
            let [sum, parts @ ..] = all.map(|it| tenths(&it));
            assert_eq!(sum, parts.iter().sum::<u32>(), "{rendered}");
            assert_eq!(f64::from(sum), libm::round((1.0 - side.reuse) * 1e3));
        }
        assert_eq!(
            shares([1, 1, 1], 3)[1..].join(" "),
            "33.4\u{a0}% 33.3\u{a0}% 33.3\u{a0}%".replace('\u{a0}', &format::GAP.to_string())
        );
        assert_eq!(tenths(&shares([0, 0, 0], 0)[0]), 0);
    }

    /// What a replica lost with its cache was not evicted, and that is not said where no cache was lost.
    #[test]
    fn a_lost_cache_is_named_among_the_reasons_where_one_was_lost() {
        let of = |events: &str| {
            let query = format!(
                "v=2&w=rag&n=400&rate=2&r=4&kv=400000&p=smart,least-load&drain=finish:grace%3D600{events}"
            );
            let mut watched = made(&query).expect("valid");
            while !watched.run(1 << 16).expect("valid") {}
            words(&sentence(&comparison(&watched).expect("finished")))
        };
        let lost = of("&ev=20s:drain%3D1;70s:start%3D1");
        assert!(
            lost.contains("every replica can keep them all")
                && lost.contains("lost with its cache"),
            "{lost}"
        );
        let calm = of("");
        assert!(
            calm.contains("(evicted since, or still being computed)"),
            "{calm}"
        );
    }

    /// Turns of conversations are nobody's document, and of a hundred documents only some are followed.
    #[test]
    fn nothing_is_said_where_the_parts_would_not_add_up() {
        for play in [1, 2] {
            let mut watched = made(&query(play, &OPENING.map(str::to_owned))).expect("valid");
            while !watched.run(1 << 16).expect("valid") {}
            let comparison = comparison(&watched).expect("finished");
            assert_eq!(sentence(&comparison), RichText::new());
        }
    }
}
