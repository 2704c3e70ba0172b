//! Where the prompts' blocks came from, and where hits were lost: a bar per policy, whose parts add up to one.
//!
//! The shares are `core`'s figures: of all full prompt blocks of completed requests, at their first admission.

use super::caption::{counted, under};
use super::frame::LABEL;
use super::stop::{Stop, Value};
use super::{Align, DrawPoint, DrawResult, Pen};
use crate::look::looks_of;
use crate::palette::{Rgb, Theme};
use crate::{format, text};
use plotters::prelude::DrawingBackend;

/// What becomes of a block, in the order of a bar's parts: each with a short name and in words.
pub static PARTS: [(&str, &str); 6] = [
    ("cached", "found in the cache"),
    ("elsewhere", "on another replica, as the router could know"),
    (
        "forgotten",
        "on another replica; the router had sent them to one, and forgotten that",
    ),
    ("unknown", "on another replica, and the router did not know"),
    ("evicted", "cached once, and evicted since"),
    ("new", "never cached before"),
];

/// One policy's bar: which share of its prompts' blocks was found, and why the rest was not.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The policy's name beside the bar.
    pub name: String,
    /// The shares of [`PARTS`], which add up to 1; all are 0 if there were no blocks.
    pub shares: [f64; 6],
    /// The number of requests that the shares are of.
    pub count: u64,
}

impl Bar {
    /// A part's share in words; a dash if there were no blocks.
    pub fn share_text(&self, part: usize) -> String {
        match self.shares.iter().all(|it| *it == 0.0) {
            true => format::NONE.to_owned(),
            false => format::share(self.shares[part]),
        }
    }
}

fn inks(theme: &Theme) -> [Rgb; 6] {
    [
        theme.warm,
        theme.edge,
        // Towards the ink, since towards the card they would be lost on it.
        mixed(theme.edge, theme.ink, 0.25),
        mixed(theme.edge, theme.ink, 0.5),
        theme.replicas[5],
        theme.cold,
    ]
}

/// A colour between two others; `part` from 0 (the first) to 1 (the second).
fn mixed(Rgb(r, g, b): Rgb, Rgb(x, y, z): Rgb, part: f64) -> Rgb {
    let mix = |a: u8, b: u8| libm::round(f64::from(a) * (1.0 - part) + f64::from(b) * part) as u8;
    Rgb(mix(r, x), mix(g, y), mix(b, z))
}

/// The place of a part of a bar in the drawing \[px\].
struct BarPart {
    bar: usize,
    part: usize,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// The text in a part of a width \[px\]: its share and its name, else its share alone, else none.
fn label(bar: &Bar, part: usize, wide: f64) -> (Option<String>, bool) {
    let share = format::share(bar.shares[part]);
    let named = format!("{share} {}", PARTS[part].0);
    let fits = |label: &str| text::width(label, LABEL * 1.14) <= wide - 12.0;
    match fits(&named) {
        true => (Some(named), true),
        false => (Some(share).filter(|it| fits(it)), false),
    }
}

/// The places of the key's entries, and the height at which the key ends. There is a key if a part of some bar has no room for
/// its name, and then it has all parts that a bar has, so that no colour is looked for in vain.
fn key(width: f64, bars: &[Bar]) -> (Vec<(usize, DrawPoint)>, f64) {
    let (mut x, mut y) = (0.0, 12.0);
    let mut places = Vec::new();
    let has = |part: usize| move |bar: &Bar| bar.shares[part] > 0.0;
    let unnamed = |bar: &Bar| {
        let wide = |part: usize| bar.shares[part] * (width - 1.0) - 1.0;
        (0..PARTS.len()).any(|part| has(part)(bar) && !label(bar, part, wide(part)).1)
    };
    let needed = bars.iter().any(unnamed);
    for (part, (name, _)) in PARTS.iter().enumerate() {
        if !(needed && bars.iter().any(has(part))) {
            continue;
        }
        let wide = 15.0 + text::width(name, LABEL) + 14.0;
        if x > 0.0 && x + wide - 14.0 > width {
            (x, y) = (0.0, y + 18.0);
        }
        places.push((part, (x, y)));
        x += wide;
    }
    (places, if x > 0.0 { y + 16.0 } else { 0.0 })
}

fn places((width, height): (f64, f64), bars: &[Bar]) -> Vec<BarPart> {
    let top = key(width, bars).1;
    let each = (height - top - 26.0) / bars.len().max(1) as f64;
    // The policy's name is above its bar.
    let high = (each - 36.0).clamp(10.0, 64.0);
    let mut all = Vec::new();
    for (at, bar) in bars.iter().enumerate() {
        let top = top + at as f64 * each + 22.0;
        let mut left = 0.0;
        for (part, share) in bar.shares.iter().enumerate() {
            let right = left + share * (width - 1.0);
            if *share > 0.0 {
                all.push(BarPart {
                    bar: at,
                    part,
                    left,
                    right,
                    top,
                    bottom: top + high,
                });
            }
            left = right;
        }
    }
    all
}

/// Draws a bar per policy, with a key of their parts; a tick on each marks the share found in the cache in another run.
pub fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, bars: &[Bar], pale: &[Bar]) -> DrawResult<DB> {
    pen.clear()?;
    let (width, height) = pen.size();
    let inks = inks(pen.theme);
    for (part, (x, y)) in key(width, bars).0 {
        pen.rect((x, y - 5.0), (x + 10.0, y + 5.0), inks[part])?;
        let at = (x + 15.0, y);
        pen.text(PARTS[part].0, at, LABEL, pen.theme.soft, Align::Start)?;
    }
    let looks = looks_of(bars, |it| &it.name);
    let mut named = None;
    let mut ticks = Vec::new();
    for part in places((width, height), bars) {
        let bar = &bars[part.bar];
        let before = pale.iter().find(|it| it.name == bar.name);
        ticks.extend(before.map(|it| (it.shares[0] * (width - 1.0), (part.top, part.bottom))));
        if named.replace(part.bar) != Some(part.bar) {
            let at = (0.0, part.top - 11.0);
            pen.named(&bar.name, at, width, looks[part.bar])?;
        }
        // A line of the card's colour separates it from the next part.
        let right = (part.right - 1.0).max(part.left + 0.5);
        pen.rect((part.left, part.top), (right, part.bottom), inks[part.part])?;
        let (label, _) = label(bar, part.part, right - part.left);
        if let Some(label) = label.filter(|_| part.bottom - part.top >= 14.0) {
            let middle = ((part.left + right) / 2.0, (part.top + part.bottom) / 2.0);
            let ink = legible(inks[part.part]);
            pen.bold(&label, middle, LABEL, ink, Align::Middle)?;
        }
    }
    for (x, ends) in ticks {
        pen.pale_tick(x, ends)?;
    }
    let ends = [(0.0, Align::Start, "0"), (width - 1.0, Align::End, "100")];
    for (x, align, label) in ends {
        let label = format!("{label}{}%", format::GAP);
        pen.text(&label, (x, height - 10.0), LABEL, pen.theme.soft, align)?;
    }
    let middle = (width / 2.0, height - 10.0);
    let unit = "share of full prompt blocks";
    pen.text(unit, middle, LABEL, pen.theme.soft, Align::Middle)
}

