use super::play::{Own, PLAYS, forked, made, query, showable, under};
use super::*;
use crate::format::{self, GAP, NONE};
use crate::playback::Cursor;
use crate::rich::words as plain;
use warmpath_core::metrics::{PLACES, summarise};
use warmpath_core::scenario::Scenario;

/// A policy that another side has is exchanged with it, so that none is compared with itself.
#[test]
fn no_policy_is_chosen_twice() {
    let chosen = |which: usize, to: &str| {
        let mut all = ["least-load", "smart", "chwbl"].map(str::to_owned);
        play::choose(&mut all, which, to.to_owned());
        all.join(",")
    };
    assert_eq!(chosen(1, "random"), "least-load,random,chwbl");
    assert_eq!(chosen(0, "smart"), "smart,least-load,chwbl");
    assert_eq!(chosen(2, "chwbl"), "least-load,smart,chwbl");
    assert_eq!(chosen(9, "smart"), "least-load,smart,chwbl");
    let twice = sentences::under(&|at| (at < 2).then(|| ("34.9 s".to_owned(), "smart")));
    assert_eq!(twice, "34.9 s under smart");
}

#[test]
fn the_opening_comparison_shows_what_reuse_is_worth() {
    let comparison = opening().expect("the opening scenario is valid");
    let [a, b] = &comparison.sides[..] else {
        panic!("two sides");
    };
    assert_eq!((a.course.completed, b.course.completed), (300, 300));
    let [first, second] = [a, b].map(|side| side.ttft()[0]);
    assert!(first > 10.0 * second, "{first} {second}");
    assert!(b.reuse > a.reuse && b.reuse < 1.0);
    assert_eq!(a.shares.iter().sum::<u32>(), 300);
    let sentence = plain(&sentences::delta(&comparison));
    assert!(
        sentence.contains("300\u{a0}requests") && sentence.contains("They part at request"),
        "{sentence}"
    );
}

/// The lines that stand for what is folded away say what is in there.
#[test]
fn what_is_folded_away_is_named_with_its_numbers() {
    let comparison = opening().expect("valid");
    let brief = deltas::brief(&comparison);
    let words = deltas::deltas(&comparison).words();
    let at = words.iter().position(|it| it == "TTFT, P95");
    let tail = &words[at.expect("a row") + 1];
    assert!(
        brief.contains(&format!("P95 of TTFT {tail} under least-load, ")),
        "{brief}"
    );
    let rows = deltas::deltas(&comparison).rows().count();
    assert!(brief.starts_with(&format!("{rows} figures: ")), "{brief}");
    let trees = trees::words::brief(&comparison);
    let nodes = crate::format::plural(comparison.nodes.len() as u64, "node");
    assert!(
        trees.contains(&nodes) && trees.ends_with("300\u{a0}prompts"),
        "{trees}"
    );
}

/// An answer of the response cache went to no replica, found nothing in one, and is no want of an answer.
#[test]
fn an_answer_of_the_response_cache_is_no_replicas() {
    let mut watched =
        made("v=2&w=rounds&r=2&rate=0.1&rcache=72000&p=round-robin,smart").expect("valid");
    while !watched.run(1 << 16).expect("valid") {}
    let shown = comparison(&watched).expect("finished");
    let runs = watched.replay.runs();
    let summaries = summarise(watched.replay.scenario(), watched.replay.workload(), runs);
    for ((side, run), summary) in shown.sides.iter().zip(runs).zip(&summaries) {
        assert!(run.records[12].recalled);
        let recalled = run.records.iter().filter(|it| it.recalled).count() as u64;
        assert_eq!(side.recalled.len() as u64, recalled);
        let by_replicas = side.shares.iter().map(|&it| u64::from(it)).sum::<u64>();
        assert_eq!(by_replicas + recalled, side.course.completed);
        assert_eq!(side.choices[12], None);
        assert_eq!(side.reuse, summary.values[PLACES.token_reuse_rate]);
        let found = side.course.blocks[0];
        let reported = summary.values[PLACES.cache_hit_rate];
        assert!((found - reported).abs() < 1e-12, "{found} {reported}");
    }
    let said = sentences::decision(&shown, 12, shown.marks.end);
    assert!(
        said.contains("smart had kept the answer to an identical prompt"),
        "{said}"
    );
}

