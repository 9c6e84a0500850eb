//! Counts, rupiah, decimals, coordinates: from JSON strictly, from a form as people write them.

use serde_json::{Value, json};

use super::Origin;
use crate::services::fields::Problem;

/// No count on a form is larger; also keeps a slip of the finger out of a letter.
const NUMBER_MAX: i64 = 999_999_999;
/// Below 2^53, so that every JSON reader gets the amount exactly.
const MONEY_MAX: i64 = 999_999_999_999_999;
const DECIMAL_WHOLE_MAX: usize = 12;
const DECIMAL_PLACES_MAX: usize = 6;
/// Nobody types a longer number.
const TYPED_MAX: usize = 40;

type Parsed = Result<Value, Problem>;

pub(super) fn integer(raw: &Value, origin: Origin) -> Parsed {
    whole(raw, origin, NUMBER_MAX, Problem::Number, "bilangan bulat")
}

pub(super) fn money(raw: &Value, origin: Origin) -> Parsed {
    whole(raw, origin, MONEY_MAX, Problem::Money, "bilangan bulat rupiah")
}

fn whole(raw: &Value, origin: Origin, max: i64, problem: Problem, expected: &'static str) -> Parsed {
    let number = match (raw, origin) {
        (Value::Number(number), _) => match (number.as_i64(), number.is_u64()) {
            (Some(number), _) => number,
            (None, true) => return Err(Problem::TooLarge),
            (None, false) => return Err(problem),
        },
        (Value::String(text), Origin::Form) => typed_whole(text, problem)?,
        _ => return Err(Problem::WrongType(expected)),
    };
    match number {
        i64::MIN..=-1 => Err(Problem::Negative),
        _ if number > max => Err(Problem::TooLarge),
        _ => Ok(number.into()),
    }
}

/// `1500000`, `1.500.000`, `Rp 1.500.000,00`.
fn typed_whole(text: &str, problem: Problem) -> Result<i64, Problem> {
    let text = text.trim();
    if text.len() > TYPED_MAX {
        return Err(Problem::TooLarge);
    }
    let text = text
        .strip_prefix("Rp")
        .map_or(text, |rest| rest.trim_start_matches('.').trim_start());
    let text = text
        .strip_suffix(",00")
        .or_else(|| text.strip_suffix(",-"))
        .unwrap_or(text);
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let digits = without_thousands(digits).ok_or(problem)?;
    let number: i64 = digits.parse().map_err(|_| Problem::TooLarge)?;
    Ok(sign * number)
}

/// Digits alone, or in groups of three after the first.
fn without_thousands(text: &str) -> Option<String> {
    let mut groups = text.split('.');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    (grouped && digits(first) && rest.iter().all(|group| digits(group))).then(|| text.replace('.', ""))
}

/// A decimal stays a string: `"3.10"` is not `3.1`, and nothing is rounded.
pub(super) fn decimal(raw: &Value, origin: Origin) -> Parsed {
    let text = raw.as_str().ok_or(Problem::WrongType("teks angka desimal"))?.trim();
    if text.len() > TYPED_MAX {
        return Err(Problem::TooLarge);
    }
    let text = match origin {
        Origin::Json => text.to_owned(),
        Origin::Form => typed_decimal(text)?,
    };
    if text.starts_with('-') {
        return Err(Problem::Negative);
    }
    let (whole, places) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(w, p)| (w, Some(p)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !places.is_none_or(digits) {
        return Err(Problem::Decimal);
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if whole.len() > DECIMAL_WHOLE_MAX || places.is_some_and(|p| p.len() > DECIMAL_PLACES_MAX) {
        return Err(Problem::TooLarge);
    }
    Ok(places
        .map_or_else(|| whole.to_owned(), |p| format!("{whole}.{p}"))
        .into())
}

/// Indonesian `1.250,5` and the browser's `1250.5` as a decimal with a point.
fn typed_decimal(text: &str) -> Result<String, Problem> {
    if let Some((whole, places)) = text.split_once(',') {
        return Ok(format!(
            "{}.{places}",
            without_thousands(whole).ok_or(Problem::Decimal)?
        ));
    }
    match text.split_once('.') {
        Some((whole, places)) if places.len() == 3 && whole != "0" => Err(Problem::DecimalAmbiguous),
        Some((_, places)) if places.contains('.') => without_thousands(text).ok_or(Problem::Decimal),
        _ => Ok(text.to_owned()),
    }
}

pub(super) fn geo(raw: &Value, origin: Origin) -> Parsed {
    let members = raw.as_object().ok_or(Problem::WrongType("objek {lat, lon}"))?;
    if members.keys().any(|key| key != "lat" && key != "lon") {
        return Err(Problem::Geo);
    }
    let lat = degrees(members.get("lat"), origin, 90.0)?;
    let lon = degrees(members.get("lon"), origin, 180.0)?;
    Ok(json!({ "lat": lat, "lon": lon }))
}

fn degrees(raw: Option<&Value>, origin: Origin, limit: f64) -> Result<f64, Problem> {
    let degrees = match (raw, origin) {
        (Some(Value::Number(number)), _) => number.as_f64(),
        (Some(Value::String(text)), Origin::Form) if text.len() <= TYPED_MAX => {
            text.trim().replace(',', ".").parse().ok()
        }
        _ => None,
    };
    let degrees = degrees
        .filter(|d| d.is_finite() && d.abs() <= limit)
        .ok_or(Problem::Geo)?;
    // Seven places are a centimetre; more is noise of the receiver.
    Ok((degrees * 1e7).round() / 1e7)
}
