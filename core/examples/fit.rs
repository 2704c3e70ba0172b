//! Fits the shipped calibration again: `cargo run --release -p warmpath-core --example fit [SEED [STEPS]]`.
//!
//! Fitted to the two rows of the KubeAI benchmark at 1,600 concurrent requests and to nothing else. A (1+1) evolution
//! strategy in the logarithms of the parameters, within bounds from first principles; the loss is the sum of squared
//! logarithmic errors, each over what it should come within (2 % for the duration, 7 % for means and medians, 20 % for
//! P99), cut to linear growth beyond three times that, plus a weak pull towards where it starts. Each figure is the
//! median over four seeds. It prints the calibration file it ends at.

use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::metrics::{figure, summarise};
use warmpath_core::reference::kubeai::{KEYS, PublishedRow, ROWS, Role};
use warmpath_core::replica::calibration::Calibration;
use warmpath_core::rng::Rng;
use warmpath_core::scenario::Attached;
use warmpath_core::workload::{Named, Workload};

/// A parameter: its name, the least and the largest value that make sense, and where it is.
struct Parameter(&'static str, f64, f64, fn(&mut Calibration) -> &mut f64);

const PARAMETERS: [Parameter; 13] = [
    Parameter("weight_bandwidth", 0.85, 0.92, |c| {
        &mut c.engine.weight_bandwidth
    }),
    Parameter("kv_bandwidth", 0.80, 0.95, |c| &mut c.engine.kv_bandwidth),
    Parameter("shared_read", 0.2, 1.0, |c| &mut c.engine.shared_read),
    Parameter("mixed", 1.0, 4.0, |c| &mut c.engine.mixed),
    Parameter("gemm", 0.25, 0.45, |c| &mut c.engine.gemm),
    Parameter("step_s", 0.0005, 0.006, |c| &mut c.engine.step_s),
    Parameter("sequence_s", 1e-6, 1e-4, |c| &mut c.engine.sequence_s),
    Parameter("eager_s", 0.001, 0.015, |c| &mut c.engine.eager_s),
    Parameter("api_request_s", 0.002, 0.010, |c| {
        &mut c.engine.api_request_s
    }),
    Parameter("api_token_s", 0.00005, 0.00025, |c| {
        &mut c.engine.api_token_s
    }),
    Parameter("send_s", 0.0004, 0.0012, |c| &mut c.client.send_s),
    Parameter("read_s", 0.00004, 0.00012, |c| &mut c.client.read_s),
    Parameter("chunk_s", 0.00001, 0.00006, |c| &mut c.client.chunk_s),
];

const SEEDS: u32 = 4;

fn tolerance(key: &str) -> f64 {
    match key {
        "duration" => 0.02,
        key if key.starts_with("p99") => 0.20,
        key if key.ends_with("_ms") => 0.07,
        // The throughputs say the same as the duration.
        _ => f64::INFINITY,
    }
}

fn loss(
    calibration: &Calibration,
    rows: &[PublishedRow],
    workload: &Arc<Workload>,
) -> Result<f64, Box<dyn std::error::Error>> {
    let mut loss = 0.0;
    for row in rows {
        let mut scenario = row.scenario(SEEDS)?;
        scenario.calibration = Some(Attached::new("fit", &[], calibration.clone()));
        let runs = Replay::new(scenario.clone(), Arc::clone(workload), false)?.finish()?;
        for summary in summarise(&scenario, workload, &runs) {
            for (key, measured) in KEYS.into_iter().zip(row.measured) {
                let z = (libm::log(summary.values[figure(key).expect("a figure")] / measured)
                    / tolerance(key))
                .abs();
                loss += if z < 3.0 { z * z } else { 6.0 * z - 9.0 };
            }
        }
    }
    Ok(loss)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seed = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let steps = arguments
        .next()
        .map_or(Ok(500), |text| text.parse::<u32>())?;
    let rows: Vec<PublishedRow> = ROWS
        .into_iter()
        .filter(|row| row.role == Role::Fitted)
        .collect();
    let workload = Arc::new(Named::parse("kubeai")?.generate(16, 1, None)?);

    let start = Calibration::shipped()?;
    let pull = |candidate: &Calibration| -> f64 {
        let (mut from, mut to) = (start.clone(), candidate.clone());
        let square = |Parameter(_, _, _, at): &Parameter| {
            let z = libm::log(*at(&mut to) / *at(&mut from)) / 0.4;
            0.3 * z * z
        };
        PARAMETERS.iter().map(square).sum()
    };
    let mut rng = Rng::new(seed, "fit");
    let mut best = start.clone();
    let mut least = loss(&best, &rows, &workload)?;
    eprintln!("start: loss {least:.3}");
    let mut spread = 0.15;
    for step in 1..=steps {
        let mut candidate = best.clone();
        for Parameter(_, low, high, at) in &PARAMETERS {
            if rng.uniform() < 0.4 {
                let value = at(&mut candidate);
                *value = (*value * libm::exp(spread * rng.normal())).clamp(*low, *high);
            }
        }
        let found = loss(&candidate, &rows, &workload)? + pull(&candidate);
        if found < least {
            (best, least) = (candidate, found);
            spread *= 1.25;
            eprintln!("step {step} of {steps}: loss {least:.3}");
        } else {
            spread = if spread < 0.01 { 0.1 } else { spread * 0.94 };
        }
    }
    for Parameter(name, low, high, at) in &PARAMETERS {
        eprintln!("{name}: {:.7} (from {low} to {high})", at(&mut best));
    }
    println!("{}", serde_json::to_string_pretty(&best)?);
    Ok(())
}
