//! Tokens kept in files: memory first, then the file, then the identity provider; and no file ever harms a call.

use std::time::Duration;

use camunda_core::config::ConfigBuilder;
use camunda_core::{CallOptions, Config, Event, FileAction, Step, TransportErrorKind};
use serde_json::{Value, json};

use crate::disk::Disk;
use crate::world::{Look, World};

fn client(id: &str) -> ConfigBuilder {
    Config::builder().oauth(id, "hunter2!").oauth_url("http://idp/realms/one/token")
}

#[test]
fn memory_first_then_the_file_then_the_identity_provider() {
    let mut disk = Disk::default();
    let mut world = World::kept(client("a b/c").audience("orchestration api"));
    world.fetches(&mut disk, "t1", 300);
    let name = disk.asked[1].strip_prefix("load ").unwrap().to_owned();
    assert!(name.starts_with("oauth-token-a_b_c-orchestration_api-idp-") && name.ends_with(".json"), "{name}");
    assert_eq!(name.len(), "oauth-token-a_b_c-orchestration_api-idp-0123456789abcdef.json".len());
    assert_eq!(disk.asked, ["prepare /tokens".to_owned(), format!("load {name}"), format!("store {name}")]);
    disk.asked.clear();
    assert_eq!(world.finds(&mut disk), "Bearer t1");
    assert!(disk.asked.is_empty(), "memory first");
    // A program started later.
    let mut world = World::kept(client("a b/c").audience("orchestration api"));
    assert_eq!(world.finds(&mut disk), "Bearer t1");
    assert_eq!(disk.verbs(), ["prepare", "load"]);
    let shown: Value = serde_json::from_str(disk.only()).unwrap();
    assert_eq!(shown["access_token"], "t1");
    assert_eq!(shown["client_id"], "a b/c");
    assert_eq!(shown["audience"], "orchestration api");
    assert_eq!(shown["oauth_url"], "http://idp/realms/one/token");
    assert_eq!(shown["obtained_at_epoch_ms"], 1_800_000_000_000_u64);
    assert_eq!(shown["expires_at_epoch_ms"], 1_800_000_270_000_u64);
    assert_eq!(shown["hard_expires_at_epoch_ms"], 1_800_000_300_000_u64);
    assert!(!disk.only().contains("hunter2"));
}

#[test]
fn without_digests_or_a_folder_there_are_no_files() {
    let with_folder = || World::new(client("id").token_cache_dir("/tokens"));
    let off = |settings: ConfigBuilder| World::kept(settings.set("CAMUNDA_TOKEN_DISK_CACHE_DISABLE", "yes"));
    for mut world in [with_folder(), off(client("id")), World::new(client("id"))] {
        let mut call = world.begin(&Look);
        world.asked_for_token(&mut call);
        world.grant(&mut call, "t", 300);
        world.sent(&mut call);
        assert!(world.session.clear_token_file().is_none() || world.session.config().token_cache_dir().is_some());
    }
}

/// F17, F36: whatever shapes the token request tells files apart, and no two share a token.
#[test]
fn a_cached_token_belongs_to_one_token_request() {
    let mut disk = Disk::default();
    let worlds = || {
        [
            client("a").audience("x"),
            client("b").audience("x"),
            client("a").audience("y"),
            client("a"),
            client("a").audience("x").set("CAMUNDA_OAUTH_SCOPE", "s"),
            client("a").audience("x").set("CAMUNDA_OAUTH_RESOURCE", "s"),
            client("a").audience("x").set("CAMUNDA_OAUTH_GRANT_TYPE", "other"),
            client("a").audience("x").oauth_url("http://idp/realms/two/token"),
            client("a").audience("x").set("CAMUNDA_CLIENT_SECRET", "other"),
        ]
        .map(World::kept)
    };
    for (number, world) in worlds().iter_mut().enumerate() {
        world.fetches(&mut disk, &format!("t{number}"), 300);
    }
    assert_eq!(disk.files.len(), worlds().len());
    for (number, world) in worlds().iter_mut().enumerate() {
        assert_eq!(world.finds(&mut disk), format!("Bearer t{number}"));
    }
}

