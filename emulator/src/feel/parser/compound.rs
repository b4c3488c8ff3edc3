//! The larger forms of expressions: lists, contexts, ranges, iterations, arguments of functions.
//! Operators and their precedence are elsewhere.

use super::{Parser, Token, shown};
use crate::feel::temporal;
use crate::feel::tree::{Node, Range};

impl Parser {
    /// What follows a bracket: an expression in brackets, a list, or a range.
    pub(super) fn bracket(&mut self, open: &'static str) -> Result<Node, String> {
        if open == "[" && self.take("]") {
            return Ok(Node::List(Vec::new()));
        }
        let first = self.expression(0)?;
        if self.take("..") {
            return Ok(Node::Range(Box::new(self.range_from(first, open == "[")?)));
        }
        match open {
            "(" => {
                self.expect(")")?;
                Ok(first)
            }
            "[" => {
                let mut items = vec![first];
                while !self.take("]") {
                    self.expect(",")?;
                    items.push(self.expression(0)?);
                }
                Ok(Node::List(items))
            }
            _ => Err("expected '..'".to_owned()),
        }
    }

    /// The rest of a range after `..`.
    pub(super) fn range_from(&mut self, from: Node, from_included: bool) -> Result<Range, String> {
        let to = self.expression(0)?;
        let to_included = match self.next() {
            Some(Token::Sign("]")) => true,
            Some(Token::Sign(")" | "[")) => false,
            _ => return Err("expected the end of the range".to_owned()),
        };
        Ok(Range { from, from_included, to, to_included })
    }

    pub(super) fn context(&mut self) -> Result<Node, String> {
        let mut entries = Vec::new();
        if self.take("}") {
            return Ok(Node::Context(entries));
        }
        loop {
            let name = match self.next() {
                Some(Token::Name(name) | Token::Text(name)) => name,
                _ => return Err("expected the name of an entry".to_owned()),
            };
            self.expect(":")?;
            entries.push((name, self.expression(0)?));
            if self.take("}") {
                return Ok(Node::Context(entries));
            }
            self.expect(",")?;
        }
    }

    /// `for x in a, y in b return …`, `some x in a satisfies …`, `every …`.
    pub(super) fn iteration(&mut self, kind: &str) -> Result<Node, String> {
        let mut iterators = Vec::new();
        loop {
            let name = match self.next() {
                Some(Token::Name(name)) => name,
                _ => return Err("expected the name of a variable".to_owned()),
            };
            self.word("in")?;
            let mut over = self.expression(4)?;
            if self.take("..") {
                let to = self.expression(4)?;
                over = Node::Range(Box::new(Range { from: over, from_included: true, to, to_included: true }));
            }
            iterators.push((name, over));
            if !self.take(",") {
                break;
            }
        }
        self.word(if kind == "for" { "return" } else { "satisfies" })?;
        let body = Box::new(self.expression(0)?);
        Ok(if kind == "for" { Node::For(iterators, body) } else { Node::Quantified(kind == "every", iterators, body) })
    }

    /// The arguments of a function, with their names if they have some.
    pub(super) fn arguments(&mut self) -> Result<(Vec<String>, Vec<Node>), String> {
        let (mut names, mut arguments) = (Vec::new(), Vec::new());
        if self.take(")") {
            return Ok((names, arguments));
        }
        loop {
            names.extend(self.argument_name());
            arguments.push(self.expression(0)?);
            if self.take(")") {
                break;
            }
            self.expect(",")?;
        }
        if names.is_empty() || names.len() == arguments.len() {
            Ok((names, arguments))
        } else {
            Err("either all arguments have names or none".to_owned())
        }
    }

    /// Words before a colon.
    fn argument_name(&mut self) -> Option<String> {
        let rest = self.tokens.get(self.at..)?;
        let count = rest.iter().take_while(|token| matches!(token, Token::Name(_))).count();
        if count == 0 || rest.get(count) != Some(&Token::Sign(":")) {
            return None;
        }
        let words =
            rest.iter().take(count).filter_map(|t| if let Token::Name(word) = t { Some(&**word) } else { None });
        let name = words.collect::<Vec<_>>().join(" ");
        self.at += count + 1;
        Some(name)
    }

    /// `@"PT1H"`.
    pub(super) fn constant(&mut self) -> Result<Node, String> {
        match self.next() {
            Some(Token::Text(text)) => temporal::any(&text)
                .map(Node::Constant)
                .ok_or_else(|| format!("\"{text}\" is no date, time or duration")),
            Some(token) => Err(format!("expected a text after '@', but found {}", shown(&token))),
            None => Err("expected a text after '@'".to_owned()),
        }
    }

    /// The name of a kind of values, after `instance of`.
    pub(super) fn kind(&mut self) -> Result<String, String> {
        let mut words = Vec::new();
        while let Some(Token::Name(word)) = self.peek() {
            if !words.is_empty() && matches!(word.as_str(), "and" | "or" | "then" | "else" | "return" | "satisfies") {
                // `date and time`, `days and time duration` go on; everything else does not.
                let goes_on = word == "and" && matches!(words.join(" ").as_str(), "date" | "days" | "years");
                if !goes_on {
                    break;
                }
            }
            words.push(word.clone());
            self.at += 1;
        }
        const KNOWN: [&str; 12] = [
            "number",
            "string",
            "boolean",
            "list",
            "context",
            "date",
            "time",
            "date and time",
            "days and time duration",
            "years and months duration",
            "Any",
            "null",
        ];
        let kind = words.join(" ");
        if KNOWN.contains(&kind.as_str()) { Ok(kind) } else { Err(format!("'{kind}' is no kind of values")) }
    }
}
