//! Conditions of filters: a plain value, or operators. One generic family, whose second parameter says which operators a
//! member knows, so that one that it does not know does not compile.

use std::marker::PhantomData;

use serde::{Serialize, Serializer};

use super::{Given, Id};

/// A condition on a member of a filter, made from a plain value or by one of the functions of this module.
#[derive(Clone, Debug)]
pub struct Condition<V, O> {
    test: Test<V>,
    operators: PhantomData<fn() -> O>,
}

#[derive(Clone, Debug)]
enum Test<V> {
    Value(V),
    Operators(Box<Operators<V>>),
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "roundtrip", derive(serde::Deserialize))]
struct Operators<V> {
    #[serde(rename = "$eq", skip_serializing_if = "Option::is_none")]
    eq: Option<V>,
    #[serde(rename = "$neq", skip_serializing_if = "Option::is_none")]
    neq: Option<V>,
    #[serde(rename = "$exists", skip_serializing_if = "Option::is_none")]
    exists: Option<bool>,
    #[serde(rename = "$gt", skip_serializing_if = "Option::is_none")]
    gt: Option<V>,
    #[serde(rename = "$gte", skip_serializing_if = "Option::is_none")]
    gte: Option<V>,
    #[serde(rename = "$lt", skip_serializing_if = "Option::is_none")]
    lt: Option<V>,
    #[serde(rename = "$lte", skip_serializing_if = "Option::is_none")]
    lte: Option<V>,
    #[serde(rename = "$in", skip_serializing_if = "Option::is_none")]
    is_in: Option<Vec<V>>,
    #[serde(rename = "$notIn", skip_serializing_if = "Option::is_none")]
    not_in: Option<Vec<V>>,
    #[serde(rename = "$like", skip_serializing_if = "Option::is_none")]
    like: Option<String>,
}

impl<V> Default for Operators<V> {
    fn default() -> Self {
        Self {
            eq: None,
            neq: None,
            exists: None,
            gt: None,
            gte: None,
            lt: None,
            lte: None,
            is_in: None,
            not_in: None,
            like: None,
        }
    }
}

/// Values that are their own condition: equality.
pub trait Plain {}

impl Plain for i32 {}
impl Plain for i64 {}
impl Plain for bool {}
impl Plain for String {}

/// Members that know `eq`, `neq`, `exists` and `is_in`.
#[derive(Clone, Copy, Debug)]
pub enum Basic {}
/// Members that besides know `not_in`.
#[derive(Clone, Copy, Debug)]
pub enum Exact {}
/// Members that besides know `like`.
#[derive(Clone, Copy, Debug)]
pub enum Wild {}
/// Members that besides know `not_in` and `like`.
#[derive(Clone, Copy, Debug)]
pub enum Full {}
/// Members that besides know `gt`, `gte`, `lt` and `lte`.
#[derive(Clone, Copy, Debug)]
pub enum Ranged {}
/// Members that know `not_in`, `like` and the comparisons.
#[derive(Clone, Copy, Debug)]
pub enum Every {}

/// Kinds of members that know `not_in`.
#[diagnostic::on_unimplemented(message = "this member has no `not_in`")]
pub trait NotInSet {}
/// Kinds of members that know `like`.
#[diagnostic::on_unimplemented(message = "this member has no `like`")]
pub trait Likes {}
/// Kinds of members that know `gt`, `gte`, `lt` and `lte`.
#[diagnostic::on_unimplemented(message = "this member has no comparisons")]
pub trait Compares {}

impl NotInSet for Exact {}
impl NotInSet for Full {}
impl NotInSet for Every {}
impl Likes for Wild {}
impl Likes for Full {}
impl Likes for Every {}
impl Compares for Ranged {}
impl Compares for Every {}

impl<V, O> Condition<V, O> {
    fn of(operators: Operators<V>) -> Self {
        Self { test: Test::Operators(Box::new(operators)), operators: PhantomData }
    }

    fn value(value: V) -> Self {
        Self { test: Test::Value(value), operators: PhantomData }
    }
}

impl<V: Plain, O> From<V> for Condition<V, O> {
    fn from(value: V) -> Self {
        Self::value(value)
    }
}

impl<V: Plain + Clone, O> From<&V> for Condition<V, O> {
    fn from(value: &V) -> Self {
        Self::value(value.clone())
    }
}

impl<O> From<&str> for Condition<String, O> {
    fn from(text: &str) -> Self {
        Self::value(text.to_owned())
    }
}

impl<O> From<&str> for Condition<super::Timestamp, O> {
    fn from(text: &str) -> Self {
        Self::value(text.into())
    }
}

impl<T: Id, O> From<T> for Condition<Given<T>, O> {
    fn from(id: T) -> Self {
        Self::value(id.into())
    }
}

impl<T: Id + Clone, O> From<&T> for Condition<Given<T>, O> {
    fn from(id: &T) -> Self {
        Self::value(id.into())
    }
}

impl<T: Id, O> From<&str> for Condition<Given<T>, O> {
    fn from(text: &str) -> Self {
        Self::value(text.into())
    }
}

impl<T: Id, O> From<String> for Condition<Given<T>, O> {
    fn from(text: String) -> Self {
        Self::value(text.into())
    }
}

/// `eq`, `neq`, `is_in` or `exists`: what every member knows.
#[derive(Clone, Debug)]
pub struct Equality<A>(Operators<A>);

/// `exists`: whether the member has a value at all.
#[derive(Clone, Copy, Debug)]
pub struct Existence(bool);

/// `not_in`: none of the values.
#[derive(Clone, Debug)]
pub struct Exclusion<A>(Vec<A>);

/// `like`: a text with `*` for any characters and `?` for one.
#[derive(Clone, Debug)]
pub struct Likeness(String);

