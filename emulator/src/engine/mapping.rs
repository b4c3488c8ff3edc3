//! Evaluating in the scope of an element: mappings, and attributes that may be expressions.
//! It does not know the language; it hands it the variables that are visible.

use std::borrow::Cow;

use super::incident::Trouble;
use super::{Document, Engine};
use crate::bpmn::{Mapping, Source};
use crate::feel::{Evaluation, Expression, Term, Value, Variables};

/// The variables that are visible from a scope, inner ones hiding outer ones; innermost are those that are not written yet.
struct Visible<'a> {
    engine: &'a Engine,
    scope: i64,
    pending: &'a Document,
}

impl Variables for Visible<'_> {
    fn lookup(&self, name: &str) -> Option<Cow<'_, serde_json::Value>> {
        if let Some(value) = self.pending.get(name) {
            return Some(Cow::Borrowed(value));
        }
        let mut scope = Some(self.scope);
        while let Some(key) = scope {
            if let Some(variable) = self.engine.variables.find(key, name) {
                return Some(Cow::Borrowed(&variable.value));
            }
            scope = self.engine.parent_of(key);
        }
        self.engine.special_variable(name).map(Cow::Owned)
    }
}

impl Engine {
    pub(crate) fn evaluate(&self, scope: i64, expression: &Expression) -> Evaluation {
        self.evaluate_with(scope, expression, &Document::new())
    }

    /// Evaluates with variables on top of those that are visible.
    pub(crate) fn evaluate_with(&self, scope: i64, expression: &Expression, pending: &Document) -> Evaluation {
        expression.evaluate(&Visible { engine: self, scope, pending }, self.time)
    }

    /// What has a name of its own without being a variable of anybody: the global variables of the cluster.
    fn special_variable(&self, name: &str) -> Option<serde_json::Value> {
        if name != "camunda" {
            return None;
        }
        let all = self.store.all("cluster variable").into_iter().map(|entity| &entity.value);
        let global = all.filter(|value| value["scope"] == "GLOBAL");
        let env: Document = global
            .filter_map(|value| {
                let content = serde_json::from_str(value["value"].as_str()?).ok()?;
                Some((value["name"].as_str()?.to_owned(), content))
            })
            .collect();
        Some(serde_json::json!({ "vars": { "env": env } }))
    }

    /// Evaluates a text from outside over the variables of a scope and those given.
    pub(crate) fn evaluate_text(&self, text: &str, scope: i64, variables: &Document) -> Result<Evaluation, String> {
        Ok(self.evaluate_with(scope, &Expression::parse(text)?, variables))
    }

    /// The value of an expression that may only fail altogether.
    pub(crate) fn value(&self, scope: i64, expression: &Expression) -> Result<Value, Trouble> {
        let evaluation = self.evaluate(scope, expression);
        match evaluation.failure {
            Some(_) => Err(Trouble::failed(expression, &evaluation)),
            None => Ok(evaluation.value),
        }
    }

    /// A text attribute that must not be empty.
    pub(crate) fn text(&self, scope: i64, term: &Term) -> Result<String, Trouble> {
        let expression = match term {
            Term::Static(text) => return Ok(text.clone()),
            Term::Expression(expression) => expression,
        };
        let evaluation = self.evaluate(scope, expression);
        match evaluation.value {
            Value::Text(text) if text.is_empty() => Err(Trouble::extract(format!(
                "Expected result of the expression '{}' to be a not-empty string, but was an empty string.",
                expression.text()
            ))),
            Value::Text(text) => Ok(text),
            _ => Err(Trouble::wrong_kind(expression, "STRING", &evaluation)),
        }
    }

    /// Whether a condition holds.
    pub(crate) fn boolean(&self, scope: i64, expression: &Expression) -> Result<bool, Trouble> {
        let evaluation = self.evaluate(scope, expression);
        match evaluation.value {
            Value::Boolean(holds) => Ok(holds),
            _ => Err(Trouble::wrong_kind(expression, "BOOLEAN", &evaluation)),
        }
    }

