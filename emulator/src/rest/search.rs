//! Searching: filter, sort, count and cut, the same for every kind of entity.
//! It does not know where rows come from, but it relies on getting them in the order of their keys.

use std::cmp::Ordering;
use std::collections::VecDeque;

use serde_json::Value;

use super::filter::Filter;
use super::page::{Page, Start, encode};
use super::problem::Problem;
use super::row::{Field, Row, date, parse_date};

/// The total is told exactly up to here.
const TOTAL_CAP: usize = 10_000;

/// A sort criterion.
#[derive(Debug)]
struct Criterion {
    field: String,
    descending: bool,
}

/// A value to sort by; what is missing comes last in both directions.
#[derive(Debug, Clone, PartialEq)]
enum Rank {
    Flag(bool),
    Number(i64),
    Text(String),
    Missing,
}

/// A row with its place in the order.
struct Ranked<R> {
    row: R,
    ranks: Vec<Rank>,
    key: i64,
}

/// Answers a search request over rows that come in the order of their keys.
pub(crate) fn search<R: Row>(
    request: &Value,
    filter: &Filter,
    rows: impl Iterator<Item = R>,
) -> Result<Value, Problem> {
    let criteria = criteria(request)?;
    let page = Page::read(request.get("page"), criteria.len() + 1)?;
    let found = rows.filter(|row| filter.holds(row));
    if criteria.is_empty() {
        return Ok(by_key(&page, found));
    }
    let mut ranked: Vec<Ranked<R>> = found
        .map(|row| Ranked {
            ranks: criteria.iter().map(|c| Rank::of(row.field(&c.field))).collect(),
            key: row.key(),
            row,
        })
        .collect();
    ranked.sort_by(|a, b| order(&criteria, (&a.ranks, a.key), (&b.ranks, b.key)));
    let total = ranked.len();
    let position = |cursor: &[Value], beyond: Ordering| {
        let (ranks, key) = place(cursor, &criteria);
        ranked.partition_point(|r| {
            let order = order(&criteria, (&r.ranks, r.key), (&ranks, key));
            order == Ordering::Less || order == beyond
        })
    };
    let (from, to) = match &page.start {
        Start::At(from) => (*from, from.saturating_add(page.limit)),
        Start::After(cursor) => {
            let from = position(cursor, Ordering::Equal);
            (from, from.saturating_add(page.limit))
        }
        Start::Before(cursor) => {
            let to = position(cursor, Ordering::Less);
            (to.saturating_sub(page.limit), to)
        }
    };
    let shown = ranked.get(from.min(total)..to.min(total)).unwrap_or_default();
    let cursor = |ranked: &Ranked<R>| {
        let mut values: Vec<Value> =
            criteria.iter().zip(&ranked.ranks).map(|(c, rank)| rank.json(is_date(&c.field))).collect();
        values.push(ranked.key.into());
        encode(values)
    };
    let items = shown.iter().map(|r| r.row.json()).collect();
    Ok(answer(items, total, shown.first().map(cursor), shown.last().map(cursor)))
}

/// The common case: no sort, so rows need not be held, and counting may stop at the cap.
fn by_key<R: Row>(page: &Page, found: impl Iterator<Item = R>) -> Value {
    let bound = |cursor: &[Value]| cursor.last().and_then(Value::as_i64).unwrap_or_default();
    let mut shown: VecDeque<R> = VecDeque::new();
    let mut total = 0;
    for row in found {
        let wanted = match &page.start {
            Start::At(from) => total >= *from && shown.len() < page.limit,
            Start::After(cursor) => row.key() > bound(cursor) && shown.len() < page.limit,
            Start::Before(cursor) => row.key() < bound(cursor),
        };
        total += 1;
        if wanted {
            shown.push_back(row);
            if shown.len() > page.limit {
                shown.pop_front();
            }
        }
        let full = shown.len() >= page.limit && !matches!(page.start, Start::Before(_));
        if full && total > TOTAL_CAP {
            break;
        }
    }
    let cursor = |row: &R| encode(vec![row.key().into()]);
    let (first, last) = (shown.front().map(cursor), shown.back().map(cursor));
    answer(shown.iter().map(Row::json).collect(), total, first, last)
}

fn answer(items: Vec<Value>, total: usize, start: Option<String>, end: Option<String>) -> Value {
    let cursor = |cursor: Option<String>| cursor.map_or(Value::Null, Value::String);
    let page = [
        ("totalItems", total.min(TOTAL_CAP).into()),
        ("hasMoreTotalItems", (total > TOTAL_CAP).into()),
        ("startCursor", cursor(start)),
        ("endCursor", cursor(end)),
    ];
    let page = page.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    [("items".to_owned(), Value::Array(items)), ("page".to_owned(), page)].into_iter().collect()
}

fn criteria(request: &Value) -> Result<Vec<Criterion>, Problem> {
    let mut criteria = Vec::new();
    for entry in request.get("sort").and_then(Value::as_array).into_iter().flatten() {
        let Some(field) = entry.get("field").and_then(Value::as_str) else {
            return Err(Problem::invalid("Sort field must not be null."));
        };
        let order = entry.get("order").and_then(Value::as_str);
        let descending = order.is_some_and(|o| o.eq_ignore_ascii_case("DESC"));
        criteria.push(Criterion { field: field.to_owned(), descending });
    }
    Ok(criteria)
}

fn order(criteria: &[Criterion], (a, a_key): (&[Rank], i64), (b, b_key): (&[Rank], i64)) -> Ordering {
    for (criterion, (a, b)) in criteria.iter().zip(a.iter().zip(b)) {
        let ordering = match (a, b) {
            (Rank::Missing, Rank::Missing) => Ordering::Equal,
            (Rank::Missing, _) => Ordering::Greater,
            (_, Rank::Missing) => Ordering::Less,
            (a, b) if criterion.descending => b.compare(a),
            (a, b) => a.compare(b),
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
    a_key.cmp(&b_key)
}

fn is_date(field: &str) -> bool {
    field.ends_with("Date") || field.ends_with("Time") || field == "deadline"
}

/// What a cursor says about the order.
fn place(cursor: &[Value], criteria: &[Criterion]) -> (Vec<Rank>, i64) {
    let ranks = cursor.iter().zip(criteria).map(|(value, c)| match value {
        Value::Bool(b) => Rank::Flag(*b),
        Value::Number(n) => n.as_i64().map_or(Rank::Missing, Rank::Number),
        Value::String(text) if is_date(&c.field) => parse_date(text).map_or(Rank::Missing, Rank::Number),
        Value::String(text) => Rank::Text(text.clone()),
        _ => Rank::Missing,
    });
    (ranks.collect(), cursor.last().and_then(Value::as_i64).unwrap_or_default())
}

impl Rank {
    fn of(field: Field<'_>) -> Self {
        match field {
            Field::Null | Field::Json(_) => Self::Missing,
            Field::Boolean(b) => Self::Flag(b),
            Field::Number(n) | Field::Key(n) | Field::Date(n) => Self::Number(n),
            Field::Text(text) => Self::Text(text.into_owned()),
            Field::Word(word) => Self::Text(word.to_owned()),
        }
    }

    fn json(&self, as_date: bool) -> Value {
        match self {
            Self::Missing => Value::Null,
            Self::Flag(b) => (*b).into(),
            Self::Number(n) if as_date => date(*n).into(),
            Self::Number(n) => (*n).into(),
            Self::Text(text) => text.clone().into(),
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => Ordering::Equal,
        }
    }
}
