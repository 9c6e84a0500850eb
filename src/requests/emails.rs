//! What the resident is told by mail at each turn. Rendered when it happens, so it says what was true then.

use askama::Template;
use diesel::PgConnection;
use serde_json::Value;
use uuid::Uuid;

use super::act::is_final;
use super::advance::Change;
use super::conversation::Side;
use super::events::{self, Event};
use super::messages::{self, Mail};
use super::stage::Action;
use super::store::Request;
use super::store::messages::Message as Written;
use super::world::World;
use crate::accounts::Person;
use crate::app::Ctx;
use crate::letters;
use crate::notifications::{self, Message};
use crate::platform::error::Error;
use crate::services::catalogue::applicant_fields;

#[derive(Template)]
#[template(path = "requests/emails/progress.html")]
struct Html<'a>(&'a Progress);

#[derive(Template)]
#[template(path = "requests/emails/progress.txt", escape = "none")]
struct Text<'a>(&'a Progress);

struct Progress {
    subject: String,
    name: String,
    lead: String,
    /// What an officer (or, to the superior, the resident) wrote.
    note: Option<String>,
    paragraphs: Vec<String>,
    code: String,
    link: String,
    button: &'static str,
}

/// What the sentences are filled with.
struct Facts<'a> {
    service: &'a str,
    kelurahan: String,
    due: String,
    step_due: String,
    code: &'a str,
    link: String,
}

impl<'a> Facts<'a> {
    fn of(ctx: &Ctx<'_>, world: &'a World, request: &'a Request) -> Self {
        let moment = |at: Option<_>| at.map(|at| messages::moment(at, ctx.config.zone)).unwrap_or_default();
        Self {
            service: &world.definition().name,
            kelurahan: world.areas.name(&request.area),
            due: moment(request.due_at),
            step_due: moment(request.step_due_at),
            code: &request.tracking_code,
            link: ctx.config.link(&format!("/permohonan/{}", request.id)),
        }
    }

    fn fill(&self, sentence: &str) -> String {
        sentence
            .replace("{layanan}", self.service)
            .replace("{kelurahan}", &self.kelurahan)
            .replace("{batas_langkah}", &self.step_due)
            .replace("{batas}", &self.due)
    }
}

/// Enqueues the mails of a change, if it has any, in the transaction of the change. `history` is what was before it.
///
/// # Errors
/// What the database says.
pub fn tell(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    change: &Change<'_>,
    history: &[Event],
) -> Result<(), Error> {
    let Some(words) = messages::mail(change.action) else {
        return Ok(());
    };
    let person = Person::get(conn, request.applicant_account.unwrap_or(request.submitter))?;
    let facts = Facts::of(ctx, world, request);
    let mut progress = compose(&words, &facts, &person.name, quoted(change));
    match change.action {
        Action::Issue => {
            if let Some(letter) = letters::summary(conn, request.id)? {
                progress.paragraphs.insert(0, number(&letter.number, change));
            }
        }
        Action::Correct => progress.paragraphs.insert(0, mended(world, change)),
        Action::Reject if is_final(request, history) => {
            progress.paragraphs = vec![messages::FINAL_REJECTION.to_owned()];
        }
        _ => {}
    }
    let key = key(request);
    send(conn, ctx, &person.email, &progress, key.clone())?;
    if change.action == Action::Object
        && let Some(superior) = request.holder
    {
        let superior = Person::get(conn, superior)?;
        let progress = compose(&messages::OBJECTION, &facts, &superior.name, quoted(change));
        send(conn, ctx, &superior.email, &progress, format!("{key}:superior"))?;
    }
    Ok(())
}

/// The mail of a change to a person (name and address), where only the change matters; if it has one.
///
/// # Errors
/// `Internal` when a template fails.
pub fn message(
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    change: &Change<'_>,
    (name, email): (&str, &str),
) -> Result<Option<Message>, Error> {
    let Some(words) = messages::mail(change.action) else {
        return Ok(None);
    };
    let progress = compose(&words, &Facts::of(ctx, world, request), name, quoted(change));
    Ok(Some(rendered(email, &progress, key(request))?))
}

