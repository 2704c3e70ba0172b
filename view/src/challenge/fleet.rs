//! The challenges about a fleet's life: replicas that die, come and go, and requests that wait in front of them.

use super::table::condition;
use super::{Challenge, Condition, PolicyRun};
use crate::format::{self, GAP};
use warmpath_core::metrics::{GroupFigures, LifeFigures, PLACES, ScalingFigures};

pub(super) const SURVIVE: Challenge = Challenge {
    id: "survive",
    title: "Survive a kill: nobody refused, 99 of 100 within 5\u{a0}s",
    goal: "A replica dies after 30\u{a0}s. The answers that it was giving are lost, but no request may fail besides, and 99 of 100 of those \
           answered must have their first token within 5\u{a0}s. The four GPUs and the work stay.",
    limit: "Why 5\u{a0}s: it is P99 TTFT, so only one in a hundred of those answered may wait longer. The start fails 80 requests and has 20.6\u{a0}s; a solution fails none and has 4.64\u{a0}s.",
    hints: [
        "Two things cost here: how long the router goes on sending to the dead, and who is left with its cache. The first is a \
           matter of health checks, retries or breakers, the second of the policy.",
        "Let the router hear within seconds that a replica is dead, and choose a policy by which the others soon have what it held.",
        "Set “How routers learn” to ray, and the policy to cache-aware.",
    ],
    start: "v=2&w=rag&n=300&rate=3&ev=30s:kill%3D1&p=least-load",
    free: Some(&[
        "policy",
        "seed",
        "health",
        "router-retries",
        "client-retries",
        "breaker",
    ]),
};

pub(super) const STORM: Challenge = Challenge {
    id: "storm",
    title: "Break the retry storm",
    goal: "A replica dies for good. Chwbl, whose router tries three times more and by the same rule asks the dead replica again, makes 675 \
           attempts of 300 requests. Serve them in at most 310 attempts with the same policy, and let none fail but those whose answer was cut off.",
    limit: "Why 310: 300 requests, each tried once, and ten tries more. The start makes 675 attempts and fails 28; a solution makes 300 and fails none.",
    hints: [
        "Fewer tries alone leave people without an answer. Who should notice that one replica fails every time?",
        "A circuit breaker leaves a replica alone that has failed several times in a row, whatever the policy would choose.",
        "Set “Circuit breaker” to seed, and leave the tries as they are.",
    ],
    start: "v=2&w=rag&n=300&rate=3&ev=30s:kill%3D1%2Fstay&health=kubeai&p=chwbl",
    free: Some(&[
        "seed",
        "health",
        "router-retries",
        "client-retries",
        "breaker",
    ]),
};

pub(super) const DEAD: Challenge = Challenge {
    id: "dead",
    title: "Find the router that talks to the dead",
    goal: "Here the router leaves a dead replica alone almost at once. Find a policy, and whose health checks go with it, that sends it \
           at least 400 of its attempts.",
    limit: "Why 400: as many as a good router makes in all, one for each of the 400 requests. The start sends the dead replica 0, least-load with Kubernetes' health checks 274, a solution 660.",
    hints: [
        "A policy that goes by what a prompt begins with chooses the same replica again; and who retries at once asks it again.",
        "The policy that hashes how prompts begin is one; what goes with it is what its own product does to notice the dead.",
        "Take chwbl, and set “How routers learn” to kubeai.",
    ],
    // Not the workload of the challenge before it: the start of that one would solve this one.
    start: "v=2&w=rag&n=400&ev=30s:kill%3D1%2Fstay&health=dynamo&p=smart",
    free: Some(&["policy", "seed", "health"]),
};

