//! The parts that say what befalls the fleet, as text.

use super::{unknown, whole, wrong};
use crate::decimal;
use crate::limit::breaker::{RULES, Rule};
use crate::nearest::nearest;
use crate::scenario::life::{Drain, DrainMode, Events, HEALTH, Health, RouterRetry};
use crate::scenario::piece::GIVEN_ONCE;
use crate::scenario::{Scenario, ScenarioError};
use crate::units::VirtualTime;
use crate::words::{excerpt, limit};

pub(super) fn events(s: &Scenario) -> String {
    s.troubles.events.to_string()
}

pub(super) fn set_events(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.troubles.events = Events::parse(v)?;
    Ok(())
}

/// `name=value` pairs after a colon, split by semicolons.
fn figures<'a>(
    field: &'static str,
    text: &'a str,
    names: &[&'static str],
) -> Result<Vec<(&'a str, f64)>, ScenarioError> {
    let pieces = text.split(';').map(str::trim).filter(|it| !it.is_empty());
    let mut given = Vec::new();
    let read = |piece: &'a str| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        let (name, value) = (name.trim(), value.trim());
        if !names.contains(&name) {
            return Err(unknown(field, name, names.iter().copied()));
        }
        if given.contains(&name) {
            return Err(wrong(field, piece, GIVEN_ONCE));
        }
        given.push(name);
        let value = decimal::real(value).ok_or_else(|| {
            let wanted = format!("a number behind it, as {name}=1");
            wrong(field, piece, &wanted)
        })?;
        Ok((name, value))
    };
    pieces.map(read).collect()
}

/// Splits a value at its first colon: the name, and the figures behind it.
fn split_name(text: &str) -> (&str, &str) {
    let (name, rest) = text.split_once(':').unwrap_or((text, ""));
    (name.trim(), rest)
}

pub(super) fn drain(s: &Scenario) -> String {
    s.troubles.drain.to_string()
}

pub(super) fn set_drain(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    let (mode, rest) = split_name(v);
    let mut drain = Drain {
        mode: match mode {
            "abort" => DrainMode::Abort,
            "finish" => DrainMode::Finish,
            _ => return Err(unknown("drain", mode, ["abort", "finish"].into_iter())),
        },
        ..Drain::default()
    };
    for (name, value) in figures("drain", rest, &["prestop", "grace"])? {
        if !(0.0..=1e6).contains(&value) {
            let found = format!("{name}={value}");
            return Err(wrong("drain", &found, "a time from 0 to 1,000,000 s"));
        }
        match name {
            "prestop" => drain.prestop = VirtualTime::from_secs(value),
            _ => drain.grace = VirtualTime::from_secs(value),
        }
    }
    if drain.grace < drain.prestop {
        return Err(wrong("drain", v, "a grace that is no shorter than prestop"));
    }
    s.troubles.drain = drain;
    Ok(())
}

pub(super) fn health(s: &Scenario) -> String {
    s.troubles.health.to_string()
}

pub(super) fn set_health(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    let (name, rest) = split_name(v);
    let names = HEALTH.iter().map(|preset| preset.name);
    let mut health = Health::named(name).ok_or_else(|| unknown("health", name, names))?;
    let known = health.figures().map(|(name, _)| name);
    for (name, value) in figures("health", rest, &known)? {
        if health.set(name, value).is_none() {
            let wanted = "within its range: period from 0.01, fails and oks whole numbers from 1 to 100, loss from 0 to 1, purge from 0 (-1: never), the others from 0, to 100,000";
            return Err(wrong("health", &format!("{name}={value}"), wanted));
        }
    }
    s.troubles.health = health;
    Ok(())
}

pub(super) fn router_retries(s: &Scenario) -> String {
    let retry = s.troubles.router_retry;
    retry.map_or_else(|| "auto".to_owned(), |retry| retry.to_string())
}

pub(super) fn set_router_retries(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    if v == "auto" {
        s.troubles.router_retry = None;
        return Ok(());
    }
    let (most, rest) = split_name(v);
    let mut retry = RouterRetry {
        most: whole("router-retries", most, 0, 100)? as u32,
        ..RouterRetry::default()
    };
    let names = ["exclude", "backoff_ms", "growth", "jitter", "budget"];
    for (name, value) in figures("router-retries", rest, &names)? {
        let (least, most) = match name {
            "exclude" | "jitter" | "budget" => (0.0, 1.0),
            "growth" => (1.0, 10.0),
            _ => (0.0, 30_000.0),
        };
        if !(least..=most).contains(&value) {
            let found = format!("{name}={value}");
            let [least, most] = [least, most].map(limit);
            let wanted = format!("a number from {least} to {most}");
            return Err(wrong("router-retries", &found, &wanted));
        }
        if name == "exclude" && value != libm::trunc(value) {
            let found = format!("exclude={value}");
            return Err(wrong("router-retries", &found, "exclude=0 or exclude=1"));
        }
        match name {
            "exclude" => retry.exclude = value > 0.0,
            "backoff_ms" => retry.backoff_ms = value,
            "growth" => retry.growth = value,
            "jitter" => retry.jitter = value,
            _ => retry.budget = value,
        }
    }
    s.troubles.router_retry = Some(retry);
    Ok(())
}

pub(super) fn breaker(s: &Scenario) -> String {
    match s.troubles.breaker {
        None => "auto".to_owned(),
        Some(rule) if !rule.is_on() => "off".to_owned(),
        Some(rule) => rule.name.to_owned(),
    }
}

pub(super) fn set_breaker(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.troubles.breaker = match v {
        "auto" => None,
        "off" => Some(Rule::OFF),
        name => {
            let names = RULES.iter().map(|rule| rule.name);
            let all = || names.clone().chain(["off", "auto"]);
            let rule = Rule::named(name);
            Some(rule.ok_or_else(|| {
                ScenarioError::Value {
                    name: "breaker",
                    found: excerpt(name),
                    wanted: format!("one of {}", all().collect::<Vec<_>>().join(", ")),
                    hint: nearest(name, all())
                        .map_or_else(String::new, |it| format!("; did you mean \"{it}\"?")),
                }
            })?)
        }
    };
    Ok(())
}
