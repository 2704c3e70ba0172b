//! The text of a conversation so far: its tokens, blocks and keys, with what a server's template adds.
//!
//! A template's special tokens are a token each, in any tokenizer; what it writes in letters (a role, line ends) is tokenized.
//! Templates add to tokens and blocks. The keys of policies that look at the text are of the messages alone, which is what a router
//! sees. Sources: the chat templates of Qwen 2.5 (ChatML) and Llama 3.1, as their `tokenizer_config.json` has them; left out are
//! the date and the default system message that some of them add. A message that begins with a line end counts a token more in
//! ChatML, where the tokenizer would join it with the template's.

use crate::block;
use crate::request::keys::Growing;
use crate::request::pieces::{Characters, Tokens};
use crate::request::{Chain, Corpus, Heads, TextKeys, corpus::Interner, heads::HeadMaker};
use crate::token::Encoder;
use crate::units::BlockId;
use crate::workload::reading::ChatTemplate;

/// The ids of special tokens, which lie beyond all vocabularies.
const BEGIN: u32 = u32::MAX;
const OPEN: u32 = u32::MAX - 1;
const OPENED: u32 = u32::MAX - 2;
const CLOSE: u32 = u32::MAX - 3;

/// A conversation while its messages are read.
pub(super) struct ConversationTokens {
    encoder: Encoder,
    template: ChatTemplate,
    block_size: usize,
    tokens: Vec<u32>,
    blocks: Vec<BlockId>,
    keys: Growing,
    prompts: Interner,
    chunks: Interner,
    /// The beginnings of the texts; `None` where they are not kept.
    heads: Option<HeadMaker>,
    /// The characters of the texts; `None` where they are not kept.
    characters: Option<Characters>,
    by_token: Option<Tokens>,
    /// The tokens that have been entered there.
    entered: Chain,
}

/// A place in the conversation to which it can be taken back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(usize);

impl ConversationTokens {
    pub(super) fn new(
        encoder: Encoder,
        template: ChatTemplate,
        block_size: u32,
        (characters, by_token, beginnings): (bool, bool, bool),
    ) -> Self {
        Self {
            encoder,
            template,
            block_size: block_size as usize,
            tokens: Vec::new(),
            blocks: Vec::new(),
            keys: Growing::default(),
            prompts: Interner::default(),
            chunks: Interner::default(),
            heads: beginnings.then(HeadMaker::default),
            characters: characters.then(Characters::default),
            by_token: by_token.then(Tokens::default),
            entered: Chain::default(),
        }
    }

    /// The name of the tokenizer.
    pub(super) fn tokenizer(&self) -> &str {
        self.encoder.name()
    }

    /// Begins a new conversation.
    pub(super) fn clear(&mut self) {
        self.tokens.clear();
        self.blocks.clear();
        self.keys.clear();
        self.entered = Chain::default();
        if self.template == ChatTemplate::Llama3 {
            self.tokens.push(BEGIN);
        }
    }

    /// Appends what the template writes before a message.
    pub(super) fn open(&mut self, role: &str) -> Mark {
        let mark = Mark(self.tokens.len());
        match self.template {
            ChatTemplate::None => {}
            ChatTemplate::ChatMl => {
                self.tokens.push(OPEN);
                self.encoder.encode(role, &mut self.tokens);
                self.encoder.encode("\n", &mut self.tokens);
            }
            ChatTemplate::Llama3 => {
                self.tokens.push(OPEN);
                self.encoder.encode(role, &mut self.tokens);
                self.tokens.push(OPENED);
                self.encoder.encode("\n\n", &mut self.tokens);
            }
        }
        mark
    }

    /// Appends the text of a message.
    pub(super) fn text(&mut self, text: &str) {
        let written = match self.template {
            ChatTemplate::Llama3 => text.trim(),
            _ => text,
        };
        self.encoder.encode(written, &mut self.tokens);
        match self.characters {
            Some(_) => self.keys.go_on_by_character(text),
            None => self.keys.go_on(text),
        }
    }

    /// Sets the text by whose beginning a hash ring recognises the conversation.
    pub(super) fn known_by(&mut self, text: &str) {
        self.keys.begin(text);
    }

    /// Appends what the template writes after a message; an answer ends with the first of it.
    pub(super) fn close(&mut self) {
        match self.template {
            ChatTemplate::None => {}
            ChatTemplate::ChatMl => {
                self.tokens.push(CLOSE);
                self.encoder.encode("\n", &mut self.tokens);
            }
            ChatTemplate::Llama3 => self.tokens.push(CLOSE),
        }
    }

    /// How many tokens of what the model generates belong to the template.
    pub(super) fn ending(&self) -> u32 {
        u32::from(self.template != ChatTemplate::None)
    }

    /// Goes back to the place before what [`ConversationTokens::open`] appended.
    pub(super) fn back(&mut self, mark: Mark) {
        self.tokens.truncate(mark.0);
        self.blocks.truncate(mark.0 / self.block_size);
        if let Some(all) = &self.by_token {
            let depth = u32::try_from(mark.0).unwrap_or(u32::MAX);
            self.entered = all.corpus().prefix(self.entered, depth);
        }
    }

    pub(super) fn token_count(&self) -> u32 {
        u32::try_from(self.tokens.len()).unwrap_or(u32::MAX)
    }

    /// The chain of the full blocks so far, at most `most`.
    pub(super) fn chain(&mut self, most: u32) -> Chain {
        let known = self.blocks.len();
        let mut parent = self.blocks.last().copied().unwrap_or(block::ROOT);
        for tokens in self.tokens[known * self.block_size..].chunks_exact(self.block_size) {
            parent = block::chain(parent, tokens);
            self.blocks.push(parent);
        }
        let most = self.blocks.len().min(most as usize);
        self.prompts.intern(&self.blocks[..most])
    }

