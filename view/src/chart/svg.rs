//! A picture as SVG text that stands alone.

use super::sheet::{Shape, Sheet};
use super::{Align, At, FONT};
use core::fmt::Write as _;

/// The picture under that name.
pub fn write(sheet: &Sheet, title: &str) -> String {
    let (width, height) = sheet.size;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"{FONT}\" stroke-linejoin=\"round\" style=\"font-variant-numeric:tabular-nums\" role=\"img\">\
         <title>{}</title>\n",
        escaped(title)
    );
    for mark in &sheet.marks {
        // Writing to a String cannot fail.
        let _ = shape(&mut out, &mark.shape, &mark.ink.to_string(), mark.alpha);
        out.push('\n');
    }
    out += "</svg>\n";
    out
}

fn shape(out: &mut String, shape: &Shape, ink: &str, alpha: f64) -> core::fmt::Result {
    let veil = match alpha {
        1.0 => String::new(),
        part => format!(" opacity=\"{part}\""),
    };
    match shape {
        Shape::Line(points, width) => write!(
            out,
            "<path d=\"{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{}\"{veil}/>",
            path(points),
            number(*width)
        ),
        Shape::Area(points) => {
            write!(out, "<path d=\"{}z\" fill=\"{ink}\"{veil}/>", path(points))
        }
        Shape::Dot((x, y), radius) => write!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{ink}\"{veil}/>",
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
                "<text x=\"{}\" y=\"{}\" dy=\".35em\" font-size=\"{}\"{anchor}{weight} fill=\"{ink}\">{}</text>",
                number(*x),
                number(*y),
                number(*size),
                escaped(text)
            )
        }
    }
}

fn path(points: &[At]) -> String {
    let mut out = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let letter = if at == 0 { 'M' } else { 'L' };
        let _ = write!(out, "{letter}{} {}", number(*x), number(*y));
    }
    out
}

/// A length: as few decimals as say it, two at most.
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
