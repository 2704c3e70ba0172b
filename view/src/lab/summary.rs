//! What a file holds, before anything is run: the summary of `warmpath inspect`, as a card on the page.
//!
//! The engine makes it from `core`'s [`Inspection`] and sends it as texts and counts, so that the laboratory contains no
//! code for making it. `warmpath inspect` prints the same pictures as lines of text.

use crate::format;
use crate::lanes::strip::HEIGHT;
use crate::table::{Cell, Row, Table};
use crate::wire_fields;
use warmpath_core::workload::inspect::{Bin, Inspection, Lengths};

/// The titles of pictures, by which [`Bars::class`] knows what a picture shows.
const PROMPTS: &str = "Prompt lengths";
const ANSWERS: &str = "Answer lengths";
const REUSE: &str = "Reuse by distance";

/// The summary of a file, as a card shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileCard {
    /// The facts about the file, each with its heading.
    pub facts: Vec<(String, String)>,
    /// What was inferred about the file: its heading, the value that was assumed, and the option that sets another.
    pub inferred: Vec<[String; 3]>,
    /// The rows of the table of lengths: one for prompts and one for answers.
    pub lengths: Vec<Vec<String>>,
    /// The rows of the table of the first requests.
    pub first: Vec<Vec<String>>,
    /// The pictures of what [`pictures`] finds in the file: arrivals, lengths, reuse.
    pub pictures: Vec<Bars>,
}

/// A picture of bars side by side, such as a histogram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// The title of the picture.
    pub title: String,
    /// The count of each bar.
    pub counts: Vec<u64>,
    /// The text below the first bar.
    pub from: String,
    /// The text below the last bar.
    pub to: String,
    /// What the picture shows, in a sentence.
    pub sentence: String,
}

wire_fields! {
    FileCard { facts, inferred, lengths, first, pictures }
    Bars { title, counts, from, to, sentence }
}

impl Bars {
    /// The class of the bars, which decides their colour: arrivals have a neutral one, prompts that of what is computed,
    /// answers that of decode, reuse that of what is cached.
    pub fn class(&self) -> &'static str {
        match self.title.as_str() {
            PROMPTS => "cold",
            ANSWERS => "decode",
            REUSE => "warm",
            _ => "pool",
        }
    }

    /// All bars as one SVG path, `counts.len()` wide and as high as a strip ([`HEIGHT`]). A bar that is not zero is always
    /// visible.
    pub fn path(&self) -> String {
        const LEAST: f64 = 1.5;
        let most = self.counts.iter().copied().max().unwrap_or(0).max(1);
        let mut path = String::new();
        for (at, count) in self.counts.iter().enumerate().filter(|it| *it.1 > 0) {
            let full = f64::from(HEIGHT);
            let top = full - (full * *count as f64 / most as f64).max(LEAST);
            path += &format!("M{at}.1 {HEIGHT}V{top:.1}h.8V{HEIGHT}z");
        }
        path
    }

    /// The bars as a line of text, a character each.
    pub fn line(&self) -> String {
        const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        let most = self.counts.iter().copied().max().unwrap_or(0).max(1);
        let eighths = |count: &u64| (u128::from(*count) * 8).div_ceil(u128::from(most)) as usize;
        let bars = self.counts.iter().map(|count| EIGHTHS[eighths(count)]);
        bars.collect()
    }
}

impl FileCard {
    /// The card for a summary of a file.
    pub fn new(it: &Inspection) -> Self {
        let mut facts = vec![(
            "Format".to_owned(),
            format!("{}, {} read", it.format, format::plural(it.rows, "record")),
        )];
        let mut fact = |name: &str, text: String| facts.push((name.to_owned(), text));
        for left in &it.skipped {
            let first = left.first.as_ref();
            let first = first.map_or(String::new(), |place| format!(" (the first: {place})"));
            let count = format::count(left.count);
            fact("Left out", format!("{count}: {}{first}", left.reason));
        }
        let requests = format::plural(it.requests, "request");
        let conversations = format::plural(it.conversations, "conversation");
        fact("Requests", format!("{requests} in {conversations}"));
        fact(
            "Recorded",
            match (it.span_s, it.rate) {
                (Some(span), Some(rate)) => format!(
                    "{}, {} arrivals a second",
                    format::seconds(span),
                    format::figure(rate)
                ),
                (Some(_), None) => "all at one time".to_owned(),
                _ => "no times; requests arrive at the scenario's rate".to_owned(),
            },
        );
        if it.repeats() {
            let file = format::plural(it.recorded, "request");
            fact(
                "Lengths",
                format!("of the file's {file}, each once; a run repeats them"),
            );
        }
        let reuse = &it.at_most;
        let part = |share: f64, what: &str, found: u64, all: u64| {
            if all == 0 {
                return format!("no {what}, as no prompt fills one");
            }
            let [found, all] = [found, all].map(format::count);
            format!(
                "{} of prompt {what} ({found}\u{a0}of\u{a0}{all})",
                format::share(share)
            )
        };
        fact(
            "Reuse at most",
            [
                part(
                    reuse.token_reuse_rate,
                    "tokens",
                    reuse.reused_tokens,
                    reuse.prompt_tokens,
                ),
                part(
                    reuse.cache_hit_rate,
                    "blocks",
                    reuse.found_blocks,
                    reuse.prompt_blocks,
                ),
            ]
            .join(", "),
        );
        if !it.unread.is_empty() {
            let fields = it.unread.join(", ");
            fact(
                "Not read",
                format!("{fields} (“Columns of a file” says what a field holds)"),
            );
        }
        let inferred = it.inferred.iter();
        let inferred = inferred.map(|it| [it.what.clone(), it.taken.clone(), it.option.to_owned()]);
        Self {
            facts,
            inferred: inferred.collect(),
            lengths: vec![
                lengths("Prompts", &it.input),
                lengths("Answers", &it.output),
            ],
            first: first(it),
            pictures: pictures(it),
        }
    }

