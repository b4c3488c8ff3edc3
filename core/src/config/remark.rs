//! Remarks about names: a setting without effect, and a name that is nearly one. Values are never looked at.

use super::Setting;
use super::catalogue::SETTINGS;

/// What is remarkable about a name, if anything.
pub(super) fn remark(name: &str) -> Option<String> {
    let known = || SETTINGS.iter().flat_map(|setting| setting.names());
    if let Some(setting) = named(name) {
        return (!setting.effect && name.starts_with("CAMUNDA_")).then(|| without_effect(name));
    }
    let canonical = name.to_ascii_uppercase();
    if !canonical.starts_with("CAMUNDA_") {
        return None;
    }
    // Two slips of the finger; more than that is another product's variable.
    let near = |known: &'static str| {
        known.len().abs_diff(canonical.len()).le(&2).then(|| (distance(&canonical, known), known))
    };
    let (slips, nearest) = known().filter_map(near).min()?;
    (slips <= 2).then(|| format!("{name} is not known; did you mean {nearest}?"))
}

pub(super) fn without_effect(name: &str) -> String {
    format!("{name} has no effect in this version")
}

/// The setting of that name.
pub(super) fn named(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().copied().find(|setting| setting.name == name || setting.aliases.contains(&name))
}

/// Levenshtein's distance of two ASCII names.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            let substituted = diagonal.saturating_add(usize::from(x != y));
            diagonal = *cell;
            *cell = substituted.min(left.saturating_add(1)).min(diagonal.saturating_add(1));
            left = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_told_from_strangers() {
        let remark = |name| remark(name).unwrap_or_default();
        for (name, nearest) in [
            ("CAMUNDA_REST_ADRESS", "CAMUNDA_REST_ADDRESS"),
            ("CAMUNDA_CLIENTID", "CAMUNDA_CLIENT_ID"),
            ("camunda_client_secret", "CAMUNDA_CLIENT_SECRET"),
            ("CAMUNDA_SDK_BACKPRESSURE_FLOR", "CAMUNDA_SDK_BACKPRESSURE_FLOOR"),
        ] {
            assert_eq!(remark(name), format!("{name} is not known; did you mean {nearest}?"));
        }
        for name in
            ["CAMUNDA_MODELER_TOKEN", "CAMUNDA_CLIENT_ID", "PATH", "ZEEBE_REST_ADRESS", "HTTP_PROXY", "CAMUNDA_"]
        {
            assert_eq!(remark(name), "", "{name}");
        }
    }

    #[test]
    fn what_has_no_effect_says_so() {
        for setting in SETTINGS.iter().filter(|setting| !setting.effect && setting.name.starts_with("CAMUNDA_")) {
            assert_eq!(remark(setting.name), Some(format!("{} has no effect in this version", setting.name)));
        }
    }

    #[test]
    fn distances() {
        for (a, b, expected) in
            [("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 2), ("kitten", "sitting", 3)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }
}
