//! What the examples share: the cluster that they run on.

use std::error::Error;

use camunda_emulator::Emulator;
use camunda_ureq::Config;

/// How to reach a cluster, and the cluster itself if it is an embedded one, which stops when it is dropped.
pub struct Cluster {
    /// For the client.
    pub config: Config,
    /// None if the cluster is somebody else's.
    pub embedded: Option<Emulator>,
}

impl Cluster {
    /// The one that `CAMUNDA_REST_ADDRESS` names, or an embedded one.
    ///
    /// # Errors
    ///
    /// The configuration cannot be used, or there is no port for an embedded cluster.
    pub fn find() -> Result<Self, Box<dyn Error>> {
        if std::env::var_os("CAMUNDA_REST_ADDRESS").is_some() {
            let config = Config::builder().environment(std::env::vars()).build()?;
            return Ok(Self { config, embedded: None });
        }
        Self::embedded()
    }

    /// An embedded one.
    ///
    /// # Errors
    ///
    /// There is no port for it.
    pub fn embedded() -> Result<Self, Box<dyn Error>> {
        let cluster = Emulator::start()?;
        Ok(Self { config: Config::from_pairs(cluster.environment())?, embedded: Some(cluster) })
    }
}

/// The path of a model that comes with the examples.
pub fn model(name: &str) -> String {
    format!("{}/models/{name}", env!("CARGO_MANIFEST_DIR"))
}
