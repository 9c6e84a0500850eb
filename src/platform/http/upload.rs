//! One uploaded file (`multipart/form-data`, field `file`), read whole within a limit.

use actix_multipart::Multipart;
use actix_web::{HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use crate::platform::error::Error;

/// How much of a body that is too long is read and thrown away, so that the refusal reaches the client.
const PATIENCE: usize = 64 * 1024 * 1024;

/// The bytes of an upload and their hash (for Idempotency-Key: a boundary differs in every repeat).
pub struct Upload {
    pub bytes: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Upload {
    /// Reads the first field named `file`; a handler calls it after it knows who is calling.
    ///
    /// # Errors
    /// 415 for another kind of body, 413 beyond `limit` bytes, 400 for broken multipart, 422 without `file`.
    pub async fn read(req: &HttpRequest, payload: web::Payload, limit: usize) -> Result<Self, Error> {
        if !req.content_type().eq_ignore_ascii_case("multipart/form-data") {
            return Err(Error::UnsupportedMediaType);
        }
        let mut parts = Multipart::new(req.headers(), payload);
        let mut found: Option<Vec<u8>> = None;
        let mut total = 0_usize;
        let mut is_too_large = false;
        while let Some(part) = parts.next().await {
            let mut part = part.map_err(|_| malformed())?;
            let wanted = found.is_none() && part.name() == Some("file");
            let mut bytes = Vec::new();
            while let Some(chunk) = part.next().await {
                let chunk = chunk.map_err(|_| malformed())?;
                total += chunk.len();
                is_too_large |= total > limit;
                if total > limit.saturating_add(PATIENCE) {
                    return Err(Error::TooLarge);
                }
                if wanted && !is_too_large {
                    bytes.extend_from_slice(&chunk);
                }
            }
            if wanted {
                found = Some(bytes);
            }
        }
        if is_too_large {
            return Err(Error::TooLarge);
        }
        let bytes = found.ok_or_else(|| Error::field("file", "required", "Sertakan berkas pada isian file."))?;
        Ok(Self {
            hash: Sha256::digest(&bytes).to_vec(),
            bytes,
        })
    }
}

fn malformed() -> Error {
    Error::BadRequest { code: "malformed_body" }
}
