//! Deployment: all resources or none, with every fault told at once.
//! It does not parse by itself; the BPMN module judges the models.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Definition, Engine, Rejection};
use crate::bpmn::{self, Process};

/// One file of a deployment.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// What a deployment made, or what was there already.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) key: i64,
    pub(crate) definitions: Vec<Arc<Definition>>,
}

/// A resource after parsing.
struct Parsed {
    name: Arc<str>,
    xml: Arc<str>,
    processes: Vec<Process>,
}

impl Engine {
    pub(crate) fn deploy(
        &mut self,
        resources: Vec<Resource>,
        now: i64,
    ) -> Result<Deployment, Rejection> {
        self.enter(now);
        if resources.is_empty() {
            let text = "Expected to deploy at least one resource, but none given".to_owned();
            return Err(Rejection::invalid_argument("CREATE", text));
        }
        let parsed = parse_all(resources).map_err(|faults| {
            let text = format!(
                "Expected to deploy new resources, but encountered the following errors:\n{faults}"
            );
            Rejection::invalid_argument("CREATE", text)
        })?;
        let key = self.keys.next();
        let deployed = |p: &Parsed, process: &Process| {
            let latest = self.definitions.latest(&process.id)?;
            (latest.xml == p.xml && latest.resource_name == p.name).then(|| latest.clone())
        };
        let known: Vec<Option<Arc<Definition>>> = parsed
            .iter()
            .flat_map(|p| p.processes.iter().map(|process| deployed(p, process)))
            .collect();
        if let Some(definitions) = known.into_iter().collect::<Option<Vec<_>>>() {
            return Ok(Deployment { key, definitions });
        }
        let mut definitions = Vec::new();
        for resource in parsed {
            for process in resource.processes {
                let id = process.id.clone();
                let version = self
                    .definitions
                    .latest(&id)
                    .map_or(1, |latest| latest.version + 1);
                let (resource_name, xml) = (resource.name.clone(), resource.xml.clone());
                self.definitions.insert(Definition {
                    key: self.keys.next(),
                    version,
                    process,
                    resource_name,
                    xml,
                });
                definitions.extend(self.definitions.latest(&id).cloned());
            }
        }
        self.settle();
        Ok(Deployment { key, definitions })
    }
}

fn parse_all(resources: Vec<Resource>) -> Result<Vec<Parsed>, String> {
    let mut faults = Vec::new();
    let mut parsed: Vec<Parsed> = Vec::new();
    let mut places: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
    for resource in resources {
        let name = resource.name;
        match parse(&name, resource.bytes) {
            Ok(resource) => {
                for process in &resource.processes {
                    if let Some(other) = places.insert(process.id.clone(), resource.name.clone()) {
                        faults.push(format!(
                            "Duplicated process id in resources '{other}' and '{name}'"
                        ));
                    }
                }
                parsed.push(resource);
            }
            Err(fault) => faults.push(format!("'{name}': {fault}")),
        }
    }
    if faults.is_empty() {
        Ok(parsed)
    } else {
        Err(faults.join("\n"))
    }
}

fn parse(name: &str, bytes: Vec<u8>) -> Result<Parsed, String> {
    if !name.ends_with(".bpmn") && !name.ends_with(".xml") {
        return Err(
            "Only resources that end in .bpmn or .xml are supported by this emulator".to_owned(),
        );
    }
    let xml = String::from_utf8(bytes)
        .map_err(|_| "The file is not a BPMN document: it is not UTF-8".to_owned())?;
    let processes = bpmn::parse(&xml)?;
    Ok(Parsed {
        name: name.into(),
        xml: xml.into(),
        processes,
    })
}
