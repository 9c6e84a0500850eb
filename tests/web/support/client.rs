//! Somebody who speaks HTTP with the portal, logged in or not, and what they are answered.

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::a_photo;
use super::samples::Papers;

/// A client; cheap to clone.
#[derive(Clone)]
pub struct Client {
    url: String,
    http: reqwest::Client,
    pub token: Option<String>,
    pub refresh_token: Option<String>,
}

impl Client {
    pub fn new(url: &str) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .cookie_store(true)
            .build()
            .unwrap();
        Self {
            url: url.to_owned(),
            http,
            token: None,
            refresh_token: None,
        }
    }

    /// The same person at another server.
    pub fn at(&self, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            ..self.clone()
        }
    }

    /// A call to build upon.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let call = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => call.bearer_auth(token),
            None => call,
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        Reply::to(self.call(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        Reply::to(self.call(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        Reply::to(self.call(Method::PATCH, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        Reply::to(self.call(Method::DELETE, path)).await
    }

    /// With an Idempotency-Key.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Reply {
        Reply::to(self.call(Method::POST, path).header("idempotency-key", key).json(body)).await
    }

    pub async fn post_file(&self, path: &str, name: &str, bytes: Vec<u8>) -> Reply {
        let part = Part::bytes(bytes).file_name(name.to_owned());
        Reply::to(self.call(Method::POST, path).multipart(Form::new().part("file", part))).await
    }

    /// Logs in; from then on the client carries the access token.
    pub async fn login(&mut self, login: &str, password: &str, otp: Option<&str>) {
        let mut body = json!({ "login": login, "password": password });
        if let Some(otp) = otp {
            body["otp"] = otp.into();
        }
        let tokens = self.post("/api/v1/auth/login", &body).await.json(200);
        self.token = tokens["access_token"].as_str().map(str::to_owned);
        self.refresh_token = tokens["refresh_token"].as_str().map(str::to_owned);
    }

    /// Uploads a photo and gives its id.
    pub async fn upload(&self) -> String {
        let taken = self
            .post_file("/api/v1/attachments", "foto.jpg", a_photo())
            .await
            .json(201);
        taken["id"].as_str().unwrap().to_owned()
    }

    /// Uploads what the papers want and hands them in.
    pub async fn submit(&self, papers: &Papers) -> Value {
        let body = self.with_uploads(papers).await;
        self.post("/api/v1/requests", &body).await.json(201)
    }

    /// The body of a submission, its photos uploaded.
    pub async fn with_uploads(&self, papers: &Papers) -> Value {
        let mut body = papers.body.clone();
        let mut attachments = Vec::new();
        for kind in &papers.kinds {
            attachments.push(json!({ "kind": kind, "id": self.upload().await }));
        }
        body["attachments"] = attachments.into();
        body
    }

    /// Takes the next request of the queue.
    pub async fn next(&self) -> Value {
        self.post("/api/v1/queue/next", &json!({})).await.json(200)
    }

    /// Acts on a request; the answer is the request.
    pub async fn act(&self, id: &str, action: &Value) -> Value {
        let reply = self.post(&format!("/api/v1/requests/{id}/actions"), action).await;
        let status = if action["action"] == "sign" { 202 } else { 200 };
        reply.json(status)
    }
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub async fn to(call: RequestBuilder) -> Self {
        Self::tried(call).await.unwrap()
    }

    /// An error when nobody answers.
    pub async fn tried(call: RequestBuilder) -> reqwest::Result<Self> {
        let response = call.send().await?;
        Ok(Self {
            status: response.status(),
            headers: response.headers().clone(),
            bytes: response.bytes().await?.to_vec(),
        })
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The JSON body, after the status was looked at.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(
            self.header(CONTENT_TYPE.as_str()),
            "application/json",
            "{}",
            self.text()
        );
        serde_json::from_slice(&self.bytes).unwrap()
    }

    /// An answer without a body.
    #[track_caller]
    pub fn empty(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert!(self.bytes.is_empty(), "{}", self.text());
    }

    /// A refusal as RFC 9457 writes it, with a code and the id of the call. Gives the body.
    #[track_caller]
    pub fn problem(&self) -> Value {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{} {}",
            self.status,
            self.text()
        );
        let body: Value = serde_json::from_slice(&self.bytes).unwrap();
        assert_eq!(body["status"], self.status.as_u16(), "{body}");
        assert_eq!(body["request_id"], self.header("x-request-id"), "{body}");
        for text in ["type", "title", "detail", "code", "request_id"] {
            assert!(
                body[text].as_str().is_some_and(|text| !text.is_empty()),
                "{text} in {body}"
            );
        }
        body
    }

    /// A refusal with this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let body = self.problem();
        assert_eq!(
            (self.status.as_u16(), body["code"].as_str().unwrap()),
            (status, code),
            "{body}"
        );
        body
    }
}
