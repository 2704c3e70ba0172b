//! The lists of autoscalers with the figures of their rules, and of GPU prices.

use serde_json::{Value, json};
use warmpath_core::hardware::GPUS;
use warmpath_core::price::PRICES;
use warmpath_core::scenario::scaling::{AUTOSCALERS, Autoscaler, FIGURES};

use crate::table::Table;

pub(super) fn autoscalers() -> Vec<Table> {
    let columns = [
        ("name", "autoscaler"),
        ("about", "what it does"),
        ("min", "min"),
        ("max", "max"),
        ("targets", "looks at"),
        ("metrics", "can look at"),
        ("figures", "figures of its rule"),
        ("assumed", "not from its source"),
        ("source", "source"),
    ];
    let mut table = Table::new("autoscalers", "How fleets grow and shrink", &columns);
    table.rows.extend(AUTOSCALERS.iter().map(autoscaler));
    let columns = [
        ("name", "figure"),
        ("least", "least"),
        ("most", "most"),
        ("unit", "unit"),
        ("about", "what it is"),
    ];
    let mut figures = Table::new("figures", "Figures of the rules", &columns);
    figures.rows.extend(FIGURES.iter().map(|it| {
        vec![
            json!(it.name),
            json!(it.range.0),
            json!(it.range.1),
            json!(it.unit),
            json!(it.about),
        ]
    }));
    vec![table, figures]
}

fn autoscaler(it: &Autoscaler) -> Vec<Value> {
    let targets = it.targets.iter();
    let targets: Vec<String> = targets
        .map(|(metric, target)| format!("{}={target}", metric.name()))
        .collect();
    let metrics: Vec<&str> = it.metrics.iter().map(|metric| metric.name()).collect();
    let figures = it.figures.iter();
    let figures: Vec<String> = figures
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    vec![
        json!(it.name),
        json!(it.about),
        json!(it.min),
        json!(it.max),
        json!(targets.join(";")),
        json!(metrics.join(", ")),
        json!(figures.join(";")),
        json!(it.assumed),
        json!(it.source),
    ]
}

pub(super) fn prices() -> Vec<Table> {
    let columns = [
        ("name", "GPU"),
        ("usd_per_hour", "US$ an hour"),
        ("date", "quoted"),
        ("source", "by whom"),
    ];
    let mut table = Table::new("prices", "What an hour of a GPU costs", &columns);
    table.rows.extend(GPUS.iter().map(|gpu| {
        let price = PRICES.iter().find(|price| price.gpu == gpu.name);
        vec![
            json!(gpu.name),
            json!(price.map(|it| it.usd_per_hour)),
            json!(price.map(|it| it.date)),
            json!(price.map_or("no price known", |it| it.source)),
        ]
    }));
    vec![table]
}
