//! Puts faults into the copy and takes those out again that the compiler does not accept.

use crate::Fate;
use crate::mutant::Mutant;
use crate::render::{Planted, Rendered, render};
use crate::site::{self, Site};
use crate::switch;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file that is given the switch, and the crate.
const ROOT: &str = "core/src/lib.rs";
const PACKAGE: &str = "warmpath-core";

/// How often it is compiled at most: the compiler does not name all that is wrong at once.
const ROUNDS: usize = 40;

/// Faults on their way into a copy of the model.
pub(crate) struct Planting {
    tree: PathBuf,
    /// Each file's text without faults, and its faults.
    files: BTreeMap<String, (String, Vec<Planted>)>,
    fates: Vec<Fate>,
}

/// A line of what cargo says.
#[derive(Deserialize)]
struct Line {
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    message: String,
    rendered: Option<String>,
    spans: Vec<At>,
}

#[derive(Deserialize)]
struct At {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    is_primary: bool,
}

impl Planting {
    /// Finds where each fault is switched. The copy is without faults.
    pub(crate) fn read(tree: &Path, mutants: &[&Mutant]) -> Result<Self, Box<dyn Error>> {
        let mut files: BTreeMap<String, (String, Vec<Planted>)> = BTreeMap::new();
        let mut sites = BTreeMap::new();
        let mut fates = Vec::new();
        for (at, mutant) in mutants.iter().enumerate() {
            let file = &mutant.file;
            if !files.contains_key(file) {
                let text = std::fs::read_to_string(tree.join(file))?;
                sites.insert(file.clone(), site::of(&text)?);
                files.insert(file.clone(), (text, Vec::new()));
            }
            let (text, planted) = files.get_mut(file).ok_or("the file was not read")?;
            let span = mutant
                .bytes(text)
                .ok_or_else(|| format!("{} lies outside its file", mutant.name))?;
            let site = sites[file].get(&(mutant.genre, span.start)).cloned();
            fates.push(match site {
                None => Fate::Inexpressible("no site".to_owned()),
                Some(Site::Unviable(why)) => Fate::Unviable(why.to_owned()),
                Some(Site::Nowhere(why)) => Fate::Inexpressible(why.to_owned()),
                Some(site) => {
                    planted.push(Planted {
                        number: at + 1,
                        site,
                        span,
                        replacement: mutant.replacement.clone(),
                    });
                    Fate::Planted
                }
            });
        }
        let tree = tree.to_owned();
        Ok(Self { tree, files, fates })
    }

    /// Writes the copy's files and takes faults out until they compile. What became of each.
    pub(crate) fn until_it_compiles(mut self, build: &Path) -> Result<Vec<Fate>, Box<dyn Error>> {
        let root = std::fs::read_to_string(self.tree.join(ROOT))?;
        let switch = switch::text(self.fates.len());
        std::fs::write(self.tree.join(ROOT), format!("{root}{switch}"))?;
        for round in 1..=ROUNDS {
            let rendered = self.write()?;
            let errors = self.errors(build)?;
            let left = |fate: &&Fate| **fate == Fate::Planted;
            let count = self.fates.iter().filter(left).count();
            println!("round {round}: {count} faults, {} errors", errors.len());
            if errors.is_empty() {
                return Ok(self.fates);
            }
            let mut out: BTreeMap<usize, String> = BTreeMap::new();
            for error in &errors {
                for number in meant(error, &rendered) {
                    out.entry(number).or_insert_with(|| error.message.clone());
                }
            }
            if out.is_empty() {
                let messages = errors.into_iter().filter_map(|it| it.rendered);
                return Err(messages.collect::<String>().into());
            }
            for (number, why) in out {
                self.fates[number - 1] = Fate::Unviable(why.replace(['\n', '\t'], " "));
            }
            let fates = &self.fates;
            for (_, planted) in self.files.values_mut() {
                planted.retain(|it| fates[it.number - 1] == Fate::Planted);
            }
        }
        Err(format!("does not compile after {ROUNDS} rounds").into())
    }

    fn write(&self) -> Result<BTreeMap<&str, Rendered>, Box<dyn Error>> {
        let mut all = BTreeMap::new();
        for (file, (text, planted)) in &self.files {
            let rendered = render(text, planted);
            std::fs::write(self.tree.join(file), &rendered.text)?;
            all.insert(file.as_str(), rendered);
        }
        Ok(all)
    }

    fn errors(&self, build: &Path) -> Result<Vec<Message>, Box<dyn Error>> {
        let mut command = Command::new("cargo");
        command.args(["check", "--lib", "--package", PACKAGE]);
        command.args(["--profile", "mutants", "--message-format", "json"]);
        command.env("CARGO_TARGET_DIR", build);
        let output = command.current_dir(&self.tree).output()?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        let lines = stdout
            .lines()
            .filter_map(|it| serde_json::from_str(it).ok());
        let messages = lines.filter_map(|line: Line| line.message);
        let errors: Vec<Message> = messages
            .filter(|it| it.level == "error" && !it.spans.is_empty())
            .collect();
        match errors.is_empty() && !output.status.success() {
            true => Err(String::from_utf8_lossy(&output.stderr).into()),
            false => Ok(errors),
        }
    }
}

/// The faults that an error is about: those in whose own text it lies, else those within whose site it lies; by its primary span
/// first, else by its other spans.
fn meant(error: &Message, rendered: &BTreeMap<&str, Rendered>) -> BTreeSet<usize> {
    let within = |primary: bool, own: bool| {
        let mut found = BTreeSet::new();
        for span in error.spans.iter().filter(|it| it.is_primary == primary) {
            let places = rendered.get(span.file_name.as_str());
            for (number, its_own, whole) in places.iter().flat_map(|it| &it.places) {
                let range = if own { its_own } else { whole };
                if range.start <= span.byte_start && span.byte_end <= range.end {
                    found.insert(*number);
                }
            }
        }
        found
    };
    [(true, true), (true, false), (false, true), (false, false)]
        .into_iter()
        .map(|(primary, own)| within(primary, own))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}
