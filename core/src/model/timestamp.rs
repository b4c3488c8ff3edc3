//! Dates as text, exactly as they were sent, with the few conversions that need no library of dates. It is no calendar:
//! read the text with the one your program uses; the feature `jiff` converts to and from that crate.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A date and time as in RFC 3339, such as `2026-03-01T12:00:00.000Z`; the text is kept as it came.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// The point in time so many milliseconds after the beginning of 1970, in UTC.
    pub fn from_unix_millis(millis: i64) -> Self {
        let days = millis.div_euclid(86_400_000);
        let rest = millis.rem_euclid(86_400_000);
        let (year, month, day) = civil(days);
        let part = |unit: i64, size: i64| rest.div_euclid(unit).rem_euclid(size);
        Self(format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
            part(3_600_000, 24),
            part(60_000, 60),
            part(1000, 60),
            part(1, 1000)
        ))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Milliseconds since the beginning of 1970, if the text is a date and time of RFC 3339.
    pub fn unix_millis(&self) -> Option<i64> {
        let text = self.0.as_str();
        let number = |from: usize, to: usize| -> Option<i64> {
            let digits = text.get(from..to)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
        };
        let bytes = text.as_bytes();
        let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
        let date_and_time = matches!(bytes.get(10), Some(b'T' | b't' | b' '))
            && separators.into_iter().all(|(at, separator)| bytes.get(at) == Some(&separator));
        let (month, day) = (number(5, 7)?, number(8, 10)?);
        if !date_and_time || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let days = days_from_civil(number(0, 4)?, month, day);
        let seconds = [number(11, 13)?, number(14, 16)?, number(17, 19)?]
            .into_iter()
            .try_fold(0_i64, |sum, part| sum.checked_mul(60)?.checked_add(part))?;
        let rest = text.get(19..)?;
        let fraction = rest
            .strip_prefix('.')
            .map_or("", |rest| rest.split_once(|c: char| !c.is_ascii_digit()).map_or(rest, |(digits, _)| digits));
        let skipped = if rest.starts_with('.') { fraction.len().checked_add(1)? } else { 0 };
        let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
        let zone = rest.get(skipped..)?;
        let offset = match zone.as_bytes() {
            [b'Z' | b'z'] => 0,
            [sign @ (b'+' | b'-'), ..] => {
                let (hours, minutes) = zone.get(1..)?.split_once(':')?;
                let minutes = hours.parse::<i64>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?;
                if *sign == b'-' { minutes.checked_neg()? } else { minutes }
            }
            _ => return None,
        };
        days?
            .checked_mul(86_400)?
            .checked_add(seconds)?
            .checked_sub(offset.checked_mul(60)?)?
            .checked_mul(1000)?
            .checked_add(millis)
    }
}

/// The Gregorian date of a day counted from the beginning of 1970. The years of `i64` milliseconds are far from any overflow.
#[allow(clippy::arithmetic_side_effects, reason = "i64 milliseconds are 10^11 days at most")]
fn civil(days: i64) -> (i64, i64, i64) {
    // In years that begin in March, the leap day is the last: the months' lengths repeat as 153 days in five.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + carry, month, date)
}

fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let (year, month) =
        if month > 2 { (year, month.checked_sub(3)?) } else { (year.checked_sub(1)?, month.checked_add(9)?) };
    let leap = year.div_euclid(4).checked_sub(year.div_euclid(100))?.checked_add(year.div_euclid(400))?;
    let in_year = month.checked_mul(153)?.checked_add(2)?.div_euclid(5).checked_add(day)?;
    year.checked_mul(365)?.checked_add(leap)?.checked_add(in_year)?.checked_sub(719_469)
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Takes the text as it is; the cluster says whether it is a date.
impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Takes the text as it is; the cluster says whether it is a date.
impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&Timestamp> for Timestamp {
    fn from(timestamp: &Timestamp) -> Self {
        timestamp.clone()
    }
}

impl super::condition::Plain for Timestamp {}

/// The same point in time, if the text is a date and time of RFC 3339; with the feature `jiff`.
#[cfg(feature = "jiff")]
impl TryFrom<&Timestamp> for jiff::Timestamp {
    type Error = jiff::Error;

    fn try_from(timestamp: &Timestamp) -> Result<Self, Self::Error> {
        timestamp.0.parse()
    }
}

/// The text of a point in time, in UTC; with the feature `jiff`.
#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for Timestamp {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_and_back() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_826_154_321, "2000-02-29T12:09:14.321Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
        ] {
            assert_eq!(Timestamp::from_unix_millis(millis).as_str(), text);
            assert_eq!(Timestamp::from(text).unix_millis(), Some(millis));
        }
    }

    #[cfg(feature = "jiff")]
    #[test]
    fn jiff_and_back() {
        let sent = Timestamp::from("2026-03-01T12:00:00.123456789Z");
        let read = jiff::Timestamp::try_from(&sent).unwrap();
        assert_eq!((Timestamp::from(read), Some(read.as_millisecond())), (sent.clone(), sent.unix_millis()));
        let offset = jiff::Timestamp::try_from(&Timestamp::from("2026-03-01T13:00:00+01:00")).unwrap();
        assert_eq!(Timestamp::from(offset).as_str(), "2026-03-01T12:00:00Z");
        assert!(jiff::Timestamp::try_from(&Timestamp::from("soon")).is_err());
    }

    #[test]
    fn offsets_and_fractions_of_any_length() {
        assert_eq!(Timestamp::from("1970-01-01T01:00:00+01:00").unix_millis(), Some(0));
        assert_eq!(Timestamp::from("1970-01-01T00:00:00.1234567Z").unix_millis(), Some(123));
        assert_eq!(Timestamp::from("1969-12-31T22:30:00.5-01:30").unix_millis(), Some(500));
        for text in ["", "1970-01-01", "1970-13-01T00:00:00Z", "1970-01-01T00:00:00", "1970-01-01T00:00:00.Zx"] {
            assert_eq!(Timestamp::from(text).unix_millis(), None, "{text}");
        }
    }
}
