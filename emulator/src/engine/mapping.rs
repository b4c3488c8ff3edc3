//! Evaluating in the scope of an element: mappings, and attributes that may be expressions.
//! It does not know the language; it hands it the variables that are visible.

use super::incident::Trouble;
use super::{Document, Engine};
use crate::bpmn::{Mapping, Node, Source};
use crate::feel::{Evaluation, Expression, Term, Value, Variables};

/// The variables that are visible from a scope, inner ones hiding outer ones.
struct Visible<'a> {
    engine: &'a Engine,
    scope: i64,
}

impl Variables for Visible<'_> {
    fn lookup(&self, name: &str) -> Option<&serde_json::Value> {
        let mut scope = Some(self.scope);
        while let Some(key) = scope {
            if let Some(variable) = self.engine.variables.find(key, name) {
                return Some(&variable.value);
            }
            scope = self.engine.parent_of(key);
        }
        None
    }
}

impl Engine {
    pub(crate) fn evaluate(&self, scope: i64, expression: &Expression) -> Evaluation {
        expression.evaluate(&Visible { engine: self, scope }, self.time)
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

    /// Input mappings write locals of the element, one after the other.
    pub(crate) fn map_inputs(&mut self, element: i64, model: &Node) -> Result<(), Trouble> {
        for mapping in &model.inputs {
            let value = self.source(element, mapping);
            let existing = self.variables.find(element, &mapping.target[0]).map(|v| v.value.clone());
            let (name, value) = placed(&mapping.target, existing.as_ref(), value);
            self.set_locals(element, Document::from_iter([(name, value)]));
        }
        Ok(())
    }

    /// Output mappings read what the element sees and write outwards from its flow scope.
    pub(crate) fn map_outputs(&mut self, element: i64, model: &Node) -> Result<(), Trouble> {
        let Some(scope) = self.elements.get(&element).map(|e| e.scope).filter(|_| !model.outputs.is_empty()) else {
            return Ok(());
        };
        for mapping in &model.outputs {
            let value = self.source(element, mapping);
            let existing = Visible { engine: self, scope }.lookup(&mapping.target[0]).cloned();
            let (name, value) = placed(&mapping.target, existing.as_ref(), value);
            self.merge(scope, Document::from_iter([(name, value)]));
        }
        Ok(())
    }

    fn source(&self, scope: i64, mapping: &Mapping) -> serde_json::Value {
        match &mapping.source {
            Source::Static(value) => value.clone(),
            Source::Expression(expression) => self.evaluate(scope, expression).value.into_json(),
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
