//! Callers that call again as soon as they have an answer, through a few clients of one cluster.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use camunda_core::api::GetTopology;
use camunda_core::{Call, CallOptions, Config, Event, Now, Prepared, Session, Step};

use super::cluster::Cluster;

/// Each holds for a while, with so many quarters of the brokers.
pub const PHASES: [(&str, usize); 3] =
    [("all is well", 4), ("three of four brokers are lost", 1), ("the brokers are back", 4)];
const PHASE: Duration = Duration::from_secs(10);
/// Clients, each with a gate of its own.
const CLIENTS: usize = 4;
/// From a caller to the gateway.
const NETWORK: Duration = Duration::from_millis(1);
/// How long a caller is busy with an error.
const DISMAY: Duration = Duration::from_millis(100);

/// What came of it.
pub struct Outcome {
    /// What was carried out, as a share of what could be, phase by phase.
    pub shares: [f64; 3],
    /// Refused requests for each one carried out.
    pub refusals: f64,
    /// The share of calls that failed.
    pub failed: f64,
    /// The 99th percentile of the successful calls, in milliseconds.
    pub slowest: u128,
}

impl Outcome {
    pub fn goodput(&self) -> f64 {
        let quarters: usize = PHASES.iter().map(|(_, quarters)| quarters).sum();
        let done: f64 = PHASES.iter().zip(self.shares).map(|((_, quarters), share)| share * *quarters as f64).sum();
        done / quarters as f64
    }
}

struct Caller {
    client: usize,
    call: Option<Call>,
    begun: Instant,
    events: Vec<Event>,
    /// When it is looked at next; what the queue holds for other times is stale.
    due: Instant,
}

struct World {
    now: Now,
    clients: Vec<Session>,
    callers: Vec<Caller>,
    /// By client and the index of its call.
    of_call: BTreeMap<(usize, usize), usize>,
    queue: BinaryHeap<Reverse<(Instant, usize)>>,
    cluster: Cluster,
    start: Instant,
    done: [u32; 3],
    failed: u32,
    took: Vec<Duration>,
}

/// All phases, one after the other.
pub fn run(profile: &str, (brokers, callers): (usize, usize)) -> Outcome {
    let now = Now { instant: Instant::now(), unix: Duration::from_secs(1_800_000_000) };
    let config = Config::builder().set("CAMUNDA_SDK_BACKPRESSURE_PROFILE", profile).build().unwrap();
    let config = Arc::new(config);
    let clients = (0..CLIENTS).map(|client| Session::new(Arc::clone(&config), client as u64)).collect();
    let caller = |index: usize| Caller {
        client: index % CLIENTS,
        call: None,
        begun: now.instant,
        events: Vec::new(),
        due: now.instant,
    };
    let mut world = World {
        now,
        clients,
        callers: (0..callers).map(caller).collect(),
        of_call: BTreeMap::new(),
        queue: (0..callers).map(|index| Reverse((now.instant, index))).collect(),
        cluster: Cluster::new(now.instant, brokers),
        start: now.instant,
        done: [0; 3],
        failed: 0,
        took: Vec::new(),
    };
    for (phase, (_, quarters)) in PHASES.iter().enumerate() {
        world.cluster.resize(world.now.instant, brokers * quarters / 4);
        world.until(phase, world.start + PHASE * (phase as u32 + 1));
    }
    world.outcome(brokers)
}

impl World {
    fn until(&mut self, phase: usize, end: Instant) {
        while let Some(Reverse((due, index))) = self.queue.pop_if_before(end) {
            if due != self.callers[index].due {
                continue;
            }
            self.now.unix += due - self.now.instant;
            self.now.instant = due;
            self.advance(phase, index);
            let client = self.callers[index].client;
            while let Some(id) = self.clients[client].poll_woken() {
                if let Some(waiting) = self.of_call.get(&(client, id.index())).copied()
                    && self.callers[waiting].events.is_empty()
                {
                    self.look_at(waiting, self.now.instant);
                }
            }
        }
        self.now.unix += end - self.now.instant;
        self.now.instant = end;
    }

    fn look_at(&mut self, index: usize, due: Instant) {
        self.callers[index].due = due;
        self.queue.push(Reverse((due, index)));
    }

    fn advance(&mut self, phase: usize, index: usize) {
        let now = self.now;
        let caller = &mut self.callers[index];
        let session = &mut self.clients[caller.client];
        let call = caller.call.get_or_insert_with(|| {
            let (operation, options) = (GetTopology::new(), CallOptions::new());
            let prepared = Prepared::new(&operation, &Arc::clone(session.config()), &options).unwrap();
            caller.begun = now.instant;
            session.begin(prepared, &options, now)
        });
        self.of_call.insert((caller.client, call.id().index()), index);
        if !caller.events.is_empty() {
            call.handle(session, now, caller.events.remove(0));
        }
        let due = match call.poll(session, now) {
            Step::Wait { until, .. } => until,
            Step::Send { .. } => {
                let (answered, carried_out) = self.cluster.request(now.instant + NETWORK);
                let (status, body) = if carried_out { (200, "{}") } else { (503, r#"{"title":"RESOURCE_EXHAUSTED"}"#) };
                let head = http::Response::builder().status(status).body(()).unwrap();
                caller.events = vec![Event::Head(head), Event::Chunk(body.into()), Event::End];
                answered + NETWORK
            }
            Step::Read { .. } => now.instant,
            Step::Done(result) => {
                self.of_call.remove(&(caller.client, call.id().index()));
                caller.call = None;
                match result {
                    Ok(_) => {
                        self.done[phase] += 1;
                        self.took.push(now.instant - caller.begun);
                        now.instant
                    }
                    Err(_) => {
                        self.failed += 1;
                        now.instant + DISMAY
                    }
                }
            }
            step => panic!("nobody configured that: {step:?}"),
        };
        self.look_at(index, due);
    }

    fn outcome(mut self, brokers: usize) -> Outcome {
        self.took.sort_unstable();
        let done: u32 = self.done.iter().sum();
        let share = |phase: usize| {
            let capacity = Cluster::capacity(brokers * PHASES[phase].1 / 4);
            f64::from(self.done[phase]) / (capacity * PHASE.as_secs_f64())
        };
        Outcome {
            shares: [share(0), share(1), share(2)],
            refusals: f64::from(self.cluster.refused) / f64::from(done),
            failed: f64::from(self.failed) / f64::from(self.failed + done),
            slowest: self.took[self.took.len() * 99 / 100].as_millis(),
        }
    }
}

trait PopBefore {
    fn pop_if_before(&mut self, end: Instant) -> Option<Reverse<(Instant, usize)>>;
}

impl PopBefore for BinaryHeap<Reverse<(Instant, usize)>> {
    fn pop_if_before(&mut self, end: Instant) -> Option<Reverse<(Instant, usize)>> {
        if self.peek().is_some_and(|Reverse((due, _))| *due < end) { self.pop() } else { None }
    }
}
