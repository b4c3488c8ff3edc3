//! The tree of a parsed expression.
//! It holds no values of variables; it is made once and evaluated many times.

use rust_decimal::Decimal;

use super::function::Function;
use super::value::Value;

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Null,
    Boolean(bool),
    Number(Decimal),
    Text(String),
    /// A date, time or duration in the text of the expression.
    Constant(Value),
    Variable(String),
    Path(Box<Self>, String),
    /// An index if it is a number, else a filter.
    Filter(Box<Self>, Box<Self>),
    Negate(Box<Self>),
    Binary(Operator, Box<Self>, Box<Self>),
    If(Box<[Self; 3]>),
    Between(Box<[Self; 3]>),
    /// The value, and the tests of which one must hold.
    In(Box<Self>, Vec<Test>),
    InstanceOf(Box<Self>, String),
    Call(Function, Vec<Self>),
    List(Vec<Self>),
    Context(Vec<(String, Self)>),
    For(Vec<(String, Self)>, Box<Self>),
    /// Whether every combination must satisfy the condition, or some.
    Quantified(bool, Vec<(String, Self)>, Box<Self>),
    Range(Box<Range>),
}

/// From and to, and whether these belong to it.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    pub(crate) from: Node,
    pub(crate) from_included: bool,
    pub(crate) to: Node,
    pub(crate) to_included: bool,
}

/// What a value is tested for.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    Any,
    /// A comparison with the value on its left.
    Compare(Operator, Node),
    Range(Range),
    Not(Vec<Self>),
    /// Equal to this, in it if it is a list, or this is true (with the value as `?`).
    Value(Node),
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
    Power,
}

impl Node {
    /// Shows this node and everything below it.
    pub(crate) fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Self)) {
        see(self);
        match self {
            Self::Null | Self::Boolean(_) | Self::Number(_) | Self::Text(_) | Self::Constant(_) | Self::Variable(_) => {
            }
            Self::Path(inner, _) | Self::Negate(inner) | Self::InstanceOf(inner, _) => inner.visit(see),
            Self::Filter(a, b) | Self::Binary(_, a, b) => {
                a.visit(see);
                b.visit(see);
            }
            Self::If(parts) | Self::Between(parts) => parts.iter().for_each(|part| part.visit(see)),
            Self::In(value, tests) => {
                value.visit(see);
                tests.iter().for_each(|test| test.visit(see));
            }
            Self::Call(_, items) | Self::List(items) => items.iter().for_each(|item| item.visit(see)),
            Self::Context(entries) => entries.iter().for_each(|(_, node)| node.visit(see)),
            Self::For(iterators, body) | Self::Quantified(_, iterators, body) => {
                iterators.iter().for_each(|(_, node)| node.visit(see));
                body.visit(see);
            }
            Self::Range(range) => range.visit(see),
        }
    }
}

impl Range {
    fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Node)) {
        self.from.visit(see);
        self.to.visit(see);
    }
}

impl Test {
    fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Node)) {
        match self {
            Self::Any => {}
            Self::Compare(_, node) | Self::Value(node) => node.visit(see),
            Self::Range(range) => range.visit(see),
            Self::Not(tests) => tests.iter().for_each(|test| test.visit(see)),
        }
    }
}