    /// The table of lengths.
    pub fn lengths(&self) -> Table {
        let head = [
            "tokens", "in all", "mean", "least", "median", "90 %", "99 %", "most",
        ];
        table(&head, &self.lengths)
    }

    /// The table of the first requests.
    pub fn first(&self) -> Table {
        let head = [
            "conversation, turn",
            "prompt",
            "answer",
            "blocks seen before",
            "arrives",
        ];
        table(&head, &self.first)
    }
}

fn table(head: &[&str], rows: &[Vec<String>]) -> Table {
    let row = |cells: &Vec<String>| {
        let cells = cells.iter().enumerate();
        Row::new(cells.map(|(at, text)| match at {
            0 => Cell::row(text.clone()),
            _ => Cell::value(text.clone()),
        }))
    };
    let head = head.iter().map(|name| Cell::column(*name));
    Table::simple(head, rows.iter().map(row).collect())
}

fn lengths(name: &str, it: &Lengths) -> Vec<String> {
    let counts = [it.least, it.median, it.p90, it.p99, it.most];
    let counts = counts.map(|count| format::count(count.into()));
    let mut cells = vec![
        name.to_owned(),
        format::count(it.total),
        format::figure(it.mean),
    ];
    cells.extend(counts);
    cells
}

fn first(it: &Inspection) -> Vec<Vec<String>> {
    let row = it.first.iter().map(|request| {
        vec![
            format!("{}, {}", request.conversation, request.turn),
            format::count(request.input.into()),
            format::count(request.output.into()),
            format::count(request.shared_blocks.into()),
            request.arrival.clone(),
        ]
    });
    row.collect()
}

/// The pictures of a file: arrivals over time, lengths, reuse by distance; those without data are left out.
pub fn pictures(it: &Inspection) -> Vec<Bars> {
    let mut all = Vec::new();
    let picture = &it.picture;
    if let Some(span) = it.span_s.filter(|_| !picture.arrivals.is_empty()) {
        let parts = picture.arrivals.len();
        let most = picture.arrivals.iter().copied().max().unwrap_or(0);
        let part = format::seconds(span / parts as f64);
        all.push(Bars {
            title: "Arrivals".to_owned(),
            from: "0 s".to_owned(),
            to: format::seconds(span),
            sentence: format!(
                "{} over {}; at most {} within {part}.",
                format::plural(picture.arrivals.iter().sum(), "arrival"),
                format::seconds(span),
                format::count(most)
            ),
            counts: picture.arrivals.clone(),
        });
    }
    for (title, noun, bins) in [
        (PROMPTS, "prompt", &picture.input),
        (ANSWERS, "answer", &picture.output),
    ] {
        let all_of_them: u64 = bins.iter().map(|it| it.count).sum();
        if let Some(most) = largest(bins) {
            let sentence = format!(
                "{} of {} {} of {}.",
                format::count(most.count),
                format::plural(all_of_them, noun),
                if most.count == 1 { "is" } else { "are" },
                range(most)
            );
            all.push(bars(title, bins, " tokens", sentence));
        }
    }
    let found: u64 = picture.reuse.iter().map(|it| it.count).sum();
    if found > 0 {
        let within = |share: f64| {
            let mut sum = 0;
            let reached = |bin: &&Bin| {
                sum += bin.count;
                sum as f64 >= share * found as f64
            };
            let bin = picture.reuse.iter().find(reached);
            bin.map_or(0, |bin| bin.to)
        };
        let sentence = format!(
            "Of {} that can be reused, half were last seen at most {} earlier, nine in ten at most {}.",
            format::plural(found, "block"),
            format::plural(within(0.5), "request"),
            format::count(within(0.9))
        );
        all.push(bars(REUSE, &picture.reuse, " requests earlier", sentence));
    }
    all
}

