//! Reading a calibration's JSON: every field by its name, and nothing that has no name here.

use super::{Calibration, CalibrationError, ClientCosts};
use crate::json::{self, Text, Value};
use crate::replica::roofline::Efficiency;

type Read<T> = Result<T, CalibrationError>;

fn wrong(detail: String) -> CalibrationError {
    CalibrationError::Json { detail }
}

/// Reads a calibration as it is written, without checking its figures.
pub(super) fn read(text: &str) -> Read<Calibration> {
    let whole = json::parse(text).map_err(|fault| wrong(fault.to_string()))?;
    let parts = ["about", "fitted_to", "kv_tokens", "engine", "client"];
    only(&whole, "the whole", &parts)?;
    let about = match whole.get("about") {
        Some(Value::Text(about)) => about.read().into_owned(),
        _ => return Err(wrong("field `about` is no text".to_owned())),
    };
    let lines = match whole.get("fitted_to") {
        Some(Value::List(lines)) => lines.iter().map(line).collect::<Option<Vec<_>>>(),
        _ => None,
    };
    let kv_tokens = match whole.get("kv_tokens") {
        None | Some(Value::Null) => None,
        Some(&Value::Integer(tokens)) => Some(tokens),
        Some(_) => return Err(wrong("field `kv_tokens` is no whole number".to_owned())),
    };
    Ok(Calibration {
        about,
        fitted_to: lines
            .ok_or_else(|| wrong("field `fitted_to` is no list of texts".to_owned()))?,
        kv_tokens,
        engine: engine(&whole)?,
        client: client(&whole)?,
    })
}

fn line(line: &Value<'_>) -> Option<String> {
    match line {
        Value::Text(text) => Some(text.read().into_owned()),
        _ => None,
    }
}

fn engine(whole: &Value<'_>) -> Read<Efficiency> {
    let mut e = Efficiency::ASSUMED;
    let (mut graph_tokens, mut graph_step, mut preallocate_blocks) = (0.0, 0.0, 0.0);
    // What an older file does not have was not part of the model that it was fitted with.
    let (mut expert_bandwidth, mut expert_gemm) = (f64::NAN, f64::NAN);
    (e.rank_s, e.kernel_s, e.older_experts_s) = (0.0, 0.0, 0.0);
    (e.passes, e.expert_passes, e.reduce_bandwidth) = (0.0, 0.0, 1.0);
    (e.eager_layer_s, e.front_s, e.front_token_s) = (0.0, 0.0, 0.0);
    figures(
        whole,
        "engine",
        &mut [
            ("weight_bandwidth", &mut e.weight_bandwidth),
            ("kv_bandwidth", &mut e.kv_bandwidth),
            ("gemm", &mut e.gemm),
            ("logits", &mut e.logits),
            ("prefill_attention", &mut e.prefill_attention),
            ("shared_read", &mut e.shared_read),
            ("mixed", &mut e.mixed),
            ("step_s", &mut e.step_s),
            ("sequence_s", &mut e.sequence_s),
            ("eager_s", &mut e.eager_s),
            ("graph_tokens", &mut graph_tokens),
            ("api_request_s", &mut e.api_request_s),
            ("api_token_s", &mut e.api_token_s),
            ("network_s", &mut e.network_s),
            ("preallocate_blocks", &mut preallocate_blocks),
        ],
        &mut [
            ("expert_bandwidth", &mut expert_bandwidth),
            ("expert_gemm", &mut expert_gemm),
            ("rank_s", &mut e.rank_s),
            ("kernel_s", &mut e.kernel_s),
            ("older_experts_s", &mut e.older_experts_s),
            ("passes", &mut e.passes),
            ("expert_passes", &mut e.expert_passes),
            ("reduce_bandwidth", &mut e.reduce_bandwidth),
            ("eager_layer_s", &mut e.eager_layer_s),
            ("graph_step", &mut graph_step),
            ("front_s", &mut e.front_s),
            ("front_token_s", &mut e.front_token_s),
        ],
    )?;
    let or = |given: f64, other: f64| if given.is_nan() { other } else { given };
    e.expert_bandwidth = or(expert_bandwidth, e.weight_bandwidth);
    e.expert_gemm = or(expert_gemm, e.gemm);
    e.graph_step = count("engine.graph_step", graph_step)?;
    e.graph_tokens = count("engine.graph_tokens", graph_tokens)?;
    e.preallocate_blocks = count("engine.preallocate_blocks", preallocate_blocks)? as u32;
    Ok(e)
}

fn client(whole: &Value<'_>) -> Read<ClientCosts> {
    let mut c = ClientCosts::default();
    let mut send_callbacks = 0.0;
    figures(
        whole,
        "client",
        &mut [
            ("turn_s", &mut c.turn_s),
            ("send_s", &mut c.send_s),
            ("send_callbacks", &mut send_callbacks),
            ("wrap_s", &mut c.wrap_s),
            ("read_s", &mut c.read_s),
            ("chunk_s", &mut c.chunk_s),
            ("timer_s", &mut c.timer_s),
            ("create_s", &mut c.create_s),
        ],
        &mut [],
    )?;
    c.send_callbacks = count("client.send_callbacks", send_callbacks)? as u32;
    Ok(c)
}

/// Reads the figures of a part: those that must be there, and those that may be.
fn figures(
    whole: &Value<'_>,
    part: &str,
    into: &mut [(&'static str, &mut f64)],
    optional: &mut [(&'static str, &mut f64)],
) -> Read<()> {
    let Some(of) = whole.get(part) else {
        return Err(wrong(format!("field `{part}` is missing")));
    };
    let names = into.iter().chain(optional.iter()).map(|(name, _)| *name);
    only(of, part, &names.collect::<Vec<_>>())?;
    for (name, into) in into {
        match figure(of, part, name)? {
            Some(value) => **into = value,
            None => return Err(wrong(format!("field `{part}.{name}` is missing"))),
        }
    }
    for (name, into) in optional {
        if let Some(value) = figure(of, part, name)? {
            **into = value;
        }
    }
    Ok(())
}

fn figure(of: &Value<'_>, part: &str, name: &str) -> Read<Option<f64>> {
    Ok(Some(match of.get(name) {
        Some(&Value::Integer(n)) => n as f64,
        Some(&Value::Negative(n)) => n as f64,
        Some(&Value::Real(x, _)) => x,
        Some(other) => {
            let kind = other.kind();
            return Err(wrong(format!(
                "field `{part}.{name}` is {kind}, not a number"
            )));
        }
        None => return Ok(None),
    }))
}

/// Checks that a value is an object without other fields than these.
fn only(of: &Value<'_>, part: &str, names: &[&str]) -> Read<()> {
    let Value::Object(fields) = of else {
        return Err(wrong(format!("{part} is {}, not an object", of.kind())));
    };
    let stranger = |field: &&(Text<'_>, Value<'_>)| !names.contains(&&*field.0.read());
    match fields.iter().find(stranger) {
        Some((name, _)) => Err(wrong(format!(
            "{part} has an unknown field `{}`",
            name.read()
        ))),
        None => Ok(()),
    }
}

fn count(field: &'static str, found: f64) -> Read<u64> {
    let whole = (0.0..=f64::from(u32::MAX)).contains(&found) && found == libm::floor(found);
    whole
        .then_some(found as u64)
        .ok_or(CalibrationError::Value {
            field,
            found,
            wanted: "a whole number",
        })
}
