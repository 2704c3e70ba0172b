use super::*;
use crate::format;
use crate::rich::{Judged, Tone, words};
use crate::table::{Cell, Place, Table};
use std::sync::{Arc, OnceLock};
use warmpath_core::fleet::Replay;
use warmpath_core::metrics::{PLACES, summarise};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Named;

/// Runs a part as the worker does.
fn run(part: Experiment) -> PolicyFigures {
    let scenario = Scenario::from_query(&query(part, 1)).expect("a valid scenario");
    let named = Named::parse(&scenario.workload).expect("a known workload");
    let workload = named
        .generate(scenario.block_size, scenario.seed, None)
        .expect("the traces are built in");
    let mut replay = Replay::new(scenario, Arc::new(workload), false).expect("valid");
    while !replay.run(1 << 16).expect("no fault").finished {}
    let summaries = summarise(replay.scenario(), replay.workload(), replay.runs());
    summaries.into_iter().map(|it| it.values).collect()
}

/// All parts, run once for all tests.
pub(crate) fn whole() -> &'static Reality {
    static WHOLE: OnceLock<Reality> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let levels = (0..levels().len()).map(Experiment::Level);
        let parts: Vec<Experiment> = levels
            .chain(WhatIf::ALL.into_iter().map(Experiment::WhatIf))
            .collect();
        let mut reality = Reality::default();
        std::thread::scope(|scope| {
            let running: Vec<_> = parts
                .iter()
                .map(|part| (*part, scope.spawn(|| run(*part))))
                .collect();
            for (part, handle) in running {
                reality.keep(part, handle.join().expect("it runs"));
            }
        });
        reality
    })
}

#[test]
fn every_part_is_a_scenario_of_its_own() {
    let queries: Vec<String> = (0..levels().len())
        .map(Experiment::Level)
        .chain(WhatIf::ALL.into_iter().map(Experiment::WhatIf))
        .map(|part| query(part, 1))
        .collect();
    assert_eq!(levels(), [1600, 3200, 8000, 800]);
    for (at, query) in queries.iter().enumerate() {
        assert!(query.contains("p=least-load,chwbl"), "{query}");
        assert!(!queries[..at].contains(query), "{query} twice");
    }
    assert_eq!(query(Experiment::Level(9), 1), "");
}

#[test]
fn every_judged_row_is_shown_with_its_error() {
    let reality = whole();
    assert_eq!(reality.rows().len(), 12);
    let (known, later) = (tables::known(reality), tables::later(reality));
    let all: Vec<_> = known.iter().chain(&later).collect();
    let named = |table: &Table| {
        let rows = table.rows().filter(|row| row.cells[0].place == Place::Row);
        rows.count()
    };
    assert_eq!(all.iter().map(|it| named(&it.table)).sum::<usize>(), 48);
    let errors = tables::errors(reality);
    let values = errors.rows().flat_map(|row| &row.cells);
    let values: Vec<_> = values.filter(|it| it.place == Place::Value).collect();
    assert_eq!(values.len(), 12 * 13);
    // Its columns are in the order of the requests at once, and hold what their heads say.
    let head: Vec<_> = errors.head[1].cells[1..]
        .iter()
        .map(|it| words(&it.text))
        .collect();
    assert_eq!(head, ["800", "1,600", "3,200", "8,000"].repeat(3));
    let mut rows = reality.rows();
    rows.sort_by_key(|(row, _)| {
        (
            POLICIES.iter().position(|it| *it == row.policy),
            row.concurrency,
        )
    });
    for (at, (row, cells)) in rows.iter().enumerate() {
        let shown = words(&errors.groups[0][0].cells[1 + at].text);
        assert_eq!(
            shown,
            format::error(cells[0].error()),
            "{} at {}",
            row.policy,
            row.concurrency
        );
    }
    // As precise as one another, so that they can be compared.
    assert!(values.iter().all(|it| words(&it.text).ends_with("\u{a0}%")
        && words(&it.text).chars().rev().nth(3) == Some('.')));
    // Each row is below its own heading.
    let groups: Vec<_> = all.iter().map(|it| it.table.groups.len()).collect();
    assert_eq!(groups, [3; 4]);
    assert!(later[0].title.contains("by chance"));
    let words = later[0].table.words();
    assert!(!words.contains(&"800 at once".to_owned()));
    assert_eq!(later[1].title, "800 at once");
    let words = later[1].table.words();
    assert!(ROUTED.iter().all(|it| words.contains(&named_as(it))));
    // A part and its whole are never on two lines.
    for group in picture::picture(reality).groups {
        let title = crate::rich::words(&group.title);
        assert!(title.contains("\u{a0}of\u{a0}"), "{title}");
    }
    // An error outside the tolerance is marked as such.
    let far = reality
        .rows()
        .iter()
        .flat_map(|(row, cells)| cells.iter().map(move |cell| near(row, cell)))
        .filter(|near| !near)
        .count();
    let is_far = |it: &&&Cell| it.text[0].0 == Tone::Judged(Judged::Far);
    assert_eq!(values.iter().filter(is_far).count(), far);
}

