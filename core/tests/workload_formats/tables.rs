//! Tables: that a row of one is what the same fields are as a line of JSON, and that nothing of a cell is lost.

use super::*;
use warmpath_core::workload::Origin;

fn understood(file: &str) -> (Workload, Origin) {
    let mut reader = Reader::new("file", ReadOptions::default());
    let read = reader.push(file.as_bytes());
    let read = read.and_then(|()| reader.understood());
    read.unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn plain(file: &str) -> Workload {
    understood(file).0
}

/// A text as a cell in quotes.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The lengths of prompts and answers.
fn lengths(workload: &Workload) -> Vec<(u32, u32)> {
    let requests = workload.requests.iter();
    requests
        .map(|it| (it.prompt_tokens, it.output_tokens))
        .collect()
}

#[test]
fn what_a_table_measured_is_read_as_from_lines() {
    let rows = [(0.2, 1.5), (0.3, 2.0)];
    let mut table = "time_s,input_tokens,output_tokens,ttft,latency\n".to_owned();
    let mut lines = String::new();
    for (at, (ttft, latency)) in rows.into_iter().enumerate() {
        table += &format!("{at},100,5,{ttft},{latency}\n");
        lines += &format!(
            "{{\"time_s\": {at}, \"input_tokens\": 100, \"output_tokens\": 5, \"ttft\": {ttft}, \"latency\": {latency}}}\n"
        );
    }
    let (of_table, of_lines) = (understood(&table).1, understood(&lines).1);
    assert_eq!(of_table.recorded.ttft_ms, [200.0, 300.0]);
    assert_eq!(of_table.recorded, of_lines.recorded);
    assert_eq!(of_table.unread, Vec::<String>::new());
    // A latency that is no number is still none.
    let (_, worded) = understood(&table.replace("1.5", "1.5s").replace(",2\n", ",2s\n"));
    assert_eq!(worded.unread, ["latency"]);
    assert_eq!(worded.recorded.e2e_ms, Vec::<f64>::new());
}

#[test]
fn tabs_split_cells_as_commas_do() {
    let prompt = "x ".repeat(100);
    for rows in [
        vec![["1", "\"two lines\"", "yes"]],
        // Cells that are empty: in the middle, before a quoted one, at the end, at the beginning.
        vec![
            ["1", "one two three", "yes"],
            ["2", &prompt, ""],
            ["", &prompt, "yes"],
            ["", &prompt, ""],
        ],
        vec![["a b", "\"c d\"", "\"e f g\""], ["", "\"c d\"", "\"e\""]],
    ] {
        let with = |separator: &str| {
            let lines = rows.iter().map(|row| row.join(separator) + "\r\n");
            let head = ["system", "prompt", "answer"].join(separator);
            plain(&format!("{head}\r\n{}", lines.collect::<String>()))
        };
        assert_eq!(with("\t").requests.len(), rows.len());
        assert_eq!(with("\t").requests, with(",").requests, "{rows:?}");
    }
    // The first column of a table that a data frame was written to has no name.
    let frame = plain("\tprompt\tanswer\n0\tone two three\tyes\n1\tfour\t\n");
    assert_eq!(frame.requests.len(), 2);
    let frame = plain("\tprompt\n0\tone, two, three\n1\tfour\n");
    assert_eq!(frame.requests.len(), 2);
    // A line of blanks is no row, and a tab in a text is no column.
    let file = "input_tokens\toutput_tokens\n100\t5\n\t\n  \n200\t6\n";
    assert_eq!(lengths(&plain(file)), [(100, 5), (200, 6)]);
    let file = "prompt,answer\n\ta b\tc\t,d\n";
    assert_eq!(plain(file).requests.len(), 1);
}

#[test]
fn a_text_over_several_lines_stays_as_it_is() {
    for text in [
        "def f(x):\n\n        return x\n\n\nprint(f(1))\n    # end",
        "  indented, and a line of blanks:\n    \n\tand a tab\t",
        "\n\nbegins and ends with blank lines\n\n",
        "quoted \"words\"\n  \"and a line\"\n",
        "ends of lines as Windows has them\r\n\r\n  go on",
    ] {
        let json = warmpath_core::json::quoted(text);
        let line = plain(&format!("{{\"prompt\": {json}, \"answer\": {json}}}\n"));
        for (separator, end) in [(",", "\n"), ("\t", "\n"), (";", "\r\n")] {
            let (name, cell) = (format!("prompt{separator}answer"), cell(text));
            let table = plain(&format!("{name}{end}{cell}{separator}{cell}{end}"));
            assert_eq!(table.requests, line.requests, "{text:?}");
        }
    }
    // A text that goes on names the line that its row begins in.
    let file = "prompt,answer\n\"a\n\nb\",c\n\"d\n\ne\n";
    assert!(
        plain(file).notes[0].contains("ends inside the row of line 5"),
        "{:?}",
        plain(file).notes
    );
}

#[test]
fn input_and_output_are_texts_where_the_first_row_has_texts() {
    let (asked, answered) = ("Why is the sky blue? Say it, please.", "Because of air.");
    let line =
        |more: &str| format!("{{\"input\": \"{asked}\", \"output\": \"{answered}\"{more}}}\n");
    let table = |names: &str, cells: &str| {
        format!(
            "input,output{names}\n{},{}{cells}\n",
            cell(asked),
            cell(answered)
        )
    };
    assert_eq!(plain(&table("", "")).requests, plain(&line("")).requests);
    // Langfuse's table has the counts as JSON in a cell.
    let usage = r#"{"input": 12, "output": 40, "total": 52}"#;
    let time = "2024-01-01T00:00:00Z";
    let of_lines = line(&format!(
        ", \"usage_details\": {usage}, \"start_time\": \"{time}\""
    ));
    let of_table = table(
        ",usage_details,start_time",
        &format!(",{},{time}", cell(usage)),
    );
    let ((of_table, understood_table), (of_lines, understood_lines)) =
        (understood(&of_table), understood(&of_lines));
    assert_eq!(of_table.requests, of_lines.requests);
    assert_eq!(understood_table.format, understood_lines.format);
    assert_eq!(understood_table.unread, understood_lines.unread);
    // Numbers are counts, and a count may stand beside a text.
    let file = "input,output\n1374,20\n5,6\n";
    assert_eq!(lengths(&plain(file)), [(1374, 20), (5, 6)]);
    let file = "input,output\nWhy is the sky blue?,20\n";
    assert_eq!(plain(file).requests[0].output_tokens, 20);
}

#[test]
fn rows_without_a_tenant_or_a_priority_are_nobody_elses() {
    let rows = "0,100,10,a,9\n1,100,10,,\n2,100,10,b,1\n3,100,10,,\n4,100,10,a,high\n";
    let (workload, _) = understood(&format!(
        "time_s,input_tokens,output_tokens,tenant,priority\n{rows}"
    ));
    let named = |at: usize| {
        let label = workload.requests[at].label;
        let labels = &workload.labels;
        (
            labels.tenants[usize::from(label.tenant)].as_str(),
            labels.priorities[usize::from(label.class)],
        )
    };
    let all: Vec<_> = (0..5).map(named).collect();
    assert_eq!(
        all,
        [("a", 9), ("(none)", 0), ("b", 1), ("(none)", 0), ("a", 0)]
    );
    assert!(
        workload
            .notes
            .iter()
            .any(|note| note
                == "requests without a priority that can be read have priority 0: 3 of 5"),
        "{:?}",
        workload.notes
    );
    // Where nobody is named, there are no tenants and no classes.
    let file = "time_s,input_tokens,output_tokens,tenant,priority\n0,100,10,,\n";
    assert!(understood(file).0.labels.is_empty());
}

#[test]
fn tenants_and_priorities_beyond_a_thousand_count_together_and_are_told_of() {
    let mut file = "time_s,input_tokens,output_tokens,tenant,priority\n".to_owned();
    for row in 0..1_003 {
        file += &format!("{row},100,10,user {row},{}\n", row + 1);
    }
    file += "1003,100,10,user 0,1\n";
    let workload = understood(&file).0;
    let labels = &workload.labels;
    assert_eq!(
        (labels.tenants.len(), labels.priorities.len()),
        (1_001, 1_001)
    );
    let named = |at: usize| {
        let label = workload.requests[at].label;
        (
            labels.tenants[usize::from(label.tenant)].as_str(),
            labels.priorities[usize::from(label.class)],
        )
    };
    assert_eq!(named(999), ("user 999", 1_000));
    assert_eq!([named(1_000), named(1_002)], [("(others)", 0); 2]);
    assert_eq!(named(1_003), ("user 0", 1));
    for note in [
        "the file has more than 1,000 tenants; the requests of those that come later count together as (others): 3 of 1,004",
        "the file has more than 1,000 priorities; the requests of those that come later have priority 0: 3 of 1,004",
    ] {
        assert!(
            workload.notes.iter().any(|it| it == note),
            "{:?}",
            workload.notes
        );
    }
}
