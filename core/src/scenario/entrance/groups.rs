//! The tenant and the class of each request: by the columns of a file, or dealt out by shares.
//!
//! Shares are of conversations, so all turns of one conversation have the same tenant and class. Each conversation draws its tenant
//! and its class by the seed, independently of each other, so with few conversations the shares are met only roughly; the report
//! says how many requests each had.

use core::fmt;

use crate::rng::Rng;
use crate::scenario::piece::{PartError, Piece};
use crate::workload::Workload;
use crate::workload::labels::Label;

/// The most tenants, and the most classes, of a scenario.
const MOST: usize = 1000;

/// A tenant that the scenario gives a share of the conversations.
#[derive(Clone, Debug, PartialEq)]
pub struct TenantShare {
    /// The tenant's name, as reports print it and a goal's `@` names it.
    pub name: String,
    /// Its share of the conversations, relative to the other tenants' shares.
    pub share: f64,
    /// Its weight in fair queueing: the part of the service that is due to it, relative to the other tenants'; 1 by default.
    pub weight: f64,
}

/// A class that the scenario gives a share of the conversations.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassShare {
    /// The class's name, as reports print it and a goal's `@` names it.
    pub name: String,
    /// Its share of the conversations, relative to the other classes' shares.
    pub share: f64,
    /// Its priority; requests with the lowest number go first.
    pub priority: i32,
    /// The time after sending by which its first token is due \[ms\]; 0: it has no deadline.
    pub deadline_ms: u32,
}

impl TenantShare {
    /// Reads `NAME:SHARE[:WEIGHT],…`; an empty text has none.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, PartError> {
        let wanted = "NAME:SHARE[:WEIGHT], as a:1,b:1,c:8";
        list("tenants", text, |piece| {
            let (name, rest) = piece.split(':');
            let (share, weight) = rest.ok_or_else(|| piece.wrong(wanted))?.split(':');
            Ok(Self {
                name: name.name()?,
                share: share.real(1e-6, 1e9, "a share above 0")?,
                weight: match weight {
                    Some(weight) => weight.real(1e-3, 1e6, "a weight from 0.001 to 1,000,000")?,
                    None => 1.0,
                },
            })
        })
    }
}

impl ClassShare {
    /// Reads `NAME:SHARE:PRIORITY[:DEADLINE],…` with the deadline in s or ms; an empty text has none.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, PartError> {
        let wanted = "NAME:SHARE:PRIORITY[:DEADLINE], as chat:0.3:0,batch:0.7:9";
        list("classes", text, |piece| {
            let (name, rest) = piece.split(':');
            let (share, rest) = rest.ok_or_else(|| piece.wrong(wanted))?.split(':');
            let (priority, deadline) = rest.ok_or_else(|| piece.wrong(wanted))?.split(':');
            Ok(Self {
                name: name.name()?,
                share: share.real(1e-6, 1e9, "a share above 0")?,
                priority: priority
                    .signed("a priority, a whole number from -1,000,000 to 1,000,000")?,
                deadline_ms: match deadline {
                    Some(deadline) => millis(deadline)?,
                    None => 0,
                },
            })
        })
    }
}

fn millis(piece: Piece<'_>) -> Result<u32, PartError> {
    let wanted = "a deadline in whole milliseconds, from 1 ms to 1,000,000 s, as 2s or 500ms";
    let (digits, scale) = match (piece.text.strip_suffix("ms"), piece.text.strip_suffix('s')) {
        (Some(digits), _) => (digits, 1.0),
        (None, Some(digits)) => (digits, 1000.0),
        (None, None) => (piece.text, 1000.0),
    };
    let millis = crate::decimal::real(digits.trim_end()).map(|number| number * scale);
    // A decimal number of seconds that is whole in milliseconds may not be quite that in binary.
    let whole = |millis: &f64| (millis - libm::round(*millis)).abs() < 1e-6;
    match millis.filter(|it| (1.0..=1e9).contains(it) && whole(it)) {
        Some(millis) => Ok(libm::round(millis) as u32),
        None => Err(piece.wrong(wanted)),
    }
}

fn list<T>(
    field: &'static str,
    text: &str,
    read: impl Fn(Piece<'_>) -> Result<T, PartError>,
) -> Result<Vec<T>, PartError>
where
    T: Named,
{
    let mut all: Vec<T> = Vec::new();
    if text.trim().is_empty() {
        return Ok(all);
    }
    for piece in Piece::whole(field, text).pieces(',') {
        if all.len() == MOST {
            return Err(piece.wrong("no more than 1,000"));
        }
        let next = read(piece)?;
        if all.iter().any(|known| known.name() == next.name()) {
            return Err(piece.wrong("a name that is not there yet"));
        }
        all.push(next);
    }
    Ok(all)
}

trait Named {
    fn name(&self) -> &str;
}

impl Named for TenantShare {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for ClassShare {
    fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for TenantShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.share)?;
        match self.weight == 1.0 {
            true => Ok(()),
            false => write!(f, ":{}", self.weight),
        }
    }
}

