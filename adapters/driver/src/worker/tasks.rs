//! A set of futures that is polled where it stands: only those that were woken are polled again. It is what an executor does,
//! without one, so that a worker needs no spawn.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

pub(crate) type Task<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Futures under way, in no order.
pub(crate) struct Tasks<T> {
    tasks: Vec<Option<(Task<T>, Arc<TaskWaker>)>>,
    free: Vec<usize>,
    ready: Arc<Ready>,
}

/// Which tasks to poll, and whom to wake for it.
#[derive(Default)]
struct Ready(Mutex<(VecDeque<usize>, Option<Waker>)>);

impl Ready {
    fn lock(&self) -> MutexGuard<'_, (VecDeque<usize>, Option<Waker>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct TaskWaker {
    index: usize,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let waker = {
            let mut ready = self.ready.lock();
            ready.0.push_back(self.index);
            ready.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Tasks<T> {
    pub(crate) fn new() -> Self {
        Self { tasks: Vec::new(), free: Vec::new(), ready: Arc::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.free.len() == self.tasks.len()
    }

    /// Adds a future; it is polled for the first time by the next [`poll_next`](Self::poll_next).
    pub(crate) fn push(&mut self, task: Task<T>) {
        let index = self.free.pop().unwrap_or_else(|| {
            self.tasks.push(None);
            self.tasks.len() - 1
        });
        let waker = Arc::new(TaskWaker { index, queued: AtomicBool::new(false), ready: Arc::clone(&self.ready) });
        self.tasks[index] = Some((task, Arc::clone(&waker)));
        waker.wake();
    }

    /// The output of a future that is done.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<T> {
        loop {
            let index = {
                let mut ready = self.ready.lock();
                let Some(index) = ready.0.pop_front() else {
                    ready.1 = Some(context.waker().clone());
                    return Poll::Pending;
                };
                index
            };
            // A wake of a task that has ended, whose place another may have taken: polling once too often harms nobody.
            let Some(Some((task, waker))) = self.tasks.get_mut(index) else { continue };
            waker.queued.store(false, Ordering::Release);
            let task_waker = Waker::from(Arc::clone(waker));
            if let Poll::Ready(output) = task.as_mut().poll(&mut Context::from_waker(&task_waker)) {
                self.tasks[index] = None;
                self.free.push(index);
                return Poll::Ready(output);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn, ready};
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::blocking::block_on;

    #[test]
    fn only_what_was_woken_is_polled() {
        let mut tasks = Tasks::new();
        let polls = Arc::new(AtomicUsize::new(0));
        for _ in 0..3 {
            let polls = Arc::clone(&polls);
            tasks.push(Box::pin(poll_fn(move |_| {
                polls.fetch_add(1, Ordering::SeqCst);
                Poll::<u8>::Pending
            })));
        }
        let mut context = Context::from_waker(Waker::noop());
        assert!(tasks.poll_next(&mut context).is_pending());
        assert!(tasks.poll_next(&mut context).is_pending());
        assert_eq!(polls.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn a_place_is_used_again() {
        let mut tasks = Tasks::new();
        tasks.push(Box::pin(pending()));
        for number in 0..100 {
            tasks.push(Box::pin(ready(number)));
            assert_eq!(block_on(poll_fn(|context| tasks.poll_next(context))), number);
        }
        assert_eq!(tasks.tasks.len(), 2);
    }
}
