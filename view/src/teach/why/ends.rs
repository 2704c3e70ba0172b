//! What each parameter of the most compared policies does, and what goes wrong if it is very small or very large.

use warmpath_core::router::{POLICIES, Parameter};

/// A parameter of a policy, with what goes wrong at both ends of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The name of the policy.
    pub policy: &'static str,
    /// The name of the parameter.
    pub name: &'static str,
    /// What goes wrong if it is very small.
    pub small: &'static str,
    /// What goes wrong if it is very large.
    pub large: &'static str,
}

/// The most compared policies, and when each goes wrong whatever its parameters are.
pub const POLICY_ENDS: [(&str, &str); 5] = [
    (
        "round-robin",
        "It has no parameter to set: each replica has its turn, so all have as many requests. It looks neither at queues nor at caches, \
         and where one request takes longer than another, it sends to replicas that are still busy while others idle.",
    ),
    (
        "least-load",
        "It has no parameter to set. Where long beginnings are shared and one cache cannot hold them all, it computes them again and \
         again, everywhere.",
    ),
    (
        "chwbl",
        "It looks at the beginning of the first user message and at nothing else. Where all messages begin alike, they all hash to one \
         point, and only the bound on active requests moves them on; where none do, it spreads them by chance.",
    ),
    (
        "smart",
        "It believes what replicas tell it of their caches. Where that comes late or is lost, it sends requests to caches that are \
         no longer warm; and where one beginning is shared by all, it prefers whoever had it first.",
    ),
    (
        "cache-aware",
        "It remembers what it sent where and is not told of evictions. With small caches it believes in prefixes long gone.",
    ),
];

const fn ends(
    policy: &'static str,
    name: &'static str,
    small: &'static str,
    large: &'static str,
) -> Ends {
    Ends {
        policy,
        name,
        small,
        large,
    }
}

/// Every parameter of these policies.
#[rustfmt::skip]
pub static ENDS: &[Ends] = &[
    ends("chwbl", "load_factor",
        "At 1 nobody may have more than the mean: nearly every second request is sent on to the next point of the ring, and prefixes are spread after all.",
        "There is no bound any more: a beginning that everybody uses fills one replica's queue while the others idle."),
    ends("chwbl", "replication",
        "With one point per replica some own a large part of the ring and others hardly any, so shares are uneven by chance.",
        "Shares are even, and more points gain nothing further; the ring takes memory, and each change of the fleet more work."),
    ends("chwbl", "chars",
        "Messages that begin with the same letter go together, whatever they are about: a few replicas get nearly all.",
        "Characters are hashed that differ from one request to the next, so requests that share a shorter beginning part ways."),
    ends("smart", "kv_overlap_weight",
        "At 0 caches count for nothing, and only load decides, as in least-load.",
        "Active requests count for nothing beside a warm block: requests queue at one warm replica while cold ones idle."),
    ends("smart", "load_balance_weight",
        "At 0 a queue costs nothing: whoever is warmest gets everything.",
        "One request more outweighs any cache: that is least-load, with more to compute."),
    ends("cache-aware", "threshold",
        "Any match counts as long, even that of a system prompt which every replica holds; who has it attracts everybody.",
        "At 1 nearly no prompt matches far enough, and active requests alone decide."),
    ends("cache-aware", "balance_abs",
        "A warm replica is given up at the first request above the mean, as far as balance_rel allows, and prefixes are spread.",
        "It is never given up, and its queue grows as long as it stays the warmest."),
    ends("cache-aware", "balance_rel",
        "At 1 the mean itself is the bound, so only balance_abs keeps a request at its warm replica.",
        "Several times the mean is still allowed: the same as a very large balance_abs."),
    ends("cache-aware", "report_s",
        "At 0 engines report nothing, and the router goes by what it has sent itself. Short but above 0, reports are fresh and many.",
        "Reports are old when they are used: the router goes by queues that have changed since."),
    ends("cache-aware", "kv_weight",
        "At 0 a nearly full cache counts like an empty one, and requests are sent to where there is no room for them.",
        "Full caches are avoided, and those are the warm ones: it works against the policy's own aim."),
    ends("cache-aware", "overload_waiting",
        "At 1 a replica is left out as soon as one request waits there; under load that is nearly all of them.",
        "Nobody is ever left out, however many wait."),
    ends("cache-aware", "overload_kv",
        "At 0 whoever holds anything is left out: a warm cache counts as overload.",
        "Above 1 nobody is left out, and a full cache makes requests wait or be preempted."),
    ends("cache-aware", "kv_spread",
        "At 0 any difference between the fullest and the emptiest cache turns affinity off, and there is always one.",
        "At 1 it is off, and a full cache gets more as long as its prefixes match."),
    ends("cache-aware", "kv_ceiling",
        "At 0 affinity is off as soon as anything is cached anywhere.",
        "At 1 it is off: the fullest cache may fill up."),
];

/// A parameter as `core` describes it.
pub fn parameter(of: &Ends) -> Option<&'static Parameter> {
    let policy = POLICIES.iter().find(|it| it.name == of.policy)?;
    policy.parameters.iter().find(|it| it.name == of.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_of_these_policies_is_told_once_and_no_other() {
        let explained: Vec<(&str, &str)> = ENDS.iter().map(|it| (it.policy, it.name)).collect();
        let mut there = Vec::new();
        for (name, _) in POLICY_ENDS {
            let policy = POLICIES.iter().find(|it| it.name == name);
            let parameters = policy.expect("a policy").parameters.iter();
            there.extend(parameters.map(|it| (name, it.name)));
        }
        assert_eq!(explained, there);
        assert!(ENDS.iter().all(|it| parameter(it).is_some()));
    }
}
