//! What an ad-hoc sub-process says of the elements that can begin in it, for whoever chooses among them.
//! It describes; what begins is up to the engine.

use roxmltree::Node as Xml;
use serde_json::{Map, Value, json};

use super::model::{Node, Source};
use super::xml::{BPMN, ZEEBE, children, extensions};
use crate::feel::Node as Feel;

/// Id and name, documentation, properties, and the parameters that its input mappings want from outside.
pub(crate) fn described(container: Xml<'_, '_>, node: &Node) -> Value {
    let xml = children(container, BPMN).find(|child| child.attribute("id") == Some(&*node.id));
    let documentation =
        xml.and_then(|xml| children(xml, BPMN).find(|c| c.tag_name().name() == "documentation")?.text().map(str::trim));
    let all = xml.into_iter().flat_map(extensions).filter(|e| e.tag_name().name() == "properties");
    let properties: Map<String, Value> = all
        .flat_map(|properties| children(properties, ZEEBE))
        .filter_map(|property| Some((property.attribute("name")?.to_owned(), property.attribute("value")?.into())))
        .collect();
    let sources = node.inputs.iter().filter_map(|mapping| match &mapping.source {
        Source::Expression(expression) => Some(expression),
        Source::Static(_) => None,
    });
    let parameters: Vec<Value> = sources.flat_map(|source| source.calls_of_from_ai()).filter_map(parameter).collect();
    json!({
        "elementId": &*node.id,
        "elementName": node.name.as_deref(),
        "documentation": documentation,
        "properties": properties,
        "parameters": parameters,
    })
}

/// `fromAi(value, description, type, schema, options)`: the name is the last part of the value's path.
fn parameter(arguments: &[Feel]) -> Option<Value> {
    let name = match arguments.first()? {
        Feel::Variable(name) | Feel::Path(_, name) => name.as_str(),
        _ => return None,
    };
    let constant = |at: usize| arguments.get(at).and_then(constant);
    Some(json!({
        "name": name,
        "description": constant(1),
        "type": constant(2),
        "schema": constant(3),
        "options": constant(4),
    }))
}

/// What stands in the text of an expression as it is.
fn constant(node: &Feel) -> Option<Value> {
    Some(match node {
        Feel::Null => Value::Null,
        Feel::Boolean(value) => (*value).into(),
        Feel::Text(text) => text.clone().into(),
        Feel::Number(number) => crate::feel::Value::Number(*number).into_json(),
        Feel::List(items) => Value::Array(items.iter().filter_map(constant).collect()),
        Feel::Context(entries) => {
            entries.iter().filter_map(|(name, node)| Some((name.clone(), constant(node)?))).collect()
        }
        _ => return None,
    })
}
