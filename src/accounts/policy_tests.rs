use super::*;
use chrono::{DateTime, Utc};

fn code(text: &str) -> AreaCode {
    AreaCode::parse(text).unwrap()
}

fn actor(id: u128, appointments: &[(Position, &str, Option<KasiSection>)]) -> Actor {
    Actor {
        account_id: Uuid::from_u128(id),
        name: "Nama".into(),
        email: "nama@contoh.id".into(),
        nik_hash: None,
        identity_verified: true,
        appointments: appointments
            .iter()
            .map(|(position, area, section)| Appointment {
                id: Uuid::nil(),
                area: code(area),
                position: *position,
                section: *section,
                title: None,
                acting: None,
            })
            .collect(),
        second_factor_missing: false,
        session_id: Uuid::nil(),
        second_factor_at: None,
    }
}

fn facts(reached_kecamatan: bool) -> RequestFacts {
    RequestFacts {
        submitter: Uuid::from_u128(1),
        applicant_account: Some(Uuid::from_u128(2)),
        applicant_hash: Some(vec![7]),
        area: code("12.09.20.1001"),
        lingkungan: Some(code("12.09.20.1001.03")),
        kecamatan: code("12.09.20"),
        reached_kecamatan,
    }
}

/// Every position, in the right place and in others: may it see, and may it read events, before and after the request
/// reached the kecamatan.
#[test]
fn who_sees_a_request_is_the_table_of_the_design() {
    use Position::{Admin, Camat, Kasi, Kepling, Lurah, Pengawas, Petugas, Sekcam, Seklur};
    let (kelurahan, other, kecamatan, foreign) = ("12.09.20.1001", "12.09.20.1002", "12.09.20", "12.09.21");
    let table: &[(Position, &str, [bool; 4])] = &[
        (Kepling, "12.09.20.1001.03", [true, true, true, true]),
        (Kepling, "12.09.20.1001.01", [false; 4]),
        (Petugas, kelurahan, [true; 4]),
        (Seklur, kelurahan, [true; 4]),
        (Lurah, kelurahan, [true; 4]),
        (Petugas, other, [false; 4]),
        (Lurah, other, [false; 4]),
        (Petugas, kecamatan, [false, false, true, true]),
        (Kasi, kecamatan, [false, false, true, true]),
        (Sekcam, kecamatan, [true; 4]),
        (Camat, kecamatan, [true; 4]),
        (Camat, foreign, [false; 4]),
        (Petugas, foreign, [false; 4]),
        (Admin, kecamatan, [false; 4]),
        (Pengawas, kecamatan, [false, true, false, true]),
        (Pengawas, foreign, [false; 4]),
    ];
    for (position, area, expected) in table {
        let who = actor(9, &[(*position, area, None)]);
        let seen = [
            may_see(&who, &facts(false)),
            may_see_events(&who, &facts(false)),
            may_see(&who, &facts(true)),
            may_see_events(&who, &facts(true)),
        ];
        assert_eq!(seen, *expected, "{position} of {area}");
    }
}

#[test]
fn a_resident_sees_what_they_submitted_or_applied_for_and_nothing_else() {
    assert!(may_see(&actor(1, &[]), &facts(false)) && may_see(&actor(2, &[]), &facts(false)));
    assert!(!may_see(&actor(3, &[]), &facts(false)));
    // Claiming the applicant's NIK opens nothing.
    let mut claims = actor(3, &[]);
    claims.nik_hash = Some(vec![7]);
    assert!(!may_see(&claims, &facts(false)));
}

#[test]
fn nobody_decides_in_an_own_matter() {
    assert!(is_own(&actor(1, &[]), &facts(false)) && is_own(&actor(2, &[]), &facts(false)));
    let mut same_person = actor(3, &[]);
    assert!(!is_own(&same_person, &facts(false)));
    same_person.nik_hash = Some(vec![7]);
    assert!(is_own(&same_person, &facts(false)));
    let unknown = RequestFacts {
        applicant_hash: None,
        ..facts(false)
    };
    assert!(!is_own(&actor(3, &[]), &unknown));
}

#[test]
fn a_step_is_held_by_position_place_and_section() {
    let kasi = actor(9, &[(Position::Kasi, "12.09.20", Some(KasiSection::Kesra))]);
    let here = code("12.09.20");
    assert!(holds_step(&kasi, Position::Kasi, &here, Some(KasiSection::Kesra)));
    assert!(holds_step(&kasi, Position::Kasi, &here, None));
    assert!(!holds_step(&kasi, Position::Kasi, &here, Some(KasiSection::Trantib)));
    assert!(!holds_step(&kasi, Position::Sekcam, &here, None));
    assert!(!holds_step(&kasi, Position::Kasi, &code("12.09.20.1001"), None));
    // A camat sees every kelurahan, but holds only the step at the kecamatan.
    let camat = actor(9, &[(Position::Camat, "12.09.20", None)]);
    assert!(!holds_step(&camat, Position::Lurah, &code("12.09.20.1001"), None));
}

#[test]
fn the_queue_has_a_pile_for_each_working_position() {
    let who = actor(
        9,
        &[
            (Position::Lurah, "12.09.20.1001", None),
            (Position::Admin, "12.09.20", None),
            (Position::Kasi, "12.09.20", Some(KasiSection::Kesra)),
        ],
    );
    let piles: Vec<_> = scopes(&who)
        .into_iter()
        .map(|scope| (scope.position, scope.section))
        .collect();
    assert_eq!(
        piles,
        [(Position::Lurah, None), (Position::Kasi, Some(KasiSection::Kesra))]
    );
}

#[test]
fn a_second_factor_is_fresh_for_fifteen_minutes_and_never_from_the_future() {
    let at = |seconds: i64| -> DateTime<Utc> { DateTime::from_timestamp(seconds, 0).unwrap() };
    let mut who = actor(9, &[]);
    let fresh = |who: &Actor, now| crate::accounts::second_factor_fresh(who, at(now));
    assert!(!fresh(&who, 1000));
    who.second_factor_at = Some(at(1000));
    assert!(fresh(&who, 1000) && fresh(&who, 1900));
    assert!(!fresh(&who, 1901) && !fresh(&who, 999));
}
