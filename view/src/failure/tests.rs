use super::choice::{Act, Choice};
use super::*;
use crate::comparison::play::Own;
use crate::event::{short, words};
use crate::lives::ReplicaState;
use crate::playback::Census;
use crate::rich;
use crate::wire::Wire as _;

fn sentence(text: &rich::RichText) -> String {
    rich::words(text).replace(crate::format::GAP, " ")
}

/// What happens, and what it costs.
fn story_and_costs(failure: &Failure) -> String {
    let costs = sentences::costs(failure);
    let all = [sentences::story(failure)].into_iter().chain(costs);
    all.map(|it| sentence(&it)).collect::<Vec<_>>().join("\n")
}

#[test]
fn both_runs_are_one_until_it_happens() {
    let failure = opening().expect("valid");
    let at = failure.first().expect("an event");
    assert_eq!(at, VirtualTime::from_secs(30.0));
    assert_eq!(
        failure.named_moments(),
        [(at, "replica\u{a0}1 dies".to_owned())]
    );
    for side in &failure.sides {
        let before = |course: &FailureRun| -> Vec<Event> {
            course
                .events
                .iter()
                .copied()
                .filter(|it| it.at < at)
                .collect()
        };
        assert!(!before(&side.with).is_empty());
        assert_eq!(before(&side.with), before(&side.without));
        assert_ne!(side.with.events, side.without.events);
        let eventful = |course: &FailureRun| course.lives.iter().any(Life::is_eventful);
        assert!(eventful(&side.with) && !eventful(&side.without));
    }
}

#[test]
fn the_story_is_what_the_report_says() {
    let failure = opening().expect("valid");
    let story = story_and_costs(&failure);
    assert!(
        story.starts_with(
            "At 30 s replica 1 dies, and for 21.4 s the router takes it for alive. Of 300 requests, 88 failed or broke off under least-load, \
             23 under smart.\nUnder least-load, which sends it 237 attempts, 80 of"
        ),
        "{story}"
    );
    // No part of it is a paragraph that nobody reads.
    for part in story.lines() {
        assert!(part.matches(". ").count() < 3, "{part}");
    }
    for side in &failure.sides {
        let life = side.with.life().expect("lives are counted");
        assert!(life.sent_to_dead > 0 && life.outcomes[2] > 0 && life.outcomes[3] > 0);
        assert!(
            story.contains(&format!(
                "which sends it {} attempts",
                crate::format::count(life.sent_to_dead)
            )),
            "{story}"
        );
        assert!(
            story.contains(&format!(
                "{} of 300 requests fail and {} answers break off",
                life.outcomes[2], life.outcomes[3]
            )),
            "{story}"
        );
        let again = crate::format::count(life.recomputed_tokens);
        assert!(
            life.recomputed_tokens == 0 || story.contains(&format!("{again} prompt tokens")),
            "{story}"
        );
    }
    assert!(
        story.ends_with(
            "\nProbes of replica 1 failed at 31.2, 41.2 and 51.2 s, which the router hears 200 ms later.\nThe replica restarts at once, and a start is \
             assumed to take 60 s for a model of this size.\nA client tries three times, and who waited there when it died has \
             used up one try (9 under least-load)."
        ),
        "{story}"
    );
    // A dead GPU makes nothing faster: those answered waited less for want of the others.
    let [least, _] = &failure.sides[..] else {
        panic!("two sides");
    };
    let unserved = least.without.ended(0) - least.with.ended(0);
    assert!(unserved > 0 && least.with.p95() < least.without.p95());
    let why = format!(
        "Where those answered wait less, it is because others no longer stood before them: {unserved} requests were not \
         answered to the end under least-load"
    );
    assert!(story.contains(&why), "{story}");
}

#[test]
fn what_is_taken_out_is_told_as_gone_and_what_it_cost_not_by_a_double_no() {
    let query = |events: &str| format!("v=2&w=rag&n=300&rate=3&ev={events}&p=least-load,smart");
    let drained = whole(&query("30s:drain%3D1")).expect("valid");
    let census = [Census::default(); 2];
    for tenths in 300..330 {
        let at = VirtualTime::from_secs(f64::from(tenths) / 10.0);
        let now = sentence(&sentences::now(&drained, at, &census));
        let subject = now.matches(" and believed alive").count();
        let gone = now.matches("replica 1 is gone").count();
        assert_eq!(
            now.matches("replica 1 is").count(),
            gone.max(subject),
            "{now}"
        );
        assert!(!now.contains("  and") && !now.contains("load and"), "{now}");
    }
    let text = sentence(&sentences::now(
        &drained,
        VirtualTime::from_secs(30.0),
        &census,
    ));
    assert!(text.contains("replica 1 is"), "{text}");
    let hung = story_and_costs(&whole(&query("30s:hang%3D1/60s")).expect("valid"));
    assert!(hung.contains("\nNo cache is lost.\n"), "{hung}");
    // Where nobody is lost, what came of it is how long they wait.
    assert!(
        hung.contains("Every request is answered; one in twenty waits longer for its first token (P95 of TTFT) than 70.0 s under"),
        "{hung}"
    );
    assert!(!hung.contains("no prompt token"), "{hung}");
}

