//! Published messages: their keys, and which ids are taken while a message is buffered.
//! Nothing correlates yet, because no element of this emulator waits for a message.

use std::collections::BTreeSet;

use super::{Engine, Rejection};

#[derive(Debug)]
pub(crate) struct PublishMessage {
    pub(crate) name: String,
    pub(crate) correlation_key: String,
    pub(crate) id: String,
    /// How long the message is kept, in milliseconds.
    pub(crate) time_to_live: i64,
}

#[derive(Debug, Default)]
pub(crate) struct MessageStore {
    /// The identities of buffered messages.
    ids: BTreeSet<Identity>,
    /// The same by the time they expire.
    expiry: BTreeSet<(i64, Identity)>,
}

/// Name, correlation key and id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Identity(String, String, String);

impl Engine {
    pub(crate) fn publish_message(
        &mut self,
        message: PublishMessage,
        now: i64,
    ) -> Result<i64, Rejection> {
        self.enter(now);
        let until = self.time.saturating_add(message.time_to_live);
        if !message.id.is_empty() {
            let identity = Identity(message.name, message.correlation_key, message.id);
            if self.messages.ids.contains(&identity) {
                let text = format!(
                    "Expected to publish a new message with id '{}', but a message with that id was already published",
                    identity.2
                );
                return Err(Rejection {
                    intent: "PUBLISH",
                    reason: super::Reason::AlreadyExists,
                    text,
                });
            }
            if message.time_to_live > 0 {
                self.messages.expiry.insert((until, identity.clone()));
                self.messages.ids.insert(identity);
            }
        }
        self.settle();
        Ok(self.keys.next())
    }

    /// Gives the message to one instance that waits for it now; none does, because no element of this emulator waits for
    /// messages yet.
    pub(crate) fn correlate_message(
        &mut self,
        name: &str,
        key: &str,
        now: i64,
    ) -> Result<(), Rejection> {
        self.enter(now);
        self.settle();
        let text = format!(
            "Expected to find subscription for message with name '{name}' and correlation key '{key}', but none was found."
        );
        Err(Rejection::not_found("CORRELATE", text))
    }

    /// Tells everybody who listens, which nobody does yet; the key of the signal.
    pub(crate) fn broadcast_signal(&mut self, now: i64) -> i64 {
        self.enter(now);
        self.settle();
        self.keys.next()
    }

    pub(crate) fn expire_messages(&mut self) {
        while let Some((_, identity)) = self
            .messages
            .expiry
            .first()
            .filter(|(until, _)| *until <= self.time)
            .cloned()
        {
            self.messages.ids.remove(&identity);
            self.messages.expiry.pop_first();
        }
    }
}
