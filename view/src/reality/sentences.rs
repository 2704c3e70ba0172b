//! Sentences on the comparison with the benchmark: how near the model comes, what it misses, and why policies differ. Every
//! number in them is taken from the rows or the runs.

use super::{POLICIES, PolicyFigures, Reality, WhatIf, gain, levels, named, value};
use crate::figure;
use crate::format::{self, GAP};
use crate::rich::{RichText, Tone, compose, plain_text};
use warmpath_core::metrics::{FIGURES, PLACES};
use warmpath_core::order;
use warmpath_core::reference::comparison::Compared;
use warmpath_core::reference::kubeai::{KEYS, PublishedRow, ROWS, Role, near, tolerance};
use warmpath_core::reference::{Cell, Ratio, verdict as judged};

/// A ratio with two significant digits, or from 99.5 on rounded to a whole number.
fn ratio(x: f64) -> String {
    match x < 99.5 {
        true => format::significant(x, 2),
        false => format::count(libm::round(x) as u64),
    }
}

fn times(x: f64) -> String {
    format!("{}{GAP}times", ratio(x))
}

/// A line with a number in it.
fn line(before: String, number: String, after: &str) -> RichText {
    vec![
        (Tone::Plain, before),
        (Tone::Strong, number),
        (Tone::Plain, after.to_owned()),
    ]
}

/// The line that stands for [`score`] while that is folded away; empty before the rows have been run.
pub fn score_in_brief(reality: &Reality) -> RichText {
    let predicted = with_roles(reality, &[Role::Predicted]);
    if predicted.is_empty() {
        return RichText::new();
    }
    let [near, all] = together(&predicted);
    let rows = format::word(predicted.len() as u32);
    line(
        format!("In the {rows} predicted rows "),
        format!("{near}\u{a0}of\u{a0}{all} figures"),
        " are near enough",
    )
}

/// The line that stands for [`twins`] while that is folded away; empty where there is nothing to explain.
pub fn twins_in_brief(reality: &Reality) -> RichText {
    let Some((_, number)) = twins(reality).into_iter().find(|it| it.0 == Tone::Strong) else {
        return RichText::new();
    };
    let [lower, upper] = levels()[..2] else {
        return RichText::new();
    };
    let [lower, upper] = [lower, upper].map(|level| format::count(level.into()));
    line(
        format!("Why the rows at {lower} and {upper} are equal: "),
        number.trim_end().to_owned(),
        "",
    )
}

/// The line that stands for [`why`] while that is folded away; empty before the rows have been run.
pub fn why_in_brief(reality: &Reality) -> RichText {
    let Some(figures) = reality.levels.first() else {
        return RichText::new();
    };
    let found = format::share(value(figures, 0, PLACES.cache_hit_rate));
    line(
        "Why least-load loses: it found ".to_owned(),
        found,
        " of all prompt blocks",
    )
}

/// How many figures of these rows are near enough, and how many there are.
fn together(rows: &[Compared]) -> [usize; 2] {
    let verdict = judged(rows);
    [verdict.rates, verdict.middles, verdict.tails]
        .into_iter()
        .fold([0, 0], |[near, all], it| [near + it.0, all + it.1])
}

/// How near the model comes to the rows known while it was made, and to the gain that they show, as the items of a list.
pub fn score(reality: &Reality) -> Vec<RichText> {
    let [predicted, fitted] =
        [Role::Predicted, Role::Fitted].map(|role| with_roles(reality, &[role]));
    let verdict = judged(&predicted);
    let within = |key| format!("{}{GAP}%", libm::round(tolerance(key) * 100.0));
    let of = |(near, all): (usize, usize), what| format!("*{near}\u{a0}of\u{a0}{all} {what}*");
    let rows = format::word(predicted.len() as u32);
    let (rates, rates_within) = (of(verdict.rates, "rates and durations"), within("duration"));
    let (middles, middles_within) = (
        of(verdict.middles, "means and medians"),
        within("mean_ttft_ms"),
    );
    let (tails, tails_within) = (of(verdict.tails, "P99"), within("p99_ttft_ms"));
    let sentence = format!(
        "Of the {rows} rows that were predicted while the model was built, {rates} come within {rates_within}, {middles} within \
         {middles_within}, {tails} within {tails_within}."
    );
    let mut items = vec![
        compose(&sentence, []),
        plain_text(
            "P99 TTFT with prefix routing counts as near within a factor of two: it depends on which conversations the hash ring puts together.",
        ),
        plain_text(beside(&fitted)),
    ];
    let verdict = judged(&known(reality));
    items.extend(verdict.ratios.first().map(|ratio| {
        plain_text(format!(
            "With {} requests at once, prefix routing brought the mean first token {} sooner as measured, and {} as simulated here.",
            format::count(u64::from(ratio.concurrency)),
            times(ratio.measured),
            times(ratio.simulated)
        ))
    }));
    items
}

