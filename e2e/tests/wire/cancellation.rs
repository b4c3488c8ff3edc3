//! A call that is dropped, wherever it is: whoever comes next finds everything in its place.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;

use camunda_driver::{Client, Transport};

use crate::peer::{Peer, Reply, TOPOLOGY, json};
use crate::subject::Executor;
use crate::subject::executors::{AsyncStd, Bare, Smol, Tokio};

const TOKEN: &str = r#"{"access_token":"t0ken","token_type":"Bearer","expires_in":300}"#;

/// Drops a call after each number of polls that it can take, from asking for a token to the last byte of the answer.
fn dropped_at_every_await<T: Transport, E: Executor>() {
    let executor = E::start();
    let provider = Peer::start(|_, _| Reply::Trickle(json(200, TOKEN)));
    let cluster = Peer::start(|_, _| Reply::Trickle(json(200, TOPOLOGY)));
    for polls in 0.. {
        let settings = cluster.config().set("CAMUNDA_OAUTH_URL", format!("{}/token", provider.address()));
        let settings = settings.set("CAMUNDA_CLIENT_ID", "worker").set("CAMUNDA_CLIENT_SECRET", "secret");
        // One permit: were it lost, the next call would wait for it in vain.
        let settings = settings.set("CAMUNDA_SDK_BACKPRESSURE_INITIAL_MAX", "1");
        let client = Client::<T>::new(settings.build().unwrap()).unwrap();
        let (tokens, before) = (provider.requests().len(), cluster.requests().len());
        let done = executor.block_on(async {
            let mut call = pin!(client.get_topology());
            let mut left = polls;
            poll_fn(|context| {
                if left == 0 {
                    return Poll::Ready(false);
                }
                left -= 1;
                call.as_mut().poll(context).map(|result| result.is_ok())
            })
            .await
        });
        executor.block_on(client.get_topology()).unwrap();
        let (tokens, requests) = (provider.requests().len() - tokens, cluster.requests()[before..].to_vec());
        assert!(tokens <= 2 && requests.len() <= 2, "{tokens} tokens, {} requests", requests.len());
        if done {
            assert_eq!(
                (tokens, requests[0].connection),
                (1, requests[1].connection),
                "what was read to its end is kept"
            );
            assert!(polls > 3, "{polls} polls are too few to have been everywhere");
            return;
        }
        if let [dropped, next] = &requests[..] {
            assert_ne!(dropped.connection, next.connection, "an answer that nobody read is not taken for the next");
        }
    }
}

#[test]
fn on_tokio() {
    dropped_at_every_await::<camunda_hyper::Hyper, Tokio>();
}

#[test]
fn on_smol() {
    dropped_at_every_await::<camunda_smol::Smol, Smol>();
}

#[test]
fn on_async_std() {
    dropped_at_every_await::<camunda_smol::Smol, AsyncStd>();
}

#[test]
fn without_an_executor() {
    dropped_at_every_await::<camunda_smol::Smol, Bare>();
}
