//! The lists of what routers do when a replica leaves, joins or stops answering, by product; and of circuit breakers.

use serde_json::{Value, json};
use warmpath_core::limit::breaker::{RULES, Rule};
use warmpath_core::scenario::life::{HEALTH, HealthPreset, Purge};
use warmpath_core::units::VirtualTime;

use crate::table::Table;

pub(super) fn health() -> Vec<Table> {
    vec![presets(), breakers()]
}

fn presets() -> Table {
    let columns = [
        ("name", "health"),
        ("period_s", "probe every (s)"),
        ("fails", "failures"),
        ("oks", "successes"),
        ("timeout_s", "timeout (s)"),
        ("lag_s", "watch lag (s)"),
        ("lease_s", "lease (s)"),
        ("sees_death", "sees a death at once"),
        ("inhibit_s", "after an error leaves it alone (s)"),
        ("purge", "forgets its cache"),
        ("router_retries", "router retries"),
        ("breaker", "breaker"),
        ("no_replica", "with no replica"),
        ("about", "what it does"),
        ("assumed", "assumed"),
        ("source", "source"),
    ];
    let mut table = Table::new("health", "How routers learn of failures", &columns);
    table.rows.extend(HEALTH.iter().map(preset));
    table
}

fn preset(it: &HealthPreset) -> Vec<Value> {
    let leased = it.lease > 0.0;
    let probed = |value: f64| if leased { Value::Null } else { json!(value) };
    let some = |value: f64| {
        if value > 0.0 {
            json!(value)
        } else {
            Value::Null
        }
    };
    let purge = match it.purge {
        Purge::Never => "never".to_owned(),
        Purge::After(seconds) if seconds > 0.0 => format!("after {seconds} s"),
        Purge::After(_) => "at once".to_owned(),
    };
    vec![
        json!(it.name),
        probed(it.period),
        probed(f64::from(it.fails)),
        probed(f64::from(it.oks)),
        probed(it.timeout),
        json!(it.lag),
        some(it.lease),
        json!(it.sees_death),
        some(it.inhibit),
        json!(purge),
        json!(it.retry.to_string()),
        json!(if it.breaker.is_on() {
            it.breaker.name
        } else {
            "off"
        }),
        json!(if it.holds { "waits" } else { "503" }),
        json!(it.about),
        json!(it.assumed),
        json!(it.source),
    ]
}

fn breakers() -> Table {
    let columns = [
        ("name", "breaker"),
        ("threshold", "failures"),
        ("window_s", "within (s)"),
        ("open_s", "open (s)"),
        ("prolongs", "failures prolong it"),
        ("grows", "longer each time"),
        ("successes", "successes that close it"),
        ("most_share", "most replicas at once (share)"),
    ];
    let mut table = Table::new("breakers", "Circuit breakers", &columns);
    let rule = |rule: &Rule| {
        vec![
            json!(rule.name),
            json!(rule.threshold),
            json!(rule.window.map(VirtualTime::secs)),
            json!(rule.open.secs()),
            json!(rule.prolongs),
            json!(rule.grows),
            json!(rule.successes),
            json!((rule.most_share > 0.0).then_some(rule.most_share)),
        ]
    };
    table.rows.extend(RULES.iter().map(rule));
    table
}
