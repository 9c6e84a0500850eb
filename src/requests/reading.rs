//! Reading what a person wrote against the world of the request: its service, areas and calendar.

use diesel::PgConnection;
use serde_json::Value;
use uuid::Uuid;

use super::error::RequestError;
use super::store;
use super::world::World;
use crate::app::Ctx;
use crate::areas::AreaCode;
use crate::letters;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::services::fields::{Origin, ParseContext};
use crate::services::{RawSubmission, Submission, SubmissionContext, parse_submission};

/// The kecamatan that a submission's area lies in; for a code that is none the cell's own, and reading says so.
///
/// # Errors
/// `Internal` when the configured kecamatan is no code.
pub fn kecamatan_of(ctx: &Ctx<'_>, area: &Value) -> Result<AreaCode, Error> {
    match area
        .as_str()
        .and_then(|code| AreaCode::parse(code).ok())
        .and_then(|area| area.parent())
    {
        Some(kecamatan) => Ok(kecamatan),
        None => AreaCode::parse(&ctx.config.kecamatan).map_err(Error::internal),
    }
}

/// Reads a whole submission.
///
/// # Errors
/// `Invalid` with every wrong field at once.
pub fn read(ctx: &Ctx<'_>, world: &World, raw: &RawSubmission, origin: Origin) -> Result<Submission, RequestError> {
    let serves = |area: &AreaCode| world.areas.serves(area);
    let knows_region = |area: &AreaCode| world.areas.get(area).is_some();
    let is_working_day = |date| world.calendar.is_working_day(date);
    let context = SubmissionContext {
        parse: ParseContext {
            origin,
            zone: ctx.config.zone,
            printable: |text| letters::font::unprintable(text, letters::font::Lines::Many),
        },
        today: world.calendar.today(ctx.now),
        serves: &serves,
        knows_region: &knows_region,
        is_working_day: &is_working_day,
    };
    parse_submission(world.definition(), raw, &context).map_err(RequestError::Invalid)
}

/// Whether every upload that is not on the request already is the submitter's and free.
///
/// # Errors
/// `Invalid` at the kinds that are not.
pub fn check_attachments(
    conn: &mut PgConnection,
    submission: &Submission,
    already_there: &[Uuid],
    owner: Uuid,
) -> Result<(), RequestError> {
    let new: Vec<Uuid> = submission
        .attachments
        .iter()
        .map(|file| file.id)
        .filter(|id| !already_there.contains(id))
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    refuse_unusable(submission, &new, &store::free_attachments(conn, &new, owner)?)
}

/// Refuses the uploads among `new` that are not free.
///
/// # Errors
/// `Invalid` at their kinds.
pub fn refuse_unusable(submission: &Submission, new: &[Uuid], free: &[Uuid]) -> Result<(), RequestError> {
    let errors: Vec<FieldError> = submission
        .attachments
        .iter()
        .filter(|file| new.contains(&file.id) && !free.contains(&file.id))
        .map(|file| unusable(&file.kind))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(RequestError::Invalid(errors))
    }
}

/// An upload that is not the actor's to use.
#[must_use]
pub fn unusable(kind: &str) -> FieldError {
    FieldError::new(
        format!("attachments.{kind}"),
        "attachment_unusable",
        "Berkas ini tidak ada, bukan milik Anda, atau sudah dipakai permohonan lain. Unggah lagi.",
    )
}

/// Two submissions that race for one upload: the second is told as if it had looked a moment later.
pub fn already_used(error: Error) -> RequestError {
    use diesel::result::{DatabaseErrorKind, Error as DieselError};
    if let Error::Internal(cause) = &error
        && let Some(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info)) =
            cause.downcast_ref::<DieselError>()
        && info.table_name() == Some("request_attachments")
    {
        return RequestError::Invalid(vec![FieldError::new(
            "attachments",
            "attachment_unusable",
            "Salah satu berkas sudah dipakai permohonan lain. Unggah lagi.",
        )]);
    }
    error.into()
}
