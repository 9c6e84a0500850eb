//! A submission in few round trips: one statement reads all that it must know, one stores all that it makes. Both are
//! functions of the database (migration 13), since a plain INSERT fills one table. The documents that `insert` sends
//! are rows by column: each room makes its own, and the database refuses a column that is missing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Jsonb, Text, Timestamptz, Uuid as SqlUuid};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Contents, Request};
use crate::platform::error::Error;
use crate::platform::stamp::Stamp;
use crate::platform::time::exact;

#[diesel::declare_sql_function]
extern "SQL" {
    fn submission_facts(
        nik_hash: Binary,
        fresh_key: Binary,
        fresh_key_id: Text,
        now: Timestamptz,
        owner: SqlUuid,
        uploads: Array<SqlUuid>,
        kepling_area: Text,
    ) -> Jsonb;

    /// Returns nothing, which reads as an empty text.
    fn store_submission(
        request: Jsonb,
        contents: Jsonb,
        event: Jsonb,
        uploads: Jsonb,
        measures: Jsonb,
        assignments: Jsonb,
        mails: Jsonb,
    ) -> Text;
}

/// What is asked of the database.
pub struct Question<'a> {
    pub nik_hash: &'a [u8],
    /// Used if the person has no data key yet.
    pub fresh_key: &'a [u8],
    pub fresh_key_id: &'a str,
    pub now: DateTime<Utc>,
    pub owner: Uuid,
    pub uploads: &'a [Uuid],
    pub lingkungan: &'a str,
}

/// What it answers.
#[derive(Debug, Deserialize)]
pub struct Facts {
    /// Of areas, calendars and catalogue.
    pub stamp: Stamp,
    /// In hexadecimal digits.
    pub wrapped_key: String,
    pub master_key_id: String,
    /// The account that has proven the NIK.
    pub verified: Option<Recipient>,
    /// Those of the uploads that are the owner's and serve no request.
    pub free_uploads: Vec<Uuid>,
    /// Whether the lingkungan has a kepling, on leave or not.
    pub kepling_appointed: bool,
}

/// Whom a mail goes to.
#[derive(Debug, Clone, Deserialize)]
pub struct Recipient {
    pub id: Uuid,
    pub name: String,
    pub email: String,
}

/// # Errors
/// What the database says.
pub fn facts(conn: &mut PgConnection, question: &Question<'_>) -> Result<Facts, Error> {
    let answer: Value = diesel::select(submission_facts(
        question.nik_hash,
        question.fresh_key,
        question.fresh_key_id,
        question.now,
        question.owner,
        question.uploads,
        question.lingkungan,
    ))
    .get_result(conn)?;
    serde_json::from_value(answer).map_err(Error::internal)
}

/// A request and everything that is stored with it, as rows by column.
pub struct Documents<'a> {
    pub request: &'a Request,
    pub contents: &'a Contents,
    pub event: Value,
    /// Kind and upload.
    pub uploads: &'a [(String, Uuid)],
    pub measures: Value,
    pub assignment: Option<Value>,
    pub mail: Option<Value>,
}

/// # Errors
/// What the database says; a second use of an upload breaks the unique key of `request_attachments`.
pub fn insert(conn: &mut PgConnection, new: &Documents<'_>) -> Result<(), Error> {
    let uploads: Vec<Value> = (0_i16..)
        .zip(new.uploads)
        .map(|(place, (kind, id))| {
            json!({ "request_id": new.request.id, "attachment_id": id, "kind": kind, "place": place })
        })
        .collect();
    let contents = json!({
        "request_id": new.contents.request_id,
        "relation": new.contents.relation,
        "applicant": new.contents.applicant,
        "fields": new.contents.fields,
    });
    let list = |line: &Option<Value>| Value::Array(line.iter().cloned().collect());
    diesel::select(store_submission(
        request_row(new.request),
        contents,
        &new.event,
        Value::Array(uploads),
        &new.measures,
        list(&new.assignment),
        list(&new.mail),
    ))
    .execute(conn)?;
    Ok(())
}

/// Binary columns as Postgres reads them in a text.
pub(in crate::requests) fn bytes(bytes: &[u8]) -> String {
    format!("\\x{}", hex::encode(bytes))
}

fn request_row(request: &Request) -> Value {
    json!({
        "id": request.id,
        "tracking_code": request.tracking_code,
        "service_code": request.service_code,
        "service_version": request.service_version,
        "area": request.area,
        "lingkungan": request.lingkungan,
        "kecamatan": request.kecamatan,
        "submitter": request.submitter,
        "applicant_account": request.applicant_account,
        "applicant_hash": bytes(&request.applicant_hash),
        "applicant_name": request.applicant_name,
        "state": request.state,
        "kepling": request.kepling,
        "step": request.step,
        "step_name": request.step_name,
        "step_position": request.step_position,
        "step_area": request.step_area,
        "step_section": request.step_section,
        "step_due_at": request.step_due_at.map(exact),
        "due_at": request.due_at.map(exact),
        "target_minutes": request.target_minutes,
        "effort_minutes": request.effort_minutes,
        "holder": request.holder,
        "lease_until": request.lease_until.map(exact),
        "reached_kecamatan": request.reached_kecamatan,
        "calendar_version": request.calendar_version,
        "submitted_at": exact(request.submitted_at),
        "ended_at": request.ended_at.map(exact),
        "event_seq": request.event_seq,
        "event_head": bytes(&request.event_head),
        "version": request.version,
    })
}
