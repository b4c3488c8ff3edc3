//! Dates, times and durations: read from text, written as text, calculated with.
//! There is no time-zone database: a zone by name counts only if its offset stands beside it.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, Timestamp, ToSpan};

use super::value::Value;

const DAY: i64 = 86_400;

/// Whatever the text is, if it is anything of the kind.
pub(crate) fn any(text: &str) -> Option<Value> {
    duration(text).or_else(|| date_time(text)).or_else(|| date(text)).or_else(|| time(text))
}

pub(crate) fn date(text: &str) -> Option<Value> {
    let fits = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    fits.then(|| text.parse::<Date>().ok()).flatten().map(Value::Date)
}

pub(crate) fn time(text: &str) -> Option<Value> {
    let (clock, offset) = split_offset(text)?;
    let seconds = if clock.len() == 5 { format!("{clock}:00") } else { clock.to_owned() };
    Some(Value::Time(seconds.parse::<Time>().ok()?, offset))
}

pub(crate) fn date_time(text: &str) -> Option<Value> {
    let (day, clock) = text.split_once('T')?;
    let Value::Date(day) = date(day)? else { return None };
    let Value::Time(clock, offset) = time(clock)? else { return None };
    Some(Value::DateTime(day.to_datetime(clock), offset))
}

/// The offset in seconds at the end, if there is one, and what stands before it.
fn split_offset(text: &str) -> Option<(&str, Option<i32>)> {
    let text = text.split_once('[').map_or(text, |(before, _)| before);
    if let Some((_, zone)) = text.split_once('@') {
        let utc = matches!(zone, "UTC" | "Etc/UTC" | "GMT" | "Z");
        return utc.then(|| (text.split('@').next().unwrap_or_default(), Some(0)));
    }
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (clock, offset) = text.split_at(at);
    let (hours, minutes) = offset.get(1..)?.split_once(':').unwrap_or((offset.get(1..)?, "0"));
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    (seconds <= 18 * 3600).then(|| (clock, Some(if offset.starts_with('-') { -seconds } else { seconds })))
}

/// Years and months, or days and less; a text with both is no duration of the language.
pub(crate) fn duration(text: &str) -> Option<Value> {
    let (months, millis) = period(text)?;
    match (months, millis) {
        (0, millis) => Some(Value::Duration(millis)),
        (months, 0) => Some(Value::Period(months)),
        _ => None,
    }
}

/// The months and the milliseconds of an ISO 8601 duration such as `P1Y2M3DT4H5M6.7S`.
pub(crate) fn period(text: &str) -> Option<(i64, i64)> {
    let (sign, body) = match text.strip_prefix('-') {
        Some(body) => (-1, body),
        None => (1, text),
    };
    let body = body.strip_prefix('P')?;
    let (days, clock) = body.split_once('T').map_or((body, None), |(days, clock)| (days, Some(clock)));
    if body.is_empty() || clock == Some("") {
        return None;
    }
    let (mut months, mut millis) = (0_i64, 0_i64);
    for (part, units) in [
        (days, [('Y', 12, 0), ('M', 1, 0), ('W', 0, 7 * DAY), ('D', 0, DAY)].as_slice()),
        (clock.unwrap_or_default(), [('H', 0, 3600), ('M', 0, 60), ('S', 0, 1)].as_slice()),
    ] {
        let mut units = units.iter();
        let mut rest = part;
        while !rest.is_empty() {
            let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
            let (number, after) = rest.split_at(end);
            let unit = after.chars().next()?;
            let (_, m, s) = units.by_ref().find(|(name, ..)| *name == unit)?;
            let number: f64 = number.parse().ok()?;
            if number.abs() > 1e12 || (number.fract() != 0.0 && unit != 'S') {
                return None;
            }
            months = months.saturating_add((number as i64).saturating_mul(*m));
            millis = millis.saturating_add(((number * 1000.0).round() as i64).saturating_mul(*s));
            rest = after.get(1..)?;
        }
    }
    Some((months.saturating_mul(sign), millis.saturating_mul(sign)))
}

