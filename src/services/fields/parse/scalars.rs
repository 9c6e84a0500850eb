//! Text, dates, choices, numbers of persons, contacts.

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use serde_json::Value;

use super::{Origin, ParseContext};
use crate::accounts::{Email, Nik, NoKk, Phone};
use crate::areas::AreaCode;
use crate::platform::plain_text::{Lines, clean};
use crate::services::fields::{Options, Problem};

/// design: a line of text.
const LINE_MAX: usize = 200;
const PARAGRAPH_MAX: usize = 1_000;
/// Nothing that is not text is longer than this.
const WORD_MAX: usize = 300;

type Parsed = Result<Value, Problem>;

pub(super) fn line(raw: &Value, context: &ParseContext) -> Parsed {
    Ok(clean(string(raw)?, Lines::One, LINE_MAX, context.printable)?.into())
}

pub(super) fn paragraph(raw: &Value, context: &ParseContext) -> Parsed {
    Ok(clean(string(raw)?, Lines::Many, PARAGRAPH_MAX, context.printable)?.into())
}

pub(super) fn date(raw: &Value) -> Parsed {
    let text = word(raw, Problem::Date)?;
    let date = calendar_date(text).ok_or(Problem::Date)?;
    in_range(date)?;
    Ok(date.to_string().into())
}

pub(super) fn time(raw: &Value) -> Parsed {
    let text = word(raw, Problem::Time)?;
    let time = clock_time(text).ok_or(Problem::Time)?;
    Ok(time.format("%H:%M").to_string().into())
}

pub(super) fn datetime(raw: &Value, context: &ParseContext) -> Parsed {
    let text = word(raw, Problem::Datetime)?;
    let moment = match context.origin {
        Origin::Json => DateTime::parse_from_rfc3339(text).map_err(|_| Problem::Datetime)?,
        Origin::Form => local_moment(text, context)?,
    };
    in_range(moment.date_naive())?;
    Ok(moment.to_rfc3339().into())
}

pub(super) fn yes_no(raw: &Value, origin: Origin) -> Parsed {
    match (raw, origin) {
        (Value::Bool(answer), _) => Ok((*answer).into()),
        (Value::String(text), Origin::Form) => match text.as_str() {
            "true" | "on" | "1" | "ya" => Ok(true.into()),
            "false" | "off" | "0" | "tidak" => Ok(false.into()),
            _ => Err(Problem::YesNo),
        },
        _ => Err(Problem::WrongType("ya atau tidak")),
    }
}

pub(super) fn select(raw: &Value, options: &Options) -> Parsed {
    let text = word(raw, Problem::NotAnOption)?;
    match options {
        Options::Listed { options } if options.iter().any(|o| o == text) => Ok(text.into()),
        Options::Listed { .. } => Err(Problem::NotAnOption),
        // Whether the place takes requests is asked where the table of areas is.
        Options::From { .. } => Ok(AreaCode::parse(text).map_err(|_| Problem::Area)?.as_str().into()),
    }
}

pub(super) fn nik(raw: &Value) -> Parsed {
    Ok(Nik::parse(string(raw)?).map_err(Problem::Nik)?.expose().into())
}

pub(super) fn kk(raw: &Value) -> Parsed {
    Ok(NoKk::parse(string(raw)?).map_err(Problem::Kk)?.expose().into())
}

pub(super) fn phone(raw: &Value) -> Parsed {
    Ok(Phone::parse(string(raw)?)?.expose().into())
}

pub(super) fn email(raw: &Value) -> Parsed {
    Ok(Email::parse(string(raw)?)?.expose().into())
}

fn string(raw: &Value) -> Result<&str, Problem> {
    raw.as_str().ok_or(Problem::WrongType("teks"))
}

/// A short text without white space around it; what is too long to be one is refused unread.
fn word(raw: &Value, problem: Problem) -> Result<&str, Problem> {
    let text = string(raw)?.trim();
    if text.len() > WORD_MAX { Err(problem) } else { Ok(text) }
}

/// Exactly YYYY-MM-DD: chrono alone also reads `+2026-5-1`.
fn calendar_date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (date.to_string() == text).then_some(date)
}

/// HH:MM; browsers may add seconds.
fn clock_time(text: &str) -> Option<NaiveTime> {
    let shape = [("%H:%M", 5), ("%H:%M:%S", 8)]
        .into_iter()
        .find(|(_, length)| text.len() == *length)?;
    NaiveTime::parse_from_str(text, shape.0).ok()
}

/// What `<input type=datetime-local>` sends, in the zone of the cell; a full RFC 3339 text is understood as well.
fn local_moment(text: &str, context: &ParseContext) -> Result<DateTime<chrono::FixedOffset>, Problem> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment);
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").map_err(|_| Problem::Datetime)?;
    match context.zone.from_local_datetime(&local) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Ok(moment.fixed_offset()),
        LocalResult::None => Err(Problem::Datetime),
    }
}

fn in_range(date: NaiveDate) -> Result<(), Problem> {
    if (1900..=2100).contains(&date.year()) {
        Ok(())
    } else {
        Err(Problem::DateRange)
    }
}
