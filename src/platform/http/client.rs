//! Who is calling, as far as the connection tells.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::{Payload, RequestHead};
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

/// The id that an answer, its problem and its log line share.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Address of the client; X-Forwarded-For counts only when the peer is a trusted proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// Walks X-Forwarded-For from the right while the hops are trusted.
    #[must_use]
    pub fn of(head: &RequestHead, trusted: &[IpAddr]) -> Self {
        let mut address = head
            .peer_addr
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let forwarded = head
            .headers
            .get("x-forwarded-for")
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        for hop in forwarded.rsplit(',').map(str::trim) {
            if !trusted.contains(&address) {
                break;
            }
            let Ok(next) = hop.parse() else { break };
            address = next;
        }
        Self(address)
    }

    #[must_use]
    pub fn is_loopback(self) -> bool {
        self.0.is_loopback()
    }
}

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let stored = req.extensions().get::<Self>().copied();
        ready(Ok(stored.unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))))
    }
}

/// Whether the caller reads JSON: everything under /api, and whoever asks for it by name.
#[must_use]
pub fn wants_json(head: &RequestHead) -> bool {
    let accept = head
        .headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    head.uri.path().starts_with("/api/") || (accept.contains("json") && !accept.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_may_name_the_client() {
        let head = |forwarded: &str| {
            actix_web::test::TestRequest::default()
                .peer_addr("10.0.0.1:5".parse().unwrap())
                .insert_header(("x-forwarded-for", forwarded))
                .to_http_request()
        };
        let of = |forwarded: &str, trusted: &[&str]| {
            let trusted: Vec<IpAddr> = trusted.iter().map(|ip| ip.parse().unwrap()).collect();
            ClientAddress::of(head(forwarded).head(), &trusted).0.to_string()
        };
        assert_eq!(of("1.2.3.4", &[]), "10.0.0.1");
        assert_eq!(of("1.2.3.4", &["10.0.0.1"]), "1.2.3.4");
        assert_eq!(of("9.9.9.9, 1.2.3.4", &["10.0.0.1"]), "1.2.3.4");
        assert_eq!(of("1.2.3.4, 10.0.0.2", &["10.0.0.1", "10.0.0.2"]), "1.2.3.4");
        assert_eq!(of("junk", &["10.0.0.1"]), "10.0.0.1");
    }
}
