//! What the texts of ids may be made of: one function a pattern of the API, each saying what is wrong. They are as strict as
//! the API, except that letters are Unicode's alphabetic characters.

type Verdict = Result<(), &'static str>;

fn verdict(valid: bool, reason: &'static str) -> Verdict {
    if valid { Ok(()) } else { Err(reason) }
}

fn length(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.chars().count())
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `-?[0-9]+`, 1 to 25 characters.
pub(crate) fn long_key(text: &str) -> Verdict {
    let valid = length(text, 1, 25) && digits(text.strip_prefix('-').unwrap_or(text));
    verdict(valid, "must be a whole number of at most 25 characters")
}

/// `[0-9]+-[0-9]+`, 3 to 30 characters.
pub(crate) fn pair_key(text: &str) -> Verdict {
    let valid = length(text, 3, 30) && text.split_once('-').is_some_and(|(key, index)| digits(key) && digits(index));
    verdict(valid, "must be two numbers with a hyphen in between, of at most 30 characters")
}

/// A letter or underscore, then letters, numbers, `_`, `-` and `.`.
pub(crate) fn definition_id(text: &str) -> Verdict {
    let mut rest = text.chars();
    let valid = rest.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && rest.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    verdict(valid, "must begin with a letter or underscore and go on with letters, digits, '_', '-' or '.'")
}

/// `<default>`, or 1 to 31 of ASCII letters, digits, `_`, `-` and `.`.
pub(crate) fn tenant_id(text: &str) -> Verdict {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let valid = text == "<default>" || (length(text, 1, 31) && text.bytes().all(word));
    verdict(valid, "must be <default> or at most 31 ASCII letters, digits, '_', '-' or '.'")
}

/// 1 to 256 of ASCII letters, digits and `_~@.+-`.
pub(crate) fn name(text: &str) -> Verdict {
    let valid =
        length(text, 1, 256) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_~@.+-".contains(&byte));
    verdict(valid, "must be at most 256 ASCII letters, digits or characters of _~@.+-")
}

/// An ASCII letter, then up to 99 ASCII letters, digits, `_`, `-`, `:` and `.`.
pub(crate) fn tag(text: &str) -> Verdict {
    let mut rest = text.bytes();
    let valid = length(text, 1, 100)
        && rest.next().is_some_and(|first| first.is_ascii_alphabetic())
        && rest.all(|byte| byte.is_ascii_alphanumeric() || b"_-:.".contains(&byte));
    verdict(valid, "must begin with an ASCII letter and be at most 100 letters, digits, '_', '-', ':' or '.'")
}

/// Base64 with its padding; may be empty.
pub(crate) fn cursor(text: &str) -> Verdict {
    let body = text.trim_end_matches('=');
    let padding = text.len().saturating_sub(body.len());
    let valid = text.len().is_multiple_of(4)
        && padding <= 2
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    verdict(valid, "must be base64, as a page of results gave it")
}

/// Digits, then an asterisk.
pub(crate) fn number_prefix(text: &str) -> Verdict {
    let valid = text.strip_suffix('*').is_some_and(|start| start.is_empty() || digits(start));
    verdict(valid, "must be digits and an asterisk")
}

/// 1 to 256 characters.
pub(crate) fn up_to_256(text: &str) -> Verdict {
    verdict(length(text, 1, 256), "must be 1 to 256 characters")
}

/// Anything but nothing.
pub(crate) fn not_empty(text: &str) -> Verdict {
    verdict(!text.is_empty(), "must not be empty")
}

#[cfg(test)]
mod tests {
    use super::*;

    type Case = (fn(&str) -> Verdict, &'static [&'static str]);

    #[test]
    fn patterns_hold_whole_texts() {
        let good: [Case; 7] = [
            (long_key, &["0", "-1", "2251799813685249"]),
            (pair_key, &["1-2", "2251799813685249-1"]),
            (definition_id, &["a", "_1", "größe.v-2", "注文"]),
            (tenant_id, &["<default>", "a.b-c_d"]),
            (name, &["a~@.+-_"]),
            (tag, &["a:b-c.d_1"]),
            (cursor, &["", "YQ==", "YWI=", "YWJj"]),
        ];
        for (check, texts) in good {
            texts.iter().for_each(|text| assert_eq!(check(text), Ok(()), "{text}"));
        }
        let bad: [Case; 7] = [
            (long_key, &["", "-", "1 ", "+1", "12345678901234567890123456", "１"]),
            (pair_key, &["1", "1-", "1-2-3", "-1-2"]),
            (definition_id, &["", "1a", "a b", "-a"]),
            (tenant_id, &["", "<other>", "ä", "a b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]),
            (name, &["", "a b", "ä"]),
            (tag, &["", "1", "a b"]),
            (cursor, &["a", "=", "YQ=", "Y===", "Y Q="]),
        ];
        for (check, texts) in bad {
            texts.iter().for_each(|text| assert!(check(text).is_err(), "{text}"));
        }
    }
}
