//! `help`: prints the commands of `cargo xtask` with a line on each.

use crate::fault::Outcome;

const TEXT: &str = "\
cargo xtask <command>

  serve    build the page and serve it on this machine; --port N (8080), --open (in the browser)
  test     everything: native tests, tests in a browser, a release build of the page, end-to-end tests
  check    the quick round: formatting, clippy, native tests
  build    build the page into dist/; WARMPATH_URL=https://… is the folder where it will stand (README, hosting)
  shots    pictures of the page, narrow and wide, light and dark, into target/shots/
  audit    measure the page: size, Lighthouse, typing, replays, files; [FILE], a ShareGPT file of 125 MB
  laws     try the laws of whole scenarios on 2,000 fresh ones each; [N]
  mutants  put faults into the model and count those that no test notices; [N], how many (300), going on where it stopped;
           --anew, of this commit; --again, the unnoticed ones with this commit's tests; --table, only docs/quality.md
  fit      fit the shipped calibration again and print it; [SEED [STEPS]], or the constants assumed elsewhere to a file
           of step times, each model left out in turn; FILE
  hostile  bad input in quantity against the command line; [N], how many (10000); WARMPATH_SEED repeats a run
  operations  run the operations scenarios and write docs/operations.md and docs/scaling.md
  products run the products' own routers and record what they decide; [NAME]; --table makes docs/parity.md of it
  bless    record golden reports and generated documents anew, and print what changed
  tables   make the tables of policies in docs/ again, from runs of every policy
  setup    install what the others need; they do so themselves
  help     this

Tools are kept in the user's cache folder, or in WARMPATH_TOOLS. A browser that is not on PATH: WARMPATH_CHROME, CHROMEDRIVER.";

pub(crate) fn run() -> Outcome<()> {
    println!("{TEXT}");
    Ok(())
}
