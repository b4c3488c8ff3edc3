//! Finds the operation that a method and a path mean, with the parameters in the path.
//! It does not judge the parameters beyond their escaping.

use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use super::problem::Problem;
use crate::api::OPERATIONS;

/// An operation with what its path says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) operation: &'static str,
    parameters: Vec<(&'static str, String)>,
}

impl Route {
    /// A parameter of the path by its place.
    pub(crate) fn parameter(&self, at: usize) -> Option<&str> {
        self.parameters.get(at).map(|(_, value)| value.as_str())
    }

    /// The name of the first parameter of the path.
    pub(crate) fn parameter_name(&self) -> Option<&'static str> {
        self.parameters.first().map(|(name, _)| *name)
    }

    /// The key in the path; the web layer refuses what is no number.
    pub(crate) fn key(&self) -> Result<i64, Problem> {
        let Some((name, value)) = self.parameters.first() else {
            return Err(Problem::bad_request("Required path parameter is not present."));
        };
        value.parse().map_err(|_| Problem::bad_request(format!("Failed to convert '{name}' with value: '{value}'")))
    }
}

/// The base path of the API.
pub(crate) const BASE: &str = "/v2";
const CLUSTER_BASE: &str = "/cluster/v2/";

pub(crate) fn find(method: &Method, path: &str) -> Result<Route, Problem> {
    let unknown = || {
        let detail = format!("No static resource {}.", path.trim_start_matches('/'));
        Problem::new(StatusCode::NOT_FOUND, "Not Found", detail)
    };
    // What only administrators of clusters may ask for has a base path of its own, which its templates name.
    let is_cluster = path.starts_with(CLUSTER_BASE);
    let below = if is_cluster { Some(path) } else { path.strip_prefix(BASE) };
    let below = below.filter(|rest| rest.starts_with('/')).ok_or_else(unknown)?;
    let mut best: Option<Route> = None;
    let mut allowed = Vec::new();
    let first = below.split('/').nth(1).unwrap_or_default();
    for (served, template, operation) in OPERATIONS {
        // Every template begins with a literal: most are passed over by it.
        if !template.get(1..).is_some_and(|t| t.starts_with(first)) || template.starts_with(CLUSTER_BASE) != is_cluster
        {
            continue;
        }
        let Some(parameters) = fit(template, below) else {
            continue;
        };
        if served != method.as_str() {
            allowed.push(served);
            continue;
        }
        // A literal part is better than a parameter that would fit as well.
        if best.as_ref().is_none_or(|b| parameters.len() < b.parameters.len()) {
            best = Some(Route { operation, parameters });
        }
    }
    if let Some(route) = best {
        return Ok(route);
    }
    if allowed.is_empty() {
        return Err(unknown());
    }
    let detail = format!("Method '{method}' is not supported.");
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed", detail);
    Err(Problem { allow: Some(allowed.join(", ")), ..problem })
}

/// The parameters if the path fits the template.
fn fit(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut parameters = Vec::new();
    let mut parts = path.split('/');
    for wanted in template.split('/') {
        let part = parts.next()?;
        match wanted.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
            Some(name) if !part.is_empty() => {
                parameters.push((name, percent_decode_str(part).decode_utf8_lossy().into_owned()));
            }
            _ if wanted == part => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(parameters)
}

#[cfg(test)]
mod tests {
    use super::find;
    use http::{Method, StatusCode};

    #[test]
    fn a_literal_is_better_than_a_parameter() {
        let operation = |method, path| find(&method, path).map(|r| r.operation).unwrap_or_default();
        assert_eq!(operation(Method::POST, "/v2/process-instances/search"), "searchProcessInstances");
        assert_eq!(operation(Method::GET, "/v2/process-instances/12"), "getProcessInstance");
        assert_eq!(operation(Method::POST, "/v2/jobs/activation"), "activateJobs");
    }

    #[test]
    fn a_key_that_is_no_number_is_named() {
        let route = find(&Method::GET, "/v2/incidents/a%20b").expect("fits");
        assert_eq!(
            route.key().map_err(|p| p.detail),
            Err("Failed to convert 'incidentKey' with value: 'a b'".to_owned())
        );
    }

    #[test]
    fn wrong_methods_and_unknown_paths() {
        let wrong = find(&Method::DELETE, "/v2/topology").expect_err("no such method");
        assert_eq!((wrong.status, wrong.allow.as_deref()), (StatusCode::METHOD_NOT_ALLOWED, Some("GET")));
        let unknown = find(&Method::GET, "/v2/nowhere").expect_err("no such path");
        assert_eq!(unknown.detail, "No static resource v2/nowhere.");
        assert_eq!(find(&Method::GET, "/topology").expect_err("outside").status, StatusCode::NOT_FOUND);
    }
}
