//! Mails of this room: what they say. Each has one action, given as a link.

use askama::Template;
use uuid::Uuid;

use super::invitation::NewAppointment;
use super::mail_token::Purpose;
use crate::app::Ctx;
use crate::notifications::Message;
use crate::platform::error::Error;
use crate::platform::ids::token_hash;

#[derive(Template)]
#[template(path = "accounts/emails/letter.html")]
struct Html<'a>(&'a Letter<'a>);

#[derive(Template)]
#[template(path = "accounts/emails/letter.txt", escape = "none")]
struct Text<'a>(&'a Letter<'a>);

struct Letter<'a> {
    subject: &'a str,
    name: &'a str,
    lead: String,
    link: String,
    button: &'a str,
    note: &'a str,
}

/// Confirms the address of a new account.
///
/// # Errors
/// Never in practice: the template is compiled in.
pub(super) fn verify(ctx: &Ctx<'_>, name: &str, to: &str, token: &str) -> Result<Message, Error> {
    let letter = Letter {
        subject: "Konfirmasi email Anda",
        name,
        lead: "Terima kasih sudah mendaftar di SEPAKAT, layanan surat Kecamatan Kota Kisaran Timur. Buka tautan ini \
               untuk memastikan bahwa email ini milik Anda."
            .to_owned(),
        link: ctx.config.link(&format!("/konfirmasi-email?token={token}")),
        button: "Konfirmasi email",
        note: "Tautan berlaku 48 jam. Abaikan email ini bila Anda tidak mendaftar.",
    };
    message(&letter, to, &by_token(Purpose::VerifyEmail, token))
}

/// Tells the owner that somebody tried to register the same account again; once an hour at most.
///
/// # Errors
/// As `verify`.
pub(super) fn account_exists(ctx: &Ctx<'_>, name: &str, to: &str, account: Uuid) -> Result<Message, Error> {
    let letter = Letter {
        subject: "Anda sudah punya akun",
        name,
        lead: "Baru saja ada pendaftaran SEPAKAT dengan NIK dan email ini, padahal akunnya sudah ada. Tidak ada yang \
               berubah. Bila Anda lupa kata sandi, buat yang baru lewat tautan ini."
            .to_owned(),
        link: ctx.config.link("/lupa-sandi"),
        button: "Buat kata sandi baru",
        note: "Abaikan email ini bila bukan Anda yang mendaftar.",
    };
    let hour = ctx.now.format("%Y%m%d%H");
    message(&letter, to, &format!("account-exists:{account}:{hour}"))
}

/// Lets a person choose a new password.
///
/// # Errors
/// As `verify`.
pub(super) fn reset(ctx: &Ctx<'_>, name: &str, to: &str, token: &str) -> Result<Message, Error> {
    let letter = Letter {
        subject: "Buat kata sandi baru",
        name,
        lead: format!(
            "Ada permintaan kata sandi baru untuk akun SEPAKAT atas nama {name}. Buka tautan ini untuk membuatnya."
        ),
        link: ctx.config.link(&format!("/atur-sandi?token={token}")),
        button: "Buat kata sandi baru",
        note: "Tautan berlaku 1 jam dan hanya sekali. Abaikan email ini bila bukan Anda yang meminta; kata sandi lama \
               tetap berlaku.",
    };
    message(&letter, to, &by_token(Purpose::ResetPassword, token))
}

/// Invites an officer to choose the first password.
///
/// # Errors
/// As `verify`.
pub(super) fn invitation(
    ctx: &Ctx<'_>,
    name: &str,
    to: &str,
    appointment: &NewAppointment,
    token: &str,
) -> Result<Message, Error> {
    let letter = Letter {
        subject: "Undangan sebagai petugas SEPAKAT",
        name,
        lead: format!(
            "Anda ditugaskan sebagai {} pada portal layanan SEPAKAT. Buka tautan ini untuk membuat kata sandi.",
            appointment.position.label()
        ),
        link: ctx.config.link(&format!("/atur-sandi?token={token}")),
        button: "Terima undangan",
        note: "Tautan berlaku 7 hari dan hanya sekali.",
    };
    message(&letter, to, &by_token(Purpose::Invitation, token))
}

/// Tells somebody who has an account of a new position.
///
/// # Errors
/// As `verify`.
pub(super) fn appointed(ctx: &Ctx<'_>, name: &str, to: &str, appointment: &NewAppointment) -> Result<Message, Error> {
    let letter = Letter {
        subject: "Penugasan baru di SEPAKAT",
        name,
        lead: format!(
            "Anda ditugaskan sebagai {}. Masuk dengan akun yang sudah ada.",
            appointment.position.label()
        ),
        link: ctx.config.link("/masuk"),
        button: "Masuk",
        note: "Hubungi admin kecamatan bila penugasan ini keliru.",
    };
    let key = format!(
        "appointed:{to}:{}:{}:{}",
        appointment.position,
        appointment.area,
        appointment.valid_from.timestamp()
    );
    message(&letter, to, &key)
}

fn message(letter: &Letter<'_>, to: &str, dedupe_key: &str) -> Result<Message, Error> {
    Ok(Message {
        to: to.to_owned(),
        subject: format!("{} - SEPAKAT", letter.subject),
        text: Text(letter).render().map_err(Error::internal)?,
        html: Html(letter).render().map_err(Error::internal)?,
        dedupe_key: dedupe_key.to_owned(),
    })
}

/// One mail a link; the key must not give the link away.
fn by_token(purpose: Purpose, token: &str) -> String {
    format!("{purpose}:{}", hex::encode(token_hash(token)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_text_in_the_mail_and_the_link_is_in_both_forms() {
        let letter = Letter {
            subject: "Konfirmasi email Anda",
            name: "<b>Siti</b> & anak",
            lead: "Terima kasih.".to_owned(),
            link: "http://127.0.0.1:8080/konfirmasi-email?token=abc".to_owned(),
            button: "Konfirmasi email",
            note: "Tautan berlaku 48 jam.",
        };
        let mail = message(&letter, "siti@contoh.id", "k").unwrap();
        insta::assert_snapshot!(format!("{}\n\n{}\n\n{}", mail.subject, mail.text, mail.html));
    }
}
