//! Why a file is refused, with what its owner can do about it.

use crate::platform::error::Error;

/// Largest side of an image in pixels.
pub(super) const MAX_SIDE: u32 = 10_000;
/// Most pixels of an image: a 40-megapixel phone camera.
pub(super) const MAX_PIXELS: u64 = 40_000_000;
/// Most pages of a PDF.
pub(super) const MAX_PAGES: usize = 50;

/// Why a file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("Berkas kosong. Pilih foto atau PDF lain.")]
    Empty,
    #[error("Hanya foto (JPEG, PNG, WebP) atau PDF yang diterima.")]
    Kind,
    #[error("Berkas rusak atau tidak lengkap. Foto atau pindai ulang, lalu unggah lagi.")]
    Damaged,
    #[error("Gambar terlalu besar. Perkecil hingga paling banyak 40 megapiksel.")]
    TooManyPixels,
    #[error("PDF ini terkunci. Simpan ulang tanpa kata sandi, atau unggah fotonya.")]
    PdfEncrypted,
    #[error("PDF ini berisi skrip atau berkas lain. Cetak ulang ke PDF biasa, atau unggah fotonya.")]
    PdfActive,
    #[error("PDF harus berisi 1 sampai 50 halaman.")]
    PdfPages,
    #[error("PDF ini terlalu rumit. Cetak ulang ke PDF biasa, atau unggah fotonya.")]
    PdfTooComplex,
}

impl FileError {
    /// Stable for programs; the text may change.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::Kind => "file_type",
            Self::Damaged => "file_damaged",
            Self::TooManyPixels => "image_too_large",
            Self::PdfEncrypted => "pdf_encrypted",
            Self::PdfActive => "pdf_active_content",
            Self::PdfPages => "pdf_pages",
            Self::PdfTooComplex => "pdf_too_complex",
        }
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::field("file", error.code(), error.to_string())
    }
}