/// Names can be the same by chance or by hand; what is inside decides.
#[test]
fn a_file_of_another_identity_is_not_used() {
    let mut disk = Disk::default();
    World::kept(client("a")).fetches(&mut disk, "theirs", 300);
    let theirs = disk.only().clone();
    World::kept(client("b")).fetches(&mut disk, "ours", 300);
    for text in disk.files.values_mut() {
        *text = theirs.clone();
    }
    World::kept(client("b")).fetches(&mut disk, "ours", 300);
    assert_eq!(World::kept(client("b")).finds(&mut disk), "Bearer ours");
    // Each member by itself.
    for member in ["oauth_url", "client_id", "audience", "scope", "resource", "identity"] {
        let mut document: Value = serde_json::from_str(&theirs).unwrap();
        document[member] = json!("other");
        let path = disk.asked.iter().find_map(|asked| asked.strip_prefix("store oauth-token-a")).unwrap().to_owned();
        disk.files.insert(format!("/tokens/oauth-token-a{path}").into(), document.to_string());
        let mut world = World::kept(client("a"));
        let mut call = world.begin(&Look);
        world.asked_after_files(&mut call, &mut disk);
    }
}

#[test]
fn an_expired_or_damaged_file_is_ignored() {
    let mut disk = Disk::default();
    World::kept_oauth().fetches(&mut disk, "t1", 300);
    let good = disk.only().clone();
    let with = |member: &str, value: Value| {
        let mut document: Value = serde_json::from_str(&good).unwrap();
        document[member] = value;
        document.to_string()
    };
    let now = 1_800_000_000_000_u64;
    let mut bad = vec![
        with("access_token", json!("")),
        with("access_token", json!("a\nb")),
        with("access_token", json!(7)),
        with("hard_expires_at_epoch_ms", json!(now)),
        with("hard_expires_at_epoch_ms", json!(now - 1)),
        with("hard_expires_at_epoch_ms", json!(-1)),
        with("hard_expires_at_epoch_ms", json!(u64::MAX)),
        with("obtained_at_epoch_ms", json!(now + 31_000)),
        with("obtained_at_epoch_ms", json!(now + 10_000)).replace("1800000300000", "1800000010000"),
        with("obtained_at_epoch_ms", json!(0)).replace("300000", "299999").replace("1800000", "1"),
        format!("{good}x"),
        String::new(),
        "null".to_owned(),
    ];
    bad.extend((0..good.len()).map(|length| good.get(..length).unwrap().to_owned()));
    for text in bad {
        *disk.only() = text.clone();
        let mut world = World::kept_oauth();
        let mut call = world.begin(&Look);
        disk.asked.clear();
        let step = world.files(&mut call, &mut disk);
        assert!(World::form(step).starts_with("grant_type"), "used: {text}");
        assert_eq!(disk.verbs(), ["prepare", "load"], "{text}");
        assert_eq!(world.warning(), None, "{text}");
    }
    *disk.only() = good;
    assert_eq!(World::kept_oauth().finds(&mut disk), "Bearer t1");
}

#[test]
fn a_found_token_is_renewed_and_ends_as_if_it_had_been_fetched() {
    let mut disk = Disk::default();
    World::kept_oauth().fetches(&mut disk, "t1", 300);
    let mut world = World::kept_oauth();
    world.pass(Duration::from_secs(271));
    let mut call = world.begin(&Look);
    world.asked_after_files(&mut call, &mut disk);
    let mut other = world.begin(&Look);
    assert_eq!(world.sent_after_files(&mut other, &mut disk), "Bearer t1", "nobody waits for an early renewal");
    world.fail(&mut call, false, TransportErrorKind::Connect);
    assert_eq!(world.sent_after_files(&mut call, &mut disk), "Bearer t1");
    world.pass(Duration::from_secs(29));
    let mut call = world.begin(&Look);
    world.asked_after_files(&mut call, &mut disk);
}

#[test]
fn a_renewal_by_another_process_serves_this_one() {
    let mut disk = Disk::default();
    let mut world = World::kept_oauth();
    world.fetches(&mut disk, "t1", 300);
    world.pass(Duration::from_secs(271));
    let mut other = World::kept_oauth();
    other.now = world.now;
    other.fetches(&mut disk, "t2", 300);
    assert_eq!(world.finds(&mut disk), "Bearer t2", "without a token request");
}

