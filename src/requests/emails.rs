//! What the resident is told by mail at each turn. Rendered when it happens, so it says what was true then.

use askama::Template;
use diesel::PgConnection;
use uuid::Uuid;

use super::advance::Change;
use super::conversation::Side;
use super::messages;
use super::stage::Action;
use super::store::Request;
use super::store::messages::Message as Written;
use super::world::World;
use crate::accounts::Person;
use crate::app::Ctx;
use crate::letters;
use crate::notifications::{self, Message};
use crate::platform::error::Error;

#[derive(Template)]
#[template(path = "requests/emails/progress.html")]
struct Html<'a>(&'a Progress);

#[derive(Template)]
#[template(path = "requests/emails/progress.txt", escape = "none")]
struct Text<'a>(&'a Progress);

struct Progress {
    subject: String,
    name: String,
    paragraphs: Vec<String>,
    /// What an officer wrote.
    note: Option<String>,
    code: String,
    link: String,
    button: &'static str,
}

/// Enqueues the mail of a change, if it has one, in the transaction of the change.
///
/// # Errors
/// What the database says.
pub fn tell(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    change: &Change<'_>,
) -> Result<(), Error> {
    if messages::mail(change.action).is_none() {
        return Ok(());
    }
    let person = Person::get(conn, request.applicant_account.unwrap_or(request.submitter))?;
    let letter = match change.action {
        Action::Issue => letters::summary(conn, request.id)?.map(|letter| letter.number),
        _ => None,
    };
    match message(ctx, world, request, change, (&person.name, &person.email), letter)? {
        Some(message) => notifications::enqueue(conn, ctx, &message),
        None => Ok(()),
    }
}

/// The mail of a change to a person (name and address), if it has one.
///
/// # Errors
/// `Internal` when a template fails.
pub fn message(
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    change: &Change<'_>,
    (name, email): (&str, &str),
    letter_number: Option<String>,
) -> Result<Option<Message>, Error> {
    let Some(words) = messages::mail(change.action) else {
        return Ok(None);
    };
    let service = &world.definition().name;
    let due = request
        .due_at
        .map(|at| messages::moment(at, ctx.config.zone))
        .unwrap_or_default();
    let mut paragraphs = vec![words.lead.replace("{layanan}", service).replace("{batas}", &due)];
    paragraphs.extend(letter_number.map(|number| format!("Nomor surat: {number}.")));
    paragraphs.push(words.next.to_owned());
    let progress = Progress {
        subject: format!("{}: {service}", words.subject),
        name: name.to_owned(),
        paragraphs,
        note: change.note.map(str::to_owned),
        code: request.tracking_code.clone(),
        link: ctx.config.link(&format!("/permohonan/{}", request.id)),
        button: words.button,
    };
    let dedupe_key = format!("request:{}:{}:mail", request.id, request.event_seq);
    rendered(email.to_owned(), &progress, dedupe_key).map(Some)
}

/// Enqueues the mail that the office wrote to the resident, with what it wrote.
///
/// # Errors
/// What the database says.
pub fn message_to_resident(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    request: &Request,
    written: &Written,
) -> Result<(), Error> {
    let to = request.applicant_account.unwrap_or(request.submitter);
    tell_of_message(conn, ctx, request, written, to, messages::MESSAGE_TO_RESIDENT)
}

/// Enqueues the mail that the resident wrote to the office. The text stays in the portal.
///
/// # Errors
/// What the database says.
pub fn message_to_officer(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    request: &Request,
    written: &Written,
    officer: Uuid,
) -> Result<(), Error> {
    tell_of_message(conn, ctx, request, written, officer, messages::MESSAGE_TO_OFFICER)
}

fn tell_of_message(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    request: &Request,
    written: &Written,
    to: Uuid,
    words: messages::Mail,
) -> Result<(), Error> {
    let reference = ctx.reference(conn)?;
    let service = reference.version(&request.service_code, request.service_version)?;
    let service = &service.definition.name;
    let person = Person::get(conn, to)?;
    let progress = Progress {
        subject: format!("{}: {service}", words.subject),
        name: person.name,
        paragraphs: vec![words.lead.replace("{layanan}", service), words.next.to_owned()],
        note: written.body.clone().filter(|_| written.side == Side::Office),
        code: request.tracking_code.clone(),
        link: ctx.config.link(&format!("/permohonan/{}#pesan", request.id)),
        button: words.button,
    };
    let mail = rendered(person.email, &progress, format!("message:{}:mail", written.id))?;
    notifications::enqueue(conn, ctx, &mail)
}

fn rendered(to: String, progress: &Progress, dedupe_key: String) -> Result<Message, Error> {
    Ok(Message {
        to,
        subject: progress.subject.clone(),
        text: Text(progress).render().map_err(Error::internal)?,
        html: Html(progress).render().map_err(Error::internal)?,
        dedupe_key,
    })
}
