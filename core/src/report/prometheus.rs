//! The report as Prometheus text exposition: a gauge per figure, labelled by policy, with times in seconds; and a gauge of
//! value 1 for each note.

use super::{Report, above, goal, kinds, line, staff};
use crate::metrics::{FIGURES, Figure, GroupFigures};

/// The report in the text exposition format 0.0.4.
pub fn write(report: &Report) -> String {
    let mut out = String::new();
    // The series whose HELP and TYPE stand already: those of one series follow each other.
    let mut introduced: Option<String> = None;
    for (at, figure) in FIGURES.iter().enumerate() {
        let series = Series::of(figure);
        if introduced.as_ref() != Some(&series.name) {
            out += &format!("# HELP {} {}\n", series.name, series.help);
            out += &format!("# TYPE {} gauge\n", series.name);
            introduced = Some(series.name.clone());
        }
        for (summary, point) in report.rows() {
            let mut labels = format!("policy=\"{}\"", escaped(&summary.policy));
            if let Some(point) = point {
                labels += &format!(",rate=\"{}\",replicas=\"{}\"", point.rate, point.replicas);
            }
            if let Some(stat) = series.stat {
                labels += &format!(",stat=\"{stat}\"");
            }
            let value = summary.values[at] * series.factor;
            out += &format!("{}{{{labels}}} {value}\n", series.name);
            for (stage, figures) in summary.stages.iter().enumerate() {
                let value = figures.values[at] * series.factor;
                let (name, stage, rate) = (&series.name, stage + 1, figures.rate);
                out += &format!(
                    "{name}{{{labels},stage=\"{stage}\",stage_rate=\"{rate}\"}} {value}\n"
                );
            }
        }
    }
    out += &judged(report);
    out += &kinds::gauges(report, escaped);
    out += &staff::gauges(report, escaped);
    out += &groups(report);
    out += &above::gauges(report, escaped);
    if !report.notes.is_empty() {
        out += "# HELP warmpath_note What must be known to read these figures, always 1.\n# TYPE warmpath_note gauge\n";
    }
    for note in &report.notes {
        out += &format!("warmpath_note{{note=\"{}\"}} 1\n", escaped(note));
    }
    out
}

/// The gauges for a goal: whether each policy meets it, and the margin of each limit.
fn judged(report: &Report) -> String {
    let Some(goal) = goal::of(report) else {
        return String::new();
    };
    let (mut met, mut margins) = (String::new(), String::new());
    for (summary, point) in report.rows() {
        let Some(verdict) = &summary.verdict else {
            continue;
        };
        let mut labels = format!("policy=\"{}\"", escaped(&summary.policy));
        if let Some(point) = point {
            labels += &format!(",rate=\"{}\",replicas=\"{}\"", point.rate, point.replicas);
        }
        met += &format!(
            "warmpath_goal_met{{{labels}}} {}\n",
            u8::from(verdict.is_met())
        );
        for (limit, found) in goal.limits().iter().zip(&verdict.found) {
            let limit = escaped(&limit.to_string());
            let margin = match found.margin {
                f64::NEG_INFINITY => "-Inf".to_owned(),
                margin => margin.to_string(),
            };
            margins += &format!("warmpath_goal_margin{{{labels},limit=\"{limit}\"}} {margin}\n");
        }
    }
    format!(
        "# HELP warmpath_goal_met Whether the goal was met.\n# TYPE warmpath_goal_met gauge\n{met}\
         # HELP warmpath_goal_margin How far from each limit, as a share of what it allows; negative: missed.\n\
         # TYPE warmpath_goal_margin gauge\n{margins}"
    )
}

