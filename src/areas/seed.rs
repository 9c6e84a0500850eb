//! The areas a new cell begins with.

use serde::Deserialize;

use super::{AreaCode, AreaLevel};

/// Kabupaten Asahan; `areas.csv` names its source.
const AREAS: &str = include_str!("areas.csv");

/// How many lingkungan each kelurahan gets. Their real number was not published, so the office corrects it.
const LINGKUNGAN: [(&str, &str); 3] = [
    ("01", "Lingkungan I"),
    ("02", "Lingkungan II"),
    ("03", "Lingkungan III"),
];

/// An area as it is seeded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SeedArea {
    pub code: AreaCode,
    pub name: String,
    pub level: AreaLevel,
    pub parent: Option<AreaCode>,
    /// The area's mark in letter numbers and, for the kecamatan, in tracking codes. Only areas that issue letters in
    /// this cell have one; the other kecamatan are here so that the region of a NIK can be recognised.
    pub unit_code: Option<String>,
    pub postal_code: Option<String>,
    pub population_2020: Option<i32>,
}

/// The list in the program is damaged.
#[derive(Debug, thiserror::Error)]
#[error("areas.csv cannot be read")]
pub struct SeedError(#[from] csv::Error);

/// All areas, each after its parent.
pub fn seed() -> Result<Vec<SeedArea>, SeedError> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(AREAS.as_bytes());
    let mut areas = Vec::new();
    for row in reader.deserialize() {
        let area: SeedArea = row?;
        let below = lingkungan_of(&area);
        areas.push(area);
        areas.extend(below);
    }
    Ok(areas)
}

fn lingkungan_of(kelurahan: &SeedArea) -> Vec<SeedArea> {
    if kelurahan.level != AreaLevel::Kelurahan {
        return Vec::new();
    }
    let codes = LINGKUNGAN.iter().filter_map(|(number, name)| {
        let code = AreaCode::parse(&format!("{}.{number}", kelurahan.code)).ok()?;
        Some((code, (*name).to_owned()))
    });
    let areas = codes.map(|(code, name)| SeedArea {
        code,
        name,
        level: AreaLevel::Lingkungan,
        parent: Some(kelurahan.code.clone()),
        unit_code: None,
        postal_code: kelurahan.postal_code.clone(),
        population_2020: None,
    });
    areas.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn at(level: AreaLevel) -> Vec<SeedArea> {
        seed().unwrap().into_iter().filter(|a| a.level == level).collect()
    }

    #[test]
    fn asahan_has_25_kecamatan_and_ours_has_12_kelurahan_of_three_lingkungan() {
        assert_eq!(at(AreaLevel::Kabupaten).len(), 1);
        assert_eq!(at(AreaLevel::Kecamatan).len(), 25);
        assert_eq!(at(AreaLevel::Kelurahan).len(), 12);
        assert_eq!(at(AreaLevel::Lingkungan).len(), 36);
        let third = at(AreaLevel::Lingkungan)
            .into_iter()
            .find(|a| a.code.as_str() == "12.09.20.1001.03")
            .unwrap();
        assert_eq!(third.name, "Lingkungan III");
    }

    #[test]
    fn every_area_follows_its_parent_and_the_shape_of_its_code() {
        let mut seen = HashSet::new();
        for area in seed().unwrap() {
            assert_eq!(area.level, area.code.level(), "{}", area.code);
            assert_eq!(area.parent, area.code.parent(), "{}", area.code);
            assert!(area.parent.iter().all(|parent| seen.contains(parent)), "{}", area.code);
            assert!(seen.insert(area.code.clone()), "{} twice", area.code);
        }
    }

    #[test]
    fn the_thirteen_areas_that_issue_letters_have_unit_codes_of_their_own() {
        let coded: Vec<SeedArea> = seed().unwrap().into_iter().filter(|a| a.unit_code.is_some()).collect();
        let codes: HashSet<&str> = coded.iter().filter_map(|a| a.unit_code.as_deref()).collect();
        assert_eq!(coded.len(), 13);
        assert_eq!(codes.len(), 13);
        assert!(
            codes
                .iter()
                .all(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_uppercase()))
        );
        assert!(coded.iter().all(|a| a.code.kecamatan().unwrap().as_str() == "12.09.20"));
        assert!(
            coded
                .iter()
                .any(|a| a.code.as_str() == "12.09.20" && a.unit_code.as_deref() == Some("KKT"))
        );
    }
}
