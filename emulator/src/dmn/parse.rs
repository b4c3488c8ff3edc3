//! Reads a file of decisions; every fault is told with the id of its decision.
//! Diagrams and what is only for modellers are passed over.

use roxmltree::Node;

use super::{Decision, Graph, Hits, Input, Logic, Rule, Table};
use crate::bpmn::read_xml;
use crate::feel::{Expression, parse_tests};

/// Decisions may need each other one level for each, so their number bounds the depth.
const MAX_DECISIONS: usize = 500;

pub(crate) fn parse(text: &str) -> Result<Graph, String> {
    let document = read_xml(text).map_err(|reason| format!("The file is not a DMN document: {reason}"))?;
    let root = document.root_element();
    let is_dmn = root.tag_name().namespace().is_some_and(|namespace| namespace.contains("/DMN/"));
    if root.tag_name().name() != "definitions" || !is_dmn {
        return Err("The file is not a DMN document: its root is not 'definitions' of DMN".to_owned());
    }
    let found: Vec<Node<'_, '_>> = named(root, "decision").collect();
    if found.len() > MAX_DECISIONS {
        return Err(format!("The file has more than {MAX_DECISIONS} decisions"));
    }
    let ids: Vec<&str> = found.iter().map(|decision| attribute(*decision, "id")).collect();
    let mut faults = Vec::new();
    let mut decisions = Vec::new();
    for decision in &found {
        match read(*decision, &ids) {
            Ok(decision) => decisions.push(decision),
            Err(fault) => faults.push(format!("- Element: {}\n    - ERROR: {fault}", attribute(*decision, "id"))),
        }
    }
    if found.is_empty() {
        faults.push("Must contain at least one decision".to_owned());
    }
    for (place, decision) in decisions.iter().enumerate().filter(|_| faults.is_empty()) {
        if needs(&decisions, place, place, &mut vec![false; decisions.len()]) {
            faults.push(format!(
                "- Element: {}\n    - ERROR: Decisions must not need each other in a circle",
                decision.id
            ));
            break;
        }
    }
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    let (id, name) = (attribute(root, "id").to_owned(), attribute(root, "name").to_owned());
    Ok(Graph { id, name, decisions })
}

/// Whether a decision needs the wanted one, directly or not.
fn needs(decisions: &[Decision], from: usize, wanted: usize, seen: &mut [bool]) -> bool {
    decisions[from].requires.iter().any(|&next| {
        next == wanted || (!std::mem::replace(&mut seen[next], true) && needs(decisions, next, wanted, seen))
    })
}

fn named<'a, 'input: 'a>(node: Node<'a, 'input>, name: &'static str) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.attribute(name).unwrap_or_default()
}

/// The text inside a node.
fn text<'a>(node: Node<'a, '_>) -> &'a str {
    named(node, "text").next().and_then(|text| text.text()).unwrap_or_default().trim()
}

fn read(xml: Node<'_, '_>, ids: &[&str]) -> Result<Decision, String> {
    let mut requires = Vec::new();
    for requirement in named(xml, "informationRequirement").flat_map(|r| named(r, "requiredDecision")) {
        let id = attribute(requirement, "href").trim_start_matches('#');
        let place = ids.iter().position(|known| *known == id);
        requires.push(place.ok_or_else(|| format!("The required decision '{id}' is not in the file"))?);
    }
    if named(xml, "knowledgeRequirement").next().is_some() {
        return Err("Business knowledge models are not supported by this emulator".to_owned());
    }
    let logic = if let Some(table) = named(xml, "decisionTable").next() {
        Logic::Table(read_table(table)?)
    } else if let Some(literal) = named(xml, "literalExpression").next() {
        Logic::Literal(expression(literal)?)
    } else {
        return Err("Only decision tables and literal expressions are supported by this emulator".to_owned());
    };
    Ok(Decision { id: attribute(xml, "id").to_owned(), name: attribute(xml, "name").to_owned(), requires, logic })
}

fn expression(xml: Node<'_, '_>) -> Result<Expression, String> {
    let language = attribute(xml, "expressionLanguage").to_ascii_lowercase();
    if !language.is_empty() && !language.contains("feel") {
        return Err(format!("The expression language '{language}' is not supported"));
    }
    let text = text(xml);
    Expression::parse(if text.is_empty() { "null" } else { text })
}

fn read_table(xml: Node<'_, '_>) -> Result<Table, String> {
    let hits = match (xml.attribute("hitPolicy").unwrap_or("UNIQUE"), xml.attribute("aggregation")) {
        ("UNIQUE", _) => Hits::Unique,
        ("FIRST", _) => Hits::First,
        ("ANY", _) => Hits::Any,
        ("RULE ORDER", _) => Hits::RuleOrder,
        ("COLLECT", None) => Hits::Collect,
        ("COLLECT", Some("SUM")) => Hits::Sum,
        ("COLLECT", Some("MIN")) => Hits::Min,
        ("COLLECT", Some("MAX")) => Hits::Max,
        ("COLLECT", Some("COUNT")) => Hits::Count,
        (policy, _) => return Err(format!("The hit policy '{policy}' is not supported by this emulator")),
    };
    let mut inputs = Vec::new();
    for input in named(xml, "input") {
        let Some(inner) = named(input, "inputExpression").next() else {
            return Err(format!("The input '{}' has no expression", attribute(input, "id")));
        };
        let name = input.attribute("label").unwrap_or_else(|| text(inner)).to_owned();
        inputs.push(Input { id: attribute(input, "id").to_owned(), name, expression: expression(inner)? });
    }
    let outputs: Vec<(String, String)> = named(xml, "output")
        .map(|output| (attribute(output, "id").to_owned(), attribute(output, "name").to_owned()))
        .collect();
    let mut rules = Vec::new();
    for rule in named(xml, "rule") {
        let id = attribute(rule, "id").to_owned();
        let tests: Result<Vec<_>, String> = named(rule, "inputEntry")
            .map(|entry| {
                let text = text(entry);
                parse_tests(text).map_err(|reason| format!("failed to parse expression '{text}': {reason}"))
            })
            .collect();
        let given: Result<Vec<_>, String> = named(rule, "outputEntry").map(expression).collect();
        let rule = Rule { id, tests: tests?, outputs: given? };
        if rule.tests.len() != inputs.len() || rule.outputs.len() != outputs.len() {
            return Err(format!("The rule '{}' does not have an entry for each column", rule.id));
        }
        rules.push(rule);
    }
    Ok(Table { hits, inputs, outputs, rules })
}
