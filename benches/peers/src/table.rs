//! Medians and ratios, as a Markdown table.

/// Rates of one index in one round \[1/s\].
pub struct Figures {
    pub finds: f64,
    pub stores: f64,
    pub requests: f64,
    pub removes: f64,
}

/// One after the other: ours, ours with stamps, `RadixTree`, `ChainIndex` by map, `ChainIndex` by slice.
pub type Round = [Figures; 5];

const NAMES: [&str; 5] = [
    "Warmpath",
    "Warmpath, stamps on",
    "RadixTree",
    "ChainIndex, find_matches",
    "ChainIndex, score_into",
];

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub fn print(rounds: &[Round], heaps: [usize; 5]) {
    let rates: [(&str, fn(&Figures) -> f64); 4] = [
        ("lookups", |figures| figures.finds),
        ("stores", |figures| figures.stores),
        ("find then store", |figures| figures.requests),
        ("removes", |figures| figures.removes),
    ];
    println!("\n| [k/s; MiB] | lookups | stores | find then store | removes | heap |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (index, name) in NAMES.iter().enumerate() {
        print!("| {name} |");
        for (_, of) in &rates {
            let rate = median(rounds.iter().map(|round| of(&round[index])).collect());
            print!(" {:.0} |", rate / 1e3);
        }
        println!(" {:.1} |", heaps[index] as f64 / (1 << 20) as f64);
    }
    // Ratios are taken within a round, so that what slows the machine for a while slows both sides.
    for (against, peers) in [
        ("the better peer, ChainIndex by find_matches", 2..4),
        ("the better peer, ChainIndex by score_into", 2..5),
    ] {
        print!("| times {against} |");
        for (_, of) in &rates {
            let ratio = |round: &Round| {
                let best = peers
                    .clone()
                    .map(|peer| of(&round[peer]))
                    .fold(0.0, f64::max);
                of(&round[0]) / best
            };
            print!(" {:.2} |", median(rounds.iter().map(ratio).collect()));
        }
        let best = peers.clone().map(|peer| heaps[peer]).min().unwrap_or(0);
        println!(" 1/{:.2} |", best as f64 / heaps[0] as f64);
    }
}
