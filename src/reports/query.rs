//! What a caller asks of a report, read from the address.

use chrono::NaiveDate;

use super::period::Period;
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;

/// Days that a report by day may have (design section 9).
const MOST_DAYS: i64 = 31;

crate::text_enum! {
    /// What rows are kept apart by.
    pub enum GroupBy {
        Area => "area",
        Service => "service",
        Month => "month",
        Day => "day",
    }
}

crate::text_enum! {
    /// What the answer is written as.
    pub enum Format {
        Json => "json",
        Csv => "csv",
    }
}

/// The parameters as they were typed; an empty one is as if it were not there, as forms send it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawQuery {
    pub from: Option<String>,
    pub to: Option<String>,
    pub area: Option<String>,
    /// Words separated by commas; may be repeated.
    pub group_by: Vec<String>,
    pub format: Option<String>,
}

impl RawQuery {
    /// Picks the parameters of a report; others are ignored, of a repeated one the last counts.
    #[must_use]
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut raw = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name.as_str() {
                "from" => raw.from = Some(value),
                "to" => raw.to = Some(value),
                "area" => raw.area = Some(value),
                "group_by" => raw.group_by.push(value),
                "format" => raw.format = Some(value),
                _ => {}
            }
        }
        raw
    }
}

/// A report that can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportQuery {
    pub period: Period,
    /// Each once, in the order of the columns; never empty.
    pub group_by: Vec<GroupBy>,
    pub format: Format,
}

impl ReportQuery {
    /// Reads the parameters; rows are by area when nothing else is asked. The area itself is the scope's matter, only
    /// its shape is checked here.
    ///
    /// # Errors
    /// 422 with every parameter that is wrong; 422 `range_too_long`.
    pub fn parse(raw: &RawQuery, today: NaiveDate) -> Result<Self, Error> {
        let mut errors = Vec::new();
        let period = Period::parse(raw.from.as_deref(), raw.to.as_deref(), today)
            .map_err(|wrong| errors.extend(wrong))
            .ok();
        if raw.area.as_deref().is_some_and(|code| AreaCode::parse(code).is_err()) {
            errors.push(FieldError::new("area", "area_unknown", "Kode wilayah tidak dikenal."));
        }
        let group_by = groups(&raw.group_by, &mut errors);
        let format = raw.format.as_deref().map_or(Ok(Format::Json), str::parse);
        if format.is_err() {
            errors.push(FieldError::new("format", "not_an_option", "Pilihan: json, csv."));
        }
        let (Some(period), Ok(format), true) = (period, format, errors.is_empty()) else {
            return Err(Error::Invalid(errors));
        };
        if group_by.contains(&GroupBy::Day) && period.days() > MOST_DAYS {
            return Err(Error::Unprocessable { code: "range_too_long" });
        }
        Ok(Self {
            period,
            group_by,
            format,
        })
    }

    /// Whether rows are kept apart by it.
    #[must_use]
    pub fn is_by(&self, group: GroupBy) -> bool {
        self.group_by.contains(&group)
    }
}

fn groups(raw: &[String], errors: &mut Vec<FieldError>) -> Vec<GroupBy> {
    let words = raw.iter().flat_map(|list| list.split(',')).map(str::trim);
    let (mut asked, mut wrong) = (Vec::new(), false);
    for word in words.filter(|word| !word.is_empty()) {
        match word.parse::<GroupBy>() {
            Ok(group) => asked.push(group),
            Err(_) => wrong = true,
        }
    }
    if wrong {
        errors.push(FieldError::new(
            "group_by",
            "not_an_option",
            "Pilihan: area, service, month, day; beberapa dipisahkan koma.",
        ));
    }
    if asked.is_empty() {
        asked.push(GroupBy::Area);
    }
    asked.sort_unstable();
    asked.dedup();
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<ReportQuery, Error> {
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        ReportQuery::parse(&RawQuery::from_pairs(pairs), "2026-11-24".parse().unwrap())
    }

    #[test]
    fn groups_come_once_and_in_the_order_of_the_columns() {
        let groups = |query| parse(query).unwrap().group_by;
        assert_eq!(groups(""), [GroupBy::Area]);
        assert_eq!(groups("group_by=&from="), [GroupBy::Area]);
        assert_eq!(groups("group_by=month,area"), [GroupBy::Area, GroupBy::Month]);
        assert_eq!(
            groups("group_by=service&group_by=day, service"),
            [GroupBy::Service, GroupBy::Day]
        );
    }

    #[test]
    fn every_wrong_parameter_is_named_at_once() {
        let error = parse("from=x&to=2026-11-01&area=mutiara&group_by=area,officer&format=xlsx").unwrap_err();
        let Error::Invalid(errors) = error else {
            panic!("{error}")
        };
        let fields: Vec<&str> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["from", "area", "group_by", "format"]);
    }

    #[test]
    fn a_report_by_day_has_at_most_31_days() {
        assert!(parse("group_by=day&from=2026-10-01&to=2026-10-31").is_ok());
        let error = parse("group_by=day&from=2026-10-01&to=2026-11-01").unwrap_err();
        assert_eq!((error.status().as_u16(), error.code()), (422, "range_too_long"));
        assert!(parse("group_by=month&from=2020-01-01&to=2026-11-01").is_ok());
    }
}