#[test]
fn the_dead_replica_is_believed_in_at_the_playhead() {
    let failure = opening().expect("valid");
    let census = [Census::default(); 2];
    let at = |secs: f64| {
        sentence(&sentences::now(
            &failure,
            VirtualTime::from_secs(secs),
            &census,
        ))
    };
    assert!(at(29.0).contains("all replicas serve"), "{}", at(29.0));
    assert!(
        at(35.0).contains("replica 1 is starting and believed alive"),
        "{}",
        at(35.0)
    );
    assert!(at(60.0).contains("replica 1 is starting;"), "{}", at(60.0));
    // At the end nothing is under way, and what came of the requests is told.
    let end = at(failure.marks.end.secs());
    assert!(
        end.starts_with("137.4 s, the end of the run: under least-load all replicas serve, and 212 of 300 requests got a whole answer"),
        "{end}"
    );
    for side in &failure.sides {
        let last = |run: &FailureRun| {
            let mut events = run.events.iter().rev();
            let last = events.find(|it| it.kind == crate::playback::EventKind::Done);
            crate::format::seconds(last.expect("one").at.secs())
        };
        let wanted = format!(
            "{} of 300 requests got a whole answer, the last after {} (without it 300, the last after {})",
            side.with.ended(0),
            last(&side.with),
            last(&side.without)
        );
        let wanted = wanted.replace(crate::format::GAP, " ");
        assert!(end.contains(&wanted), "{wanted} in {end}");
    }
    let lately = sentences::lately(&failure, VirtualTime::from_secs(45.0), 3);
    assert!(lately[0].contains("starting"), "{lately:?}");
}

#[test]
fn every_figure_stands_in_the_table_with_what_it_would_have_been() {
    let failure = opening().expect("valid");
    let table = figures::table(&failure);
    assert!(table.rows().all(|row| row.cells.len() == 3));
    let words = table.words();
    let row = |name: &str| words.iter().position(|it| it == name).expect("a row");
    let of = |name: &str, column: usize| words[row(name) + column].clone();
    assert!(
        of("Requests answered", 1).ends_with(" instead of\u{a0}300"),
        "{}",
        of("Requests answered", 1)
    );
    let dead = failure.sides[0]
        .with
        .life()
        .expect("lives are counted")
        .sent_to_dead;
    assert_eq!(
        of("Attempts sent where nothing answered", 1),
        crate::format::count(dead)
    );
    let label = figures::label(&failure, 0);
    assert!(
        label.contains("replica 1 is starting from 30.0 s") && !label.contains("replica 0"),
        "{label}"
    );
    assert_eq!(figures::lanes_table(&failure).rows().count(), 8);
    assert_eq!(figures::strips(&failure, 1, true).len(), 4);
    let chart = failure.chart().expect("something happens");
    assert!(chart.svg((500, 300)).contains("replica\u{a0}1 dies"));
}

#[test]
fn without_events_both_runs_are_the_same_and_that_is_said() {
    let mut choice = Choice::default();
    choice.events.all.clear();
    let calm = whole(&choice.query()).expect("valid");
    assert!(
        calm.sides
            .iter()
            .all(|it| it.with.events == it.without.events)
    );
    assert!(story_and_costs(&calm).starts_with("Nothing happens to this fleet"));
    assert_eq!(figures::table(&calm).rows().count(), 5);
    assert_eq!(calm.chart(), None);
}

/// Failures by chance are no events that somebody has set, and befall the fleet all the same.
#[test]
fn what_fails_by_chance_is_told_too() {
    let query = "v=2&w=rag&n=300&rate=3&mtbf=0.02&p=least-load,smart";
    let failure = whole(query).expect("valid");
    let first = failure.first().expect("one fails");
    assert!(first > VirtualTime::ZERO);
    let story = story_and_costs(&failure);
    let lost: Vec<u64> = failure
        .sides
        .iter()
        .map(|it| 300 - it.with.ended(0))
        .collect();
    assert!(lost[0] > 0, "{lost:?}");
    let wanted = format!(
        "Of 300 requests, {} failed or broke off under least-load, {} under smart.\n",
        lost[0], lost[1]
    );
    assert!(
        story.starts_with("Replicas fail by chance") && story.contains(&wanted),
        "{story}"
    );
}

