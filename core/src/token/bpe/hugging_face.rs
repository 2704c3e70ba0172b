//! Reads the byte-pair models of Hugging Face's `tokenizer.json`.
//!
//! Two families are in use: byte-level ones (GPT-2, Llama 3, Qwen, DeepSeek, Mistral's later ones), whose vocabulary writes
//! each byte as a printable character, and those that came from SentencePiece (Llama 2, Mistral 7B, Gemma), whose pieces
//! begin as characters, spaces written as U+2581, and fall back to `<0xNN>`. Other models (WordPiece, Unigram) are refused
//! by name, and so are ways to split that are not known. Left out: added tokens inside a text, NFC and other normalisation of characters.
//!
//! Source of the format: huggingface/tokenizers 0.21 (its JSON as the library writes it).

use super::pattern::{Pattern, Split};
use super::vocabulary::Vocabulary;
use super::{Bpe, Merges, Symbols, TokenizerError};
use crate::json::{self, Value};
use crate::units::Map;
use crate::words::excerpt;

/// The pattern by which GPT-2 splits a text, and `ByteLevel` unless it is set otherwise.
const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
/// The most tokens of a vocabulary, and the most merges of a list.
const MOST: u64 = 4_000_000;

impl Bpe {
    /// Reads the text of a `tokenizer.json`; `name` becomes the tokenizer's name.
    ///
    /// # Errors
    /// What in the text is wrong, or not supported.
    pub fn hugging_face(name: &str, text: &str) -> Result<Self, TokenizerError> {
        let wrong = |what: String| TokenizerError(format!("no tokenizer that can be used: {what}"));
        let text = text.trim_start_matches('\u{feff}');
        let whole = json::parse(text).map_err(|fault| wrong(fault.to_string()))?;
        read(name, &whole).map_err(wrong)
    }
}

fn read(name: &str, whole: &Value<'_>) -> Result<Bpe, String> {
    let model = whole.get("model").ok_or("it has no `model`")?;
    // Files of earlier versions do not name the type.
    let kind = text(model, "type").unwrap_or_else(|| "BPE".to_owned());
    let (Some(vocab), Some(merges)) = (model.get("vocab"), model.get("merges")) else {
        return Err(format!("the model is {}, BPE expected", excerpt(&kind)));
    };
    if kind != "BPE" {
        return Err(format!("the model is {}, BPE expected", excerpt(&kind)));
    }
    let splits = Splits::of(whole.get("pre_tokenizer"))?;
    let normal = Normal::of(whole.get("normalizer"))?;
    let names = names(vocab)?;
    let byte_level = splits.byte_level;
    let mut vocabulary = Vocabulary::with_capacity(names.len());
    for name in &names {
        match byte_level.then(|| bytes(name)).flatten() {
            Some(bytes) => vocabulary.push(&bytes),
            None => vocabulary.push(name.as_bytes()),
        }
    }
    let by_name: Map<&str, u32> = (0u32..)
        .zip(&names)
        .map(|(at, it)| (it.as_str(), at))
        .collect();
    let Value::List(listed) = merges else {
        return Err(format!("`merges` is {}, a list expected", merges.kind()));
    };
    if listed.len() as u64 > MOST {
        return Err(format!("{} merges, more than any model has", listed.len()));
    }
    let mut pairs = Map::default();
    for (place, merge) in (0u32..).zip(listed) {
        let (left, right) =
            pair(merge).ok_or_else(|| format!("merge {place} is no pair of tokens"))?;
        let both = format!("{left}{right}");
        let [left, right, made] = [&left, &right, &both].map(|it| by_name.get(it.as_str()));
        let (Some(left), Some(right), Some(made)) = (left, right, made) else {
            return Err(format!("merge {place} joins what is no token"));
        };
        pairs.entry((*left, *right)).or_insert((place, *made));
    }
    let token = |name: &str| by_name.get(name).copied();
    let symbols = if byte_level {
        let mut tokens = Box::new([0; 256]);
        for (byte, written) in (0u8..=255).map(|byte| (byte, character(byte))) {
            let found = token(written.encode_utf8(&mut [0; 4]));
            tokens[usize::from(byte)] = found.ok_or_else(|| format!("byte {byte} is no token"))?;
        }
        Symbols::Bytes(tokens)
    } else {
        let mut tokens = Box::new([0; 256]);
        let mut all = matches!(model.get("byte_fallback"), Some(Value::Bool(true)));
        for byte in 0..256usize {
            match token(&format!("<0x{byte:02X}>")) {
                Some(found) => tokens[byte] = found,
                None => all = false,
            }
        }
        let unknown = text(model, "unk_token").and_then(|name| token(&name));
        Symbols::Characters {
            bytes: all.then_some(tokens),
            unknown: unknown.unwrap_or(0),
            prefix: normal.prefix || splits.prefix,
        }
    };
    Ok(Bpe {
        name: name.to_owned(),
        vocabulary,
        splits: splits.steps,
        merges: Merges::Listed(pairs),
        symbols,
        whole_first: matches!(model.get("ignore_merges"), Some(Value::Bool(true))),
    })
}

/// The tokens by their numbers; numbers that are left out are empty.
fn names(vocab: &Value<'_>) -> Result<Vec<String>, String> {
    let Value::Object(fields) = vocab else {
        return Err(format!("`vocab` is {}, an object expected", vocab.kind()));
    };
    let mut names = vec![String::new(); fields.len()];
    for (name, number) in fields {
        match number {
            Value::Integer(number) if *number < MOST => {
                let at = *number as usize;
                if at >= names.len() {
                    names.resize(at + 1, String::new());
                }
                names[at] = name.read().into_owned();
            }
            _ => return Err(format!("token {:?} has no number", excerpt(&name.read()))),
        }
    }
    Ok(names)
}

