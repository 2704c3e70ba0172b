//! `import`: converts any accepted file to Warmpath's own trace format, which is small and holds no text.

use clap::{Arg, ArgMatches, Command};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::trace;

use super::fields;
use super::replay::attached;
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::source;

pub(super) fn command() -> Command {
    Command::new("import")
        .about("Turn any accepted trace into Warmpath's own: compact, and without any text")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .help("the file, whose format is recognised; - for standard input"),
        )
        .args(fields::some(&fields::READING))
        .arg(output::arg())
        .after_help(
            "A trace can be replayed with the block size it was made with, or a multiple of it.\n\n\
             Example: warmpath import sharegpt.json --requests 5000 --out sharegpt.trace",
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let output = Output::of(matches)?;
    let mut scenario = Scenario::default();
    fields::apply(matches, &mut scenario, &[])?;
    attached::tokenizer(&mut scenario)?;
    let file = fields::given(matches, "file").unwrap_or_default();
    let workload = source::read(file, scenario.read_options())?;
    output.write(trace::write(&workload).as_bytes())
}
