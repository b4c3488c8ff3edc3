//! Evaluates a parsed expression: three-valued logic, decimal arithmetic, null instead of failure.
//! It reads no clock and no global state: variables and the time come from the caller.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use rust_decimal::prelude::ToPrimitive;

use super::compare::{arithmetic, equal, order};
use super::function::{self, Function};
use super::tree::{Node, Operator, Range, Test};
use super::value::Value;

/// Where an expression finds its variables by name.
pub(crate) trait Variables {
    /// The value that is visible under this name, if there is one.
    fn lookup(&self, name: &str) -> Option<Cow<'_, serde_json::Value>>;
}

impl Variables for serde_json::Map<String, serde_json::Value> {
    fn lookup(&self, name: &str) -> Option<Cow<'_, serde_json::Value>> {
        self.get(name).map(Cow::Borrowed)
    }
}

/// The result, with the warnings that explain why it may be null.
#[derive(Debug, Clone)]
pub(crate) struct Evaluation {
    pub(crate) value: Value,
    pub(crate) warnings: Vec<String>,
    /// Why the evaluation failed, which only few things do.
    pub(crate) failure: Option<String>,
}

/// What one evaluation may take: expressions come from deployed files.
const STEP_LIMIT: u32 = 2_000_000;
/// How large a result may be on the way, in about as many bytes: what a request may bring, a result may reach.
const SIZE_LIMIT: usize = 4 * 1024 * 1024;
/// How many warnings are told.
const WARNING_LIMIT: usize = 100;

/// Names that the expression itself introduces, inner before outer.
#[derive(Clone, Copy)]
pub(super) enum Frame<'a> {
    Outermost,
    Name(&'a str, &'a Value, &'a Frame<'a>),
    /// The item of a filter, whose entries are visible by their names.
    Item(&'a Value, &'a Frame<'a>),
}

pub(super) struct Scope<'a> {
    variables: &'a dyn Variables,
    now: i64,
    steps: Cell<u32>,
    warnings: RefCell<Vec<String>>,
    failure: RefCell<Option<String>>,
}

pub(crate) fn evaluate(root: &Node, variables: &dyn Variables, now: i64) -> Evaluation {
    run(variables, now, |scope| scope.evaluate(root, &Frame::Outermost))
}

/// Whether one of the tests holds for the value.
pub(crate) fn satisfies(value: &Value, tests: &[Test], variables: &dyn Variables, now: i64) -> Evaluation {
    run(variables, now, |scope| {
        let frame = Frame::Name("?", value, &Frame::Outermost);
        Value::Boolean(tests.iter().any(|test| scope.test(value, test, &frame) == Some(true)))
    })
}

