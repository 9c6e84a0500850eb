//! The two numbers of the population register: NIK of a person, number of a family card (KK).
//!
//! Form only: no check here proves that a number exists. Both are personal data, so neither type prints itself;
//! `expose` is the one way to the digits.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::areas::AreaCode;

crate::text_enum! {
    /// Sex as the KTP writes it (`jk`).
    pub enum Sex {
        Male => "L",
        Female => "P",
    }
}

impl Sex {
    /// The word on the letter.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Male => "Laki-laki",
            Self::Female => "Perempuan",
        }
    }
}

/// Why a number is not a NIK or KK number. The text never repeats the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NikError {
    #[error("harus terdiri dari 16 angka, tanpa huruf atau tanda lain")]
    NotSixteenDigits,
    #[error("kode wilayah di enam angka pertama tidak boleh 00")]
    Region,
    #[error("angka ke-7 sampai ke-12 bukan tanggal yang ada di kalender")]
    Date,
    #[error("empat angka terakhir tidak boleh 0000")]
    Serial,
}

impl NikError {
    /// Stable for programs; the text may change.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSixteenDigits => "not_sixteen_digits",
            Self::Region => "region_invalid",
            Self::Date => "date_invalid",
            Self::Serial => "serial_invalid",
        }
    }
}

/// A person's number, PPKKCC DDMMYY SSSS; a woman's birth day is written + 40. The region is the one of first
/// registration and stays after moves and new kabupaten.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Nik(String);

impl Nik {
    /// Reads 16 digits; spaces, dots and dashes between groups are how people copy them from a card.
    pub fn parse(text: &str) -> Result<Self, NikError> {
        let nik = Self(sixteen_digits(text)?);
        region_and_serial(&nik.0)?;
        let (day, month, year) = nik.birth_parts();
        if !on_calendar(day, month, year) {
            return Err(NikError::Date);
        }
        Ok(nik)
    }

    /// The digits. For sealing, hashing, the letter and the person's own screen; never for logs, errors or URLs.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Sex by the birth day: above 40 is a woman.
    #[must_use]
    pub fn sex(&self) -> Sex {
        if pair(&self.0, 6) > 40 { Sex::Female } else { Sex::Male }
    }

    /// Birth date; the century is inferred: a two-digit year up to that of `today` is of this century.
    #[must_use]
    pub fn birth_date(&self, today: NaiveDate) -> Option<NaiveDate> {
        let (day, month, year) = self.birth_parts();
        let year = i32::try_from(year).ok()?;
        let century = if year <= today.year() % 100 { 2000 } else { 1900 };
        NaiveDate::from_ymd_opt(century + year, month, day)
    }

    /// Whether the number says this birth date. Centuries are not compared, as the number has none.
    #[must_use]
    pub fn matches_birth(&self, date: NaiveDate) -> bool {
        let (day, month, year) = self.birth_parts();
        date.day() == day && date.month() == month && i64::from(date.year()).rem_euclid(100) == i64::from(year)
    }

    #[must_use]
    pub fn matches_sex(&self, sex: Sex) -> bool {
        self.sex() == sex
    }

    /// The kecamatan of first registration. Not finding it in our list is a warning, never an error.
    #[must_use]
    pub fn region(&self) -> Option<AreaCode> {
        region(&self.0)
    }

    /// Whether the first two digits name a province that exists (Kepmendagri 300.2.2-2138/2025: 38 provinces).
    #[must_use]
    pub fn is_province_known(&self) -> bool {
        matches!(pair(&self.0, 0), 11..=19 | 21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97)
    }

    /// Day (1-31), month, two-digit year.
    fn birth_parts(&self) -> (u32, u32, u32) {
        let day = pair(&self.0, 6);
        (
            if day > 40 { day - 40 } else { day },
            pair(&self.0, 8),
            pair(&self.0, 10),
        )
    }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nik(****************)")
    }
}

/// The number of a family card: PPKKCC, date of first issue DDMMYY, serial.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct NoKk(String);

impl NoKk {
    /// Reads 16 digits as `Nik::parse` does. The date is not judged: the layout of old cards is not documented.
    pub fn parse(text: &str) -> Result<Self, NikError> {
        let digits = sixteen_digits(text)?;
        region_and_serial(&digits)?;
        Ok(Self(digits))
    }

    /// The digits; the same care as `Nik::expose`.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The kecamatan that first issued the card.
    #[must_use]
    pub fn region(&self) -> Option<AreaCode> {
        region(&self.0)
    }
}

impl fmt::Debug for NoKk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NoKk(****************)")
    }
}

