//! Where the engine's workload comes from: generated, a trace fetched from beside the page, or a file that was dropped.

use super::message::{Answer, Stage};
use super::{said, wait};
use std::rc::Rc;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::named::Source;
use warmpath_core::workload::{Named, ReadOptions, Reader, Workload};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, Response};

/// Bytes read at once.
const PIECE: f64 = 1_048_576.0;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(address: &str) -> js_sys::Promise;
}

/// The workload that a scenario names; `file` is the one dropped last, with its name.
pub(super) async fn load(
    scenario: &Scenario,
    file: Option<&(String, File)>,
    base: &str,
    post: &Rc<dyn Fn(Answer)>,
    alive: &dyn Fn() -> bool,
) -> Result<Workload, String> {
    if let Some((_, file)) = file.filter(|(name, _)| *name == scenario.workload) {
        return read(file, options(scenario), post, alive).await;
    }
    let named = Named::parse(&scenario.workload).map_err(|error| {
        match scenario.workload.rsplit_once('~') {
            Some((name, hash)) => format!(
                "this scenario replays the file {name} (hash {hash}); drop it here, then run"
            ),
            None => error.to_string(),
        }
    })?;
    let Source::Trace(trace) = named.info().source else {
        let made = named.generate(scenario.block_size, scenario.seed, scenario.requests);
        return made.map_err(|error| error.to_string());
    };
    post(Answer::Progress {
        stage: Stage::Fetching,
        done: 0.0,
        total: 0.0,
    });
    let bytes = get(&format!("{base}traces/{trace}")).await?;
    if !alive() {
        return Err(String::new());
    }
    named
        .read(&bytes, scenario.block_size, scenario.requests)
        .map_err(|error| error.to_string())
}

/// How a scenario wants its file read.
pub(super) fn options(scenario: &Scenario) -> ReadOptions {
    ReadOptions {
        block_size: scenario.block_size,
        requests: scenario.requests,
        reading: scenario.reading.clone(),
        ..ReadOptions::default()
    }
}

/// Reads a file in pieces.
pub(super) async fn read(
    file: &File,
    options: ReadOptions,
    post: &Rc<dyn Fn(Answer)>,
    alive: &dyn Fn() -> bool,
) -> Result<Workload, String> {
    let total = file.size();
    let mut reader = Reader::new(&file.name(), options);
    let mut at = 0.0;
    let mut told = wait::now();
    while at < total {
        let end = (at + PIECE).min(total);
        let piece = file.slice_with_f64_and_f64(at, end).map_err(said)?;
        let buffer = JsFuture::from(piece.array_buffer()).await.map_err(said)?;
        let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
        reader
            .push(&bytes)
            .map_err(|error| format!("{}: {error}", file.name()))?;
        at = end;
        if wait::now() - told > 100.0 {
            told = wait::now();
            post(Answer::Progress {
                stage: Stage::Reading,
                done: at,
                total,
            });
        }
        wait::turn().await;
        if !alive() {
            return Err(String::new());
        }
    }
    reader
        .finish()
        .map_err(|error| format!("{}: {error}", file.name()))
}

/// The first so many bytes of a file, or all there are.
pub(super) async fn whole(file: &File, most: f64) -> Result<Vec<u8>, String> {
    let piece = file
        .slice_with_f64_and_f64(0.0, most.min(file.size()))
        .map_err(said)?;
    let buffer = JsFuture::from(piece.array_buffer()).await.map_err(said)?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Fetches a file from beside the page.
async fn get(address: &str) -> Result<Vec<u8>, String> {
    let fault = |what: String| {
        format!("the trace {address} could not be fetched: {what}. Run again to try once more.")
    };
    let response = JsFuture::from(fetch(address))
        .await
        .map_err(|error| fault(said(error)))?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(fault(format!("status {}", response.status())));
    }
    let body = response
        .array_buffer()
        .map_err(|error| fault(said(error)))?;
    let buffer = JsFuture::from(body)
        .await
        .map_err(|error| fault(said(error)))?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}
