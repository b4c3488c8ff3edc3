//! The reference of the settings, written from their declarations: for the documentation, and for a terminal.

use std::fmt::Write as _;

use super::catalogue::SETTINGS;
use super::setting::Setting;

/// Every setting, in the order of the reference.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().copied()
}

/// Tables in Markdown, one a group.
pub fn markdown() -> String {
    let mut text = String::new();
    let mut group = "";
    for setting in settings() {
        if setting.group != group {
            group = setting.group;
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}## {group}\n\n| Variable | Value | Default | Meaning |\n|---|---|---|---|");
        }
        let also: String = setting.aliases.iter().map(|alias| format!("<br>or `{alias}`")).collect();
        let default = setting.default.map_or_else(|| setting.otherwise.to_owned(), |default| format!("`{default}`"));
        let _ =
            writeln!(text, "| `{}`{also} | {} | {default} | {} |", setting.name, setting.form(), sentences(setting));
    }
    text
}

/// Plain text, for `--help`.
pub fn help() -> String {
    let mut text = String::new();
    let mut group = "";
    for setting in settings() {
        if setting.group != group {
            group = setting.group;
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{group}");
        }
        let names: Vec<_> = std::iter::once(setting.name).chain(setting.aliases.iter().copied()).collect();
        let default = setting.default.unwrap_or(setting.otherwise).replace('`', "");
        let _ = writeln!(text, "  {}\n      {}", names.join(", "), sentences(setting).replace('`', ""));
        let _ = writeln!(text, "      {}; default: {default}", setting.form());
    }
    text
}

fn sentences(setting: &Setting) -> String {
    let secret = if setting.secret { " Never shown." } else { "" };
    let effect = if setting.effect { "" } else { " No effect in this version." };
    format!("{}{secret}{effect}", setting.meaning())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_stands_in_the_help_and_the_reference() {
        let (markdown, help) = (markdown(), help());
        for setting in settings() {
            assert!(setting.meaning().ends_with('.'), "{}", setting.name);
            for name in std::iter::once(&setting.name).chain(setting.aliases) {
                assert!(markdown.contains(&format!("`{name}`")), "{name}");
                assert!(help.contains(name), "{name}");
            }
        }
    }
}
