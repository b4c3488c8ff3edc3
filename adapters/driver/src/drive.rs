//! The one call loop. It does what the core says and feeds back what happened; it decides nothing.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use camunda_core::{Answer, Error, Event, Step, TransportError, TransportErrorKind};

use crate::files;
use crate::flight::{Flight, Shared};
use crate::log::Bodies;
use crate::transport::{Chunks, Transport};

pub(crate) async fn drive<T: Transport>(
    shared: &Shared,
    transport: &T,
    mut flight: Flight<'_>,
) -> Result<Answer, Error> {
    let mut body = None;
    let mut bodies = Bodies { log: shared.log(), call: flight.number(), of_cluster: false };
    loop {
        match flight.step() {
            Step::Done(result) => return result,
            Step::Send { request, route, limits } => {
                bodies.request(route, request.body());
                let event = match transport.exchange(request, route, limits).await {
                    Ok((head, chunks)) => {
                        body = Some(chunks);
                        Event::Head(head)
                    }
                    Err(error) => Event::Failed(error),
                };
                flight.handle(event);
            }
            Step::Read { until } => {
                let Some(chunks) = &mut body else { return Err(Error::Misuse("a body was wanted before its head")) };
                let event = match chunks.chunk(until).await {
                    Ok(Some(chunk)) => {
                        bodies.part("answer body", &chunk);
                        Event::Chunk(chunk)
                    }
                    Ok(None) => Event::End,
                    Err(error) => Event::Failed(error),
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
