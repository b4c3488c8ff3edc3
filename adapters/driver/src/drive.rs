//! The one call loop. It does what the core says and feeds back what happened; it decides nothing.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use camunda_core::{Answer, Error, Event, Step, TransportError, TransportErrorKind};

use crate::files;
use crate::flight::{Flight, Shared};
use crate::log::Bodies;
use crate::stream::Sink;
use crate::transport::{Chunks, Transport};

pub(crate) async fn drive<T: Transport>(shared: &Shared, transport: &T, flight: Flight<'_>) -> Result<Answer, Error> {
    drive_into(shared, transport, flight, None).await
}

/// The same, with a place for the body of a success, which is then not in the answer.
pub(crate) async fn drive_into<T: Transport>(
    shared: &Shared,
    transport: &T,
    mut flight: Flight<'_>,
    mut sink: Option<&mut dyn Sink>,
) -> Result<Answer, Error> {
    let (mut body, mut passes) = (None, false);
    let mut bodies = Bodies { log: shared.log(), call: flight.number(), of_cluster: false };
    loop {
        match flight.step() {
            Step::Done(result) => return result,
            Step::Send { request, route, limits } => {
                bodies.request(route, request.body());
                let event = match transport.exchange(request, route, limits).await {
                    Ok((head, chunks)) => {
                        body = Some(chunks);
                        passes = head.status().is_success();
                        Event::Head(head)
                    }
                    Err(error) => Event::Failed(error),
                };
                flight.handle(event);
            }
            Step::Read { until } => {
                let Some(chunks) = &mut body else { return Err(Error::Misuse("a body was wanted before its head")) };
                let event = match (chunks.chunk(until).await, &mut sink) {
                    (Ok(chunk), Some(sink)) if passes => passed(*sink, chunk).await,
                    (Ok(Some(chunk)), _) => {
                        bodies.part("answer body", &chunk);
                        Event::Chunk(chunk)
                    }
                    (Ok(None), _) => Event::End,
                    (Err(error), _) => Event::Failed(error),
                };
                flight.handle(event);
            }
            Step::File(action) => flight.handle(Event::File(files::perform(&action))),
            Step::Credentials { refused, until } => {
                let Some(source) = &shared.source else {
                    return Err(Error::Misuse("there is nobody to ask for credentials"));
                };
                let (mut headers, mut late) =
                    (pin!(source.headers(refused.as_ref())), pin!(transport.sleep_until(until)));
                let event = poll_fn(|context| match headers.as_mut().poll(context) {
                    Poll::Ready(headers) => Poll::Ready(Event::Credentials(headers)),
                    Poll::Pending => late.as_mut().poll(context).map(|()| {
                        Event::Failed(TransportError::not_sent(TransportErrorKind::Timeout, "the program was asked"))
                    }),
                });
                let event = event.await;
                flight.handle(event);
            }
            Step::Wait { until, .. } => either(flight.woken(), transport.sleep_until(until)).await,
        }
    }
}

/// Writes a part, or what is buffered at the end; the core hears that something came, and nothing of what.
async fn passed(sink: &mut dyn Sink, mut chunk: Option<Bytes>) -> Event {
    let written = poll_fn(|context| match &mut chunk {
        Some(chunk) => sink.poll_take(context, chunk),
        None => sink.poll_finish(context),
    });
    match (written.await, chunk) {
        (Ok(()), Some(_)) => Event::Chunk(Bytes::new()),
        (Ok(()), None) => Event::End,
        (Err(error), _) => {
            let what = format!("what came could not be written: {error}");
            Event::Failed(TransportError::maybe_sent(TransportErrorKind::Interrupted, what))
        }
    }
}

/// Completes with the first of two.
async fn either(a: impl Future<Output = ()>, b: impl Future<Output = ()>) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|context| {
        if a.as_mut().poll(context).is_ready() || b.as_mut().poll(context).is_ready() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}
