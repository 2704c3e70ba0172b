//! `products`: runs the products' own routers and records their decisions; `--table` writes docs/parity.md from the
//! recordings.
//!
//! Each product has a virtual environment of its own under target/products, because their wheels overwrite each other's
//! modules, and runs in a network namespace of its own, so that it cannot reach any other machine.

use crate::fault::{Fault, Outcome};
use crate::{places, process};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The time limit for fetching a product's packages or building its crates from scratch, which suits a slow and busy
/// machine too (Dynamo's 300 crates took 11 minutes).
const SET_UP: Duration = Duration::from_secs(3600);
/// The time limit for a recording, which takes about a minute.
const RECORD: Duration = Duration::from_secs(600);

/// A product: its name as typed, its packages, its driver in benches/products, and whether a program of that folder, which
/// is built with the product's crates, stands between the driver and the product.
struct Product {
    name: &'static str,
    packages: &'static [&'static str],
    driver: &'static str,
    program: bool,
}

const PRODUCTS: &[Product] = &[
    Product {
        name: "smg",
        packages: &["smg==1.13.0", "aiohttp==3.14.5"],
        driver: "smg.py",
        program: false,
    },
    Product {
        name: "sglang-router",
        packages: &["sglang-router==0.3.2", "aiohttp==3.14.5"],
        driver: "sglang_router.py",
        program: false,
    },
    Product {
        name: "vllm-router",
        packages: &["vllm-router==0.1.17", "aiohttp==3.14.5"],
        driver: "vllm_router.py",
        program: false,
    },
    Product {
        name: "ray",
        packages: &[
            "ray[serve]==2.60.0",
            "numpy",
            "grpcio-reflection",
            "grpcio-status",
        ],
        driver: "ray_serve.py",
        program: false,
    },
    Product {
        name: "dynamo",
        packages: &[],
        driver: "dynamo.py",
        program: true,
    },
];

pub(crate) fn run(rest: &[String]) -> Outcome<()> {
    match rest {
        [word] if word == "--table" => table(),
        [name] => record(product(name)?),
        [] => PRODUCTS.iter().try_for_each(record),
        [_, more, ..] => Err(Fault::new(
            "the command line",
            format!("products takes one name, not {more:?} as well"),
            "cargo xtask products",
        )),
    }
}

fn product(name: &str) -> Outcome<&'static Product> {
    let found = PRODUCTS.iter().find(|product| product.name == name);
    let names: Vec<_> = PRODUCTS.iter().map(|product| product.name).collect();
    found.ok_or_else(|| {
        Fault::new(
            "the command line",
            format!("there is no product {name:?}"),
            format!("one of {}, or --table", names.join(", ")),
        )
    })
}

fn record(product: &Product) -> Outcome<()> {
    let home = places::root().join("target/products").join(product.name);
    let start = Instant::now();
    set_up(product, &home)?;
    if product.program {
        build(product, &home)?;
    }
    let ready = Instant::now();
    let driver = places::root().join("benches/products").join(product.driver);
    // A network of its own that has only the loopback interface.
    let script = "ip link set lo up && exec \"$0\" \"$1\"";
    process::run_within(
        product.name,
        Command::new("unshare")
            .args(["--net", "--map-root-user", "sh", "-c", script])
            .arg(home.join("bin/python"))
            .arg(driver),
        RECORD,
        "run the driver in benches/products by hand",
    )?;
    println!(
        "{}: set up in {} s, recorded in {} s",
        product.name,
        (ready - start).as_secs(),
        ready.elapsed().as_secs()
    );
    Ok(())
}

fn set_up(product: &Product, home: &Path) -> Outcome<()> {
    let wanted = product.packages.join("\n");
    let mark = home.join("packages.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let next = "Python 3.11 or later, with venv and pip, is needed";
    process::run_within(
        "a virtual environment",
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(home),
        SET_UP,
        next,
    )?;
    if product.packages.is_empty() {
        return mark_done(&mark, &wanted);
    }
    // The output is shown, because it is the only sign of progress.
    process::run_within(
        "its packages",
        Command::new(home.join("bin/pip"))
            .args(["install", "--disable-pip-version-check"])
            .args(product.packages),
        SET_UP,
        next,
    )?;
    mark_done(&mark, &wanted)
}

fn mark_done(mark: &Path, wanted: &str) -> Outcome<()> {
    std::fs::write(mark, wanted)
        .map_err(|error| Fault::new("its packages", error.to_string(), "look at target/products"))
}

/// Builds the program in the product's folder; its crates are not part of the workspace.
fn build(product: &Product, home: &Path) -> Outcome<()> {
    process::run_within(
        "its program",
        Command::new("cargo")
            .args(["build", "--locked", "--target-dir"])
            .arg(home.join("program"))
            .current_dir(places::root().join("benches/products").join(product.name)),
        SET_UP,
        "read the message above; a C compiler and CMake are needed",
    )
}

fn table() -> Outcome<()> {
    process::run(
        "docs/parity.md",
        Command::new("cargo")
            .args(["test", "-p", "warmpath-core", "--test", "parity"])
            .env("WARMPATH_BLESS", "1")
            .current_dir(places::root()),
        "a policy decides otherwise than the product did: read the message above",
    )
}
