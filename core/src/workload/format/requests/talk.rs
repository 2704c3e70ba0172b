//! Requests from messages: every question of a recorded conversation, or the one request that a client sent.
//!
//! A turn begins with a question, or with a tool's result, which the model is asked about in the same way; its prompt is
//! everything up to there. With a reply (several in a row are one), output and limit are as long as the reply, at least one token.
//! Without one, the output is as long as the client's limit, or [`UNANSWERED`] if it gave none. For a single request that is no
//! recorded conversation, a length and a limit that the record gives come first. The reply's text is known, so the blocks of prompt
//! and reply are too. Messages of `system` and other roles belong to the prompt of the question before them if its reply comes after
//! them, else to the next prompt. Answers before the first question are dropped.

use super::conversation::ConversationTokens;
use super::{RequestFields, Requests};
use crate::json::Value;
use crate::request::Chain;
use crate::token::Encoder;
use crate::units::Map;
use crate::words::{counted, excerpt, grouped};
use crate::workload::field::Field;
use crate::workload::format::columns::Columns;
use crate::workload::format::message::{Message, Messages, Role};
use crate::workload::format::row::{Row, pause};
use crate::workload::reader::ReadOptions;
use crate::workload::{Place, WorkloadError, reading};

/// The output that is assumed for a question without a reply \[tokens\].
pub(super) const UNANSWERED: u32 = 100;
/// The most roles that the note about unknown ones names.
const ROLES_NAMED: usize = 4;

/// The conversation that is being read, and what has been counted in the texts of the file so far.
pub(super) struct Talk {
    pub(super) history: ConversationTokens,
    empty: u64,
    answer_first: u64,
    questionless: u64,
    repaired: u64,
    unanswered: u64,
    /// The number of questions without a reply whose client gave a limit.
    limited: u64,
    blank: u64,
    left_out: u64,
    unknown: u64,
    unknown_roles: Vec<String>,
    /// Whether a question has been asked in this conversation.
    asked: bool,
    /// The input tokens as counted and as recorded, over the requests where both are known \[tokens\].
    counted: (u64, u64),
    /// The conversation and turn of each request that was a list of messages, by a hash of the list.
    known: Map<u64, (u32, u32)>,
}

impl Talk {
    pub(super) fn new(options: &ReadOptions, encoder: Encoder) -> Self {
        Self {
            history: ConversationTokens::new(
                encoder,
                options.reading.chat_template,
                options.block_size,
                (options.characters, options.tokens, options.beginnings),
            ),
            empty: 0,
            answer_first: 0,
            questionless: 0,
            repaired: 0,
            unanswered: 0,
            limited: 0,
            blank: 0,
            left_out: 0,
            unknown: 0,
            unknown_roles: Vec::new(),
            asked: false,
            counted: (0, 0),
            known: Map::default(),
        }
    }

    /// Counts what is odd about a list of messages, for the notes.
    pub(super) fn count(&mut self, messages: &Messages<'_>) {
        let first = messages.list.first().map(|message| message.role);
        let asks = messages
            .list
            .iter()
            .any(|message| message.role == Role::Ask);
        self.repaired += u64::from(messages.repaired);
        self.left_out += messages.left_out;
        self.empty += u64::from(first.is_none());
        self.answer_first += u64::from(first == Some(Role::Answer));
        self.questionless += u64::from(first.is_some() && !asks);
    }

    /// Begins a new conversation.
    fn clear(&mut self) {
        self.history.clear();
        self.asked = false;
    }

    /// Begins a prompt with the row's text for the system, if it has one.
    fn open_system(&mut self, row: &Row<'_>) {
        if let Some(system) = &row.system {
            self.history.open("system");
            self.history.text(system);
            self.history.close();
        }
    }

    fn add(&mut self, message: &Message<'_>) {
        if message.role == Role::Ask && !core::mem::replace(&mut self.asked, true) {
            self.history.known_by(&message.text);
        }
        self.history.open(message.template_role());
        self.history.text(&message.text);
        self.history.close();
        self.roles(message);
    }

    fn roles(&mut self, message: &Message<'_>) {
        if message.unknown() {
            self.unknown += 1;
            let role = excerpt(&message.from);
            if self.unknown_roles.len() < ROLES_NAMED && !self.unknown_roles.contains(&role) {
                self.unknown_roles.push(role);
            }
        }
    }

