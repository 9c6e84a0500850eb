//! `Actor` in a handler's arguments: the call is refused before the handler unless somebody is logged in.
//! Addresses under /api know only access tokens, pages only the session cookie, so that no other site's form can
//! act through the API.

use std::fmt;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};
use futures_util::future::LocalBoxFuture;

use crate::accounts::actor::{self, Actor, Credential, Found};
use crate::accounts::token::TokenProblem;
use crate::app::App;
use crate::config::Config;
use crate::platform::error::Error;
use crate::platform::ids::token_hash;

/// Who is calling, if anybody is logged in. A token that is not believed is refused also here.
#[derive(Debug, Clone)]
pub struct MaybeActor(pub Option<Actor>);

/// Name of the session cookie; `__Host-` binds it to this host, which browsers allow only over https.
#[must_use]
pub fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() {
        "__Host-sepakat_session"
    } else {
        "sepakat_session"
    }
}

impl FromRequest for Actor {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            match find(&req).await? {
                Some(actor) => Ok(actor),
                None if is_api(&req) => Err(Error::Unauthorized { code: "login_required" }.into()),
                None => Err(LoginFirst::to(&req).into()),
            }
        })
    }
}

impl FromRequest for MaybeActor {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { Ok(Self(find(&req).await?)) })
    }
}

async fn find(req: &HttpRequest) -> Result<Option<Actor>, Error> {
    let app = req
        .app_data::<actix_web::web::Data<App>>()
        .ok_or_else(|| Error::internal("no App in the server"))?
        .clone();
    let Some(credential) = credential(req, &app)? else {
        return Ok(None);
    };
    let found = app.read(move |conn, ctx| actor::find(conn, ctx, &credential)).await?;
    match found {
        Some(Found { actor, is_use_to_note }) => {
            let who = format!("account {}", actor.account_id);
            app.limiter().count(&who, app.config().calls_per_minute, app.now())?;
            if is_use_to_note {
                let who = actor.clone();
                app.write(move |conn, ctx| actor::note_use(conn, ctx, &who)).await?;
            }
            Ok(Some(actor))
        }
        // The session was ended; the token itself has minutes to live.
        None if is_api(req) => Err(Error::Unauthorized { code: "login_required" }),
        None => Ok(None),
    }
}

fn is_api(req: &HttpRequest) -> bool {
    req.path().starts_with("/api/")
}

fn credential(req: &HttpRequest, app: &App) -> Result<Option<Credential>, Error> {
    if !is_api(req) {
        let cookie = req.cookie(cookie_name(app.config()));
        return Ok(cookie.map(|cookie| Credential::Cookie(token_hash(cookie.value()))));
    }
    let Some(value) = req.headers().get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let token = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or(Error::Unauthorized { code: "login_required" })?;
    match app.tokens().read(token, app.now()) {
        Ok(bearer) => Ok(Some(Credential::Session {
            session_id: bearer.session_id,
            account_id: bearer.account_id,
        })),
        Err(TokenProblem::Expired) => Err(Error::Unauthorized { code: "token_expired" }),
        Err(TokenProblem::Invalid) => Err(Error::Unauthorized { code: "login_required" }),
    }
}

/// Sends a browser to the login page, which leads back.
#[derive(Debug)]
struct LoginFirst {
    location: String,
}

impl LoginFirst {
    fn to(req: &HttpRequest) -> Self {
        // What was posted is gone after a login, and its address may not be readable.
        let back = if req.method() == Method::GET {
            req.uri().path_and_query().map_or("/", |target| target.as_str())
        } else {
            "/"
        };
        let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        Self {
            location: format!("/masuk?ke={back}"),
        }
    }
}

impl fmt::Display for LoginFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("login first")
    }
}

impl ResponseError for LoginFirst {
    fn status_code(&self) -> StatusCode {
        StatusCode::SEE_OTHER
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, self.location.as_str()))
            .finish()
    }
}
