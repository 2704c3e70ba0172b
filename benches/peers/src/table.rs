//! Medians and ratios, as a Markdown table.

/// Rates of one index in one round \[1/s\].
pub struct Figures {
    pub finds: f64,
    pub stores: f64,
    pub requests: f64,
    pub removes: f64,
}

/// One after the other, as in [`NAMES`].
pub type Round = [Figures; 6];

const NAMES: [&str; 6] = [
    "Warmpath",
    "Warmpath, stamps on",
    "Warmpath, every block entered",
    "RadixTree",
    "ChainIndex, find_matches",
    "ChainIndex, score_into",
];

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub fn print(rounds: &[Round], heaps: [usize; 6]) {
    let rates: [fn(&Figures) -> f64; 4] = [
        |figures| figures.finds,
        |figures| figures.stores,
        |figures| figures.requests,
        |figures| figures.removes,
    ];
    println!("\n| [k/s; MiB] | lookups | stores | find then store | removes | heap |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (index, name) in NAMES.iter().enumerate() {
        print!("| {name} |");
        for of in &rates {
            let rate = median(rounds.iter().map(|round| of(&round[index])).collect());
            print!(" {:.0} |", rate / 1e3);
        }
        println!(" {:.1} |", heaps[index] as f64 / (1 << 20) as f64);
    }
    // Ratios are taken within a round, so that what slows the machine for a while slows both sides.
    for (against, peers) in [
        ("the better peer, ChainIndex answering by map", 3..5),
        ("the better peer, ChainIndex answering by slice", 3..6),
    ] {
        print!("| times {against} |");
        for of in &rates {
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
