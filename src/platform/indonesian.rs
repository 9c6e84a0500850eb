//! Dates and amounts as Indonesian official letters write them.

use chrono::{Datelike, NaiveDate};

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

/// `24 November 2026`.
pub fn long_date(date: NaiveDate) -> String {
    let month = usize::try_from(date.month0())
        .ok()
        .and_then(|month| MONTHS.get(month))
        .copied();
    format!("{} {} {}", date.day(), month.unwrap_or_default(), date.year())
}

/// Whole numbers with a point between thousands: `1.500.000`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// An amount in whole rupiah: `Rp1.500.000`, `-Rp500`. No space and no decimals, as PUEBI writes currency.
pub fn rupiah(amount: i64) -> String {
    match amount {
        ..0 => format!("-Rp{}", grouped(amount).trim_start_matches('-')),
        _ => format!("Rp{}", grouped(amount)),
    }
}

/// Month numbers of letter numbers: `I` to `XII`.
pub fn roman_month(date: NaiveDate) -> &'static str {
    const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
    usize::try_from(date.month0())
        .ok()
        .and_then(|month| ROMAN.get(month))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn dates_are_written_out() {
        assert_eq!(long_date(day(2026, 11, 24)), "24 November 2026");
        assert_eq!(long_date(day(2027, 1, 1)), "1 Januari 2027");
        assert_eq!(long_date(day(2024, 2, 29)), "29 Februari 2024");
    }

    #[test]
    fn amounts_are_grouped() {
        for (amount, text) in [
            (0, "Rp0"),
            (999, "Rp999"),
            (1_000, "Rp1.000"),
            (1_500_000, "Rp1.500.000"),
            (-500, "-Rp500"),
            (-123_456, "-Rp123.456"),
            (i64::MAX, "Rp9.223.372.036.854.775.807"),
            (i64::MIN, "-Rp9.223.372.036.854.775.808"),
        ] {
            assert_eq!(rupiah(amount), text);
        }
    }

    #[test]
    fn months_become_roman() {
        let all: Vec<_> = (1..=12).map(|month| roman_month(day(2026, month, 28))).collect();
        assert_eq!(all.join(" "), "I II III IV V VI VII VIII IX X XI XII");
    }
}