pub(super) const CASCADE: Challenge = Challenge {
    id: "cascade",
    title: "Stop the cascade 2, 4, 8, 16",
    goal: "This autoscaler doubles the fleet three times before the first new replica is ready, up to 16. Serve the same 1,200 requests with at \
           most 8 replicas paid at a time, and, of the 400\u{a0}s in which they are sent, with P95 TTFT above 2\u{a0}s for no longer than 330\u{a0}s.",
    limit: "Why 8 and 330\u{a0}s: half the replicas, for somewhat more waiting. The start pays 16 and is above 2\u{a0}s for 225\u{a0}s; a solution pays 8 and is above it for 315\u{a0}s.",
    hints: [
        "Waiting requests say how much is behind, not how much is missing: while a replica comes up they keep growing. What does \
           not?",
        "Either count what does not grow while a replica comes up, or let the autoscaler have fewer to start.",
        "Leave waiting=3 as it is, and write max=8.",
    ],
    start: "v=2&w=rag:contexts%3D40;questions%3D40&n=1200&r=2&rate=3&scale=hpa:waiting%3D3;max%3D16;start%3D120&p=smart",
    free: Some(&["autoscale", "seed"]),
};

pub(super) const ZERO: Challenge = Challenge {
    id: "zero",
    title: "Scale to zero without a refusal",
    goal: "Sixty requests, one every 100\u{a0}s. KEDA, which starts and stops replicas by how many requests wait, takes the fleet to zero between them, and half are refused (status 503: nobody is there to answer). Let it still go to zero, \
           and let everybody have a whole answer.",
    limit: "Why everybody: each has the fleet for itself, so nobody need be refused. The start leaves 30 without an answer, a solution 0.",
    hints: [
        "Somebody has to hold a request until a replica is there. Which products do?",
        "KEDA by itself leaves nobody who would hold a request while nothing runs. A product whose proxy counts requests can.",
        "Set “Autoscaler” to kubeai:inflight=10;window=60.",
    ],
    start: "v=2&w=rag:contexts%3D4;questions%3D15&r=1&rate=0.01&scale=keda:cooldown%3D60&p=smart",
    free: Some(&[
        "autoscale",
        "seed",
        "health",
        "client-retries",
        "router-retries",
    ]),
};

pub(super) const CHAT: Challenge = Challenge {
    id: "chat",
    title: "Keep chat fast beside batch",
    goal: "Three in ten are chats, the others a batch that nobody waits for, and together they are more than the fleet serves. Bring \
           the chats' P95 TTFT below 5\u{a0}s with the same replicas and policy, and answer everything.",
    limit: "Why 5\u{a0}s: 95 of 100 chats must have their first token by then. The start has 10.4\u{a0}s, a solution 4.90\u{a0}s.",
    hints: [
        "Once it is at a replica, a batch request is in nobody's way any more, and nobody can overtake it. Where can one be \
           overtaken?",
        "Only in a line before the replicas can one be let past others: let few be active at once, and serve the line by class.",
        "Set “Active, at most” to 48, “Waiting line” to 1000/none, and “Who goes first” to priority.",
    ],
    start: "v=2&w=rag:contexts%3D40;questions%3D20&r=6&rate=6&classes=chat:0.3:0:2s,batch:0.7:9&p=smart",
    free: Some(&["in-flight-limit", "queue", "hold", "order", "shed", "seed"]),
};

/// The side with the smallest value of `of`, with what befell its fleet.
fn least<'a>(
    sides: &'a [PolicyRun<'_>],
    of: impl Fn(&LifeFigures) -> u64,
) -> Option<(&'a PolicyRun<'a>, &'a LifeFigures)> {
    let lives = sides
        .iter()
        .filter_map(|side| Some((side, side.summary.life.as_ref()?)));
    lives.min_by_key(|(_, life)| of(life))
}

fn needs_events() -> Vec<Condition> {
    vec![condition(
        false,
        "something that happens to the fleet (an event, under Events)".to_owned(),
    )]
}

