//! Estimates how wide a text is. Nothing here can measure it: pictures are laid out in this crate, also when the page is built and
//! for the command line's SVG, and are to be the same everywhere.
//!
//! Widths are shares of the font size for a common sans-serif font, rather too large than too small, so that what fits here
//! fits on the page.

/// The width of a text at a font size, both in pixels.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| share(c) * size).sum()
}

/// The text if it fits into `room` \[px\], else its start and "…". The part behind the last "=" (a parameter's value) is
/// kept as long as something else fits beside it: `chwbl:load_factor=1.25` becomes `chwbl:lo…=1.25`, which differs from
/// `…=1.5`.
pub fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    if let Some(at) = text.rfind('=') {
        let (start, value) = text.split_at_checked(at).unwrap_or((text, ""));
        let rest = room - width(value, size);
        if rest > 4.0 * size {
            return cut(start, size, rest) + value;
        }
    }
    cut(text, size, room)
}

/// The text in at most `most` lines that fit into `room` \[px\], broken at spaces where there are any; the last line ends with "…" if
/// not all of the text fits.
pub fn lines(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while lines.len() + 1 < most && width(rest, size) > room {
        let (mut used, mut end) = (0.0, 0);
        for (at, c) in rest.char_indices() {
            let is_space = c == ' ';
            used += share(c) * size;
            // A word that is longer than a line is broken where the line ends.
            if used > room && !is_space {
                end = if end == 0 { at } else { end };
                break;
            }
            if is_space {
                end = at;
            }
        }
        let Some((line, after)) = rest.split_at_checked(end).filter(|it| !it.0.is_empty()) else {
            break;
        };
        lines.push(line.to_owned());
        rest = after.trim_start();
    }
    lines.push(fit(rest, size, room));
    lines
}

/// The start of a text and "…", as much as fits into `room` \[px\].
fn cut(text: &str, size: f64, room: f64) -> String {
    let mut left = room - share('…') * size;
    let mut out = String::new();
    for c in text.chars() {
        left -= share(c) * size;
        if left < 0.0 {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// The width of a character as a share of the font size.
fn share(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' => 0.31,
        ' ' | '\u{a0}' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' | '"' | 'I' => 0.38,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' => 0.90,
        'A'..='Z' => 0.68,
        '\u{300}'..='\u{36f}' => 0.0,
        '\u{1100}'..'\u{1200}' | '\u{2e80}'..='\u{ffdc}' => 1.0,
        c if c as u32 >= 0x1f000 => 1.25,
        _ => 0.585,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut() {
        assert_eq!(fit("short", 12.0, 200.0), "short");
        let cut = fit("a rather long label for a small box", 12.0, 100.0);
        assert!(cut.ends_with('…') && width(&cut, 12.0) <= 100.0, "{cut}");
        assert!(!cut.contains(" …"));
    }

    #[test]
    fn lines_break_at_spaces_and_only_the_last_is_cut() {
        let text = "when was order 4417 shipped, and is it still open to a refund";
        let two = lines(text, 13.0, 209.0, 2);
        assert_eq!(two[0], "when was order 4417 shipped,");
        assert!(
            two[1].starts_with("and is it still") && two.len() == 2,
            "{two:?}"
        );
        assert!(two.iter().all(|it| width(it, 13.0) <= 209.0), "{two:?}");
        assert_eq!(lines("short", 13.0, 209.0, 2), ["short"]);
        assert_eq!(lines("", 13.0, 209.0, 2), [""]);
        // Without a space the text is broken where the line ends, and nothing of it is lost before the last line is full.
        let han = lines(&"漢".repeat(20), 10.0, 120.0, 2);
        assert_eq!(han, ["漢".repeat(12), "漢".repeat(8)]);
        let three = lines(text, 13.0, 60.0, 2);
        assert!(three[1].ends_with('…'), "{three:?}");
    }

    #[test]
    fn a_name_is_cut_before_its_value() {
        let [one, other] = ["chwbl:load_factor=1.25", "chwbl:load_factor=1.5"].map(|name| {
            let cut = fit(name, 13.0, 130.0);
            assert!(width(&cut, 13.0) <= 130.0, "{cut}");
            cut
        });
        assert!(
            one.starts_with("chwbl:") && one.ends_with("…=1.25"),
            "{one}"
        );
        assert!(other.ends_with("…=1.5"), "{other}");
        // If only the value would fit, the start of the text says more.
        assert!(fit("chwbl:load_factor=1.25", 13.0, 60.0).starts_with("chw"));
    }

    #[test]
    fn wide_scripts_are_wide() {
        assert!(width("漢字", 10.0) > width("ab", 10.0));
    }
}
