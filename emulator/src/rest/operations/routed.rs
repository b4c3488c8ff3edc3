//! Every operation of the API is routed: carried out, or refused by its name.

use std::collections::BTreeSet;

use http::Request;

use crate::api::OPERATIONS;
use crate::{Authentication, Cluster};

/// What this emulator does not do, and says so: agents, backups, exporting, secrets, wait states, and what only administrators
/// of clusters may ask for.
const UNSUPPORTED: [&str; 50] = [
    "cancelClusterRebalance",
    "changeClusterMode",
    "changeClusterModeAsClusterAdmin",
    "createAgentInstance",
    "deleteHistoryBackup",
    "deleteHistoryBackupAsClusterAdmin",
    "deleteRuntimeBackup",
    "deleteRuntimeBackupAsClusterAdmin",
    "deleteRuntimeBackupState",
    "deleteRuntimeBackupStateAsClusterAdmin",
    "getAgentDefinition",
    "getAgentInstance",
    "getClusterExportingStatus",
    "getClusterRebalance",
    "getClusterStatus",
    "getClusterTopology",
    "getClusterUpgradeStatus",
    "getExportingStatus",
    "getHistoryBackup",
    "getHistoryBackupAsClusterAdmin",
    "getProcessInstanceWaitStateStatistics",
    "getRestoreStatus",
    "getRuntimeBackup",
    "getRuntimeBackupAsClusterAdmin",
    "getRuntimeBackupState",
    "getRuntimeBackupStateAsClusterAdmin",
    "listHistoryBackups",
    "listHistoryBackupsAsClusterAdmin",
    "listRuntimeBackups",
    "listRuntimeBackupsAsClusterAdmin",
    "listSecrets",
    "pauseClusterExporting",
    "pauseExporting",
    "resolveSecrets",
    "restore",
    "restoreAsClusterAdmin",
    "resumeClusterExporting",
    "resumeExporting",
    "searchAgentDefinitions",
    "searchAgentInstanceHistory",
    "searchAgentInstances",
    "searchElementInstanceWaitStates",
    "syncRuntimeBackupState",
    "syncRuntimeBackupStateAsClusterAdmin",
    "takeHistoryBackup",
    "takeHistoryBackupAsClusterAdmin",
    "takeRuntimeBackup",
    "takeRuntimeBackupAsClusterAdmin",
    "triggerClusterRebalance",
    "updateAgentInstance",
];

#[test]
fn every_operation_is_carried_out_or_refused_by_its_name() {
    let mut refused = BTreeSet::new();
    for (method, template, operation) in OPERATIONS {
        let mut cluster = Cluster::new(Authentication::None, None);
        let path: Vec<&str> = template.split('/').map(|part| if part.starts_with('{') { "7" } else { part }).collect();
        let base = if template.starts_with("/cluster/") { "" } else { "/v2" };
        let request = Request::builder().method(method).uri(format!("{base}{}", path.join("/")));
        let request = request.header("content-type", "application/json").body(b"{}".to_vec()).expect("a request");
        let id = cluster.handle(request, 0);
        cluster.advance(60_000);
        let answer = std::iter::from_fn(|| cluster.poll_answer()).find(|(answered, _)| *answered == id);
        let (_, answer) = answer.unwrap_or_else(|| panic!("{operation} is not answered"));
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        let status = answer.status().as_u16();
        assert!(!text.contains("No static resource") && status != 405, "{operation}: {status} {text}");
        if status == 501 {
            assert!(text.contains(&format!("The operation '{operation}' is not supported")), "{operation}: {text}");
            refused.insert(operation);
        }
    }
    assert_eq!(refused, BTreeSet::from(UNSUPPORTED));
    assert_eq!(OPERATIONS.len(), 244);
}
