//! From names on the wire to names in Rust. Which names are changed by hand is in the review, not here.

/// `processInstanceKey`, `Process instance` or `PROCESS_INSTANCE` as `process_instance_key`.
pub fn snake(name: &str) -> String {
    words(name).join("_")
}

/// `createDeployment`, `Process instance`, `AD_HOC` or `aiAgent` as `CreateDeployment`…
pub fn pascal(name: &str) -> String {
    words(name)
        .iter()
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
        })
        .collect()
}

/// As serde's `camelCase` makes of a name in snake case.
pub fn camel(snake: &str) -> String {
    let pascal: String = snake
        .split('_')
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
        })
        .collect();
    let mut chars = pascal.chars();
    chars.next().map(|first| first.to_ascii_lowercase().to_string() + chars.as_str()).unwrap_or_default()
}

/// A name that is a keyword, made a raw identifier.
pub fn identifier(name: &str) -> String {
    const KEYWORDS: [&str; 8] = ["type", "ref", "match", "move", "mod", "in", "use", "override"];
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// The words of a name, in lower case. `XML` is one word, `8` goes with the letter before it.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let chars: Vec<char> = name.chars().collect();
    for (index, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = index.checked_sub(1).map(|index| chars[index]);
        let after = chars.get(index + 1);
        let begins = c.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
                || (before.is_some_and(char::is_uppercase) && after.is_some_and(|after| after.is_lowercase())));
        if words.is_empty() || begins {
            words.push(String::new());
        }
        words.last_mut().expect("just pushed").extend(c.to_lowercase());
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found() {
        assert_eq!(snake("getProcessDefinitionXML"), "get_process_definition_xml");
        assert_eq!(snake("Ad-hoc sub-process"), "ad_hoc_sub_process");
        assert_eq!(snake("c8Links"), "c8_links");
        assert_eq!(camel("c8_links"), "c8Links");
        assert_eq!(pascal("AD_HOC_SUB_PROCESS"), "AdHocSubProcess");
        assert_eq!(pascal("getProcessDefinitionXML"), "GetProcessDefinitionXml");
        assert_eq!(pascal("activateJobs"), "ActivateJobs");
        assert_eq!(snake("$notIn"), "not_in");
    }
}