    /// The notes about what was skipped or counted in another way, each a sentence.
    pub(super) fn notes(&self, requests: usize) -> Vec<String> {
        let mut notes = Vec::new();
        for (count, one, many) in [
            (
                self.empty,
                "conversation is empty",
                "conversations are empty",
            ),
            (
                self.answer_first,
                "conversation begins with an answer, which is dropped",
                "conversations begin with an answer, which is dropped",
            ),
            (
                self.questionless,
                "conversation has no question",
                "conversations have no question",
            ),
            (
                self.repaired,
                "conversation has half of a surrogate pair, read as U+FFFD",
                "conversations have halves of surrogate pairs, read as U+FFFD",
            ),
        ] {
            if count > 0 {
                notes.push(counted(count, one, many));
            }
        }
        let of_questions = |count: u64| {
            let all = grouped(requests as u64);
            let [one, several] = ["has", "have"].map(|have| format!("of {all} questions {have}"));
            counted(count, &one, &several)
        };
        if self.unanswered > 0 {
            let questions = of_questions(self.unanswered);
            notes.push(format!(
                "{questions} no reply; {UNANSWERED} output tokens each"
            ));
        }
        if self.limited > 0 {
            let questions = of_questions(self.limited);
            notes.push(format!(
                "{questions} no reply; each generates as many tokens as it asks for at most"
            ));
        }
        if self.blank > 0 {
            notes.push(counted(
                self.blank,
                "prompt has no token",
                "prompts have no token",
            ));
        }
        if self.unknown > 0 {
            let roles = self.unknown_roles.join(", ");
            notes.push(match self.unknown {
                1 => format!("1 message of an unknown role ({roles}) counts as prompt"),
                n => format!(
                    "{} messages of unknown roles ({roles}) count as prompt",
                    grouped(n)
                ),
            });
        }
        if self.left_out > 0 {
            notes.push(counted(
                self.left_out,
                "part of a message that is no text (images, audio) is left out",
                "parts of messages that are no text (images, audio) are left out",
            ));
        }
        let (text, recorded) = self.counted;
        if text != recorded {
            notes.push(format!(
                "prompts are counted from their text, {} in all; the file records {}",
                counted(text, "token", "tokens"),
                grouped(recorded)
            ));
        }
        notes
    }
}

