//! Who works and lives in the drill, from the demo's list of logins.

use std::fs;
use std::time::Duration;

use sepakat::accounts::totp::TotpSecret;
use sepakat::platform::time::Clock;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::{Caller, Said};
use crate::house::House;

/// The kelurahan of the drill.
pub const KELURAHAN: [&str; 2] = ["12.09.20.1006", "12.09.20.1001"];
pub const KECAMATAN: &str = "12.09.20";

#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub role: String,
    pub login: String,
    password: String,
    totp_secret: Option<String>,
    pub area: String,
    /// Access token, once logged in.
    #[serde(default)]
    pub token: String,
}

/// Everybody of the drill's kelurahan and of the kecamatan who submits or signs.
pub fn read(house: &House) -> Vec<Person> {
    let told: Value = serde_json::from_slice(&fs::read(house.dir.join("demo.json")).unwrap()).unwrap();
    let people: Vec<Person> = serde_json::from_value(told["accounts"].clone()).unwrap();
    let takes_part = |person: &Person| {
        let here = KELURAHAN.contains(&person.area.as_str()) || person.area == KECAMATAN;
        here && !matches!(person.role.as_str(), "admin" | "pengawas")
    };
    people.into_iter().filter(takes_part).collect()
}

impl Person {
    /// Logs in, also anew: a token works for a quarter of an hour, and so does a second factor.
    pub async fn log_in(&mut self, caller: &Caller) {
        for _ in 0..6 {
            match self.try_log_in(caller).await {
                Said::Done(_, tokens) => {
                    self.token = tokens["access_token"].as_str().unwrap().to_owned();
                    return;
                }
                // A code works once, and nobody may have heard that it did.
                _ => tokio::time::sleep(Duration::from_secs(10)).await,
            }
        }
        panic!("{} cannot log in", self.login);
    }

    async fn try_log_in(&self, caller: &Caller) -> Said {
        let mut body = json!({ "login": self.login, "password": self.password });
        if let Some(secret) = &self.totp_secret {
            body["otp"] = TotpSecret::from_base32(secret)
                .unwrap()
                .code_at(Clock::System.now())
                .into();
        }
        caller.post("", "/api/v1/auth/login", &body).await
    }
}
