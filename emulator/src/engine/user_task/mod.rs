//! User tasks: made when their element begins, and the record of what they are now.
//! How they change is told in the file of their transitions.

mod heard;
mod transition;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use heard::GLOBAL_LISTENER;
pub(crate) use transition::TaskChange;
use transition::{Event, Transition};

use super::element::Begun;
use super::incident::Trouble;
use super::job::{JobKind, PreparedJob};
use super::{Definition, Engine, FileKind};
use crate::bpmn::{Binding, Node, UserTaskModel};
use crate::feel::{Term, Value};

#[derive(Debug, Clone)]
pub(crate) struct UserTask {
    pub(crate) key: i64,
    pub(crate) element: i64,
    pub(crate) instance: i64,
    pub(crate) definition: Arc<Definition>,
    pub(crate) node: usize,
    /// As searches write it.
    pub(crate) state: &'static str,
    pub(crate) assignee: Option<String>,
    pub(crate) candidate_groups: Vec<String>,
    pub(crate) candidate_users: Vec<String>,
    pub(crate) due_date: Option<String>,
    pub(crate) follow_up_date: Option<String>,
    pub(crate) priority: i32,
    pub(crate) form: Option<i64>,
    pub(crate) external_reference: Option<String>,
    pub(crate) created: i64,
    pub(crate) completed: Option<i64>,
    /// What is under way, while listeners are heard.
    pub(crate) transition: Option<Transition>,
}

impl UserTask {
    pub(crate) fn model(&self) -> Option<&UserTaskModel> {
        match &self.definition.process.nodes[self.node].kind {
            crate::bpmn::Kind::UserTask(model) => Some(model),
            _ => None,
        }
    }
}

/// What the model says, evaluated.
struct Attributes {
    assignee: Option<String>,
    candidate_groups: Vec<String>,
    candidate_users: Vec<String>,
    due_date: Option<String>,
    follow_up_date: Option<String>,
    priority: i32,
    form: Option<i64>,
    external_reference: Option<String>,
}

impl Engine {
    pub(crate) fn begin_user_task(&mut self, key: i64, model: &Node, task: &UserTaskModel) -> Result<Begun, Trouble> {
        let attributes = self.task_attributes(key, task)?;
        self.subscribe_boundaries(key, model)?;
        if task.as_job {
            let prepared = as_job(task, &attributes);
            self.add_job(key, prepared);
            return Ok(Begun::Active);
        }
        let task_key = self.keys.next();
        let Some(element) = self.elements.get_mut(&key) else { return Ok(Begun::Listening) };
        element.user_task = Some(task_key);
        let Attributes { assignee, candidate_groups, candidate_users, due_date, follow_up_date, .. } = attributes;
        let user_task = UserTask {
            key: task_key,
            element: key,
            instance: element.instance,
            definition: element.definition.clone(),
            node: element.node,
            state: "CREATING",
            assignee: None,
            candidate_groups,
            candidate_users,
            due_date,
            follow_up_date,
            priority: attributes.priority,
            form: attributes.form,
            external_reference: attributes.external_reference,
            created: self.time,
            completed: None,
            transition: None,
        };
        self.user_tasks.insert(task_key, user_task);
        let mut creating = Transition::new(Event::Creating, "create");
        creating.change.assignee = assignee.map(Some);
        self.begin_transition(task_key, creating);
        Ok(Begun::Active)
    }

    fn task_attributes(&self, key: i64, task: &UserTaskModel) -> Result<Attributes, Trouble> {
        let text = |term: &Option<Term>| match term {
            Some(term) => self.optional_text(key, term),
            None => Ok(None),
        };
        let assignee = text(&task.assignee)?;
        let candidate_groups = self.texts(key, task.candidate_groups.as_ref())?;
        let candidate_users = self.texts(key, task.candidate_users.as_ref())?;
        let due_date = self.date(key, task.due_date.as_ref())?;
        let follow_up_date = self.date(key, task.follow_up_date.as_ref())?;
        let form = match &task.form_id {
            Some((term, binding)) => Some(self.form(key, term, binding)?),
            None => None,
        };
        let external_reference = text(&task.external_reference)?;
        let priority = match &task.priority {
            Some(term) => self.number(key, term)?,
            None => 50,
        };
        if !(0..=100).contains(&priority) {
            return Err(Trouble::extract(format!(
                "Expected priority to be in the range [0,100] but was '{priority}'."
            )));
        }
        Ok(Attributes {
            assignee,
            candidate_groups,
            candidate_users,
            due_date,
            follow_up_date,
            priority,
            form,
            external_reference,
        })
    }

    /// An empty text is none.
    fn optional_text(&self, key: i64, term: &Term) -> Result<Option<String>, Trouble> {
        let Term::Expression(expression) = term else { return self.text(key, term).map(Some) };
        let evaluation = self.evaluate(key, expression);
        match evaluation.value {
            Value::Text(text) => Ok(Some(text).filter(|text| !text.is_empty())),
            _ => Err(Trouble::wrong_kind(expression, "STRING", &evaluation)),
        }
    }

