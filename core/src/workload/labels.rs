//! The tenant, the class and the deadline of requests, where a file has columns for them.

pub use crate::request::Label;
use crate::request::Request;
use crate::units::Map;
use crate::words::grouped;

/// What the numbers of [`Label`] stand for. Both are empty where a file has no such columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The tenants' names, in the order of their numbers.
    pub tenants: Vec<String>,
    /// The classes' priorities, the lowest number first; a class's number is its place here.
    pub priorities: Vec<i32>,
}

impl Labels {
    /// Whether the file says nothing of tenants and classes.
    pub fn is_empty(&self) -> bool {
        self.tenants.is_empty() && self.priorities.is_empty()
    }
}

/// Labels while a file is read: tenants and priorities are numbered as they come.
#[derive(Clone, Debug, Default)]
pub(super) struct LabelDraft {
    tenants: Map<String, u16>,
    names: Vec<String>,
    classes: Map<i32, u16>,
    priorities: Vec<i32>,
}

/// The most tenants, and the most priorities, that are kept apart: each is a line of figures in a report.
const MOST: u16 = 1000;
/// The most tenants, and the most priorities, of a workload: those kept apart, [`NOBODY`] and [`OTHERS`].
pub(super) const MOST_LABELS: usize = MOST as usize + 2;
/// Stands for the tenant, and for the class, of a row that names none.
const UNSAID: u16 = u16::MAX;
/// Stands for a tenant, and for a class, that came after [`MOST`] others.
const LATER: u16 = u16::MAX - 1;
/// The tenant of rows that name none, where others name one.
const NOBODY: &str = "(none)";
/// The tenant as which all those count that came after [`MOST`] others.
const OTHERS: &str = "(others)";

/// For each old number, the new one that it has by its place in a list; 0 where it is in none.
fn renumbered(old: impl Iterator<Item = u16>) -> Vec<u16> {
    let mut new = Vec::new();
    for (old, place) in old.map(usize::from).zip(0u16..) {
        if new.len() <= old {
            new.resize(old + 1, 0);
        }
        new[old] = place;
    }
    new
}

impl LabelDraft {
    /// The label of a row that says nothing of whose it is.
    pub(super) const UNSAID: Label = Label {
        tenant: UNSAID,
        class: UNSAID,
        deadline_ms: 0,
    };

    /// The number of the tenant of this name.
    pub(super) fn tenant(&mut self, name: &str) -> u16 {
        if let Some(&number) = self.tenants.get(name) {
            return number;
        }
        if self.names.len() == usize::from(MOST) {
            return LATER;
        }
        let number = self.add(name.chars().take(64).collect());
        self.tenants.insert(name.to_owned(), number);
        number
    }

    fn add(&mut self, name: String) -> u16 {
        self.names.push(name);
        (self.names.len() - 1) as u16
    }

    /// The number of the class of this priority, in the order in which classes came.
    pub(super) fn class(&mut self, priority: i32) -> u16 {
        if let Some(&number) = self.classes.get(&priority) {
            return number;
        }
        if self.priorities.len() == usize::from(MOST) {
            return LATER;
        }
        let number = self.priorities.len() as u16;
        self.priorities.push(priority);
        self.classes.insert(priority, number);
        number
    }

    /// The labels; the requests' become those of the final numbers, and `notes` are told what was not kept apart. Where no request
    /// names a tenant, or a priority, there is none.
    pub(super) fn finish(mut self, requests: &mut [Request], notes: &mut Vec<String>) -> Labels {
        let all = requests.len();
        let number_of = |of: fn(&Label) -> u16, which: u16| {
            let labels = requests.iter().map(|it| of(&it.label));
            labels.filter(|&number| number == which).count()
        };
        let (tenants, later_tenants) = (
            number_of(|it| it.tenant, UNSAID),
            number_of(|it| it.tenant, LATER),
        );
        let (classes, later_classes) = (
            number_of(|it| it.class, UNSAID),
            number_of(|it| it.class, LATER),
        );
        let (mut nobody, mut others, mut usual) = (0, 0, 0);
        match tenants {
            0 => {}
            many if many == all => self.names.clear(),
            _ => nobody = self.add(NOBODY.to_owned()),
        }
        match classes {
            0 => {}
            many if many == all => self.priorities.clear(),
            _ => {
                usual = self.usual();
                notes.push(format!(
                    "requests without a priority that can be read have priority 0: {} of {}",
                    grouped(classes as u64),
                    grouped(all as u64)
                ));
            }
        }
        let mut tell = |what: &str, later: usize, count_as: &str| {
            notes.push(format!(
                "the file has more than {} {what}; the requests of those that come later {count_as}: {} of {}",
                grouped(MOST.into()),
                grouped(later as u64),
                grouped(all as u64)
            ));
        };
        if later_tenants > 0 {
            others = self.add(OTHERS.to_owned());
            tell("tenants", later_tenants, "count together as (others)");
        }
        if later_classes > 0 {
            usual = self.usual();
            tell("priorities", later_classes, "have priority 0");
        }
        // Whose rows were all left out is nobody.
        let mut there = (
            vec![false; self.names.len()],
            vec![false; self.priorities.len()],
        );
        for label in requests.iter_mut().map(|it| &mut it.label) {
            match label.tenant {
                UNSAID => label.tenant = nobody,
                LATER => label.tenant = others,
                _ => {}
            }
            if label.class >= LATER {
                label.class = usual;
            }
            if let Some(it) = there.0.get_mut(usize::from(label.tenant)) {
                *it = true;
            }
            if let Some(it) = there.1.get_mut(usize::from(label.class)) {
                *it = true;
            }
        }
        let named = (0u16..).zip(self.names).zip(there.0);
        let named: Vec<(u16, String)> = named
            .filter_map(|(it, there)| there.then_some(it))
            .collect();
        let ranked = self.priorities.iter().copied().zip(0u16..).zip(there.1);
        let mut ranked: Vec<(i32, u16)> = ranked
            .filter_map(|(it, there)| there.then_some(it))
            .collect();
        crate::order::few(&mut ranked);
        let tenant = renumbered(named.iter().map(|it| it.0));
        let class = renumbered(ranked.iter().map(|it| it.1));
        let new = |list: &[u16], old: u16| list.get(usize::from(old)).copied().unwrap_or(0);
        for label in requests.iter_mut().map(|it| &mut it.label) {
            label.tenant = new(&tenant, label.tenant);
            label.class = new(&class, label.class);
        }
        Labels {
            tenants: named.into_iter().map(|(_, name)| name).collect(),
            priorities: ranked.into_iter().map(|(priority, _)| priority).collect(),
        }
    }

    /// The number of the class of priority 0, however many others there are.
    fn usual(&mut self) -> u16 {
        if let Some(&number) = self.classes.get(&0) {
            return number;
        }
        let number = self.priorities.len() as u16;
        self.priorities.push(0);
        self.classes.insert(0, number);
        number
    }
}