#[test]
fn what_is_done_to_a_replica_is_what_the_command_line_takes() {
    let mut choice = Choice::default();
    choice.events.all.clear();
    let at = |secs: f64| VirtualTime::from_secs(secs);
    for (act, when) in Act::ALL.into_iter().zip([50.0, 40.0, 30.0, 20.0, 10.000_4]) {
        choice.act(act, 2, at(when)).expect("there is room");
    }
    assert_eq!(
        choice.events.to_string(),
        "10s:start=4;20s:drain=2;30s:slow=2x0.3/60s;40s:hang=2/60s;50s:kill=2"
    );
    let written = |of: fn(&warmpath_core::scenario::life::Event) -> String| -> Vec<String> {
        let all = choice.events.all.iter();
        all.map(|it| of(it).replace(crate::format::GAP, " "))
            .collect()
    };
    assert_eq!(
        written(short),
        [
            "replica 4 starts",
            "replica 2 is taken out",
            "replica 2 slows down",
            "replica 2 hangs",
            "replica 2 dies"
        ]
    );
    let texts = written(words);
    assert_eq!(
        texts,
        [
            "at 10 s replica 4 starts",
            "at 20 s replica 2 is taken out",
            "at 30 s replica 2 computes at 0.3 of its speed for 60 s",
            "at 40 s replica 2 hangs for 60 s",
            "at 50 s replica 2 dies"
        ]
    );
    assert!(
        choice.query().contains("ev=10s:start%3D4;"),
        "{}",
        choice.query()
    );
    for _ in 0..3 {
        choice.act(Act::Add, 0, at(5.0)).expect("there is room");
    }
    assert!(choice.act(Act::Add, 0, at(5.0)).is_err());
}

#[test]
fn an_address_holds_what_was_done() {
    let mut choice = Choice::default();
    assert_eq!(choice.fragment(), "");
    choice
        .act(Act::Hang, 3, VirtualTime::from_secs(12.5))
        .expect("there is room");
    choice.policies.push("chwbl:load_factor=1.5".to_owned());
    let fragment = choice.fragment();
    let mut again = Choice::default();
    again.take(&fragment);
    assert_eq!(again, choice);
    again.take("ev=nonsense&p=one&q=%zz");
    assert_eq!(again, choice);
    again.take("ev=");
    assert!(again.events.all.is_empty());
    let own =
        Own::read("v=2&w=rag&ev=30s:kill%3D1&mtbf=2&p=smart,chwbl,least-load").expect("valid");
    let choice = Choice::of(own.clone());
    assert_eq!(choice.query(), own.query);
    assert_eq!(choice.fragment(), "");
}

#[test]
fn a_failure_goes_over_the_wire() {
    let mut choice = Choice::default();
    choice
        .act(Act::Add, 0, VirtualTime::from_secs(20.0))
        .expect("there is room");
    let failure = whole(&choice.query()).expect("valid");
    let mut bytes = Vec::new();
    failure.write(&mut bytes);
    assert_eq!(Failure::read(&mut bytes.as_slice()), Some(failure));
}

#[test]
fn too_few_policies_are_refused() {
    let one = whole("v=2&w=rag&n=20&p=smart");
    assert!(one.is_err_and(|it| it.contains("2 to 4 policies")));
}

/// Every try of a client that gave up, or was answered by a later one, is accounted for.
#[test]
fn the_tries_are_those_sent_where_nothing_answered_and_those_that_waited_there() {
    let failure = opening().expect("valid");
    for side in &failure.sides {
        let life = side.with.life().expect("lives are counted");
        let waited: u64 = life.happenings.iter().map(|it| u64::from(it.reset)).sum();
        let events = side.with.events.iter();
        let lost = events.filter(|it| it.kind == crate::playback::EventKind::Lost);
        assert_eq!(
            lost.count() as u64,
            life.sent_to_dead + waited,
            "{}",
            side.policy
        );
    }
}

