//! Decisions that business rule tasks ask for.
//! Evaluating tables is the DMN module's business.

use super::Engine;
use super::incident::Trouble;
use crate::feel::Term;

impl Engine {
    pub(crate) fn decide(&mut self, element: i64, id: &Term) -> Result<serde_json::Value, Trouble> {
        let id = self.text(element, id)?;
        Err(Trouble {
            kind: "CALLED_DECISION_ERROR",
            message: format!("Expected to evaluate decision '{id}', but no decision found for id '{id}'"),
        })
    }
}
