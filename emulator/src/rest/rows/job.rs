//! Jobs as rows: their members and where the values come from.
//! It only reads.

use serde_json::Value;

use crate::engine::{Engine, Job};
use crate::rest::row::{Field, Row, or_null};

pub(crate) struct JobRow<'a>(pub(crate) &'a Engine, pub(crate) &'a Job);

impl Row for JobRow<'_> {
    fn key(&self) -> i64 {
        self.1.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(engine, job) = self;
        match name {
            "customHeaders" => {
                Field::Json(job.headers.iter().map(|(k, v)| (k.clone(), Value::from(v.as_str()))).collect())
            }
            "deadline" => or_null(job.deadline, Field::Date),
            "elementId" => (&*job.definition.process.nodes[job.node].id).into(),
            "elementInstanceKey" => Field::Key(job.element),
            "endTime" => or_null(job.ended, Field::Date),
            "errorCode" => or_null(job.error_code.as_deref(), Field::from),
            "errorMessage" => or_null(job.error_message.as_deref(), Field::from),
            "hasFailedWithRetriesLeft" => Field::Boolean(job.event == "FAILED" && job.retries > 0),
            "isDenied" => Field::Boolean(job.denied.is_some()),
            "deniedReason" => or_null(job.denied.as_deref(), Field::from),
            "jobKey" => Field::Key(job.key),
            "kind" => Field::Word(job.kind()),
            "listenerEventType" => Field::Word(job.listens_to),
            "processDefinitionId" => (&*job.definition.process.id).into(),
            "processDefinitionKey" => Field::Key(job.definition.key),
            "processInstanceKey" => Field::Key(job.instance),
            "rootProcessInstanceKey" => Field::Key(engine.root_of(job.instance)),
            "businessId" => {
                let id = engine.instances.get(&job.instance).and_then(|i| i.business_id.as_deref());
                or_null(id, Field::from)
            }
            "retries" => Field::Number(job.retries.into()),
            "state" => Field::Word(job.event),
            "tenantId" => (&*job.definition.tenant).into(),
            "type" => (&*job.job_type).into(),
            "worker" => job.worker.as_str().into(),
            "creationTime" => Field::Date(job.created),
            "lastUpdateTime" => Field::Date(job.updated),
            "priority" => Field::Number(job.priority.into()),
            _ => Field::Null,
        }
    }

    fn members(&self) -> &'static [&'static str] {
        &[
            "customHeaders",
            "deadline",
            "deniedReason",
            "elementId",
            "elementInstanceKey",
            "endTime",
            "errorCode",
            "errorMessage",
            "hasFailedWithRetriesLeft",
            "isDenied",
            "jobKey",
            "kind",
            "listenerEventType",
            "processDefinitionId",
            "processDefinitionKey",
            "processInstanceKey",
            "rootProcessInstanceKey",
            "businessId",
            "retries",
            "state",
            "tenantId",
            "type",
            "worker",
            "creationTime",
            "lastUpdateTime",
            "priority",
        ]
    }
}