/// Which of the page's ratios of mean times to first token is which: the one of the title, its simulated twin, and those with other
/// numbers of requests at once; empty before anything has been run.
pub fn gains(reality: &Reality) -> RichText {
    let mut ratios = judged(&reality.rows()).ratios;
    order::by(&mut ratios, |a, b| a.concurrency.cmp(&b.concurrency));
    let title = levels().first().copied();
    let Some(at) = ratios.iter().position(|it| Some(it.concurrency) == title) else {
        return RichText::new();
    };
    let title = ratios.remove(at);
    let all = |of: fn(&Ratio) -> String| {
        let all: Vec<String> = ratios.iter().map(of).collect();
        match all.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => all.concat(),
        }
    };
    let at_once = format::count(title.concurrency.into());
    let [measured, simulated] = [title.measured, title.simulated].map(times);
    let others = all(|it| format::count(it.concurrency.into()));
    let others_measured = all(|it| ratio(it.measured));
    let others_simulated = all(|it| ratio(it.simulated));
    let sentence = format!(
        "Which number is which: the two waits of the race, measured with {at_once} requests at once, are *{measured}* apart, the title's fifty. This page's simulator makes \
         it *{simulated}*. With {others} at once the queue is another, and so is the ratio: measured {others_measured}, simulated \
         {others_simulated} times."
    );
    compose(&sentence, [])
}

/// How near the model comes to the rows that it was fitted to, which proves less.
fn beside(fitted: &[Compared]) -> String {
    let [near, all] = together(fitted);
    format!(
        "Of the {} it was fitted to, {near}\u{a0}of\u{a0}{all} figures are within the same limits.",
        format::word(fitted.len() as u32)
    )
}

/// How near the model comes to the rows that were compared when it was finished, and the largest error among them; empty before
/// they have been run, and if all are near.
pub fn later(reality: &Reality) -> RichText {
    let rows = with_roles(reality, &[Role::Later]);
    let Some((row, worst)) = farthest(&rows) else {
        return RichText::new();
    };
    let verdict = judged(&rows);
    let of = |(near, all): (usize, usize)| format!("{near}\u{a0}of\u{a0}{all}");
    vec![
        (
            Tone::Plain,
            format!(
                "The {} other rows (those of routing by chance, and those with {} requests at once) were put beside the model when it was finished, and nothing was changed after. \
                 They are the sternest test, as no constant was fitted to them and no part of the model chosen for them: ",
                format::word(rows.len() as u32),
                format::count(
                    rows.iter()
                        .map(|it| it.0.concurrency)
                        .min()
                        .unwrap_or(0)
                        .into()
                )
            ),
        ),
        (
            Tone::Strong,
            format!(
                "{} rates, {} means and medians, {} P99",
                of(verdict.rates),
                of(verdict.middles),
                of(verdict.tails)
            ),
        ),
        (
            Tone::Plain,
            format!(
                " come as near; the farthest is {} under {} with {} requests at once ({}).",
                FIGURES[worst.figure].title,
                named(row.policy),
                format::count(row.concurrency.into()),
                format::delta(worst.simulated, worst.measured)
            ),
        ),
    ]
}

