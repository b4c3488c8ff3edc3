//! Deployments: files in, what was made of them out. The cluster tells the kind of a file by its name, so names matter.

use bytes::Bytes;

use crate::api::{
    CREATE_DEPLOYMENT, DeployedDecision, DeployedDecisionRequirements, DeployedForm, DeployedProcess, DeployedResource,
    Deployment, TenantId,
};
use crate::model::Given;
use crate::{Answer, Body, CallOptions, Config, Error, Multipart, Operation, OperationInfo, RequestBuilder};

/// Deploys processes, decisions, forms and other resources; all of them or none.
///
/// `POST /deployments`, since 8.6. Answers 200. Never repeated after an unknown outcome.
///
/// Errors: 400 a resource cannot be deployed, and the detail says why; 503 not now: overloaded or without a leader.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct CreateDeployment {
    resources: Vec<(String, Bytes)>,
    tenant_id: Option<Given<TenantId>>,
}

impl CreateDeployment {
    /// With nothing to deploy yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a resource. Only the last part of its name counts, and it must be unlike all others; the ending says what it is:
    /// `.bpmn`, `.dmn`, `.form` or any other.
    pub fn resource(mut self, name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        self.resources.push((name.into(), content.into()));
        self
    }

    /// The tenant to deploy to.
    pub fn tenant_id(mut self, tenant_id: impl Into<Given<TenantId>>) -> Self {
        self.tenant_id = Some(tenant_id.into());
        self
    }
}

impl Operation for CreateDeployment {
    type Output = Deployment;
    const INFO: OperationInfo = CREATE_DEPLOYMENT;

    #[inline]
    fn request(&self, config: &Config, options: &CallOptions) -> Result<http::Request<Body>, Error> {
        let mut builder = RequestBuilder::new(config, Self::INFO).check("tenantId", self.tenant_id.as_ref());
        let mut form = Multipart::new();
        let mut names: Vec<&str> = Vec::new();
        for (path, content) in &self.resources {
            let name = base_name(path);
            if name.trim().is_empty() {
                builder.refuse("resources", "has one without a name");
            } else if names.contains(&name) {
                builder.refuse("resources", format!("has two of the name {name:?}"));
            }
            names.push(name);
            form.file("resources", name, media_type(name), content.clone());
        }
        if names.is_empty() {
            builder.refuse("resources", "must not be empty");
        }
        let configured = || options.tenant_id().or(config.tenant_id()).map(TenantId::as_str);
        if let Some(tenant) = self.tenant_id.as_ref().map(Given::as_str).or_else(configured) {
            form.text("tenantId", tenant);
        }
        builder.multipart(&form)
    }

    fn files(&self) -> usize {
        self.resources.len()
    }

    #[inline]
    fn response(answer: Answer) -> Result<Self::Output, Error> {
        answer.json()
    }
}

/// The part of a path after its last separator.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The media type that goes with a name's ending.
pub(super) fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("bpmn" | "dmn" | "xml") => "application/xml",
        Some("json" | "form") => "application/json",
        _ => "application/octet-stream",
    }
}

impl Deployment {
    /// The processes, in the order of the answer.
    pub fn processes(&self) -> Vec<&DeployedProcess> {
        self.deployments.iter().filter_map(|item| item.process_definition.as_ref()).collect()
    }

    /// The decisions, in the order of the answer.
    pub fn decisions(&self) -> Vec<&DeployedDecision> {
        self.deployments.iter().filter_map(|item| item.decision_definition.as_ref()).collect()
    }

    /// The decision requirements graphs, in the order of the answer.
    pub fn decision_requirements(&self) -> Vec<&DeployedDecisionRequirements> {
        self.deployments.iter().filter_map(|item| item.decision_requirements.as_ref()).collect()
    }

    /// The forms, in the order of the answer.
    pub fn forms(&self) -> Vec<&DeployedForm> {
        self.deployments.iter().filter_map(|item| item.form.as_ref()).collect()
    }

    /// The other resources, in the order of the answer.
    pub fn resources(&self) -> Vec<&DeployedResource> {
        self.deployments.iter().filter_map(|item| item.resource.as_ref()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::builder().tenant_id("acme").build().unwrap()
    }

    #[test]
    fn files_go_by_their_base_names() {
        let deployment = CreateDeployment::new().resource("models/a.bpmn", "<a/>").resource("b.form", "{}");
        let request = deployment.request(&config(), &CallOptions::new()).unwrap();
        let body = request.into_body().into_bytes();
        let text = std::str::from_utf8(&body).unwrap();
        assert!(text.contains("filename=\"a.bpmn\"\r\nContent-Type: application/xml"), "{text}");
        assert!(text.contains("filename=\"b.form\"\r\nContent-Type: application/json"), "{text}");
        assert!(text.contains("name=\"tenantId\"\r\n\r\nacme"), "{text}");
    }

    #[test]
    fn what_a_cluster_would_misunderstand_is_refused() {
        for (deployment, reason) in [
            (CreateDeployment::new(), "must not be empty"),
            (CreateDeployment::new().resource("a/", ""), "without a name"),
            (CreateDeployment::new().resource("x/a.bpmn", "").resource("y/a.bpmn", ""), "two of the name \"a.bpmn\""),
            (CreateDeployment::new().resource("a", "").tenant_id("a b"), "tenantId is not valid"),
        ] {
            let error = deployment.request(&config(), &CallOptions::new()).unwrap_err().to_string();
            assert!(error.starts_with("create_deployment: ") && error.contains(reason), "{error}");
        }
    }

    #[test]
    fn entries_are_found_in_any_order_whether_others_are_null_or_absent() {
        let deployment: Deployment = serde_json::from_str(
            r#"{"deploymentKey":"1","tenantId":"<default>","deployments":[
                {"form":{"formKey":"2"},"processDefinition":null},
                {"processDefinition":{"processDefinitionKey":3,"processDefinitionId":"a"}}]}"#,
        )
        .unwrap();
        assert_eq!(deployment.processes()[0].process_definition_key.as_str(), "3");
        assert_eq!(deployment.forms().len(), 1);
        assert!(deployment.decisions().is_empty() && deployment.resources().is_empty());
    }
}
