//! Where the engine gets its workload from: generated, fetched from the page's folder, or a file that the reader opened.

use super::message::{Answer, WorkStage};
use super::{error_text, wait};
use std::rc::Rc;
use warmpath_core::scenario::Scenario;
use warmpath_core::token::tables::TABLES;
use warmpath_core::workload::named::Source;
use warmpath_core::workload::{Named, Origin, ReadOptions, Reader, Workload, WorkloadError};
use warmpath_view::controls::on_page;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, Response};

/// The number of bytes that are read at once.
const PIECE: f64 = 1_048_576.0;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn fetch(address: &str) -> js_sys::Promise;
}

/// The workload that a scenario names, if it is not the reader's own file.
pub(super) async fn named(
    scenario: &Scenario,
    base: &str,
    post: &Rc<dyn Fn(Answer)>,
    alive: &dyn Fn() -> bool,
) -> Result<Workload, String> {
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
        stage: WorkStage::Fetching,
        done: 0.0,
        total: 0.0,
    });
    let bytes = get(&format!("{base}traces/{trace}")).await?;
    if !alive() {
        return Err(String::new());
    }
    let read = named.read(&bytes, scenario.block_size, scenario.requests);
    read.map_err(|error| error.to_string())
}

/// Reads a file in pieces. If it needs a tokenizer's tables, they are fetched from the page's folder, once.
pub(super) async fn read(
    file: &File,
    options: ReadOptions,
    post: &Rc<dyn Fn(Answer)>,
    alive: &dyn Fn() -> bool,
) -> Result<(Workload, Origin), String> {
    let first = pieces(file, options.clone(), post, alive).await;
    let Err(Fault::Tables(name)) = first else {
        return first.map_err(|fault| fault.reason(file));
    };
    let table = TABLES.iter().find(|table| table.name == name);
    let table = table.ok_or_else(|| format!("open the tokenizer {name} here first"))?;
    post(Answer::Progress {
        stage: WorkStage::Fetching,
        done: 0.0,
        total: 0.0,
    });
    let bytes = get(&format!("{}tokenizers/{}", folder(), table.file)).await?;
    table.load(&bytes).map_err(|error| error.to_string())?;
    let again = pieces(file, options, post, alive).await;
    again.map_err(|fault| fault.reason(file))
}

/// Why a file could not be read.
enum Fault {
    /// It needs a tokenizer's tables that are not loaded, given by their name.
    Tables(String),
    /// The file is not valid, for this reason.
    Wrong(WorkloadError),
    /// The browser could not read it, with this message.
    Browser(String),
}

impl From<WorkloadError> for Fault {
    fn from(error: WorkloadError) -> Self {
        match error {
            WorkloadError::Tables { name } => Self::Tables(name),
            error => Self::Wrong(error),
        }
    }
}

impl Fault {
    fn reason(self, file: &File) -> String {
        match self {
            Self::Tables(name) => format!("the tables of the tokenizer {name} could not be used"),
            Self::Wrong(error) => format!("{}: {}", file.name(), on_page(&error.to_string())),
            Self::Browser(reason) => reason,
        }
    }
}

/// The address of the folder of the worker's program, which is the page's.
fn folder() -> String {
    let of = |object: &JsValue, name: &str| js_sys::Reflect::get(object, &name.into());
    let location = of(&js_sys::global(), "location");
    let address = location.and_then(|location| of(&location, "href"));
    let address = address
        .ok()
        .and_then(|it| it.as_string())
        .unwrap_or_default();
    let address = address.split(['?', '#']).next().unwrap_or_default();
    address
        .rfind('/')
        .map_or("", |end| &address[..=end])
        .to_owned()
}

async fn pieces(
    file: &File,
    options: ReadOptions,
    post: &Rc<dyn Fn(Answer)>,
    alive: &dyn Fn() -> bool,
) -> Result<(Workload, Origin), Fault> {
    let total = file.size();
    let mut reader = Reader::new(&file.name(), options);
    let mut at = 0.0;
    let mut last_post = wait::now();
    while at < total {
        let end = (at + PIECE).min(total);
        let piece = file
            .slice_with_f64_and_f64(at, end)
            .map_err(|error| Fault::Browser(error_text(error)))?;
        let buffer = JsFuture::from(piece.array_buffer())
            .await
            .map_err(|error| Fault::Browser(error_text(error)))?;
        let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
        reader.push(&bytes)?;
        at = end;
        if wait::now() - last_post > 100.0 {
            last_post = wait::now();
            post(Answer::Progress {
                stage: WorkStage::Reading,
                done: at,
                total,
            });
        }
        wait::turn().await;
        if !alive() {
            return Err(Fault::Browser(String::new()));
        }
    }
    Ok(reader.understood()?)
}

/// The first `most` bytes of a file, or all of them.
pub(super) async fn whole(file: &File, most: f64) -> Result<Vec<u8>, String> {
    let piece = file
        .slice_with_f64_and_f64(0.0, most.min(file.size()))
        .map_err(error_text)?;
    let buffer = JsFuture::from(piece.array_buffer())
        .await
        .map_err(error_text)?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Fetches a file from the page's folder.
pub(super) async fn get(address: &str) -> Result<Vec<u8>, String> {
    let fault = |what: String| {
        format!("{address} could not be fetched: {what}. Run again to try once more.")
    };
    let response = JsFuture::from(fetch(address))
        .await
        .map_err(|error| fault(error_text(error)))?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(fault(format!("status {}", response.status())));
    }
    let body = response
        .array_buffer()
        .map_err(|error| fault(error_text(error)))?;
    let buffer = JsFuture::from(body)
        .await
        .map_err(|error| fault(error_text(error)))?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}
