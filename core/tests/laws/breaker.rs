//! I-37: a replica whose breaker is open at a router gets nothing from that router until the breaker's time is over.

use std::collections::BTreeMap;

use warmpath_core::fleet::{Run, What};

use super::whole::Ready;

/// A router that begins anew has no open breaker.
pub(crate) fn keeps_requests_away(ready: &Ready, run: &Run) -> Result<(), String> {
    let rule = ready.scenario.troubles.breaker();
    let mut until = BTreeMap::new();
    for fact in run.log.as_deref().unwrap_or_default() {
        match fact.what {
            What::BreakerOpened { router, replica } => {
                until.insert((router, replica), fact.at + rule.open);
            }
            What::Event {
                whom, router: true, ..
            } => until.retain(|&(router, _), _| u16::from(router) != whom),
            What::Routed {
                request,
                replica,
                router,
                ..
            } => {
                let open = until.get(&(router, replica)).filter(|&&it| fact.at < it);
                if let Some(open) = open {
                    return Err(format!(
                        "request {request} goes to replica {replica} at {:?}, whose breaker at router {router} is open until {open:?}",
                        fact.at
                    ));
                }
            }
            _ => {}
        }
    }
    Ok(())
}
