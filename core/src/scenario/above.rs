//! Caches above the fleet: prompt caching as APIs bill it, and a cache of whole answers before the routers.
//!
//! Both are off by default. Billing changes nothing in a run: the report adds what the same requests would cost at an API. The
//! cache of answers is that of FakeAI's tuning guides (`CACHE_DEFAULT_TTL=7200`): a request answered from it never comes to a
//! router.

use core::fmt;

use super::piece::{PartError, Piece};
use crate::price::tokens::{TOKEN_PRICES, TokenPrice};

/// How an API bills prompts that begin as an earlier one: OpenAI's rule, from 1,024 tokens and 128 at a time; entries are
/// "typically cleared after 5 to 10 minutes of inactivity" (announcement of 2024-10-01), FakeAI's time is 600 s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PromptCache {
    /// The length of the shortest prefix that is billed as cached \[tokens\].
    pub least: u32,
    /// The size of the steps in which longer prefixes are billed \[tokens\].
    pub step: u32,
    /// The time after which a prefix that no request used is forgotten \[s\].
    pub time_s: f64,
}

impl PromptCache {
    /// How many tokens are billed as cached of a prompt whose first `known` tokens the API has.
    ///
    /// ```
    /// use warmpath_core::scenario::above::PromptCache;
    /// let rule = PromptCache { least: 1024, step: 128, time_s: 600.0 };
    /// // The example of the announcement: of 2,006 prompt tokens sent again 1,920 are cached.
    /// assert_eq!(rule.cached(2006), 1920);
    /// assert_eq!([1023, 1024, 1151, 1152].map(|known| rule.cached(known)), [0, 1024, 1024, 1152]);
    /// ```
    pub fn cached(&self, known: u32) -> u32 {
        match known.checked_sub(self.least) {
            Some(more) => self.least + more / self.step * self.step,
            None => 0,
        }
    }
}

/// Caches above the fleet. See the [module](self).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Above {
    /// How prompts are billed; `None`: the report has no costs of an API.
    pub prompts: Option<PromptCache>,
    /// The API's prices per token: of prompts, of the cached part of prompts and of answers.
    pub price: TokenPrice,
    /// How long a whole answer is kept \[s\]; `None`: no answer is kept.
    pub answers_s: Option<f64>,
}

impl Above {
    /// Reads `LEAST/STEP/SECONDS`, as `1024/128/600`.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse_prompts(text: &str) -> Result<PromptCache, PartError> {
        let whole = Piece::whole("prompt-cache", text);
        let wanted = "LEAST/STEP/SECONDS, as 1024/128/600";
        let (least, rest) = whole.split('/');
        let (step, time) = rest.ok_or_else(|| whole.wrong(wanted))?.split('/');
        let time = time.ok_or_else(|| whole.wrong(wanted))?;
        Ok(PromptCache {
            least: least.count(
                0,
                10_000_000,
                "a whole number of tokens from 0 to 10,000,000",
            )? as u32,
            step: step.count(
                1,
                10_000_000,
                "a whole number of tokens from 1 to 10,000,000",
            )? as u32,
            time_s: time.real(0.001, 1e9, "seconds from 0.001 to 1,000,000,000")?,
        })
    }

    /// Reads a listed price's name, or `INPUT/CACHED/OUTPUT`.
    ///
    /// # Errors
    /// What is wrong, with the nearest name.
    pub fn parse_price(text: &str) -> Result<TokenPrice, PartError> {
        TokenPrice::parse(text).ok_or_else(|| {
            let names = TOKEN_PRICES.map(|price| price.name);
            let wanted = format!(
                "one of {}, or INPUT/CACHED/OUTPUT in US$ per million tokens, as 2.5/1.25/10",
                names.join(", ")
            );
            Piece::whole("token-price", text).among(&wanted, &names)
        })
    }
}

impl fmt::Display for PromptCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.least, self.step, self.time_s)
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;

    #[test]
    fn every_part_is_written_as_it_is_read_and_what_is_wrong_is_told() {
        for (flag, text) in [
            ("prompt-cache", "1024/128/600"),
            ("token-price", "gpt-4o-mini"),
            ("token-price", "3/0.3/15"),
            ("response-cache", "7200"),
        ] {
            let mut scenario = Scenario::default();
            scenario.set(flag, text).unwrap();
            let field = crate::scenario::field(flag).unwrap();
            assert_eq!(field.get(&scenario), text, "{flag}");
        }
        let wrong = |query: &str| Scenario::from_query(query).unwrap_err().to_string();
        let error = wrong("v=2&pcache=1024/0/600");
        assert!(error.starts_with("prompt-cache, character 6"), "{error}");
        assert!(wrong("v=2&pcache=1024").contains("1024/128/600"));
        let error = wrong("v=2&tprice=gpt-4p");
        assert!(error.contains("did you mean \"gpt-4o\"?"), "{error}");
        assert!(wrong("v=2&client=python&rcache=7200").contains("needs client free"));
    }
}