/// The bin with the highest count, of equals the first.
fn largest(bins: &[Bin]) -> Option<&Bin> {
    bins.iter().rev().max_by_key(|bin| bin.count)
}

fn range(bin: &Bin) -> String {
    match bin.from == bin.to {
        true => format::plural(bin.from, "token"),
        false => format!(
            "{} to {}",
            format::count(bin.from),
            format::plural(bin.to, "token")
        ),
    }
}

fn bars(title: &str, bins: &[Bin], unit: &str, sentence: String) -> Bars {
    let end = |bin: Option<&Bin>, of: fn(&Bin) -> u64| {
        bin.map_or(String::new(), |bin| format::count(of(bin)))
    };
    Bars {
        title: title.to_owned(),
        counts: bins.iter().map(|bin| bin.count).collect(),
        from: end(bins.first(), |bin| bin.from),
        to: format!("{}{unit}", end(bins.last(), |bin| bin.to)),
        sentence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire;
    use warmpath_core::workload::{ReadOptions, Reader};

    fn card(file: &str) -> FileCard {
        let mut reader = Reader::new("a.jsonl", ReadOptions::default());
        reader.push(file.as_bytes()).unwrap();
        let (workload, origin) = reader.understood().unwrap();
        FileCard::new(&Inspection::new(&workload, &origin))
    }

    const TRACE: &str = r#"{"timestamp": 0.0, "input_length": 1100, "output_length": 20, "hash_ids": [1, 2, 3]}
{"timestamp": 1.5, "input_length": 1600, "output_length": 30, "hash_ids": [1, 2, 4, 5]}
{"timestamp": 4.0, "input_length": 700, "output_length": 0, "hash_ids": [1, 6]}
{"timestamp": 9.0, "input_length": 1100, "output_length": 20, "hash_ids": [1, 2, 3]}
"#;

    #[test]
    fn a_card_says_what_inspect_says() {
        let card = card(TRACE);
        let fact = |name: &str| {
            let found = card.facts.iter().find(|it| it.0 == name);
            let text = found.map_or("", |it| it.1.as_str());
            text.replace(format::GAP, " ")
        };
        assert_eq!(fact("Format"), "Mooncake trace, 4 records read");
        assert_eq!(
            fact("Left out"),
            "1: no prompt or output tokens (the first: line 3)"
        );
        assert_eq!(fact("Requests"), "3 requests in 3 conversations");
        assert_eq!(fact("Recorded"), "9.00 s, 0.222 arrivals a second");
        assert!(fact("Reuse at most").contains("(132 of 236)"));
        let options: Vec<&str> = card.inferred.iter().map(|it| it[2].as_str()).collect();
        assert_eq!(options, ["time-unit", "tokens-per-id"]);
        assert_eq!(card.lengths[0][..3], ["Prompts", "3,800", "1,267"]);
        assert_eq!(card.first.len(), 3);
        assert_eq!(card.first[1], ["1, 0", "1,600", "30", "64", "1.5 s"]);
        let mut bytes = Vec::new();
        card.write(&mut bytes);
        assert_eq!(FileCard::read(&mut &bytes[..]), Some(card));
    }

    #[test]
    fn pictures_show_what_their_sentences_say() {
        let pictures = card(TRACE).pictures;
        let titles: Vec<&str> = pictures.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "Arrivals",
                "Prompt lengths",
                "Answer lengths",
                "Reuse by distance"
            ]
        );
        let sentences: Vec<String> = pictures
            .iter()
            .map(|it| it.sentence.replace(format::GAP, " "))
            .collect();
        assert_eq!(
            sentences[0],
            "3 arrivals over 9.00 s; at most 1 within 188 ms."
        );
        assert_eq!(sentences[1], "3 of 3 prompts are of 1,024 to 2,047 tokens.");
        // 64 blocks of the second request were the first one's; of the third's 68, 64 were the second's and 4 the first's.
        assert_eq!(pictures[3].counts, [128, 4]);
        assert_eq!(
            (pictures[3].from.as_str(), &*pictures[3].to),
            ("1", "3 requests earlier")
        );
        assert_eq!(
            sentences[3],
            "Of 132 blocks that can be reused, half were last seen at most 1 request earlier, nine in ten at most 1."
        );
        assert_eq!(pictures[3].path(), "M0.1 45V0.0h.8V45zM1.1 45V43.5h.8V45z");
        assert_eq!(pictures[3].line(), "█▁");
    }

    #[test]
    fn a_file_without_times_or_shared_beginnings_has_no_such_picture() {
        let pictures = card("{\"prompt\": \"What is a lamp?\"}\n").pictures;
        let titles: Vec<&str> = pictures.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["Prompt lengths", "Answer lengths"]);
    }
}
