//! Deployments from files and from memory. Files are read here, all of them before anything is sent; what is sent is the
//! core's [`CreateDeployment`].

use std::path::{Path, PathBuf};

use camunda_core::Error;
use camunda_core::api::{CreateDeployment, TenantId};
use camunda_core::error::RequestError;

/// What to deploy together: either everything is taken, or nothing.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Resources {
    resources: Vec<Resource>,
    tenant: Option<TenantId>,
}

impl Resources {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; its name's ending tells the cluster what it is.
    pub fn file(self, path: impl AsRef<Path>) -> Self {
        self.resource(path.as_ref())
    }

    /// Adds a resource from memory under that name, whose ending tells the cluster what it is.
    pub fn bytes(self, name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        self.resource(Resource::Memory(name.into(), content.into()))
    }

    /// Adds a file or a resource from memory.
    pub fn resource(mut self, resource: impl Into<Resource>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// The tenant that it is for; the configuration's unless set.
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    pub(crate) fn read(self) -> Result<CreateDeployment, Error> {
        let mut operation = CreateDeployment::new();
        for resource in self.resources {
            let (name, content) = match resource {
                Resource::Memory(name, content) => (name, content),
                Resource::File(path) => {
                    let content = std::fs::read(&path).map_err(|error| {
                        let reason = format!("cannot be read: {}: {error}", path.display());
                        RequestError::new("create_deployment", "resources", reason)
                    })?;
                    (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), content)
                }
            };
            operation = operation.resource(name, content);
        }
        Ok(match self.tenant {
            Some(tenant) => operation.tenant_id(tenant),
            None => operation,
        })
    }
}

impl<R: Into<Resource>, I: IntoIterator<Item = R>> From<I> for Resources {
    fn from(resources: I) -> Self {
        Self { resources: resources.into_iter().map(Into::into).collect(), tenant: None }
    }
}

/// Something to deploy: the path of a file, or a name with its content.
#[derive(Clone, Debug)]
pub enum Resource {
    /// A file, read when it is deployed.
    File(PathBuf),
    /// A name, whose ending tells what it is, and its content.
    Memory(String, Vec<u8>),
}

impl From<&str> for Resource {
    fn from(path: &str) -> Self {
        Resource::File(path.into())
    }
}

impl From<String> for Resource {
    fn from(path: String) -> Self {
        Resource::File(path.into())
    }
}

impl From<&String> for Resource {
    fn from(path: &String) -> Self {
        Resource::File(path.into())
    }
}

impl From<&Path> for Resource {
    fn from(path: &Path) -> Self {
        Resource::File(path.into())
    }
}

impl From<PathBuf> for Resource {
    fn from(path: PathBuf) -> Self {
        Resource::File(path)
    }
}

impl From<&PathBuf> for Resource {
    fn from(path: &PathBuf) -> Self {
        Resource::File(path.clone())
    }
}

impl<N: Into<String>, C: AsRef<[u8]>> From<(N, C)> for Resource {
    fn from((name, content): (N, C)) -> Self {
        Resource::Memory(name.into(), content.as_ref().to_vec())
    }
}

/// A model compiled into the program, as something to deploy: `client.deploy([include_model!("order.bpmn")])`. The path is
/// relative to the file that says so.
#[macro_export]
macro_rules! include_model {
    ($path:literal) => {
        $crate::Resource::from(($path.rsplit('/').next().unwrap_or($path), include_bytes!($path)))
    };
}
