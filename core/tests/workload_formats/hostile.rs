//! Files that claim, hide or garble: where a fault is said to be, what a claim may cost, and that time follows the file's length.

use super::*;
use cpu_time::ThreadTime;
use std::time::Duration;
use warmpath_core::workload::trace;

fn why_bytes(file: &[u8], piece: usize) -> String {
    read_with(file, ReadOptions::default(), piece)
        .expect_err("a fault")
        .to_string()
}

#[test]
fn a_fault_has_one_place_in_the_file() {
    let broken = MOONCAKE.replace("\"timestamp\": 30535", "\"timestamp\" 30535");
    assert_eq!(why(&broken), "line 2, column 14: expected :");
    // Blank lines and blanks before the first record count.
    let late = format!("\n \r\n  {broken}");
    assert_eq!(why(&late), "line 4, column 14: expected :");
    let indented = broken.replace("\n{", "\n   {");
    assert_eq!(why(&indented), "line 2, column 17: expected :");
    // Characters, not bytes.
    let wide = "{\"é\": 1, \"hash_ids\" 7}\n";
    assert_eq!(why(wide), "line 1, column 21: expected :");
    assert!(why("\n\nwords\n").starts_with("line 3: \"words\" is no known format"));
    assert!(why("\n{\"a\": 1}\n").starts_with("line 2: an object with `a` found"));
    let trace = trace::write(&read(AZURE, 16).unwrap());
    let trace = format!("\n{}", trace.replacen("\"count\":2", "\"count\":0.5", 1));
    assert!(
        why(&trace).starts_with("line 2: field `count` is 0.5"),
        "{}",
        why(&trace)
    );
    for piece in [1, 7, 1 << 20] {
        let talk = "\n[\n {\"conversations\": []},\n {\"é\": \"\\n\",\n  \"conversations\" []}]";
        assert_eq!(
            why_bytes(talk.as_bytes(), piece),
            "conversation 2, line 5, column 19: expected :"
        );
        let stray = "[\n{\"conversations\": []}\n\n é]";
        assert_eq!(
            why_bytes(stray.as_bytes(), piece),
            "conversation 1, line 4, column 2: 'é' follows it, a comma or ] expected"
        );
        let mut bytes = MOONCAKE.as_bytes().to_vec();
        bytes[120] = 0xff;
        assert!(why_bytes(&bytes, piece).starts_with("line 2: byte 120 is not UTF-8 text"));
        let head = b"\n\na,b\xff,c\n";
        assert!(why_bytes(head, piece).starts_with("line 3: byte 5 is not UTF-8 text"));
    }
}

#[test]
fn a_claim_costs_nothing_before_it_is_kept() {
    let text = trace::write(&read(SHAREGPT, 2).unwrap());
    let (header, rows) = text.split_once('\n').unwrap();
    let count = |n: &str| {
        let from = header.find("\"count\":").unwrap() + 8;
        let end = from + header[from..].find(',').unwrap();
        format!("{}{n}{}\n{rows}", &header[..from], &header[end..])
    };
    assert_eq!(
        read(&count("1000000000"), 2).unwrap_err().to_string(),
        "line 1: field `count` is 1000000000, a whole number from 1 to 100,000,000 expected"
    );
    assert!(read(&count("100000000"), 2).is_ok());

    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let chunks = lines[2].rfind(',').unwrap() + 1;
    lines[2].replace_range(chunks.., "+2147483647");
    assert_eq!(
        read(&(lines.join("\n") + "\n"), 2).unwrap_err().to_string(),
        "line 3: field `chunks` is +2147483647, the number of an earlier chunk, and + with a number of new ones, \
         524,288 in all at most expected"
    );
}

