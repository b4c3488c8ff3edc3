//! Operations that upload files: deployments and documents. Files are bytes here; reading them from a disk is for drivers.

mod deployment;
mod document;
mod streamed;

pub use deployment::CreateDeployment;
pub use document::{CreateDocument, CreateDocuments};
pub use streamed::UploadDocument;
