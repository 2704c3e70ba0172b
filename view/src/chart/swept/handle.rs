//! Moves the limit of a sweep: by pointer to a height in the picture, by key in steps of the axis.

use super::Swept;
use crate::format;

/// The number of steps from one end of the axis to the other.
pub(super) const STEPS: f64 = 100.0;

/// The place of the limit in a picture, for the control that moves it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Handle {
    /// The left and right end of the limit's line \[px\].
    pub across: (f64, f64),
    /// The distance from the upper edge of the picture \[px\].
    pub top: f64,
    /// The place on the axis, from 0 (bottom) to 1 (top).
    pub place: f64,
    /// The limit in words.
    pub sentence: String,
}

impl Swept {
    /// The place of the limit in a picture of a size \[px\]; if there is no limit yet, the middle. `pale` is the sweep of another run that
    /// is drawn below this one; the axis has room for both.
    pub(crate) fn handle(&self, size: (f64, f64), pale: Option<&Self>) -> Handle {
        let (frame, _) = self.frame(size, pale);
        let place = self.place(pale);
        Handle {
            across: (frame.left, frame.right),
            top: frame.bottom - place * (frame.bottom - frame.top),
            place,
            sentence: match self.limit {
                Some(limit) => format::seconds(limit),
                None => "none yet".to_owned(),
            },
        }
    }

    fn place(&self, pale: Option<&Self>) -> f64 {
        let place = self.limit.map(|limit| self.up(pale).place(limit));
        place.unwrap_or(0.5).clamp(0.0, 1.0)
    }

    /// The limit \[s\] at a height of a picture of a size \[px\], rounded to three digits.
    pub(crate) fn at_height(&self, size: (f64, f64), pale: Option<&Self>, top: f64) -> f64 {
        let (frame, _) = self.frame(size, pale);
        self.at_place(pale, (frame.bottom - top) / (frame.bottom - frame.top))
    }

    /// The limit \[s\] moved up the axis by a number of steps, or down if it is negative.
    pub(crate) fn stepped(&self, pale: Option<&Self>, steps: f64) -> f64 {
        self.at_place(pale, self.place(pale) + steps / STEPS)
    }

    pub(super) fn at_place(&self, pale: Option<&Self>, place: f64) -> f64 {
        let limit = self.up(pale).value(place.clamp(0.0, 1.0));
        // The unit of the third digit, as many digits as are shown.
        let unit = libm::pow(10.0, libm::floor(libm::log10(limit)) - 2.0);
        let whole = libm::round(limit / unit);
        // Divided by the inverse if the unit is below one, because such a unit is no binary fraction.
        if unit < 1.0 {
            whole / libm::round(1.0 / unit)
        } else {
            whole * unit
        }
    }
}
