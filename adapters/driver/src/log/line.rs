//! A record as one line of text, whatever is in it: nothing that was said can look like another record, or move a terminal's
//! cursor.

use std::fmt::{self, Display, Write};

use super::Record;

/// The message, then each field as `name=value`; a value that is empty or has blanks, quotes or an `=` is quoted.
pub(super) fn write(f: &mut fmt::Formatter<'_>, record: &Record<'_>) -> fmt::Result {
    write!(Escaped(f), "{}", record.message())?;
    record.fields().try_for_each(|(name, value)| field(f, name, value))
}

fn field(f: &mut fmt::Formatter<'_>, name: &str, value: &dyn Display) -> fmt::Result {
    let value = value.to_string();
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '"' | '=' | '\\');
    if !value.is_empty() && value.chars().all(plain) {
        write!(f, " {name}={value}")
    } else {
        write!(f, " {name}={value:?}")
    }
}

/// Writes control characters as Rust does.
struct Escaped<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match c.is_control() {
            true => write!(self.0, "{}", c.escape_debug()),
            false => self.0.write_char(c),
        })
    }
}