#[test]
fn lanes_of_a_fleet_that_grows_have_lives_and_its_counts_are_told() {
    let query = "v=2&w=rag&n=200&rate=3&r=2&scale=schedule:0s%3D2;20s%3D3&p=least-load,smart";
    let mut watched = made(query).expect("valid");
    while !watched.run(1 << 16).expect("valid") {}
    let comparison = comparison(&watched).expect("finished");
    for (which, side) in comparison.sides.iter().enumerate() {
        assert_eq!((side.lanes.len(), side.lives.len()), (3, 3));
        assert!(side.lives[2].is_eventful() && !side.lives[0].is_eventful());
        assert_eq!(side.scaling.most().0, 3);

        let label = figures::label(&comparison, which);
        assert!(label.contains("replica 2 is starting from"), "{label}");
    }
    // Whether there are too many lanes is judged by the most replicas that there may be.
    let many = Scenario::from_query("v=2&r=2&scale=hpa:max%3D17&p=smart,chwbl").expect("valid");
    assert!(showable(&many).is_err_and(|why| why.contains("lanes for 16 replicas, not for 17")));
}

/// A replica that an autoscaler could start and did not is none of a policy's replicas: it has no lane, and is not counted as idle.
#[test]
fn what_never_started_is_not_counted() {
    let query = "v=2&w=rag&n=60&rate=1&r=2&scale=hpa:max%3D8&p=least-load,smart";
    let mut watched = made(query).expect("valid");
    while !watched.run(1 << 16).expect("valid") {}
    let comparison = comparison(&watched).expect("finished");
    for (which, side) in comparison.sides.iter().enumerate() {
        let there = touch::lanes_of(side);
        assert!(there.len() > 1 && there.len() < side.lanes.len());
        let caption = plain(&figures::caption(side)).replace(GAP, " ");
        assert!(
            caption.starts_with(&format!("{} replicas · ", there.len())),
            "{caption}"
        );
        let cold = there
            .iter()
            .map(|at| side.whole(&side.lanes[usize::from(*at)]).cold);
        let mean = cold.sum::<f64>() / there.len() as f64;
        assert_eq!(figures::mean(side, |it| it.cold), mean);
        let label = figures::label(&comparison, which);
        let wanted = format!(
            "{} replicas, {} of the time",
            there.len(),
            format::share(mean)
        );
        assert!(label.contains(&wanted.replace(GAP, " ")), "{label}");
    }
}

#[test]
fn few_or_alike_have_their_own_words() {
    assert!(
        Names::Prefixes
            .caption(4, 9)
            .contains("; 4 of 9 prefixes are listed.")
    );
    let run = |query: &str| {
        let mut watched = made(query).expect("valid");
        while !watched.run(1 << 16).expect("valid") {}
        comparison(&watched).expect("finished")
    };
    let one = run("v=2&w=template&n=1&p=least-load,smart");
    let end = plain(&sentences::now(&one, one.marks.end, &[]));
    assert!(
        end.contains(": the one request got an answer under each policy."),
        "{end}"
    );
    let told = plain(&holdings::sentence(&one, 0, one.marks.end));
    assert!(!told.contains("prefixs"), "{told}");
    let mut thrice = run("v=2&w=rag&n=5&p=least-load,smart");
    let first = thrice.sides[0].clone();
    thrice.sides = vec![first.clone(), first.clone(), first];
    assert!(plain(&sentences::delta(&thrice)).starts_with("The same policy three times makes"));
    // A first token that never comes takes no time.
    let lost = run("v=2&w=rag&n=60&rate=3&ctries=0&ev=0s:kill%3D1&p=round-robin,smart");
    let told = plain(&sentences::delta(&lost));
    assert!(
        told.contains(" its first token ") && !told.contains("no answer"),
        "{told}"
    );
}