#[test]
fn for_how_long_it_was_worse_is_compared_with_the_run_without_it() {
    use warmpath_core::metrics::Recovery;
    let of = |events: &str| {
        let query = format!("v=2&w=rag&n=300&rate=3&ev={events}&p=least-load,smart");
        whole(&query).expect("valid")
    };
    let both = |side: &RunPair| (side.hits_worse, side.ttft_worse);
    // A replica that is added makes nothing worse, though least-load's queue grows as it does without it.
    for side in &of("68.7s:start%3D4").sides {
        let same = (Recovery::Undisturbed, Recovery::Undisturbed);
        assert_eq!(both(side), same, "{}", side.policy);
    }
    // Requests that were sent before the replica hung wait for its end, and the table says so.
    for side in &of("68.7s:hang%3D1/60s").sides {
        assert!(side.with.p95() > side.without.p95());
        assert_ne!(side.ttft_worse, Recovery::Undisturbed, "{}", side.policy);
    }
    let words = figures::table(&opening().expect("valid")).words();
    let row = |name: &str| words.iter().position(|it| it == name).expect("a row");
    let ttft = row("P95 of TTFT longer than without the events");
    assert_eq!(words[ttft + 1..ttft + 3], ["at no time", "to the end"]);
    let note = figures::note(&opening().expect("valid"));
    assert!(note.contains("by more than 10"), "{note}");
}

/// What is lost, what of it nobody else holds and what of that is computed again belong together, and the difference of the two runs
/// is told with why it is another number.
#[test]
fn the_tokens_of_a_lost_cache_are_accounted_for() {
    let failure = opening().expect("valid");
    let words = figures::table(&failure).words();
    let row = |name: &str| {
        let at = words.iter().position(|it| it == name).expect("a row");
        [&words[at + 1], &words[at + 2]]
            .map(|it| it.replace(',', "").parse::<u64>().expect("a number"))
    };
    let [lost, alone, again] = [
        "Cached blocks lost",
        "Of these on no other replica",
        "Lost prompt tokens computed again",
    ]
    .map(row);
    for (which, side) in failure.sides.iter().enumerate() {
        assert!(lost[which] > alone[which], "{lost:?} {alone:?}");
        assert!(again[which] <= alone[which] * 16);
        let [with, without] = [&side.with, &side.without].map(|run| {
            let all = run.summary.replicas.iter();
            all.map(|it| it.prefilled_tokens as i64).sum::<i64>()
        });
        let more = with - without;
        assert_ne!(more, again[which] as i64);
        let said = format!(
            "{} {} under {}",
            crate::format::count(more.unsigned_abs()),
            if more > 0 { "more" } else { "fewer" },
            side.policy
        );
        let costs = story_and_costs(&failure);
        assert!(costs.contains(&said), "{said}: {costs}");
        assert!(
            costs.contains("not answered to the end spare work; so this differs from what the lost cache costs."),
            "{costs}"
        );
    }
    // Nothing is said of lost blocks where nothing happens, nor of requests without an answer where all have one.
    let calm = whole("v=2&w=rag&n=60&rate=3&p=least-load,smart").expect("valid");
    assert!(!figures::note(&calm).contains("blocks"));
    assert!(!story_and_costs(&calm).contains("computed in all"));
    let hung =
        whole("v=2&w=rag&n=300&rate=3&ev=30s:hang%3D1/60s&p=least-load,smart").expect("valid");
    let costs = story_and_costs(&hung);
    assert!(
        costs.contains("computed in all, ")
            && !costs.contains("spare work")
            && !costs.contains("so this differs"),
        "{costs}"
    );
}

/// The attempts that went where nothing answered are added up from the requests that made them.
#[test]
fn the_attempts_at_the_dead_are_accounted_for() {
    let failure = opening().expect("valid");
    let costs = story_and_costs(&failure);
    for said in [
        "answers break off. Of these attempts under least-load, 231 are of the requests that failed: 80 × 3 tries make 240, and 9 of these \
         went to a replica that still answered. The other 6 are of 3 requests answered at a later try.\n",
        "answers break off. All of these attempts under smart are of the requests that failed: 12 × 3 tries.\n",
    ] {
        assert!(costs.contains(said), "{costs}");
    }
    for (side, (failed, tries, other)) in failure.sides.iter().zip([(80, 3, 6), (12, 3, 0)]) {
        let life = side.with.life().expect("it dies");
        let reset = u64::from(life.happenings[0].reset);
        assert_eq!(life.outcomes[2], failed);
        assert_eq!(life.sent_to_dead, failed * tries - reset + other);
    }
}

