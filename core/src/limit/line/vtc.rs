//! The virtual token counter: how much each tenant has been served, by weight.
//!
//! c += input / weight when a request is let through, c += 2 · output / weight for each token generated (S-LoRA's router,
//! `vtc_req_queue.py`, input weight 1, output weight 2). The first request of the tenant with the least c goes next. A tenant that
//! begins to wait is lifted to the least c of those that wait, so time it was away is no credit.

/// The weights of a prompt token and of a generated token.
const INPUT: f64 = 1.0;
const OUTPUT: f64 = 2.0;

/// The tenants' counters. See the [module](self).
#[derive(Clone, Debug)]
pub struct Vtc {
    weights: Vec<f64>,
    counters: Vec<f64>,
    /// For each request, as far as any generated, the tokens charged so far.
    charged: Vec<u32>,
}

impl Vtc {
    /// The counters at 0. `weights`: the weight of each tenant, above 0.
    pub fn new(weights: &[f64]) -> Self {
        let weights = if weights.is_empty() { &[1.0] } else { weights };
        Self {
            weights: weights.to_vec(),
            counters: vec![0.0; weights.len()],
            charged: Vec::new(),
        }
    }

    /// How much each tenant has been served, divided by its weight.
    pub fn counters(&self) -> &[f64] {
        &self.counters
    }

    /// Notes that a request of a tenant comes to the line, in which these tenants wait.
    pub(super) fn arrives(&mut self, tenant: u16, waits: impl Fn(usize) -> bool) {
        let tenant = usize::from(tenant).min(self.counters.len() - 1);
        if waits(tenant) {
            return;
        }
        let others = (0..self.counters.len()).filter(|&other| other != tenant && waits(other));
        let least = others.map(|other| self.counters[other]).reduce(f64::min);
        if let Some(least) = least {
            self.counters[tenant] = self.counters[tenant].max(least);
        }
    }

    /// The tenant of these that has been served least, of equal ones the first.
    pub(super) fn least(&self, among: impl Iterator<Item = usize>) -> Option<usize> {
        among.reduce(
            |best, next| match self.counters[next] < self.counters[best] {
                true => next,
                false => best,
            },
        )
    }

    pub(super) fn charge_prompt(&mut self, tenant: u16, tokens: u32) {
        self.charge(tenant, INPUT * f64::from(tokens));
    }

    fn charge(&mut self, tenant: u16, amount: f64) {
        let tenant = usize::from(tenant).min(self.counters.len() - 1);
        self.counters[tenant] += amount / self.weights[tenant];
    }

    /// Charges a request that was let through for the tokens that it has generated in all by now.
    pub fn has_generated(&mut self, request: u32, tenant: u16, tokens: u32) {
        let at = request as usize;
        if self.charged.len() <= at {
            self.charged.resize(at + 1, 0);
        }
        let new = tokens.saturating_sub(self.charged[at]);
        if new > 0 {
            self.charged[at] = tokens;
            self.charge(tenant, OUTPUT * f64::from(new));
        }
    }
}
