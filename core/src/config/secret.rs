//! A text that must not be printed. It can be sent; it cannot be seen.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A secret: its `Debug` shows the last four characters at most, and there is no `Display`. Serialised it is the text itself.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl Secret {
    /// Keeps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, to be sent.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Four characters or fewer are all stars; of longer ones the last four remain, the length is kept.
    pub fn redacted(&self) -> String {
        let length = self.0.chars().count();
        let hidden = if length <= 4 { length } else { length.saturating_sub(4) };
        "*".repeat(hidden).chars().chain(self.0.chars().skip(hidden)).collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_its_end_at_most() {
        assert_eq!(format!("{:?}", Secret::new("abcd")), "****");
        assert_eq!(format!("{:?}", Secret::new("abcdefg")), "***defg");
    }
}
