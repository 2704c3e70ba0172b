//! Set-up, build, test and serve.

fn main() {}
