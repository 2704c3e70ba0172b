//! What reports say of the step times that were measured is what docs/accuracy.md tells, and its tables make one another up.

use warmpath_core::hardware::gpu;
use warmpath_core::llm::model;
use warmpath_core::replica::calibration::MEASURED;

const DOC: &str = include_str!("../../docs/accuracy.md");

/// The rows of the table of fitted rows with this first column: group, number of runs, mean absolute error \[%\].
fn table(name: &str) -> Vec<(String, f64, f64)> {
    let fitted = DOC.split("## A model left out").next().unwrap_or_default();
    let head = format!("| {name} | rows |");
    let lines = fitted.lines().skip_while(|line| !line.starts_with(&head));
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let number = |at: usize| cells[at].trim_end_matches(" %").parse().unwrap();
        (cells[1].to_owned(), number(2), number(3))
    };
    rows.map(row).collect()
}

#[test]
fn reports_say_of_each_gpu_and_model_what_the_document_does() {
    let documented = table("GPU and model");
    assert_eq!(documented.len(), MEASURED.len());
    for it in MEASURED {
        let (gpu, llm) = (gpu(it.gpu).unwrap(), model(it.model).unwrap());
        let group = format!("{}, {}", gpu.title, llm.title);
        let row = documented.iter().find(|(name, ..)| *name == group);
        let (_, rows, error) = row.unwrap_or_else(|| panic!("{group} is not in the document"));
        assert_eq!(f64::from(it.rows), *rows, "{group}");
        assert!((it.error * 100.0 - error).abs() < 1e-9, "{group}: {error}");
    }
}

/// Means of parts, weighted by their rows, are the mean of the whole, to what rounding leaves.
#[test]
fn the_documents_tables_make_one_another_up() {
    let mean = |rows: &[(String, f64, f64)]| {
        let count: f64 = rows.iter().map(|(_, rows, _)| rows).sum();
        let sum: f64 = rows.iter().map(|(_, rows, error)| rows * error).sum();
        (count, sum / count)
    };
    let (count, error) = mean(&table("all rows"));
    for name in ["model", "GPU", "GPU and model", "GPUs", "in flight"] {
        let (parts, of) = mean(&table(name));
        assert_eq!(parts, count, "{name}");
        assert!((of - error).abs() <= 0.1, "{name}: {of} but {error}");
    }
    let both = table("GPU and model");
    for (name, rows, error) in table("model") {
        let of: Vec<_> = both
            .iter()
            .filter(|(it, ..)| it.ends_with(&name))
            .cloned()
            .collect();
        let (parts, mean) = mean(&of);
        assert_eq!(parts, rows, "{name}");
        assert!((mean - error).abs() <= 0.1, "{name}: {mean} but {error}");
    }
}