    pub(super) fn keys(&mut self) -> TextKeys {
        let keys = self
            .keys
            .keys(&self.tokens, &mut self.chunks, self.heads.as_mut());
        TextKeys {
            characters: match &mut self.characters {
                Some(all) => self.keys.characters(all),
                None => Chain::default(),
            },
            tokens: match &mut self.by_token {
                Some(all) => {
                    let new = self.tokens.get(self.entered.depth as usize..);
                    self.entered = all.go_on(self.entered, new.unwrap_or_default());
                    self.entered
                }
                None => Chain::default(),
            },
            ..keys
        }
    }

    /// The blocks, chunks, characters and tokens of all prompts, and their beginnings.
    pub(super) fn finish(self) -> ([Corpus; 4], Heads) {
        let characters = self.characters.unwrap_or_default();
        (
            [
                self.prompts.finish(),
                self.chunks.finish(),
                characters.finish(),
                self.by_token.unwrap_or_default().finish(),
            ],
            self.heads.map_or_else(Heads::default, HeadMaker::finish),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tables::built_in;

    /// The special tokens of the templates, as they write them.
    const SPECIAL: [(&str, u32); 6] = [
        ("<|im_start|>", OPEN),
        ("<|im_end|>", CLOSE),
        ("<|begin_of_text|>", BEGIN),
        ("<|start_header_id|>", OPEN),
        ("<|end_header_id|>", OPENED),
        ("<|eot_id|>", CLOSE),
    ];

    fn encoder() -> Encoder {
        Encoder::pairs(built_in("o200k").unwrap())
    }

    /// The tokens of these pieces, each of which is one.
    fn worked_out(pieces: &[&str]) -> Vec<u32> {
        let mut encoder = encoder();
        let one = |piece: &&str| {
            if let Some((_, id)) = SPECIAL.iter().find(|it| it.0 == *piece) {
                return *id;
            }
            let mut tokens = Vec::new();
            encoder.encode(piece, &mut tokens);
            assert_eq!(tokens.len(), 1, "{piece:?}");
            tokens[0]
        };
        pieces.iter().map(one).collect()
    }

    /// What a server makes of a system message and a question, and then of its answer and the next question.
    fn templated(template: ChatTemplate) -> [Vec<u32>; 2] {
        let mut history = ConversationTokens::new(encoder(), template, 4, (false, false, true));
        history.clear();
        for (role, text) in [("system", "Be brief."), ("user", "What is a lamp?")] {
            history.open(role);
            history.text(text);
            history.close();
        }
        let mark = history.open("assistant");
        let first = history.tokens.clone();
        history.back(mark);
        for (role, text) in [("assistant", "A light."), ("user", " Why? ")] {
            history.open(role);
            history.text(text);
            history.close();
        }
        history.open("assistant");
        [first, history.tokens]
    }

    #[test]
    fn without_a_template_there_is_the_text_alone() {
        let [first, second] = templated(ChatTemplate::None);
        let pieces = ["Be", " brief", ".", "What", " is", " a", " lamp", "?"];
        assert_eq!(first, worked_out(&pieces));
        let more = ["A", " light", ".", " Why", "?", " "];
        assert_eq!(second[first.len()..], worked_out(&more));
    }

    #[test]
    fn chatml_adds_what_qwen_s_template_writes() {
        let [first, second] = templated(ChatTemplate::ChatMl);
        let pieces = [
            "<|im_start|>",
            "system",
            "\n",
            "Be",
            " brief",
            ".",
            "<|im_end|>",
            "\n", //
            "<|im_start|>",
            "user",
            "\n",
            "What",
            " is",
            " a",
            " lamp",
            "?",
            "<|im_end|>",
            "\n", //
            "<|im_start|>",
            "assistant",
            "\n",
        ];
        assert_eq!(first, worked_out(&pieces));
        // The next prompt goes on from that one: nothing of what a cache holds of it is lost.
        assert_eq!(second[..first.len()], first);
        let more = [
            "A",
            " light",
            ".",
            "<|im_end|>",
            "\n", //
            "<|im_start|>",
            "user",
            "\n",
            " Why",
            "?",
            " ",
            "<|im_end|>",
            "\n", //
            "<|im_start|>",
            "assistant",
            "\n",
        ];
        assert_eq!(second[first.len()..], worked_out(&more));
    }

    #[test]
    fn llama3_adds_what_its_template_writes_and_trims_messages() {
        let [first, second] = templated(ChatTemplate::Llama3);
        let pieces = [
            "<|begin_of_text|>", //
            "<|start_header_id|>",
            "system",
            "<|end_header_id|>",
            "\n\n",
            "Be",
            " brief",
            ".",
            "<|eot_id|>", //
            "<|start_header_id|>",
            "user",
            "<|end_header_id|>",
            "\n\n",
            "What",
            " is",
            " a",
            " lamp",
            "?",
            "<|eot_id|>", //
            "<|start_header_id|>",
            "assistant",
            "<|end_header_id|>",
            "\n\n",
        ];
        assert_eq!(first, worked_out(&pieces));
        assert_eq!(second[..first.len()], first);
        let more = [
            "A",
            " light",
            ".",
            "<|eot_id|>", //
            "<|start_header_id|>",
            "user",
            "<|end_header_id|>",
            "\n\n",
            "Why",
            "?",
            "<|eot_id|>", //
            "<|start_header_id|>",
            "assistant",
            "<|end_header_id|>",
            "\n\n",
        ];
        assert_eq!(second[first.len()..], worked_out(&more));
    }
}
