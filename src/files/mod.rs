//! Attachments and documents: what is let in, how it is sealed, where it lies.
//!
//! A file is judged by its bytes, cleaned, sealed under a key of its own, written to the store, and only then named
//! by a row; what no row names is swept after a day. Letters use the same store by content (`put_blob`).

pub mod api;
mod blobs;
mod clean;
#[cfg(test)]
mod clean_tests;
mod error;
mod jpeg;
mod pdf;
mod pdf_names;
#[cfg(test)]
mod pdf_tests;
mod sealed;
#[cfg(test)]
mod sealed_tests;
mod store;
mod sweep;

pub use blobs::FileStore;
pub use clean::{Cleaned, clean};
pub use error::FileError;
pub use sealed::{Opened, Sealed, get_blob, open, put_blob, record, seal};
pub use sweep::{sweep_attachments, sweep_blobs};

crate::text_enum! {
    /// What an attachment is after cleaning.
    pub enum MediaType {
        Jpeg => "image/jpeg",
        Pdf => "application/pdf",
    }
}