/// The line that stands for [`later`] while that is folded away; empty where there is nothing to say.
pub fn later_in_brief(reality: &Reality) -> RichText {
    let rows = with_roles(reality, &[Role::Later]);
    if later(reality).is_empty() {
        return RichText::new();
    }
    let [near, all] = together(&rows);
    line(
        format!("In the {} later rows ", format::word(rows.len() as u32)),
        format!("{near}\u{a0}of\u{a0}{all} figures"),
        " are near enough",
    )
}

/// The rows with these roles.
fn with_roles(reality: &Reality, roles: &[Role]) -> Vec<Compared> {
    let rows = reality.rows().into_iter();
    rows.filter(|it| roles.contains(&it.0.role)).collect()
}

/// The rows that were known while the model was made.
fn known(reality: &Reality) -> Vec<Compared> {
    with_roles(reality, &[Role::Fitted, Role::Predicted])
}

/// The line that stands for [`missed`] while that is folded away; empty where nothing is missed.
pub fn missed_in_brief(reality: &Reality) -> RichText {
    let known = known(reality);
    let Some((row, worst)) = farthest(&known) else {
        return RichText::new();
    };
    line(
        format!(
            "What misses most is {} at {}: ",
            FIGURES[worst.figure].title,
            format::count(row.concurrency.into())
        ),
        shown(worst, worst.simulated),
        &format!(", not {}", shown(worst, worst.measured)),
    )
}

/// A value of a figure with the figure's unit.
fn shown(of: &Cell, value: f64) -> String {
    figure::shown(&FIGURES[of.figure], value)
}

/// The figure that misses its row by most; `None` if all are near.
fn farthest(rows: &[Compared]) -> Option<(&PublishedRow, &Cell)> {
    let cells = rows
        .iter()
        .flat_map(|(row, cells)| cells.iter().map(move |cell| (row, cell)));
    cells
        .filter(|(row, cell)| !near(row, cell))
        .max_by(|a, b| a.1.error().abs().total_cmp(&b.1.error().abs()))
}

/// The figures of the rows known while the model was made that are not near, with the largest error of each, and why as far as that
/// is known; empty if all are near.
pub fn missed(reality: &Reality) -> RichText {
    let rows = known(reality);
    let cells = || {
        rows.iter()
            .flat_map(|(row, cells)| cells.iter().map(move |cell| (row, cell)))
    };
    let far = || cells().filter(|(row, cell)| !near(row, cell));
    let count = far().count();
    let Some((row, worst)) = farthest(&rows) else {
        return RichText::new();
    };
    let alike = far().all(|(other, cell)| other.policy == row.policy && cell.key() == worst.key());
    let which = match alike {
        true => format!(
            "{} under {}",
            FIGURES[worst.figure].title,
            named(row.policy)
        ),
        false => format!(
            "{} figures, most of all {} under {}",
            format::word(count as u32),
            FIGURES[worst.figure].title,
            named(row.policy)
        ),
    };
    let before = format!(
        "What misses is {which}: {} measured with {} requests at once, ",
        shown(worst, worst.measured),
        format::count(row.concurrency.into())
    );
    let mut sentence = " here".to_owned();
    if alike && worst.key() == "p99_itl_ms" {
        sentence += ", so the longest pauses inside an answer come out too short. KubeAI's hash ring placed conversations by its own \
                 luck and this one by another, and the longest pauses depend on that";
    }
    // The largest error among those that are only held to a factor of two.
    let wide = cells().filter(|(row, cell)| row.policy == "chwbl" && cell.key() == "p99_ttft_ms");
    if let Some((row, cell)) = wide.max_by(|a, b| a.1.error().abs().total_cmp(&b.1.error().abs())) {
        let (title, policy) = (FIGURES[cell.figure].title, named(row.policy));
        let at_once = format::count(row.concurrency.into());
        let [measured, simulated] = [cell.measured, cell.simulated].map(format::millis);
        let error = format::delta(cell.simulated, cell.measured);
        sentence += &format!(
            ". The weakest that counts as near by the factor of two is {title} under {policy} with {at_once} requests at once: \
             {measured} measured, {simulated} here ({error})"
        );
    }
    line(before, shown(worst, worst.simulated), &(sentence + "."))
}

