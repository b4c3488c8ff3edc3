//! Timers: when they are due, how often, and letting those fire that are.
//! Dates, durations and cycles are read here; calendars of the cron kind have a file of their own.

use super::cron::Cron;
use super::incident::Trouble;
use super::subscription::Wait;
use super::{Document, Engine};
use crate::bpmn::TimerKind;
use crate::feel::{Term, Value, civil, date_time, millis, period, plus_months};

/// How often due timers are looked for, in milliseconds.
pub(crate) const TIMER_CHECK: i64 = 100;

/// When a timer fires, and what comes after that.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    /// Epoch milliseconds.
    pub(crate) due: i64,
    repeat: Option<Repeat>,
}

#[derive(Debug, Clone)]
enum Repeat {
    /// How often altogether (none: without end), and months and milliseconds between.
    Interval {
        left: Option<i64>,
        months: i64,
        millis: i64,
    },
    Cron(Cron),
}

impl Schedule {
    /// The time after this one, if there is one.
    fn next(self, now: i64) -> Option<Self> {
        let due = self.due;
        match self.repeat? {
            Repeat::Interval { left, months, millis } => {
                let left = left.map(|left| left - 1);
                let next = later(due, months, millis).max(now);
                // A cycle without length must not fire for ever at once.
                let next = if next <= due { due + TIMER_CHECK } else { next };
                left.is_none_or(|left| left > 0)
                    .then_some(Self { due: next, repeat: Some(Repeat::Interval { left, months, millis }) })
            }
            Repeat::Cron(cron) => {
                let due = cron.after(now.max(due))?;
                Some(Self { due, repeat: Some(Repeat::Cron(cron)) })
            }
        }
    }
}

fn later(at: i64, months: i64, more: i64) -> i64 {
    let moved = if months == 0 { Some(at) } else { plus_months(civil(at), months).map(|at| millis(at, Some(0))) };
    moved.unwrap_or(i64::MAX).saturating_add(more)
}

/// Whether the text is a timer of this kind.
pub(crate) fn is_timer(kind: TimerKind, text: &str) -> bool {
    read(kind, text, 0).is_some()
}

fn read(kind: TimerKind, text: &str, now: i64) -> Option<Schedule> {
    let date = |text: &str| match date_time(text)? {
        Value::DateTime(at, Some(offset)) => Some(millis(at, Some(offset))),
        _ => None,
    };
    match kind {
        TimerKind::Date => Some(Schedule { due: date(text)?, repeat: None }),
        TimerKind::Duration => {
            let (months, millis) = period(text)?;
            Some(Schedule { due: later(now, months, millis), repeat: None })
        }
        TimerKind::Cycle => {
            let Some(rest) = text.strip_prefix('R') else {
                let cron = Cron::read(text)?;
                return Some(Schedule { due: cron.after(now)?, repeat: Some(Repeat::Cron(cron)) });
            };
            let (count, rest) = rest.split_once('/')?;
            let left = if count.is_empty() { None } else { Some(count.parse::<i64>().ok().filter(|n| *n > 0)?) };
            let (start, interval) = rest.split_once('/').map_or(("", rest), |(start, interval)| (start, interval));
            let (months, millis) = period(interval)?;
            let due = if start.is_empty() { later(now, months, millis) } else { date(start)? };
            Some(Schedule { due, repeat: Some(Repeat::Interval { left, months, millis }) })
        }
    }
}

impl Engine {
    /// When the timer is due, by the variables of this scope.
    pub(crate) fn schedule(&self, scope: i64, kind: TimerKind, term: &Term) -> Result<Schedule, Trouble> {
        let (text, expression) = match term {
            Term::Static(text) => (text.clone(), text.clone()),
            Term::Expression(expression) => {
                let evaluation = self.evaluate(scope, expression);
                let text = match (&evaluation.value, kind) {
                    (Value::Text(text), _) => text.clone(),
                    (Value::DateTime(at, offset), TimerKind::Date) => {
                        return Ok(Schedule { due: millis(*at, *offset), repeat: None });
                    }
                    (Value::Date(date), TimerKind::Date) => {
                        return Ok(Schedule { due: millis(date.at(0, 0, 0, 0), None), repeat: None });
                    }
                    (Value::Duration(_) | Value::Period(_), TimerKind::Duration) => evaluation.value.shown(),
                    _ => {
                        let wanted = match kind {
                            TimerKind::Date => "one of '[DATE, DATE_TIME, STRING]'",
                            TimerKind::Duration => "one of '[DURATION, PERIOD, STRING]'",
                            TimerKind::Cycle => "'STRING'",
                        };
                        let mut trouble = Trouble::wrong_kind(expression, "?", &evaluation);
                        trouble.message = trouble.message.replacen("'?'", wanted, 1);
                        return Err(trouble);
                    }
                };
                (text, expression.text().to_owned())
            }
        };
        let mut schedule = read(kind, &text, self.time).ok_or_else(|| {
            let what = match kind {
                TimerKind::Date => "date-time",
                TimerKind::Duration => "duration",
                TimerKind::Cycle => "cycle",
            };
            Trouble::extract(format!("Invalid {what} format '{text}' for expression '{expression}'."))
        })?;
        // What is due already does not wait for the next look.
        if schedule.due <= self.time {
            schedule.due = schedule.due.min(self.clock.tick(self.time, TIMER_CHECK));
        }
        Ok(schedule)
    }

    /// Lets every timer fire that is due; true if one was.
    pub(crate) fn fire_timers(&mut self) -> bool {
        let now = self.clock.tick(self.time, TIMER_CHECK);
        let mut fired = false;
        while let Some(&(_, key)) = self.subscriptions.timers.first().filter(|(due, _)| *due <= now) {
            fired = true;
            let Some(subscription) = self.subscriptions.all.get(&key).cloned() else { break };
            let host = subscription.host;
            if self.is_suspended(subscription.instance) {
                // It is held: looked at again a little later.
                self.subscriptions.remove(key);
                if let Wait::Timer(schedule) = subscription.wait.clone() {
                    self.rearm(subscription, Schedule { due: self.time + TIMER_CHECK, ..schedule });
                }
                continue;
            }
            self.trigger(key, Document::new(), None);
            // It may be closed by what it did.
            if self.subscriptions.remove(key).is_some()
                && let Wait::Timer(schedule) = subscription.wait.clone()
                && let Some(next) = schedule.next(self.time)
            {
                self.rearm(subscription, next);
            }
            if host.is_some() {
                self.run();
            }
        }
        fired
    }

    /// The engine time at which a timer will be found due.
    pub(crate) fn timer_due(&self) -> Option<i64> {
        let (due, _) = self.subscriptions.timers.first()?;
        Some(due.saturating_add(TIMER_CHECK - 1).div_euclid(TIMER_CHECK).saturating_mul(TIMER_CHECK))
    }
}
