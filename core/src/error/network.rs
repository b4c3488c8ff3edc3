//! An exchange that failed or came too late, told from the caller's side: what was tried, where, and what it means.

use std::fmt;
use std::time::Duration;

use crate::transport::{TransportError, TransportErrorKind};

/// The exchange with the cluster failed, and could not be repeated or was repeated in vain.
#[derive(Clone, Debug)]
pub struct NetworkError {
    pub(crate) operation: &'static str,
    pub(crate) address: String,
    pub(crate) cause: TransportError,
    pub(crate) attempts: u32,
    /// Whether the address is the built-in default, nothing else having been configured.
    pub(crate) default_address: bool,
    /// Whether an earlier attempt may have been carried out.
    pub(crate) earlier: bool,
}

impl NetworkError {
    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// What failed, in the transport's words.
    pub fn cause(&self) -> &TransportError {
        &self.cause
    }

    /// How often the request was tried.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether the request was sent, so that the cluster may have carried it out.
    pub fn may_have_executed(&self) -> bool {
        self.cause.may_have_been_sent() || self.earlier
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, address, cause, .. } = self;
        match cause.kind() {
            TransportErrorKind::Connect => {
                write!(f, "{operation}: could not connect to {address}: {}", cause.detail())?;
            }
            TransportErrorKind::Dns => {
                write!(f, "{operation}: the host of {address} is not known: {}", cause.detail())?;
            }
            TransportErrorKind::Tls => write!(f, "{operation}: no TLS session with {address}: {}", cause.detail())?,
            kind => write!(f, "{operation}: {address}: {kind}: {}", cause.detail())?,
        }
        if self.attempts > 1 {
            write!(f, " (tried {} times)", self.attempts)?;
        }
        if cause.may_have_been_sent() {
            f.write_str("; the command may have been carried out")?;
        } else if matches!(cause.kind(), TransportErrorKind::Connect | TransportErrorKind::Dns) {
            f.write_str("; is the cluster running?")?;
            if self.default_address {
                f.write_str(" CAMUNDA_REST_ADDRESS is not set, so the default was used")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for NetworkError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

/// The call's deadline passed before it was done.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{operation}: not done within {} ms: {doing}{}{}", allowed.as_millis(), last_cause(.last.as_deref()), if *.sent { "; the command may have been carried out" } else { "" })]
pub struct DeadlineError {
    pub(crate) operation: &'static str,
    pub(crate) allowed: Duration,
    pub(crate) doing: &'static str,
    pub(crate) last: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) sent: bool,
}

fn last_cause(last: Option<&str>) -> String {
    last.map(|text| format!("; before that: {text}")).unwrap_or_default()
}

impl DeadlineError {
    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// How often the request was sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What the call was doing or waiting for.
    pub fn doing(&self) -> &'static str {
        self.doing
    }

    /// Whether the request was sent, so that the cluster may have carried it out.
    pub fn may_have_executed(&self) -> bool {
        self.sent
    }
}
