//! What a cluster is set to: whether it asks for permissions and keeps tenants apart, and who its first administrator is.
//! It judges nobody; that is the gateway's business.

/// Who calls when nothing but the library itself does; no user or client can have this name.
pub(crate) const LIBRARY: &str = "(library)";

/// What the names of callers are names of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum CallerKind {
    #[default]
    Anonymous,
    User,
    Client,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) multi_tenancy: bool,
    pub(crate) authorizations: bool,
    pub(crate) callers: CallerKind,
    /// May do everything, and belongs to the default tenant.
    pub(crate) admin: Option<String>,
}