/// For each message, whether an answer comes next: whether the first question or answer from that message on is an answer.
fn answers(messages: &[Message<'_>]) -> Vec<bool> {
    let mut answers = vec![false; messages.len()];
    let mut next = false;
    for (at, message) in messages.iter().enumerate().rev() {
        match message.role {
            Role::Answer => next = true,
            Role::Ask => next = false,
            Role::Tool | Role::Other => {}
        }
        answers[at] = next;
    }
    answers
}

impl Requests {
    /// Makes a request of each turn of a recorded conversation.
    pub(super) fn dialogue(&mut self, talk: &mut Talk, messages: &[Message<'_>], row: &Row<'_>) {
        talk.clear();
        let conversation = self.conversations;
        let answers = answers(messages);
        let (mut turn, mut at) = (0, 0);
        while at < messages.len() && !self.is_full() {
            match messages[at].role {
                Role::Ask => {
                    at = self.turn(talk, messages, at, (conversation, turn), row);
                    turn += 1;
                }
                // The result of a tool is answered as a question is; without an answer it is part of what comes next.
                Role::Tool if turn > 0 && answers[at] => {
                    at = self.turn(talk, messages, at, (conversation, turn), row);
                    turn += 1;
                }
                // Before the first question there is nothing that an answer could be to.
                Role::Answer if turn == 0 => at += 1,
                Role::Answer | Role::Tool | Role::Other => {
                    talk.add(&messages[at]);
                    at += 1;
                }
            }
        }
        self.conversations += u32::from(turn > 0);
    }

    /// Makes the request of the turn that begins with the question at `at`; returns where the turn ends.
    fn turn(
        &mut self,
        talk: &mut Talk,
        messages: &[Message<'_>],
        at: usize,
        (conversation, turn): (u32, u32),
        row: &Row<'_>,
    ) -> usize {
        let role = |i: usize| messages.get(i).map(|message| message.role);
        talk.add(&messages[at]);
        let mut end = at + 1;
        while matches!(role(end), Some(Role::Other | Role::Tool)) {
            end += 1;
        }
        let answered = role(end) == Some(Role::Answer);
        if answered {
            for message in &messages[at + 1..end] {
                talk.add(message);
            }
        } else {
            end = at + 1;
        }
        let mark = talk.history.open("assistant");
        let prompt_tokens = talk.history.token_count();
        talk.blank += u64::from(prompt_tokens == 0);
        let prompt = talk.history.chain(u32::MAX);
        let keys = talk.history.keys();
        if answered {
            while role(end) == Some(Role::Answer) {
                talk.history.text(&messages[end].text);
                talk.roles(&messages[end]);
                end += 1;
            }
        }
        let reply = talk.history.token_count() - prompt_tokens + talk.history.ending();
        let output = match (answered, row.max) {
            (true, _) => reply.max(1),
            (false, max) => self.without_reply(talk, max),
        };
        let full = (prompt_tokens + output) / self.options.block_size;
        let behind = match answered {
            true => {
                talk.history.close();
                talk.history.chain(full)
            }
            false => {
                let chain = prompt;
                talk.history.back(mark);
                chain
            }
        };
        self.push(RequestFields {
            conversation,
            turn,
            prompt_tokens,
            output_tokens: output,
            max_tokens: if answered { Some(output) } else { row.max },
            prompt,
            answered: behind,
            keys: Some(keys),
            // The recorded time is that of the first turn; the others follow the answers.
            time: row.time.filter(|_| turn == 0),
            delay: row.delay.filter(|_| turn > 0),
        });
        end
    }

    /// Makes the requests of a session of which only the questions are known.
    ///
    /// # Errors
    /// The pause of a turn is not a length of time.
    pub(super) fn turns(
        &mut self,
        talk: &mut Talk,
        place: Place,
        turns: &[Value<'_>],
        row: &Row<'_>,
    ) -> Result<(), WorkloadError> {
        talk.clear();
        talk.open_system(row);
        let conversation = self.conversations;
        self.conversations += 1;
        for (turn, value) in (0..).zip(turns) {
            if self.is_full() {
                break;
            }
            let columns = Columns::of(value, &self.options.reading.map);
            let text = match (
                value,
                columns.get(reading::Role::Prompt).map(|cell| cell.value),
            ) {
                (Value::Text(text), _) | (_, Some(Value::Text(text))) => text.read(),
                _ => Default::default(),
            };
            let count = |role| {
                let cell = columns.get(role)?;
                Field::new(Place::Line(0), "", Some(cell.value))
                    .count(0)
                    .ok()
            };
            let pause = pause(place, &columns)?;
            if turn == 0 {
                talk.history.known_by(&text);
            }
            talk.history.open("user");
            talk.history.text(&text);
            talk.history.close();
            let mark = talk.history.open("assistant");
            let own = Row {
                time: row.time.filter(|_| turn == 0),
                delay: pause.filter(|_| turn > 0),
                output: count(reading::Role::Output),
                max: count(reading::Role::Max)
                    .filter(|most| *most > 0)
                    .or(row.max),
                ..Row::default()
            };
            self.prompt(talk, (conversation, turn), &own);
            talk.history.back(mark);
        }
        Ok(())
    }

    fn without_reply(&mut self, talk: &mut Talk, max: Option<u32>) -> u32 {
        match max {
            Some(max) => {
                talk.limited += 1;
                max.max(1)
            }
            None => {
                talk.unanswered += 1;
                UNANSWERED
            }
        }
    }

    /// Makes one request as a client sent it: all of these messages are its prompt. Without a session, it is the next turn after the
    /// longest earlier request whose messages it begins with.
    pub(super) fn request(&mut self, talk: &mut Talk, messages: &[Message<'_>], row: &Row<'_>) {
        talk.clear();
        let mut before = None;
        let mut name = 0;
        for message in messages {
            talk.add(message);
            name = xxhash_rust::xxh3::xxh3_64_with_seed(
                message.text.as_bytes(),
                name ^ message.role as u64,
            );
            before = talk.known.get(&name).copied().or(before);
        }
        let of_session = row.session.map(|session| self.session_turn(session));
        let (conversation, turn) = of_session.unwrap_or_else(|| match before {
            Some((conversation, turn)) => (conversation, turn + 1),
            None => {
                self.conversations += 1;
                (self.conversations - 1, 0)
            }
        });
        talk.known.insert(name, (conversation, turn));
        talk.history.open("assistant");
        self.prompt(talk, (conversation, turn), row);
    }

    /// Makes one request whose prompt is a text.
    pub(super) fn text(&mut self, talk: &mut Talk, text: &str, row: &Row<'_>) {
        talk.clear();
        let (conversation, turn) = self.place_of(row.session);
        talk.open_system(row);
        talk.history.known_by(text);
        talk.history.open("user");
        talk.history.text(text);
        talk.history.close();
        talk.history.open("assistant");
        self.prompt(talk, (conversation, turn), row);
    }

    /// Makes the request whose prompt is everything said so far.
    fn prompt(&mut self, talk: &mut Talk, (conversation, turn): (u32, u32), row: &Row<'_>) {
        let prompt_tokens = talk.history.token_count();
        talk.blank += u64::from(prompt_tokens == 0);
        if let Some(input) = row.input {
            talk.counted.0 += u64::from(prompt_tokens);
            talk.counted.1 += u64::from(input);
        }
        let prompt = talk.history.chain(u32::MAX);
        let keys = talk.history.keys();
        if let Some(reply) = &row.reply {
            talk.history.text(reply);
        }
        let reply = talk.history.token_count() - prompt_tokens + talk.history.ending();
        let output = match (row.output, &row.reply) {
            (Some(output), _) if output > 0 => output,
            (_, Some(_)) => reply.max(1),
            _ => self.without_reply(talk, row.max),
        };
        let full = (prompt_tokens + output) / self.options.block_size;
        let answered: Chain = match row.reply {
            Some(_) => talk.history.chain(full.max(prompt.depth)),
            None => prompt,
        };
        self.push(RequestFields {
            conversation,
            turn,
            prompt_tokens,
            output_tokens: output,
            max_tokens: row.max.or(row.reply.as_ref().map(|_| output)),
            prompt,
            answered,
            keys: Some(keys),
            time: row.time,
            delay: row.delay,
        });
    }
}
