//! What helps a reader to understand the page: the words, why a figure is what it is, what to try next, and the lesson.
//!
//! Everything here is text and small computations; a program of its own shows it, fetched once the reader does something
//! with the page. A sentence that states a figure computes it, or reads it from the published rows in `core`. Left out: any
//! memory of what a reader answered.

pub mod glossary;
pub mod lesson;
pub mod questions;
pub mod why;
