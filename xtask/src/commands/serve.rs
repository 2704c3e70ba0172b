//! `serve`: builds the page and serves it on this machine.

use crate::fault::{Fault, Outcome};
use crate::{places, serve};
use std::process::Command;

pub(crate) fn run(options: &[String]) -> Outcome<()> {
    let refuse = |reason: String| {
        Fault::new(
            "the command line",
            reason,
            "cargo xtask serve [--port N] [--open]",
        )
    };
    let (mut port, mut open) = (8080u16, false);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match option.as_str() {
            "--open" => open = true,
            "--port" => {
                let word = options
                    .next()
                    .ok_or_else(|| refuse("--port without a number".into()))?;
                port = word
                    .parse()
                    .map_err(|_| refuse(format!("--port {word:?} is no number from 0 to 65535")))?;
            }
            other => return Err(refuse(format!("serve takes no {other:?}"))),
        }
    }
    super::build::run()?;
    let server = serve::Server::bind(places::dist(), port)?;
    let address = server.address();
    println!("\nWarmpath is at {address} (Ctrl-C ends it)");
    if open {
        show(&address);
    }
    server.run()
}

/// Opens the address in the user's browser; a failure is ignored, since the address has been printed.
fn show(address: &str) {
    let (program, first) = if cfg!(windows) {
        ("cmd", &["/C", "start"][..])
    } else if cfg!(target_os = "macos") {
        ("open", &[][..])
    } else {
        ("xdg-open", &[][..])
    };
    if Command::new(program)
        .args(first)
        .arg(address)
        .spawn()
        .is_err()
    {
        println!("({program} is not there to open it)");
    }
}
