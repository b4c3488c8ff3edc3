//! What each operation does: from a judged request to the engine and back to an answer.
//! An operation that exists but is not carried out by this emulator is refused by its name.

mod audit;
mod batch;
mod change;
mod cluster_variable;
mod decision;
mod deployment;
mod document;
mod identity;
mod insight;
mod instance;
mod job;
mod job_statistics;
mod listener;
mod message;
mod read;
#[cfg(test)]
mod routed;
mod statistics;
mod system;
mod usage;
mod user_task;

use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::access::{self, Reach};
use super::body::{Body, check_accept};
use super::problem::Problem;
use super::route::Route;
use crate::engine::{Engine, Ticket};

pub(crate) use instance::created;
pub(crate) use job::activated;

/// A request on its way to an operation.
#[derive(Clone)]
pub(crate) struct Request<'a> {
    pub(crate) route: &'a Route,
    pub(crate) ticket: Ticket,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) query: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) now: i64,
    /// Who calls, as far as the authentication knows.
    pub(crate) caller: &'a str,
    /// What the caller may see.
    pub(crate) reach: Reach,
}

impl Request<'_> {
    /// The key in the path of a command: a key of a partition that does not exist cannot be delivered.
    fn command_key(&self) -> Result<i64, Problem> {
        let key = self.route.key()?;
        if crate::engine::partition(key) > 1 { Err(Problem::undeliverable()) } else { Ok(key) }
    }

    fn body(&self) -> Result<Body, Problem> {
        Body::read(self.route.operation, self.headers, self.bytes)
    }

    /// The tenant that the member `tenantId` of a body names.
    fn tenant(&self, engine: &Engine, command: &str, body: &Body) -> Result<Arc<str>, Problem> {
        access::tenant(engine, self, command, body.text("tenantId"))
    }

    /// A query parameter as text.
    fn parameter(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.into_iter().find(|(n, _)| *n == name)?;
        Some(percent_encoding::percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned())
    }

    /// A query parameter that is true or false.
    fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        let value = self.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name);
        match value {
            None => Ok(None),
            Some((_, "true")) => Ok(Some(true)),
            Some((_, "false")) => Ok(Some(false)),
            Some((_, other)) => Err(Problem::bad_request(format!("Failed to convert '{name}' with value: '{other}'"))),
        }
    }
}

