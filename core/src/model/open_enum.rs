//! Enums that stay open: a value that this version does not know is kept and written back unchanged. Which values are known
//! is generated; what an unknown one means is up to the caller.

/// Defines open enums by their values on the wire.
macro_rules! open_enum {
    ($($(#[$meta:meta])* pub enum $name:ident { $($variant:ident = $text:literal,)* })*) => {$(
        $(#[$meta])*
        ///
        /// The default is the empty text: what an answer that lacks it is read as.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "`")]
                $variant,
            )*
            /// A value that this version does not know, as it came.
            Other(Box<str>),
        }

        impl $name {
            /// The value as it is on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::Other(Box::default())
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Other(text.into()),
                }
            }
        }

        impl std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
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
                $crate::model::enum_text(deserializer, |text| text.into())
            }
        }

        impl $crate::model::condition::Plain for $name {}
    )*};
}
pub(crate) use open_enum;

/// Reads text without keeping it.
pub(crate) fn text<'de, D: serde::Deserializer<'de>, T>(deserializer: D, make: fn(&str) -> T) -> Result<T, D::Error> {
    struct Text<T>(fn(&str) -> T);

    impl<T> serde::de::Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("text")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            Ok((self.0)(text))
        }
    }

    deserializer.deserialize_str(Text(make))
}

#[cfg(test)]
mod tests {
    use crate::api::ProcessInstanceState;

    #[test]
    fn an_unknown_value_is_written_back_unchanged() {
        let state: ProcessInstanceState = serde_json::from_str("\"MELTED\"").unwrap();
        assert_eq!(state, ProcessInstanceState::Other("MELTED".into()));
        assert_eq!(serde_json::to_string(&state).unwrap(), "\"MELTED\"");
        assert_eq!(serde_json::from_str::<ProcessInstanceState>("\"ACTIVE\"").unwrap(), ProcessInstanceState::Active);
    }
}
