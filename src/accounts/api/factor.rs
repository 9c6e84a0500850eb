//! The second factor.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::{AccountError, Actor, second_factor};
use crate::app::App;
use crate::platform::error::{Error, Problem};
use crate::platform::http::Json;

#[derive(Deserialize, ToSchema)]
pub struct Otp {
    /// Six digits, or a recovery code where the factor is shown.
    otp: String,
}

/// A secret for an authenticator app, to be confirmed by its first code.
#[derive(Serialize, ToSchema)]
pub struct EnrolmentView {
    /// Base32, as apps take it.
    secret: String,
    /// The same as `otpauth:` address, for a QR code.
    otpauth_uri: String,
}

/// Codes for a lost device, each good once; shown only now.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct SteppedUp {
    second_factor_at: DateTime<Utc>,
}

/// Shows the second factor anew, as a signature needs it.
///
/// Permissions: logged in with a confirmed factor. Errors: 422 `otp_invalid` (also for a code that was used), 409
/// `totp_not_enrolled`, 429.
#[utoipa::path(post, path = "/api/v1/auth/step-up", tag = "auth", request_body = Otp,
    security(("bearer" = [])),
    responses((status = 200, body = SteppedUp), (status = 401, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn step_up(app: App, actor: Actor, body: Json<Otp>) -> Result<HttpResponse, Error> {
    step_up_now(&app, actor, body.value.otp).await?;
    Ok(HttpResponse::Ok().json(SteppedUp {
        second_factor_at: app.now(),
    }))
}

/// The same for JSON and the form.
pub(in crate::accounts) async fn step_up_now(app: &App, actor: Actor, otp: String) -> Result<(), Error> {
    let who = actor.clone();
    app.write(move |conn, ctx| second_factor::count_try(conn, ctx, &who))
        .await?;
    app.write(move |conn, ctx| second_factor::step_up(conn, ctx, &actor, &otp))
        .await
        .map_err(at_otp)
}

/// Begins the enrolment of an authenticator app.
///
/// Permissions: logged in; who has one already must have shown it within 15 minutes, else 409
/// `totp_already_confirmed`.
#[utoipa::path(post, path = "/api/v1/auth/totp/enroll", tag = "auth",
    security(("bearer" = [])),
    responses((status = 200, body = EnrolmentView), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn enroll(app: App, actor: Actor) -> Result<HttpResponse, Error> {
    let enrolment = app
        .write(move |conn, ctx| second_factor::enroll(conn, ctx, &actor))
        .await?;
    Ok(HttpResponse::Ok().json(EnrolmentView {
        secret: enrolment.secret.base32(),
        otpauth_uri: enrolment.uri,
    }))
}

/// Confirms the enrolment with the first code.
///
/// Permissions: logged in. Errors: 422 `otp_invalid`, 409 `totp_not_enrolled`, 429. Effects: the session has shown
/// its second factor; other sessions end; new recovery codes.
#[utoipa::path(post, path = "/api/v1/auth/totp/confirm", tag = "auth", request_body = Otp,
    security(("bearer" = [])),
    responses((status = 200, body = RecoveryCodes), (status = 401, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn confirm(app: App, actor: Actor, body: Json<Otp>) -> Result<HttpResponse, Error> {
    let recovery_codes = confirm_now(&app, actor, body.value.otp).await?;
    Ok(HttpResponse::Ok().json(RecoveryCodes { recovery_codes }))
}

/// The same for JSON and the form.
pub(in crate::accounts) async fn confirm_now(app: &App, actor: Actor, otp: String) -> Result<Vec<String>, Error> {
    let who = actor.clone();
    app.write(move |conn, ctx| second_factor::count_try(conn, ctx, &who))
        .await?;
    app.write(move |conn, ctx| second_factor::confirm(conn, ctx, &actor, &otp))
        .await
        .map_err(at_otp)
}

/// Inside a session a wrong code is a wrong field: 401 would tell the client that its login is gone.
fn at_otp(error: Error) -> Error {
    match error {
        Error::Unauthorized { code: "otp_invalid" } => AccountError::wrong_otp_field(),
        other => other,
    }
}