pub(crate) fn duration_text(millis: i64) -> String {
    let (sign, whole) = if millis < 0 { ("-", millis.unsigned_abs()) } else { ("", millis.unsigned_abs()) };
    let (all, fraction) = (whole / 1000, whole % 1000);
    let (days, hours, minutes, rest) = (all / 86_400, all / 3600 % 24, all / 60 % 60, all % 60);
    let part = |count: u64, unit: &str| if count > 0 { format!("{count}{unit}") } else { String::new() };
    let seconds = match fraction {
        0 => part(rest, "S"),
        _ => format!("{rest}.{}S", format!("{fraction:03}").trim_end_matches('0')),
    };
    let clock = [part(hours, "H"), part(minutes, "M"), seconds].concat();
    let clock = if clock.is_empty() { clock } else { format!("T{clock}") };
    match (days, clock.as_str()) {
        (0, "") => "PT0S".to_owned(),
        (days, clock) => format!("{sign}P{}{clock}", part(days, "D")),
    }
}

pub(crate) fn period_text(months: i64) -> String {
    let (sign, all) = if months < 0 { ("-", months.unsigned_abs()) } else { ("", months.unsigned_abs()) };
    match (all / 12, all % 12) {
        (0, months) => format!("{sign}P{months}M"),
        (years, 0) => format!("{sign}P{years}Y"),
        (years, months) => format!("{sign}P{years}Y{months}M"),
    }
}

pub(crate) fn offset_text(offset: Option<i32>) -> String {
    match offset {
        None => String::new(),
        Some(0) => "Z".to_owned(),
        Some(seconds) => {
            let sign = if seconds < 0 { '-' } else { '+' };
            let minutes = seconds.unsigned_abs() / 60;
            format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    }
}

/// Epoch milliseconds; what has no offset is taken as UTC.
pub(crate) fn millis(at: DateTime, offset: Option<i32>) -> i64 {
    let since = at.since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).ok();
    let millis =
        since.and_then(|span| span.total((jiff::Unit::Millisecond, jiff::SpanRelativeTo::days_are_24_hours())).ok());
    millis.unwrap_or_default() as i64 - i64::from(offset.unwrap_or_default()) * 1000
}

/// UTC at this epoch millisecond.
pub(crate) fn civil(at: i64) -> DateTime {
    Timestamp::from_millisecond(at)
        .map(|timestamp| jiff::tz::Offset::UTC.to_datetime(timestamp))
        .unwrap_or(DateTime::constant(1970, 1, 1, 0, 0, 0, 0))
}

/// The same day of a later month, or its last.
pub(crate) fn plus_months(at: DateTime, months: i64) -> Option<DateTime> {
    at.checked_add(Span::new().try_months(months).ok()?).ok()
}

pub(crate) fn plus_millis(at: DateTime, millis: i64) -> Option<DateTime> {
    let day = DAY * 1000;
    let whole = Span::new().try_days(millis.div_euclid(day)).ok()?;
    at.checked_add(whole).ok()?.checked_add(millis.rem_euclid(day).milliseconds()).ok()
}

#[cfg(test)]
mod tests {
    use super::{any, duration_text, millis, period_text};
    use crate::feel::value::Value;

    #[test]
    fn durations_are_read_and_written() {
        for (text, written) in [
            ("PT90S", "PT1M30S"),
            ("P1DT2H", "P1DT2H"),
            ("-PT1H", "-PT1H"),
            ("PT0.25S", "PT0.25S"),
            ("-P1DT1.5S", "-P1DT1.5S"),
            ("PT0S", "PT0S"),
            ("P2W", "P14D"),
        ] {
            assert_eq!(any(text).map(Value::into_json), Some(written.into()), "{text}");
        }
        assert_eq!(any("P1Y14M"), Some(Value::Period(26)));
        assert_eq!((period_text(26), duration_text(3_600_000)), ("P2Y2M".to_owned(), "PT1H".to_owned()));
        for text in ["P", "PT", "P1H", "PT1D", "1H", "P1Y2D"] {
            assert!(!matches!(any(text), Some(Value::Duration(_) | Value::Period(_))), "{text}");
        }
    }

    #[test]
    fn instants_know_their_offset() {
        let at = |text: &str| if let Some(Value::DateTime(at, offset)) = any(text) { millis(at, offset) } else { -1 };
        assert_eq!(at("1970-01-02T00:00:00Z"), 86_400_000);
        assert_eq!(at("1970-01-02T02:00:00+02:00[Europe/Berlin]"), 86_400_000);
        assert_eq!(at("1970-01-02T00:00"), 86_400_000);
        assert_eq!(at("1970-01-02T00:00:00@Mars/Phobos"), -1);
    }
}
