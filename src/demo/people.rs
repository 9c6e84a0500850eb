//! Who lives and works in the demo: always the same people, so that a second start knows them again.

use chrono::{Datelike, NaiveDate};

use super::names;
use crate::accounts::{KasiSection, Nik, NoKk, Position, Sex};
use crate::areas::{AreaCode, AreaLevel, SeedArea};

/// A person of the demo.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// `resident`, or the position.
    pub role: &'static str,
    pub name: String,
    pub email: String,
    /// As demo.json shows it: the kelurahan or the kecamatan.
    pub area: AreaCode,
    pub post: Option<Post>,
    pub home: Option<Home>,
    pub nip: Option<String>,
    pub rank: Option<&'static str>,
}

/// What a member of the staff holds.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub position: Position,
    pub area: AreaCode,
    pub section: Option<KasiSection>,
}

/// A resident by the population register. Every number is invented: serials from 9701 on were issued to nobody.
#[derive(Debug, Clone)]
pub(super) struct Home {
    pub nik: Nik,
    pub no_kk: NoKk,
    pub birth_date: NaiveDate,
    pub phone: String,
    pub lingkungan: AreaCode,
}

/// Residents of the demo, women and men in each kelurahan.
const RESIDENTS: usize = 40;
const PETUGAS: usize = 2;
const PETUGAS_KECAMATAN: usize = 4;

const SECTIONS: [(KasiSection, &str); 5] = [
    (KasiSection::PelayananUmum, "pelayanan-umum"),
    (KasiSection::Pemerintahan, "pemerintahan"),
    (KasiSection::Kesra, "kesra"),
    (KasiSection::Ekbang, "ekbang"),
    (KasiSection::Trantib, "trantib"),
];

/// Everybody: residents, then the staff from the lingkungan up.
pub(super) fn roster(areas: &[SeedArea], kecamatan: &AreaCode) -> Vec<Member> {
    let mut roster = Roster::default();
    let kelurahan: Vec<&SeedArea> = areas
        .iter()
        .filter(|area| area.level == AreaLevel::Kelurahan && area.parent.as_ref() == Some(kecamatan))
        .collect();
    let places = kelurahan.len().max(1);
    for (n, area) in kelurahan.iter().enumerate() {
        let below: Vec<&SeedArea> = areas.iter().filter(|a| a.parent.as_ref() == Some(&area.code)).collect();
        let residents = RESIDENTS / places + usize::from(n < RESIDENTS % places);
        for place in below.iter().cycle().skip(1).take(residents) {
            roster.resident(area, &place.code);
        }
    }
    for area in &kelurahan {
        for (n, lingkungan) in areas
            .iter()
            .filter(|a| a.parent.as_ref() == Some(&area.code))
            .enumerate()
        {
            let login = format!("kepling{}.{}", n + 1, slug(&area.name));
            roster.staff(Position::Kepling, &lingkungan.code, &area.code, login);
        }
    }
    for area in &kelurahan {
        let (code, name) = (&area.code, slug(&area.name));
        for n in 1..=PETUGAS {
            roster.staff(Position::Petugas, code, code, format!("petugas{n}.{name}"));
        }
        roster.staff(Position::Seklur, code, code, format!("seklur.{name}"));
        roster.staff(Position::Lurah, code, code, format!("lurah.{name}"));
    }
    for n in 1..=PETUGAS_KECAMATAN {
        roster.staff(Position::Petugas, kecamatan, kecamatan, format!("petugas{n}"));
    }
    for (section, word) in SECTIONS {
        roster.staff(Position::Kasi, kecamatan, kecamatan, format!("kasi.{word}"));
        if let Some(post) = roster.members.last_mut().and_then(|member| member.post.as_mut()) {
            post.section = Some(section);
        }
    }
    for position in [Position::Sekcam, Position::Camat, Position::Admin, Position::Pengawas] {
        roster.staff(position, kecamatan, kecamatan, position.as_str().to_owned());
    }
    roster.members
}

#[derive(Default)]
struct Roster {
    members: Vec<Member>,
}

impl Roster {
    fn resident(&mut self, kelurahan: &SeedArea, lingkungan: &AreaCode) {
        let n = self.members.len();
        let (sex, birth_date) = (sex(n), birth_date(n));
        let day = birth_date.day() + if sex == Sex::Female { 40 } else { 0 };
        let serial = 9_701 + n;
        let nik = Nik::parse(&format!(
            "120920{day:02}{:02}{:02}{serial}",
            birth_date.month(),
            birth_date.year() % 100
        ));
        let (Ok(nik), Ok(no_kk)) = (nik, NoKk::parse(&format!("120920010115{serial}"))) else {
            return; // a test counts the residents
        };
        let name = names::name(n, sex);
        self.members.push(Member {
            role: "resident",
            email: format!("{}@warga.example", slug(&name)),
            name,
            area: kelurahan.code.clone(),
            post: None,
            home: Some(Home {
                nik,
                no_kk,
                birth_date,
                phone: format!("08120000{serial}"),
                lingkungan: lingkungan.clone(),
            }),
            nip: None,
            rank: None,
        });
    }

