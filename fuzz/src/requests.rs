//! Any requests to the embedded cluster, one after the other: each is answered or waits, with a status that a cluster has, and the
//! state stays sound. The same function is fuzzed, and replayed over the corpus by the ordinary tests.
//!
//! Layout of an input: requests with a line `--` between them. The first line is the method and the path below `/v2`; the
//! second is the media type, or empty; the rest is the body. `#1` in a path or body stands for the first key that an answer
//! showed, `#2` for the second, and so on. The method `WAIT` lets so many milliseconds pass as its path says.

use camunda_emulator::Cluster;
use http::{Method, Request};

const BEGIN: i64 = 1_700_000_000_000;
/// Longer inputs add nothing.
const REQUESTS: usize = 40;

/// Runs one input.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut cluster = Cluster::default();
    let (mut now, mut keys) = (BEGIN, Vec::new());
    for request in text.split("\n--\n").take(REQUESTS) {
        let request = filled(request, &keys);
        let (first, rest) = request.split_once('\n').unwrap_or((&request, ""));
        let (media_type, body) = rest.split_once('\n').unwrap_or((rest, ""));
        let (method, path) = first.split_once(' ').unwrap_or((first, ""));
        if method == "WAIT" {
            now += path.parse::<u32>().map_or(0, i64::from);
            cluster.advance(now);
        } else {
            let built = Request::builder().uri(format!("/v2{path}")).header("content-type", media_type);
            let method = Method::from_bytes(method.as_bytes());
            let (Ok(method), Ok(mut request)) = (method, built.body(body.as_bytes().to_vec())) else { continue };
            *request.method_mut() = method;
            cluster.handle(request, now);
        }
        let faults = cluster.inconsistencies();
        assert!(faults.is_empty(), "{faults:?} after {first}");
        while let Some((_, answer)) = cluster.poll_answer() {
            let status = answer.status().as_u16();
            assert!(status < 500 || matches!(status, 501 | 503 | 504), "{first}: {status}");
            collect(&String::from_utf8_lossy(answer.body()), &mut keys);
        }
        let _next = cluster.deadline();
    }
}

/// The keys that an answer shows, in the order of its text.
fn collect(answer: &str, keys: &mut Vec<String>) {
    let texts = answer.split('"').filter(|text| text.len() >= 16 && text.bytes().all(|b| b.is_ascii_digit()));
    for key in texts.take(20) {
        if keys.len() < 100 && !keys.iter().any(|known| known == key) {
            keys.push(key.to_owned());
        }
    }
}

/// Puts keys for their numbers, higher ones first so that `#1` does not spoil `#12`.
fn filled(request: &str, keys: &[String]) -> String {
    let mut request = request.to_owned();
    for (at, key) in keys.iter().enumerate().rev() {
        let mark = format!("#{}", at + 1);
        if request.contains(&mark) {
            request = request.replace(&mark, key);
        }
    }
    request
}
