//! How far the instances are, as a bar and as a summary. What it counts, others find out.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Counts jobs from any thread, and draws.
#[derive(Debug)]
pub(crate) struct Progress {
    start: Instant,
    jobs: AtomicU64,
    instances: usize,
    /// What the last line said: a file wants no line twice.
    drawn: AtomicUsize,
}

impl Progress {
    pub(crate) fn new(instances: usize) -> Self {
        Self { start: Instant::now(), jobs: AtomicU64::new(0), instances, drawn: AtomicUsize::new(usize::MAX) }
    }

    pub(crate) fn job_done(&self) {
        self.jobs.fetch_add(1, Ordering::Relaxed);
    }

    /// Draws the bar, on a terminal again and again in one line.
    pub(crate) fn draw(&self, counts: &Counts) {
        const WIDTH: usize = 30;
        let done = counts.completed * WIDTH / self.instances.max(1);
        let jobs = self.jobs.load(Ordering::Relaxed);
        let line = format!(
            "[{}{}] {}/{} instances, {jobs} jobs, {:.0} jobs/s",
            "#".repeat(done),
            ".".repeat(WIDTH - done),
            counts.completed,
            self.instances,
            self.rate(),
        );
        let mut out = std::io::stdout();
        if !out.is_terminal() && self.drawn.swap(counts.completed, Ordering::Relaxed) == counts.completed {
            return;
        }
        let end = if out.is_terminal() { "\r" } else { "\n" };
        let _ = write!(out, "{line}{end}");
        let _ = out.flush();
    }

    pub(crate) fn summary(&self, counts: Counts) -> Summary {
        Summary {
            instances: self.instances,
            jobs: self.jobs.load(Ordering::Relaxed),
            took: self.start.elapsed(),
            rate: self.rate(),
            counts,
        }
    }

    fn rate(&self) -> f64 {
        self.jobs.load(Ordering::Relaxed) as f64 / self.start.elapsed().as_secs_f64()
    }
}

/// What a look at the cluster found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) completed: usize,
    pub(crate) terminated: usize,
    pub(crate) incidents: usize,
    /// What the others wait for.
    pub(crate) reasons: Vec<String>,
}

/// Each line once, with how often it came.
pub(crate) fn count(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    lines.for_each(|line| *counted.entry(line).or_default() += 1);
    counted.into_iter().map(|(line, times)| format!("{times} × {line}")).collect()
}

/// How it went.
#[derive(Debug)]
pub(crate) struct Summary {
    instances: usize,
    jobs: u64,
    took: Duration,
    rate: f64,
    counts: Counts,
}

impl Summary {
    pub(crate) fn is_complete(&self) -> bool {
        self.counts.completed == self.instances
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { instances, jobs, took, rate, counts } = self;
        writeln!(f)?;
        writeln!(
            f,
            "Instances  {instances} started, {} completed, {} terminated",
            counts.completed, counts.terminated
        )?;
        writeln!(f, "Incidents  {}", counts.incidents)?;
        writeln!(f, "Jobs       {jobs} worked in {:.2} s, {rate:.0} a second", took.as_secs_f64())?;
        let left = instances - counts.completed;
        if left == 0 {
            return writeln!(f, "All instances completed.");
        }
        writeln!(f, "{left} instances did not complete.")?;
        counts.reasons.iter().try_for_each(|reason| writeln!(f, "  waiting: {reason}"))
    }
}
