//! How many connections the server takes: uvicorn's concurrency limit, and the kernel's backlog before it.
//!
//! A request has a connection from when it comes until its answer has left. Left out: idle connections that a client keeps
//! open, which uvicorn counts too; and the time that a turn of the event loop takes. A turn accepts all connections that came
//! at one moment, so the backlog holds only those.

use crate::scenario::entrance;
use crate::units::{Map, VirtualTime};

/// When a lost first packet is sent again, after it was sent first \[ns\]. Linux waits 1 s (`TCP_TIMEOUT_INIT`) for each of
/// the first four (Documentation/networking/ip-sysctl.rst, `tcp_syn_linear_timeouts`); older kernels doubled the wait each
/// time.
const AGAIN: [u64; 4] = [1_000_000_000, 2_000_000_000, 3_000_000_000, 4_000_000_000];
/// How long a client tries to connect \[ns\] (encode/httpx httpx/_config.py@ae1b9f6, 0.28.1).
const PATIENCE: u64 = 5_000_000_000;

/// What an attempt to connect leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectResult {
    /// A connection is opened, and the request goes on.
    Open,
    /// A connection is opened, and the request is answered 503.
    Full,
    /// Its first packet is lost; it is sent again at this time, or the client has given up by then.
    Dropped(VirtualTime),
    /// The client has given up trying to connect.
    GivenUp,
}

/// The server's connections, and the packets that were lost before it.
#[derive(Clone)]
pub(in crate::fleet) struct Connections {
    config: entrance::Connections,
    /// The moment of the last arrival, and how many there were at that moment.
    moment: (VirtualTime, u32),
    /// The requests whose first packet was lost: when it was sent first, and how often it was lost.
    lost: Map<u32, (VirtualTime, u8)>,
}

impl Connections {
    /// A server with no connection open.
    pub(in crate::fleet) fn new(config: entrance::Connections) -> Self {
        Self {
            config,
            moment: (VirtualTime::NEVER, 0),
            lost: Map::default(),
        }
    }

    /// Decides on an attempt to connect while this many connections are open.
    pub(super) fn arrives(&mut self, request: u32, now: VirtualTime, open: u32) -> ConnectResult {
        let before = self.lost.remove(&request);
        if let Some((since, _)) = before
            && now.since(since).0 >= PATIENCE
        {
            return ConnectResult::GivenUp;
        }
        self.moment = match self.moment {
            (at, here) if at == now => (now, here.saturating_add(1)),
            _ => (now, 1),
        };
        if self.moment.1 > self.config.backlog {
            let (since, times) = before.unwrap_or((now, 0));
            let after = AGAIN.get(usize::from(times)).copied().unwrap_or(PATIENCE);
            self.lost.insert(request, (since, times + 1));
            return ConnectResult::Dropped(VirtualTime(since.0 + after));
        }
        // The connection that asks is open too.
        match open + 1 >= self.config.limit {
            true => ConnectResult::Full,
            false => ConnectResult::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: f64) -> VirtualTime {
        VirtualTime::from_secs(s)
    }

    /// By hand: a limit of 1,000 serves 999 at a time, as uvicorn counts the connection that asks.
    #[test]
    fn one_less_than_the_limit_is_served() {
        let (limit, backlog) = (1000, 2048);
        let mut it = Connections::new(entrance::Connections { limit, backlog });
        assert_eq!(it.arrives(0, at(0.0), 998), ConnectResult::Open);
        assert_eq!(it.arrives(1, at(0.0), 999), ConnectResult::Full);
    }

    /// By hand: with a backlog of 1 the second of a moment is sent again 1, 2, 3 and 4 s later, and given up after 5 s.
    #[test]
    fn what_the_backlog_drops_comes_again() {
        let (limit, backlog) = (1000, 1);
        let mut it = Connections::new(entrance::Connections { limit, backlog });
        assert_eq!(it.arrives(0, at(2.0), 0), ConnectResult::Open);
        assert_eq!(it.arrives(1, at(2.0), 1), ConnectResult::Dropped(at(3.0)));
        for (other, again) in [(2, 3.0), (3, 4.0), (4, 5.0), (5, 6.0)] {
            assert_eq!(it.arrives(other, at(again), 1), ConnectResult::Open);
            let next = ConnectResult::Dropped(at(again + 1.0));
            assert_eq!(it.arrives(1, at(again), 2), next);
        }
        assert_eq!(it.arrives(1, at(7.0), 3), ConnectResult::GivenUp);
        // The next attempt of that request begins anew; alone at its moment, it gets in.
        assert_eq!(it.arrives(1, at(8.0), 3), ConnectResult::Open);
    }
}
