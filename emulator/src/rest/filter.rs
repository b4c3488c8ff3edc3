//! Filters: compiled once from a judged request, then applied to many rows.
//! It does not judge; a filter that got this far has the right form.

use serde_json::Value;

use super::access::Reach;
use super::row::{Field, Row, parse_date};

/// All conditions must hold; of the alternatives, if there are any, at least one.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    conditions: Vec<Condition>,
    alternatives: Vec<Self>,
    /// What the caller may see at all.
    reach: Reach,
}

#[derive(Debug, Clone)]
struct Condition {
    member: String,
    raw: Value,
    tests: Vec<Test>,
}

#[derive(Debug, Clone)]
enum Test {
    Equal(Operand),
    NotEqual(Operand),
    Exists(bool),
    In(Vec<Operand>),
    NotIn(Vec<Operand>),
    Like(Vec<char>),
    Compare(fn(std::cmp::Ordering) -> bool, Operand),
}

/// A value to compare with; text that is a number or a date is known as such, too.
#[derive(Debug, Clone)]
struct Operand {
    text: Option<String>,
    number: Option<i64>,
    date: Option<i64>,
    flag: Option<bool>,
}

impl Filter {
    pub(crate) fn compile(filter: Option<&Value>) -> Self {
        let mut compiled = Self::default();
        for (member, value) in filter.and_then(Value::as_object).into_iter().flatten() {
            if value.is_null() {
                continue;
            }
            if member == "$or" {
                let alternatives = value.as_array().into_iter().flatten();
                compiled.alternatives = alternatives.map(|a| Self::compile(Some(a))).collect();
                continue;
            }
            let tests = match value.as_object() {
                Some(operators) => operators.iter().filter_map(|(operator, value)| test(operator, value)).collect(),
                None => vec![Test::Equal(Operand::from(value))],
            };
            compiled.conditions.push(Condition { member: member.clone(), raw: value.clone(), tests });
        }
        compiled
    }

    /// The same within what a caller may see.
    pub(crate) fn within(mut self, reach: &Reach) -> Self {
        self.reach = reach.clone();
        self
    }

    /// The same filter with nothing but these members.
    pub(crate) fn only(&self, members: &[&str]) -> Self {
        let named = |c: &&Condition| members.contains(&c.member.as_str());
        Self {
            conditions: self.conditions.iter().filter(named).cloned().collect(),
            alternatives: self.alternatives.iter().map(|a| a.only(members)).collect(),
            reach: self.reach.clone(),
        }
    }

    pub(crate) fn holds(&self, row: &impl Row) -> bool {
        self.reach.shows(row)
            && self.conditions.iter().all(|c| c.holds(row))
            && (self.alternatives.is_empty() || self.alternatives.iter().any(|a| a.holds(row)))
    }

    /// The key that the member must have, if the filter demands exactly one: an index can be used then.
    pub(crate) fn exact_key(&self, member: &str) -> Option<i64> {
        self.exact(member)?.number
    }

    /// The text that the member must have, if the filter demands exactly one.
    pub(crate) fn exact_text(&self, member: &str) -> Option<&str> {
        self.exact(member)?.text.as_deref()
    }

    fn exact(&self, member: &str) -> Option<&Operand> {
        let condition = self.conditions.iter().find(|c| c.member == member)?;
        condition.tests.iter().find_map(|test| if let Test::Equal(operand) = test { Some(operand) } else { None })
    }
}

impl Condition {
    fn holds(&self, row: &impl Row) -> bool {
        if let Some(verdict) = row.special(&self.member, &self.raw) {
            return verdict;
        }
        let field = row.field(&self.member);
        self.tests.iter().all(|test| match test {
            Test::Equal(operand) => operand.equals(&field),
            Test::NotEqual(operand) => !operand.equals(&field),
            Test::Exists(wanted) => *wanted == (field != Field::Null),
            Test::In(operands) => operands.iter().any(|o| o.equals(&field)),
            Test::NotIn(operands) => !operands.iter().any(|o| o.equals(&field)),
            Test::Like(pattern) => match &field {
                Field::Text(text) => like(pattern, text),
                Field::Word(word) => like(pattern, word),
                _ => false,
            },
            Test::Compare(holds, operand) => match field {
                Field::Number(n) => operand.number.is_some_and(|o| holds(n.cmp(&o))),
                Field::Date(at) => operand.date.is_some_and(|o| holds(at.cmp(&o))),
                _ => false,
            },
        })
    }
}

fn test(operator: &str, value: &Value) -> Option<Test> {
    if value.is_null() {
        return None;
    }
    // The vendor's Java client sends empty lists of what it was not asked for: they ask for nothing.
    if value.as_array().is_some_and(Vec::is_empty) {
        return None;
    }
    let operands = || value.as_array().into_iter().flatten().map(Operand::from).collect();
    Some(match operator {
        "$eq" => Test::Equal(value.into()),
        "$neq" => Test::NotEqual(value.into()),
        "$exists" => Test::Exists(value.as_bool()?),
        "$in" => Test::In(operands()),
        "$notIn" => Test::NotIn(operands()),
        "$like" => Test::Like(value.as_str()?.chars().collect()),
        "$gt" => Test::Compare(std::cmp::Ordering::is_gt, value.into()),
        "$gte" => Test::Compare(std::cmp::Ordering::is_ge, value.into()),
        "$lt" => Test::Compare(std::cmp::Ordering::is_lt, value.into()),
        "$lte" => Test::Compare(std::cmp::Ordering::is_le, value.into()),
        _ => return None,
    })
}

impl From<&Value> for Operand {
    fn from(value: &Value) -> Self {
        let text = value.as_str().map(str::to_owned);
        let number = value.as_i64().or_else(|| text.as_ref().and_then(|t| t.parse().ok()));
        let date = text.as_deref().and_then(parse_date);
        Self { text, number, date, flag: value.as_bool() }
    }
}

impl Operand {
    fn equals(&self, field: &Field<'_>) -> bool {
        match field {
            Field::Null | Field::Json(_) => false,
            Field::Boolean(b) => self.flag == Some(*b),
            Field::Number(n) | Field::Key(n) => self.number == Some(*n),
            Field::Date(at) => self.date == Some(*at),
            Field::Text(text) => self.text.as_deref() == Some(text),
            Field::Word(word) => self.text.as_deref().is_some_and(|text| text.eq_ignore_ascii_case(word)),
        }
    }
}

/// `*` is any run, `?` one character, `\` takes the next one literally; the whole text must fit.
pub(crate) fn like(pattern: &[char], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where to take up again after the last star.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            Some('?') => {
                p += 1;
                t += 1;
                continue;
            }
            Some('\\') if pattern.get(p + 1) == text.get(t) => {
                p += 2;
                t += 1;
                continue;
            }
            Some(c) if *c != '\\' && Some(c) == text.get(t) => {
                p += 1;
                t += 1;
                continue;
            }
            _ => {}
        }
        let Some((after, from)) = star else {
            return false;
        };
        star = Some((after, from + 1));
        p = after;
        t = from + 1;
    }
    pattern.get(p..).unwrap_or_default().iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn wildcards_cover_the_whole_text() {
        let fits = |pattern: &str, text| like(&pattern.chars().collect::<Vec<_>>(), text);
        for (pattern, text) in
            [("v*", "v12"), ("*", ""), ("?1", "v1"), ("a*c*e", "abcde"), ("a\\*b", "a*b"), ("*ab", "aab")]
        {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("v", "v1"), ("v?", "v"), ("a\\*b", "axb"), ("*a", "ab"), ("V*", "v1")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
