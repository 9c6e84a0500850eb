//! A report as a file for spreadsheets.

use actix_web::HttpResponse;
use actix_web::http::header;

use super::{GroupBy, GroupKey, Percentiles, ReportQuery, ServiceLevelRow, ServiceLevels};
use crate::platform::error::Error;

/// The rows as RFC 4180 text with a header; without the total, so that a column can be summed.
///
/// # Errors
/// `Internal` when writing to memory fails.
pub(super) fn download(report: &ServiceLevels, query: &ReportQuery) -> Result<HttpResponse, Error> {
    let name = format!("tingkat-layanan_{}_{}.csv", report.from, report.to);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(text(report, &query.group_by).map_err(Error::internal)?))
}

fn text(report: &ServiceLevels, groups: &[GroupBy]) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let figures = [
        "received",
        "finished",
        "on_time",
        "on_time_share",
        "office_minutes_p50",
        "office_minutes_p90",
        "resident_minutes_p50",
        "resident_minutes_p90",
    ];
    file.write_record(groups.iter().map(|group| group.as_str()).chain(figures))?;
    for row in &report.rows {
        let keys = groups.iter().map(|group| harmless(key(&row.key, *group)));
        file.write_record(keys.chain(cells(row)))?;
    }
    file.into_inner().map_err(|error| error.into_error().into())
}

fn key(key: &GroupKey, group: GroupBy) -> &str {
    let value = match group {
        GroupBy::Area => &key.area,
        GroupBy::Service => &key.service,
        GroupBy::Month => &key.month,
        GroupBy::Day => &key.day,
    };
    value.as_deref().unwrap_or_default()
}

fn cells(row: &ServiceLevelRow) -> impl Iterator<Item = String> {
    let figures = &row.figures;
    let minutes = |p: Percentiles| [p.p50, p.p90].map(|m| m.map(|m| m.to_string()).unwrap_or_default());
    [figures.received, figures.finished, figures.on_time]
        .map(|count| count.to_string())
        .into_iter()
        .chain([figures
            .on_time_share
            .map(|share| format!("{share:.4}"))
            .unwrap_or_default()])
        .chain(minutes(figures.office_minutes))
        .chain(minutes(figures.resident_minutes))
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection): an apostrophe before what could begin one.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::ServiceLevel;

    fn report(service: &str) -> ServiceLevels {
        let figures = ServiceLevel {
            received: 4,
            finished: 3,
            on_time: 2,
            on_time_share: Some(2.0 / 3.0),
            office_minutes: Percentiles {
                p50: Some(300),
                p90: Some(540),
            },
            resident_minutes: Percentiles { p50: None, p90: None },
        };
        let key = GroupKey {
            area: Some("12.09.20.1001".into()),
            service: Some(service.into()),
            month: None,
            day: None,
        };
        ServiceLevels {
            from: "2026-11-01".parse().unwrap(),
            to: "2026-11-30".parse().unwrap(),
            rows: vec![ServiceLevelRow {
                key,
                figures: figures.clone(),
            }],
            total: figures,
        }
    }

    #[test]
    fn the_file_has_a_header_and_the_rows() {
        let text = text(&report("SKD"), &[GroupBy::Area, GroupBy::Service]).unwrap();
        let expected = "area,service,received,finished,on_time,on_time_share,office_minutes_p50,office_minutes_p90,\
            resident_minutes_p50,resident_minutes_p90\r\n12.09.20.1001,SKD,4,3,2,0.6667,300,540,,\r\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn nothing_in_it_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@sum", "\tx", "\r=1", "=HYPERLINK(\"x\",\"y\")"] {
            let text = text(&report(cell), &[GroupBy::Service]).unwrap();
            let mut file = csv::Reader::from_reader(text.as_slice());
            let row = file.records().next().unwrap().unwrap();
            assert_eq!(&row[0], format!("'{cell}"));
        }
        assert_eq!(harmless("SKTM-DIK"), "SKTM-DIK");
    }
}
