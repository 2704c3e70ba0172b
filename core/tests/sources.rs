//! Every row of the tables of figures names a source, and no source is somebody's memory.

use warmpath_core::hardware::GPUS;
use warmpath_core::llm::MODELS;
use warmpath_core::price::PRICES;
use warmpath_core::replica::terms::TERMS;
use warmpath_core::scenario::life::HEALTH;

#[test]
fn no_figure_is_written_from_memory() {
    let mut sources: Vec<(&str, &str)> = Vec::new();
    sources.extend(GPUS.iter().map(|it| (it.name, it.source)));
    sources.extend(MODELS.iter().map(|it| (it.name, it.source)));
    sources.extend(PRICES.iter().map(|it| (it.gpu, it.source)));
    sources.extend(HEALTH.iter().map(|it| (it.name, it.source)));
    sources.extend(TERMS.iter().map(|it| (it.name, it.source)));
    sources.extend(
        TERMS
            .iter()
            .filter_map(|it| Some((it.name, it.figure?.source))),
    );
    for (name, source) in sources {
        assert!(!source.is_empty(), "{name}");
        assert!(
            !source.contains("memory of") && !source.contains("from memory"),
            "{name}: {source}"
        );
    }
}

/// A file in a repository is named with its commit, so that it can be read again.
#[test]
fn a_file_of_a_gpu_has_its_commit() {
    for gpu in &GPUS {
        for file in [".yaml", ".py", ".md"] {
            for (at, _) in gpu.source.match_indices(file) {
                let after = &gpu.source[at + file.len()..];
                assert!(after.starts_with('@'), "{}: {}", gpu.name, gpu.source);
            }
        }
    }
}
