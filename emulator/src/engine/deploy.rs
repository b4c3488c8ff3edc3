//! Deployment: all resources or none, with every fault told at once.
//! It does not parse by itself; the BPMN module judges the models.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::resource::{FileKind, StoredFile, identity};
use super::{Definition, Engine, Rejection, Requirements};
use crate::bpmn::{self, Process};
use crate::dmn::{self, Graph};

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
    pub(crate) decisions: Vec<Arc<Requirements>>,
    /// Forms first, then other files.
    pub(crate) files: Vec<Arc<StoredFile>>,
}

/// A file after parsing.
enum Parsed {
    Model { name: Arc<str>, xml: Arc<str>, processes: Vec<Process> },
    Decisions { name: Arc<str>, xml: Arc<str>, graph: Graph },
    File { name: Arc<str>, kind: FileKind, id: Arc<str>, version_tag: Option<String>, content: Arc<[u8]> },
}

impl Engine {
    pub(crate) fn deploy(
        &mut self,
        resources: Vec<Resource>,
        tenant: &Arc<str>,
        now: i64,
    ) -> Result<Deployment, Rejection> {
        self.enter(now);
        if resources.is_empty() {
            let text = "Expected to deploy at least one resource, but none given".to_owned();
            return Err(Rejection::invalid_argument("CREATE", text));
        }
        let mut parsed = parse_all(resources).map_err(|faults| {
            let text = format!("Expected to deploy new resources, but encountered the following errors:\n{faults}");
            Rejection::invalid_argument("CREATE", text)
        })?;
        let faults: Vec<String> = parsed.iter().filter_map(|resource| self.start_faults(resource)).collect();
        if !faults.is_empty() {
            let faults = faults.join("\n");
            let text = format!("Expected to deploy new resources, but encountered the following errors:\n{faults}");
            return Err(Rejection::invalid_argument("CREATE", text));
        }
        // The answer lists processes, then forms, then what else there is.
        parsed.sort_by_key(|p| if let Parsed::File { kind, .. } = p { Some(*kind) } else { None });
        let key = self.keys.next();
        if let Some(known) = self.duplicates(key, tenant, &parsed) {
            return Ok(known);
        }
        let mut deployment = Deployment { key, definitions: Vec::new(), decisions: Vec::new(), files: Vec::new() };
        for resource in parsed {
            self.store(resource, tenant, &mut deployment);
        }
        self.settle();
        Ok(deployment)
    }

    /// Start events whose names or timers cannot be evaluated.
    fn start_faults(&self, resource: &Parsed) -> Option<String> {
        let Parsed::Model { name, processes, .. } = resource else { return None };
        let fault = processes.iter().find_map(|process| self.start_fault(process));
        fault.map(|(id, fault)| format!("'{name}': - Element: {id}\n    - ERROR: {fault}"))
    }

    /// What is there already, if all of it is: the same bytes under the same names as the latest versions.
    fn duplicates(&self, key: i64, tenant: &Arc<str>, parsed: &[Parsed]) -> Option<Deployment> {
        let mut known = Deployment { key, definitions: Vec::new(), decisions: Vec::new(), files: Vec::new() };
        for resource in parsed {
            match resource {
                Parsed::Model { name, xml, processes } => {
                    for process in processes {
                        let latest = self.definitions.latest(tenant, &process.id)?;
                        if latest.xml != *xml || latest.resource_name != *name {
                            return None;
                        }
                        known.definitions.push(latest.clone());
                    }
                }
                Parsed::Decisions { name, xml, graph } => {
                    let latest = self.decisions.latest_graph(tenant, &graph.id)?;
                    if latest.xml != *xml || latest.resource_name != *name {
                        return None;
                    }
                    known.decisions.push(latest.clone());
                }
                Parsed::File { name, kind, id, content, .. } => {
                    let latest = self.files.latest(*kind, tenant, id)?;
                    if latest.content != *content || latest.name != *name {
                        return None;
                    }
                    known.files.push(latest.clone());
                }
            }
        }
        Some(known)
    }

