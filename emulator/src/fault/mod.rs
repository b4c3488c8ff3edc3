//! Faults that a test asks for: which requests they strike, and what happens to those.
//! It decides only; the cluster carries it out, and the shell breaks the connections.

mod handle;
mod rule;

use std::time::Duration;

use http::{Response, StatusCode, header};

pub use handle::{Faults, FaultsOf};
pub(crate) use rule::{Case, Rule, TOKEN};

use crate::rest::problem::Problem;

/// On an answer: the connection is to break after so many bytes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutAfter(pub usize);

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A problem with this status and title; nothing is carried out.
    Answer { status: u16, title: String },
    /// A page as a proxy would show it; nothing is carried out.
    Page { status: u16 },
    /// It is carried out that much later.
    Delay(Duration),
    /// It is carried out, but the connection breaks after so many bytes of the answer.
    Drop { after: usize },
}

/// All faults of a cluster.
#[derive(Debug, Default)]
pub(crate) struct FaultSet {
    rules: Vec<Rule>,
    /// Until when everything is refused.
    refused_until: Option<i64>,
}

impl FaultSet {
    pub(crate) fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn refuse_until(&mut self, until: i64) {
        self.refused_until = Some(until);
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.refused_until.is_none()
    }

    /// What is to happen to this request; the first rule that strikes decides.
    pub(crate) fn strike(&mut self, case: &Case<'_>, now: i64) -> Option<Effect> {
        if self.refused_until.is_some_and(|until| now < until) && case.operation != Some(TOKEN) {
            return Some(Effect::Answer { status: 503, title: "UNAVAILABLE".to_owned() });
        }
        self.refused_until = self.refused_until.filter(|until| now < *until);
        let effect = self.rules.iter_mut().find_map(|rule| rule.strike(case));
        self.rules.retain(|rule| !rule.is_over());
        effect
    }
}

/// The answer of a request that is not carried out.
pub(crate) fn instead(effect: &Effect, path: &str) -> Option<Response<Vec<u8>>> {
    let status = |status: u16| StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match effect {
        Effect::Answer { status: code, title } => {
            Some(Problem::new(status(*code), title.clone(), "A fault that was asked for").response(path))
        }
        Effect::Page { status: code } => {
            let code = status(*code);
            let page = format!("<html><head><title>{code}</title></head><body><h1>{code}</h1></body></html>\n");
            let answer = Response::builder().status(code).header(header::CONTENT_TYPE, "text/html");
            answer.body(page.into_bytes()).ok()
        }
        Effect::Delay(_) | Effect::Drop { .. } => None,
    }
}
