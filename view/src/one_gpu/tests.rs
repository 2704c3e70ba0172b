use super::*;
use crate::rich::words as plain;

#[test]
fn the_second_time_only_the_last_block_is_computed() {
    let answers = play(DOCUMENT, &[PromptChoice::Same, PromptChoice::Same]);
    let (first, again) = (&answers[0], &answers[1]);
    assert_eq!(
        (first.hit_tokens, first.prompt_tokens),
        (0, DOCUMENT + QUESTION)
    );
    // The last token is always computed, together with the block that it is in.
    assert_eq!(again.computed(), 16);
    assert!(
        first.ttft.secs() > 5.0 * again.ttft.secs(),
        "{:?} {:?}",
        first.ttft,
        again.ttft
    );
    assert!(again.ttft <= again.length() + VirtualTime::from_millis(1.0));
}

#[test]
fn another_question_reuses_the_document_and_another_document_nothing() {
    let asks = [
        PromptChoice::Same,
        PromptChoice::OtherQuestion,
        PromptChoice::OtherDocument,
        PromptChoice::Same,
    ];
    let answers = play(2048, &asks);
    let hits: Vec<u32> = answers.iter().map(|answer| answer.hit_tokens).collect();
    assert_eq!(hits, [0, 2048, 0, 2048 + QUESTION - 16]);
    // Nothing was evicted meanwhile, as there is room.
    let back = play(
        2048,
        &[&asks[..], &[PromptChoice::First, PromptChoice::Same]].concat(),
    );
    assert_eq!(back[4].hit_tokens, 2048 + QUESTION - 16);
    assert_eq!(
        back[5],
        Answer {
            ask: PromptChoice::Same,
            ..back[4].clone()
        }
    );
}

#[test]
fn every_token_of_an_answer_is_a_step() {
    for answer in play(DOCUMENT, &[PromptChoice::Same, PromptChoice::Same]) {
        let prefill = answer.steps.iter().filter(|step| step.prefill_tokens > 0);
        let computed: u32 = prefill.clone().map(|step| step.prefill_tokens).sum();
        assert_eq!(computed, answer.computed());
        // The step that ends the prefill brings the first token.
        assert_eq!(
            answer.steps.len() as u32,
            prefill.count() as u32 - 1 + ANSWER
        );
    }
}

#[test]
fn the_sentence_has_both_times_in_it() {
    let answers = play(DOCUMENT, &[PromptChoice::Same, PromptChoice::Same]);
    let sentence = plain(&sentences::verdict(&answers));
    assert!(sentence.contains("4,160"), "{sentence}");
    assert!(sentence.contains("sooner"), "{sentence}");
    assert!(plain(&sentences::verdict(&[])).contains("empty"));
}

/// Where nearly as much was computed as at first, that is why it took as long, and not the weights.
#[test]
fn why_it_came_no_sooner_is_told_from_what_was_computed() {
    let told = |document: u32, asks: &[PromptChoice]| {
        let answers = play(document, asks);
        let last = answers.last().expect("one").clone();
        let told = plain(&sentences::verdict(&answers)).replace(crate::format::GAP, " ");
        (last, told)
    };
    let mut asks = vec![PromptChoice::Same];
    asks.extend([PromptChoice::OtherDocument; 5]);
    asks.extend([PromptChoice::OtherQuestion; 8]);
    asks.extend([PromptChoice::OtherDocument, PromptChoice::First]);
    let (last, evicted) = told(12_288, &asks);
    assert!(
        last.hit_tokens > 0 && last.computed() > 10_000,
        "the case was to have both"
    );
    assert!(
        evicted.contains(", about as late as the ") && evicted.contains(" tokens were computed. "),
        "{evicted}"
    );
    // All of it but its last block had been there, and the room that it had to make is said.
    assert_eq!(
        last.evicted_tokens + last.hit_tokens,
        last.prompt_tokens - 16
    );
    assert!(asks.len() as u32 * 12_288 > room() && room() > 12_352);
    let why = format!(
        " {} tokens of it had been there and were evicted: the cache has room for {} tokens, and what was not asked for longest makes \
         way.",
        crate::format::count(last.evicted_tokens.into()),
        crate::format::count(room().into())
    );
    assert!(evicted.ends_with(&why), "{evicted}");
    assert!(machine().contains(&format!(
        "room for {} tokens",
        crate::format::count(room().into())
    )));
    // Where all that can be found is found, nothing is said of room.
    let (again, found) = told(12_288, &[PromptChoice::Same; 2]);
    assert!(
        again.evicted_tokens == 0 && !found.contains("evicted"),
        "{found}"
    );
    let (_, short) = told(16, &[PromptChoice::Same; 2]);
    assert!(short.contains("a step has to read all weights"), "{short}");
}

#[test]
fn a_playback_tells_who_has_said_what() {
    let answers = play(DOCUMENT, &[PromptChoice::Same, PromptChoice::Same]);
    let marks = marks(&answers);
    assert_eq!(marks.end, answers[0].length().max(answers[1].length()));
    assert!(marks.events.is_sorted() && marks.requests.len() == 2);
    let at = sentences::now(&answers, answers[1].ttft, "1×");
    assert!(
        at.ends_with("answer 1: prefill, no token yet · answer 2: token 1 of 24"),
        "{at}"
    );
    let at = sentences::now(&answers, answers[0].ttft, "1×");
    assert!(at.contains("answer 1: token 1 of 24"), "{at}");
    assert!(sentences::now(&answers, answers[1].length(), "1×").ends_with("answer 2: done"));
    for speed in ["0.25×", "8×", "max"] {
        let rest = sentences::now(&answers, marks.end, speed);
        assert!(
            rest.starts_with(&format!(
                "Press play: the answers begin together, at {speed} speed."
            )),
            "{rest}"
        );
    }
    assert_eq!(sentences::now(&[], VirtualTime::ZERO, "1×"), "");
}

#[test]
fn the_first_answer_stays_in_sight() {
    let answers = play(512, &[PromptChoice::Same; 9]);
    let numbers: Vec<usize> = shown(&answers).map(|(at, _)| at).collect();
    assert_eq!(numbers, [0, 5, 6, 7, 8]);
    assert_eq!(shown(&answers[..SHOWN]).count(), SHOWN);
    let (none, ticks) = rows::rows(&[]);
    assert!(none.is_empty());
    let last = ticks
        .last()
        .map(|it| it.text.replace(crate::format::GAP, " "));
    assert_eq!(last.as_deref(), Some("1 s"));
}

#[test]
fn what_the_cache_spared_is_outlined_and_what_was_computed_is_not_called_found() {
    let answers = play(
        DOCUMENT,
        &[
            PromptChoice::Same,
            PromptChoice::Same,
            PromptChoice::OtherDocument,
        ],
    );
    let (rows, _) = rows::rows(&answers);
    // Only the second request found something in the cache, and only it was faster.
    let spared: Vec<_> = rows.iter().filter_map(|row| row.spared.as_ref()).collect();
    assert_eq!(spared.len(), 1);
    let saved = answers[0].prefill() - answers[1].prefill();
    assert_eq!(spared[0].sooner, crate::format::seconds(saved.secs()));
    // A prompt as short as a question saves no time, as the step reads all weights in any case.
    let short = play(0, &[PromptChoice::Same, PromptChoice::Same]);
    assert!(short[1].hit_tokens > 0);
    assert!(rows::rows(&short).0.iter().all(|row| row.spared.is_none()));
    assert_eq!(cold_prefill(&[]), VirtualTime::ZERO);
}
