//! A walk over all pages of a search: which page is due, and whether there is another. Fetching it is the driver's business.

use std::collections::BTreeSet;

use crate::model::{Page, Paged};

/// Where a walk over the pages of a search is. **Send what is [`due`](Self::due), hand its answer to
/// [`answered`](Self::answered), and so on until nothing is due.** A page that could not be fetched stays due.
#[derive(Clone, Debug)]
pub struct Walk<S> {
    search: S,
    /// A cluster that answers an old cursor would be walked in circles.
    cursors: BTreeSet<String>,
    over: bool,
}

impl<S: Paged> Walk<S> {
    /// Begins with the page that the search asks for, and keeps its limit as the size of a page.
    pub fn new(search: S) -> Self {
        Self { search, cursors: BTreeSet::new(), over: false }
    }

    /// The page to ask for next; `None` after the last.
    pub fn due(&self) -> Option<&S> {
        (!self.over).then_some(&self.search)
    }

    /// The page that was due came. By now the next one is settled, whatever becomes of this one.
    pub fn answered(&mut self, page: &Page<S::Item>) {
        let cursor = page.page.end_cursor.as_ref().filter(|_| S::BY_CURSOR);
        let is_new = cursor.is_none_or(|cursor| self.cursors.insert(cursor.as_str().to_owned()));
        self.over = !self.search.turn(page) || !is_new;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{
        GetProcessInstanceStatisticsByError, Incident, IncidentProcessInstanceStatisticsByError, SearchIncidents,
    };
    use crate::{CallOptions, Config};

    fn asked<S: Paged>(walk: &Walk<S>) -> Option<serde_json::Value> {
        let config = Config::builder().build().unwrap();
        let request = walk.due()?.request(&config, &CallOptions::new()).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&request.into_body().into_bytes()).unwrap();
        Some(body["page"].clone())
    }

    fn page(items: usize, cursor: &str) -> Page<Incident> {
        let items = vec![r#"{"incidentKey":"1"}"#; items].join(",");
        serde_json::from_str(&format!(r#"{{"items":[{items}],"page":{{"endCursor":{cursor}}}}}"#)).unwrap()
    }

    fn after(cursor: &str) -> Option<serde_json::Value> {
        Some(serde_json::json!({ "limit": 2, "after": cursor }))
    }

    #[test]
    fn a_walk_goes_from_cursor_to_cursor_until_a_page_is_short() {
        let mut walk = Walk::new(SearchIncidents::new().limit(2));
        assert_eq!(asked(&walk), Some(serde_json::json!({ "limit": 2 })));
        walk.answered(&page(2, r#""YQ==""#));
        assert_eq!(asked(&walk), after("YQ=="));
        walk.answered(&page(2, r#""Yg==""#));
        assert_eq!(asked(&walk), after("Yg=="));
        walk.answered(&page(1, r#""Yw==""#));
        assert_eq!(asked(&walk), None);
    }

    #[test]
    fn a_page_that_is_not_answered_stays_due() {
        let mut walk = Walk::new(SearchIncidents::new().limit(2));
        walk.answered(&page(2, r#""YQ==""#));
        assert_eq!(asked(&walk), after("YQ=="));
        assert_eq!(asked(&walk), after("YQ=="));
    }

    #[test]
    fn cursors_in_a_circle_end_the_walk() {
        let mut walk = Walk::new(SearchIncidents::new());
        for cursor in [r#""YQ==""#, r#""Yg==""#] {
            walk.answered(&page(2, cursor));
            assert!(walk.due().is_some());
        }
        walk.answered(&page(2, r#""YQ==""#));
        assert!(walk.due().is_none());
    }

    #[test]
    fn a_limit_above_what_servers_give_says_nothing_of_a_short_page() {
        let mut walk = Walk::new(SearchIncidents::new().limit(20_000));
        walk.answered(&page(3, r#""YQ==""#));
        assert!(walk.due().is_some());
        walk.answered(&page(0, "null"));
        assert!(walk.due().is_none());
    }

    #[test]
    fn without_cursors_the_results_are_counted() {
        let page = |items: usize| -> Page<IncidentProcessInstanceStatisticsByError> {
            let items = vec!["{}"; items].join(",");
            serde_json::from_str(&format!(r#"{{"items":[{items}],"page":{{"totalItems":5}}}}"#)).unwrap()
        };
        let mut walk = Walk::new(GetProcessInstanceStatisticsByError::new().limit(2));
        for from in [2, 4] {
            walk.answered(&page(2));
            assert_eq!(asked(&walk), Some(serde_json::json!({ "limit": 2, "from": from })));
        }
        walk.answered(&page(1));
        assert_eq!(asked(&walk), None);
    }
}
