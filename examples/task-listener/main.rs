//! Workers that listen to a user task: one routes it when it is created, one refuses that the author approves an own invoice.
//!
//! ```text
//! cargo run --example task-listener
//! ```
//!
//! It runs on an embedded cluster, or on the one that `CAMUNDA_REST_ADDRESS` names.

use std::error::Error;
use std::thread;
use std::time::Duration;

use camunda_examples::{Cluster, model};
use camunda_ureq::api::{
    AssignUserTask, CompleteUserTask, CreateProcessInstance, ProcessInstanceKey, SearchUserTasks, UserTask,
    UserTaskState,
};
use camunda_ureq::worker::{Report, UserTaskListenerResult};
use camunda_ureq::{Client, Job};
use serde::Deserialize;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let cluster = Cluster::find()?;
    let reports = story(&Client::new(cluster.config)?)?;
    println!("{} decisions of listeners", reports.iter().map(|report| report.completed).sum::<u64>());
    Ok(())
}

#[derive(Deserialize)]
struct Invoice {
    author: String,
    amount: u32,
}

fn story(client: &Client) -> Result<Vec<Report>, Box<dyn Error>> {
    let deployment = client.deploy([model("approval.bpmn")])?;
    let routes = client.worker("route-approval").handle(|job: Job<Invoice>| {
        let large = job.variables.amount > 1000;
        Ok(UserTaskListenerResult::correct(|task| match large {
            true => task.candidate_groups(["board"]).priority(90),
            false => task.candidate_groups(["office"]),
        }))
    });
    let checks = client.worker("check-approval").handle(|job: Job<Invoice>| {
        let assignee = job.raw().user_task.as_ref().and_then(|task| task.assignee.as_deref());
        match assignee {
            None => Ok(UserTaskListenerResult::deny("nobody has it")),
            Some(person) if person == job.variables.author => Ok(UserTaskListenerResult::deny("four eyes, please")),
            Some(_) => Ok(UserTaskListenerResult::accept()),
        }
    });
    let (routes, checks) = (routes.spawn(), checks.spawn());

    let create = CreateProcessInstance::by_key(deployment.processes()[0].process_definition_key);
    let invoice = json!({ "author": "ada", "amount": 5000 });
    let instance = client.create_process_instance(create.variables(invoice)?)?.process_instance_key;

    let task = task(client, instance)?;
    println!("Task {} is for {:?}, priority {}", task.user_task_key, task.candidate_groups, task.priority);
    client.assign_user_task(AssignUserTask::new(task.user_task_key).assignee("ada"))?;
    match client.complete_user_task(CompleteUserTask::new(task.user_task_key)) {
        Err(error) => println!("Ada may not approve it: {error}"),
        Ok(()) => return Err("an author approved an own invoice".into()),
    }
    client.assign_user_task(AssignUserTask::new(task.user_task_key).assignee("grace").allow_override(true))?;
    client.complete_user_task(CompleteUserTask::new(task.user_task_key))?;
    println!("Grace approved it");

    routes.stop_handle().stop(Duration::from_millis(100));
    Ok(vec![routes.join()?, checks.stop(Duration::from_millis(100))?])
}

/// The task of that instance, once its listener has routed it.
fn task(client: &Client, instance: ProcessInstanceKey) -> Result<UserTask, Box<dyn Error>> {
    loop {
        let search = SearchUserTasks::new().filter(|f| f.process_instance_key(instance).state(UserTaskState::Created));
        if let Some(task) = client.search_user_tasks(search)?.items.into_iter().next() {
            return Ok(task);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_route_refuse_and_accept() {
        let cluster = Cluster::embedded().unwrap();
        let client = Client::new(cluster.config).unwrap();
        let reports = story(&client).unwrap();
        assert_eq!(reports.iter().map(|report| report.completed).collect::<Vec<_>>(), [1, 2]);
    }
}
