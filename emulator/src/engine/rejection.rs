//! A refusal of the engine: why, and for which command.
//! It is not yet a problem document; the REST side turns it into one.

/// The kind of a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    InvalidArgument,
    InvalidState,
    NotFound,
    AlreadyExists,
    Forbidden,
}

impl Reason {
    /// The code as texts write it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::InvalidState => "INVALID_STATE",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::Forbidden => "FORBIDDEN",
        }
    }
}

/// A command that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) intent: &'static str,
    pub(crate) reason: Reason,
    pub(crate) text: String,
}

impl Rejection {
    pub(crate) fn not_found(intent: &'static str, text: String) -> Self {
        Self { intent, reason: Reason::NotFound, text }
    }

    pub(crate) fn invalid_state(intent: &'static str, text: String) -> Self {
        Self { intent, reason: Reason::InvalidState, text }
    }

    pub(crate) fn invalid_argument(intent: &'static str, text: String) -> Self {
        Self { intent, reason: Reason::InvalidArgument, text }
    }

    /// The whole sentence as a client reads it.
    pub(crate) fn detail(&self) -> String {
        format!("Command '{}' rejected with code '{}': {}", self.intent, self.reason.code(), self.text)
    }
}
