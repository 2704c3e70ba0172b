//! A picture as SVG text that stands alone, with the light colours and, for dark screens, the dark ones.

use super::sheet::{ChartDrawing, Mark, REACH, Shape};
use super::{Align, DrawPoint, FONT};
use crate::palette::Rgb;
use core::fmt::Write as _;

/// The picture with a title. `night` is the same drawing in the dark colours.
pub fn write(sheet: &ChartDrawing, night: &ChartDrawing, title: &str) -> String {
    let (width, height) = sheet.size;
    let mut marks = String::new();
    let mut rules = Vec::new();
    for (mark, night) in sheet.marks.iter().zip(&night.marks) {
        // Writing to a String cannot fail.
        let _ = shape(&mut marks, &Inked::of(mark, night, &mut rules));
        marks.push('\n');
    }
    // On paper the light colours are kept.
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"{FONT}\" stroke-linejoin=\"round\" style=\"font-variant-numeric:tabular-nums\" role=\"img\">\
         <title>{}</title>\n<style>@media screen and (prefers-color-scheme:dark){{{}}}</style>\n{marks}</svg>\n",
        escaped(title),
        rules.concat()
    )
}

/// A mark with its colours written as attributes.
struct Inked<'a> {
    mark: &'a Mark,
    colours: String,
}

impl<'a> Inked<'a> {
    /// Writes the colours of a mark; where the dark one differs, a class is used, whose rule is added to `rules`.
    fn of(mark: &'a Mark, night: &Mark, rules: &mut Vec<String>) -> Self {
        let mut classes = Vec::new();
        let mut by_night = |what: &str, day: Rgb, night: Rgb| {
            if day != night {
                let class = format!("{}{night}", &what[..1]).replace('#', "");
                let rule = format!(".{class}{{{what}:{night}}}");
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
                classes.push(class);
            }
        };
        let mut colours = match mark.shape {
            Shape::Line(..) => {
                by_night("stroke", mark.ink, night.ink);
                format!(" fill=\"none\" stroke=\"{}\"", mark.ink)
            }
            _ => {
                by_night("fill", mark.ink, night.ink);
                format!(" fill=\"{}\"", mark.ink)
            }
        };
        if let (Some(day), Some(night)) = (mark.halo, night.halo) {
            by_night("stroke", day, night);
            colours += &format!(
                " stroke=\"{day}\" stroke-width=\"{}\" stroke-linejoin=\"round\" paint-order=\"stroke\"",
                number(2.0 * REACH)
            );
        }
        if !classes.is_empty() {
            colours += &format!(" class=\"{}\"", classes.join(" "));
        }
        Self { mark, colours }
    }
}

fn shape(out: &mut String, it: &Inked<'_>) -> core::fmt::Result {
    let Inked { mark, colours } = it;
    let veil = match mark.alpha {
        1.0 => String::new(),
        part => format!(" opacity=\"{part}\""),
    };
    match &mark.shape {
        Shape::Line(points, width) => write!(
            out,
            "<path d=\"{}\"{colours} stroke-width=\"{}\"{veil}/>",
            path(points),
            number(*width)
        ),
        Shape::Area(points) => write!(out, "<path d=\"{}z\"{colours}{veil}/>", path(points)),
        Shape::Dot((x, y), radius) => write!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{colours}{veil}/>",
            number(*x),
            number(*y),
            number(*radius)
        ),
        Shape::Text(text, (x, y), align, size, bold) => {
            let anchor = match align {
                Align::Start => "",
                Align::Middle => " text-anchor=\"middle\"",
                Align::End => " text-anchor=\"end\"",
            };
            let weight = if *bold { " font-weight=\"600\"" } else { "" };
            write!(
                out,
                "<text x=\"{}\" y=\"{}\" dy=\".35em\" font-size=\"{}\"{anchor}{weight}{colours}>{}</text>",
                number(*x),
                number(*y),
                number(*size),
                escaped(text)
            )
        }
    }
}

fn path(points: &[DrawPoint]) -> String {
    let mut out = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let letter = if at == 0 { 'M' } else { 'L' };
        let _ = write!(out, "{letter}{} {}", number(*x), number(*y));
    }
    out
}

/// A length with as few decimals as it needs, at most two.
fn number(x: f64) -> String {
    let text = format!("{x:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use crate::chart::content::Chart;
    use crate::chart::ecdf::Sample;
    use crate::chart::{Content, ecdf};
    use crate::palette::{DARK, LIGHT};

    /// A picture that stands alone has its name and its foot once, in light and in dark colours.
    #[test]
    fn a_picture_alone_has_a_name_a_foot_each_label_once_and_the_night_s_colours() {
        let sample = |name: &str, times: [f64; 3]| Sample {
            name: name.to_owned(),
            sorted: times.to_vec(),
            within: ecdf::SHARES.map(|_| times[1]),
            count: 3,
        };
        let mut chart = Chart::new(Content::Shares(vec![
            sample("least-load", [0.1, 0.2, 0.3]),
            sample("chwbl", [0.02, 0.03, 0.04]),
        ]));
        chart.foot = "n = 3 requests a policy; rag; seed 1".to_owned();
        let picture = chart.svg((720, 400));
        for text in [
            ">Time to first token</text>",
            ">share of requests</text>",
            ">time to first token, log scale</text>",
            ">n = 3 requests a policy; rag; seed 1</text>",
            ">least-load</text>",
            ">chwbl</text>",
        ] {
            assert_eq!(picture.matches(text).count(), 1, "{text} in {picture}");
        }
        let halo = format!(
            "stroke=\"{}\" stroke-width=\"5\" stroke-linejoin=\"round\" paint-order=\"stroke\"",
            LIGHT.card
        );
        assert_eq!(picture.matches(&halo).count(), 2);
        let night = DARK.ink.to_string().replace('#', "f");
        assert!(picture.contains(&format!(".{night}{{fill:{}}}", DARK.ink)));
        assert!(picture.contains("@media screen and (prefers-color-scheme:dark)"));
        // Where the name stands beside the chart, the SVG has the picture alone.
        assert!(
            !chart
                .plot((720, 340))
                .contains(">Time to first token</text>")
        );
    }
}
