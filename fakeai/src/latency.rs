//! FakeAI's latency profiles: per model a normal distribution of TTFT and of ITL, modified by prompt length, cache, load
//! and temperature.
//!
//! This is part of FakeAI's library; FakeAI's server does not use it. It does not model hardware: cached tokens are
//! credited twice (they are not prefilled, and then the time for them is subtracted again).

mod profiles;

use serde::Serialize;

/// The latency profile of one model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// Mean time to first token of a short prompt \[ms\].
    pub ttft_ms: f64,
    /// Standard deviation of the time to first token \[ms\].
    pub ttft_std: f64,
    /// Mean time between two output tokens \[ms\].
    pub itl_ms: f64,
    /// Standard deviation of the time between two output tokens \[ms\].
    pub itl_std: f64,
    /// Rate at which a prompt's tokens beyond the first 100 are computed \[tokens/s\].
    pub prefill_tokens_per_sec: f64,
}

/// The properties of a request that its latency depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Length of the prompt \[tokens\].
    pub prompt_tokens: u64,
    /// Number of prompt tokens in the cache. They are never computed; the further credit for them needs `hit`.
    pub cached_tokens: u64,
    /// Whether the cache was hit, so that the cached tokens are credited once more.
    pub hit: bool,
    /// Number of requests in progress on the server.
    pub requests: u64,
    /// Sampling temperature of the request; above 1 it adds latency.
    pub temperature: f64,
}

/// Version suffixes that are removed from an unknown name, in this order.
const SUFFIXES: [&str; 5] = ["-0613", "-0125", "-1106", "-0314", "-preview"];

impl Profile {
    /// The profile of `model`. A fine-tuned model has its base's profile; a vendor's prefix or a version suffix may be
    /// missing or extra; an unknown name gets the default.
    pub fn of(model: &str) -> &'static Self {
        let named = |name: &str| {
            let index = profiles::NAMED.binary_search_by_key(&name, |&(name, _)| name);
            index.ok().map(|index| &profiles::NAMED[index].1)
        };
        let model = match model.strip_prefix("ft:") {
            Some(rest) => rest.split(':').next().unwrap_or(rest),
            None => model,
        };
        let without_vendor = || named(model.split_once('/')?.1);
        let without_suffix = || {
            SUFFIXES
                .iter()
                .find_map(|suffix| named(model.strip_suffix(suffix)?))
        };
        let with_vendor = || named(&format!("openai/{model}")).filter(|_| !model.contains('/'));
        named(model)
            .or_else(without_vendor)
            .or_else(without_suffix)
            .or_else(with_vendor)
            .unwrap_or(&profiles::DEFAULT)
    }

    /// Time to first token \[s\]. `normal` is a draw from the standard normal distribution; `uniform` from 0 to 1 places
    /// the share of the cached tokens' time that is saved between 60 and 80 %.
    pub fn ttft(&self, load: &Load, normal: f64, uniform: f64) -> f64 {
        let cached = load.cached_tokens as f64;
        let mut ms = (self.ttft_ms + normal * self.ttft_std).max(1.0);
        if load.prompt_tokens > 100 {
            let effective = load.prompt_tokens as f64 - cached;
            ms += (effective - 100.0).max(0.0) / self.prefill_tokens_per_sec * 1000.0;
        }
        if load.hit && load.cached_tokens > 0 {
            let share = 0.6 + (0.8 - 0.6) * uniform;
            let saved = cached / self.prefill_tokens_per_sec * 1000.0 * share;
            ms = (ms * 0.2).max(ms - saved);
        }
        if load.requests > 50 {
            ms *= 1.0 + (load.requests as f64 - 50.0) * 0.02;
        }
        if load.temperature > 1.0 {
            ms *= 1.0 + (load.temperature - 1.0) * 0.03;
        }
        ms / 1000.0
    }

    /// Time between two output tokens \[s\]; `normal` is a draw from the standard normal distribution.
    pub fn itl(&self, load: &Load, normal: f64) -> f64 {
        let mut ms = (self.itl_ms + normal * self.itl_std).max(0.5);
        if load.temperature > 1.0 {
            ms *= 1.0 + (load.temperature - 1.0) * 0.02;
        }
        if load.requests > 20 {
            ms *= 1.0 + (load.requests as f64 - 20.0) * 0.005;
        }
        ms / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_are_found() {
        assert!(profiles::NAMED.is_sorted_by_key(|&(name, _)| name));
        for (name, profile) in &profiles::NAMED {
            assert_eq!(Profile::of(name), profile);
        }
        for (name, same) in [
            ("ft:gpt-4:acme::id", "gpt-4"),
            ("acme/gpt-4o", "gpt-4o"),
            ("gpt-4-0613", "gpt-4"),
            ("gpt-4-turbo-preview-preview", "gpt-4-turbo-preview"),
        ] {
            assert_eq!(Profile::of(name), Profile::of(same), "{name}");
        }
        for unknown in ["", "ft:", "ft", "/", "acme/", "-0613", "gpt-4-0613-0613"] {
            assert_eq!(Profile::of(unknown), &profiles::DEFAULT, "{unknown}");
        }
    }
}
