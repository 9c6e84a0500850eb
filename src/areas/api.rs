//! The areas of the cell as programs read them.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Area, AreaCode, AreaLevel, Areas};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::endpoint;

/// Addresses of the room.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/api/v1/areas").get(list).register(cfg);
}

/// The room's part of the OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Doc;

/// An area as the API sends it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AreaView {
    #[schema(value_type = String, example = "12.09.20.1006")]
    pub code: AreaCode,
    pub name: String,
    /// `kabupaten`, `kecamatan`, `kelurahan` or `lingkungan`.
    pub level: AreaLevel,
    /// Null for the kabupaten.
    #[schema(value_type = Option<String>, example = "12.09.20")]
    pub parent: Option<AreaCode>,
    /// The area's mark in letter numbers; only areas that issue letters here have one.
    #[schema(example = "MTR")]
    pub unit_code: Option<String>,
    pub postal_code: Option<String>,
}

impl From<&Area> for AreaView {
    fn from(area: &Area) -> Self {
        Self {
            code: area.code.clone(),
            name: area.name.clone(),
            level: area.level,
            parent: area.code.parent(),
            unit_code: area.unit_code.clone(),
            postal_code: area.postal_code.clone(),
        }
    }
}

/// All areas.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AreaList {
    pub items: Vec<AreaView>,
    /// Always null: the list comes whole.
    pub next_cursor: Option<String>,
}

/// Every area of the cell, each after its parent.
///
/// Permissions: public.
#[utoipa::path(
    get, path = "/api/v1/areas", tag = "catalogue",
    responses((status = 200, description = "Kabupaten, kecamatan, kelurahan and lingkungan", body = AreaList))
)]
async fn list(app: App) -> Result<HttpResponse, Error> {
    let areas = app.read(|conn, _| Areas::load(conn)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=60"))
        .json(AreaList {
            items: areas.iter().map(AreaView::from).collect(),
            next_cursor: None,
        }))
}
