//! Deploying files.
//! It reads the form and writes the answer; parsing and storing is the engine's.

use http::header;
use serde_json::{Value, json};

use super::{Reply, Request, check_tenants};
use crate::engine::{Engine, Resource};
use crate::rest::body::check_media_type;
use crate::rest::multipart::parts;
use crate::rest::problem::Problem;
use crate::rest::rows::TENANT;

pub(super) fn create(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    check_media_type(request.headers, true, "multipart/form-data")?;
    let content_type = request
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let Some(parts) = parts(content_type, request.bytes) else {
        return Err(Problem::bad_request(
            "Failed to parse multipart servlet request",
        ));
    };
    let mut resources: Vec<Resource> = Vec::new();
    let mut tenants = Vec::new();
    for part in parts {
        match (part.name.as_str(), part.file_name) {
            ("resources", Some(name)) => {
                // Of two files with one name the last wins.
                resources.retain(|r| r.name != name);
                resources.push(Resource {
                    name,
                    bytes: part.content,
                });
            }
            ("tenantId", _) => tenants.push(String::from_utf8_lossy(&part.content).into_owned()),
            _ => {}
        }
    }
    if resources.is_empty() {
        return Err(Problem::bad_request(
            "Required part 'resources' is not present.",
        ));
    }
    check_tenants("Deploy Resources", &tenants)?;
    let deployment = engine.deploy(resources, request.now)?;
    let entries: Vec<Value> = deployment
        .definitions
        .iter()
        .map(|definition| {
            json!({
                "processDefinition": {
                    "processDefinitionId": &*definition.process.id,
                    "processDefinitionVersion": definition.version,
                    "resourceName": &*definition.resource_name,
                    "tenantId": TENANT,
                    "processDefinitionKey": definition.key.to_string(),
                },
                "decisionDefinition": null,
                "decisionRequirements": null,
                "form": null,
                "resource": null,
            })
        })
        .collect();
    Ok(Reply::Json(
        json!({ "deploymentKey": deployment.key.to_string(), "tenantId": TENANT, "deployments": entries }),
    ))
}
