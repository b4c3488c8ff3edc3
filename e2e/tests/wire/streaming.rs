//! Documents that are read while they are sent, and written while they come.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};

use camunda_emulator::Emulator;
use camunda_hyper::api::{DocumentReference, GetDocument, UploadDocument};
use camunda_hyper::{Config, Error, Reader, Sink as _, Source as _, Writer};

use crate::on_every_adapter;
use crate::peer::{Peer, Reply, json};
use crate::subject::Subject;

on_every_adapter!(
    Streaming:
    a_document_goes_up_and_comes_down,
    the_limit_of_bodies_is_for_those_that_are_collected,
    a_source_that_fails_fails_the_call,
    a_source_keeps_to_the_length_that_was_told,
    a_sink_that_fails_fails_the_call,
    an_error_is_no_document,
    half_a_document_is_an_error,
    what_was_read_is_not_sent_again,
);

/// Bytes that are easily told from others.
struct Pattern(u64, u64);

impl Read for Pattern {
    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        let length = part.len().min(usize::try_from(self.1 - self.0).unwrap()).min(10_007);
        for byte in &mut part[..length] {
            *byte = (self.0 % 251) as u8;
            self.0 += 1;
        }
        Ok(length)
    }
}

const SIZE: u64 = 1_000_000;

fn client<S: Subject>(cluster: &Emulator) -> S {
    S::open(Config::from_pairs(cluster.environment()).unwrap())
}

fn get(document: &DocumentReference) -> GetDocument {
    let get = GetDocument::new(document.document_id.clone().expect("an id"));
    match &document.content_hash {
        Some(hash) => get.content_hash(hash.clone()),
        None => get,
    }
}

fn a_document_goes_up_and_comes_down<S: Subject>() {
    let cluster = Emulator::start().unwrap();
    let client: S = client(&cluster);
    for told in [true, false] {
        let mut upload = UploadDocument::new("report.json");
        if told {
            upload = upload.length(SIZE);
        }
        let progress = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&progress);
        let source = Reader(Pattern(0, SIZE)).on_progress(move |bytes| seen.lock().unwrap().push(bytes));
        let document = client.upload(upload, source).unwrap();
        let seen = progress.lock().unwrap();
        assert!(seen.len() > 10 && seen.is_sorted() && seen.last() == Some(&SIZE), "{seen:?}");

        let (mut written, mut last) = (Vec::new(), 0);
        let length = client.download(get(&document), Writer(&mut written).on_progress(|bytes| last = bytes)).unwrap();
        let mut expected = Vec::new();
        Pattern(0, SIZE).read_to_end(&mut expected).unwrap();
        assert!(written == expected, "{} bytes of {SIZE}", written.len());
        assert_eq!((length, last), (SIZE, SIZE));
    }
}

fn the_limit_of_bodies_is_for_those_that_are_collected<S: Subject>() {
    let cluster = Emulator::start().unwrap();
    let document = client::<S>(&cluster).upload(UploadDocument::new("a"), Reader(Pattern(0, SIZE))).unwrap();
    let small = Config::from_pairs(cluster.environment().into_iter().chain([limit()])).unwrap();
    let client = S::open(small);
    assert_eq!(client.download(get(&document), Writer(io::sink())).unwrap(), SIZE);
    assert!(client.send(get(&document)).unwrap_err().to_string().contains("limit of 1000 bytes"));
}

fn limit() -> (String, String) {
    ("CAMUNDA_SDK_MAX_BODY_BYTES".to_owned(), "1000".to_owned())
}

fn a_source_that_fails_fails_the_call<S: Subject>() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is on fire"))
        }
    }
    let cluster = Emulator::start().unwrap();
    let source = Reader(Pattern(0, 100_000).chain(Broken));
    let error = client::<S>(&cluster).upload(UploadDocument::new("a").length(SIZE), source).unwrap_err();
    assert!(error.may_have_executed() && error.to_string().contains("the disk is on fire"), "{error}");
}

fn a_source_keeps_to_the_length_that_was_told<S: Subject>() {
    let cluster = Emulator::start().unwrap();
    let client: S = client(&cluster);
    for (has, said) in [(SIZE - 1, "ended 1 bytes before"), (SIZE + 1, "longer than was told")] {
        let upload = UploadDocument::new("a").length(SIZE);
        let error = client.upload(upload, Reader(Pattern(0, has))).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}

fn a_sink_that_fails_fails_the_call<S: Subject>() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is full"))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let cluster = Emulator::start().unwrap();
    let client: S = client(&cluster);
    let document = client.upload(UploadDocument::new("a"), Reader(Pattern(0, SIZE))).unwrap();
    let error = client.download(get(&document), Writer(Full)).unwrap_err();
    assert!(error.to_string().contains("the disk is full"), "{error}");
    assert_eq!(client.download(get(&document), Writer(io::sink())).unwrap(), SIZE, "the next one is well");
}

fn an_error_is_no_document<S: Subject>() {
    let cluster = Emulator::start().unwrap();
    let mut written = Vec::new();
    let error = client::<S>(&cluster).download(GetDocument::new("nowhere"), Writer(&mut written)).unwrap_err();
    assert!(error.is_not_found() && written.is_empty(), "{error}");
    assert!(!error.problem().unwrap().detail().is_empty(), "an error is collected, and read");
}

fn half_a_document_is_an_error<S: Subject>() {
    let begin = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
    let peer = Peer::start(move |_, _| Reply::Close(begin.clone()));
    let mut written = Vec::new();
    let error = S::open(peer.config().build().unwrap()).download(GetDocument::new("a"), Writer(&mut written));
    assert!(matches!(error, Err(Error::Network(_))), "{error:?}");
    assert_eq!((written.as_slice(), peer.requests().len()), (&b"half"[..], 1), "what was written is not written again");
}

fn what_was_read_is_not_sent_again<S: Subject>() {
    for status in [401, 429, 503] {
        let peer = Peer::start(move |_, _| Reply::Bytes(json(status, "{}")));
        let settings = peer.config().set("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", "3").basic("demo", "demo");
        let client = S::open(settings.build().unwrap());
        let error = client.upload(UploadDocument::new("a").length(10), Reader(Pattern(0, 10))).unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), peer.requests().len()), (status, 1), "{error}");
    }
}

/// What reads and writes asynchronously, by the traits of either world.
#[test]
fn asynchronous_readers_and_writers_do_as_well() {
    let cluster = Emulator::start().unwrap();
    let config = || Config::from_pairs(cluster.environment()).unwrap();
    const TEXT: &[u8] = b"a letter";
    let upload = || UploadDocument::new("letter.txt").length(8);

    let client = camunda_smol::Client::new(config()).unwrap();
    futures_executor::block_on(async {
        let mut written = Vec::new();
        let document = client.upload_document(upload(), camunda_smol::AsyncReader(TEXT)).await.unwrap();
        let to = camunda_smol::AsyncWriter(&mut written);
        assert_eq!(client.download(get(&document), to).await.unwrap(), 8);
        assert_eq!(written, TEXT);
    });

    let client = camunda_hyper::Client::new(config()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut written = Vec::new();
        let document = client.upload_document(upload(), camunda_hyper::AsyncReader(TEXT)).await.unwrap();
        let to = camunda_hyper::AsyncWriter(&mut written);
        assert_eq!(client.download(get(&document), to).await.unwrap(), 8);
        assert_eq!(written, TEXT);
    });
}
