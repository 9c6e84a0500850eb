//! A row of the outbox as a mail on the wire.

use std::time::SystemTime;

use lettre::address::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};

use super::store::Outgoing;

/// A mail ready to be sent, in ASCII throughout, so that any server takes it.
pub(super) struct Composed {
    pub from: Address,
    pub to: Address,
    pub bytes: Vec<u8>,
}

/// Text and HTML side by side under the row's own Message-ID and date.
///
/// # Errors
/// What is wrong, without the address: no later attempt would do better.
pub(super) fn compose(mail: &Outgoing, sender: &Mailbox) -> Result<Composed, &'static str> {
    let to: Address = mail.recipient.parse().map_err(|_| "address")?;
    if !mail.recipient.is_ascii() {
        return Err("address"); // few servers take SMTPUTF8, and registration allows ASCII only
    }
    // Robots must not answer (RFC 3834).
    let generated = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    let message = Message::builder()
        .from(sender.clone())
        .to(Mailbox::new(None, to.clone()))
        .date(SystemTime::from(mail.created_at))
        .message_id(Some(mail.message_id.clone()))
        .subject(mail.subject.clone())
        .raw_header(generated)
        .multipart(MultiPart::alternative_plain_html(
            mail.body_text.clone(),
            mail.body_html.clone(),
        ))
        .map_err(|_| "compose")?;
    Ok(Composed {
        from: sender.email.clone(),
        to,
        bytes: message.formatted(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(recipient: &str) -> Outgoing {
        Outgoing {
            id: uuid::Uuid::nil(),
            recipient: recipient.into(),
            subject: "Surat Keterangan Domisili – selesai".into(),
            body_text: "Yth. Siti,\r\n.\r\nsurat Anda – selesai.".into(),
            body_html: "<p>Yth. Siti</p>".into(),
            message_id: "<0@example.go.id>".into(),
            attempts: 1,
            created_at: chrono::DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
        }
    }

    #[test]
    fn a_mail_carries_its_row_s_identity_and_both_bodies_in_ascii() {
        let sender = "Kecamatan é <surat@example.go.id>".parse().unwrap();
        let composed = compose(&mail("siti@example.test"), &sender).unwrap();
        let text = String::from_utf8(composed.bytes).unwrap();
        assert!(text.is_ascii());
        for line in [
            "Message-ID: <0@example.go.id>",
            "Auto-Submitted: auto-generated",
            "Date: Wed, 18 Nov 2026",
            "To: siti@example.test",
            "Subject: Surat Keterangan Domisili =?utf-8?b?4oCT?= selesai",
            "multipart/alternative",
            "text/plain; charset=utf-8",
            "text/html; charset=utf-8",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused_without_being_repeated() {
        let sender = "surat@example.go.id".parse().unwrap();
        for address in ["", "siti", "siti@", "a@b\r\nBcc: c@d", "é@example.test"] {
            assert_eq!(compose(&mail(address), &sender).err(), Some("address"), "{address:?}");
        }
    }
}
