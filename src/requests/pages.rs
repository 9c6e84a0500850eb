//! Pages of requests: handing in, tracking, the own requests, one request with its actions, the officer's queue.

mod act;
mod action_forms;
mod amend;
mod assign;
mod conversation;
mod desk;
mod download;
mod drafts;
mod identity;
mod known;
mod messages;
mod mine;
mod posted;
mod progress;
mod queue;
mod show;
mod submit;
#[cfg(test)]
mod tests;
mod track;

use actix_web::web;

use crate::app::App;
use crate::platform::error::Error;
use crate::platform::http::endpoint;
use crate::platform::idempotency::Once;

/// Addresses of the room's pages.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/layanan/{code}/ajukan")
        .get(submit::form)
        .post(submit::submit)
        .register(cfg);
    endpoint("/lacak").get(track::show).register(cfg);
    endpoint("/permohonan").get(mine::list).register(cfg);
    endpoint("/simpanan/{draft_id}/hapus")
        .post(drafts::throw_away)
        .register(cfg);
    endpoint("/permohonan/{id}").get(show::show).register(cfg);
    endpoint("/permohonan/{id}/tindakan").post(act::act).register(cfg);
    endpoint("/permohonan/{id}/petugas").post(assign::assign).register(cfg);
    endpoint("/tanda-tangan").get(desk::show).post(desk::act).register(cfg);
    endpoint("/permohonan/{id}/lengkapi")
        .get(amend::form)
        .post(amend::resubmit)
        .register(cfg);
    endpoint("/permohonan/{id}/lampiran/{attachment_id}")
        .get(download::scan)
        .register(cfg);
    endpoint("/permohonan/{id}/pesan")
        .post(conversation::write)
        .register(cfg);
    endpoint("/permohonan/{id}/pencocokan")
        .get(identity::show)
        .post(identity::confirm)
        .register(cfg);
    endpoint("/permohonan/{id}/perbaiki")
        .get(amend::mend_form)
        .post(amend::mend)
        .register(cfg);
    endpoint("/permohonan/{id}/surat").get(download::letter).register(cfg);
    endpoint("/antrean").get(queue::list).register(cfg);
    endpoint("/antrean/berikutnya").post(queue::next).register(cfg);
}

/// A key for one rendered form, so that sending it twice acts once.
fn new_key(app: &App) -> String {
    app.entropy().token()
}

/// The key of a form that came back. What is done to one object under it is another call on another object.
fn once(action: &str, object: &str, key: &str) -> Result<Once, Error> {
    Once::with_key(&format!("{action} {object}"), key)
}

/// An id in an address: what is none names nothing.
fn id_of(text: &str) -> Result<uuid::Uuid, Error> {
    text.parse().map_err(|_| Error::NotFound)
}
