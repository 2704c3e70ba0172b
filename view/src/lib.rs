//! What a picture shows, as plain data and drawings generic over the backend.
//!
//! The page places what this crate computes; the command line writes the same as text and SVG. Nothing here knows of a
//! document, a window or a clock, so all of it is tested natively.
#![forbid(unsafe_code)]

pub mod challenge;
pub mod chart;
pub mod chips;
pub mod controls;
pub mod cost;
pub mod duel;
pub mod export;
pub mod failure;
pub mod fork;
pub mod format;
pub mod lab;
pub mod lanes;
pub mod lint;
pub mod lives;
pub mod measured;
pub mod model_card;
pub mod one_gpu;
pub mod palette;
pub mod playback;
pub mod playground;
pub mod reality;
pub mod rich;
pub mod say;
#[cfg(test)]
mod story;
pub mod table;
pub mod text;
pub mod tree;
#[cfg(test)]
mod trial;
pub mod wire;