#[test]
fn a_folder_that_cannot_be_written_in_is_told_once_and_left_alone() {
    let mut disk = Disk { broken: true, ..Disk::default() };
    let mut world = World::kept_oauth();
    world.fetches(&mut disk, "t1", 2);
    assert_eq!(disk.verbs(), ["prepare"]);
    assert_eq!(
        world.warning().unwrap(),
        "tokens are kept in memory only, since /tokens cannot be written in: no space left"
    );
    world.pass(Duration::from_secs(3));
    world.fetches(&mut disk, "t2", 300);
    assert!(disk.asked.is_empty() && world.warning().is_none());
}

#[test]
fn files_that_fail_later_harm_nobody_and_are_told_once() {
    let mut disk = Disk::default();
    let mut world = World::kept_oauth();
    let mut call = world.begin(&Look);
    let Step::File(FileAction::Prepare(_)) = world.poll(&mut call) else { panic!("the folder first") };
    call.handle(&mut world.session, world.now, Event::File(Ok(None)));
    disk.broken = true;
    world.asked_after_files(&mut call, &mut disk);
    world.grant(&mut call, "t1", 2);
    assert_eq!(world.sent_after_files(&mut call, &mut disk), "Bearer t1");
    assert_eq!(disk.verbs(), ["load", "store"]);
    assert_eq!(world.warning().unwrap(), "a token file in /tokens cannot be used: no space left");
    world.pass(Duration::from_secs(3));
    world.fetches(&mut disk, "t2", 2);
    assert_eq!(world.warning(), None);
    disk.broken = false;
    world.pass(Duration::from_secs(3));
    world.fetches(&mut disk, "t3", 300);
    assert_eq!(World::kept_oauth().finds(&mut disk), "Bearer t3", "a disk that is well again is used again");
}

#[test]
fn a_token_that_the_cluster_refuses_leaves_its_file() {
    let mut disk = Disk::default();
    World::kept_oauth().fetches(&mut disk, "t1", 3600);
    disk.asked.clear();
    let mut world = World::kept_oauth();
    let mut call = world.begin(&Look);
    assert_eq!(world.sent_after_files(&mut call, &mut disk), "Bearer t1");
    world.pass(Duration::from_secs(1));
    world.answer(&mut call, 401, "");
    world.asked_after_files(&mut call, &mut disk);
    assert!(disk.files.is_empty(), "a program started now does not find it");
    world.grant(&mut call, "t2", 3600);
    assert_eq!(world.sent_after_files(&mut call, &mut disk), "Bearer t2");
    assert_eq!(disk.verbs(), ["prepare", "load", "load", "remove", "store"]);
}

#[test]
fn a_successor_that_another_process_fetched_is_used_after_a_refusal() {
    let mut disk = Disk::default();
    let (mut world, mut other) = (World::kept_oauth(), World::kept_oauth());
    world.fetches(&mut disk, "t1", 3600);
    assert_eq!(other.finds(&mut disk), "Bearer t1");
    world.pass(Duration::from_secs(1));
    other.pass(Duration::from_secs(1));
    let mut calls = [world.begin(&Look), other.begin(&Look)];
    assert_eq!(world.sent(&mut calls[0]), "Bearer t1");
    world.answer(&mut calls[0], 401, "");
    world.asked_after_files(&mut calls[0], &mut disk);
    world.grant(&mut calls[0], "t2", 3600);
    assert_eq!(world.sent_after_files(&mut calls[0], &mut disk), "Bearer t2");
    assert_eq!(other.sent(&mut calls[1]), "Bearer t1");
    other.answer(&mut calls[1], 401, "");
    assert_eq!(other.sent_after_files(&mut calls[1], &mut disk), "Bearer t2", "one_refresh, of two processes");
}

#[test]
fn no_token_in_the_file_follows_a_refused_one_unless_it_is_newer() {
    for seconds in [0, 1] {
        let mut disk = Disk::default();
        World::kept_oauth().fetches(&mut disk, "older", 36_000);
        let older = disk.only().clone();
        let mut world = World::kept_oauth();
        world.pass(Duration::from_secs(seconds));
        let mut refresh = world.session.refresh_token(&CallOptions::new(), world.now);
        world.asked_after_files(&mut refresh, &mut disk);
        world.grant(&mut refresh, "newer", 3600);
        assert!(matches!(world.files(&mut refresh, &mut disk), Step::Done(Ok(_))));
        *disk.only() = older;
        let mut call = world.begin(&Look);
        assert_eq!(world.sent(&mut call), "Bearer newer");
        world.answer(&mut call, 401, "");
        world.asked_after_files(&mut call, &mut disk);
    }
}

