//! Objects of answers: their structs and how they are read. By a declarative macro instead of serde's derive, which makes
//! three times the code and would have to be told on every member how lenient it is.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

/// The name of a member, borrowed where the text allows.
pub(crate) enum Name<'de> {
    Borrowed(&'de str),
    Owned(String),
}

impl Name<'_> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(name) => name,
            Self::Owned(name) => name,
        }
    }
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a member")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name::Borrowed(name))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name::Owned(name.to_owned()))
            }
        }

        deserializer.deserialize_str(Read)
    }
}

/// Reads a member that must not come twice.
pub(crate) fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

/// Defines an object of answers, one member a line: `name: Type = "name on the wire" rule,`. The rules: `present` must be
/// there, `plain` is its default when absent or null, `object` an empty object, `maybe` is `None`.
macro_rules! answer {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty = $wire:literal $rule:ident,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
        }

        $crate::model::reads!($name { $($field: $type = $wire $rule,)* });

        #[cfg(feature = "roundtrip")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $(map.serialize_entry($wire, &self.$field)?;)*
                map.end()
            }
        }
    };
}
pub(crate) use answer;

/// As `answer`, for objects that requests contain too.
macro_rules! shared {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty = $wire:literal $rule:ident,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
        }

        $crate::model::reads!($name { $($field: $type = $wire $rule,)* });

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $($crate::model::shared!(@$rule map, $wire, self.$field);)*
                map.end()
            }
        }
    };
    (@maybe $map:ident, $wire:literal, $value:expr) => {
        if $value.is_some() {
            $map.serialize_entry($wire, &$value)?;
        }
    };
    (@$rule:ident $map:ident, $wire:literal, $value:expr) => {
        $map.serialize_entry($wire, &$value)?;
    };
}
pub(crate) use shared;

/// How an object is read: one pass over its members, unknown ones skipped.
macro_rules! reads {
    ($name:ident { $($field:ident: $type:ty = $wire:literal $rule:ident,)* }) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Read;

                impl<'de> serde::de::Visitor<'de> for Read {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("an object (", stringify!($name), ")"))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        $(let mut $field: $crate::model::reads!(@slot $rule $type) = None;)*
                        while let Some(name) = map.next_key::<$crate::model::answer::Name<'de>>()? {
                            match name.as_str() {
                                $($wire => $crate::model::answer::read(&mut $field, $wire, &mut map)?,)*
                                _ => {
                                    map.next_value::<serde::de::IgnoredAny>()?;
                                }
                            }
                        }
                        Ok($name { $($field: $crate::model::reads!(@take $rule $field $wire),)* })
                    }
                }

                deserializer.deserialize_map(Read)
            }
        }
    };
    (@slot plain $type:ty) => { Option<Option<$type>> };
    (@slot object $type:ty) => { Option<Option<$type>> };
    (@slot $rule:ident $type:ty) => { Option<$type> };
    (@take plain $field:ident $wire:literal) => { $field.flatten().unwrap_or_default() };
    (@take object $field:ident $wire:literal) => { $field.flatten().unwrap_or_else($crate::model::Json::object) };
    (@take maybe $field:ident $wire:literal) => { $field.unwrap_or_default() };
    // Of requests, which are read back only by tests.
    (@take body $field:ident $wire:literal) => { $field.unwrap_or_default() };
    (@take need $field:ident $wire:literal) => { $field.unwrap_or_default() };
    (@take query $field:ident $wire:literal) => { $field.unwrap_or_default() };
    (@take apart $field:ident $wire:literal) => { $field.unwrap_or_default() };
    (@take $rule:ident $field:ident $wire:literal) => {
        match $field {
            Some(value) => value,
            None => return Err(serde::de::Error::missing_field($wire)),
        }
    };
}
pub(crate) use reads;
