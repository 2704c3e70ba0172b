//! What stays the same for as long as the page is open: the controls, and what can be chosen.

use crate::controls::{self, ABOUTS, Bounds, GROUPS, flags, presets};
use crate::lab::control::Control;
use crate::lab::controls::control;
use crate::lab::sweeps::parameters;

/// What stays the same for as long as the page is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The control of each field of a scenario, in the order of [`flags`].
    pub controls: Vec<Control>,
    /// The groups of controls, in the order of the page.
    pub groups: Vec<Group>,
    /// The parameters of all policies to choose from, each as `policy/parameter`, with values around its default.
    pub parameters: Vec<(String, String)>,
}

/// A group of controls.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its row of [`controls::GROUPS`]: the title, and the fields that are placed in it.
    pub of: &'static controls::Group,
    /// What its settings decide, in a few words.
    pub about: &'static str,
    /// All its fields, placed there or added, by the names of their options.
    pub flags: Vec<&'static str>,
    /// Its presets, each with a sentence on it.
    pub presets: Vec<(&'static str, &'static str)>,
}

impl Sheet {
    /// The sheet, with what may be entered for each field.
    pub fn new(bounds: &[Bounds]) -> Self {
        let group = |(of, about)| Group {
            of,
            about,
            flags: controls::fields(of),
            presets: presets::named(of),
        };
        Self {
            controls: flags()
                .zip(bounds)
                .map(|(flag, of)| control(flag, of))
                .collect(),
            groups: GROUPS.iter().zip(ABOUTS).map(group).collect(),
            parameters: parameters(),
        }
    }
}
