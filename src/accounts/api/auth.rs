//! Registration, login, refresh, logout, passwords.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::login::{self, Candidate, Device, Opened, RawLogin, SessionKind};
use crate::accounts::registration::{self, RawRegistration};
use crate::accounts::session::{self, Refreshed};
use crate::accounts::{ACCESS_TOKEN_LASTS, AccountError, Actor, Bearer, Password, reset as passwords};
use crate::app::App;
use crate::platform::error::{Error, Problem};
use crate::platform::field_error::FieldError;
use crate::platform::http::Json;

/// What every registration is answered, whether or not there was an account.
#[derive(Serialize, ToSchema)]
pub struct Registered {
    /// Always `mail_sent`: what comes next is in the mail.
    #[schema(value_type = String)]
    status: &'static str,
    /// What is odd, but no reason to refuse.
    warnings: Vec<FieldError>,
}

/// What everybody is answered who forgot a password.
#[derive(Serialize, ToSchema)]
pub struct MailSent {
    /// Always `mail_sent`, also when there is no such account.
    #[schema(value_type = String)]
    status: &'static str,
}

/// A token from a mailed link.
#[derive(Deserialize, ToSchema)]
pub struct LinkToken {
    token: String,
}

/// What a login or a refresh gives.
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    access_token: String,
    refresh_token: String,
    #[schema(value_type = String)]
    token_type: &'static str,
    /// Seconds that the access token works.
    expires_in: i64,
}

#[derive(Deserialize, ToSchema)]
pub struct RefreshToken {
    refresh_token: String,
}

/// Whose password was forgotten: `login` (e-mail or NIK), or `email`.
#[derive(Deserialize, ToSchema)]
pub struct Forgotten {
    #[serde(alias = "email")]
    login: String,
}

#[derive(Deserialize, ToSchema)]
pub struct NewPassword {
    /// From the mailed link of a reset or an invitation.
    token: String,
    password: String,
}

/// Registers a resident; a mail confirms the address.
///
/// Permissions: anybody. Errors: 422 with every field, 503 when too many register at once.
/// Effects: an unconfirmed account and a mail; for an account that exists, only a mail.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth", request_body = RawRegistration,
    responses((status = 202, body = Registered), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn register(app: App, raw: Json<RawRegistration>) -> Result<HttpResponse, Error> {
    let warnings = register_now(&app, &raw.value).await?;
    Ok(HttpResponse::Accepted().json(Registered {
        status: "mail_sent",
        warnings,
    }))
}

/// The same for JSON and the form.
pub(in crate::accounts) async fn register_now(app: &App, raw: &RawRegistration) -> Result<Vec<FieldError>, Error> {
    let today = app.now().with_timezone(&app.config().zone).date_naive();
    let (new, password) = raw.parse(today).map_err(Error::Invalid)?;
    let hash = app.extras().passwords.hash(app.entropy(), password).await?;
    let warnings = new.warnings();
    app.write(move |conn, ctx| registration::register(conn, ctx, &new, &hash))
        .await?;
    Ok(warnings)
}

/// Confirms the address by the mailed token. Doing it again is no error.
///
/// Permissions: whoever has the token. Errors: 422 `link_invalid`.
#[utoipa::path(post, path = "/api/v1/auth/verify-email", tag = "auth", request_body = LinkToken,
    responses((status = 204), (status = 422, body = Problem)))]
pub async fn verify_email(app: App, body: Json<LinkToken>) -> Result<HttpResponse, Error> {
    let token = body.value.token;
    app.write(move |conn, ctx| registration::verify_email(conn, ctx, &token))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Logs in by e-mail or NIK.
///
/// Permissions: anybody. Errors: 401 `login_failed` for an unknown name and a wrong password alike, 401
/// `otp_required` and `otp_invalid`, 403 `email_unverified`, 429 after too many failures of this name, 503.
/// Effects: a session; with `otp`, its second factor counts as shown now.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", request_body = RawLogin,
    responses((status = 200, body = Tokens), (status = 401, body = Problem), (status = 403, body = Problem),
              (status = 429, body = Problem), (status = 503, body = Problem)))]
pub async fn login(app: App, req: HttpRequest, body: Json<RawLogin>) -> Result<HttpResponse, Error> {
    let opened = log_in(&app, body.value, device(&req, SessionKind::Api)).await?;
    Ok(HttpResponse::Ok().json(tokens(&app, opened)?))
}

