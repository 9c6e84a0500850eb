//! A whole form with its files (`multipart/form-data`), part after part: only one file is held at a time.

use actix_multipart::Multipart;
use actix_web::{HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::body::MAX_BODY;
use crate::platform::error::Error;

/// Most parts of a form: tables of 30 rows and every upload are far below.
const MAX_PARTS: usize = 1_000;
/// Most bytes of a form with all its files; what is beyond is not read.
const MAX_TOTAL: usize = 200 * 1024 * 1024;

/// One part of a form.
pub enum Part {
    Text {
        name: String,
        value: String,
    },
    /// A file that was chosen; controls left empty are passed over.
    File {
        name: String,
        content: Content,
    },
}

/// What came of a file.
pub enum Content {
    Bytes(Vec<u8>),
    /// Longer than allowed: read to its end and thrown away, so that the rest of the form is still heard.
    TooLarge,
}

/// Reads a form.
pub struct Parts {
    parts: Multipart,
    file_limit: usize,
    count: usize,
    text: usize,
    total: usize,
    hash: Sha256,
}

impl Parts {
    /// A handler calls it after it knows who is calling. Files may have up to `file_limit` bytes.
    ///
    /// # Errors
    /// 415 for another kind of body.
    pub fn new(req: &HttpRequest, payload: web::Payload, file_limit: usize) -> Result<Self, Error> {
        if !req.content_type().eq_ignore_ascii_case("multipart/form-data") {
            return Err(Error::UnsupportedMediaType);
        }
        Ok(Self {
            parts: Multipart::new(req.headers(), payload),
            file_limit,
            count: 0,
            text: 0,
            total: 0,
            hash: Sha256::new(),
        })
    }

    /// The next part; none at the end.
    ///
    /// # Errors
    /// 400 for broken multipart or text that is not UTF-8 or holds NUL; 413 beyond the limits of the whole.
    pub async fn next(&mut self) -> Result<Option<Part>, Error> {
        while let Some(part) = self.parts.next().await {
            let mut part = part.map_err(|_| malformed())?;
            self.count += 1;
            if self.count > MAX_PARTS {
                return Err(Error::TooLarge);
            }
            let name = part.name().unwrap_or_default().to_owned();
            let is_file = part.content_disposition().is_some_and(|d| d.get_filename().is_some());
            let limit = if is_file { self.file_limit } else { MAX_BODY };
            let (mut bytes, mut length) = (Vec::new(), 0_usize);
            self.hash.update(name.as_bytes());
            self.hash.update([0]);
            while let Some(chunk) = part.next().await {
                let chunk = chunk.map_err(|_| malformed())?;
                length += chunk.len();
                self.total += chunk.len();
                if self.total > MAX_TOTAL {
                    return Err(Error::TooLarge);
                }
                self.hash.update(&chunk);
                if length <= limit {
                    bytes.extend_from_slice(&chunk);
                }
            }
            self.hash.update(length.to_le_bytes());
            if !is_file {
                return self.text(name, bytes, length).map(Some);
            }
            if length > 0 {
                let content = if length > limit {
                    Content::TooLarge
                } else {
                    Content::Bytes(bytes)
                };
                return Ok(Some(Part::File { name, content }));
            }
        }
        Ok(None)
    }

    fn text(&mut self, name: String, bytes: Vec<u8>, length: usize) -> Result<Part, Error> {
        self.text += length;
        if self.text > MAX_BODY {
            return Err(Error::TooLarge);
        }
        let value = String::from_utf8(bytes).map_err(|_| malformed())?;
        if value.contains('\0') || name.contains('\0') {
            return Err(malformed());
        }
        Ok(Part::Text { name, value })
    }

    /// The hash of all names and contents (for Idempotency-Key: a boundary differs in every repeat).
    #[must_use]
    pub fn hash(self) -> Vec<u8> {
        self.hash.finalize().to_vec()
    }
}

fn malformed() -> Error {
    Error::BadRequest { code: "malformed_body" }
}

#[cfg(test)]
mod tests {
    use actix_web::FromRequest;
    use actix_web::test::TestRequest;

    use super::*;

    async fn read(body: &str, file_limit: usize) -> Result<(Vec<String>, Vec<u8>), Error> {
        let body = body.replace('\n', "\r\n");
        let (req, mut payload) = TestRequest::post()
            .insert_header(("content-type", "multipart/form-data; boundary=x"))
            .set_payload(body)
            .to_http_parts();
        let payload = web::Payload::from_request(&req, &mut payload).await.unwrap();
        let mut parts = Parts::new(&req, payload, file_limit)?;
        let mut seen = Vec::new();
        while let Some(part) = parts.next().await? {
            seen.push(match part {
                Part::Text { name, value } => format!("{name}={value}"),
                Part::File {
                    name,
                    content: Content::Bytes(bytes),
                } => format!("{name}: {} bytes", bytes.len()),
                Part::File {
                    name,
                    content: Content::TooLarge,
                } => format!("{name}: too large"),
            });
        }
        Ok((seen, parts.hash()))
    }

    fn part(name: &str, file: Option<&str>, content: &str) -> String {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        format!("--x\nContent-Disposition: form-data; name=\"{name}\"{file}\n\n{content}\n")
    }

    #[actix_web::test]
    async fn texts_and_files_come_in_order_and_empty_file_controls_do_not() {
        let body = [
            part("csrf", None, "t"),
            part("attachments.ktp", Some("a.jpg"), "12345"),
            part("attachments.kk", Some(""), ""),
            part("attachments.kk", Some("b.jpg"), "1234567"),
            part("fields.keperluan", None, "é"),
        ]
        .concat()
            + "--x--\n";
        let (seen, hash) = read(&body, 5).await.unwrap();
        assert_eq!(
            seen,
            [
                "csrf=t",
                "attachments.ktp: 5 bytes",
                "attachments.kk: too large",
                "fields.keperluan=é"
            ]
        );
        let (_, same) = read(&body, 5).await.unwrap();
        let (_, other) = read(&body.replace("12345\n", "12346\n"), 5).await.unwrap();
        assert!(hash == same && hash != other);
    }

    #[actix_web::test]
    async fn broken_forms_are_refused() {
        for body in [
            "",
            "--x\n",
            "--x\nContent-Disposition: form-data; name=\"a\"\n\nb",
            "junk",
        ] {
            assert_eq!(
                read(body, 5).await.err().map(|e| e.status().as_u16()),
                Some(400),
                "{body}"
            );
        }
        let nul = part("a", None, "b\0") + "--x--\n";
        assert_eq!(read(&nul, 5).await.err().map(|e| e.code()), Some("malformed_body"));
        let many = part("a", None, "b").repeat(MAX_PARTS + 1) + "--x--\n";
        assert_eq!(read(&many, 5).await.err().map(|e| e.code()), Some("too_large"));
    }
}
