//! Writes JSON so that a reviewer can read a difference: whatever fits on a line is on one. Not for anything but the model.

use serde_json::Value;

const WIDTH: usize = 160;

/// The text of a value, with a newline at its end.
pub fn pretty(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, 0, &mut text);
    text.push('\n');
    text
}

fn write(value: &Value, indent: usize, used: usize, text: &mut String) {
    let compact = compact(value);
    let members = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (Some(name), value)).collect::<Vec<_>>(),
        Value::Array(items) => items.iter().map(|value| (None, value)).collect(),
        _ => Vec::new(),
    };
    if members.is_empty() || (indent > 0 && indent + used + compact.len() <= WIDTH) {
        text.push_str(&compact);
        return;
    }
    let (open, close) = if value.is_object() { ('{', '}') } else { ('[', ']') };
    text.push(open);
    for (index, (name, value)) in members.iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.push_str(&"  ".repeat(indent + 1));
        let name = name.map(|name| format!("{}: ", Value::from(name.as_str()))).unwrap_or_default();
        text.push_str(&name);
        write(value, indent + 1, name.len() + indent + 3, text);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(indent));
    text.push(close);
}

fn compact(value: &Value) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{}: {}", Value::from(name.as_str()), compact(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(compact).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_fits_is_on_one_line() {
        let value = serde_json::json!({ "a": [{ "b": 1 }, { "b": "x".repeat(200) }] });
        let text = super::pretty(&value);
        assert!(text.contains("    { \"b\": 1 },\n"), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
