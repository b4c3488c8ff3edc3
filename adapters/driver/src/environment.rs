//! What the configuration cannot see for itself: the environment of the process, its folders, and the files that settings
//! name. Nothing else of the driver reads them.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use camunda_core::config::{ConfigBuilder, Loading, Places};
use camunda_core::{Config, Error};

/// The largest file that is read: certificates of a whole system are a quarter of a megabyte.
const LARGEST: u64 = 16 << 20;

/// The settings over the variables of the process and the dotenv file that they ask for.
pub(crate) fn read(settings: ConfigBuilder) -> Result<Config, Error> {
    // A variable that is not Unicode cannot be one of ours.
    let unicode = |(key, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((key.into_string().ok()?, value.into_string().ok()?))
    };
    finish(settings.environment(std::env::vars_os().filter_map(unicode)).load(places()))
}

/// The configuration with the files that it names. One that was read before names none.
pub(crate) fn complete(config: Config) -> Result<Config, Error> {
    finish(config.load(places()))
}

fn places() -> Places {
    Places { home: std::env::home_dir(), working_directory: std::env::current_dir().ok() }
}

fn finish(mut loading: Loading) -> Result<Config, Error> {
    while let Some(path) = loading.wanted() {
        let content = content(path);
        loading.give(content);
    }
    loading.finish()
}

/// All of a file that may well be a pipe, and may be endless by mistake.
fn content(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut content)?;
    if u64::try_from(content.len()).is_ok_and(|length| length < LARGEST) {
        Ok(content)
    } else {
        Err(io::Error::other("too large for a file of settings or certificates"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use camunda_core::Route;

    use super::*;

    /// A file that goes away with its test.
    struct Written(PathBuf);

    impl Written {
        fn new(name: &str, text: &str) -> Self {
            let path = std::env::temp_dir().join(format!("camunda-{}-{name}", std::process::id()));
            std::fs::write(&path, text).unwrap();
            Self(path)
        }

        fn path(&self) -> &str {
            self.0.to_str().unwrap()
        }
    }

    impl Drop for Written {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    #[test]
    fn a_dotenv_file_is_read() {
        let file = Written::new("dotenv", "\u{feff}CAMUNDA_WORKER_NAME=\"from a file\"\r\n");
        let config = read(Config::builder().set("CAMUNDA_LOAD_ENVFILE", file.path())).unwrap();
        assert_eq!(config.worker().name, "from a file");
        assert!(read(Config::builder().set("CAMUNDA_LOAD_ENVFILE", "/nowhere/.env")).is_ok());
        // A folder is there and cannot be read.
        let config = read(Config::builder().set("CAMUNDA_LOAD_ENVFILE", "/")).unwrap();
        assert!(config.warnings()[0].starts_with("could not read /: "), "{:?}", config.warnings());
    }

    #[test]
    fn certificates_are_read_and_must_be_there() {
        let file = Written::new("ca.pem", "certificate");
        let config = Config::builder().set("CAMUNDA_MTLS_CA_PATH", file.path()).build().unwrap();
        let config = complete(config).unwrap();
        assert_eq!(config.tls(Route::Identity).ca().unwrap().text(), Some("certificate"));
        let config = Config::builder().set("CAMUNDA_MTLS_CA_PATH", "/nowhere/ca.pem").build().unwrap();
        let error = complete(config).unwrap_err().to_string();
        assert!(error.contains("CAMUNDA_MTLS_CA_PATH: could not read /nowhere/ca.pem"), "{error}");
        if Path::new("/dev/zero").exists() {
            let config = Config::builder().set("CAMUNDA_MTLS_CA_PATH", "/dev/zero").build().unwrap();
            assert!(complete(config).unwrap_err().to_string().contains("too large"));
        }
    }
}
