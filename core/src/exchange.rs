//! One exchange as the core sees it: a head, chunks, an end, within limits of size and time. What an answer means is not
//! decided here.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};

use crate::Now;
use crate::transport::{Event, TransportError, TransportErrorKind};

/// Collects one answer.
pub(crate) struct Exchange {
    head: Option<http::response::Parts>,
    body: BytesMut,
    max_bytes: usize,
    /// The body of a success goes elsewhere.
    passes: bool,
    inactivity: Duration,
    /// The end of the attempt: nothing is waited for after it.
    end: Instant,
    /// When the next part must be here.
    until: Instant,
}

/// How an exchange ended.
pub(crate) enum Ended {
    Answered { status: StatusCode, headers: HeaderMap, body: Bytes },
    Failed(TransportError),
    TooLarge { status: StatusCode, headers: HeaderMap },
}

impl Exchange {
    pub(crate) fn new(max_bytes: usize, inactivity: Duration, end: Instant) -> Self {
        Self { head: None, body: BytesMut::new(), max_bytes, passes: false, inactivity, end, until: end }
    }

    /// Whether the body of a success goes elsewhere, so that its length does not matter here.
    pub(crate) fn passing(self, passes: bool) -> Self {
        Self { passes, ..self }
    }

    /// Whether parts of the body are awaited, and until when; `None` while the head is.
    pub(crate) fn reading(&self) -> Option<Instant> {
        self.head.as_ref().map(|_| self.until)
    }

    /// The end of the attempt.
    pub(crate) fn end(&self) -> Instant {
        self.end
    }

    /// Takes in what happened. `Err` hands the exchange's place to its end; an event out of order is a misuse, told by its
    /// sentence.
    pub(crate) fn handle(&mut self, event: Event, now: Now) -> Result<Option<Ended>, &'static str> {
        match event {
            Event::Failed(error) => return Ok(Some(Ended::Failed(error))),
            Event::Head(response) => {
                if self.head.is_some() {
                    return Err("a second head was given to one exchange");
                }
                let (parts, ()) = response.into_parts();
                let declared = parts.headers.get(http::header::CONTENT_LENGTH);
                let declared = declared.and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<u64>().ok());
                let passes = self.passes && parts.status.is_success();
                if !passes && declared.is_some_and(|length| length > u64::try_from(self.max_bytes).unwrap_or(u64::MAX))
                {
                    return Ok(Some(Ended::TooLarge { status: parts.status, headers: parts.headers }));
                }
                self.head = Some(parts);
            }
            Event::Chunk(chunk) => {
                let Some(head) = &self.head else { return Err("a part of a body came before the head") };
                if self.body.len().saturating_add(chunk.len()) > self.max_bytes {
                    return Ok(Some(Ended::TooLarge { status: head.status, headers: head.headers.clone() }));
                }
                self.body.extend_from_slice(&chunk);
            }
            Event::End => {
                let Some(head) = self.head.take() else { return Err("a body ended before the head came") };
                let body = std::mem::take(&mut self.body).freeze();
                return Ok(Some(Ended::Answered { status: head.status, headers: head.headers, body }));
            }
            Event::File(_) | Event::Credentials(_) => return Err("what was not asked for came into an exchange"),
        }
        self.until = now.after(self.inactivity).min(self.end);
        if self.until <= now.instant {
            let late = TransportError::maybe_sent(TransportErrorKind::Timeout, "the body took too long");
            return Ok(Some(Ended::Failed(late)));
        }
        Ok(None)
    }
}

impl fmt::Debug for Exchange {
    /// Without the body: it may be a token's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("head", &self.head).field("until", &self.until).finish_non_exhaustive()
    }
}