/// What an operation answers with.
pub(crate) enum Reply {
    Json(Value),
    /// The same with another status.
    Status(StatusCode, Value),
    /// A document with the media type that it was stored with.
    Content(String, Arc<[u8]>),
    /// 204 without a body.
    Empty,
    /// Another status without a body.
    Nothing(StatusCode),
    Xml(Arc<str>),
    /// The content of a file, with its media type.
    Bytes(&'static str, Arc<[u8]>),
    /// The answer comes later as an outcome of the engine.
    Later,
}

pub(crate) fn handle(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    let raw = [
        "getDecisionDefinitionXML",
        "getDecisionRequirementsXML",
        "getDocument",
        "getProcessDefinitionXML",
        "getResourceContent",
        "getResourceContentBinary",
    ];
    if !raw.contains(&request.route.operation) {
        check_accept(request.headers)?;
    }
    let reach = access::judge(engine, request)?;
    let request = &Request { reach, ..request.clone() };
    let note = audit::begin(engine, request);
    let reply = carry_out(engine, request);
    if let Some(note) = note {
        note.finish(engine, request, &reply);
    }
    reply
}

fn carry_out(engine: &mut Engine, request: &Request<'_>) -> Result<Reply, Problem> {
    match request.route.operation {
        "activateJobs" => job::activate(engine, request),
        "broadcastSignal" => message::broadcast(engine, request),
        "correlateMessage" => message::correlate(engine, request),
        "cancelProcessInstance" => instance::cancel(engine, request),
        "completeJob" => job::complete(engine, request),
        "createDeployment" => deployment::create(engine, request),
        "createElementInstanceVariables" => instance::set_variables(engine, request),
        "createProcessInstance" => instance::create(engine, request),
        "deleteResource" => deployment::delete(engine, request),
        "getFormByKey" => deployment::form(engine, request),
        "getResource" => deployment::read(engine, request),
        "getResourceContent" => deployment::content(engine, request, "application/json"),
        "getResourceContentBinary" => deployment::content(engine, request, "application/octet-stream"),
        "searchResources" => deployment::search_files(engine, request),
        "getProcessDefinitionStatistics" => insight::definition_statistics(engine, request),
        "getProcessInstanceCallHierarchy" => insight::call_hierarchy(engine, request),
        "getProcessInstanceSequenceFlows" => insight::sequence_flows(engine, request),
        "getProcessInstanceStatistics" => insight::instance_statistics(engine, request),
        "searchElementInstanceIncidents" => insight::element_incidents(engine, request),
        "searchProcessInstanceIncidents" => insight::instance_incidents(engine, request),
        "failJob" => job::fail(engine, request),
        "getAuthentication" => Ok(Reply::Json(system::authentication(request.caller))),
        "getElementInstance" => read::element(engine, request),
        "getIncident" => read::incident(engine, request),
        "getLicense" => Ok(Reply::Json(system::license())),
        "getProcessDefinition" => read::definition(engine, request),
        "getProcessDefinitionXML" => read::definition_xml(engine, request),
        "getProcessInstance" => read::instance(engine, request),
        "getStartProcessForm" => read::start_form(engine, request),
        "getStatus" => Ok(Reply::Empty),
        "getTopology" => Ok(Reply::Json(system::topology())),
        "getVariable" => read::variable(engine, request),
        "pinClock" => system::pin_clock(engine, request),
        "publishMessage" => message::publish(engine, request),
        "resetClock" => system::reset_clock(engine, request),
        "resolveIncident" => instance::resolve_incident(engine, request),
        "searchElementInstances" => read::search_elements(engine, request),
        "searchIncidents" => read::search_incidents(engine, request),
        "searchJobs" => read::search_jobs(engine, request),
        "searchProcessDefinitions" => read::search_definitions(engine, request),
        "searchProcessInstances" => read::search_instances(engine, request),
        "searchVariables" => read::search_variables(engine, request),
        "cancelBatchOperation" | "suspendBatchOperation" | "resumeBatchOperation" => batch::steer(request),
        "createDocument" => document::create(engine, request),
        "createDocumentLink" => document::link(engine, request),
        "createDocuments" => document::create_all(engine, request),
        "createGlobalClusterVariable" | "createTenantClusterVariable" => cluster_variable::create(engine, request),
        "evaluateConditionals" => message::conditionals(engine, request),
        "evaluateDecision" => decision::evaluate(engine, request),
        "getDecisionDefinition" | "getDecisionDefinitionXML" => decision::read(engine, request),
        "getDecisionInstance" => decision::read_instance(engine, request),
        "getDecisionRequirements" | "getDecisionRequirementsXML" => decision::read_requirements(engine, request),
        "searchDecisionDefinitions" => decision::search_definitions(engine, request),
        "searchDecisionInstances" => decision::search_instances(engine, request),
        "searchDecisionRequirements" => decision::search_requirements(engine, request),
        "deleteDocument" => document::delete(engine, request),
        "deleteGlobalClusterVariable" | "deleteTenantClusterVariable" => cluster_variable::delete(engine, request),
        "deleteProcessInstance" => batch::delete_one(engine, request),
        "getBatchOperation" => batch::read(engine, request),
        "getDocument" => document::read(engine, request),
        "getGlobalClusterVariable" | "getTenantClusterVariable" => cluster_variable::read(engine, request),
        "getGlobalJobStatistics" => job_statistics::global(engine, request),
        "getJobErrorStatistics" => job_statistics::by_error(engine, request),
        "getJobTimeSeriesStatistics" => job_statistics::over_time(engine, request),
        "getJobTypeStatistics" => job_statistics::by_type(engine, request),
        "getJobWorkerStatistics" => job_statistics::by_worker(engine, request),
        "getAuditLog" => audit::read(engine, request),
        "searchAuditLogs" | "searchUserTaskAuditLogs" => audit::search_all(engine, request),
        "getProcessDefinitionMessageSubscriptionStatistics" => usage::subscriptions(engine, request),
        "getSystemConfiguration" => Ok(Reply::Json(usage::configuration(engine))),
        "getUsageMetrics" => usage::metrics(engine, request),
        "searchOwnAuthorizations" => usage::own_authorizations(engine, request),
        "searchProcessDefinitionVariableNames" => usage::variable_names(engine, request),
        "createAdminUser" => identity::create_admin(engine, request),
        "deleteDecisionInstance" => batch::delete_decision(engine, request),
        "deleteDecisionInstancesBatchOperation" => batch::delete_decisions(engine, request),
        "updateJobsBatchOperation" => batch::update_jobs(engine, request),
        "getProcessDefinitionInstanceStatistics" => statistics::instances(engine, request, false),
        "getProcessDefinitionInstanceVersionStatistics" => statistics::instances(engine, request, true),
        "getProcessInstanceStatisticsByDefinition" => statistics::incidents(engine, request, true),
        "getProcessInstanceStatisticsByError" => statistics::incidents(engine, request, false),
        "resolveProcessInstanceIncidents" => batch::resolve_one(engine, request),
        "searchBatchOperationItems" => batch::search_all(engine, request, true),
        "searchBatchOperations" => batch::search_all(engine, request, false),
        "searchClusterVariables" => cluster_variable::search_all(engine, request),
        "searchCorrelatedMessageSubscriptions" => statistics::correlations(engine, request),
        "searchMessageSubscriptions" => statistics::subscriptions(engine, request),
        "updateGlobalClusterVariable" | "updateTenantClusterVariable" => cluster_variable::update(engine, request),
        operation
            if operation.ends_with("ProcessInstancesBatchOperation")
                || operation == "resolveIncidentsBatchOperation" =>
        {
            batch::create(engine, request)
        }
        "activateAdHocSubProcessActivities" => change::activate_ad_hoc(engine, request),
        "assignUserTask" => user_task::assign(engine, request),
        "completeUserTask" => user_task::complete(engine, request),
        "evaluateExpression" => change::expression(engine, request),
        "getUserTask" => user_task::read(engine, request),
        "getUserTaskForm" => user_task::form(engine, request),
        "migrateProcessInstance" => change::migrate(engine, request),
        "modifyProcessInstance" => change::modify(engine, request),
        "resumeProcessInstance" => change::suspend(engine, request, false),
        "searchUserTaskEffectiveVariables" => user_task::variables(engine, request, true),
        "searchUserTaskVariables" => user_task::variables(engine, request, false),
        "searchUserTasks" => user_task::search_tasks(engine, request),
        "suspendProcessInstance" => change::suspend(engine, request, true),
        "unassignUserTask" => user_task::unassign(engine, request),
        "updateUserTask" => user_task::update(engine, request),
        "throwJobError" => job::throw_error(engine, request),
        "assignProcessInstanceBusinessId" => instance::assign_business_id(engine, request),
        "createGlobalTaskListener"
        | "deleteGlobalTaskListener"
        | "getGlobalTaskListener"
        | "searchGlobalTaskListeners"
        | "updateGlobalTaskListener" => listener::handle(engine, request),
        "updateJob" => job::update(engine, request),
        other => {
            if let Some(reply) = identity::handle(engine, request) {
                return reply;
            }
            let detail = format!("The operation '{other}' is not supported by this emulator");
            Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_IMPLEMENTED", detail))
        }
    }
}

/// The reference that commands may carry must be positive.
fn check_reference(body: &Body, violations: &mut super::problem::Violations) {
    if let Some(reference) = body.long("operationReference").filter(|r| *r < 1) {
        violations.add(format!("The value for operationReference is '{reference}' but must be > 0"));
    }
}
