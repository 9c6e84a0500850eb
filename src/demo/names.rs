//! Names as Asahan has them: Javanese, Batak and Malay, men and women. Nobody in particular.

use crate::accounts::Sex;

/// Given and second names of one people; 14 and 13 of them, so that pairs repeat only after 182.
struct Names {
    given: [&'static str; 14],
    second: [&'static str; 13],
}

const MEN: [Names; 3] = [
    Names {
        given: [
            "Bambang", "Slamet", "Agus", "Joko", "Sugeng", "Heru", "Wahyu", "Eko", "Dwi", "Tri", "Suparno", "Budi",
            "Teguh", "Yudi",
        ],
        second: [
            "Prasetyo",
            "Santoso",
            "Wibowo",
            "Setiawan",
            "Nugroho",
            "Sutrisno",
            "Widodo",
            "Hartono",
            "Purnomo",
            "Susilo",
            "Raharjo",
            "Utomo",
            "Kurniawan",
        ],
    },
    Names {
        given: [
            "Parlindungan",
            "Hotman",
            "Togar",
            "Sahat",
            "Maruli",
            "Jonson",
            "Ramli",
            "Poltak",
            "Edison",
            "Saut",
            "Darwin",
            "Marihot",
            "Tumpal",
            "Binsar",
        ],
        second: MARGA,
    },
    Names {
        given: [
            "Muhammad",
            "Zulkifli",
            "Syahrial",
            "Khairul",
            "Azhar",
            "Fakhruddin",
            "Ridwan",
            "Amir",
            "Irwan",
            "Safaruddin",
            "Rusdi",
            "Husni",
            "Anwar",
            "Jamaluddin",
        ],
        second: [
            "Hamzah",
            "Effendi",
            "Zainuddin",
            "Rahman",
            "Yusuf",
            "Idris",
            "Bakri",
            "Saleh",
            "Fadhli",
            "Nasir",
            "Hakim",
            "Mahmud",
            "Syahputra",
        ],
    },
];

const WOMEN: [Names; 3] = [
    Names {
        given: [
            "Sri", "Endang", "Retno", "Ning", "Dewi", "Tuti", "Yuli", "Nur", "Rini", "Wiwik", "Suci", "Ratna", "Puji",
            "Indah",
        ],
        second: [
            "Wahyuni",
            "Lestari",
            "Handayani",
            "Rahayu",
            "Astuti",
            "Ningsih",
            "Susanti",
            "Wulandari",
            "Kusuma",
            "Utami",
            "Hastuti",
            "Purwanti",
            "Setyowati",
        ],
    },
    Names {
        given: [
            "Rosmaida",
            "Tiurma",
            "Lamria",
            "Duma",
            "Hotmaida",
            "Roslina",
            "Masdalena",
            "Nurhayati",
            "Derliana",
            "Sondang",
            "Riris",
            "Tioria",
            "Elfrida",
            "Juliana",
        ],
        second: MARGA,
    },
    Names {
        given: [
            "Siti", "Nurul", "Halimah", "Faridah", "Salmah", "Zubaidah", "Rahmah", "Khadijah", "Aisyah", "Nuraini",
            "Latifah", "Mariani", "Hafsah", "Rabiah",
        ],
        second: [
            "Hanum", "Zahra", "Azizah", "Fitri", "Hasanah", "Husna", "Safitri", "Aini", "Marwiyah", "Sa'diyah",
            "Khairani", "Humairah", "Adawiyah",
        ],
    },
];

const MARGA: [&str; 13] = [
    "Siregar",
    "Simanjuntak",
    "Nasution",
    "Harahap",
    "Lubis",
    "Manurung",
    "Sitorus",
    "Hutagalung",
    "Marpaung",
    "Panjaitan",
    "Ritonga",
    "Sinaga",
    "Tambunan",
];

/// The name of person number `n`; distinct for the first 546 of each sex.
pub(super) fn name(n: usize, sex: Sex) -> String {
    let peoples = match sex {
        Sex::Male => &MEN,
        Sex::Female => &WOMEN,
    };
    let at = n / peoples.len();
    let names = peoples.get(n % peoples.len());
    let [given, second] = names.map_or([None, None], |names| {
        [
            names.given.get(at % names.given.len()),
            names.second.get(at % names.second.len()),
        ]
    });
    [given, second]
        .into_iter()
        .flatten()
        .copied()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_do_not_repeat_soon() {
        for sex in [Sex::Male, Sex::Female] {
            let all: HashSet<String> = (0..546).map(|n| name(n, sex)).collect();
            assert_eq!(all.len(), 546);
        }
        assert_eq!(name(0, Sex::Male), "Bambang Prasetyo");
        assert_eq!(name(1, Sex::Female), "Rosmaida Siregar");
    }
}
