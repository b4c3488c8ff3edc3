//! Expressions in FEEL: parsed once at deployment, evaluated over variables handed in by the caller.
//! It is not the whole language yet: what it does not know it refuses when parsing, so that nothing is evaluated wrongly.

mod evaluate;
mod lexer;
mod parser;
mod value;

pub(crate) use evaluate::{Evaluation, Variables};
pub(crate) use parser::Node;
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

#[cfg(test)]
mod tests {
    use super::{Expression, Value};
    use serde_json::json;

    fn evaluate(text: &str) -> Value {
        let variables =
            json!({ "amount": 120, "price": 0.1, "ok": true, "status": "paid", "order": { "id": 7, "tags": ["a"] } });
        let map = variables.as_object().cloned().unwrap_or_default();
        Expression::parse(text).map_or_else(Value::Text, |e| e.evaluate(&map, 0).value)
    }

    #[test]
    fn comparisons_and_paths() {
        assert_eq!(evaluate("=amount > 100"), Value::Boolean(true));
        assert_eq!(evaluate("=amount <= 100"), Value::Boolean(false));
        assert_eq!(evaluate("=order.id = 7 and status = \"paid\""), Value::Boolean(true));
        assert_eq!(evaluate("=order.id != 7 or ok"), Value::Boolean(true));
        assert_eq!(evaluate("=status = 7"), Value::Null);
    }

    #[test]
    fn numbers_are_decimal() {
        assert_eq!(evaluate("=price + 0.2 = 0.3"), Value::Boolean(true));
        assert_eq!(evaluate("=1 / 0"), Value::Null);
        assert_eq!(evaluate("=-(2 - 5) * 2 = 6"), Value::Boolean(true));
    }

    #[test]
    fn null_is_three_valued() {
        assert_eq!(evaluate("=missing > 1"), Value::Null);
        assert_eq!(evaluate("=missing = null"), Value::Boolean(true));
        assert_eq!(evaluate("=false and missing"), Value::Boolean(false));
        assert_eq!(evaluate("=true or missing"), Value::Boolean(true));
        assert_eq!(evaluate("=true and missing"), Value::Null);
        assert_eq!(evaluate("=not(missing)"), Value::Null);
        assert_eq!(evaluate("=if missing then 1 else 2"), Value::from(&json!(2)));
    }

    #[test]
    fn a_missing_variable_is_a_warning() {
        let expression = Expression::parse("=absent > 1").expect("parses");
        let evaluation = expression.evaluate(&serde_json::Map::new(), 0);
        assert_eq!(evaluation.warnings, ["[NO_VARIABLE_FOUND] No variable found with name 'absent'"]);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for text in ["=amount >", "=(1", "=1 2", "=frobnicate(1)", "=\"open", "="] {
            let Err(reason) = Expression::parse(text) else { panic!("{text} was accepted") };
            assert!(reason.starts_with("failed to parse expression '"), "{reason}");
        }
        let deep = format!("={}1{}", "(".repeat(5000), ")".repeat(5000));
        assert!(Expression::parse(&deep).is_err());
    }

    #[test]
    fn lists_and_contexts_are_values() {
        assert_eq!(evaluate("={a: 1, \"b c\": [ok, null]}").into_json(), json!({ "a": 1, "b c": [true, null] }));
        assert_eq!(evaluate("=order.tags[1]").into_json(), json!("a"));
        assert_eq!(evaluate("=order.tags[-2]").into_json(), json!(null));
    }
}
