//! User tasks as rows: their members and where the values come from.
//! It only reads.

use serde_json::{Value, json};

use super::{Cut, VariableRow};
use crate::engine::{Engine, UserTask};
use crate::rest::filter::Filter;
use crate::rest::row::{Field, Row, or_null, parse_date};

pub(crate) struct UserTaskRow<'a>(pub(crate) &'a Engine, pub(crate) &'a UserTask);

impl Row for UserTaskRow<'_> {
    fn key(&self) -> i64 {
        self.1.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(engine, task) = self;
        let process = &task.definition.process;
        let node = &process.nodes[task.node];
        let instance = engine.instances.get(&task.instance);
        let date = |text: &Option<String>| {
            let at = text.as_deref().and_then(|text| parse_date(text.split('[').next().unwrap_or_default()));
            or_null(at, Field::Date)
        };
        match name {
            "name" => (&**node.name.as_ref().unwrap_or(&node.id)).into(),
            "state" => Field::Word(task.state),
            "assignee" => or_null(task.assignee.as_deref(), Field::from),
            "elementId" => (&*node.id).into(),
            "candidateGroups" => Field::Json(task.candidate_groups.clone().into()),
            "candidateUsers" => Field::Json(task.candidate_users.clone().into()),
            "processDefinitionId" => (&*process.id).into(),
            "creationDate" => Field::Date(task.created),
            "completionDate" => or_null(task.completed, Field::Date),
            "followUpDate" => date(&task.follow_up_date),
            "dueDate" => date(&task.due_date),
            "tenantId" => (&*task.definition.tenant).into(),
            "externalFormReference" => or_null(task.external_reference.as_deref(), Field::from),
            "processDefinitionVersion" => Field::Number(task.definition.version.into()),
            "customHeaders" => {
                Field::Json(task.model().map(|model| json!(&*model.headers)).unwrap_or_else(|| json!({})))
            }
            "priority" => Field::Number(task.priority.into()),
            "userTaskKey" => Field::Key(task.key),
            "elementInstanceKey" => Field::Key(task.element),
            "processName" => (&**process.name.as_ref().unwrap_or(&process.id)).into(),
            "processDefinitionKey" => Field::Key(task.definition.key),
            "processInstanceKey" => Field::Key(task.instance),
            "rootProcessInstanceKey" => Field::Key(engine.root_of(task.instance)),
            "businessId" => or_null(instance.and_then(|i| i.business_id.as_deref()), Field::from),
            "formKey" => or_null(task.form, Field::Key),
            "tags" => Field::Json(instance.map(|i| i.tags.clone()).unwrap_or_default().into()),
            _ => Field::Null,
        }
    }

    fn members(&self) -> &'static [&'static str] {
        &[
            "name",
            "state",
            "assignee",
            "elementId",
            "candidateGroups",
            "candidateUsers",
            "processDefinitionId",
            "creationDate",
            "completionDate",
            "followUpDate",
            "dueDate",
            "tenantId",
            "externalFormReference",
            "processDefinitionVersion",
            "customHeaders",
            "priority",
            "userTaskKey",
            "elementInstanceKey",
            "processName",
            "processDefinitionKey",
            "processInstanceKey",
            "rootProcessInstanceKey",
            "businessId",
            "formKey",
            "tags",
        ]
    }

    fn special(&self, name: &str, wanted: &Value) -> Option<bool> {
        let Self(engine, task) = self;
        let any = |texts: &[String]| {
            let filter = Filter::compile(Some(&json!({ "name": wanted })));
            texts.iter().any(|text| filter.holds(&super::JsonRow(0, &json!({ "name": text }))))
        };
        let variables = |scope: i64| {
            wanted.as_array().into_iter().flatten().all(|wanted| {
                let wanted = Filter::compile(Some(wanted));
                engine.variables.of(scope).any(|v| wanted.holds(&VariableRow(engine, v, Cut::Never)))
            })
        };
        Some(match name {
            "candidateGroup" => any(&task.candidate_groups),
            "candidateUser" => any(&task.candidate_users),
            "processInstanceVariables" => variables(task.instance),
            "localVariables" => variables(task.element),
            "tags" => {
                let tags = engine.instances.get(&task.instance).map(|i| i.tags.as_slice()).unwrap_or_default();
                wanted.as_array().into_iter().flatten().all(|tag| tags.iter().any(|t| tag == t.as_str()))
            }
            _ => return None,
        })
    }
}
