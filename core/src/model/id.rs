//! Ids as types of their own, each an immutable text that is cheap to clone. Whether text is a valid id is checked where it
//! is made by hand; what a server sends is taken as it is.

use std::fmt;

/// A key or id of the API: text that the compiler does not mix up with any other.
pub trait Id: Sized + AsRef<str> {
    /// The name of the type, as in the API description.
    const NAME: &'static str;

    /// Whether text is such an id.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it.
    fn check(text: &str) -> Result<(), InvalidId>;
}

/// Text that is not the id it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a {name}: it {reason}")]
pub struct InvalidId {
    name: &'static str,
    text: String,
    reason: &'static str,
}

impl InvalidId {
    pub(crate) fn new(name: &'static str, text: &str, reason: &'static str) -> Self {
        Self { name, text: crate::error::excerpt(text.as_bytes()), reason }
    }

    /// The name of the id's type.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What is wrong with the text.
    pub fn reason(&self) -> &'static str {
        self.reason
    }
}

/// Reads an id as leniently as servers write it: text of any form, or a whole number.
pub(crate) struct IdVisitor<T> {
    pub(crate) name: &'static str,
    pub(crate) make: fn(&str) -> Option<T>,
}

impl<T> serde::de::Visitor<'_> for IdVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", self.name)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.make)(text).ok_or_else(|| E::custom(format_args!("the text is too long for a {}", self.name)))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }
}

/// `Name(text)`.
pub(crate) fn debug(f: &mut fmt::Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    write!(f, "{name}({text})")
}

/// What ids and keys have in common; `$make` turns any text into the id, if it has room.
macro_rules! id_traits {
    ($name:ident, $check:ident, $make:expr) => {
        impl $name {
            /// The id in this text.
            ///
            /// # Errors
            ///
            /// The text is not such an id.
            #[inline]
            pub fn new(text: impl AsRef<str>) -> Result<Self, $crate::model::InvalidId> {
                let text = text.as_ref();
                <Self as $crate::model::Id>::check(text)?;
                let make: fn(&str) -> Option<Self> = $make;
                make(text).ok_or_else(|| $crate::model::InvalidId::new(stringify!($name), text, "is too long"))
            }

            /// The text of the id.
            #[inline]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl $crate::model::Id for $name {
            const NAME: &'static str = stringify!($name);

            #[inline]
            fn check(text: &str) -> Result<(), $crate::model::InvalidId> {
                $crate::model::pattern::$check(text)
                    .map_err(|reason| $crate::model::InvalidId::new(stringify!($name), text, reason))
            }
        }

        impl AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::model::id::debug(f, stringify!($name), self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::InvalidId;

            #[inline]
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::model::InvalidId;

            #[inline]
            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::model::InvalidId;

            #[inline]
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl serde::Serialize for $name {
            #[inline]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any($crate::model::id::IdVisitor { name: stringify!($name), make: $make })
            }
        }
    };
}
pub(crate) use id_traits;

/// The storage of an id: shared text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Shared(std::sync::Arc<str>);

impl Shared {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self::new("")
    }
}

/// Defines ids by their documentation, their name and the check of their text.
macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident: $check:ident;)*) => {$(
        $(#[$meta])*
        ///
        /// The default is the empty text: what an answer that lacks it is read as.
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::model::id::Shared);
        $crate::model::id::id_traits!($name, $check, |text| Some(Self($crate::model::id::Shared::new(text))));

        impl $name {
            /// Whether it is the empty text, which stands for an id that an answer lacks.
            #[inline]
            pub fn is_empty(&self) -> bool {
                self.as_str().is_empty()
            }
        }
    )*};
}
pub(crate) use ids;

#[cfg(test)]
mod tests {
    use crate::api::{ProcessDefinitionId, TenantId, Username};

    #[test]
    fn text_is_checked_where_an_id_is_made() {
        assert_eq!(TenantId::new("<default>").unwrap().as_str(), "<default>");
        let error = TenantId::new("a b").unwrap_err().to_string();
        assert!(error.starts_with("\"a b\" is not a TenantId: it "), "{error}");
        assert!("1order".parse::<ProcessDefinitionId>().is_err());
        assert_eq!("größe_1".parse::<ProcessDefinitionId>().unwrap().to_string(), "größe_1");
        assert!(Username::try_from("a+b@c").is_ok());
    }

    #[test]
    fn a_server_may_send_any_text_or_number() {
        assert_eq!(serde_json::from_str::<TenantId>("\"a b\"").unwrap().as_str(), "a b");
        assert_eq!(serde_json::from_str::<TenantId>("7").unwrap().as_str(), "7");
        assert!(serde_json::from_str::<TenantId>("[]").is_err());
    }
}