    /// A static list is separated by commas.
    fn texts(&self, key: i64, term: Option<&Term>) -> Result<Vec<String>, Trouble> {
        let expression = match term {
            None => return Ok(Vec::new()),
            Some(Term::Static(text)) => return Ok(text.split(',').map(|t| t.trim().to_owned()).collect()),
            Some(Term::Expression(expression)) => expression,
        };
        let evaluation = self.evaluate(key, expression);
        let Value::List(items) = &evaluation.value else {
            return Err(Trouble::wrong_kind(expression, "ARRAY", &evaluation));
        };
        let text = |item: &Value| if let Value::Text(text) = item { Some(text.clone()) } else { None };
        items.iter().map(text).collect::<Option<_>>().ok_or_else(|| {
            Trouble::extract(format!(
                "Expected result of the expression '{}' to be 'ARRAY' containing 'STRING' items, but was 'ARRAY' containing at \
                 least one non-'STRING' item.",
                expression.text()
            ))
        })
    }

    /// Nothing and an empty text are no date.
    fn date(&self, key: i64, term: Option<&Term>) -> Result<Option<String>, Trouble> {
        let (text, expression) = match term {
            None => return Ok(None),
            Some(Term::Static(text)) => (text.clone(), text.as_str()),
            Some(Term::Expression(expression)) => {
                let evaluation = self.evaluate(key, expression);
                match &evaluation.value {
                    Value::Null if evaluation.failure.is_some() => {
                        return Err(Trouble::failed(expression, &evaluation));
                    }
                    Value::Null => return Ok(None),
                    Value::Text(text) if text.is_empty() => return Ok(None),
                    Value::Text(text) => (text.clone(), expression.text()),
                    Value::DateTime(..) => (evaluation.value.shown(), expression.text()),
                    _ => {
                        let mut trouble = Trouble::wrong_kind(expression, "?", &evaluation);
                        trouble.message = trouble.message.replacen("'?'", "one of '[DATE, DATE_TIME, STRING]'", 1);
                        return Err(trouble);
                    }
                }
            }
        };
        match crate::feel::date_time(&text) {
            Some(Value::DateTime(_, Some(_))) => Ok(Some(text)),
            _ => Err(Trouble::extract(format!("Invalid date-time format '{text}' for expression '{expression}'."))),
        }
    }

    /// The key of the form that is meant.
    fn form(&self, key: i64, term: &Term, binding: &Binding) -> Result<i64, Trouble> {
        let id = self.text(key, term)?;
        let owner = self.elements.get(&key).map(|e| e.definition.clone());
        let deployment = owner.as_ref().map(|definition| definition.deployment);
        let mut all: Vec<_> = self.files.all().filter(|f| f.kind == FileKind::Form && *f.id == *id).collect();
        all.retain(|form| owner.as_ref().is_some_and(|definition| definition.tenant == form.tenant));
        match binding {
            Binding::Latest => {}
            Binding::Deployment => all.retain(|form| Some(form.deployment) == deployment),
            Binding::VersionTag(tag) => all.retain(|form| form.version_tag.as_ref() == Some(tag)),
        }
        all.last().map(|form| form.key).ok_or_else(|| Trouble {
            kind: "FORM_NOT_FOUND",
            message: format!(
                "Expected to find a form with id '{id}', but no form with this id is found, at least a form with this id should \
                 be available. To resolve the Incident please deploy a form with the same id"
            ),
        })
    }

    pub(crate) fn cancel_user_task(&mut self, key: i64) {
        let time = self.time;
        let Some(task) = self.user_tasks.get_mut(&key) else { return };
        if !matches!(task.state, "COMPLETED" | "CANCELED") {
            task.state = "CANCELED";
            task.completed = Some(time);
            let ticket = task.transition.take().and_then(|transition| transition.ticket);
            if let Some(ticket) = ticket {
                let gone =
                    super::Rejection::not_found("COMPLETE", format!("The user task with key '{key}' was canceled"));
                self.settled(ticket, Err(gone));
            }
        }
    }
}

/// A user task that a worker does: its attributes are headers of the job.
fn as_job(task: &UserTaskModel, attributes: &Attributes) -> PreparedJob {
    let mut headers: BTreeMap<String, String> = (*task.headers).clone();
    let list = |list: &[String]| (!list.is_empty()).then(|| serde_json::json!(list).to_string());
    let all = [
        ("assignee", attributes.assignee.clone()),
        ("candidateGroups", list(&attributes.candidate_groups)),
        ("candidateUsers", list(&attributes.candidate_users)),
        ("dueDate", attributes.due_date.clone()),
        ("followUpDate", attributes.follow_up_date.clone()),
        ("formKey", attributes.form.map(|form| form.to_string())),
    ];
    headers.extend(all.into_iter().filter_map(|(name, value)| Some((format!("io.camunda.zeebe:{name}"), value?))));
    PreparedJob {
        kind: JobKind::Element,
        listens_to: "UNSPECIFIED",
        job_type: "io.camunda.zeebe:userTask".into(),
        retries: 1,
        priority: 0,
        headers: Arc::new(headers),
    }
}
