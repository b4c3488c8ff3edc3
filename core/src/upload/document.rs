//! Documents: files in, references out. A document's metadata travels beside it, typed as JSON.

use bytes::Bytes;
use serde::Serialize;

use super::deployment::{base_name, media_type};
use crate::api::{
    CREATE_DOCUMENT, CREATE_DOCUMENTS, CreatedDocuments, DocumentId, DocumentMetadata, DocumentReference,
};
use crate::model::Given;
use crate::{Answer, Body, CallOptions, Config, Error, Multipart, Operation, OperationInfo, RequestBuilder};

/// A request for one document, by where it is to go.
pub(super) fn one<'a>(
    config: &'a Config,
    store_id: Option<&String>,
    document_id: Option<&Given<DocumentId>>,
) -> RequestBuilder<'a> {
    RequestBuilder::new(config, CREATE_DOCUMENT)
        .query("storeId", store_id)
        .check("documentId", document_id)
        .query("documentId", document_id)
}

/// A part of JSON.
pub(super) fn add_json(
    builder: &mut RequestBuilder<'_>,
    form: &mut Multipart,
    name: &'static str,
    value: &impl Serialize,
) {
    match serde_json::to_vec(value) {
        Ok(text) => form.json(name, text),
        Err(error) => builder.refuse(name, format!("cannot be written as JSON: {error}")),
    }
}

/// Stores a document.
///
/// `POST /documents`, since 8.6. Answers 201. Never repeated after an unknown outcome.
///
/// Errors: 400 the request is not acceptable, or there is no such store; 409 there is a document with this id; 415 a part is
/// of a media type that is not taken.
#[derive(Clone, Debug)]
#[must_use]
pub struct CreateDocument {
    name: String,
    content: Bytes,
    metadata: Option<DocumentMetadata>,
    store_id: Option<String>,
    document_id: Option<Given<DocumentId>>,
}

impl CreateDocument {
    /// With the name of the file, of which the last part counts, and its content.
    pub fn new(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: name.into(), content: content.into(), metadata: None, store_id: None, document_id: None }
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
}

impl Operation for CreateDocument {
    type Output = DocumentReference;
    const INFO: OperationInfo = CREATE_DOCUMENT;

    #[inline]
    fn request(&self, config: &Config, _options: &CallOptions) -> Result<http::Request<Body>, Error> {
        let mut builder = one(config, self.store_id.as_ref(), self.document_id.as_ref());
        let mut form = Multipart::new();
        let name = base_name(&self.name);
        form.file("file", name, media_type(name), self.content.clone());
        if let Some(metadata) = &self.metadata {
            add_json(&mut builder, &mut form, "metadata", metadata);
        }
        builder.multipart(&form)
    }

    #[inline]
    fn response(answer: Answer) -> Result<Self::Output, Error> {
        answer.json()
    }
}

/// Stores several documents; some may fail while others are stored.
///
/// `POST /documents/batch`, since 8.7. Answers 201, or 207 where some failed. Never repeated after an unknown outcome.
///
/// Errors: 400 the request is not acceptable, or there is no such store; 415 a part is of a media type that is not taken.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct CreateDocuments {
    files: Vec<(String, Bytes, Option<DocumentMetadata>)>,
    store_id: Option<String>,
}

impl CreateDocuments {
    /// With no document yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a document: the name of its file, of which the last part counts, and its content.
    pub fn file(mut self, name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        self.files.push((name.into(), content.into(), None));
        self
    }

    /// Adds a document with what is to be known of it. As soon as one has metadata, all have: empty ones.
    pub fn file_with(mut self, name: impl Into<String>, content: impl Into<Bytes>, metadata: DocumentMetadata) -> Self {
        self.files.push((name.into(), content.into(), Some(metadata)));
        self
    }

    /// The store to put them in; without it the cluster's default.
    pub fn store_id(mut self, store_id: impl Into<String>) -> Self {
        self.store_id = Some(store_id.into());
        self
    }
}

impl Operation for CreateDocuments {
    type Output = CreatedDocuments;
    const INFO: OperationInfo = CREATE_DOCUMENTS;

    #[inline]
    fn request(&self, config: &Config, _options: &CallOptions) -> Result<http::Request<Body>, Error> {
        let mut builder = RequestBuilder::new(config, Self::INFO).query("storeId", self.store_id.as_ref());
        if self.files.is_empty() {
            builder.refuse("files", "must not be empty");
        }
        let mut form = Multipart::new();
        for (path, content, _) in &self.files {
            let name = base_name(path);
            form.file("files", name, media_type(name), content.clone());
        }
        if self.files.iter().any(|(_, _, metadata)| metadata.is_some()) {
            let list: Vec<_> = self.files.iter().map(|(_, _, metadata)| metadata.clone().unwrap_or_default()).collect();
            add_json(&mut builder, &mut form, "metadataList", &list);
        }
        builder.multipart(&form)
    }

    fn files(&self) -> usize {
        self.files.len()
    }

    #[inline]
    fn response(answer: Answer) -> Result<Self::Output, Error> {
        answer.json()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(operation: &impl Operation) -> String {
        let config = Config::builder().build().unwrap();
        let request = operation.request(&config, &CallOptions::new()).unwrap();
        String::from_utf8(request.into_body().into_bytes().to_vec()).unwrap()
    }

    #[test]
    fn metadata_is_typed() {
        let metadata = DocumentMetadata::new().file_name("a.pdf");
        let body = text(&CreateDocument::new("/tmp/a.pdf", "x").metadata(metadata));
        let part = "name=\"metadata\"\r\nContent-Type: application/json\r\n\r\n{\"fileName\":\"a.pdf\"}";
        assert!(body.contains(part), "{body}");
    }

    #[test]
    fn metadata_of_one_is_a_list_for_all() {
        let body = text(&CreateDocuments::new().file("a", "1").file_with("b", "2", DocumentMetadata::new()));
        assert!(body.contains("name=\"metadataList\"\r\nContent-Type: application/json\r\n\r\n[{},{}]"), "{body}");
        assert!(!text(&CreateDocuments::new().file("a", "1")).contains("metadataList"));
    }
}
