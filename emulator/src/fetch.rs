//! Fetches a document of an identity provider over plain HTTP.
//! It speaks no TLS and follows no redirects: the emulator is for tests on one machine or network.

use std::time::Duration;

use http::{Request, Uri, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(5);
const DOCUMENT_LIMIT: usize = 1024 * 1024;

pub(crate) async fn fetch(address: &str) -> Result<Bytes, String> {
    match tokio::time::timeout(PATIENCE, get(address)).await {
        Ok(fetched) => fetched.map_err(|reason| format!("cannot fetch {address}: {reason}")),
        Err(_) => Err(format!("cannot fetch {address}: no answer within {} s", PATIENCE.as_secs())),
    }
}

async fn get(address: &str) -> Result<Bytes, String> {
    let uri: Uri = address.parse().map_err(|_| "this is no address".to_owned())?;
    let host = uri.host().filter(|_| uri.scheme_str() == Some("http")).ok_or("only http:// is supported")?;
    let stream = TcpStream::connect((host, uri.port_u16().unwrap_or(80))).await.map_err(|e| e.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|e| e.to_string())?;
    // The connection ends with the sender; what broke shows in the answer.
    tokio::spawn(async move { drop(connection.await) });
    let path = uri.path_and_query().map_or("/", |p| p.as_str());
    let authority = uri.authority().map_or(host, |a| a.as_str());
    let request = Request::get(path).header(header::HOST, authority).body(Empty::<Bytes>::new());
    let answer = sender.send_request(request.map_err(|e| e.to_string())?).await.map_err(|e| e.to_string())?;
    if !answer.status().is_success() {
        return Err(format!("answered {}", answer.status()));
    }
    let body = Limited::new(answer.into_body(), DOCUMENT_LIMIT).collect().await.map_err(|e| e.to_string())?;
    Ok(body.to_bytes())
}
