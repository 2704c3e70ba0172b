//! The sides as lanes, and the same as tables.

use super::{Duel, LEAST, MOST, OPENING, PLAYS, Side, holdings, trees};
use crate::chart::scale::Scale;
use crate::format::{self, GAP};
use crate::lab::options;
use crate::lanes::{self, markup::strip};
use crate::markup::{escape, said, square};
use crate::one_gpu::markup::axis;
use crate::playback::markup::controls;
use core::fmt::Write as _;
use warmpath_core::router::{POLICIES, PolicySpec};

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

/// The other sides against the first, figure by figure, as a table's inside.
pub fn deltas(duel: &Duel) -> String {
    let Some((base, others)) = duel.sides.split_first() else {
        return String::new();
    };
    let mut out = format!(
        "<thead><tr><td class=\"corner\"></td><th scope=\"col\">{} <small>baseline</small></th>",
        escape(base.policy())
    );
    for other in others {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(other.policy()));
    }
    out.push_str("</tr></thead><tbody>");
    for figure in &FIGURES {
        let first = (figure.of)(base);
        let _ = write!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td>",
            figure.title,
            (figure.shown)(first)
        );
        for other in others {
            let other = (figure.of)(other);
            let _ = write!(
                out,
                "<td>{}{}</td>",
                (figure.shown)(other),
                figure.change(first, other)
            );
        }
        out.push_str("</tr>");
    }
    out + "</tbody>"
}

/// A row of [`deltas`].
struct Figure {
    title: &'static str,
    shown: fn(f64) -> String,
    of: fn(&Side) -> f64,
    /// Whether less is better.
    lower: bool,
}

impl Figure {
    /// How far another side's is from the first's.
    fn change(&self, first: f64, other: f64) -> String {
        // A share's change is in points.
        let change = match (self.shown)(1.0).ends_with('%') {
            true => format::points(other, first),
            false => format::delta(other, first),
        };
        let class = match other == first {
            true => "same",
            false if (other < first) == self.lower => "better",
            false => "worse",
        };
        format!("<small class=\"{class}\">{change}</small>")
    }
}

const FIGURES: [Figure; 7] = [
    Figure {
        title: "TTFT, median",
        shown: format::seconds,
        of: |it| it.ttft()[0],
        lower: true,
    },
    Figure {
        title: "TTFT, P95",
        shown: format::seconds,
        of: |it| it.ttft()[1],
        lower: true,
    },
    Figure {
        title: "TTFT, P99",
        shown: format::seconds,
        of: |it| it.ttft()[2],
        lower: true,
    },
    Figure {
        title: "Requests completed a second",
        shown: |x| format!("{}{GAP}/s", format::significant(x, 3)),
        of: Side::throughput,
        lower: false,
    },
    Figure {
        title: "Prompt tokens reused",
        shown: format::share,
        of: |it| it.reuse,
        lower: false,
    },
    Figure {
        title: "Time spent computing prompts",
        shown: format::share,
        of: |it| mean(it, |lane| lane.cold),
        lower: true,
    },
    Figure {
        title: "Busiest replica's requests over the mean",
        shown: |x| format!("{}{GAP}×", format::significant(x, 3)),
        of: uneven,
        lower: true,
    },
];

/// A figure's mean over a side's lanes.
fn mean(side: &Side, of: fn(&lanes::Column) -> f64) -> f64 {
    let whole = side.lanes.iter().map(|lane| of(&lanes::whole(lane)));
    whole.sum::<f64>() / side.lanes.len().max(1) as f64
}

/// The busiest replica's requests over the mean.
fn uneven(side: &Side) -> f64 {
    let mean = side.course.completed as f64 / side.shares.len().max(1) as f64;
    f64::from(side.shares.iter().copied().max().unwrap_or(0)) / mean.max(f64::MIN_POSITIVE)
}

/// What it came to: in a sentence, and figure by figure.
fn came(say: &str, table: &str) -> String {
    format!(
        "<div class=\"came\">{say}<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The other policies \
         against the first\">{table}</div></div>"
    )
}

