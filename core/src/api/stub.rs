//! stub
/// Id of a tenant
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantId(std::sync::Arc<str>);
impl TenantId {
    /// n
    pub fn new(s: impl AsRef<str>) -> Result<Self, String> {
        Ok(Self(s.as_ref().into()))
    }
}
