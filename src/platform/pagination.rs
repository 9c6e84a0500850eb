//! Keyset paging: a list continues after the last row seen, so rows that come or go in between shift nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::Error;

/// Rows of a list when the caller names no limit.
pub const DEFAULT_LIMIT: i64 = 25;
/// Rows of a long, narrow list (queue, register) when the caller names no limit.
pub const LONG_LIMIT: i64 = 50;
/// No page is longer.
pub const MAX_LIMIT: i64 = 100;
/// Our own cursors are far shorter.
const MAX_CURSOR: usize = 512;

/// Which page of a list is asked for; `K` is the sort key of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest<K> {
    pub limit: i64,
    /// The key of the last row seen.
    pub after: Option<K>,
}

/// One page as the API sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// The usual key: a moment, made unique by the row's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TimeKey {
    #[serde(rename = "t", serialize_with = "as_micros", deserialize_with = "from_micros")]
    pub at: DateTime<Utc>,
    #[serde(rename = "i")]
    pub id: Uuid,
}

impl<K: Serialize + DeserializeOwned> PageRequest<K> {
    /// Reads `limit` and `cursor` of the query as they came; empty counts as absent.
    ///
    /// # Errors
    /// 422 for a limit that is not 1 to 100; 400 `bad_cursor` for a cursor that this list did not give.
    pub fn parse(limit: Option<&str>, cursor: Option<&str>, default_limit: i64) -> Result<Self, Error> {
        let limit = match limit.filter(|text| !text.is_empty()) {
            None => default_limit,
            Some(text) => parse_limit(text)?,
        };
        let after = cursor.filter(|text| !text.is_empty()).map(decode).transpose()?;
        Ok(Self { limit, after })
    }

    /// How many rows to read: one more than shown, which tells whether there is a next page.
    #[must_use]
    pub const fn rows_to_read(&self) -> i64 {
        self.limit.saturating_add(1)
    }

    /// The page from the rows read (up to [`PageRequest::rows_to_read`]) and the key of a row.
    ///
    /// # Errors
    /// Internal, when a key cannot be written as JSON.
    pub fn page<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Result<Page<T>, Error> {
        let shown = usize::try_from(self.limit).unwrap_or(0);
        let more = rows.len() > shown;
        rows.truncate(shown);
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|row| encode(&key(row))).transpose()?;
        Ok(Page {
            items: rows,
            next_cursor,
        })
    }
}

impl<T> Page<T> {
    /// The same page with each row as it is shown.
    #[must_use]
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(view).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

fn parse_limit(text: &str) -> Result<i64, Error> {
    let limit = text.parse::<i64>().ok().filter(|n| (1..=MAX_LIMIT).contains(n));
    limit.ok_or_else(|| Error::field("limit", "out_of_range", "Isi dengan angka 1 sampai 100."))
}

fn encode<K: Serialize>(key: &K) -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).map_err(Error::internal)?))
}

fn decode<K: DeserializeOwned>(cursor: &str) -> Result<K, Error> {
    let bad = Error::BadRequest { code: "bad_cursor" };
    if cursor.len() > MAX_CURSOR {
        return Err(bad);
    }
    let Ok(json) = URL_SAFE_NO_PAD.decode(cursor) else {
        return Err(bad);
    };
    // Postgres keeps no NUL in text: a made-up cursor must not become an error of the database.
    if json.windows(6).any(|escape| escape == br"\u0000") {
        return Err(bad);
    }
    serde_json::from_slice(&json).map_err(|_| bad)
}

fn as_micros<S: Serializer>(at: &DateTime<Utc>, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_i64(at.timestamp_micros())
}

/// Only moments that Postgres can hold: a made-up cursor must not become an error of the database.
fn from_micros<'de, D: Deserializer<'de>>(d: D) -> Result<DateTime<Utc>, D::Error> {
    /// The year 2300, in microseconds.
    const LATEST: i64 = 10_413_792_000_000_000;
    let micros = i64::deserialize(d)?;
    let at = DateTime::from_timestamp_micros(micros).filter(|_| (0..=LATEST).contains(&micros));
    at.ok_or_else(|| D::Error::custom("no such moment"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(limit: Option<&str>, cursor: Option<&str>) -> Result<PageRequest<TimeKey>, Error> {
        PageRequest::parse(limit, cursor, DEFAULT_LIMIT)
    }

    fn code(result: Result<PageRequest<TimeKey>, Error>) -> (u16, &'static str) {
        let error = result.unwrap_err();
        (error.status().as_u16(), error.code())
    }

    #[test]
    fn a_limit_is_1_to_100() {
        assert_eq!(asked(None, None).unwrap(), PageRequest { limit: 25, after: None });
        assert_eq!(
            asked(Some(""), Some("")).unwrap(),
            PageRequest { limit: 25, after: None }
        );
        assert_eq!(
            (
                asked(Some("1"), None).unwrap().limit,
                asked(Some("100"), None).unwrap().limit
            ),
            (1, 100)
        );
        for wrong in ["0", "101", "-1", "x", "1.5", "99999999999999999999"] {
            assert_eq!(code(asked(Some(wrong), None)), (422, "invalid"), "{wrong}");
        }
    }

    #[test]
    fn a_made_up_cursor_is_refused() {
        let made = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let id = Uuid::nil();
        let too_late = made(&format!(r#"{{"t":10413792000000001,"i":"{id}"}}"#));
        let negative = made(&format!(r#"{{"t":-1,"i":"{id}"}}"#));
        let long = "A".repeat(513);
        for wrong in [
            "x",
            "!!",
            "e30",
            "e30=",
            &made("[]"),
            &made("null"),
            &long,
            &too_late,
            &negative,
        ] {
            assert_eq!(code(asked(None, Some(wrong))), (400, "bad_cursor"), "{wrong}");
        }
        let nul = PageRequest::<String>::parse(None, Some(&made(r#""\u0000""#)), 25).unwrap_err();
        assert_eq!(nul.code(), "bad_cursor");
    }

    proptest! {
        #[test]
        fn page_after_page_gives_every_row_once(count in 0_u32..60, limit in 1_i64..20) {
            let all: Vec<u32> = (0..count).collect();
            let (mut seen, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let ask = PageRequest::<u32>::parse(Some(&limit.to_string()), cursor.as_deref(), 25).unwrap();
                let after = all.iter().copied().filter(|n| ask.after.is_none_or(|last| *n > last));
                let rows: Vec<u32> = after.take(usize::try_from(ask.rows_to_read()).unwrap()).collect();
                let page = ask.page(rows, |n| *n).unwrap();
                prop_assert!(i64::try_from(page.items.len()).unwrap() <= limit);
                seen.extend(page.items);
                match page.next_cursor { Some(next) => cursor = Some(next), None => break }
            }
            prop_assert_eq!(seen, all);
        }

        #[test]
        fn a_key_comes_back_to_the_microsecond(micros in 0_i64..10_413_792_000_000_000, id in any::<u128>()) {
            let key = TimeKey { at: DateTime::from_timestamp_micros(micros).unwrap(), id: Uuid::from_u128(id) };
            let cursor = encode(&key).unwrap();
            prop_assert_eq!(asked(None, Some(&cursor)).unwrap().after, Some(key));
            prop_assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        }
    }
}
