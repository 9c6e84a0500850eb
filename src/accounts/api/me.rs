//! The own account and its sessions.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::accounts::profile::{self, Profile, RawChanges};
use crate::accounts::session::{self, Session};
use crate::accounts::{AccountError, Actor, Appointment, second_factor};
use crate::app::App;
use crate::platform::error::{Error, Problem};
use crate::platform::http::Json;

/// The own account. Of NIK and KK only region and last digit: what a screen needs to tell them apart.
#[derive(Serialize, ToSchema)]
pub struct Me {
    id: Uuid,
    nama: String,
    email: String,
    email_verified: bool,
    /// Petugas has compared the person with the KTP.
    identity_verified: bool,
    nik_masked: Option<String>,
    no_kk_masked: Option<String>,
    tgl_lahir: Option<NaiveDate>,
    jk: Option<crate::accounts::Sex>,
    hp: Option<String>,
    #[schema(value_type = Option<String>)]
    area: Option<crate::areas::AreaCode>,
    /// Positions that count now.
    appointments: Vec<AppointmentView>,
    second_factor: FactorView,
    version: i32,
}

#[derive(Serialize, ToSchema)]
pub struct AppointmentView {
    id: Uuid,
    #[schema(value_type = String)]
    area: crate::areas::AreaCode,
    position: crate::accounts::Position,
    section: Option<crate::accounts::KasiSection>,
    title: Option<String>,
    acting: Option<crate::accounts::Acting>,
}

/// Where the second factor stands.
#[derive(Serialize, ToSchema)]
pub struct FactorView {
    confirmed_at: Option<DateTime<Utc>>,
    /// When this session last showed it.
    shown_at: Option<DateTime<Utc>>,
    /// A position is left out of `appointments` until the factor is confirmed and shown.
    required: bool,
    recovery_codes_left: i64,
}

/// A logged-in device.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    id: Uuid,
    kind: session::SessionKind,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    user_agent: String,
    current: bool,
}

#[derive(Serialize, ToSchema)]
pub struct SessionList {
    items: Vec<SessionView>,
    next_cursor: Option<String>,
}

/// The own account.
///
/// Permissions: logged in.
#[utoipa::path(get, path = "/api/v1/me", tag = "me",
    security(("bearer" = [])),
    responses((status = 200, body = Me), (status = 401, body = Problem)))]
pub async fn show(app: App, actor: Actor) -> Result<HttpResponse, Error> {
    let who = actor.clone();
    let (profile, codes) = app
        .read(move |conn, ctx| {
            let codes = second_factor::recovery_codes_left(conn, who.account_id)?;
            Ok::<_, AccountError>((profile::find(conn, ctx, &who)?, codes))
        })
        .await?;
    Ok(HttpResponse::Ok().json(me(actor, profile, codes)))
}

/// Changes name (until it is verified), telephone or residence.
///
/// Permissions: logged in. Errors: 412 when `version` or If-Match is not the present one, 422.
#[utoipa::path(patch, path = "/api/v1/me", tag = "me", request_body = RawChanges,
    params(("If-Match" = Option<String>, Header, description = "The version that was read")),
    security(("bearer" = [])),
    responses((status = 200, body = Me), (status = 401, body = Problem), (status = 412, body = Problem),
              (status = 422, body = Problem)))]
pub async fn change(app: App, actor: Actor, req: HttpRequest, body: Json<RawChanges>) -> Result<HttpResponse, Error> {
    let mut raw = body.value;
    if let Some(version) = if_match(&req)? {
        raw.version = Some(version);
    }
    let who = actor.clone();
    let (profile, codes) = app
        .write(move |conn, ctx| {
            let profile = profile::update(conn, ctx, &who, &raw)?;
            Ok::<_, AccountError>((profile, second_factor::recovery_codes_left(conn, who.account_id)?))
        })
        .await?;
    Ok(HttpResponse::Ok().json(me(actor, profile, codes)))
}

/// Live sessions, newest first.
///
/// Permissions: logged in.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "me",
    security(("bearer" = [])),
    responses((status = 200, body = SessionList), (status = 401, body = Problem)))]
pub async fn sessions(app: App, actor: Actor) -> Result<HttpResponse, Error> {
    let found = app.read(move |conn, ctx| session::list(conn, ctx, &actor)).await?;
    Ok(HttpResponse::Ok().json(SessionList {
        items: found.into_iter().map(view).collect(),
        next_cursor: None,
    }))
}

/// Ends every session but this one.
///
/// Permissions: logged in.
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "me",
    security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem)))]
pub async fn end_sessions(app: App, actor: Actor) -> Result<HttpResponse, Error> {
    app.write(move |conn, ctx| session::end_others(conn, ctx, &actor))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends one session, which may be this one.
///
/// Permissions: its owner. Errors: 404.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{session_id}", tag = "me",
    params(("session_id" = Uuid, Path, description = "From the list")),
    security(("bearer" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn end_session(app: App, actor: Actor, path: web::Path<String>) -> Result<HttpResponse, Error> {
    let id: Uuid = path.parse().map_err(|_| Error::NotFound)?;
    app.write(move |conn, ctx| session::end(conn, ctx, &actor, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn me(actor: Actor, profile: Profile, recovery_codes_left: i64) -> Me {
    Me {
        id: actor.account_id,
        nama: profile.name,
        email: profile.email,
        email_verified: profile.email_verified,
        identity_verified: profile.identity_verified,
        nik_masked: profile.nik.map(|nik| profile::masked(&nik)),
        no_kk_masked: profile.no_kk.map(|kk| profile::masked(&kk)),
        tgl_lahir: profile.birth_date,
        jk: profile.sex,
        hp: profile.phone,
        area: profile.area,
        appointments: actor.appointments.into_iter().map(appointment).collect(),
        second_factor: FactorView {
            confirmed_at: profile.totp_confirmed_at,
            shown_at: actor.second_factor_at,
            required: actor.second_factor_missing,
            recovery_codes_left,
        },
        version: profile.version,
    }
}

fn appointment(held: Appointment) -> AppointmentView {
    AppointmentView {
        id: held.id,
        area: held.area,
        position: held.position,
        section: held.section,
        title: held.title,
        acting: held.acting,
    }
}

fn view(session: Session) -> SessionView {
    SessionView {
        id: session.id,
        kind: session.kind,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
        user_agent: session.user_agent,
        current: session.is_current,
    }
}

/// The version in If-Match; `*` matches any.
fn if_match(req: &HttpRequest) -> Result<Option<i32>, Error> {
    let Some(value) = req.headers().get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| Error::Stale)?.trim();
    if text == "*" {
        return Ok(None);
    }
    // A tag that is no version of ours matches nothing.
    text.trim_matches('"').parse().map(Some).map_err(|_| Error::Stale)
}
