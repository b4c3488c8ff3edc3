//! Sends every request that the samples make to a validator, such as Prism over the API description, and decodes what it
//! answers. `judged ADDRESS` where the objects of requests are closed also counts how many planted members are refused.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::ExitCode;

use camunda_core::api::roundtrip::ENTRIES;
use camunda_core::api::{CreateDeployment, CreateDocument, CreateDocuments, DocumentMetadata};
use camunda_core::model::roundtrip::Entry;
use camunda_core::{Answer, Body, CallOptions, Config, Operation};
use serde_json::{Map, Value};

/// Fewer than these refused, and the judge would not notice a misspelt member.
const REFUSED: usize = 120;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("usage: judged ADDRESS");
        return ExitCode::FAILURE;
    };
    let config = Config::builder().rest_address(&*address).build().expect("an address");
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/samples/8.10.json");
    let samples: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(samples).expect("samples")).expect("JSON");
    let mut court = Court::default();
    for sample in &samples {
        let entry = ENTRIES.iter().find(|entry| sample["op"] == entry.info.id).expect("a known operation");
        if let Some(encode) = entry.request {
            for (asked, body) in [("query", "requestMin"), ("queryFull", "requestFull")] {
                let mut members = object(&sample["pathParams"]);
                members.extend(object(&sample[asked]));
                members.extend(object(&sample[body]));
                let members = Value::Object(members).to_string();
                let request = encode(&members, &config, &CallOptions::new()).expect("members").expect("a request");
                court.judge(entry, &request);
            }
            if sample.get("requestMin").is_some() {
                let members = [&sample["pathParams"], &sample["query"], &sample["requestMin"]];
                let members: Map<String, Value> = members.into_iter().flat_map(object).collect();
                let members = Value::Object(members).to_string();
                let request = encode(&members, &config, &CallOptions::new()).expect("members").expect("a request");
                court.plant(&request);
            }
        } else {
            for request in uploads(entry, &config) {
                court.judge(entry, &request);
            }
        }
    }
    court.sentence()
}

/// What is made by hand.
fn uploads(entry: &Entry, config: &Config) -> Vec<http::Request<Body>> {
    let options = CallOptions::new();
    let metadata = || DocumentMetadata::new().file_name("a.txt");
    let requests = match entry.info.id {
        "createDeployment" => vec![CreateDeployment::new().resource("a.bpmn", "<a/>").request(config, &options)],
        "createDocument" => vec![
            CreateDocument::new("a.txt", "a").request(config, &options),
            CreateDocument::new("a.txt", "a").metadata(metadata()).store_id("s").request(config, &options),
        ],
        "createDocuments" => vec![
            CreateDocuments::new().file("a.txt", "a").request(config, &options),
            CreateDocuments::new().file_with("a.txt", "a", metadata()).file("b.txt", "b").request(config, &options),
        ],
        other => panic!("{other} is made by hand, but not here"),
    };
    requests.into_iter().map(|request| request.expect("a request")).collect()
}

#[derive(Default)]
struct Court {
    accepted: usize,
    decoded: usize,
    planted: usize,
    refused: usize,
    wrong: Vec<String>,
}

impl Court {
    fn judge(&mut self, entry: &Entry, request: &http::Request<Body>) {
        let (status, body) = exchange(request, request.body().clone().into_bytes().to_vec());
        if status >= 300 {
            let body = String::from_utf8_lossy(&body).into_owned();
            self.wrong.push(format!(
                "{}: {} {} answered {status}: {body}",
                entry.info.id,
                request.method(),
                request.uri()
            ));
            return;
        }
        self.accepted += 1;
        let status = http::StatusCode::from_u16(status).expect("a status");
        match (entry.answer)(Answer::new(entry.info.name, status, http::HeaderMap::new(), body.into())) {
            Ok(_) => self.decoded += 1,
            Err(error) => self.wrong.push(error.to_string()),
        }
    }

    fn plant(&mut self, request: &http::Request<Body>) {
        let mut body: Value = serde_json::from_slice(&request.body().clone().into_bytes()).expect("JSON");
        body["planted"] = Value::Bool(true);
        self.planted += 1;
        self.refused += usize::from(exchange(request, body.to_string().into_bytes()).0 >= 400);
    }

    fn sentence(self) -> ExitCode {
        println!("{} requests accepted, {} answers decoded", self.accepted, self.decoded);
        println!("{} of {} planted members refused", self.refused, self.planted);
        self.wrong.iter().for_each(|wrong| eprintln!("{wrong}"));
        if self.wrong.is_empty() && self.refused >= REFUSED { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// One exchange on a connection of its own.
fn exchange(request: &http::Request<Body>, body: Vec<u8>) -> (u16, Vec<u8>) {
    let authority = request.uri().authority().expect("an authority").as_str();
    let target = request.uri().path_and_query().expect("a path").as_str();
    let mut head = format!("{} {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n", request.method());
    for (name, value) in request.headers() {
        head += &format!("{name}: {}\r\n", value.to_str().expect("text"));
    }
    if !body.is_empty() {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    // The description asks for credentials of any kind.
    head += "Authorization: Bearer demo\r\n\r\n";
    let mut stream = TcpStream::connect(authority).expect("a connection");
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).expect("a request that is taken");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let body = answer[end + 4..].to_vec();
    (status, if head.contains("transfer-encoding: chunked") { unchunked(&body) } else { body })
}

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(String::from_utf8_lossy(&body[..end]).trim(), 16).expect("a size");
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 2 + size + 2..];
        if size == 0 {
            break;
        }
    }
    whole
}
