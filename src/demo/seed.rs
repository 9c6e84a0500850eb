//! The people of the demo in its database, made at the first start.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::logins::{Login, Logins};
use super::people::{Member, roster};
use crate::accounts::invitation::NewAppointment;
use crate::accounts::seed::{self, Identity, Person};
use crate::accounts::totp::TotpSecret;
use crate::accounts::{Email, Password, Phone};
use crate::app::App;
use crate::areas::{self, AreaCode};
use crate::platform::error::Error;
use crate::start::StartError;

/// Makes the people unless they are there, as of `since`, and gives their logins. The logins are written before the
/// people are, so that a start that was cut short leaves none whom nobody can log in as.
///
/// # Errors
/// What the database or the file system says.
pub(super) fn people(app: &App, past: &App, dir: &Path, since: DateTime<Utc>) -> Result<Logins, StartError> {
    let failed = StartError::internal;
    let kecamatan = AreaCode::parse(&app.config().kecamatan)
        .map_err(|error| StartError::Argument("SEPAKAT_KECAMATAN", error.to_string()))?;
    let areas = areas::seed().map_err(|error| StartError::Internal("reading the areas", error.into()))?;
    let members = roster(&areas, &kecamatan);
    let is_new = app
        .read_now(|conn, _| seed::is_empty(conn))
        .map_err(failed("looking for people"))?;
    let logins = match Logins::read(dir)? {
        Some(logins) => logins,
        None if is_new => {
            let logins = Logins::make(&members, app.entropy());
            logins.write(dir)?;
            logins
        }
        None => return Err(StartError::LoginsLost(Logins::path(dir))),
    };
    if is_new {
        insert(past, &members, &logins, since).map_err(failed("making the people of the demo"))?;
    }
    Ok(logins)
}

fn insert(past: &App, members: &[Member], logins: &Logins, since: DateTime<Utc>) -> Result<(), Error> {
    let password = logins.accounts.first().map_or("", |login| login.password.as_str());
    // One hash for all: 120 would take seconds.
    let hash = past
        .extras()
        .passwords
        .hash_now(past.entropy(), &Password::typed(password))?;
    past.clock().set(since);
    past.write_now(|conn, ctx| {
        for member in members {
            let person = person(member, logins.of(&member.email), &hash, since)?;
            seed::person(conn, ctx, &person)?;
        }
        Ok(())
    })
}

fn person(member: &Member, login: Option<&Login>, hash: &str, since: DateTime<Utc>) -> Result<Person, Error> {
    let totp = login
        .and_then(|login| login.totp_secret.as_deref())
        .map(|text| TotpSecret::from_base32(text).ok_or_else(|| Error::internal("a damaged secret in demo.json")))
        .transpose()?;
    let home = member.home.as_ref();
    let appointment = member.post.as_ref().map(|post| NewAppointment {
        area: post.area.clone(),
        position: post.position,
        section: post.section,
        title: None,
        acting: None,
        valid_from: since,
        valid_until: None,
    });
    Ok(Person {
        name: member.name.clone(),
        email: Email::parse(&member.email).map_err(Error::internal)?,
        password_hash: hash.to_owned(),
        identity: home.map(|home| Identity {
            nik: home.nik.clone(),
            no_kk: home.no_kk.clone(),
            birth_date: home.birth_date,
        }),
        phone: home
            .map(|home| Phone::parse(&home.phone))
            .transpose()
            .map_err(Error::internal)?,
        area: home.map(|home| home.lingkungan.clone()),
        totp,
        nip: member.nip.clone(),
        rank: member.rank.map(str::to_owned),
        appointments: appointment.into_iter().collect(),
    })
}