/// Reminds of a request that waits for the resident; `key` makes that happen once.
///
/// # Errors
/// What the database says.
pub fn remind(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &Request,
    key: String,
) -> Result<(), Error> {
    let person = Person::get(conn, request.applicant_account.unwrap_or(request.submitter))?;
    let notes = events::notes(conn, request.id)?;
    let note = notes.into_iter().find(|(seq, _)| *seq == request.event_seq);
    let reason = events::of_request(conn, request.id)?.pop();
    let reason = reason.as_ref().and_then(|event| reason_of(&event.data));
    let note = note.map(|(_, note)| note).or_else(|| reason.map(str::to_owned));
    let progress = compose(&messages::REMINDER, &Facts::of(ctx, world, request), &person.name, note);
    send(conn, ctx, &person.email, &progress, key)
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
        lead: words.lead.replace("{layanan}", service),
        paragraphs: vec![words.next.to_owned()],
        note: written.body.clone().filter(|_| written.side == Side::Office),
        code: request.tracking_code.clone(),
        link: ctx.config.link(&format!("/permohonan/{}#pesan", request.id)),
        button: words.button,
    };
    let mail = rendered(&person.email, &progress, format!("message:{}:mail", written.id))?;
    notifications::enqueue(conn, ctx, &mail)
}

fn compose(words: &Mail, facts: &Facts<'_>, name: &str, note: Option<String>) -> Progress {
    Progress {
        subject: format!("{}: {}", words.subject, facts.service),
        name: name.to_owned(),
        lead: facts.fill(words.lead),
        note,
        paragraphs: vec![facts.fill(words.next)],
        code: facts.code.to_owned(),
        link: facts.link.clone(),
        button: words.button,
    }
}

/// What was written to whom the mail goes. What one officer writes to another stays in the office.
fn quoted(change: &Change<'_>) -> Option<String> {
    if change.action == Action::SendBack {
        return None;
    }
    let reason = change.reason_code.map(messages::reason);
    change.note.or(reason).map(str::to_owned)
}

fn reason_of(data: &Value) -> Option<&'static str> {
    data.get("reason_code").and_then(Value::as_str).map(messages::reason)
}

fn number(number: &str, change: &Change<'_>) -> String {
    let number = format!("{}{number}.", messages::LETTER_NUMBER);
    match change.data.get("replaces") {
        Some(Value::String(_)) => format!("{number} {}", messages::REPLACES),
        _ => number,
    }
}

/// The names of the answers that changed, as the form asks for them; never the answers.
fn mended(world: &World, change: &Change<'_>) -> String {
    let keys = |place: &str| change.data.get(place).and_then(Value::as_array).into_iter().flatten();
    let mut names: Vec<&str> = Vec::new();
    for (place, fields) in [
        ("applicant", applicant_fields()),
        ("fields", world.definition().fields.as_slice()),
    ] {
        let label = |key: &Value| fields.iter().find(|field| Some(field.key.as_str()) == key.as_str());
        names.extend(keys(place).filter_map(label).map(|field| field.label.as_str()));
    }
    if keys("attachments").next().is_some() {
        names.push(messages::MENDED_PAPERS);
    }
    let told = format!("{}{}.", messages::MENDED, names.join(", "));
    if change.transition.voids.is_some() {
        format!("{told} {}", messages::SIGNED_AGAIN)
    } else {
        told
    }
}

/// One mail of each event, whoever gets it and however often it is tried.
fn key(request: &Request) -> String {
    format!("request:{}:{}:mail", request.id, request.event_seq)
}

fn rendered(to: &str, progress: &Progress, dedupe_key: String) -> Result<Message, Error> {
    Ok(Message {
        to: to.to_owned(),
        subject: progress.subject.clone(),
        text: Text(progress).render().map_err(Error::internal)?,
        html: Html(progress).render().map_err(Error::internal)?,
        dedupe_key,
    })
}

fn send(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    to: &str,
    progress: &Progress,
    dedupe_key: String,
) -> Result<(), Error> {
    notifications::enqueue(conn, ctx, &rendered(to, progress, dedupe_key)?)
}

#[cfg(test)]
#[path = "emails_tests.rs"]
mod tests;
