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
        "At 1 nobody may have more than the mean: many requests are sent on to the next point of the ring, and prefixes are spread after all.",
        "There is no bound any more: where many requests begin with the same user message, one replica's queue grows while others idle."),
    ends("chwbl", "replication",
        "With one point per replica some own a large part of the ring and others hardly any, so shares are uneven by chance.",
        "The shares of the ring are even, and more points gain nothing further; the ring takes memory, and each change of the fleet more work."),
    ends("chwbl", "chars",
        "Of workloads with texts, messages that begin with the same letter go together, whatever they are about, as far as load_factor lets them.",
        "Of workloads with texts, characters are hashed that differ from one request to the next, so requests that share a shorter beginning part ways."),
    ends("smart", "kv_overlap_weight",
        "At 0 caches count for nothing, and only load decides, as in least-load.",
        "Active requests count for nothing beside a warm block: where all share a beginning, they queue at one replica while the others idle."),
    ends("smart", "load_balance_weight",
        "At 0 a queue costs nothing: whoever is warmest gets everything.",
        "One request more outweighs any cache: that is least-load, and caches decide only between replicas with as many."),
    ends("cache-aware", "threshold",
        "Any match counts as long, even that of a short system prompt: a new question goes to a replica that holds it, and not to the least loaded of all.",
        "At 1 nearly no prompt matches far enough, and active requests alone decide."),
    ends("cache-aware", "balance_abs",
        "At 0 balance_rel alone decides: a warm replica is passed over as soon as it has more than that many times the mean.",
        "From two standard deviations (twice the root of the mean, and at least 4) on it changes nothing: the smaller of the two is the margin."),
    ends("cache-aware", "balance_rel",
        "At 1 the mean itself is the bound, so the margin of balance_abs decides alone.",
        "A warm replica is not passed over for its active requests, however many: its queue grows as long as it stays the warmest."),
    ends("cache-aware", "report_s",
        "At 0 engines report nothing, and the router goes by what it has sent itself. Short but above 0, reports are fresh and many.",
        "Reports are old when they are used: the router goes by queues that have changed since. Until the first one it goes by what it has sent itself."),
    ends("cache-aware", "kv_weight",
        "At 0 a pool that active requests nearly fill counts like an empty one, and requests may be sent to where there is no room for them.",
        "Active requests count for nothing: of the replicas in question, the one whose pool was last reported the emptiest gets them all until the next report."),
    ends("cache-aware", "overload_waiting",
        "At 1 a replica is left out as soon as it reports one request waiting. Where all do, nobody is left out.",
        "Nobody is left out for waiting requests, however many there are."),
    ends("cache-aware", "overload_kv",
        "At 0 every replica counts as overloaded, and where all are, nobody is left out: overload_waiting has no effect either.",
        "Above 1 nobody is left out for a full pool, in which requests may have to wait or be preempted."),
    ends("cache-aware", "kv_spread",
        "At 0 any difference in how much of their pools active requests use turns affinity off; under load there nearly always is one.",
        "At 1 it is off, and a full pool gets more as long as its prefixes match."),
    ends("cache-aware", "kv_ceiling",
        "At 0 affinity is off while any replica reports that active requests use its pool; what is only cached does not count.",
        "At 1 it is off: the fullest pool may fill up."),
];

/// A parameter as `core` describes it.
pub fn parameter(of: &Ends) -> Option<&'static Parameter> {
    let policy = POLICIES.iter().find(|it| it.name == of.policy)?;
    policy.parameters.iter().find(|it| it.name == of.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The replica of each request under a policy.
    fn choices(workload: &str, policy: &str) -> Vec<u16> {
        let policy = policy.replace('=', "%3D");
        let replay = crate::trial::run(&format!("v=2&w={workload}&p={policy}"));
        replay.runs()[0]
            .records
            .iter()
            .map(|it| it.replica)
            .collect()
    }

    /// What is said of an end holds in a run: that it changes nothing, that it is like something else, or that one gets all.
    #[test]
    fn what_is_said_of_the_ends_is_what_they_do() {
        let said = |policy: &str, name: &str, what: &str| {
            let ends = ENDS
                .iter()
                .find(|it| (it.policy, it.name) == (policy, name));
            let ends = ends.expect("it is told");
            let told = ends.small.contains(what) || ends.large.contains(what);
            assert!(told, "{what} in {ends:?}");
        };
        let rag = |policy: &str| choices("rag&n=300&rate=4", policy);
        let same = |a: &str, b: &str| assert_eq!(rag(a), rag(b), "{a} and {b}");
        let differ = |a: &str, b: &str| assert_ne!(rag(a), rag(b), "{a} and {b}");
        said("cache-aware", "balance_abs", "it changes nothing");
        same("cache-aware", "cache-aware:balance_abs=1000000");
        differ("cache-aware", "cache-aware:balance_abs=0");
        said(
            "cache-aware",
            "balance_rel",
            "is not passed over for its active requests",
        );
        differ("cache-aware", "cache-aware:balance_rel=1000000");
        said(
            "cache-aware",
            "overload_kv",
            "overload_waiting has no effect either",
        );
        same(
            "cache-aware:overload_kv=0;overload_waiting=1",
            "cache-aware:overload_kv=2;overload_waiting=1000000",
        );
        differ(
            "cache-aware:overload_kv=2;overload_waiting=1",
            "cache-aware",
        );
        // What is cached stays when its requests have ended, what is in use does not: alone, each finds affinity on.
        said(
            "cache-aware",
            "kv_ceiling",
            "what is only cached does not count",
        );
        let alone = |policy: &str| choices("rag&n=60&rate=0.02&arr=constant", policy);
        let reports = "cache-aware:report_s=1";
        assert_eq!(alone(reports), alone(&format!("{reports};kv_ceiling=0")));
        assert_ne!(alone(reports), alone("cache-aware:threshold=1"));
        said("smart", "kv_overlap_weight", "they queue at one replica");
        for end in ["kv_overlap_weight=1000", "load_balance_weight=0"] {
            let all = choices("shared-system&n=200&rate=8", &format!("smart:{end}"));
            assert!(all.windows(2).all(|it| it[0] == it[1]), "{end}: {all:?}");
        }
    }

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
