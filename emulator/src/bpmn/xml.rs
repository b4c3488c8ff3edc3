//! Reads untrusted XML within bounds: no document type, no entities of its own, limited nesting and size.
//! It knows nothing of BPMN but the two namespaces.

use roxmltree::{Document, Node, ParsingOptions};

pub(crate) const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
pub(crate) const ZEEBE: &str = "http://camunda.org/schema/zeebe/1.0";

const MAX_DEPTH: usize = 200;
const MAX_NODES: u32 = 1_000_000;

pub(crate) fn read(text: &str) -> Result<Document<'_>, String> {
    if depth(text) > MAX_DEPTH {
        return Err(format!("elements are nested more than {MAX_DEPTH} levels deep"));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| error.to_string())
}

/// The greatest nesting, found without recursion and before the parser sees the text.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let mut rest = text;
    while let Some((_, tag)) = rest.split_once('<') {
        let skipped =
            [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")].into_iter().find(|(open, _)| tag.starts_with(open));
        if let Some((_, close)) = skipped {
            rest = tag.split_once(close).map_or("", |(_, after)| after);
            continue;
        }
        let (inside, after) = tag_end(tag);
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !inside.ends_with('/') {
            depth += 1;
            deepest = deepest.max(depth);
        }
        rest = after;
    }
    deepest
}

/// Splits at the `>` that is not inside a quoted attribute.
fn tag_end(tag: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            (b'>', None) => {
                return (tag.get(..at).unwrap_or_default(), tag.get(at + 1..).unwrap_or_default());
            }
            _ => {}
        }
    }
    (tag, "")
}

/// The children that are elements of the namespace.
pub(crate) fn children<'a, 'input: 'a>(
    node: Node<'a, 'input>,
    namespace: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().namespace() == Some(namespace))
}

/// The elements of the engine's own namespace in the extension of a BPMN element.
pub(crate) fn extensions<'a, 'input: 'a>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    children(node, BPMN)
        .filter(|child| child.tag_name().name() == "extensionElements")
        .flat_map(|extension| children(extension, ZEEBE))
}

#[cfg(test)]
mod tests {
    use super::{depth, read};

    #[test]
    fn nesting_is_counted_without_comments_and_quotes() {
        assert_eq!(depth("<a><b x='>'/><!-- <c><d><e> --><b><c y=\"<\"/></b><![CDATA[<x><y>]]></a>"), 2);
    }

    #[test]
    fn deep_nesting_and_document_types_are_refused() {
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert!(read(&deep).is_err_and(|e| e.contains("200 levels")));
        assert!(read("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>").is_err());
    }
}
