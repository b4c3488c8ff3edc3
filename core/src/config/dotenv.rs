//! Dotenv files: text to names and values. Nothing is expanded, and no error repeats what a line says.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// A line that cannot be read: its number, from 1, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    pub(super) line: usize,
    pub(super) reason: &'static str,
}

/// The names and values of a file, of a name set twice the later value; or every line that cannot be read.
pub(super) fn parse(bytes: &[u8]) -> Result<BTreeMap<String, String>, Vec<BadLine>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = valid.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
        vec![BadLine { line, reason: "is not UTF-8" }]
    })?;
    let text = text.replace("\r\n", "\n");
    let (mut pairs, mut bad) = (BTreeMap::new(), Vec::new());
    let mut reader = Reader { rest: text.chars().peekable(), line: 1 };
    while reader.rest.peek().is_some() {
        let mut attempt = reader.clone();
        match attempt.entry() {
            Ok(entry) => {
                pairs.extend(entry);
                reader = attempt;
            }
            Err(reason) => {
                bad.push(BadLine { line: reader.line, reason });
                reader.skip_line();
            }
        }
        reader.next();
    }
    if bad.is_empty() { Ok(pairs) } else { Err(bad) }
}

#[derive(Clone)]
struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
}

impl Reader<'_> {
    /// One line, or several if a quoted value has them; stops before the line's end.
    fn entry(&mut self) -> Result<Option<(String, String)>, &'static str> {
        self.blanks();
        let mut name = self.name();
        if name == "export" && self.blanks() && !matches!(self.rest.peek(), Some('=')) {
            name = self.name();
        }
        self.blanks();
        if self.rest.peek() != Some(&'=') {
            // A name alone says nothing.
            return self.nothing_more("has no =").map(|()| None);
        }
        if name.is_empty() {
            return Err("has no name before the =");
        }
        self.next();
        let after_blank = self.blanks();
        let value = match self.rest.peek() {
            Some('"') => self.quoted('"')?,
            Some('\'') => self.quoted('\'')?,
            _ => return Ok(Some((name, self.unquoted(after_blank)))),
        };
        self.nothing_more("has text after its closing quote")?;
        Ok(Some((name, value)))
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(&char) = self.rest.peek() {
            if char.is_whitespace() || matches!(char, '=' | '#') {
                break;
            }
            name.push(char);
            self.next();
        }
        name
    }

    /// To the end of the line, or to a `#` after a blank.
    fn unquoted(&mut self, mut after_blank: bool) -> String {
        let mut value = String::new();
        while let Some(&char) = self.rest.peek() {
            if char == '\n' || (char == '#' && after_blank) {
                break;
            }
            after_blank = char.is_whitespace();
            value.push(char);
            self.next();
        }
        self.skip_line();
        value.trim_end().to_owned()
    }

    fn quoted(&mut self, quote: char) -> Result<String, &'static str> {
        self.next();
        let mut value = String::new();
        while let Some(char) = self.next() {
            if char == quote {
                return Ok(value);
            }
            let escaped = if char == '\\' && quote == '"' { self.rest.peek().copied().and_then(escape) } else { None };
            match escaped {
                Some(meant) => {
                    self.next();
                    value.push(meant);
                }
                None => value.push(char),
            }
        }
        Err("has a quote that is not closed")
    }

    /// Nothing but blanks and a comment up to the end of the line.
    fn nothing_more(&mut self, reason: &'static str) -> Result<(), &'static str> {
        self.blanks();
        match self.rest.peek() {
            None | Some('\n') => Ok(()),
            Some('#') => {
                self.skip_line();
                Ok(())
            }
            Some(_) => Err(reason),
        }
    }

    /// Whether there were any.
    fn blanks(&mut self) -> bool {
        let mut any = false;
        while self.rest.peek().is_some_and(|char| char.is_whitespace() && *char != '\n') {
            self.next();
            any = true;
        }
        any
    }

    fn skip_line(&mut self) {
        while self.rest.peek().is_some_and(|char| *char != '\n') {
            self.next();
        }
    }

    fn next(&mut self) -> Option<char> {
        let char = self.rest.next();
        self.line = self.line.saturating_add(usize::from(char == Some('\n')));
        char
    }
}

fn escape(char: char) -> Option<char> {
    match char {
        '"' | '\\' => Some(char),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        _ => None,
    }
}

#[cfg(test)]
#[path = "dotenv_tests.rs"]
mod tests;
