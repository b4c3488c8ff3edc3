//! Any bytes as the answer to any operation, and any text as the members of any request. A call always ends; decoding never
//! panics and keeps the status; what was decoded is written so that it decodes to the same; a request that is made is one
//! that can be sent.
//!
//! Layout of an input: the operation in two bytes, then status, headers and size of a chunk as for any peer and the answer's
//! body; or 255 and the request's members; or 254 and a text that may be a value of any kind.

use camunda_core::api::roundtrip::ENTRIES;
use camunda_core::api::{
    CreateDeployment, CreateDocument, CreateDocuments, DocumentMetadata, GetProcessDefinitionInstanceStatistics, Paged,
    SearchJobs,
};
use camunda_core::model::roundtrip::Entry;
use camunda_core::worker::split_jobs;
use camunda_core::{Answer, Body, CallOptions, Config, Error, Operation};

use crate::peer::{self, Peer, brief};
use crate::values;

/// How an input went, for those who count what is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Went {
    /// It is no input at all.
    Nowhere,
    /// The answer was a success that decodes, an error that explains itself, or the request can be sent.
    Accepted,
    /// The answer or the request is not what it ought to be.
    Refused,
}

/// Runs one input.
pub fn run(data: &[u8]) -> Went {
    let [high, low, rest @ ..] = data else { return Went::Nowhere };
    let entry = &ENTRIES[usize::from(u16::from_be_bytes([*high, *low])) % ENTRIES.len()];
    match rest {
        [255, members @ ..] => request(entry, members),
        [254, text @ ..] => match std::str::from_utf8(text).map(values::run) {
            Ok(true) => Went::Accepted,
            _ => Went::Refused,
        },
        [status, headers, chunk, body @ ..] => answer(entry, &Peer::new(*status, *headers, *chunk, body, false)),
        _ => Went::Nowhere,
    }
}

fn answer(entry: &Entry, peer: &Peer<'_>) -> Went {
    let answer = match peer::call(peer, |_, _| Ok(entry.prepared())) {
        Ok(answer) => answer,
        Err(error) => {
            brief(&error);
            // Nothing but the connection or the cluster can have failed, and the cluster may have said why.
            return match error.problem() {
                Some(problem) if !problem.title().is_empty() => Went::Accepted,
                _ => Went::Refused,
            };
        }
    };
    let status = answer.status();
    match entry.info.id {
        "activateJobs" => {
            // A batch that can be read can be read job by job; one that cannot must not cost the others their worker.
            let apart = split_jobs(&answer).is_ok_and(|jobs| jobs.iter().all(Result::is_ok));
            assert!(apart || (entry.answer)(answer.clone()).is_err());
        }
        "searchJobs" => turn(SearchJobs::new().from(0).limit(1), &answer),
        "getProcessDefinitionInstanceStatistics" => {
            turn(GetProcessDefinitionInstanceStatistics::new(), &answer);
        }
        "createDeployment" => {
            if let Ok(deployment) = CreateDeployment::response(answer.clone()) {
                let kinds = [deployment.processes().len(), deployment.decisions().len(), deployment.forms().len()];
                let others = [deployment.decision_requirements().len(), deployment.resources().len()];
                assert!(kinds.into_iter().chain(others).max() <= Some(deployment.deployments.len()));
            }
        }
        _ => {}
    }
    match (entry.answer)(answer) {
        Ok(Some(written)) => {
            // Nothing is written for nothing, and texts are written as JSON texts, which are not what was answered.
            if written != "null" && !written.starts_with('"') {
                let again = Answer::new(entry.info.name, status, http::HeaderMap::new(), written.clone().into());
                assert_eq!((entry.answer)(again).unwrap().unwrap(), written, "{}", entry.info.id);
            }
            Went::Accepted
        }
        Ok(None) => Went::Accepted,
        Err(error) => {
            brief(&error);
            assert_eq!(error.status(), Some(status), "{}", entry.info.id);
            assert!(error.to_string().starts_with(entry.info.name), "{error}");
            Went::Refused
        }
    }
}

/// Pages are turned only as long as they lead somewhere else.
fn turn<O: Paged>(mut search: O, answer: &Answer) {
    let Ok(page) = O::response(answer.clone()) else { return };
    if search.turn(&page) {
        assert!(!page.items.is_empty());
        assert!(!O::BY_CURSOR || !search.turn(&page), "the same page again is the last");
    }
}

fn request(entry: &Entry, members: &[u8]) -> Went {
    let config = Config::builder().rest_address("http://h/v2").build().unwrap();
    let options = CallOptions::new();
    let made = match (entry.request, std::str::from_utf8(members)) {
        (Some(encode), Ok(members)) => encode(members, &config, &options).ok(),
        (Some(_), Err(_)) => None,
        (None, _) => Some(upload(entry.info.id, members, &config, &options)),
    };
    let Some(Ok(request)) = made else { return Went::Refused };
    let path = request.uri().path();
    // Nothing that was given adds a segment to the path, or walks it up.
    let segments = |path: &str| path.split('/').filter(|segment| !segment.is_empty()).count();
    let root = usize::from(!path.starts_with("/cluster/v2/"));
    assert_eq!(segments(path), segments(entry.info.path) + root, "{path}");
    assert!(!path.split('/').any(|segment| segment == "." || segment == ".."), "{path}");
    Went::Accepted
}

/// An upload whose parts are the lines of the input, each a name and a content.
fn upload(id: &str, parts: &[u8], config: &Config, options: &CallOptions) -> Result<http::Request<Body>, Error> {
    let mut parts = parts.split(|byte| *byte == b'\n').map(|line| {
        let mut halves = line.splitn(2, |byte| *byte == b'=');
        let name = String::from_utf8_lossy(halves.next().unwrap_or_default()).into_owned();
        (name, halves.next().unwrap_or_default().to_vec())
    });
    match id {
        "createDeployment" => parts
            .fold(CreateDeployment::new(), |upload, (name, content)| upload.resource(name, content))
            .request(config, options),
        "createDocuments" => {
            let metadata = |name: &str| DocumentMetadata::new().file_name(name);
            let add = |upload: CreateDocuments, (name, content): (String, Vec<u8>)| match content.first() {
                Some(b'!') => upload.file_with(name.clone(), content, metadata(&name)),
                _ => upload.file(name, content),
            };
            parts.fold(CreateDocuments::new(), add).request(config, options)
        }
        _ => {
            let (name, content) = parts.next().unwrap_or_default();
            let upload = CreateDocument::new(name, content);
            let metadata = |(name, _): (String, Vec<u8>)| DocumentMetadata::new().file_name(name);
            parts.map(metadata).fold(upload, CreateDocument::metadata).request(config, options)
        }
    }
}
