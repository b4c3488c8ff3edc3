//! Turns tokens into a tree, by precedence climbing and with a bound on nesting.
//! It does not evaluate, and it refuses names of functions that the evaluator does not have.

use rust_decimal::Decimal;

use super::lexer::{Token, tokens};

/// Expressions come from deployed files: nesting is bounded so that none can exhaust the stack.
const MAX_DEPTH: usize = 64;

/// A chain such as `1 + 1 + …` nests to the left without a bracket; this bounds it as well.
const MAX_TOKENS: usize = 2000;

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Null,
    Boolean(bool),
    Number(Decimal),
    Text(String),
    Variable(String),
    Path(Box<Self>, String),
    Index(Box<Self>, Box<Self>),
    Negate(Box<Self>),
    Binary(Operator, Box<Self>, Box<Self>),
    If(Box<[Self; 3]>),
    Call(Function, Vec<Self>),
    List(Vec<Self>),
    Context(Vec<(String, Self)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Not,
}

pub(crate) fn parse(text: &str) -> Result<Node, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    if parser.tokens.len() > MAX_TOKENS {
        return Err(format!("it has more than {MAX_TOKENS} parts"));
    }
    let node = parser.expression(0)?;
    match parser.peek() {
        None => Ok(node),
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
        while let Some((operator, strength)) = self.operator()
            && strength >= least
        {
            self.at += 1;
            let right = self.expression(strength + 1)?;
            left = Node::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Node, String> {
        let mut node = match self.next() {
            Some(Token::Number(number)) => Node::Number(number),
            Some(Token::Text(text)) => Node::Text(text),
            Some(Token::Sign("-")) => Node::Negate(Box::new(self.expression(6)?)),
            Some(Token::Sign("(")) => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                inner
            }
            Some(Token::Sign("[")) => Node::List(self.list("]")?),
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
                if !matches!(index, Node::Number(_) | Node::Negate(_)) {
                    return Err("this emulator knows only a number between '[' and ']', no filter".to_owned());
                }
                node = Node::Index(Box::new(node), Box::new(index));
            } else {
                return Ok(node);
            }
        }
    }

    fn named(&mut self, name: String) -> Result<Node, String> {
        match name.as_str() {
            "null" => return Ok(Node::Null),
            "true" => return Ok(Node::Boolean(true)),
            "false" => return Ok(Node::Boolean(false)),
            "if" => {
                let condition = self.expression(0)?;
                self.word("then")?;
                let then = self.expression(0)?;
                self.word("else")?;
                let otherwise = self.expression(0)?;
                return Ok(Node::If(Box::new([condition, then, otherwise])));
            }
            "for" | "some" | "every" | "function" => {
                return Err(format!("this emulator does not know '{name}' yet"));
            }
            _ => {}
        }
        if !self.take("(") {
            return Ok(Node::Variable(name));
        }
        let arguments = self.list(")")?;
        match (name.as_str(), arguments.len()) {
            ("not", 1) => Ok(Node::Call(Function::Not, arguments)),
            (_, count) => {
                Err(format!("this emulator does not know the function '{name}' with {count} argument(s) yet"))
            }
        }
    }

    fn list(&mut self, end: &'static str) -> Result<Vec<Node>, String> {
        let mut items = Vec::new();
        if self.take(end) {
            return Ok(items);
        }
        loop {
            items.push(self.expression(0)?);
            if self.take(end) {
                return Ok(items);
            }
            self.expect(",")?;
        }
    }

    fn context(&mut self) -> Result<Node, String> {
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

    fn expect(&mut self, sign: &'static str) -> Result<(), String> {
        if self.take(sign) { Ok(()) } else { Err(format!("expected '{sign}'")) }
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        match self.next() {
            Some(Token::Name(name)) if name == word => Ok(()),
            _ => Err(format!("expected '{word}'")),
        }
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
