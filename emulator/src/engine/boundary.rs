//! Errors: from where they are thrown outwards to the boundary event that catches them.
//! Only error events are caught yet; it does not know timers, messages or escalations.

use super::incident::Trouble;
use super::{Document, Engine};
use crate::bpmn::Kind;

/// Error messages are kept up to this many characters.
const MESSAGE_LIMIT: usize = 10_000;

impl Engine {
    /// Throws an error out of an element: the catching event takes over, or it is trouble.
    pub(crate) fn throw_from(&mut self, key: i64, code: &str, message: &str, payload: Document) -> Result<(), Trouble> {
        let Some(element) = self.elements.get(&key) else {
            return Ok(());
        };
        let (scope, definition) = (element.scope, element.definition.clone());
        let nodes = &definition.process.nodes;
        let caught_code = |boundary: usize| match &nodes[boundary].kind {
            Kind::ErrorBoundary { code, .. } => Some(code.as_deref()),
            _ => None,
        };
        let boundaries: Vec<usize> =
            element.model().boundaries.iter().copied().filter(|b| caught_code(*b).is_some()).collect();
        let exact = boundaries.iter().find(|b| caught_code(**b) == Some(Some(code)));
        let any = boundaries.iter().find(|b| caught_code(**b) == Some(None));
        let Some(&catcher) = exact.or(any) else {
            let codes: Vec<&str> = boundaries.iter().filter_map(|b| caught_code(*b).flatten()).collect();
            return Err(uncaught(code, message, &codes));
        };
        self.terminate(key);
        self.send_token(scope, catcher, None, payload);
        self.leave_scope(scope, key);
        Ok(())
    }
}

fn uncaught(code: &str, message: &str, available: &[&str]) -> Trouble {
    let with = if message.is_empty() { String::new() } else { format!(" with message '{message}'") };
    let events = if available.is_empty() {
        "No error events are available in the scope.".to_owned()
    } else {
        format!("Available error events are [{}]", available.join(", "))
    };
    Trouble {
        kind: "UNHANDLED_ERROR_EVENT",
        message: format!(
            "Expected to throw an error event with the code '{code}'{with}, but it was not caught. {events}"
        ),
    }
}

/// Cuts what is longer than the server keeps.
pub(crate) fn shortened(message: &str) -> String {
    match message.char_indices().nth(MESSAGE_LIMIT) {
        Some((end, _)) => format!("{}...", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}
