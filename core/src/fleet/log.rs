//! The log of a run: every fact, appended as the model learns of it.
//!
//! What a report needs is folded as facts come in ([`super::fold`]), in constant memory per finished request. The facts
//! themselves are kept only where pictures ask for them.

use super::fact::{Fact, What};
use super::fold::line::LineFold;
use super::fold::lives::LivesFold;
use super::fold::losses::Losses;
use super::fold::record::Records;
use super::fold::scaling::ScalingFold;
use super::fold::stages::Stages;
use super::fold::stays::{Stay, Stays};
use super::view::View;

/// What a run keeps besides what its report needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keep {
    /// Nothing more: the figures of a report only.
    #[default]
    Figures,
    /// Each request's stay at its replica.
    Stays,
    /// The stays, every step of every engine, and the whole log.
    Log,
}

impl From<bool> for Keep {
    /// `true` keeps the whole log, `false` nothing more than the figures.
    fn from(log: bool) -> Self {
        match log {
            true => Self::Log,
            false => Self::Figures,
        }
    }
}

/// The facts so far, and what follows from them.
#[derive(Clone)]
pub(super) struct Log {
    pub(super) records: Records,
    pub(super) losses: Losses,
    pub(super) stages: Stages,
    /// The fold over what befalls the fleet; `None` if nothing can.
    pub(super) lives: Option<Box<LivesFold>>,
    /// The fold over the number of replicas; `None` if there is neither an autoscaler nor a price that the user gave.
    pub(super) scaling: Option<Box<ScalingFold>>,
    stays: Option<Stays>,
    /// The fold over the entrance; `None` if nothing of it is set, and there are neither tenants nor classes.
    pub(super) line: Option<Box<LineFold>>,
    kept: Option<Vec<Fact>>,
    /// Whether any of the optional parts is there.
    has_more: bool,
}

impl Log {
    /// A log in which nothing has happened yet to `count` requests.
    pub(super) fn new(
        records: Records,
        losses: Losses,
        (lives, scaling): (Option<LivesFold>, Option<ScalingFold>),
        line: Option<LineFold>,
        (count, keep): (u32, Keep),
    ) -> Self {
        Self {
            has_more: keep > Keep::Figures
                || lives.is_some()
                || scaling.is_some()
                || line.is_some(),
            records,
            losses,
            stages: Stages::default(),
            lives: lives.map(Box::new),
            scaling: scaling.map(Box::new),
            line: line.map(Box::new),
            stays: (keep >= Keep::Stays).then(|| Stays::new(count)),
            kept: (keep == Keep::Log).then(Vec::new),
        }
    }

    /// Appends facts, in order; the replicas are as the part that wrote the facts left them.
    pub(super) fn append(&mut self, facts: &mut Vec<Fact>, replicas: &impl View) {
        let pool = |replica| &replicas.engine(replica).pool;
        for fact in &*facts {
            // Few facts concern more than the records.
            match fact.what {
                What::Routed {
                    request,
                    belief: Some(_),
                    ..
                }
                | What::Admitted { request, .. }
                | What::FirstToken { request }
                | What::Broke { request, .. }
                | What::Left { request } => {
                    self.records.apply(fact);
                    self.losses.apply(fact, self.records.of(request), pool);
                }
                What::Refused { .. }
                | What::Retried { .. }
                | What::GivenUp { .. }
                | What::StageEnded => self.stages.apply(fact),
                _ => self.records.apply(fact),
            }
        }
        if self.has_more {
            self.append_more(facts, replicas);
        }
        facts.clear();
    }

    /// Appends facts to what only some runs keep.
    #[inline(never)] // most runs keep no more
    fn append_more(&mut self, facts: &[Fact], replicas: &impl View) {
        let pool = |replica| &replicas.engine(replica).pool;
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(facts);
        }
        if let Some(stays) = &mut self.stays {
            facts.iter().for_each(|fact| stays.apply(fact));
        }
        if let Some(lives) = &mut self.lives {
            let records = &mut self.records;
            for fact in facts {
                lives.apply(fact, |request| *records.of(request), pool);
            }
        }
        if let Some(scaling) = &mut self.scaling {
            facts.iter().for_each(|fact| scaling.apply(fact));
        }
        if let Some(line) = &mut self.line {
            facts.iter().for_each(|fact| line.apply(fact));
        }
    }

    /// The facts so far; `None` if they are not kept.
    pub(super) fn kept(&self) -> Option<&[Fact]> {
        self.kept.as_deref()
    }

    /// Takes out each request's stay; `None` if the stays are not kept.
    pub(super) fn take_stays(&mut self) -> Option<Vec<Stay>> {
        self.stays.take().map(Stays::into_all)
    }

    /// Takes out the facts; `None` if they are not kept.
    pub(super) fn take_kept(&mut self) -> Option<Vec<Fact>> {
        self.kept.take()
    }
}
