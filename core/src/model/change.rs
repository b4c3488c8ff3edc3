//! A member of an update that is left alone, reset or set: absent, null and a value mean three things. Not for members
//! where absent and null mean the same; those are an `Option`.

use serde::{Serialize, Serializer};

/// What an update does to a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Leaves it as it is; nothing is sent.
    #[default]
    Keep,
    /// Resets it; null is sent.
    Reset,
    /// Sets it.
    To(T),
}

impl<T> Change<T> {
    /// Whether it is left as it is.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The same with another type of value.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Reset => Change::Reset,
            Self::To(value) => Change::To(convert(value)),
        }
    }
}

impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Self::To(value)
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for Change<Vec<String>> {
    fn from(values: [T; N]) -> Self {
        Self::To(values.into_iter().map(Into::into).collect())
    }
}

impl From<&str> for Change<super::Timestamp> {
    fn from(value: &str) -> Self {
        Self::To(value.into())
    }
}

impl From<&str> for Change<String> {
    fn from(value: &str) -> Self {
        Self::To(value.to_owned())
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Reset => serializer.serialize_none(),
            Self::To(value) => value.serialize(serializer),
        }
    }
}

#[cfg(feature = "roundtrip")]
impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Change<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Reset, Self::To))
    }
}
