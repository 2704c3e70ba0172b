//! Makes command-line options from core's table of scenario fields, so that nothing is written twice.

use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches};
use warmpath_core::router::PolicySpec;
use warmpath_core::scenario::{FIELDS, Field, Scenario, ScenarioError};

use crate::failure::Failure;

/// The name of the option that may be given several times.
const POLICY: &str = "policy";

/// The names of the options that say how a file is read.
pub(crate) const READING: [&str; 8] = [
    "block-size",
    "requests",
    "tokenizer",
    "tokens-per-id",
    "time-unit",
    "map",
    "session-rows",
    "chat-template",
];

/// The options of all fields.
pub(crate) fn all() -> Vec<Arg> {
    options(|_| true)
}

/// The options of some fields.
pub(crate) fn some(flags: &[&str]) -> Vec<Arg> {
    options(|flag| flags.contains(&flag))
}

/// The options of all fields but some.
pub(crate) fn except(flags: &[&str]) -> Vec<Arg> {
    options(|flag| !flags.contains(&flag))
}

fn options(wanted: impl Fn(&str) -> bool) -> Vec<Arg> {
    let defaults = Scenario::default();
    let chosen = FIELDS.iter().filter(|field| wanted(field.flag));
    chosen.map(|field| option(field, &defaults)).collect()
}

fn option(field: &'static Field, defaults: &Scenario) -> Arg {
    let mut help = field.words().about.to_owned();
    if !field.unit.is_empty() {
        help += &format!(" [{}]", field.unit);
    }
    let default = field.get(defaults);
    if !default.is_empty() {
        help += &format!(" [default: {default}]");
    }
    Arg::new(field.flag)
        .long(field.flag)
        .value_name(field.words().value)
        .help(help)
        // A text with one leading hyphen is a value, even if out of range; one with two hyphens is the next option.
        .allow_hyphen_values(true)
        .value_parser(no_option)
        .action(if field.flag == POLICY {
            ArgAction::Append
        } else {
            ArgAction::Set
        })
}

/// A value as it was given; an error if it looks like an option.
fn no_option(text: &str) -> Result<String, String> {
    match text.strip_prefix("--") {
        Some(_) => Err("an option where the value should be".to_owned()),
        None => Ok(text.to_owned()),
    }
}

/// The value that was given for an option; `None` if the command has no such option or it was not given.
pub(crate) fn given<'a>(matches: &'a ArgMatches, flag: &str) -> Option<&'a str> {
    let value = matches.try_get_one::<String>(flag).ok().flatten();
    value.map(String::as_str)
}

/// Sets the fields of a scenario whose options were given, except those in `except`. (The policies are set in any case.)
pub(crate) fn apply(
    matches: &ArgMatches,
    scenario: &mut Scenario,
    except: &[&str],
) -> Result<(), Failure> {
    for field in FIELDS {
        if field.flag == POLICY {
            if let Some(policies) = policies(matches)? {
                scenario.policies = policies;
            }
        } else if let Some(value) = given(matches, field.flag)
            && !except.contains(&field.flag)
        {
            set(scenario, field.flag, value)?;
        }
    }
    Ok(())
}

/// Sets a field. A text that is no value of it but names a file that exists is that file, however it is called; core, which sees
/// no files, takes only what looks like a path for one.
fn set(scenario: &mut Scenario, flag: &'static str, value: &str) -> Result<(), ScenarioError> {
    let Err(error) = scenario.set(flag, value) else {
        return Ok(());
    };
    match Path::new(value).is_file() {
        true => scenario.set(flag, &format!("./{value}")).map_err(|_| error),
        false => Err(error),
    }
}

/// The policies that were given, in order; `None` if none was.
fn policies(matches: &ArgMatches) -> Result<Option<Vec<PolicySpec>>, Failure> {
    let Ok(Some(values)) = matches.try_get_many::<String>(POLICY) else {
        return Ok(None);
    };
    let mut policies = Vec::new();
    for value in values {
        policies.extend(PolicySpec::parse_list(value)?);
    }
    Ok(Some(policies))
}
