//! The layers of settings: the highest that sets a thing wins, under any of its names, and blanks set nothing. What the
//! values mean together is the resolver's matter.

use std::collections::BTreeMap;
use std::fmt;

use super::problem::ProblemCode::AliasConflict;
use super::problem::{ConfigProblem, limited};
use super::setting::{Setting, Source};

/// Where a value comes from, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Layer {
    /// Built in.
    Default,
    /// A dotenv file.
    Dotenv,
    /// The environment of the process.
    Environment,
    /// The application.
    Explicit,
}

impl Layer {
    const HIGHEST_FIRST: [Self; 3] = [Self::Explicit, Self::Environment, Self::Dotenv];

    /// As messages call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "defaults",
            Self::Dotenv => "dotenv file",
            Self::Environment => "environment",
            Self::Explicit => "options",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What was set, by layer.
#[derive(Clone, Default)]
pub(super) struct Layers {
    pub(super) explicit: BTreeMap<String, String>,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) dotenv: BTreeMap<String, String>,
}

/// A value as it was set.
pub(super) struct Found<'a> {
    pub(super) layer: Layer,
    pub(super) name: &'static str,
    pub(super) value: &'a str,
}

impl Layers {
    /// Every layer, the highest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Layer, &BTreeMap<String, String>)> {
        Layer::HIGHEST_FIRST.into_iter().map(|layer| (layer, self.of(layer)))
    }

    fn of(&self, layer: Layer) -> &BTreeMap<String, String> {
        match layer {
            Layer::Explicit => &self.explicit,
            Layer::Environment => &self.environment,
            _ => &self.dotenv,
        }
    }

    /// What the highest layer says that sets it; two names that differ there are a problem, and then the first counts.
    pub(super) fn find(&self, setting: &'static Setting) -> (Option<Found<'_>>, Option<ConfigProblem>) {
        for (layer, _) in self.iter().filter(|(layer, _)| allowed(setting, *layer)) {
            let mut found = self.said(layer, setting);
            let Some(first) = found.next() else { continue };
            let means = |value: &str| setting.kind.parse(value).ok();
            let differs = |other: &Found<'_>| {
                other.value != first.value && (means(other.value).is_none() || means(other.value) != means(first.value))
            };
            // Proxy variables have an order of their names, not a conflict of them.
            let other = found.find(|other| setting.source != Source::Environment && differs(other));
            let problem = other.map(|other| conflict(setting, &first, &other));
            return (Some(first), problem);
        }
        (None, None)
    }

    /// What one layer says about a setting, under each of its names. Blanks around a value do not count, except of secrets.
    pub(super) fn said(&self, layer: Layer, setting: &'static Setting) -> impl Iterator<Item = Found<'_>> {
        setting.names().filter_map(move |name| {
            let value = self.of(layer).get(name).filter(|value| !value.trim().is_empty())?;
            Some(Found { layer, name, value: if setting.secret { value } else { value.trim() } })
        })
    }
}

fn allowed(setting: &Setting, layer: Layer) -> bool {
    match setting.source {
        Source::Any => true,
        Source::NotDotenv => layer != Layer::Dotenv,
        Source::Environment => layer == Layer::Environment,
    }
}

fn conflict(setting: &Setting, a: &Found<'_>, b: &Found<'_>) -> ConfigProblem {
    let shown = |value| limited(&setting.shown(value));
    let values =
        if setting.secret { String::new() } else { format!(" ({:?} and {:?})", shown(a.value), shown(b.value)) };
    let reason = format!("{} and {} differ in the {}{values}", a.name, b.name, a.layer);
    ConfigProblem { key: setting.name.to_owned(), code: AliasConflict, reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::catalogue::{CLIENT_SECRET, HTTP_PROXY, REST_ADDRESS, TENANT_ID};

    fn layer(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn value<'a>(layers: &'a Layers, setting: &'static Setting) -> Option<(Layer, &'a str)> {
        layers.find(setting).0.map(|found| (found.layer, found.value))
    }

    #[test]
    fn the_highest_layer_wins_and_blanks_fall_through() {
        let mut layers = Layers { dotenv: layer(&[("CAMUNDA_TENANT_ID", "file")]), ..Layers::default() };
        assert_eq!(value(&layers, &TENANT_ID), Some((Layer::Dotenv, "file")));
        layers.environment = layer(&[("CAMUNDA_TENANT_ID", " \t ")]);
        assert_eq!(value(&layers, &TENANT_ID), Some((Layer::Dotenv, "file")));
        layers.environment = layer(&[("CAMUNDA_DEFAULT_TENANT_ID", " variable ")]);
        assert_eq!(value(&layers, &TENANT_ID), Some((Layer::Environment, "variable")));
        layers.explicit = layer(&[("CAMUNDA_TENANT_ID", "option")]);
        assert_eq!(value(&layers, &TENANT_ID), Some((Layer::Explicit, "option")));
    }

    #[test]
    fn names_of_one_thing_differ_within_a_layer_only() {
        let both = |a, b| layer(&[("CAMUNDA_REST_ADDRESS", a), ("ZEEBE_REST_ADDRESS", b)]);
        let layers = Layers {
            explicit: layer(&[("ZEEBE_REST_ADDRESS", "http://a")]),
            environment: layer(&[("CAMUNDA_REST_ADDRESS", "http://b")]),
            ..Layers::default()
        };
        assert!(layers.find(&REST_ADDRESS).1.is_none());
        let layers = Layers { environment: both("http://a/", "http://a/v2"), ..Layers::default() };
        assert!(layers.find(&REST_ADDRESS).1.is_none());
        let layers = Layers { environment: both("http://a", "http://b"), ..Layers::default() };
        assert_eq!(
            layers.find(&REST_ADDRESS).1.unwrap().reason,
            "CAMUNDA_REST_ADDRESS and ZEEBE_REST_ADDRESS differ in the environment (\"http://a\" and \"http://b\")"
        );
        // Two wrong values are not the same because both are wrong.
        let layers = Layers { environment: both("a", "b"), ..Layers::default() };
        assert!(layers.find(&REST_ADDRESS).1.is_some());
    }

    #[test]
    fn a_conflict_of_secrets_shows_none() {
        let pairs = [("CAMUNDA_CLIENT_SECRET", "hunter2"), ("CAMUNDA_CLIENT_AUTH_CLIENTSECRET", "hunter3")];
        let layers = Layers { explicit: layer(&pairs), ..Layers::default() };
        let problem = layers.find(&CLIENT_SECRET).1.unwrap();
        assert_eq!(problem.reason, "CAMUNDA_CLIENT_SECRET and CAMUNDA_CLIENT_AUTH_CLIENTSECRET differ in the options");
    }

    #[test]
    fn secrets_keep_their_blanks() {
        let layers = Layers { explicit: layer(&[("CAMUNDA_CLIENT_SECRET", " s ")]), ..Layers::default() };
        assert_eq!(value(&layers, &CLIENT_SECRET), Some((Layer::Explicit, " s ")));
    }

    #[test]
    fn proxies_come_from_the_environment_the_lower_case_name_first() {
        let pairs = layer(&[("HTTP_PROXY", "http://upper"), ("http_proxy", "http://lower")]);
        let layers = Layers { explicit: pairs.clone(), dotenv: pairs.clone(), ..Layers::default() };
        assert_eq!(value(&layers, &HTTP_PROXY), None);
        let layers = Layers { environment: pairs, ..Layers::default() };
        assert_eq!(value(&layers, &HTTP_PROXY), Some((Layer::Environment, "http://lower")));
        assert!(layers.find(&HTTP_PROXY).1.is_none());
    }
}
