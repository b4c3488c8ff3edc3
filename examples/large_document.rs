//! A document of a gigabyte, up and down, in memory that does not grow with it: `large_document [MEBIBYTES]`, by hand and
//! with `--release`. The server takes and sends bytes and keeps none, so that what is measured is the client.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use camunda_hyper::api::{GetDocument, UploadDocument};
use camunda_hyper::{CallOptions, Config, Error, Reader, Sink as _, Source as _, Writer};

fn main() -> Result<(), Error> {
    let mebibytes = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1024_u64);
    let size = mebibytes << 20;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || serve(stream, size));
        }
    });
    let config = || Config::builder().rest_address(&address).build();
    let patient = || CallOptions::new().deadline(Duration::from_secs(3600));
    let upload = || UploadDocument::new("film.mp4").length(size);
    let source = || Reader(io::repeat(7).take(size)).on_progress(progress("up", size));
    let sink = || Writer(io::sink()).on_progress(progress("down", size));

    let client = camunda_ureq::Client::new(config()?)?.with(patient());
    measured("ureq up", size, || client.upload_document(upload(), source()).map(drop))?;
    measured("ureq down", size, || client.download(GetDocument::new("a"), sink()).map(drop))?;

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = camunda_hyper::Client::new(config()?)?.with(patient());
    measured("hyper up", size, || runtime.block_on(client.upload_document(upload(), source())).map(drop))?;
    measured("hyper down", size, || runtime.block_on(client.download(GetDocument::new("a"), sink())).map(drop))?;

    let client = camunda_smol::Client::new(config()?)?.with(patient());
    let run = |future| futures_executor::block_on(future);
    measured("smol up", size, || run(client.upload_document(upload(), source())).map(drop))?;
    let down = || futures_executor::block_on(client.download(GetDocument::new("a"), sink())).map(drop);
    measured("smol down", size, down)
}

/// Tells each quarter.
fn progress(way: &'static str, size: u64) -> impl FnMut(u64) + Send + 'static {
    let mut told = 0;
    move |bytes| {
        if bytes * 4 / size.max(1) > told {
            told = bytes * 4 / size.max(1);
            eprintln!("  {way}: {} MiB", bytes >> 20);
        }
    }
}

fn measured(what: &str, size: u64, run: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    let begun = Instant::now();
    run()?;
    let seconds = begun.elapsed().as_secs_f64();
    let rate = (size >> 20) as f64 / seconds;
    println!("{what}: {seconds:.1} s, {rate:.0} MiB/s; at most {} of memory so far", most_memory());
    Ok(())
}

/// The most memory that this process has had, where the system tells.
fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("an unknown amount".to_owned(), |line| line.trim().to_owned())
}

/// Takes what is sent, and sends as much.
fn serve(stream: TcpStream, size: u64) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        while !head.ends_with("\r\n\r\n") {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            head += &line;
        }
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
        let stream = reader.get_mut();
        if head.starts_with("POST") {
            let body = r#"{"camunda.document.type":"camunda","documentId":"a"}"#;
            let length = body.len();
            let head = format!("HTTP/1.1 201 X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
            stream.write_all((head + body).as_bytes())?;
        } else {
            write!(stream, "HTTP/1.1 200 X\r\nContent-Type: video/mp4\r\nContent-Length: {size}\r\n\r\n")?;
            io::copy(&mut io::repeat(7).take(size), stream)?;
        }
    }
}
