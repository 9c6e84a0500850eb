//! Places: kabupaten > kecamatan > kelurahan or desa > lingkungan, and the unit codes of those that issue letters.

pub mod api;
mod code;
mod seed;

pub use code::{AreaCode, AreaCodeError, AreaLevel};
pub use seed::{SeedArea, SeedError, seed};

mod store;

pub use store::{Area, Areas, Office, name, office, seed_areas};
