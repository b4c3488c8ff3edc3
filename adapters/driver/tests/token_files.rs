//! Token files on a real disk: two processes share a folder, and none ever sees half a file.

use std::cell::{Cell, RefCell};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::time::Instant;
use std::{env, fs};

use bytes::Bytes;
use camunda_core::api::GetTopology;
use camunda_core::{Body, Config, Digests, Error, Limits, Route, TransportError};
use camunda_driver::blocking::Client;
use camunda_driver::{BlockingChunks, Exchange, TokenPlace};

/// How often each process fetches a token and finds one.
const ROUNDS: u32 = 60;
/// A token is so long that its file takes several pages.
const COPIES: usize = 2_000;
const FOLDER: &str = "TOKEN_FILES_OF_A_TEST";

thread_local! {
    // A blocking call runs on the thread of its caller, and so does a test.
    static GIVEN: Cell<u32> = const { Cell::new(0) };
    static USED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// An identity provider whose tokens name the process, and a cluster that notes which token it was shown.
#[derive(Debug)]
struct Peers;

struct Whole(Bytes);

impl Exchange for Peers {
    type Body = Whole;

    fn open(_: &Config) -> Result<Self, Error> {
        Ok(Self)
    }

    fn digests() -> Option<Digests> {
        Some(Digests { sha256: summed, pbkdf2: |password, _, _: NonZeroU32| summed(password) })
    }

    fn exchange(
        &self,
        request: http::Request<Body>,
        route: Route,
        _: Limits,
    ) -> Result<(http::Response<()>, Whole), TransportError> {
        let text = match route {
            Route::Identity => {
                GIVEN.set(GIVEN.get() + 1);
                format!(r#"{{"access_token":"{}","expires_in":3600}}"#, token(process::id()))
            }
            Route::Cluster => {
                let value = request.headers()["authorization"].to_str().unwrap();
                USED.set(value.to_owned());
                r#"{"brokers":[]}"#.to_owned()
            }
        };
        Ok((http::Response::new(()), Whole(text.into())))
    }

    fn fork(&self) -> Self {
        Self
    }

    fn interrupt(&self) {}
}

impl BlockingChunks for Whole {
    fn chunk(&mut self, _: Instant) -> Result<Option<Bytes>, TransportError> {
        Ok(Some(std::mem::take(&mut self.0)).filter(|part| !part.is_empty()))
    }
}

/// No digest, but it tells texts apart.
fn summed(text: &[u8]) -> [u8; 32] {
    let mut sums = [0_u8; 32];
    for (index, byte) in text.iter().enumerate() {
        sums[index % 32] = sums[index % 32].wrapping_mul(31).wrapping_add(*byte);
    }
    sums
}

fn token(process: u32) -> String {
    format!("{process}.").repeat(COPIES)
}

fn client(folder: &Path, id: &str) -> Client<Peers> {
    let settings = Config::builder().oauth(id, "hunter2").oauth_url("http://idp/token");
    Client::new(settings.token_cache_dir(folder.to_str().unwrap()).build().unwrap()).unwrap()
}

/// A folder that does not exist yet, inside one that is ours.
fn folder(test: &str) -> PathBuf {
    let outer = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}", process::id()));
    let _ = fs::remove_dir_all(&outer);
    outer.join("a/b")
}

/// What the folder holds, and that nobody else may read it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).inspect(|path| assert_mode(path, 0o600)).collect()
}

#[cfg(unix)]
fn assert_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    // It may be gone by now: renamed.
    if let Ok(found) = fs::metadata(path) {
        assert_eq!(found.permissions().mode() & 0o7777, mode, "{}", path.display());
    }
}

#[cfg(not(unix))]
fn assert_mode(_: &Path, _: u32) {}

#[test]
fn two_processes_share_a_folder_and_none_sees_half_a_file() {
    let folder = folder("shared");
    let child = || {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "one_of_two", "--ignored"]).env(FOLDER, &folder);
        command.spawn().unwrap()
    };
    let mut children = [child(), child()];
    let mut whole = 0;
    while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        for path in files(&folder).iter().filter(|path| path.extension().is_some_and(|end| end == "json")) {
            let text = fs::read_to_string(path).unwrap();
            let ours = children.iter().any(|child| text.contains(&format!("\"{}\"", token(child.id()))));
            assert!(ours && text.ends_with('}'), "{} bytes: {text:.200}", text.len());
            whole += 1;
        }
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert!(whole > 0, "the folder was never seen with a token in it");
    assert_mode(&folder, 0o700);
    assert_mode(folder.parent().unwrap(), 0o700);
    assert_eq!(files(&folder).len(), 1, "nothing half-made is left: {:?}", files(&folder));
    fs::remove_dir_all(folder.parent().unwrap().parent().unwrap()).unwrap();
}

#[test]
#[ignore = "run by the test of two processes, twice"]
fn one_of_two() {
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    for round in 1..=ROUNDS {
        client(&folder, "id").refresh_token().unwrap();
        // Another program of this process: it finds a token, its own or the other's, and fetches none.
        client(&folder, "id").send(GetTopology::new()).unwrap();
        assert_eq!(GIVEN.get(), round);
        let used = USED.take();
        let issuer = used.strip_prefix("Bearer ").and_then(|token| token.split('.').next()).unwrap();
        assert_eq!(used, format!("Bearer {}", token(issuer.parse().unwrap())));
    }
}

#[test]
fn a_token_is_cleared_where_it_is_told() {
    let folder = folder("cleared");
    let client = client(&folder, "id");
    let given = || GIVEN.get();
    client.send(GetTopology::new()).unwrap();
    assert_eq!((given(), files(&folder).len()), (1, 1));
    client.clear_token_in(TokenPlace::Memory);
    client.send(GetTopology::new()).unwrap();
    assert_eq!((given(), files(&folder).len()), (1, 1), "found in its file");
    client.clear_token_in(TokenPlace::File);
    client.send(GetTopology::new()).unwrap();
    assert_eq!((given(), files(&folder).len()), (1, 0), "still in memory");
    client.clear_token();
    client.send(GetTopology::new()).unwrap();
    assert_eq!((given(), files(&folder).len()), (2, 1));
    client.clear_token();
    assert!(files(&folder).is_empty());
    client.clear_token();
    fs::remove_dir_all(folder.parent().unwrap().parent().unwrap()).unwrap();
}

/// Whatever lies where a token file should be, or a folder: calls go on.
#[test]
fn a_disk_in_disorder_harms_no_call() {
    let folder = folder("disorder");
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    fs::write(&folder, "a file in place of the folder").unwrap();
    client(&folder, "other").send(GetTopology::new()).unwrap();
    fs::remove_file(&folder).unwrap();
    client(&folder, "other").send(GetTopology::new()).unwrap();
    let [path] = &files(&folder)[..] else { panic!("one file") };
    for bytes in [&b"\xff\xfe"[..], b"", &[b'{'; 2 << 20]] {
        fs::write(path, bytes).unwrap();
        client(&folder, "other").send(GetTopology::new()).unwrap();
        assert!(fs::read_to_string(path).unwrap().contains(&token(process::id())), "made good");
    }
    fs::remove_file(path).unwrap();
    fs::create_dir(path).unwrap();
    client(&folder, "other").send(GetTopology::new()).unwrap();
    fs::remove_dir_all(folder.parent().unwrap().parent().unwrap()).unwrap();
}