/// Whether no request failed or was turned away; those cut off in the middle are not counted.
fn none_fails(side: &PolicyRun<'_>, life: &LifeFigures) -> Condition {
    let [_, rejected, failed, _, pending] = life.outcomes;
    let unanswered = rejected + failed + pending;
    condition(
        unanswered == 0,
        format!(
            "under {} no request fails: {}",
            side.policy.text,
            format::count(unanswered)
        ),
    )
}

pub(super) fn survive(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let Some((side, life)) = least(sides, |life| life.outcomes[1] + life.outcomes[2]) else {
        return needs_events();
    };
    let p99 = side.value(PLACES.p99_ttft_ms);
    vec![
        none_fails(side, life),
        condition(
            p99 < 5_000.0,
            format!("99 of 100 within 5{GAP}s: {}", format::millis(p99)),
        ),
    ]
}

pub(super) fn storm(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let Some((side, life)) = least(sides, |life| life.attempts) else {
        return needs_events();
    };
    vec![
        condition(
            life.attempts <= 310,
            format!("at most 310 attempts: {}", format::count(life.attempts)),
        ),
        none_fails(side, life),
    ]
}

pub(super) fn dead(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let lives = sides
        .iter()
        .filter_map(|side| Some((side, side.summary.life.as_ref()?)));
    let Some((side, life)) = lives.max_by_key(|(_, life)| life.sent_to_dead) else {
        return needs_events();
    };
    vec![condition(
        life.sent_to_dead >= 400,
        format!(
            "at least 400 attempts sent to the dead: {} by {}",
            format::count(life.sent_to_dead),
            side.policy.text
        ),
    )]
}

/// The first side, with the figures of its fleet's size.
fn scaling<'a>(
    sides: &'a [PolicyRun<'_>],
) -> Result<(&'a PolicyRun<'a>, &'a ScalingFigures), Vec<Condition>> {
    let first = sides.first();
    let scaling = first.and_then(|side| Some((side, side.summary.scaling.as_ref()?)));
    scaling.ok_or_else(|| {
        vec![condition(
            false,
            "a fleet that an autoscaler changes".to_owned(),
        )]
    })
}

/// The condition that every request got a whole answer.
fn all_answered(side: &PolicyRun<'_>) -> Condition {
    let unanswered = side.unanswered();
    condition(
        unanswered == 0,
        format!(
            "everybody gets a whole answer: {} without one",
            format::count(unanswered)
        ),
    )
}

pub(super) fn cascade(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let (side, scaling) = match scaling(sides) {
        Ok(there) => there,
        Err(missing) => return missing,
    };
    vec![
        condition(
            scaling.most <= 8,
            format!("at most 8 replicas paid at a time: {}", scaling.most),
        ),
        condition(
            scaling.above_goal_s <= 330.0,
            format!(
                "P95 TTFT above 2{GAP}s for at most 330{GAP}s of those in which requests are sent: {}",
                format::seconds(scaling.above_goal_s)
            ),
        ),
        all_answered(side),
    ]
}

pub(super) fn zero(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let (side, scaling) = match scaling(sides) {
        Ok(there) => there,
        Err(missing) => return missing,
    };
    vec![
        condition(
            scaling.fewest == 0,
            format!("the fleet goes to zero: {} at least", scaling.fewest),
        ),
        all_answered(side),
    ]
}

pub(super) fn chat(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let class = |side: &PolicyRun<'_>| -> Option<GroupFigures> {
        let line = side.summary.line.as_ref()?;
        line.classes.iter().find(|it| it.name == "chat").cloned()
    };
    let first = sides.first().and_then(|side| Some((side, class(side)?)));
    let Some((side, chat)) = first else {
        return vec![condition(false, "a class that is called chat".to_owned())];
    };
    let p95 = chat.ttft_ms[2];
    vec![
        condition(
            p95 < 5_000.0,
            format!(
                "P95 TTFT of the chats below 5{GAP}s: {}",
                format::millis(p95)
            ),
        ),
        all_answered(side),
    ]
}
