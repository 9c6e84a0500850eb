//! What any server needs and no office does: nothing here knows a word of the kecamatan.

pub mod bell;
pub mod cluster;
pub mod crash;
pub mod crockford;
pub mod crypto;
pub mod db;
pub mod error;
pub mod field_error;
pub mod http;
pub mod idempotency;
pub mod ids;
pub mod indonesian;
pub mod jobs;
pub mod messages;
pub mod pagination;
pub mod plain_text;
pub mod stamp;
pub mod telemetry;
pub mod text_enum;
pub mod time;