    fn store(&mut self, resource: Parsed, tenant: &Arc<str>, deployment: &mut Deployment) {
        match resource {
            Parsed::Model { name, xml, processes } => {
                for process in processes {
                    let (key, version) = (self.keys.next(), self.definitions.next_version(tenant, &process.id));
                    let (resource_name, xml) = (name.clone(), xml.clone());
                    let (deployment_key, tenant) = (deployment.key, tenant.clone());
                    let definition =
                        Definition { key, tenant, version, process, resource_name, xml, deployment: deployment_key };
                    let former = self.definitions.latest(&definition.tenant, &definition.process.id);
                    if let Some(former) = former.map(|d| d.key) {
                        self.close_subscriptions(former);
                    }
                    let definition = self.definitions.insert(definition);
                    self.subscribe_starts(&definition);
                    deployment.definitions.push(definition);
                }
            }
            Parsed::Decisions { name, xml, graph } => {
                deployment.decisions.push(self.add_decisions(graph, tenant, name, xml));
            }
            Parsed::File { name, kind, id, version_tag, content } => {
                let (key, version) = (self.keys.next(), self.files.next_version(kind, tenant, &id));
                let (deployment_key, tenant) = (deployment.key, tenant.clone());
                let file = StoredFile {
                    key,
                    kind,
                    tenant,
                    id,
                    version,
                    version_tag,
                    name,
                    content,
                    deployment: deployment_key,
                };
                deployment.files.push(self.files.insert(file));
            }
        }
    }

    /// Deletes what has this key: a file at once, a definition as soon as its last instance has ended.
    pub(crate) fn delete_resource(&mut self, key: i64, now: i64) -> Result<(), Rejection> {
        self.enter(now);
        if self.files.remove(key) || self.decisions.remove(key) {
            return Ok(());
        }
        let running = self.running.contains_key(&key);
        let place = self.definitions.get(key).map(|d| (d.tenant.clone(), d.process.id.clone()));
        let latest = |engine: &Self| {
            let (tenant, id) = place.as_ref()?;
            engine.definitions.latest(tenant, id).cloned()
        };
        let was_latest = latest(self).is_some_and(|d| d.key == key);
        self.definitions.withdraw(key, running)?;
        self.close_subscriptions(key);
        // The version before is the latest again, and its start events are open again.
        if let Some(former) = latest(self).filter(|_| was_latest) {
            self.subscribe_starts(&former);
        }
        self.settle();
        Ok(())
    }
}

fn parse_all(resources: Vec<Resource>) -> Result<Vec<Parsed>, String> {
    let mut faults = Vec::new();
    let mut parsed: Vec<Parsed> = Vec::new();
    let mut places: BTreeMap<Arc<str>, String> = BTreeMap::new();
    for resource in resources {
        let name = resource.name.clone();
        match parse(resource) {
            Ok(resource) => {
                if let Parsed::Model { processes, .. } = &resource {
                    for process in processes {
                        if let Some(other) = places.insert(process.id.clone(), name.clone()) {
                            faults.push(format!("Duplicated process id in resources '{other}' and '{name}'"));
                        }
                    }
                }
                parsed.push(resource);
            }
            Err(fault) => faults.push(format!("'{name}': {fault}")),
        }
    }
    if faults.is_empty() { Ok(parsed) } else { Err(faults.join("\n")) }
}

fn parse(resource: Resource) -> Result<Parsed, String> {
    let Resource { name, bytes } = resource;
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let (kind, (id, version_tag)) = match ending {
        "bpmn" | "xml" => {
            let text = String::from_utf8(bytes);
            let xml = text.map_err(|_| "The file is not a BPMN document: it is not UTF-8".to_owned())?;
            let processes = bpmn::parse(&xml)?;
            return Ok(Parsed::Model { name: name.into(), xml: xml.into(), processes });
        }
        "dmn" => {
            let text = String::from_utf8(bytes);
            let xml = text.map_err(|_| "The file is not a DMN document: it is not UTF-8".to_owned())?;
            let graph = dmn::parse(&xml)?;
            return Ok(Parsed::Decisions { name: name.into(), xml: xml.into(), graph });
        }
        "form" => (FileKind::Form, identity("form", &bytes)?),
        "rpa" => (FileKind::Other, identity("RPA", &bytes)?),
        _ => (FileKind::Other, (name.as_str().into(), None)),
    };
    Ok(Parsed::File { name: name.into(), kind, id, version_tag, content: bytes.into() })
}
