//! Times the speed presets natively: one run, then repeats for at least two seconds of CPU.
//!
//! With the argument `growth` it measures instead what a request costs as the fleet grows; with `counts`, which names of presets
//! may follow, it prints what their replays consist of.

use warmpath_speed::cpu::seconds;
use warmpath_speed::{PRESETS, counts, growth, prepare, replay};

fn main() {
    if std::env::args().nth(1).as_deref() == Some("growth") {
        if growth::print().is_none() {
            println!(
                "a scenario is not valid, or a run of it ended at another time than the first"
            );
        }
        return;
    }
    if std::env::args().nth(1).as_deref() == Some("counts") {
        let names: Vec<String> = std::env::args().skip(2).collect();
        if counts::print(&names).is_none() {
            println!("a preset is not known or cannot be run");
        }
        return;
    }
    // Requests a second of CPU.
    println!("preset            first [req/s]   median [req/s]   runs");
    for name in PRESETS {
        let Some((scenario, workload)) = prepare(name) else {
            println!("{name}: its workload cannot be made");
            continue;
        };
        let mut rates = Vec::new();
        let begun = seconds();
        while seconds() - begun < 2.0 || rates.len() < 5 {
            let start = seconds();
            let requests = replay(&scenario, &workload).unwrap_or(0);
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
}
