//! A cluster that starts: it is ready once its API says so, whatever a health check says before.

use std::time::Duration;

use super::{Says, Waited, Waiting};
use crate::api::{GetTopology, PartitionHealth, PartitionRole, Topology};
use crate::error::Kind;
use crate::{Answer, CallOptions, Error, Now};

impl Waiting {
    /// The options for the next look at a cluster that starts: sent once, since the wait repeats it anyway.
    pub fn look(&self, options: &CallOptions, now: Now) -> CallOptions {
        self.options(options, now).attempts(1)
    }

    /// A topology that is to have a healthy leader for each partition.
    pub fn ready(&mut self, answer: Result<Answer, Error>, now: Now) -> Waited<Topology> {
        let good = |_: &Answer, topology: &Topology| match topology.leaderless_partition() {
            None => Ok(()),
            Some(id) => Err(Some(format!("partition {id} has no healthy leader"))),
        };
        self.read::<GetTopology>(answer, good, starting, now)
    }
}

impl Topology {
    /// Whether the gateway knows a healthy leader for each partition, so that the cluster takes commands.
    pub fn is_ready(&self) -> bool {
        self.leaderless_partition().is_none()
    }

    /// The first partition without a healthy leader; partitions are counted from 1.
    pub fn leaderless_partition(&self) -> Option<i32> {
        let led = |id: i32| {
            self.brokers.iter().flat_map(|broker| &broker.partitions).any(|partition| {
                partition.partition_id == id
                    && partition.role == PartitionRole::Leader
                    && partition.health == PartitionHealth::Healthy
            })
        };
        // A gateway that knows no partition yet is not ready.
        (1..=self.partitions_count.max(1)).find(|id| !led(*id))
    }
}

/// What an error says of a cluster that starts. What comes up in front of it may answer anything in the meantime, but for
/// what only a wrong configuration explains.
fn starting(error: &Error) -> Says {
    match error {
        Error::Network(_) | Error::Deadline(_) => Says::NotYet,
        Error::QueueFull(_) => Says::Busy(None),
        Error::Auth(error) if error.is_retryable() => Says::NotYet,
        Error::Api(error) => match error.kind() {
            Kind::NotFound | Kind::RequestTimeout => Says::NotYet,
            Kind::TooManyRequests => Says::Busy(error.retry_after()),
            _ if error.status().is_server_error() => error.retry_after().map_or(Says::NotYet, wait_for),
            _ => Says::Final,
        },
        _ => Says::Final,
    }
}

fn wait_for(asked: Duration) -> Says {
    Says::Busy(Some(asked))
}
