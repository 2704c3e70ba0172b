//! The colours that carry meaning, for light and dark screens, and how far apart they are.
//!
//! Warm orange is for what is in a cache, cold blue-grey for what must be computed, green for decode. Eight replicas have
//! numbered squares, whose colours were searched for the largest distance between any two under normal sight and three
//! kinds of colour-blindness (Machado, Oliveira and Fernandes 2009, severity 1), within limits on contrast and chroma. The
//! style sheets have the same values; a test compares them.

use crate::look::COLOURS;

/// An sRGB colour: red, green and blue, each from 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// One set of colours.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// The background of the page.
    pub paper: Rgb,
    /// The background of a figure's card.
    pub card: Rgb,
    /// The colour of text.
    pub ink: Rgb,
    /// The colour of less important text.
    pub soft: Rgb,
    /// The colour of thin lines and of grids.
    pub line: Rgb,
    /// The colour of what is in a cache, used for nothing else.
    pub warm: Rgb,
    /// The colour of words about what is in a cache, dark enough to be read.
    pub warm_ink: Rgb,
    /// The colour of what must be computed.
    pub cold: Rgb,
    /// The colour of time spent in decode steps.
    pub decode: Rgb,
    /// The colour of requests that wait.
    pub waiting: Rgb,
    /// The colour of a good result: a better figure, a small error.
    pub good: Rgb,
    /// The colour of what is refused or broken.
    pub bad: Rgb,
    /// The colour of outlines and of marks without a meaning of their own, such as how full a cache is.
    pub edge: Rgb,
    /// The colours of the replicas' squares; a ninth replica has the first one's.
    pub replicas: [Rgb; 8],
    /// What policies are drawn in: ink, and six colours. [`crate::look`] says which policy has which.
    pub curves: [Rgb; COLOURS],
}

/// The light colours: dark ink on light paper.
pub const LIGHT: Theme = Theme {
    paper: hex("fbfaf7"),
    card: hex("ffffff"),
    ink: hex("1d1b18"),
    soft: hex("6a655d"),
    line: hex("ebe7df"),
    warm: hex("ea6a12"),
    warm_ink: hex("b8430a"),
    cold: hex("33445a"),
    decode: hex("2b8a6e"),
    waiting: hex("ba6fe4"),
    good: hex("1d7a5f"),
    bad: hex("b00020"),
    edge: hex("8b857b"),
    replicas: [
        hex("1f78c6"),
        hex("aa4e90"),
        hex("006e59"),
        hex("7d7600"),
        hex("343d95"),
        hex("804600"),
        hex("720000"),
        hex("393742"),
    ],
    curves: [
        hex("1d1b18"),
        hex("7a4edb"),
        hex("107e84"),
        hex("594a00"),
        hex("023fb3"),
        hex("8e1983"),
        hex("177304"),
    ],
};

/// The dark colours: light ink on dark paper.
pub const DARK: Theme = Theme {
    paper: hex("161513"),
    card: hex("1e1c1a"),
    ink: hex("ece8e1"),
    soft: hex("a29b90"),
    line: hex("36332f"),
    warm: hex("ffb27a"),
    warm_ink: hex("ffb27a"),
    cold: hex("566b82"),
    decode: hex("3fa27f"),
    waiting: hex("9c6bee"),
    good: hex("4bb893"),
    bad: hex("ff7a90"),
    edge: hex("7d776d"),
    replicas: [
        hex("82a5ee"),
        hex("d385b4"),
        hex("3f9f79"),
        hex("b1b35c"),
        hex("f0b1ab"),
        hex("a58224"),
        hex("59d4eb"),
        hex("dfe7da"),
    ],
    curves: [
        hex("ece8e1"),
        hex("bda7f6"),
        hex("69bfb6"),
        hex("ead01f"),
        hex("358bfa"),
        hex("ca55c6"),
        hex("5c9c2f"),
    ],
};

/// Reads a colour from six hexadecimal digits.
const fn hex(text: &str) -> Rgb {
    const fn digit(b: u8) -> u8 {
        match b {
            b'0'..=b'9' => b - b'0',
            _ => b - b'a' + 10,
        }
    }
    let b = text.as_bytes();
    Rgb(
        digit(b[0]) * 16 + digit(b[1]),
        digit(b[2]) * 16 + digit(b[3]),
        digit(b[4]) * 16 + digit(b[5]),
    )
}

