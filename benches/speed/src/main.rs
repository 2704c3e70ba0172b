//! Times the speed presets natively: one run, then repeats for at least two seconds.

use std::time::Instant;

use warmpath_speed::{PRESETS, prepare, replay};

fn main() {
    println!("preset            first [req/s]   median [req/s]   runs");
    for name in PRESETS {
        let Some((scenario, workload)) = prepare(name) else {
            println!("{name}: not to be had");
            continue;
        };
        let mut rates = Vec::new();
        let begun = Instant::now();
        while begun.elapsed().as_secs_f64() < 2.0 || rates.len() < 5 {
            let start = Instant::now();
            let requests = replay(&scenario, &workload).unwrap_or(0);
            rates.push(requests as f64 / start.elapsed().as_secs_f64());
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
