//! The sides as lanes, and the same as tables.

use super::deltas::deltas;
use super::{Duel, Side, holdings, trees};
use crate::chart::scale::Scale;
use crate::format::{self, GAP};
use crate::lanes::{self, markup::strip};
use crate::markup::{escape, said, square};
use crate::one_gpu::markup::axis;
use core::fmt::Write as _;
use warmpath_core::router::PolicySpec;

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
        format::seconds(side.ttft()[0]),
        format::share(side.reuse)
    )
}

/// All sides as a table's inside, a row a replica.
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
                escape(side.policy()),
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

/// A figure's mean over a side's lanes.
pub(super) fn mean(side: &Side, of: fn(&lanes::Column) -> f64) -> f64 {
    let whole = side.lanes.iter().map(|lane| of(&lanes::whole(lane)));
    whole.sum::<f64>() / side.lanes.len().max(1) as f64
}

/// What it came to: in a sentence, and figure by figure.
pub(super) fn came(say: &str, table: &str) -> String {
    format!(
        "<div class=\"came\">{say}<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The other policies \
         against the first\">{table}</div></div>"
    )
}

/// The title over all sides' trees.
pub(super) fn deeper(inside: &str) -> String {
    format!(
        "<div class=\"deeper\"><h3>What each router believes, and what its replicas hold</h3>{inside}</div>"
    )
}

/// The figure before the wasm arrives.
pub fn opening(duel: &Duel) -> String {
    let mut out = String::from("<div class=\"sides\">");
    for (at, side) in duel.sides.iter().enumerate() {
        let better = duel.best() == Some(at);
        let _ = write!(
            out,
            "<div class=\"side\"><p class=\"caption\"><b>{}</b> <span class=\"facts\">{}</span></p><p class=\"about\">{}</p>{}</div>",
            escape(side.policy()),
            caption(side, better),
            escape(about(side.policy())),
            lanes(duel, at)
        );
    }
    let say = said(&super::say::delta(duel));
    let table = deltas(duel);
    let mut trees = String::new();
    for which in 0..duel.sides.len() {
        let _ = write!(
            trees,
            "<div><p class=\"told-trees\">{}</p><table class=\"beside holds\">{}</table></div>",
            said(&holdings::say(duel, which, duel.marks.end)),
            holdings::table(duel, which, duel.marks.end)
        );
    }
    let _ = write!(
        out,
        "</div>\n{}\n{}",
        came(
            &format!("<p class=\"say\">{say}</p>"),
            &format!("<table class=\"beside numbers\">{table}</table>")
        ),
        deeper(&format!(
            "<p class=\"soft\">{}</p><div class=\"sides\">{trees}</div>",
            trees::words::caption(duel)
        ))
    );
    out
}

/// What a policy does, in a sentence.
pub fn about(policy: &str) -> &'static str {
    PolicySpec::parse(policy).map_or("", |spec| spec.entry().docs().about)
}

/// What a reader hears in place of a side's lanes.
pub fn label(duel: &Duel, which: usize) -> String {
    let side = &duel.sides[which];
    format!(
        "{}, {} requests in {}: its {} replicas spend {} of the time in computed prefill, {} in prefill that the cache \
         spared, {} in decode alone",
        side.policy(),
        format::count(side.course.completed),
        format::seconds(duel.marks.end.secs()),
        side.lanes.len(),
        format::share(mean(side, |c| c.cold)),
        format::share(mean(side, |c| c.warm)),
        format::share(mean(side, |c| c.decode)),
    )
    .replace(GAP, " ")
}