#[test]
fn lanes_add_up_to_the_engines_busy_time() {
    let mut watched = of(&OPENING).expect("valid");
    while !watched.run(1 << 16).expect("valid") {}
    let comparison = comparison(&watched).expect("finished");
    for (side, run) in comparison.sides.iter().zip(watched.replay.runs()) {
        for (lane, replica) in side.lanes.iter().zip(&run.replicas) {
            let drawn = lanes::whole(lane).busy() * comparison.marks.end.secs();
            let busy = replica.tally.busy_ns as f64 / 1e9;
            assert!((drawn - busy).abs() < 1e-6 * busy, "{drawn} {busy}");
        }
    }
}

#[test]
fn both_sides_have_sent_the_same_at_any_moment() {
    let comparison = opening().expect("valid");
    let mut cursors = [Cursor::new(4), Cursor::new(4)];
    for tenths in [0, 300, 20, 700, 5_000] {
        let at = VirtualTime::from_millis(f64::from(tenths) * 100.0);
        let sent = [0, 1].map(|which| {
            cursors[which].seek(&comparison.sides[which].events, at);
            let all = cursors[which].all();
            all.waiting + all.answering + all.done
        });
        assert_eq!(sent[0], sent[1]);
    }
    let (_, parting) = comparison.parting().expect("they part");
    let (request, at) = (parting.request, VirtualTime::from_secs(parting.at_s));
    let lines = sentences::decisions(&comparison, at, 3);
    assert!(
        lines[0].contains(&format!("request\u{a0}{},", request)),
        "{lines:?}"
    );
}

#[test]
fn the_same_policy_twice_never_parts() {
    let mut watched = of(&["smart", "smart"]).expect("valid");
    while !watched.run(1 << 16).expect("valid") {}
    let comparison = comparison(&watched).expect("finished");
    assert_eq!(
        (comparison.parting(), comparison.apart[0].elsewhere),
        (None, 0)
    );
    assert_eq!((comparison.flag(), comparison.mark()), (None, None));
    assert!(comparison.sides[0] == comparison.sides[1]);
    assert!(replay_error().contains("nobody"));
}

fn replay_error() -> String {
    of(&["nobody", "smart"]).err().unwrap_or_default()
}

fn of(policies: &[&str]) -> Result<Watched, String> {
    let policies: Vec<String> = policies.iter().map(|&it| it.to_owned()).collect();
    made(&query(0, &policies))
}

#[test]
fn four_policies_are_each_told_against_the_first() {
    let comparison = whole(&["least-load", "smart", "chwbl", "random"]).expect("valid");
    assert_eq!((comparison.sides.len(), comparison.apart.len()), (4, 3));
    let opening = opening().expect("valid");
    // A further side changes nothing in the others but the moments of their pictures.
    for (which, side) in opening.sides.iter().enumerate() {
        assert_eq!(side.choices, comparison.sides[which].choices);
        assert_eq!(side.ttft(), comparison.sides[which].ttft());
    }
    assert_eq!(opening.apart[..], comparison.apart[..1]);
    let sentence = plain(&sentences::delta(&comparison));
    for side in &comparison.sides[1..] {
        let wanted = format!("under {} it takes", side.policy());
        assert!(sentence.contains(&wanted), "{sentence}");
    }
    let (which, costly) = comparison.costly().expect("somebody waits");
    let sooner = comparison.apart.iter().filter_map(|pair| pair.costly);
    assert!(sooner.into_iter().all(|it| it.at_s >= costly.at_s));
    assert_eq!(comparison.apart[which - 1].costly.as_ref(), Some(costly));

    let table = deltas::deltas(&comparison);
    // A corner and a column per side; a row per figure, with the differences of all sides but the first.
    assert_eq!(table.head[0].cells.len(), 1 + 4);
    assert_eq!(table.rows().count(), 7);
    assert!(table.rows().all(|row| row.cells.len() == 1 + 4));
    let changes = table.rows().flat_map(|row| &row.cells);
    let changes = changes.filter(|cell| cell.text.len() == 2);
    assert_eq!(changes.count(), 3 * 7);
    assert_eq!(figures::table(&comparison).rows().count(), 16);
    let charts = comparison.charts();
    assert!(charts.iter().map(|it| it.key()).eq(CHARTS));
    assert!(
        charts
            .iter()
            .all(|it| it.table().rows.len() >= 4 || it.table().head.len() > 4)
    );
}