fn named_as(policy: &str) -> String {
    named(policy).to_owned()
}

#[test]
fn the_changes_take_most_of_the_gain_away() {
    let reality = whole();
    for what in WhatIf::ALL {
        let (base, now) = (reality.base(what), reality.changed(what));
        let (base, now) = (gain(base.expect("run")), gain(now.expect("run")));
        assert!(now < base / 10.0, "{what:?}: {base} {now}");
        assert!(words(&sentences::what_if(reality, what)).contains("the gain shrinks"));
    }
    // A freed client's throughput falls, so the sentence says from what to what, and why.
    let freed = words(&sentences::what_if(reality, WhatIf::FreeClient));
    assert!(
        freed.contains("In throughput prefix routing gains +")
            && freed.contains("Its throughput falls from ")
            && freed.contains(" times the mean work, not "),
        "{freed}"
    );
    let twists = sentences::twists(reality);
    let of = |figures: Option<&PolicyFigures>| {
        let gain = gain(figures.expect("run"));
        let number = match gain < 99.5 {
            true => format::significant(gain, 2),
            false => format!("{gain:.0}"),
        };
        format!("{number}{}times", format::GAP)
    };
    let [free, small] = WhatIf::ALL.map(|what| [of(reality.base(what)), of(reality.changed(what))]);
    let [shrinks, belongs] = &twists[..] else {
        panic!("{twists:?}");
    };
    let start = format!("The gain shrinks from {} to {} if", free[0], free[1]);
    assert!(shrinks.starts_with(&start), "{shrinks}");
    let turn = format!("not {} but {} sooner", small[0], small[1]);
    assert!(belongs.contains(&turn), "{belongs}");
    assert!(sentences::twists(&Reality::default()).is_empty());
    assert!(sentences::what_if(&Reality::default(), WhatIf::FreeClient).is_empty());
}

/// The reason that the page gives for the equal rows is true: at no time are more requests under way than either limit
/// allows.
#[test]
fn with_prefix_routing_neither_cap_is_reached_so_two_rows_are_one_run() {
    let reality = whole();
    assert_eq!(reality.levels[0][1], reality.levels[1][1]);
    assert_ne!(reality.levels[1][1], reality.levels[2][1]);
    assert_ne!(reality.levels[0][0], reality.levels[1][0]);
    let mut scenario = Scenario::from_query(&query(Experiment::Level(0), 1)).expect("valid");
    scenario.set("policy", "chwbl").expect("known");
    scenario.seeds = 1;
    let named = Named::parse(&scenario.workload).expect("a known workload");
    let workload = named
        .generate(scenario.block_size, scenario.seed, None)
        .expect("the traces are built in");
    let mut replay = Replay::new(scenario, Arc::new(workload), false).expect("valid");
    while !replay.run(1 << 16).expect("no fault").finished {}
    let mut changes: Vec<(u64, i32)> = Vec::new();
    for record in &replay.runs()[0].records {
        changes.extend([(record.sent.0, 1), (record.done.0, -1)]);
    }
    changes.sort_unstable();
    let (mut now, mut most) = (0, 0);
    for (_, change) in changes {
        now += change;
        most = most.max(now);
    }
    assert!((300..1000).contains(&most), "{most} of 1,600");
    let sentence = words(&sentences::twins(reality)).replace(format::GAP, " ");
    assert!(
        sentence.contains("neither cap is ever reached") && sentence.contains("196 ms and 214 ms"),
        "{sentence}"
    );
    // The page's other number of active requests follows from the published figures.
    assert!(
        sentence.contains("(The measured 72.7 a second and 6.09 s each make 443.)"),
        "{sentence}"
    );
    assert!(sentences::twins(&Reality::default()).is_empty());
}

