//! The report as a page, for lurah, sekcam and camat.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

use super::{GroupBy, RawQuery, ReportQuery, Scope, ServiceLevel, ServiceLevels, api, csv_file, service_levels, words};
use crate::accounts::{Actor, pages::chrome};
use crate::app::{App, Ctx};
use crate::areas::{AreaCode, Areas};
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::platform::http::endpoint;
use crate::platform::indonesian::grouped;
use crate::services;
use crate::shell::{self, Chrome, FormErrors};

/// Addresses of the room's pages.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/laporan").get(show).register(cfg);
    endpoint("/laporan/unduh").get(download).register(cfg);
}

/// Ways to keep rows apart that the form offers; the address takes any.
const GROUPS: [(&str, &str); 7] = [
    ("area", "Kelurahan"),
    ("service", "Layanan"),
    ("month", "Bulan"),
    ("day", "Tanggal (paling lama 31 hari)"),
    ("area,service", "Kelurahan dan layanan"),
    ("area,month", "Kelurahan dan bulan"),
    ("service,month", "Layanan dan bulan"),
];

#[derive(Template)]
#[template(path = "reports/service_levels.html")]
struct Page {
    chrome: Chrome,
    errors: FormErrors,
    from: String,
    to: String,
    /// Empty when there is nothing to choose.
    areas: Vec<Choice>,
    groups: Vec<Choice>,
    table: Option<Table>,
}

struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

struct Table {
    caption: String,
    period: String,
    headings: Vec<&'static str>,
    lines: Vec<Line>,
    total: Line,
    csv: String,
}

/// A row as it is read.
struct Line {
    keys: Vec<String>,
    received: String,
    finished: String,
    on_time: String,
    share: String,
    office: [String; 2],
    resident: [String; 2],
}

/// What the page is made of, from one look at the database.
struct Read {
    report: Result<(ServiceLevels, ReportQuery), Vec<FieldError>>,
    areas: Areas,
    scope: Scope,
    services: BTreeMap<String, String>,
}

async fn show(app: App, actor: Actor, pairs: web::Query<Vec<(String, String)>>) -> Result<HttpResponse, Error> {
    let frame = chrome(Some(&actor), app.keys());
    let raw = RawQuery::from_pairs(pairs.into_inner());
    let asked = raw.clone();
    let read = app.read(move |conn, ctx| read(conn, ctx, &actor, &raw)).await?;
    let status = if read.report.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    shell::page_with_status(&page(frame, &asked, read), status)
}

async fn download(app: App, actor: Actor, pairs: web::Query<Vec<(String, String)>>) -> Result<HttpResponse, Error> {
    let (report, query) = api::read(&app, actor, RawQuery::from_pairs(pairs.into_inner())).await?;
    csv_file::download(&report, &query)
}

fn read(conn: &mut PgConnection, ctx: &Ctx<'_>, actor: &Actor, raw: &RawQuery) -> Result<Read, Error> {
    let report = match service_levels(conn, ctx, actor, raw) {
        Ok(report) => Ok(report),
        Err(Error::Invalid(errors)) => Err(errors),
        Err(Error::Unprocessable { code }) => Err(vec![FieldError::new(
            "to",
            code,
            "Laporan per tanggal paling lama 31 hari. Persempit rentang tanggal.",
        )]),
        Err(other) => return Err(other),
    };
    let services = services::list(conn)?.into_iter();
    Ok(Read {
        report,
        areas: Areas::load(conn)?,
        scope: Scope::of(actor)?,
        services: services.map(|s| (s.definition.code, s.definition.name)).collect(),
    })
}

fn page(chrome: Chrome, asked: &RawQuery, read: Read) -> Page {
    let chosen = asked.area.clone().unwrap_or_default();
    let areas = area_choices(&read, &chosen);
    let (report, errors) = match read.report {
        Ok(report) => (Some(report), Vec::new()),
        Err(errors) => (None, errors),
    };
    let group_by = report.as_ref().map_or_else(
        || asked.group_by.join(","),
        |(_, query)| {
            let words: Vec<&str> = query.group_by.iter().map(|group| group.as_str()).collect();
            words.join(",")
        },
    );
    // What was typed stays; what was left open shows what it came to.
    let date = |typed: &Option<String>, used: fn(&ServiceLevels) -> chrono::NaiveDate| match (typed, &report) {
        (Some(typed), _) => typed.clone(),
        (None, Some((levels, _))) => used(levels).to_string(),
        (None, None) => String::new(),
    };
    Page {
        chrome,
        errors: FormErrors(errors),
        from: date(&asked.from, |levels| levels.from),
        to: date(&asked.to, |levels| levels.to),
        areas,
        groups: choices(
            GROUPS.iter().map(|(v, l)| ((*v).to_owned(), (*l).to_owned())),
            &group_by,
        ),
        table: report.map(|(levels, query)| {
            table(&levels, &query, &chosen, |group, code| match group {
                GroupBy::Service => read.services.get(code).cloned().unwrap_or_else(|| code.to_owned()),
                _ => AreaCode::parse(code).map_or_else(|_| code.to_owned(), |area| read.areas.name(&area)),
            })
        }),
    }
}

/// All that the person may see first; nothing when that is one kelurahan.
fn area_choices(read: &Read, chosen: &str) -> Vec<Choice> {
    let own = read
        .areas
        .kelurahan()
        .filter(|area| read.scope.narrowed_to(&area.code).is_some());
    let own: Vec<(String, String)> = own.map(|area| (area.code.to_string(), area.name.clone())).collect();
    if own.len() < 2 {
        return Vec::new();
    }
    let all = (String::new(), "Semua kelurahan".to_owned());
    choices(std::iter::once(all).chain(own), chosen)
}

fn choices(all: impl Iterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    let choice = |(value, label): (String, String)| Choice {
        is_chosen: value == chosen,
        value,
        label,
    };
    all.map(choice).collect()
}

fn table(levels: &ServiceLevels, query: &ReportQuery, area: &str, names: impl Fn(GroupBy, &str) -> String) -> Table {
    let groups = &query.group_by;
    let lines = levels.rows.iter().map(|row| {
        let keys = groups.iter().map(|group| words::key(&row.key, *group, &names));
        line(keys.collect(), &row.figures)
    });
    let whose = AreaCode::parse(area).map_or_else(|_| String::new(), |_| format!(", {}", names(GroupBy::Area, area)));
    let period = words::days(levels.from, levels.to);
    let by: Vec<&str> = groups.iter().map(|group| group.as_str()).collect();
    let csv = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("from", &levels.from.to_string())
        .append_pair("to", &levels.to.to_string())
        .append_pair("area", area)
        .append_pair("group_by", &by.join(","))
        .finish();
    Table {
        caption: format!("Tingkat layanan{whose}, {period}"),
        period,
        headings: groups.iter().map(|group| words::heading(*group)).collect(),
        lines: lines.collect(),
        total: line(Vec::new(), &levels.total),
        csv: format!("/laporan/unduh?{csv}"),
    }
}

fn line(keys: Vec<String>, level: &ServiceLevel) -> Line {
    Line {
        keys,
        received: grouped(level.received),
        finished: grouped(level.finished),
        on_time: grouped(level.on_time),
        share: words::share(level),
        office: [level.office_minutes.p50, level.office_minutes.p90].map(words::duration),
        resident: [level.resident_minutes.p50, level.resident_minutes.p90].map(words::duration),
    }
}
