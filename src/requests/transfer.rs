//! To the kelurahan that the applicant lives in, when another one was asked.

use diesel::PgConnection;
use serde_json::{Value, json};

use super::amend::{self, Amended};
use super::error::RequestError;
use super::refusal::Refusal;
use super::store::Request;
use super::submit;
use super::wanted::{Input, NewAction};
use super::world::World;
use crate::accounts::{Actor, Position};
use crate::app::Ctx;
use crate::areas::{AreaCode, AreaLevel};
use crate::assignment::{self, Place};
use crate::services::AttachmentKind;
use crate::services::fields::Origin;

/// Writes the new kelurahan and lingkungan into the request; where it then goes is for the life of the request to say.
///
/// The kepling of the new lingkungan decides whether the first step is skipped: a pengantar that came with the
/// request is of another kepling, one that comes with the transfer counts.
///
/// # Errors
/// `NoOtherKelurahan`; `Invalid` with every wrong field, as a lingkungan that does not lie there.
pub(super) fn transfer(
    conn: &mut PgConnection,
    ctx: &Ctx<'_>,
    world: &World,
    request: &mut Request,
    (actor, wanted, input): (&Actor, &NewAction, &Input),
    origin: Origin,
) -> Result<Amended, RequestError> {
    let to = input
        .kelurahan
        .as_ref()
        .filter(|to| is_other_kelurahan(world, request, to))
        .ok_or(Refusal::NoOtherKelurahan)?;
    let from = request.area.clone();
    let mut wanted = wanted.clone();
    match &mut wanted.applicant {
        Value::Object(answers) => {
            answers
                .entry("kelurahan_code")
                .or_insert_with(|| Value::String(to.to_string()));
        }
        none @ Value::Null => *none = json!({ "kelurahan_code": to }),
        // Another type is refused where the answers are read.
        _ => {}
    }
    let mut amended = amend::amend(conn, ctx, world, request, (actor, &wanted, to), origin)?;
    let brings_pengantar = wanted
        .attachments
        .as_array()
        .is_some_and(|files| files.iter().any(|file| file["kind"] == AttachmentKind::PENGANTAR));
    let desk = Place {
        area: request.lingkungan.to_string(),
        position: Position::Kepling,
        section: None,
    };
    let is_appointed = assignment::eligible_position_exists(conn, ctx, &desk)?;
    request.kepling = submit::kepling(world, brings_pengantar, is_appointed);
    let route = world.route(request.kepling)?;
    let skipped = route.steps().iter();
    let skipped = skipped.filter_map(|step| Some(json!({ "step": step.n, "reason": step.skipped? })));
    let told = [
        ("from_area", json!(from)),
        ("to_area", json!(to)),
        ("skipped", skipped.collect()),
    ];
    amended
        .event_data
        .extend(told.map(|(name, value)| (name.to_owned(), value)));
    Ok(amended)
}

fn is_other_kelurahan(world: &World, request: &Request, to: &AreaCode) -> bool {
    to.level() == AreaLevel::Kelurahan
        && *to != request.area
        && to.parent().as_ref() == Some(&request.kecamatan)
        && world.areas.serves(to)
}