#[test]
fn predictions_are_counted_apart_and_what_misses_is_named() {
    let items = sentences::score(whole());
    let items: Vec<String> = items
        .iter()
        .map(|it| words(it).replace(format::GAP, " "))
        .collect();
    assert!(
        items[0].starts_with(
            "Of the four rows that were predicted while the model was built, 16 of 16 rates and durations come within 5 %, "
        ) && items[0].contains("within 15 %, ")
            && items[0].ends_with(" within 30 %."),
        "{items:?}"
    );
    assert!(items[2].starts_with("Of the two it was fitted to, "));
    // None of them is a paragraph that nobody reads.
    assert_eq!(items.len(), 4);
    assert!(items.iter().all(|it| !it.contains(". ")), "{items:?}");
    let sentence = words(&sentences::missed(whole())).replace(format::GAP, " ");
    assert!(
        sentence.starts_with("What misses is P99 ITL under prefix-aware (CHWBL): 303 ms measured"),
        "{sentence}"
    );
    let sentence = words(&sentences::later(whole())).replace(format::GAP, " ");
    // The rows that were compared later are counted separately from those that the model was made with.
    assert!(
        sentence.contains(
            "The six other rows (those of routing by chance, and those with 800 requests at once)"
        ) && sentence.contains("24 of 24 rates, 35 of 36"),
        "{sentence}"
    );
}

#[test]
fn least_load_loses_because_what_it_needs_is_elsewhere() {
    let figures = &whole().levels[0];
    assert!(value(figures, 0, PLACES.lost_elsewhere) > 0.2);
    assert!(value(figures, 1, PLACES.lost_elsewhere) < 0.05);
    assert!(words(&sentences::why(whole())).contains("another replica"));
}

/// A part is asked for as text; what is read from it is the scenario that `core` has for its row.
#[test]
fn a_part_is_the_scenario_of_its_row() {
    for (at, level) in levels().into_iter().enumerate() {
        let judged =
            |row: &&kubeai::PublishedRow| row.role != Role::Archived && row.concurrency == level;
        let row = ROWS.iter().find(judged).expect("a row of the level");
        let mut scenario = row.scenario(SEEDS).expect("valid");
        scenario.set("policy", &POLICIES.join(",")).expect("known");
        scenario.seed = 7;
        let asked = Scenario::from_query(&query(Experiment::Level(at), 7)).expect("valid");
        assert_eq!(asked, scenario);
    }
    for what in WhatIf::ALL {
        let asked = Scenario::from_query(&query(Experiment::WhatIf(what), 7)).expect("valid");
        assert_eq!((asked.seeds, asked.seed), (SEEDS, 7));
        assert_eq!(asked.concurrency, levels().get(what.level()).copied());
    }
    assert_eq!(query(Experiment::Level(levels().len()), 1), "");
}

