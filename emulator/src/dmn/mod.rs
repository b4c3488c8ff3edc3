//! Decisions: from the XML of a file to tables and expressions, and their evaluation.
//! It keeps nothing; functions of one's own and other languages than FEEL are refused when the file is deployed.

mod evaluate;
mod parse;
#[cfg(test)]
mod tests;

use crate::feel::{Expression, Test};

pub(crate) use evaluate::{Evaluated, Matched, evaluate};
pub(crate) use parse::parse;

/// The decisions of one file.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) decisions: Vec<Decision>,
}

#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The places of the decisions that must be evaluated before.
    requires: Vec<usize>,
    logic: Logic,
}

impl Decision {
    /// The kind as answers write it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.logic {
            Logic::Table(_) => "DECISION_TABLE",
            Logic::Literal(_) => "LITERAL_EXPRESSION",
        }
    }
}

#[derive(Debug)]
enum Logic {
    Table(Table),
    Literal(Expression),
}

#[derive(Debug)]
struct Table {
    hits: Hits,
    inputs: Vec<Input>,
    /// Id and name.
    outputs: Vec<(String, String)>,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Input {
    id: String,
    name: String,
    expression: Expression,
}

#[derive(Debug)]
struct Rule {
    id: String,
    tests: Vec<Vec<Test>>,
    outputs: Vec<Expression>,
}

/// What is made of the rules that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hits {
    Unique,
    First,
    Any,
    RuleOrder,
    Collect,
    Sum,
    Min,
    Max,
    Count,
}
