//! A form with files as it arrives: fields are kept as typed, files are taken in at once, so that nothing has to be
//! chosen again when a field is wrong.

use actix_web::{HttpRequest, web};

use super::drafts::Aside;
use super::messages;
use crate::accounts::Actor;
use crate::accounts::api::check_csrf;
use crate::app::App;
use crate::areas::AreaCode;
use crate::files::{self, api::take_in};
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::platform::http::{Content, Part, Parts};
use crate::services::FormValues;

/// Most files of one form.
const MAX_FILES: usize = 60;
/// Longer than any kind of paper is named.
const MAX_NAME: usize = 80;

/// What a browser sent.
pub(super) struct Posted {
    /// Fields as typed, and the ids of all files under `attachments.{kind}`.
    pub values: FormValues,
    /// Why files were refused, at their kind.
    pub errors: Vec<FieldError>,
    /// The form's idempotency key.
    pub key: String,
    /// The table that shall get more rows; the form is then not sent yet.
    pub grow: String,
    pub version: Option<i32>,
    /// Put aside, not sent.
    pub save: bool,
    /// The draft that the form grew from.
    pub aside: Aside,
    pub hash: Vec<u8>,
}

/// Reads the form of a person who is logged in. Its token comes before its files, or they are not taken.
///
/// # Errors
/// `csrf`; as `Parts`; `Unavailable` when too many uploads are waiting.
pub(super) async fn read(app: &App, actor: &Actor, req: &HttpRequest, payload: web::Payload) -> Result<Posted, Error> {
    let mut parts = Parts::new(req, payload, app.config().upload_bytes)?;
    let mut posted = Posted {
        values: FormValues::default(),
        errors: Vec::new(),
        key: String::new(),
        grow: String::new(),
        version: None,
        save: false,
        aside: Aside::default(),
        hash: Vec::new(),
    };
    let (mut is_ours, mut files) = (false, 0);
    while let Some(part) = parts.next().await? {
        match part {
            Part::Text { name, value } => match name.as_str() {
                "csrf" => {
                    check_csrf(actor, app.keys(), &value)?;
                    is_ours = true;
                }
                "kunci" => posted.key = value,
                "tambah" => posted.grow = value,
                "simpan" => posted.save = true,
                "draf" => posted.aside.id = value,
                "draf_versi" => posted.aside.version = value,
                "version" => posted.version = value.parse().ok(),
                _ => posted.values.put(name, value),
            },
            Part::File { name, content } if is_ours && is_paper(&name) && files < MAX_FILES => {
                files += 1;
                match file(app, actor, content).await {
                    Ok(id) => posted.values.put(name, id),
                    Err(Error::Invalid(errors)) => posted.errors.extend(at(&name, errors)),
                    Err(other) => return Err(other),
                }
            }
            Part::File { .. } => {}
        }
    }
    if !is_ours {
        return Err(Error::Forbidden { code: "csrf" });
    }
    add_kelurahan(&mut posted.values);
    posted.hash = parts.hash();
    Ok(posted)
}

fn is_paper(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name
            .strip_prefix("attachments.")
            .is_some_and(|kind| kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

/// Cleans, seals and names one file: from then on it waits a day for its request.
async fn file(app: &App, actor: &Actor, content: Content) -> Result<String, Error> {
    let Content::Bytes(bytes) = content else {
        return Err(Error::field("file", "too_large", messages::TOO_LARGE));
    };
    let sealed = take_in(app, bytes).await?;
    let (id, owner) = (sealed.id, actor.account_id);
    app.write(move |conn, ctx| files::record(conn, ctx, owner, &sealed))
        .await?;
    Ok(id.to_string())
}

fn at(name: &str, errors: Vec<FieldError>) -> impl Iterator<Item = FieldError> {
    errors.into_iter().map(move |error| FieldError {
        field: name.to_owned(),
        ..error
    })
}

/// The lingkungan that was chosen tells the kelurahan.
fn add_kelurahan(values: &mut FormValues) {
    let chosen = AreaCode::parse(values.first("applicant.lingkungan")).ok();
    if let Some(kelurahan) = chosen.and_then(|lingkungan| lingkungan.parent())
        && values.first("applicant.kelurahan_code").is_empty()
    {
        values.put("applicant.kelurahan_code", kelurahan.as_str());
    }
}
