//! The reader's own files that a scenario names: what is loaded, what is not, and a button that takes each out again.

use crate::controls::label;
use crate::format;
use crate::markup::escape;
use core::fmt::Write as _;
use warmpath_core::scenario::{FIELDS, Scenario, Warm};

/// A line a file. `file` is the workload that was read, with its requests; `attached` are the others, with what they hold.
pub fn loaded(
    scenario: &Scenario,
    file: Option<(&str, u32)>,
    attached: &[(String, String)],
) -> String {
    let mut out = String::new();
    if scenario.workload.contains('~') {
        let read = file.filter(|it| it.0 == scenario.workload);
        let about = read.map(|it| format::plural(it.1.into(), "request"));
        line(&mut out, "workload", &scenario.workload, about);
    }
    let held = |name: &str| {
        let found = attached.iter().find(|it| it.0 == name);
        found.map(|it| it.1.clone())
    };
    if let Some(own) = &scenario.calibration {
        line(&mut out, "calibration", own.name(), held(own.name()));
    }
    if let Warm::Left(state) = &scenario.warm {
        line(&mut out, "warm", state.name(), held(state.name()));
    }
    out
}

/// One file; `about` is missing where it has not been read.
fn line(out: &mut String, flag: &str, name: &str, about: Option<String>) {
    let base = escape(name.rsplit_once('~').map_or(name, |it| it.0));
    let title = FIELDS.iter().find(|it| it.flag == flag).map_or("", label);
    let (class, about) = match &about {
        Some(about) => ("", escape(about)),
        None => (
            " class=\"missing\"",
            "not read yet: open it or drop it here".to_owned(),
        ),
    };
    let _ = write!(
        out,
        "<li{class}><span><b>{title}</b> {base} <span class=\"soft\">{about}</span></span>\
         <button type=\"button\" class=\"step\" data-unload=\"{flag}\" aria-label=\"{base}: take it out\">×</button></li>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_a_line_that_says_whether_it_was_read() {
        let query = "v=1&w=a.json~0123456789abcdef&cal=own.json~1123456789abcdef&warm=b.cache~2123456789abcdef";
        let scenario = Scenario::from_query(query).unwrap();
        let attached = [("own.json~1123456789abcdef".to_owned(), "an <L4>".to_owned())];
        let said = loaded(&scenario, Some(("a.json~0123456789abcdef", 60)), &attached);
        assert_eq!(said.matches("<li").count(), 3);
        assert!(
            said.replace(format::GAP, " ")
                .contains("a.json <span class=\"soft\">60 requests")
        );
        assert!(said.contains("an &lt;L4&gt;"));
        assert_eq!(said.matches("class=\"missing\"").count(), 1);
        assert_eq!(loaded(&Scenario::default(), None, &[]), "");
    }
}
