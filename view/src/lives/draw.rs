//! What is drawn over a replica's lane: blocks where the replica does not just serve, a bar where the router's belief is
//! wrong, and a tick for each attempt that was sent in vain. Places are shares of the lane's width, so that the style
//! sheets can stretch it.

use super::{Life, ReplicaState};
use crate::format;
use crate::playback::controls::share;
use core::fmt::Write as _;
use warmpath_core::units::VirtualTime;

/// The width of the path of ticks in its own units, which bounds the number of ticks side by side.
pub const TICKS: u32 = 400;
/// How much of a lane is reserved for a letter of a name \[% of the lane's width\]. A block whose name finds no room shows none:
/// its pattern is in the figure's legend, and [`words`] says its name.
const LETTER: f64 = 2.2;
/// The gap before a name that could not begin where its block does \[letters\].
const APART: f64 = 3.0;
/// A wrong belief that takes less of the lane is not named \[% of the lane's width\].
const LEAST: f64 = 5.0;
/// How much of a lane the mark of answers that broke off takes, with their number \[% of the lane's width\].
const CUT: f64 = 8.0;

/// A block on a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The left edge of the block \[% of the lane's width\].
    pub x: f64,
    /// The width of the block \[% of the lane's width\].
    pub width: f64,
    /// Its class in the page's styles.
    pub class: &'static str,
    /// The name in the block; empty if there is no room.
    pub name: &'static str,
    /// Where the name begins \[% of the lane's width\].
    pub name_x: f64,
}

/// What is drawn over one lane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Blocks where the replica does not just serve.
    pub blocks: Vec<Block>,
    /// Bars where the router's belief is wrong.
    pub wrong: Vec<Block>,
    /// Ticks for the attempts that were sent in vain, as an SVG path [`TICKS`] wide; empty if there are none.
    pub ticks: String,
    /// The places where answers broke off \[% of the lane's width\], each with the number of answers.
    pub cuts: Vec<(f64, u32)>,
}

/// The drawing over the lane of a life; the lane ends at `end`.
pub fn drawing(life: &Life, end: VirtualTime) -> Drawing {
    let place = |at: VirtualTime| share(at, end).min(1.0) * 100.0;
    let block = |from, to, class, name: &'static str| {
        let (x, to) = (place(from), place(to));
        let width = to - x;
        Block {
            x,
            width,
            class,
            name,
            name_x: x,
        }
    };
    let spans = life
        .spans
        .iter()
        .filter(|span| span.what != ReplicaState::Ready);
    let blocks = spans.map(|it| block(it.from, it.to, it.what.class(), it.what.words()));
    let mut blocks: Vec<Block> = blocks.collect();
    place_names(&mut blocks);
    // These have a line of their own, on which only they stand.
    let wrong = life.wrong.iter().map(|it| {
        let (class, name) = match it.what {
            true => ("alive", "believed alive"),
            false => ("dead", "not yet known"),
        };
        let block = block(it.from, it.to, class, "");
        let name = if block.width >= LEAST { name } else { "" };
        Block { name, ..block }
    });
    let mut wrong: Vec<Block> = wrong.collect();
    place_names_behind(&mut wrong);
    let mut ticks = String::new();
    let mut before = None;
    for at in &life.astray {
        let x = (place(*at) / 100.0 * f64::from(TICKS)) as u32;
        if before != Some(x) {
            // Writing to a string cannot fail.
            let _ = write!(ticks, "M{x} 0v8");
        }
        before = Some(x);
    }
    let mut cuts: Vec<(f64, u32)> = Vec::new();
    for at in &life.cut {
        let x = place(*at);
        match cuts.last_mut() {
            // Marks that would overlap become one with their count.
            Some((last, count)) if x - *last < CUT => *count += 1,
            _ => cuts.push((x, 1)),
        }
    }
    Drawing {
        blocks,
        wrong,
        ticks,
        cuts,
    }
}

/// Finds room for the blocks' names. A name that is longer than its block goes on into the next block, if that follows at once
/// and has room for its own name behind it; else the name is removed.
fn place_names(blocks: &mut [Block]) {
    let room = |name: &str| LETTER * name.len() as f64;
    for at in 0..blocks.len() {
        let Block { x, width, name, .. } = blocks[at];
        let from = blocks[at].name_x;
        let (to, end) = (from + room(name), x + width);
        if to <= end {
            continue;
        }
        let behind = to + LETTER * APART;
        let next = blocks.get_mut(at + 1);
        let next =
            next.filter(|it| it.x <= end + 1e-9 && behind + room(it.name) <= it.x + it.width);
        match next {
            Some(next) if from == x => next.name_x = behind,
            _ => blocks[at].name = "",
        }
    }
}

/// Finds room for the names of wrong beliefs: each behind its bar, if it ends before the next bar and within the lane.
fn place_names_behind(bars: &mut [Block]) {
    let starts: Vec<f64> = bars.iter().skip(1).map(|it| it.x).chain([100.0]).collect();
    for (bar, end) in bars.iter_mut().zip(starts) {
        bar.name_x = bar.x + bar.width;
        if bar.name_x + LETTER * bar.name.len() as f64 > end {
            bar.name = "";
        }
    }
}

