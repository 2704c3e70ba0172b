//! The limit as something to move: by pointer to a height in the picture, by key in steps of the axis.

use super::Swept;
use crate::format;

/// Steps from one end of the axis to the other.
pub(super) const STEPS: f64 = 100.0;

/// Where the limit stands in a picture, for whoever moves it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Handle {
    /// From where to where it reaches across \[px\].
    pub across: (f64, f64),
    /// How far from the top it is \[px\].
    pub top: f64,
    /// How far up the axis it is, from 0 to 1.
    pub place: f64,
    /// The limit in words.
    pub said: String,
}

impl Swept {
    /// Where the limit stands in a picture of that size \[px\]; where there is none yet, in the middle.
    pub(crate) fn handle(&self, size: (f64, f64), pale: Option<&Self>) -> Handle {
        let (frame, _) = self.frame(size, pale);
        let place = self.place(pale);
        Handle {
            across: (frame.left, frame.right),
            top: frame.bottom - place * (frame.bottom - frame.top),
            place,
            said: match self.limit {
                Some(limit) => format::seconds(limit),
                None => "none yet".to_owned(),
            },
        }
    }

    fn place(&self, pale: Option<&Self>) -> f64 {
        let place = self.limit.map(|limit| self.up(pale).place(limit));
        place.unwrap_or(0.5).clamp(0.0, 1.0)
    }

    /// The limit at a height of a picture of that size \[px\], in three digits \[s\].
    pub(crate) fn at_height(&self, size: (f64, f64), pale: Option<&Self>, top: f64) -> f64 {
        let (frame, _) = self.frame(size, pale);
        self.at_place(pale, (frame.bottom - top) / (frame.bottom - frame.top))
    }

    /// The limit so many steps up the axis, down if below zero \[s\].
    pub(crate) fn stepped(&self, pale: Option<&Self>, steps: f64) -> f64 {
        self.at_place(pale, self.place(pale) + steps / STEPS)
    }

    pub(super) fn at_place(&self, pale: Option<&Self>, place: f64) -> f64 {
        let limit = self.up(pale).value(place.clamp(0.0, 1.0));
        // So much as is shown of it.
        let unit = libm::pow(10.0, libm::floor(libm::log10(limit)) - 2.0);
        let whole = libm::round(limit / unit);
        // Divided where the unit is below one, which then is no binary fraction.
        if unit < 1.0 {
            whole / libm::round(1.0 / unit)
        } else {
            whole * unit
        }
    }
}
