//! Reading a whole submission: the one way in for API, forms, corrections and resubmissions.

use std::fmt;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

use super::attachments::{self, AttachedFile};
use super::catalogue::applicant_fields;
use super::fields::{Answers, ParseContext, Problem, parse_all, report};
use super::{AttachmentKind, ServiceDefinition};
use crate::accounts::{Nik, NoKk};
use crate::areas::{AreaCode, AreaLevel};
use crate::platform::field_error::FieldError;

crate::text_enum! {
    /// What the submitter is to the applicant. Shown to the officer; never blocks a step.
    pub enum Relation {
        SelfApplicant => "self",
        SameKk => "same_kk",
        /// With a power of attorney on paper, which may be attached as `kuasa`.
        Kuasa => "kuasa",
    }
}

/// A submission as it arrived. Everything may be of any type: the reading says what is wrong.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct RawSubmission {
    pub area: Value,
    pub applicant: Value,
    pub fields: Value,
    /// `[{kind, id}]`.
    pub attachments: Value,
    pub relation: Value,
}

/// What reading a submission depends on besides the submission.
pub struct SubmissionContext<'a> {
    pub parse: ParseContext,
    /// The date in the cell's zone.
    pub today: NaiveDate,
    /// Whether a kelurahan or lingkungan takes requests here.
    pub serves: &'a dyn Fn(&AreaCode) -> bool,
    /// Whether the kecamatan in a NIK is one of ours; if not, the officer is warned.
    pub knows_region: &'a dyn Fn(&AreaCode) -> bool,
    pub is_working_day: &'a dyn Fn(NaiveDate) -> bool,
}

/// A submission that can be stored. Holds personal data, so it prints nothing of it.
#[derive(Clone)]
pub struct Submission {
    /// The kelurahan that serves the request.
    pub area: AreaCode,
    pub lingkungan: AreaCode,
    pub applicant: Answers,
    pub fields: Answers,
    pub attachments: Vec<AttachedFile>,
    pub relation: Option<Relation>,
    pub nik: Nik,
    pub no_kk: NoKk,
    pub name: String,
    /// For the officer, never for the resident: what deserves a second look but is no error.
    pub warnings: Vec<FieldError>,
}

impl Submission {
    /// Whether the kepling's signed paper came along: the kepling's step is then skipped.
    #[must_use]
    pub fn has_pengantar(&self) -> bool {
        self.attachments.iter().any(|f| f.kind == AttachmentKind::PENGANTAR)
    }
}

impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submission")
            .field("area", &self.area)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// Reads a submission of a service, or says everything that is wrong with it.
pub fn parse_submission(
    service: &ServiceDefinition,
    raw: &RawSubmission,
    context: &SubmissionContext<'_>,
) -> Result<Submission, Vec<FieldError>> {
    let mut errors = Vec::new();
    let area = served_kelurahan(&raw.area, context, &mut errors);
    let applicant = parse_all(
        applicant_fields(),
        &raw.applicant,
        "applicant",
        &context.parse,
        &mut errors,
    );
    let fields = parse_all(&service.fields, &raw.fields, "fields", &context.parse, &mut errors);
    let relation = relation(&raw.relation, &mut errors);
    let attachments = attachments::parse(service, relation, &raw.attachments, &mut errors);
    check_place(area.as_ref(), &applicant, context, &mut errors);
    check_person(&applicant, context.today, &mut errors);
    for error in service
        .rules
        .iter()
        .filter_map(|r| r.check(&fields, context.today, context.is_working_day))
    {
        report(&mut errors, error);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let parts = (
        area,
        applicant.area("lingkungan"),
        applicant.nik("nik"),
        applicant.kk("no_kk"),
    );
    let (Some(area), Some(lingkungan), Some(nik), Some(no_kk)) = parts else {
        // Only when the list of applicant fields lost one of these, which a test excludes.
        return Err(vec![Problem::Required.at("applicant")]);
    };
    Ok(Submission {
        warnings: warnings(&nik, &no_kk, context),
        name: applicant.text("nama").unwrap_or_default().to_owned(),
        area,
        lingkungan,
        applicant,
        fields,
        attachments,
        relation,
        nik,
        no_kk,
    })
}

fn served_kelurahan(raw: &Value, context: &SubmissionContext<'_>, errors: &mut Vec<FieldError>) -> Option<AreaCode> {
    let area = match raw {
        Value::Null => Err(Problem::Required),
        Value::String(code) => AreaCode::parse(code)
            .ok()
            .filter(|area| area.level() == AreaLevel::Kelurahan && (context.serves)(area))
            .ok_or(Problem::AreaUnknown),
        _ => Err(Problem::WrongType("kode kelurahan")),
    };
    area.map_err(|problem| report(errors, problem.at("area"))).ok()
}

fn relation(raw: &Value, errors: &mut Vec<FieldError>) -> Option<Relation> {
    let relation = match raw {
        Value::Null => return None,
        Value::String(word) if word.is_empty() => return None,
        Value::String(word) => word.parse().map_err(|_| Problem::NotAnOption),
        _ => Err(Problem::WrongType("teks")),
    };
    relation.map_err(|problem| report(errors, problem.at("relation"))).ok()
}

/// The applicant lives in the kelurahan that is asked, in one of its lingkungan.
fn check_place(
    area: Option<&AreaCode>,
    applicant: &Answers,
    context: &SubmissionContext<'_>,
    errors: &mut Vec<FieldError>,
) {
    let kelurahan = applicant.area("kelurahan_code");
    if let (Some(area), Some(kelurahan)) = (area, &kelurahan)
        && area != kelurahan
    {
        report(errors, Problem::AreaMismatch.at("applicant.kelurahan_code"));
    }
    let Some(lingkungan) = applicant.area("lingkungan") else {
        return;
    };
    if lingkungan.level() != AreaLevel::Lingkungan || !(context.serves)(&lingkungan) {
        report(errors, Problem::AreaUnknown.at("applicant.lingkungan"));
    } else if kelurahan.is_some_and(|kelurahan| !kelurahan.contains(&lingkungan)) {
        report(errors, Problem::LingkunganMismatch.at("applicant.lingkungan"));
    }
}

/// NIK, birth date and sex say the same (domain rules); a mismatch is shown at the NIK.
fn check_person(applicant: &Answers, today: NaiveDate, errors: &mut Vec<FieldError>) {
    let birth = applicant.date("tgl_lahir");
    if birth.is_some_and(|birth| birth > today) {
        report(errors, Problem::BornAfterToday.at("applicant.tgl_lahir"));
    }
    let Some(nik) = applicant.nik("nik") else { return };
    if birth.is_some_and(|birth| !nik.matches_birth(birth)) {
        report(errors, Problem::NikBirthMismatch.at("applicant.nik"));
    }
    if applicant.sex("jk").is_some_and(|sex| !nik.matches_sex(sex)) {
        report(errors, Problem::NikSexMismatch.at("applicant.nik"));
    }
}

fn warnings(nik: &Nik, no_kk: &NoKk, context: &SubmissionContext<'_>) -> Vec<FieldError> {
    let places = [("applicant.nik", nik.region()), ("applicant.no_kk", no_kk.region())];
    let strange = places
        .into_iter()
        .filter(|(_, region)| !region.as_ref().is_some_and(|r| (context.knows_region)(r)));
    strange.map(|(place, _)| Problem::RegionUnknown.at(place)).collect()
}
