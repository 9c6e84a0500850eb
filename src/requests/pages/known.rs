//! What the account tells of its owner, so that the form need not ask.

use crate::accounts::profile::Profile;
use crate::areas::AreaLevel;
use crate::services::FormValues;

/// What the account tells of its owner.
#[must_use]
pub(super) fn known(profile: &Profile) -> FormValues {
    let mut values = FormValues::default();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            values.put(name, value);
        }
    };
    put("relation", Some("self".to_owned()));
    put("applicant.nik", profile.nik.as_ref().map(|nik| nik.to_string()));
    put("applicant.no_kk", profile.no_kk.as_ref().map(|kk| kk.to_string()));
    put("applicant.nama", Some(profile.name.clone()));
    put("applicant.tgl_lahir", profile.birth_date.map(|date| date.to_string()));
    put("applicant.jk", profile.sex.map(|sex| sex.to_string()));
    put("applicant.kewarganegaraan", Some("WNI".to_owned()));
    put("applicant.hp", profile.phone.clone());
    put("applicant.email", Some(profile.email.clone()));
    if let Some(area) = &profile.area {
        let is_lingkungan = area.level() == AreaLevel::Lingkungan;
        let kelurahan = if is_lingkungan {
            area.parent()
        } else {
            Some(area.clone())
        };
        put("applicant.lingkungan", is_lingkungan.then(|| area.to_string()));
        put("applicant.kelurahan_code", kelurahan.map(|area| area.to_string()));
    }
    values
}
