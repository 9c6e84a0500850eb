//! Everything between a socket and a handler: bodies, endpoints, request ids, refusals, headers, limits, logs.

mod body;
mod client;
mod endpoint;
mod finish;
mod if_match;
mod limits;
mod parts;
mod upload;

pub use body::{Form, Json, MAX_BODY, parse_json, typed};
pub use client::{ClientAddress, RequestId, wants_json};
pub use endpoint::{Endpoint, endpoint, registered};
pub use finish::{ErrorPage, finish};
pub use if_match::IfMatch;
pub use limits::Limiter;
pub use parts::{Content, Part, Parts};
pub use upload::Upload;
