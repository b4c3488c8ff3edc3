//! Which entities an answer may show: those of the caller's tenants, and those that he is permitted to read.
//! It judges rows; which operations leave out instead of refusing is decided elsewhere.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::rest::row::{Field, Row};

/// The limits of what is shown; none where there are none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach {
    pub(crate) tenants: Option<BTreeSet<String>>,
    /// The authorizations of which one must fit, and the caller's groups.
    given: Option<(Vec<Value>, Vec<String>)>,
    caller: String,
}

/// The member of an entity that holds the id of a kind of resource.
fn id_member(resource: &str) -> Option<&'static str> {
    Some(match resource {
        "PROCESS_DEFINITION" => "processDefinitionId",
        "DECISION_DEFINITION" => "decisionDefinitionId",
        "DECISION_REQUIREMENTS_DEFINITION" => "decisionRequirementsId",
        "RESOURCE" => "resourceId",
        "USER" => "username",
        "GROUP" => "groupId",
        "ROLE" => "roleId",
        "TENANT" => "tenantId",
        "MAPPING_RULE" => "mappingRuleId",
        _ => return None,
    })
}

impl Reach {
    pub(super) fn new(
        tenants: Option<BTreeSet<String>>,
        given: Option<(Vec<Value>, Vec<String>)>,
        caller: &str,
    ) -> Self {
        Self { tenants, given, caller: caller.to_owned() }
    }

    /// The ids that the authorizations are for; none where there is no limit.
    pub(crate) fn ids(&self) -> Option<BTreeSet<String>> {
        let (given, _) = self.given.as_ref()?;
        let ids = || given.iter().filter_map(|grant| grant["resourceId"].as_str());
        if ids().any(|id| id == "*") { None } else { Some(ids().map(str::to_owned).collect()) }
    }

    pub(crate) fn shows(&self, row: &impl Row) -> bool {
        let own = |tenants: &BTreeSet<String>| match row.field("tenantId") {
            Field::Text(tenant) => tenants.contains(&*tenant),
            _ => true,
        };
        self.tenants.as_ref().is_none_or(own)
            && self.given.as_ref().is_none_or(|(given, groups)| given.iter().any(|grant| self.fits(grant, groups, row)))
    }

    fn fits(&self, grant: &Value, groups: &[String], row: &impl Row) -> bool {
        let Some(granted) = grant["resourceId"].as_str() else {
            return self.owns(grant["resourcePropertyName"].as_str().unwrap_or_default(), groups, row);
        };
        if granted == "*" {
            return true;
        }
        let member = grant["resourceType"].as_str().and_then(id_member);
        member.is_some_and(|member| match row.field(member) {
            Field::Text(id) => id == granted,
            _ => false,
        })
    }

    /// Whether the caller is who the property of a user task names.
    fn owns(&self, property: &str, groups: &[String], row: &impl Row) -> bool {
        match row.field(property) {
            Field::Text(name) => *name == self.caller,
            Field::Json(Value::Array(names)) => names
                .iter()
                .filter_map(Value::as_str)
                .any(|name| name == self.caller || (property == "candidateGroups" && groups.iter().any(|g| g == name))),
            _ => false,
        }
    }
}
