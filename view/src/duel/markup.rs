//! A side as lanes, and the same as a table.

use super::{Duel, Side, holdings};
use crate::chart::scale::Scale;
use crate::format::{self, GAP};
use crate::lanes::{self, markup::strip};
use crate::markup::{escape, square};
use crate::one_gpu::markup::axis;
use core::fmt::Write as _;

/// The lanes of side `which`, on an axis.
pub fn lanes(duel: &Duel, which: usize) -> String {
    let all = duel
        .sides
        .iter()
        .flat_map(|side| side.lanes.iter().flatten());
    let most = lanes::most_waiting(all);
    let mut out = String::from("<ol class=\"lanes\">");
    for (replica, lane) in duel.sides[which].lanes.iter().enumerate() {
        let _ = write!(
            out,
            "<li>{}{}</li>",
            square(replica as u32),
            strip(lane, most, f64::from(duel.sides[which].pool_blocks))
        );
    }
    let scale = Scale::Linear {
        from: 0.0,
        to: duel.marks.end.secs(),
    };
    let _ = write!(out, "</ol>{}", axis(scale, 5));
    out
}

/// A side's figures, for its caption.
pub fn caption(side: &Side, better: bool) -> String {
    let class = if better { " class=\"warm\"" } else { "" };
    format!(
        "{} replicas · TTFT p50 <b{class}>{}</b> · reuse {}",
        side.lanes.len(),
        format::seconds(side.ttft_p50_s),
        format::share(side.reuse)
    )
}

/// Both sides as a table's inside, a row a replica.
pub fn table(duel: &Duel) -> String {
    let mut out = String::from(
        "<thead><tr><th scope=\"col\">policy</th><th scope=\"col\">replica</th><th scope=\"col\">requests</th>\
         <th scope=\"col\">prefill computed</th><th scope=\"col\">prefill spared</th><th scope=\"col\">decode only</th>\
         <th scope=\"col\">idle</th><th scope=\"col\">most waiting</th><th scope=\"col\">pool in use</th></tr></thead><tbody>",
    );
    for side in &duel.sides {
        for (replica, lane) in side.lanes.iter().enumerate() {
            let whole = lanes::whole(lane);
            let _ = write!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{replica}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
                 <td>{}</td><td>{}</td></tr>",
                escape(&side.policy),
                format::count(u64::from(side.shares[replica])),
                format::share(whole.cold),
                format::share(whole.warm),
                format::share(whole.decode),
                format::share((1.0 - whole.busy()).max(0.0)),
                format::fixed(lanes::most_waiting(lane), 1),
                format::share(whole.in_use / f64::from(side.pool_blocks.max(1))),
            );
        }
    }
    out.push_str("</tbody>");
    out
}

/// The second side against the first, figure by figure, as a table's inside.
pub fn deltas(duel: &Duel) -> String {
    let [a, b] = &duel.sides;
    let mut out = format!(
        "<thead><tr><td class=\"corner\"></td><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">change</th>\
         </tr></thead><tbody>",
        escape(&a.policy),
        escape(&b.policy)
    );
    let computed = |side: &Side| {
        let n = side.lanes.len().max(1) as f64;
        side.lanes
            .iter()
            .map(|lane| lanes::whole(lane).cold)
            .sum::<f64>()
            / n
    };
    let uneven = |side: &Side| {
        let mean = f64::from(side.answered) / side.shares.len().max(1) as f64;
        f64::from(side.shares.iter().copied().max().unwrap_or(0)) / mean.max(f64::MIN_POSITIVE)
    };
    let times = |x: f64| format!("{}{GAP}×", format::significant(x, 3));
    type Shown = fn(f64) -> String;
    let mut row = |title: &str, shown: Shown, of: &dyn Fn(&Side) -> f64, lower: bool| {
        let (first, second) = (of(a), of(b));
        let class = match second == first {
            true => "same",
            false if (second < first) == lower => "better",
            false => "worse",
        };
        let _ = write!(
            out,
            "<tr><th scope=\"row\">{title}</th><td>{}</td><td>{}</td><td><small class=\"{class}\">{}</small></td></tr>",
            shown(first),
            shown(second),
            format::delta(second, first)
        );
    };
    row("TTFT, median", format::seconds, &|it| it.ttft_p50_s, true);
    row("TTFT, P99", format::seconds, &|it| it.ttft_p99_s, true);
    row("Prompt tokens reused", format::share, &|it| it.reuse, false);
    row(
        "Time spent computing prompts",
        format::share,
        &computed,
        true,
    );
    row(
        "Busiest replica's requests over the mean",
        times,
        &uneven,
        true,
    );
    out + "</tbody>"
}

/// Both sides' trees at a moment, before the wasm arrives.
fn trees(duel: &Duel) -> String {
    let mut out = String::from("<div class=\"sides\">");
    for which in 0..2 {
        let _ = write!(
            out,
            "<div><table class=\"beside holds\">{}</table><p class=\"soft told-trees\">{}</p></div>",
            holdings::table(duel, which, duel.marks.end),
            crate::markup::said(&holdings::say(duel, which, duel.marks.end))
        );
    }
    out + "</div>"
}

/// The figure before the wasm arrives.
pub fn opening(duel: &Duel) -> String {
    let mut out = String::from("<div class=\"sides\">");
    for (at, side) in duel.sides.iter().enumerate() {
        let better = side.ttft_p50_s < duel.sides[1 - at].ttft_p50_s;
        let _ = write!(
            out,
            "<div class=\"side\"><p class=\"caption\"><b>{}</b> <span class=\"facts\">{}</span></p>{}</div>",
            escape(&side.policy),
            caption(side, better),
            lanes(duel, at)
        );
    }
    let _ = write!(
        out,
        "</div>\n{}\n<p class=\"say\">{}</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The second policy \
         against the first\"><table class=\"beside numbers\">{}</table></div>",
        trees(duel),
        crate::markup::said(&super::say::delta(duel)),
        deltas(duel)
    );
    out
}

/// What a reader hears in place of a side's lanes.
pub fn label(duel: &Duel, which: usize) -> String {
    let side = &duel.sides[which];
    let n = side.lanes.len().max(1) as f64;
    let mean = |of: fn(&lanes::Column) -> f64| {
        side.lanes
            .iter()
            .map(|lane| of(&lanes::whole(lane)))
            .sum::<f64>()
            / n
    };
    format!(
        "{}, {} requests in {}: its {} replicas spend {} of the time in computed prefill, {} in prefill that the cache \
         spared, {} in decode alone",
        side.policy,
        format::count(u64::from(side.answered)),
        format::seconds(duel.marks.end.secs()),
        side.lanes.len(),
        format::share(mean(|c| c.cold)),
        format::share(mean(|c| c.warm)),
        format::share(mean(|c| c.decode)),
    )
    .replace(GAP, " ")
}