/// Why two simulated rows with prefix routing are equal while the measured ones are not; empty if no two are.
pub fn twins(reality: &Reality) -> RichText {
    let chwbl = |at: usize| reality.levels.get(at)?.get(1);
    let levels = levels();
    let (Some(first), Some(second)) = (chwbl(0), chwbl(1)) else {
        return RichText::new();
    };
    let published = |at: usize, key: &str| {
        let mine = |row: &&PublishedRow| row.policy == POLICIES[1] && row.concurrency == levels[at];
        let row = ROWS.iter().find(mine);
        let place = KEYS.iter().position(|it| *it == key);
        row.zip(place)
            .map_or(f64::NAN, |(row, at)| row.measured[at])
    };
    let measured = |at: usize, key: &str| format::millis(published(at, key));
    if first != second {
        return RichText::new();
    }
    let [lower, upper] = [levels[0], levels[1]].map(|level| format::count(level.into()));
    let under_way = |at: usize| {
        let figures = &reality.levels[at];
        let [rate, seconds] =
            [PLACES.request_throughput, PLACES.mean_e2el_ms].map(|at| value(figures, 1, at));
        (rate, seconds / 1e3, rate * seconds / 1e3)
    };
    let (rate, seconds, count) = under_way(0);
    // The published table has no time of a whole request, so that is the time to the first token plus a TPOT for each after it.
    let rate_measured = published(0, "request_throughput");
    let tokens = published(0, "output_throughput") / rate_measured;
    let whole = published(0, "mean_ttft_ms") + published(0, "mean_tpot_ms") * (tokens - 1.0);
    let whole = whole / 1e3;
    let also = match (levels.get(3), levels.get(2)) {
        (Some(lower), Some(upper)) if chwbl(2).is_some() && chwbl(2) == chwbl(3) => format!(
            " (so are the two at {} and {}, in which requests are sent four times as fast)",
            format::count((*lower).into()),
            format::count((*upper).into())
        ),
        _ => String::new(),
    };
    vec![
        (
            Tone::Plain,
            format!(
                "Why the simulated rows at {lower} and {upper} are equal with prefix routing: {} answers a second that take {} \
                 each are ",
                format::figure(rate),
                format::seconds(seconds)
            ),
        ),
        (
            Tone::Strong,
            format!(
                "{} active requests",
                format::count(libm::round(count) as u64)
            ),
        ),
        (
            Tone::Plain,
            format!(
                " on average, so neither cap is ever reached, and both rows are one and the same run{also}. (The measured {} a second and {} \
                 each make {}.) The two measured rows are one experiment made twice: its mean first tokens after {} and {}, P99 {} and {}, show how much chance there is in it.",
                format::figure(rate_measured),
                format::seconds(whole),
                format::count(libm::round(rate_measured * whole) as u64),
                measured(0, "mean_ttft_ms"),
                measured(1, "mean_ttft_ms"),
                measured(0, "p99_ttft_ms"),
                measured(1, "p99_ttft_ms")
            ),
        ),
    ]
}

/// Why least-load loses on this workload, by the figures of its run.
pub fn why(reality: &Reality) -> RichText {
    let Some(figures) = reality.levels.first() else {
        return RichText::new();
    };
    let share = |policy, at| format::share(value(figures, policy, at));
    vec![
        (Tone::Plain, "Why least-load loses: it found ".to_owned()),
        (Tone::Strong, share(0, PLACES.cache_hit_rate)),
        (
            Tone::Plain,
            " of all prompt blocks where it sent them. Another ".to_owned(),
        ),
        (Tone::Strong, share(0, PLACES.lost_elsewhere)),
        (
            Tone::Plain,
            " lay warm on another replica: eight caches each try to hold every conversation, and none has the room; the rest had been \
             evicted everywhere or was new. With prefix routing each holds its own eighth, and "
                .to_owned(),
        ),
        (Tone::Warm, share(1, PLACES.cache_hit_rate)),
        (Tone::Plain, " of all blocks are found.".to_owned()),
    ]
}

