//! What the facts and the review amount to: names in Rust, directions, homes, what is flattened into what. No Rust is
//! written here.

use std::collections::{BTreeMap, BTreeSet};

use crate::condense::release;
use crate::facts::{Member, Model, Operation, Shape};
use crate::names::{pascal, snake};
use crate::review::Review;

/// Releases up to this one have what the description does not say came later.
const BASELINE: &str = "8.8";

/// Answers and everything that is asked about a type while Rust is written.
pub struct Plan<'a> {
    /// The facts.
    pub model: &'a Model,
    /// The decisions.
    pub review: &'a Review,
    /// Names in Rust by names in the description.
    names: BTreeMap<&'a str, String>,
    requests: BTreeSet<&'a str>,
    answers: BTreeSet<&'a str>,
    homes: BTreeMap<&'a str, &'a str>,
    since: BTreeMap<&'a str, &'a str>,
    users: BTreeMap<&'a str, &'a Operation>,
}

/// How a search is told which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// By all means.
    Any,
    /// By counting.
    Offset,
    /// By cursors, forward.
    Forward,
}

impl<'a> Plan<'a> {
    /// Makes the plan.
    ///
    /// # Errors
    ///
    /// Two types would have one name, or the review names what is not there.
    pub fn new(model: &'a Model, review: &'a Review) -> Result<Self, String> {
        let mut plan = Self {
            model,
            review,
            names: BTreeMap::new(),
            requests: BTreeSet::new(),
            answers: BTreeSet::new(),
            homes: BTreeMap::new(),
            since: BTreeMap::new(),
            users: BTreeMap::new(),
        };
        for operation in &model.operations {
            plan.reach(operation);
        }
        plan.name()?;
        plan.verify()?;
        Ok(plan)
    }

    fn reach(&mut self, operation: &'a Operation) {
        let mut requests = Vec::new();
        for member in operation.parameters.iter().chain(&operation.query) {
            self.walk(&member.kind, &mut requests);
        }
        if let Some(body) = &operation.body {
            for member in self.flat(&body.kind) {
                self.walk(&member.kind, &mut requests);
            }
        }
        let mut answers = Vec::new();
        for answer in &operation.answers {
            answer.kind.iter().for_each(|kind| self.walk(kind, &mut answers));
        }
        for name in requests.iter().chain(&answers) {
            self.homes.entry(name).or_insert(&operation.tag);
            let user = self.users.entry(name).or_insert(operation);
            if name.contains("Filter") && operation.id.starts_with("search") && !user.id.starts_with("search") {
                *user = operation;
            }
            let since = self.since.entry(name).or_insert(&operation.since);
            if release(&operation.since) < release(since) {
                *since = &operation.since;
            }
            if snake(name).starts_with(&snake(&operation.tag)) {
                self.homes.insert(name, &operation.tag);
            }
        }
        self.requests.extend(requests);
        self.answers.extend(answers);
    }

    fn walk(&self, kind: &'a str, names: &mut Vec<&'a str>) {
        let Some((name, shape)) = self.model.types.get_key_value(kind.trim_matches(['[', ']', '{', '}'])) else {
            return;
        };
        if names.contains(&name.as_str()) {
            return;
        }
        names.push(name);
        match shape {
            Shape::Object { members, .. } => members.iter().for_each(|member| self.walk(&member.kind, names)),
            Shape::Choice { tag: None, .. } => self.flat(name).iter().for_each(|member| self.walk(&member.kind, names)),
            Shape::Choice { shapes, .. } => shapes.iter().for_each(|shape| self.walk(&shape.kind, names)),
            Shape::Filter { of, .. } => self.walk(of, names),
            Shape::Id { union, .. } => union.iter().for_each(|kind| self.walk(kind, names)),
            Shape::Number { .. } | Shape::Enum { .. } => {}
        }
    }

