use super::*;
use crate::say::plain;

#[test]
fn the_second_time_only_the_last_block_is_computed() {
    let answers = play(DOCUMENT, &[Ask::Same, Ask::Same]);
    let (first, again) = (&answers[0], &answers[1]);
    assert_eq!(
        (first.hit_tokens, first.prompt_tokens),
        (0, DOCUMENT + QUESTION)
    );
    // The last token is always computed, and with it the block it is in.
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
    let asks = [Ask::Same, Ask::OtherQuestion, Ask::OtherDocument, Ask::Same];
    let answers = play(2048, &asks);
    let hits: Vec<u32> = answers.iter().map(|answer| answer.hit_tokens).collect();
    assert_eq!(hits, [0, 2048, 0, 2048 + QUESTION - 16]);
}

#[test]
fn every_token_of_an_answer_is_a_step() {
    for answer in play(DOCUMENT, &[Ask::Same, Ask::Same]) {
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
    let answers = play(DOCUMENT, &[Ask::Same, Ask::Same]);
    let said = plain(&say::verdict(&answers));
    assert!(said.contains("4,160"), "{said}");
    assert!(said.contains("sooner"), "{said}");
    assert!(plain(&say::verdict(&[])).contains("empty"));
}