#[test]
fn where_it_first_costs_one_has_its_token_and_the_other_waits() {
    for policies in [OPENING, ["smart", "least-load"], ["chwbl", "round-robin"]] {
        let comparison = whole(&policies).expect("valid");
        let at = comparison.flag().expect("they part");
        let (_, costly) = comparison.costly().expect("somebody waits");
        assert_eq!(comparison.mark(), Some((at, "first costs".to_owned())));
        let done = |side: &PolicySide| {
            let past = side.events.iter().take_while(|event| event.at <= at);
            let mut tokens =
                past.filter(|event| event.kind == crate::playback::EventKind::FirstToken);
            tokens.any(|event| event.request == costly.request)
        };
        assert_ne!(
            done(&comparison.sides[0]),
            done(&comparison.sides[1]),
            "{policies:?}"
        );
        let census = [crate::playback::Census::default(); 2];
        let now = plain(&sentences::now(&comparison, at, &census));
        let wanted = format!("Request\u{a0}{} has its first token under", costly.request);
        assert!(now.contains(&wanted), "{now}");
        let before = VirtualTime(at.0 - 1_000_001);
        assert!(
            !plain(&sentences::now(&comparison, before, &census)).contains("has its first token")
        );
    }
}

/// At the end nothing is under way: the sentence there says what came of the run, as the log of the run has it.
#[test]
fn at_the_end_the_sentence_says_what_came_of_the_run() {
    use crate::playback::EventKind;
    let census = [crate::playback::Census::default(); 2];
    let at_end = |comparison: &Comparison| {
        plain(&sentences::now(comparison, comparison.marks.end, &census)).replace(GAP, " ")
    };
    let comparison = whole(&OPENING).expect("valid");
    let text = at_end(&comparison);
    assert!(
        text.starts_with(
            "137.4 s, the end of the run: all 300 requests got an answer under each policy. The longest wait for a first token was "
        ),
        "{text}"
    );
    for side in &comparison.sides {
        let visits = touch::visits(&side.events, side.choices.len(), comparison.marks.end);
        let waits = visits.iter().flatten();
        let waits = waits.filter_map(|it| Some(it.first?.secs() - it.sent.secs()));
        let mut done = side.events.iter().rev();
        let last = done.find(|it| it.kind == EventKind::Done);
        for time in [waits.fold(0.0, f64::max), last.expect("one").at.secs()] {
            let wanted = format!("{} under {}", format::seconds(time), side.policy());
            let wanted = wanted.replace(GAP, " ");
            assert!(text.contains(&wanted), "{wanted} in {text}");
        }
    }
    // Not everybody is answered where a replica dies, and where none is left nobody is.
    let of = |query: &str| {
        let mut watched = play::made(query).expect("valid");
        while !watched.run(1 << 16).expect("runs") {}
        super::comparison(&watched).expect("finished")
    };
    let some = of("v=2&w=rag&n=60&rate=3&ev=10s:kill%3D1&p=least-load,smart");
    let [least, smart] = [0, 1].map(|at| some.sides[at].course.completed);
    assert!(least < 60, "{least}");
    let wanted =
        format!("of 60 requests {least} got an answer under least-load, {smart} under smart.");
    assert!(at_end(&some).contains(&wanted), "{}", at_end(&some));
    let none = at_end(&of(
        "v=2&w=rag&n=3&rate=3&r=1&ev=0s:kill%3D0&p=least-load,smart",
    ));
    assert!(
        none.contains("first token was – under least-load, – under smart.")
            && !none.contains("NaN"),
        "{none}"
    );
}

