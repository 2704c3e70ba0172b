//! How reports write figures.
//!
//! A share is written in per cent, and its change in percentage points, because "+16 %" beside "82 % to 96 %" would be read
//! as the difference between them; the change of any other figure is in per cent of the first value. Tables in HTML group
//! thousands and have real minus signs; those in plain text and Markdown do not, so that programs and text searches find the
//! numbers. Sentences group the thousands of counts; measured values stand in them as in those tables.

use crate::metrics::Figure;
use crate::words::{signed, unsigned_zero};

/// Whether a figure is a share of a whole, which is written in per cent.
pub(super) fn is_share(figure: &Figure) -> bool {
    figure.unit == "share"
}

/// The unit of a figure as printed; empty for counts.
pub fn unit(figure: &Figure) -> &'static str {
    if is_share(figure) { "%" } else { figure.unit }
}

/// What is printed in place of a value or a change that there is none of.
pub(super) const NONE: &str = "–";

/// The value of a figure as printed, without its unit; NaN, which is no value, as a dash.
///
/// ```
/// use warmpath_core::metrics::{FIGURES, PLACES};
/// use warmpath_core::report::number::number;
/// assert_eq!(number(&FIGURES[PLACES.cache_hit_rate], 0.82404), "82.40");
/// assert_eq!(number(&FIGURES[PLACES.cache_hit_rate], -0.0), "0.00");
/// assert_eq!(number(&FIGURES[PLACES.mean_ttft_ms], f64::NAN), "–");
/// ```
pub fn number(figure: &Figure, value: f64) -> String {
    if value.is_nan() {
        return NONE.to_owned();
    }
    unsigned_zero(if is_share(figure) {
        format!("{:.*}", figure.decimals.saturating_sub(2), value * 100.0)
    } else {
        format!("{value:.*}", figure.decimals)
    })
}

/// The smallest and largest value of a figure over several runs, as printed with `to` between them; `None` if no run has it.
pub(super) fn interval(figure: &Figure, ends: (f64, f64)) -> Option<String> {
    let known = !ends.0.is_nan();
    known.then(|| format!("{} to {}", number(figure, ends.0), number(figure, ends.1)))
}

/// The change from `first` to `value`: of a share in percentage points, else in percent; a dash where one is NaN.
///
/// ```
/// use warmpath_core::metrics::{FIGURES, PLACES};
/// use warmpath_core::report::number::change;
/// let [share, time] = [PLACES.cache_hit_rate, PLACES.mean_ttft_ms].map(|at| FIGURES[at]);
/// assert_eq!(change(&share, 0.82, 0.96), "+14.0 points");
/// assert_eq!(change(&time, 82.0, 96.0), "+17.1 %");
/// assert_eq!(change(&time, 82.0, 81.99), "0.0 %");
/// ```
pub fn change(figure: &Figure, first: f64, value: f64) -> String {
    if first.is_nan() || value.is_nan() {
        NONE.to_owned()
    } else if first == value {
        "=".to_owned()
    } else if is_share(figure) {
        format!("{} points", signed((value - first) * 100.0))
    } else if first == 0.0 {
        "new".to_owned()
    } else {
        format!("{} %", signed((value / first - 1.0) * 100.0))
    }
}

/// A number as people read it: thousands grouped, a real minus.
///
/// ```
/// use warmpath_core::report::number::readable;
/// assert_eq!(readable("4508920"), "4,508,920");
/// assert_eq!(readable("-1234.5 %"), "\u{2212}1,234.5 %");
/// ```
pub fn readable(text: &str) -> String {
    let from = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let (sign, rest) = text.split_at(from);
    let whole = rest.find(|c: char| !c.is_ascii_digit());
    let (whole, rest) = rest.split_at(whole.unwrap_or(rest.len()));
    let mut out = sign.replace('-', "\u{2212}");
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}
