//! Requests and the objects in them: their structs and how they are written. By a declarative macro instead of serde's
//! derive, which would have to be told on every member that nothing is written when nothing is set.

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
                use serde::ser::SerializeMap as _;
                #[allow(unused_mut, reason = "some have no member")]
                let mut map = serializer.serialize_map(None)?;
                $($crate::model::request!(@$place map, $wire, self.$field);)*
                map.end()
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
    (@must $map:ident, $wire:literal, $value:expr) => {
        $map.serialize_entry($wire, &$value)?;
    };
    (@need $map:ident, $wire:literal, $value:expr) => {
        match &$value {
            Some(value) => $map.serialize_entry($wire, value)?,
            None => return Err(serde::ser::Error::custom(concat!($wire, " is needed but not set"))),
        }
    };
    (@body $map:ident, $wire:literal, $value:expr) => {
        if !$crate::model::Settable::is_unset(&$value) {
            $map.serialize_entry($wire, &$value)?;
        }
    };
    (@$place:ident $map:ident, $wire:literal, $value:expr) => {};
}
pub(crate) use request;