#[test]
fn dates_and_quotes_are_taken_at_their_word() {
    let of = |from: &str, to: &str| why(&AZURE.replacen(from, to, 1));
    for date in [
        "2023-02-29",
        "2023-02-31",
        "2023-04-31",
        "1900-02-29",
        "2023-11-00",
        "2070-01-01",
    ] {
        let error = of("2023-11-17", date);
        assert!(
            error.starts_with(&format!(
                "line 3: field `TIMESTAMP` is \"{date} 00:00:00.0319600\", a date"
            )),
            "{error}"
        );
    }
    assert!(read(&AZURE.replace("2023-11-17", "2024-02-29"), 16).is_ok());
    assert_eq!(
        of("3180", "\"3180"),
        "line 3, column 29: a quote that its line does not close"
    );
    assert!(
        of("3180", "3180\"")
            .starts_with("line 3: field `ContextTokens` is \"3180\\\"\", a whole number")
    );
    assert_eq!(
        of("3180", "\"31\"80"),
        "line 3, column 33: '8' after a closing quote, the end of its cell expected"
    );
    let quoted = AZURE
        .replace("3180", "\"3180\"")
        .replace("2023-11-17 00:00:01", "\"2023-11-17 00:00:01\"");
    assert_eq!(
        read(&quoted, 16).unwrap().requests,
        read(AZURE, 16).unwrap().requests
    );
}

#[test]
fn numbers_are_shown_as_they_stand() {
    let of = |file: &str, from: &str, to: &str| why(&file.replacen(from, to, 1));
    // Of an id only matters which it is.
    let large = MOONCAKE.replacen("50]", "18446744073709551616]", 1);
    assert!(read(&large, 16).is_ok());
    for number in [
        "18446744073709551616.5",
        "1e30",
        "0.10",
        "-18446744073709551616",
    ] {
        assert!(
            of(MOONCAKE, "50]", &format!("{number}]")).starts_with(&format!(
                "line 3: field `hash_ids` is {number}, a whole number"
            )),
        );
        assert!(of(AZURE, "3180", number).starts_with(&format!(
            "line 3: field `ContextTokens` is {number}, a whole"
        )),);
    }
}

#[test]
fn a_mark_and_blank_lines_before_the_text_are_skipped() {
    for file in ALL {
        let plain = read(file, 16).unwrap();
        for before in ["\u{feff}", "\n\r\n  \n", "\u{feff}\n"] {
            let marked = read(&format!("{before}{file}"), 16).unwrap();
            assert_eq!(marked.requests, plain.requests);
        }
    }
}

/// What reading this many bytes takes of this thread's time on a processor, in pieces as a pipe brings them. Whatever else runs
/// does not count.
fn time(file: &[u8]) -> Duration {
    let begun = ThreadTime::now();
    let _ = read_with(file, ReadOptions::default(), 4 << 10);
    begun.elapsed()
}

#[test]
fn time_follows_length_also_without_line_ends() {
    // Looked for again from the start with each piece, the larger one takes sixteen times as long.
    let shapes: [&dyn Fn(usize) -> Vec<u8>; 4] = [
        &|n| vec![b'x'; n],
        &|n| vec![b'\n'; n],
        &|n| [b"{\"hash_ids\": [".to_vec(), vec![b' '; n]].concat(),
        &|n| [b"[".to_vec(), vec![b' '; n]].concat(),
    ];
    for shape in shapes {
        let (small, large) = (shape(1 << 20), shape(4 << 20));
        let best = |file: &[u8]| (0..3).map(|_| time(file)).min().unwrap_or_default();
        let (small, large) = (best(&small), best(&large));
        assert!(
            large < small * 9 + Duration::from_millis(20),
            "{small:?} {large:?}"
        );
    }
}

#[test]
fn a_record_of_very_many_values_or_columns_is_refused() {
    let values = format!("{{\"hash_ids\": [{}1]}}\n", "1,".repeat(5_000_000));
    assert!(why_bytes(values.as_bytes(), 1 << 20).contains("expected at most 4,194,304 values"));
    let columns = format!("{AZURE}{}\n", ",".repeat(300_000));
    assert!(
        why_bytes(columns.as_bytes(), 1 << 20)
            .ends_with("line 5: 300,001 columns found, 3 expected")
    );
    let header = ",".repeat(300_000);
    assert!(why_bytes(header.as_bytes(), 1 << 20).contains("no known format"));
}
