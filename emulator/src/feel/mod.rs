//! Expressions in FEEL: parsed once at deployment, evaluated over variables handed in by the caller.
//! It is not the whole language: what it does not know it refuses when parsing, so that nothing is evaluated wrongly.

mod collection;
mod compare;
mod evaluate;
mod function;
mod lexer;
mod parser;
mod temporal;
#[cfg(test)]
mod tests;
mod tree;
mod value;

pub(crate) use evaluate::{Evaluation, Variables, satisfies};
pub(crate) use parser::parse_tests;
pub(crate) use temporal::{civil, date_time, millis, period, plus_months};
pub(crate) use tree::{Node, Test};
pub(crate) use value::Value;

/// A parsed expression with the text it came from (including the leading `=`).
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    text: String,
    root: Node,
}

impl Expression {
    /// Parses the text of an attribute; a leading `=` is the mark of an expression and no part of it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let source = text.strip_prefix('=').unwrap_or(text);
        match parser::parse(source) {
            Ok(root) => Ok(Self { text: source.trim().to_owned(), root }),
            Err(reason) => Err(format!("failed to parse expression '{}': {reason}", source.trim())),
        }
    }

    /// The text without the leading `=`, as messages quote it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The names of variables that it reads, those that it introduces itself among them.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.root.visit(&mut |node| {
            if let Node::Variable(name) = node {
                names.push(name.as_str());
            }
        });
        names
    }

    /// The arguments of each call of `fromAi` in it.
    pub(crate) fn calls_of_from_ai(&self) -> Vec<&[Node]> {
        let mut calls = Vec::new();
        self.root.visit(&mut |node| {
            if let Node::Call(function::Function::FromAi, arguments) = node {
                calls.push(arguments.as_slice());
            }
        });
        calls
    }

    /// Evaluates over the variables; `now` (epoch milliseconds) is the only clock.
    pub(crate) fn evaluate(&self, variables: &dyn Variables, now: i64) -> Evaluation {
        evaluate::evaluate(&self.root, variables, now)
    }
}

/// An attribute that may be static text or an expression: it is an expression exactly if its first character is `=`.
#[derive(Debug, Clone)]
pub(crate) enum Term {
    Static(String),
    Expression(Expression),
}

impl Term {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('=') {
            Expression::parse(text).map(Self::Expression)
        } else {
            Ok(Self::Static(text.to_owned()))
        }
    }
}
