//! What an error of `core` says for a reader of the page: an option of the command line is called by the name of its control,
//! and a document that is not on the page is not named.

use super::label;

/// An error's text, with controls where it names options.
///
/// ```
/// use warmpath_view::controls::on_page;
/// let error = "a time is too large; --time-unit says another unit";
/// assert_eq!(on_page(error), "a time is too large; “Unit of a file's times” (in the laboratory) says another unit");
/// ```
pub fn on_page(error: &str) -> String {
    let mut rest = error;
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once("--") {
        out += before;
        let end = after
            .find(|letter: char| !(letter.is_ascii_lowercase() || letter == '-'))
            .unwrap_or(after.len());
        let (flag, left) = after.split_at(end);
        match label(flag) {
            "" => {
                out += "--";
                out += flag;
            }
            name => out += &format!("“{name}” (in the laboratory)"),
        }
        rest = left;
    }
    out += rest;
    out.replace(" (docs/formats.md)", "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::workload::{ReadOptions, Reader};

    #[test]
    fn a_files_errors_name_no_option_and_no_document() {
        let refused = |name: &str, text: &str| {
            let mut reader = Reader::new(name, ReadOptions::default());
            let pushed = reader.push(text.as_bytes());
            let error = pushed.err().or_else(|| reader.understood().err());
            error.expect("it is refused").to_string()
        };
        let error = refused("a.jsonl", "{\"colour\": \"red\"}\n");
        assert!(
            error.contains("--map") || error.contains("docs/"),
            "{error}"
        );
        let shown = on_page(&error);
        assert!(!shown.contains("--") && !shown.contains("docs/"), "{shown}");
        assert_eq!(on_page("a -- b --nosuch"), "a -- b --nosuch");
    }
}
