//! A side as lanes, and the same as a table.

use super::{Duel, PLAYS, Side, holdings, trees};
use crate::chart::scale::Scale;
use crate::format::{self, GAP};
use crate::lab::options;
use crate::lanes::{self, markup::strip};
use crate::markup::{escape, said, square};
use crate::one_gpu::markup::axis;
use crate::playback::markup::controls;
use core::fmt::Write as _;
use warmpath_core::router::POLICIES;

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
        // A share's change is in points.
        let change = match shown(1.0).ends_with('%') {
            true => format::points(second, first),
            false => format::delta(second, first),
        };
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
            change
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

/// What it came to: in a sentence, and figure by figure.
fn came(say: &str, table: &str) -> String {
    format!(
        "<div class=\"came\">{say}<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The second policy \
         against the first\">{table}</div></div>"
    )
}

/// The title over both sides' trees.
fn deeper(inside: &str) -> String {
    format!(
        "<div class=\"deeper\"><h3>What each router believes, and what its replicas hold</h3>{inside}</div>"
    )
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
    let say = said(&super::say::delta(duel));
    let table = deltas(duel);
    let mut trees = String::new();
    for which in 0..2 {
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

/// The figure's frame: the choice of two policies, the places of their lanes and trees, and the playback's controls.
pub fn frame() -> String {
    let policies = options(POLICIES.iter().map(|entry| entry.name));
    let mut plays = String::new();
    for (at, (name, _)) in PLAYS.iter().enumerate() {
        let _ = write!(plays, "<option value=\"{at}\">{}</option>", escape(name));
    }
    let mut out = format!(
        "<div class=\"figure-keys\" role=\"group\" tabindex=\"0\" aria-label=\"Two policies on one clock; press ? for the keys\">\
         <div class=\"controls\"><select id=\"fleet-play\" aria-label=\"What is asked\">{plays}</select>\
         <span class=\"soft\" role=\"status\" id=\"fleet-coming\"></span>\
         <div class=\"keys\" aria-hidden=\"true\"><span class=\"key cold\">prefill, computed</span>\
         <span class=\"key warm\">prefill, found in the cache</span><span class=\"key decode\">decode</span>\
         <span class=\"key queue\">waiting</span><span class=\"key pool\">cache blocks in use</span></div></div><div class=\"sides\">",
    );
    for (which, hand) in ["left", "right"].iter().enumerate() {
        let _ = write!(
            out,
            "<div class=\"side\" id=\"fleet-{which}\"><div class=\"caption\">\
             <select aria-label=\"Policy on the {hand}\" data-side=\"{which}\">{policies}</select><span class=\"facts\"></span></div>\
             <div class=\"field\"><div class=\"drawn\" role=\"img\" aria-label=\"Being replayed\"></div>\
             <svg class=\"cursor\" aria-hidden=\"true\"><rect y=\"0\" height=\"100%\"/>\
             <line class=\"parting\" y1=\"0\" y2=\"100%\" visibility=\"hidden\"/><line y1=\"0\" y2=\"100%\"/></svg></div></div>"
        );
    }
    let trees = format!(
        "<p class=\"soft\" id=\"fleet-caption\"></p><div class=\"sides\">{}{}</div>",
        trees::markup::frame(0),
        trees::markup::frame(1)
    );
    let _ = write!(
        out,
        "</div>{}<div class=\"moment\"><p class=\"say\" id=\"fleet-now\" hidden></p>\
         <button type=\"button\" id=\"fleet-parting\" disabled>Go to where they part</button></div>\
         <div class=\"log\" role=\"log\" tabindex=\"0\" aria-label=\"Decisions, latest first\" aria-live=\"polite\"><ol></ol></div></div>\
         {}<p class=\"notice\" role=\"alert\" id=\"fleet-fault\" hidden></p>{}\
         <details class=\"told\"><summary>The lanes as a table</summary>\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The lanes as a table\"><table id=\"fleet-lanes\"></table></div></details>",
        controls(),
        came(
            "<p class=\"say\" role=\"status\" id=\"fleet-delta\" hidden></p>",
            "<table class=\"beside numbers\" id=\"fleet-deltas\"></table>"
        ),
        deeper(&trees)
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
