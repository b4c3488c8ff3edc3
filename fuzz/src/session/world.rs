//! The simulated world: calls, what each of them is doing, and the assertions on every step that they take.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use camunda_core::api::{ActivateJobs, CompleteJob, CreateProcessInstance, GetTopology, JobKey};
use camunda_core::{
    Call, CallOptions, Config, Error, Event, Now, Operation, Prepared, Route, Session, Step, TransportError,
    TransportErrorKind, Why,
};

use super::ledger::Ledger;
use super::moods::{Gateway, Outcome, Provider};

/// How often rare states were reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub calls: u32,
    pub waits_for_permits: u32,
    pub waits_for_pace: u32,
    pub waits_for_tokens: u32,
    pub back_offs: u32,
    pub full_queues: u32,
    pub tokens: u32,
    pub taken_over: u32,
    pub replays: u32,
    pub paused: u32,
}

const SECRET: &str = "hunter2";
/// No call of a script lives as long as this, so that reaching it is a failure.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

pub struct World {
    session: Session,
    now: Now,
    begun: Instant,
    calls: BTreeMap<usize, Live>,
    /// Their indices are still in use, but nobody polls them any more.
    paused: Vec<Call>,
    pub gateway: Gateway,
    pub provider: Provider,
    sent: Vec<String>,
    seen: Seen,
    kind: bool,
    /// What observers were told; none where there are none.
    ledger: Option<Ledger>,
    /// Requests to the cluster, without those that only replaced a token.
    attempts: usize,
}

struct Live {
    call: Call,
    doing: Doing,
    kind: u8,
    /// How often it was sent, and whether the cluster may have carried it out.
    sends: u32,
    executed: bool,
    replays: u32,
}

enum Doing {
    /// Polled at that time, or once woken.
    Waits(Instant),
    /// An event comes at that time.
    Awaits(Instant, Vec<Event>, Route),
}

impl World {
    pub fn new(flags: u8, observed: bool) -> Self {
        let mut settings = Config::builder().rest_address("http://cluster");
        if flags & 1 != 0 {
            settings = settings.oauth("id", SECRET).oauth_url("http://provider/token");
        }
        if flags & 2 != 0 {
            settings = settings.set("CAMUNDA_SDK_BACKPRESSURE_INITIAL_MAX", "2");
        }
        if flags & 4 != 0 {
            settings = settings.set("CAMUNDA_SDK_BACKPRESSURE_MAX_WAITERS", "5");
        }
        let profile = ["BALANCED", "CONSERVATIVE", "AGGRESSIVE", "LEGACY", "ADAPTIVE"][usize::from(flags >> 3) % 5];
        let config = settings.set("CAMUNDA_SDK_BACKPRESSURE_PROFILE", profile).build().unwrap();
        let now = Now { instant: Instant::now(), unix: Duration::from_secs(1_800_000_000) };
        let session = Session::new(Arc::new(config), u64::from(flags));
        Self {
            session: if observed { session.observed() } else { session },
            now,
            begun: now.instant,
            calls: BTreeMap::new(),
            paused: Vec::new(),
            gateway: Gateway::Kind,
            provider: Provider::Grants(300),
            sent: Vec::new(),
            seen: Seen::default(),
            kind: false,
            ledger: observed.then(Ledger::default),
            attempts: 0,
        }
    }

    pub fn begin(&mut self, kind: u8) {
        // More at once are only slower to look at.
        if self.calls.len() >= 48 {
            return;
        }
        let key = JobKey::new("7").unwrap();
        let call = match kind % 4 {
            0 => self.call(&GetTopology::new()),
            1 => self.call(&CreateProcessInstance::by_id("order")),
            2 => self.call(&CompleteJob::new(key)),
            _ => self.call(&ActivateJobs::new("charge", 1000, 1)),
        };
        self.seen.calls += 1;
        let live =
            Live { call, doing: Doing::Waits(self.now.instant), kind: kind % 4, sends: 0, executed: false, replays: 0 };
        self.calls.insert(live.call.id().index(), live);
    }

    fn call<O: Operation>(&mut self, operation: &O) -> Call {
        let options = CallOptions::new().deadline(LIFETIME);
        let config = Arc::clone(self.session.config());
        let prepared = Prepared::new(operation, &config, &options).unwrap();
        self.session.begin(prepared, &options, self.now)
    }

    pub fn pass(&mut self, time: Duration) {
        let end = self.now.instant + time;
        while let Some(next) = self.next_due().filter(|next| *next <= end) {
            self.move_to(next);
            self.settle();
        }
        self.move_to(end);
    }

