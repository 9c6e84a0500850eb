//! Petugas compares the applicant's account with the scan of the KTP, from the page of a request.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;
use serde::Deserialize;
use uuid::Uuid;

use super::show::{self, Loaded};
use super::{id_of, messages, new_key, once};
use crate::accounts::api::{SameOrigin, check_csrf};
use crate::accounts::identity::{self as accounts, Claim};
use crate::accounts::pages::chrome;
use crate::accounts::{AccountError, Actor, Position};
use crate::app::{Answer, App};
use crate::platform::error::Error;
use crate::platform::http::Form;
use crate::platform::indonesian::long_date;
use crate::requests::error::RequestError;
use crate::requests::opening;
use crate::requests::store::{self, Request};
use crate::services::fields::Printed;
use crate::shell::{Chrome, page_with_status, see_other};

/// Kinds of scan that show who somebody is.
const PROOFS: [&str; 2] = ["ktp", "kk"];

#[derive(Template)]
#[template(path = "requests/pages/identity.html")]
struct IdentityPage {
    chrome: Chrome,
    key: String,
    view: Loaded,
    /// With the birth date in words, and whether the actor may confirm it.
    accounts: Vec<(Claim, String, bool)>,
    message: &'static str,
}

impl IdentityPage {
    fn is_proof(&self, kind: &str) -> bool {
        PROOFS.iter().any(|proof| kind.starts_with(proof))
    }
}

/// Whether some account of the applicant's NIK waits for the actor.
///
/// # Errors
/// What the database says.
pub(super) fn may_verify(conn: &mut PgConnection, actor: &Actor, request: &Request) -> Result<bool, Error> {
    let claims = accounts::claims(conn, &request.applicant_hash)?;
    let is_settled = claims.iter().any(|claim| claim.identity_verified_at.is_some());
    Ok(!is_settled && claims.iter().any(|claim| accounts::may_verify(actor, claim)))
}

pub(super) async fn show(app: App, actor: Actor, id: web::Path<String>) -> Result<HttpResponse, Error> {
    let id = id_of(&id)?;
    render(&app, actor, id, "", StatusCode::OK).await
}

/// The pressed button.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Pressed {
    csrf: String,
    kunci: String,
    account: String,
}

pub(super) async fn confirm(
    app: App,
    actor: Actor,
    _: SameOrigin,
    id: web::Path<String>,
    form: Form<Pressed>,
) -> Result<HttpResponse, Error> {
    let (id, pressed) = (id_of(&id)?, form.value);
    check_csrf(&actor, app.keys(), &pressed.csrf)?;
    let account = id_of(&pressed.account)?;
    let once = once("verify account", &id.to_string(), &pressed.kunci)?;
    let who = actor.clone();
    let done = app
        .once(once, actor.account_id.to_string(), form.hash, move |conn, ctx| {
            opening::must_see(conn, &who, id)?;
            // Only accounts that this request is about.
            let request = store::get(conn, id)?;
            let claims = accounts::claims(conn, &request.applicant_hash)?;
            if !claims.iter().any(|claim| claim.id == account) {
                return Err(AccountError::NotFound);
            }
            accounts::verify(conn, ctx, &who, account)?;
            Ok(Answer::ok(()))
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(&format!("/permohonan/{id}"))),
        Err(Error::Conflict {
            code: "nik_already_verified",
        }) => render(&app, actor, id, messages::ANOTHER_VERIFIED, StatusCode::CONFLICT).await,
        Err(other) => Err(other),
    }
}

async fn render(
    app: &App,
    actor: Actor,
    id: Uuid,
    message: &'static str,
    status: StatusCode,
) -> Result<HttpResponse, Error> {
    // Birth dates and addresses of everybody who claims a NIK are for who compares them, not for every officer.
    if !actor.holds(Position::Petugas) {
        return Err(Error::NotFound);
    }
    let who = actor.clone();
    let (view, claims) = app
        .write(move |conn, ctx| {
            let view = show::load(conn, ctx, &who, id)?;
            let request = store::get(conn, id)?;
            Ok::<_, RequestError>((view, accounts::claims(conn, &request.applicant_hash)?))
        })
        .await?;
    // The resident's own page has nothing to compare.
    if view.is_party {
        return Err(Error::NotFound);
    }
    let is_settled = claims.iter().any(|claim| claim.identity_verified_at.is_some());
    let page = IdentityPage {
        chrome: chrome(Some(&actor), app.keys()),
        key: new_key(app),
        view,
        accounts: claims
            .into_iter()
            .map(|claim| {
                let born = claim.birth_date.map(long_date).unwrap_or_default();
                let may = !is_settled && accounts::may_verify(&actor, &claim);
                (claim, born, may)
            })
            .collect(),
        message,
    };
    page_with_status(&page, status)
}
