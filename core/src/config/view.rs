//! What was set and what came of it, to look at: value by value, with its layer. Secrets show their last characters only.

use std::fmt;

use super::layers::Layer;
use super::setting::Setting;

/// One value of one setting.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    name: &'static str,
    layer: Layer,
    value: String,
    shown: String,
    secret: bool,
}

impl Entry {
    pub(super) fn new(setting: &Setting, name: &'static str, layer: Layer, value: &str) -> Self {
        Self { name, layer, value: value.to_owned(), shown: setting.shown(value), secret: setting.secret }
    }

    /// The variable, under the name that was used.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Who set it.
    pub fn layer(&self) -> Layer {
        self.layer
    }

    /// The value itself, secret or not.
    pub fn expose(&self) -> &str {
        &self.value
    }

    /// The value as it may be shown: of a secret, and of credentials within an address, stars.
    pub fn redacted(&self) -> &str {
        &self.shown
    }

    /// Whether the value is a secret.
    pub fn is_secret(&self) -> bool {
        self.secret
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({})", self.layer)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.shown)
    }
}
