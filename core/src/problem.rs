//! Problem documents (RFC 9457) as clusters really send them: every member may be missing, and the body may be no problem
//! document at all. Nothing here decides what to do about one.

use serde_json::{Map, Value};

/// What an error answer says of itself. Texts that are absent are empty.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    kind: String,
    title: String,
    detail: String,
    instance: String,
    extensions: Map<String, Value>,
}

impl Problem {
    /// Reads a body; whatever is not a problem document is an empty problem.
    pub fn parse(body: &[u8]) -> Self {
        let text = std::str::from_utf8(body).unwrap_or_default();
        let mut members: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        // Null or any other type is as if the text were absent.
        let mut text = |name: &str| match members.remove(name) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        };
        let (kind, title, detail, instance) = (text("type"), text("title"), text("detail"), text("instance"));
        Self { kind, title, detail, instance, extensions: members }
    }

    /// The URI of the kind of problem; clusters send `about:blank`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// A code such as `NOT_FOUND`, a reason phrase such as `Bad Request`, or in old releases a class name.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What happened this time, in words.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The path of the request, with the context path of the cluster.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Whatever else the document holds.
    pub fn extensions(&self) -> &Map<String, Value> {
        &self.extensions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_may_be_null_absent_or_odd() {
        let problem = Problem::parse(br#"{"title":"NOT_FOUND","detail":null,"status":404,"instance":7,"x":[1]}"#);
        assert_eq!((problem.title(), problem.detail(), problem.instance()), ("NOT_FOUND", "", ""));
        assert_eq!(problem.extensions()["x"], serde_json::json!([1]));
        assert_eq!(Problem::parse(b"<html>").title(), "");
    }
}
