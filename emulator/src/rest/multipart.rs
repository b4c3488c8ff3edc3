//! Multipart bodies: from the collected bytes to their parts.
//! It reads what clients of this API send and refuses the rest; it does not stream.

/// One part of a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) content: Vec<u8>,
}

/// The parts of a form; none if the bytes are no such form.
pub(crate) fn parts(content_type: &str, body: &[u8]) -> Option<Vec<Part>> {
    let boundary = parameter(content_type, "boundary").filter(|b| !b.is_empty())?;
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    // The first delimiter has no line break before it.
    let body = [b"\r\n", body].concat();
    let mut rest = after(&body, &delimiter)?;
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let content = after(rest, b"\r\n")?;
        let end = find(content, &delimiter)?;
        let (part, next) = content.split_at(end);
        parts.extend(read(part));
        rest = next.get(delimiter.len()..)?;
    }
    Some(parts)
}

/// A part without a name is passed over.
fn read(part: &[u8]) -> Option<Part> {
    let head_end = if part.starts_with(b"\r\n") { 0 } else { find(part, b"\r\n\r\n")? + 2 };
    let (head, content) = part.split_at(head_end);
    let head = String::from_utf8_lossy(head);
    let line = |wanted: &str| {
        head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then_some(value)
        })
    };
    let disposition = line("content-disposition")?;
    Some(Part {
        name: parameter(disposition, "name")?,
        file_name: parameter(disposition, "filename"),
        media_type: line("content-type").map(|value| value.trim().to_owned()),
        content: content.get(2..)?.to_vec(),
    })
}

/// A parameter of a header value, quoted or not.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let (_, mut rest) = value.split_once(';')?;
    loop {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = if let Some(quoted) = after.strip_prefix('"') { unquote(quoted)? } else { plain(after) };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = next.split_once(';').map_or("", |(_, next)| next);
    }
}

fn plain(text: &str) -> (String, &str) {
    let end = text.find(';').unwrap_or(text.len());
    let (value, rest) = text.split_at(end);
    (value.trim().to_owned(), rest)
}

fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn after<'a>(haystack: &'a [u8], needle: &[u8]) -> Option<&'a [u8]> {
    haystack.get(find(haystack, needle)? + needle.len()..)
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};

    #[test]
    fn parts_keep_their_bytes() {
        let body = b"preamble\r\n--x\r\nContent-Disposition: form-data; name=\"resources\"; filename=\"a \\\"b\\\".bpmn\"\r\n\
            Content-Type: text/xml\r\n\r\none\r\n--y\r\n\r\n--x\r\ncontent-disposition: form-data; name=tenantId\r\n\r\nt\r\n--x--\r\n";
        let found = parts("multipart/form-data; charset=utf-8; boundary=\"x\"", body).expect("a form");
        let resource = Part {
            name: "resources".to_owned(),
            file_name: Some("a \"b\".bpmn".to_owned()),
            media_type: Some("text/xml".to_owned()),
            content: b"one\r\n--y\r\n".to_vec(),
        };
        let tenant = Part { name: "tenantId".to_owned(), file_name: None, media_type: None, content: b"t".to_vec() };
        assert_eq!(found, [resource, tenant]);
    }

    #[test]
    fn what_is_cut_off_is_no_form() {
        assert_eq!(
            parts("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb"),
            None
        );
        assert_eq!(parts("multipart/form-data", b"--x--"), None);
        assert_eq!(parts("multipart/form-data; boundary=x", b""), None);
        assert_eq!(parts("multipart/form-data; boundary=x", b"--x--"), Some(Vec::new()));
    }
}