impl fmt::Display for ClassShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.share, self.priority)?;
        match self.deadline_ms {
            0 => Ok(()),
            ms if ms % 1000 == 0 => write!(f, ":{}s", ms / 1000),
            ms => write!(f, ":{ms}ms"),
        }
    }
}

/// A tenant that requests of a run belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// The tenant's name, from the scenario's shares or the file.
    pub name: String,
    /// Its weight in fair queueing, relative to the other tenants'.
    pub weight: f64,
}

/// A class that requests of a run belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// The class's name, from the scenario's shares or the file.
    pub name: String,
    /// Its priority; requests with the lowest number go first.
    pub priority: i32,
}

/// The tenant and the class of each request of a run. See the [module](self).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups {
    /// The tenants, in the order of their numbers; empty if neither the scenario nor the file has any.
    pub tenants: Vec<Tenant>,
    /// The classes, in the order of their numbers; empty if neither the scenario nor the file has any.
    pub classes: Vec<Class>,
    /// The tenant of each conversation, as an index into `tenants`; empty where the scenario gives no shares.
    tenant_of: Vec<u16>,
    /// The class of each conversation, as an index into `classes`, and its deadline \[ms\]; empty where the scenario gives no
    /// shares.
    class_of: Vec<(u16, u32)>,
}

impl Groups {
    /// Deals the scenario's shares out to a workload's conversations; what no share says is as the workload's file has it.
    pub fn deal(
        tenants: &[TenantShare],
        classes: &[ClassShare],
        workload: &Workload,
        seed: u64,
    ) -> Self {
        let conversations = workload.requests.iter().map(|it| it.conversation).max();
        let conversations = conversations.map_or(0, |last| last as usize + 1);
        let labels = &workload.labels;
        let draw = |stream: &str, shares: Vec<f64>| -> Vec<u16> {
            if shares.is_empty() {
                return Vec::new();
            }
            let mut rng = Rng::new(seed, stream);
            let group = |_| one_of(&shares, rng.uniform()) as u16;
            (0..conversations).map(group).collect()
        };
        let class_of = draw("classes", classes.iter().map(|it| it.share).collect());
        Self {
            tenant_of: draw("tenants", tenants.iter().map(|it| it.share).collect()),
            class_of: class_of
                .into_iter()
                .map(|class| (class, classes[usize::from(class)].deadline_ms))
                .collect(),
            tenants: match tenants {
                [] => labels
                    .tenants
                    .iter()
                    .map(|name| (name.clone(), 1.0))
                    .collect(),
                shares => Vec::from_iter(shares.iter().map(|it| (it.name.clone(), it.weight))),
            }
            .into_iter()
            .map(|(name, weight)| Tenant { name, weight })
            .collect(),
            classes: match classes {
                [] => {
                    let named = |&priority: &i32| (format!("priority {priority}"), priority);
                    labels.priorities.iter().map(named).collect()
                }
                shares => Vec::from_iter(shares.iter().map(|it| (it.name.clone(), it.priority))),
            }
            .into_iter()
            .map(|(name, priority)| Class { name, priority })
            .collect(),
        }
    }

    /// The tenant and the class of request `n` of a run.
    pub fn of(&self, workload: &Workload, n: u32) -> Label {
        let request = &workload.requests[n as usize % workload.requests.len().max(1)];
        let conversation = request.conversation as usize;
        let mut label = request.label;
        if let Some(&tenant) = self.tenant_of.get(conversation) {
            label.tenant = tenant;
        }
        if let Some(&(class, deadline_ms)) = self.class_of.get(conversation) {
            (label.class, label.deadline_ms) = (class, deadline_ms);
        }
        label
    }

    /// The priority of a class; 0 if there are none.
    pub fn priority(&self, class: u16) -> i32 {
        let class = self.classes.get(usize::from(class));
        class.map_or(0, |class| class.priority)
    }

    /// The fair-queueing weight of each tenant; a single weight where there are no tenants.
    pub fn weights(&self) -> Vec<f64> {
        match self.tenants.is_empty() {
            true => vec![1.0],
            false => self.tenants.iter().map(|tenant| tenant.weight).collect(),
        }
    }
}

/// Which of the shares a uniform draw falls into.
fn one_of(shares: &[f64], uniform: f64) -> usize {
    let mut left = uniform * shares.iter().sum::<f64>();
    for (at, share) in shares.iter().enumerate() {
        left -= share;
        if left < 0.0 {
            return at;
        }
    }
    shares.len() - 1
}
