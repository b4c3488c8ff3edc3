//! Objects of answers: their structs and how they are read. By a declarative macro instead of serde's derive, which makes
//! three times the code and would have to be told on every member how lenient it is.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::Json;

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

/// An object whose members a struct lists.
pub(crate) trait Object: Sized {
    /// What it is called where it is missing.
    const NAME: &'static str;

    /// Reads its members in one pass, skipping unknown ones.
    fn members<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

/// Reads an object.
pub(crate) fn object<'de, T: Object, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Read<T>(PhantomData<T>);

    impl<'de, T: Object> Visitor<'de> for Read<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "an object ({})", T::NAME)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::members(map)
        }
    }

    deserializer.deserialize_map(Read(PhantomData))
}

/// An object that is being read. It keeps its first error until the end, so that the hundreds of functions that list members
/// have few ways out: the compiler looks at every path.
pub(crate) struct Reading<'de, A: MapAccess<'de>> {
    map: A,
    failed: Option<A::Error>,
    of: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> Reading<'de, A> {
    pub(crate) fn of(map: A) -> Self {
        Self { map, failed: None, of: PhantomData }
    }

    /// The name of the next member; `None` at the end, and after an error.
    pub(crate) fn next(&mut self) -> Option<Name<'de>> {
        if self.failed.is_some() {
            return None;
        }
        self.map.next_key().unwrap_or_else(|error| self.fail(error))
    }

    /// Reads a member, which must not come twice.
    pub(crate) fn value<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>, name: &'static str) {
        let read = if slot.is_some() { Err(A::Error::duplicate_field(name)) } else { self.map.next_value() };
        *slot = read.map_or_else(|error| self.fail(error), Some);
    }

    /// Skips a member that is not known.
    pub(crate) fn skip(&mut self) {
        self.failed = self.map.next_value::<IgnoredAny>().err();
    }

    /// Whether all of it could be read.
    pub(crate) fn end(self) -> Result<(), A::Error> {
        self.failed.map_or(Ok(()), Err)
    }

    fn fail<T>(&mut self, error: A::Error) -> Option<T> {
        self.failed = Some(error);
        None
    }
}

/// What was read of a member that must be there.
pub(crate) fn present<T, E: serde::de::Error>(slot: &mut Option<T>, name: &'static str) -> Result<T, E> {
    slot.take().ok_or_else(|| E::missing_field(name))
}

/// What was read of a member that is its default when it is absent or null.
pub(crate) fn plain<T: Default>(slot: &mut Option<Option<T>>) -> T {
    slot.take().flatten().unwrap_or_default()
}

/// As `plain`, for JSON that is an empty object then.
pub(crate) fn object_or_empty(slot: &mut Option<Option<Json>>) -> Json {
    slot.take().flatten().unwrap_or_else(Json::object)
}

/// What was read of a member that may be absent.
pub(crate) fn maybe<T: Default>(slot: &mut Option<T>) -> T {
    slot.take().unwrap_or_default()
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
                let mut members = $crate::model::Members::of(serializer);
                $(members.must($wire, &self.$field);)*
                members.end()
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
                let mut members = $crate::model::Members::of(serializer);
                $($crate::model::shared!(@$rule members, $wire, self.$field);)*
                members.end()
            }
        }
    };
    (@maybe $members:ident, $wire:literal, $value:expr) => { $members.body($wire, &$value) };
    (@$rule:ident $members:ident, $wire:literal, $value:expr) => { $members.must($wire, &$value) };
}
pub(crate) use shared;

/// How an object is read. What was read is in one local struct, so that each way out has one thing to drop.
macro_rules! reads {
    ($name:ident { $($field:ident: $type:ty = $wire:literal $rule:ident,)* }) => {
        impl $crate::model::answer::Object for $name {
            const NAME: &'static str = stringify!($name);

            fn members<'de, A: serde::de::MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
                struct Slots {
                    $($field: $crate::model::reads!(@slot $rule $type),)*
                }

                #[allow(unused_mut, unused_variables, reason = "some have no member")]
                let mut slots = Slots { $($field: None,)* };
                let mut members = $crate::model::answer::Reading::of(map);
                while let Some(name) = members.next() {
                    match name.as_str() {
                        $($wire => members.value(&mut slots.$field, $wire),)*
                        _ => members.skip(),
                    }
                }
                members.end()?;
                Ok($name { $($field: $crate::model::reads!(@take $rule slots.$field, $wire),)* })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::model::answer::object(deserializer)
            }
        }
    };
    (@slot plain $type:ty) => { Option<Option<$type>> };
    (@slot object $type:ty) => { Option<Option<$type>> };
    (@slot $rule:ident $type:ty) => { Option<$type> };
    (@take plain $slot:expr, $wire:literal) => { $crate::model::answer::plain(&mut $slot) };
    (@take object $slot:expr, $wire:literal) => { $crate::model::answer::object_or_empty(&mut $slot) };
    (@take maybe $slot:expr, $wire:literal) => { $crate::model::answer::maybe(&mut $slot) };
    // Of requests, which are read back only by tests.
    (@take body $slot:expr, $wire:literal) => { $crate::model::answer::maybe(&mut $slot) };
    (@take need $slot:expr, $wire:literal) => { $crate::model::answer::maybe(&mut $slot) };
    (@take query $slot:expr, $wire:literal) => { $crate::model::answer::maybe(&mut $slot) };
    (@take apart $slot:expr, $wire:literal) => { $crate::model::answer::maybe(&mut $slot) };
    (@take $rule:ident $slot:expr, $wire:literal) => { $crate::model::answer::present(&mut $slot, $wire)? };
}
pub(crate) use reads;
