//! Requests and the objects in them: their structs and how they are written. By a declarative macro instead of serde's
//! derive, which would have to be told on every member that nothing is written when nothing is set.

use serde::ser::{Error as _, Serialize, SerializeMap as _, Serializer};

use super::{Change, PageRequest};

/// Members that may be unset; then nothing is written.
pub(crate) trait Settable {
    fn is_unset(&self) -> bool;
}

impl<T> Settable for Option<T> {
    fn is_unset(&self) -> bool {
        self.is_none()
    }
}

impl<T> Settable for Vec<T> {
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

impl<T> Settable for Change<T> {
    fn is_unset(&self) -> bool {
        self.is_keep()
    }
}

impl Settable for PageRequest {
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

/// An object that is being written. It keeps its first error until the end, so that the hundreds of functions that list
/// members have one way out each: the compiler looks at every path.
pub(crate) struct Members<S: Serializer>(Result<S::SerializeMap, S::Error>);

impl<S: Serializer> Members<S> {
    pub(crate) fn of(serializer: S) -> Self {
        Self(serializer.serialize_map(None))
    }

    /// A member that is always written.
    pub(crate) fn must<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        if let Ok(map) = &mut self.0
            && let Err(error) = map.serialize_entry(name, value)
        {
            self.0 = Err(error);
        }
    }

    /// A member that must have been set by now.
    pub(crate) fn need<T: Serialize>(&mut self, name: &'static str, value: &Option<T>) {
        match value {
            Some(value) => self.must(name, value),
            None if self.0.is_ok() => self.0 = Err(S::Error::custom(format_args!("{name} is needed but not set"))),
            None => {}
        }
    }

    /// A member that is written if it is set.
    pub(crate) fn body<T: Serialize + Settable>(&mut self, name: &'static str, value: &T) {
        if !value.is_unset() {
            self.must(name, value);
        }
    }

    pub(crate) fn end(self) -> Result<S::Ok, S::Error> {
        self.0?.end()
    }
}

/// Defines a request or an object in one, a member a line: `name: Type = "name on the wire" place,`. The places: `must` is
/// always in the body, `need` too but set later, `body` if it is set; not in the body are `path`, `asked` (a query that must be there), `query`, and
/// `apart`, which is added by itself.
macro_rules! request {
    ($(#[$meta:meta])* pub struct $name:ident { $($field:ident: $type:ty = $wire:literal $place:ident,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[must_use]
        pub struct $name {
            $(pub(crate) $field: $type,)*
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "some have no member")]
                let mut members = $crate::model::Members::of(serializer);
                $($crate::model::request!(@$place members, $wire, self.$field);)*
                members.end()
            }
        }

        #[cfg(feature = "roundtrip")]
        $crate::model::reads!($name { $($field: $type = $wire $place,)* });
    };
    // An operation without a body.
    (bare $(#[$meta:meta])* pub struct $name:ident { $($field:ident: $type:ty = $wire:literal $place:ident,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[must_use]
        pub struct $name {
            $(pub(crate) $field: $type,)*
        }

        #[cfg(feature = "roundtrip")]
        $crate::model::reads!($name { $($field: $type = $wire $place,)* });
    };
    (@must $members:ident, $wire:literal, $value:expr) => { $members.must($wire, &$value) };
    (@need $members:ident, $wire:literal, $value:expr) => { $members.need($wire, &$value) };
    (@body $members:ident, $wire:literal, $value:expr) => { $members.body($wire, &$value) };
    (@$place:ident $members:ident, $wire:literal, $value:expr) => {};
}
pub(crate) use request;
