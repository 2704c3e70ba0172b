//! Prometheus text exposition: a gauge a figure, labelled by policy, times in seconds; and a metric of value 1 for
//! each note.

use super::{Report, kinds, staff};
use crate::metrics::{FIGURES, Figure};

/// The report in the text exposition format 0.0.4.
pub fn write(report: &Report) -> String {
    let mut out = String::new();
    let mut told: Option<String> = None;
    for (at, figure) in FIGURES.iter().enumerate() {
        let series = Series::of(figure);
        if told.as_ref() != Some(&series.name) {
            out += &format!("# HELP {} {}\n", series.name, series.help);
            out += &format!("# TYPE {} gauge\n", series.name);
            told = Some(series.name.clone());
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
    out += &kinds::gauges(report, escaped);
    out += &staff::gauges(report, escaped);
    if !report.notes.is_empty() {
        out += "# HELP warmpath_note What must be known to read these figures, always 1.\n# TYPE warmpath_note gauge\n";
    }
    for note in &report.notes {
        out += &format!("warmpath_note{{note=\"{}\"}} 1\n", escaped(note));
    }
    out
}

/// How a figure is called.
struct Series {
    name: String,
    help: String,
    /// Which statistic of the same quantity, as a label.
    stat: Option<&'static str>,
    /// From the figure's unit to the base unit.
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
