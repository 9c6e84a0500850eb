//! How a letter number is written. Which sequence number it gets is the register's business.

use crate::platform::indonesian::roman_month;
use chrono::{Datelike, NaiveDate};

/// `400.12.2.1/123/MTR/XI/2026`: archive code of the service, place in the area's register of that year, unit code of
/// the area, month and year of issue in the time zone of the cell. Permendagri 83/2022 gives the archive codes.
pub fn format_number(archive_code: &str, sequence: u32, unit_code: &str, issued_on: NaiveDate) -> String {
    format!(
        "{archive_code}/{sequence}/{unit_code}/{}/{}",
        roman_month(issued_on),
        issued_on.year()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_five_parts() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        assert_eq!(
            format_number("400.12.2.1", 123, "MTR", day),
            "400.12.2.1/123/MTR/XI/2026"
        );
        assert_eq!(format_number("470", 1, "KKT", day), "470/1/KKT/XI/2026");
    }

    #[test]
    fn the_year_turns_with_the_date() {
        let last = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
        assert_eq!(format_number("460", 4021, "KKT", last), "460/4021/KKT/XII/2026");
        assert_eq!(
            format_number("460", 1, "KKT", last.succ_opt().unwrap()),
            "460/1/KKT/I/2027"
        );
    }
}
