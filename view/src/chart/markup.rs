//! A chart's figure around its canvas: title, cursor, sentences, and the same as a table.

use super::stop::Stop;
use crate::markup::escape;
use core::fmt::Write as _;

/// The figure without what it shows.
pub const FRAME: &str = "<figure class=\"card chart\"><figcaption><b></b><span class=\"soft\"></span><span class=\"save\">\
    <button type=\"button\" class=\"small\" data-save=\"PNG\">PNG</button>\
    <button type=\"button\" class=\"small\" data-save=\"SVG\">SVG</button></span></figcaption><div class=\"plot\">\
    <canvas role=\"img\" aria-label=\"Being drawn\"></canvas><div class=\"reader\" tabindex=\"0\" role=\"group\">\
    <div class=\"readout\" aria-hidden=\"true\"></div></div><p class=\"unseen\" role=\"status\"></p></div>\
    <ul class=\"summary\"></ul><details><summary>Show as table</summary>\
    <div class=\"scroll\" tabindex=\"0\" role=\"group\"></div></details></figure>";

/// What is read at a stop of a chart so wide \[px\]: a line or dots, and a tooltip. Places are in `data-left`, `data-top` and
/// `data-right`, in pixels, as markup may hold no styles.
pub fn readout(stop: &Stop, wide: f64) -> String {
    let mut out = String::new();
    if stop.y.is_none() {
        let _ = write!(
            out,
            "<span class=\"line\" data-left=\"{:.1}px\"></span>",
            stop.x
        );
    }
    for value in &stop.values {
        if let Some((x, y)) = value.at {
            let _ = write!(
                out,
                "<span class=\"spot curve-{}\" data-left=\"{x:.1}px\" data-top=\"{y:.1}px\"></span>",
                value.curve % 4
            );
        }
    }
    // On whichever side there is room.
    let (side, away) = match stop.x > wide / 2.0 {
        true => ("right", wide - stop.x),
        false => ("left", stop.x),
    };
    let _ = write!(
        out,
        "<div class=\"tip\" data-{side}=\"{:.1}px\"><p>{}</p><ul>",
        away + 10.0,
        escape(&stop.title)
    );
    for value in &stop.values {
        let _ = write!(
            out,
            "<li><i class=\"curve-{}\">{}</i><b>{}</b></li>",
            value.curve % 4,
            escape(&value.name),
            escape(&value.text)
        );
    }
    out + "</ul></div>"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::stop::Value;

    #[test]
    fn a_tooltip_stands_where_there_is_room_and_what_it_reads_is_text() {
        let mut stop = Stop {
            x: 10.0,
            y: None,
            title: "within <1 s".to_owned(),
            values: vec![Value {
                curve: 5,
                name: "a&b".to_owned(),
                text: "7 %".to_owned(),
                at: Some((10.0, 4.0)),
            }],
        };
        let left = readout(&stop, 100.0);
        assert!(left.contains("class=\"line\" data-left=\"10.0px\""));
        assert!(left.contains("class=\"tip\" data-left=\"20.0px\""));
        assert!(left.contains("within &lt;1 s") && left.contains("curve-1\">a&amp;b"));
        (stop.x, stop.y) = (80.0, Some(1.0));
        let right = readout(&stop, 100.0);
        assert!(right.contains("class=\"tip\" data-right=\"30.0px\""));
        assert!(!right.contains("class=\"line\""));
    }
}
