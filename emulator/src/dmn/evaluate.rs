//! Evaluates a decision after those that it needs, and tells which rules matched.
//! What fails is told with the decision in which it failed; no matching rule is null and no failure.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::{Decision, Graph, Hits, Logic, Table};
use crate::feel::{Expression, Value, satisfies};

/// One decision that was evaluated.
#[derive(Debug)]
pub(crate) struct Evaluated {
    /// Its place in the graph.
    pub(crate) decision: usize,
    pub(crate) output: Json,
    /// Id, name and value.
    pub(crate) inputs: Vec<(String, String, Json)>,
    pub(crate) matched: Vec<Matched>,
}

/// A rule that matched.
#[derive(Debug)]
pub(crate) struct Matched {
    pub(crate) rule: String,
    /// Its place from 1.
    pub(crate) at: usize,
    /// Id, name and value.
    pub(crate) outputs: Vec<(String, String, Json)>,
}

/// Where and why an evaluation failed.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) decision: usize,
    pub(crate) reason: String,
}

/// The decisions in the order of their evaluation, the wanted one last.
pub(crate) fn evaluate(
    graph: &Graph,
    wanted: usize,
    variables: &Map<String, Json>,
    now: i64,
) -> Result<Vec<Evaluated>, (Vec<Evaluated>, Failed)> {
    let mut order = Vec::new();
    plan(graph, wanted, &mut order);
    let mut known = variables.clone();
    let mut done: Vec<Evaluated> = Vec::new();
    for decision in order {
        let model = &graph.decisions[decision];
        match one(model, decision, &known, now) {
            Ok(evaluated) => {
                for name in names(model) {
                    known.insert(name.to_owned(), evaluated.output.clone());
                }
                done.push(evaluated);
            }
            Err(reason) => return Err((done, Failed { decision, reason })),
        }
    }
    Ok(done)
}

fn plan(graph: &Graph, decision: usize, order: &mut Vec<usize>) {
    if order.contains(&decision) {
        return;
    }
    for &needed in &graph.decisions[decision].requires {
        plan(graph, needed, order);
    }
    order.push(decision);
}

/// The names by which those that need a decision see its result.
fn names(decision: &Decision) -> Vec<&str> {
    let mut names = vec![decision.id.as_str(), decision.name.as_str()];
    if let Logic::Table(Table { outputs, .. }) = &decision.logic
        && let [(_, name)] = outputs.as_slice()
    {
        names.push(name);
    }
    names.retain(|name| !name.is_empty());
    names
}

fn value(expression: &Expression, variables: &Map<String, Json>, now: i64) -> Result<Value, String> {
    let evaluation = expression.evaluate(variables, now);
    match evaluation.failure {
        Some(reason) => Err(format!("failed to evaluate expression '{}': {reason}", expression.text())),
        None => Ok(evaluation.value),
    }
}

fn one(decision: &Decision, place: usize, variables: &Map<String, Json>, now: i64) -> Result<Evaluated, String> {
    let table = match &decision.logic {
        Logic::Literal(expression) => {
            let output = value(expression, variables, now)?.into_json();
            return Ok(Evaluated { decision: place, output, inputs: Vec::new(), matched: Vec::new() });
        }
        Logic::Table(table) => table,
    };
    let mut inputs = Vec::new();
    for input in &table.inputs {
        inputs.push((input, value(&input.expression, variables, now)?));
    }
    let mut matched = Vec::new();
    for (at, rule) in table.rules.iter().enumerate() {
        let mut fits = true;
        for ((_, input), tests) in inputs.iter().zip(&rule.tests) {
            let evaluation = satisfies(input, tests, variables, now);
            if let Some(reason) = evaluation.failure {
                return Err(format!("failed to evaluate the rule '{}': {reason}", rule.id));
            }
            fits = fits && evaluation.value == Value::Boolean(true);
        }
        if !fits {
            continue;
        }
        let mut outputs = Vec::new();
        for ((id, name), expression) in table.outputs.iter().zip(&rule.outputs) {
            outputs.push((id.clone(), name.clone(), value(expression, variables, now)?));
        }
        matched.push((rule.id.clone(), at + 1, outputs));
        if table.hits == Hits::First {
            break;
        }
    }
    let results: Vec<Value> = matched.iter().map(|(.., outputs)| bundled(outputs)).collect();
    let output = combined(table.hits, results)?.into_json();
    let json = |(id, name, value): (String, String, Value)| (id, name, value.into_json());
    Ok(Evaluated {
        decision: place,
        output,
        inputs: inputs.into_iter().map(|(i, value)| (i.id.clone(), i.name.clone(), value.into_json())).collect(),
        matched: matched
            .into_iter()
            .map(|(rule, at, outputs)| Matched { rule, at, outputs: outputs.into_iter().map(json).collect() })
            .collect(),
    })
}

/// One column is the bare value, several are a context.
fn bundled(outputs: &[(String, String, Value)]) -> Value {
    match outputs {
        [(.., value)] => value.clone(),
        several => {
            let entries: BTreeMap<String, Value> = several.iter().map(|(_, n, v)| (n.clone(), v.clone())).collect();
            Value::Context(entries)
        }
    }
}

fn combined(hits: Hits, mut results: Vec<Value>) -> Result<Value, String> {
    let numbers = |results: &[Value]| -> Result<Vec<rust_decimal::Decimal>, String> {
        let number = |value: &Value| if let Value::Number(n) = value { Some(*n) } else { None };
        let all: Option<Vec<_>> = results.iter().map(number).collect();
        all.ok_or_else(|| "only numbers can be aggregated".to_owned())
    };
    Ok(match hits {
        Hits::RuleOrder | Hits::Collect => Value::List(results),
        Hits::Count => Value::Number(results.len().into()),
        _ if results.is_empty() => Value::Null,
        Hits::Unique if results.len() > 1 => {
            return Err("UNIQUE hit policy only allows a single rule to match, but several did".to_owned());
        }
        Hits::Any if results.iter().any(|result| *result != results[0]) => {
            return Err("ANY hit policy only allows rules of equal outputs to match together".to_owned());
        }
        Hits::Unique | Hits::First | Hits::Any => results.swap_remove(0),
        Hits::Sum => Value::Number(numbers(&results)?.into_iter().sum()),
        Hits::Min => numbers(&results)?.into_iter().min().map_or(Value::Null, Value::Number),
        Hits::Max => numbers(&results)?.into_iter().max().map_or(Value::Null, Value::Number),
    })
}
