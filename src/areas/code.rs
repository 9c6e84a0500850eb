//! Codes of places as Kemendagri writes them.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What kind of place a code names. The province is not an area of a cell.
    pub enum AreaLevel {
        Kabupaten => "kabupaten",
        Kecamatan => "kecamatan",
        /// Kelurahan and desa alike: both issue letters.
        Kelurahan => "kelurahan",
        /// The level below; an office may call it RW or RT.
        Lingkungan => "lingkungan",
    }
}

/// A Kemendagri area code: `12.09` kabupaten, `12.09.20` kecamatan, `12.09.20.1001` kelurahan. A lingkungan, which
/// Kemendagri does not number, appends its own two digits: `12.09.20.1001.03`.
///
/// The shape tells the level; whether such a place exists is for the table to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[serde(try_from = "String", into = "String")]
#[diesel(sql_type = Text)]
pub struct AreaCode(String);

/// Not the shape of an area code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("kode wilayah tidak dikenal")]
pub struct AreaCodeError;

/// Digits of each group from the province down to the lingkungan.
const GROUPS: [usize; 5] = [2, 2, 2, 4, 2];

impl AreaCode {
    /// Reads a code; the level follows from how many groups it has.
    pub fn parse(code: &str) -> Result<Self, AreaCodeError> {
        let mut groups = 0;
        for (n, group) in code.split('.').enumerate() {
            let width = GROUPS.get(n).ok_or(AreaCodeError)?;
            if group.len() != *width || !group.bytes().all(|b| b.is_ascii_digit()) {
                return Err(AreaCodeError);
            }
            groups += 1;
        }
        if groups < 2 {
            return Err(AreaCodeError);
        }
        Ok(Self(code.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn level(&self) -> AreaLevel {
        match self.0.matches('.').count() {
            1 => AreaLevel::Kabupaten,
            2 => AreaLevel::Kecamatan,
            3 => AreaLevel::Kelurahan,
            _ => AreaLevel::Lingkungan,
        }
    }

    /// The area one level up; none above the kabupaten.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.level() == AreaLevel::Kabupaten {
            return None;
        }
        self.0.rsplit_once('.').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// The area of `level` that this one lies in or is; none when this one is larger.
    #[must_use]
    pub fn at(&self, level: AreaLevel) -> Option<Self> {
        let mut area = self.clone();
        while area.level() > level {
            area = area.parent()?;
        }
        (area.level() == level).then_some(area)
    }

    /// The kecamatan that this area lies in or is.
    #[must_use]
    pub fn kecamatan(&self) -> Option<Self> {
        self.at(AreaLevel::Kecamatan)
    }

    /// The kelurahan that this area lies in or is.
    #[must_use]
    pub fn kelurahan(&self) -> Option<Self> {
        self.at(AreaLevel::Kelurahan)
    }

    /// Whether `other` is this area or lies in it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other
            .0
            .strip_prefix(&self.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AreaCode {
    type Err = AreaCodeError;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::parse(code)
    }
}

impl TryFrom<String> for AreaCode {
    type Error = AreaCodeError;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::parse(&code)
    }
}

impl From<AreaCode> for String {
    fn from(code: AreaCode) -> Self {
        code.0
    }
}

impl ToSql<Text, Pg> for AreaCode {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(&self.0, out)
    }
}

impl FromSql<Text, Pg> for AreaCode {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::parse(std::str::from_utf8(value.as_bytes())?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> AreaCode {
        AreaCode::parse(text).unwrap()
    }

    #[test]
    fn the_shape_tells_the_level() {
        assert_eq!(code("12.09").level(), AreaLevel::Kabupaten);
        assert_eq!(code("12.09.20").level(), AreaLevel::Kecamatan);
        assert_eq!(code("12.09.20.1001").level(), AreaLevel::Kelurahan);
        assert_eq!(code("12.09.20.1001.03").level(), AreaLevel::Lingkungan);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "12",
            "12.9",
            "12.09.",
            ".12.09",
            "12.09.20.101",
            "12.09.20.1001.3",
            "12.09.20.1001.03.01",
        ] {
            assert_eq!(AreaCode::parse(text), Err(AreaCodeError), "{text}");
        }
        for text in ["12.09.20.10o1", "12.09.20.1001 ", "12.09.20.١٠٠١", "12.09\0", "1209"] {
            assert_eq!(AreaCode::parse(text), Err(AreaCodeError), "{text}");
        }
        assert!(serde_json::from_str::<AreaCode>("\"12.09.2\"").is_err());
    }

    #[test]
    fn a_lingkungan_lies_in_its_kelurahan_and_kecamatan() {
        let lingkungan = code("12.09.20.1001.03");
        assert_eq!(lingkungan.parent(), Some(code("12.09.20.1001")));
        assert_eq!(lingkungan.kelurahan(), Some(code("12.09.20.1001")));
        assert_eq!(lingkungan.kecamatan(), Some(code("12.09.20")));
        assert_eq!(code("12.09").parent(), None);
        assert_eq!(code("12.09").kecamatan(), None);
        assert_eq!(code("12.09.20").kecamatan(), Some(code("12.09.20")));
    }

    #[test]
    fn containing_goes_by_whole_groups() {
        assert!(code("12.09.20").contains(&code("12.09.20.1001.03")));
        assert!(code("12.09.20").contains(&code("12.09.20")));
        assert!(!code("12.09.20").contains(&code("12.09.21.1001")));
        assert!(!code("12.09.20.1001").contains(&code("12.09.20")));
    }
}
