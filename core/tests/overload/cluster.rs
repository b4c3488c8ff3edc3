//! A cluster with a limit, in virtual time: a gateway that every request passes one after the other, refused ones too, and
//! behind it a few brokers that work on as many requests as their limit lets in.

use std::time::{Duration, Instant};

/// What one request costs the gateway, whatever becomes of it: a sixth of what it costs the brokers.
const GATEWAY: f64 = 1.0 / 6.0;
/// What one request costs a broker, on average.
const SERVICE: Duration = Duration::from_millis(10);
/// How many requests the brokers hold, those in work included, for each of them.
const LIMIT: usize = 4;

pub struct Cluster {
    brokers: Vec<Instant>,
    gateway: Instant,
    cost: Duration,
    /// When what is held will be answered.
    held: Vec<Instant>,
    rng: fastrand::Rng,
    pub refused: u32,
}

impl Cluster {
    pub fn new(now: Instant, brokers: usize) -> Self {
        Self {
            brokers: vec![now; brokers],
            gateway: now,
            cost: (SERVICE / brokers as u32).mul_f64(GATEWAY),
            held: Vec::new(),
            rng: fastrand::Rng::with_seed(3),
            refused: 0,
        }
    }

    /// From now on with so many brokers.
    pub fn resize(&mut self, now: Instant, brokers: usize) {
        self.brokers.resize(brokers, now);
    }

    /// Requests a second that so many brokers answer.
    pub fn capacity(brokers: usize) -> f64 {
        brokers as f64 / SERVICE.as_secs_f64()
    }

    /// A request arrives: when its answer leaves, and whether it was carried out.
    pub fn request(&mut self, now: Instant) -> (Instant, bool) {
        self.gateway = self.gateway.max(now) + self.cost;
        let looked_at = self.gateway;
        self.held.retain(|answered| *answered > looked_at);
        if self.held.len() >= LIMIT * self.brokers.len() {
            self.refused += 1;
            return (looked_at, false);
        }
        let free = self.brokers.iter_mut().min().unwrap();
        *free = (*free).max(looked_at) + SERVICE.mul_f64(0.5 + self.rng.f64());
        self.held.push(*free);
        (*free, true)
    }
}