#[test]
fn of_several_events_each_is_told() {
    let query =
        "v=2&w=rag&n=300&rate=3&ev=30s:kill%3D1;60s:hang%3D2/60s;90s:drain%3D3&p=least-load,smart";
    let failure = whole(query).expect("valid");
    assert_eq!(failure.moments().len(), 3);
    let names = failure.named_moments().into_iter().map(|it| it.1);
    assert_eq!(names.collect::<Vec<_>>(), ["replica\u{a0}1 dies", "", ""]);
    let story = story_and_costs(&failure);
    assert!(
        story.starts_with(
            "From 30 s on 3 things happen to the fleet, and for 21.4 s and for 29.4 s the router takes replicas that do not answer for \
             alive. Of 300 requests, "
        ) && story.contains("\nUnder least-load, which sends them 255 attempts,"),
        "{story}"
    );
    assert!(
        story.contains(
            "breaks off what it has, as vLLM does unless it is told to finish, and so uses nothing of the 30 s that Kubernetes gives it to \
             end (the grace period). It does not come back by itself.\nThe router hears 200 ms later that it is taken out.\n"
        ),
        "{story}"
    );
    let words = figures::table(&failure).words();
    let known = words.iter().position(|it| it == "The router knew after");
    let known = &words[known.expect("a row") + 1];
    assert_eq!(
        known.replace(crate::format::GAP, " "),
        "21.4 s, 29.4 s, 200 ms"
    );
    // Every event is named on the chart, one below the other where they are near.
    let near = whole("v=2&w=rag&n=300&rate=3&ev=30s:kill%3D1;33s:kill%3D2&p=least-load,smart");
    let svg = near
        .expect("valid")
        .chart()
        .expect("a chart")
        .svg((500, 300));
    for replica in [1, 2] {
        assert!(
            svg.contains(&format!("replica\u{a0}{replica} dies")),
            "{replica}"
        );
    }
    // What takes nothing out says nothing of it.
    let finish = whole("v=2&w=rag&n=300&rate=3&ev=30s:drain%3D1&drain=finish&p=least-load,smart");
    let story = story_and_costs(&finish.expect("valid"));
    assert!(
        story.ends_with(
            "\nA replica that is taken out finishes what it has, for at most 30.0 s. It does not come back by itself.\nThe router hears \
             200 ms later that it is taken out."
        ),
        "{story}"
    );
}

/// The lines that stand for what is folded away say what is in there, also where nobody was answered.
#[test]
fn what_is_folded_away_is_named_with_its_numbers() {
    let failure = opening().expect("valid");
    let brief = figures::brief(&failure);
    let words = figures::table(&failure).words();
    let at = words.iter().position(|it| it == "Prompt tokens reused");
    let at = at.expect("a row");
    for (which, side) in failure.sides.iter().enumerate() {
        let cell = &words[at + 1 + which];
        let (with, _) = cell.split_once(" instead of\u{a0}").expect("both");
        let wanted = format!("{with} under {}", side.policy);
        assert!(brief.contains(&wanted), "{wanted} in {brief}");
    }
    assert!(brief.starts_with("13 figures: "), "{brief}");
    let line = failure.chart_in_brief();
    let chart = failure.chart().expect("a chart").summary();
    for (side, sentence) in failure.sides.iter().zip(&chart) {
        let mean = sentence
            .split_once(": ")
            .and_then(|it| it.1.split_once(" to the first"));
        let wanted = format!("{} under {}", mean.expect("a mean").0, side.policy);
        assert!(line.contains(&wanted), "{wanted} in {line}");
    }
    let costs = sentences::costs_brief(&failure);
    for side in &failure.sides {
        let again = side.with.life().map_or(0, |life| life.recomputed_tokens);
        let wanted = format!("{} under {}", crate::format::count(again), side.policy);
        assert!(costs.contains(&wanted), "{wanted} in {costs}");
    }
    let none = whole("v=2&w=rag&n=3&rate=3&r=1&ev=0s:kill%3D0&p=least-load,smart");
    let line = none.expect("valid").chart_in_brief();
    assert!(!line.contains("NaN"), "{line}");
}

