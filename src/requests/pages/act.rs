//! One action on a request, by a button of its page.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::action_forms::Typed;
use super::messages::PLACE;
use super::{id_of, once, show};
use crate::accounts::Actor;
use crate::accounts::api::{SameOrigin, check_csrf};
use crate::app::{Answer, App};
use crate::areas::AreaCode;
use crate::platform::error::Error;
use crate::platform::field_error::FieldError;
use crate::platform::http::Form;
use crate::platform::messages::problem;
use crate::requests::act::{self as operation, NewAction};
use crate::requests::stage::Action;
use crate::services::fields::Origin;
use crate::shell::{FormErrors, see_other};

/// A pressed button with what stands beside it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Pressed {
    csrf: String,
    kunci: String,
    version: String,
    action: String,
    note: String,
    reason_code: String,
    /// Number of a step.
    to: String,
    /// The place that a request is transferred to.
    #[serde(rename = "applicant.lingkungan")]
    lingkungan: String,
}

impl Pressed {
    /// The lingkungan that was chosen tells the kelurahan.
    fn target(&self) -> (Value, Value) {
        if self.action != Action::Transfer.as_str() {
            return (self.to.clone().into(), Value::Null);
        }
        let kelurahan = AreaCode::parse(&self.lingkungan).ok().and_then(|area| area.parent());
        (json!(kelurahan), json!({ "lingkungan": self.lingkungan }))
    }
}

pub(super) async fn act(
    app: App,
    actor: Actor,
    _: SameOrigin,
    id: web::Path<String>,
    form: Form<Pressed>,
) -> Result<HttpResponse, Error> {
    let (id, pressed) = (id_of(&id)?, form.value);
    check_csrf(&actor, app.keys(), &pressed.csrf)?;
    let (to, applicant) = pressed.target();
    let wanted = NewAction {
        action: pressed.action.clone(),
        to,
        applicant,
        note: Some(pressed.note.clone()),
        reason_code: Some(pressed.reason_code.clone()).filter(|code| !code.is_empty()),
        // A page always says what it showed; one that does not matches nothing.
        version: Some(pressed.version.parse().unwrap_or(-1)),
        ..NewAction::default()
    };
    let once = once("act", &id.to_string(), &pressed.kunci)?;
    let who = actor.clone();
    let done = app
        .once(once, actor.account_id.to_string(), form.hash, move |conn, ctx| {
            operation::act(conn, ctx, &who, id, &wanted, Origin::Form)?;
            Ok::<_, Error>(Answer::ok(()))
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(&next_page(&pressed.action, id))),
        Err(Error::Forbidden {
            code: "second_factor_required",
        }) => Ok(see_other(&format!("/konfirmasi?ke=/permohonan/{id}"))),
        Err(error) => refused(&app, actor, id, pressed, error).await,
    }
}

/// An officer goes on with the queue; a resident stays with the request.
fn next_page(action: &str, id: uuid::Uuid) -> String {
    match action {
        "endorse" | "verify" | "initial" | "sign" | "return" | "send_back" | "transfer" | "refer" | "reject" => {
            format!("/antrean?selesai={action}")
        }
        _ => format!("/permohonan/{id}"),
    }
}

/// The page again, with the reason and what was written.
pub(super) async fn refused(
    app: &App,
    actor: Actor,
    id: uuid::Uuid,
    pressed: Pressed,
    error: Error,
) -> Result<HttpResponse, Error> {
    let status = error.status();
    let (errors, message) = match error {
        Error::Invalid(errors) => (FormErrors(at_controls(&pressed, errors)), ""),
        Error::Stale | Error::Conflict { .. } | Error::Forbidden { .. } | Error::Unprocessable { .. } => {
            (FormErrors::default(), problem(error.code(), status).1)
        }
        other => return Err(other),
    };
    let change = |page: &mut show::RequestPage| {
        page.errors = errors;
        page.message = message;
        page.typed = Typed {
            target: if pressed.lingkungan.is_empty() {
                pressed.to
            } else {
                pressed.lingkungan
            },
            action: pressed.action,
            note: pressed.note,
            reason_code: pressed.reason_code,
        };
    };
    show::render(app, actor, id, change, status).await
}

/// One control asks for the place: whatever is wrong with it is said there, once.
fn at_controls(pressed: &Pressed, errors: Vec<FieldError>) -> Vec<FieldError> {
    if pressed.action != Action::Transfer.as_str() {
        return errors;
    }
    let mut at: Vec<FieldError> = Vec::with_capacity(errors.len());
    for mut error in errors {
        if matches!(error.field.as_str(), "to" | "area" | "applicant.kelurahan_code") {
            PLACE.clone_into(&mut error.field);
        }
        if !at.iter().any(|known| known.field == error.field) {
            at.push(error);
        }
    }
    at
}
