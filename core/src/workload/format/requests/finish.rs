//! What only the whole file shows: the unit of times, the tokens of an id, which chats belong together.

use super::ids::IdChains;
use super::times::FileTime;
use super::{PromptKind, Requests};
use crate::order;
use crate::request::{Arrival, Chain};
use crate::units::Map;
use crate::words::{counted, excerpt};
use crate::workload::WorkloadError;
use crate::workload::draft::{self, Draft};
use crate::workload::format::origin::Origin;
use crate::workload::reading::{SessionRows, TimeUnit};

/// How the note begins that names the tokenizer.
pub(in crate::workload) const COUNTED: &str = "text is counted with the tokenizer";

/// The note of a report where prompts may be equal without the file's saying so.
pub(in crate::workload) const NOTHING_SHARED: &str =
    "reuse is 0 because the file does not say which prompts share a beginning";

impl Requests {
    pub(super) fn draft(mut self) -> Result<Draft, WorkloadError> {
        self.named_columns()?;
        if self.kind == PromptKind::Ids && self.ids.is_empty() {
            self.kind = PromptKind::Lengths;
            self.format = match self.format {
                "Mooncake trace" => "Mooncake trace without ids",
                "trace with block ids" => "lengths",
                other => other,
            };
        }
        let mut origin = Origin::default();
        let mut notes = Vec::new();
        self.skipped(&mut notes, &mut origin);
        if self.kubeai.is_none() {
            self.arrivals(&mut notes, &mut origin)?;
        }
        let places = self.record.places();
        for (request, served) in self.requests.iter_mut().zip(&self.served) {
            request.served_by = served.map(|number| places[number as usize]);
        }
        let by_chats = !self.chats.is_empty();
        let orphans = self.join_chats();
        if orphans > 0 {
            notes.push(counted(
                orphans,
                "row follows a chat that is not in the file; it begins a conversation",
                "rows follow a chat that is not in the file; each begins a conversation",
            ));
        }
        let mut draft = match self.kind {
            PromptKind::Text => self.texts(&mut notes, &mut origin),
            PromptKind::Ids => self.chains(&mut notes, &mut origin)?,
            PromptKind::Lengths => self.lengths_alone(&mut notes, &mut origin),
        };
        let labels = core::mem::take(&mut self.labels);
        draft.labels = labels.finish(&mut draft.requests, &mut notes);
        draft.notes.splice(0..0, notes);
        draft.turns_by_time = !by_chats;
        let asked = self.options.reading.time_unit;
        origin.recorded = core::mem::take(&mut self.record).finish(asked);
        draft.origin = origin;
        Ok(draft)
    }

    /// Checks that every column that `--map` names was in some record.
    fn named_columns(&self) -> Result<(), WorkloadError> {
        let (columns, first) = &self.missing;
        match columns.first().filter(|_| self.rows > 0) {
            None => Ok(()),
            Some((role, column)) => Err(WorkloadError::Nothing(format!(
                "no record has `{}`, which --map says holds {}; the first is {first}",
                excerpt(column),
                role.word()
            ))),
        }
    }

    fn skipped(&mut self, notes: &mut Vec<String>, origin: &mut Origin) {
        origin.rows = self.rows + self.left_out.count();
        origin.unread = core::mem::take(&mut self.unread);
        origin.format = self.format.to_owned();
        if self.empty > 0 {
            let note = counted(
                self.empty,
                "row without prompt or output tokens is left out",
                "rows without prompt or output tokens are left out",
            );
            origin.skipped.push((
                self.empty,
                "no prompt or output tokens".to_owned(),
                self.first_empty,
            ));
            notes.push(note);
        }
        notes.extend(self.left_out.notes());
        for (count, why, first) in &self.left_out.0 {
            let skipped = (*count, (*why).to_owned(), Some(*first));
            origin.skipped.push(skipped);
        }
        if self.unread_texts > 0 {
            notes.push(counted(
                self.unread_texts,
                "row has a text, which is not read: the first row has none, so the file is read as lengths",
                "rows have texts, which are not read: the first row has none, so the file is read as lengths",
            ));
        }
        if self.blank > 0 {
            let first = self
                .first_blank
                .map(|place| format!(" (the first: {place})"));
            let note = counted(
                self.blank,
                "conversation with a message without text is left out",
                "conversations with a message without text are left out",
            );
            notes.push(note + &first.unwrap_or_default());
            origin.skipped.push((
                self.blank,
                "a message without text".to_owned(),
                self.first_blank,
            ));
        }
    }

