//! One child process: its pipes, and a thread for each, so that neither side waits for the other, and so that its worker may
//! give up at any time. What is said is not understood here.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{self, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use crate::log::Log;
use crate::worker::lease::Lease;

/// The longest answer that is read, and the longest line of one that is kept.
pub(super) const LONGEST: usize = 64 << 20;
/// How much of standard error is kept for a failure's message, and how long a line of it may be.
const LAST_WORDS: usize = 8 << 10;
/// The threads of the pipes have a buffer and little else.
const PIPE_STACK: usize = 128 << 10;
/// How long a process that has closed its output may take to exit between two looks at it.
const LONGEST_LOOK: Duration = Duration::from_millis(50);

/// What a process says next.
pub(super) enum Said {
    /// A line, with its end.
    Line(Vec<u8>),
    TooLong,
    /// It has closed its output.
    Nothing,
    /// Nobody is interested any more.
    Over,
}

enum Event {
    Line(Vec<u8>),
    TooLong,
    End,
    /// Something has changed about the job.
    Look,
}

/// Pipes for everything, and a group of its own: what interrupts the worker at a terminal is the worker's to handle.
pub(super) fn prepare(command: &mut Command) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        command.process_group(0);
    }
}

/// A child process. Dropped, it is killed.
pub(super) struct Child {
    child: process::Child,
    input: Option<Sender<Vec<u8>>>,
    events: Receiver<Event>,
    /// To be told of changes of the job that it has.
    waker: Waker,
    errors: Arc<Mutex<Errors>>,
    errors_end: Receiver<()>,
}

/// What came on standard error.
struct Errors {
    last: VecDeque<u8>,
    log: Log,
}

struct Look(Mutex<Sender<Event>>);

impl Wake for Look {
    fn wake(self: Arc<Self>) {
        // Without a receiver nobody looks.
        let _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).send(Event::Look);
    }
}

impl Child {
    pub(super) fn start(command: &mut Command, log: Log) -> io::Result<Self> {
        let mut child = command.spawn()?;
        let (input, lines) = channel::<Vec<u8>>();
        let (sender, events) = channel();
        let (errors_open, errors_end) = channel();
        let errors = Arc::new(Mutex::new(Errors { last: VecDeque::new(), log }));
        let waker = Waker::from(Arc::new(Look(Mutex::new(sender.clone()))));
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        // Made before the threads, so that it is killed if there is none to be had.
        let this = Self { child, input: Some(input), events, waker, errors: Arc::clone(&errors), errors_end };
        let pipe = || thread::Builder::new().name("camunda process".to_owned()).stack_size(PIPE_STACK);
        if let Some(mut stdin) = stdin {
            pipe().spawn(move || {
                // A process need not read all of its input.
                while lines.recv().is_ok_and(|line| stdin.write_all(&line).and_then(|()| stdin.flush()).is_ok()) {}
            })?;
        }
        if let Some(stdout) = stdout {
            pipe().spawn(move || read(stdout, &sender))?;
        }
        if let Some(stderr) = stderr {
            pipe().spawn(move || {
                listen(stderr, &errors);
                drop(errors_open);
            })?;
        }
        Ok(this)
    }

    /// What it says on standard error is about another job from now on.
    pub(super) fn works_on(&self, log: Log) {
        let mut errors = self.errors();
        errors.log = log;
        errors.last.clear();
    }

    pub(super) fn write(&self, line: Vec<u8>) {
        if let Some(input) = &self.input {
            // If it reads no more, its output will say why, or end.
            let _ = input.send(line);
        }
    }

    pub(super) fn close_input(&mut self) {
        self.input = None;
    }

    /// Waits for what it says, for as long as the job is its worker's.
    pub(super) fn hear(&self, lease: &Lease) -> Said {
        loop {
            lease.notify(&self.waker);
            let left = lease.until().saturating_duration_since(Instant::now());
            if lease.is_over() || left.is_zero() {
                return Said::Over;
            }
            match self.events.recv_timeout(left) {
                Ok(Event::Line(line)) => return Said::Line(line),
                Ok(Event::TooLong) => return Said::TooLong,
                Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => return Said::Nothing,
                Ok(Event::Look) | Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Waits for its end, which is near once it has closed its output; `None` if it does not come while the job is its
    /// worker's.
    pub(super) fn wait(&mut self, lease: &Lease) -> Option<ExitStatus> {
        let mut look = Duration::from_millis(1);
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if lease.is_over() || lease.until() <= Instant::now() {
                return None;
            }
            thread::sleep(look);
            look = (look * 2).min(LONGEST_LOOK);
        }
    }

    /// Whether it still runs, and has said nothing that nobody asked for.
    pub(super) fn is_good(&mut self) -> bool {
        let quiet = std::iter::from_fn(|| self.events.try_recv().ok()).all(|event| matches!(event, Event::Look));
        quiet && matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills it, and says why it was.
    pub(super) fn kill(&mut self, why: &str) -> String {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.last_words(why)
    }

    /// The end of what it said on standard error, or else this.
    pub(super) fn last_words(&self, otherwise: &str) -> String {
        // A dead process's last words are in the pipe, unless a child of its own still holds it.
        let _ = self.errors_end.recv_timeout(Duration::from_millis(200));
        let bytes: Vec<u8> = self.errors().last.iter().copied().collect();
        let words = String::from_utf8_lossy(&bytes);
        match words.trim() {
            "" => format!("the program failed: {otherwise}"),
            words => format!("the program failed: {otherwise}: {words}"),
        }
    }

    fn errors(&self) -> MutexGuard<'_, Errors> {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Hands on standard output, line by line.
fn read(stdout: impl Read, sender: &Sender<Event>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX).saturating_add(1);
        let event = match (&mut stdout).take(limit).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => Event::End,
            Ok(_) if line.len() > LONGEST => Event::TooLong,
            Ok(_) => Event::Line(line),
        };
        let more = matches!(event, Event::Line(_));
        if sender.send(event).is_err() || !more {
            return;
        }
    }
}

/// Logs standard error, and keeps the end of it.
fn listen(stderr: impl Read, errors: &Mutex<Errors>) {
    let mut stderr = BufReader::new(stderr);
    let limit = u64::try_from(LAST_WORDS).unwrap_or(u64::MAX);
    loop {
        let mut line = Vec::new();
        if !(&mut stderr).take(limit).read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            return;
        }
        let log = {
            let mut errors = errors.lock().unwrap_or_else(PoisonError::into_inner);
            errors.last.extend(&line);
            let surplus = errors.last.len().saturating_sub(LAST_WORDS);
            errors.last.drain(..surplus);
            errors.log.clone()
        };
        log.info(String::from_utf8_lossy(&line).trim_end());
    }
}
