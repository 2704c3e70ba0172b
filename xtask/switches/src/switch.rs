//! The module that the copy is given: which fault is on.

use std::fmt::Write;

/// Its name in the crate: one that nothing of the model's own has.
pub(crate) const NAME: &str = "switched_fault";

/// The module's text, for this many faults.
pub(crate) fn text(count: usize) -> String {
    let mut text = String::new();
    // Written for quickness where a fault is on or none: one load and one comparison.
    let _ = write!(
        text,
        r#"
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub(crate) mod {NAME} {{
    use std::io::Write;
    use std::sync::atomic::{{AtomicBool, AtomicU32, Ordering::Relaxed}};

    const UNREAD: u32 = u32::MAX;
    const NOTING: u32 = u32::MAX - 1;
    static ON: AtomicU32 = AtomicU32::new(UNREAD);
    static NOTED: [AtomicBool; {length}] = [const {{ AtomicBool::new(false) }}; {length}];

    #[inline(always)]
    pub(crate) fn on(fault: u32) -> bool {{
        let on = ON.load(Relaxed);
        if on >= NOTING {{
            return rare(fault);
        }}
        on == fault
    }}

    #[cold]
    #[inline(never)]
    fn rare(fault: u32) -> bool {{
        if ON.load(Relaxed) == UNREAD {{
            let number = std::env::var("WARMPATH_FAULT").ok().and_then(|it| it.parse().ok());
            let noting = std::env::var_os("WARMPATH_REACHED").is_some();
            ON.store(if noting {{ NOTING }} else {{ number.unwrap_or(0) }}, Relaxed);
        }}
        if ON.load(Relaxed) != NOTING {{
            return ON.load(Relaxed) == fault;
        }}
        if !NOTED[fault as usize].swap(true, Relaxed) {{
            let path = std::env::var_os("WARMPATH_REACHED").expect("noting");
            let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
            writeln!(file.expect("a file to note in"), "{{fault}}").expect("noted");
        }}
        false
    }}
}}
"#,
        length = count + 1
    );
    text
}