    fn move_to(&mut self, instant: Instant) {
        let instant = instant.max(self.now.instant);
        self.now.unix += instant - self.now.instant;
        self.now.instant = instant;
    }

    fn next_due(&self) -> Option<Instant> {
        self.calls.values().map(|live| live.due()).min()
    }

    /// Everything that can happen now, happens.
    pub fn settle(&mut self) {
        for _ in 0..100_000 {
            let woken = std::iter::from_fn(|| self.session.poll_woken()).map(|id| id.index()).collect::<Vec<_>>();
            for index in woken {
                if let Some(Live { doing: doing @ Doing::Waits(_), .. }) = self.calls.get_mut(&index) {
                    *doing = Doing::Waits(self.now.instant);
                }
            }
            let due = self.calls.iter().find(|(_, live)| live.due() <= self.now.instant).map(|(index, _)| *index);
            let Some(index) = due else { return };
            self.advance(index);
        }
        panic!("waits_move_time: the world does not come to rest");
    }

    fn advance(&mut self, index: usize) {
        let mut live = self.calls.remove(&index).unwrap();
        if let Doing::Awaits(_, events, _) = &mut live.doing {
            let event = events.remove(0);
            live.call.handle(&mut self.session, self.now, event);
        }
        self.step(live);
    }

    fn step(&mut self, mut live: Live) {
        let before = self.session.gate();
        let step = live.call.poll(&mut self.session, self.now);
        self.listen();
        let gate = self.session.gate();
        if gate.in_use > before.in_use {
            assert!(gate.cap.is_none_or(|cap| gate.in_use <= cap), "never_over_capacity: {gate:?}");
        }
        live.doing = match step {
            Step::Wait { until, why } => {
                assert!(until > self.now.instant, "waits_move_time: a wait that is over");
                match why {
                    Why::Permit => self.seen.waits_for_permits += 1,
                    Why::Pace => self.seen.waits_for_pace += 1,
                    Why::Token => self.seen.waits_for_tokens += 1,
                    _ => self.seen.back_offs += 1,
                }
                Doing::Waits(until)
            }
            Step::Send { request, route, limits } => {
                let authorization = request.headers().get("authorization").map(|value| value.to_str().unwrap());
                let seconds = (self.now.instant - self.begun).as_millis();
                let body = request.body().clone().into_bytes();
                self.sent.push(format!("{seconds} {} {} {authorization:?} {body:?}", request.method(), request.uri()));
                let outcome = match route {
                    Route::Identity => self.token_requested(),
                    _ => self.requested(&mut live),
                };
                self.events(outcome, limits.head, route)
            }
            Step::Read { until } => match live.doing {
                Doing::Awaits(_, events, route) if !events.is_empty() => Doing::Awaits(self.now.instant, events, route),
                // The body stops here: the driver watches the clock.
                Doing::Awaits(_, _, route) => {
                    let late = TransportError::maybe_sent(TransportErrorKind::Timeout, "late");
                    Doing::Awaits(until, vec![Event::Failed(late)], route)
                }
                Doing::Waits(_) => panic!("a body was wanted before its head"),
            },
            Step::File(_) | Step::Credentials { .. } => panic!("nobody configured that"),
            Step::Done(result) => return self.done(&live, result),
        };
        self.calls.insert(live.call.id().index(), live);
    }

    fn token_requested(&mut self) -> Outcome {
        let others = self.calls.values().filter(|live| matches!(live.doing, Doing::Awaits(_, _, Route::Identity)));
        assert_eq!(others.count(), 0, "one_refresh: two token requests at once");
        self.seen.taken_over += u32::from(self.paused_leader());
        self.seen.tokens += 1;
        self.provider.outcome(self.sent.len())
    }

    fn paused_leader(&self) -> bool {
        self.seen.paused > 0
    }