    /// A whole number; decimals are cut.
    pub(crate) fn number(&self, scope: i64, term: &Term) -> Result<i32, Trouble> {
        match term {
            Term::Static(text) => text.trim().parse().map_err(|_| {
                Trouble::extract(format!(
                    "Expected result of the expression '{text}' to be 'NUMBER', but was 'STRING'."
                ))
            }),
            Term::Expression(expression) => {
                let evaluation = self.evaluate(scope, expression);
                match evaluation.value {
                    Value::Number(number) => Ok(i32::try_from(number.trunc()).unwrap_or(i32::MAX)),
                    _ => Err(Trouble::wrong_kind(expression, "NUMBER", &evaluation)),
                }
            }
        }
    }

    /// Input mappings write locals of the element, one after the other; if one fails, none does.
    pub(crate) fn map_inputs(&mut self, element: i64, mappings: &[Mapping]) -> Result<(), Trouble> {
        let mut results = Document::new();
        for mapping in mappings {
            let value = self.source(element, mapping, &results)?;
            let existing = match results.get(&mapping.target[0]) {
                Some(value) => Some(value.clone()),
                None => self.variables.find(element, &mapping.target[0]).map(|v| v.value.clone()),
            };
            let (name, value) = placed(&mapping.target, existing.as_ref(), value);
            results.insert(name, value);
        }
        self.set_locals(element, results);
        Ok(())
    }

    /// What the output mappings come to, by what the element sees; objects keep what else they hold in the scope around.
    pub(crate) fn map_outputs(&self, element: i64, mappings: &[Mapping], scope: i64) -> Result<Document, Trouble> {
        let mut results = Document::new();
        for mapping in mappings {
            let value = self.source(element, mapping, &results)?;
            let outer = Visible { engine: self, scope, pending: &results };
            let existing = outer.lookup(&mapping.target[0]).map(Cow::into_owned);
            let (name, value) = placed(&mapping.target, existing.as_ref(), value);
            results.insert(name, value);
        }
        Ok(results)
    }

    fn source(&self, scope: i64, mapping: &Mapping, pending: &Document) -> Result<serde_json::Value, Trouble> {
        let expression = match &mapping.source {
            Source::Static(value) => return Ok(value.clone()),
            Source::Expression(expression) => expression,
        };
        let evaluation = self.evaluate_with(scope, expression, pending);
        match evaluation.failure {
            Some(_) => {
                Err(Trouble { kind: "IO_MAPPING_ERROR", message: Trouble::failed(expression, &evaluation).message })
            }
            None => Ok(evaluation.value.into_json()),
        }
    }
}

/// Puts the value at a dotted path, keeping what else the object holds.
fn placed(
    path: &[String],
    existing: Option<&serde_json::Value>,
    value: serde_json::Value,
) -> (String, serde_json::Value) {
    let mut inner = value;
    for depth in (1..path.len()).rev() {
        let mut holder = existing;
        for name in &path[1..depth] {
            holder = holder.and_then(|h| h.get(name));
        }
        let mut object = holder.and_then(|h| h.as_object()).cloned().unwrap_or_default();
        object.insert(path[depth].clone(), inner);
        inner = serde_json::Value::Object(object);
    }
    (path[0].clone(), inner)
}

#[cfg(test)]
mod tests {
    use super::placed;
    use serde_json::json;

    #[test]
    fn a_dotted_target_keeps_its_siblings() {
        let path = ["a", "b", "c"].map(str::to_owned);
        let (name, value) = placed(&path, Some(&json!({ "x": 1, "b": { "y": 2 } })), json!(3));
        assert_eq!((name.as_str(), value), ("a", json!({ "x": 1, "b": { "y": 2, "c": 3 } })));
    }
}