/// A life in words, for readers who do not see the lane; empty if nothing happened to the replica in it.
pub fn words(replica: usize, life: &Life) -> String {
    if !life.is_eventful() || !life.was_there() {
        return String::new();
    }
    let span = |it: &super::Span<ReplicaState>| {
        format!(
            "{} from {}",
            it.what.words(),
            format::seconds(it.from.secs())
        )
    };
    let spans: Vec<String> = life.spans.iter().skip(1).map(span).collect();
    let mut sentence = format!("replica {replica} is {}", spans.join(", "));
    if life.spans.len() == 1 {
        sentence = format!("replica {replica} is {}", life.spans[0].what.words());
    }
    let alive = life.believed_alive();
    if alive > 0.0 {
        sentence.push_str(&format!(
            ", wrongly believed alive for {}, and gets {} in that time",
            format::seconds(alive),
            format::plural(life.astray.len() as u64, "attempt")
        ));
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::super::Span;
    use super::*;

    fn at(secs: f64) -> VirtualTime {
        VirtualTime::from_secs(secs)
    }

    #[test]
    fn a_life_is_laid_out_in_shares_of_its_lane() {
        let span = |from, to, what| Span {
            from: at(from),
            to: at(to),
            what,
        };
        let life = Life {
            spans: vec![
                span(0.0, 50.0, ReplicaState::Ready),
                span(50.0, 60.0, ReplicaState::Down),
                span(60.0, 62.0, ReplicaState::Starting),
                span(62.0, 100.0, ReplicaState::Ready),
            ],
            wrong: vec![Span {
                from: at(50.0),
                to: at(58.0),
                what: true,
            }],
            astray: [51.0, 51.1, 55.0].map(at).into(),
            cut: [50.0, 50.0, 50.5].map(at).into(),
            reset: Vec::new(),
        };
        let drawn = drawing(&life, at(100.0));
        let blocks: Vec<_> = drawn
            .blocks
            .iter()
            .map(|it| (it.x, it.width, it.class, it.name))
            .collect();
        assert_eq!(
            blocks,
            [(50.0, 10.0, "down", "down"), (60.0, 2.0, "starting", "")]
        );
        assert_eq!(
            (drawn.wrong[0].class, drawn.wrong[0].name),
            ("alive", "believed alive")
        );
        assert_eq!(drawn.ticks, "M204 0v8M220 0v8");
        assert_eq!(drawn.cuts, [(50.0, 3)]);
        let sentence = words(1, &life).replace(format::GAP, " ");
        assert_eq!(
            sentence,
            "replica 1 is down from 50.0 s, starting from 60.0 s, ready from 62.0 s, wrongly believed alive for 8.00 s, and gets 3 attempts in that time"
        );
        assert_eq!(words(0, &Life::default()), "");
    }

    #[test]
    fn names_of_beliefs_and_marks_of_cuts_do_not_run_into_each_other() {
        let wrong = |from, to, what| Span {
            from: at(from),
            to: at(to),
            what,
        };
        let life = Life {
            spans: vec![Span {
                from: at(0.0),
                to: at(100.0),
                what: ReplicaState::Ready,
            }],
            wrong: vec![
                wrong(10.0, 20.0, true),
                wrong(22.0, 30.0, true),
                wrong(62.0, 68.0, false),
                wrong(80.0, 99.0, true),
            ],
            cut: [20.0, 26.0, 40.0].map(at).into(),
            ..Life::default()
        };
        let drawn = drawing(&life, at(100.0));
        let names: Vec<_> = drawn.wrong.iter().map(|it| (it.name, it.name_x)).collect();
        // Behind the first bar the next one begins, and behind the last one the lane ends; "not yet known" would reach to 97.
        assert_eq!(
            names,
            [("", 20.0), ("believed alive", 30.0), ("", 68.0), ("", 99.0)]
        );
        assert_eq!(drawn.cuts, [(20.0, 2), (40.0, 1)]);
    }

    /// A short "down" before a long "starting": both are named, one behind the other.
    #[test]
    fn a_name_without_room_goes_on_into_the_next_block() {
        let block = |x, width, name| Block {
            x,
            width,
            class: "",
            name,
            name_x: x,
        };
        let mut roomy = [block(20.0, 6.0, "down"), block(26.0, 50.0, "starting")];
        place_names(&mut roomy);
        assert_eq!(roomy.clone().map(|it| it.name), ["down", "starting"]);
        assert_eq!(roomy[0].name_x, 20.0);
        assert!(
            roomy[1].name_x >= 20.0 + 4.0 * LETTER,
            "{}",
            roomy[1].name_x
        );
        // Where the next one has only room for itself, or does not follow at once, there is none.
        let mut tight = [block(20.0, 6.0, "down"), block(26.0, 18.0, "starting")];
        place_names(&mut tight);
        assert_eq!(tight.clone().map(|it| it.name), ["", "starting"]);
        let mut apart = [block(20.0, 6.0, "down"), block(40.0, 50.0, "starting")];
        place_names(&mut apart);
        assert_eq!(apart.clone().map(|it| it.name), ["", "starting"]);
    }
}
