//! NIK and KK leave the answers before they are stored and come back when they are read. They are sealed under
//! the data key of the applicant.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use diesel::PgConnection;
use serde_json::{Value, json};

use super::error::RequestError;
use super::store::{Contents, Request};
use super::world::World;
use crate::accounts::person_key::{self, IDENTIFIER};
use crate::app::Ctx;
use crate::platform::crypto::DataKey;
use crate::platform::error::Error;
use crate::platform::ids::Entropy;
use crate::services::Submission;
use crate::services::catalogue::applicant_fields;
use crate::services::fields::{Field, map_identifiers};

/// Replaces every identifier by `{"sealed": ..}`.
///
/// # Errors
/// What the cipher says.
pub fn seal(fields: &[Field], answers: &mut Value, key: &DataKey, entropy: Entropy) -> Result<(), Error> {
    map_identifiers(fields, answers, &mut |_, value| {
        let Some(digits) = value.as_str() else {
            return Ok(value.clone());
        };
        let sealed = key.seal(entropy, IDENTIFIER, digits.as_bytes())?;
        Ok::<_, Error>(json!({ "sealed": STANDARD_NO_PAD.encode(sealed) }))
    })
}

/// Puts the identifiers back.
///
/// # Errors
/// `Internal` when a value was altered or its key is gone.
pub fn open(fields: &[Field], answers: &mut Value, key: &DataKey) -> Result<(), Error> {
    map_identifiers(fields, answers, &mut |_, value| {
        let Some(sealed) = value.get("sealed").and_then(Value::as_str) else {
            return Ok(value.clone());
        };
        let bytes = STANDARD_NO_PAD.decode(sealed).map_err(Error::internal)?;
        let digits = key.open(IDENTIFIER, &bytes)?;
        Ok::<_, Error>(Value::String(String::from_utf8_lossy(&digits).into_owned()))
    })
}

/// The answers as they are stored.
///
/// # Errors
/// What the database or the cipher says.
pub fn contents(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    submission: &Submission,
) -> Result<Contents, RequestError> {
    let key = person_key::ensure(conn, ctx, &request.applicant_hash)?;
    contents_with(ctx, world, request, submission, &key)
}

/// The same with the person's key at hand.
///
/// # Errors
/// What the cipher says.
pub fn contents_with(
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    submission: &Submission,
    key: &DataKey,
) -> Result<Contents, RequestError> {
    let (mut applicant, mut fields) = (submission.applicant.to_value(), submission.fields.to_value());
    seal(applicant_fields(), &mut applicant, key, ctx.entropy)?;
    seal(&world.definition().fields, &mut fields, key, ctx.entropy)?;
    Ok(Contents {
        request_id: request.id,
        relation: submission.relation,
        applicant,
        fields,
    })
}