    /// The members of an object; of a choice without a tag those of all its shapes, each once.
    pub fn flat(&self, kind: &str) -> Vec<&'a Member> {
        match self.model.types.get(kind) {
            Some(Shape::Object { members, .. }) => members.iter().collect(),
            Some(Shape::Choice { tag: None, shapes }) => {
                let mut all: Vec<&Member> = Vec::new();
                for member in shapes.iter().flat_map(|shape| self.flat(&shape.kind)) {
                    if all.iter().all(|known| known.name != member.name) {
                        all.push(member);
                    }
                }
                all
            }
            _ => Vec::new(),
        }
    }

    fn name(&mut self) -> Result<(), String> {
        let operations: BTreeSet<String> =
            self.model.operations.iter().map(|operation| pascal(&operation.id)).collect();
        let mut taken: BTreeMap<String, &str> = BTreeMap::new();
        let used: Vec<&'a str> = self.model.types.keys().map(String::as_str).filter(|name| self.named(name)).collect();
        for name in &used {
            let mut rust = match self.review.names.get(*name) {
                Some(rust) => rust.clone(),
                None => simple(name),
            };
            if operations.contains(&rust) || (rust != *name && used.contains(&rust.as_str())) {
                rust = (*name).to_owned();
            }
            if let Some(other) = taken.insert(rust.clone(), name)
                && self.model.types[other] != self.model.types[*name]
            {
                return Err(format!("{other} and {name} would both be {rust}: name one of them in the review"));
            }
            self.names.insert(name, rust);
        }
        Ok(())
    }

    /// Whether a type has a name in Rust: conditions and pages are the same for all.
    fn named(&self, name: &str) -> bool {
        let page = self.in_answers(name) && self.page(name).is_some();
        self.used(name)
            && !page
            && !matches!(self.model.types[name], Shape::Filter { .. })
            && self.paging(name).is_none()
    }

    fn verify(&self) -> Result<(), String> {
        let types = self.review.names.keys().chain(&self.review.changes).chain(self.review.present.keys());
        let types = types.chain(self.review.constructors.keys());
        for name in types {
            if !self.model.types.contains_key(name) {
                return Err(format!("the review speaks of the type {name}, which does not exist"));
            }
        }
        let review = self.review;
        let operations = review.repeatable.keys().chain(review.unrepeatable.keys()).chain(&review.drains);
        let operations = operations.chain(&review.tenant).chain(&review.tenants).chain(review.maybe_empty.keys());
        let operations =
            operations.chain(review.raw.keys()).chain(review.by_hand.keys()).chain(review.operations.keys());
        for id in operations.chain(review.examples.keys()) {
            if !self.model.operations.iter().any(|operation| operation.id == *id) {
                return Err(format!("the review speaks of the operation {id}, which does not exist"));
            }
        }
        for key in review.statuses.keys() {
            let of = key.split_once(' ').map_or("", |(_, of)| of);
            let known = |id: &str| id == of || snake(id).split('_').next() == Some(of);
            if !of.is_empty() && !self.model.operations.iter().any(|operation| known(&operation.id)) {
                return Err(format!("the review has words for {key}, but there is no such operation"));
            }
        }
        for key in review.texts.keys() {
            let Some((owner, member)) = key.split_once('.').filter(|(owner, _)| owner.starts_with(char::is_uppercase))
            else {
                continue;
            };
            if !self.model.types.contains_key(owner) || !self.flat(owner).iter().any(|known| known.name == member) {
                return Err(format!("the review has words for {key}, which does not exist"));
            }
        }
        for (name, members) in &review.present {
            for member in members {
                if !self.flat(name).iter().any(|known| known.name == *member) {
                    return Err(format!("the review speaks of {name}.{member}, which does not exist"));
                }
            }
        }
        Ok(())
    }

    /// Whether any operation uses the type.
    pub fn used(&self, name: &str) -> bool {
        self.requests.contains(name) || self.answers.contains(name)
    }

    /// Whether requests contain the type.
    pub fn in_requests(&self, name: &str) -> bool {
        self.requests.contains(name)
    }

    /// Whether answers contain the type.
    pub fn in_answers(&self, name: &str) -> bool {
        self.answers.contains(name)
    }

    /// The name of a type in Rust.
    pub fn rust<'b>(&'b self, name: &'b str) -> &'b str {
        self.names.get(name).map_or(name, String::as_str)
    }

    /// The tag of the choice that an object is a shape of: written and read with the choice, not with the object.
    pub fn tag_of(&self, name: &str) -> Option<&'a str> {
        self.model.types.values().find_map(|shape| match shape {
            Shape::Choice { tag: Some(tag), shapes } if shapes.iter().any(|shape| shape.kind == name) => {
                Some(tag.as_str())
            }
            _ => None,
        })
    }

    /// The tag whose file a type is in.
    pub fn home(&self, name: &str) -> &'a str {
        self.homes.get(name).copied().unwrap_or_default()
    }

    /// The first operation that uses a type.
    pub fn user(&self, name: &str) -> Option<&'a Operation> {
        self.users.get(name).copied()
    }

    /// The type in Rust and the member on the wire where a type occurs first.
    pub fn occurrence(&self, name: &str) -> Option<(String, &'a str)> {
        let occurs = |members: &[&'a Member]| {
            let mut members = members.iter();
            members
                .find(|member| member.kind.trim_matches(['[', ']', '{', '}']) == name)
                .map(|member| member.name.as_str())
        };
        let types = self.model.types.keys().filter(|owner| self.named(owner) && self.in_answers(owner));
        let mut found = types.filter_map(|owner| Some((self.rust(owner).to_owned(), occurs(&self.flat(owner))?)));
        found.next().or_else(|| {
            let operation = self.user(name)?;
            let members: Vec<_> =
                operation.query.iter().chain(operation.body.iter().flat_map(|body| self.flat(&body.kind))).collect();
            Some((pascal(&operation.id), occurs(&members)?))
        })
    }

    /// Whether a member of an answer came later than the releases that clients meet.
    pub fn later(&self, owner: &str, member: &Member) -> bool {
        let Some(since) = &member.since else { return false };
        let first = self.since.get(owner).copied().unwrap_or(BASELINE);
        release(since) > release(BASELINE) && release(since) > release(first)
    }

    /// The type of the items if a type is a page of results.
    pub fn page(&self, name: &str) -> Option<&'a str> {
        let members = self.flat(name);
        let items = members.iter().find(|member| member.name == "items")?;
        let rest = members.iter().filter(|member| member.name != "items");
        let paged = rest.into_iter().all(|member| member.kind == "SearchQueryPageResponse");
        paged.then(|| items.kind.strip_prefix('[')?.strip_suffix(']')).flatten()
    }

    /// How a type of page requests pages.
    pub fn paging(&self, kind: &str) -> Option<Paging> {
        match kind {
            "SearchQueryPageRequest" => Some(Paging::Any),
            "OffsetPagination" => Some(Paging::Offset),
            "CursorForwardPagination" => Some(Paging::Forward),
            _ => None,
        }
    }

    /// Whether a type is an element of a sort.
    pub fn is_sort(&self, kind: &str) -> bool {
        kind.ends_with("SortRequest") && self.flat(kind).iter().any(|member| member.name == "field")
    }

    /// Whether an id is a key: short, of digits, copied.
    pub fn is_short_key(&self, name: &str) -> bool {
        match self.model.types.get(name) {
            Some(Shape::Id { max, union, .. }) => {
                !union.is_empty() || (name.ends_with("Key") && max.is_some_and(|max| max <= 30))
            }
            _ => false,
        }
    }

    /// Whether an id may be lacking in an answer without being text that is empty: keys of any form.
    pub fn is_key(&self, name: &str) -> bool {
        self.is_short_key(name) || name.ends_with("Key") || name == "DocumentId" || name.ends_with("Cursor")
    }

    /// Whether the absence of a member of an answer is an error.
    pub fn must_be_present(&self, owner: &str, member: &str) -> bool {
        self.review.present.get(owner).is_some_and(|members| members.iter().any(|name| name == member))
    }

    /// Whether an object of answers has a default: all that it must have has one.
    pub fn defaults(&self, name: &str) -> bool {
        match self.model.types.get(name) {
            Some(Shape::Object { members, .. }) => {
                members.iter().all(|member| !self.must_be_present(name, &member.name))
            }
            _ => true,
        }
    }

    /// Whether all members of an object may be left out.
    pub fn all_optional(&self, name: &str) -> bool {
        self.flat(name).iter().all(|member| !member.required)
    }

    /// The name of a member in Rust.
    ///
    /// # Errors
    ///
    /// The name is a keyword or a place for one, and the review does not give another.
    pub fn field(&self, owner: &str, member: &str) -> Result<String, String> {
        if let Some(name) = self.review.members.get(&format!("{owner}.{member}")) {
            return Ok(name.clone());
        }
        let name = snake(member);
        let special = ["type", "$or", "in", "ref", "match"].contains(&member);
        if special || name.is_empty() {
            return Err(format!("{owner}.{member} needs a name in the review"));
        }
        Ok(name)
    }

    /// Whether an operation may be sent again after an unknown outcome, and why.
    pub fn repeatable(&self, operation: &Operation) -> Option<String> {
        if self.review.unrepeatable.contains_key(&operation.id) {
            return None;
        }
        if let Some(reason) = self.review.repeatable.get(&operation.id) {
            return Some(reason.clone());
        }
        let reads = operation.method == "POST"
            && (operation.path.ends_with("/search") || operation.path.contains("/statistics/"));
        let by_key = matches!(operation.method.as_str(), "PUT" | "DELETE") && !operation.parameters.is_empty();
        if operation.method == "GET" || reads {
            Some("it only reads".to_owned())
        } else if by_key {
            Some("it names what is to be the case".to_owned())
        } else {
            None
        }
    }
}

/// The name of a type without what says only where it stands in the description.
fn simple(name: &str) -> String {
    const ENDINGS: [(&str, &str); 9] = [
        ("SearchQuerySortRequest", "Sort"),
        ("QuerySortRequest", "Sort"),
        ("SearchQueryFilterRequest", "Filter"),
        ("FilterProperty", ""),
        ("Enum", ""),
        ("Result", ""),
        ("Response", ""),
        ("Instruction", ""),
        ("Request", ""),
    ];
    ENDINGS
        .iter()
        .find_map(|(ending, instead)| Some(format!("{}{instead}", name.strip_suffix(ending)?)))
        .unwrap_or_else(|| name.to_owned())
}
