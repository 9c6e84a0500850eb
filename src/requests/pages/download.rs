//! Scans and letters in the browser, for whom the policy lets see them.

use actix_web::{HttpResponse, web};

use super::id_of;
use crate::accounts::Actor;
use crate::app::App;
use crate::platform::error::Error;
use crate::requests::opening;

pub(super) async fn scan(app: App, actor: Actor, path: web::Path<(String, String)>) -> Result<HttpResponse, Error> {
    let (id, file) = (id_of(&path.0)?, id_of(&path.1)?);
    opening::scan(&app, actor, id, file).await
}

pub(super) async fn letter(app: App, actor: Actor, id: web::Path<String>) -> Result<HttpResponse, Error> {
    let id = id_of(&id)?;
    opening::letter(&app, actor, id).await
}