fn sixteen_digits(text: &str) -> Result<String, NikError> {
    // Three separators between groups of four are common; anything much longer is not looked at.
    if text.len() > 32 {
        return Err(NikError::NotSixteenDigits);
    }
    let digits: String = text.trim().chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    if digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(digits)
    } else {
        Err(NikError::NotSixteenDigits)
    }
}

fn region_and_serial(digits: &str) -> Result<(), NikError> {
    if [0, 2, 4].iter().any(|at| pair(digits, *at) == 0) {
        return Err(NikError::Region);
    }
    if digits.ends_with("0000") {
        return Err(NikError::Serial);
    }
    Ok(())
}

/// The two digits at `at`. Only called on 16 checked digits; 0 stands for "nothing there".
fn pair(digits: &str, at: usize) -> u32 {
    digits.get(at..at + 2).and_then(|two| two.parse().ok()).unwrap_or(0)
}

/// A two-digit year may be of either century, which matters for 29 February 00.
fn on_calendar(day: u32, month: u32, year: u32) -> bool {
    let year = i32::try_from(year).unwrap_or(0);
    [1900, 2000]
        .iter()
        .any(|century| NaiveDate::from_ymd_opt(century + year, month, day).is_some())
}

fn region(digits: &str) -> Option<AreaCode> {
    let code = format!("{}.{}.{}", digits.get(0..2)?, digits.get(2..4)?, digits.get(4..6)?);
    AreaCode::parse(&code).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_man_and_a_woman_born_on_the_same_day() {
        let man = Nik::parse("1209201505900001").unwrap();
        let woman = Nik::parse("1209205505900001").unwrap();
        assert_eq!((man.sex(), woman.sex()), (Sex::Male, Sex::Female));
        assert!(man.matches_birth(date("1990-05-15")) && woman.matches_birth(date("1990-05-15")));
        assert!(!man.matches_birth(date("1990-05-16")) && !woman.matches_birth(date("1991-05-15")));
        assert!(man.matches_sex(Sex::Male) && !man.matches_sex(Sex::Female));
        assert_eq!(man.region().unwrap().as_str(), "12.09.20");
    }

    #[test]
    fn the_century_is_inferred_from_today() {
        let today = date("2026-11-24");
        assert_eq!(
            Nik::parse("1209201505260001").unwrap().birth_date(today),
            Some(date("2026-05-15"))
        );
        assert_eq!(
            Nik::parse("1209201505270001").unwrap().birth_date(today),
            Some(date("1927-05-15"))
        );
        // Born on a leap day that only one century has.
        let leap = Nik::parse("1209202902000001").unwrap();
        assert_eq!(leap.birth_date(today), Some(date("2000-02-29")));
        assert!(leap.matches_birth(date("2000-02-29")));
    }

    #[test]
    fn every_rule_has_its_code() {
        let refused = [
            ("", NikError::NotSixteenDigits),
            ("120920150590000", NikError::NotSixteenDigits),
            ("12092015059000012", NikError::NotSixteenDigits),
            ("120920150590000a", NikError::NotSixteenDigits),
            ("12092015059000\u{661}", NikError::NotSixteenDigits),
            ("0009201505900001", NikError::Region),
            ("1200201505900001", NikError::Region),
            ("1209001505900001", NikError::Region),
            ("1209203105900000", NikError::Serial),
            ("1209200005900001", NikError::Date),
            ("1209203202900001", NikError::Date),
            ("1209203002900001", NikError::Date),
            ("1209204005900001", NikError::Date),
            ("1209207205900001", NikError::Date),
            ("1209201513900001", NikError::Date),
            ("1209202902990001", NikError::Date),
        ];
        for (text, error) in refused {
            assert_eq!(Nik::parse(text).unwrap_err(), error, "{text}");
        }
        assert_eq!(
            Nik::parse(&"1".repeat(200_000)).unwrap_err(),
            NikError::NotSixteenDigits
        );
    }

    #[test]
    fn groups_as_people_copy_them_are_read() {
        assert_eq!(
            Nik::parse(" 1209 2015 0590 0001 ").unwrap().expose(),
            "1209201505900001"
        );
        assert_eq!(NoKk::parse("120920.150590.0001").unwrap().expose(), "1209201505900001");
    }

    #[test]
    fn another_or_unknown_region_is_no_error() {
        assert_eq!(
            Nik::parse("9999991505900001").unwrap().region().unwrap().as_str(),
            "99.99.99"
        );
    }

    #[test]
    fn neither_number_prints_itself() {
        let shown = format!(
            "{:?} {:?}",
            Nik::parse("1209201505900001"),
            NoKk::parse("1209201505900001")
        );
        assert!(!shown.contains("1209"), "{shown}");
        assert!(!NikError::Date.to_string().contains("1209"));
    }
}
