//! What the example has to know of a model before it is deployed: the types of its jobs. A real application knows them; this
//! one takes any model.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const ZEEBE: &str = "http://camunda.org/schema/zeebe/1.0";

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) path: PathBuf,
    pub(crate) job_types: BTreeSet<String>,
}

impl Model {
    pub(crate) fn read(path: impl AsRef<Path>) -> Result<Self, String> {
        let path = path.as_ref().to_owned();
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        // What is no XML has no jobs; the cluster says what is wrong with it, better than this could.
        let job_types = roxmltree::Document::parse(&text).map(|document| {
            let definitions = document.descendants().filter(|node| node.has_tag_name((ZEEBE, "taskDefinition")));
            definitions.filter_map(|node| node.attribute("type")).map(str::to_owned).collect()
        });
        Ok(Self { path, job_types: job_types.unwrap_or_default() })
    }
}

/// The job types of all models, but for those to leave.
pub(crate) fn job_types(models: &[Model], leave: &[String]) -> BTreeSet<String> {
    models.iter().flat_map(|model| model.job_types.iter().cloned()).filter(|name| !leave.contains(name)).collect()
}