/// Black or white, whichever can be read on a colour.
fn legible(Rgb(r, g, b): Rgb) -> Rgb {
    let light = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
    if light > 120.0 {
        Rgb(0x1a, 0x18, 0x16)
    } else {
        Rgb(0xff, 0xff, 0xff)
    }
}

/// The places for the cursor: the parts of the bars.
pub fn stops(size: (f64, f64), bars: &[Bar]) -> Vec<Stop> {
    let looks = looks_of(bars, |it| &it.name);
    let stop = |part: BarPart| {
        let bar = &bars[part.bar];
        let share = bar.shares[part.part];
        Stop {
            x: (part.left + part.right) / 2.0,
            y: Some((part.top + part.bottom) / 2.0),
            title: bar.name.clone(),
            values: vec![Value {
                look: looks[part.bar],
                name: String::new(),
                text: format!("{} {}", format::share(share), PARTS[part.part].1),
                at: None,
            }],
        }
    };
    places(size, bars).into_iter().map(stop).collect()
}

/// What the chart shows, in one sentence: the share found under each policy.
pub fn caption(bars: &[Bar]) -> String {
    let found = under(bars.iter().map(|it| (it.share_text(0), it.name.as_str())));
    let of = counted(bars.iter().map(|it| it.count));
    format!("Of the prompts' blocks, the cache had {found}, over {of}.")
}

/// What the chart shows: a sentence per policy.
pub fn summary(bars: &[Bar]) -> Vec<String> {
    const WORDS: [&str; 6] = [
        "were cached",
        "lay on another replica",
        "lay there, sent somewhere by the router and forgotten since",
        "lay there without its knowledge",
        "were evicted",
        "were new",
    ];
    let sentence = |bar: &Bar| {
        if bar.count == 0 {
            return format!("{}: no request was answered.", bar.name);
        }
        let mut text = format!(
            "{}: {} of the prompts' blocks {}",
            bar.name,
            bar.share_text(0),
            WORDS[0]
        );
        let lost = bar.shares.iter().zip(WORDS).skip(1);
        for (share, words) in lost.filter(|it| *it.0 > 0.0) {
            text = format!("{text}, {} {words}", format::share(*share));
        }
        let count = format::plural(bar.count, "request");
        format!("{text}, over {count}.")
    };
    bars.iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_has_every_colour_of_a_bar_or_there_is_none() {
        let bar = |shares| Bar {
            name: "smart".to_owned(),
            shares,
            count: 10,
        };
        let parts = |bars: &[Bar]| -> Vec<&str> {
            let (key, _) = key(400.0, bars);
            key.into_iter().map(|(part, _)| PARTS[part].0).collect()
        };
        let narrow = bar([0.95, 0.0, 0.0, 0.0, 0.03, 0.02]);
        assert_eq!(parts(&[narrow]), ["cached", "evicted", "new"]);
        let wide = bar([0.5, 0.0, 0.0, 0.0, 0.0, 0.5]);
        assert_eq!(parts(&[wide]), [""; 0]);
    }

    #[test]
    fn every_part_is_seen_on_the_card_and_told_from_the_others() {
        use crate::palette::tests::{EYES, contrast, distance};
        for theme in [crate::palette::LIGHT, crate::palette::DARK] {
            let inks = inks(&theme);
            for (at, ink) in inks.iter().enumerate() {
                let c = contrast(*ink, theme.card);
                assert!(c >= 3.0, "{}: {c:.2}", PARTS[at].0);
                for (other, it) in inks.iter().enumerate().skip(at + 1) {
                    let d = distance(&EYES[0], *ink, *it);
                    let names = (PARTS[at].0, PARTS[other].0);
                    assert!(d >= 0.06, "{names:?}: {d:.3}");
                }
            }
        }
    }
}
