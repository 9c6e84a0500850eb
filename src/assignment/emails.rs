//! What this room tells people.

use askama::Template;
use diesel::PgConnection;

use super::{Need, Own, superior};
use crate::app::Ctx;
use crate::areas::{AreaCode, AreaLevel, Areas};
use crate::notifications::{self, Message};
use crate::platform::error::Error;

#[derive(Template)]
#[template(path = "assignment/nobody_there.txt")]
struct NobodyThereText<'a> {
    position: &'a str,
    area: &'a str,
    link: &'a str,
}

#[derive(Template)]
#[template(path = "assignment/nobody_there.html")]
struct NobodyThereHtml<'a> {
    position: &'a str,
    area: &'a str,
    link: &'a str,
}

/// Tells the superior that a request waits at a desk where nobody is; once for a request and step. Without a superior
/// the empty line in `assignments` is all there is.
pub(super) fn nobody_there(conn: &mut PgConnection, ctx: &Ctx<'_>, need: &Need<'_>) -> Result<(), Error> {
    let Some(to) = superior::find(conn, ctx, &need.place.area, need.place.position, &Own::default())? else {
        return Ok(());
    };
    let area = office_name(&Areas::load(conn)?, &need.place.area);
    let (position, link) = (need.place.position.label(), ctx.config.link("/antrean"));
    let text = NobodyThereText {
        position,
        area: &area,
        link: &link,
    };
    let html = NobodyThereHtml {
        position,
        area: &area,
        link: &link,
    };
    let message = Message {
        to: to.email,
        subject: format!("Belum ada petugas: {position} {area}"),
        text: text.render().map_err(Error::internal)?,
        html: html.render().map_err(Error::internal)?,
        dedupe_key: format!("nobody_there:{}:{}:{}", need.request_id, need.step, to.account),
    };
    notifications::enqueue(conn, ctx, &message)
}

/// Where a desk stands, in words: `Lingkungan III, Kelurahan Mutiara`.
fn office_name(areas: &Areas, code: &str) -> String {
    let Ok(area) = AreaCode::parse(code) else {
        return code.to_owned();
    };
    match (area.level(), area.kelurahan()) {
        (AreaLevel::Lingkungan, Some(kelurahan)) => {
            format!("{}, Kelurahan {}", areas.name(&area), areas.name(&kelurahan))
        }
        (AreaLevel::Kelurahan, _) => format!("Kelurahan {}", areas.name(&area)),
        _ => format!("Kecamatan {}", areas.name(&area)),
    }
}