impl core::fmt::Display for Rgb {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) type Linear = [f64; 3];

    /// How a linear colour appears with normal sight, then without L, M and S cones, as matrices.
    pub(crate) const EYES: [[Linear; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ];

    fn linear(Rgb(r, g, b): Rgb) -> Linear {
        [r, g, b].map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                libm::pow((c + 0.055) / 1.055, 2.4)
            }
        })
    }

    fn seen(eye: &[Linear; 3], colour: Linear) -> Linear {
        [0, 1, 2].map(|i| {
            (0..3)
                .map(|j| eye[i][j] * colour[j])
                .sum::<f64>()
                .clamp(0.0, 1.0)
        })
    }

    /// Converts a linear colour to Björn Ottosson's OKLab, in which equal distances look about equally large.
    fn oklab([r, g, b]: Linear) -> Linear {
        let l = libm::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        let m = libm::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        let s = libm::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        [
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
        ]
    }

    pub(crate) fn distance(eye: &[Linear; 3], a: Rgb, b: Rgb) -> f64 {
        let [a, b] = [a, b].map(|c| oklab(seen(eye, linear(c))));
        libm::sqrt((0..3).map(|i| (a[i] - b[i]) * (a[i] - b[i])).sum())
    }

    /// The contrast ratio of WCAG 2 between two colours.
    pub(crate) fn contrast(a: Rgb, b: Rgb) -> f64 {
        let [a, b] = [a, b].map(|c| {
            let [r, g, b] = linear(c);
            0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
        });
        a.max(b) / a.min(b)
    }

    #[test]
    fn replicas_stay_apart_for_every_eye() {
        for theme in [LIGHT, DARK] {
            for (i, &a) in theme.replicas.iter().enumerate() {
                for &b in &theme.replicas[..i] {
                    for (which, eye) in EYES.iter().enumerate() {
                        let d = distance(eye, a, b);
                        assert!(d >= 0.085, "{a} and {b} are {d:.3} apart for eye {which}");
                    }
                }
            }
        }
    }

    #[test]
    fn numbers_are_legible_on_their_squares_and_squares_on_the_card() {
        for theme in [LIGHT, DARK] {
            for colour in theme.replicas {
                let c = contrast(colour, theme.card);
                assert!(c >= 4.5, "{colour}: {c:.2}");
            }
        }
    }

    #[test]
    fn text_is_legible_where_it_stands() {
        for theme in [LIGHT, DARK] {
            for ground in [theme.paper, theme.card] {
                for text in [theme.ink, theme.soft, theme.warm_ink, theme.good, theme.bad]
                    .iter()
                    .chain(&theme.curves)
                {
                    let c = contrast(*text, ground);
                    assert!(c >= 4.5, "{text} on {ground}: {c:.2}");
                }
                for mark in [
                    theme.warm,
                    theme.cold,
                    theme.decode,
                    theme.waiting,
                    theme.edge,
                ] {
                    let c = contrast(mark, ground);
                    assert!(c >= 3.0, "{mark} on {ground}: {c:.2}");
                }
            }
        }
    }

    #[test]
    fn who_waits_is_no_replica_no_policy_and_nothing_else_in_a_lane() {
        for theme in [LIGHT, DARK] {
            let lane = [theme.warm, theme.cold, theme.decode, theme.edge];
            for other in theme.replicas.iter().chain(&theme.curves).chain(&lane) {
                let d = distance(&EYES[0], theme.waiting, *other);
                assert!(d >= 0.1, "{} and {other} are {d:.3} apart", theme.waiting);
            }
            // The lane's colours lie on each other, and are told apart by every eye.
            for (which, eye) in EYES.iter().enumerate() {
                for other in lane {
                    let d = distance(eye, theme.waiting, other);
                    assert!(
                        d >= 0.07,
                        "{} and {other}: {d:.3} for eye {which}",
                        theme.waiting
                    );
                }
            }
        }
    }

    #[test]
    fn warm_and_cold_cannot_be_confused() {
        for theme in [LIGHT, DARK] {
            for eye in &EYES {
                assert!(distance(eye, theme.warm, theme.cold) > 0.1);
            }
            // They differ in grey as well, because contrast is a ratio of lightness alone.
            let c = contrast(theme.warm, theme.cold);
            assert!(c >= 3.0, "{} and {}: {c:.2}", theme.warm, theme.cold);
        }
    }

    #[test]
    fn curves_stay_apart() {
        for theme in [LIGHT, DARK] {
            for (i, &a) in theme.curves.iter().enumerate() {
                for &b in &theme.curves[..i] {
                    for (which, eye) in EYES.iter().enumerate() {
                        let d = distance(eye, a, b);
                        // An eye that lacks a kind of cones has the dashes and the shapes as well.
                        let least = if which == 0 { 0.13 } else { 0.065 };
                        assert!(d >= least, "{a} and {b}: {d:.3} for eye {which}");
                    }
                }
            }
            assert_eq!(theme.curves[0], theme.ink, "a policy is in ink");
        }
    }

    #[test]
    fn no_policy_and_no_error_looks_like_a_cache() {
        for theme in [LIGHT, DARK] {
            for &colour in theme.curves.iter().chain([&theme.bad, &theme.good]) {
                for eye in &EYES {
                    for of in [theme.warm, theme.cold] {
                        let d = distance(eye, colour, of);
                        assert!(d >= 0.06, "{colour} and {of}: {d:.3}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_style_sheets_hold_the_same_colours() {
        let sheet = include_str!("../../styles/tokens.css");
        let named = [
            ("paper", LIGHT.paper, DARK.paper),
            ("card", LIGHT.card, DARK.card),
            ("ink", LIGHT.ink, DARK.ink),
            ("soft", LIGHT.soft, DARK.soft),
            ("line", LIGHT.line, DARK.line),
            ("warm", LIGHT.warm, DARK.warm),
            ("warm-ink", LIGHT.warm_ink, DARK.warm_ink),
            ("waiting", LIGHT.waiting, DARK.waiting),
            ("good", LIGHT.good, DARK.good),
            ("bad", LIGHT.bad, DARK.bad),
            ("edge", LIGHT.edge, DARK.edge),
            ("cold", LIGHT.cold, DARK.cold),
            ("decode", LIGHT.decode, DARK.decode),
        ];
        let named = named.map(|(name, day, night)| (name.to_owned(), day, night));
        let numbered =
            (0..8).map(|i| (format!("replica-{i}"), LIGHT.replicas[i], DARK.replicas[i]));
        let curves = (0..COLOURS).map(|i| (format!("curve-{i}"), LIGHT.curves[i], DARK.curves[i]));
        for (name, day, night) in named.into_iter().chain(numbered).chain(curves) {
            let line = format!("--{name}: light-dark({day}, {night});");
            assert!(sheet.contains(&line), "tokens.css has no line {line}");
        }
    }
}