/// The gauges of the entrance, by tenant and by class.
fn groups(report: &Report) -> String {
    type EntranceGauges = fn(&GroupFigures) -> f64;
    let figures: [(&str, &str, EntranceGauges); 8] = [
        ("requests", "Requests", |it| it.requests as f64),
        ("completed", "Requests answered", |it| it.completed as f64),
        ("refused", "Answers with status 429 or 503", |it| {
            it.refused as f64
        }),
        (
            "wait_seconds",
            "Mean wait in the line in front of the routers",
            |it| it.mean_wait_ms / 1e3,
        ),
        ("ttft_mean_seconds", "Mean time to first token", |it| {
            it.ttft_ms[0] / 1e3
        }),
        ("ttft_p95_seconds", "P95 of time to first token", |it| {
            it.ttft_ms[2] / 1e3
        }),
        ("ttft_p99_seconds", "P99 of time to first token", |it| {
            it.ttft_ms[3] / 1e3
        }),
        ("attainment", "Share of requests answered in time", |it| {
            it.attainment
        }),
    ];
    let lines = || {
        report
            .rows()
            .filter_map(|(it, at)| Some((it, at, it.line.as_ref()?)))
    };
    if lines().next().is_none() {
        return String::new();
    }
    let label = |policy: &str, point: Option<super::Point>| {
        let point = point.map(|it| format!(",rate=\"{}\",replicas=\"{}\"", it.rate, it.replicas));
        format!(
            "policy=\"{}\"{}",
            escaped(policy),
            point.unwrap_or_default()
        )
    };
    let mut out = String::new();
    for (name, help, of) in figures {
        out += &format!("# HELP warmpath_group_{name} {help}, by tenant or class.\n");
        out += &format!("# TYPE warmpath_group_{name} gauge\n");
        for (summary, point, line) in lines() {
            let policy = label(&summary.policy, point);
            for (kind, it) in line::groups(line) {
                let group = escaped(&it.name);
                out += &format!(
                    "warmpath_group_{name}{{{policy},{kind}=\"{group}\"}} {}\n",
                    of(it)
                );
            }
        }
    }
    out += "# HELP warmpath_turned_back Attempts turned back at the entrance.\n# TYPE warmpath_turned_back gauge\n";
    for (summary, point, line) in lines() {
        let policy = label(&summary.policy, point);
        for (why, count) in line.reasons() {
            out += &format!(
                "warmpath_turned_back{{{policy},why=\"{}\"}} {count}\n",
                why.key()
            );
        }
    }
    out += "# HELP warmpath_jain_index Jain's index over the tenants.\n# TYPE warmpath_jain_index gauge\n";
    for (summary, point, line) in lines() {
        let policy = label(&summary.policy, point);
        for (of, index) in [
            ("attainment", line.jain_attainment),
            ("mean_ttft", line.jain_ttft),
        ] {
            if let Some(index) = index {
                out += &format!("warmpath_jain_index{{{policy},of=\"{of}\"}} {index}\n");
            }
        }
    }
    out
}

/// The name of a figure's gauge, and how its value is converted.
struct Series {
    name: String,
    help: String,
    /// The value of the label `stat`, for one of several statistics of a quantity; `None` for a quantity with one.
    stat: Option<&'static str>,
    /// The factor from the figure's unit to the base unit of the gauge.
    factor: f64,
}

impl Series {
    fn of(figure: &Figure) -> Self {
        const STATS: [&str; 5] = ["mean", "median", "p90", "p95", "p99"];
        let stat = STATS.into_iter().find_map(|stat| {
            let rest = figure.key.strip_prefix(stat)?.strip_prefix('_')?;
            Some((stat, rest.strip_suffix("_ms")?))
        });
        if let Some((stat, quantity)) = stat {
            let what = match quantity {
                "ttft" => "Time to first token",
                "tpot" => "Time per output token after the first",
                "itl" => "Gap between two tokens",
                "e2el" => "End-to-end latency",
                "client_wait" => "Wait for the concurrency cap",
                other => other,
            };
            return Self {
                name: format!("warmpath_{quantity}_seconds"),
                help: format!("{what} of completed requests in seconds, by statistic."),
                stat: Some(stat),
                factor: 1e-3,
            };
        }
        let unit = match figure.unit {
            "" => String::new(),
            unit => format!(" ({unit})"),
        };
        Self {
            name: match figure.unit {
                "s" => format!("warmpath_{}_seconds", figure.key),
                _ => format!("warmpath_{}", figure.key),
            },
            help: format!("{}{unit}.", figure.title),
            stat: None,
            factor: 1.0,
        }
    }
}

fn escaped(label: &str) -> String {
    label
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
