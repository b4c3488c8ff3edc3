//! Cycles in the six fields of cron: second, minute, hour, day of month, month, day of week, in UTC.
//! It finds the next time; the extensions for last days and nearest weekdays are not known.

use jiff::ToSpan;
use jiff::civil::DateTime;

use crate::feel::{civil, millis};

/// For each field which values fit, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cron {
    seconds: u64,
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
/// A day that is not found in so many days never comes.
const HORIZON: i32 = 366 * 9;

impl Cron {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = match text {
            "@yearly" | "@annually" => "0 0 0 1 1 *",
            "@monthly" => "0 0 0 1 * *",
            "@weekly" => "0 0 0 * * 0",
            "@daily" | "@midnight" => "0 0 0 * * *",
            "@hourly" => "0 0 * * * *",
            text => text,
        };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [seconds, minutes, hours, days, months, weekdays] = fields.as_slice() else { return None };
        let weekdays = field(weekdays, 0, 7, &WEEKDAYS)?;
        Some(Self {
            seconds: field(seconds, 0, 59, &[])?,
            minutes: field(minutes, 0, 59, &[])?,
            hours: field(hours, 0, 23, &[])?,
            days: field(days, 1, 31, &[])?,
            months: field(months, 1, 12, &MONTHS)?,
            // Sunday is 0 and 7.
            weekdays: weekdays | (weekdays >> 7),
        })
    }

    /// The first time that fits after this one, in epoch milliseconds.
    pub(crate) fn after(self, at: i64) -> Option<i64> {
        let start = civil(at.div_euclid(1000) * 1000 + 1000);
        let mut day = start.date();
        for ahead in 0..HORIZON {
            let fits = has(self.days, day.day())
                && has(self.months, day.month())
                && has(self.weekdays, day.weekday().to_sunday_zero_offset());
            if fits {
                let from = if ahead == 0 { start } else { day.at(0, 0, 0, 0) };
                if let Some(found) = self.in_day(from) {
                    return Some(millis(found, Some(0)));
                }
            }
            day = day.checked_add(1.day()).ok()?;
        }
        None
    }

    fn in_day(self, from: DateTime) -> Option<DateTime> {
        for hour in (from.hour()..24).filter(|hour| has(self.hours, *hour)) {
            let same_hour = hour == from.hour();
            for minute in (if same_hour { from.minute() } else { 0 }..60).filter(|minute| has(self.minutes, *minute)) {
                let first = if same_hour && minute == from.minute() { from.second() } else { 0 };
                if let Some(second) = (first..60).find(|second| has(self.seconds, *second)) {
                    return Some(from.date().at(hour, minute, second, 0));
                }
            }
        }
        None
    }
}

fn has(bits: u64, value: i8) -> bool {
    u32::try_from(value).is_ok_and(|value| bits >> value & 1 == 1)
}

/// `*`, `?`, numbers, names, ranges, lists and steps.
fn field(text: &str, least: u32, most: u32, names: &[&str]) -> Option<u64> {
    let number = |text: &str| {
        let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let number = match named {
            Some(place) => u32::try_from(place).ok()? + least.min(1),
            None => text.parse().ok()?,
        };
        (least..=most).contains(&number).then_some(number)
    };
    let mut bits = 0;
    for part in text.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let step = match step {
            Some(step) => step.parse::<usize>().ok().filter(|step| *step > 0)?,
            None => 1,
        };
        let (from, to) = match (range, range.split_once('-')) {
            ("*" | "?", _) => (least, most),
            (_, Some((from, to))) => (number(from)?, number(to)?),
            (single, None) if part.contains('/') => (number(single)?, most),
            (single, None) => (number(single)?, number(single)?),
        };
        bits |= (from..=to).step_by(step).fold(0, |bits, value| bits | 1_u64 << value);
    }
    Some(bits)
}

#[cfg(test)]
mod tests {
    use super::Cron;

    #[test]
    fn the_next_time_is_found() {
        let next = |cron: &str, at: i64| Cron::read(cron).and_then(|cron| cron.after(at));
        let day = 86_400_000;
        assert_eq!(next("0 0 0 * * *", 0), Some(day));
        assert_eq!(next("*/10 * * * * *", 1_000), Some(10_000));
        assert_eq!(next("0 30 9-17 * * MON-FRI", 0), Some(9 * 3_600_000 + 1_800_000));
        // The first of January 1970 was a Thursday.
        assert_eq!(next("0 0 0 * * SUN", 0), Some(3 * day));
        assert_eq!(next("0 0 0 * * 7", 0), Some(3 * day));
        assert_eq!(next("0 0 0 31 2 *", 0), None);
        for wrong in ["", "* * * * *", "60 * * * * *", "a * * * * *", "*/0 * * * * *"] {
            assert_eq!(Cron::read(wrong), None, "{wrong}");
        }
    }
}
