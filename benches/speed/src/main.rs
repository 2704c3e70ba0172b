//! Times the speed presets natively: one run, then repeats for at least two seconds of CPU.
//!
//! With the argument `growth` it measures instead what a request costs as the fleet grows; with `counts`, which names of presets
//! may follow, it prints what their replays consist of.

use std::process::ExitCode;

use warmpath_speed::cpu::seconds;
use warmpath_speed::{PRESETS, counts, growth, prepare, replay};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let measured = match arguments.first().map(String::as_str) {
        Some("growth") => growth::print().ok_or_else(|| {
            "a scenario is not valid, or a run of it ended at another time than the first"
                .to_owned()
        }),
        Some("counts") => counts::print(&arguments[1..])
            .ok_or_else(|| "a preset is not known or cannot be run".to_owned()),
        _ => speeds(),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the requests that each preset serves in a second of CPU.
fn speeds() -> Result<(), String> {
    println!("preset            first [req/s]   median [req/s]   runs");
    for name in PRESETS {
        let made = prepare(name);
        let (scenario, workload) =
            made.ok_or_else(|| format!("{name}: its workload cannot be made"))?;
        let mut rates = Vec::new();
        let begun = seconds();
        while seconds() - begun < 2.0 || rates.len() < 5 {
            let start = seconds();
            let requests = replay(&scenario, &workload);
            let requests = requests.ok_or_else(|| format!("{name}: it cannot be run"))?;
            rates.push(requests as f64 / (seconds() - start));
        }
        let first = rates[0];
        rates.sort_by(f64::total_cmp);
        println!(
            "{name:<16}{first:>15.0}{:>17.0}{:>7}",
            rates[rates.len() / 2],
            rates.len()
        );
    }
    Ok(())
}