#[test]
fn nobody_waits_for_a_file_to_be_written() {
    let mut disk = Disk::default();
    let mut world = World::kept_oauth();
    let (mut leader, mut other) = (world.begin(&Look), world.begin(&Look));
    world.asked_after_files(&mut leader, &mut disk);
    world.waits(&mut other);
    world.grant(&mut leader, "t", 300);
    assert_eq!(world.woken(), [1], "nobody_forgotten");
    assert_eq!(world.sent(&mut other), "Bearer t");
    assert!(matches!(world.poll(&mut leader), Step::File(FileAction::Store(..))));
    leader.abandon(&mut world.session, world.now);
    assert_eq!(world.finds(&mut disk), "Bearer t");
}

#[test]
fn a_leader_that_vanishes_over_a_file_hands_its_errand_on() {
    let mut disk = Disk::default();
    let mut world = World::kept_oauth();
    let (mut leader, mut next, mut last) = (world.begin(&Look), world.begin(&Look), world.begin(&Look));
    assert!(matches!(world.poll(&mut leader), Step::File(FileAction::Prepare(_))));
    world.waits(&mut next);
    leader.abandon(&mut world.session, world.now);
    assert_eq!(world.woken(), [1], "nobody_forgotten");
    assert!(matches!(world.poll(&mut next), Step::File(FileAction::Prepare(_))));
    let lease = world.waits(&mut last);
    world.pass(lease);
    world.asked_after_files(&mut last, &mut disk);
    // The one that slept over its file neither asks nor harms: it waits like the others.
    next.handle(&mut world.session, world.now, Event::File(Err("late".to_owned())));
    world.waits(&mut next);
    world.grant(&mut last, "t", 300);
    assert_eq!(world.sent_after_files(&mut next, &mut disk), "Bearer t");
}

#[test]
fn clearing_and_refreshing_ask_the_identity_provider() {
    let mut disk = Disk::default();
    let mut world = World::kept_oauth();
    world.fetches(&mut disk, "t1", 3600);
    disk.asked.clear();
    let mut refresh = world.session.refresh_token(&CallOptions::new(), world.now);
    let mut joins = world.session.refresh_token(&CallOptions::new(), world.now);
    world.asked_after_files(&mut refresh, &mut disk);
    world.waits(&mut joins);
    assert_eq!(world.finds(&mut disk), "Bearer t1", "which works meanwhile");
    world.grant(&mut refresh, "t2", 3600);
    for call in [&mut refresh, &mut joins] {
        let step = world.files(call, &mut disk);
        assert!(matches!(step, Step::Done(Ok(_))), "{step:?}");
    }
    assert_eq!(disk.verbs(), ["store"], "whatever the file says");
    assert_eq!(world.finds(&mut disk), "Bearer t2");
    assert_eq!(world.session.live_calls(), 0, "nothing_leaks");
    // Forgotten in memory alone, it is found again; forgotten everywhere, it is not.
    world.session.clear_token(world.now);
    assert_eq!(world.finds(&mut disk), "Bearer t2");
    world.session.clear_token(world.now);
    let action = world.session.clear_token_file().unwrap();
    disk.perform(action).unwrap();
    world.fetches(&mut disk, "t3", 3600);
}

#[test]
fn no_secret_in_logs() {
    let mut disk = Disk::default();
    let mut world = World::kept_oauth();
    let mut call = world.begin(&Look);
    world.asked_after_files(&mut call, &mut disk);
    world.grant(&mut call, "t0ken", 300);
    let store = world.poll(&mut call);
    let loaded = Event::File(Ok(Some(camunda_core::config::Secret::new(r#"{"access_token":"t0ken"}"#))));
    let shown = format!("{store:?} {loaded:?} {:?} {call:?}", world.session);
    assert!(shown.contains("Store(\"/tokens/oauth-token-id-empty-idp-"), "{shown}");
    assert!(!shown.contains("hunter2") && !shown.contains("t0ken"), "{shown}");
}
