//! Any text as the values that callers give and servers send: ids, dates, JSON, conditions of filters. None panics, what is
//! taken comes back as it was, and a request made of it is JSON that holds no more than was given.

use camunda_core::api::{
    BackupId, Change, DecisionEvaluationInstanceKey, DocumentId, EndCursor, JobKey, Json, ProcessDefinitionId,
    ProcessInstanceState, Scalar, SearchClusterVariables, SearchJobs, SearchProcessInstances, Tag, TenantId, Timestamp,
    UpdateUserTask, UserTaskChangeset, Username, VariableMatch, eq, exists, gt, gte, is_in, like, lt, lte, neq, not_in,
};
use camunda_core::model::Id;
use camunda_core::{CallOptions, Config, Operation};

/// Runs one input. Answers whether the text is anything but text.
pub fn run(text: &str) -> bool {
    requests(text);
    json(text);
    let ids = [
        id::<JobKey>(text),
        id::<DecisionEvaluationInstanceKey>(text),
        id::<TenantId>(text),
        id::<ProcessDefinitionId>(text),
        id::<Username>(text),
        id::<DocumentId>(text),
        id::<EndCursor>(text),
        id::<Tag>(text),
    ];
    date(text) || ids.contains(&true)
}

fn id<T>(text: &str) -> bool
where
    T: Id + Ord + std::fmt::Display + std::fmt::Debug + std::str::FromStr + for<'a> TryFrom<&'a str> + TryFrom<String>,
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let written = serde_json::to_string(text).unwrap();
    // Servers may send what callers may not.
    if let Ok(sent) = serde_json::from_str::<T>(&written) {
        assert_eq!((sent.as_ref(), serde_json::to_string(&sent).unwrap()), (text, written));
    }
    let _ = serde_json::from_str::<T>(text);
    match T::check(text) {
        Ok(()) => {
            let id: T = text.parse().ok().unwrap();
            assert!(id == T::try_from(text).ok().unwrap() && id.cmp(&id).is_eq());
            assert_eq!((id.as_ref(), id.to_string().as_str()), (text, text));
            assert!(format!("{id:?}").contains(text));
            true
        }
        Err(error) => {
            assert!(T::try_from(text.to_owned()).is_err() && text.parse::<T>().is_err());
            assert!(error.to_string().contains(error.reason()) && !error.name().is_empty());
            false
        }
    }
}

fn date(text: &str) -> bool {
    let date = Timestamp::from(text);
    assert_eq!((date.to_string().as_str(), date.as_str()), (text, text));
    let Some(millis) = date.unix_millis() else { return false };
    assert_eq!(Timestamp::from_unix_millis(millis).unix_millis(), Some(millis), "{text}");
    true
}

fn json(text: &str) {
    let Ok(json) = serde_json::from_str::<Json>(text) else { return };
    assert_eq!(json.to_string(), text.trim_matches([' ', '\n', '\r', '\t']));
    assert!(!(json.is_object() && json.is_null()) && Json::new(&json).unwrap() == json);
    if let Err(error) = json.read::<std::collections::BTreeMap<String, Vec<u32>>>() {
        assert!(error.to_string().starts_with(error.path()));
    }
    if let Ok(scalar) = json.read::<Scalar>() {
        assert_eq!(
            scalar.as_str().is_none(),
            serde_json::to_string(&scalar)
                .unwrap()
                .starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        );
    }
    if let Ok(number) = json.read::<i64>() {
        assert_eq!((BackupId::new(number).get(), BackupId::from(number).to_string()), (number, number.to_string()));
        assert_eq!(Scalar::from(number).as_i64(), Some(number));
    }
}

/// Requests that hold the text in every way that a filter, a sort or an update knows.
fn requests(text: &str) {
    let date = || Timestamp::from(text);
    let search = SearchProcessInstances::new()
        .filter(|f| {
            f.process_definition_id(like(text))
                .process_definition_name(text)
                .state(neq(ProcessInstanceState::from(text)))
                .start_date(gte(date()).and(lt(date())))
                .end_date(gt(text).and(lte(text)))
                .process_instance_key(not_in([text, "1"]))
                .parent_process_instance_key(is_in([text]))
                .tenant_id(text.to_owned())
                .variables([VariableMatch::new(text, eq(text))])
                .or(|f| f.has_incident(true).batch_operation_key(exists(false)))
                .or(|f| f.tags([text]))
        })
        .sort(|s| s.start_date().descending())
        .sort(|s| s.state().ascending())
        .after(text)
        .limit(1);
    sent(&search, text);
    sent(&SearchJobs::new().from(3).before(text).filter(|f| f.job_key(text).deadline(date())), text);
    sent(&SearchClusterVariables::new().filter(|f| f.value(like(text))), text);
    let change = UserTaskChangeset::new().due_date(Change::Reset).follow_up_date(text).candidate_users([text]);
    sent(&UpdateUserTask::new(text).action(text).changeset(change), text);
}

fn sent(operation: &impl Operation, text: &str) {
    let config = Config::builder().rest_address("http://h/v2").build().unwrap();
    match operation.request(&config, &CallOptions::new()) {
        Ok(request) => {
            let body = request.into_body().into_bytes();
            serde_json::from_slice::<serde_json::Value>(&body).unwrap();
            assert!(body.len() < 2_000 + text.len() * 80);
        }
        Err(error) => assert!(matches!(error, camunda_core::Error::Request(_)) && error.attempts() == 0, "{error}"),
    }
}
