//! Collects what is wrong with a file and writes it as the server does: a block for each element.
//! It does not decide what is wrong.

/// About where the server cuts a report.
const LIMIT: usize = 12 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Report {
    blocks: Vec<(String, Vec<String>)>,
}

impl Report {
    pub(crate) fn error(&mut self, element: &str, message: impl Into<String>) {
        match self.blocks.iter_mut().find(|(id, _)| id == element) {
            Some((_, messages)) => messages.push(message.into()),
            None => self.blocks.push((element.to_owned(), vec![message.into()])),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (element, messages) in &self.blocks {
            text.push_str(&format!("- Element: {element}\n"));
            for message in messages {
                text.push_str(&format!("    - ERROR: {message}\n"));
            }
            if text.len() > LIMIT {
                let end = (0..=LIMIT).rev().find(|end| text.is_char_boundary(*end));
                text.truncate(end.unwrap_or_default());
                text.push_str("...");
                break;
            }
        }
        text
    }
}
