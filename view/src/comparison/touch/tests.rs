use super::*;
use crate::comparison::opening;
use crate::rich::words;
use warmpath_core::scenario::Scenario;

fn all(comparison: &Comparison) -> Vec<Vec<Option<Visit>>> {
    let sides = comparison.sides.iter();
    sides
        .map(|it| visits(&it.events, it.choices.len(), comparison.marks.end))
        .collect()
}

fn cells(table: &Table) -> Vec<Vec<String>> {
    let cells = |row: &Row| row.cells.iter().map(|it| words(&it.text)).collect();
    table.rows().map(cells).collect()
}

#[test]
fn every_answered_request_has_a_visit_where_it_was_answered() {
    let comparison = opening().expect("valid");
    for (side, visits) in comparison.sides.iter().zip(all(&comparison)) {
        assert_eq!(visits.len(), 300);
        for (choice, visit) in side.choices.iter().zip(&visits) {
            let (replica, _) = choice.expect("all are answered");
            let visit = visit.expect("all are sent");
            assert_eq!(visit.replica, replica);
            let first = visit.first.expect("all are answered");
            assert!(visit.sent < first && first < visit.end);
        }
    }
}

/// While a request is the only one without a first token at its replica, every place of the lane before that token shows
/// it.
#[test]
fn a_place_of_a_lane_is_of_the_request_whose_first_token_comes_next() {
    let comparison = opening().expect("valid");
    let visits = &all(&comparison)[0];
    for (n, visit) in (0u32..).zip(visits) {
        let visit = visit.expect("all are sent");
        let first = visit.first.expect("all are answered");
        assert_eq!(at(visits, visit.replica, first, false), Some(n));
        let found = at(visits, visit.replica, visit.sent, true).expect("it waits itself");
        assert_eq!(visits[found as usize].expect("sent").sent, visit.sent);
    }
    let never = VirtualTime(comparison.marks.end.0 + 1);
    assert_eq!(at(visits, 0, never, false), None);
    assert_eq!(at(visits, 9, VirtualTime::ZERO, false), None);
}

/// A request that finds nearly all of its prompt may wait all the same: for whoever computes it, or for a queue.
#[test]
fn why_a_first_token_took_so_long_is_told() {
    let comparison = opening().expect("valid");
    let visits = all(&comparison);
    let told = |which: usize, request: u32| {
        waited(&comparison, which, &visits[which], request).replace(GAP, " ")
    };
    let (_, costly) = comparison.costly().expect("they part");
    assert_eq!(costly.request, 3);
    let (_, hit) = comparison.sides[1].choices[3].expect("answered");
    assert!(f64::from(hit) > 0.95 * f64::from(comparison.prompts[3]));
    assert_eq!(
        told(1, 3),
        "Why its first token took 2.68 s: its replica was just computing the same document for request 0, 11,601 tokens, whose own first \
         token came at 2.8 s. This one found it only then, and 216 tokens more were computed for it."
    );
    let sums = |query: &str, which: usize, request: u32| {
        let mut watched = crate::comparison::play::made(query).expect("valid");
        while !watched.run(1 << 16).expect("valid") {}
        let comparison = crate::comparison::comparison(&watched).expect("finished");
        let visits = all(&comparison);
        waited(&comparison, which, &visits[which], request).replace(GAP, " ")
    };
    // Where one is answered at a time, the answers under way are the wait.
    let slow = "v=2&w=unique:prompt%3D200;output%3D400&n=20&r=1&seqs=1&p=least-load,smart&rate=";
    let behind = (0..20).map(|it| sums(&format!("{slow}0.025"), 0, it));
    let behind: Vec<String> = behind
        .filter(|it| it.contains(": its replica made 1 answer meanwhile. For itself "))
        .collect();
    assert!(!behind.is_empty());
    let queued = sums(&format!("{slow}0.05"), 0, 19);
    assert!(
        queued.contains("it waited behind")
            && queued.contains(", and its replica made ")
            && queued.contains(" answers meanwhile. For itself "),
        "{queued}"
    );
    // Of several causes each is told.
    let several = sums("v=2&w=rag&n=60&rate=3&r=1&p=least-load,smart", 0, 3);
    assert!(
        several.contains("whose own first token came at ")
            && several.contains(". Besides, it waited behind "),
        "{several}"
    );
    // The first of all finds nobody and nothing.
    assert!(told(1, 0).contains("nobody was before it, and 11,601 tokens were computed"));
    let queued = (0..300).map(|it| told(0, it));
    let queued: Vec<String> = queued
        .filter(|it| it.contains("it waited behind"))
        .collect();
    assert!(queued.len() > 100, "{}", queued.len());
    assert_eq!(waited(&comparison, 0, &[], 3), "");
}

