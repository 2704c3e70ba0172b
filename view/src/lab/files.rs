//! The reader's own files that a scenario refers to: which of them are loaded, and which are not.

use crate::controls::{GROUPS, READING, label};
use crate::form::State;
use crate::format;

/// A file that a scenario refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedFile {
    /// The name of the option that has the file; with this option empty the scenario does without the file.
    pub flag: &'static str,
    /// The label of that option.
    pub title: &'static str,
    /// The file's name without its hash.
    pub name: String,
    /// The contents in a few words; `None` if the file has not been read.
    pub about: Option<String>,
}

impl LoadedFile {
    /// The text beside the file's name.
    pub fn words(&self) -> &str {
        let missing = "not read yet: open it or drop it here";
        self.about.as_deref().unwrap_or(missing)
    }
}

/// The files of what is set. `file` is the workload that was read, with its number of requests; `attached` are the other
/// files, with their contents in words.
pub fn loaded(
    state: &State,
    file: Option<(&str, u32)>,
    attached: &[(String, String)],
) -> Vec<LoadedFile> {
    let mut files = Vec::new();
    let workload = state.text("workload");
    if workload.contains('~') {
        let read = file.filter(|it| it.0 == workload);
        let about = read.map(|it| format::plural(it.1.into(), "request"));
        files.push(one("workload", workload, about));
    }
    let held = |name: &str| {
        let found = attached.iter().find(|it| it.0 == name);
        found.map(|it| it.1.clone())
    };
    let calibration = state.text("calibration");
    if !calibration.is_empty() {
        files.push(one("calibration", calibration, held(calibration)));
    }
    let warm = state.text("warm");
    if !warm.starts_with("random:") && warm != "none" {
        files.push(one("warm", warm, held(warm)));
    }
    files
}

/// The names of the options that say how files are read.
fn flags() -> &'static [&'static str] {
    let group = GROUPS.iter().find(|group| group.title == READING);
    group.map_or(&[], |group| group.flags)
}

/// The settings by which files are read, as one text: when it changes, a file has to be read again.
pub fn reading(state: &State) -> String {
    let flags = flags().iter().chain(["block-size"].iter());
    flags
        .map(|flag| format!("{}\n", state.text(flag)))
        .collect()
}

/// Whether any of the settings on how files are read is not the default.
pub fn says_how(state: &State) -> bool {
    flags().iter().any(|flag| state.is_set(flag))
}

fn one(flag: &'static str, name: &str, about: Option<String>) -> LoadedFile {
    LoadedFile {
        flag,
        title: label(flag),
        name: name.rsplit_once('~').map_or(name, |it| it.0).to_owned(),
        about,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::state_of;
    use warmpath_core::scenario::{FIELDS, Scenario};

    fn reading(scenario: &Scenario) -> String {
        super::reading(&state_of(scenario))
    }

    fn says_how(scenario: &Scenario) -> bool {
        super::says_how(&state_of(scenario))
    }

    #[test]
    fn a_file_is_read_again_when_how_it_is_read_changes() {
        let of = |query: &str| Scenario::from_query(query).unwrap();
        let plain = of("v=2");
        for other in ["v=2&r=8&n=5&p=smart", "v=2&w=rag"] {
            assert_eq!(reading(&of(other)), reading(&plain), "{other}");
            assert!(!says_how(&of(other)));
        }
        for flag in [
            "tokenizer=words",
            "time-unit=s",
            "map=time=t;input=i",
            "tokens-per-id=64",
        ] {
            let (flag, value) = flag.split_once('=').unwrap();
            let field = FIELDS.iter().find(|it| it.flag == flag).unwrap();
            let mut other = plain.clone();
            field.set(&mut other, value).unwrap();
            assert_ne!(reading(&other), reading(&plain), "{flag}");
            assert!(says_how(&other), "{flag}");
        }
        let larger = Scenario {
            block_size: 32,
            ..plain.clone()
        };
        assert_ne!(reading(&larger), reading(&plain));
        assert!(!says_how(&larger));
    }

    #[test]
    fn each_file_is_a_line_that_says_whether_it_was_read() {
        let query = "v=2&w=a.json~0123456789abcdef&cal=own.json~1123456789abcdef&warm=b.cache~2123456789abcdef";
        let scenario = Scenario::from_query(query).unwrap();
        let attached = [("own.json~1123456789abcdef".to_owned(), "an <L4>".to_owned())];
        let files = loaded(
            &state_of(&scenario),
            Some(("a.json~0123456789abcdef", 60)),
            &attached,
        );
        assert_eq!(files.len(), 3);
        assert_eq!(files[0].name, "a.json");
        assert_eq!(files[0].words().replace(format::GAP, " "), "60 requests");
        assert_eq!(files[1].words(), "an <L4>");
        assert_eq!((files[2].flag, &files[2].about), ("warm", &None));
        assert!(files[2].words().starts_with("not read yet"));
        assert_eq!(loaded(&state_of(&Scenario::default()), None, &[]), []);
    }
}