    /// Reads times and pauses in the unit that was decided.
    fn arrivals(
        &mut self,
        notes: &mut Vec<String>,
        origin: &mut Origin,
    ) -> Result<(), WorkloadError> {
        let expected = &self.expected;
        let name = expected
            .time
            .clone()
            .unwrap_or_else(|| "timestamp".to_owned());
        let asked = self.options.reading.time_unit;
        let decided = self
            .seen
            .unit(&name, asked, expected.named, expected.documented)?;
        if expected.time.is_some() {
            let unit = if self.seen.dates() {
                "dates".to_owned()
            } else {
                format!("{} ({})", decided.unit.name(), decided.why)
            };
            let times = "times".to_owned();
            origin.inferred.push((times, unit, "time-unit"));
            notes.extend(decided.note);
        }
        let moments = core::mem::take(&mut self.moments);
        let timed: Map<u32, bool> = self
            .requests
            .iter()
            .zip(&moments)
            .filter(|(_, it)| it.0.is_some())
            .map(|(request, _)| (request.conversation, true))
            .collect();
        for (at, (time, delay)) in moments.into_iter().enumerate() {
            let request = &mut self.requests[at];
            let too_long = |what: &str, moment: FileTime, unit: TimeUnit, advice: &str| {
                WorkloadError::Nothing(format!(
                    "{what} is {moment} in {}, which is more than a hundred years{advice}",
                    unit.name()
                ))
            };
            if let Some(moment) = time {
                let advice = "; --time-unit says another unit";
                let time = moment.time(decided.unit).ok_or_else(|| {
                    too_long(&format!("a time in `{name}`"), moment, decided.unit, advice)
                })?;
                request.arrival = Arrival::At(time);
            } else if let Some((moment, named)) = delay {
                // The option is about recorded times; a pause has its own unit.
                let unit = named.unwrap_or(TimeUnit::Millis);
                let pause = moment.time(unit);
                let pause = pause.ok_or_else(|| too_long("a pause", moment, unit, ""))?;
                if request.turn > 0 {
                    request.arrival = Arrival::AfterPrevious(Some(pause));
                }
            } else if request.turn > 0 && timed.contains_key(&request.conversation) {
                request.arrival = Arrival::AfterPrevious(None);
            }
        }
        let open = self
            .requests
            .iter()
            .filter(|it| it.arrival == Arrival::Open);
        let open = open.count() as u64;
        if expected.time.is_some() && open > 0 && !timed.is_empty() {
            notes.push(counted(
                open,
                "request has no time beside others that have one; it arrives at the scenario's rate",
                "requests have no time beside others that have one; they arrive at the scenario's rate",
            ));
        }
        Ok(())
    }

    fn texts(&mut self, notes: &mut Vec<String>, origin: &mut Origin) -> Draft {
        let Some(talk) = self.talk.take() else {
            return Draft::default();
        };
        let mut more = talk.notes(self.requests.len());
        if let Some(kubeai) = self.kubeai.take() {
            let mut draft = kubeai.finish();
            more.append(&mut draft.notes);
            draft.notes = more;
            return draft;
        }
        let template = self.options.reading.chat_template;
        let name = talk.history.tokenizer().to_owned();
        notes.append(&mut more);
        if !self.requests.is_empty() {
            notes.push(format!("{COUNTED} {name}"));
        }
        origin
            .inferred
            .push(("tokenizer".to_owned(), name, "tokenizer"));
        origin.inferred.push((
            "chat template".to_owned(),
            template.word().to_owned(),
            "chat-template",
        ));
        if self.options.reading.session_rows == SessionRows::Delta {
            notes.push("rows of text are taken for whole prompts, though session-rows says that they hold what is new".to_owned());
        }
        if template != Default::default() {
            notes.push(format!(
                "each message stands in the chat template {}",
                template.word()
            ));
        }
        let ([corpus, chunks, characters, tokens], heads) = talk.history.finish();
        Draft {
            corpus,
            chunks,
            characters,
            tokens,
            heads,
            requests: core::mem::take(&mut self.requests),
            join: 1,
            ..Draft::default()
        }
    }

