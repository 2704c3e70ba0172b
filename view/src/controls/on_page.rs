//! What an error of `core` says for a reader of the page: an option of the command line is called by the name of its control,
//! and a document that is not on the page is not named.

use super::label;
use warmpath_core::workload::reading::TimeUnit;

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
        rest = left;
        match label(flag) {
            // No control writes caches: "a file that --save-cache wrote" is one that the command line wrote.
            "" if flag == "save-cache" => out += "the command line",
            "" => {
                out += "--";
                out += flag;
            }
            name => {
                let quoted = format!("“{name}”");
                // Where it is, is said once.
                let known = out.contains(&quoted);
                out += &quoted;
                if !known {
                    out += " (in the laboratory)";
                }
                // What follows an option is its value if it has a `=` or is a unit of times; else it is a word of the sentence.
                let value = left.trim_start().split([' ', ';', ',']).next();
                let is_value = |it: &&str| {
                    it.contains('=') || TimeUnit::ALL.iter().any(|unit| unit.word() == *it)
                };
                if let Some(value) = value.filter(is_value) {
                    out += &format!(" set to “{value}”");
                    rest = left.trim_start().get(value.len()..).unwrap_or_default();
                }
            }
        }
    }
    out += rest;
    without_lists(&out.replace(" (docs/formats.md)", ""))
}

/// A text without what the command line lists, which controls offer: "(warmpath list gpus)", "(see list health)".
fn without_lists(text: &str) -> String {
    let mut out = text.to_owned();
    for before in [" (warmpath list ", " (see list "] {
        while let Some(from) = out.find(before) {
            let rest = out.get(from..).unwrap_or_default();
            let end = rest.find(')').map_or(rest.len(), |end| end + 1);
            out.replace_range(from..from + end, "");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controls::{Bounds, help};
    use crate::lab::refusals::reason;
    use crate::measured::UNIT_INFERRED;
    use warmpath_core::scenario::{FIELDS, Scenario};
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
        let chat = notes(
            "chat.txt",
            "User: hello there\nUser: and again\nAssistant: yes, hello\n",
        );
        assert!(chat.contains("--map prompt=line"), "{chat}");
        assert!(
            on_page(&chat).contains(
                "“Columns of a file” (in the laboratory) set to “prompt=line” reads a prompt a line"
            ),
            "{}",
            on_page(&chat)
        );
        assert_eq!(
            on_page("say which with --time-unit s or --time-unit ms"),
            "say which with “Unit of a file's times” (in the laboratory) set to “s” or “Unit of a file's times” set to “ms”"
        );
    }

    /// The notes on a file that is read.
    fn notes(name: &str, text: &str) -> String {
        let mut reader = Reader::new(name, ReadOptions::default());
        reader.push(text.as_bytes()).expect("it is text");
        let workload = reader.finish().expect("it is a chat");
        workload.notes.join("; ")
    }

    /// What the page says of every field in its controls: no option, no list of the command line.
    #[test]
    fn no_control_speaks_of_the_command_line() {
        for field in FIELDS {
            let said = help(field.flag, &Bounds::of(field));
            assert!(!said.contains("list "), "{said}");
            // An option of a program that is simulated is called by its name.
            let own = said.split("--").skip(1).find(|rest| {
                let end = |letter: char| !(letter.is_ascii_lowercase() || letter == '-');
                let flag = rest.split(end).next().unwrap_or_default();
                flag == "save-cache" || FIELDS.iter().any(|it| it.flag == flag)
            });
            assert_eq!(own, None, "{said}");
            let refused = field.set(&mut Scenario::default(), "?=?");
            let refused = refused
                .err()
                .map_or(String::new(), |it| on_page(&reason(&it)));
            assert!(
                !refused.contains("warmpath list") && !refused.contains("--save"),
                "{refused}"
            );
        }
        assert!(!UNIT_INFERRED.contains("--"));
    }
}
