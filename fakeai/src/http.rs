//! FakeAI's rate limits as HTTP sees them: which key a request has, what it costs, what comes back.

use warmpath_core::limit::{Headers, Keyed, Limits, REFUSAL_BODY, Table, Tier};

/// The limits as FakeAI resolves its settings: if both overrides are given they win; else those of the tier (or of tier-1
/// if there is none of that name), each replaced by its override unless the override is 0.
pub fn limits(tier: &str, requests: Option<u32>, tokens: Option<u32>) -> Limits {
    if let (Some(requests), Some(tokens)) = (requests, tokens) {
        return Limits { requests, tokens };
    }
    let named = |wanted: &str| {
        Tier::all().find_map(|of| match of {
            Tier::Listed {
                table: Table::FakeAi,
                name,
                limits,
            } if name == wanted => Some(limits),
            _ => None,
        })
    };
    let listed = named(tier).or_else(|| named("tier-1")).unwrap_or(Limits {
        requests: 0,
        tokens: 0,
    });
    Limits {
        requests: requests
            .filter(|&value| value > 0)
            .unwrap_or(listed.requests),
        tokens: tokens.filter(|&value| value > 0).unwrap_or(listed.tokens),
    }
}

/// A request as the rate limiter sees it.
#[derive(Clone, Copy, Debug)]
pub struct HttpRequest<'a> {
    /// When the request arrives \[Unix seconds\].
    pub time: f64,
    /// The path of the URL, without a query.
    pub path: &'a str,
    /// The value of the `Authorization` header; `None` if the request has none.
    pub authorization: Option<&'a str>,
    /// The length of the body \[bytes\], from which tokens are estimated.
    pub body_bytes: u64,
}

/// What the limiter adds to an answer, or, if it refuses the request, the answer itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The six `x-ratelimit-*` headers, which every answer gets.
    pub headers: Headers,
    /// The `retry-after` header of a refusal \[whole s\], whose status is 429; `None` if the request is let in.
    pub retry_after: Option<u64>,
}

impl HttpAnswer {
    /// The headers as they are sent.
    pub fn header_lines(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.headers.lines(self.retry_after)
    }

    /// The JSON body of a refusal; `None` if the request is let in.
    pub fn body(&self) -> Option<&'static str> {
        self.retry_after.map(|_| REFUSAL_BODY)
    }
}

/// FakeAI's rate-limiting middleware. It limits every path, even `/health` and paths that do not exist.
#[derive(Clone, Debug)]
pub struct HttpLimiter(Keyed<String>);

impl HttpLimiter {
    /// A limiter that gives `limits` to every key.
    pub fn new(limits: Limits) -> Self {
        Self(Keyed::new(limits))
    }

    /// Counts `request` and returns what its answer gets.
    pub fn check(&mut self, request: &HttpRequest<'_>) -> HttpAnswer {
        let key = key_of(request.authorization).to_owned();
        let tokens = tokens_of(request.path, request.body_bytes);
        let check = self.0.check(&key, tokens as f64, request.time);
        HttpAnswer {
            headers: check.headers,
            retry_after: check.refused,
        }
    }
}

/// The key that a request is counted under: what follows "Bearer ", else the whole header; "anonymous" if that is empty.
pub fn key_of(authorization: Option<&str>) -> &str {
    let value = authorization.unwrap_or_default();
    // Case matters: "bearer sk-1" is a key of its own.
    match value.strip_prefix("Bearer ").unwrap_or(value) {
        "" => "anonymous",
        key => key,
    }
}

/// The tokens that a request is charged: about one per four bytes of body, at least 100, and only on paths that generate or
/// embed text; else none.
pub fn tokens_of(path: &str, body_bytes: u64) -> u64 {
    match path {
        "/v1/chat/completions" | "/v1/completions" | "/v1/embeddings" => (body_bytes / 4).max(100),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_costs() {
        for (header, key) in [
            (None, "anonymous"),
            (Some(""), "anonymous"),
            (Some("Bearer "), "anonymous"),
            (Some("Bearer sk-1"), "sk-1"),
            (Some("Bearer  sk-1"), " sk-1"),
            (Some("bearer sk-1"), "bearer sk-1"),
            (Some("Bearer"), "Bearer"),
        ] {
            assert_eq!(key_of(header), key, "{header:?}");
        }
        assert_eq!(tokens_of("/v1/embeddings", 403), 100);
        assert_eq!(tokens_of("/v1/completions", 407), 101);
        assert_eq!(tokens_of("/v1/models", 4000), 0);
    }

    #[test]
    fn an_override_of_nothing_counts_only_in_a_pair() {
        let of = |requests, tokens| limits("tier-2", requests, tokens);
        let tier_2 = Limits {
            requests: 5_000,
            tokens: 10_000_000,
        };
        assert_eq!(of(None, None), tier_2);
        assert_eq!(of(Some(0), None), tier_2);
        assert_eq!(
            of(Some(7), None),
            Limits {
                requests: 7,
                ..tier_2
            }
        );
        assert_eq!(
            of(Some(0), Some(9)),
            Limits {
                requests: 0,
                tokens: 9
            }
        );
        assert_eq!(
            limits("TIER-2", None, Some(0)),
            limits("tier-1", None, None)
        );
    }
}