    fn staff(&mut self, position: Position, area: &AreaCode, shown: &AreaCode, login: String) {
        let n = self.members.len();
        let (rank, degree) = standing(position);
        self.members.push(Member {
            role: position.as_str(),
            name: format!("{}{degree}", names::name(n, sex(n))),
            email: format!("{login}@kkt.example"),
            area: shown.clone(),
            post: Some(Post {
                position,
                area: area.clone(),
                section: None,
            }),
            home: None,
            nip: rank.map(|_| nip(n)),
            rank,
        });
    }
}

/// Pangkat and degree, as they are common for the position. Kepling are not civil servants.
fn standing(position: Position) -> (Option<&'static str>, &'static str) {
    match position {
        Position::Camat => (Some("Pembina, IV/a"), ", S.STP., M.Si."),
        Position::Sekcam => (Some("Penata Tingkat I, III/d"), ", S.Sos., M.AP."),
        Position::Kasi => (Some("Penata Tingkat I, III/d"), ", S.Sos."),
        Position::Lurah => (Some("Penata, III/c"), ", S.Sos."),
        Position::Seklur => (Some("Penata Muda Tingkat I, III/b"), ", S.E."),
        Position::Petugas => (Some("Pengatur, II/c"), ""),
        Position::Kepling | Position::Admin | Position::Pengawas => (None, ""),
    }
}

fn sex(n: usize) -> Sex {
    if n.is_multiple_of(2) { Sex::Female } else { Sex::Male }
}

/// Between 1962 and 2001.
fn birth_date(n: usize) -> NaiveDate {
    let part = |times: usize, of: usize| u32::try_from(n * times % of).unwrap_or(0);
    let year = 1962 + i32::try_from(part(7, 40)).unwrap_or(0);
    NaiveDate::from_ymd_opt(year, 1 + part(5, 12), 1 + part(11, 28)).unwrap_or_default()
}

/// Birth date, month of appointment, sex, serial; 9xx was given to nobody.
fn nip(n: usize) -> String {
    let born = birth_date(n);
    let sex = if sex(n) == Sex::Male { 1 } else { 2 };
    format!("{}{}03{sex}9{:02}", born.format("%Y%m%d"), born.year() + 25, n % 100)
}

fn slug(name: &str) -> String {
    let words = name.split_whitespace();
    let clean = words.map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
    clean.collect::<Vec<_>>().join(".").to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::areas;

    fn everybody() -> Vec<Member> {
        roster(&areas::seed().unwrap(), &AreaCode::parse("12.09.20").unwrap())
    }

    #[test]
    fn everyone_the_contract_names_is_there() {
        let all = everybody();
        let count = |role: &str, area: Option<&str>| {
            all.iter()
                .filter(|m| m.role == role && area.is_none_or(|area| m.area.as_str() == area))
                .count()
        };
        let roles = [
            ("resident", 40),
            ("kepling", 36),
            ("petugas", 28),
            ("seklur", 12),
            ("lurah", 12),
            ("kasi", 5),
            ("sekcam", 1),
            ("camat", 1),
            ("admin", 1),
            ("pengawas", 1),
        ];
        for (role, number) in roles {
            assert_eq!(count(role, None), number, "{role}");
        }
        assert_eq!(count("petugas", Some("12.09.20")), 4);
        assert_eq!(count("petugas", Some("12.09.20.1006")), 2);
        assert_eq!(count("kepling", Some("12.09.20.1006")), 3);
        let sections: HashSet<_> = all.iter().filter_map(|m| m.post.as_ref()?.section).collect();
        assert_eq!(sections.len(), 5);
    }

    #[test]
    fn nobody_is_taken_for_another_and_numbers_fit_the_person() {
        let all = everybody();
        let emails: HashSet<&str> = all.iter().map(|m| m.email.as_str()).collect();
        let names: HashSet<&str> = all.iter().map(|m| m.name.as_str()).collect();
        assert_eq!((emails.len(), names.len()), (all.len(), all.len()));
        for home in all.iter().filter_map(|m| m.home.as_ref()) {
            assert!(home.nik.matches_birth(home.birth_date));
        }
        assert!(all.iter().filter_map(|m| m.nip.as_deref()).all(|nip| nip.len() == 18));
    }
}