/// What is told is what the log has, not what was set.
#[test]
fn what_was_set_and_did_not_happen_is_not_told_as_happened() {
    let of =
        |rest: &str| whole(&format!("v=2&w=rag&rate=3&p=least-load,smart&{rest}")).expect("valid");
    let first_sentence = |failure: &Failure| {
        let story = sentence(&sentences::story(failure));
        story.split(". ").next().unwrap_or_default().to_owned()
    };
    // After the end, and to a replica that is there already.
    let late = of("n=60&ev=900s:kill%3D1");
    let told = first_sentence(&late);
    assert!(
        told.starts_with("Nothing happens to this fleet: the run ends at ")
            && told.ends_with(", before what was set"),
        "{told}"
    );
    assert_eq!((late.first(), late.named_moments()), (None, Vec::new()));
    assert!(sentences::costs(&late).is_empty());
    let there = first_sentence(&of("n=60&ev=10s:start%3D1"));
    assert!(
        there.contains("what was set finds nothing to do"),
        "{there}"
    );
    // Of two, one finds nothing to do: a replica that starts cannot be taken out.
    let starting = of("n=300&ev=30s:kill%3D1;68.7s:drain%3D1");
    let told = sentence(&sentences::story(&starting));
    assert!(told.starts_with("At 30 s replica 1 dies, "), "{told}");
    let end = "Nothing came of what was set for 68.7 s, that replica 1 is taken out: replica 1 was not ready, or was being taken out already.";
    assert!(told.ends_with(end), "{told}");
    assert!(!sentence(&sentences::story(&of("n=300&ev=30s:kill%3D1"))).contains("Nothing came"));
    // The first is the first by time, and what befalls several at once is one thing.
    let told = first_sentence(&of("n=300&ev=60s:kill%3D1;30s:drain%3D2"));
    assert!(
        told.starts_with("From 30 s on 2 things happen to the fleet"),
        "{told}"
    );
    let all = of("n=100&ev=10s:drain%3D100%25");
    let told = first_sentence(&all);
    assert!(
        told.starts_with("At 10 s 4 replicas are taken out"),
        "{told}"
    );
    assert_eq!(
        all.named_moments(),
        [(
            VirtualTime::from_secs(10.0),
            "4\u{a0}replicas are taken out".to_owned()
        )]
    );
    // What happens under one policy alone is not told of all.
    let once = of("n=300&drain=finish:grace%3D600&ev=20s:drain%3D1;45s:start%3D1");
    let counts: Vec<usize> = once
        .sides
        .iter()
        .map(|side| side.with.happened().len())
        .collect();
    assert_ne!(counts[0], counts[1], "the query was to show a difference");
    let told = first_sentence(&once);
    let wanted = format!(
        "From 20 s on things happen to the fleet, {} under least-load and {} under smart",
        counts[0], counts[1]
    );
    assert!(told.starts_with(&wanted), "{told}");
}

/// Also what happened under a later policy alone stands in its place.
#[test]
fn what_happened_is_told_in_order_of_time() {
    for policies in ["least-load,smart", "smart,least-load"] {
        let query = format!(
            "v=2&w=rag&rate=3&n=300&drain=finish:grace%3D600&ev=20s:drain%3D1;45s:start%3D1;60s:kill%3D2&p={policies}"
        );
        let failure = whole(&query).expect("valid");
        let chart = failure.chart().expect("a chart").summary();
        let times = chart.iter().filter_map(|it| it.strip_prefix("At "));
        let times: Vec<f64> = times
            .filter_map(|it| it.split(crate::format::GAP).next()?.parse().ok())
            .collect();
        assert!(times.len() == 3 && times.is_sorted(), "{chart:?}");
    }
}

#[test]
fn whether_a_replica_comes_back_is_taken_from_the_run() {
    let of = |rest: &str| {
        whole(&format!("v=2&w=rag&n=300&rate=3&p=least-load,smart&{rest}")).expect("valid")
    };
    let stays = story_and_costs(&of("mttr=40&ev=30s:kill%3D1/stay"));
    assert!(
        stays.contains("replica 1 dies for good") && !stays.contains("is back"),
        "{stays}"
    );
    let back = story_and_costs(&of("mttr=40&ev=30s:kill%3D1"));
    assert!(
        back.contains("The replica is back 40 s later, as was set."),
        "{back}"
    );
    let started = of("ev=30s:drain%3D1;50s:start%3D1");
    assert_eq!(
        started.sides[0].with.lives[1].at(started.marks.end),
        ReplicaState::Ready
    );
    let told = story_and_costs(&started);
    assert!(
        told.contains("It does not come back by itself.\n"),
        "{told}"
    );
    // It answers again before the router has noticed, after a start as long as the reader set it.
    let short = of("scale=hpa:start%3D5;min%3D4;max%3D4&ev=30s:kill%3D1");
    let told = story_and_costs(&short);
    assert!(
        told.contains("and for 5.00 s the router takes it for alive"),
        "{told}"
    );
    assert!(
        told.contains("A start takes 5 s, as was set.")
            || told.contains("and a start takes 5 s, as was set."),
        "{told}"
    );
    // One that died by chance shortly before has a back-off.
    let told = [0, 1, 2, 3].map(|replica| {
        let events = format!("mtbf=0.01&ev=30s:kill%3D{replica}");
        story_and_costs(&of(&events))
    });
    let says = |words: &str| told.iter().any(|it| it.contains(words));
    assert!(
        says("The replica restarts at once, and a start"),
        "{told:?}"
    );
    assert!(
        says("The replica restarts after 10 s, and a start"),
        "{told:?}"
    );
}

