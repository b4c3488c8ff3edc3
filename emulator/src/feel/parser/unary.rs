//! Tests of a value: cells of decision tables, and what stands after `in`.
//! What they mean is the evaluator's business.

use super::{Operator, Parser, Token};
use crate::feel::tree::{Node, Test};

impl Parser {
    /// A whole cell: `-`, `not(…)`, or tests of which one must hold.
    pub(super) fn tests(&mut self) -> Result<Vec<Test>, String> {
        if self.tokens.is_empty() || self.tokens == [Token::Sign("-")] {
            self.at = self.tokens.len();
            return Ok(vec![Test::Any]);
        }
        let negated = matches!(self.tokens.as_slice(), [Token::Name(not), Token::Sign("("), .., Token::Sign(")")] if not == "not");
        if negated {
            self.at = 2;
            let inner = self.row()?;
            self.expect(")")?;
            return Ok(vec![Test::Not(inner)]);
        }
        self.row()
    }

    fn row(&mut self) -> Result<Vec<Test>, String> {
        let mut tests = vec![self.test()?];
        while self.take(",") {
            tests.push(self.test()?);
        }
        Ok(tests)
    }

    fn test(&mut self) -> Result<Test, String> {
        let comparisons = [
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
            ("!=", Operator::NotEqual),
            ("=", Operator::Equal),
        ];
        for (sign, operator) in comparisons {
            if self.take(sign) {
                return Ok(Test::Compare(operator, self.expression(4)?));
            }
        }
        Ok(match self.expression(0)? {
            Node::Range(range) => Test::Range(*range),
            value => Test::Value(value),
        })
    }

    /// What stands after `in`: one test, or several in brackets.
    pub(super) fn membership(&mut self, value: Node) -> Result<Node, String> {
        let start = self.at;
        if self.take("(") {
            let tests = self.row();
            if let (Ok(tests), true) = (tests, self.take(")")) {
                return Ok(Node::In(Box::new(value), tests));
            }
            // It was a range that begins with a bracket.
            self.at = start;
        }
        let comparison = matches!(self.peek(), Some(Token::Sign("<" | ">" | "<=" | ">=" | "!=" | "=")));
        let test = if comparison {
            self.test()?
        } else {
            match self.expression(4)? {
                Node::Range(range) => Test::Range(*range),
                value => Test::Value(value),
            }
        };
        Ok(Node::In(Box::new(value), vec![test]))
    }
}
