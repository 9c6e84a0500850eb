//! Open hours of a day and of a week.

use chrono::{NaiveTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};

/// Minutes in a day; a span may end there.
const DAY: u16 = 24 * 60;

/// One stretch of open time, in minutes since midnight, `from` included and `until` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawSpan")]
pub struct Span {
    from: u16,
    until: u16,
}

/// The open hours of one day: spans in order that do not touch the next day or each other. Empty = closed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<Span>")]
pub struct DayHours(Vec<Span>);

/// Why hours are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadHours {
    #[error("a span must end after it begins and on the same day")]
    Span,
    #[error("spans of a day must be in order and must not overlap")]
    Order,
}

/// The open hours of an ordinary week.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Week {
    pub mon: DayHours,
    pub tue: DayHours,
    pub wed: DayHours,
    pub thu: DayHours,
    pub fri: DayHours,
    pub sat: DayHours,
    pub sun: DayHours,
}

impl Span {
    /// # Errors
    /// When it does not end after it begins, or later than midnight.
    pub const fn new(from: u16, until: u16) -> Result<Self, BadHours> {
        if from < until && until <= DAY {
            Ok(Self { from, until })
        } else {
            Err(BadHours::Span)
        }
    }

    /// From one time of day to another, seconds dropped.
    ///
    /// # Errors
    /// As [`Span::new`].
    pub fn between(from: NaiveTime, until: NaiveTime) -> Result<Self, BadHours> {
        let minute = |t: NaiveTime| u16::try_from(t.hour() * 60 + t.minute()).map_err(|_| BadHours::Span);
        Self::new(minute(from)?, minute(until)?)
    }

    /// Minutes since midnight.
    #[must_use]
    pub const fn from(self) -> u16 {
        self.from
    }

    /// Minutes since midnight.
    #[must_use]
    pub const fn until(self) -> u16 {
        self.until
    }
}

impl DayHours {
    /// # Errors
    /// When the spans are not in order or overlap.
    pub fn new(spans: Vec<Span>) -> Result<Self, BadHours> {
        if spans.iter().zip(spans.iter().skip(1)).any(|(a, b)| a.until > b.from) {
            return Err(BadHours::Order);
        }
        Ok(Self(spans))
    }

    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.0
    }
}

impl Week {
    /// Mon-Thu 08:00-12:00 and 13:00-16:00, Fri 08:00-12:00 and 14:00-16:30 (design section 4; an assumption that
    /// the office changes by publishing its own version).
    #[must_use]
    pub fn default_hours() -> Self {
        let morning = Span {
            from: 8 * 60,
            until: 12 * 60,
        };
        let day = DayHours(vec![
            morning,
            Span {
                from: 13 * 60,
                until: 16 * 60,
            },
        ]);
        let friday = DayHours(vec![
            morning,
            Span {
                from: 14 * 60,
                until: 16 * 60 + 30,
            },
        ]);
        Self {
            mon: day.clone(),
            tue: day.clone(),
            wed: day.clone(),
            thu: day,
            fri: friday,
            ..Self::default()
        }
    }

    #[must_use]
    pub const fn on(&self, weekday: Weekday) -> &DayHours {
        match weekday {
            Weekday::Mon => &self.mon,
            Weekday::Tue => &self.tue,
            Weekday::Wed => &self.wed,
            Weekday::Thu => &self.thu,
            Weekday::Fri => &self.fri,
            Weekday::Sat => &self.sat,
            Weekday::Sun => &self.sun,
        }
    }
}

/// What is stored, before it is known to be a span.
#[derive(Deserialize)]
struct RawSpan {
    from: u16,
    until: u16,
}

impl TryFrom<RawSpan> for Span {
    type Error = BadHours;
    fn try_from(raw: RawSpan) -> Result<Self, BadHours> {
        Self::new(raw.from, raw.until)
    }
}

impl TryFrom<Vec<Span>> for DayHours {
    type Error = BadHours;
    fn try_from(spans: Vec<Span>) -> Result<Self, BadHours> {
        Self::new(spans)
    }
}