/// `gt`, `gte`, `lt`, `lte`, or two of them by [`and`](Self::and).
#[derive(Clone, Debug)]
pub struct Comparison<A>(Operators<A>);

impl<A> Comparison<A> {
    /// Both: for a range, `gte(a).and(lt(b))`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self(Operators {
            gt: a.gt.or(b.gt),
            gte: a.gte.or(b.gte),
            lt: a.lt.or(b.lt),
            lte: a.lte.or(b.lte),
            ..Operators::default()
        })
    }
}

/// Equal to the value; a plain value says the same.
pub fn eq<A>(value: A) -> Equality<A> {
    Equality(Operators { eq: Some(value), ..Operators::default() })
}

/// Not equal to the value.
pub fn neq<A>(value: A) -> Equality<A> {
    Equality(Operators { neq: Some(value), ..Operators::default() })
}

/// One of the values.
pub fn is_in<A>(values: impl IntoIterator<Item = A>) -> Equality<A> {
    Equality(Operators { is_in: Some(values.into_iter().collect()), ..Operators::default() })
}

/// None of the values.
pub fn not_in<A>(values: impl IntoIterator<Item = A>) -> Exclusion<A> {
    Exclusion(values.into_iter().collect())
}

/// Whether there is a value at all.
pub fn exists(exists: bool) -> Existence {
    Existence(exists)
}

/// Matches a pattern, in which `*` stands for any characters and `?` for one.
pub fn like(pattern: impl Into<String>) -> Likeness {
    Likeness(pattern.into())
}

/// Greater than the value.
pub fn gt<A>(value: A) -> Comparison<A> {
    Comparison(Operators { gt: Some(value), ..Operators::default() })
}

/// Greater than the value or equal to it.
pub fn gte<A>(value: A) -> Comparison<A> {
    Comparison(Operators { gte: Some(value), ..Operators::default() })
}

/// Less than the value.
pub fn lt<A>(value: A) -> Comparison<A> {
    Comparison(Operators { lt: Some(value), ..Operators::default() })
}

/// Less than the value or equal to it.
pub fn lte<A>(value: A) -> Comparison<A> {
    Comparison(Operators { lte: Some(value), ..Operators::default() })
}

impl<A> Operators<A> {
    fn map<V: From<A>>(self) -> Operators<V> {
        let all = |values: Vec<A>| values.into_iter().map(V::from).collect();
        Operators {
            eq: self.eq.map(V::from),
            neq: self.neq.map(V::from),
            exists: self.exists,
            gt: self.gt.map(V::from),
            gte: self.gte.map(V::from),
            lt: self.lt.map(V::from),
            lte: self.lte.map(V::from),
            is_in: self.is_in.map(all),
            not_in: self.not_in.map(all),
            like: self.like,
        }
    }
}

impl<A, V: From<A>, O> From<Equality<A>> for Condition<V, O> {
    fn from(equality: Equality<A>) -> Self {
        Self::of(equality.0.map())
    }
}

impl<V, O> From<Existence> for Condition<V, O> {
    fn from(existence: Existence) -> Self {
        Self::of(Operators { exists: Some(existence.0), ..Operators::default() })
    }
}

impl<A, V: From<A>, O: NotInSet> From<Exclusion<A>> for Condition<V, O> {
    fn from(exclusion: Exclusion<A>) -> Self {
        Self::of(Operators { not_in: Some(exclusion.0.into_iter().map(V::from).collect()), ..Operators::default() })
    }
}

impl<V, O: Likes> From<Likeness> for Condition<V, O> {
    fn from(likeness: Likeness) -> Self {
        Self::of(Operators { like: Some(likeness.0), ..Operators::default() })
    }
}

impl<A, V: From<A>, O: Compares> From<Comparison<A>> for Condition<V, O> {
    fn from(comparison: Comparison<A>) -> Self {
        Self::of(comparison.0.map())
    }
}

impl<V: Serialize, O> Serialize for Condition<V, O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.test {
            Test::Value(value) => value.serialize(serializer),
            Test::Operators(operators) => operators.serialize(serializer),
        }
    }
}

#[cfg(feature = "roundtrip")]
impl<'de, V: serde::de::DeserializeOwned, O> serde::Deserialize<'de> for Condition<V, O> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let json = super::Json::deserialize(deserializer)?;
        let read = if json.is_object() { json.read().map(Self::of) } else { json.read().map(Self::value) };
        read.map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{ProcessDefinitionId, ProcessInstanceState, Timestamp};

    fn json<V: Serialize, O>(condition: Condition<V, O>) -> String {
        serde_json::to_string(&condition).unwrap()
    }

    #[test]
    fn a_value_is_itself_and_operators_are_an_object() {
        let state = |condition: Condition<ProcessInstanceState, Wild>| json(condition);
        assert_eq!(state(ProcessInstanceState::Active.into()), r#""ACTIVE""#);
        assert_eq!(state(neq(ProcessInstanceState::Active).into()), r#"{"$neq":"ACTIVE"}"#);
        assert_eq!(state(like("A*").into()), r#"{"$like":"A*"}"#);
        assert_eq!(state(exists(false).into()), r#"{"$exists":false}"#);
        let date = |condition: Condition<Timestamp, Ranged>| json(condition);
        assert_eq!(date(gte("a").and(lt("b")).into()), r#"{"$gte":"a","$lt":"b"}"#);
        let id = |condition: Condition<Given<ProcessDefinitionId>, Full>| json(condition);
        assert_eq!(id("order".into()), r#""order""#);
        assert_eq!(id(is_in(["a", "b"]).into()), r#"{"$in":["a","b"]}"#);
        assert_eq!(id(not_in(["a"]).into()), r#"{"$notIn":["a"]}"#);
    }
}
