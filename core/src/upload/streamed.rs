//! A document that is read while it is sent. Where it is read from is the driver's secret.

use std::any::Any;
use std::sync::Arc;

use super::deployment::{base_name, media_type};
use super::document::{add_json, one};
use crate::api::{CREATE_DOCUMENT, DocumentId, DocumentMetadata, DocumentReference};
use crate::model::Given;
use crate::{Answer, Body, CallOptions, Config, Error, Multipart, Operation, OperationInfo, Streamed};

/// Stores a document that is read while it is sent, however large it is. It is sent once, whatever comes of it.
///
/// `POST /documents`, since 8.6. Answers 201. Never repeated.
///
/// Errors: 400 the request is not acceptable, or there is no such store; 409 there is a document with this id; 415 a part is
/// of a media type that is not taken.
#[derive(Clone, Debug)]
#[must_use]
pub struct UploadDocument {
    name: String,
    length: Option<u64>,
    metadata: Option<DocumentMetadata>,
    store_id: Option<String>,
    document_id: Option<Given<DocumentId>>,
    content: Option<(Arc<dyn Any + Send + Sync>, u128)>,
}

impl UploadDocument {
    /// With the name of the file, of which the last part counts.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), length: None, metadata: None, store_id: None, document_id: None, content: None }
    }

    /// How many bytes it has. Unless that is told, it is sent in chunks, which not every server takes.
    pub fn length(mut self, length: u64) -> Self {
        self.length = Some(length);
        self
    }

    /// What is to be known of the document.
    pub fn metadata(mut self, metadata: DocumentMetadata) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// The store to put it in; without it the cluster's default.
    pub fn store_id(mut self, store_id: impl Into<String>) -> Self {
        self.store_id = Some(store_id.into());
        self
    }

    /// The id that it is to have; without it the cluster makes one.
    pub fn document_id(mut self, document_id: impl Into<Given<DocumentId>>) -> Self {
        self.document_id = Some(document_id.into());
        self
    }

    /// For drivers: what the content is read from, and a number that nobody can foresee, so that no content can hold the
    /// boundary that it is enclosed by.
    pub fn content(mut self, source: Arc<dyn Any + Send + Sync>, unforeseen: u128) -> Self {
        self.content = Some((source, unforeseen));
        self
    }
}

impl Operation for UploadDocument {
    type Output = DocumentReference;
    const INFO: OperationInfo = CREATE_DOCUMENT;

    fn request(&self, config: &Config, _options: &CallOptions) -> Result<http::Request<Body>, Error> {
        let mut builder = one(config, self.store_id.as_ref(), self.document_id.as_ref());
        let mut form = Multipart::new();
        if let Some(metadata) = &self.metadata {
            add_json(&mut builder, &mut form, "metadata", metadata);
        }
        let name = base_name(&self.name);
        form.file("file", name, media_type(name), bytes::Bytes::new());
        let Some((source, unforeseen)) = &self.content else {
            builder.refuse("content", "is given by the client's upload method only");
            return builder.empty();
        };
        let (content_type, before, after) = form.around(&format!("camunda-rust-{unforeseen:032x}"));
        builder.streamed(&content_type, Streamed { before, source: Arc::clone(source), length: self.length, after })
    }

    fn response(answer: Answer) -> Result<Self::Output, Error> {
        answer.json()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_goes_between_what_encloses_it() {
        let config = Config::builder().build().unwrap();
        let upload = UploadDocument::new("a/b.json").length(5).store_id("s").content(Arc::new(()), 7);
        let request = upload.request(&config, &CallOptions::new()).unwrap();
        let boundary = "camunda-rust-00000000000000000000000000000007";
        let expected = format!("multipart/form-data; boundary={boundary}");
        assert_eq!(request.headers()["content-type"], expected.as_str());
        assert_eq!(request.uri().query(), Some("storeId=s"));
        let Body::Streamed(body) = request.into_body() else { panic!("it is streamed") };
        let before = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.json\"\r\nContent-Type: application/json\r\n\r\n"
        );
        assert_eq!((body.before, body.after), (before.clone().into(), format!("\r\n--{boundary}--\r\n").into()));
        assert!(upload.content.is_some() && UploadDocument::new("x").request(&config, &CallOptions::new()).is_err());
    }
}