#[test]
fn replicas_that_are_gone_do_not_serve() {
    let gone = whole("v=2&w=rag&n=100&rate=3&ev=10s:drain%3D100%25&p=least-load,smart");
    let gone = gone.expect("valid");
    let census = [Census::default(); 2];
    let now = sentence(&sentences::now(&gone, gone.marks.end, &census));
    assert!(
        now.contains("replica 0 is gone, replica 1 is gone") && !now.contains("all replicas serve"),
        "{now}"
    );
    let later = whole("v=2&w=rag&n=100&rate=3&ev=10s:start%3D4&p=least-load,smart").expect("valid");
    let now = sentence(&sentences::now(
        &later,
        VirtualTime::from_secs(5.0),
        &census,
    ));
    assert!(now.contains("all replicas serve"), "{now}");
}

#[test]
fn why_those_answered_wait_less_is_found_in_the_waits_of_the_same_requests() {
    let of = |rest: &str| {
        let failure = whole(&format!("v=2&w=rag&n=200&rate=3&p=least-load,smart&{rest}"));
        story_and_costs(&failure.expect("valid"))
    };
    for rest in ["r=1&ev=30s:kill%3D0", "ev=10s:drain%3D100%25"] {
        let told = of(rest);
        assert!(!told.contains("no longer stood before them"), "{told}");
        assert!(
            told.contains("They do not wait less than they would without it: "),
            "{told}"
        );
    }
    let nobody = of("r=1&ev=0s:kill%3D0/stay");
    assert!(!nobody.contains("one in twenty"), "{nobody}");
    assert!(!nobody.contains(crate::format::NONE), "{nobody}");
}

#[test]
fn a_tally_adds_something_up() {
    let of = |rest: &str| {
        let failure = whole(&format!("v=2&w=rag&n=200&rate=3&p=least-load,smart&{rest}"));
        story_and_costs(&failure.expect("valid"))
    };
    let once = of("ctries=0&ev=30s:kill%3D1");
    assert!(
        once.contains("one try each") && !once.contains("× 1 tries"),
        "{once}"
    );
    for rest in [
        "r=1&ev=30s:kill%3D0",
        "ctries=5&ev=30s:kill%3D1;31s:kill%3D2",
        "ctries=1&ev=30s:kill%3D1",
    ] {
        let told = of(rest);
        for tries in told.split(" tries make ").skip(1) {
            let before = told.split(" tries make ").next().unwrap_or_default();
            let (made, sum) = (before.rsplit(' ').next(), tries.split(',').next());
            assert_ne!(made, sum, "{told}");
            assert!(
                before.ends_with(|it: char| it.is_ascii_digit()) && before.contains(" × "),
                "{told}"
            );
        }
    }
}

/// The time for which it was worse runs from the first failure also where it came by chance.
#[test]
fn what_fails_by_chance_is_counted_from_its_first_failure() {
    let failure = whole("v=2&w=rag&n=300&rate=3&mtbf=0.05&p=least-load,smart").expect("valid");
    let first = failure.first().expect("one fails").secs();
    assert!(first > 1.0);
    let mut counted = 0;
    for side in &failure.sides {
        for worse in [side.hits_worse, side.ttft_worse] {
            if let Recovery::After(s) = worse {
                let until = first + s;
                let mut sent = side
                    .with
                    .events
                    .iter()
                    .filter(|it| it.kind == crate::playback::EventKind::Sent);
                assert!(
                    sent.any(|it| (it.at.secs() - until).abs() < 1e-3),
                    "{until}"
                );
                counted += 1;
            }
        }
    }
    assert!(counted > 0);
}

/// The texts on the buttons are true whatever the scenario has set.
#[test]
fn buttons_speak_of_no_setting() {
    for act in [Act::Kill, Act::Drain, Act::Add] {
        let about = act.about();
        assert!(
            !about.contains("break off") && !about.contains(" s later"),
            "{about}"
        );
    }
}

