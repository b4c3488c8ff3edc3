//! What an observer is told, held against what went over the wire; and what an observer may do without harm.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use camunda_hyper::api::GetTopology;
use camunda_hyper::observe::{AttemptEnd, CallEnd, Observation, Observed, TokenEvent};
use camunda_hyper::{CallOptions, Observer, Setup};

use crate::on_every_adapter;
use crate::peer::{Peer, Reply, TOPOLOGY, json};
use crate::subject::Subject;

on_every_adapter!(
    an_observer_sees_what_the_wire_saw,
    an_observer_that_panics_harms_no_call,
    an_observer_may_use_the_client,
    a_slow_observer_keeps_no_other_call_waiting,
);

const EXHAUSTED: &str = r#"{"title":"RESOURCE_EXHAUSTED","status":503}"#;

/// Keeps what it is told.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Observation>>>);

impl Observer for Kept {
    fn observe(&self, observation: &Observation) {
        self.0.lock().unwrap().push(observation.clone());
    }
}

fn an_observer_sees_what_the_wire_saw<S: Subject>() {
    let peer = Peer::start(|_, before| match before {
        0 => Reply::Bytes(json(503, EXHAUSTED)),
        1 => Reply::Close(Vec::new()),
        _ => Reply::Bytes(json(200, TOPOLOGY)),
    });
    let kept = Kept::default();
    let config = peer.config().set("CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS", "3").build().unwrap();
    let client = S::open(Setup::new(config).observe(kept.clone()));
    client.send_with(GetTopology::new(), CallOptions::new().correlation("request 7")).unwrap();
    let told = kept.0.lock().unwrap();
    for told in told.iter() {
        let call = told.call.as_ref().unwrap();
        assert_eq!((call.number, call.operation, call.correlation.as_deref()), (1, "get_topology", Some("request 7")));
    }
    let starts = told.iter().filter_map(|told| match &told.what {
        Observed::AttemptStarted { method, path, .. } => Some(format!("{method} {path} HTTP/1.1")),
        _ => None,
    });
    let wire = peer.requests();
    let wire = wire.iter().map(|request| request.head.lines().next().unwrap().to_owned());
    assert_eq!(starts.collect::<Vec<_>>(), wire.collect::<Vec<_>>());
    let ends = told.iter().filter_map(|told| match &told.what {
        Observed::AttemptEnded { end: AttemptEnd::Answered(status), .. } => Some(status.as_u16()),
        Observed::AttemptEnded { end: AttemptEnd::Failed(error), .. } if error.may_have_been_sent() => Some(0),
        _ => None,
    });
    assert_eq!(ends.collect::<Vec<_>>(), [503, 0, 200]);
    let times = |wanted: fn(&Observed) -> Option<Duration>| -> Duration {
        told.iter().filter_map(|told| wanted(&told.what)).sum()
    };
    let attempts = times(|what| match what {
        Observed::AttemptEnded { duration, .. } => Some(*duration),
        _ => None,
    });
    let delays = times(|what| if let Observed::Retry { delay, .. } = what { Some(*delay) } else { None });
    let waits = times(|what| if let Observed::Waited { duration, .. } = what { Some(*duration) } else { None });
    let Some(Observed::CallEnded { end, attempts: 3, duration, .. }) = told.last().map(|told| &told.what) else {
        panic!("the end comes last: {told:?}")
    };
    assert!(matches!(end, CallEnd::Succeeded(status) if status.as_u16() == 200), "{end:?}");
    assert!(delays <= waits && attempts + waits <= *duration, "{attempts:?} {delays:?} {waits:?} {duration:?}");
}

fn an_observer_that_panics_harms_no_call<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let (kept, panics) = (Kept::default(), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&panics);
    let setup = Setup::new(peer.config().build().unwrap()).without_log();
    let setup = setup.observe(move |_: &Observation| {
        counted.fetch_add(1, Ordering::Relaxed);
        panic!("an observer's own fault")
    });
    let client = S::open(setup.observe(kept.clone()));
    for _ in 0..3 {
        client.send(GetTopology::new()).unwrap();
    }
    assert_eq!(panics.load(Ordering::Relaxed), 9, "start, end, end of the call, three times");
    assert_eq!(kept.0.lock().unwrap().len(), 9, "the other observer is told all the same");
}

fn an_observer_may_use_the_client<S: Subject + Sync>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let (own, once) = (Arc::new(OnceLock::<S>::new()), AtomicBool::new(false));
    let (kept, client) = (Kept::default(), Arc::clone(&own));
    let observer = move |_: &Observation| {
        let Some(client) = client.get() else { return };
        // On this thread: it is told to nobody, or it would never end.
        client.clear_token();
        // On another: the lock is free, and this thread waits for it.
        if !once.swap(true, Ordering::Relaxed) {
            let sent = thread::scope(|scope| scope.spawn(|| client.send(GetTopology::new())).join());
            sent.unwrap().unwrap();
        }
    };
    let setup = Setup::new(peer.config().build().unwrap()).observe(observer).observe(kept.clone());
    let client = own.get_or_init(|| S::open(setup));
    client.send(GetTopology::new()).unwrap();
    assert_eq!(peer.requests().len(), 2);
    let told = kept.0.lock().unwrap();
    assert!(!told.iter().any(|told| matches!(told.what, Observed::Token(TokenEvent::Cleared))), "{told:?}");
    assert_eq!(told.len(), 6, "{told:?}");
}

fn a_slow_observer_keeps_no_other_call_waiting<S: Subject>() {
    let peer = Peer::start(|_, _| Reply::Bytes(json(200, TOPOLOGY)));
    let (reached, observing) = mpsc::channel();
    let (over, second_is_over) = mpsc::channel::<()>();
    let (tell, in_time) = mpsc::channel();
    let second_is_over = Mutex::new(second_is_over);
    // The observer of the first call's first event returns only when the second call is over.
    let observer = move |told: &Observation| {
        let first = told.call.as_ref().is_some_and(|call| call.number == 1);
        if first && matches!(told.what, Observed::AttemptStarted { .. }) {
            reached.send(()).unwrap();
            tell.send(second_is_over.lock().unwrap().recv_timeout(Duration::from_secs(20)).is_ok()).unwrap();
        }
    };
    let client = S::open(Setup::new(peer.config().build().unwrap()).observe(observer));
    let first = client.clone();
    let first = thread::spawn(move || first.send(GetTopology::new()));
    observing.recv().unwrap();
    client.send(GetTopology::new()).unwrap();
    over.send(()).unwrap();
    assert!(in_time.recv().unwrap(), "the second call came through while the first one's observer was at work");
    first.join().unwrap().unwrap();
}
