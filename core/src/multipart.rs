//! `multipart/form-data` bodies (RFC 7578), whole and in memory. The boundary is fixed and lengthened until it occurs in no
//! part, so that a request is reproducible without randomness.

use bytes::Bytes;

/// The parts of a form, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Multipart {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    head: String,
    content: Bytes,
}

impl Multipart {
    /// A form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    pub fn file(&mut self, name: &str, file_name: &str, content_type: &str, content: Bytes) {
        let (name, file_name) = (quoted(name), quoted(file_name));
        self.parts.push(Part {
            head: format!(
                "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {content_type}\r\n\r\n"
            ),
            content,
        });
    }

    /// Adds a member that is plain text.
    pub fn text(&mut self, name: &str, value: &str) {
        let name = quoted(name);
        self.parts.push(Part {
            head: format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n"),
            content: value.as_bytes().to_vec().into(),
        });
    }

    /// Adds a member that is JSON, typed as such.
    pub fn json(&mut self, name: &str, value: Vec<u8>) {
        let name = quoted(name);
        self.parts.push(Part {
            head: format!("Content-Disposition: form-data; name=\"{name}\"\r\nContent-Type: application/json\r\n\r\n"),
            content: value.into(),
        });
    }

    /// The content type, which carries the boundary, and the body.
    pub(crate) fn encode(&self) -> (String, Vec<u8>) {
        let mut boundary = "camunda-rust-boundary".to_owned();
        while self.parts.iter().any(|part| contains(&part.content, boundary.as_bytes())) {
            boundary.push_str("-x");
        }
        (content_type(&boundary), self.encode_with(&boundary))
    }

    /// The content type, and what stands before and after the content of the last part, which is somewhere else. That the
    /// boundary does not occur there is up to whoever chose it.
    pub(crate) fn around(&self, boundary: &str) -> (String, Bytes, Bytes) {
        let mut before = Bytes::from(self.encode_with(boundary));
        let after = before.split_off(before.len().saturating_sub("\r\n----\r\n".len().saturating_add(boundary.len())));
        (content_type(boundary), before, after)
    }

    fn encode_with(&self, boundary: &str) -> Vec<u8> {
        let mut body = Vec::new();
        for part in &self.parts {
            body.extend_from_slice(format!("--{boundary}\r\n{}", part.head).as_bytes());
            body.extend_from_slice(&part.content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        body
    }
}

fn content_type(boundary: &str) -> String {
    format!("multipart/form-data; boundary={boundary}")
}

/// RFC 7578 §4.2 as browsers do it: a quote and line ends are percent-encoded, everything else is UTF-8 as it is.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_occurs_in_no_part() {
        let mut form = Multipart::new();
        form.file("resources", "a.bpmn", "application/xml", "--camunda-rust-boundary--".into());
        let (content_type, body) = form.encode();
        assert_eq!(content_type, "multipart/form-data; boundary=camunda-rust-boundary-x");
        let text = String::from_utf8(body).unwrap();
        assert!(text.ends_with("\r\n--camunda-rust-boundary-x--\r\n"), "{text}");
    }

    #[test]
    fn names_cannot_break_out_of_their_header() {
        let mut form = Multipart::new();
        form.file("resources", "a\"\r\nX: y.bpmn", "application/xml", "".into());
        let (_, body) = form.encode();
        let text = String::from_utf8(body).unwrap();
        assert!(text.contains("filename=\"a%22%0D%0AX: y.bpmn\""), "{text}");
    }
}
