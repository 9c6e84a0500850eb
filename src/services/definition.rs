//! A letter as the catalogue describes it: the shape of `service.json`, of a stored version and of the API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Rule;
use super::fields::Field;
use crate::accounts::{KasiSection, Position};
use crate::areas::AreaLevel;

crate::text_enum! {
    /// How residents find a letter.
    pub enum Category {
        Kependudukan => "kependudukan",
        Usaha => "usaha",
        Sosial => "sosial",
        Pertanahan => "pertanahan",
        Ketertiban => "ketertiban",
        Umum => "umum",
    }
}

impl Category {
    /// The heading above its letters.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Kependudukan => "Kependudukan dan keluarga",
            Self::Usaha => "Usaha",
            Self::Sosial => "Sosial dan bantuan",
            Self::Pertanahan => "Pertanahan dan waris",
            Self::Ketertiban => "Ketertiban dan kehilangan",
            Self::Umum => "Umum",
        }
    }
}

crate::text_enum! {
    /// The way a letter goes. A: the kelurahan signs. B: then the camat countersigns ("Mengetahui"). C: the camat
    /// signs, with the lurah's paper attached.
    pub enum Shape {
        A => "A",
        B => "B",
        C => "C",
    }
}

crate::text_enum! {
    /// What the holder of a step does with a request.
    pub enum StepName {
        /// The kepling vouches for the applicant.
        Endorse => "endorse",
        /// The petugas compares data and papers.
        Verify => "verify",
        /// Paraf: read and agreed, before the signature.
        Initial => "initial",
        Sign => "sign",
    }
}

impl StepName {
    /// The step as residents read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Endorse => "Pengantar",
            Self::Verify => "Pemeriksaan",
            Self::Initial => "Paraf",
            Self::Sign => "Tanda tangan",
        }
    }
}

/// One station of a letter's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub name: StepName,
    pub position: Position,
    pub level: AreaLevel,
    /// This step's part of the target; the shares of a service add up to 100.
    pub share_percent: u32,
    /// Switched off by the office. The step is then skipped and its share goes to the next, so shares stay as they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
}

impl Step {
    /// Only a paraf can be switched off: without check or signature there is no letter.
    #[must_use]
    pub fn switchable(&self) -> bool {
        self.name == StepName::Initial
    }
}

/// A paper that the form asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachmentKind {
    pub key: String,
    pub label: String,
    pub required: bool,
    /// Pages photographed one by one are several files of one kind.
    pub max_files: usize,
}

impl AttachmentKind {
    /// The kepling's signed paper. With it the request does not go to the kepling first.
    pub const PENGANTAR: &'static str = "pengantar";

    /// The power of attorney of a submitter who acts for the applicant: any service takes it, none asks for it.
    pub const KUASA: &'static str = "kuasa";
    pub(super) const KUASA_FILES: usize = 5;

    /// The power of attorney as a form asks for it.
    #[must_use]
    pub fn kuasa(label: &str) -> Self {
        Self {
            key: Self::KUASA.to_owned(),
            label: label.to_owned(),
            required: false,
            max_files: Self::KUASA_FILES,
        }
    }
}

/// One letter of the catalogue. A published version is immutable; a request keeps the version it was made with.
///
/// Serialises to exactly the shape it is read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceDefinition {
    /// `SKD`: in URLs, letter data and reports; never reused for another letter.
    pub code: String,
    pub name: String,
    pub category: Category,
    pub shape: Shape,
    /// Whose head initials at the kecamatan.
    pub kasi: KasiSection,
    /// Whether residents can ask for it.
    pub active: bool,
    /// Promised time; one working day is 420 working minutes.
    pub target_working_days: u32,
    pub steps: Vec<Step>,
    /// How long the letter holds; none = for good or for one use.
    pub validity_days: Option<u32>,
    /// 0 for every letter of the catalogue.
    pub fee_rupiah: u64,
    /// Permendagri 83/2022. Offices disagree on codes, so they are data.
    pub archive_code: String,
    pub archive_code_before_2022: Option<String>,
    pub attachments: Vec<AttachmentKind>,
    pub fields: Vec<Field>,
    #[schema(value_type = Vec<Object>)]
    pub rules: Vec<Rule>,
    pub legal_basis: Vec<String>,
    /// Minutes of an officer's work, where known; also the effort that assignment counts.
    pub counter_minutes: Option<u32>,
    /// Where the planning figures come from.
    pub basis: BTreeMap<String, Option<String>>,
    /// For the office, not for residents.
    pub note: String,
    pub evidence: Vec<String>,
}

/// Working minutes of one working day of target, whatever the hours of that day (design section 4).
const TARGET_DAY_MINUTES: u32 = 420;

impl ServiceDefinition {
    /// The promised time in working minutes.
    #[must_use]
    pub const fn promised_minutes(&self) -> u32 {
        self.target_working_days.saturating_mul(TARGET_DAY_MINUTES)
    }

    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.key == key)
    }

    #[must_use]
    pub fn attachment(&self, key: &str) -> Option<&AttachmentKind> {
        self.attachments.iter().find(|a| a.key == key)
    }
}
