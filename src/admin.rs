//! What an administrator does from the command line before there is anybody who could do it in the portal.

use crate::accounts::invitation::{self, NewAppointment};
use crate::accounts::{Email, KasiSection, Position};
use crate::app::App;
use crate::areas::{AreaCode, AreaLevel, Areas};
use crate::platform::error::Error;
use crate::start::StartError;

/// An invitation as it is typed.
pub struct Invite<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub position: &'a str,
    pub area: &'a str,
    pub section: Option<&'a str>,
    pub nip: Option<&'a str>,
    pub rank: Option<&'a str>,
}

/// Appoints a person and enqueues the mail that lets them choose a password; says so in one sentence.
///
/// # Errors
/// `Argument` for what cannot be meant; what the database says.
pub fn invite(app: &App, invite: &Invite<'_>) -> Result<String, StartError> {
    let email = Email::parse(invite.email).map_err(|error| wrong("--email", error))?;
    if invite.name.trim().is_empty() {
        return Err(wrong("--name", "it is empty"));
    }
    let appointment = appointment(app, invite)?;
    let known = app
        .read_now(|conn, _| Ok(Areas::load(conn)?.serves(&appointment.area)))
        .map_err(StartError::internal("looking for the area"))?;
    if !known {
        return Err(wrong("--area", "this cell has no such area"));
    }
    app.write_now(|conn, ctx| {
        let id = invitation::invite(conn, ctx, &email, invite.name.trim(), &appointment).map_err(Error::from)?;
        invitation::set_standing(conn, id, invite.nip, invite.rank)
    })
    .map_err(StartError::internal("the invitation"))?;
    Ok(format!(
        "{} is appointed as {} of {}; the mail with the link is in the outbox and goes out with the next worker",
        email.expose(),
        appointment.position.label(),
        appointment.area
    ))
}

fn appointment(app: &App, invite: &Invite<'_>) -> Result<NewAppointment, StartError> {
    let position: Position = invite
        .position
        .parse()
        .map_err(|_| wrong("--position", words(Position::ALL)))?;
    let area = AreaCode::parse(invite.area).map_err(|error| wrong("--area", error))?;
    let levels: &[AreaLevel] = match position {
        Position::Kepling => &[AreaLevel::Lingkungan],
        Position::Seklur | Position::Lurah => &[AreaLevel::Kelurahan],
        Position::Petugas => &[AreaLevel::Kelurahan, AreaLevel::Kecamatan],
        Position::Kasi | Position::Sekcam | Position::Camat | Position::Admin | Position::Pengawas => {
            &[AreaLevel::Kecamatan]
        }
    };
    if !levels.contains(&area.level()) {
        return Err(wrong("--area", format!("a {position} belongs to: {}", words(levels))));
    }
    let section: Option<KasiSection> = invite
        .section
        .map(|text| text.parse().map_err(|_| wrong("--section", words(KasiSection::ALL))))
        .transpose()?;
    if section.is_some() != (position == Position::Kasi) {
        return Err(wrong("--section", "a kasi has one, nobody else"));
    }
    Ok(NewAppointment {
        area,
        position,
        section,
        title: None,
        acting: None,
        valid_from: app.now(),
        valid_until: None,
    })
}

fn wrong(argument: &'static str, why: impl ToString) -> StartError {
    StartError::Argument(argument, why.to_string())
}

fn words(all: &[impl ToString]) -> String {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    all.join(", ")
}
