//! Uploads, parsed back by a parser of somebody else: every part has its name, its file name, its type and its bytes.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail")]

use camunda_core::api::{CreateDeployment, CreateDocument, CreateDocuments, DocumentMetadata};
use camunda_core::{CallOptions, Config, Operation};
use futures_executor::block_on;

/// Name, file name, type and content of a part.
type Part = (String, Option<String>, Option<String>, Vec<u8>);

fn parts(operation: &impl Operation) -> Vec<Part> {
    let config = Config::builder().tenant_id("acme").build().unwrap();
    let request = operation.request(&config, &CallOptions::new()).unwrap();
    let content_type = request.headers()["content-type"].to_str().unwrap().to_owned();
    let body = request.into_body().into_bytes();
    let stream = futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    let mut form = multer::Multipart::new(stream, multer::parse_boundary(content_type).unwrap());
    block_on(async {
        let mut parts = Vec::new();
        while let Some(field) = form.next_field().await.unwrap() {
            let (name, file) = (field.name().unwrap().to_owned(), field.file_name().map(str::to_owned));
            let kind = field.content_type().map(ToString::to_string);
            parts.push((name, file, kind, field.bytes().await.unwrap().to_vec()));
        }
        parts
    })
}

fn part(name: &str, file: Option<&str>, kind: Option<&str>, content: &[u8]) -> Part {
    (name.to_owned(), file.map(str::to_owned), kind.map(str::to_owned), content.to_vec())
}

#[test]
fn a_deployment() {
    let odd = b"\r\n--camunda-rust-boundary\r\n\0\xff--";
    let deployment = CreateDeployment::new().resource("models/a.bpmn", "<a/>").resource("b \"1\".bin", odd.as_slice());
    assert_eq!(
        parts(&deployment),
        [
            part("resources", Some("a.bpmn"), Some("application/xml"), b"<a/>"),
            part("resources", Some("b %221%22.bin"), Some("application/octet-stream"), odd),
            part("tenantId", None, None, b"acme"),
        ]
    );
}

#[test]
fn documents() {
    let metadata = || DocumentMetadata::new().file_name("a.json");
    assert_eq!(
        parts(&CreateDocument::new("a.json", "{}").metadata(metadata())),
        [
            part("file", Some("a.json"), Some("application/json"), b"{}"),
            part("metadata", None, Some("application/json"), br#"{"fileName":"a.json"}"#),
        ]
    );
    assert_eq!(
        parts(&CreateDocuments::new().file("a", "1").file_with("b", "", metadata())),
        [
            part("files", Some("a"), Some("application/octet-stream"), b"1"),
            part("files", Some("b"), Some("application/octet-stream"), b""),
            part("metadataList", None, Some("application/json"), br#"[{},{"fileName":"a.json"}]"#),
        ]
    );
}
