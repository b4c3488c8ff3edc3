//! A worker's commands where tokens are hard to get.

use std::sync::Arc;
use std::time::Duration;

use camunda_core::worker::{Action, JobCommand, Outcome};
use camunda_core::{Config, Error, Event, Prepared, Route, Session, Step, TransportError, TransportErrorKind};

use crate::bench::Bench;

/// An identity provider that is down for a while is no reason to fail a job that is done.
#[test]
fn a_result_waits_for_a_token_until_the_lock_ends() {
    let mut bench = Bench::of(1);
    bench.asks_for();
    bench.brings([1]);
    let (ticket, _) = bench.runs();
    bench.worker.handle_outcome(ticket, Outcome::complete());
    let Action::Command(_, JobCommand::Complete(command), options) = bench.poll() else { panic!("no completion") };
    let config = Config::builder().rest_address("http://cluster").oauth("id", "s").oauth_url("http://idp/token");
    let config = Arc::new(config.build().unwrap());
    let mut session = Session::new(Arc::clone(&config), 7);
    let mut call = session.begin(Prepared::new(&command, &config, &options).unwrap(), &options, bench.now);
    let end = bench.now.instant + Duration::from_secs(60);
    let mut asked = 0;
    let error = loop {
        match call.poll(&mut session, bench.now) {
            Step::Send { route: Route::Identity, .. } => {
                asked += 1;
                let refused = TransportError::not_sent(TransportErrorKind::Connect, "refused");
                call.handle(&mut session, bench.now, Event::Failed(refused));
            }
            Step::Wait { until, .. } => bench.pass(until - bench.now.instant),
            Step::Done(result) => break result.unwrap_err(),
            other => panic!("no token, and yet {other:?}"),
        }
    };
    assert!(asked > 5, "one errand for a token asks five times, so this was one: {asked}");
    assert!(matches!(error, Error::Deadline(_)) && error.to_string().contains("http://idp/token"), "{error}");
    assert_eq!(bench.now.instant, end, "not before the lock ends");
}
