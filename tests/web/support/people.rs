//! Residents and officers, made as the demo makes them, logged in through the front door.

use chrono::{DateTime, NaiveDate, Utc};
use sepakat::accounts::invitation::NewAppointment;
use sepakat::accounts::seed::{self, Identity, Person};
use sepakat::accounts::totp::TotpSecret;
use sepakat::accounts::{Email, KasiSection, Nik, NoKk, Password, Passwords, Phone, Position};
use sepakat::areas::AreaCode;
use sepakat::platform::error::Error;
use sepakat::platform::ids::Entropy;
use std::sync::LazyLock;
use uuid::Uuid;

use super::database::number;
use super::{Client, MUTIARA, TestApp, moment};

/// Everybody's password.
pub const PASSWORD: &str = "sebuah kata sandi uji";

/// Cheap hashes: what they cost is a matter of production.
static PASSWORDS: LazyLock<Passwords> = LazyLock::new(|| Passwords::with_cost(Entropy, 64, 1).unwrap());

pub fn passwords() -> Passwords {
    PASSWORDS.clone()
}

/// Somebody with an account, logged in.
pub struct Someone {
    pub account: Uuid,
    pub email: String,
    /// None for staff.
    pub nik: Option<String>,
    pub totp: Option<TotpSecret>,
    pub client: Client,
}

/// Calls go through to the client.
impl std::ops::Deref for Someone {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// An appointment that holds all year; of a kasi to a section.
pub fn appointment(position: Position, area: &str) -> NewAppointment {
    NewAppointment {
        area: AreaCode::parse(area).unwrap(),
        position,
        section: (position == Position::Kasi).then_some(KasiSection::Pemerintahan),
        title: None,
        acting: None,
        valid_from: moment("2026-01-01T00:00"),
        valid_until: None::<DateTime<Utc>>,
    }
}

impl TestApp {
    /// A verified resident of Mutiara; `name` makes the e-mail.
    pub async fn resident(&self, name: &str) -> Someone {
        let serial = number();
        let nik = format!("120920150590{serial:04}");
        let mut person = self.person(name);
        person.identity = Some(Identity {
            nik: Nik::parse(&nik).unwrap(),
            no_kk: NoKk::parse(&format!("120920010115{serial:04}")).unwrap(),
            birth_date: NaiveDate::from_ymd_opt(1990, 5, 15).unwrap(),
        });
        person.phone = Some(Phone::parse("081200009901").unwrap());
        person.area = Some(AreaCode::parse(&format!("{MUTIARA}.02")).unwrap());
        self.log_in(person).await
    }

    /// Somebody appointed to a position; a kasi to a section, too. Shows a second factor where the position needs it.
    pub async fn officer(&self, position: Position, area: &str) -> Someone {
        self.appointed(vec![appointment(position, area)], None).await
    }

    /// The head of a section.
    pub async fn kasi(&self, section: KasiSection, area: &str) -> Someone {
        let mut kasi = appointment(Position::Kasi, area);
        kasi.section = Some(section);
        self.appointed(vec![kasi], None).await
    }

    /// Somebody with several appointments, and perhaps with a NIK.
    pub async fn appointed(&self, appointments: Vec<NewAppointment>, nik: Option<&str>) -> Someone {
        let name = format!("{} {}", appointments[0].position.label(), number());
        let mut person = self.person(&name);
        let needs = |held: &NewAppointment| held.position.needs_second_factor();
        person.totp = appointments.iter().any(needs).then(|| TotpSecret::random(Entropy));
        person.nip = Some("198001012005011001".to_owned());
        person.rank = Some("Penata (III/c)".to_owned());
        person.appointments = appointments;
        person.identity = nik.map(|nik| Identity {
            nik: Nik::parse(nik).unwrap(),
            no_kk: NoKk::parse("1209200101150001").unwrap(),
            birth_date: NaiveDate::from_ymd_opt(1990, 5, 15).unwrap(),
        });
        self.log_in(person).await
    }

    /// Logs somebody in again, as after a night.
    pub async fn again(&self, who: &mut Someone) {
        let otp = who.totp.as_ref().map(|secret| secret.code_at(self.app.now()));
        who.client.login(&who.email, PASSWORD, otp.as_deref()).await;
    }

    fn person(&self, name: &str) -> Person {
        let word: String = name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(".");
        Person {
            name: name.to_owned(),
            email: Email::parse(&format!("{word}@uji.example")).unwrap(),
            password_hash: PASSWORDS.hash_now(Entropy, &Password::typed(PASSWORD)).unwrap(),
            identity: None,
            phone: None,
            area: None,
            totp: None,
            nip: None,
            rank: None,
            appointments: Vec::new(),
        }
    }

    async fn log_in(&self, person: Person) -> Someone {
        let account = self
            .app
            .write_now(|conn, ctx| seed::person(conn, ctx, &person).map_err(Error::from))
            .unwrap();
        let mut client = self.visitor();
        let otp = person.totp.as_ref().map(|secret| secret.code_at(self.app.now()));
        client.login(person.email.expose(), PASSWORD, otp.as_deref()).await;
        Someone {
            account,
            email: person.email.expose().to_owned(),
            nik: person.identity.map(|identity| identity.nik.expose().to_owned()),
            totp: person.totp,
            client,
        }
    }
}
