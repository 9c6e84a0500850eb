//! NIK and KK leave the answers before they are stored and come back when they are read. They are sealed under
//! the data key of the applicant.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::{Value, json};

use crate::accounts::person_key::IDENTIFIER;
use crate::platform::crypto::DataKey;
use crate::platform::error::Error;
use crate::platform::ids::Entropy;
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
