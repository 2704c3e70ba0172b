//! A file's text with faults in it, each behind its switch.

use crate::site::Site;
use crate::switch;
use std::ops::Range;

/// A fault to be put in.
#[derive(Clone, Debug)]
pub(crate) struct Planted {
    /// The number that switches it on.
    pub(crate) number: usize,
    pub(crate) site: Site,
    /// What of the text it replaces, and by what.
    pub(crate) span: Range<usize>,
    pub(crate) replacement: String,
}

/// A text with faults, and where in it each fault is: (number, its own bytes, the bytes of all that is written twice for it).
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    pub(crate) places: Vec<(usize, Range<usize>, Range<usize>)>,
}

/// A place of the text at which something is put or written twice.
struct Spot {
    range: Range<usize>,
    faults: Vec<Planted>,
}

impl Planted {
    fn range(&self) -> Range<usize> {
        match &self.site {
            Site::Twice(range) | Site::Never(range) => range.clone(),
            Site::Condition(at) | Site::Return(at) => *at..*at,
            Site::Unviable(_) | Site::Nowhere(_) => self.span.clone(),
        }
    }
}

/// Puts the faults into the text.
pub(crate) fn render(text: &str, faults: &[Planted]) -> Rendered {
    let mut faults: Vec<Planted> = faults.to_vec();
    // What is put before an expression comes before it; of two that begin together the outer one is first.
    faults.sort_by_key(|it| {
        let range = it.range();
        let put = matches!(it.site, Site::Return(_) | Site::Condition(_));
        (range.start, !put, usize::MAX - range.end, it.number)
    });
    let mut spots: Vec<Spot> = Vec::new();
    for fault in faults {
        let range = fault.range();
        match spots.last_mut() {
            Some(spot) if spot.range == range => spot.faults.push(fault),
            _ => spots.push(Spot {
                range,
                faults: vec![fault],
            }),
        }
    }
    let mut rendered = Rendered::default();
    write(text, 0..text.len(), &spots, &mut rendered);
    rendered
}

/// Writes a part of the text with the spots that lie in it.
fn write(text: &str, part: Range<usize>, spots: &[Spot], out: &mut Rendered) {
    let mut at = part.start;
    let mut rest = spots;
    while let Some((spot, after)) = rest.split_first() {
        out.text += &text[at..spot.range.start];
        let inside = after
            .iter()
            .take_while(|it| it.range.start < spot.range.end)
            .count();
        let (inner, outer) = after.split_at(inside);
        write_spot(text, spot, inner, out);
        at = spot.range.end;
        rest = outer;
    }
    out.text += &text[at..part.end];
}

fn write_spot(text: &str, spot: &Spot, inner: &[Spot], out: &mut Rendered) {
    let begin = out.text.len();
    let first = out.places.len();
    let name = switch::NAME;
    match spot.faults[0].site {
        Site::Return(_) => {
            for fault in &spot.faults {
                let (number, value) = (fault.number, &fault.replacement);
                let line = format!("if crate::{name}::on({number}) {{ return {value}; }} ");
                out.put(number, &line);
            }
        }
        Site::Condition(_) => {
            let number = spot.faults[0].number;
            out.put(number, &format!(" if !crate::{name}::on({number})"));
        }
        _ => {
            out.text.push('(');
            for fault in &spot.faults {
                let number = fault.number;
                let other = fault.instead(text);
                let line = format!("if crate::{name}::on({number}) {{ {other} }} else ");
                out.put(number, &line);
            }
            out.text += "{ ";
            write(text, spot.range.clone(), inner, out);
            out.text += " })";
        }
    }
    let all = begin..out.text.len();
    let own: Vec<usize> = spot.faults.iter().map(|it| it.number).collect();
    for (number, _, whole) in &mut out.places[first..] {
        if own.contains(number) {
            *whole = all.clone();
        }
    }
}

impl Rendered {
    fn put(&mut self, number: usize, line: &str) {
        let begin = self.text.len();
        self.text += line;
        let own = begin..self.text.len();
        self.places.push((number, own.clone(), own));
    }
}

impl Planted {
    /// What stands in the place of its site.
    fn instead(&self, text: &str) -> String {
        match &self.site {
            Site::Twice(range) => [
                &text[range.start..self.span.start],
                &self.replacement,
                &text[self.span.end.min(range.end)..range.end],
            ]
            .concat(),
            _ => "false".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(number: usize, text: &str, whole: &str, mark: &str, replacement: &str) -> Planted {
        let at = text.find(whole).expect("the site");
        let mark_at = at + whole.find(mark).expect("the mark");
        Planted {
            number,
            site: Site::Twice(at..at + whole.len()),
            span: mark_at..mark_at + mark.len(),
            replacement: replacement.to_owned(),
        }
    }

    /// The text as the compiler sees it where this fault is on.
    fn with(text: &str, on: usize, faults: &[Planted]) -> String {
        let mut text = render(text, faults).text;
        for fault in faults {
            let call = format!("crate::{}::on({})", switch::NAME, fault.number);
            text = text.replace(&call, if fault.number == on { "1" } else { "0" });
        }
        text
    }

    #[test]
    fn expressions_within_each_other_keep_their_faults_apart() {
        let text = "x = f(a + b) * c";
        let faults = [
            fault(1, text, "f(a + b) * c", "*", "/"),
            fault(2, text, "f(a + b) * c", "*", "-"),
            fault(3, text, "a + b", "+", "-"),
        ];
        assert_eq!(
            with(text, 0, &faults),
            "x = (if 0 { f(a + b) / c } else if 0 { f(a + b) - c } else { f((if 0 { a - b } else { a + b })) * c })"
        );
    }

    #[test]
    fn each_fault_knows_its_place() {
        let text = "y + z";
        let rendered = render(text, &[fault(7, text, "y + z", "+", "-")]);
        let (number, own, whole) = &rendered.places[0];
        assert_eq!(*number, 7);
        assert!(rendered.text[own.clone()].contains("y - z"));
        assert_eq!(rendered.text[whole.clone()], rendered.text);
    }

    #[test]
    fn a_return_stands_before_what_it_leaves_out() {
        let text = "{ a + b }";
        let put = Planted {
            number: 1,
            site: Site::Return(2),
            span: 2..7,
            replacement: "0".to_owned(),
        };
        let faults = [fault(2, text, "a + b", "+", "*"), put];
        assert_eq!(
            with(text, 1, &faults),
            "{ if 1 { return 0; } (if 0 { a * b } else { a + b }) }"
        );
    }
}
