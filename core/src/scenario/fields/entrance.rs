//! The parts that say what stands between clients and routers, and how batches come about, as text.

use super::{optional, wrong};
use crate::decimal;
use crate::replica::Gather;
use crate::scenario::above::Above;
use crate::scenario::entrance::{ClassShare, Entrance, TenantShare};
use crate::scenario::{Scenario, ScenarioError};

pub(super) fn connections(s: &Scenario) -> String {
    optional(s.entrance.connections)
}

pub(super) fn set_connections(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.entrance.connections = match v {
        "" => None,
        v => Some(Entrance::parse_connections(v)?),
    };
    Ok(())
}

pub(super) fn endpoint(s: &Scenario) -> String {
    optional(s.entrance.endpoint)
}

pub(super) fn set_endpoint(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.entrance.endpoint = match v {
        "" => None,
        v => Some(Entrance::parse_endpoint(v)?),
    };
    Ok(())
}

pub(super) fn queue(s: &Scenario) -> String {
    optional(s.entrance.queue)
}

pub(super) fn set_queue(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.entrance.queue = match v {
        "" => None,
        v => Some(Entrance::parse_queue(v)?),
    };
    Ok(())
}

pub(super) fn hold(s: &Scenario) -> String {
    s.entrance.hold.to_string()
}

pub(super) fn set_hold(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.entrance.hold = Entrance::parse_hold(v)?;
    Ok(())
}

pub(super) fn order(s: &Scenario) -> String {
    s.entrance.order.name().to_owned()
}

pub(super) fn set_order(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.entrance.order = Entrance::parse_order(v)?;
    Ok(())
}

pub(super) fn shed(s: &Scenario) -> String {
    optional(s.entrance.shed)
}

pub(super) fn set_shed(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    let (sign, digits) = match v.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, v),
    };
    let number = decimal::whole(digits).filter(|number| *number <= 1_000_000);
    s.entrance.shed = match number {
        _ if v.is_empty() => None,
        Some(number) => Some(sign * number as i32),
        None => {
            let wanted = "a priority, a whole number from -1,000,000 to 1,000,000";
            return Err(wrong("shed", v, wanted));
        }
    };
    Ok(())
}

fn joined<T: ToString>(all: &[T]) -> String {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    all.join(",")
}

pub(super) fn tenants(s: &Scenario) -> String {
    joined(&s.entrance.tenants)
}

pub(super) fn set_tenants(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.entrance.tenants = TenantShare::parse_list(v)?;
    Ok(())
}

pub(super) fn classes(s: &Scenario) -> String {
    joined(&s.entrance.classes)
}

pub(super) fn set_classes(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.entrance.classes = ClassShare::parse_list(v)?;
    Ok(())
}

pub(super) fn batching(s: &Scenario) -> String {
    s.gather.map_or_else(
        || "continuous".to_owned(),
        |Gather { most, wait }| format!("static:{most},{}ms", wait.millis()),
    )
}

pub(super) fn set_batching(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.gather = Entrance::parse_batching(v)?;
    Ok(())
}

pub(super) fn prompts(s: &Scenario) -> String {
    optional(s.above.prompts)
}

pub(super) fn set_prompts(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.above.prompts = match v {
        "" => None,
        v => Some(Above::parse_prompts(v)?),
    };
    Ok(())
}

pub(super) fn price(s: &Scenario) -> String {
    s.above.price.to_string()
}

pub(super) fn set_price(s: &mut Scenario, v: &str) -> Result<(), ScenarioError> {
    s.above.price = Above::parse_price(v)?;
    Ok(())
}