/// The title over all sides' trees.
fn deeper(inside: &str) -> String {
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

/// What a side is called where it cannot be pointed at.
const NAMES: [&str; MOST] = ["First", "Second", "Third", "Fourth"];

/// The choice of a side's policy, what that does, and its lanes with their cursor.
fn place(which: usize, policies: &str) -> String {
    let baseline = if which == 0 { ", the baseline" } else { "" };
    let hidden = if which < OPENING.len() { "" } else { " hidden" };
    format!(
        "<div class=\"side\" id=\"fleet-{which}\"{hidden}><div class=\"caption\"><span class=\"pick\">\
         <select aria-label=\"{0} policy{baseline}\" data-side=\"{which}\" aria-describedby=\"fleet-about-{which}\">{policies}\
         <option class=\"own\" hidden></option></select>\
         <button type=\"button\" class=\"small\" data-remove=\"{which}\" aria-label=\"{0} policy: take it away\" hidden>×</button></span>\
         <span class=\"facts\"></span></div><p class=\"about\" id=\"fleet-about-{which}\"></p>\
         <div class=\"field\"><div class=\"drawn\" role=\"img\" aria-label=\"Being replayed\"></div>\
         <svg class=\"cursor\" aria-hidden=\"true\"><rect y=\"0\" height=\"100%\"/>\
         <line class=\"parting\" y1=\"0\" y2=\"100%\" visibility=\"hidden\"/><line y1=\"0\" y2=\"100%\"/></svg></div></div>",
        NAMES[which % MOST]
    )
}

/// What a policy does, in a sentence.
pub fn about(policy: &str) -> &'static str {
    PolicySpec::parse(policy).map_or("", |spec| spec.entry().words().about)
}

/// The figure's frame: the choice of the policies, the places of their lanes, charts and trees, and the playback's controls.
/// There are places for [`MOST`] sides; those above [`LEAST`] are hidden until they are wanted.
pub fn frame() -> String {
    let policies = options(POLICIES.iter().map(|entry| entry.name));
    let mut plays = String::new();
    for (at, (name, _)) in PLAYS.iter().enumerate() {
        let _ = write!(plays, "<option value=\"{at}\">{}</option>", escape(name));
    }
    let mut out = format!(
        "<div class=\"figure-keys\" role=\"group\" tabindex=\"0\" aria-label=\"{LEAST} to {MOST} policies on one clock; press ? for the keys\">\
         <div class=\"controls\"><select id=\"fleet-play\" aria-label=\"What is asked\">{plays}\
         <option value=\"own\" hidden></option></select>\
         <button type=\"button\" id=\"fleet-add\">Compare another policy</button>\
         <span class=\"soft\" role=\"status\" id=\"fleet-coming\"></span>\
         <div class=\"keys\" aria-hidden=\"true\"><span class=\"key cold\">prefill, computed</span>\
         <span class=\"key warm\">prefill, found in the cache</span><span class=\"key decode\">decode</span>\
         <span class=\"key queue\">waiting</span><span class=\"key pool\">cache blocks in use</span></div></div><div class=\"sides\">",
    );
    let mut forests = String::new();
    for which in 0..MOST {
        out.push_str(&place(which, &policies));
        let hidden = if which < OPENING.len() { "" } else { " hidden" };
        let of = format!("{} policy", NAMES[which]);
        forests.push_str(&trees::markup::frame(which, &of, hidden));
    }
    let trees =
        format!("<p class=\"soft\" id=\"fleet-caption\"></p><div class=\"sides\">{forests}</div>",);
    let _ = write!(
        out,
        "</div>{}<div class=\"moment\"><p class=\"say\" id=\"fleet-now\" hidden></p>\
         <button type=\"button\" id=\"fleet-parting\" disabled>Go to where they part</button></div>\
         <div class=\"log\" role=\"log\" tabindex=\"0\" aria-label=\"Decisions, latest first\" aria-live=\"polite\"><ol></ol></div></div>\
         {}<p class=\"notice\" role=\"alert\" id=\"fleet-fault\" hidden></p>\
         <div class=\"trio\" id=\"fleet-charts\"></div>{}\
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
