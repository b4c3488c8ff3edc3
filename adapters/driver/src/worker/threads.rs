//! Threads that run blocking work for a loop, started when they are needed and never more than allowed. What they run is
//! their caller's business; a result comes back as a future.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use super::tasks::Task;

type Work = Box<dyn FnOnce() + Send>;

/// What a panic brings.
pub(crate) type Panic = Box<dyn Any + Send>;

/// How long a thread waits for more work before it ends.
const IDLE: Duration = Duration::from_secs(10);

/// A bounded set of threads.
#[derive(Clone)]
pub(crate) struct Threads {
    name: String,
    limit: usize,
    stack: usize,
    sender: Sender<Work>,
    state: Arc<State>,
}

struct State {
    receiver: Mutex<Receiver<Work>>,
    count: Mutex<Count>,
}

#[derive(Default)]
struct Count {
    /// All threads.
    alive: usize,
    /// Work that no thread has taken yet, and threads that have none.
    queued: usize,
    idle: usize,
}

impl State {
    fn count(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Threads {
    pub(crate) fn new(name: &str, limit: usize, stack: usize) -> Self {
        let (sender, receiver) = channel();
        let state = State { receiver: Mutex::new(receiver), count: Mutex::default() };
        Self { name: name.to_owned(), limit, stack, sender, state: Arc::new(state) }
    }

    /// Runs it on a thread; the future completes with its result, or with its panic, which harms no thread.
    pub(crate) fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Task<Result<T, Panic>> {
        let promise = Arc::new(Mutex::new((None, None::<Waker>)));
        let kept = Arc::clone(&promise);
        self.start(Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(work));
            let waker = {
                let mut promise = kept.lock().unwrap_or_else(PoisonError::into_inner);
                promise.0 = Some(result);
                promise.1.take()
            };
            if let Some(waker) = waker {
                waker.wake();
            }
        }));
        Box::pin(std::future::poll_fn(move |context| {
            let mut promise = promise.lock().unwrap_or_else(PoisonError::into_inner);
            match promise.0.take() {
                Some(result) => Poll::Ready(result),
                None => {
                    promise.1 = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        }))
    }

    fn start(&self, work: Work) {
        let mut count = self.state.count();
        count.queued += 1;
        let needed = count.queued > count.idle && count.alive < self.limit;
        if needed {
            let state = Arc::clone(&self.state);
            let spawned =
                thread::Builder::new().name(self.name.clone()).stack_size(self.stack).spawn(move || serve(&state));
            match spawned {
                Ok(_) => count.alive += 1,
                // Without a thread at all the work would never be done: it is done here, late but done.
                Err(_) if count.alive == 0 => {
                    count.queued -= 1;
                    drop(count);
                    return work();
                }
                Err(_) => {}
            }
        }
        drop(count);
        // The receiver lives in the state that this holds.
        let _ = self.sender.send(work);
    }
}

fn serve(state: &State) {
    loop {
        state.count().idle += 1;
        let received = state.receiver.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(IDLE);
        let mut count = state.count();
        count.idle -= 1;
        match received {
            Ok(work) => {
                count.queued -= 1;
                drop(count);
                work();
            }
            Err(RecvTimeoutError::Timeout) if count.queued > 0 => {}
            Err(_) => {
                count.alive -= 1;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::blocking::block_on;

    #[test]
    fn no_more_threads_than_allowed_do_all_the_work() {
        let threads = Threads::new("test", 3, 64 << 10);
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let results: Vec<_> = (0..50)
            .map(|number| {
                let (running, most) = (Arc::clone(&running), Arc::clone(&most));
                threads.run(move || {
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::yield_now();
                    running.fetch_sub(1, Ordering::SeqCst);
                    number
                })
            })
            .collect();
        let numbers: Vec<usize> = results.into_iter().map(|result| block_on(result).unwrap()).collect();
        assert_eq!(numbers, (0..50).collect::<Vec<_>>());
        assert!(most.load(Ordering::SeqCst) <= 3);
    }

    #[test]
    fn a_panic_comes_back_and_the_thread_goes_on() {
        let threads = Threads::new("test", 1, 64 << 10);
        let panic = block_on(threads.run(|| panic!("unlucky"))).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"unlucky"));
        assert_eq!(block_on(threads.run(|| 7)).unwrap(), 7);
    }
}
