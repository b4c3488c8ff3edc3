//! What is done with a document by its reference, as it stands in variables: the reference holds the store and the hash that
//! the cluster wants to see. Storing documents is an upload.

use crate::Error;
use crate::api::{CreateDocumentLink, DeleteDocument, DocumentId, DocumentReference, GetDocument};
use crate::error::RequestError;

impl DocumentReference {
    fn id(&self, operation: &'static str) -> Result<DocumentId, Error> {
        let missing = || RequestError::new(operation, "documentId", "is missing in the reference to the document");
        Ok(self.document_id.clone().ok_or_else(missing)?)
    }

    /// The store, if the reference names one.
    fn store(&self) -> Option<String> {
        Some(self.store_id.clone()).filter(|store| !store.is_empty())
    }
}

impl GetDocument {
    /// The document that a reference stands for, with its store and its hash.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] if the reference has no id.
    pub fn of(reference: &DocumentReference) -> Result<Self, Error> {
        let mut operation = Self::new(reference.id(GET)?);
        operation.store_id = reference.store();
        operation.content_hash.clone_from(&reference.content_hash);
        Ok(operation)
    }
}

impl DeleteDocument {
    /// The document that a reference stands for, in its store.
    ///
    /// # Errors
    ///
    /// As [`GetDocument::of`].
    pub fn of(reference: &DocumentReference) -> Result<Self, Error> {
        let mut operation = Self::new(reference.id(DELETE)?);
        operation.store_id = reference.store();
        Ok(operation)
    }
}

impl CreateDocumentLink {
    /// For the document that a reference stands for, with its store and its hash.
    ///
    /// # Errors
    ///
    /// As [`GetDocument::of`].
    pub fn of(reference: &DocumentReference) -> Result<Self, Error> {
        let mut operation = Self::new(reference.id(LINK)?);
        operation.store_id = reference.store();
        operation.content_hash.clone_from(&reference.content_hash);
        Ok(operation)
    }
}

const GET: &str = "get_document";
const DELETE: &str = "delete_document";
const LINK: &str = "create_document_link";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CallOptions, Config, Operation};

    fn reference(body: serde_json::Value) -> DocumentReference {
        serde_json::from_value(body).unwrap()
    }

    fn target(operation: &impl Operation) -> String {
        let config = Config::builder().rest_address("http://h").build().unwrap();
        operation.request(&config, &CallOptions::new()).unwrap().uri().to_string()
    }

    #[test]
    fn downloads_send_the_hash() {
        let whole = reference(serde_json::json!({ "documentId": "d", "storeId": "s", "contentHash": "a+b" }));
        let target_of = "http://h/v2/documents/d";
        assert_eq!(target(&GetDocument::of(&whole).unwrap()), format!("{target_of}?storeId=s&contentHash=a%2Bb"));
        assert_eq!(target(&DeleteDocument::of(&whole).unwrap()), format!("{target_of}?storeId=s"));
        let link = target(&CreateDocumentLink::of(&whole).unwrap());
        assert_eq!(link, format!("{target_of}/links?storeId=s&contentHash=a%2Bb"));
    }

    #[test]
    fn a_reference_without_an_id_decodes_and_cannot_be_used() {
        for body in [serde_json::json!({ "storeId": "s" }), serde_json::json!({ "documentId": null, "storeId": "s" })] {
            let error = GetDocument::of(&reference(body)).unwrap_err().to_string();
            assert_eq!(error, "get_document: documentId is missing in the reference to the document");
        }
        let no_store = reference(serde_json::json!({ "documentId": "d" }));
        assert_eq!(target(&GetDocument::of(&no_store).unwrap()), "http://h/v2/documents/d");
    }
}
