//! What a picture shows, as plain data, and drawings for any backend of plotters.
//!
//! The page places what this crate computes; the command line writes the same as text and SVG. Nothing here knows of a
//! document, a window or a clock, so all of it is tested natively.
//!
//! The modules stand in groups, from the ground up; a module uses only those of its own group and of the groups before it.
//! `tests/order.rs` reads the groups here and fails on a use that runs back.
#![forbid(unsafe_code)]

// Ground: how is a number, a word, a colour, a table written?
pub mod format;
pub mod look;
pub mod palette;
pub mod product;
pub mod query;
pub mod rich;
pub mod table;
pub mod text;
pub mod wire;

// Figure: how does a report's figure stand in a table?
pub mod figure;

// Words: what happens in a fleet, and which words does the glossary explain?
pub mod event;
pub mod glossary_words;

// Prompt: what is it cut into, who holds how much of it, and where does it go?
pub mod chips;
pub mod cost;
pub mod fold;
pub mod lint;
pub mod playground;
pub mod sentences;
pub mod tree;

// Facts: what does the scenario of a run say?
pub mod scenario_facts;

// Chart: what does a run's figure look like?
pub mod chart;

// Playback: what happens when, replica by replica?
pub mod comparison;
pub mod failure;
pub mod fragment;
pub mod lanes;
pub mod lives;
pub mod one_gpu;
pub mod playback;

// Check: how right is the model, and what is it made of?
pub mod measured;
pub mod model_card;
pub mod reality;

// Control: what is asked of the laboratory, and what did it answer?
pub mod challenge;
pub mod controls;
pub mod export;
pub mod fork;
pub mod form;
pub mod history;
pub mod lab;
pub mod plans;

// Teaching: what does a word mean, why is a figure what it is, and what is to be tried?
pub mod teach;

#[cfg(test)]
mod story;
#[cfg(test)]
mod trial;
