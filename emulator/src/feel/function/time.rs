//! Functions of dates, times and durations.
//! The present comes from the caller.

use jiff::civil::{Date, Time, Weekday};
use rust_decimal::prelude::ToPrimitive;

use super::Function;
use crate::feel::temporal::{civil, date, date_time, duration, duration_text, period_text, time};
use crate::feel::value::Value;

pub(super) fn call(function: Function, arguments: &[Value], now: i64) -> Option<Value> {
    let whole = |value: &Value| if let Value::Number(n) = value { n.to_i64() } else { None };
    match (function, arguments) {
        (Function::Now, []) => Some(Value::DateTime(civil(now), Some(0))),
        (Function::Today, []) => Some(Value::Date(civil(now).date())),
        (Function::Date, [Value::Text(text)]) => date(text).or_else(|| day(&date_time(text)?).map(Value::Date)),
        (Function::Date, [value]) => day(value).map(Value::Date),
        (Function::Date, [year, month, day]) => {
            let small = |value| i8::try_from(whole(value)?).ok();
            Date::new(i16::try_from(whole(year)?).ok()?, small(month)?, small(day)?).ok().map(Value::Date)
        }
        (Function::Time, [Value::Text(text)]) => time(text),
        (Function::Time, [Value::DateTime(at, offset)]) => Some(Value::Time(at.time(), *offset)),
        (Function::Time, [hour, minute, second, rest @ ..]) => {
            let small = |value| i8::try_from(whole(value)?).ok();
            let offset = match rest {
                [Value::Duration(millis)] => Some(i32::try_from(millis / 1000).ok()?),
                _ => None,
            };
            Some(Value::Time(Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?, offset))
        }
        (Function::DateAndTime, [Value::Text(text)]) => date_time(text),
        (Function::DateAndTime, [value @ Value::DateTime(..)]) => Some(value.clone()),
        (Function::DateAndTime, [from, Value::Time(clock, offset)]) => {
            Some(Value::DateTime(day(from)?.to_datetime(*clock), *offset))
        }
        (Function::Duration, [Value::Text(text)]) => duration(text),
        (Function::Duration, [value @ (Value::Duration(_) | Value::Period(_))]) => Some(value.clone()),
        (Function::MonthsDuration, [from, to]) => {
            let (from, to) = (day(from)?, day(to)?);
            let span = from.until((jiff::Unit::Month, to)).ok()?;
            Some(Value::Period(i64::from(span.get_months())))
        }
        (Function::DayOfYear, [at]) => Some(Value::Number(day(at)?.day_of_year().into())),
        (Function::WeekOfYear, [at]) => Some(Value::Number(day(at)?.iso_week_date().week().into())),
        (Function::DayOfWeek, [at]) => Some(Value::Text(weekday(day(at)?.weekday()).to_owned())),
        (Function::MonthOfYear, [at]) => {
            const MONTHS: [&str; 12] = [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ];
            let month = usize::try_from(day(at)?.month()).ok()?;
            MONTHS.get(month - 1).map(|name| Value::Text((*name).to_owned()))
        }
        (Function::LastDayOfMonth, [at]) => Some(Value::Date(day(at)?.last_of_month())),
        (Function::Cycle, [interval]) => Some(Value::Text(format!("R/{}", text(interval)?))),
        (Function::Cycle, [Value::Null, interval]) => Some(Value::Text(format!("R/{}", text(interval)?))),
        (Function::Cycle, [times, interval]) => Some(Value::Text(format!("R{}/{}", whole(times)?, text(interval)?))),
        _ => None,
    }
}

fn day(value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::DateTime(at, _) => Some(at.date()),
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Duration(millis) => Some(duration_text(*millis)),
        Value::Period(months) => Some(period_text(*months)),
        _ => None,
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