/// How long a hang stays unnoticed is the sum of what is said of it: the last probe, how long it waits, and the way to the router.
#[test]
fn why_a_hang_is_known_so_late_adds_up() {
    let after = |act: Act| {
        let mut choice = Choice::default();
        choice.events.all.clear();
        let at = VirtualTime::from_secs(30.0);
        choice.act(act, 1, at).expect("there is room");
        whole(&choice.query()).expect("valid")
    };
    let hung = after(Act::Hang);
    let story = story_and_costs(&hung);
    let known = hung.sides[0].with.life().expect("lives").happenings[0].known_after_s;
    let known = known.expect("noticed");
    assert!((known - (51.2 + 1.0 + 0.2 - 30.0)).abs() < 0.1, "{known}");
    assert!(
        story.contains(
            "\nProbes of replica 1 at 31.2, 41.2 and 51.2 s got no answer within 1 s, which the router hears 200 ms later.\nAn attempt at a \
             replica that hangs does not fail, but waits until it goes on or the client gives up after 600 s, and counts as sent where \
             nothing answered even if it is answered then."
        ),
        "{story}"
    );
    // What is taken out has nobody wait, and who waited there comes again: the attempts are more than the requests.
    let drained = after(Act::Drain);
    let story = story_and_costs(&drained);
    let life = drained.sides[0].with.life().expect("lives");
    assert_eq!(
        life.attempts,
        300 + u64::from(life.happenings[0].reset),
        "{story}"
    );
    let in_all = format!(
        "\nAttempts in all: {} under least-load, which are 300 first ones and {} of clients that ask again.\n",
        life.attempts, life.client_again
    );
    assert!(story.contains(&in_all), "{story}");
    let again = format!(
        "who waited there when it was taken out has used up one try ({} under least-load).",
        life.happenings[0].reset
    );
    assert!(story.ends_with(&again), "{story}");
    // Who is slow is not noticed, and the dash is explained.
    let dash = "A dash at “The router knew after”";
    assert!(figures::note(&after(Act::Slow)).contains(dash));
    assert!(!figures::note(&hung).contains(dash));
}

/// Where a replica hangs and dies before that is known, some of its probes waited and some did not: no times are told that are not so.
/// One that stays down is back when it is started, not when repairs are over.
#[test]
fn what_several_events_made_is_not_told_of_one() {
    let told = |events: &str| {
        let query = format!("v=2&w=rag&n=200&rate=2&r=4&p=least-load,smart&ev={events}");
        story_and_costs(&whole(&query).expect("valid"))
    };
    let waited = |text: &str| text.contains("got no answer within 1 s");
    let failed =
        |text: &str| text.contains("s, which the router hears") && text.contains(" failed at ");
    let hung = told("30s:hang%3D1");
    assert!(waited(&hung), "{hung}");
    let both = told("30s:hang%3D1;45s:kill%3D1/stay");
    assert!(!waited(&both) && !failed(&both), "{both}");
    let killed = told("30s:kill%3D1;45s:kill%3D1/stay");
    assert!(failed(&killed), "{killed}");
    let back = |events: &str| told(events).contains("replica is back 20 s later, as was set");
    assert!(back("30s:kill%3D1&mttr=20"));
    assert!(!back("30s:kill%3D1/stay;45s:start%3D1&mttr=20"));
}

/// Where all replicas die together, the attempts that reached none are said, the parts add up, and no single replica is spoken of.
#[test]
fn where_nobody_is_left_the_attempts_add_up() {
    let mut choice = Choice::default();
    choice.events.all.clear();
    for replica in 0..4 {
        choice
            .act(Act::Kill, replica, VirtualTime::ZERO)
            .expect("there is room");
    }
    let failure = whole(&choice.query()).expect("valid");
    let story = story_and_costs(&failure);
    let line = story.lines().find(|it| it.starts_with("Of all attempts "));
    let line = line.expect("where they went").replace(',', "");
    for (part, side) in line.split("; ").zip(&failure.sides) {
        let life = side.with.life().expect("lives");
        let numbers = part.split(' ').filter_map(|it| it.parse::<u64>().ok());
        let numbers: Vec<u64> = numbers.collect();
        let [up, dead, nowhere] = numbers[..] else {
            panic!("{part}");
        };
        assert_eq!(up + dead + nowhere, life.attempts, "{story}");
        assert_eq!(dead, life.sent_to_dead);
        assert!(up > 0 && nowhere > 0);
        // Each that was answered, or broke off, was at a replica that was up.
        assert!(up >= life.outcomes[0] + life.outcomes[3]);
        let why = "to no replica (the router had none to send them to)";
        assert!(part.contains(why), "{story}");
    }
    assert!(
        story.contains("\nProbes of replica 0 (the first of 4) failed at ")
            && story.contains("\nEach replica restarts at once, and a start is"),
        "{story}"
    );
    // Those that die one after the other have fates of their own.
    let mut choice = Choice::default();
    choice
        .act(Act::Kill, 2, VirtualTime::from_secs(50.0))
        .expect("there is room");
    let story = story_and_costs(&whole(&choice.query()).expect("valid"));
    assert!(
        story.contains("\nProbes of replica 1 (the first of 2) failed at ")
            && story.contains("\nReplica 1 restarts at once"),
        "{story}"
    );
    assert!(!story.contains("Of all attempts"), "{story}");
}
