//! Cuts the text of an expression into tokens.
//! It does not know what is allowed where: that is the parser's business.

use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Number(Decimal),
    Text(String),
    /// A name or a word of the language.
    Name(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: [&str; 23] = [
    "<=", ">=", "!=", "**", "..", "=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", "{", "}", ",", ":", ".", "@",
    "?",
];

pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut rest = text;
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            return Ok(found);
        };
        if first == '"' {
            let (value, after) = quoted(rest)?;
            found.push(Token::Text(value));
            rest = after;
        } else if first == '`' {
            let Some((name, after)) = rest.get(1..).and_then(|r| r.split_once('`')) else {
                return Err("a name in backticks does not end".to_owned());
            };
            found.push(Token::Name(name.to_owned()));
            rest = after;
        } else if first.is_ascii_digit() {
            let length = number_length(rest);
            let (digits, after) = rest.split_at(length);
            found.push(Token::Number(
                digits.parse().map_err(|_| format!("'{digits}' is not a number that can be held"))?,
            ));
            rest = after;
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (name, after) = rest.split_at(length);
            found.push(Token::Name(name.to_owned()));
            rest = after;
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            found.push(Token::Sign(sign));
            rest = rest.get(sign.len()..).unwrap_or_default();
        } else {
            return Err(format!("unexpected character '{first}'"));
        }
    }
}

/// Digits, and a fraction if a digit follows the point (so that `1..3` stays a range).
fn number_length(text: &str) -> usize {
    let whole = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let mut after = text.get(whole..).unwrap_or_default().chars();
    if after.next() == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit()) {
        let fraction = text.get(whole + 1..).unwrap_or_default();
        return whole + 1 + fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
    }
    whole
}

fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            '\\' => match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, other)) => value.push(other),
                None => break,
            },
            other => value.push(other),
        }
    }
    Err("a text in quotes does not end".to_owned())
}