/// A time of nobody is no time: it is neither shown as 0 nor better than any other.
#[test]
fn who_answered_nothing_is_not_the_quickest() {
    let of = |query: &str| {
        let mut watched = play::made(query).expect("valid");
        while !watched.run(1 << 16).expect("runs") {}
        super::comparison(&watched).expect("finished")
    };
    let text = |comparison: &Comparison| plain(&sentences::delta(comparison)).replace(GAP, " ");
    let lost = of("v=2&w=rag&n=60&rate=3&r=4&ctries=0&p=round-robin,smart&ev=0s:kill%3D0");
    assert_eq!(lost.sides[1].course.completed, 0);
    let said = text(&lost);
    assert!(
        said.contains("; under smart no request got an answer."),
        "{said}"
    );
    assert!(
        said.contains("got an answer: 45 under round-robin, 0 under smart."),
        "{said}"
    );
    for table in [deltas::deltas(&lost), figures::table(&lost)] {
        assert!(table.rows().count() > 0);
    }
    let rows = deltas::deltas(&lost);
    let first = rows.rows().next().expect("the median");
    let last = first.cells.last().expect("smart's");
    let texts: Vec<&str> = last.text.iter().map(|it| it.1.as_str()).collect();
    assert_eq!(texts, ["–", "–"]);
    assert_eq!(last.text[1].0, crate::rich::Tone::Change("same"));
    // Shares of nobody are none either.
    for title in [
        "Prompt tokens reused",
        "Busiest replica's requests over the mean",
    ] {
        let row = rows.rows().find(|it| plain(&it.cells[0].text) == title);
        let text = plain(&row.expect("it is there").cells[2].text);
        assert_eq!(text, format!("{NONE}{NONE}"), "{title}");
    }
    assert!(deltas::brief(&lost).contains("– under smart"));
    let percentiles = lost.charts().swap_remove(1);
    assert!(percentiles.summary()[1].ends_with("smart: no request was answered."));
    assert!(percentiles.caption()[0].contains("– under smart"));
    let courses: Vec<Course> = lost.sides.iter().map(|it| it.course.clone()).collect();
    let mut charts = crate::chart::content::of_courses(&courses).into_iter();
    let losses = charts
        .find(|it| it.key() == "cache-hits")
        .expect("it is there");
    assert!(losses.caption()[0].contains("– under smart"));
    assert!(losses.summary()[1].ends_with("smart: no request was answered."));
    assert!(losses.table().rows.iter().all(|row| row[2] == NONE));
    // The other way round, and where nobody answers anything.
    let first = text(&of(
        "v=2&w=rag&n=60&rate=3&r=4&ctries=0&p=smart,round-robin&ev=0s:kill%3D0",
    ));
    assert!(
        first.contains(
            "under smart no request got an answer; under round-robin the median first token takes"
        ),
        "{first}"
    );
    let none = text(&of("v=2&w=rag&n=60&ctx=4000&p=smart,round-robin"));
    assert!(
        none.contains(
            "under smart no request got an answer; under round-robin no request got an answer."
        ) && !none.contains("figures"),
        "{none}"
    );
}

