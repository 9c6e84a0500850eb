//! Files that `make assets` built and build.rs embedded. Each has an address made from its content, so that browsers
//! keep it for ever, and lies here compressed already.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{FOR_EVER, fingerprint};
use crate::platform::http::endpoint;

/// Name, content, content compressed by gzip.
type File = (&'static str, &'static [u8], &'static [u8]);

/// Empty when the program was built without `make assets`, which a release refuses.
const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/built.rs"));

/// Each file under its address; hashed once.
static ADDRESSES: LazyLock<Vec<(String, File)>> = LazyLock::new(|| {
    let addresses = FILES.iter().map(|file| (address_of(file), *file));
    addresses.collect()
});

fn address_of((name, content, _): &File) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    format!("/assets/{stem}.{}.{ending}", fingerprint(content))
}

/// Where a built file is; none when it was not built.
#[must_use]
pub fn address(name: &str) -> Option<&'static str> {
    let mut known = ADDRESSES.iter();
    known
        .find(|(_, file)| file.0 == name)
        .map(|(address, _)| address.as_str())
}

pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    for (address, file) in ADDRESSES.iter() {
        endpoint(address)
            .get(move |req: HttpRequest| async move { send(&req, *file) })
            .register(cfg);
    }
}

fn send(req: &HttpRequest, (name, content, gzip): File) -> HttpResponse {
    let accepted = req.headers().get(header::ACCEPT_ENCODING);
    let is_compressed = accepted.and_then(|value| value.to_str().ok()).is_some_and(takes_gzip);
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(kind(name))
        .insert_header((header::CACHE_CONTROL, FOR_EVER))
        .insert_header((header::VARY, "accept-encoding"));
    if is_compressed {
        answer.insert_header((header::CONTENT_ENCODING, "gzip")).body(gzip)
    } else {
        answer
            .insert_header((header::CONTENT_ENCODING, "identity"))
            .body(content)
    }
}

/// `gzip;q=0` refuses it.
fn takes_gzip(accepted: &str) -> bool {
    let mut codings = accepted
        .split(',')
        .map(|coding| coding.replace(' ', "").to_ascii_lowercase());
    codings.any(|coding| match coding.split_once(';') {
        None => coding == "gzip",
        Some((name, weight)) => name == "gzip" && weight.trim_start_matches("q=").parse().is_ok_and(|q: f32| q > 0.0),
    })
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_takes_gzip_gets_it() {
        for accepted in ["gzip", "br, gzip", "deflate, GZIP;q=0.5, *;q=0"] {
            assert!(takes_gzip(accepted), "{accepted}");
        }
        for accepted in ["", "br", "gzip;q=0", "gzip; q=0.0", "xgzip"] {
            assert!(!takes_gzip(accepted), "{accepted}");
        }
    }

    #[test]
    fn an_address_changes_with_its_content() {
        let file: File = ("a.b.js", b"1", b"");
        assert_ne!(address_of(&file), address_of(&("a.b.js", b"2", b"")));
        assert!(address_of(&file).starts_with("/assets/a.b.") && address_of(&file).ends_with(".js"));
    }
}
