//! `route`: reads prompts from stdin and writes routing decisions to stdout, without simulating a fleet.

mod decision;
mod prompts;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use warmpath_core::router::PolicySpec;
use warmpath_core::router::offline::{OfflineRouter, Replicas, StoredRouter};
use warmpath_core::scenario::Scenario;
use warmpath_core::text::RECORDS;

use self::prompts::{PromptLine, Prompts};
use super::fields;
use crate::failure::{Failure, reason};
use crate::output;
use crate::terminal::{Label, say};
use crate::whole::Whole;

const SETTINGS: &[&str] = &["policy", "replicas", "block-size", "seed"];

pub(super) fn command() -> Command {
    let settings = fields::some(SETTINGS).into_iter().map(|arg| {
        if arg.get_id() == "policy" {
            arg.action(ArgAction::Set)
                .help("the policy that decides: name[:k=v[;k=v…]] [default: smart, or the state's]")
        } else {
            arg
        }
    });
    Command::new("route")
        .about("Read prompts on standard input, print where each would go and why, as JSON lines")
        .args(settings)
        .arg(
            Arg::new("explain")
                .long("explain")
                .action(ArgAction::SetTrue)
                .help("add a sentence to each decision, and show its cost table on standard error"),
        )
        .arg(Arg::new("hold").long("hold").action(ArgAction::SetTrue).help(
            "leave requests active instead of completing each before the next; {\"complete\": N} completes request N",
        ))
        .arg(
            Arg::new("state")
                .long("state")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("go on from FILE if it exists, and store there what replicas hold and run"),
        )
        .after_help(
            "A prompt a line, or, if the first line begins with {\", JSON lines {\"prompt\": …, \"max_tokens\": …}. \
             Blank lines are skipped.\n\
             The router is that of a simulated run: it counts what it has sent and remembers where. A request is active until it is \
             completed; then its replica holds the prompt's full blocks. Engines take every request at once; nothing is evicted, \
             nothing takes time: a policy that decides by nothing but how long requests took is refused, \
             and so is a formula with ttft; one that learns from it learns nothing.\n\n\
             Example: printf 'You are helpful. Hi!\\nYou are helpful. Bye!\\n' | warmpath route --block-size 2 --explain",
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let state = matches.get_one::<PathBuf>("state");
    let mut router = router(matches, state.map(PathBuf::as_path))?;
    if let Some(remark) = router.spec().remark() {
        say(Label::Warning, &remark);
    }
    if router.stands_in() {
        let text = "the stored state has full blocks only; they stand in for the characters or tokens that this policy's product matches";
        say(Label::Warning, text);
    }
    let (hold, explain) = (matches.get_flag("hold"), matches.get_flag("explain"));
    let mut out = io::stdout().lock();
    for line in Prompts::new(io::stdin().lock()) {
        let (number, line) = line?;
        match line {
            PromptLine::Prompt { text, max_tokens } => {
                let routed = router.send(&text, max_tokens);
                let json = decision::json(router.spec(), &routed, explain);
                let written = out.write_all(json.as_bytes()).and_then(|()| out.flush());
                written.map_err(|error| Failure::stdout(&error))?;
                if explain {
                    decision::table(&routed);
                }
                if !hold && routed.admitted {
                    router.complete(routed.number);
                }
            }
            PromptLine::Complete(request) => {
                if !router.complete(request) {
                    return Err(Failure::run(format!(
                        "standard input: line {number}: request {request} is not active"
                    )));
                }
            }
        }
    }
    if let Some(path) = state {
        let json = router.state().to_json();
        output::replace(path, json.as_bytes()).map_err(|error| {
            Failure::run(format!(
                "cannot write {}: {}",
                path.display(),
                reason(&error)
            ))
        })?;
    }
    Ok(())
}

/// The router in a stored state, or a new one.
fn router(matches: &ArgMatches, path: Option<&Path>) -> Result<OfflineRouter, Failure> {
    let mut settings = Scenario::default();
    fields::apply(matches, &mut settings, &["policy"])?;
    let policy = match fields::given(matches, "policy") {
        Some(text) => Some(PolicySpec::parse(text)?),
        None => None,
    };
    let replicas = Replicas {
        count: settings.replicas,
        block_size: settings.block_size,
        pool_blocks: settings.pool_blocks(),
    };
    let Some((path, state)) = stored(path)? else {
        let policy = match policy {
            Some(policy) => policy,
            None => PolicySpec::parse("smart").map_err(Failure::usage)?,
        };
        return OfflineRouter::new(policy, replicas, settings.seed).map_err(Failure::usage);
    };
    let compared = [
        (
            "replicas",
            u64::from(state.replicas),
            u64::from(settings.replicas),
        ),
        (
            "block-size",
            u64::from(state.block_size),
            u64::from(settings.block_size),
        ),
        ("seed", state.seed, settings.seed),
    ];
    for (flag, stored, asked) in compared {
        if fields::given(matches, flag).is_some() && stored != asked {
            return Err(Failure::usage(format!(
                "{flag} is {asked}, but {path} was stored with {stored}; leave --{flag} out or use another file"
            )));
        }
    }
    let policy = match policy {
        Some(policy) => policy,
        None => PolicySpec::parse(&state.policy).map_err(|error| Failure::file(&path, error))?,
    };
    // A policy that needs a clock is refused whatever the file holds, so it is reported as an error of the command line and not of
    // the file.
    OfflineRouter::new(policy.clone(), replicas, 0).map_err(Failure::usage)?;
    OfflineRouter::resume(&state, policy, replicas.pool_blocks)
        .map_err(|error| Failure::file(&path, error))
}

/// The stored state of a router, with the name of its file; `None` if no file is given or it does not exist yet.
fn stored(path: Option<&Path>) -> Result<Option<(String, StoredRouter)>, Failure> {
    let Some(path) = path else {
        return Ok(None);
    };
    let Some(file) = Whole::open(path, RECORDS)? else {
        return output::checked("state", path).map(|()| None);
    };
    let state =
        StoredRouter::from_json(file.text()).map_err(|error| Failure::file(file.name(), error))?;
    Ok(Some((file.name().to_owned(), state)))
}