    fn requested(&mut self, live: &mut Live) -> Outcome {
        live.sends += 1;
        self.attempts += 1;
        assert!(live.sends <= 3 + live.replays, "bounded_retries: sent {} times", live.sends);
        assert!(
            live.kind != 1 || !live.executed,
            "sent_once: a start was sent again after it may have been carried out"
        );
        if self.gateway == Gateway::RefusesTokens && live.replays == 0 {
            live.replays += 1;
            self.seen.replays += 1;
        }
        live.executed |= self.gateway.may_execute();
        let ok = if live.kind == 3 { r#"{"jobs":[]}"# } else { "{}" };
        self.gateway.outcome(ok)
    }

    fn events(&self, outcome: Outcome, limit: Instant, route: Route) -> Doing {
        let head = |status: u16, headers: &[(&str, &str)]| {
            let mut head = http::Response::builder().status(status);
            for (name, value) in headers {
                head = head.header(*name, *value);
            }
            Event::Head(head.body(()).unwrap())
        };
        match outcome {
            Outcome::Answer(status, headers, body, after) => {
                let mut events = vec![head(status, headers)];
                events.extend(body.as_bytes().chunks(9).map(|chunk| Event::Chunk(chunk.to_vec().into())));
                events.push(Event::End);
                Doing::Awaits((self.now.instant + after).min(limit), events, route)
            }
            Outcome::Stall(status) => {
                Doing::Awaits(self.now.instant, vec![head(status, &[]), Event::Chunk("{".into())], route)
            }
            Outcome::Silence => {
                let late = TransportError::maybe_sent(TransportErrorKind::Timeout, "late");
                Doing::Awaits(limit, vec![Event::Failed(late)], route)
            }
            Outcome::Failure(error) => Doing::Awaits(self.now.instant, vec![Event::Failed(error)], route),
        }
    }

    fn done(&mut self, live: &Live, result: Result<camunda_core::Answer, Error>) {
        let Err(error) = result else { return };
        let text = format!("{error} {error:?}");
        assert!(!text.contains(SECRET), "no_secret_in_logs: {text}");
        assert!(!matches!(error, Error::Misuse(_)), "{text}");
        assert!(!matches!(error, Error::Deadline(_)), "nobody_forgotten: {text}");
        self.seen.full_queues += u32::from(matches!(error, Error::QueueFull(_)));
        if live.kind == 1 && live.executed && live.sends > 0 && self.gateway != Gateway::Kind {
            let definite =
                error.status().is_some_and(|status| status.is_client_error()) || matches!(error, Error::Auth(_));
            assert!(error.may_have_executed() || definite || error.status().is_some(), "{text}");
        }
    }

    fn pick(&self, byte: u8) -> Option<usize> {
        let index = usize::from(byte) % self.calls.len().max(1);
        self.calls.keys().nth(index).copied()
    }

    pub fn abandon(&mut self, byte: u8) {
        if let Some(mut live) = self.pick(byte).and_then(|index| self.calls.remove(&index)) {
            live.call.abandon(&mut self.session, self.now);
            self.listen();
        }
    }

    fn listen(&mut self) {
        while let Some(told) = self.session.poll_observation() {
            self.ledger.as_mut().unwrap().enter(&told);
        }
    }

    /// Alive, and never polled again: the losing branch of a `select!` that comes round no more.
    pub fn pause(&mut self, byte: u8) {
        if let Some(live) = self.pick(byte).and_then(|index| self.calls.remove(&index)) {
            self.paused.push(live.call);
            self.seen.paused += 1;
        }
    }

    /// Polls a waiting call that nobody woke: harmless.
    pub fn poll_one(&mut self, byte: u8) {
        if let Some(index) = self.pick(byte)
            && matches!(self.calls[&index].doing, Doing::Waits(_))
        {
            let live = self.calls.remove(&index).unwrap();
            self.step(live);
        }
    }

    pub fn turn_kind(&mut self) {
        self.gateway = Gateway::Kind;
        self.provider = Provider::Grants(300);
        self.kind = true;
    }

    /// Until every call has ended by itself.
    pub fn finish(mut self) -> (Seen, Vec<String>) {
        let start = self.now.instant;
        self.settle();
        while let Some(next) = self.next_due() {
            assert!(
                next - start < Duration::from_secs(30 * 60),
                "nobody_forgotten: {} calls still wait",
                self.calls.len()
            );
            self.move_to(next);
            self.settle();
        }
        let calls = usize::try_from(self.seen.calls).unwrap();
        let replays = usize::try_from(self.seen.replays).unwrap();
        assert!(
            self.attempts <= calls + calls / 10 + 10 + replays,
            "bounded_retries: {} attempts for {calls} calls",
            self.attempts
        );
        assert_eq!(self.session.live_calls(), self.paused.len(), "nothing_leaks");
        for call in &mut self.paused {
            call.abandon(&mut self.session, self.now);
        }
        self.listen();
        if let Some(ledger) = &self.ledger {
            let told = (ledger.ended(), ledger.attempts, ledger.token_requests);
            assert_eq!(told, (calls, self.attempts, self.seen.tokens), "told_in_order: not all of it was told");
        }
        let gate = self.session.gate();
        assert_eq!((self.session.live_calls(), gate.in_use, gate.waiters), (0, 0, 0), "nothing_leaks");
        (self.seen, self.sent)
    }
}

impl Live {
    fn due(&self) -> Instant {
        match &self.doing {
            Doing::Waits(until) | Doing::Awaits(until, ..) => *until,
        }
    }
}
