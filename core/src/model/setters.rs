//! The setters of requests: bare names that take what converts and give the request back. What a member is decides how it
//! is set; the kinds are listed here and nowhere else.

/// Defines setters, one a line: `kind name: Type;`.
macro_rules! setters {
    ($($(#[$meta:meta])* $kind:ident $name:ident $(: $type:ty)? $(= $owner:literal, $member:literal)?;)*) => {
        $($crate::model::setters!(@$kind [$(#[$meta])*] $name $(: $type)? $(= $owner, $member)?);)*
    };
    // A value, or whatever converts into it.
    (@set [$(#[$meta:meta])*] $name:ident: $type:ty) => {
        $(#[$meta])*
        pub fn $name(mut self, $name: impl Into<$type>) -> Self {
            self.$name = Some($name.into());
            self
        }
    };
    // All values of a list.
    (@list [$(#[$meta:meta])*] $name:ident: $type:ty) => {
        $(#[$meta])*
        pub fn $name(mut self, $name: impl IntoIterator<Item = impl Into<$type>>) -> Self {
            self.$name = Some($name.into_iter().map(Into::into).collect());
            self
        }
    };
    // All entries of a map.
    (@map [$(#[$meta:meta])*] $name:ident: $type:ty) => {
        $(#[$meta])*
        pub fn $name(mut self, $name: impl IntoIterator<Item = (impl Into<String>, impl Into<$type>)>) -> Self {
            self.$name = Some($name.into_iter().map(|(key, value)| (key.into(), value.into())).collect());
            self
        }
    };
    // A change of a value: what converts into it, or a reset.
    (@change [$(#[$meta:meta])*] $name:ident: $type:ty) => {
        $(#[$meta])*
        pub fn $name(mut self, $name: impl Into<$crate::model::Change<$type>>) -> Self {
            self.$name = $name.into();
            self
        }
    };
    // Anything that serialises.
    (@json [$(#[$meta:meta])*] $name:ident = $owner:literal, $member:literal) => {
        $(#[$meta])*
        ///
        /// # Errors
        ///
        /// [`Error::Request`](crate::Error::Request) if the value does not serialise.
        pub fn $name(mut self, $name: impl serde::Serialize) -> Result<Self, $crate::Error> {
            self.$name = Some($crate::model::written($owner, $member, $name, false)?);
            Ok(self)
        }
    };
    // Anything that serialises to an object, or to null.
    (@object [$(#[$meta:meta])*] $name:ident = $owner:literal, $member:literal) => {
        $(#[$meta])*
        ///
        /// # Errors
        ///
        /// [`Error::Request`](crate::Error::Request) if the value does not serialise to an object or to null.
        pub fn $name(mut self, $name: impl serde::Serialize) -> Result<Self, $crate::Error> {
            self.$name = Some($crate::model::written($owner, $member, $name, true)?);
            Ok(self)
        }
    };
    // A filter, described by a function of an empty one.
    (@filter [$(#[$meta:meta])*] $name:ident: $type:ty) => {
        $(#[$meta])*
        pub fn $name(mut self, describe: impl FnOnce($type) -> $type) -> Self {
            self.$name = Some(describe(self.$name.take().unwrap_or_default()));
            self
        }
    };
    // One more alternative of a filter.
    (@or [$(#[$meta:meta])*] $name:ident: $type:ty) => {
        $(#[$meta])*
        pub fn $name(mut self, describe: impl FnOnce($type) -> $type) -> Self {
            self.$name.push(describe(<$type>::default()));
            self
        }
    };
    // One more field to sort by.
    (@sort [$(#[$meta:meta])*] $name:ident: $type:ty) => {
        $(#[$meta])*
        pub fn $name(mut self, by: impl FnOnce($type) -> $crate::model::Sort) -> Self {
            self.$name.push(by(<$type>::default()));
            self
        }
    };
}
pub(crate) use setters;