/// The line for a folded sentence has a number of that sentence in it, is short, and is whole.
#[test]
fn the_line_for_a_folded_sentence_has_its_number() {
    let reality = whole();
    type Of = fn(&Reality) -> crate::rich::RichText;
    let line = |of: Of, brief: Of| {
        let (whole, line) = (words(&of(reality)), brief(reality));
        let strong = line.iter().find(|it| it.0 == Tone::Strong);
        let (_, number) = strong.expect("a number");
        let line = words(&line).replace('\u{a0}', " ");
        assert!(line.len() <= 80 && !line.contains('…'), "{line}");
        (whole, number.clone(), line)
    };
    let (whole, number, _) = line(sentences::twins, sentences::twins_in_brief);
    assert!(whole.contains(&number), "{number}: {whole}");
    let (whole, number, _) = line(sentences::missed, sentences::missed_in_brief);
    assert!(whole.contains(&number), "{number}: {whole}");
    let (_, number, _) = line(sentences::later, sentences::later_in_brief);
    assert_eq!(number, "76\u{a0}of\u{a0}78 figures");
    let (whole, number, _) = line(sentences::why, sentences::why_in_brief);
    assert!(whole.contains(&number), "{number}: {whole}");
    // The figures of all kinds together.
    let (whole, number, _) = line(
        |reality| sentences::score(reality).concat(),
        sentences::score_in_brief,
    );
    let sum = |pairs: &[(usize, usize)]| {
        pairs
            .iter()
            .fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1))
    };
    let kinds = whole
        .split("\u{a0}of\u{a0}")
        .zip(whole.split("\u{a0}of\u{a0}").skip(1))
        .take(4);
    let kinds: Vec<(usize, usize)> = kinds
        .filter_map(|(left, right)| {
            let near = left.rsplit(' ').next()?.parse().ok()?;
            let all = right.split(' ').next()?.parse().ok()?;
            Some((near, all))
        })
        .take(3)
        .collect();
    let (near, all) = sum(&kinds);
    assert_eq!(
        (kinds.len(), number),
        (3, format!("{near}\u{a0}of\u{a0}{all} figures")),
        "{whole}"
    );
    let before = Reality::default();
    for of in [
        sentences::score_in_brief,
        sentences::missed_in_brief,
        sentences::later_in_brief,
        sentences::missed,
        sentences::later,
        sentences::twins_in_brief,
        sentences::why_in_brief,
    ] {
        assert!(of(&before).is_empty());
    }
}

/// Of several figures that miss, the one that misses most is named, in its own unit.
#[test]
fn what_misses_is_named_with_its_unit() {
    let mut far = whole().clone();
    for of in far.levels.iter_mut().flatten() {
        of[PLACES.request_throughput] *= 5.0;
    }
    for text in [
        words(&sentences::missed(&far)),
        words(&sentences::missed_in_brief(&far)),
    ] {
        let text = text.replace(format::GAP, " ");
        assert!(
            text.contains("Request throughput") && text.contains(" req/s"),
            "{text}"
        );
        assert!(!text.contains("figures:"), "{text}");
    }
}

/// The ratios that stand about the page are told apart once, with the published and the simulated figures.
#[test]
fn the_ratios_of_the_page_are_told_apart() {
    let reality = whole();
    let said = words(&sentences::gains(reality)).replace(format::GAP, " ");
    let measured = |policy: &str, level: u32| {
        let row = kubeai::ROWS
            .iter()
            .find(|row| row.policy == policy && row.concurrency == level);
        row.expect("a row").measured[4]
    };
    let published = |level| measured("least-load", level) / measured("chwbl", level);
    for part in [
        format!(
            "are {} times apart, the title's fifty.",
            format::significant(published(1600), 2)
        ),
        format!(
            "makes it {} times.",
            format::significant(gain(&reality.levels[0]), 2)
        ),
        "With 800, 3,200 and 8,000 at once".to_owned(),
        format!(
            "{} and {} times.",
            libm::round(gain(&reality.levels[1])),
            libm::round(gain(&reality.levels[2]))
        ),
    ] {
        assert!(said.contains(&part), "{part}: {said}");
    }
    assert!(sentences::gains(&Reality::default()).is_empty());
}
