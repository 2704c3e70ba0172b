//! Reads a pattern, from its end to its beginning: each part is made knowing what comes after it.

use super::{Class, Node, Pattern};

/// The number of repetitions that stands for no limit.
const MOST: usize = usize::MAX;

/// A part of a pattern, before it is compiled.
enum Atom {
    Run(Class, usize, usize, bool),
    Group(Vec<Vec<Atom>>, bool),
    Ahead(Vec<Vec<Atom>>, bool),
    End,
}

struct Parser<'a> {
    rest: &'a str,
    fold: bool,
    depth: u32,
}

/// The deepest nesting of groups.
const DEEPEST: u32 = 32;

pub(super) fn parse(pattern: &str) -> Result<Pattern, String> {
    let mut parser = Parser {
        rest: pattern,
        fold: false,
        depth: 0,
    };
    let choices = parser.choices()?;
    if !parser.rest.is_empty() {
        return Err("a ) too many".to_owned());
    }
    let mut nodes = vec![Node::Accept];
    let start = lay(&choices, 0, &mut nodes);
    Ok(Pattern { nodes, start })
}

/// Compiles a choice of sequences that go on with `next`; returns the number of its first node.
fn lay(choices: &[Vec<Atom>], next: usize, nodes: &mut Vec<Node>) -> usize {
    let mut starts = Vec::with_capacity(choices.len());
    for sequence in choices {
        let mut next = next;
        for part in sequence.iter().rev() {
            let node = match part {
                Atom::Run(class, least, most, possessive) => Node::Run {
                    class: class.clone(),
                    least: *least,
                    most: *most,
                    possessive: *possessive,
                    next,
                },
                Atom::End => Node::End(next),
                Atom::Group(inside, optional) => {
                    let first = lay(inside, next, nodes);
                    match optional {
                        true => choice(&[first, next], nodes),
                        false => choice(&[first], nodes),
                    }
                }
                Atom::Ahead(inside, wanted) => Node::Ahead {
                    inside: lay(inside, 0, nodes),
                    wanted: *wanted,
                    next,
                },
            };
            nodes.push(node);
            next = nodes.len() - 1;
        }
        starts.push(next);
    }
    if let [one] = starts[..] {
        return one;
    }
    let choice = choice(&starts, nodes);
    nodes.push(choice);
    nodes.len() - 1
}

/// The node of a choice among these nodes.
fn choice(starts: &[usize], nodes: &[Node]) -> Node {
    let first = |start: &usize| (*start, nodes[*start].first(nodes));
    Node::Choice(starts.iter().map(first).collect())
}

