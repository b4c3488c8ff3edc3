//! The configuration as a machine: it names the files that it wants, is handed what is in them, and ends in a configuration
//! or all its problems. It opens no file itself.

use std::io;
use std::path::{Path, PathBuf};

use super::builder::ConfigBuilder;
use super::problem::ProblemCode::{InvalidFile, InvalidValue};
use super::problem::{ConfigError, ConfigProblem, limited};
use super::resolve::envfile;
use super::tls::Pem;
use super::{Config, catalogue as settings};
use crate::Error;

/// Where the process is at home, as far as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// What `~` stands for.
    pub home: Option<PathBuf>,
    /// What the path of a dotenv file is relative to.
    pub working_directory: Option<PathBuf>,
}

/// A configuration on its way: while a file is [`wanted`](Self::wanted), read it and [`give`](Self::give) what came of that;
/// then [`finish`](Self::finish).
///
/// ```
/// # use camunda_core::{Config, config::Places};
/// let mut loading = Config::builder().set("CAMUNDA_LOAD_ENVFILE", "cluster.env").load(Places::default());
/// while let Some(path) = loading.wanted() {
///     assert_eq!(path.to_str(), Some("cluster.env"));
///     loading.give(Ok(b"CAMUNDA_REST_ADDRESS=http://cluster".to_vec())); // std::fs::read(path)
/// }
/// assert_eq!(loading.finish()?.rest_address(), "http://cluster/v2");
/// # Ok::<(), camunda_core::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Loading {
    places: Places,
    /// Emptied when the configuration is built.
    builder: ConfigBuilder,
    /// The dotenv file, until it was read.
    envfile: Option<PathBuf>,
    config: Option<Result<Config, Error>>,
    problems: Vec<ConfigProblem>,
}

impl Loading {
    pub(super) fn new(builder: ConfigBuilder, places: Places) -> Self {
        let mut loading = Self { places, builder, envfile: None, config: None, problems: Vec::new() };
        if let Some(path) = envfile(&loading.builder.layers).filter(|_| !loading.builder.dotenv_done) {
            match loading.places.expand(Path::new(path)) {
                Some(path) => loading.envfile = Some(loading.places.absolute(path)),
                None => loading.builder.problems.push(homeless(settings::LOAD_ENVFILE.name, Path::new(path))),
            }
        }
        if loading.envfile.is_none() {
            loading.build();
        }
        loading
    }

    pub(super) fn of(config: Config, places: Places) -> Self {
        let builder = ConfigBuilder::default();
        let mut loading = Self { places, builder, envfile: None, config: Some(Ok(config)), problems: Vec::new() };
        loading.expand();
        loading
    }

    /// The file to read next; none when all are.
    pub fn wanted(&self) -> Option<&Path> {
        self.envfile.as_deref().or_else(|| match &self.config {
            Some(Ok(config)) => {
                let mut files =
                    config.tls.iter_files().chain(config.identity_tls.iter().flat_map(|tls| tls.iter_files()));
                files.find(|pem| pem.text.is_none()).and_then(Pem::path)
            }
            _ => None,
        })
    }

    /// What came of reading the [`wanted`](Self::wanted) file. A dotenv file that is missing is no problem, one that cannot
    /// be read is a warning; any other file must be there.
    pub fn give(&mut self, content: io::Result<Vec<u8>>) {
        if let Some(path) = self.envfile.take() {
            let builder = std::mem::take(&mut self.builder);
            self.builder = match content {
                Ok(text) => builder.dotenv_named(&text, &shown(&path)),
                Err(error) => {
                    let mut builder = builder;
                    if error.kind() != io::ErrorKind::NotFound {
                        builder.notes.push(format!("could not read {}: {error}", shown(&path)));
                    }
                    builder
                }
            };
            return self.build();
        }
        let Some(Ok(config)) = &mut self.config else { return };
        let mut files = config.tls.files().chain(config.identity_tls.iter_mut().flat_map(|tls| tls.files()));
        let Some(pem) = files.find(|pem| pem.text.is_none()) else { return };
        let read = content.map_err(|error| error.to_string());
        let text = read.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not text".to_owned()));
        let path = pem.path().map(shown).unwrap_or_default();
        let problem = |error| ConfigProblem {
            key: pem.setting().to_owned(),
            code: InvalidFile,
            reason: format!("could not read {path}: {error}"),
        };
        // With a problem the text no longer matters, only that it is not asked for again.
        let text = text.unwrap_or_else(|error| {
            self.problems.push(problem(error));
            String::new()
        });
        pem.text = Some(text);
    }

    /// The configuration. A dotenv file that was not given is left out; TLS files that were not remain paths.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with every problem at once.
    pub fn finish(mut self) -> Result<Config, Error> {
        let config = match self.config.take() {
            Some(config) => config?,
            None => self.builder.build()?,
        };
        if self.problems.is_empty() { Ok(config) } else { Err(ConfigError::new(self.problems, config.warnings).into()) }
    }

    fn build(&mut self) {
        self.builder.dotenv_done = true;
        self.config = Some(std::mem::take(&mut self.builder).build());
        self.expand();
    }

    /// Puts the home directory into the paths of the configuration.
    fn expand(&mut self) {
        let Some(Ok(config)) = &mut self.config else { return };
        let mut paths: Vec<(&str, &mut PathBuf)> = Vec::new();
        paths.extend(config.token_cache.as_mut().map(|path| (settings::TOKEN_CACHE_DIR.name, path)));
        paths.extend(config.support_log.as_mut().map(|path| (settings::SUPPORT_LOG_FILE_PATH.name, path)));
        for pem in config.tls.files().chain(config.identity_tls.iter_mut().flat_map(|tls| tls.files())) {
            let setting = pem.setting();
            paths.extend(pem.path.as_mut().map(|path| (setting, path)));
        }
        for (setting, path) in paths {
            match self.places.expand(path) {
                Some(expanded) => *path = expanded,
                None => self.problems.push(homeless(setting, path)),
            }
        }
    }
}

fn homeless(setting: &str, path: &Path) -> ConfigProblem {
    let reason = format!("{:?} is in the home directory, which is not known", shown(path));
    ConfigProblem { key: setting.to_owned(), code: InvalidValue, reason }
}

fn shown(path: &Path) -> String {
    limited(&path.display().to_string())
}

impl Places {
    /// With the home directory in place of a leading `~`.
    fn expand(&self, path: &Path) -> Option<PathBuf> {
        match path.strip_prefix("~") {
            Err(_) => Some(path.to_owned()),
            Ok(rest) if rest.as_os_str().is_empty() => self.home.clone(),
            Ok(rest) => self.home.as_ref().map(|home| home.join(rest)),
        }
    }

    fn absolute(&self, path: PathBuf) -> PathBuf {
        self.working_directory.as_ref().map_or(path.clone(), |folder| folder.join(path))
    }
}

#[cfg(test)]
#[path = "loading_tests.rs"]
mod tests;
