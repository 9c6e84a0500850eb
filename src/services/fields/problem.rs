//! Every way in which a submission can be wrong: stable code and Indonesian text, in one list.

use crate::accounts::{ContactError, NikError};
use crate::platform::field_error::FieldError;
use crate::platform::plain_text::TextProblem;

/// What is wrong with one value. Carries nothing of the value itself, except a character that no name consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    Required,
    /// Another JSON type than the kind has; holds what was expected, in Indonesian.
    WrongType(&'static str),
    UnknownKey,
    Text(TextProblem),
    Date,
    /// Outside 1900-2100: a slip of the finger.
    DateRange,
    Time,
    Datetime,
    Number,
    Negative,
    TooLarge,
    Decimal,
    /// `1.250` typed in a form: one and a quarter, or one thousand two hundred and fifty?
    DecimalAmbiguous,
    Money,
    YesNo,
    NotAnOption,
    Area,
    Nik(NikError),
    Kk(NikError),
    Contact(ContactError),
    Geo,
    TooManyRows(usize),
    /// `area` is not one that takes requests.
    AreaUnknown,
    AreaMismatch,
    LingkunganMismatch,
    NikBirthMismatch,
    NikSexMismatch,
    BornAfterToday,
    /// A warning only: people keep the number of their first registration.
    RegionUnknown,
    UnknownAttachment,
    AttachmentRequired,
    TooManyFiles(usize),
    DuplicateFile,
    FileId,
}

impl Problem {
    /// The error at a place such as `applicant.nik`.
    #[must_use]
    pub fn at(&self, field: impl Into<String>) -> FieldError {
        FieldError::new(field, self.code(), self.message())
    }

    /// Stable for programs; the message may change.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required | Self::AttachmentRequired => "required",
            Self::WrongType(_) => "wrong_type",
            Self::UnknownKey => "unknown_key",
            Self::Text(problem) => problem.code(),
            Self::Date => "date_invalid",
            Self::DateRange => "date_out_of_range",
            Self::Time => "time_invalid",
            Self::Datetime => "datetime_invalid",
            Self::Number => "number_invalid",
            Self::Negative => "negative",
            Self::TooLarge => "too_large",
            Self::Decimal => "decimal_invalid",
            Self::DecimalAmbiguous => "decimal_ambiguous",
            Self::Money => "money_invalid",
            Self::YesNo => "bool_invalid",
            Self::NotAnOption => "not_an_option",
            Self::Area | Self::AreaUnknown => "area_unknown",
            Self::Nik(problem) | Self::Kk(problem) => problem.code(),
            Self::Contact(problem) => problem.code(),
            Self::Geo => "geo_invalid",
            Self::TooManyRows(_) => "too_many_rows",
            Self::AreaMismatch => "area_mismatch",
            Self::LingkunganMismatch => "lingkungan_mismatch",
            Self::NikBirthMismatch => "nik_birth_mismatch",
            Self::NikSexMismatch => "nik_sex_mismatch",
            Self::BornAfterToday => "not_after_today",
            Self::RegionUnknown => "region_unknown",
            Self::UnknownAttachment => "unknown_attachment",
            Self::TooManyFiles(_) => "too_many_files",
            Self::DuplicateFile => "duplicate_file",
            Self::FileId => "file_unknown",
        }
    }

    /// What the person reads beside the field.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::WrongType(expected) => format!("Jenis isian salah, yang diminta {expected}."),
            Self::Text(problem) => format!("Isian {problem}."),
            Self::Nik(problem) => format!("NIK {problem}."),
            Self::Kk(problem) => format!("Nomor KK {problem}."),
            Self::Contact(problem) => format!("Isian tidak dikenali: {problem}."),
            Self::TooManyRows(max) => format!("Terlalu banyak baris, paling banyak {max}."),
            Self::TooManyFiles(max) => format!("Terlalu banyak berkas, paling banyak {max}."),
            fixed => fixed.fixed_message().to_owned(),
        }
    }

    const fn fixed_message(&self) -> &'static str {
        match self {
            Self::Required => "Wajib diisi.",
            Self::UnknownKey => "Isian ini tidak ada pada layanan ini.",
            Self::Date => "Tulis tanggal yang ada di kalender, misalnya 1990-05-15.",
            Self::DateRange => "Tahun harus antara 1900 dan 2100.",
            Self::Time => "Tulis jam seperti 14:30.",
            Self::Datetime => "Tulis tanggal dan jam lengkap.",
            Self::Number => "Tulis bilangan bulat dengan angka saja.",
            Self::Negative => "Tidak boleh kurang dari nol.",
            Self::TooLarge => "Angkanya terlalu besar.",
            Self::Decimal => "Tulis angka, misalnya 3,15.",
            Self::DecimalAmbiguous => "Titik di sini bisa berarti ribuan atau desimal. Tulis 1250 atau 1,25.",
            Self::Money => "Tulis jumlah rupiah bulat, misalnya 1500000.",
            Self::YesNo => "Pilih Ya atau Tidak.",
            Self::NotAnOption => "Pilih salah satu dari daftar.",
            Self::Area | Self::AreaUnknown => "Wilayah ini tidak dilayani di sini.",
            Self::Geo => "Koordinat harus lintang -90 sampai 90 dan bujur -180 sampai 180.",
            Self::AreaMismatch => "Kelurahan tidak sama dengan kelurahan tujuan permohonan.",
            Self::LingkunganMismatch => "Lingkungan ini bukan bagian dari kelurahan yang dipilih.",
            Self::NikBirthMismatch => "NIK tidak cocok dengan tanggal lahir. Periksa keduanya pada KTP.",
            Self::NikSexMismatch => "NIK tidak cocok dengan jenis kelamin. Periksa keduanya pada KTP.",
            Self::BornAfterToday => "Tanggal lahir belum terjadi.",
            Self::RegionUnknown => "Kode wilayah nomor ini bukan dari daerah kita. Cocokkan dengan kartunya.",
            Self::UnknownAttachment => "Lampiran jenis ini tidak diminta pada layanan ini.",
            Self::AttachmentRequired => "Lampiran ini wajib diunggah.",
            Self::DuplicateFile => "Berkas yang sama dilampirkan dua kali.",
            Self::FileId => "Berkas tidak dikenali. Unggah kembali.",
            Self::WrongType(_)
            | Self::Text(_)
            | Self::Nik(_)
            | Self::Kk(_)
            | Self::Contact(_)
            | Self::TooManyRows(_)
            | Self::TooManyFiles(_) => "Isian salah.",
        }
    }
}

impl From<TextProblem> for Problem {
    fn from(problem: TextProblem) -> Self {
        Self::Text(problem)
    }
}

impl From<ContactError> for Problem {
    fn from(problem: ContactError) -> Self {
        Self::Contact(problem)
    }
}
