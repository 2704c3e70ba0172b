//! A chat that was copied as text: a line that begins with a speaker's name and a colon begins a message.
//!
//! `User: …`, `**Assistant:** …`, `You said:` and the like; what follows up to the next such line is the message. A text without
//! answers, or that begins with one and asks nothing, is no chat: its lines are prompts.

use super::{PlainText, Rows};
use crate::json::{Text, Value};
use crate::workload::draft::{Draft, Format};
use crate::workload::error::LONGEST_RECORD;
use crate::workload::format::lines::Lines;
use crate::workload::format::message::Role;
use crate::workload::format::requests::Requests;
use crate::workload::reader::ReadOptions;
use crate::workload::{Place, WorkloadError};

/// The whole text, which is read when it has ended.
pub(in crate::workload) struct Dialogue {
    text: String,
    lines: u64,
    options: ReadOptions,
}

/// The role of the speaker with whose name a line begins, and the rest of the line.
fn speaker(line: &str) -> Option<(&'static str, &str)> {
    let (name, rest) = line.split_once(':')?;
    let marks = |it: char| it == '*' || it == '#' || it.is_whitespace();
    let name = name.trim_matches(marks);
    if name.len() > 16 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(" said").unwrap_or(&name);
    let role = match (Role::of(name), name) {
        (_, "you" | "me") | (Role::Ask, _) => "user",
        (Role::Answer, _) => "assistant",
        (Role::Other, "system") => "system",
        (Role::Tool | Role::Other, _) => return None,
    };
    Some((role, rest.trim_start_matches(['*', ' '])))
}

/// Whether a text that begins with this line may be a chat.
pub(in crate::workload) fn begins(line: &str) -> bool {
    speaker(line).is_some()
}

impl Dialogue {
    pub(in crate::workload) fn new(options: &ReadOptions) -> Self {
        Self {
            text: String::new(),
            lines: 0,
            options: options.clone(),
        }
    }

    /// The messages of the text, each with its role.
    fn messages(&self) -> Vec<(&'static str, String)> {
        let mut messages: Vec<(&str, String)> = Vec::new();
        for line in self.text.lines() {
            match (speaker(line), messages.last_mut()) {
                (Some((role, rest)), _) => messages.push((role, rest.to_owned())),
                (None, Some((_, text))) => {
                    text.push('\n');
                    text.push_str(line);
                }
                (None, None) => {}
            }
        }
        for (_, text) in &mut messages {
            *text = text.trim().to_owned();
        }
        messages.retain(|it| !it.1.is_empty());
        messages
    }

    /// The lines of the text as prompts.
    fn prompts(&self) -> Result<Draft, WorkloadError> {
        let nothing = || WorkloadError::Nothing("the text has no prompt".to_owned());
        let prompts = PlainText::new(&self.options)?.ok_or_else(nothing)?;
        let mut lines = Lines::new(prompts);
        lines.skip_lines(self.lines);
        lines.text(&self.text)?;
        Box::new(lines).finish()
    }
}

impl Format for Dialogue {
    fn skip_lines(&mut self, lines: u64) {
        self.lines = lines;
    }

    fn text(&mut self, piece: &str) -> Result<(), WorkloadError> {
        let place = Place::Line(self.lines + 1);
        if self.text.len() + piece.len() > LONGEST_RECORD {
            return Err(WorkloadError::TooLong { place });
        }
        self.text.push_str(piece);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        let messages = self.messages();
        let said_by = |who: &str| messages.iter().any(|it| it.0 == who);
        let answers = messages.first().is_some_and(|it| it.0 == "assistant");
        if !said_by("assistant") || (answers && !said_by("user")) {
            return self.prompts();
        }
        let list = messages.iter().map(|(role, text)| {
            Value::Object(vec![
                (Text::plain("role"), Value::Text(Text::plain(role))),
                (Text::plain("content"), Value::Text(Text::plain(text))),
            ])
        });
        let list: Vec<Value<'_>> = list.collect();
        let chat = Value::Object(vec![(Text::plain("conversation"), Value::List(list))]);
        let nothing = || WorkloadError::Nothing("the chat has no question".to_owned());
        let requests = Requests::recognise(&chat, &self.options)?.ok_or_else(nothing)?;
        let mut rows = requests.called("a chat as text");
        rows.row(Place::Line(self.lines + 1), &chat)?;
        let mut draft = Box::new(rows).finish()?;
        draft.notes.insert(
            0,
            "read as a chat: a line that begins with User:, Assistant: or the like begins a message; \
             --map prompt=line reads a prompt a line"
                .to_owned(),
        );
        Ok(draft)
    }
}