impl Parser<'_> {
    fn passes(&mut self, what: &str) -> bool {
        let rest = self.rest.strip_prefix(what);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    fn choices(&mut self) -> Result<Vec<Vec<Atom>>, String> {
        let mut choices = vec![Vec::new()];
        loop {
            match self.rest.chars().next() {
                None | Some(')') => return Ok(choices),
                Some('|') => {
                    self.next();
                    choices.push(Vec::new());
                }
                Some(_) => {
                    let part = self.part()?;
                    choices
                        .last_mut()
                        .map(|sequence| sequence.push(part))
                        .unwrap_or_default();
                }
            }
        }
    }

    fn part(&mut self) -> Result<Atom, String> {
        if self.passes("(") {
            return self.group();
        }
        if self.passes("$") {
            return Ok(Atom::End);
        }
        let class = match self.next() {
            Some('[') => self.class()?,
            Some('\\') => self.escape()?,
            Some('.') => Class::one('\n').not(),
            Some('*' | '+' | '?' | '{') => return Err("a repetition of nothing".to_owned()),
            Some('^') => return Err("^".to_owned()),
            Some(one) => self.folded(one),
            None => return Err("nothing where something must be".to_owned()),
        };
        let (least, most) = self.repetition()?;
        if self.rest.starts_with('?') && (least, most) != (1, 1) {
            return Err("a lazy repetition".to_owned());
        }
        let possessive = (least, most) != (1, 1) && self.passes("+");
        Ok(Atom::Run(class, least, most, possessive))
    }

    fn group(&mut self) -> Result<Atom, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("groups that stand too deep in each other".to_owned());
        }
        let fold = self.fold;
        let mut ahead = None;
        if self.passes("?!") {
            ahead = Some(false);
        } else if self.passes("?=") {
            ahead = Some(true);
        } else if self.passes("?i:") {
            self.fold = true;
        } else if !self.passes("?:") && self.rest.starts_with('?') {
            return Err(format!(
                "the group ({}",
                self.rest.chars().take(4).collect::<String>()
            ));
        }
        let inside = self.choices()?;
        if !self.passes(")") {
            return Err("a group that does not end".to_owned());
        }
        (self.fold, self.depth) = (fold, self.depth - 1);
        if let Some(wanted) = ahead {
            return Ok(Atom::Ahead(inside, wanted));
        }
        match self.repetition()? {
            (1, 1) => Ok(Atom::Group(inside, false)),
            (0, 1) => Ok(Atom::Group(inside, true)),
            _ => Err("a repetition of a group".to_owned()),
        }
    }

    fn repetition(&mut self) -> Result<(usize, usize), String> {
        let next = self.rest.chars().next();
        let bounds = match next {
            Some('?') => (0, 1),
            Some('*') => (0, MOST),
            Some('+') => (1, MOST),
            Some('{') => {
                let (inside, rest) = self.rest[1..].split_once('}').ok_or("a { without its }")?;
                self.rest = rest;
                let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
                let number = |text: &str| text.parse().map_err(|_| format!("{{{inside}}}"));
                let most = if most.is_empty() { MOST } else { number(most)? };
                return Ok((number(least)?, most));
            }
            _ => return Ok((1, 1)),
        };
        self.next();
        Ok(bounds)
    }

    /// The set of a letter, and of its other case where case does not count.
    fn folded(&self, one: char) -> Class {
        if !self.fold {
            return Class::one(one);
        }
        let mut same = vec![Class::one(one)];
        same.extend(one.to_lowercase().chain(one.to_uppercase()).map(Class::one));
        // The long s and the Kelvin sign fold to ASCII letters.
        match one.to_ascii_lowercase() {
            's' => same.push(Class::one('\u{17f}')),
            'k' => same.push(Class::one('\u{212a}')),
            _ => {}
        }
        Class::any(same)
    }

    fn class(&mut self) -> Result<Class, String> {
        let negated = self.passes("^");
        let mut inside = Vec::new();
        loop {
            let one = match self.next() {
                None => return Err("a class that does not end".to_owned()),
                Some(']') if !inside.is_empty() => break,
                Some('[') => return Err("a class in a class".to_owned()),
                Some('&') if self.rest.starts_with('&') => return Err("&& in a class".to_owned()),
                Some('\\') => match self.letter() {
                    Some(letter) => letter,
                    None => {
                        inside.push(self.escape()?);
                        continue;
                    }
                },
                Some(one) => one,
            };
            if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.next();
                let end = match self.next() {
                    Some('\\') => self.letter(),
                    end => end,
                };
                let end = end.ok_or("a class that does not end")?;
                inside.push(Class::range(one, end));
            } else {
                inside.push(self.folded(one));
            }
        }
        let class = Class::any(inside);
        Ok(if negated { class.not() } else { class })
    }

    /// The character that an escape stands for, if it is one.
    fn letter(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        let letter = match next {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\u{c}',
            'v' => '\u{b}',
            other if !other.is_alphanumeric() => other,
            _ => return None,
        };
        self.next();
        Some(letter)
    }

    /// The set of characters that stands after a backslash.
    fn escape(&mut self) -> Result<Class, String> {
        if let Some(letter) = self.letter() {
            return Ok(Class::one(letter));
        }
        let name = self.next().ok_or("a backslash at the end")?;
        let class = match name.to_ascii_lowercase() {
            's' => Class::space(),
            'd' => Class::category("Nd").unwrap_or_default(),
            'p' => {
                let inside = match self.passes("{") {
                    true => self.rest.split_once('}'),
                    false => self.rest.split_at_checked(1),
                };
                let (inside, rest) = inside.ok_or("a \\p without its name")?;
                self.rest = rest;
                Class::category(inside).ok_or_else(|| format!("\\p{{{inside}}}"))?
            }
            _ => return Err(format!("\\{name}")),
        };
        Ok(if name.is_ascii_uppercase() {
            class.not()
        } else {
            class
        })
    }
}
