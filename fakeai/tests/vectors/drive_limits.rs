//! The bucket, the limiter and its HTTP layer.

use serde::Deserialize;
use serde_json::{Result, Value, from_str, from_value, json};
use warmpath_core::limit::{Bucket, Headers, Keyed};
use warmpath_fakeai::http::{HttpLimiter, HttpRequest, limits};

pub(crate) fn rate_bucket(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        capacity: f64,
        refill_rate: f64,
        t0: f64,
        events: Vec<Event>,
    }
    #[derive(Deserialize)]
    #[serde(tag = "op", rename_all = "snake_case")]
    enum Event {
        Consume { n: f64, t: f64 },
        Remaining { t: f64 },
        ResetTime { t: f64 },
    }
    let input: Input = from_value(input)?;
    let mut bucket = Bucket::new(input.capacity, input.refill_rate, input.t0);
    let results = input.events.iter().map(|event| {
        let mut answer = match *event {
            Event::Consume { n, t } => {
                let outcome = bucket.consume(n, t);
                json!({"ok": outcome.is_ok(), "retry_after": outcome.err().unwrap_or(0.0)})
            }
            Event::Remaining { t } => json!({"remaining": bucket.remaining(t)}),
            Event::ResetTime { t } => json!({"reset_time": bucket.reset_time(t)}),
        };
        answer["tokens"] = bucket.level().into();
        answer
    });
    Ok(json!({"results": results.collect::<Vec<Value>>()}))
}

/// As FakeAI's configure() takes it.
#[derive(Deserialize)]
struct Settings {
    #[serde(default = "tier_1")]
    tier: String,
    rpm_override: Option<u32>,
    tpm_override: Option<u32>,
}

fn tier_1() -> String {
    "tier-1".to_owned()
}

pub(crate) fn rate_limiter(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        events: Vec<Event>,
    }
    #[derive(Deserialize)]
    #[serde(tag = "op", rename_all = "snake_case")]
    enum Event {
        Configure {
            #[serde(flatten)]
            settings: Settings,
        },
        Check {
            key: String,
            #[serde(default)]
            tokens: u32,
            t: f64,
        },
        Headers {
            key: String,
            t: f64,
        },
        Reset {
            key: Option<String>,
        },
    }
    let input: Input = from_value(input)?;
    let mut limiter = Keyed::new(limits("tier-1", None, None));
    let results = input.events.iter().map(|event| match event {
        Event::Configure { settings } => {
            limiter.configure(limits(
                &settings.tier,
                settings.rpm_override,
                settings.tpm_override,
            ));
            Value::Null
        }
        Event::Check { key, tokens, t } => {
            let check = limiter.check(key, f64::from(*tokens), *t);
            json!({
                "allowed": check.refused.is_none(),
                "retry_after": check.refused.map(|seconds| seconds.to_string()),
                "headers": object(check.headers, None),
                "state": {"rpm": check.requests_left, "tpm": check.tokens_left},
            })
        }
        Event::Headers { key, t } => json!({"headers": object(limiter.headers(key, *t), None)}),
        Event::Reset { key } => {
            limiter.reset(key.as_ref());
            Value::Null
        }
    });
    Ok(json!({"results": results.collect::<Vec<Value>>()}))
}

fn object(headers: Headers, retry_after: Option<u64>) -> Value {
    headers
        .lines(retry_after)
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect()
}

pub(crate) fn rate_limit_http(input: Value) -> Result<Value> {
    #[derive(Deserialize)]
    struct Input {
        config: Settings,
        requests: Vec<Request>,
    }
    #[derive(Deserialize)]
    struct Request {
        t: f64,
        path: String,
        authorization: Option<String>,
        body_bytes: u64,
    }
    let Input { config, requests } = from_value(input)?;
    let mut limiter = HttpLimiter::new(limits(
        &config.tier,
        config.rpm_override,
        config.tpm_override,
    ));
    let results = requests.iter().map(|request| {
        let answer = limiter.check(&HttpRequest {
            time: request.t,
            path: &request.path,
            authorization: request.authorization.as_deref(),
            body_bytes: request.body_bytes,
        });
        let mut checked = json!({
            "limited": answer.retry_after.is_some(),
            "headers": object(answer.headers, answer.retry_after),
        });
        if let Some(body) = answer.body() {
            checked["body"] = from_str(body)?;
        }
        Ok(checked)
    });
    Ok(json!({"results": results.collect::<Result<Vec<Value>>>()?}))
}
