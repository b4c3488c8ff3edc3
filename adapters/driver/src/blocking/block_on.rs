//! Runs one future on the current thread, parking it in between. Sleep is a note of when to look again, so that no timer
//! thread is needed.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

thread_local! {
    /// The earliest instant that a future polled on this thread sleeps until.
    static LOOK_AGAIN: Cell<Option<Instant>> = const { Cell::new(None) };
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future to its end.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    // A handler may block on a call inside a loop that is itself blocked on.
    let outer = LOOK_AGAIN.take();
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            LOOK_AGAIN.set(outer);
            return output;
        }
        match LOOK_AGAIN.take() {
            Some(at) => thread::park_timeout(at.saturating_duration_since(Instant::now())),
            None => thread::park(),
        }
    }
}

/// Completes at that instant, under [`block_on`].
pub(crate) async fn sleep_until(at: Instant) {
    poll_fn(|_| {
        if Instant::now() >= at {
            return Poll::Ready(());
        }
        LOOK_AGAIN.set(Some(LOOK_AGAIN.get().map_or(at, |earlier| earlier.min(at))));
        Poll::Pending
    })
    .await;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sleep_ends_at_its_instant_even_within_another() {
        let start = Instant::now();
        block_on(async {
            block_on(sleep_until(start + Duration::from_millis(5)));
            sleep_until(start + Duration::from_millis(20)).await;
        });
        assert!(start.elapsed() >= Duration::from_millis(20));
    }

    #[test]
    fn a_wake_from_another_thread_is_not_lost() {
        let (sender, receiver) = std::sync::mpsc::channel::<Waker>();
        let other = thread::spawn(move || receiver.recv().map(std::task::Waker::wake));
        let mut polls = 0;
        block_on(poll_fn(|context| {
            polls += 1;
            if polls == 1 {
                let _ = sender.send(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(())
        }));
        assert!(other.join().is_ok());
    }
}
