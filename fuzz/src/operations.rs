//! Any bytes as the answer to any operation, and any text as the members of any request. Decoding never panics and keeps the
//! status; what was decoded is written so that it decodes to the same; a request that is made is one that can be sent.
//!
//! Layout of an input: the operation in two bytes, status, then the answer's body or the request's members.

use camunda_core::api::roundtrip::ENTRIES;
use camunda_core::model::roundtrip::Entry;
use camunda_core::{Answer, CallOptions, Config};

/// Successes only: errors are a call's matter, whatever the operation. 255 asks for a request instead.
const STATUSES: [u16; 4] = [200, 201, 204, 207];

/// Runs one input.
pub fn run(data: &[u8]) {
    let [high, low, status, body @ ..] = data else { return };
    let entry = &ENTRIES[usize::from(u16::from_be_bytes([*high, *low])) % ENTRIES.len()];
    if *status == 255 {
        request(entry, body);
    } else {
        answer(entry, STATUSES[usize::from(status % 4)], body);
    }
}

fn answer(entry: &Entry, status: u16, body: &[u8]) {
    let status = http::StatusCode::from_u16(status).unwrap();
    let decode =
        |body: Vec<u8>| (entry.answer)(Answer::new(entry.info.name, status, http::HeaderMap::new(), body.into()));
    match decode(body.to_vec()) {
        Ok(Some(written)) if written != "null" => {
            // Text answers are written as JSON texts, which are not what was answered.
            if !written.starts_with('"') {
                let again = decode(written.clone().into_bytes()).unwrap().unwrap();
                assert_eq!(again, written, "{}", entry.info.id);
            }
        }
        Ok(_) => {}
        Err(error) => {
            assert_eq!(error.status(), Some(status), "{}", entry.info.id);
            assert!(error.to_string().starts_with(entry.info.name), "{error}");
        }
    }
}

fn request(entry: &Entry, members: &[u8]) {
    let (Some(encode), Ok(members)) = (entry.request, std::str::from_utf8(members)) else { return };
    let config = Config::builder().rest_address("http://h/v2").build().unwrap();
    let Ok(Ok(request)) = encode(members, &config, &CallOptions::new()) else { return };
    let path = request.uri().path();
    // Nothing that was given adds a segment to the path, or walks it up.
    let segments = |path: &str| path.split('/').filter(|segment| !segment.is_empty()).count();
    let root = usize::from(!path.starts_with("/cluster/v2/"));
    assert_eq!(segments(path), segments(entry.info.path) + root, "{path}");
    assert!(!path.split('/').any(|segment| segment == "." || segment == ".."), "{path}");
}