fn run(variables: &dyn Variables, now: i64, act: impl FnOnce(&Scope<'_>) -> Value) -> Evaluation {
    let (warnings, failure) = (RefCell::default(), RefCell::default());
    let scope = Scope { variables, now, steps: Cell::new(0), warnings, failure };
    let value = act(&scope);
    let failure = scope.failure.into_inner();
    // What failed somewhere inside has no result that could be used.
    let value = if failure.is_some() { Value::Null } else { value };
    Evaluation { value, warnings: scope.warnings.into_inner(), failure }
}

impl Scope<'_> {
    pub(super) fn evaluate(&self, node: &Node, frame: &Frame<'_>) -> Value {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > STEP_LIMIT {
            return self.fail("The evaluation took too long".to_owned());
        }
        let value = self.value(node, frame);
        // What only hands on a value makes none that is larger.
        let grows = !matches!(node, Node::Variable(_) | Node::Path(..) | Node::Constant(_));
        if grows && value.size(SIZE_LIMIT) > SIZE_LIMIT {
            return self.fail("The result is too large".to_owned());
        }
        value
    }

    fn value(&self, node: &Node, frame: &Frame<'_>) -> Value {
        match node {
            Node::Null => Value::Null,
            Node::Boolean(b) => Value::Boolean(*b),
            Node::Number(n) => Value::Number(*n),
            Node::Text(t) => Value::Text(t.clone()),
            Node::Constant(value) => value.clone(),
            Node::Variable(name) => self.variable(name, frame),
            Node::Path(inner, name) => {
                if let Some(value) = self.direct_path(node, frame) {
                    return value;
                }
                let value = self.evaluate(inner, frame);
                self.entry(value, name)
            }
            Node::Filter(list, condition) => self.filter(list, condition, frame),
            Node::Negate(inner) => match self.evaluate(inner, frame) {
                Value::Number(n) => Value::Number(-n),
                Value::Duration(millis) => Value::Duration(millis.saturating_neg()),
                Value::Period(months) => Value::Period(months.saturating_neg()),
                _ => Value::Null,
            },
            Node::Binary(operator, left, right) => self.binary(*operator, left, right, frame),
            Node::If(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                let holds = self.evaluate(condition, frame) == Value::Boolean(true);
                self.evaluate(if holds { then } else { otherwise }, frame)
            }
            Node::Between(parts) => {
                let [value, from, to] = parts.as_ref().each_ref().map(|part| self.evaluate(part, frame));
                let inside = order(&value, &from).and_then(|a| Some(a.is_ge() && order(&value, &to)?.is_le()));
                inside.map_or(Value::Null, Value::Boolean)
            }
            Node::In(value, tests) => {
                let value = self.evaluate(value, frame);
                let inner = Frame::Name("?", &value, frame);
                Value::Boolean(tests.iter().any(|test| self.test(&value, test, &inner) == Some(true)))
            }
            Node::InstanceOf(value, kind) => {
                let value = self.evaluate(value, frame);
                let own = match &value {
                    Value::Null => "null",
                    Value::Boolean(_) => "boolean",
                    Value::Number(_) => "number",
                    Value::Text(_) => "string",
                    Value::List(_) => "list",
                    Value::Context(_) => "context",
                    Value::Date(_) => "date",
                    Value::Time(..) => "time",
                    Value::DateTime(..) => "date and time",
                    Value::Duration(_) => "days and time duration",
                    Value::Period(_) => "years and months duration",
                };
                Value::Boolean(own == kind || (kind == "Any" && value != Value::Null))
            }
            Node::Call(function, arguments) => self.call(*function, arguments, frame),
            Node::List(items) => Value::List(items.iter().map(|item| self.evaluate(item, frame)).collect()),
            Node::Context(entries) => self.context(entries, frame),
            Node::For(iterators, body) => {
                let mut results = Vec::new();
                self.iterate(iterators, frame, &mut |frame| {
                    let result = self.evaluate(body, frame);
                    results.push(result);
                    true
                });
                Value::List(results)
            }
            Node::Quantified(every, iterators, body) => {
                let mut found = *every;
                self.iterate(iterators, frame, &mut |frame| {
                    let holds = self.evaluate(body, frame) == Value::Boolean(true);
                    if holds != *every {
                        found = holds;
                    }
                    holds == *every
                });
                Value::Boolean(found)
            }
            Node::Range(range) => Value::List(self.numbers(range, frame)),
        }
    }

    pub(super) fn lookup(&self, name: &str) -> Option<Cow<'_, serde_json::Value>> {
        self.variables.lookup(name)
    }

    fn variable(&self, name: &str, mut frame: &Frame<'_>) -> Value {
        loop {
            match frame {
                Frame::Outermost => break,
                Frame::Name(own, value, outer) => {
                    if *own == name {
                        return (*value).clone();
                    }
                    frame = outer;
                }
                Frame::Item(item, outer) => {
                    if name == "item" {
                        return (*item).clone();
                    }
                    if let Value::Context(entries) = item
                        && let Some(value) = entries.get(name)
                    {
                        return value.clone();
                    }
                    frame = outer;
                }
            }
        }
        match self.lookup(name) {
            Some(json) => Value::from(&*json),
            None => self.warn(format!("[NO_VARIABLE_FOUND] No variable found with name '{name}'")),
        }
    }

    fn call(&self, function: Function, arguments: &[Node], frame: &Frame<'_>) -> Value {
        if function == Function::IsDefined {
            // Whether it is there must not be worth a warning.
            let before = self.warnings.borrow().len();
            let value = arguments.first().map_or(Value::Null, |a| self.evaluate(a, frame));
            let missing = self.warnings.borrow().len() > before;
            self.warnings.borrow_mut().truncate(before);
            return Value::Boolean(value != Value::Null || !missing);
        }
        let values: Vec<Value> = arguments.iter().map(|a| self.evaluate(a, frame)).collect();
        if function == Function::Assert && values.get(1) != Some(&Value::Boolean(true)) {
            let cause =
                if let Some(Value::Text(cause)) = values.get(2) { cause } else { "The condition is not fulfilled" };
            return self.fail(cause.to_owned());
        }
        let shown = values.iter().map(Value::shown).collect::<Vec<_>>().join(", ");
        function::call(function, values, self.now).unwrap_or_else(|| {
            self.warn(format!("[FUNCTION_INVOCATION_FAILURE] Failed to invoke function {function:?} with ({shown})"))
        })
    }

    fn binary(&self, operator: Operator, left: &Node, right: &Node, frame: &Frame<'_>) -> Value {
        let (left, right) = (self.evaluate(left, frame), self.evaluate(right, frame));
        match operator {
            Operator::And => combine(&left, &right, false),
            Operator::Or => combine(&left, &right, true),
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Power => {
                arithmetic(operator, &left, &right).unwrap_or_else(|| {
                    let (a, b) = (left.shown(), right.shown());
                    self.warn(match operator {
                        Operator::Add => format!("[INVALID_TYPE] Can't add '{b}' to '{a}'"),
                        Operator::Subtract => format!("[INVALID_TYPE] Can't subtract '{b}' from '{a}'"),
                        Operator::Multiply => format!("[INVALID_TYPE] Can't multiply '{a}' by '{b}'"),
                        _ => format!("[INVALID_TYPE] Can't divide '{a}' by '{b}'"),
                    })
                })
            }
            _ => compared(operator, &left, &right).map_or_else(
                || {
                    let (a, b) = (left.shown(), right.shown());
                    self.warn(format!("[NOT_COMPARABLE] Can't compare '{a}' with '{b}'"))
                },
                Value::Boolean,
            ),
        }
    }

    pub(super) fn test(&self, value: &Value, test: &Test, frame: &Frame<'_>) -> Option<bool> {
        match test {
            Test::Any => Some(true),
            Test::Compare(operator, right) => compared(*operator, value, &self.evaluate(right, frame)),
            Test::Range(range) => self.inside(value, range, frame),
            Test::Not(tests) => Some(!tests.iter().any(|test| self.test(value, test, frame) == Some(true))),
            Test::Value(node) => match self.evaluate(node, frame) {
                Value::List(items) if !matches!(value, Value::List(_)) => Some(items.contains(value)),
                Value::Boolean(holds) if !matches!(value, Value::Boolean(_)) => Some(holds),
                other => equal(value, &other),
            },
        }
    }

    fn inside(&self, value: &Value, range: &Range, frame: &Frame<'_>) -> Option<bool> {
        let from = order(value, &self.evaluate(&range.from, frame))?;
        let to = order(value, &self.evaluate(&range.to, frame))?;
        let above = if range.from_included { from.is_ge() } else { from.is_gt() };
        Some(above && if range.to_included { to.is_le() } else { to.is_lt() })
    }

    /// The whole numbers of a range, up or down.
    pub(super) fn numbers(&self, range: &Range, frame: &Frame<'_>) -> Vec<Value> {
        let whole = |node| if let Value::Number(n) = self.evaluate(node, frame) { n.to_i64() } else { None };
        let (Some(from), Some(to)) = (whole(&range.from), whole(&range.to)) else { return Vec::new() };
        let count = from.abs_diff(to).saturating_add(1);
        let left = STEP_LIMIT.saturating_sub(self.steps.get());
        if count > u64::from(left) {
            self.fail("The evaluation took too long".to_owned());
            return Vec::new();
        }
        let step = if to < from { -1 } else { 1 };
        let mut all: Vec<i64> =
            (0..).map_while(|n: i64| i64::try_from(count).ok().filter(|c| n < *c).map(|_| from + n * step)).collect();
        if !range.to_included {
            all.pop();
        }
        if !range.from_included && !all.is_empty() {
            all.remove(0);
        }
        self.steps.set(self.steps.get() + u32::try_from(count).unwrap_or(STEP_LIMIT));
        all.into_iter().map(|n| Value::Number(n.into())).collect()
    }

    pub(super) fn warn(&self, warning: String) -> Value {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.len() < WARNING_LIMIT {
            warnings.push(warning);
        }
        Value::Null
    }

    fn fail(&self, reason: String) -> Value {
        self.failure.borrow_mut().get_or_insert(reason);
        Value::Null
    }
}

fn compared(operator: Operator, left: &Value, right: &Value) -> Option<bool> {
    match operator {
        Operator::Equal => equal(left, right),
        Operator::NotEqual => equal(left, right).map(|same| !same),
        Operator::Less => order(left, right).map(std::cmp::Ordering::is_lt),
        Operator::LessOrEqual => order(left, right).map(std::cmp::Ordering::is_le),
        Operator::Greater => order(left, right).map(std::cmp::Ordering::is_gt),
        Operator::GreaterOrEqual => order(left, right).map(std::cmp::Ordering::is_ge),
        _ => None,
    }
}

/// `and` and `or` in one: `decisive` is the value that decides alone (false for `and`, true for `or`).
fn combine(left: &Value, right: &Value, decisive: bool) -> Value {
    match (left, right) {
        (Value::Boolean(a), _) if *a == decisive => Value::Boolean(decisive),
        (_, Value::Boolean(b)) if *b == decisive => Value::Boolean(decisive),
        (Value::Boolean(_), Value::Boolean(_)) => Value::Boolean(!decisive),
        _ => Value::Null,
    }
}