    /// Finds the prefixes that prompts share, by their ids.
    fn chains(
        &mut self,
        notes: &mut Vec<String>,
        origin: &mut Origin,
    ) -> Result<Draft, WorkloadError> {
        let name = self.expected.ids.clone().unwrap_or_default();
        let (unit, inferred) = self.per_id.decided(&name)?;
        origin.inferred.push((
            "tokens per id".to_owned(),
            unit.to_string(),
            "tokens-per-id",
        ));
        if inferred {
            notes.push(format!(
                "an id in `{name}` stands for {unit} tokens, as ids and lengths say"
            ));
        }
        if self.without_ids > 0 {
            notes.push(counted(
                self.without_ids,
                "row has no ids; it shares nothing",
                "rows have no ids; they share nothing",
            ));
        }
        let block_size = self.options.block_size;
        let mut chains = IdChains::new(unit, block_size)?;
        let delta = self.options.reading.session_rows == SessionRows::Delta;
        let mut last: Map<u32, (u32, Chain)> = Map::default();
        for at in self.going_on() {
            let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            let ids = &self.ids[from..self.ends[at]];
            let request = &mut self.requests[at];
            match last.get(&request.conversation).filter(|_| delta) {
                Some((tokens, chain)) => {
                    request.prompt_tokens = request.prompt_tokens.saturating_add(*tokens);
                    request.prompt = chains.go_on(*chain, request.prompt_tokens);
                }
                None => request.prompt = chains.intern(ids, request.prompt_tokens),
            }
            request.answered = request.prompt;
            if delta {
                let whole = request.prompt_tokens.saturating_add(request.output_tokens);
                request.answered = chains.go_on(request.prompt, whole);
                last.insert(request.conversation, (whole, request.answered));
            }
        }
        if delta {
            notes.push("rows of a session hold what is new in them, and each goes on from the answer before".to_owned());
        }
        let (corpus, join) = chains.finish();
        Ok(Draft {
            corpus,
            join,
            requests: core::mem::take(&mut self.requests),
            ..Draft::default()
        })
    }

    /// The places of the requests in the order in which they go on from one another: where rows hold what is new, that of their
    /// times, else that of the file.
    fn going_on(&self) -> Vec<usize> {
        let places = 0..self.requests.len();
        let delta = self.options.reading.session_rows == SessionRows::Delta;
        match draft::moments(&self.requests).filter(|_| delta) {
            Some(times) => order::by_key(places.collect(), |at| times[*at].0),
            None => places.collect(),
        }
    }

    /// Makes the prefixes of requests of which only lengths are known: nothing is shared, except that where rows hold what is new,
    /// later rows of a session contain the earlier ones.
    fn lengths_alone(&mut self, notes: &mut Vec<String>, _origin: &mut Origin) -> Draft {
        notes.extend(self.session_notes());
        let mut corpus = core::mem::take(&mut self.corpus);
        if self.agents {
            return Draft {
                corpus,
                requests: core::mem::take(&mut self.requests),
                ..Draft::default()
            };
        }
        let size = self.options.block_size;
        let delta = self.options.reading.session_rows == SessionRows::Delta;
        let mut last: Map<u32, (u32, Chain)> = Map::default();
        for at in self.going_on() {
            let request = &mut self.requests[at];
            let before = last.get(&request.conversation).filter(|_| delta);
            let (tokens, chain) = before.copied().unwrap_or_default();
            request.prompt_tokens = request.prompt_tokens.saturating_add(tokens);
            let missing = (request.prompt_tokens / size).saturating_sub(chain.depth);
            request.prompt = corpus.extend(chain, missing);
            request.answered = request.prompt;
            if delta {
                let whole = request.prompt_tokens.saturating_add(request.output_tokens);
                request.answered = corpus.extend(
                    request.prompt,
                    (whole / size).saturating_sub(request.prompt.depth),
                );
                last.insert(request.conversation, (whole, request.answered));
            }
        }
        match delta {
            true => notes.push("rows of a session hold what is new in them, and each goes on from the answer before".to_owned()),
            false if self.requests.is_empty() => {}
            false => notes.push(NOTHING_SHARED.to_owned()),
        }
        Draft {
            corpus,
            requests: core::mem::take(&mut self.requests),
            ..Draft::default()
        }
    }
}
