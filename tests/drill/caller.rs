//! Calls as a careful client makes them: with a key, again and again, at whichever server answers, until it is known
//! what became of them.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use sepakat::platform::ids::Entropy;
use serde_json::Value;

/// How long a call may be tried again. Longer than anything is away.
const PATIENCE: Duration = Duration::from_secs(90);

/// How a call ended.
#[derive(Debug)]
pub enum Said {
    Done(u16, Value),
    Refused(u16, String),
    /// Nobody answered in all that time.
    Silent,
}

pub struct Caller {
    urls: Vec<String>,
    http: reqwest::Client,
    turn: AtomicUsize,
    /// How often a call had to be made again, by status; 0 = no answer.
    pub again: Mutex<BTreeMap<u16, u32>>,
}

/// How long an answer may take that nobody asks for again: without it something counts as lost.
const ASKED_ONCE: Duration = Duration::from_secs(60);

/// A key that nobody else has.
pub fn key() -> String {
    hex::encode(Entropy.bytes::<12>())
}

impl Caller {
    pub fn new(urls: Vec<String>) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(8))
            .build()
            .unwrap();
        Self {
            urls,
            http,
            turn: AtomicUsize::new(0),
            again: Mutex::default(),
        }
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Said {
        let key = key();
        self.insist(|url| {
            let call = self
                .http
                .post(format!("{url}{path}"))
                .header("idempotency-key", &key)
                .json(body);
            if token.is_empty() {
                call
            } else {
                call.bearer_auth(token)
            }
        })
        .await
    }

    /// Uploads a photo.
    pub async fn upload(&self, token: &str, photo: &[u8]) -> Said {
        let key = key();
        self.insist(|url| {
            let part = Part::bytes(photo.to_vec()).file_name("foto.jpg");
            let call = self.http.post(format!("{url}/api/v1/attachments")).bearer_auth(token);
            call.header("idempotency-key", &key)
                .multipart(Form::new().part("file", part))
        })
        .await
    }

    /// A file, and its status.
    pub async fn get(&self, token: &str, path: &str) -> (u16, Vec<u8>) {
        let call = self
            .http
            .get(format!("{}{path}", self.urls[0]))
            .timeout(ASKED_ONCE)
            .bearer_auth(token);
        match call.send().await {
            Ok(answer) => (
                answer.status().as_u16(),
                answer.bytes().await.unwrap_or_default().to_vec(),
            ),
            Err(_) => (0, Vec::new()),
        }
    }

    /// What the verification says of a file.
    pub async fn verify(&self, pdf: Vec<u8>) -> Value {
        let form = Form::new().part("file", Part::bytes(pdf).file_name("surat.pdf"));
        let call = self
            .http
            .post(format!("{}/api/v1/letters/verify", self.urls[0]))
            .timeout(ASKED_ONCE)
            .multipart(form);
        match call.send().await {
            Ok(answer) => answer.json().await.unwrap_or_default(),
            Err(_) => Value::Null,
        }
    }

    async fn insist(&self, call: impl Fn(&str) -> RequestBuilder) -> Said {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed);
            let status = match call(&self.urls[turn % self.urls.len()]).send().await {
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    // Cut off in the middle of the body: as good as not answered.
                    match (status, answer.bytes().await) {
                        (408 | 429 | 500.., _) => status,
                        (_, Err(_)) => 0,
                        (_, Ok(bytes)) => {
                            let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                            return if status < 300 {
                                Said::Done(status, body)
                            } else {
                                Said::Refused(status, body["code"].as_str().unwrap_or("?").to_owned())
                            };
                        }
                    }
                }
                Err(_) => 0,
            };
            *self.again.lock().unwrap().entry(status).or_default() += 1;
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        Said::Silent
    }
}
