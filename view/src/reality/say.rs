//! The comparison in words.

use super::{Reality, WhatIf, gain, value};
use crate::format::{self, GAP};
use crate::say::{Said, Tone};
use warmpath_core::reference::verdict;

fn times(x: f64) -> String {
    format!("{}{GAP}times", format::significant(x, 2))
}

/// How near the model comes, all in all.
pub fn score(reality: &Reality) -> Said {
    let verdict = verdict(&reality.rows());
    let of =
        |(near, all): (usize, usize), what: &str| (Tone::Strong, format!("{near} of {all} {what}"));
    let mut said = vec![
        of(verdict.rates, "rates and durations"),
        (Tone::Plain, format!(" come within 5{GAP}%, ")),
        of(verdict.middles, "means and medians"),
        (Tone::Plain, format!(" within 15{GAP}%, ")),
        of(verdict.tails, "P99"),
        (
            Tone::Plain,
            format!(
                " within 30{GAP}% (P99 TTFT with prefix routing, which hangs on the ring's luck, within a factor of two)."
            ),
        ),
    ];
    if let Some(ratio) = verdict.ratios.first() {
        said.push((
            Tone::Plain,
            format!(
                " At {} at once, prefix routing brought the mean first token {} sooner; here it does {}.",
                format::count(u64::from(ratio.concurrency)),
                times(ratio.measured),
                times(ratio.simulated)
            ),
        ));
    }
    said
}

/// Why least-load loses on this workload, from the run's own figures.
pub fn why(reality: &Reality) -> Said {
    let Some(figures) = reality.levels.first() else {
        return Said::new();
    };
    let share = |policy, key| format::share(value(figures, policy, key));
    vec![
        (Tone::Plain, "Why least-load loses: it found ".to_owned()),
        (Tone::Strong, share(0, "cache_hit_rate")),
        (
            Tone::Plain,
            " of all prompt blocks where it sent them. Another ".to_owned(),
        ),
        (Tone::Strong, share(0, "lost_elsewhere")),
        (
            Tone::Plain,
            " lay warm on another replica: eight caches each try to hold every conversation, and none has the room. With \
             prefix routing each holds its own eighth, and "
                .to_owned(),
        ),
        (Tone::Warm, share(1, "cache_hit_rate")),
        (Tone::Plain, " is found.".to_owned()),
    ]
}

/// What a change does; empty before it has been run.
pub fn what_if(reality: &Reality, what: WhatIf) -> Said {
    let (Some(base), Some(now)) = (reality.base(what), reality.changed(what)) else {
        return Said::new();
    };
    let ttft = |figures, policy| format::millis(value(figures, policy, "mean_ttft_ms"));
    let reuse = |figures, policy| format::share(value(figures, policy, "token_reuse_rate"));
    let mut said = vec![(
        Tone::Plain,
        format!(
            "Without prefix routing the mean first token goes from {} to ",
            ttft(base, 0)
        ),
    )];
    let mut say = |tone, text: String| said.push((tone, text));
    say(Tone::Strong, ttft(now, 0));
    say(Tone::Plain, format!(", with it from {} to ", ttft(base, 1)));
    say(Tone::Strong, ttft(now, 1));
    say(
        Tone::Plain,
        format!(": the gain shrinks from {} to ", times(gain(base))),
    );
    say(Tone::Warm, times(gain(now)));
    say(
        Tone::Plain,
        match what {
            WhatIf::FreeClient => ". The short wait with prefix routing was the client's doing as well: it could not send \
                                   fast enough to make the GPUs queue. The throughput is the fairer measure."
                .to_owned(),
            WhatIf::SmallTokens => format!(
                ". Everybody's cache holds nearly everything now: least-load reuses {}, not {}. Prefix routing helps where \
                 what is shared does not fit everywhere, and hardly where it does.",
                reuse(now, 0),
                reuse(base, 0)
            ),
        },
    );
    said
}
