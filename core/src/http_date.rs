//! Dates of HTTP (RFC 9110 §5.6.7) in their three forms. Anything else is no date, and no bytes make it panic.

use std::time::Duration;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The time since the Unix epoch; dates before it are the epoch. `now` decides the century of a year with two digits: the one
/// that lies not more than 50 years ahead.
pub(crate) fn parse(text: &str, now: Duration) -> Option<Duration> {
    let text = text.trim();
    if !text.is_ascii() {
        return None;
    }
    let words: Vec<&str> = text.split([' ', ',', '-']).filter(|word| !word.is_empty()).collect();
    let (weekday, day, month, year, time) = match words[..] {
        // Sun, 21 Jun 2026 07:28:30 GMT and Sunday, 21-Jun-26 07:28:30 GMT
        [weekday, day, month, year, time, zone] if zone.eq_ignore_ascii_case("GMT") => {
            (weekday, day, month, year, time)
        }
        // Sun Jun 21 07:28:30 2026
        [weekday, month, day, time, year] => (weekday, day, month, year, time),
        _ => return None,
    };
    let day = number(day)?;
    let month = i64::try_from(MONTHS.iter().position(|name| month.eq_ignore_ascii_case(name))?).ok()?.checked_add(1)?;
    let year = match (year.len(), number(year)?) {
        (4, year) => year,
        (2, year) => century(year, now)?,
        _ => return None,
    };
    let mut clock = time.split(':').map(number);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    if clock.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_since_epoch(year, month, day)?;
    // Day 0 was a Thursday.
    let expected = WEEKDAYS.get(usize::try_from(days.checked_add(3)?.rem_euclid(7)).ok()?)?;
    let given = weekday.get(..3)?;
    if !given.eq_ignore_ascii_case(expected) {
        return None;
    }
    // A leap second is the one before it, as clocks that know none have it.
    let seconds = hour.checked_mul(3600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second.min(59))?;
    let unix = days.checked_mul(86_400)?.checked_add(seconds)?;
    Some(Duration::from_secs(u64::try_from(unix).unwrap_or(0)))
}

fn number(text: &str) -> Option<i64> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// The year with these last two digits that lies not more than 50 years ahead.
fn century(year: i64, now: Duration) -> Option<i64> {
    let this_year = i64::try_from(now.as_secs()).ok()?.checked_div(31_556_952)?.checked_add(1970)?;
    let base = this_year.checked_sub(this_year.rem_euclid(100))?;
    let candidates = [base.checked_add(100)?, base, base.checked_sub(100)?];
    let limit = this_year.checked_add(50)?;
    candidates.into_iter().filter_map(|century| century.checked_add(year)).find(|candidate| *candidate <= limit)
}

/// Days since 1970-01-01 in the Gregorian calendar, by counting from March so that leap days come last.
fn days_since_epoch(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=length_of_month(year, month)?).contains(&day) {
        return None;
    }
    let (year, month) =
        if month > 2 { (year, month.checked_sub(3)?) } else { (year.checked_sub(1)?, month.checked_add(9)?) };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = month.checked_mul(153)?.checked_add(2)?.checked_div(5)?.checked_add(day)?.checked_sub(1)?;
    let leaps = of_era.checked_div(4)?.checked_sub(of_era.checked_div(100)?)?;
    let days = of_era.checked_mul(365)?.checked_add(leaps)?.checked_add(of_year)?;
    era.checked_mul(146_097)?.checked_add(days)?.checked_sub(719_468)
}

fn length_of_month(year: i64, month: i64) -> Option<i64> {
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    Some(match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-21 07:28:00 GMT, a Sunday.
    const NOW: Duration = Duration::from_secs(1_782_026_880);

    fn ahead(text: &str) -> Option<i64> {
        let date = i64::try_from(parse(text, NOW)?.as_secs()).unwrap();
        Some(date.wrapping_sub(i64::try_from(NOW.as_secs()).unwrap()))
    }

    #[test]
    fn all_three_date_forms() {
        for text in [
            "Sun, 21 Jun 2026 07:28:30 GMT",
            "Sunday, 21-Jun-26 07:28:30 GMT",
            "Sun Jun 21 07:28:30 2026",
            "sun, 21 jun 2026 07:28:30 gmt",
        ] {
            assert_eq!(ahead(text), Some(30), "{text}");
        }
        assert_eq!(ahead("Sun, 21 Jun 2026 07:28:60 GMT"), Some(59), "a leap second");
        assert_eq!(parse("Thu, 01 Jan 1970 00:00:00 GMT", NOW), Some(Duration::ZERO));
        assert_eq!(parse("Tue, 29 Feb 2000 00:00:00 GMT", NOW), Some(Duration::from_secs(951_782_400)));
    }

    #[test]
    fn two_digit_years() {
        let september = Duration::from_secs(1_599_768_000); // 2020-09-10 20:00:00
        assert_eq!(parse("Thursday, 10-Sep-20 20:00:30 GMT", september), Some(Duration::from_secs(1_599_768_030)));
        assert_eq!(parse("Sunday, 21-Jun-76 07:28:30 GMT", NOW).map(|date| date > NOW), Some(true), "50 years ahead");
        assert_eq!(
            parse("Tuesday, 21-Jun-77 07:28:30 GMT", NOW).map(|date| date < NOW),
            Some(true),
            "51 would be too many"
        );
        // In 2020 the year 71 is 1971, which is long past.
        assert_eq!(parse("Friday, 10-Sep-71 20:00:30 GMT", september).map(|date| date < september), Some(true));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "Mon, 21 Jun 2026 07:28:30 GMT",
            "Sun, 21 Jun 2026 07:28:30 CET",
            "Sun, 31 Jun 2026 07:28:30 GMT",
            "Sun, 29 Feb 2026 07:28:30 GMT",
            "Sun, 21 Jun 2026 24:00:00 GMT",
            "Sun, 21 Jun 2026 07:28 GMT",
            "Sun, 21 Jun 2026 07:28:30:00 GMT",
            "Sun, 21 Jun 20260 07:28:30 GMT",
            "Sun, -1 Jun 2026 07:28:30 GMT",
            "Sün, 21 Jun 2026 07:28:30 GMT",
            "120",
        ] {
            assert_eq!(parse(text, NOW), None, "{text}");
        }
    }
}
