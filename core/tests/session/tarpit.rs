//! The mark of refused credentials, on the vendor's cloud: a program that is restarted in a loop does not log in in a loop.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use camunda_core::config::ConfigBuilder;
use camunda_core::{Config, Digests, Error, Session};

use crate::disk::{DIGESTS, Disk};
use crate::world::{Look, World};

fn cloud() -> ConfigBuilder {
    Config::builder().oauth("id", "hunter2!").oauth_url("https://login.cloud.camunda.io/oauth/token")
}

fn refused(disk: &mut Disk, status: u16) {
    let mut world = World::kept(cloud());
    let mut call = world.begin(&Look);
    world.asked_after_files(&mut call, disk);
    world.answer(&mut call, status, r#"{"error":"access_denied"}"#);
    let step = world.files(&mut call, disk);
    assert!(format!("{step:?}").contains("refused the credentials"), "{step:?}");
}

/// The error of a call that asks nobody.
fn stopped(world: &mut World, disk: &mut Disk) -> Error {
    let mut call = world.begin(&Look);
    match world.files(&mut call, disk) {
        camunda_core::Step::Done(Err(error)) => error,
        other => panic!("not stopped but {other:?}"),
    }
}

#[test]
fn refused_credentials_are_remembered_by_programs_started_later() {
    let mut disk = Disk::default();
    refused(&mut disk, 401);
    let name = disk.asked.last().unwrap().strip_prefix("store ").unwrap().to_owned();
    assert!(name.starts_with("oauth-401-tarpit-id-zeebe.camunda.io-"), "{name}");
    assert_eq!(name.len(), "oauth-401-tarpit-id-zeebe.camunda.io-0123456789abcdef.json".len());
    let text = disk.only().clone();
    let mark: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(mark["createdAt"], "2027-01-15T08:00:00.000Z");
    assert_eq!([&mark["clientId"], &mark["audience"]], ["id", "zeebe.camunda.io"]);
    assert!(mark["reason"].as_str().unwrap().contains("401") && mark["message"].is_string());
    assert!(!text.contains("hunter2"), "no_secret_in_logs");

    let error = stopped(&mut World::kept(cloud()), &mut disk);
    assert_eq!(
        error.to_string(),
        format!(
            "look: the identity provider https://login.cloud.camunda.io/oauth/token refused these credentials less than \
             a day ago and is not asked again: change CAMUNDA_CLIENT_SECRET, or delete /tokens/{name}"
        )
    );
    assert!(matches!(&error, Error::Auth(_)) && !error.is_retryable());
    // Either remedy works, at once and in the same program.
    let mut world = World::kept(cloud());
    stopped(&mut world, &mut disk);
    let mark = std::mem::take(&mut disk.files);
    let mut call = world.begin(&Look);
    world.asked_after_files(&mut call, &mut disk);
    disk.files = mark;
    let mut call = World::kept(cloud().set("CAMUNDA_CLIENT_SECRET", "other"));
    call.fetches(&mut disk, "t", 300);
}

#[test]
fn a_mark_is_heeded_for_a_day() {
    let mut disk = Disk::default();
    refused(&mut disk, 401);
    let day = Duration::from_secs(24 * 3600);
    let mut world = World::kept(cloud());
    world.pass(day - Duration::from_millis(1));
    stopped(&mut world, &mut disk);
    world.pass(Duration::from_millis(1));
    let mut call = world.begin(&Look);
    world.asked_after_files(&mut call, &mut disk);
    // As the Python client writes it; and what says no time is no mark.
    let written = |created: &str| format!(r#"{{"audience": "x", "createdAt": {created}, "reason": "401"}}"#);
    *disk.only() = written("\"2027-01-15T08:00:00Z\"");
    stopped(&mut World::kept(cloud()), &mut disk);
    for created in ["\"yesterday\"", "null", "1800000000", "\"2027-01-17T08:00:00Z\"", "\"1969-12-31T23:59:59Z\""] {
        *disk.only() = written(created);
        let mut world = World::kept(cloud());
        let mut call = world.begin(&Look);
        world.asked_after_files(&mut call, &mut disk);
    }
}

#[test]
fn a_mark_stops_only_token_requests() {
    let mut disk = Disk::default();
    let mut world = World::kept(cloud());
    world.fetches(&mut disk, "t1", 3600);
    refused_again(&mut disk);
    assert_eq!(world.finds(&mut disk), "Bearer t1", "a token in memory still works");
    assert_eq!(World::kept(cloud()).finds(&mut disk), "Bearer t1", "and one in its file");
    world.pass(Duration::from_secs(3500));
    assert_eq!(world.finds(&mut disk), "Bearer t1", "its renewal is stopped, and harms nobody");
    let warning = world.warning().unwrap();
    assert!(warning.starts_with("token renewal: the identity provider"), "{warning}");
    world.pass(Duration::from_secs(100));
    stopped(&mut world, &mut disk);
}

/// Leaves a mark beside a token that still works.
fn refused_again(disk: &mut Disk) {
    let kept = std::mem::take(&mut disk.files);
    refused(disk, 401);
    disk.files.extend(kept);
}

#[test]
fn only_a_401_of_the_cloud_leaves_a_mark() {
    let mut disk = Disk::default();
    refused(&mut disk, 403);
    assert!(disk.files.is_empty());
    disk.asked.clear();
    let mut world = World::kept_oauth();
    let mut call = world.begin(&Look);
    world.asked_after_files(&mut call, &mut disk);
    world.answer(&mut call, 401, "");
    assert!(matches!(world.files(&mut call, &mut disk), camunda_core::Step::Done(Err(_))));
    assert!(disk.files.is_empty() && disk.asked.iter().all(|asked| !asked.contains("401")));
    // Without a folder there is nowhere to leave one.
    let mut world = World::new(cloud());
    let mut call = world.begin(&Look);
    world.asked_for_token(&mut call);
    world.answer(&mut call, 401, "");
    assert!(world.done(&mut call).is_err());
}

/// It takes some twenty milliseconds: never for a token that is there, and once at most.
#[test]
fn the_slow_digest_is_made_once() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    fn counted(password: &[u8], salt: &[u8], rounds: NonZeroU32) -> [u8; 32] {
        MADE.fetch_add(1, Ordering::Relaxed);
        assert_eq!((salt, rounds.get()), (&b"camunda-oauth-tarpit-filename-salt-v1"[..], 100_000));
        (DIGESTS.pbkdf2)(password, salt, rounds)
    }
    let world = || {
        let World { session, now } = World::new(cloud().token_cache_dir("/tokens"));
        let session: Session = session.with_digests(Digests { pbkdf2: counted, ..DIGESTS });
        World { session, now }
    };
    let mut disk = Disk::default();
    let mut first = world();
    first.fetches(&mut disk, "t1", 300);
    first.pass(Duration::from_secs(300));
    first.fetches(&mut disk, "t2", 300);
    assert_eq!(MADE.load(Ordering::Relaxed), 1);
    let mut second = world();
    second.now = first.now;
    assert_eq!(second.finds(&mut disk), "Bearer t2");
    assert_eq!(MADE.load(Ordering::Relaxed), 1);
}