/// The two parts of a merge, which is written as a text with a space between, or as a list of two.
fn pair(merge: &Value<'_>) -> Option<(String, String)> {
    match merge {
        Value::Text(both) => {
            let both = both.read();
            let (left, right) = both.split_once(' ')?;
            Some((left.to_owned(), right.to_owned()))
        }
        Value::List(both) => match both.as_slice() {
            [Value::Text(left), Value::Text(right)] => {
                Some((left.read().into_owned(), right.read().into_owned()))
            }
            _ => None,
        },
        _ => None,
    }
}

fn text(of: &Value<'_>, name: &str) -> Option<String> {
    match of.get(name) {
        Some(Value::Text(text)) => Some(text.read().into_owned()),
        _ => None,
    }
}

/// The steps of a step that may be a sequence of steps.
fn steps<'a, 'b>(step: &'a Value<'b>, inside: &str) -> Vec<&'a Value<'b>> {
    match step.get(inside) {
        Some(Value::List(steps)) => steps.iter().collect(),
        _ => vec![step],
    }
}

/// How a text is split, by one step after the other.
#[derive(Default)]
struct Splits {
    steps: Vec<Split>,
    byte_level: bool,
    prefix: bool,
}

impl Splits {
    fn of(step: Option<&Value<'_>>) -> Result<Self, String> {
        let mut splits = Self::default();
        let Some(step) = step.filter(|step| **step != Value::Null) else {
            return Ok(splits);
        };
        let at = |pattern: Result<Pattern, String>, with_previous: bool| {
            let pattern = pattern
                .map_err(|what| format!("its pattern has {what}, which is not supported"))?;
            Ok::<Split, String>(Split {
                pattern,
                with_previous,
            })
        };
        for step in steps(step, "pretokenizers") {
            let kind = text(step, "type").unwrap_or_default();
            match kind.as_str() {
                "ByteLevel" => {
                    splits.byte_level = true;
                    if !matches!(step.get("use_regex"), Some(Value::Bool(false))) {
                        splits.steps.push(at(Pattern::new(GPT2), false)?);
                    }
                }
                "Split" => {
                    let inverted = matches!(step.get("invert"), Some(Value::Bool(true)));
                    let behaviour = text(step, "behavior").unwrap_or_else(|| "Isolated".to_owned());
                    let with_previous = match (behaviour.as_str(), inverted) {
                        // What matches are the pieces: removed is what lies between them, which is nothing.
                        ("Isolated", _) | ("Removed", true) => false,
                        ("MergedWithPrevious", false) => true,
                        _ => return Err(format!("a `Split` that is {}", excerpt(&behaviour))),
                    };
                    let pattern = step.get("pattern");
                    let of = |kind| pattern.and_then(|it| text(it, kind));
                    let pattern = match (of("Regex"), of("String")) {
                        (Some(regex), _) => Pattern::new(&regex),
                        (None, Some(plain)) => Pattern::plain(&plain),
                        (None, None) => return Err("a `Split` without a pattern".to_owned()),
                    };
                    splits.steps.push(at(pattern, with_previous)?);
                }
                "Digits" => {
                    let digits = match step.get("individual_digits") {
                        Some(Value::Bool(true)) => r"\p{N}",
                        _ => r"\p{N}+",
                    };
                    splits.steps.push(at(Pattern::new(digits), false)?);
                }
                "Metaspace" => {
                    let scheme =
                        text(step, "prepend_scheme").unwrap_or_else(|| "always".to_owned());
                    splits.prefix = scheme != "never";
                }
                other => return Err(format!("the pre-tokenizer {} is not known", excerpt(other))),
            }
        }
        Ok(splits)
    }
}

/// What is done to a text before it is split.
#[derive(Default)]
struct Normal {
    prefix: bool,
}

impl Normal {
    fn of(step: Option<&Value<'_>>) -> Result<Self, String> {
        let mut normal = Self::default();
        let Some(step) = step.filter(|step| **step != Value::Null) else {
            return Ok(normal);
        };
        for step in steps(step, "normalizers") {
            let kind = text(step, "type").unwrap_or_default();
            match kind.as_str() {
                "Prepend" => normal.prefix = true,
                // Replacing a space by U+2581 is done for characters anyway; NFC changes no text that is composed, as most is.
                "Replace" | "NFC" => {}
                other => return Err(format!("the normalizer {} is not known", excerpt(other))),
            }
        }
        Ok(normal)
    }
}

/// The character that a byte-level vocabulary writes for a byte: itself where it is printable in Latin-1, else one from
/// U+0100 on, in order.
pub(super) fn character(byte: u8) -> char {
    let printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    if printable(byte) {
        return char::from(byte);
    }
    let before = (0..byte).filter(|byte| !printable(*byte)).count() as u32;
    char::from_u32(0x100 + before).unwrap_or_default()
}

/// The bytes that a token of a byte-level vocabulary stands for; `None` if it is not written in that way (special tokens).
fn bytes(name: &str) -> Option<Vec<u8>> {
    name.chars()
        .map(|written| match u32::from(written) {
            point @ 0..0x100 => Some(point as u8).filter(|byte| character(*byte) == written),
            point => {
                let at = (point - 0x100) as usize;
                let mut others = (0u8..=255).filter(|byte| u32::from(character(*byte)) >= 0x100);
                others.nth(at)
            }
        })
        .collect()
}
