//! The report as Prometheus text exposition: a gauge per figure (means and percentiles of one quantity are one gauge), labelled
//! by policy, with times in seconds and shares from 0 to 1; and a sample of value 1 for each note. What has no value has no
//! sample.

use super::section::{Entry, Part, SECTIONS, Section};
use super::{Report, goal};
use crate::metrics::{FIGURES, Figure, Summary};

/// The report in the text exposition format 0.0.4.
pub fn write(report: &Report) -> String {
    let mut out = String::new();
    let policies = policies(report);
    // The series whose HELP and TYPE stand already: those of one series follow each other.
    let mut introduced: Option<String> = None;
    for (at, figure) in FIGURES.iter().enumerate() {
        let series = Series::of("", figure, None);
        if introduced.as_ref() != Some(&series.name) {
            out += &series.head();
            introduced = Some(series.name.clone());
        }
        for (policy, summary) in &policies {
            let mut labels = policy.clone();
            if let Some((label, value)) = &series.label {
                labels += &format!(",{label}=\"{value}\"");
            }
            let value = summary.values[at] * series.factor;
            if !value.is_nan() {
                out += &format!("{}{{{labels}}} {value}\n", series.name);
            }
            for (stage, figures) in summary.stages.iter().enumerate() {
                let value = figures.values[at] * series.factor;
                if value.is_nan() {
                    continue;
                }
                let (name, stage, rate) = (&series.name, stage + 1, figures.rate);
                out += &format!(
                    "{name}{{{labels},stage=\"{stage}\",stage_rate=\"{rate}\"}} {value}\n"
                );
            }
        }
    }
    out += &judged(report, &policies);
    out += &sections(&policies);
    if !report.notes.is_empty() {
        out += "# HELP warmpath_note What must be known to read these figures, always 1.\n# TYPE warmpath_note gauge\n";
    }
    for note in &report.notes {
        out += &format!("warmpath_note{{note=\"{}\"}} 1\n", escaped(note));
    }
    out
}

/// Each policy with its labels: its name, and its place in a sweep. No two have the same, even if a policy is asked for twice.
fn policies(report: &Report) -> Vec<(String, &Summary)> {
    let mut out: Vec<(String, &Summary)> = Vec::new();
    for (summary, point) in report.rows() {
        let place = point.map_or_else(String::new, |point| {
            let rate = report.rate_of(point);
            let rate = rate.map_or_else(String::new, |rate| format!(",rate=\"{rate}\""));
            format!("{rate},replicas=\"{}\"", point.replicas)
        });
        let name = escaped(&summary.policy);
        let mut labels = format!("policy=\"{name}\"{place}");
        let mut times = 1;
        while out.iter().any(|(known, _)| *known == labels) {
            times += 1;
            labels = format!("policy=\"{name} ({times})\"{place}");
        }
        out.push((labels, summary));
    }
    out
}

/// The gauges for a goal: whether each policy meets it, and the margin of each limit.
fn judged(report: &Report, policies: &[(String, &Summary)]) -> String {
    let Some(goal) = goal::of(report) else {
        return String::new();
    };
    let (mut met, mut margins) = (String::new(), String::new());
    for (labels, summary) in policies {
        let Some(verdict) = &summary.verdict else {
            continue;
        };
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

/// The gauges of the sections.
fn sections(policies: &[(String, &Summary)]) -> String {
    // A gauge's samples follow each other, whichever rows they are of.
    let mut gauges: Vec<(Series, String)> = Vec::new();
    for section in SECTIONS {
        for (policy, summary) in policies {
            for row in section.all(summary) {
                for it in &row.entries {
                    let series = match it.part {
                        Some(part) => Series::part(part, it, section),
                        None => Series::of(row.series, &it.figure, Some(section.title)),
                    };
                    let at = gauges
                        .iter()
                        .position(|(known, _)| known.name == series.name);
                    let at = at.unwrap_or(gauges.len());
                    let mut labels = policy.clone();
                    for (label, value) in row.label.iter().chain(&series.label) {
                        labels += &format!(",{label}=\"{}\"", escaped(value));
                    }
                    let sample = it.value.map_or_else(String::new, |value| {
                        let value = value * series.factor;
                        format!("{}{{{labels}}} {value}\n", series.name)
                    });
                    match gauges.get_mut(at) {
                        Some((_, samples)) => *samples += &sample,
                        None => gauges.push((series, sample)),
                    }
                }
            }
        }
    }
    let written = gauges.iter().filter(|(_, samples)| !samples.is_empty());
    written
        .map(|(series, samples)| series.head() + samples)
        .collect()
}

/// The name of a figure's gauge, and how its value is converted.
struct Series {
    name: String,
    help: String,
    /// A label with its value, for one of several parts or statistics of a quantity; `None` for a quantity with one.
    label: Option<(&'static str, String)>,
    /// The factor from the figure's unit to the base unit of the gauge.
    factor: f64,
}

impl Series {
    /// The series of a figure whose key stands behind `before`; in words it is one of `section`'s.
    fn of(before: &str, figure: &Figure, section: Option<&str>) -> Self {
        const STATS: [&str; 5] = ["mean", "median", "p90", "p95", "p99"];
        let about = section.map_or_else(String::new, |section| format!("{section}: "));
        let (stem, unit, factor) = match figure.unit {
            "ms" => (figure.key.strip_suffix("_ms"), "s", 1e-3),
            "GPU-hours" => (figure.key.strip_suffix("_hours"), "GPU s", 3600.0),
            unit @ ("s" | "replica s") => (
                Some(figure.key.strip_suffix("_s").unwrap_or(figure.key)),
                unit,
                1.0,
            ),
            unit => (None, unit, 1.0),
        };
        let stat = STATS.into_iter().find_map(|stat| {
            let rest = stem?.strip_prefix(stat)?.strip_prefix('_')?;
            Some((stat, rest))
        });
        if let Some((stat, quantity)) = stat {
            let quantity_in_words = match quantity {
                "ttft" => "Time to first token",
                "tpot" => "Time per output token after the first",
                "itl" => "Gap between two tokens",
                "e2el" => "End-to-end latency",
                "client_wait" => "Wait for the concurrency cap",
                // Not only of those that were answered.
                "wait" => "Wait in the line in front of the routers",
                other => other,
            };
            let whose = match quantity {
                "wait" => "",
                _ => " of completed requests",
            };
            return Self {
                name: format!("warmpath_{before}{quantity}_seconds"),
                help: format!("{about}{quantity_in_words}{whose} in seconds, by statistic."),
                label: Some(("stat", stat.to_owned())),
                factor,
            };
        }
        let unit = match unit {
            "" => String::new(),
            unit => format!(" ({unit})"),
        };
        Self {
            name: match stem {
                Some(stem) => format!("warmpath_{before}{stem}_seconds"),
                None => format!("warmpath_{before}{}", figure.key),
            },
            help: format!("{about}{}{unit}.", figure.title),
            label: None,
            factor,
        }
    }

    /// The series of a figure that is a part of a quantity.
    fn part((name, label, value): Part, it: &Entry, section: &Section) -> Self {
        Self {
            name: format!("warmpath_{name}"),
            help: format!("{}: {}.", section.title, it.figure.title),
            label: Some((label, value.to_owned())),
            factor: 1.0,
        }
    }

    /// The lines above the samples.
    fn head(&self) -> String {
        let Self { name, help, .. } = self;
        format!("# HELP {name} {help}\n# TYPE {name} gauge\n")
    }
}

fn escaped(label: &str) -> String {
    label
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
