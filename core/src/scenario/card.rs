//! What follows from a scenario: the pool's size, the context, the step times, and the model card, which lists every term of the
//! replica model.

use super::{Scenario, TimingChoice, field};
use crate::replica::calibration::{Calibration, ClientCosts};
use crate::replica::roofline::{Efficiency, Machine, PoolSum, Roofline};
use crate::replica::terms::{Switch, TERMS, Term, TermSwitch};

/// Where a term's figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureOrigin {
    /// Fitted to measurements of this very set-up.
    Fitted,
    /// Part of the shipped calibration of this very set-up, but not fitted.
    Given,
    /// It is from the user's own calibration.
    Own,
    /// It is assumed, as nothing was measured.
    Assumed,
}

/// A term as it stands in a scenario.
#[derive(Clone, Copy, Debug)]
pub struct TermLine {
    /// The term, as the table of the replica model's terms has it.
    pub term: &'static Term,
    /// Whether the scenario's figures depend on it.
    pub on: bool,
    /// Its figure, in the unit that the term names, as if the term were on; `None` for a term without a figure.
    pub value: Option<f64>,
    /// Where that figure comes from.
    pub standing: FigureOrigin,
}

impl Scenario {
    /// The number of blocks in the KV pool of a replica; in a mixed fleet, of a replica of the first kind \[blocks\].
    pub fn pool_blocks(&self) -> u32 {
        let tokens = self.kv_tokens.unwrap_or_else(|| match self.timing {
            TimingChoice::Roofline => self.pool_sum().tokens,
            // The pool in the check against Dynamo's replay (docs/fidelity.md): blocks of 64 tokens.
            TimingChoice::Dynamo => 16_384 * 64,
        });
        u32::try_from(tokens / u64::from(self.block_size)).unwrap_or(u32::MAX)
    }

    /// The GPUs, the model and the formats that a replica runs with.
    pub fn machine(&self) -> Machine {
        Machine {
            gpu: self.gpu,
            llm: self.model,
            dtype: self.dtype,
            kv_dtype: self.kv_dtype,
            tensor_parallel: self.tensor_parallel,
            experts_over: self.experts_over.unwrap_or(self.tensor_parallel),
            cuda_graphs: self.cuda_graphs,
            older: self.vllm.is_some_and(|minor| minor < 17),
        }
    }

    /// Where the size of the pool comes from.
    pub fn pool_sum(&self) -> PoolSum {
        PoolSum::new(&self.machine(), self.memory_utilization, self.batch_tokens)
    }

    /// Longest prompt and answer together \[tokens\]: the least of the setting, the model's and the pool's (in a mixed fleet the
    /// smallest pool's, as its servers have one context length).
    pub fn context_tokens(&self) -> u32 {
        let kinds = self.mix.kinds.iter();
        let pools = kinds.map(|kind| self.as_kind(kind).pool_blocks());
        let least = pools.min().unwrap_or_else(|| self.pool_blocks());
        let pool = u64::from(least) * u64::from(self.block_size);
        let limit = self.context.unwrap_or(u32::MAX).min(self.model.context);
        limit.min(u32::try_from(pool).unwrap_or(u32::MAX))
    }

    /// The user's own calibration, if it has been read.
    pub fn own_calibration(&self) -> Option<&Calibration> {
        self.calibration.as_ref()?.content().map(|own| &**own)
    }

    fn shipped(&self) -> Option<Calibration> {
        Calibration::shipped().ok()
    }

    /// The times that the single-process Python client takes for each kind of work, of the user's calibration or else of the shipped
    /// one; `None` if neither can be read.
    pub fn client_costs(&self) -> Option<ClientCosts> {
        let own = self.own_calibration().map(|own| own.client);
        own.or_else(|| self.shipped().map(|calibration| calibration.client))
    }

    /// The efficiencies of this hardware and model with every term on, and whether they come from a measurement.
    pub fn efficiency(&self) -> (Efficiency, bool) {
        let covered =
            Calibration::covers(self.gpu, self.model, self.dtype) && self.tensor_parallel == 1;
        match self.own_calibration() {
            Some(own) => (own.engine, true),
            None if covered => self
                .shipped()
                .map_or((Efficiency::ASSUMED, false), |c| (c.engine, true)),
            None => (Efficiency::ASSUMED, false),
        }
    }

    /// The step-time model's coefficients for this hardware and model, without what is turned off.
    pub fn roofline(&self) -> Roofline {
        let (efficiency, calibrated) = self.efficiency();
        Roofline::new(self.machine(), efficiency, calibrated).without(self.off)
    }

    /// Every term of the replica model as it stands in this scenario.
    pub fn card(&self) -> Vec<TermLine> {
        let (efficiency, calibrated) = self.efficiency();
        let line = |term: &'static Term| {
            let value = term.figure.map(|figure| (figure.of)(&efficiency));
            let fitted = term.figure.is_some_and(|figure| figure.fitted);
            TermLine {
                term,
                on: self.depends_on(term, value),
                value,
                standing: match (self.own_calibration(), calibrated) {
                    (Some(_), _) => FigureOrigin::Own,
                    (None, true) if fitted => FigureOrigin::Fitted,
                    (None, true) => FigureOrigin::Given,
                    (None, false) => FigureOrigin::Assumed,
                },
            }
        };
        TERMS.iter().map(line).collect()
    }

    fn depends_on(&self, term: &Term, value: Option<f64>) -> bool {
        if self.timing == TimingChoice::Dynamo && term.of_roofline() {
            return false;
        }
        match term.how {
            TermSwitch::Off(Switch::AllReduce | Switch::Ranks)
                if self.experts_over.unwrap_or(self.tensor_parallel) == 1 =>
            {
                false
            }
            TermSwitch::Off(Switch::ExpertTiles) if self.model.experts.is_none() => false,
            TermSwitch::Off(Switch::OlderExperts) if !self.machine().older => false,
            TermSwitch::Off(switch) if self.off.has(switch) => false,
            TermSwitch::Off(_) => term.figure.is_none_or(|figure| value != figure.idle),
            TermSwitch::Option { flag, value } => {
                field(flag).is_ok_and(|field| field.get(self) != value)
            }
        }
    }
}
