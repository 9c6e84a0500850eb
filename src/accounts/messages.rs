//! What people read at the fields of this room's forms, and the collector of such errors.

use std::borrow::Cow;

use super::contact::ContactError;
use super::nik::NikError;
use super::password::PasswordProblem;
use crate::platform::field_error::FieldError;
use crate::platform::plain_text::TextProblem;

/// What is wrong with a field: a stable code and an Indonesian sentence.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    code: &'static str,
    message: Cow<'static, str>,
}

impl Problem {
    const fn new(code: &'static str, message: &'static str) -> Self {
        Self {
            code,
            message: Cow::Borrowed(message),
        }
    }

    pub fn at(self, field: &str) -> FieldError {
        FieldError::new(field, self.code, self.message)
    }
}

pub(super) const REQUIRED: Problem = Problem::new("required", "wajib diisi");
pub(super) const SEX: Problem = Problem::new("sex_invalid", "pilih L (laki-laki) atau P (perempuan)");
pub(super) const DATE: Problem = Problem::new("date_invalid", "tulis tanggal sebagai TTTT-BB-HH, misalnya 1990-05-15");
pub(super) const DATE_IMPOSSIBLE: Problem =
    Problem::new("date_impossible", "periksa tahunnya; tanggal lahir ini tidak mungkin");
pub(super) const BIRTH_DIFFERS: Problem = Problem::new(
    "birth_date_differs_from_nik",
    "tidak cocok dengan tanggal lahir di dalam NIK; periksa NIK dan tanggal",
);
pub(super) const SEX_DIFFERS: Problem = Problem::new(
    "sex_differs_from_nik",
    "tidak cocok dengan NIK; periksa NIK dan jenis kelamin",
);
pub(super) const AREA_UNKNOWN: Problem = Problem::new("area_unknown", "pilih kelurahan tempat tinggal dari daftar");
pub(super) const PROVINCE_UNKNOWN: Problem = Problem::new(
    "region_unknown",
    "kode provinsi pada NIK tidak kami kenal; periksa sekali lagi, bila sudah benar biarkan saja",
);
pub(super) const NAME: Problem = Problem::new(
    "name_invalid",
    "tulis nama seperti pada KTP, tanpa angka dan tanpa tanda < > : / @",
);
pub(super) const NAME_FIXED: Problem = Problem::new(
    "name_fixed",
    "nama sudah dicocokkan dengan KTP; minta petugas untuk mengubahnya",
);

pub(super) const OTP: Problem = Problem::new(
    "otp_invalid",
    "kode tidak cocok atau sudah dipakai; tunggu kode berikutnya pada aplikasi autentikator",
);

impl From<NikError> for Problem {
    fn from(error: NikError) -> Self {
        Self {
            code: error.code(),
            message: error.to_string().into(),
        }
    }
}

impl From<ContactError> for Problem {
    fn from(error: ContactError) -> Self {
        Self {
            code: error.code(),
            message: error.to_string().into(),
        }
    }
}

impl From<PasswordProblem> for Problem {
    fn from(error: PasswordProblem) -> Self {
        Self {
            code: error.code(),
            message: error.to_string().into(),
        }
    }
}

impl From<TextProblem> for Problem {
    fn from(error: TextProblem) -> Self {
        Self {
            code: error.code(),
            message: error.to_string().into(),
        }
    }
}

/// Collects the errors of a form, so that all are told at once.
#[derive(Default)]
pub(super) struct Fields {
    pub errors: Vec<FieldError>,
}

impl Fields {
    /// The value, or nothing and an error at the field.
    pub fn take<T>(&mut self, field: &str, read: Result<T, impl Into<Problem>>) -> Option<T> {
        read.map_err(|problem| self.add(field, problem)).ok()
    }

    pub fn add(&mut self, field: &str, problem: impl Into<Problem>) {
        self.errors.push(problem.into().at(field));
    }
}