/// What becomes of the gain in the benchmark with each of the changes, a sentence each; empty before they have been run.
pub fn twists(reality: &Reality) -> Vec<String> {
    let twist = |what: &WhatIf| {
        let (base, now) = (reality.base(*what)?, reality.changed(*what)?);
        let (base, now) = (times(gain(base)), times(gain(now)));
        let level = format::count(levels().get(what.level()).copied().unwrap_or(0).into());
        Some(match what {
            WhatIf::FreeClient => format!(
                "The gain shrinks from {base} to {now} if sending costs no time: with {level} requests at once, prefix routing's simulated \
                 mean first token came so early because the load generator held the requests back."
            ),
            WhatIf::SmallTokens => format!(
                "And it belongs to the cache that was too small: with room for twice as many tokens on each GPU, it comes not {base} but {now} \
                 sooner with {level} at once."
            ),
        })
    };
    WhatIf::ALL.iter().filter_map(twist).collect()
}

/// What a change does; empty before it has been run.
pub fn what_if(reality: &Reality, what: WhatIf) -> RichText {
    let (Some(base), Some(now)) = (reality.base(what), reality.changed(what)) else {
        return RichText::new();
    };
    let ttft = |figures, policy| format::millis(value(figures, policy, PLACES.mean_ttft_ms));
    let reuse = |figures, policy| format::share(value(figures, policy, PLACES.token_reuse_rate));
    let mut sentence = vec![(
        Tone::Plain,
        format!(
            "With {} requests at once, under least-load the mean first token goes from {} to ",
            format::count(levels().get(what.level()).copied().unwrap_or(0).into()),
            ttft(base, 0)
        ),
    )];
    let mut add = |tone, text: String| sentence.push((tone, text));
    add(Tone::Strong, ttft(now, 0));
    add(
        Tone::Plain,
        format!(", with prefix routing from {} to ", ttft(base, 1)),
    );
    add(Tone::Strong, ttft(now, 1));
    add(
        Tone::Plain,
        format!(": the gain shrinks from {} to ", times(gain(base))),
    );
    add(Tone::Strong, times(gain(now)));
    add(
        Tone::Plain,
        match what {
            WhatIf::FreeClient => freed(base, now),
            WhatIf::SmallTokens => format!(
                ". Everybody's cache holds nearly everything now: least-load reuses {} of all prompt tokens, not {}. Prefix routing helps where \
                 what is shared does not fit everywhere, and hardly where it does.",
                reuse(now, 0),
                reuse(base, 0)
            ),
        },
    );
    sentence
}

/// What the wait of a freed client shows, and what becomes of the throughput.
fn freed(base: &PolicyFigures, now: &PolicyFigures) -> String {
    let rate = |of, policy| value(of, policy, PLACES.request_throughput);
    let more = |of| format::delta(rate(of, 1), rate(of, 0));
    let mut text = String::new();
    // The reason is said only where the runs bear it out.
    if (rate(now, 0) / rate(base, 0) - 1.0).abs() < 0.02 {
        text += &format!(
            ". Least-load answers {} requests a second, as before ({}), since its GPUs were the limit: what the client no longer holds back \
             waits at them instead",
            format::figure(rate(now, 0)),
            format::figure(rate(base, 0))
        );
    }
    text += &format!(
        ". The short wait with prefix routing was the client's doing as well: it could not send fast enough to make the GPUs queue. In \
         throughput prefix routing gains {} with that client, {} without.",
        more(base),
        more(now)
    );
    let work = |of| value(of, 1, PLACES.imbalance);
    // The reason is said only where the runs bear it out.
    if rate(now, 1) < rate(base, 1) && work(now) > work(base) {
        text += &format!(
            " Its throughput falls from {} to {} requests a second as the busiest replica is given {} times the mean work, not {}, and the \
             others are done before it.",
            format::figure(rate(base, 1)),
            format::figure(rate(now, 1)),
            format::figure(work(now)),
            format::figure(work(base))
        );
    }
    text
}
