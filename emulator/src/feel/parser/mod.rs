//! Turns tokens into a tree, by precedence climbing and with a bound on nesting.
//! It does not evaluate, and it refuses names of functions that the evaluator does not have.

mod compound;
mod unary;

use super::function::{self, LONGEST_NAME};
use super::lexer::{Token, tokens};
use super::tree::{Node, Operator, Test};

/// Expressions come from deployed files: nesting is bounded so that none can exhaust the stack.
const MAX_DEPTH: usize = 64;

/// A chain such as `1 + 1 + …` nests to the left without a bracket; this bounds it as well.
const MAX_TOKENS: usize = 2000;

pub(crate) fn parse(text: &str) -> Result<Node, String> {
    whole(text, |parser| parser.expression(0))
}

/// The tests of a cell in a decision table.
pub(crate) fn parse_tests(text: &str) -> Result<Vec<Test>, String> {
    whole(text, Parser::tests)
}

fn whole<T>(text: &str, read: impl FnOnce(&mut Parser) -> Result<T, String>) -> Result<T, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    if parser.tokens.len() > MAX_TOKENS {
        return Err(format!("it has more than {MAX_TOKENS} parts"));
    }
    let found = read(&mut parser)?;
    match parser.peek() {
        None => Ok(found),
        Some(token) => Err(format!("expected the end, but found {}", shown(token))),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn expression(&mut self, least: u8) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} levels deep"));
        }
        let mut left = self.operand()?;
        loop {
            if least <= 3 && self.take_word("between") {
                let from = self.expression(4)?;
                self.word("and")?;
                let to = self.expression(4)?;
                left = Node::Between(Box::new([left, from, to]));
            } else if least <= 3 && self.take_word("in") {
                left = self.membership(left)?;
            } else if least <= 3 && self.take_word("instance") {
                self.word("of")?;
                left = Node::InstanceOf(Box::new(left), self.kind()?);
            } else if let Some((operator, strength)) = self.operator()
                && strength >= least
            {
                self.at += 1;
                let right = self.expression(strength + 1)?;
                left = Node::Binary(operator, Box::new(left), Box::new(right));
            } else {
                break;
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Node, String> {
        let mut node = match self.next() {
            Some(Token::Number(number)) => Node::Number(number),
            Some(Token::Text(text)) => Node::Text(text),
            Some(Token::Sign("-")) => Node::Negate(Box::new(self.expression(6)?)),
            Some(Token::Sign("@")) => self.constant()?,
            Some(Token::Sign("?")) => Node::Variable("?".to_owned()),
            Some(Token::Sign(open @ ("(" | "[" | "]"))) => self.bracket(open)?,
            Some(Token::Sign("{")) => self.context()?,
            Some(Token::Name(name)) => self.named(name)?,
            Some(token) => return Err(format!("expected a value, but found {}", shown(&token))),
            None => return Err("expected a value, but it ends".to_owned()),
        };
        loop {
            if self.take(".") {
                match self.next() {
                    Some(Token::Name(name)) => node = Node::Path(Box::new(node), name),
                    _ => return Err("expected a name after '.'".to_owned()),
                }
            } else if self.take("[") {
                let index = self.expression(0)?;
                self.expect("]")?;
                node = Node::Filter(Box::new(node), Box::new(index));
            } else {
                return Ok(node);
            }
        }
    }

    fn named(&mut self, name: String) -> Result<Node, String> {
        // Names of functions may have several words; the longest that fits is meant.
        for words in (1..=LONGEST_NAME).rev() {
            if let Some(name) = self.call_of(&name, words) {
                let Some(function) = function::find(&name) else {
                    if words == 1 && !matches!(name.as_str(), "if" | "for" | "some" | "every" | "and" | "or" | "in") {
                        return Err(format!("this emulator does not know the function '{name}'"));
                    }
                    continue;
                };
                self.at += words;
                let (names, arguments) = self.arguments()?;
                let arguments = function::ordered(function, names, arguments)?;
                return Ok(Node::Call(function, arguments));
            }
        }
        match name.as_str() {
            "null" => Ok(Node::Null),
            "true" => Ok(Node::Boolean(true)),
            "false" => Ok(Node::Boolean(false)),
            "if" => {
                let condition = self.expression(0)?;
                self.word("then")?;
                let then = self.expression(0)?;
                self.word("else")?;
                let otherwise = self.expression(0)?;
                Ok(Node::If(Box::new([condition, then, otherwise])))
            }
            "for" | "some" | "every" => self.iteration(&name),
            "function" => Err("this emulator does not know functions of one's own".to_owned()),
            "then" | "else" | "return" | "satisfies" => Err(format!("expected a value, but found '{name}'")),
            _ => Ok(Node::Variable(name)),
        }
    }

    /// The name of so many words (the first was taken already) if a bracket follows it.
    fn call_of(&self, first: &str, words: usize) -> Option<String> {
        let mut name = first.to_owned();
        for ahead in 0..words - 1 {
            match self.tokens.get(self.at + ahead)? {
                Token::Name(word) => {
                    name.push(' ');
                    name.push_str(word);
                }
                _ => return None,
            }
        }
        (self.tokens.get(self.at + words - 1) == Some(&Token::Sign("("))).then_some(name)
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        Some(match self.peek()? {
            Token::Name(word) if word == "or" => (Operator::Or, 1),
            Token::Name(word) if word == "and" => (Operator::And, 2),
            Token::Sign("=") => (Operator::Equal, 3),
            Token::Sign("!=") => (Operator::NotEqual, 3),
            Token::Sign("<") => (Operator::Less, 3),
            Token::Sign("<=") => (Operator::LessOrEqual, 3),
            Token::Sign(">") => (Operator::Greater, 3),
            Token::Sign(">=") => (Operator::GreaterOrEqual, 3),
            Token::Sign("+") => (Operator::Add, 4),
            Token::Sign("-") => (Operator::Subtract, 4),
            Token::Sign("*") => (Operator::Multiply, 5),
            Token::Sign("/") => (Operator::Divide, 5),
            Token::Sign("**") => (Operator::Power, 6),
            _ => return None,
        })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn take(&mut self, sign: &'static str) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Name(name)) if name == word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), String> {
        if self.take(sign) { Ok(()) } else { Err(format!("expected '{sign}'")) }
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        if self.take_word(word) { Ok(()) } else { Err(format!("expected '{word}'")) }
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Number(number) => format!("'{number}'"),
        Token::Text(text) => format!("\"{text}\""),
        Token::Name(name) => format!("'{name}'"),
        Token::Sign(sign) => format!("'{sign}'"),
    }
}
