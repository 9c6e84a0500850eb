//! What the room serves as JSON: registration, logins, the second factor, the own account. Handlers of /auth take no
//! Idempotency-Key: each of them may be sent again (registering answers the same, a token works once).

mod auth;
mod extract;
mod factor;
mod guard;
mod identity;
mod me;

use actix_web::web;

pub use extract::{MaybeActor, cookie_name};
pub use guard::{SameOrigin, check_csrf, csrf_token};

pub(super) use auth::{device, log_in, register_now, reset_now};
pub(super) use factor::{confirm_now, step_up_now};

use crate::platform::http::endpoint;

/// Addresses of the room.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/api/v1/auth/register").post(auth::register).register(cfg);
    endpoint("/api/v1/auth/verify-email")
        .post(auth::verify_email)
        .register(cfg);
    endpoint("/api/v1/auth/login").post(auth::login).register(cfg);
    endpoint("/api/v1/auth/refresh").post(auth::refresh).register(cfg);
    endpoint("/api/v1/auth/logout").post(auth::logout).register(cfg);
    endpoint("/api/v1/auth/password/forgot")
        .post(auth::forgot)
        .register(cfg);
    endpoint("/api/v1/auth/password/reset").post(auth::reset).register(cfg);
    endpoint("/api/v1/auth/step-up").post(factor::step_up).register(cfg);
    endpoint("/api/v1/auth/totp/enroll").post(factor::enroll).register(cfg);
    endpoint("/api/v1/auth/totp/confirm")
        .post(factor::confirm)
        .register(cfg);
    endpoint("/api/v1/me").get(me::show).patch(me::change).register(cfg);
    endpoint("/api/v1/me/sessions")
        .get(me::sessions)
        .delete(me::end_sessions)
        .register(cfg);
    endpoint("/api/v1/me/sessions/{session_id}")
        .delete(me::end_session)
        .register(cfg);
    endpoint("/api/v1/accounts/{account_id}/verification")
        .post(identity::verify)
        .register(cfg);
}

/// The part of the OpenAPI document that is this room's.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    auth::register,
    auth::verify_email,
    auth::login,
    auth::refresh,
    auth::logout,
    auth::forgot,
    auth::reset,
    factor::step_up,
    factor::enroll,
    factor::confirm,
    me::show,
    me::change,
    me::sessions,
    me::end_sessions,
    me::end_session,
    identity::verify
))]
pub struct Doc;
