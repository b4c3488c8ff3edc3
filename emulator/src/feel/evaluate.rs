//! Evaluates a parsed expression: three-valued logic, decimal arithmetic, null instead of failure.
//! It reads no clock and no global state: variables and the time come from the caller.

use std::cell::RefCell;
use std::cmp::Ordering;

use super::parser::{Function, Node, Operator};
use super::value::Value;

/// Where an expression finds its variables by name.
pub(crate) trait Variables {
    /// The value that is visible under this name, if there is one.
    fn lookup(&self, name: &str) -> Option<&serde_json::Value>;
}

impl Variables for serde_json::Map<String, serde_json::Value> {
    fn lookup(&self, name: &str) -> Option<&serde_json::Value> {
        self.get(name)
    }
}

/// The result, with the warnings that explain why it may be null.
#[derive(Debug, Clone)]
pub(crate) struct Evaluation {
    pub(crate) value: Value,
    pub(crate) warnings: Vec<String>,
}

pub(crate) fn evaluate(root: &Node, variables: &dyn Variables, now: i64) -> Evaluation {
    let scope = Scope { variables, _now: now, warnings: RefCell::default() };
    let value = scope.evaluate(root);
    Evaluation { value, warnings: scope.warnings.into_inner() }
}

struct Scope<'a> {
    variables: &'a dyn Variables,
    /// For `now()` and `today()`, which are to come.
    _now: i64,
    warnings: RefCell<Vec<String>>,
}

impl Scope<'_> {
    fn evaluate(&self, node: &Node) -> Value {
        match node {
            Node::Null => Value::Null,
            Node::Boolean(b) => Value::Boolean(*b),
            Node::Number(n) => Value::Number(*n),
            Node::Text(t) => Value::Text(t.clone()),
            Node::Variable(name) => self.variable(name),
            Node::Path(..) => self.path(node),
            Node::Index(list, index) => self.index(list, index),
            Node::Negate(inner) => match self.evaluate(inner) {
                Value::Number(n) => Value::Number(-n),
                _ => Value::Null,
            },
            Node::Binary(operator, left, right) => self.binary(*operator, left, right),
            Node::If(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                self.evaluate(if self.evaluate(condition) == Value::Boolean(true) { then } else { otherwise })
            }
            Node::Call(Function::Not, arguments) => match arguments.first().map(|a| self.evaluate(a)) {
                Some(Value::Boolean(b)) => Value::Boolean(!b),
                _ => Value::Null,
            },
            Node::List(items) => Value::List(items.iter().map(|item| self.evaluate(item)).collect()),
            Node::Context(entries) => {
                Value::Context(entries.iter().map(|(name, value)| (name.clone(), self.evaluate(value))).collect())
            }
        }
    }

    fn variable(&self, name: &str) -> Value {
        match self.variables.lookup(name) {
            Some(json) => Value::from(json),
            None => self.warn(format!("[NO_VARIABLE_FOUND] No variable found with name '{name}'")),
        }
    }

    /// Follows a path inside the JSON, so that only its end is converted.
    fn path(&self, node: &Node) -> Value {
        let mut names = Vec::new();
        let mut start = node;
        while let Node::Path(inner, name) = start {
            names.push(name.as_str());
            start = inner;
        }
        if let Node::Variable(name) = start
            && let Some(mut json) = self.variables.lookup(name)
            && !json.is_array()
        {
            for name in names.iter().rev() {
                match json.get(name) {
                    Some(inner) => json = inner,
                    None => {
                        return self.warn(format!("[NO_CONTEXT_ENTRY_FOUND] No context entry found with key '{name}'"));
                    }
                }
            }
            return Value::from(json);
        }
        let value = self.evaluate(start);
        names.iter().rev().fold(value, |value, name| self.entry(value, name))
    }

    fn entry(&self, value: Value, name: &str) -> Value {
        match value {
            Value::Context(mut entries) => entries.remove(name).unwrap_or_else(|| {
                self.warn(format!("[NO_CONTEXT_ENTRY_FOUND] No context entry found with key '{name}'"))
            }),
            Value::List(items) => Value::List(items.into_iter().map(|item| self.entry(item, name)).collect()),
            _ => Value::Null,
        }
    }

    fn index(&self, list: &Node, index: &Node) -> Value {
        let items = match self.evaluate(list) {
            Value::List(items) => items,
            single => vec![single],
        };
        let Value::Number(number) = self.evaluate(index) else {
            return Value::Null;
        };
        let Ok(position) = i64::try_from(number) else {
            return Value::Null;
        };
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let place = if position > 0 { position - 1 } else { length.saturating_add(position) };
        match usize::try_from(place) {
            Ok(place) if position != 0 => items.into_iter().nth(place).unwrap_or(Value::Null),
            _ => Value::Null,
        }
    }

    fn binary(&self, operator: Operator, left: &Node, right: &Node) -> Value {
        let (left, right) = (self.evaluate(left), self.evaluate(right));
        match operator {
            Operator::And => combine(&left, &right, false),
            Operator::Or => combine(&left, &right, true),
            Operator::Equal => equal(&left, &right).map_or(Value::Null, Value::Boolean),
            Operator::NotEqual => equal(&left, &right).map_or(Value::Null, |same| Value::Boolean(!same)),
            Operator::Less => order(&left, &right, Ordering::is_lt),
            Operator::LessOrEqual => order(&left, &right, Ordering::is_le),
            Operator::Greater => order(&left, &right, Ordering::is_gt),
            Operator::GreaterOrEqual => order(&left, &right, Ordering::is_ge),
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => {
                arithmetic(operator, &left, &right)
            }
        }
    }

    fn warn(&self, warning: String) -> Value {
        self.warnings.borrow_mut().push(warning);
        Value::Null
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

/// None where the kinds differ; null differs from every value.
fn equal(left: &Value, right: &Value) -> Option<bool> {
    if *left == Value::Null || *right == Value::Null {
        return Some(left == right);
    }
    (left.kind() == right.kind()).then(|| left == right)
}

fn order(left: &Value, right: &Value, holds: impl Fn(Ordering) -> bool) -> Value {
    let ordering = match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        _ => return Value::Null,
    };
    Value::Boolean(holds(ordering))
}

fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Value {
    let result = match (operator, left, right) {
        (Operator::Add, Value::Text(a), Value::Text(b)) => return Value::Text(format!("{a}{b}")),
        (Operator::Add, Value::Number(a), Value::Number(b)) => a.checked_add(*b),
        (Operator::Subtract, Value::Number(a), Value::Number(b)) => a.checked_sub(*b),
        (Operator::Multiply, Value::Number(a), Value::Number(b)) => a.checked_mul(*b),
        (Operator::Divide, Value::Number(a), Value::Number(b)) => a.checked_div(*b),
        _ => None,
    };
    result.map_or(Value::Null, Value::Number)
}