/// What is said of those that go elsewhere is of those that have a place under both.
#[test]
fn the_share_that_goes_elsewhere_leaves_out_who_was_not_answered() {
    let mut watched =
        play::made("v=2&w=rag&n=60&rate=3&ctries=0&p=round-robin,smart&ev=0s:kill%3D1")
            .expect("valid");
    while !watched.run(1 << 16).expect("runs") {}
    let comparison = super::comparison(&watched).expect("finished");
    let [a, b] = [0, 1].map(|at| &comparison.sides[at].choices);
    let both = a
        .iter()
        .zip(b)
        .filter_map(|(a, b)| Some((a.as_ref()?.0, b.as_ref()?.0)));
    let apart = both.clone().filter(|(a, b)| a != b).count();
    assert!(both.clone().count() < 60);
    let share = format::share(apart as f64 / both.count() as f64);
    let text = plain(&sentences::delta(&comparison));
    let wanted =
        format!("in all {share} of the requests answered under both go to another replica.");
    assert!(text.contains(&wanted), "{wanted} in {text}");
    assert!(
        text.contains(" These figures are of the requests that got an answer: "),
        "{text}"
    );
}

#[test]
fn one_policy_alone_or_five_are_refused() {
    for policies in [&["smart"; 1][..], &["smart"; 5]] {
        let refused = of(policies).err().unwrap_or_default();
        assert!(refused.contains("2 to 4 policies"), "{refused}");
    }
}

#[test]
fn a_scenario_of_the_laboratory_is_shown_up_to_what_there_is_room_for() {
    let mut watched =
        made("v=2&w=shared-system&n=2500&seeds=3&r=8&p=smart:load_balance_weight=2,random")
            .expect("valid");
    while !watched.run(1 << 16).expect("valid") {}
    let comparison = comparison(&watched).expect("finished");
    assert_eq!(
        (comparison.sides.len(), comparison.sides[0].lanes.len()),
        (2, 8)
    );
    assert_eq!((comparison.prompts.len(), comparison.of), (2_000, 2_500));
    assert!(
        plain(&sentences::delta(&comparison))
            .starts_with("The first 2,000 of 2,500\u{a0}requests, sent")
    );
    for (query, word) in [
        ("v=2&r=9&p=smart,random", "lanes for 8 replicas, not for 9"),
        (
            "v=2&w=chats~0123456789abcdef&p=smart,random",
            "file of your own",
        ),
    ] {
        let refused = showable(&Scenario::from_query(query).expect("valid")).err();
        assert!(refused.is_some_and(|it| it.contains(word)), "{query}");
    }
}

#[test]
fn a_scenario_of_ones_own_is_known_by_what_it_is_played_with() {
    let typed = "v=2&w=rag:contexts%3D10&r=4,8&rate=3&seeds=3&p=smart:load_balance_weight%3D2";
    let own = Own::read(typed).expect("valid");
    assert_eq!((own.replicas, own.befallen), (4, false));
    assert_eq!(
        own.name,
        "The laboratory: rag:contexts=10, 4\u{a0}replicas"
            .replace('\u{a0}', &crate::format::GAP.to_string())
    );
    assert_eq!(own.policies, ["least-load", "smart:load_balance_weight=2"]);
    // What is asked for as text is what a scenario with these policies is.
    let asked = Scenario::from_query(&under(&own.query, &own.policies)).expect("valid");
    let mut scenario = Scenario::from_query(&own.query).expect("valid");
    scenario
        .set("policy", &own.policies.join(","))
        .expect("known");
    assert_eq!(asked, scenario);
    assert!(Own::read("v=2&w=rag&p=smrt").is_err_and(|it| it.contains("smart")));
    let shown = Scenario::from_query(&forked(&own.query, 300)).expect("valid");
    assert_eq!(
        (shown.requests, shown.seeds, shown.replicas),
        (Some(300), 1, 4)
    );
    let befallen = Own::read("v=2&w=rag&mtbf=2&p=smart,chwbl").expect("valid");
    assert!(befallen.befallen && befallen.events.is_empty());
    for (_, play) in PLAYS {
        assert_eq!(Own::read(play).expect("valid").replicas, 4, "{play}");
    }
}
