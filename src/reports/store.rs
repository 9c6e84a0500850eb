//! The room's SQL: one file a report. Reports are no hot path, so their statements are text.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Double, Nullable, Text, Timestamptz};

use super::{GroupBy, GroupKey, Percentiles, ReportQuery, Scope, ServiceLevel, ServiceLevelRow, ServiceLevels};
use crate::platform::error::Error;

const SERVICE_LEVELS: &str = include_str!("service_levels.sql");

#[derive(QueryableByName)]
struct LevelRow {
    #[diesel(sql_type = Nullable<Text>)]
    area: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    service: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    month: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    day: Option<String>,
    #[diesel(sql_type = Bool)]
    is_total: bool,
    #[diesel(sql_type = BigInt)]
    received: i64,
    #[diesel(sql_type = BigInt)]
    finished: i64,
    #[diesel(sql_type = BigInt)]
    on_time: i64,
    #[diesel(sql_type = Nullable<Double>)]
    on_time_share: Option<f64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    office_p50: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    office_p90: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    resident_p50: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    resident_p90: Option<i64>,
}

impl LevelRow {
    fn figures(&self) -> ServiceLevel {
        ServiceLevel {
            received: self.received,
            finished: self.finished,
            on_time: self.on_time,
            on_time_share: self.on_time_share,
            office_minutes: Percentiles {
                p50: self.office_p50,
                p90: self.office_p90,
            },
            resident_minutes: Percentiles {
                p50: self.resident_p50,
                p90: self.resident_p90,
            },
        }
    }

    fn into_row(self) -> ServiceLevelRow {
        ServiceLevelRow {
            figures: self.figures(),
            key: GroupKey {
                area: self.area,
                service: self.service,
                month: self.month,
                day: self.day,
            },
        }
    }
}

pub(super) fn service_levels(
    conn: &mut PgConnection,
    zone: Tz,
    scope: &Scope,
    query: &ReportQuery,
) -> Result<ServiceLevels, Error> {
    let (from, before): (DateTime<Utc>, DateTime<Utc>) = query
        .period
        .moments(zone)
        .ok_or(Error::Unprocessable { code: "range_too_long" })?;
    let statement = diesel::sql_query(SERVICE_LEVELS)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(before)
        .bind::<Array<Text>, _>(&scope.kelurahan)
        .bind::<Array<Text>, _>(&scope.kecamatan)
        .bind::<Text, _>(zone.name())
        .bind::<Bool, _>(query.is_by(GroupBy::Area))
        .bind::<Bool, _>(query.is_by(GroupBy::Service))
        .bind::<Bool, _>(query.is_by(GroupBy::Month))
        .bind::<Bool, _>(query.is_by(GroupBy::Day));
    let (mut totals, rows): (Vec<LevelRow>, Vec<LevelRow>) = statement
        .load::<LevelRow>(conn)?
        .into_iter()
        .partition(|row| row.is_total);
    // The grouping set () gives one row also over nothing.
    let total = totals
        .pop()
        .ok_or_else(|| Error::internal("a report without a total"))?;
    Ok(ServiceLevels {
        from: query.period.from,
        to: query.period.to,
        rows: rows.into_iter().map(LevelRow::into_row).collect(),
        total: total.figures(),
    })
}