/// The same for JSON and the form.
pub(in crate::accounts) async fn log_in(app: &App, raw: RawLogin, device: Device) -> Result<Opened, Error> {
    let name = raw.login.clone();
    let candidates = app.write(move |conn, ctx| login::begin(conn, ctx, &name)).await?;
    let hashes = candidates.iter().map(|who| who.password_hash.clone()).collect();
    let password = Password::typed(&raw.password);
    let place = app.extras().passwords.first_match(password, hashes).await?;
    let matched: Option<Candidate> = place.and_then(|place| candidates.get(place)).cloned();
    let typed = raw.clone();
    let opened = app
        .write(move |conn, ctx| login::open(conn, ctx, matched.as_ref(), &typed, &device))
        .await;
    if let Err(Error::Unauthorized { code: "otp_required" }) = &opened {
        app.write(move |conn, ctx| login::forgive(conn, ctx, &raw.login))
            .await?;
    }
    opened
}

/// Rotates the refresh token.
///
/// Permissions: whoever has the newest token of a session. Errors: 401 `login_required` for an unknown or ended one,
/// 401 `refresh_reused` for a spent one. Effects: a spent token ends its session, because somebody has a copy.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "auth", request_body = RefreshToken,
    responses((status = 200, body = Tokens), (status = 401, body = Problem)))]
pub async fn refresh(app: App, body: Json<RefreshToken>) -> Result<HttpResponse, Error> {
    let token = body.value.refresh_token;
    let refreshed = app.write(move |conn, ctx| session::refresh(conn, ctx, &token)).await?;
    match refreshed {
        Refreshed::Yes(opened) => Ok(HttpResponse::Ok().json(tokens(&app, opened)?)),
        Refreshed::Reused | Refreshed::LostRace => Err(AccountError::RefreshReused.into()),
        Refreshed::Unknown => Err(AccountError::SessionEnded.into()),
    }
}

/// Ends the session of the access token, and with it the refresh token.
///
/// Permissions: logged in.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth",
    security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem)))]
pub async fn logout(app: App, actor: Actor) -> Result<HttpResponse, Error> {
    app.write(move |conn, ctx| session::log_out(conn, ctx, &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends a link for a new password, if there is such an account; answers the same if not.
///
/// Permissions: anybody.
#[utoipa::path(post, path = "/api/v1/auth/password/forgot", tag = "auth", request_body = Forgotten,
    responses((status = 202, body = MailSent)))]
pub async fn forgot(app: App, body: Json<Forgotten>) -> Result<HttpResponse, Error> {
    let login = body.value.login;
    app.write(move |conn, ctx| passwords::forgot(conn, ctx, &login)).await?;
    Ok(HttpResponse::Accepted().json(MailSent { status: "mail_sent" }))
}

/// Sets a new password by a mailed link, or the first one by an invitation.
///
/// Permissions: whoever has the link. Errors: 422 `link_invalid`, 422 at `password`, 503. Effects: ends every session.
#[utoipa::path(post, path = "/api/v1/auth/password/reset", tag = "auth", request_body = NewPassword,
    responses((status = 204), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn reset(app: App, body: Json<NewPassword>) -> Result<HttpResponse, Error> {
    reset_now(&app, body.value.token, &body.value.password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The same for JSON and the form.
pub(in crate::accounts) async fn reset_now(app: &App, token: String, password: &str) -> Result<(), Error> {
    let chosen = passwords::parse_password(password)?;
    let link = token.clone();
    app.read(move |conn, ctx| passwords::check_link(conn, ctx, &link))
        .await?;
    let hash = app.extras().passwords.hash(app.entropy(), chosen).await?;
    app.write(move |conn, ctx| passwords::reset(conn, ctx, &token, &hash))
        .await
}

fn tokens(app: &App, opened: Opened) -> Result<Tokens, Error> {
    let bearer = Bearer {
        account_id: opened.account_id,
        session_id: opened.session_id,
    };
    Ok(Tokens {
        access_token: app.tokens().sign(bearer, app.now())?,
        refresh_token: opened.token,
        token_type: "Bearer",
        expires_in: ACCESS_TOKEN_LASTS.num_seconds(),
    })
}

/// What the call comes from.
pub(in crate::accounts) fn device(req: &HttpRequest, kind: SessionKind) -> Device {
    let agent = req.headers().get(header::USER_AGENT);
    Device {
        kind,
        agent: agent.and_then(|value| value.to_str().ok()).unwrap_or("").to_owned(),
    }
}