#[test]
fn a_card_tells_every_side_what_the_log_tells() {
    let comparison = opening().expect("valid");
    let visits = all(&comparison);
    let (_, costly) = comparison.costly().expect("they part");
    let request = costly.request;
    let rows = cells(&card(&comparison, &visits, request));
    assert_eq!(rows.len(), 2);
    for (which, row) in rows.iter().enumerate() {
        assert_eq!(row[0], comparison.sides[which].policy());
        let ttft = costly.ttft_ms[which].expect("answered") / 1e3;
        assert_eq!(row[4], format::seconds(ttft));
    }
    let text = words(&title(&comparison, request));
    assert!(text.contains(&format!("{GAP}{request}")), "{text}");
    // A request that does not exist has no numbers, which is no error.
    let rows = cells(&card(&comparison, &visits, 999));
    assert_eq!(rows[0][4], format::NONE);
}

/// The counts of what was under way when a request was sent agree with the sides' events.
#[test]
fn why_counts_what_was_under_way_and_marks_the_choice() {
    let comparison = opening().expect("valid");
    let visits = all(&comparison);
    let rows = cells(&why(&comparison, 0, &visits[0], 0, None));
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| row[1] == "0" && row[2] == "0"));
    let request = comparison.costly().expect("they part").1.request;
    let sent = visits[0][request as usize].expect("sent").sent;
    let rows = cells(&why(&comparison, 0, &visits[0], request, None));
    let counted: u32 = rows
        .iter()
        .flat_map(|row| &row[1..])
        .map(|it| it.parse::<u32>().expect("a count"))
        .sum();
    let under_way = visits[0].iter().flatten();
    let under_way = under_way.filter(|it| it.sent < sent && sent < it.end);
    assert_eq!(counted as usize, under_way.count());
    let chosen = rows.iter().filter(|row| row[0].contains("chosen"));
    assert_eq!(chosen.count(), 1);
    let effect = |replica| Effect {
        replica: Some(replica),
        ttft_ms: Some(50.0),
        hit_tokens: 0,
        mean_ttft_ms: 60.0,
        p99_ttft_ms: 70.0,
        prefilled_tokens: 1,
    };
    let tried: Vec<Effect> = (0..4).map(effect).collect();
    let rows = cells(&why(&comparison, 0, &visits[0], request, Some(&tried)));
    assert!(rows.iter().all(|row| row[3] == format::share(0.0)));
    assert!(
        why(&comparison, 7, &visits[0], request, None)
            .rows()
            .next()
            .is_none()
    );
}

/// A policy that goes by caches shows what it went by: the replica that it chose for a document that one alone holds is the
/// one that it believed to hold it.
#[test]
fn why_shows_what_a_policy_believed_to_be_held() {
    let comparison = opening().expect("valid");
    let visits = all(&comparison);
    let head = |which| why(&comparison, which, &visits[which], 0, None).words();
    assert!(!head(0).iter().any(|it| it.contains("believed")));
    let mut alone = 0;
    for request in 0..300 {
        let rows = cells(&why(&comparison, 1, &visits[1], request, None));
        let holds: Vec<bool> = rows
            .iter()
            .filter_map(|row| Some(row.get(3)? == &format::share(1.0)))
            .collect();
        if holds.iter().filter(|it| **it).count() == 1 {
            let chosen = rows.iter().position(|row| row[0].contains("chosen"));
            alone += u32::from(chosen == holds.iter().position(|it| *it));
        }
    }
    assert!(alone > 50, "{alone}");
}

#[test]
fn the_sum_of_the_whole_run_is_the_run() {
    let comparison = opening().expect("valid");
    let visits = all(&comparison);
    let rows = cells(&sum(
        &comparison,
        &visits,
        (VirtualTime::ZERO, comparison.marks.end),
    ));
    for (row, side) in rows.iter().zip(&comparison.sides) {
        assert_eq!((row[1].as_str(), row[4].as_str()), ("300", "300"));
        assert_eq!(row[2], format::share(side.reuse));
        // The stretch is as long as the longest run.
        let cold = crate::comparison::figures::mean(side, |it| it.cold) * side.lasts;
        assert_eq!(row[5], format::share(cold));
    }
    let nothing = cells(&sum(
        &comparison,
        &visits,
        (comparison.marks.end, comparison.marks.end),
    ));
    assert_eq!(nothing[0][1], "0");
    assert_eq!(nothing[0][3], format::NONE);
}

/// The run in which a request is sent elsewhere is the run that is shown: as many requests, one seed.
#[test]
fn a_fork_is_of_the_run_that_is_shown() {
    let comparison = opening().expect("valid");
    let query = crate::comparison::play::forked(
        &crate::comparison::opening_query(),
        comparison.prompts.len() as u32,
    );
    let scenario = Scenario::from_query(&query).expect("valid");
    assert_eq!((scenario.requests, scenario.seeds), (Some(300), 1));
    assert_eq!(scenario.policies.len(), 2);
}
