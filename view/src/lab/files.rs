//! The reader's own files that a scenario names: what is loaded, and what is not.

use crate::controls::label;
use crate::format;
use warmpath_core::scenario::{FIELDS, Scenario, Warm};

/// A file that the scenario names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedFile {
    /// The part of the scenario that it is, by its option's name; emptied, the scenario does without it.
    pub flag: &'static str,
    /// What that part is called.
    pub title: &'static str,
    /// The file's name without its hash.
    pub name: String,
    /// What it holds; none if it has not been read.
    pub about: Option<String>,
}

impl LoadedFile {
    /// What is said of it.
    pub fn words(&self) -> &str {
        let missing = "not read yet: open it or drop it here";
        self.about.as_deref().unwrap_or(missing)
    }
}

/// The files of a scenario. `file` is the workload that was read, with its requests; `attached` are the others, with what they
/// hold.
pub fn loaded(
    scenario: &Scenario,
    file: Option<(&str, u32)>,
    attached: &[(String, String)],
) -> Vec<LoadedFile> {
    let mut files = Vec::new();
    if scenario.workload.contains('~') {
        let read = file.filter(|it| it.0 == scenario.workload);
        let about = read.map(|it| format::plural(it.1.into(), "request"));
        files.push(one("workload", &scenario.workload, about));
    }
    let held = |name: &str| {
        let found = attached.iter().find(|it| it.0 == name);
        found.map(|it| it.1.clone())
    };
    if let Some(own) = &scenario.calibration {
        files.push(one("calibration", own.name(), held(own.name())));
    }
    if let Warm::Left(state) = &scenario.warm {
        files.push(one("warm", state.name(), held(state.name())));
    }
    files
}

fn one(flag: &'static str, name: &str, about: Option<String>) -> LoadedFile {
    LoadedFile {
        flag,
        title: FIELDS.iter().find(|it| it.flag == flag).map_or("", label),
        name: name.rsplit_once('~').map_or(name, |it| it.0).to_owned(),
        about,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_a_line_that_says_whether_it_was_read() {
        let query = "v=2&w=a.json~0123456789abcdef&cal=own.json~1123456789abcdef&warm=b.cache~2123456789abcdef";
        let scenario = Scenario::from_query(query).unwrap();
        let attached = [("own.json~1123456789abcdef".to_owned(), "an <L4>".to_owned())];
        let files = loaded(&scenario, Some(("a.json~0123456789abcdef", 60)), &attached);
        assert_eq!(files.len(), 3);
        assert_eq!(files[0].name, "a.json");
        assert_eq!(files[0].words().replace(format::GAP, " "), "60 requests");
        assert_eq!(files[1].words(), "an <L4>");
        assert_eq!((files[2].flag, &files[2].about), ("warm", &None));
        assert!(files[2].words().starts_with("not read yet"));
        assert_eq!(loaded(&Scenario::default(), None, &[]), []);
    }
}
